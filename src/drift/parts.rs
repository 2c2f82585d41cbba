//! Metrics, controls and systems before and after, and what can no longer be seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::{ControlReport, Finding, MetricReport, Report, Status};

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

/// What one of the packs did not look at, although the other did.
#[derive(Debug, Default)]
pub(super) struct Lost {
    before: Seen,
    after: Seen,
}

/// What a pack looked at.
#[derive(Debug, Default)]
struct Seen {
    metrics: BTreeMap<String, bool>,
    systems: BTreeSet<String>,
    /// System and source format of every file that was read.
    sources: BTreeSet<(String, String)>,
}

impl Seen {
    fn of(report: &Report) -> Self {
        let read = report.sources.iter().filter(|file| file.outcome == "read");
        Self {
            metrics: report.metrics.iter().map(|metric| (metric.id.clone(), assessed(metric))).collect(),
            systems: report.systems.iter().filter(|one| one.loaded).map(|one| one.system.clone()).collect(),
            sources: read.filter_map(|file| Some((file.system.clone()?, file.source.clone()?))).collect(),
        }
    }

    fn looked_at(&self, metric: &str) -> bool {
        self.metrics.get(metric).copied().unwrap_or(false)
    }
}

/// Whether a metric could see its population.
fn assessed(metric: &MetricReport) -> bool {
    match metric.status {
        Status::NotAssessed => false,
        Status::InsufficientEvidence => metric.missing.is_empty() && metric.population > 0,
        _ => true,
    }
}

impl Lost {
    pub(super) fn of(before: &Side, after: &Side) -> Self {
        Self { before: Seen::of(&before.report), after: Seen::of(&after.report) }
    }

    /// Why nothing is known any more about a finding that is gone.
    pub(super) fn unseen(&self, finding: &Finding) -> Option<String> {
        Self::missing(&self.before, &self.after, finding, "any more")
    }

    /// Why nothing was known about a finding that was not there.
    pub(super) fn newly_seen(&self, finding: &Finding) -> Option<String> {
        Self::missing(&self.after, &self.before, finding, "before")
    }

    /// What `here` looked at for the finding and `there` did not.
    fn missing(here: &Seen, there: &Seen, finding: &Finding, when: &str) -> Option<String> {
        if here.looked_at(&finding.metric) && !there.looked_at(&finding.metric) {
            return Some(format!("the metric could not be assessed {when}"));
        }
        let system = finding.system.as_deref()?;
        if here.systems.contains(system) && !there.systems.contains(system) {
            return Some(format!("nothing was loaded of the system {when}"));
        }
        let of = |seen: &Seen| -> BTreeSet<String> {
            seen.sources.iter().filter(|(name, _)| name == system).map(|(_, source)| source.clone()).collect()
        };
        let lacking: Vec<String> = of(here).difference(&of(there)).cloned().collect();
        (!lacking.is_empty()).then(|| format!("no {} of the system was loaded {when}", lacking.join(", ")))
    }

    /// System and source format that only one of the packs has read: before, after.
    pub(super) fn sources(&self) -> [Vec<(String, String)>; 2] {
        let (before, after) = (&self.before.sources, &self.after.sources);
        [before.difference(after).cloned().collect(), after.difference(before).cloned().collect()]
    }

    /// Systems that only one of the packs has loaded: before, after.
    pub(super) fn systems(&self) -> [Vec<String>; 2] {
        let (before, after) = (&self.before.systems, &self.after.systems);
        [before.difference(after).cloned().collect(), after.difference(before).cloned().collect()]
    }
}

/// Every metric of either pack, in the order of the current one.
pub(super) fn metrics(before: &Side, after: &Side, tallies: &Tallies) -> Vec<MetricChange> {
    let find = |side: &'_ Side, id: &str| side.report.metrics.iter().find(|metric| metric.id == id).map(face);
    let gone = before.report.metrics.iter().filter(|metric| find(after, &metric.id).is_none());
    let all = after.report.metrics.iter().chain(gone);
    all.map(|metric| {
        let (old, new) = (find(before, &metric.id), find(after, &metric.id));
        MetricChange {
            id: metric.id.clone(),
            title: metric.title.clone(),
            class: sight(old.as_ref(), new.as_ref()),
            before: old,
            after: new,
            classes: listed(tallies.metrics.get(&metric.id)),
        }
    })
    .collect()
}

/// Whether a metric went out of sight, or came into it. Nothing over before and doubts now is out of sight, too: what
/// was shown to be within its limit is not shown any more. Something over before and doubts now is not: the doubts may
/// have been there all the time, and what became of the findings is told one by one.
fn sight(before: Option<&MetricFace>, after: Option<&MetricFace>) -> Option<Class> {
    let decided = |face: &MetricFace| !matches!(face.status, Status::NotAssessed | Status::InsufficientEvidence);
    let blind = |face: &MetricFace| match face.status {
        Status::NotAssessed => true,
        Status::InsufficientEvidence => face.population == 0,
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
        waived: metric.waived,
        open: metric.open,
        limit_seconds: metric.limit_seconds,
        p50_seconds: metric.p50_seconds,
        p90_seconds: metric.p90_seconds,
        max_seconds: metric.max_seconds,
    }
}

/// Controls whose verdict differs, in the order of the current pack.
pub(super) fn controls(before: &Side, after: &Side) -> Vec<ControlChange> {
    let all = |side: &Side| -> Vec<(String, ControlReport)> {
        let frameworks = side.report.frameworks.iter();
        frameworks.flat_map(|one| one.controls.iter().map(|control| (one.id.clone(), control.clone()))).collect()
    };
    let (old, new) = (all(before), all(after));
    let status = |list: &[(String, ControlReport)], framework: &str, id: &str| {
        list.iter().find(|(name, control)| name == framework && control.id == id).map(|(_, control)| control.status)
    };
    let gone = old.iter().filter(|(framework, control)| status(&new, framework, &control.id).is_none());
    new.iter()
        .chain(gone)
        .map(|(framework, control)| ControlChange {
            before: status(&old, framework, &control.id),
            after: status(&new, framework, &control.id),
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
