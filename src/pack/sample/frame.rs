//! The rows of an evidence file, CSV or Parquet, as the same cells.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use csv::StringRecord;
use polars::prelude::{AnyValue, DataFrame};

use crate::assess::contract::{Column, Kind, parts};
use crate::dataset::Texts;
use crate::failure::{Failure, Outcome};
use crate::render::csv::plain;
use crate::time::rfc3339;

use super::super::manifest::Manifest;
use super::super::rows::open_csv;
use super::super::table::{ROW_GROUP, parquet_slice};
use super::columns;

/// Hears row, result and system of every row.
type Each<'e> = dyn FnMut(u64, &str, &str) + 'e;

/// An evidence file.
pub(super) struct Frame {
    path: PathBuf,
    /// What stands before the number of a row of each input, for the lineage of Parquet files.
    inputs: Vec<String>,
}

impl Frame {
    pub(super) fn open(path: PathBuf, manifest: &Manifest) -> Self {
        Self { path, inputs: manifest.inputs.iter().map(|input| input.place.before(&input.path)).collect() }
    }

    fn is_parquet(&self) -> bool {
        self.path.extension().is_some_and(|ending| ending == "parquet")
    }

    /// Goes over all rows in order.
    pub(super) fn scan(&self, each: &mut Each<'_>) -> Outcome<()> {
        if self.is_parquet() { self.scan_parquet(each) } else { self.scan_csv(each) }
    }

    /// The cells of some rows (sorted), by row.
    pub(super) fn rows(&self, wanted: &[u64]) -> Outcome<BTreeMap<u64, Vec<String>>> {
        if self.is_parquet() { self.parquet_rows(wanted) } else { self.csv_rows(wanted) }
    }

    fn scan_csv(&self, each: &mut Each<'_>) -> Outcome<()> {
        let mut reader = self.csv()?;
        let header = reader.headers().map_err(|cause| self.broken(&cause))?.clone();
        let (result, system) = (self.column(&header, "result")?, self.column(&header, "system")?);
        let mut record = StringRecord::new();
        let mut row = 0;
        while reader.read_record(&mut record).map_err(|cause| self.broken(&cause))? {
            row += 1;
            let cell = |at: usize| plain(record.get(at).unwrap_or_default());
            each(row, cell(result), cell(system));
        }
        Ok(())
    }

    fn csv_rows(&self, wanted: &[u64]) -> Outcome<BTreeMap<u64, Vec<String>>> {
        let mut reader = self.csv()?;
        let header = reader.headers().map_err(|cause| self.broken(&cause))?.clone();
        let places = columns().map(|column| self.column(&header, column.name)).collect::<Outcome<Vec<usize>>>()?;
        let mut out = BTreeMap::new();
        for (row, record) in (1..).zip(reader.records()) {
            if out.len() == wanted.len() {
                break;
            }
            let record = record.map_err(|cause| self.broken(&cause))?;
            if wanted.binary_search(&row).is_ok() {
                let cell = |at: &usize| plain(record.get(*at).unwrap_or_default()).to_owned();
                out.insert(row, places.iter().map(cell).collect());
            }
        }
        Ok(out)
    }

    fn csv(&self) -> Outcome<csv::Reader<BufReader<File>>> {
        open_csv(&self.path)
    }

    fn column(&self, header: &StringRecord, name: &str) -> Outcome<usize> {
        let at = header.iter().position(|column| column == name);
        at.ok_or_else(|| self.broken(&format!("it has no column `{name}`")))
    }

    fn scan_parquet(&self, each: &mut Each<'_>) -> Outcome<()> {
        let mut from = 0;
        loop {
            let frame = self.slice(from, ROW_GROUP, Some(&["result", "system"]))?;
            let (result, system) = (Texts::of(&frame, "result"), Texts::of(&frame, "system"));
            for at in 0..frame.height() {
                let row = (from + at) as u64 + 1;
                each(row, result.get(at).unwrap_or_default(), system.get(at).unwrap_or_default());
            }
            from += frame.height();
            if frame.height() < ROW_GROUP {
                return Ok(());
            }
        }
    }

    fn parquet_rows(&self, wanted: &[u64]) -> Outcome<BTreeMap<u64, Vec<String>>> {
        let mut out = BTreeMap::new();
        // Rows of one slice are read together: a file is decoded once at most.
        for rows in wanted.chunk_by(|a, b| (a - 1) / ROW_GROUP as u64 == (b - 1) / ROW_GROUP as u64) {
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                continue;
            };
            let from = usize::try_from(first - 1).unwrap_or(usize::MAX);
            let frame = self.slice(from, (last - first + 1) as usize, None)?;
            for row in rows {
                let at = (row - first) as usize;
                out.insert(*row, columns().map(|column| self.parquet_cell(&frame, column, at)).collect());
            }
        }
        Ok(out)
    }

    /// A cell as the CSV form of the file has it.
    fn parquet_cell(&self, frame: &DataFrame, column: &Column, at: usize) -> String {
        let name = column.name;
        let value = |name: &str| match frame.column(name).and_then(|column| column.get(at).map(AnyValue::into_static)) {
            Ok(value) if !value.is_null() => Some(value),
            _ => None,
        };
        let number = |name: &str| value(name).and_then(|value| value.extract::<i64>());
        match column.kind {
            Kind::Place => {
                let [file, row] = parts(name);
                let file = number(&file).and_then(|file| usize::try_from(file).ok());
                let before = file.and_then(|file| self.inputs.get(file));
                match (before, number(&row)) {
                    (Some(before), Some(row)) => format!("{before}{row}"),
                    _ => String::new(),
                }
            }
            Kind::Time => number(name).map(rfc3339).unwrap_or_default(),
            _ => match value(name) {
                Some(AnyValue::StringOwned(text)) => text.to_string(),
                Some(value) => value.extract::<i64>().map(|number| number.to_string()).unwrap_or_default(),
                None => String::new(),
            },
        }
    }

    fn slice(&self, from: usize, rows: usize, columns: Option<&[&str]>) -> Outcome<DataFrame> {
        parquet_slice(&self.path, from, rows, columns).map_err(|cause| self.broken(&cause))
    }

    fn broken(&self, cause: &dyn std::fmt::Display) -> Failure {
        Failure::run(format!("{} cannot be read: {cause}", self.path.display()))
    }
}
