//! Opens a file: hashes every byte on disk, undoes compression and UTF-16, and hands out blocks cut at record ends.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};

use crate::disk;

use super::container::{Container, converted};

type Seen = Arc<Mutex<(Sha256, u64)>>;

/// A file that is hashed while it is read.
struct Hashed<R> {
    inner: R,
    seen: Seen,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.0.update(&buffer[..count]);
        seen.1 += count as u64;
        Ok(count)
    }
}

/// An open file.
pub(super) struct Open {
    reader: Box<dyn Read + Send>,
    rest: File,
    seen: Seen,
    /// `UTF-16`, when that was undone.
    pub(super) encoding: Option<&'static str>,
    /// What its text was made from, when it is no text itself.
    pub(super) container: Option<Container>,
}

impl Open {
    /// Opens a file and looks at its first bytes.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let file = disk::open(path)?;
        let rest = file.try_clone()?;
        let seen: Seen = Arc::default();
        let mut raw = BufReader::with_capacity(1 << 18, Hashed { inner: file, seen: Arc::clone(&seen) });
        let magic = peek(&mut raw)?;
        let (reader, packed): (Box<dyn Read + Send>, bool) = match magic.as_slice() {
            [0x1f, 0x8b, ..] => (Box::new(flate2::bufread::MultiGzDecoder::new(raw)), true),
            [0x28, 0xb5, 0x2f, 0xfd] => (Box::new(zstd::stream::read::Decoder::with_buffer(raw)?), true),
            _ => (Box::new(raw), false),
        };
        let mut reader = BufReader::with_capacity(1 << 16, reader);
        // A broken archive fails here too; the caller sees it again when it reads.
        let start = peek(&mut reader).unwrap_or_default();
        let utf16 = match start.as_slice() {
            [0xff, 0xfe, ..] => Some((UTF_16LE, "UTF-16 LE")),
            [0xfe, 0xff, ..] => Some((UTF_16BE, "UTF-16 BE")),
            _ => None,
        };
        let encoding = utf16.map(|(_, name)| name);
        let reader: Box<dyn BufRead + Send> = match utf16 {
            Some((encoding, _)) => {
                Box::new(BufReader::new(Decoded::new(reader, encoding.new_decoder_with_bom_removal())))
            }
            None => Box::new(reader),
        };
        let (reader, container) = converted(path, reader, packed)?;
        Ok(Self { reader, rest, seen, encoding, container })
    }

    /// Reads what is left, for the hash; then gives the SHA-256 as lower-case hex and the size on disk.
    pub(super) fn finish(mut self) -> io::Result<(String, u64)> {
        drop(self.reader);
        let mut rest = Hashed { inner: &mut self.rest, seen: Arc::clone(&self.seen) };
        io::copy(&mut rest, &mut io::sink())?;
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((hex(&seen.0.clone().finalize()), seen.1))
    }
}

impl Read for Open {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

/// Bytes as lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// The first four bytes without consuming them.
fn peek<R: Read>(reader: &mut BufReader<R>) -> io::Result<Vec<u8>> {
    Ok(reader.fill_buf()?.iter().take(4).copied().collect())
}

/// UTF-16 as UTF-8.
struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    input: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    output: Vec<u8>,
    given: usize,
}

impl<R: Read> Decoded<R> {
    fn new(inner: R, decoder: Decoder) -> Self {
        Self { inner, decoder, input: vec![0; 1 << 16], from: 0, to: 0, ended: false, output: Vec::new(), given: 0 }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() {
            if self.from == self.to {
                if self.ended {
                    return Ok(0);
                }
                self.from = 0;
                self.to = self.inner.read(&mut self.input)?;
                self.ended = self.to == 0;
            }
            self.output.resize(1 << 17, 0);
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(&self.input[self.from..self.to], &mut self.output, self.ended);
            self.from += read;
            self.output.truncate(written);
            self.given = 0;
            if self.ended && written == 0 && result == CoderResult::InputEmpty {
                return Ok(0);
            }
        }
        let count = buffer.len().min(self.output.len() - self.given);
        buffer[..count].copy_from_slice(&self.output[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

/// Blocks of a stream that end where a record ends.
pub(super) struct Blocks<R> {
    reader: R,
    /// Read, not yet given out.
    pub(super) ahead: Vec<u8>,
    size: usize,
    longest: usize,
    pub(super) ended: bool,
    /// Why reading stopped before the end, if it did.
    pub(super) broken: Option<io::Error>,
    /// A record grew beyond the limit.
    pub(super) endless: bool,
    /// The beginning was looked at and is not there any more.
    pub(super) gone: bool,
}

impl<R: Read> Blocks<R> {
    /// Blocks of about `size` bytes; a record of more than about `longest` bytes ends the reading.
    pub(super) fn new(reader: R, size: usize, longest: usize) -> Self {
        Self {
            reader,
            ahead: Vec::new(),
            size: size.max(1),
            longest,
            ended: false,
            broken: None,
            endless: false,
            gone: false,
        }
    }

    /// Reads until at least `length` bytes are ahead, or the stream ends.
    pub(super) fn fill(&mut self, length: usize) {
        while self.ahead.len() < length && !self.ended {
            let wanted = (length - self.ahead.len()) as u64;
            match self.reader.by_ref().take(wanted).read_to_end(&mut self.ahead) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(cause) => {
                    self.broken = Some(cause);
                    self.ended = true;
                }
            }
        }
    }

    /// The next block. `cut` gives the place after the last record that is complete in the bytes, if there is one.
    /// Only the last block may end in an incomplete record.
    pub(super) fn next(&mut self, mut cut: impl FnMut(&[u8]) -> Option<usize>) -> Option<Vec<u8>> {
        let mut length = self.size;
        loop {
            self.fill(length);
            if self.ahead.is_empty() {
                return None;
            }
            if self.ended && self.ahead.len() <= length {
                return Some(std::mem::take(&mut self.ahead));
            }
            let visible = length.min(self.ahead.len());
            if let Some(at) = cut(&self.ahead[..visible]).filter(|at| *at > 0) {
                let rest = self.ahead.split_off(at);
                return Some(std::mem::replace(&mut self.ahead, rest));
            }
            if length >= self.longest {
                self.endless = true;
                self.ended = true;
                return Some(std::mem::take(&mut self.ahead));
            }
            length *= 2;
        }
    }

    /// How many bytes are read at a time.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Forgets the first bytes ahead.
    pub(super) fn drop_front(&mut self, count: usize) {
        self.ahead.drain(..count.min(self.ahead.len()));
    }

    /// Whether everything was given out and the stream did not end as it should.
    pub(super) fn cut_short(&self) -> bool {
        self.ahead.is_empty() && (self.broken.is_some() || self.endless)
    }

    /// The stream, to be hashed to its end.
    pub(super) fn into_inner(self) -> R {
        self.reader
    }
}
