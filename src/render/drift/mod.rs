//! A comparison for readers: in the terminal, as Markdown, as JSON. All of them say the words of one digest.

mod digest;
mod markdown;
mod terminal;

pub use digest::{Digest, Line, Names, Section, Table, digest};
pub use markdown::markdown;
pub use terminal::terminal;

use crate::report::drift::Drift;

/// The bytes of the comparison as JSON: `overstay.drift/1`.
pub fn json(drift: &Drift) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(drift).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
