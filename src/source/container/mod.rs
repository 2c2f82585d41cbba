//! Files that are neither delimited text nor JSON, as text that is: a spreadsheet as delimited text, LDIF, YAML and
//! Parquet as one JSON record per line.

mod ldif;
mod parquet;
mod sheet;
mod table;
mod yaml;

use std::io::{self, BufRead, Read};
use std::path::Path;

use serde_json::Value;

use crate::failure::caught;

/// What a file was turned from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Container {
    /// Records of a directory.
    Ldif,
    Yaml,
    Parquet,
    /// Columns and rows apart, in JSON.
    Table,
    /// A spreadsheet: what of it was read, as a sentence that begins with `read:`.
    Sheet(String),
}

/// A larger file of a kind that is read as a whole is refused.
const LARGEST: u64 = 1 << 28;

/// The text of a file, and what it was before, where it is of one of these kinds. `packed`: the reader undoes a
/// compression, so that the bytes on disk are others.
///
/// # Errors
/// It is of such a kind, and cannot be read as one.
pub(super) fn converted(
    path: &Path,
    mut reader: Box<dyn BufRead + Send>,
    packed: bool,
) -> io::Result<(Box<dyn Read + Send>, Option<Container>)> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    // A broken archive fails here too; the caller sees it again when it reads.
    let head = reader.fill_buf().unwrap_or_default();
    if head.starts_with(b"PAR1") {
        if packed {
            return Err(invalid("it is a Parquet file that was compressed once more: unpack it"));
        }
        return Ok((parquet::on_disk(path)?, Some(Container::Parquet)));
    }
    let book = [&b"[Content_Types].xml"[..], b"_rels/", b"xl/", b"mimetypeapplication/vnd.oasis"];
    let is_zip = head.starts_with(b"PK\x03\x04");
    if is_zip && book.iter().any(|sign| memchr::memmem::find(head, sign).is_some())
        || head.starts_with(b"\xd0\xcf\x11\xe0") && ends(&[".xls"])
    {
        let bytes = whole(reader)?;
        let (text, read) = caught(|| sheet::text(bytes)).map_err(|_| invalid("the spreadsheet is damaged"))??;
        return Ok((Box::new(io::Cursor::new(text)), Some(Container::Sheet(read))));
    }
    if ldif::begins(head) {
        return Ok((Box::new(Lines::new(ldif::Records::new(reader))), Some(Container::Ldif)));
    }
    if table::may_begin(head) {
        return Ok(in_columns(reader));
    }
    let kubernetes = head.starts_with(b"apiVersion:") || head.starts_with(b"---\napiVersion:");
    if kubernetes || ends(&[".yaml", ".yml"]) {
        let documents = yaml::documents(&whole(reader)?)?;
        return Ok((Box::new(Lines::new(documents.into_iter().map(Ok))), Some(Container::Yaml)));
    }
    Ok((Box::new(reader), None))
}

/// A JSON document that may be a table: its rows as records, or the document as it is.
fn in_columns(mut reader: Box<dyn BufRead + Send>) -> (Box<dyn Read + Send>, Option<Container>) {
    let mut bytes = Vec::new();
    let read = reader.by_ref().take(LARGEST).read_to_end(&mut bytes);
    let document = serde_json::from_slice::<Value>(&bytes).ok();
    let found = document.and_then(|document| Some((table::records(&document)?, table::goes_on(&document))));
    match (found, read) {
        (Some((records, goes_on)), Ok(_)) => {
            // What the document says of further rows stays beside them.
            let page = if goes_on {
                serde_json::json!({ "records": records, "isTruncated": true })
            } else {
                serde_json::json!({ "records": records })
            };
            (Box::new(Lines::new(std::iter::once(Ok(page)))), Some(Container::Table))
        }
        // What is longer, or broken, is read as it stands.
        (_, Ok(_)) => (Box::new(io::Cursor::new(bytes).chain(reader)), None),
        (_, Err(cause)) => (Box::new(io::Cursor::new(bytes).chain(Broken(Some(cause)))), None),
    }
}

/// The error with which reading ended.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn whole(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!(
            "it is larger than the {} MB that a file of this kind may have",
            LARGEST >> 20
        )));
    }
    Ok(bytes)
}

fn invalid(what: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_string())
}

/// Records as a stream of lines.
struct Lines<I> {
    records: I,
    line: Vec<u8>,
    given: usize,
}

impl<I: Iterator<Item = io::Result<Value>>> Lines<I> {
    fn new(records: I) -> Self {
        Self { records, line: Vec::new(), given: 0 }
    }
}

impl<I: Iterator<Item = io::Result<Value>>> Read for Lines<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.line.len() {
            let Some(record) = self.records.next() else { return Ok(0) };
            self.line.clear();
            self.given = 0;
            serde_json::to_writer(&mut self.line, &record?)?;
            self.line.push(b'\n');
        }
        let count = buffer.len().min(self.line.len() - self.given);
        buffer[..count].copy_from_slice(&self.line[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}
