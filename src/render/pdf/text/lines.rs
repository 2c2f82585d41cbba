//! Lines: where a paragraph breaks, and the visual order of what stands on a line.

use std::ops::Range;

use unicode_bidi::{Level, ParagraphBidiInfo};
use unicode_segmentation::UnicodeSegmentation as _;

use super::pieces::{MISSING_ADVANCE, Paragraph, Piece, Segment};
use super::{Glyph, Line, Run, Span, Typesetter};

/// Rounding that does not make a line too long.
pub(super) const SLACK: f32 = 0.01;
/// An id breaks after a sign only where that fills this part of an empty line; else anywhere.
const FILLED: f32 = 0.3;

/// Fills lines with the segments of one paragraph.
pub(super) struct Filler<'a> {
    typesetter: &'a Typesetter<'a>,
    paragraph: &'a Paragraph<'a>,
    width: f32,
    /// Links of the spans.
    spans: &'a [Span],
    /// Pieces of the open line, in logical order; how many of them at its end are space.
    open: Vec<Piece>,
    spaces: usize,
    /// Width of the open line with the space at its end.
    filled: f32,
    pub(super) lines: Vec<Line>,
}

impl<'a> Filler<'a> {
    pub(super) fn new(
        typesetter: &'a Typesetter<'a>,
        paragraph: &'a Paragraph<'a>,
        width: f32,
        spans: &'a [Span],
    ) -> Self {
        Self { typesetter, paragraph, width, spans, open: Vec::new(), spaces: 0, filled: 0.0, lines: Vec::new() }
    }

    /// Puts a segment on the open line, or on a new one, or on several.
    pub(super) fn add(&mut self, segment: Segment) {
        if self.filled + segment.width <= self.width + SLACK {
            self.place(segment.word, segment.space);
        } else if segment.width <= self.width + SLACK {
            self.close();
            self.place(segment.word, segment.space);
        } else {
            self.add_long(&segment.word);
            self.place(Vec::new(), segment.space);
        }
    }

    fn place(&mut self, word: Vec<Piece>, space: Vec<Piece>) {
        if !word.is_empty() {
            self.spaces = 0;
        }
        self.spaces += space.len();
        self.filled += word.iter().chain(&space).map(|piece| piece.width).sum::<f32>();
        self.open.extend(word);
        self.open.extend(space);
    }

    /// Ends the open line.
    pub(super) fn close(&mut self) {
        let pieces = std::mem::take(&mut self.open);
        self.lines.push(assemble(self.paragraph, self.spans, &pieces, self.spaces));
        self.spaces = 0;
        self.filled = 0.0;
    }

    /// A word that no line holds: broken after a sign where that helps, else between clusters.
    fn add_long(&mut self, word: &[Piece]) {
        let clusters = clusters(self.paragraph, word);
        let mut from = 0;
        while from < clusters.len() {
            let room = self.width + SLACK - self.filled;
            let mut to = from + fitting(&clusters[from..], room);
            let last = to == clusters.len();
            if !last {
                to = match (after_sign(&clusters[from..to], room, self.open.is_empty()), self.open.is_empty()) {
                    (Some(count), _) => from + count,
                    (None, false) => {
                        self.close();
                        continue;
                    }
                    (None, true) => to.max(from + 1),
                };
            }
            // Shaped alone, a part may be a little wider than inside its word.
            let pieces = loop {
                let range = clusters[from].range.start..clusters[to - 1].range.end;
                let mut pieces = Vec::new();
                self.paragraph.cut(self.typesetter, range, &mut pieces);
                if to == from + 1 || pieces.iter().map(|piece| piece.width).sum::<f32>() <= room {
                    break pieces;
                }
                to -= 1;
            };
            self.place(pieces, Vec::new());
            from = to;
            if from < clusters.len() {
                self.close();
            }
        }
    }
}

/// A cluster of a long word.
struct Cluster {
    range: Range<usize>,
    width: f32,
    /// Whether a break after it is better than one elsewhere.
    sign: bool,
}

fn clusters(paragraph: &Paragraph<'_>, word: &[Piece]) -> Vec<Cluster> {
    let mut out = Vec::new();
    for piece in word {
        let size = paragraph.spans[piece.span].1.size;
        let text = &paragraph.text[piece.range.clone()];
        let mut advances = vec![0.0; text.len()];
        for glyph in &piece.shaped.glyphs {
            advances[glyph.cluster] += glyph.advance * size;
        }
        for (offset, cluster) in text.grapheme_indices(true) {
            let start = piece.range.start + offset;
            let width = match piece.missing {
                Some(_) => MISSING_ADVANCE * size,
                None => advances[offset..offset + cluster.len()].iter().sum(),
            };
            let sign =
                matches!(cluster, "/" | "." | "_" | "-" | "@" | ":" | "," | ";" | "=" | "&" | "?" | "|" | "\\" | "+");
            out.push(Cluster { range: start..start + cluster.len(), width, sign });
        }
    }
    out
}

/// How many clusters fit into the room.
fn fitting(clusters: &[Cluster], room: f32) -> usize {
    let mut used = 0.0;
    clusters
        .iter()
        .take_while(|cluster| {
            used += cluster.width;
            used <= room
        })
        .count()
}

/// How many clusters stand before the last good break, if there is one.
fn after_sign(clusters: &[Cluster], room: f32, fresh: bool) -> Option<usize> {
    let count = clusters.iter().rposition(|cluster| cluster.sign)? + 1;
    let used: f32 = clusters[..count].iter().map(|cluster| cluster.width).sum();
    (!fresh || used >= room * FILLED).then_some(count)
}

/// The longest beginning of an unbroken line that leaves `room`, as an end in bytes.
pub(super) fn beginning(paragraph: &Paragraph<'_>, pieces: &[Piece], room: f32) -> usize {
    let clusters = clusters(paragraph, pieces);
    let count = fitting(&clusters, room);
    if count == 0 { 0 } else { clusters[count - 1].range.end }
}

/// Puts pieces, given in logical order, into visual order and joins what belongs together.
pub(super) fn assemble(paragraph: &Paragraph<'_>, spans: &[Span], pieces: &[Piece], spaces: usize) -> Line {
    let text_end = pieces.len() - spaces.min(pieces.len());
    let width = pieces[..text_end].iter().map(|piece| piece.width).sum();
    // Space at the end of a line stands at the paragraph's end, whatever is before it.
    let level = |index: usize, piece: &Piece| if index < text_end { piece.level } else { paragraph.level };
    let levels: Vec<Level> = pieces.iter().enumerate().map(|(index, piece)| level(index, piece)).collect();
    let order = if levels.iter().all(|level| *level == Level::ltr()) {
        (0..pieces.len()).collect()
    } else {
        ParagraphBidiInfo::reorder_visual(&levels)
    };
    let mut line = Line { runs: Vec::new(), width };
    let trailing: f32 = pieces[text_end..].iter().map(|piece| piece.width).sum();
    let mut x = if paragraph.level.is_rtl() { -trailing } else { 0.0 };
    for index in order {
        let piece = &pieces[index];
        add(paragraph, spans, piece, levels[index].is_rtl(), x, &mut line.runs);
        x += piece.width;
    }
    line
}

fn add(paragraph: &Paragraph<'_>, spans: &[Span], piece: &Piece, rtl: bool, x: f32, runs: &mut Vec<Run>) {
    let style = paragraph.spans[piece.span].1;
    let link = spans.get(piece.span).and_then(|span| span.link.as_ref());
    let text = &paragraph.text[piece.range.clone()];
    // What stands side by side may come from different ends of the paragraph.
    let follows = |run: &Run| {
        let (before, after) = (run.begins..run.begins + run.text.len(), &piece.range);
        if rtl { after.end == before.start } else { before.end == after.start }
    };
    let joins = |run: &&mut Run| {
        run.missing.is_none()
            && piece.missing.is_none()
            && follows(run)
            && run.face == piece.face
            && run.style == style
            && run.rtl == rtl
            && run.link.as_ref() == link
    };
    let run = if let Some(run) = runs.last_mut().filter(joins) {
        run
    } else {
        runs.push(Run {
            face: piece.face,
            style,
            x,
            width: 0.0,
            glyphs: Vec::with_capacity(piece.shaped.glyphs.len()),
            text: String::with_capacity(text.len()),
            begins: piece.range.start,
            rtl,
            link: link.cloned(),
            missing: piece.missing,
        });
        let last = runs.len() - 1;
        &mut runs[last]
    };
    run.width += piece.width;
    run.begins = run.begins.min(piece.range.start);
    if rtl {
        run.text.insert_str(0, text);
    } else {
        run.text.push_str(text);
    }
    run.glyphs.extend(glyphs(piece, text, style.size));
}

/// The glyphs of a piece with the text of their clusters.
fn glyphs(piece: &Piece, text: &str, size: f32) -> Vec<Glyph> {
    let shapes = &piece.shaped.glyphs;
    let rtl = piece.level.is_rtl();
    let mut out = Vec::with_capacity(shapes.len());
    for (index, shape) in shapes.iter().enumerate() {
        let first = index == 0 || shapes[index - 1].cluster != shape.cluster;
        let cluster = if first {
            let next = if rtl {
                shapes[..index].iter().rev().map(|other| other.cluster).find(|at| *at > shape.cluster)
            } else {
                shapes[index..].iter().map(|other| other.cluster).find(|at| *at > shape.cluster)
            };
            text[shape.cluster..next.unwrap_or(text.len())].to_owned()
        } else {
            String::new()
        };
        out.push(Glyph {
            id: shape.id,
            advance: shape.advance * size,
            offset: (shape.offset.0 * size, shape.offset.1 * size),
            text: cluster,
        });
    }
    out
}
