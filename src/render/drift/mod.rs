//! A comparison for readers: in the terminal, as Markdown, as a page, as JSON. All of them say the words of one digest.

mod digest;
mod document;
mod page;
mod tables;

pub(in crate::render) use digest::with_article;
pub use digest::{Digest, Line, Names, Section, Table, TableKind, digest};
pub use page::page;

use super::doc::trend_tables;
use crate::report::history::HistoryRow;

/// The digest as lines of at most `columns` columns. Colour only repeats what the words say.
pub fn terminal(digest: &Digest, columns: usize, colour: bool) -> String {
    super::terminal::blocks(&document::blocks(digest), columns, colour)
}

/// The digest as Markdown.
pub fn markdown(digest: &Digest) -> String {
    super::markdown::blocks(&document::blocks(digest))
}

/// The packs of a folder, the earliest first, as lines of at most `columns` columns.
pub fn history(rows: &[HistoryRow], columns: usize) -> String {
    match rows {
        [] => "No pack stands directly in this folder.\n".to_owned(),
        _ => super::terminal::blocks(&trend_tables(rows, rows.len()), columns, false),
    }
}

/// The bytes of a comparison (`overstay.drift/1`), or of several, as JSON.
pub fn json(drift: &(impl serde::Serialize + ?Sized)) -> Vec<u8> {
    let mut bytes = crate::json::pretty(drift).into_bytes();
    bytes.push(b'\n');
    bytes
}
