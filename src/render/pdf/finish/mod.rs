//! What a PDF has besides its pages: structure, bookmarks, links, page labels, metadata, and its identity.

mod colour;
mod metadata;
mod navigation;
mod structure;

use std::collections::BTreeSet;

use lopdf::{Document as Pdf, Object, ObjectId, dictionary};
use sha2::{Digest as _, Sha256};

use super::draw::broken;
use super::page::{Document, NodeId};
use crate::failure::{Failure, Outcome};

/// Completes the drawn pages and writes the file. `contents` has, by page, the element of each marked content, whose
/// number is its place.
pub(super) fn finish(mut pdf: Pdf, document: &Document, contents: &[Vec<NodeId>]) -> Outcome<Vec<u8>> {
    complete(&mut pdf, document, contents).map_err(|cause| broken(&cause))?;
    pdf.compress();
    let mut bytes = Vec::new();
    write(&mut pdf, &mut bytes)?;
    let digest = Sha256::digest(&bytes);
    metadata::identify(&mut pdf, document, &digest).map_err(|cause| broken(&cause))?;
    bytes.clear();
    write(&mut pdf, &mut bytes)?;
    Ok(bytes)
}

fn write(pdf: &mut Pdf, bytes: &mut Vec<u8>) -> Outcome<()> {
    pdf.save_modern(bytes).map_err(|cause| Failure::run(format!("the PDF cannot be written: {cause}")))
}

fn complete(pdf: &mut Pdf, document: &Document, contents: &[Vec<NodeId>]) -> lopdf::Result<()> {
    // What printpdf makes up at random comes from the content instead, below.
    pdf.trailer.remove(b"ID");
    "1.7".clone_into(&mut pdf.version);
    let pages: Vec<ObjectId> = pdf.page_iter().collect();
    let annotations = navigation::links(pdf, document, &pages)?;
    let tree = structure::write(pdf, document, &pages, contents, &annotations)?;
    let outline = navigation::outline(pdf, document, &pages);
    let labels = navigation::labels(document);
    let intent = colour::intent(pdf);
    metadata::info(pdf, document)?;
    let catalog = pdf.catalog_mut()?;
    catalog.set("StructTreeRoot", tree);
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("Lang", Object::string_literal(document.language));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("PageLabels", labels);
    catalog.set("OutputIntents", vec![intent]);
    catalog.set("PageLayout", "OneColumn");
    match outline {
        Some(outline) => {
            catalog.set("Outlines", outline);
            catalog.set("PageMode", "UseOutlines");
        }
        None => catalog.set("PageMode", "UseNone"),
    }
    prune(pdf);
    Ok(())
}

/// Drops what printpdf wrote and nothing refers to any more. lopdf's own pruning takes the square of the objects' number.
fn prune(pdf: &mut Pdf) {
    let mut reached: BTreeSet<ObjectId> = BTreeSet::new();
    let mut open: Vec<ObjectId> = Vec::new();
    pdf.trailer.iter().for_each(|(_, value)| references(value, &mut open));
    while let Some(id) = open.pop() {
        if reached.insert(id)
            && let Some(object) = pdf.objects.get(&id)
        {
            references(object, &mut open);
        }
    }
    pdf.objects.retain(|id, _| reached.contains(id));
}

fn references(object: &Object, out: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => out.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, out)),
        Object::Dictionary(dictionary) => dictionary.iter().for_each(|(_, value)| references(value, out)),
        Object::Stream(stream) => stream.dict.iter().for_each(|(_, value)| references(value, out)),
        _ => {}
    }
}
