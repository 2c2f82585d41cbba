//! Reads a spreadsheet back: its cells as another program understands them, and its XML as it stands.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx};

/// Every part of the file with its text.
pub(crate) fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let mut parts = BTreeMap::new();
    for name in names {
        let mut text = String::new();
        archive.by_name(&name).expect("a part").read_to_string(&mut text).expect("UTF-8");
        parts.insert(name, text);
    }
    parts
}

/// A book that was opened.
pub(crate) struct Book(Xlsx<Cursor<Vec<u8>>>);

impl Book {
    pub(crate) fn open(bytes: &[u8]) -> Self {
        Self(Xlsx::new(Cursor::new(bytes.to_vec())).expect("a spreadsheet"))
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.sheet_names()
    }

    pub(crate) fn sheet(&mut self, name: &str) -> Sheet {
        Sheet(self.0.worksheet_range(name).unwrap_or_else(|cause| panic!("{name}: {cause}")))
    }

    /// How many formulas stand in all sheets.
    pub(crate) fn formulas(&mut self) -> usize {
        let names = self.names();
        names.iter().map(|name| self.0.worksheet_formula(name).expect("a sheet").used_cells().count()).sum()
    }

    /// Every text of every sheet, a line each.
    pub(crate) fn texts(&mut self) -> String {
        let mut out = String::new();
        for name in self.names() {
            for (_, _, cell) in self.sheet(&name).0.used_cells() {
                if let Data::String(text) = cell {
                    out.push_str(text);
                    out.push('\n');
                }
            }
        }
        out
    }
}

/// The cells of a sheet. In a table the note is row 0, the head row 1, and the data begins in row 2.
pub(crate) struct Sheet(Range<Data>);

impl Sheet {
    pub(crate) fn cell(&self, row: usize, column: usize) -> &Data {
        self.0.get_value((row as u32, column as u32)).unwrap_or(&Data::Empty)
    }

    pub(crate) fn text(&self, row: usize, column: usize) -> &str {
        match self.cell(row, column) {
            Data::String(text) => text,
            Data::Empty => "",
            other => panic!("row {row}, column {column}: {other:?} is no text"),
        }
    }

    pub(crate) fn number(&self, row: usize, column: usize) -> Option<f64> {
        match self.cell(row, column) {
            Data::Float(number) => Some(*number),
            Data::Int(number) => Some(*number as f64),
            Data::Empty => None,
            other => panic!("row {row}, column {column}: {other:?} is no number"),
        }
    }

    /// The number of days of a cell that is a date.
    pub(crate) fn date(&self, row: usize, column: usize) -> f64 {
        match self.cell(row, column) {
            Data::DateTime(at) if at.is_datetime() => at.as_f64(),
            other => panic!("row {row}, column {column}: {other:?} is no date"),
        }
    }

    /// Rows below the head.
    pub(crate) fn rows(&self) -> usize {
        self.0.end().map_or(0, |(row, _)| (row as usize).saturating_sub(1))
    }

    pub(crate) fn heads(&self) -> Vec<String> {
        let last = self.0.end().map_or(0, |(_, column)| column as usize);
        (0..=last).map(|column| self.text(1, column).to_owned()).collect()
    }

    /// The column with this head.
    pub(crate) fn column(&self, head: &str) -> usize {
        self.heads().iter().position(|one| one == head).unwrap_or_else(|| panic!("no column {head}"))
    }

    /// The row whose cell in a column has this text.
    pub(crate) fn row(&self, column: usize, text: &str) -> usize {
        let found =
            (0..self.rows() + 2).find(|row| matches!(self.cell(*row, column), Data::String(one) if one == text));
        found.unwrap_or_else(|| panic!("no row with {text}"))
    }
}
