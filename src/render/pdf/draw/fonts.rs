//! Fonts for embedding: the glyphs in use, their new numbers, widths, and the text that copying gives.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, Stream, dictionary};
use rustybuzz::ttf_parser::{self, GlyphId, Tag};
use sha2::{Digest as _, Sha256};
use subsetter::GlyphRemapper;

use crate::failure::{Failure, Outcome};
use crate::render::pdf::page::{Document, Mark};
use crate::render::pdf::text::{Face, Line, Run, Typesetter};

use super::missing;

/// The faces in use.
pub(super) struct Fonts<'t> {
    faces: BTreeMap<usize, Used<'t>>,
}

/// One face in use.
pub(super) struct Used<'t> {
    /// Name of the resource.
    pub(super) name: String,
    face: &'t Face<'t>,
    glyphs: BTreeMap<u16, Ink>,
    remapper: GlyphRemapper,
}

/// One glyph in use.
struct Ink {
    /// Number in the embedded font.
    code: u16,
    /// Advance in thousandths of an em, as the font dictionary gives it.
    width: f32,
    /// What it stands for.
    text: String,
}

impl<'t> Fonts<'t> {
    /// Collects what the document uses.
    pub(super) fn of(document: &Document, typesetter: &'t Typesetter<'_>) -> Self {
        let mut texts: BTreeMap<usize, BTreeMap<u16, Vec<String>>> = BTreeMap::new();
        for item in document.pages.iter().flat_map(|page| &page.items) {
            match &item.mark {
                Mark::Text { line, .. } => collect(line, typesetter, &mut texts),
                Mark::Chart { labels, .. } => {
                    for (_, line) in labels {
                        collect(line, typesetter, &mut texts);
                    }
                }
                Mark::Box { .. } | Mark::Rule { .. } | Mark::Logo { .. } => {}
            }
        }
        let faces = texts
            .into_iter()
            .map(|(index, glyphs)| (index, Used::new(format!("T{index}"), &typesetter.faces()[index], glyphs)));
        Self { faces: faces.collect() }
    }

    pub(super) fn face(&self, run: &Run) -> Option<&Used<'t>> {
        self.faces.get(&run.face)
    }

    /// Writes the fonts and returns the dictionary of resources.
    pub(super) fn embed(&self, pdf: &mut lopdf::Document) -> Outcome<Dictionary> {
        let mut resources = Dictionary::new();
        for used in self.faces.values() {
            let font = used.embed(pdf)?;
            resources.set(used.name.clone(), font);
        }
        Ok(resources)
    }
}

fn collect(line: &Line, typesetter: &Typesetter<'_>, texts: &mut BTreeMap<usize, BTreeMap<u16, Vec<String>>>) {
    for run in &line.runs {
        if let Some(character) = run.missing {
            for (_, digits) in missing::digits(typesetter, run, character) {
                collect(&digits, typesetter, texts);
            }
        }
        for glyph in &run.glyphs {
            let seen = texts.entry(run.face).or_default().entry(glyph.id).or_default();
            if !glyph.text.is_empty() && !seen.contains(&glyph.text) {
                seen.push(glyph.text.clone());
            }
        }
    }
}

impl<'t> Used<'t> {
    fn new(name: String, face: &'t Face<'t>, texts: BTreeMap<u16, Vec<String>>) -> Self {
        let mut remapper = GlyphRemapper::new();
        let mut glyphs = BTreeMap::new();
        for (id, seen) in texts {
            // The character that the font itself gives this glyph, else what it was first used for.
            let own = |text: &&String| {
                let mut characters = text.chars();
                let first = characters.next().filter(|_| characters.next().is_none());
                first.and_then(|character| face.tables().glyph_index(character)) == Some(GlyphId(id))
            };
            let text = seen.iter().find(own).or(seen.first()).cloned().unwrap_or_default();
            let advance = f32::from(face.tables().glyph_hor_advance(GlyphId(id)).unwrap_or_default());
            let width = (advance / face.units() * 100_000.0).round() / 100.0;
            glyphs.insert(id, Ink { code: remapper.remap(id), width, text });
        }
        Self { name, face, glyphs, remapper }
    }

    /// Number of a glyph in the embedded font.
    pub(super) fn code(&self, id: u16) -> u16 {
        self.glyphs.get(&id).map_or(0, |ink| ink.code)
    }

    /// Width of a glyph in thousandths of an em.
    pub(super) fn width(&self, id: u16) -> f32 {
        self.glyphs.get(&id).map_or(0.0, |ink| ink.width)
    }

    /// What copying a glyph gives.
    pub(super) fn text(&self, id: u16) -> &str {
        self.glyphs.get(&id).map_or("", |ink| &ink.text)
    }

    fn embed(&self, pdf: &mut lopdf::Document) -> Outcome<Object> {
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
        let map = pdf.add_object(Stream::new(Dictionary::new(), self.to_unicode().into_bytes()));
        Ok(pdf
            .add_object(dictionary! {
                "Type" => "Font",
                "Subtype" => "Type0",
                "BaseFont" => name.as_str(),
                "Encoding" => "Identity-H",
                "DescendantFonts" => vec![descendant.into()],
                "ToUnicode" => map,
            })
            .into())
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

    /// The widths in order of the codes, which leave no gap.
    fn widths(&self) -> Vec<Object> {
        let widths: BTreeMap<u16, f32> = self.glyphs.values().map(|ink| (ink.code, ink.width)).collect();
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

    fn to_unicode(&self) -> String {
        let entries: BTreeMap<u16, &str> =
            self.glyphs.values().filter(|ink| !ink.text.is_empty()).map(|ink| (ink.code, ink.text.as_str())).collect();
        let lines: Vec<String> = entries
            .into_iter()
            .map(|(code, text)| {
                let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
                format!("<{code:04X}> <{units}>\n")
            })
            .collect();
        let mut out = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        // The format allows a hundred entries in a block.
        for block in lines.chunks(100) {
            out.push_str(&format!("{} beginbfchar\n{}endbfchar\n", block.len(), block.concat()));
        }
        out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        out
    }
}

/// Six letters that differ for different parts of a font.
fn prefix(subset: &[u8]) -> String {
    let digest = Sha256::digest(subset);
    digest.iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
