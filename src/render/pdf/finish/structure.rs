//! The structure tree: every element with its content and children in reading order, and the way back from content.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document as Pdf, Object, ObjectId, dictionary};

use super::metadata::text;
use crate::render::pdf::page::{Document, Mark, NodeId, Role};

/// Annotations of the links, by page, in the order of the page's links.
pub(super) type Annotations = Vec<Vec<ObjectId>>;

/// A child of an element.
enum Kid {
    Element(NodeId),
    /// Marked content: page and number.
    Content(usize, usize),
    /// A link's annotation: page and place among the page's links.
    Link(usize, usize),
}

/// Writes the tree and returns its root.
pub(super) fn write(
    pdf: &mut Pdf,
    document: &Document,
    pages: &[ObjectId],
    contents: &[Vec<NodeId>],
    annotations: &Annotations,
) -> lopdf::Result<ObjectId> {
    let kids = kids(document, contents);
    let root = pdf.new_object_id();
    let ids: Vec<ObjectId> = document.tree.iter().map(|_| pdf.new_object_id()).collect();
    let boxes = boxes(document);
    let numbering = numbering(document);
    for (node, element) in document.tree.iter().enumerate() {
        let parent = element.parent.map_or(root, |parent| ids[parent]);
        let first_page = kids[node].iter().find_map(|kid| match kid {
            Kid::Content(page, _) | Kid::Link(page, _) => Some(*page),
            Kid::Element(_) => None,
        });
        let mut list: Vec<Object> = Vec::with_capacity(kids[node].len());
        for kid in &kids[node] {
            list.push(match *kid {
                Kid::Element(child) => ids[child].into(),
                Kid::Content(page, number) if Some(page) == first_page => (number as i64).into(),
                Kid::Content(page, number) => {
                    dictionary! { "Type" => "MCR", "Pg" => pages[page], "MCID" => number as i64 }.into()
                }
                Kid::Link(page, place) => dictionary! {
                    "Type" => "OBJR",
                    "Pg" => pages[page],
                    "Obj" => annotations[page][place],
                }
                .into(),
            });
        }
        let mut dictionary = dictionary! { "Type" => "StructElem", "S" => element.role.tag(), "P" => parent };
        if let Some(page) = first_page {
            dictionary.set("Pg", pages[page]);
        }
        if let Some(alternative) = &element.alternative {
            dictionary.set("Alt", text(alternative));
        }
        if let Some(attributes) = attributes(element.role, boxes.get(&node), numbering.get(&node)) {
            dictionary.set("A", attributes);
        }
        dictionary.set("K", list);
        pdf.set_object(ids[node], dictionary);
    }
    let parents = parents(pdf, document, pages, contents, annotations, &ids)?;
    let first: Vec<Object> = ids.first().map(|id| (*id).into()).into_iter().collect();
    pdf.set_object(
        root,
        dictionary! {
            "Type" => "StructTreeRoot",
            "K" => first,
            "ParentTree" => parents,
            "ParentTreeNextKey" => next_key(document),
        },
    );
    Ok(root)
}

/// The key of a page in the parent tree is its number; those of links follow.
pub(super) fn link_key(document: &Document, page: usize, place: usize) -> i64 {
    let before: usize = document.pages[..page].iter().map(|page| page.links.len()).sum();
    (document.pages.len() + before + place) as i64
}

fn next_key(document: &Document) -> i64 {
    link_key(document, document.pages.len(), 0)
}

/// From the numbers on each page, and from each link, to the element.
fn parents(
    pdf: &mut Pdf,
    document: &Document,
    pages: &[ObjectId],
    contents: &[Vec<NodeId>],
    annotations: &Annotations,
    ids: &[ObjectId],
) -> lopdf::Result<ObjectId> {
    let mut numbers: Vec<Object> = Vec::new();
    for (page, list) in contents.iter().enumerate() {
        let owners: Vec<Object> = list.iter().map(|node| ids[*node].into()).collect();
        numbers.push((page as i64).into());
        numbers.push(pdf.add_object(owners).into());
        let dictionary = pdf.get_dictionary_mut(pages[page])?;
        dictionary.set("StructParents", page as i64);
        dictionary.set("Tabs", "S");
    }
    for (page, list) in annotations.iter().enumerate() {
        for place in 0..list.len() {
            numbers.push(link_key(document, page, place).into());
            numbers.push(ids[document.pages[page].links[place].node].into());
        }
    }
    Ok(pdf.add_object(dictionary! { "Nums" => numbers }))
}

/// The children of every element, in the order in which their content first appears.
fn kids(document: &Document, contents: &[Vec<NodeId>]) -> Vec<Vec<Kid>> {
    let mut found: Vec<Vec<(usize, Kid)>> = document.tree.iter().map(|_| Vec::new()).collect();
    let mut first: Vec<Option<usize>> = vec![None; document.tree.len()];
    let mut order = 0;
    for (page, list) in contents.iter().enumerate() {
        for (number, node) in list.iter().enumerate() {
            found[*node].push((order, Kid::Content(page, number)));
            first[*node].get_or_insert(order);
            order += 1;
        }
        for (place, link) in document.pages[page].links.iter().enumerate() {
            found[link.node].push((order, Kid::Link(page, place)));
            first[link.node].get_or_insert(order);
            order += 1;
        }
    }
    // A parent stands before its children: backwards, each hands its first appearance up.
    for node in (1..document.tree.len()).rev() {
        if let (Some(at), Some(parent)) = (first[node], document.tree[node].parent) {
            let known = first[parent].get_or_insert(at);
            *known = (*known).min(at);
        }
    }
    // What has no content, as an empty cell, stays behind the sibling before it.
    let mut last: Vec<usize> = vec![0; document.tree.len()];
    for (node, element) in document.tree.iter().enumerate() {
        let Some(parent) = element.parent else { continue };
        let at = first[node].unwrap_or(last[parent]);
        last[parent] = at;
        found[parent].push((at, Kid::Element(node)));
    }
    found
        .into_iter()
        .map(|mut list| {
            list.sort_by_key(|(at, _)| *at);
            list.into_iter().map(|(_, kid)| kid).collect()
        })
        .collect()
}

/// The area of each figure, in the PDF's coordinates.
fn boxes(document: &Document) -> BTreeMap<NodeId, [f32; 4]> {
    let mut out: BTreeMap<NodeId, [f32; 4]> = BTreeMap::new();
    for item in document.pages.iter().flat_map(|page| &page.items) {
        let Some(node) = item.node.filter(|node| document.tree[*node].role == Role::Figure) else { continue };
        let (at, size) = match &item.mark {
            Mark::Box { at, size, .. } | Mark::Logo { at, size } => (*at, *size),
            Mark::Chart { at, scale, scene, .. } => (*at, (scene.width as f32 * scale, scene.height as f32 * scale)),
            Mark::Text { .. } | Mark::Rule { .. } => continue,
        };
        let height = document.size.1;
        let area = [at.0, height - at.1 - size.1, at.0 + size.0, height - at.1];
        let known = out.entry(node).or_insert(area);
        *known = [known[0].min(area[0]), known[1].min(area[1]), known[2].max(area[2]), known[3].max(area[3])];
    }
    out
}

/// How each list with labels counts, from the first label in it.
fn numbering(document: &Document) -> BTreeMap<NodeId, &'static str> {
    let mut out = BTreeMap::new();
    for item in document.pages.iter().flat_map(|page| &page.items) {
        let (Some(node), Mark::Text { line, .. }) = (item.node, &item.mark) else { continue };
        if document.tree[node].role != Role::Label {
            continue;
        }
        let list = std::iter::successors(document.tree[node].parent, |node| document.tree[*node].parent)
            .find(|node| document.tree[*node].role == Role::List);
        let first = line.runs.first().and_then(|run| run.text.chars().next());
        let counts = first.is_some_and(|character| character.is_ascii_digit());
        if let Some(list) = list {
            out.entry(list).or_insert(if counts { "Decimal" } else { "Disc" });
        }
    }
    out
}

fn attributes(role: Role, area: Option<&[f32; 4]>, numbering: Option<&&'static str>) -> Option<Dictionary> {
    let spanning = |mut attributes: Dictionary, columns: u16| {
        if columns > 1 {
            attributes.set("ColSpan", i64::from(columns));
        }
        attributes
    };
    match role {
        Role::HeadCell { row, columns } => {
            let scope = if row { "Row" } else { "Column" };
            Some(spanning(dictionary! { "O" => "Table", "Scope" => scope }, columns))
        }
        Role::Cell { columns } if columns > 1 => Some(spanning(dictionary! { "O" => "Table" }, columns)),
        Role::Figure => area.map(|area| {
            let area: Vec<Object> = area.iter().map(|value| Object::Real((value * 100.0).round() / 100.0)).collect();
            dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => area }
        }),
        Role::List => numbering.map(|numbering| dictionary! { "O" => "List", "ListNumbering" => *numbering }),
        _ => None,
    }
}
