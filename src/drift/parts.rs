//! Metrics, controls and systems before and after, with their findings by class.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::{ControlReport, Finding, Gap, MetricReport, Status};

use super::rates::Rates;
use super::side::Side;
use crate::report::drift::{Class, ClassCount, ControlChange, MetricChange, MetricFace, SystemChange};

/// Counts of findings by class, for all, for metrics and for systems.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    all: BTreeMap<Class, (u64, u64)>,
    metrics: BTreeMap<String, BTreeMap<Class, (u64, u64)>>,
    systems: BTreeMap<String, BTreeMap<Class, (u64, u64)>>,
}

impl Tallies {
    pub(super) fn add(&mut self, class: Class, finding: &Finding, waived: bool) {
        let system = finding.system.as_deref().unwrap_or_default();
        for list in [
            &mut self.all,
            self.metrics.entry(finding.metric.clone()).or_default(),
            self.systems.entry(system.to_owned()).or_default(),
        ] {
            let (count, covered) = list.entry(class).or_default();
            *count += 1;
            *covered += u64::from(waived);
        }
    }

    /// Every class, also those without a finding.
    pub(super) fn total(&self) -> Vec<ClassCount> {
        let of = |class: &Class| self.all.get(class).copied().unwrap_or_default();
        Class::ALL.iter().map(|class| ClassCount { class: *class, count: of(class).0, waived: of(class).1 }).collect()
    }
}

fn listed(classes: Option<&BTreeMap<Class, (u64, u64)>>) -> Vec<ClassCount> {
    let counts = classes.into_iter().flatten();
    counts.map(|(class, (count, waived))| ClassCount { class: *class, count: *count, waived: *waived }).collect()
}

/// Every metric of either pack, in the order of the current one.
pub(super) fn metrics(before: &Side, after: &Side, tallies: &Tallies, rates: &Rates<'_>) -> Vec<MetricChange> {
    let find = |side: &'_ Side, id: &str| side.report.metrics.iter().find(|metric| metric.id == id).map(face);
    let gone = before.report.metrics.iter().filter(|metric| find(after, &metric.id).is_none());
    let same_period = before.report.period.from == after.report.period.from;
    let all = after.report.metrics.iter().chain(gone);
    all.map(|metric| {
        let (old, new) = (find(before, &metric.id), find(after, &metric.id));
        let of_period = metric.facts.is_of_period();
        // The items of another period are other items.
        let less_known = (same_period || !of_period) && knows_less(old.as_ref(), new.as_ref());
        let lacks = before.report.metrics.iter().any(|old| old.id == metric.id && has_new_gap(&old.gaps, &metric.gaps));
        // A pack of an earlier format does not tell its gaps.
        let lacks = lacks && before.report.schema == after.report.schema && old.as_ref().is_some_and(is_assessed);
        MetricChange {
            id: metric.id.clone(),
            title: metric.title.clone(),
            class: sight(old.as_ref(), new.as_ref(), of_period),
            less_known,
            new_gap: lacks || less_known && mostly_unknown(new.as_ref()),
            rate: rates.of(&metric.id, less_known || lacks),
            before: old,
            after: new,
            classes: listed(tallies.metrics.get(&metric.id)),
        }
    })
    .collect()
}

/// Whether items that were within the limit are unknown now.
fn knows_less(before: Option<&MetricFace>, after: Option<&MetricFace>) -> bool {
    before.zip(after).is_some_and(|(before, after)| after.unknown > before.unknown && after.within < before.within)
}

fn is_assessed(face: &MetricFace) -> bool {
    face.status != Status::NotAssessed
}

/// Whether a source lacks something now that it did not lack before, whatever its words and numbers are.
fn has_new_gap(before: &[Gap], after: &[Gap]) -> bool {
    let mut after = after.iter().filter(|gap| gap.kind.is_of_a_source());
    let same = |a: &Gap, b: &Gap| (a.kind, &a.system, &a.table) == (b.kind, &b.system, &b.table);
    after.any(|gap| !before.iter().any(|old| same(old, gap)))
}

fn mostly_unknown(face: Option<&MetricFace>) -> bool {
    face.is_some_and(|face| face.unknown > face.population - face.unknown)
}

/// Whether a metric went out of sight, or came into it. Nothing over before and doubts now is out of sight, too: what
/// was shown to be within its limit is not shown any more. Something over before and doubts now is not: the doubts may
/// have been there all the time, and what became of the findings is told one by one. A period in which nothing happened
/// is in sight.
fn sight(before: Option<&MetricFace>, after: Option<&MetricFace>, of_period: bool) -> Option<Class> {
    let decided = |face: &MetricFace| !matches!(face.status, Status::NotAssessed | Status::InsufficientEvidence);
    let blind = |face: &MetricFace| match face.status {
        Status::NotAssessed => true,
        Status::InsufficientEvidence => face.population == 0 && !of_period,
        _ => false,
    };
    let doubtful = |face: &MetricFace| face.status == Status::InsufficientEvidence && face.indeterminate == 0;
    let shown = |face: &MetricFace| decided(face) && face.status != Status::NotMet;
    let lost = |face: &MetricFace, other: &MetricFace| decided(face) && blind(other) || shown(face) && doubtful(other);
    match (before, after) {
        (Some(before), Some(after)) if lost(before, after) => Some(Class::NotAssessable),
        (Some(before), Some(after)) if lost(after, before) => Some(Class::NewlyAssessable),
        (Some(before), None) if decided(before) => Some(Class::NotAssessable),
        (None, Some(after)) if decided(after) => Some(Class::NewlyAssessable),
        _ => None,
    }
}

fn face(metric: &MetricReport) -> MetricFace {
    MetricFace {
        status: metric.status,
        population: metric.population,
        within: metric.within,
        over: metric.over,
        indeterminate: metric.indeterminate,
        unknown: metric.unknown,
        excluded: metric.excluded,
        waived: metric.waived,
        open: metric.open,
        limit_seconds: metric.limit_seconds,
        p50_seconds: metric.p50_seconds,
        p90_seconds: metric.p90_seconds,
        p95_seconds: metric.p95_seconds,
        overstay_seconds: metric.overstay_seconds,
        max_seconds: metric.max_seconds,
    }
}

/// References about which the evidence shows something else, in the order of the current pack.
pub(super) fn controls(before: &Side, after: &Side) -> Vec<ControlChange> {
    let all = |side: &Side| -> Vec<(String, ControlReport)> {
        let frameworks = side.report.frameworks.iter();
        frameworks.flat_map(|one| one.controls.iter().map(|control| (one.id.clone(), control.clone()))).collect()
    };
    let (old, new) = (all(before), all(after));
    let state = |list: &[(String, ControlReport)], framework: &str, id: &str| {
        list.iter().find(|(name, control)| name == framework && control.id == id).map(|(_, control)| control.state)
    };
    let gone = old.iter().filter(|(framework, control)| state(&new, framework, &control.id).is_none());
    new.iter()
        .chain(gone)
        .map(|(framework, control)| ControlChange {
            before: state(&old, framework, &control.id),
            after: state(&new, framework, &control.id),
            framework: framework.clone(),
            id: control.id.clone(),
            title: control.title.clone(),
            reason: control.reason.clone(),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

/// Systems with any finding in either pack, or loaded in only one of them, by name.
pub(super) fn systems(before: &Side, after: &Side, tallies: &Tallies) -> Vec<SystemChange> {
    let loaded = |side: &Side, system: &str| side.report.systems.iter().any(|one| one.system == system && one.loaded);
    let named = |side: &Side| side.report.systems.iter().map(|one| one.system.clone()).collect::<BTreeSet<String>>();
    let mut names: BTreeSet<String> = tallies.systems.keys().cloned().collect();
    let both = named(before).union(&named(after)).cloned().collect::<BTreeSet<_>>();
    names.extend(both.into_iter().filter(|name| loaded(before, name) != loaded(after, name)));
    let owner = |system: &str| {
        let find = |side: &Side| side.report.systems.iter().find(|one| one.system == system)?.owner.clone();
        find(after).or_else(|| find(before))
    };
    names
        .into_iter()
        .map(|system| SystemChange {
            owner: owner(&system),
            loaded: [loaded(before, &system), loaded(after, &system)],
            classes: listed(tallies.systems.get(&system)),
            system,
        })
        .collect()
}
