//! From characters to glyphs: rustybuzz with one plan for each face and script, and a memory of words.

use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::{Equivalent, HashMap};
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, Script, ShapePlan, UnicodeBuffer, script};

use super::face::Face;

/// Words longer than this are rarely seen twice.
const REMEMBERED_BYTES: usize = 48;
/// More words than this are not kept.
const REMEMBERED_WORDS: usize = 100_000;

/// A piece of text as glyphs, from left to right. Lengths are in em.
#[derive(Debug, Default)]
pub(super) struct Shaped {
    pub(super) glyphs: Vec<Shape>,
    pub(super) advance: f32,
}

/// One glyph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) id: u16,
    pub(super) advance: f32,
    pub(super) offset: (f32, f32),
    /// First byte of its cluster in the piece.
    pub(super) cluster: usize,
}

/// How a piece is to be shaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct How {
    pub(super) face: usize,
    pub(super) tabular: bool,
    pub(super) rtl: bool,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    how: How,
    text: Box<str>,
}

#[derive(Hash)]
struct Asked<'t> {
    how: How,
    text: &'t str,
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.how == key.how && *self.text == *key.text
    }
}

/// What was shaped before.
#[derive(Default)]
pub(super) struct Memory {
    words: RefCell<HashMap<Key, Rc<Shaped>>>,
    plans: RefCell<Vec<(How, Script, ShapePlan)>>,
    buffer: RefCell<Option<UnicodeBuffer>>,
}

impl Memory {
    /// Shapes a piece of one face and one direction.
    pub(super) fn shape(&self, faces: &[Face<'_>], how: How, text: &str) -> Rc<Shaped> {
        if text.len() > REMEMBERED_BYTES {
            return Rc::new(self.fresh(faces, how, text));
        }
        if let Some(known) = self.words.borrow().get(&Asked { how, text }) {
            return Rc::clone(known);
        }
        let shaped = Rc::new(self.fresh(faces, how, text));
        let mut words = self.words.borrow_mut();
        if words.len() >= REMEMBERED_WORDS {
            words.clear();
        }
        words.insert(Key { how, text: text.into() }, Rc::clone(&shaped));
        shaped
    }

    fn fresh(&self, faces: &[Face<'_>], how: How, text: &str) -> Shaped {
        let face = &faces[how.face];
        let mut buffer = self.buffer.borrow_mut().take().unwrap_or_default();
        buffer.push_str(text);
        buffer.set_direction(if how.rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        let script = buffer.script();
        let mut plans = self.plans.borrow_mut();
        let known = plans.iter().position(|(asked, of, _)| *asked == how && *of == script);
        let at = known.unwrap_or_else(|| {
            plans.push((how, script, plan(face, how, &buffer)));
            plans.len() - 1
        });
        let out = rustybuzz::shape_with_plan(&face.shaper, &plans[at].2, buffer);
        let em = face.units();
        let mut shaped = Shaped { glyphs: Vec::with_capacity(out.len()), advance: 0.0 };
        for (info, position) in out.glyph_infos().iter().zip(out.glyph_positions()) {
            let advance = position.x_advance as f32 / em;
            shaped.advance += advance;
            shaped.glyphs.push(Shape {
                id: info.glyph_id as u16,
                advance,
                offset: (position.x_offset as f32 / em, position.y_offset as f32 / em),
                cluster: info.cluster as usize,
            });
        }
        *self.buffer.borrow_mut() = Some(out.clear());
        shaped
    }
}

fn plan(face: &Face<'_>, how: How, buffer: &UnicodeBuffer) -> ShapePlan {
    let mut features = Vec::new();
    if face.plain {
        features.push(Feature::new(Tag::from_bytes(b"calt"), 0, ..));
    }
    if how.tabular {
        features.push(Feature::new(Tag::from_bytes(b"tnum"), 1, ..));
    }
    let script = Some(buffer.script()).filter(|of| *of != script::UNKNOWN);
    ShapePlan::new(&face.shaper, buffer.direction(), script, None, &features)
}
