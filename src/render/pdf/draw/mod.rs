//! Drawing: a laid-out document to the bytes of a PDF. printpdf writes the pages; fonts, the logo and everything that
//! is not on a page are added to its result.

mod canvas;
mod chart;
mod fonts;
mod glyphs;
mod missing;
mod picture;
mod sheet;

use lopdf::{Dictionary, Object, ObjectId};
pub(in crate::render) use picture::fault as logo_fault;
use printpdf::{Op, PdfDocument, PdfPage, PdfSaveOptions, Pt as Points};

use self::fonts::Fonts;
use super::finish;
use super::page::{Document, NodeId};
use super::text::Typesetter;
use crate::failure::{Failure, Outcome};
use crate::render::brand::Picture;

pub use chart::ink;

/// Name of the logo among the resources.
const LOGO: &str = "Logo";

/// The document as a PDF; the same document gives the same bytes.
///
/// Fails when a font cannot be embedded or the logo is no picture that a PDF can hold.
pub fn write(document: &Document, typesetter: &Typesetter<'_>, logo: Option<&Picture>) -> Outcome<Vec<u8>> {
    let fonts = Fonts::of(document, typesetter);
    let mut pages = Vec::with_capacity(document.pages.len());
    let mut contents: Vec<Vec<NodeId>> = Vec::with_capacity(document.pages.len());
    let (width, height) = (Points(document.size.0).into(), Points(document.size.1).into());
    for page in &document.pages {
        let (ops, owners) = sheet::draw(document, page, &fonts, logo.is_some());
        pages.push(PdfPage::new(width, height, ops));
        contents.push(owners);
    }
    let draws_logo = pages.iter().flat_map(|page| &page.ops).any(|op| matches!(op, Op::UseXobject { .. }));
    let mut pdf = pages_of(document, pages)?;
    let fonts = fonts.embed(&mut pdf)?;
    let mut pictures = Dictionary::new();
    if let Some(logo) = logo.filter(|_| draws_logo) {
        let logo = pdf.add_object(picture::embed(logo)?);
        pictures.set(LOGO, logo);
    }
    share(&mut pdf, fonts, pictures).map_err(|cause| broken(&cause))?;
    finish::finish(pdf, document, &contents)
}

/// The pages as printpdf writes them, without fonts, which it could not subset.
fn pages_of(document: &Document, pages: Vec<PdfPage>) -> Outcome<lopdf::Document> {
    let mut drawing = PdfDocument::new(&document.title);
    drawing.with_pages(pages);
    let mut warnings = Vec::new();
    let pdf = printpdf::to_lopdf_doc(&drawing, &PdfSaveOptions::default(), &mut warnings);
    match warnings.first() {
        Some(warning) => Err(Failure::run(format!("the pages of the PDF cannot be drawn: {warning:?}"))),
        None => Ok(pdf),
    }
}

/// Gives all pages one dictionary of resources.
fn share(pdf: &mut lopdf::Document, fonts: Dictionary, pictures: Dictionary) -> lopdf::Result<()> {
    let mut resources = Dictionary::new();
    resources.set("Font", fonts);
    if !pictures.is_empty() {
        resources.set("XObject", pictures);
    }
    let resources = pdf.add_object(resources);
    let pages: Vec<ObjectId> = pdf.page_iter().collect();
    for page in pages {
        let dictionary = pdf.get_dictionary_mut(page)?;
        dictionary.set("Resources", Object::Reference(resources));
    }
    Ok(())
}

/// A mistake of the program: printpdf's result is not what this module takes it for.
pub(super) fn broken(cause: &lopdf::Error) -> Failure {
    Failure::run(format!("the PDF cannot be written: {cause}"))
}
