//! Glyphs as they are drawn: in reading order, each with the text that it alone stands for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use unicode_segmentation::UnicodeSegmentation as _;

use crate::render::pdf::text::{Face, Line, Run, Typesetter};

/// Glyphs with their texts by face, and characters without a glyph.
#[derive(Default)]
pub(super) struct Found {
    pub(super) texts: BTreeMap<usize, BTreeMap<u16, Vec<String>>>,
    pub(super) missing: BTreeSet<String>,
}

impl Found {
    pub(super) fn add(&mut self, line: &Line, typesetter: &Typesetter<'_>) {
        for run in &line.runs {
            if run.missing.is_some() {
                self.missing.insert(run.text.clone());
            }
            for part in parts(run, &typesetter.faces()[run.face]) {
                let seen = self.texts.entry(run.face).or_default().entry(part.id).or_default();
                if !seen.iter().any(|known| *known == part.text) {
                    seen.push(part.text.into_owned());
                }
            }
        }
    }
}

/// A glyph to draw.
pub(super) struct Part<'r> {
    pub(super) id: u16,
    pub(super) text: Cow<'r, str>,
    /// Distance from the run's left end, in points.
    pub(super) x: f32,
    /// Height above the baseline, in points.
    pub(super) rise: f32,
}

/// The glyphs of a run in reading order: readers of the structure take them as they are drawn.
///
/// A ligature that reads from right to left (lam and alef) is followed by a space that stands for its second letter at
/// its left end: many readers would turn round the letters of a glyph that has two.
pub(super) fn parts<'r>(run: &'r Run, face: &Face<'_>) -> Vec<Part<'r>> {
    let mut places = Vec::with_capacity(run.glyphs.len());
    let mut x = 0.0;
    for (glyph, text) in run.glyphs.iter().zip(texts(run)) {
        places.push(Part { id: glyph.id, text, x: x + glyph.offset.0, rise: glyph.offset.1 });
        x += glyph.advance;
    }
    if !run.rtl {
        return places;
    }
    let blank = face.tables().glyph_index(' ');
    let mut out = Vec::with_capacity(places.len());
    for part in places.into_iter().rev() {
        let clusters: Vec<String> = part.text.graphemes(true).map(str::to_owned).collect();
        let (Some(blank), Some((first, further))) = (blank.filter(|_| clusters.len() > 1), clusters.split_first())
        else {
            out.push(part);
            continue;
        };
        let (x, rise) = (part.x, part.rise);
        out.push(Part { text: Cow::Owned(first.clone()), ..part });
        for (place, text) in (1_u8..).zip(further) {
            let x = x - run.style.size * 0.002 * f32::from(place);
            out.push(Part { id: blank.0, text: Cow::Owned(text.clone()), x, rise });
        }
    }
    out
}

/// What each glyph of a run stands for. Where a cluster has several glyphs, its characters are dealt out to them.
fn texts(run: &Run) -> Vec<Cow<'_, str>> {
    let mut out: Vec<Cow<'_, str>> = run.glyphs.iter().map(|glyph| Cow::Borrowed(glyph.text.as_str())).collect();
    let mut first = 0;
    while first < out.len() {
        let further = out[first + 1..].iter().take_while(|text| text.is_empty()).count();
        if further > 0 {
            let mut characters: Vec<String> = run.glyphs[first].text.chars().map(String::from).collect();
            if characters.len() > further + 1 {
                let rest = characters.split_off(further).concat();
                characters.push(rest);
            }
            characters.resize(further + 1, String::new());
            // In reading order, which is backwards where text reads from right to left.
            if run.rtl {
                characters.reverse();
            }
            for (place, text) in characters.into_iter().enumerate() {
                out[first + place] = Cow::Owned(text);
            }
        }
        first += further + 1;
    }
    out
}
