//! One page: its items as operators, each within the marked content that says which element it belongs to.

use printpdf::{Codepoint, DictItem, Op, Pt as Points, TextItem, XObjectId, XObjectTransform};

use super::canvas::{Canvas, Pen, short};
use super::fonts::{Fonts, Used};
use super::{LOGO, chart, missing};
use crate::render::pdf::finish::Content;
use crate::render::pdf::page::{Document, Item, Mark, NodeId, Page, Pt, Role};
use crate::render::pdf::text::{Line, Run, Typesetter};

/// Deviations of the pen below this, in thousandths of an em, are not worth a number.
const UNSEEN: f32 = 0.5;

/// A page in the making.
pub(super) struct Sheet<'a> {
    document: &'a Document,
    page: &'a Page,
    fonts: &'a Fonts<'a>,
    typesetter: &'a Typesetter<'a>,
    canvas: Canvas,
    contents: Vec<Content>,
    open: Option<Owner>,
}

/// Whose content it is.
#[derive(Debug, Clone, PartialEq)]
enum Owner {
    /// Lines and surfaces that mean nothing.
    Decoration,
    /// Running heads and feet.
    Running,
    /// An element; with the text meant, where the glyphs do not give it.
    Node(NodeId, Option<String>),
}

/// The operators of a page, and whose marked content each number is.
pub(super) fn draw<'a>(
    document: &'a Document,
    page: &'a Page,
    fonts: &'a Fonts<'a>,
    typesetter: &'a Typesetter<'a>,
) -> (Vec<Op>, Vec<Content>) {
    let canvas = Canvas::new(document.size.1);
    let mut sheet = Sheet { document, page, fonts, typesetter, canvas, contents: Vec::new(), open: None };
    for item in &page.items {
        sheet.item(item);
    }
    sheet.close();
    (sheet.canvas.ops, sheet.contents)
}

impl Sheet<'_> {
    fn item(&mut self, item: &Item) {
        match &item.mark {
            Mark::Text { at, line } => self.line(item.node, *at, line),
            Mark::Box { at, size, radius, fill, stroke } => {
                self.decorate(item.node);
                let pen = Pen { fill: *fill, stroke: *stroke, dash: None };
                self.canvas.rectangle(*at, *size, *radius, pen);
            }
            Mark::Rule { from, to, colour, width } => {
                self.decorate(item.node);
                self.canvas.path(&[*from, *to], Pen { fill: None, stroke: Some((*colour, *width)), dash: None });
            }
            Mark::Chart { at, scale, scene, labels } => {
                self.decorate(item.node);
                chart::draw(&mut self.canvas, *at, *scale, scene);
                for (at, line) in labels {
                    self.line(item.node, *at, line);
                }
            }
            Mark::Logo { at, size } => {
                self.decorate(item.node);
                self.logo(*at, *size);
            }
        }
    }

    /// Shapes are content in a figure only; beside text they are decoration.
    fn decorate(&mut self, node: Option<NodeId>) {
        match node.filter(|node| self.document.tree[*node].role == Role::Figure) {
            Some(node) => self.owner(Owner::Node(node, None)),
            None => self.owner(Owner::Decoration),
        }
    }

    fn owner(&mut self, owner: Owner) {
        if self.open.as_ref() == Some(&owner) && !matches!(owner, Owner::Node(_, Some(_))) {
            return;
        }
        self.close();
        match &owner {
            Owner::Decoration => self.canvas.begin("Artifact", vec![("Type", name("Layout"))]),
            Owner::Running => self.canvas.begin("Artifact", vec![("Type", name("Pagination"))]),
            Owner::Node(node, meant) => {
                let number = self.contents.len();
                let mut properties = vec![("MCID", DictItem::Int(number as i64))];
                let mut tag = self.document.tree[*node].role.tag();
                if let Some(meant) = meant {
                    properties.push(("ActualText", utf16(meant)));
                    tag = "Span";
                }
                self.canvas.begin(tag, properties);
                self.contents.push(Content { node: *node, meant: meant.clone() });
            }
        }
        self.open = Some(owner);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.canvas.end();
        }
    }

    fn line(&mut self, node: Option<NodeId>, at: (Pt, Pt), line: &Line) {
        for run in &line.runs {
            let at = (at.0 + run.x, at.1);
            let meant = self.meant(run);
            match node {
                Some(node) => {
                    let node = self.link(run, at).unwrap_or(node);
                    self.owner(Owner::Node(node, meant));
                    self.run(run, at);
                }
                None => {
                    self.owner(Owner::Running);
                    if let Some(meant) = &meant {
                        self.canvas.begin("Span", vec![("ActualText", utf16(meant))]);
                    }
                    self.run(run, at);
                    if meant.is_some() {
                        self.canvas.end();
                    }
                }
            }
        }
    }

    /// The element of the link that the run is part of.
    fn link(&self, run: &Run, at: (Pt, Pt)) -> Option<NodeId> {
        let target = run.link.as_ref()?;
        let (x, y) = (at.0 + run.width / 2.0, at.1 - run.style.size * 0.3);
        let inside = |corner: (Pt, Pt), size: (Pt, Pt)| {
            x >= corner.0 && x <= corner.0 + size.0 && y >= corner.1 && y <= corner.1 + size.1
        };
        let links = self.page.links.iter().filter(|link| link.target == *target);
        links.into_iter().find(|link| inside(link.at, link.size)).map(|link| link.node)
    }

    /// The text of a run, where putting its glyphs' texts one after the other does not give it.
    fn meant(&self, run: &Run) -> Option<String> {
        if run.missing.is_some() {
            return Some(run.text.clone());
        }
        let used = self.fonts.face(run)?;
        let differs = if run.rtl {
            true
        } else {
            let mut rest = run.text.as_str();
            !run.glyphs.iter().all(|glyph| {
                let next = rest.strip_prefix(used.text(glyph.id));
                rest = next.unwrap_or(rest);
                next.is_some()
            }) || !rest.is_empty()
        };
        differs.then(|| run.text.clone())
    }

    fn run(&mut self, run: &Run, at: (Pt, Pt)) {
        if let Some(character) = run.missing {
            missing::frame(&mut self.canvas, run, at);
            for ((x, y), line) in missing::digits(self.typesetter, run, character) {
                for part in &line.runs {
                    self.glyphs(part, (at.0 + x + part.x, at.1 + y));
                }
            }
        } else {
            self.glyphs(run, at);
        }
    }

    fn glyphs(&mut self, run: &Run, at: (Pt, Pt)) {
        let fonts = self.fonts;
        let Some(used) = fonts.face(run) else { return };
        if !run.glyphs.is_empty() {
            self.canvas.text(&used.name, run.style.size, run.style.colour, at, shows(run, used));
        }
    }

    fn logo(&mut self, at: (Pt, Pt), size: (Pt, Pt)) {
        let (x, y) = self.canvas.place((at.0, at.1 + size.1));
        let transform = XObjectTransform {
            translate_x: Some(Points(x)),
            translate_y: Some(Points(y)),
            scale_x: Some(short(size.0)),
            scale_y: Some(short(size.1)),
            no_auto_scale: true,
            ..XObjectTransform::default()
        };
        self.canvas.ops.push(Op::UseXobject { id: XObjectId(LOGO.to_owned()), transform });
    }
}

/// The glyphs of a run, in parts of one height, with what moves the pen where the font's own widths do not lead.
fn shows(run: &Run, used: &Used<'_>) -> Vec<(Pt, Vec<TextItem>)> {
    let em = 1000.0 / run.style.size;
    let mut parts: Vec<(Pt, Vec<TextItem>)> = Vec::new();
    let (mut pen, mut target) = (0.0_f32, 0.0_f32);
    for glyph in &run.glyphs {
        let rise = glyph.offset.1;
        if parts.last().is_none_or(|(height, _)| (*height - rise).abs() > 0.005) {
            parts.push((rise, Vec::new()));
        }
        let last = parts.len() - 1;
        let items = &mut parts[last].1;
        let away = short(pen - (target + glyph.offset.0 * em));
        if away.abs() > UNSEEN {
            match items.last_mut() {
                Some(TextItem::GlyphIds(glyphs)) => {
                    if let Some(before) = glyphs.last_mut() {
                        before.offset = away;
                    }
                }
                _ => items.push(TextItem::Offset(away)),
            }
            pen -= away;
        }
        let point = Codepoint::new(used.code(glyph.id), 0.0);
        match items.last_mut() {
            Some(TextItem::GlyphIds(glyphs)) => glyphs.push(point),
            _ => items.push(TextItem::GlyphIds(vec![point])),
        }
        pen += used.width(glyph.id);
        target += glyph.advance * em;
    }
    parts
}

fn name(text: &str) -> DictItem {
    DictItem::Name(text.as_bytes().to_vec())
}

/// Text as the format writes it in properties: UTF-16 with its mark.
fn utf16(text: &str) -> DictItem {
    let mut data = vec![0xFE, 0xFF];
    data.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    DictItem::String { data, literal: false }
}
