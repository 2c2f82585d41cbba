//! Blocks out of words, in a word each.

use super::block::{Block, Heading, Kind, Part};
use super::words::{Piece, Words, plain};

/// A paragraph of running text.
pub fn body(words: Words) -> Block {
    Block::Paragraph { words, kind: Kind::Body }
}

/// A paragraph in the background.
pub fn note(words: impl Into<String>) -> Block {
    Block::Paragraph { words: vec![plain(words)], kind: Kind::Note }
}

/// A list of bullets.
pub fn bullets(items: Vec<Vec<Words>>) -> Block {
    Block::List { numbered: false, items, dense: false }
}

/// A part of a section that stands in the contents.
pub fn part(level: u8, title: Piece, place: impl Into<String>, blocks: Vec<Block>) -> Block {
    let heading =
        Heading { level, words: vec![title], aside: Vec::new(), place: place.into(), listed: true, small: false };
    Block::Part(Part { heading, blocks })
}

/// A heading that stands in no contents.
pub fn subheading(level: u8, words: impl Into<String>, aside: impl Into<String>) -> Block {
    let aside: String = aside.into();
    let aside = if aside.is_empty() { Vec::new() } else { vec![plain(aside)] };
    let place = String::new();
    Block::Heading(Heading { level, words: vec![plain(words)], aside, place, listed: false, small: false })
}

/// A heading inside a box or a column.
pub fn small_heading(level: u8, words: impl Into<String>) -> Block {
    let (aside, place) = (Vec::new(), String::new());
    Block::Heading(Heading { level, words: vec![plain(words)], aside, place, listed: false, small: true })
}
