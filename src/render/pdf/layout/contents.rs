//! The contents: every listed heading with its page.

use super::flow::{Area, Flow};
use super::look::{self, Text};
use super::strip::{PageNumber, Strip};
use crate::render::pdf::page::{Link, Mark, NodeId, Pt, Role};

impl Flow<'_> {
    /// The contents on a page of their own.
    pub(super) fn contents(&mut self, area: Area, parent: NodeId) -> Vec<Strip> {
        const NUMBER: Pt = 26.0;
        let section = self.tree.add(parent, Role::Section);
        let heading = self.tree.add(section, Role::Heading(2));
        let text = look::heading(2, false);
        let mut title = Strip { new_page: Some(0), keep: true, ..Strip::default() };
        let line = self.typesetter.line("Contents", text.style(), None);
        title.height = self.put_lines(&mut title, vec![line], text, (area.x, 0.0), heading) + 6.0;
        title.places.push(("contents".to_owned(), 0.0));
        title.bookmark = Some((1, "Contents".to_owned()));
        let list = self.tree.add(section, Role::Contents);
        let mut strips = vec![title];
        for (level, words, place) in self.entries.clone() {
            let outer = level <= 2;
            let text = if outer { Text::new(9.6, 14.0).bold() } else { Text::new(8.8, 12.6) };
            let item = self.tree.add(list, Role::ContentsItem);
            let node = self.tree.add(item, Role::Link);
            let x = area.x + if outer { 0.0 } else { 14.0 };
            let line = self.typesetter.line(&words, text.style(), Some(area.x + area.width - NUMBER - x));
            let width = line.width;
            let line_box = self.line_box(text);
            let mut strip = Strip::of(text.leading);
            strip.before = if outer { 6.0 } else { 0.0 };
            strip.keep = outer;
            strip.text(&mut self.tree, line, (x, 0.0), line_box, node);
            let baseline = line_box.baseline;
            let (from, to) = (x + width + 6.0, area.x + area.width - NUMBER + 4.0);
            if from < to {
                let colour = look::LINE;
                strip.decorate(Mark::Rule { from: (from, baseline), to: (to, baseline), colour, width: 0.4 });
            }
            let (at, size) = ((area.x, 0.0), (area.width, text.leading));
            strip.links.push(Link { at, size, target: place.clone(), node, words });
            let text = text.tabular();
            strip.numbers.push(PageNumber { place, at: (area.x + area.width, baseline), text, node });
            strips.push(strip);
        }
        if let Some(last) = strips.last_mut() {
            last.keep = false;
        }
        strips
    }
}
