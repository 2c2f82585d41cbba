//! What a company may put its name on: logo, accent colour, classification, wording, and fonts for further scripts.

mod colour;
mod files;
mod read;

use std::path::Path;

use crate::diag::{Diagnostic, Place};
use crate::disk;

/// The file of a templates folder that describes the brand.
pub const BRAND_FILE: &str = "brand.toml";

/// Files of a templates folder: names and bytes.
pub(super) type NamedFiles = Vec<(String, Vec<u8>)>;

/// A company's own look. The default is the shipped one; nothing in it can change a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Brand {
    /// Logo for the first page, and small at the head of the others.
    pub logo: Option<Picture>,
    /// Colour of headings and rules, as red, green, blue. Verdicts keep their own colours.
    pub accent: Option<[u8; 3]>,
    /// Classification when the project file gives none.
    pub classification: Option<String>,
    /// Words in place of the shipped ones.
    pub wording: Wording,
    /// Further fonts for the PDF, asked in this order for characters that the shipped ones lack.
    pub fonts: Vec<FontFile>,
}

/// A picture file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub media_type: &'static str,
    /// The file as it is.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What it shows, for readers who do not see it.
    pub alternative: String,
}

/// Paragraphs that a company may word itself; `None` is the shipped wording, said in each renderer's place for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// A paragraph of the company's own under the title of the first page.
    pub introduction: Option<String>,
    /// A paragraph of the company's own after "What this report is not", which itself stays.
    pub notice: Option<String>,
    /// A line at the foot of every page.
    pub footer: Option<String>,
    /// Rows of the sign-off block; empty for the shipped ones.
    pub sign_off: Vec<String>,
}

/// A font file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontFile {
    /// Its file name in the folder.
    pub name: String,
    /// The file as it is: TrueType or OpenType.
    pub bytes: Vec<u8>,
}

impl Brand {
    /// Reads `brand.toml` and the files that it names, and gives them with their bytes, in the order of their names;
    /// a folder without that file has the shipped brand.
    ///
    /// # Errors
    /// Every mistake: a field that does not exist, a picture or font that cannot be used, an accent that cannot be
    /// read on white, wording that no report may use; with line and column.
    pub(super) fn load(folder: &Path) -> Result<(Self, NamedFiles), Vec<Diagnostic>> {
        let path = folder.join(BRAND_FILE);
        if !path.exists() {
            return Ok((Self::default(), Vec::new()));
        }
        let shown = path.display().to_string();
        let text = disk::read_text(&path, disk::WRITTEN).map_err(|cause| {
            let message = format!("the brand file cannot be read: {cause}");
            vec![Diagnostic::error("rule-unreadable", message).at(Place::file(shown.clone()))]
        })?;
        let (brand, logo, mistakes) = read::read(&shown, &text, folder);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let mut used = vec![(BRAND_FILE.to_owned(), text.into_bytes())];
        used.extend(logo.zip(brand.logo.as_ref()).map(|(name, logo)| (name, logo.bytes.clone())));
        used.extend(brand.fonts.iter().map(|font| (font.name.clone(), font.bytes.clone())));
        used.sort();
        used.dedup();
        Ok((brand, used))
    }

    /// The accent for pages on a dark ground: lightened as far as reading needs it.
    pub fn accent_on_dark(&self) -> Option<[u8; 3]> {
        self.accent.map(colour::on_dark)
    }
}
