//! A table of a pack, read row by row: some named columns of a file of comma-separated values, or of a Parquet file where
//! the table is too long for a spreadsheet.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use polars::prelude::{AnyValue, Column};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::render::csv::plain;
use crate::time::push_rfc3339;

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

    /// Hands the named cells of every row to `each`, as the data has them: times in RFC 3339, flags as `true` or `false`.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn each(self, mut each: impl FnMut([&str; N])) -> Outcome<()> {
        match self.form {
            Form::Csv(mut reader, places) => {
                let mut row = csv::StringRecord::new();
                while reader.read_record(&mut row).map_err(|cause| damaged(&self.path, &cause))? {
                    each(places.map(|place| plain(row.get(place).unwrap_or_default())));
                }
                Ok(())
            }
            Form::Parquet(columns) => parquet(&self.path, columns, each),
        }
    }
}

fn parquet<const N: usize>(path: &Path, names: [&'static str; N], mut each: impl FnMut([&str; N])) -> Outcome<()> {
    let mut cells: [String; N] = std::array::from_fn(|_| String::new());
    let mut from = 0;
    loop {
        let frame = parquet_slice(path, from, ROW_GROUP, Some(&names)).map_err(|cause| damaged(path, &cause))?;
        let columns: Vec<&Column> = names.iter().filter_map(|name| frame.column(name).ok()).collect();
        for row in 0..frame.height() {
            for ((cell, column), name) in cells.iter_mut().zip(&columns).zip(names) {
                cell.clear();
                push(cell, name, column.get(row).unwrap_or(AnyValue::Null));
            }
            each(std::array::from_fn(|at| cells[at].as_str()));
        }
        from += frame.height();
        if frame.height() < ROW_GROUP {
            return Ok(());
        }
    }
}

/// A cell in the words of the CSV form of its table. Times are microseconds since 1970 UTC.
fn push(cell: &mut String, name: &str, value: AnyValue<'_>) {
    let time = ["_at", "_lo", "_hi", "_until"].iter().any(|ending| name.ends_with(ending));
    match value {
        AnyValue::Null => {}
        AnyValue::String(text) => cell.push_str(text),
        AnyValue::StringOwned(text) => cell.push_str(&text),
        AnyValue::Boolean(flag) => cell.push_str(if flag { "true" } else { "false" }),
        other => match other.extract::<i64>() {
            Some(at) if time => push_rfc3339(cell, at),
            Some(number) => cell.push_str(&number.to_string()),
            None => {}
        },
    }
}

/// A CSV file of a pack, to be read from its header on.
///
/// # Errors
/// The file cannot be opened.
pub fn open_csv(path: &Path) -> Outcome<csv::Reader<BufReader<File>>> {
    let file = File::open(path).map_err(|cause| Failure::io("read", path, &cause))?;
    Ok(csv::Reader::from_reader(BufReader::with_capacity(1 << 18, file)))
}

/// A file of a pack that is not what this tool writes.
pub fn damaged(path: &Path, cause: &dyn std::fmt::Display) -> Failure {
    let place = Place::file(path.display().to_string());
    Failure::usage_one(Diagnostic::error("bad-pack", format!("cannot be read: {cause}")).at(place))
}
