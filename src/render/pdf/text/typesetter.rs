//! Measures text and breaks it into lines.

use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::HashMap;

use super::face::{self, Face};
use super::lines::{self, Filler};
use super::pieces::{Paragraph, Piece};
use super::shape::{How, Memory, Shaped};
use super::{Line, Span, Style};
use crate::failure::Outcome;
use crate::render::brand::FontFile;
use crate::render::pdf::page::Pt;

const ELLIPSIS: &str = "…";

/// Measures text and breaks it into lines, with the shipped faces and then the company's fonts, never the machine's.
pub struct Typesetter<'f> {
    faces: Vec<Face<'f>>,
    memory: Memory,
    /// Faces of the characters outside ASCII that were asked for.
    chosen: RefCell<HashMap<(char, bool), Option<usize>>>,
}

impl<'f> Typesetter<'f> {
    /// The shipped faces and the company's fonts, asked in this order for each character.
    ///
    /// Names every font file that cannot be read or must not be embedded.
    pub fn new(fonts: &'f [FontFile]) -> Outcome<Self> {
        Ok(Self { faces: face::load(fonts)?, memory: Memory::default(), chosen: RefCell::default() })
    }

    /// The faces; [`super::Run::face`] is an index into them.
    pub fn faces(&self) -> &[Face<'f>] {
        &self.faces
    }

    /// Width of a text on one line, with the space at its end.
    pub fn width(&self, text: &str, style: Style) -> Pt {
        let spans = [(text.len(), style)];
        let mut pieces = Vec::new();
        Paragraph::new(text, &spans).cut_whole(self, &mut pieces);
        pieces.iter().map(|piece| piece.width).sum()
    }

    /// Width of the widest part that cannot be broken at an ordinary break.
    pub fn widest_word(&self, text: &str, style: Style) -> Pt {
        let mut widest: f32 = 0.0;
        for part in text.split('\n') {
            let spans = [(part.len(), style)];
            for segment in Paragraph::new(part, &spans).segments(self) {
                widest = widest.max(segment.width);
            }
        }
        widest
    }

    /// Lines of a paragraph, none wider than `width`; a line end in the text forces a break.
    ///
    /// Ids, paths and words that no line holds are broken after a sign, or between clusters.
    pub fn lines(&self, spans: &[Span], width: Pt) -> Vec<Line> {
        let text: String = spans.iter().map(|span| span.text.as_str()).collect();
        let text = text.replace('\t', " ");
        let mut end = 0;
        let ends: Vec<(usize, Style)> = spans
            .iter()
            .map(|span| {
                end += span.text.len();
                (end, span.style)
            })
            .collect();
        let mut lines = Vec::new();
        let mut start = 0;
        for part in text.split_inclusive('\n').chain(text.is_empty().then_some("")) {
            // A forced break is read as a space, as any other end of a line between words is.
            let shown = part.replace('\n', " ");
            let inside: Vec<(usize, Style)> =
                ends.iter().map(|(end, style)| (end.saturating_sub(start).min(part.len()), *style)).collect();
            let paragraph = Paragraph::new(&shown, &inside);
            let mut filler = Filler::new(self, &paragraph, width, spans);
            for segment in paragraph.segments(self) {
                filler.add(segment);
            }
            filler.close();
            lines.append(&mut filler.lines);
            start += part.len();
        }
        if text.ends_with('\n') {
            lines.push(Line::default());
        }
        lines
    }

    /// One line, not broken; cut with an ellipsis if it is wider than `width`.
    pub fn line(&self, text: &str, style: Style, width: Option<Pt>) -> Line {
        let text = text.replace(['\n', '\t'], " ");
        let (line, pieces) = self.unbroken(&text, style);
        let Some(width) = width.filter(|width| line.width > width + lines::SLACK) else { return line };
        let room = width - self.width(ELLIPSIS, style);
        let spans = [(text.len(), style)];
        let mut end = lines::beginning(&Paragraph::new(&text, &spans), &pieces, room);
        loop {
            let kept = text[..end].trim_end();
            let (line, _) = self.unbroken(&format!("{kept}{ELLIPSIS}"), style);
            if line.width <= width + lines::SLACK || kept.is_empty() {
                return line;
            }
            end = kept.char_indices().next_back().map_or(0, |(at, _)| at);
        }
    }

    /// Height of a line above its baseline, the same for all faces so that lines stand evenly.
    pub fn ascent(&self, style: Style) -> Pt {
        let face = &self.faces[0];
        f32::from(face.tables().ascender()) / face.units() * style.size
    }

    /// Depth of a line below its baseline, as a positive number.
    pub fn descent(&self, style: Style) -> Pt {
        let face = &self.faces[0];
        -f32::from(face.tables().descender()) / face.units() * style.size
    }

    fn unbroken(&self, text: &str, style: Style) -> (Line, Vec<Piece>) {
        let spans = [(text.len(), style)];
        let paragraph = Paragraph::new(text, &spans);
        let mut pieces = Vec::new();
        paragraph.cut_whole(self, &mut pieces);
        (lines::assemble(&paragraph, &[], &pieces, 0), pieces)
    }

    pub(super) fn shape(&self, how: How, text: &str) -> Rc<Shaped> {
        self.memory.shape(&self.faces, how, text)
    }

    /// The first face that has the cluster; of the right weight where there is one.
    pub(super) fn face_of(&self, cluster: &str, bold: bool) -> Option<usize> {
        let mut characters = cluster.chars();
        match (characters.next(), characters.next()) {
            (Some(' '..='~'), None) => Some(usize::from(bold)),
            (Some(single), None) => {
                *self.chosen.borrow_mut().entry((single, bold)).or_insert_with(|| self.search(cluster, bold))
            }
            _ => self.search(cluster, bold),
        }
    }

    fn search(&self, cluster: &str, bold: bool) -> Option<usize> {
        let first = self.faces.iter().position(|face| face.bold == bold && face.covers(cluster));
        first.or_else(|| self.faces.iter().position(|face| face.covers(cluster)))
    }
}
