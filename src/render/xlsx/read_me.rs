//! The sheet Read me: what stands where, what the words mean, and what each column holds.

use super::book::{Book, POPULATIONS, READ_ME, SUMMARY};
use super::cell::Cell;
use super::fields::{self, Field};
use super::style::Tab;
use super::table::{Kind, column};
use crate::failure::Outcome;
use crate::render::doc::meaning;
use crate::render::prose;
use rust_xlsxwriter::Worksheet;

/// Lines in front of the words of the glossary.
const OWN: [(&str, &str); 4] = [
    ("times", "Dates and times of the spreadsheet, in UTC. A time that a spreadsheet cannot hold stays text."),
    (
        "lengths",
        "Whole seconds, rounded down, as in the CSV files; the column beside it shows days, hours and minutes. Of a range both ends are given.",
    ),
    ("… and …, of", "Two whole numbers: so many, of so many."),
    ("empty cells", "Not known, or does not apply. An empty cell is never a zero."),
];

/// Writes it; it stands before all other sheets.
pub(super) fn read_me(book: &mut Book) -> Outcome<Worksheet> {
    let columns = [
        column("Sheet", Kind::Text, 30.0),
        column("Word or column", Kind::Text, 38.0),
        column("In the CSV file", Kind::Text, 20.0),
        column("Holds", Kind::Text, 24.0),
        column("What it means", Kind::Long, 100.0),
    ];
    let note = "What stands where, what the words mean, and what each column holds. Text that begins like a formula is text \
                here; in the CSV files an apostrophe stands in front of it.";
    let contents = std::mem::take(&mut book.contents);
    let mut table = book.table(READ_ME, Tab::Report, note, &columns)?;
    let first =
        (SUMMARY.to_owned(), "Page one of the report, and the digests that identify it".to_owned(), String::new());
    let sheets = contents.iter().map(|entry| (entry.sheet.clone(), entry.what.clone(), entry.rows.clone()));
    for (sheet, what, rows) in std::iter::once(first).chain(sheets) {
        let rows = if rows.is_empty() { "a page".to_owned() } else { format!("{rows} rows") };
        table.row(&[Cell::Link(sheet.clone(), sheet), Cell::Empty, Cell::Empty, Cell::text(rows), Cell::text(what)])?;
    }
    for (word, text) in OWN.into_iter().chain(prose::WORDS) {
        table.row(&[Cell::text("all"), Cell::text(word), Cell::Empty, Cell::Empty, Cell::text(text)])?;
    }
    let mut contract = |sheet: &str, fields: &[Field]| {
        fields.iter().try_for_each(|field| {
            table.row(&[
                Cell::text(sheet.to_owned()),
                Cell::text(field.title),
                Cell::text(field.name),
                Cell::text(fields::holds(field)),
                Cell::text(fields::meaning(field)),
            ])
        })
    };
    contract("Findings", &fields::findings())?;
    contract(POPULATIONS, &fields::evidence())?;
    for entry in &contents {
        for (title, kind) in &entry.columns {
            let words = [Cell::text(entry.sheet.as_str()), Cell::text(title.as_str()), Cell::Empty];
            // A head that the data names, such as that of a metric or a pack, holds what its sheet holds.
            let means = match meaning(title) {
                Some(means) => Cell::text(means),
                None => Cell::text(format!("{}.", entry.what)),
            };
            table.row(&[words.as_slice(), &[Cell::text(kind.words()), means]].concat())?;
        }
    }
    table.finish()
}
