//! Where two files differ: row and column of a CSV file, the path into JSON, or the byte.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use csv::ByteRecord;
use serde_json::Value;

use crate::disk;
use crate::failure::{Failure, Outcome};

use super::shown;

/// Places of one JSON file that are named; the others are counted.
const NAMED: usize = 3;
/// Bytes that are compared at a time.
const BLOCK: usize = 1 << 18;

/// Compares a file of a pack with the one computed again: `None` when they have the same bytes, else where they
/// differ, in one sentence or a few.
///
/// # Errors
/// One of them cannot be read.
pub fn compare(pack: &Path, again: &Path) -> Outcome<Option<Vec<String>>> {
    let failed = |cause: io::Error| Failure::io("compare", pack, &cause);
    let Some(bytes) = first_byte(pack, again).map_err(failed)? else {
        return Ok(None);
    };
    let ending = pack.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let mut what = match ending.as_deref() {
        Some("csv") => rows(pack, again),
        Some("json") => json(pack, again).map_err(failed)?,
        _ => Vec::new(),
    };
    if what.is_empty() {
        what.push(bytes);
    }
    Ok(Some(what))
}

/// The first byte that differs, in words.
fn first_byte(pack: &Path, again: &Path) -> io::Result<Option<String>> {
    let (mut a, mut b) = (disk::open(pack)?, disk::open(again)?);
    let sizes = (a.metadata()?.len(), b.metadata()?.len());
    let mut same = 0_u64;
    let (mut left, mut right) = (vec![0; BLOCK], vec![0; BLOCK]);
    loop {
        let (x, y) = (fill(&mut a, &mut left)?, fill(&mut b, &mut right)?);
        if left[..x] != right[..y] {
            same += left[..x].iter().zip(&right[..y]).take_while(|(x, y)| x == y).count() as u64;
            break;
        }
        if x == 0 {
            return Ok(None);
        }
        same += x as u64;
    }
    let sizes = if sizes.0 == sizes.1 {
        format!("both have {} bytes", sizes.0)
    } else {
        format!("{} bytes in the pack, {} computed", sizes.0, sizes.1)
    };
    Ok(Some(format!("from byte {} on; {sizes}", same + 1)))
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(filled)
}

/// The first row and column that differ; nothing when only quoting or line ends do, or a file is no CSV.
fn rows(pack: &Path, again: &Path) -> Vec<String> {
    let read = |path: &Path| {
        Some(csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(disk::open(path).ok()?))
    };
    let (Some(a), Some(b)) = (read(pack), read(again)) else {
        return Vec::new();
    };
    let (mut a, mut b) = (a.into_byte_records(), b.into_byte_records());
    let mut header = ByteRecord::new();
    let mut what = Vec::new();
    let (mut in_pack, mut computed) = (0_u64, 0_u64);
    loop {
        let (x, y) = (a.next(), b.next());
        in_pack += u64::from(x.is_some());
        computed += u64::from(y.is_some());
        let (x, y) = match (x, y) {
            (None, None) => break,
            (Some(Err(_)), _) | (_, Some(Err(_))) => return Vec::new(),
            (x, y) => (x.and_then(Result::ok), y.and_then(Result::ok)),
        };
        if what.is_empty() && x != y {
            what.push(row(in_pack.max(computed), &header, x.as_ref(), y.as_ref()));
        }
        if let (1, Some(x)) = (in_pack, x) {
            header = x;
        }
    }
    if !what.is_empty() && in_pack != computed {
        let rows = |lines: u64| lines.saturating_sub(1);
        what.push(format!("{} rows in the pack, {} computed", rows(in_pack), rows(computed)));
    }
    what
}

/// `line` counts from 1 with the header; rows are counted as lineage counts them, without it.
fn row(line: u64, header: &ByteRecord, pack: Option<&ByteRecord>, again: Option<&ByteRecord>) -> String {
    let place = if line == 1 { "header".to_owned() } else { format!("row {}", line - 1) };
    let (Some(pack), Some(again)) = (pack, again) else {
        return format!("{place} is {}", if pack.is_some() { "only in the pack" } else { "only in what was computed" });
    };
    let column = (0..pack.len().max(again.len())).find(|at| pack.get(*at) != again.get(*at)).unwrap_or_default();
    let name = match header.get(column) {
        Some(name) => shown(&String::from_utf8_lossy(name)),
        None => format!("column {}", column + 1),
    };
    let cell = |record: &ByteRecord| match record.get(column) {
        Some(cell) => format!("`{}`", shown(&String::from_utf8_lossy(cell))),
        None => "no cell".to_owned(),
    };
    format!("{place}, {name}: {} in the pack, {} computed", cell(pack), cell(again))
}

/// The first places at which two JSON texts differ, and how many more there are.
fn json(pack: &Path, again: &Path) -> io::Result<Vec<String>> {
    let read = |path: &Path| disk::read(path, disk::DOCUMENT).map(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let (Some(a), Some(b)) = (read(pack)?, read(again)?) else {
        return Ok(Vec::new());
    };
    let mut found = Places::default();
    found.walk("", &a, &b);
    // Sizes and hashes of files follow from the files, which are compared themselves: they are said last.
    let mut named = found.named;
    named.append(&mut found.follows);
    named.truncate(NAMED);
    let more = found.count.saturating_sub(named.len() as u64);
    if more > 0 {
        named.push(format!("and {more} more values"));
    }
    Ok(named)
}

#[derive(Default)]
struct Places {
    named: Vec<String>,
    /// The list of files, with sizes and hashes.
    follows: Vec<String>,
    count: u64,
}

impl Places {
    fn walk(&mut self, path: &str, pack: &Value, again: &Value) {
        match (pack, again) {
            (Value::Object(a), Value::Object(b)) => {
                let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
                for name in names {
                    let dot = if path.is_empty() { "" } else { "." };
                    let path = format!("{path}{dot}{}", shown(name));
                    self.pair(&path, a.get(name), b.get(name));
                }
            }
            (Value::Array(a), Value::Array(b)) => {
                if a.len() != b.len() {
                    self.say(path, &format!("{} items in the pack, {} computed", a.len(), b.len()));
                }
                for (index, (a, b)) in a.iter().zip(b).enumerate() {
                    self.walk(&format!("{path}[{index}]"), a, b);
                }
            }
            _ => self.pair(path, Some(pack), Some(again)),
        }
    }

    fn pair(&mut self, path: &str, pack: Option<&Value>, again: Option<&Value>) {
        match (pack, again) {
            (Some(a), Some(b)) if a == b => {}
            (Some(a @ (Value::Object(_) | Value::Array(_))), Some(b @ (Value::Object(_) | Value::Array(_))))
                if a.is_object() == b.is_object() =>
            {
                self.walk(path, a, b);
            }
            (a, b) => self.say(path, &format!("{} in the pack, {} computed", value(a), value(b))),
        }
    }

    fn say(&mut self, path: &str, what: &str) {
        self.count += 1;
        let key = path.rsplit('.').next().unwrap_or(path);
        let follows = key == "bytes" || key.ends_with("sha256") || path.starts_with("files");
        let list = if follows { &mut self.follows } else { &mut self.named };
        if list.len() < NAMED {
            list.push(format!("{path}: {what}"));
        }
    }
}

fn value(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Object(_)) => "{…}".to_owned(),
        Some(Value::Array(items)) => format!("a list of {}", items.len()),
        Some(Value::String(text)) => format!("`{}`", shown(text)),
        Some(other) => other.to_string(),
    }
}
