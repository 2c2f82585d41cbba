//! Measures text and breaks it into lines.

use std::cell::RefCell;
use std::ops::Range;
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

    /// The words of a paragraph, which ordinary breaks stand between: characters and width of each; and its width on one
    /// line.
    pub fn words(&self, spans: &[Span]) -> (Vec<(usize, Pt)>, Pt) {
        let mut words = Vec::new();
        let mut widest: Pt = 0.0;
        for (text, inside, isolated, _) in parts(spans) {
            let mut whole = 0.0;
            for segment in Paragraph::isolating(&text, &inside, &isolated).segments(self) {
                let pieces = || segment.word.iter();
                let characters: usize = pieces().map(|piece| text[piece.range.clone()].chars().count()).sum();
                words.push((characters, segment.width));
                whole += segment.width + segment.space.iter().map(|piece| piece.width).sum::<Pt>();
            }
            widest = widest.max(whole);
        }
        (words, widest)
    }

    /// Lines of a paragraph, none wider than `width`; a line end in the text forces a break.
    ///
    /// Ids, paths and words that no line holds are broken after a sign, or between clusters.
    pub fn lines(&self, spans: &[Span], width: Pt) -> Vec<Line> {
        let mut lines = Vec::new();
        for (text, inside, isolated, forced) in parts(spans) {
            let paragraph = Paragraph::isolating(&text, &inside, &isolated);
            let mut filler = Filler::new(self, &paragraph, width, spans);
            for segment in paragraph.segments(self) {
                filler.add(segment);
            }
            filler.close();
            lines.append(&mut filler.lines);
            if forced {
                lines.push(Line::default());
            }
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
    pub(in crate::render::pdf) fn face_of(&self, cluster: &str, bold: bool) -> Option<usize> {
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

/// A part of a paragraph between forced breaks: its text, where each span ends in it and how that looks, what of it
/// reads in its own direction, and whether an empty line follows.
type Part = (String, Vec<(usize, Style)>, Vec<Range<usize>>, bool);

/// The paragraph cut at its forced breaks.
fn parts(spans: &[Span]) -> Vec<Part> {
    let text: String = spans.iter().map(|span| span.text.as_str()).collect();
    let text = text.replace('\t', " ");
    let mut end = 0;
    let ends: Vec<usize> = spans
        .iter()
        .map(|span| {
            end += span.text.len();
            end
        })
        .collect();
    let mut start = 0;
    let mut out = Vec::new();
    for part in text.split_inclusive('\n').chain(text.is_empty().then_some("")) {
        let within = |at: usize| at.saturating_sub(start).min(part.len());
        let inside = ends.iter().zip(spans).map(|(end, span)| (within(*end), span.style)).collect();
        let isolated = ends.iter().zip(spans).filter(|(_, span)| span.isolated);
        let isolated = isolated.map(|(end, span)| within(end - span.text.len())..within(*end));
        let isolated = isolated.filter(|range| !range.is_empty()).collect();
        start += part.len();
        // A forced break is read as a space, as any other end of a line between words is.
        let forced = start == text.len() && part.ends_with('\n');
        out.push((part.replace('\n', " "), inside, isolated, forced));
    }
    out
}
