//! Pieces of text: our own words, words of the rules, and loaded data, each marked as what it is.

use crate::render::prose::{self, Part as Marked};
use crate::render::{facts, text};
use crate::report::{MetricReport, Report};

/// How a piece of text looks beside the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As the rest.
    Plain,
    /// Bold.
    Strong,
    /// In the background.
    Quiet,
    /// To be typed, a file, an id, a digest: digits of one width.
    Code,
    /// Needs attention: bold, in the colour of what is over its limit.
    Alert,
}

/// Whose words a piece is, which decides what a form must do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This tool's own.
    Own,
    /// Of the rules or of the engine: hidden characters are made visible, and nothing is cut.
    Rules,
    /// Loaded: in its own direction, hidden characters made visible, the end of a long one folded or counted.
    Loaded,
}

/// A piece of a paragraph, raw: forms make hidden characters visible, and cut or fold what is long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// How it looks.
    pub look: Look,
    /// Whose words it is.
    pub origin: Origin,
    /// The place in the document that it leads to.
    pub link: Option<String>,
}

/// A paragraph.
pub type Words = Vec<Piece>;

impl Piece {
    /// The piece leads to a place, if there is one.
    #[must_use]
    pub fn to(mut self, place: Option<String>) -> Self {
        self.link = place;
        self
    }

    /// The piece with another look.
    #[must_use]
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }
}

fn piece(words: impl Into<String>, look: Look, origin: Origin) -> Piece {
    Piece { text: words.into(), look, origin, link: None }
}

/// Our own words.
pub fn plain(words: impl Into<String>) -> Piece {
    piece(words, Look::Plain, Origin::Own)
}

/// Our own words, bold.
pub fn strong(words: impl Into<String>) -> Piece {
    piece(words, Look::Strong, Origin::Own)
}

/// Our own words in the background.
pub fn quiet(words: impl Into<String>) -> Piece {
    piece(words, Look::Quiet, Origin::Own)
}

/// Our own words that need attention.
pub fn alert(words: impl Into<String>) -> Piece {
    piece(words, Look::Alert, Origin::Own)
}

/// A file, an id, a digest, a command.
pub fn code(words: impl Into<String>) -> Piece {
    piece(words, Look::Code, Origin::Rules)
}

/// Words of the rules or of the engine.
pub fn rules(words: impl Into<String>) -> Piece {
    piece(words, Look::Plain, Origin::Rules)
}

/// Loaded data.
pub fn loaded(words: impl Into<String>) -> Piece {
    piece(words, Look::Plain, Origin::Loaded)
}

/// Pieces with a separator between them.
pub fn joined(pieces: impl IntoIterator<Item = Piece>, separator: &str) -> Words {
    let mut out: Words = Vec::new();
    for one in pieces {
        if !out.is_empty() {
            out.push(plain(separator));
        }
        out.push(one);
    }
    out
}

/// Text of the rules or of the engine that marks names in it by backticks.
pub fn marked(text: &str) -> Words {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return vec![rules(text)];
    }
    let piece = |(index, part): (usize, &str)| if index % 2 == 0 { rules(part) } else { code(part) };
    parts.into_iter().enumerate().map(piece).filter(|piece| !piece.text.is_empty()).collect()
}

/// A paragraph with marks and values, of [`prose`].
pub fn rich(words: &str, report: &Report) -> Words {
    let values = [("zone", report.zone.as_str()), ("leave_instant", report.leave_instant.as_str())];
    let piece = |part: Marked<'_>| match part {
        Marked::Text(words) => plain(words),
        Marked::Code(words) => code(words),
        Marked::Link { words, place } => plain(words).to(Some(place.to_owned())),
        Marked::Value(value) => rules(value),
    };
    prose::parts(words, &values).into_iter().map(piece).collect()
}

/// A reason with the counts of its metric: no verdict stands without them, whatever the reason says.
pub fn with_counts(reason: &str, metric: Option<&MetricReport>) -> String {
    match metric.filter(|metric| metric.population > 0).map(facts::over) {
        Some(over) if !reason.contains(&over) => format!("{reason} ({over} over)"),
        _ => reason.to_owned(),
    }
}

/// The words as plain text, as a reader of the raw text would see them.
pub fn text_of(words: &[Piece]) -> String {
    words.iter().map(|piece| text::shown(&piece.text).into_owned()).collect()
}
