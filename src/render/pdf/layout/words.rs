//! Words of the document as text on paper: hidden characters visible, long data cut, links only where they lead somewhere.

use super::flow::Flow;
use super::look::Text;
use crate::render::doc::{Origin, Piece, words};
use crate::render::pdf::page::Pt;
use crate::render::pdf::text::{Line, Span};
use crate::render::text;

/// Characters of a piece of loaded data that are shown.
const LIMIT: usize = 300;
/// Words of more characters than this may be broken inside, so that their column stays narrow.
const LONG: usize = 22;

/// Words of a title.
pub(super) fn own(title: &str) -> Piece {
    words::plain(title)
}

/// A piece as readers see it.
pub(super) fn shown(piece: &Piece) -> String {
    let visible = |raw: &str| text::visible(raw, false).into_owned();
    match piece.origin {
        Origin::Own => piece.text.clone(),
        Origin::Rules => visible(&text::shown(&piece.text)),
        Origin::Loaded => {
            let plain = text::shown(&piece.text);
            let (head, rest) = text::fold(&plain, LIMIT);
            if rest.is_empty() {
                return visible(head);
            }
            let more = text::plural(rest.trim_start().chars().count() as u64, "more character", "more characters");
            format!("{}… [{more}]", visible(head))
        }
    }
}

/// The words without their looks.
pub(super) fn plain(words: &[Piece]) -> String {
    words.iter().map(shown).collect()
}

impl Flow<'_> {
    /// A paragraph as spans of a text.
    pub(super) fn spans(&self, words: &[Piece], text: Text) -> Vec<Span> {
        let span = |piece: &Piece| {
            let link = piece.link.clone().filter(|place| self.places.contains(place));
            let mut style = text.of(piece.look);
            if link.is_some() {
                style.colour = self.accent;
            }
            Span { text: shown(piece), style, link, isolated: piece.origin == Origin::Loaded }
        };
        words.iter().map(span).collect()
    }

    /// Lines of a paragraph.
    pub(super) fn lines(&self, words: &[Piece], text: Text, width: Pt) -> Vec<Line> {
        self.typesetter.lines(&self.spans(words, text), width)
    }

    /// Lines of a paragraph that another follows in the same element: read together, a space stands between them.
    pub(super) fn lines_before_more(&self, words: &[Piece], text: Text, width: Pt) -> Vec<Line> {
        let mut spans = self.spans(words, text);
        spans.push(Span::plain(" ", text.style()));
        self.typesetter.lines(&spans, width)
    }

    /// Width of the widest word of a paragraph, and of all of it on one line. A long word may be broken.
    pub(super) fn measure(&self, words: &[Piece], text: Text) -> (Pt, Pt) {
        let spans = self.spans(words, text);
        let (words, whole) = self.typesetter.words(&spans);
        let least = |(characters, width): &(usize, Pt)| {
            if *characters > LONG { width.min(text.size * 9.5) } else { *width }
        };
        (words.iter().map(least).fold(0.0, Pt::max), whole)
    }
}
