//! What a pack tells of single things that a metric looked at, found or not: its file in `evidence/`.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Outcome;
use crate::pack::{Cell, PackRows};
use crate::time::Micros;

use super::brief::item_key;
use super::side::Side;

const COLUMNS: [&str; 8] =
    ["subject_kind", "subject", "system", "account_key", "credential_key", "result", "began_lo", "note"];
/// Where `began_lo` stands among them.
const BEGAN: usize = 6;

/// Keys of things, by the metric that looked at them.
pub(super) type Wanted<'a> = BTreeMap<&'a str, BTreeSet<u64>>;

/// What a pack tells of some things.
#[derive(Debug, Default)]
pub(super) struct Items(BTreeMap<u64, Vec<Shown>>);

/// What a metric told of one stay of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) result: Told,
    began: Option<Micros>,
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
        let mut items: BTreeMap<u64, Vec<Shown>> = BTreeMap::new();
        for (metric, keys) in wanted {
            let files = side.evidence(metric)?;
            let Some(rows) = PackRows::open(side.folder(), &files, COLUMNS)? else {
                continue;
            };
            rows.each(|cells| {
                let [kind, subject, system, account, credential, result, _, note] = cells.map(Cell::str);
                let key = item_key(metric, system, [kind, subject], [account, credential]);
                if keys.contains(&key) {
                    let result = match result {
                        "within" => Told::Within,
                        "excluded" => Told::Excluded,
                        "unknown" => Told::Unknown,
                        _ => Told::Found,
                    };
                    let shown = Shown { result, began: cells[BEGAN].instant(), note: note.to_owned() };
                    items.entry(key).or_default().push(shown);
                }
            })?;
        }
        Ok(Self(items))
    }

    /// The stay of a thing that began then; else what matters most of its stays.
    pub(super) fn of(&self, key: u64, began: Option<Micros>) -> Option<&Shown> {
        let all = self.0.get(&key)?;
        all.iter()
            .find(|shown| began.is_some() && shown.began == began)
            .or_else(|| all.iter().min_by_key(|one| one.result))
    }
}
