//! Fonts for embedding: the glyphs in use, their new numbers, widths, and the text that copying gives.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::{Dictionary, Object, Stream, dictionary};
use rustybuzz::ttf_parser::{self, GlyphId, Tag};
use sha2::{Digest as _, Sha256};
use subsetter::GlyphRemapper;

use crate::failure::{Failure, Outcome};
use crate::render::pdf::page::{Document, Mark};
use crate::render::pdf::text::{Face, Run, Typesetter};

use super::glyphs::Found;
use super::missing::Missing;

/// The faces in use.
pub(super) struct Fonts<'t> {
    faces: BTreeMap<usize, Used<'t>>,
    missing: Missing,
    /// The face that the digits of missing characters are drawn from.
    digits: &'t Face<'t>,
}

/// One face in use.
///
/// A glyph may stand for different texts: a bracket for its counterpart where text reads from right to left. Each text
/// after the first goes to a further layer: a font of the same outlines with a text of its own for the glyph.
pub(super) struct Used<'t> {
    index: usize,
    face: &'t Face<'t>,
    remapper: GlyphRemapper,
    /// By glyph in the face: its texts, by layer.
    texts: BTreeMap<u16, Vec<String>>,
    /// Advances in thousandths of an em, as the font dictionary gives them.
    widths: BTreeMap<u16, f32>,
}

impl<'t> Fonts<'t> {
    /// Collects what the document uses.
    pub(super) fn of(document: &Document, typesetter: &'t Typesetter<'_>) -> Self {
        let mut found = Found::default();
        for item in document.pages.iter().flat_map(|page| &page.items) {
            match &item.mark {
                Mark::Text { line, .. } => found.add(line, typesetter),
                Mark::Chart { labels, .. } => labels.iter().for_each(|(_, line)| found.add(line, typesetter)),
                Mark::Box { .. } | Mark::Rule { .. } | Mark::Logo { .. } => {}
            }
        }
        let faces = found.texts.into_iter().map(|(index, texts)| {
            let face = &typesetter.faces()[index];
            (index, Used::new(index, face, texts))
        });
        Self { faces: faces.collect(), missing: Missing::new(found.missing), digits: &typesetter.faces()[0] }
    }

    pub(super) fn face(&self, run: &Run) -> Option<&Used<'t>> {
        self.faces.get(&run.face)
    }

    /// Font and code of a character that no face has.
    pub(super) fn missing(&self, text: &str) -> Option<(String, char)> {
        self.missing.code(text)
    }

    /// Writes the fonts and returns the dictionary of resources.
    pub(super) fn embed(&self, pdf: &mut lopdf::Document) -> Outcome<Dictionary> {
        let mut resources = Dictionary::new();
        for used in self.faces.values() {
            used.embed(pdf, &mut resources)?;
        }
        self.missing.embed(pdf, self.digits, &mut resources);
        Ok(resources)
    }
}

impl<'t> Used<'t> {
    fn new(index: usize, face: &'t Face<'t>, mut texts: BTreeMap<u16, Vec<String>>) -> Self {
        let mut remapper = GlyphRemapper::new();
        let mut widths = BTreeMap::new();
        for (id, seen) in &mut texts {
            // First the character that the font itself gives this glyph.
            let own = |text: &String| {
                let mut characters = text.chars();
                let first = characters.next().filter(|_| characters.next().is_none());
                first.and_then(|character| face.tables().glyph_index(character)) == Some(GlyphId(*id))
            };
            seen.sort_by_key(|text| !own(text));
            let advance = f32::from(face.tables().glyph_hor_advance(GlyphId(*id)).unwrap_or_default());
            widths.insert(*id, (advance / face.units() * 100_000.0).round() / 100.0);
            remapper.remap(*id);
        }
        Self { index, face, remapper, texts, widths }
    }

    pub(super) fn face(&self) -> &'t Face<'t> {
        self.face
    }

    /// Layer and code of a glyph with a text.
    pub(super) fn code(&self, id: u16, text: &str) -> (usize, u16) {
        let layer = self.texts.get(&id).and_then(|texts| texts.iter().position(|known| known == text));
        (layer.unwrap_or(0), self.remapper.get(id).unwrap_or(0))
    }

    /// Name of a layer among the resources.
    pub(super) fn name(&self, layer: usize) -> String {
        if layer == 0 { format!("T{}", self.index) } else { format!("T{}.{layer}", self.index) }
    }

    /// Width of a glyph in thousandths of an em.
    pub(super) fn width(&self, id: u16) -> f32 {
        self.widths.get(&id).copied().unwrap_or_default()
    }

    fn embed(&self, pdf: &mut lopdf::Document, resources: &mut Dictionary) -> Outcome<()> {
        let broken = |cause: String| Failure::run(format!("the font {} cannot be embedded: {cause}", self.face.name));
        let subset =
            subsetter::subset(self.face.data, 0, &self.remapper).map_err(|cause| broken(format!("{cause:?}")))?;
        let name = format!("{}+{}", prefix(&subset), self.face.name);
        let (key, kind, program) = if self.face.compact() {
            let outlines = ttf_parser::RawFace::parse(&subset, 0)
                .ok()
                .and_then(|face| face.table(Tag::from_bytes(b"CFF ")))
                .ok_or_else(|| broken("no outlines are left".to_owned()))?;
            let file = Stream::new(dictionary! { "Subtype" => "CIDFontType0C" }, outlines.to_vec());
            ("FontFile3", "CIDFontType0", file)
        } else {
            let length = subset.len() as i64;
            ("FontFile2", "CIDFontType2", Stream::new(dictionary! { "Length1" => length }, subset))
        };
        let program = pdf.add_object(program);
        let mut descriptor = self.descriptor(&name);
        descriptor.set(key, program);
        let descriptor = pdf.add_object(descriptor);
        let mut descendant = dictionary! {
            "Type" => "Font",
            "Subtype" => kind,
            "BaseFont" => name.as_str(),
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => descriptor,
            "DW" => 0,
            "W" => self.widths(),
        };
        if kind == "CIDFontType2" {
            descendant.set("CIDToGIDMap", "Identity");
        }
        let descendant = pdf.add_object(descendant);
        let layers = self.texts.values().map(Vec::len).max().unwrap_or(0);
        for layer in 0..layers {
            let map = pdf.add_object(Stream::new(Dictionary::new(), self.to_unicode(layer).into_bytes()));
            let font = pdf.add_object(dictionary! {
                "Type" => "Font",
                "Subtype" => "Type0",
                "BaseFont" => name.as_str(),
                "Encoding" => "Identity-H",
                "DescendantFonts" => vec![descendant.into()],
                "ToUnicode" => map,
            });
            resources.set(self.name(layer), font);
        }
        Ok(())
    }

    fn descriptor(&self, name: &str) -> Dictionary {
        let tables = self.face.tables();
        let scaled = |value: i16| (f32::from(value) / self.face.units() * 1000.0).round() as i64;
        let bounds = tables.global_bounding_box();
        let ascent = scaled(tables.ascender());
        let weight = i64::from(tables.weight().to_number());
        dictionary! {
            "Type" => "FontDescriptor",
            "FontName" => name,
            // Symbolic: its codes follow no standard encoding.
            "Flags" => 4,
            "FontBBox" => [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|v| scaled(v).into()).to_vec(),
            "ItalicAngle" => tables.italic_angle().round() as i64,
            "Ascent" => ascent,
            "Descent" => scaled(tables.descender()),
            "CapHeight" => tables.capital_height().map_or(ascent, scaled),
            // No table has the thickness of the stems; this follows the weight.
            "StemV" => 50 + (weight * weight) / 4_225,
        }
    }

    /// The widths in order of the codes. Those begin at 1 without a gap; 0 is the glyph that is never drawn.
    fn widths(&self) -> Vec<Object> {
        let widths: BTreeMap<u16, f32> =
            self.widths.iter().filter_map(|(id, width)| Some((self.remapper.get(*id)?, *width))).collect();
        let mut out = Vec::new();
        let mut row: Vec<Object> = Vec::new();
        let mut next = None;
        for (code, width) in widths {
            if next != Some(code) {
                if !row.is_empty() {
                    out.push(std::mem::take(&mut row).into());
                }
                out.push(i64::from(code).into());
            }
            row.push(width.into());
            next = code.checked_add(1);
        }
        if !row.is_empty() {
            out.push(row.into());
        }
        out
    }

    fn to_unicode(&self, layer: usize) -> String {
        let entries: BTreeMap<u16, &String> = self
            .texts
            .iter()
            .filter_map(|(id, texts)| {
                let text = texts.get(layer).filter(|text| !text.is_empty())?;
                Some((self.remapper.get(*id)?, text))
            })
            .collect();
        let entries: Vec<(String, String)> =
            entries.into_iter().map(|(code, text)| (format!("{code:04X}"), text.clone())).collect();
        to_unicode("0000", "FFFF", &entries)
    }
}

/// The table from codes, in hexadecimal and in order, to text.
pub(super) fn to_unicode(first: &str, last: &str, entries: &[(String, String)]) -> String {
    let mut out = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<{first}> <{last}>\nendcodespacerange\n",
    );
    // The format allows a hundred entries in a block. Writing into a String does not fail.
    for block in entries.chunks(100) {
        let _ = writeln!(out, "{} beginbfchar", block.len());
        for (code, text) in block {
            let _ = write!(out, "<{code}> <");
            for unit in text.encode_utf16() {
                let _ = write!(out, "{unit:04X}");
            }
            out.push_str(">\n");
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

/// Six letters that differ for different parts of a font.
pub(super) fn prefix(subset: &[u8]) -> String {
    let digest = Sha256::digest(subset);
    digest.iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
