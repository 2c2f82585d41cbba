//! What stands out: verdicts, tallies, large figures, charts.

use super::flow::{Area, Flow};
use super::look::{self, Text};
use super::strip::Strip;
use crate::render::chart::{Anchor, Mark as ChartMark, Role as ChartRole, Scene};
use crate::render::pdf::content::{Tile, Words};
use crate::render::pdf::page::{Item, Mark, NodeId, Pt, Role};
use crate::report::Status;

/// Size of a chart's labels on the screen, in pixels of the scene.
const SCREEN: Pt = 12.0;
/// Height of the middle of a digit above the baseline, in em.
const MIDDLE: Pt = 0.36;

impl Flow<'_> {
    /// A verdict with its reason, tinted.
    pub(super) fn verdict(
        &mut self,
        status: Status,
        lines: &[Words],
        large: bool,
        area: Area,
        parent: NodeId,
    ) -> Strip {
        let pad: Pt = if large { 11.0 } else { 8.0 };
        let (_, ink, tint) = look::verdict(status);
        let node = self.tree.add(parent, Role::Paragraph);
        let mut inner = Strip::default();
        let area_inside = Area { x: area.x + pad + 4.0, width: area.width - 2.0 * pad - 4.0 };
        let word = if large { status.words_of_all() } else { status.words() };
        let badge = self.badge(&mut inner, (status, word), (area_inside.x, if large { 0.0 } else { 1.0 }), node);
        let mut y = if large { 19.0 } else { 0.0 };
        // The reason stands beside a small verdict, and below a large one.
        let indent = if large { 0.0 } else { badge + 8.0 };
        for (index, words) in lines.iter().enumerate() {
            let text = match (large, index) {
                (true, 0) => Text::new(13.0, 18.0).bold(),
                (true, _) => Text::new(10.2, 14.6),
                (false, _) => look::BODY,
            };
            let node = if index == 0 { node } else { self.tree.add(parent, Role::Paragraph) };
            let lines = self.lines(words, text, area_inside.width - indent);
            y += if index > 0 { 4.0 } else { 0.0 };
            y += self.put_lines(&mut inner, lines, text, (area_inside.x + indent, y), node);
        }
        let height = y + 2.0 * pad;
        let mut strip = Strip { before: 11.0, height, ..Strip::default() };
        // The badge has the same tint; inside the box it stands on white.
        strip.decorate(Mark::Box {
            at: (area.x, 0.0),
            size: (area.width, height),
            radius: 3.0,
            fill: Some(tint),
            stroke: None,
        });
        strip.decorate(Mark::Box {
            at: (area.x, 0.0),
            size: (4.0, height),
            radius: 0.0,
            fill: Some(ink),
            stroke: None,
        });
        if let Some(Item { mark: Mark::Box { fill, .. }, .. }) = inner.items.first_mut() {
            *fill = Some(look::WHITE);
        }
        strip.put(inner, (0.0, pad));
        strip
    }

    /// How often each verdict occurs.
    pub(super) fn tally(&mut self, of: &str, entries: &[(Status, u64)], area: Area, parent: NodeId) -> Strip {
        const ROW: Pt = 17.0;
        let text = look::BODY;
        let line_box = self.line_box(text);
        let node = self.tree.add(parent, Role::Paragraph);
        let mut strip = Strip { before: 7.0, height: ROW, ..Strip::default() };
        let lead = self.typesetter.line(&format!("{of} "), text.style(), None);
        let mut x = area.x + lead.width + 7.0;
        strip.text(&mut self.tree, lead, (area.x, 0.0), line_box, node);
        for (status, count) in entries {
            let number =
                self.typesetter.line(&format!("{} ", crate::render::text::count(*count)), text.bold().style(), None);
            let width = number.width + 4.0 + self.badge_width((*status, status.words()));
            if x + width > area.x + area.width {
                x = area.x;
                strip.height += ROW;
            }
            let y = strip.height - ROW;
            let after = x + number.width + 4.0;
            strip.text(&mut self.tree, number, (x, y), line_box, node);
            self.badge(&mut strip, (*status, status.words()), (after, y + 1.2), node);
            x += width + 10.0;
        }
        strip
    }

    /// Figures side by side.
    pub(super) fn tiles(&mut self, tiles: &[Tile], area: Area, parent: NodeId) -> Strip {
        const GAP: Pt = 12.0;
        const PAD: Pt = 9.0;
        let count = tiles.len().max(1) as Pt;
        let width = (area.width - GAP * (count - 1.0)) / count;
        let (figure, what, over) = (Text::new(23.0, 29.0).bold(), Text::new(9.2, 13.0).bold(), look::NOTE);
        let height = figure.leading + what.leading + over.leading + 2.0 * PAD - 2.0;
        let mut strip = Strip { before: 11.0, height, ..Strip::default() };
        let mut x = area.x;
        for tile in tiles {
            strip.decorate(Mark::Box {
                at: (x, 0.0),
                size: (width, height),
                radius: 3.0,
                fill: Some(look::RAISED),
                stroke: Some((look::LINE, 0.5)),
            });
            let node = self.tree.add(parent, Role::Paragraph);
            let inside = x + PAD + 2.0;
            let room = width - 2.0 * PAD - 4.0;
            let mut from = inside;
            let line_box = self.line_box(figure);
            if !tile.before.is_empty() {
                let before = Text::new(10.5, figure.leading).coloured(look::QUIET);
                let line = self.typesetter.line(&format!("{} ", tile.before), before.style(), None);
                let space = line.width + 5.0;
                strip.text(&mut self.tree, line, (from, PAD - 2.0), line_box, node);
                from += space;
            }
            let style = figure.tabular().coloured(self.accent).style();
            let line = self.typesetter.line(&format!("{} ", tile.figure), style, Some(room - (from - inside)));
            strip.text(&mut self.tree, line, (from, PAD - 2.0), line_box, node);
            let mut y = PAD - 2.0 + figure.leading;
            for (words, text) in [(&tile.what, what), (&tile.over, over)] {
                let line = self.typesetter.line(&format!("{words} "), text.style(), Some(room));
                let line_box = self.line_box(text);
                strip.text(&mut self.tree, line, (inside, y), line_box, node);
                y += text.leading;
            }
            x += width + GAP;
        }
        strip
    }

    /// A chart under its caption.
    pub(super) fn figure(&mut self, caption: &Words, scene: &Scene, area: Area, parent: NodeId) -> Vec<Strip> {
        let node = self.tree.add(parent, Role::Caption);
        let mut above = Strip { before: 12.0, keep: true, ..Strip::default() };
        let lines = self.lines(caption, look::CAPTION, area.width);
        above.height = self.put_lines(&mut above, lines, look::CAPTION, (area.x, 0.0), node) + 3.0;
        let figure = self.tree.figure(parent, format!("{}. {}", scene.title, scene.description));
        let scale = area.width / scene.width as Pt;
        let mut strip = Strip::of(scene.height as Pt * scale);
        let labels = scene.marks.iter().filter_map(|mark| match mark {
            ChartMark::Label { at, anchor, text, role } => Some((at, anchor, text, role)),
            _ => None,
        });
        let labels = labels.map(|(at, anchor, words, role)| {
            let text = match role {
                ChartRole::Limit => look::CHART.bold().coloured(look::BAD),
                ChartRole::TextOnDark => look::CHART.coloured(look::WHITE),
                _ => look::CHART,
            };
            // Labels stand in room made for them at the size of the screen.
            let size = text.size.min((13.0 * scale).max(6.6));
            let line = self.typesetter.line(words, Text { size, ..text }.tabular().style(), None);
            let x = area.x + at.0 as Pt * scale;
            let x = match anchor {
                Anchor::Start => x,
                Anchor::Middle => x - line.width / 2.0,
                Anchor::End => x - line.width,
            };
            // The middle of its height stays where it was meant to be.
            let down = MIDDLE * (size - SCREEN * scale);
            ((x, at.1 as Pt * scale + down), line)
        });
        let mark = Mark::Chart { at: (area.x, 0.0), scale, labels: labels.collect(), scene: Box::new(scene.clone()) };
        strip.items.push(Item { node: Some(figure), mark });
        vec![above, strip]
    }
}
