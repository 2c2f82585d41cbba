//! Layout of the PDF: blocks to pages. Knows the page and measured text; knows neither the report nor PDF.

mod cells;
mod columns;
mod contents;
mod flow;
mod index;
mod look;
mod pages;
mod panels;
mod strip;
mod table;
mod words;

use crate::render::brand::Picture;
use crate::render::doc;
use crate::render::pdf::page::{Colour, Document, Item, Mark, Page, Pt};
use crate::render::pdf::text::Typesetter;
use crate::time::Micros;

use flow::{Area, Flow};
use look::Text;
use strip::LineBox;

/// What stands on every page, and what the document says of itself.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// Title of the document.
    pub title: String,
    /// Who it is about.
    pub author: String,
    /// One sentence on what it is.
    pub subject: String,
    /// Tool and version.
    pub producer: String,
    /// The date that it bears.
    pub dated: Micros,
    /// At the head of every page but the first: left and right.
    pub head: [String; 2],
    /// At the foot of every page: whose it is, which edition, and what the evidence is known by, which the first leaves
    /// out.
    pub foot: [String; 3],
    /// Printed on the first page, upper right.
    pub classification: Option<String>,
    /// The company's logo.
    pub logo: Option<&'a Picture>,
    /// The company's colour.
    pub accent: Option<Colour>,
}

/// Height of the logo's room on the first page.
const LOGO: (Pt, Pt) = (170.0, 44.0);
/// The same at the head of the others.
const SMALL_LOGO: (Pt, Pt) = (60.0, 14.0);

/// Lays a document out on pages.
pub fn layout(document: &doc::Document, frame: &Frame<'_>, typesetter: &Typesetter<'_>) -> Document {
    let accent = frame.accent.unwrap_or(look::ACCENT);
    let mut flow = Flow::new(typesetter, accent, document);
    let logo = frame.logo.map(|logo| flow.tree.figure(0, logo.alternative.clone()));
    let first = if frame.logo.is_some() { 100.0 } else { 44.0 };
    let room = look::PAGE.1 - look::FIRST_BOTTOM - first;
    let strips = flow.document(document, Area { x: 0.0, width: look::WIDTH }, room);
    let mut made = pages::paginate(strips, &flow.heads, first);
    fill_numbers(&mut made, typesetter);
    let total = made.sheets.len();
    for (index, page) in made.sheets.iter_mut().enumerate() {
        page.label = (index + 1).to_string();
        if index == 0 {
            cover(page, frame, logo, accent, typesetter);
        } else {
            running(page, frame, typesetter);
        }
        foot(page, frame, (index + 1, total), typesetter);
    }
    Document {
        title: frame.title.clone(),
        author: frame.author.clone(),
        subject: frame.subject.clone(),
        producer: frame.producer.clone(),
        language: "en",
        dated: frame.dated,
        size: look::PAGE,
        pages: made.sheets,
        tree: flow.tree.nodes,
        bookmarks: made.bookmarks,
        targets: made.places,
    }
}

/// Page numbers, now that they are known.
fn fill_numbers(made: &mut pages::Pages, typesetter: &Typesetter<'_>) {
    for (page, item, number) in std::mem::take(&mut made.numbers) {
        let shown = made.places.get(&number.place).map_or_else(|| "–".to_owned(), |at| (at.page + 1).to_string());
        let line = typesetter.line(&shown, number.text.style(), None);
        let at = (number.at.0 - line.width, number.at.1);
        made.sheets[page].items[item].mark = Mark::Text { at, line };
    }
}

fn fitted(logo: &Picture, room: (Pt, Pt)) -> (Pt, Pt) {
    let (width, height) = (logo.width.max(1) as Pt, logo.height.max(1) as Pt);
    let scale = (room.0 / width).min(room.1 / height);
    (width * scale, height * scale)
}

fn cover(page: &mut Page, frame: &Frame<'_>, logo: Option<usize>, accent: Colour, typesetter: &Typesetter<'_>) {
    let band = Mark::Box { at: (0.0, 0.0), size: (14.0, look::PAGE.1), radius: 0.0, fill: Some(accent), stroke: None };
    let mut before = vec![Item { node: None, mark: band }];
    if let Some(picture) = frame.logo {
        let mark = Mark::Logo { at: (look::LEFT, 44.0), size: fitted(picture, LOGO) };
        before.push(Item { node: logo, mark });
    }
    if let Some(words) = &frame.classification {
        let text = Text::new(8.6, 12.0).bold();
        let line = typesetter.line(words, text.style(), Some(200.0));
        let size = (line.width + 14.0, 17.0);
        let at = (look::PAGE.0 - look::RIGHT - size.0, 44.0);
        let stroke = Some((look::STRONG_LINE, 0.7));
        before.push(Item { node: None, mark: Mark::Box { at, size, radius: 3.0, fill: None, stroke } });
        let baseline = at.1 + 2.5 + LineBox::of(text, typesetter).baseline;
        before.push(Item { node: None, mark: Mark::Text { at: (at.0 + 7.0, baseline), line } });
    }
    page.items.splice(0..0, before);
}

/// The head of every page but the first.
fn running(page: &mut Page, frame: &Frame<'_>, typesetter: &Typesetter<'_>) {
    const HEAD: Pt = 44.0;
    let (left, right) = (look::LEFT, look::PAGE.0 - look::RIGHT);
    let from = left + frame.logo.map_or(0.0, |logo| fitted(logo, SMALL_LOGO).0 + 8.0);
    let mut items = vec![
        small(&frame.head[0], (from, HEAD), right - from - 190.0, false, typesetter),
        small(&frame.head[1], (right, HEAD), 184.0, true, typesetter),
        rule(HEAD + 7.0),
    ];
    if let Some(logo) = frame.logo {
        let size = fitted(logo, SMALL_LOGO);
        items.push(Item { node: None, mark: Mark::Logo { at: (left, HEAD - 3.0 - size.1 / 2.0), size } });
    }
    page.items.splice(0..0, items);
}

/// The foot: of the first page a single line, since what it would say more stands above it.
fn foot(page: &mut Page, frame: &Frame<'_>, (number, of): (usize, usize), typesetter: &Typesetter<'_>) {
    let (left, right) = (look::LEFT, look::PAGE.0 - look::RIGHT);
    let first = number == 1;
    let y = look::PAGE.1 - if first { 21.0 } else { 34.0 };
    let width = right - left - 90.0;
    let mut items = vec![
        small(&format!("page {number} of {of}"), (right, y), 80.0, true, typesetter),
        small(&format!("{} · {}", frame.foot[0], frame.foot[1]), (left, y), width, false, typesetter),
    ];
    if !first {
        items.push(small(&frame.foot[2], (left, y + 10.0), width, false, typesetter));
        items.push(rule(y - 12.0));
    }
    page.items.splice(0..0, items);
}

/// A line of head or foot that begins, or ends, at `at`.
fn small(words: &str, at: (Pt, Pt), width: Pt, end: bool, typesetter: &Typesetter<'_>) -> Item {
    let line = typesetter.line(words, look::SMALL.style(), Some(width));
    let x = if end { at.0 - line.width } else { at.0 };
    Item { node: None, mark: Mark::Text { at: (x, at.1), line } }
}

fn rule(y: Pt) -> Item {
    let (left, right) = (look::LEFT, look::PAGE.0 - look::RIGHT);
    Item { node: None, mark: Mark::Rule { from: (left, y), to: (right, y), colour: look::LINE, width: 0.5 } }
}
