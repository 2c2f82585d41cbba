//! What a company may put its name on: logo, accent colour, classification, wording, and fonts for further scripts.

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
    /// Its file name.
    pub name: String,
    /// The file as it is: TrueType or OpenType.
    pub bytes: Vec<u8>,
}
