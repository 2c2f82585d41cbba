//! Strips to pages: what stands together, where a page ends, what is repeated at the top of the next.

use std::collections::BTreeMap;

use super::look;
use super::strip::{PageNumber, Strip};
use crate::render::pdf::page::{Bookmark, Item, Mark, Page, Pt, Target};
use crate::render::pdf::text::Line;

/// Pages with what is known only when they are made.
#[derive(Debug, Default)]
pub(super) struct Pages {
    pub(super) sheets: Vec<Page>,
    pub(super) bookmarks: Vec<Bookmark>,
    pub(super) places: BTreeMap<String, Target>,
    /// Page, item of the page that waits for it, and the number that stands there.
    pub(super) numbers: Vec<(usize, usize, PageNumber)>,
    y: Pt,
    /// Whether nothing stands on the last page yet.
    empty: bool,
}

/// A page of which less is in use, in per cent, has but a few lines.
const FEW: Pt = 14.0;

/// Breaks strips into pages. The first page begins at `first`, the others below the running head.
pub(super) fn paginate(strips: Vec<Strip>, heads: &[Strip], first: Pt) -> Pages {
    let mut pages = Pages { sheets: vec![Page::default()], y: first, empty: true, ..Pages::default() };
    let mut strips = strips.into_iter().peekable();
    while strips.peek().is_some() {
        let mut together = Vec::new();
        for strip in strips.by_ref() {
            let more = strip.keep;
            together.push(strip);
            if !more {
                break;
            }
        }
        pages.place(together, heads);
    }
    pages
}

impl Pages {
    fn place(&mut self, together: Vec<Strip>, heads: &[Strip]) {
        let needed = together.first().map_or(0.0, |first| first.before) + super::strip::height(&together);
        let used = (self.y - look::TOP) / look::HEIGHT * 100.0;
        // A page with a few lines on it is never left for the next one.
        let wanted = together.first().and_then(|first| first.new_page);
        let new_page = wanted.is_some_and(|unless| used >= Pt::from(unless).max(FEW));
        // The first page has no foot.
        let foot = if self.sheets.len() == 1 { look::FIRST_BOTTOM } else { look::BOTTOM };
        let mut room = look::PAGE.1 - foot;
        // What is higher than a page begins where it is, and breaks where it must.
        let fits_a_page = needed <= look::HEIGHT - 60.0 && used >= FEW;
        if !self.empty && (new_page || (fits_a_page && self.y + needed > room)) {
            self.turn();
            room = look::PAGE.1 - look::BOTTOM;
        }
        for strip in together {
            if !self.empty && self.y + strip.before + strip.height > room {
                self.turn();
                room = look::PAGE.1 - look::BOTTOM;
            }
            if let (true, Some(head)) = (self.empty, strip.head.and_then(|index| heads.get(index))) {
                self.put(head.clone());
            }
            self.put(strip);
        }
    }

    fn turn(&mut self) {
        self.sheets.push(Page::default());
        self.y = look::TOP;
        self.empty = true;
    }

    fn put(&mut self, strip: Strip) {
        if !self.empty {
            self.y += strip.before;
        }
        self.empty = false;
        let (page, y) = (self.sheets.len() - 1, self.y);
        let mut moved = Strip::default();
        self.y += strip.height;
        moved.put(strip, (look::LEFT, y));
        if let Some((level, title)) = moved.bookmark {
            self.bookmarks.push(Bookmark { level, title, target: Target { page, y }, open: false });
        }
        for (name, y) in moved.places {
            self.places.entry(name).or_insert(Target { page, y });
        }
        let last = &mut self.sheets[page];
        last.items.extend(moved.items);
        for number in moved.numbers {
            let mark = Mark::Text { at: number.at, line: Line::default() };
            self.numbers.push((page, last.items.len(), number.clone()));
            last.items.push(Item { node: Some(number.node), mark });
        }
        last.links.extend(moved.links);
    }
}
