//! The one place where files are opened for reading: plain files only, and none that is larger than it can be.
//!
//! A pipe would be waited for, a device read for ever. Both are refused before anything is read of them.

use std::fs::{File, FileType};
use std::io::{self, Read as _};
use std::path::Path;

/// A rule file, a template, a register: somebody wrote it.
pub const WRITTEN: u64 = 16 << 20;
/// A manifest, an acceptance, a record of deliveries.
pub const LIST: u64 = 256 << 20;
/// A report, or a mail with what is attached to it.
pub const DOCUMENT: u64 = 2 << 30;

/// Opens a plain file, however large it is.
///
/// # Errors
/// It is none ([`io::ErrorKind::InvalidInput`]), or cannot be opened.
pub fn open(path: &Path) -> io::Result<File> {
    is_plain(std::fs::metadata(path)?.file_type())?;
    let file = File::open(path)?;
    // Something else may stand there by now.
    is_plain(file.metadata()?.file_type())?;
    Ok(file)
}

/// Reads a plain file of at most so many bytes.
///
/// # Errors
/// It is none or larger ([`io::ErrorKind::InvalidInput`]), or cannot be read.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    let size = file.metadata()?.len();
    if size <= most {
        bytes.reserve_exact(usize::try_from(size).unwrap_or_default());
        // It may grow while it is read.
        file.take(most + 1).read_to_end(&mut bytes)?;
    }
    if size.max(bytes.len() as u64) > most {
        let message = format!("it has more than {} bytes, which no such file has", crate::number::count(most));
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    Ok(bytes)
}

/// Reads a plain file of at most so many bytes as UTF-8.
///
/// # Errors
/// As [`read`], or it is no UTF-8 ([`io::ErrorKind::InvalidData`]).
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|cause| {
        let at = cause.utf8_error().valid_up_to();
        let line = memchr::memchr_iter(b'\n', &cause.as_bytes()[..at]).count() + 1;
        io::Error::new(io::ErrorKind::InvalidData, format!("it is not UTF-8 from line {line} on"))
    })
}

/// Whether something about the file itself is wrong, and not with the disk: it is missing, no plain file, or too large.
pub fn is_about_the_file(cause: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, IsADirectory, NotADirectory, NotFound};
    matches!(cause.kind(), InvalidData | InvalidInput | IsADirectory | NotADirectory | NotFound)
}

fn is_plain(kind: FileType) -> io::Result<()> {
    if kind.is_file() {
        return Ok(());
    }
    let message = format!("it is {}, and no plain file", name(kind));
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}

fn name(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    if kind.is_dir() { "a folder" } else { "something else" }
}
