//! What a pack tells of single things that a metric looked at, found or not: its file in `evidence/`.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Outcome;
use crate::pack::{Cell, PackRows};
use crate::time::Micros;

use super::brief::item_key;
use super::side::Side;

const COLUMNS: [&str; 9] =
    ["subject_kind", "subject", "system", "account_key", "credential_key", "result", "began_lo", "ended_hi", "note"];
/// Where `began_lo` stands among them, and the end after it.
const BEGAN: usize = 6;

/// Keys of things, by the metric that looked at them.
pub(super) type Wanted<'a> = BTreeMap<&'a str, BTreeSet<u64>>;

/// What a pack tells of some things.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// The stays of each thing, by their beginning.
    shown: BTreeMap<u64, Stays>,
    /// Things whose metric has a population that the pack does not list.
    unlisted: BTreeSet<u64>,
}

#[derive(Debug, Default)]
struct Stays {
    all: Vec<Shown>,
    /// Where the one stands that matters most.
    first: usize,
}

/// What a metric told of one stay of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) result: Told,
    began: Option<Micros>,
    /// Whether it is a stay with an end, and so measured.
    pub(super) ended: bool,
    /// Why it is outside the population, or nothing can be said.
    pub(super) note: String,
}

/// The result of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    /// Nothing can be said.
    Unknown,
    /// Over its limit, or possibly.
    Found,
    /// Within its limit.
    Within,
    /// Outside the population.
    Excluded,
}

impl Items {
    /// Looks things up.
    ///
    /// # Errors
    /// A file is damaged, or not the one that the manifest lists.
    pub(super) fn look(side: &Side, wanted: &Wanted<'_>) -> Outcome<Self> {
        let mut items = Self::default();
        for (metric, keys) in wanted {
            let files = side.evidence(metric)?;
            let Some(rows) = PackRows::open(side.folder(), &files, COLUMNS)? else {
                if side.report.metrics.iter().any(|one| one.id == *metric && one.population > 0) {
                    items.unlisted.extend(keys);
                }
                continue;
            };
            rows.each(|cells| {
                let [kind, subject, system, account, credential, result, _, _, note] = cells.map(Cell::str);
                let key = item_key(metric, system, [kind, subject], [account, credential]);
                if keys.contains(&key) {
                    let result = match result {
                        "over" | "indeterminate" => Told::Found,
                        "within" => Told::Within,
                        "excluded" => Told::Excluded,
                        // A word that nobody knows says nothing.
                        _ => Told::Unknown,
                    };
                    let [began, ended] = [cells[BEGAN], cells[BEGAN + 1]].map(Cell::instant);
                    let shown = Shown { result, began, ended: ended.is_some(), note: note.to_owned() };
                    items.shown.entry(key).or_default().all.push(shown);
                }
            })?;
        }
        for stays in items.shown.values_mut() {
            stays.all.sort_by_key(|one| one.began);
            let first = (0..stays.all.len()).min_by_key(|at| stays.all[*at].result);
            stays.first = first.unwrap_or_default();
        }
        Ok(items)
    }

    /// Whether the pack lists what the metric of a thing looked at.
    pub(super) fn lists(&self, key: u64) -> bool {
        !self.unlisted.contains(&key)
    }

    /// The stay of a thing that began then; else what matters most of its stays.
    pub(super) fn of(&self, key: u64, began: Option<Micros>) -> Option<&Shown> {
        let stays = self.shown.get(&key)?;
        let at = stays.all.partition_point(|one| one.began < began);
        let same = stays.all.get(at).filter(|one| began.is_some() && one.began == began);
        same.or_else(|| stays.all.get(stays.first))
    }
}
