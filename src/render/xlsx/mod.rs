//! `report.xlsx`: the report as a book of tables that filter and add up, with the rows behind every number.

mod actions;
mod book;
mod cell;
mod changes;
mod controls;
mod data;
mod fields;
mod metrics;
mod quality;
mod rows;
mod share;
mod style;
mod summary;
mod table;

use std::io::{Read, Write};
use std::path::Path;

pub use share::{BOOK_ROWS, SHEET_ROWS};

use crate::failure::{Outcome, caught_writing};
use crate::report::Report;

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

/// Writes the book. Rows pass through nameless temporary files in the folder `scratch`, not through memory.
///
/// # Errors
/// A file of the pack cannot be read or holds another number of rows than the report says, or the book cannot be
/// written.
pub fn report(
    report: &Report,
    tables: &dyn PackTables,
    room: Room,
    scratch: &Path,
    to: impl Write + Send,
) -> Outcome<()> {
    // The library panics where a temporary file of its own cannot be written.
    caught_writing("write the spreadsheet", || written(report, tables, room, scratch, to))
}

fn written(report: &Report, tables: &dyn PackTables, room: Room, scratch: &Path, to: impl Write + Send) -> Outcome<()> {
    let mut book = book::Book::new(report, scratch)?;
    let names = rows::Names::take(&mut book, report);
    actions::actions(&mut book, report)?;
    metrics::metrics(&mut book, report, &names)?;
    controls::controls(&mut book, report)?;
    controls::mapping(&mut book, report)?;
    changes::changes(&mut book, report)?;
    changes::trend(&mut book, report)?;
    rows::rows(&mut book, report, tables, room, &names)?;
    metrics::indicators(&mut book, report)?;
    metrics::definitions(&mut book, report)?;
    data::waivers(&mut book, report)?;
    data::systems(&mut book, report)?;
    data::sources(&mut book, report)?;
    data::rejects(&mut book, report)?;
    quality::counts(&mut book, report)?;
    quality::messages(&mut book, report)?;
    fields::read_me(&mut book)?;
    let first = summary::summary(&book, report, tables, &names)?;
    book.save(first, to)
}
