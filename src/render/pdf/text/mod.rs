//! Text in every script: which face has its characters, how they are shaped and ordered, and where lines break.

mod face;
mod glue;
mod lines;
mod pieces;
mod shape;
#[cfg(test)]
mod tests;
mod typesetter;

use super::page::{Colour, Pt};

pub use face::Face;
pub use typesetter::Typesetter;

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Size.
    pub size: Pt,
    /// Whether it is bold.
    pub bold: bool,
    /// Digits of one width, for columns of numbers, ids and hashes.
    pub tabular: bool,
    /// Colour.
    pub colour: Colour,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Its text; hidden characters are already made visible.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// Name of the place that it leads to.
    pub link: Option<String>,
    /// Whether it reads in its own direction, whatever stands around it: loaded data.
    pub isolated: bool,
}

impl Span {
    /// Words that lead nowhere.
    pub fn plain(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, link: None, isolated: false }
    }
}

/// A line of text, shaped and in visual order.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// From left to right.
    pub runs: Vec<Run>,
    /// Width without the space at its end.
    pub width: Pt,
}

/// Glyphs of one face and one style, from left to right.
#[derive(Debug, Clone)]
pub struct Run {
    /// Index of the face in the typesetter.
    pub face: usize,
    /// How it looks.
    pub style: Style,
    /// Distance from the line's left end.
    pub x: Pt,
    /// Width.
    pub width: Pt,
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
    /// What copying gives, in logical order, with the space at a broken line's end.
    pub text: String,
    /// Where its text begins in the paragraph: sorted by it, runs are in logical order.
    pub begins: usize,
    /// Whether it reads from right to left.
    pub rtl: bool,
    /// Name of the place that it leads to.
    pub link: Option<String>,
    /// The character that no face has: drawn as a box with its code point.
    pub missing: Option<char>,
}

/// A glyph.
#[derive(Debug, Clone, PartialEq)]
pub struct Glyph {
    /// Id in its face.
    pub id: u16,
    /// How far the next one stands from it.
    pub advance: Pt,
    /// Its displacement.
    pub offset: (Pt, Pt),
    /// The text of its cluster; empty for the further glyphs of a cluster.
    pub text: String,
}
