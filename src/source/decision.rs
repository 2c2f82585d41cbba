//! What a file is, and how it is read: what deciding gives.

use crate::diag::Diagnostic;

use super::csv::Dialect;
use super::json::{Page, Style};
use super::path::WayStep;
use super::recognise::Candidate;
use super::set::Source;
use super::suggest::Columns;
use super::{FileOutcome, RowPlace};

/// How to read a file.
pub(super) enum Shape {
    /// Delimited text; the columns that the mapping does not know.
    Csv(Dialect, Vec<String>),
    /// Delimited text out of a JSON answer.
    Text { text: String, generated: Option<String>, dialect: Dialect, unknown: Vec<String>, page: Box<Page> },
    /// Delimited text whose rows are records with members; `inner`: from a row to the records inside of it.
    Rows { dialect: Dialect, inner: Vec<WayStep>, unknown: Vec<String> },
    /// JSON: the way through the stream, and from what stands there to the records inside of it.
    Json { style: Style, way: Vec<String>, inner: Vec<WayStep>, generated: Option<String>, unknown: Vec<String> },
}

impl Shape {
    /// What the number of a row means.
    pub(super) fn place(&self) -> RowPlace {
        match self {
            Self::Csv(..) | Self::Rows { .. } | Self::Json { style: Style::Lines, .. } => RowPlace::Line,
            Self::Text { .. } | Self::Json { .. } => RowPlace::Record,
        }
    }

    /// What an answer says around the text that travels in it.
    pub(super) fn page(&self) -> Option<Page> {
        match self {
            Self::Text { page, .. } => Some(Page::clone(page)),
            Self::Csv(..) | Self::Rows { .. } | Self::Json { .. } => None,
        }
    }

    /// The columns that the mapping does not know, and the time at which the document says it was made.
    pub(super) fn aside(&self) -> (Vec<String>, Option<String>) {
        match self {
            Self::Csv(_, unknown) | Self::Rows { unknown, .. } => (unknown.clone(), None),
            Self::Text { unknown, generated, .. } | Self::Json { unknown, generated, .. } => {
                (unknown.clone(), generated.clone())
            }
        }
    }
}

/// How much of a list a file holds, as far as its shape tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Nothing tells that it is not the whole.
    List,
    /// The records of one user or one project, say: others are in files of their own.
    Part,
    /// An answer about one record.
    One,
}

/// What a file is.
pub(super) enum Decision<'a> {
    /// `taken`: columns and the keys that they are read from, where the mapping knows them by several names.
    Read {
        shape: Shape,
        source: &'a Source,
        taken: Vec<(&'static str, String)>,
        extent: Extent,
        /// Another list of such records in the same document, which is not read.
        beside: Option<String>,
    },
    Not {
        outcome: FileOutcome,
        candidates: Vec<Candidate>,
        columns: Option<Columns>,
        diagnostic: Diagnostic,
    },
}
