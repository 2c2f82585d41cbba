//! Cells side by side: their lines, and rows that are too high for a page broken between lines.

use super::flow::Flow;
use super::look::{self, Text};
use super::strip::{PageNumber, Strip};
use crate::render::doc::{Badge, BarPart, Line as CellLine};
use crate::render::pdf::page::{Colour, Item, Link, Mark, NodeId, Pt, Role};
use crate::render::pdf::text::{Line, Span};
use crate::render::text::count;

/// Rows higher than this part of a page are broken.
const HIGH: Pt = 0.5;
/// Height of a line of a badge, and of what surrounds it.
const BADGE: (Pt, Pt) = (9.6, 2.4);
/// Space before the shape of a badge, between it and the words, and behind them.
const INSIDE: [Pt; 3] = [4.5, 3.0, 5.0];
/// Width and height of a bar.
pub(super) const BAR: (Pt, Pt) = (60.0, 5.0);

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
    Badge(Badge),
    Bar(Vec<(BarPart, u64)>),
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
                    CellLine::Badge(badge) => {
                        let height = self.badge_height(badge, cell.width);
                        stack.push((height, Placed::Badge(badge.clone())));
                    }
                    CellLine::Bar(parts) => stack.push((BAR.1 + 4.0, Placed::Bar(parts.clone()))),
                    CellLine::Page(place) => stack.push((cell.text.leading, Placed::PageOf(place.clone()))),
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
            Placed::Badge(badge) => {
                self.badge(strip, &badge, ((cell.x, y), cell.width), None, cell.node);
            }
            Placed::Bar(parts) => self.bar(strip, &parts, (cell.x, y + 2.0), cell),
            Placed::PageOf(place) => {
                let node = self.tree.add(cell.node, Role::Link);
                let (at, size) = ((cell.x, y), (cell.width, cell.text.leading));
                strip.links.push(Link { at, size, target: place.clone(), node, words: "page".to_owned() });
                let text = cell.text.tabular().coloured(self.accent);
                strip.numbers.push(PageNumber { place, at: (cell.x + cell.width, y + line_box.baseline), text, node });
            }
        }
    }

    /// Parts of a population as a bar: what is over its limit is dark, what is within it hollow.
    fn bar(&mut self, strip: &mut Strip, parts: &[(BarPart, u64)], at: (Pt, Pt), cell: &Laid<'_>) {
        let whole = parts.iter().map(|part| part.1).fold(0, u64::saturating_add).max(1);
        let said: Vec<String> =
            parts.iter().map(|(part, number)| format!("{} {}", count(*number), named(*part))).collect();
        let node = self.tree.figure(cell.node, format!("Of {}: {}", count(whole), said.join(", ")));
        let width = BAR.0.min(cell.width);
        let mut put = |x: Pt, width: Pt, fill: Colour, stroke| {
            let mark = Mark::Box { at: (x, at.1), size: (width, BAR.1), radius: 0.0, fill: Some(fill), stroke };
            strip.items.push(Item { node: Some(node), mark });
        };
        put(at.0, width, look::WHITE, Some((look::STRONG_LINE, 0.5)));
        let mut x = at.0;
        for (part, number) in parts.iter().filter(|part| part.1 > 0) {
            // What there is can be seen, however little it is.
            let wide = (width * (*number as Pt / whole as Pt)).max(1.2).min(at.0 + width - x);
            match part {
                BarPart::Over => put(x, wide, look::BAD, None),
                BarPart::Unsure => put(x, wide, look::UNSURE, None),
                BarPart::Within => {}
            }
            x += wide;
        }
    }

    /// Width of a badge whose words are broken where they can be, and on one line.
    pub(super) fn badge_need(&self, badge: &Badge) -> (Pt, Pt) {
        let style = badge_text(look::INK).style();
        let around = INSIDE.iter().sum::<Pt>() + self.typesetter.width(badge.shape(), style);
        let (words, whole) = self.typesetter.words(&[Span::plain(badge.words(), style)]);
        (around + words.iter().map(|word| word.1).fold(0.0, Pt::max), around + whole)
    }

    fn badge_lines(&self, badge: &Badge, ink: Colour, width: Pt) -> Vec<Line> {
        let style = badge_text(ink).style();
        let around = INSIDE.iter().sum::<Pt>() + self.typesetter.width(badge.shape(), style);
        // Words that follow it are not read as one with it.
        let words = Span::plain(format!("{} ", badge.words()), style);
        self.typesetter.lines(&[words], (width - around).max(1.0) + 0.5)
    }

    fn badge_height(&self, badge: &Badge, width: Pt) -> Pt {
        self.badge_lines(badge, look::INK, width).len() as Pt * BADGE.0 + BADGE.1
    }

    /// A badge as shape and words on its tint, or on `fill`, in no more than a width; gives the width that it takes.
    pub(super) fn badge(
        &mut self,
        strip: &mut Strip,
        badge: &Badge,
        (at, room): ((Pt, Pt), Pt),
        fill: Option<Colour>,
        node: NodeId,
    ) -> Pt {
        let (ink, tint) = look::tone(badge.tone());
        let text = badge_text(ink);
        let line_box = self.line_box(text);
        let lines = self.badge_lines(badge, ink, room);
        let shape = self.typesetter.line(badge.shape(), text.style(), None);
        let after = INSIDE[0] + shape.width + INSIDE[1];
        let width = after + lines.iter().map(|line| line.width).fold(0.0, Pt::max) + INSIDE[2];
        let size = (width, lines.len() as Pt * BADGE.0 + 1.8);
        let fill = Some(fill.unwrap_or(tint));
        strip.decorate(Mark::Box { at: (at.0, at.1 - 0.4), size, radius: 2.5, fill, stroke: None });
        strip.items.push(Self::unread(shape, (at.0 + INSIDE[0], at.1 + line_box.baseline)));
        for (index, line) in lines.into_iter().enumerate() {
            strip.text(&mut self.tree, line, (at.0 + after, at.1 + index as Pt * BADGE.0), line_box, node);
        }
        width
    }
}

/// What a part of a bar shows, for readers who do not see it.
fn named(part: BarPart) -> &'static str {
    match part {
        BarPart::Over => "over",
        BarPart::Unsure => "may be over or unknown",
        BarPart::Within => "within",
    }
}

fn badge_text(ink: Colour) -> Text {
    Text::new(7.6, 11.0).bold().coloured(ink)
}
