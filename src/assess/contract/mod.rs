//! The evidence contract: every column of `findings.csv` and of `evidence/<metric>`, written down once with its name,
//! what it holds, what it means and where it comes from. Headers, cells, sheets, samples, readers and the reference page
//! are made of it.

mod columns;

pub use columns::{EVIDENCE, FINDINGS};

use crate::time::{Micros, SECOND};

use super::judged::Judged;

/// What a column holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text of the data.
    Text,
    /// A sentence.
    Sentence,
    /// A word of a closed set: the word in files, and the words for readers.
    Word(fn() -> Vec<(&'static str, &'static str)>),
    /// `true` or `false`.
    Flag,
    /// An instant: RFC 3339 in text, microseconds since 1970 UTC in Parquet.
    Time,
    /// Whole seconds, rounded down.
    Seconds,
    /// A file and a line of the inputs: a text, and in Parquet two numbers, of the input and of the record.
    Place,
}

/// Where the value of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From the SELECT of the metric.
    Selected,
    /// From what the engine computed.
    Computed,
    /// Looked up for readers; packs of before lack it.
    Named,
}

/// A value of a column.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// Not known, or does not apply.
    Empty,
    /// Text of the data or of the rules.
    Text(&'a str),
    /// A word of ours.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
    /// An instant.
    Time(Micros),
    /// A whole number.
    Number(i64),
    /// Text that is made when it is written.
    Written(fn(&Judged, usize, &mut String)),
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in files.
    pub name: &'static str,
    /// Its head for readers.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Where its value comes from.
    pub origin: Origin,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    get: for<'a> fn(&'a Judged, usize) -> Cell<'a>,
}

impl Column {
    /// Its value in a row.
    pub fn cell<'a>(&self, judged: &'a Judged, row: usize) -> Cell<'a> {
        (self.get)(judged, row)
    }

    /// Whether a cell of it may begin with the apostrophe that keeps a spreadsheet from running it.
    pub fn is_guarded(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Sentence | Kind::Place)
    }

    /// The words of its closed set, as files have them, with those for readers.
    pub fn words(&self) -> Vec<(&'static str, &'static str)> {
        if let Kind::Word(words) = self.kind { words() } else { Vec::new() }
    }
}

impl<'a> Cell<'a> {
    fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }

    fn time(at: Option<Micros>) -> Self {
        at.map_or(Self::Empty, Self::Time)
    }

    fn seconds(length: Option<Micros>) -> Self {
        length.map_or(Self::Empty, |length| Self::Number(length / SECOND))
    }
}

/// The first line of a file with these columns.
pub fn header(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    names.join(",") + "\n"
}

/// The two columns of Parquet, of the file and of the record, that stand for a column of places.
pub fn parts(name: &str) -> [String; 2] {
    let part = name.trim_end_matches("_source");
    [format!("{part}_file"), format!("{part}_row")]
}
