//! The report as one document: sections of typed blocks, built once. HTML, PDF, workbook and terminal are projections of
//! it, so that no form says more, less or something else than another.

mod badge;
mod block;
mod sections;
mod table;
mod value;
pub mod words;

pub use badge::{Badge, Tone};
pub use block::{Block, Heading, Kind, Part, Section, Tile};
pub use sections::{actions_of, changed, classification, of_words};
pub use table::{Column, Field, Forms, Handles, Line, More, Row, Table, TableLook, first_line};
pub use value::{BarPart, Value};
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
        fn collect<'d>(section: &'d Section, blocks: &'d [Block], out: &mut Vec<(&'d Section, &'d Table)>) {
            for block in blocks {
                match block {
                    Block::Table(table) => out.push((section, table)),
                    Block::Part(Part { blocks, .. }) | Block::Box(blocks) | Block::Fold { blocks, .. } => {
                        collect(section, blocks, out);
                    }
                    Block::Columns(parts) => parts.iter().for_each(|(_, blocks)| collect(section, blocks, out)),
                    _ => {}
                }
            }
        }
        let mut out = Vec::new();
        for section in &self.sections {
            collect(section, &section.blocks, &mut out);
        }
        out
    }
}
