//! A table of a pack, read row by row: some named columns of a file of comma-separated values.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::render::csv::plain;
use crate::time::{Micros, Moment, TimeFormat, parse_time};

/// A table being read.
pub(super) struct Table<const N: usize> {
    path: PathBuf,
    reader: csv::Reader<BufReader<File>>,
    places: [usize; N],
}

impl<const N: usize> Table<N> {
    /// A table of a pack with the places of the named columns. The pack of a very large company has no such file, and a
    /// pack of another version may lack a column: then there is none.
    pub(super) fn open(folder: &Path, name: &str, columns: [&str; N]) -> Outcome<Option<Self>> {
        let path = folder.join(name);
        if !path.is_file() {
            return Ok(None);
        }
        let mut reader = reader(&path)?;
        let header = reader.headers().map_err(|cause| damaged(&path, &cause))?;
        let places = columns.map(|name| header.iter().position(|column| column == name));
        if places.contains(&None) {
            return Ok(None);
        }
        Ok(Some(Self { path, reader, places: places.map(Option::unwrap_or_default) }))
    }

    /// Hands the named cells of every row to `each`, as the data has them.
    pub(super) fn rows(mut self, mut each: impl FnMut([&str; N])) -> Outcome<()> {
        let mut row = csv::StringRecord::new();
        while self.reader.read_record(&mut row).map_err(|cause| damaged(&self.path, &cause))? {
            each(self.places.map(|place| plain(row.get(place).unwrap_or_default())));
        }
        Ok(())
    }
}

pub(super) fn reader(path: &Path) -> Outcome<csv::Reader<BufReader<File>>> {
    let file = File::open(path).map_err(|cause| Failure::io("read", path, &cause))?;
    Ok(csv::Reader::from_reader(BufReader::with_capacity(1 << 18, file)))
}

pub(super) fn damaged(path: &Path, cause: &csv::Error) -> Failure {
    let place = Place::file(path.display().to_string());
    Failure::usage_one(Diagnostic::error("bad-pack", format!("cannot be read: {cause}")).at(place))
}

/// An instant as packs write it.
pub(super) fn instant(text: &str) -> Option<Micros> {
    match parse_time(text.as_bytes(), TimeFormat::Iso) {
        Some(Moment::At(at)) => Some(at),
        _ => None,
    }
}

/// `true`, `false`, or not told.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
