//! A comparison for readers: in the terminal, as Markdown, as JSON. All of them say the words of one digest.

mod digest;
mod history;
mod markdown;
mod page;
mod tables;
mod terminal;

pub(in crate::render) use digest::with_article;
pub use digest::{Digest, Line, Names, Section, Table, TableKind, digest};
pub use history::history;
pub use markdown::markdown;
pub use page::page;
pub use terminal::terminal;

/// The bytes of a comparison (`overstay.drift/1`), or of several, as JSON.
pub fn json(drift: &(impl serde::Serialize + ?Sized)) -> Vec<u8> {
    let mut bytes = crate::json::pretty(drift).into_bytes();
    bytes.push(b'\n');
    bytes
}
