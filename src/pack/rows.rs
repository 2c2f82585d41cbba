//! A table of a pack, read row by row: some named columns of a file of comma-separated values, or of a Parquet file where
//! the table is too long for a spreadsheet.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use polars::prelude::{AnyValue, Column};

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::render::csv::plain;
use crate::time::{Micros, Moment, TimeFormat, parse_time, rfc3339};

use super::table::{ROW_GROUP, parquet_columns, parquet_slice};

/// `N` columns of a table of a pack.
pub struct PackRows<const N: usize> {
    path: PathBuf,
    form: Form<N>,
}

enum Form<const N: usize> {
    Csv(Box<csv::Reader<BufReader<File>>>, [usize; N]),
    Parquet([&'static str; N]),
}

impl<const N: usize> PackRows<N> {
    /// The first file of `names` that the pack has, with the named columns. None where it has no such file, or where a
    /// pack of another version lacks a column.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open(folder: &Path, names: &[String], columns: [&'static str; N]) -> Outcome<Option<Self>> {
        let Some(path) = names.iter().map(|name| folder.join(name)).find(|path| path.is_file()) else {
            return Ok(None);
        };
        if path.extension().is_some_and(|ending| ending == "parquet") {
            let names = parquet_columns(&path).map_err(|cause| damaged(&path, &cause))?;
            let all = columns.iter().all(|column| names.iter().any(|name| name == column));
            return Ok(all.then_some(Self { path, form: Form::Parquet(columns) }));
        }
        let mut reader = open_csv(&path)?;
        let header = reader.headers().map_err(|cause| damaged(&path, &cause))?;
        let places = columns.map(|name| header.iter().position(|column| column == name));
        if places.contains(&None) {
            return Ok(None);
        }
        let places = places.map(Option::unwrap_or_default);
        Ok(Some(Self { path, form: Form::Csv(Box::new(reader), places) }))
    }

    /// Hands the named cells of every row to `each`.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn each(self, mut each: impl FnMut([Cell<'_>; N])) -> Outcome<()> {
        match self.form {
            Form::Csv(mut reader, places) => {
                let mut row = csv::StringRecord::new();
                while reader.read_record(&mut row).map_err(|cause| damaged(&self.path, &cause))? {
                    each(places.map(|place| Cell::Text(plain(row.get(place).unwrap_or_default()))));
                }
                Ok(())
            }
            Form::Parquet(columns) => parquet(&self.path, columns, each),
        }
    }
}

/// A cell as the data has it.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// A text, or anything else in words; empty where there is nothing.
    Text(&'a str),
    /// An instant.
    Time(Micros),
    /// A flag.
    Flag(bool),
    /// A number.
    Number(i64),
}

impl<'a> Cell<'a> {
    /// The text of a cell that holds one.
    pub fn str(self) -> &'a str {
        if let Self::Text(text) = self { text } else { "" }
    }

    /// The cell in the words of the CSV form of its table.
    pub fn words(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Time(at) => Cow::Owned(rfc3339(at)),
            Self::Flag(flag) => Cow::Borrowed(if flag { "true" } else { "false" }),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }

    /// The instant that it holds.
    pub fn instant(self) -> Option<Micros> {
        match self {
            Self::Time(at) => Some(at),
            Self::Text(text) => match parse_time(text.as_bytes(), TimeFormat::Iso) {
                Some(Moment::At(at)) => Some(at),
                _ => None,
            },
            _ => None,
        }
    }

    /// The flag that it holds.
    pub fn flag(self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(flag),
            Self::Text("true") => Some(true),
            Self::Text("false") => Some(false),
            _ => None,
        }
    }
}

fn parquet<const N: usize>(path: &Path, names: [&'static str; N], mut each: impl FnMut([Cell<'_>; N])) -> Outcome<()> {
    // Times are microseconds since 1970 UTC.
    let times = names.map(|name| ["_at", "_lo", "_hi", "_until"].iter().any(|ending| name.ends_with(ending)));
    let mut from = 0;
    loop {
        let frame = parquet_slice(path, from, ROW_GROUP, Some(&names)).map_err(|cause| damaged(path, &cause))?;
        let columns = names.map(|name| frame.column(name).ok());
        for row in 0..frame.height() {
            each(std::array::from_fn(|at| columns[at].map_or(Cell::Text(""), |column| cell(column, row, times[at]))));
        }
        from += frame.height();
        if frame.height() < ROW_GROUP {
            return Ok(());
        }
    }
}

fn cell(column: &Column, row: usize, time: bool) -> Cell<'_> {
    match column.get(row) {
        Ok(AnyValue::String(text)) => Cell::Text(text),
        Ok(AnyValue::Boolean(flag)) => Cell::Flag(flag),
        Ok(value) => match value.extract::<i64>() {
            Some(at) if time => Cell::Time(at),
            Some(number) => Cell::Number(number),
            None => Cell::Text(""),
        },
        Err(_) => Cell::Text(""),
    }
}

/// A CSV file of a pack, to be read from its header on.
///
/// # Errors
/// The file cannot be opened.
pub fn open_csv(path: &Path) -> Outcome<csv::Reader<BufReader<File>>> {
    let file = disk::open(path).map_err(|cause| not_read(path, &cause))?;
    Ok(csv::Reader::from_reader(BufReader::with_capacity(1 << 18, file)))
}

/// A file of a pack that cannot be read: the pack is damaged where it lacks the file, or has something else in its place.
pub fn not_read(path: &Path, cause: &io::Error) -> Failure {
    if disk::is_about_the_file(cause) { damaged(path, cause) } else { Failure::io("read", path, cause) }
}

/// A file of a pack that is not what this tool writes.
pub fn damaged(path: &Path, cause: &dyn std::fmt::Display) -> Failure {
    let place = Place::file(path.display().to_string());
    Failure::usage_one(Diagnostic::error("bad-pack", format!("cannot be read: {cause}")).at(place))
}
