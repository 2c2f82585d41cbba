//! Characters that no face has: each is a glyph of its own, a box with the code point in it, so that copying gives the
//! character. Glyphs that are drawings are what the format's fonts of type 3 are for.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lopdf::{Dictionary, Object, Stream, dictionary};
use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};

use super::fonts::{prefix, to_unicode};
use crate::render::pdf::text::Face;

/// Codes of one font: the printed characters of ASCII.
const FIRST: u8 = b'!';
const COUNT: usize = 94;
/// Advance of the box, its edges and the thickness of its line, in thousandths of an em.
const ADVANCE: i64 = 900;
const LEFT: i64 = 60;
const FOOT: i64 = -80;
const HEAD: i64 = 800;
const LINE: i64 = 45;
/// Size of the digits, in em; the baselines of their rows, in thousandths.
const DIGITS: f32 = 0.36;
const ROWS: [f32; 2] = [430.0, 60.0];

/// The characters without a face, in order, each with those after it that draw nothing.
pub(super) struct Missing(Vec<String>);

impl Missing {
    pub(super) fn new(texts: BTreeSet<String>) -> Self {
        Self(texts.into_iter().collect())
    }

    /// Name of the font and code of a character.
    pub(super) fn code(&self, text: &str) -> Option<(String, char)> {
        let index = self.0.binary_search_by(|known| known.as_str().cmp(text)).ok()?;
        Some((format!("M{}", index / COUNT), char::from(FIRST + (index % COUNT) as u8)))
    }

    /// Writes the fonts, the digits in the outlines of a face.
    pub(super) fn embed(&self, pdf: &mut lopdf::Document, face: &Face<'_>, resources: &mut Dictionary) {
        for (index, characters) in self.0.chunks(COUNT).enumerate() {
            let mut drawings = Dictionary::new();
            let mut names: Vec<Object> = vec![i64::from(FIRST).into()];
            let mut texts = Vec::new();
            for (code, text) in (FIRST..).zip(characters) {
                let name = format!("c{code}");
                let drawing = drawing(face, text.chars().next().unwrap_or_default());
                drawings.set(name.clone(), pdf.add_object(Stream::new(Dictionary::new(), drawing)));
                names.push(Object::Name(name.into_bytes()));
                texts.push((format!("{code:02X}"), text.clone()));
            }
            let map = pdf.add_object(Stream::new(Dictionary::new(), to_unicode("00", "FF", &texts).into_bytes()));
            let name = format!("{}+CodePoints", prefix(characters.concat().as_bytes()));
            let descriptor = pdf.add_object(dictionary! {
                "Type" => "FontDescriptor",
                "FontName" => name.as_str(),
                "Flags" => 4,
                "ItalicAngle" => 0,
            });
            let font = pdf.add_object(dictionary! {
                "Type" => "Font",
                "Subtype" => "Type3",
                // Not asked for by the format, but what lists of fonts show.
                "BaseFont" => name.as_str(),
                "FontDescriptor" => descriptor,
                "FontBBox" => vec![0.into(), FOOT.into(), ADVANCE.into(), HEAD.into()],
                "FontMatrix" => vec![0.001.into(), 0.into(), 0.into(), 0.001.into(), 0.into(), 0.into()],
                "CharProcs" => drawings,
                "Encoding" => dictionary! { "Type" => "Encoding", "Differences" => names },
                "FirstChar" => i64::from(FIRST),
                "LastChar" => i64::from(FIRST) + characters.len() as i64 - 1,
                "Widths" => vec![Object::Integer(ADVANCE); characters.len()],
                "Resources" => Dictionary::new(),
                "ToUnicode" => map,
            });
            resources.set(format!("M{index}"), font);
        }
    }
}

/// The box, and the code point's digits in two rows.
fn drawing(face: &Face<'_>, character: char) -> Vec<u8> {
    let (width, height) = (ADVANCE - 2 * LEFT, HEAD - FOOT);
    let mut path = format!(
        "{ADVANCE} 0 0 {FOOT} {ADVANCE} {HEAD} d1\n{LINE} w {LEFT} {} {width} {} re S\n",
        FOOT + LINE / 2,
        height - LINE
    );
    let code = format!("{:04X}", u32::from(character));
    let code = if code.len() == 5 { format!("0{code}") } else { code };
    let (upper, lower) = code.split_at(code.len() / 2);
    for (digits, y) in [upper, lower].into_iter().zip(ROWS) {
        row(face, digits, y, &mut path);
    }
    path.push_str("f\n");
    path.into_bytes()
}

fn row(face: &Face<'_>, digits: &str, y: f32, path: &mut String) {
    let tables = face.tables();
    let scale = 1000.0 / face.units() * DIGITS;
    let glyphs: Vec<GlyphId> = digits.chars().filter_map(|digit| tables.glyph_index(digit)).collect();
    let advance = |glyph: &GlyphId| f32::from(tables.glyph_hor_advance(*glyph).unwrap_or_default()) * scale;
    let mut x = (ADVANCE as f32 - glyphs.iter().map(advance).sum::<f32>()) / 2.0;
    for glyph in &glyphs {
        tables.outline_glyph(*glyph, &mut Outline { path, scale, x, y, at: (0.0, 0.0) });
        x += advance(glyph);
    }
}

/// Writes an outline as operators.
struct Outline<'p> {
    path: &'p mut String,
    scale: f32,
    x: f32,
    y: f32,
    at: (f32, f32),
}

impl Outline<'_> {
    fn write(&mut self, points: &[(f32, f32)], operator: &str) {
        for (x, y) in points {
            let (x, y) = (self.x + x * self.scale, self.y + y * self.scale);
            // Writing into a String does not fail.
            let _ = write!(self.path, "{} {} ", x.round(), y.round());
        }
        self.path.push_str(operator);
        self.path.push('\n');
        self.at = points.last().copied().unwrap_or(self.at);
    }
}

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.write(&[(x, y)], "m");
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.write(&[(x, y)], "l");
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let part = |end: f32, control: f32| end + (control - end) * 2.0 / 3.0;
        let from = (part(self.at.0, x1), part(self.at.1, y1));
        self.write(&[from, (part(x, x1), part(y, y1)), (x, y)], "c");
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.write(&[(x1, y1), (x2, y2), (x, y)], "c");
    }

    fn close(&mut self) {
        self.path.push_str("h\n");
    }
}
