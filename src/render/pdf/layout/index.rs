//! What the document says of itself before it is laid out: lines of its contents, and places that links can lead to.

use std::collections::BTreeSet;

use super::words::plain;
use crate::render::doc::{Block, Document, Part};

/// The lines of the contents: level, text, place.
pub(super) fn entries(document: &Document) -> Vec<(u8, String, String)> {
    let mut out = Vec::new();
    for section in &document.sections {
        out.push((2, section.title.clone(), section.place.to_owned()));
        each(&section.blocks, &mut |block| {
            if let Block::Part(Part { heading, .. }) = block
                && heading.listed
                && !heading.place.is_empty()
            {
                out.push((heading.level.max(3), plain(&heading.words), heading.place.clone()));
            }
        });
    }
    out
}

/// The places that the document has.
pub(super) fn places(document: &Document) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for section in &document.sections {
        out.insert(section.place.to_owned());
        each(&section.blocks, &mut |block| match block {
            Block::Part(Part { heading, .. }) | Block::Heading(heading) => {
                out.insert(heading.place.clone());
            }
            Block::Grid { items, .. } => out.extend(items.iter().map(|item| item.0.clone())),
            Block::Table(table) => out.extend(table.rows.iter().map(|row| row.place.clone())),
            Block::Contents => {
                out.insert("contents".to_owned());
            }
            _ => {}
        });
    }
    out.remove("");
    out
}

/// Every block, an outer one before those in it.
fn each<'d>(blocks: &'d [Block], see: &mut impl FnMut(&'d Block)) {
    for block in blocks {
        see(block);
        match block {
            Block::Part(Part { blocks, .. }) | Block::Box(blocks) | Block::Fold { blocks, .. } => each(blocks, see),
            Block::Columns(parts) => parts.iter().for_each(|(_, blocks)| each(blocks, see)),
            _ => {}
        }
    }
}
