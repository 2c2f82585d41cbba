//! The faces that text is set in: the shipped ones and the company's, and which of them has a character.

use rustybuzz::ttf_parser;
use unicode_normalization::UnicodeNormalization as _;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::render::brand::FontFile;

/// The shipped faces: each regular one is followed by its bold one.
const SHIPPED: [(&str, &[u8]); 6] = [
    ("Inter-Regular.otf", include_bytes!("../../../../assets/fonts/Inter-Regular.otf")),
    ("Inter-Bold.otf", include_bytes!("../../../../assets/fonts/Inter-Bold.otf")),
    ("NotoSansArabic-Regular.ttf", include_bytes!("../../../../assets/fonts/NotoSansArabic-Regular.ttf")),
    ("NotoSansArabic-Bold.ttf", include_bytes!("../../../../assets/fonts/NotoSansArabic-Bold.ttf")),
    ("NotoSansHebrew-Regular.ttf", include_bytes!("../../../../assets/fonts/NotoSansHebrew-Regular.ttf")),
    ("NotoSansHebrew-Bold.ttf", include_bytes!("../../../../assets/fonts/NotoSansHebrew-Bold.ttf")),
];

/// One face of one font file.
pub struct Face<'f> {
    /// The file.
    pub data: &'f [u8],
    /// PostScript name, only letters, digits, `-` and `_`.
    pub name: String,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is one of the shipped text faces, whose contextual forms would change ids (`0x1` to `0×1`).
    pub(super) plain: bool,
    /// The face itself.
    pub(super) shaper: rustybuzz::Face<'f>,
}

impl Face<'_> {
    /// Font units in an em.
    pub fn units(&self) -> f32 {
        self.shaper.units_per_em() as f32
    }

    /// The parsed tables.
    pub fn tables(&self) -> &ttf_parser::Face<'_> {
        &self.shaper
    }

    /// Whether the outlines are those of Adobe's compact format.
    pub fn compact(&self) -> bool {
        self.shaper.tables().cff.is_some()
    }

    /// Whether it can draw the cluster, as it stands or with its marks composed.
    pub(super) fn covers(&self, cluster: &str) -> bool {
        cluster.chars().all(|c| ignorable(c) || self.has(c)) || cluster.nfc().all(|c| ignorable(c) || self.has(c))
    }

    fn has(&self, character: char) -> bool {
        self.shaper.glyph_index(character).is_some_and(|glyph| glyph.0 != 0)
    }
}

/// Whether a character only acts on its neighbours and draws nothing of its own.
pub(super) fn ignorable(character: char) -> bool {
    matches!(character, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{2060}')
}

/// The shipped faces and then the company's, in the order in which they are asked.
pub(super) fn load(fonts: &[FontFile]) -> Outcome<Vec<Face<'_>>> {
    let mut faces = Vec::with_capacity(SHIPPED.len() + fonts.len());
    let mut mistakes = Vec::new();
    for (index, (name, data)) in SHIPPED.into_iter().enumerate() {
        match face(name, data) {
            Ok(face) => faces.push(Face { plain: index < 2, ..face }),
            Err(cause) => return Err(Failure::run(format!("the shipped font {name} {cause}"))),
        }
    }
    for font in fonts {
        match face(&font.name, &font.bytes) {
            Ok(face) => faces.push(face),
            Err(cause) => mistakes.push(
                Diagnostic::error("font", format!("the font {cause}"))
                    .at(Place::file(&font.name))
                    .hint("use a static TrueType or OpenType file (.ttf, .otf) whose licence allows embedding"),
            ),
        }
    }
    if mistakes.is_empty() { Ok(faces) } else { Err(Failure::usage(mistakes)) }
}

fn face<'f>(file: &str, data: &'f [u8]) -> Result<Face<'f>, &'static str> {
    let shaper = rustybuzz::Face::from_slice(data, 0).ok_or("cannot be read")?;
    if shaper.tables().cff.is_none() && shaper.tables().glyf.is_none() {
        return Err("has no outlines that a PDF can embed");
    }
    if shaper.permissions() == Some(ttf_parser::Permissions::Restricted) {
        return Err("forbids embedding");
    }
    if !shaper.is_subsetting_allowed() {
        return Err("forbids embedding a part of it");
    }
    let name = shaper
        .names()
        .into_iter()
        .filter(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME)
        .find_map(|name| name.to_string())
        .unwrap_or_else(|| file.to_owned());
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let name = if name.is_empty() { "Font".to_owned() } else { name };
    Ok(Face { data, name, bold: shaper.is_bold(), plain: false, shaper })
}
