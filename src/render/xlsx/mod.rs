//! `report.xlsx`: the report as a book of tables that filter and add up, with the rows behind every number.

mod book;
mod cell;
mod fields;
mod page;
mod project;
mod read_me;
mod rows;
mod share;
mod style;
mod table;

use std::io::{Read, Write};
use std::path::Path;

pub use share::{BOOK_ROWS, SHEET_ROWS};

use crate::failure::{Outcome, caught_writing};
use crate::render::Brand;
use crate::render::doc::{self, Edition};
use crate::report::{Action, Report};

/// The long tables of a pack, which are in its files and not in the report.
pub trait PackTables {
    /// Opens a CSV file of the pack by its name.
    ///
    /// # Errors
    /// There is no such file, or it cannot be read.
    fn open(&self, name: &str) -> Outcome<Box<dyn Read>>;

    /// SHA-256 of a file of the pack.
    fn sha256(&self, name: &str) -> Option<String>;
}

/// How many rows the long tables of a book may take; the rest is named with its count, its file and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Rows of one sheet.
    pub sheet: u64,
    /// Rows of all long tables together.
    pub book: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self { sheet: SHEET_ROWS, book: BOOK_ROWS }
    }
}

/// Writes the book; `actions` are all exceptions. Rows pass through nameless temporary files in the folder `scratch`, not
/// through memory.
///
/// # Errors
/// A file of the pack cannot be read or holds another number of rows than the report says, or the book cannot be
/// written.
pub fn report(
    report: &Report,
    actions: &[Action],
    tables: &dyn PackTables,
    room: Room,
    scratch: &Path,
    to: impl Write + Send,
) -> Outcome<()> {
    // The library panics where a temporary file of its own cannot be written.
    caught_writing("write the spreadsheet", || written(report, actions, tables, room, scratch, to))
}

fn written(
    report: &Report,
    actions: &[Action],
    tables: &dyn PackTables,
    room: Room,
    scratch: &Path,
    to: impl Write + Send,
) -> Outcome<()> {
    let sheets = doc::sheets(report, actions);
    let titles: Vec<&str> = sheets.iter().map(|sheet| sheet.title).collect();
    let mut book = book::Book::new(report, &titles, scratch)?;
    let names = rows::Names::take(&mut book, report);
    book.lead(names.places());
    let limit = rows::limit(report, room);
    let (first, others): (Vec<_>, Vec<_>) = sheets.iter().partition(|sheet| sheet.title == "What to do");
    first.into_iter().try_for_each(|sheet| project::sheet(&mut book, sheet, room.sheet))?;
    rows::findings(&mut book, report, tables, limit)?;
    others.into_iter().try_for_each(|sheet| project::sheet(&mut book, sheet, room.sheet))?;
    rows::evidence(&mut book, report, tables, limit, &names)?;
    // The look of a pack dresses its pages, and no spreadsheet.
    let document = doc::document(report, &Brand::default(), Edition::Full);
    let summary = page::summary(&book, &document)?;
    let read_me = read_me::read_me(&mut book)?;
    book.save([read_me, summary], to)
}
