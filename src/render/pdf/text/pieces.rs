//! A paragraph cut into pieces of one style, one face and one direction, and into segments between ordinary breaks.

use std::ops::Range;
use std::rc::Rc;

use unicode_bidi::{BidiClass, Level, ParagraphBidiInfo};
use unicode_linebreak::BreakOpportunity;
use unicode_segmentation::UnicodeSegmentation as _;

use super::face::ignorable;
use super::glue;
use super::shape::{How, Shaped};
use super::{Style, Typesetter};

/// Advance of the box that stands for a missing character, in em.
pub(super) const MISSING_ADVANCE: f32 = 0.9;

/// Text of one style, face and direction, shaped.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) range: Range<usize>,
    pub(super) span: usize,
    pub(super) level: Level,
    pub(super) face: usize,
    /// The character that no face has.
    pub(super) missing: Option<char>,
    pub(super) shaped: Rc<Shaped>,
    /// Width in points.
    pub(super) width: f32,
}

/// What stands between two ordinary breaks: a word, and the space after it.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub(super) word: Vec<Piece>,
    pub(super) space: Vec<Piece>,
    /// Width of the word.
    pub(super) width: f32,
}

/// A paragraph without forced breaks.
pub(super) struct Paragraph<'p> {
    pub(super) text: &'p str,
    /// Where each span ends, and how it looks.
    pub(super) spans: &'p [(usize, Style)],
    /// Direction of the whole: even from left to right.
    pub(super) level: Level,
    levels: Option<Vec<Level>>,
}

impl<'p> Paragraph<'p> {
    pub(super) fn new(text: &'p str, spans: &'p [(usize, Style)]) -> Self {
        Self::isolating(text, spans, &[])
    }

    /// A paragraph of which some parts read in their own direction.
    pub(super) fn isolating(text: &'p str, spans: &'p [(usize, Style)], isolated: &[Range<usize>]) -> Self {
        // Below U+0590 nothing reads from right to left.
        if text.chars().all(|c| c < '\u{590}') {
            return Self { text, spans, level: Level::ltr(), levels: None };
        }
        // The report is English: a sentence that begins with a name in another script is still one of ours and runs
        // from left to right. Only a text without any letter of that direction runs the other way.
        let ours = text.chars().any(|c| unicode_bidi::bidi_class(c) == BidiClass::L);
        let (level, levels) = levels(text, ours.then(Level::ltr), isolated);
        Self { text, spans, level, levels }
    }

    pub(super) fn level_at(&self, at: usize) -> Level {
        self.levels.as_ref().map_or(self.level, |levels| levels[at])
    }

    /// The segments, in logical order.
    pub(super) fn segments(&self, typesetter: &Typesetter<'_>) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut start = 0;
        for (end, opportunity) in unicode_linebreak::linebreaks(self.text) {
            if end < self.text.len() && opportunity == BreakOpportunity::Allowed && !self.ordinary(end) {
                continue;
            }
            let part = &self.text[start..end];
            let word = start + part.trim_end().len();
            let mut segment = Segment::default();
            self.cut(typesetter, start..word, &mut segment.word);
            self.cut(typesetter, word..end, &mut segment.space);
            segment.width = segment.word.iter().map(|piece| piece.width).sum();
            segments.push(segment);
            start = end;
        }
        segments
    }

    /// The whole paragraph, without breaks.
    pub(super) fn cut_whole(&self, typesetter: &Typesetter<'_>, out: &mut Vec<Piece>) {
        // Cut at spaces, so that words are shaped as on a broken line, and remembered.
        let mut start = 0;
        for (at, _) in self.text.match_indices(' ') {
            self.cut(typesetter, start..at, out);
            self.cut(typesetter, at..at + 1, out);
            start = at + 1;
        }
        self.cut(typesetter, start..self.text.len(), out);
    }

    /// Inside ids, paths and hyphenated words there is no ordinary break; between ideographs there is.
    fn ordinary(&self, at: usize) -> bool {
        let before = self.text[..at].chars().next_back();
        let after = self.text[at..].chars().next();
        let ordinary =
            before.is_some_and(|c| c.is_whitespace() || !c.is_ascii()) || after.is_some_and(|c| !c.is_ascii());
        ordinary && !glue::holds(self.text, at)
    }

    /// Cuts a range into pieces of one span, one level and one face.
    pub(super) fn cut(&self, typesetter: &Typesetter<'_>, range: Range<usize>, out: &mut Vec<Piece>) {
        let mut at = range.start;
        while at < range.end {
            let span = self.spans.partition_point(|(end, _)| *end <= at);
            let (span_end, style) = self.spans[span];
            let end = range.end.min(span_end);
            let mut open: Option<(Range<usize>, Level, usize)> = None;
            for (offset, cluster) in self.text[at..end].grapheme_indices(true) {
                let here = at + offset..at + offset + cluster.len();
                let level = self.level_at(here.start);
                let chosen = self.face_of_space(typesetter, here.start, cluster, level, style);
                let Some(face) = chosen.or_else(|| typesetter.face_of(cluster, style.bold)) else {
                    self.close(typesetter, &mut open, span, out);
                    self.missing(here, span, level, style, out);
                    continue;
                };
                match &mut open {
                    Some((range, of, in_face)) if *of == level && *in_face == face => range.end = here.end,
                    _ => {
                        self.close(typesetter, &mut open, span, out);
                        open = Some((here, level, face));
                    }
                }
            }
            self.close(typesetter, &mut open, span, out);
            at = end;
        }
    }

    /// A space inside right-to-left text belongs to the face of the word before it.
    fn face_of_space(
        &self,
        typesetter: &Typesetter<'_>,
        at: usize,
        cluster: &str,
        level: Level,
        style: Style,
    ) -> Option<usize> {
        if cluster != " " || level.is_ltr() {
            return None;
        }
        let before = self.text[..at].graphemes(true).next_back()?;
        let face = typesetter.face_of(before, style.bold)?;
        typesetter.faces()[face].covers(" ").then_some(face)
    }

    fn close(
        &self,
        typesetter: &Typesetter<'_>,
        open: &mut Option<(Range<usize>, Level, usize)>,
        span: usize,
        out: &mut Vec<Piece>,
    ) {
        if let Some((range, level, face)) = open.take() {
            let style = self.spans[span].1;
            let how = How { face, tabular: style.tabular, rtl: level.is_rtl() };
            let shaped = typesetter.shape(how, &self.text[range.clone()]);
            let width = shaped.advance * style.size;
            out.push(Piece { range, span, level, face, missing: None, shaped, width });
        }
    }

    /// One box for each character; those that draw nothing stay with the one before them.
    fn missing(&self, cluster: Range<usize>, span: usize, level: Level, style: Style, out: &mut Vec<Piece>) {
        let first = out.len();
        for (offset, character) in self.text[cluster.clone()].char_indices() {
            let at = cluster.start + offset;
            let range = at..at + character.len_utf8();
            let draws_nothing = out.len() > first && ignorable(character);
            match out.last_mut().filter(|_| draws_nothing) {
                Some(last) => last.range.end = range.end,
                None => out.push(Piece {
                    range,
                    span,
                    level,
                    face: usize::from(style.bold),
                    missing: Some(character),
                    shaped: Rc::default(),
                    width: MISSING_ADVANCE * style.size,
                }),
            }
        }
    }
}

/// Levels of direction of a text, some parts of which do not look at what stands around them; none where all of it
/// runs from left to right.
fn levels(text: &str, of: Option<Level>, isolated: &[Range<usize>]) -> (Level, Option<Vec<Level>>) {
    const FIRST_STRONG: &str = "\u{2068}";
    const END: &str = "\u{2069}";
    let mut fenced = String::with_capacity(text.len() + isolated.len() * (FIRST_STRONG.len() + END.len()));
    let mut from = 0;
    // Which bytes of the fenced text are the text's own.
    let mut own: Vec<Range<usize>> = Vec::new();
    let mut copy = |fenced: &mut String, range: Range<usize>| {
        own.push(fenced.len()..fenced.len() + range.len());
        fenced.push_str(&text[range]);
    };
    for range in isolated {
        copy(&mut fenced, from..range.start);
        fenced.push_str(FIRST_STRONG);
        copy(&mut fenced, range.clone());
        fenced.push_str(END);
        from = range.end;
    }
    copy(&mut fenced, from..text.len());
    let bidi = ParagraphBidiInfo::new(&fenced, of);
    let levels = || own.iter().flat_map(|range| bidi.levels[range.clone()].iter().copied()).collect();
    (bidi.paragraph_level, bidi.has_rtl().then(levels))
}
