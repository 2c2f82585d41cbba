//! What the files of one export show each other about day and month.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::Seen;

/// What the files of one source and system show about day and month in each column: they are written by one hand.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// Source, system and number of the column: whether some value is day first, and whether some is month first.
    shown: BTreeMap<(String, String, usize), (bool, bool)>,
    /// Columns of which no file's own values tell.
    open: BTreeSet<(String, String, usize)>,
}

impl Orders {
    /// Adds what one file shows.
    pub(super) fn add(&mut self, source: &str, system: &str, seen: &[Seen]) {
        for (at, seen) in seen.iter().enumerate() {
            let key = || (source.to_owned(), system.to_owned(), at);
            if seen.day_first || seen.month_first {
                let shown = self.shown.entry(key()).or_default();
                shown.0 |= seen.day_first;
                shown.1 |= seen.month_first;
            } else if seen.has_either_order() {
                self.open.insert(key());
            }
        }
    }

    /// Adds what another file shows.
    pub(super) fn join(&mut self, other: Self) {
        for (key, (day, month)) in other.shown {
            let shown = self.shown.entry(key).or_default();
            shown.0 |= day;
            shown.1 |= month;
        }
        self.open.extend(other.open);
    }

    /// Whether one file tells how another one is to be read.
    pub(super) fn tell(&self) -> bool {
        self.open.iter().any(|key| self.shown.contains_key(key))
    }

    /// Adds to the columns of a file that do not tell themselves what the other files tell.
    pub(super) fn apply(&self, source: &str, system: &str, seen: &mut [Seen]) {
        for (at, seen) in seen.iter_mut().enumerate() {
            if let Some(shown) = self.shown.get(&(source.to_owned(), system.to_owned(), at)) {
                seen.tell(*shown);
            }
        }
    }
}
