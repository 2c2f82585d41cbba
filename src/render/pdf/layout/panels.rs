//! What stands out: verdicts, tallies, large figures, charts.

use super::flow::{Area, Flow};
use super::look::{self, Text};
use super::strip::Strip;
use crate::render::chart::{Anchor, Mark as ChartMark, Role as ChartRole, Scene};
use crate::render::doc::{Badge, Tile, Words};
use crate::render::pdf::page::{Item, Mark, NodeId, Pt, Role};
use crate::render::pdf::text::{Line, Span};

/// Size of a chart's labels on the screen, in pixels of the scene.
const SCREEN: Pt = 12.0;
/// Height of the middle of a digit above the baseline, in em.
const MIDDLE: Pt = 0.36;

impl Flow<'_> {
    /// A verdict with its reason, tinted.
    pub(super) fn verdict(&mut self, badge: &Badge, lines: &[Words], large: bool, area: Area, parent: NodeId) -> Strip {
        let pad: Pt = if large { 9.0 } else { 8.0 };
        let (ink, tint) = look::tone(badge.tone());
        let node = self.tree.add(parent, Role::Paragraph);
        let mut inner = Strip::default();
        let area_inside = Area { x: area.x + pad + 4.0, width: area.width - 2.0 * pad - 4.0 };
        // The badge has the same tint; inside the box it stands on white.
        let at = ((area_inside.x, if large { 0.0 } else { 1.0 }), area_inside.width);
        let badge = self.badge(&mut inner, badge, at, Some(look::WHITE), node);
        let mut y = if large { 17.0 } else { 0.0 };
        // The reason stands beside a small verdict, and below a large one.
        let indent = if large { 0.0 } else { badge + 8.0 };
        for (index, words) in lines.iter().enumerate() {
            let text = match (large, index) {
                (true, 0) => Text::new(11.6, 15.6).bold(),
                (true, _) => Text::new(9.2, 12.6),
                (false, _) => look::BODY,
            };
            let node = if index == 0 { node } else { self.tree.add(parent, Role::Paragraph) };
            let lines = self.lines(words, text, area_inside.width - indent);
            y += if index > 0 { 3.0 } else { 0.0 };
            y += self.put_lines(&mut inner, lines, text, (area_inside.x + indent, y), node);
        }
        let height = y + 2.0 * pad;
        let mut strip = Strip { before: 11.0, height, ..Strip::default() };
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
        strip.put(inner, (0.0, pad));
        strip
    }

    /// How often each verdict occurs.
    pub(super) fn tally(&mut self, of: &str, entries: &[(Badge, u64)], area: Area, parent: NodeId) -> Strip {
        const ROW: Pt = 17.0;
        let text = look::BODY;
        let line_box = self.line_box(text);
        let node = self.tree.add(parent, Role::Paragraph);
        let mut strip = Strip { before: 7.0, height: ROW, ..Strip::default() };
        let lead = self.typesetter.line(&format!("{of} "), text.style(), None);
        let mut x = area.x + lead.width + 7.0;
        strip.text(&mut self.tree, lead, (area.x, 0.0), line_box, node);
        for (badge, count) in entries {
            let number =
                self.typesetter.line(&format!("{} ", crate::render::text::count(*count)), text.bold().style(), None);
            let width = number.width + 4.0 + self.badge_need(badge).1;
            if x + width > area.x + area.width {
                x = area.x;
                strip.height += ROW;
            }
            let y = strip.height - ROW;
            let after = x + number.width + 4.0;
            strip.text(&mut self.tree, number, (x, y), line_box, node);
            self.badge(&mut strip, badge, ((after, y + 1.2), area.width), None, node);
            x += width + 10.0;
        }
        strip
    }

    /// Figures side by side.
    pub(super) fn tiles(&mut self, tiles: &[Tile], area: Area, parent: NodeId) -> Strip {
        const GAP: Pt = 10.0;
        let count = tiles.len().max(1) as Pt;
        let width = (area.width - GAP * (count - 1.0)) / count;
        let mut strip = Strip { before: 9.0, ..Strip::default() };
        let made: Vec<Strip> = tiles.iter().map(|tile| self.tile(tile, width, parent)).collect();
        strip.height = made.iter().map(|tile| tile.height).fold(0.0, Pt::max);
        let mut x = area.x;
        for tile in made {
            strip.decorate(Mark::Box {
                at: (x, 0.0),
                size: (width, strip.height),
                radius: 3.0,
                fill: Some(look::RAISED),
                stroke: Some((look::LINE, 0.5)),
            });
            strip.put(tile, (x, 0.0));
            x += width + GAP;
        }
        strip
    }

    /// One figure: what it counts, what it was counted over, what it was, and a line over the latest packs.
    fn tile(&mut self, tile: &Tile, width: Pt, parent: NodeId) -> Strip {
        const PAD: Pt = 8.0;
        const TREND: Pt = 54.0;
        let (figure, what) = (Text::new(20.0, 24.0).bold(), Text::new(8.8, 11.4).bold());
        let node = self.tree.add(parent, Role::Paragraph);
        let mut strip = Strip::default();
        let room = width - 2.0 * PAD;
        let mut x = PAD;
        let mut y = PAD - 2.0;
        let line_box = self.line_box(figure);
        if !tile.before.is_empty() {
            let before = Text::new(9.6, figure.leading).coloured(look::QUIET);
            let line = self.typesetter.line(&format!("{} ", tile.before), before.style(), None);
            let space = line.width + 4.0;
            strip.text(&mut self.tree, line, (x, y), line_box, node);
            x += space;
        }
        let style = figure.tabular().coloured(self.accent).style();
        let line = self.typesetter.line(&format!("{} ", tile.figure), style, Some(room - (x - PAD)));
        let used = x + line.width;
        strip.text(&mut self.tree, line, (x, y), line_box, node);
        y += figure.leading;
        let mut put = |flow: &mut Self, strip: &mut Strip, lines: Vec<Line>, text: Text| {
            y += flow.put_lines(strip, lines, text, (PAD, y), node);
        };
        for (words, text) in [(&tile.what, what), (&tile.over, look::NOTE), (&tile.beside, look::NOTE)] {
            if !words.is_empty() {
                let lines = self.typesetter.lines(&[Span::plain(format!("{words} "), text.style())], room);
                put(self, &mut strip, lines, text);
            }
        }
        if let Some(change) = &tile.change {
            let lines = self.lines_before_more(change, look::NOTE, room);
            put(self, &mut strip, lines, look::NOTE);
        }
        if let Some(trend) = tile.trend.as_deref().filter(|_| used + TREND + 6.0 <= width - PAD) {
            let scale = TREND / trend.width as Pt;
            let figure = self.tree.figure(node, format!("{}. {}", trend.title, trend.description));
            let at = (width - PAD - TREND, PAD + 3.0);
            let mark = Mark::Chart { at, scale, labels: Vec::new(), scene: Box::new(trend.clone()) };
            strip.items.push(Item { node: Some(figure), mark });
        }
        strip.height = y + PAD - 1.0;
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
