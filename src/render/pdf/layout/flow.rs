//! Blocks to strips: paragraphs, headings, lists, boxes. Tables and charts have rooms of their own.

use std::collections::BTreeSet;

use super::look::{self, Text};
use super::strip::{LineBox, Strip, Tree};
use super::words::plain;
use super::{index, words};
use crate::render::doc::{Block, Document, Edition, Heading, Kind, Part, Section, Words};
use crate::render::pdf::page::{Colour, Item, Mark, NodeId, Pt, Role};
use crate::render::pdf::text::{Line, Span, Typesetter};

/// Makes strips of blocks, and the structure tree with them.
pub(super) struct Flow<'a> {
    pub(super) typesetter: &'a Typesetter<'a>,
    pub(super) accent: Colour,
    pub(super) tree: Tree,
    /// Heads of tables, as they stand at the top of a further page.
    pub(super) heads: Vec<Strip>,
    /// Lines of the contents: level, text, place.
    pub(super) entries: Vec<(u8, String, String)>,
    /// What links can lead to.
    pub(super) places: BTreeSet<String>,
    /// Whether it stands in a box, where text is smaller.
    pub(super) boxed: bool,
    /// Level of the heading that what is made stands under.
    level: u8,
}

/// Where something stands across the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) x: Pt,
    pub(super) width: Pt,
}

impl Area {
    pub(super) fn inside(self, by: Pt) -> Self {
        Self { x: self.x + by, width: self.width - 2.0 * by }
    }
}

impl<'a> Flow<'a> {
    pub(super) fn new(typesetter: &'a Typesetter<'a>, accent: Colour, document: &Document) -> Self {
        let (entries, places) = (index::entries(document), index::places(document));
        Self { typesetter, accent, tree: Tree::new(), heads: Vec::new(), entries, places, boxed: false, level: 1 }
    }

    /// Strips of all sections. The first has a page of this height; in the full edition the contents follow it.
    pub(super) fn document(&mut self, document: &Document, area: Area, first: Pt) -> Vec<Strip> {
        let mut strips = Vec::new();
        for (index, section) in document.sections.iter().enumerate() {
            let mut made = self.section(section, area);
            if index == 0 {
                super::strip::squeeze(&mut made, first);
            }
            strips.extend(made);
            if index == 0 && document.edition == Edition::Full {
                strips.extend(self.contents(area, 0));
            }
        }
        strips
    }

    /// A section under its heading. One with the title of the document has no other.
    fn section(&mut self, section: &Section, area: Area) -> Vec<Strip> {
        let node = self.tree.add(0, Role::Section);
        let titled = section.blocks.iter().any(|block| matches!(block, Block::Heading(Heading { level: 1, .. })));
        let mut strips = Vec::new();
        self.level = 2;
        if !titled {
            let heading = Heading {
                level: 2,
                words: vec![words::own(&section.title)],
                aside: Vec::new(),
                place: String::new(),
                listed: false,
                small: false,
            };
            strips.push(self.heading(&heading, area, node));
        }
        strips.extend(self.blocks_after(!titled, &section.blocks, area, node));
        if let Some(first) = strips.first_mut() {
            first.new_page = section.new_page;
            first.places.push((section.place.to_owned(), 0.0));
            first.bookmark = Some((1, section.title.clone()));
        }
        strips
    }

    /// Strips of blocks that stand one below the other.
    pub(super) fn blocks(&mut self, blocks: &[Block], area: Area, parent: NodeId) -> Vec<Strip> {
        self.blocks_after(false, blocks, area, parent)
    }

    /// The same, behind a heading.
    fn blocks_after(&mut self, heading: bool, blocks: &[Block], area: Area, parent: NodeId) -> Vec<Strip> {
        let mut strips: Vec<Strip> = Vec::new();
        let mut new_page = None;
        let mut after_heading = heading;
        for (index, block) in blocks.iter().enumerate() {
            if let Block::NewPage(unless) = block {
                new_page = Some(*unless);
                continue;
            }
            let mut made = self.block(block, area, parent);
            if let Some(first) = made.first_mut() {
                first.new_page = new_page.take().or(first.new_page);
                if after_heading {
                    let part = matches!(block, Block::Part(_) | Block::Heading(_));
                    first.before = first.before.min(if part { 12.0 } else { 5.0 });
                }
            }
            // A short introduction stands with its heading and with what it introduces.
            let introduces = after_heading && made.len() <= 4 && matches!(block, Block::Paragraph { .. });
            let tally = matches!(block, Block::Tally { .. });
            let announces = matches!(block, Block::Paragraph { words, .. } if plain(words).ends_with(':'));
            if (introduces || tally || announces) && index + 1 < blocks.len() {
                for strip in &mut made {
                    strip.keep = true;
                }
            }
            after_heading = matches!(block, Block::Heading(_)) || introduces;
            strips.extend(made);
        }
        strips
    }

    fn block(&mut self, block: &Block, area: Area, parent: NodeId) -> Vec<Strip> {
        match block {
            Block::Part(Part { heading, blocks }) => self.part(heading, blocks, area, parent),
            Block::Heading(heading) => vec![self.heading(heading, area, parent)],
            Block::Paragraph { words, kind } => self.paragraph(words, *kind, area, parent),
            Block::List { numbered, items, dense } => self.list((*numbered, *dense), items, area, parent),
            Block::Grid { items, columns } => self.grid(items, *columns, area, parent),
            Block::Pairs { rows, terms } => self.pairs(rows, *terms, area, parent),
            Block::Table(table) => self.table(table, area, parent),
            Block::Figure { caption, scene, .. } => self.figure(caption, scene, area, parent),
            Block::Verdict { badge, lines, large } => vec![self.verdict(badge, lines, *large, area, parent)],
            Block::Box(inner) => self.boxed(inner, area, parent),
            Block::Tally { of, entries } => vec![self.tally(of, entries, area, parent)],
            Block::Tiles(tiles) => vec![self.tiles(tiles, area, parent)],
            Block::Columns(parts) => self.columns(parts, area, parent),
            Block::Fold { title, blocks } => self.fold(title, blocks, area, parent),
            Block::Contents => self.contents(area, parent),
            // What is read by machines stands in the pack.
            Block::Listing { .. } | Block::NewPage(_) => Vec::new(),
        }
    }

    fn part(&mut self, heading: &Heading, blocks: &[Block], area: Area, parent: NodeId) -> Vec<Strip> {
        let node = self.tree.add(parent, Role::Section);
        let outer = std::mem::replace(&mut self.level, heading.level);
        let mut strips = vec![self.heading(heading, area, node)];
        strips.extend(self.blocks_after(true, blocks, area, node));
        self.level = outer;
        strips
    }

    /// What a screen folds stands open on paper, under a small heading.
    fn fold(&mut self, title: &Words, blocks: &[Block], area: Area, parent: NodeId) -> Vec<Strip> {
        let heading = Heading {
            level: self.level + 1,
            words: title.clone(),
            aside: Vec::new(),
            place: String::new(),
            listed: false,
            small: true,
        };
        let mut strips = vec![self.heading(&heading, area, parent)];
        strips.extend(self.blocks_after(true, blocks, area, parent));
        strips
    }

    pub(super) fn line_box(&self, text: Text) -> LineBox {
        LineBox::of(text, self.typesetter)
    }

    /// Lines one below the other in one strip, at `at`; gives their height.
    pub(super) fn put_lines(
        &mut self,
        strip: &mut Strip,
        lines: Vec<Line>,
        text: Text,
        at: (Pt, Pt),
        node: NodeId,
    ) -> Pt {
        let line_box = self.line_box(text);
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            strip.text(&mut self.tree, line, (at.0, at.1 + index as Pt * text.leading), line_box, node);
        }
        count as Pt * text.leading
    }

    /// Lines as strips of their own, so that a page may end between them, but not after the first or before the last.
    fn broken(&mut self, lines: Vec<Line>, text: Text, x: Pt, node: NodeId) -> Vec<Strip> {
        let count = lines.len();
        let mut strips = Vec::with_capacity(count);
        for (index, line) in lines.into_iter().enumerate() {
            let mut strip = Strip::of(text.leading);
            self.put_lines(&mut strip, vec![line], text, (x, 0.0), node);
            strip.keep = (index == 0 || index + 2 == count) && index + 1 < count;
            strips.push(strip);
        }
        strips
    }

    fn heading(&mut self, heading: &Heading, area: Area, parent: NodeId) -> Strip {
        let text = look::heading(heading.level, heading.small);
        let node = self.tree.add(parent, Role::Heading(heading.level));
        let mut spans = self.spans(&heading.words, text);
        if !heading.aside.is_empty() {
            let mut style = text.coloured(look::QUIET).style();
            style.bold = false;
            style.size *= if heading.level == 1 { 0.62 } else { 0.9 };
            spans.push(Span::plain("  ", style));
            spans.extend(self.spans(&heading.aside, text).into_iter().map(|span| Span { style, ..span }));
        }
        let lines = self.typesetter.lines(&spans, area.width);
        let mut strip = Strip::of(0.0);
        strip.height = self.put_lines(&mut strip, lines, text, (area.x, 0.0), node);
        strip.before = if heading.small { 10.0 } else { look::above(heading.level) };
        strip.keep = true;
        if heading.level == 2 && !heading.small {
            strip.decorate(Mark::Rule {
                from: (area.x, strip.height + 3.0),
                to: (area.x + area.width, strip.height + 3.0),
                colour: look::LINE,
                width: 0.6,
            });
            strip.height += 6.0;
        }
        if !heading.place.is_empty() {
            strip.places.push((heading.place.clone(), 0.0));
        }
        let title = || (heading.level.saturating_sub(1).max(1), plain(&heading.words));
        strip.bookmark = heading.listed.then(title);
        strip
    }

    pub(super) fn paragraph(&mut self, words: &Words, kind: Kind, area: Area, parent: NodeId) -> Vec<Strip> {
        let (text, before) = match kind {
            Kind::Body | Kind::Alert => (look::BODY, 6.0),
            Kind::Eyebrow => (look::EYEBROW, 0.0),
            Kind::Lead => (look::LEAD, 5.0),
            Kind::Note => (look::NOTE, 5.0),
        };
        let node = self.tree.add(parent, Role::Paragraph);
        let lines = self.lines(words, text, area.width);
        let mut strips = self.broken(lines, text, area.x, node);
        if let Some(first) = strips.first_mut() {
            first.before = before;
        }
        strips
    }

    fn list(
        &mut self,
        (numbered, dense): (bool, bool),
        items: &[Vec<Words>],
        area: Area,
        parent: NodeId,
    ) -> Vec<Strip> {
        const INDENT: Pt = 15.0;
        const SHORT: usize = 5;
        let text = if dense { look::LISTED } else { look::LIST };
        let list = self.tree.add(parent, Role::List);
        let mut strips = Vec::new();
        for (index, paragraphs) in items.iter().enumerate() {
            let item = self.tree.add(list, Role::ListItem);
            let label = self.tree.add(item, Role::Label);
            let body = self.tree.add(item, Role::ListBody);
            let mut lines = Vec::new();
            for words in paragraphs {
                lines.extend(self.lines_before_more(words, text, area.width - INDENT));
            }
            let mut made = Vec::new();
            for strip in self.broken(lines, text, area.x + INDENT, body) {
                if made.is_empty() {
                    let sign = if numbered { format!("{}.", index + 1) } else { "•".to_owned() };
                    let style = text.tabular().coloured(look::QUIET).style();
                    let sign = self.typesetter.line(&sign, style, None);
                    let mut first = Strip::of(strip.height);
                    let line_box = self.line_box(text);
                    first.text(&mut self.tree, sign, (area.x + 2.0, 0.0), line_box, label);
                    first.keep = strip.keep;
                    first.put(strip, (0.0, 0.0));
                    first.before = if index == 0 { 5.0 } else { 2.6 };
                    made.push(first);
                } else {
                    made.push(strip);
                }
            }
            strips.extend(made);
        }
        if dense && items.len() <= SHORT {
            // A short list of pointers: one of its lines alone on the next page would look lost.
            let last = strips.len().saturating_sub(1);
            strips.iter_mut().take(last).for_each(|strip| strip.keep = true);
        }
        strips
    }

    fn grid(&mut self, items: &[(String, Words)], columns: usize, area: Area, parent: NodeId) -> Vec<Strip> {
        const GAP: Pt = 14.0;
        let text = look::LISTED;
        let list = self.tree.add(parent, Role::List);
        let width = (area.width - GAP * (columns - 1) as Pt) / columns as Pt;
        let mut strips = Vec::new();
        for row in items.chunks(columns) {
            let mut strip = Strip { before: 2.6, ..Strip::default() };
            for (index, (place, words)) in row.iter().enumerate() {
                let item = self.tree.add(list, Role::ListItem);
                let body = self.tree.add(item, Role::ListBody);
                let lines = self.lines(words, text, width);
                let x = area.x + index as Pt * (width + GAP);
                let height = self.put_lines(&mut strip, lines, text, (x, 0.0), body);
                strip.height = strip.height.max(height);
                strip.places.push((place.clone(), 0.0));
            }
            strips.push(strip);
        }
        strips
    }

    fn boxed(&mut self, inner: &[Block], area: Area, parent: NodeId) -> Vec<Strip> {
        const PAD: Pt = 9.0;
        let outer = std::mem::replace(&mut self.boxed, true);
        let strips = self.blocks(inner, area.inside(PAD), parent);
        self.boxed = outer;
        let within = super::strip::height(&strips);
        if within + 2.0 * PAD > look::HEIGHT {
            return strips;
        }
        let mut whole = Strip { before: 9.0, height: within + 2.0 * PAD, ..Strip::default() };
        whole.decorate(Mark::Box {
            at: (area.x, 0.0),
            size: (area.width, whole.height),
            radius: 3.0,
            fill: Some(look::RAISED),
            stroke: Some((look::LINE, 0.5)),
        });
        whole.put(Strip::stacked(strips), (0.0, PAD));
        vec![whole]
    }

    fn columns(&mut self, parts: &[(f32, Vec<Block>)], area: Area, parent: NodeId) -> Vec<Strip> {
        const GAP: Pt = 16.0;
        let room = area.width - GAP * (parts.len().saturating_sub(1)) as Pt;
        let mut x = area.x;
        let mut made = Vec::new();
        for (share, blocks) in parts {
            let width = room * share;
            made.push(self.blocks(blocks, Area { x, width }, parent));
            x += width + GAP;
        }
        if made.iter().any(|strips| super::strip::height(strips) > look::HEIGHT) {
            return made.into_iter().flatten().collect();
        }
        let mut whole = Strip { before: 8.0, ..Strip::default() };
        for strips in made {
            let stacked = Strip::stacked(strips);
            whole.height = whole.height.max(stacked.height);
            whole.put(stacked, (0.0, 0.0));
        }
        vec![whole]
    }

    /// Something that is seen and not read.
    pub(super) fn unread(line: Line, at: (Pt, Pt)) -> Item {
        Item { node: None, mark: Mark::Text { at, line } }
    }
}
