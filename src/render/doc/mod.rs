//! The report as one document: sections of typed blocks, built once. HTML, PDF, workbook and terminal are projections of
//! it, so that no form says more, less or something else than another.

mod badge;
mod block;
pub mod build;
mod meanings;
mod sections;
mod table;
mod value;
pub mod words;

pub use badge::{Badge, Tone};
pub use block::{Block, Heading, Kind, Part, Section, Tile, words_of_tally};
pub use meanings::meaning;
pub use sections::{Make, Sheet, actions_of, changed, classification, of_words, sheets, summary, trend_tables};
pub use table::{Column, Field, Forms, Handles, Line, More, Row, Table, TableLook, first_line};
pub use value::{BarPart, Value, words_of_bar};
pub use words::{Look, Origin, Piece, Words, text_of};

use crate::render::{Brand, facts};
use crate::report::Report;

/// How much of the report a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// What a reader acts on, in about ten pages.
    Short,
    /// Everything.
    Full,
}

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Which edition it is.
    pub edition: Edition,
    /// Its sections, in the order in which every form has them.
    pub sections: Vec<Section>,
}

/// The report as a document.
pub fn document(report: &Report, brand: &Brand, edition: Edition) -> Document {
    Document { title: facts::title(report), edition, sections: sections::all(report, brand, edition) }
}

impl Document {
    /// Every table in the order of the document, with the section that it stands in.
    pub fn tables(&self) -> Vec<(&Section, &Table)> {
        let mut out = Vec::new();
        for section in &self.sections {
            out.extend(tables_in(&section.blocks).into_iter().map(|table| (section, table)));
        }
        out
    }
}

/// Every table among some blocks, in their order; not those that only stand for a figure.
pub fn tables_in(blocks: &[Block]) -> Vec<&Table> {
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Table(table) => out.push(table),
            Block::Part(Part { blocks, .. }) | Block::Box(blocks) | Block::Fold { blocks, .. } => {
                out.extend(tables_in(blocks));
            }
            Block::Columns(parts) => out.extend(parts.iter().flat_map(|(_, blocks)| tables_in(blocks))),
            _ => {}
        }
    }
    out
}
