//! The headline: who left and can still sign in, for how long people could after leaving, and whose keys still work.
//!
//! Each number belongs to metrics. What they count otherwise (ages since creation, accounts of nobody) is no part of it,
//! and neither is what a waiver in force covers.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::dataset::{Flags, Frames, Table, Texts};
use crate::report::{AccessAfterLeaving, FormerStaff, FormerStaffKeys, Headline, HeadlinePart, MetricReport, Status};
use crate::time::{Micros, SECOND};

use super::judged::{ItemResult, Judged};

/// What a metric adds to the headline; nothing for metrics that own no part of it.
#[derive(Debug, Clone, Default)]
pub struct Overstays {
    former: Things,
    access: Things,
    used: BTreeSet<u64>,
    keys: Things,
}

/// Accounts or credentials by a hash of their key, with the stays of accounts.
#[derive(Debug, Clone, Default)]
struct Things {
    sure: BTreeSet<u64>,
    open: BTreeSet<u64>,
    possibly: BTreeSet<u64>,
    waived: BTreeSet<u64>,
    people: BTreeSet<u64>,
    shortest: Vec<(u64, Micros, Micros)>,
    longest: Vec<(u64, Micros, Micros)>,
    unbounded: bool,
}

fn hashed(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Things {
    /// Counts a row; gives its key when it is surely over its limit and no waiver covers it.
    fn count(&mut self, judged: &Judged, row: usize, key: u64, only_open: bool) -> bool {
        match judged.result(row) {
            ItemResult::Over | ItemResult::Indeterminate if judged.waiver_id(row).is_some() => {
                self.waived.insert(key);
            }
            ItemResult::Over if judged.is_open(row) || !only_open => {
                self.sure.insert(key);
                if judged.is_open(row) {
                    self.open.insert(key);
                }
                self.people.extend(judged.stays.person_id.get(row).map(hashed));
                return true;
            }
            ItemResult::Indeterminate | ItemResult::Unknown => {
                self.possibly.insert(key);
            }
            ItemResult::Over | ItemResult::Within | ItemResult::Excluded => {}
        }
        false
    }

    /// Counts a row with its stay.
    fn stay(&mut self, judged: &Judged, row: usize, key: u64) {
        let sure = self.count(judged, row, key, false);
        let stays = &judged.stays;
        if let (true, Some(began), Some(length)) = (sure, stays.began_hi(row), judged.shortest(row)) {
            self.shortest.push((key, began, began.saturating_add(length)));
        }
        if judged.waiver_id(row).is_some() {
            return;
        }
        match (judged.result(row), stays.began_lo(row), judged.longest(row)) {
            (ItemResult::Over | ItemResult::Indeterminate, Some(began), Some(length)) => {
                self.longest.push((key, began, began.saturating_add(length)));
            }
            (ItemResult::Over | ItemResult::Indeterminate | ItemResult::Unknown, _, _) => self.unbounded = true,
            (ItemResult::Within | ItemResult::Excluded, _, _) => {}
        }
    }

    fn merge(&mut self, other: Self) {
        self.sure.extend(other.sure);
        self.open.extend(other.open);
        self.possibly.extend(other.possibly);
        self.waived.extend(other.waived);
        self.people.extend(other.people);
        self.shortest.extend(other.shortest);
        self.longest.extend(other.longest);
        self.unbounded |= other.unbounded;
    }

    fn possibly(&self) -> u64 {
        self.possibly.difference(&self.sure).count() as u64
    }

    fn waived(&self) -> u64 {
        self.waived.difference(&self.sure).count() as u64
    }
}

impl Overstays {
    /// Counts a row of a metric that owns some parts.
    pub(super) fn add(&mut self, parts: &[HeadlinePart], judged: &Judged, row: usize) {
        // Keys are hashed for the metrics that own a part only: this runs once for every row of every metric.
        let account = || judged.stays.account_key.get(row).map(hashed);
        let credential = || judged.stays.credential_key.get(row).map(hashed);
        for part in parts {
            match part {
                HeadlinePart::FormerStaff => {
                    if let Some(key) = account() {
                        self.former.count(judged, row, key, true);
                    }
                }
                HeadlinePart::AccessAfterLeaving => {
                    if let Some(key) = account() {
                        self.access.stay(judged, row, key);
                    }
                }
                HeadlinePart::UsedSince => {
                    if judged.result(row) == ItemResult::Over {
                        self.used.extend(account());
                    }
                }
                HeadlinePart::FormerStaffKeys => {
                    if let Some(key) = credential() {
                        self.keys.count(judged, row, key, true);
                    }
                }
            }
        }
    }

    /// Adds what another metric collected.
    pub fn merge(&mut self, other: Self) {
        self.former.merge(other.former);
        self.access.merge(other.access);
        self.used.extend(other.used);
        self.keys.merge(other.keys);
    }

    /// The numbers.
    pub fn headline(self, metrics: &[MetricReport], frames: &Frames) -> Headline {
        let Self { former, access, used, keys } = self;
        // Those first whose own part it is.
        let owners = |part: HeadlinePart| {
            let place = |metric: &MetricReport| metric.facts.headline.iter().position(|one| *one == part);
            let own = metrics.iter().filter_map(|metric| Some((place(metric)?, metric)));
            let mut own: Vec<(usize, &MetricReport)> = own.collect();
            own.sort_by_key(|(place, _)| *place);
            own.into_iter().map(|(_, metric)| metric).collect::<Vec<_>>()
        };
        let status = |part| owners(part).iter().map(|metric| metric.status).min().unwrap_or(Status::NotAssessed);
        let gaps = |part| owners(part).iter().map(|metric| metric.gaps.len() as u64).sum();
        let named = |parts: &[HeadlinePart]| -> Vec<String> {
            parts.iter().flat_map(|part| owners(*part)).map(|metric| metric.id.clone()).collect()
        };
        let longest = united(access.longest);
        Headline {
            former_staff: FormerStaff {
                metrics: named(&[HeadlinePart::FormerStaff, HeadlinePart::UsedSince]),
                status: status(HeadlinePart::FormerStaff),
                people: former.people.len() as u64,
                accounts: former.sure.len() as u64,
                used_since: former.sure.intersection(&used).count() as u64,
                privileged: privileged(&former.sure, frames),
                possibly: former.possibly(),
                gaps: gaps(HeadlinePart::FormerStaff),
                waived: former.waived(),
            },
            access_after_leaving: AccessAfterLeaving {
                metrics: named(&[HeadlinePart::AccessAfterLeaving]),
                status: status(HeadlinePart::AccessAfterLeaving),
                accounts: access.sure.len() as u64,
                open: access.open.len() as u64,
                shortest_seconds: united(access.shortest.clone()),
                longest_seconds: (!access.unbounded).then_some(longest),
                gaps: gaps(HeadlinePart::AccessAfterLeaving),
                waived: access.waived.difference(&access.sure).count() as u64,
            },
            former_staff_keys: FormerStaffKeys {
                metrics: named(&[HeadlinePart::FormerStaffKeys]),
                status: status(HeadlinePart::FormerStaffKeys),
                credentials: keys.sure.len() as u64,
                people: keys.people.len() as u64,
                possibly: keys.possibly(),
                gaps: gaps(HeadlinePart::FormerStaffKeys),
                waived: keys.waived(),
            },
        }
    }
}

/// How many of these accounts are privileged.
fn privileged(accounts: &BTreeSet<u64>, frames: &Frames) -> u64 {
    let Some(frame) = frames.get(Table::Accounts).filter(|_| !accounts.is_empty()) else {
        return 0;
    };
    let (keys, flags) = (Texts::of(frame, "account_key"), Flags::of(frame, "privileged"));
    let marked = (0..keys.len()).filter(|row| flags.get(*row) == Some(true));
    marked.filter(|row| keys.get(*row).is_some_and(|key| accounts.contains(&hashed(key)))).count() as u64
}

/// Seconds covered by the intervals, those of one key united.
fn united(mut list: Vec<(u64, Micros, Micros)>) -> i64 {
    list.sort_unstable();
    let mut sum = 0_i128;
    let mut current: Option<(u64, Micros)> = None;
    for (key, from, to) in list {
        let (from, reached) = match current {
            Some((same, reached)) if same == key => (from.max(reached), reached.max(to)),
            _ => (from, to),
        };
        sum += i128::from(to.saturating_sub(from).max(0));
        current = Some((key, reached));
    }
    i64::try_from(sum / i128::from(SECOND)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_counted_once() {
        let second = |key: u64, from: i64, to: i64| (key, from * SECOND, to * SECOND);
        // 1: [0, 10), [7, 15) and [25, 30) are 15 + 5; 2: 1.
        let list = vec![second(1, 0, 10), second(2, 99, 100), second(1, 7, 15), second(1, 25, 30)];
        assert_eq!(united(list), 21);
        assert_eq!(united(vec![second(1, 0, 10), second(1, 2, 3)]), 10, "one within another");
        assert_eq!(united(Vec::new()), 0);
    }
}
