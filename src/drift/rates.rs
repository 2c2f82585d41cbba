//! The share of a metric that was over its limit, before and now, of what both packs looked at.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::drift::{Rate, RateChange, RateDoubt, Trend};
use crate::report::{Finding, FindingResult, MetricReport, NO_SYSTEM};

use super::feeds::Feeds;
use super::side::Side;

/// Findings by metric and system.
#[derive(Debug, Default)]
pub(super) struct Counted(BTreeMap<String, BTreeMap<String, Findings>>);

/// Surely over, possibly over, and covered by a waiver.
#[derive(Debug, Clone, Copy, Default)]
struct Findings {
    over: u64,
    possible: u64,
    waived: u64,
}

impl Counted {
    /// Takes a finding.
    pub(super) fn add(&mut self, finding: &Finding) {
        let system = finding.system.as_deref().filter(|system| !system.is_empty()).unwrap_or(NO_SYSTEM);
        if !self.0.contains_key(&finding.metric) {
            self.0.insert(finding.metric.clone(), BTreeMap::new());
        }
        let Some(systems) = self.0.get_mut(&finding.metric) else {
            return;
        };
        if !systems.contains_key(system) {
            systems.insert(system.to_owned(), Findings::default());
        }
        if let Some(found) = systems.get_mut(system) {
            match finding.result {
                _ if finding.waiver_id.is_some() => found.waived += 1,
                FindingResult::Over => found.over += 1,
                FindingResult::Indeterminate => found.possible += 1,
            }
        }
    }

    fn of(&self, metric: &str, system: &str) -> Findings {
        self.0.get(metric).and_then(|systems| systems.get(system)).copied().unwrap_or_default()
    }
}

/// What rates are made of; the baseline first.
pub(super) struct Rates<'a> {
    pub(super) sides: [&'a Side; 2],
    pub(super) counted: &'a [Counted; 2],
    pub(super) feeds: &'a Feeds,
}

impl Rates<'_> {
    /// The rates of a metric, and which is higher; nothing for a metric that neither pack holds against a limit.
    pub(super) fn of(&self, id: &str, less_known: bool) -> Option<RateChange> {
        let find = |side: &'_ Side| side.report.metrics.iter().position(|metric| metric.id == id);
        let [was, is] = self.sides.map(|side| find(side).and_then(|at| side.report.metrics.get(at)));
        let limited = |metric: Option<&MetricReport>| metric.is_some_and(|metric| metric.limit_seconds.is_some());
        if !limited(was) && !limited(is) {
            return None;
        }
        let [assessed_then, assessed_now] = self.feeds.looked_at(id);
        let moved = self.feeds.moved();
        let rate = |at: usize, metric: Option<&MetricReport>| metric.map(|metric| self.rate(at, metric, &moved));
        let (before, after) = (rate(0, was), rate(1, is));
        let (Some(old), Some(new)) = (before.filter(|_| assessed_then), after.filter(|_| assessed_now)) else {
            let doubt = if assessed_now { RateDoubt::NotAssessedBefore } else { RateDoubt::NotAssessedNow };
            return Some(RateChange::not_compared(before, after, doubt));
        };
        let other = was.zip(is).and_then(|(was, is)| other(was, is));
        let nothing = match (old.population, new.population) {
            (_, 0) => Some(RateDoubt::NothingNow),
            (0, _) => Some(RateDoubt::NothingBefore),
            _ => None,
        };
        if let Some(doubt) = other.or(nothing) {
            return Some(RateChange::not_compared(before, after, doubt));
        }
        let change = RateChange::of(old, new);
        let of_period = is.is_some_and(|metric| metric.facts.is_of_period());
        Some(match change.trend {
            // Less evidence lowers nothing.
            Trend::Lower if less_known || self.feeds.lacks(id) => {
                RateChange { trend: Trend::Unclear, beyond_one: false, doubt: Some(RateDoubt::LessKnown), ..change }
            }
            // Where the same things are looked at again and again, more exceptions among still more of them is no fall.
            Trend::Lower if !of_period && new.over > old.over => RateChange { beyond_one: false, ..change },
            _ => change,
        })
    }

    /// The rate of one side, of the systems that both packs have loaded. A person has no system: wherever the file lies
    /// that tells of them, they count.
    fn rate(&self, at: usize, metric: &MetricReport, moved: &BTreeSet<String>) -> Rate {
        let mut rate = Rate { over: 0, doubtful: 0, waived: 0, population: 0 };
        let same = |system: &str| metric.unit == "person" || !moved.contains(system);
        for row in metric.by_system.iter().filter(|row| same(&row.system)) {
            let found = self.counted[at].of(&metric.id, &row.system);
            rate.over += found.over;
            rate.doubtful += found.possible + row.unknown;
            rate.waived += found.waived;
            rate.population += row.population;
        }
        rate
    }
}

/// What makes two rates those of two things.
fn other(was: &MetricReport, is: &MetricReport) -> Option<RateDoubt> {
    let parts = |metric: &MetricReport| -> Vec<_> {
        metric.limit_overrides.iter().map(|part| (part.scope.clone(), part.limit_seconds)).collect()
    };
    if was.limit_seconds != is.limit_seconds || parts(was) != parts(is) {
        return Some(RateDoubt::OtherLimit);
    }
    (was.sql != is.sql).then_some(RateDoubt::OtherDefinition)
}
