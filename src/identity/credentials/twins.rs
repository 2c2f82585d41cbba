//! One credential that two inventories of a system tell of under two ids.
//!
//! It is one where both name the same account, and either the same kind and the same creation to the second, or ids of
//! which one ends with the other (`…/keys/k` and `k`). Two ids that sources of one format give are never one, and where
//! more than two could be meant none is joined.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};
use polars::prelude::DataFrame;

use crate::dataset::{Texts, Times};
use crate::time::{Micros, Zone};

use super::super::accounts::AccountIndex;
use super::super::series::Series;

/// The rows of exports of credentials.
pub(super) struct Seen<'a> {
    pub rows: &'a DataFrame,
    /// The export that each row is of.
    pub exports: &'a [u32],
    pub series: &'a Series,
    /// The account that each row names, as far as it is known.
    pub accounts: &'a [Option<AccountIndex>],
    pub zone: Zone,
}

/// Whose a credential is: an account that is known, or the name of one that is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Owner<'a> {
    Account(AccountIndex),
    Named(&'a str),
}

/// The last part of an id that is a path; the whole of others.
pub(super) fn last_part(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// Credentials that are taken together: the least number of each stands for all.
struct Joined {
    /// The number that stands for each credential.
    of: Vec<u32>,
    /// The formats and systems whose exports show each; none where it cannot be joined.
    kinds: Vec<BTreeSet<u32>>,
}

impl Seen<'_> {
    /// The number that stands for each of the credentials of `groups`, by their numbers; nothing where every one stands
    /// for itself. Those of `apart` are joined with none.
    pub(super) fn joined(&self, groups: &[u32], apart: &HashSet<u32>) -> Option<Vec<u32>> {
        let several = self.systems_of_several();
        if several.is_empty() {
            return None;
        }
        let text = |name: &str| Texts::of(self.rows, name);
        let (system, id, named, kind) = (text("system"), text("credential_id"), text("account_id"), text("kind"));
        let created = Times::of(self.rows, "created_at");
        let count = groups.iter().max().map_or(0, |last| last + 1);
        let mut joined = Joined { of: (0..count).collect(), kinds: vec![BTreeSet::new(); count as usize] };
        let mut paths: HashMap<(&str, Owner<'_>, &str), BTreeMap<u32, bool>> = HashMap::new();
        let mut moments: HashMap<(&str, Owner<'_>, &str, Micros), BTreeMap<u32, bool>> = HashMap::new();
        for (row, group) in groups.iter().enumerate().filter(|(_, group)| !apart.contains(*group)) {
            let Some(system) = system.get(row).filter(|system| several.contains(*system)) else {
                continue;
            };
            joined.kinds[*group as usize].extend(self.series.kind(self.exports[row]));
            let owner = self.accounts[row].map(Owner::Account).or_else(|| named.get(row).map(Owner::Named));
            let (Some(owner), Some(id)) = (owner, id.get(row)) else {
                continue;
            };
            let last = last_part(id);
            paths.entry((system, owner, last)).or_default().insert(*group, id == last);
            if let Some((kind, at)) = kind.get(row).zip(created.get(row)).filter(|(_, at)| !self.is_day(*at)) {
                moments.entry((system, owner, kind, at)).or_default().insert(*group, true);
            }
        }
        // Of paths alone, which may end alike by chance, none is the other.
        joined.take(paths.into_values().filter(|ids| ids.values().any(|whole| *whole)));
        joined.take(moments.into_values());
        joined.of.iter().enumerate().any(|(own, other)| own as u32 != *other).then_some(joined.of)
    }

    /// The systems of which several formats give credentials.
    fn systems_of_several(&self) -> BTreeSet<String> {
        let system = Texts::of(self.rows, "system");
        let mut first: HashMap<&str, u32> = HashMap::new();
        let mut several = BTreeSet::new();
        for (row, export) in self.exports.iter().enumerate() {
            if let Some((system, kind)) = system.get(row).zip(self.series.kind(*export))
                && *first.entry(system).or_insert(kind) != kind
                && !several.contains(system)
            {
                several.insert(system.to_owned());
            }
        }
        several
    }

    /// Whether an instant is the start of a day: such a one may be a plain date.
    fn is_day(&self, at: Micros) -> bool {
        [Zone::UTC, self.zone].iter().any(|zone| zone.start_of_day(zone.day_number(at) as i32) == at)
    }
}

impl Joined {
    /// Joins what sets of credentials have in common, unless one format gives two of them.
    fn take(&mut self, sets: impl Iterator<Item = BTreeMap<u32, bool>>) {
        let mut root: Vec<u32> = (0..self.of.len() as u32).collect();
        for set in sets {
            let members: BTreeSet<u32> = set.keys().map(|group| self.of[*group as usize]).collect();
            if members.len() < 2 || !self.may_be_one(&members) {
                continue;
            }
            let roots: BTreeSet<u32> = members.iter().map(|member| find(&root, *member)).collect();
            let least = roots.first().copied().unwrap_or_default();
            for other in roots {
                root[other as usize] = least;
            }
        }
        let mut parts: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for member in 0..root.len() as u32 {
            if self.of[member as usize] == member {
                parts.entry(find(&root, member)).or_default().insert(member);
            }
        }
        parts.retain(|_, members| members.len() > 1 && self.may_be_one(members));
        let mut stands: HashMap<u32, u32> = HashMap::new();
        for (least, members) in parts {
            let kinds = members.iter().flat_map(|member| self.kinds[*member as usize].clone()).collect();
            self.kinds[least as usize] = kinds;
            stands.extend(members.into_iter().map(|member| (member, least)));
        }
        for known in &mut self.of {
            *known = stands.get(known).copied().unwrap_or(*known);
        }
    }

    /// Whether no format gives two of them, and every one is of some format.
    fn may_be_one(&self, members: &BTreeSet<u32>) -> bool {
        let mut seen = BTreeSet::new();
        members.iter().all(|member| {
            let kinds = &self.kinds[*member as usize];
            !kinds.is_empty() && kinds.iter().all(|kind| seen.insert(*kind))
        })
    }
}

/// The number at the end of a chain.
fn find(root: &[u32], mut member: u32) -> u32 {
    while root[member as usize] != member {
        member = root[member as usize];
    }
    member
}
