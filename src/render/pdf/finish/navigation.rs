//! Ways through the document: links, bookmarks, page labels.

use lopdf::{Document as Pdf, Object, ObjectId, dictionary};

use super::metadata::text;
use super::structure::{Annotations, link_key};
use crate::render::pdf::page::{Document, Target};

/// Space above a place that is led to.
const ABOVE: f32 = 8.0;

/// Adds the annotations of all links to their pages.
pub(super) fn links(pdf: &mut Pdf, document: &Document, pages: &[ObjectId]) -> lopdf::Result<Annotations> {
    let mut out = Vec::with_capacity(pages.len());
    for (page, id) in document.pages.iter().zip(pages) {
        let index = out.len();
        let mut annotations = Vec::with_capacity(page.links.len());
        for (place, link) in page.links.iter().enumerate() {
            let target = document.targets.get(&link.target).copied().unwrap_or(Target { page: index, y: link.at.1 });
            let (left, top) = (link.at.0, document.size.1 - link.at.1);
            let area = [left, top - link.size.1, left + link.size.0, top];
            annotations.push(pdf.add_object(dictionary! {
                "Type" => "Annot",
                "Subtype" => "Link",
                "Rect" => area.map(hundredths).to_vec(),
                "Border" => vec![0.into(), 0.into(), 0.into()],
                "H" => "I",
                // Printed with the page.
                "F" => 4,
                "P" => *id,
                "Contents" => text(&link.words),
                "Dest" => destination(document, pages, target),
                "StructParent" => link_key(document, index, place),
            }));
        }
        let list: Vec<Object> = annotations.iter().map(|id| (*id).into()).collect();
        let dictionary = pdf.get_dictionary_mut(*id)?;
        if list.is_empty() {
            dictionary.remove(b"Annots");
        } else {
            dictionary.set("Annots", list);
        }
        out.push(annotations);
    }
    Ok(out)
}

fn hundredths(value: f32) -> Object {
    Object::Real((value * 100.0).round() / 100.0)
}

/// A place on a page; the reader's zoom stays.
fn destination(document: &Document, pages: &[ObjectId], target: Target) -> Object {
    let page = target.page.min(pages.len().saturating_sub(1));
    let top = document.size.1 - (target.y - ABOVE).max(0.0);
    match pages.get(page) {
        Some(page) => vec![(*page).into(), "XYZ".into(), 0.into(), hundredths(top), Object::Null].into(),
        None => Object::Null,
    }
}

/// The bookmarks as a tree; `None` where there are none.
pub(super) fn outline(pdf: &mut Pdf, document: &Document, pages: &[ObjectId]) -> Option<ObjectId> {
    if document.bookmarks.is_empty() {
        return None;
    }
    let root = pdf.new_object_id();
    let ids: Vec<ObjectId> = document.bookmarks.iter().map(|_| pdf.new_object_id()).collect();
    let Tree { tops, children, parents } = tree(document);
    for (index, bookmark) in document.bookmarks.iter().enumerate() {
        let parent = parents[index];
        let siblings = parent.map_or(&tops, |parent| &children[parent]);
        let mut dictionary = dictionary! {
            "Title" => text(&bookmark.title),
            "Parent" => parent.map_or(root, |parent| ids[parent]),
            "Dest" => destination(document, pages, bookmark.target),
        };
        let place = siblings.partition_point(|other| *other < index);
        if let Some(before) = place.checked_sub(1) {
            dictionary.set("Prev", ids[siblings[before]]);
        }
        if let Some(next) = siblings.get(place + 1) {
            dictionary.set("Next", ids[*next]);
        }
        if let (Some(first), Some(last)) = (children[index].first(), children[index].last()) {
            dictionary.set("First", ids[*first]);
            dictionary.set("Last", ids[*last]);
            let shown = shown(document, &children, &children[index]);
            dictionary.set("Count", if bookmark.open { shown } else { -shown });
        }
        pdf.set_object(ids[index], dictionary);
    }
    let (first, last) = (tops.first()?, tops.last()?);
    let count = shown(document, &children, &tops);
    pdf.set_object(
        root,
        dictionary! { "Type" => "Outlines", "First" => ids[*first], "Last" => ids[*last], "Count" => count },
    );
    Some(root)
}

/// The bookmarks by their places in the list.
struct Tree {
    tops: Vec<usize>,
    children: Vec<Vec<usize>>,
    parents: Vec<Option<usize>>,
}

/// Each bookmark stands under the last one before it of a lower level.
fn tree(document: &Document) -> Tree {
    let count = document.bookmarks.len();
    let mut tree = Tree { tops: Vec::new(), children: vec![Vec::new(); count], parents: Vec::with_capacity(count) };
    let mut open: Vec<usize> = Vec::new();
    for (index, bookmark) in document.bookmarks.iter().enumerate() {
        while open.last().is_some_and(|last| document.bookmarks[*last].level >= bookmark.level) {
            open.pop();
        }
        let parent = open.last().copied();
        match parent {
            Some(parent) => tree.children[parent].push(index),
            None => tree.tops.push(index),
        }
        tree.parents.push(parent);
        open.push(index);
    }
    tree
}

/// How many bookmarks are seen when these are.
fn shown(document: &Document, children: &[Vec<usize>], seen: &[usize]) -> i64 {
    let inner =
        |index: &usize| if document.bookmarks[*index].open { shown(document, children, &children[*index]) } else { 0 };
    seen.len() as i64 + seen.iter().map(inner).sum::<i64>()
}

/// The label of every page as it is printed on it.
pub(super) fn labels(document: &Document) -> Object {
    let mut numbers: Vec<Object> = Vec::with_capacity(document.pages.len() * 2);
    for (index, page) in document.pages.iter().enumerate() {
        numbers.push((index as i64).into());
        numbers.push(dictionary! { "P" => text(&page.label) }.into());
    }
    dictionary! { "Nums" => numbers }.into()
}
