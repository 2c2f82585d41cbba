//! Cells side by side: their lines, and rows that are too high for a page broken between lines.

use super::flow::Flow;
use super::look::{self, Text};
use super::strip::{PageNumber, Strip};
use crate::render::pdf::content::CellLine;
use crate::render::pdf::page::{Colour, Link, Mark, NodeId, Pt, Role};
use crate::render::pdf::text::Line;
use crate::report::Status;

/// Rows higher than this part of a page are broken.
const HIGH: Pt = 0.5;
/// Height of a verdict in a cell.
const BADGE: Pt = 12.0;

/// A cell to be laid out.
pub(super) struct Laid<'a> {
    pub(super) lines: Vec<&'a CellLine>,
    pub(super) x: Pt,
    pub(super) width: Pt,
    pub(super) text: Text,
    pub(super) node: NodeId,
    pub(super) right: bool,
}

/// A line of a cell, not yet placed.
enum Placed {
    Text(Line),
    Status(Status),
    PageOf(String),
}

impl Flow<'_> {
    /// Cells side by side as strips; `pad` is the space above and below.
    pub(super) fn cells(&mut self, cells: Vec<Laid<'_>>, pad: Pt, least: Pt) -> Vec<Strip> {
        let mut stacks: Vec<(Vec<(Pt, Placed)>, Laid<'_>)> = Vec::new();
        let mut height: Pt = 0.0;
        for cell in cells {
            let mut stack = Vec::new();
            for (index, line) in cell.lines.iter().enumerate() {
                match line {
                    CellLine::Words(words) => {
                        let last = index + 1 == cell.lines.len();
                        let lines = if last {
                            self.lines(words, cell.text, cell.width)
                        } else {
                            self.lines_before_more(words, cell.text, cell.width)
                        };
                        stack.extend(lines.into_iter().map(|line| (cell.text.leading, Placed::Text(line))));
                    }
                    CellLine::Status(status) => stack.push((BADGE, Placed::Status(*status))),
                    CellLine::PageOf(place) => stack.push((cell.text.leading, Placed::PageOf(place.clone()))),
                }
            }
            height = height.max(stack.iter().map(|(height, _)| height).sum());
            stacks.push((stack, cell));
        }
        let whole = (height + 2.0 * pad).max(least);
        if whole <= look::HEIGHT * HIGH {
            let mut strip = Strip::of(whole);
            for (stack, cell) in stacks {
                let mut y = pad;
                for (height, placed) in stack {
                    self.place(&mut strip, placed, y, &cell);
                    y += height;
                }
            }
            return vec![strip];
        }
        // Too high to stand whole: every strip takes from each cell what fits into the height of a few lines.
        let step = look::HEIGHT * HIGH / 4.0;
        let mut strips: Vec<Strip> = Vec::new();
        for (stack, cell) in stacks {
            let (mut index, mut y) = (0, 0.0);
            for (height, placed) in stack {
                if y + height > step {
                    (index, y) = (index + 1, 0.0);
                }
                if strips.len() <= index {
                    strips.resize_with(index + 1, Strip::default);
                }
                self.place(&mut strips[index], placed, y, &cell);
                y += height;
                strips[index].height = strips[index].height.max(y);
            }
        }
        if let Some(first) = strips.first_mut() {
            let mut padded = Strip::of(first.height + pad);
            padded.put(std::mem::take(first), (0.0, pad));
            *first = padded;
        }
        if let Some(last) = strips.last_mut() {
            last.height += pad;
        }
        strips
    }

    fn place(&mut self, strip: &mut Strip, placed: Placed, y: Pt, cell: &Laid<'_>) {
        let line_box = self.line_box(cell.text);
        match placed {
            Placed::Text(line) => {
                let x = if cell.right { cell.x + cell.width - line.width } else { cell.x };
                strip.text(&mut self.tree, line, (x, y), line_box, cell.node);
            }
            Placed::Status(status) => {
                self.badge(strip, (status, status.words()), (cell.x, y), cell.node);
            }
            Placed::PageOf(place) => {
                let node = self.tree.add(cell.node, Role::Link);
                let (at, size) = ((cell.x, y), (cell.width, cell.text.leading));
                strip.links.push(Link { at, size, target: place.clone(), node, words: "page".to_owned() });
                let text = self.text(cell.text).tabular().coloured(self.accent);
                strip.numbers.push(PageNumber { place, at: (cell.x + cell.width, y + line_box.baseline), text, node });
            }
        }
    }

    /// Width of a verdict.
    pub(super) fn badge_width(&self, (status, words): (Status, &str)) -> Pt {
        let (shape, ink, _) = look::verdict(status);
        let style = badge_text(ink).style();
        4.5 + self.typesetter.width(shape, style) + 3.0 + self.typesetter.width(words, style) + 5.0
    }

    /// A verdict as shape and word on its tint; gives its width. Takes 12 points of height.
    pub(super) fn badge(
        &mut self,
        strip: &mut Strip,
        (status, words): (Status, &str),
        at: (Pt, Pt),
        node: NodeId,
    ) -> Pt {
        let (shape, ink, tint) = look::verdict(status);
        let text = badge_text(ink);
        let line_box = self.line_box(text);
        let shape = self.typesetter.line(shape, text.style(), None);
        let width = self.badge_width((status, words));
        // Words that follow it are not read as one with it.
        let word = self.typesetter.line(&format!("{words} "), text.style(), None);
        let y = at.1 - 0.4;
        strip.decorate(Mark::Box { at: (at.0, y), size: (width, 11.4), radius: 2.5, fill: Some(tint), stroke: None });
        let x = at.0 + 4.5;
        let after = x + shape.width + 3.0;
        strip.items.push(Self::unread(shape, (x, at.1 + line_box.baseline)));
        strip.text(&mut self.tree, word, (after, at.1), line_box, node);
        width
    }
}

fn badge_text(ink: Colour) -> Text {
    Text::new(7.6, 11.0).bold().coloured(ink)
}
