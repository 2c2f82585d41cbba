//! The contents: every listed heading with its page.

use super::flow::{Area, Flow};
use super::look::{self, Text};
use super::strip::{PageNumber, Strip};
use crate::render::pdf::page::{Link, Mark, NodeId, Pt, Role};

const OUTER: Text = Text::new(9.6, 14.0).bold();
const INNER: Text = Text::new(8.8, 12.6);
/// Above an outer entry.
const BEFORE: Pt = 6.0;
/// The lines move together by so much at most.
const CLOSEST: Pt = 0.84;

/// How much the lines move together, so that no page is turned for the last few of them.
fn squeeze(height: Pt) -> Pt {
    let pages = (height * CLOSEST / look::HEIGHT).ceil();
    // A little less than the page, so that no rounding turns it.
    (pages * look::HEIGHT * 0.985 / height).min(1.0)
}

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
        let heights =
            self.entries.iter().map(|entry| if entry.0 <= 2 { OUTER.leading + BEFORE } else { INNER.leading });
        let squeeze = squeeze(title.height + heights.sum::<Pt>());
        let mut strips = vec![title];
        for (level, words, place) in self.entries.clone() {
            let outer = level <= 2;
            let text = if outer { OUTER } else { INNER };
            let text = Text { leading: text.leading * squeeze, ..text };
            let item = self.tree.add(list, Role::ContentsItem);
            let node = self.tree.add(item, Role::Link);
            let x = area.x + if outer { 0.0 } else { 14.0 };
            let line = self.typesetter.line(&words, text.style(), Some(area.x + area.width - NUMBER - x));
            let width = line.width;
            let line_box = self.line_box(text);
            let mut strip = Strip::of(text.leading);
            strip.before = if outer { BEFORE * squeeze } else { 0.0 };
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
