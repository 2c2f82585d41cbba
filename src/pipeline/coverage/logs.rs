//! Logs cover what they cover: windows as a union per system; another system's log covers nothing here.

use std::collections::BTreeMap;

use crate::dataset::{Table, Texts, Times};
use crate::pipeline::inputs::Inputs;
use crate::time::{HOUR, Micros};

use super::feeds::Feeds;
use super::gap::{Concern, Lack, What};

/// A log may begin and end this much inside the period before its edge counts as not covered.
const EDGE: Micros = 24 * HOUR;

/// Two windows that are this near to each other leave no hole: the end of one file and the beginning of the next are
/// seldom written as the same instant.
const JOINT: Micros = HOUR;

/// What the logs of each system cover, in the order of time and without overlaps.
pub(super) struct Windows(BTreeMap<String, Vec<(Micros, Micros)>>);

impl Windows {
    /// The windows of logs of changes; of a system that has no such log, those of its sign-ins.
    pub(super) fn of(inputs: &Inputs, feeds: &Feeds) -> Self {
        let mut all: BTreeMap<String, Vec<(Micros, Micros)>> = BTreeMap::new();
        if let Some(frame) = inputs.frames.get(Table::LogWindows) {
            let (system, about) = (Texts::of(frame, "system"), Texts::of(frame, "about"));
            let (from, to) = (Times::of(frame, "covers_from"), Times::of(frame, "covers_to"));
            let mut sign_ins = all.clone();
            for row in 0..frame.height() {
                if let (Some(system), Some(from), Some(to)) = (system.get(row), from.get(row), to.get(row)) {
                    let of = match about.get(row) {
                        Some("changes") => &mut all,
                        Some("sign_ins") => &mut sign_ins,
                        _ => continue,
                    };
                    of.entry(system.to_owned()).or_default().push((from, to));
                }
            }
            for (system, windows) in sign_ins {
                all.entry(system).or_insert(windows);
            }
        }
        for ((system, _), feed) in feeds.of.iter().filter(|((_, table), _)| *table == Table::Events) {
            if inputs.frames.get(Table::LogWindows).is_some() {
                all.entry(system.clone()).or_default();
                continue;
            }
            let windows = feed.files.iter().filter_map(|file| inputs.loaded.files.get(*file)?.covers);
            all.entry(system.clone()).or_default().extend(windows);
        }
        all.retain(|system, _| !inputs.rules.project.leaves_out(system));
        Self(all.into_iter().map(|(system, windows)| (system, union(windows))).collect())
    }

    /// Whether the logs of a system cover a time without a hole.
    pub(super) fn covers(&self, system: &str, from: Micros, to: Micros) -> bool {
        self.0.get(system).is_some_and(|windows| windows.iter().any(|window| window.0 <= from && window.1 >= to))
    }
    /// Whether the logs of a system cover a period but for its edges.
    pub(super) fn covers_period(&self, system: &str, from: Micros, to: Micros) -> bool {
        self.0.get(system).is_some_and(|windows| holes(windows, from, to).is_empty())
    }
}

fn union(mut windows: Vec<(Micros, Micros)>) -> Vec<(Micros, Micros)> {
    windows.sort_unstable();
    let mut joined: Vec<(Micros, Micros)> = Vec::with_capacity(windows.len());
    for window in windows {
        match joined.last_mut() {
            Some(last) if window.0 <= last.1.saturating_add(JOINT) => last.1 = last.1.max(window.1),
            _ => joined.push(window),
        }
    }
    joined
}

/// The times of the period, as far as it lies before as_of, that the logs of some system do not cover.
pub(super) fn lacks(inputs: &Inputs, windows: &Windows) -> Vec<Lack> {
    let (from, to) = (inputs.period.from, inputs.period.to.min(inputs.as_of));
    let all = windows.0.iter().filter_map(|(system, windows)| {
        let windows = holes(windows, from, to);
        let what = What::Holes { windows };
        let is_whole = matches!(&what, What::Holes { windows } if windows.is_empty());
        (!is_whole).then(|| Lack::of(what, Some(system), Table::Events, Concern::Events))
    });
    all.collect()
}

/// What of a time windows do not cover; the two edges may lack a day.
fn holes(windows: &[(Micros, Micros)], from: Micros, to: Micros) -> Vec<(Micros, Micros)> {
    let mut holes = Vec::new();
    let mut covered = from;
    for window in windows.iter().filter(|window| window.1 > from && window.0 < to) {
        let slack = if covered == from { EDGE } else { 0 };
        if window.0 > covered.saturating_add(slack) {
            holes.push((covered, window.0));
        }
        covered = covered.max(window.1);
    }
    if covered.saturating_add(EDGE) < to {
        holes.push((covered, to));
    }
    holes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours since the beginning of the period, which is ten days long.
    fn found(windows: &[(i64, i64)]) -> Vec<(i64, i64)> {
        let windows = windows.iter().map(|(from, to)| (from * HOUR, to * HOUR)).collect();
        holes(&union(windows), 0, 240 * HOUR).into_iter().map(|(from, to)| (from / HOUR, to / HOUR)).collect()
    }

    #[test]
    fn holes_of_a_log() {
        for (windows, expected) in [
            (vec![(0, 240)], vec![]),
            (vec![(24, 216)], vec![]),
            (vec![(25, 215)], vec![(0, 25), (215, 240)]),
            (vec![(0, 50), (51, 240)], vec![]),
            (vec![(0, 50), (52, 240)], vec![(50, 52)]),
            (vec![(100, 240), (0, 120)], vec![]),
            (vec![(0, 30), (200, 240)], vec![(30, 200)]),
            (vec![(-500, -10), (300, 400)], vec![(0, 240)]),
            (vec![], vec![(0, 240)]),
        ] {
            assert_eq!(found(&windows), expected, "{windows:?}");
        }
    }
}
