//! Tables that stop at a number of rows, and say so: how many of how many, and which file has all.

use minijinja::Value;
use serde::Serialize;

use super::cell::cell;
use crate::render::text;
use crate::report::Report;

/// Rows of a table of files, systems, waivers or messages. A page with more opens slowly, and nobody reads it.
pub(super) const ROWS: usize = 250;
/// Systems in the table of one metric: there are many such tables.
pub(super) const SYSTEMS: usize = 40;
/// Entries of a list inside a cell or a sentence.
pub(super) const ENTRIES: usize = 12;

/// What a table shows of what there is.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    shown: String,
    capped: bool,
    order: &'static str,
    file: Value,
    sha256: Option<Value>,
}

impl Listed {
    /// `order` says which rows come first where not all are shown; `file` has all of them.
    pub(super) fn new(report: &Report, shown: usize, total: u64, order: &'static str, file: &str) -> Self {
        let shown = shown as u64;
        Self {
            shown: text::of(shown, total),
            capped: total > shown,
            order,
            file: cell(file),
            sha256: sha256_of(report, file).map(cell),
        }
    }
}

/// The hash of a data file of the pack.
pub(super) fn sha256_of<'r>(report: &'r Report, file: &str) -> Option<&'r str> {
    report.files.iter().find(|one| one.path == file).map(|one| one.sha256.as_str())
}

/// As many items as fit: all of them in their own order, or else those first for which `first` is lowest.
pub(super) fn pick<T, K: Ord>(items: &[T], most: usize, first: impl Fn(&T) -> K) -> Vec<&T> {
    let mut picked: Vec<&T> = items.iter().collect();
    if picked.len() > most {
        // Stable: among equals their own order stays.
        picked.sort_by_key(|item| first(item));
        picked.truncate(most);
    }
    picked
}

/// The first entries of a list, and a line that says how many more there are.
pub(super) fn few<T, V>(items: &[T], show: impl Fn(&T) -> V, more: impl Fn(String) -> V) -> Vec<V> {
    let mut shown: Vec<V> = items.iter().take(ENTRIES).map(show).collect();
    if items.len() > ENTRIES {
        shown.push(more(format!("and {} more", text::count((items.len() - ENTRIES) as u64))));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keep_their_order_and_some_are_chosen() {
        assert_eq!(pick(&[1, 3, 2], 3, |n| *n), [&1, &3, &2]);
        assert_eq!(pick(&[1, 3, 2, 3], 3, |n| std::cmp::Reverse(*n)), [&3, &3, &2]);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let all: Vec<u32> = (0..1_500).collect();
        let said = few(&all, u32::to_string, |more| more);
        assert_eq!((said.len(), said[12].as_str()), (13, "and 1,488 more"));
        assert_eq!(few(&all[..12], u32::to_string, |more| more).len(), 12);
    }
}
