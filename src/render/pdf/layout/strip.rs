//! Strips: parts of the text that stand on one page, one below the other, before anybody knows on which.

use super::look::Text;
use crate::render::pdf::page::{Item, Link, Mark, Node, NodeId, Pt, Role};
use crate::render::pdf::text::{Line, Run, Typesetter};

/// A part of the text that is not broken. Its items stand relative to its upper left corner.
#[derive(Debug, Clone, Default)]
pub(super) struct Strip {
    /// Space above it, unless it begins a page.
    pub(super) before: Pt,
    pub(super) height: Pt,
    pub(super) items: Vec<Item>,
    pub(super) links: Vec<Link>,
    /// Names of places, with their distance from the top.
    pub(super) places: Vec<(String, Pt)>,
    /// Level and title.
    pub(super) bookmark: Option<(u8, String)>,
    pub(super) numbers: Vec<PageNumber>,
    /// Stands on the page of the next one.
    pub(super) keep: bool,
    /// The head of the table that it is a row of, to be repeated when it begins a page.
    pub(super) head: Option<usize>,
    /// Begins a page, unless less than this part of it is in use, in per cent.
    pub(super) new_page: Option<u8>,
}

/// The number of the page on which a place stands: known only when all pages are made.
#[derive(Debug, Clone)]
pub(super) struct PageNumber {
    pub(super) place: String,
    /// Where it ends, and its baseline.
    pub(super) at: (Pt, Pt),
    pub(super) text: Text,
    pub(super) node: NodeId,
}

impl Strip {
    pub(super) fn of(height: Pt) -> Self {
        Self { height, ..Self::default() }
    }

    /// Something outside the text.
    pub(super) fn decorate(&mut self, mark: Mark) {
        self.items.push(Item { node: None, mark });
    }

    /// A line of text with its links; `at` is its upper left corner.
    pub(super) fn text(&mut self, tree: &mut Tree, line: Line, at: (Pt, Pt), box_of: LineBox, node: NodeId) {
        let baseline = at.1 + box_of.baseline;
        if line.runs.iter().all(|run| run.link.is_none()) {
            if !line.runs.is_empty() {
                self.items.push(Item { node: Some(node), mark: Mark::Text { at: (at.0, baseline), line } });
            }
            return;
        }
        // One element for each part of the line that leads to one place.
        let (mut runs, whole): (Vec<Run>, Pt) = (Vec::new(), line.width);
        for run in line.runs {
            if runs.last().is_some_and(|last| last.link != run.link) {
                self.part(tree, std::mem::take(&mut runs), whole, (at.0, at.1, baseline), box_of, node);
            }
            runs.push(run);
        }
        self.part(tree, runs, whole, (at.0, at.1, baseline), box_of, node);
    }

    fn part(&mut self, tree: &mut Tree, runs: Vec<Run>, whole: Pt, at: (Pt, Pt, Pt), box_of: LineBox, node: NodeId) {
        let (left, top, baseline) = at;
        let Some(first) = runs.first() else { return };
        let x = first.x;
        // The space at the end of the line is no part of its width.
        let width = runs.iter().map(|run| run.width).sum::<Pt>().min(whole - x);
        let words: String = runs.iter().map(|run| run.text.as_str()).collect();
        let node = match first.link.clone() {
            Some(target) => {
                let link = tree.add(node, Role::Link);
                let (at, size) = ((left + x, top), (width, box_of.leading));
                self.links.push(Link { at, size, target, node: link, words: words.trim().to_owned() });
                link
            }
            None => node,
        };
        let line = Line { runs, width: x + width };
        self.items.push(Item { node: Some(node), mark: Mark::Text { at: (left, baseline), line } });
    }

    /// Puts another strip on this one.
    pub(super) fn put(&mut self, other: Strip, by: (Pt, Pt)) {
        self.items.extend(other.items.into_iter().map(|item| shifted(item, by)));
        self.links.extend(other.links.into_iter().map(|mut link| {
            link.at = (link.at.0 + by.0, link.at.1 + by.1);
            link
        }));
        self.places.extend(other.places.into_iter().map(|(name, y)| (name, y + by.1)));
        self.numbers.extend(other.numbers.into_iter().map(|mut number| {
            number.at = (number.at.0 + by.0, number.at.1 + by.1);
            number
        }));
        self.bookmark = self.bookmark.take().or(other.bookmark);
    }

    /// Several strips as one that is not broken.
    pub(super) fn stacked(strips: Vec<Strip>) -> Strip {
        let mut whole = Strip::default();
        for (index, strip) in strips.into_iter().enumerate() {
            if index > 0 {
                whole.height += strip.before;
            }
            let (y, height) = (whole.height, strip.height);
            whole.put(strip, (0.0, y));
            whole.height += height;
        }
        whole
    }
}

/// Height of strips one below the other, without the space above the first.
pub(super) fn height(strips: &[Strip]) -> Pt {
    let above: Pt = strips.iter().skip(1).map(|strip| strip.before).sum();
    above + strips.iter().map(|strip| strip.height).sum::<Pt>()
}

/// Takes from the spaces between strips what they are higher than `room`, unless hardly any space would be left.
pub(super) fn squeeze(strips: &mut [Strip], room: Pt) {
    const LEAST: Pt = 0.35;
    let beyond = height(strips) - room;
    let spaces: Pt = strips.iter().skip(1).map(|strip| strip.before).sum();
    if beyond <= 0.0 || spaces <= 0.0 {
        return;
    }
    let scale = 1.0 - (beyond + 0.5) / spaces;
    if scale >= LEAST {
        strips.iter_mut().skip(1).for_each(|strip| strip.before *= scale);
    }
}

/// An item somewhere else.
pub(super) fn shifted(mut item: Item, by: (Pt, Pt)) -> Item {
    let shift = |at: &mut (Pt, Pt)| *at = (at.0 + by.0, at.1 + by.1);
    match &mut item.mark {
        Mark::Text { at, .. } | Mark::Box { at, .. } | Mark::Logo { at, .. } => shift(at),
        Mark::Rule { from, to, .. } => {
            shift(from);
            shift(to);
        }
        Mark::Chart { at, labels, .. } => {
            shift(at);
            for (at, _) in labels {
                shift(at);
            }
        }
    }
    item
}

/// Where the baseline stands in a line's height.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineBox {
    pub(super) leading: Pt,
    pub(super) baseline: Pt,
}

impl LineBox {
    pub(super) fn of(text: Text, typesetter: &Typesetter<'_>) -> Self {
        let (up, down) = (typesetter.ascent(text.style()), typesetter.descent(text.style()));
        Self { leading: text.leading, baseline: (text.leading - up - down) / 2.0 + up }
    }
}

/// The structure tree while it grows.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self { nodes: vec![Node { parent: None, role: Role::Document, alternative: None }] }
    }

    pub(super) fn add(&mut self, parent: NodeId, role: Role) -> NodeId {
        self.nodes.push(Node { parent: Some(parent), role, alternative: None });
        self.nodes.len() - 1
    }

    pub(super) fn figure(&mut self, parent: NodeId, alternative: String) -> NodeId {
        self.nodes.push(Node { parent: Some(parent), role: Role::Figure, alternative: Some(alternative) });
        self.nodes.len() - 1
    }
}
