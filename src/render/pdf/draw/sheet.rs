//! One page: its items as operators, each within the marked content that says which element it belongs to.

use printpdf::{Codepoint, DictItem, Op, Pt as Points, TextItem, XObjectId, XObjectTransform};

use super::canvas::{Canvas, Pen, short};
use super::fonts::{Fonts, Used};
use super::{LOGO, chart, glyphs};
use crate::render::pdf::page::{Document, Item, Mark, NodeId, Page, Pt, Role};
use crate::render::pdf::text::{Line, Run};

/// Deviations of the pen below this, in thousandths of an em, are not worth a number.
const UNSEEN: f32 = 0.5;

/// A page in the making.
pub(super) struct Sheet<'a> {
    document: &'a Document,
    page: &'a Page,
    fonts: &'a Fonts<'a>,
    has_logo: bool,
    canvas: Canvas,
    contents: Vec<NodeId>,
    open: Option<Owner>,
}

/// Glyphs of one font at one height.
struct Show {
    layer: usize,
    rise: Pt,
    items: Vec<TextItem>,
}

/// Whose content it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Owner {
    /// Lines and surfaces that mean nothing.
    Decoration,
    /// Running heads and feet.
    Running,
    /// An element.
    Node(NodeId),
}

/// The operators of a page, and whose marked content each number is.
pub(super) fn draw<'a>(
    document: &'a Document,
    page: &'a Page,
    fonts: &'a Fonts<'a>,
    has_logo: bool,
) -> (Vec<Op>, Vec<NodeId>) {
    let canvas = Canvas::new(document.size.1);
    let mut sheet = Sheet { document, page, fonts, has_logo, canvas, contents: Vec::new(), open: None };
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
                if self.has_logo {
                    self.decorate(item.node);
                    self.logo(*at, *size);
                }
            }
        }
    }

    /// Shapes are content in a figure only; beside text they are decoration.
    fn decorate(&mut self, node: Option<NodeId>) {
        match node.filter(|node| self.document.tree[*node].role == Role::Figure) {
            Some(node) => self.owner(Owner::Node(node)),
            None => self.owner(Owner::Decoration),
        }
    }

    fn owner(&mut self, owner: Owner) {
        if self.open == Some(owner) {
            return;
        }
        self.close();
        match owner {
            Owner::Decoration => self.canvas.begin("Artifact", "Type", DictItem::Name(b"Layout".to_vec())),
            Owner::Running => self.canvas.begin("Artifact", "Type", DictItem::Name(b"Pagination".to_vec())),
            Owner::Node(node) => {
                let number = DictItem::Int(self.contents.len() as i64);
                self.canvas.begin(self.document.tree[node].role.tag(), "MCID", number);
                self.contents.push(node);
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
        let mut runs: Vec<&Run> = line.runs.iter().collect();
        // In reading order, whatever stands where.
        runs.sort_by_key(|run| run.begins);
        for run in runs {
            let at = (at.0 + run.x, at.1);
            self.owner(match node {
                Some(node) => Owner::Node(self.link(run, at).unwrap_or(node)),
                None => Owner::Running,
            });
            self.run(run, at);
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

    fn run(&mut self, run: &Run, at: (Pt, Pt)) {
        let fonts = self.fonts;
        if run.missing.is_some() {
            if let Some((font, code)) = fonts.missing(&run.text) {
                let parts = vec![(font, 0.0, vec![TextItem::Text(code.to_string())])];
                self.canvas.text(run.style.size, run.style.colour, at, parts);
            }
        } else if let Some(used) = fonts.face(run) {
            let parts = shows(run, used).into_iter().map(|part| (used.name(part.layer), part.rise, part.items));
            self.canvas.text(run.style.size, run.style.colour, at, parts.collect());
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

/// The glyphs of a run in reading order, in parts of one font and height, with what moves the pen where the font's own
/// widths do not lead.
fn shows(run: &Run, used: &Used<'_>) -> Vec<Show> {
    let em = 1000.0 / run.style.size;
    let mut parts: Vec<Show> = Vec::new();
    let mut pen = 0.0_f32;
    for part in glyphs::parts(run, used.face()) {
        let (layer, code) = used.code(part.id, &part.text);
        let rise = short(part.rise);
        let goes_on = |part: &Show| part.layer == layer && (part.rise - rise).abs() <= f32::EPSILON;
        if !parts.last().is_some_and(goes_on) {
            parts.push(Show { layer, rise, items: Vec::new() });
        }
        let last = parts.len() - 1;
        let items = &mut parts[last].items;
        let away = short(pen - part.x * em);
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
        let point = Codepoint::new(code, 0.0);
        match items.last_mut() {
            Some(TextItem::GlyphIds(glyphs)) => glyphs.push(point),
            _ => items.push(TextItem::GlyphIds(vec![point])),
        }
        pen += used.width(part.id);
    }
    parts
}
