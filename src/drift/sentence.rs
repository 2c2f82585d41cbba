//! The result in a word, and in a sentence that a busy person reads.

use std::fmt::Write as _;

use crate::render::text;
use crate::report::drift::{
    Class, ClassCount, ContextChange, ControlChange, DriftResult, MetricChange, MetricFace, Restated, SystemChange,
};
use crate::report::{ReferenceState, Status};

/// A system that was loaded, and is not any more.
const LOST: [bool; 2] = [true, false];
/// A system that was not loaded, and is now.
const COME: [bool; 2] = [false, true];

/// What a result and its words are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changes<'a> {
    /// Findings by class, all classes.
    pub(crate) classes: &'a [ClassCount],
    /// Metrics.
    pub(crate) metrics: &'a [MetricChange],
    /// Systems.
    pub(crate) systems: &'a [SystemChange],
    /// References about which something else is shown.
    pub(crate) controls: &'a [ControlChange],
    /// What explains numbers.
    pub(crate) context: &'a [ContextChange],
}

impl Changes<'_> {
    /// Worse as soon as anything is worse that no waiver covers, a metric or a system is out of sight, or a reference
    /// without exceptions is not shown to be so any more; what is better beside it does not make up for it. Better needs something that is
    /// resolved or better: that somebody looks for the first time, or waives, is neither.
    pub(crate) fn result(self) -> DriftResult {
        let unwaived = |count: &ClassCount| count.class.is_worse() && count.count > count.waived;
        let metric = |class: Class| self.metrics.iter().any(|metric| metric.class == Some(class));
        let system = |loaded| self.systems.iter().any(|system| system.loaded == loaded);
        let any = |class: Class| self.count(class) > 0;
        let lost = metric(Class::NotAssessable)
            || system(LOST)
            || self.context.iter().any(|change| change.less)
            || self.no_longer_clear().next().is_some();
        if lost || self.classes.iter().any(unwaived) {
            DriftResult::Worse
        } else if any(Class::Better) || any(Class::Resolved) {
            DriftResult::Better
        } else if metric(Class::NewlyAssessable)
            || system(COME)
            || self.controls.iter().any(|control| shows(control.before, control.after))
            || self.metrics.iter().any(|metric| has_another_verdict(metric) || metric.less_known)
            || self.classes.iter().any(|count| count.class.is_change() && count.count > 0)
        {
            DriftResult::Changed
        } else {
            DriftResult::Unchanged
        }
    }

    fn count(self, class: Class) -> u64 {
        self.classes.iter().find(|count| count.class == class).map_or(0, |count| count.count)
    }

    /// References about which no exceptions were observed, and something else is shown now.
    fn no_longer_clear(&self) -> impl Iterator<Item = &ControlChange> {
        const CLEAR: Option<ReferenceState> = Some(ReferenceState::NoneObserved);
        // That there is nothing to look at any more is no exception.
        let gone = |control: &&ControlChange| control.after == Some(ReferenceState::NotAssessed);
        self.controls.iter().filter(|one| one.before == CLEAR && one.after != CLEAR).filter(move |one| !gone(one))
    }

    /// `3 new, 1 worse (1 waived), 12 resolved`: the classes that changed anything.
    fn counts(self) -> String {
        let changed = self.classes.iter().filter(|count| count.class.is_change() && count.count > 0);
        let parts: Vec<String> = changed
            .map(|count| {
                let beside = count.waived > 0 && count.class != Class::Waived;
                let waived = if beside { format!(" ({} waived)", text::count(count.waived)) } else { String::new() };
                format!("{} {}{waived}", text::count(count.count), count.class.words())
            })
            .collect();
        parts.join(", ")
    }

    /// The result in a sentence; a period that was computed again names the metrics with other numbers.
    pub(crate) fn sentence(self, restated: &[Restated]) -> String {
        let result = self.result();
        let standing = self.count(Class::StillOpen) + self.count(Class::Unchanged);
        let mut out = match (result, self.counts()) {
            (DriftResult::Unchanged, _) if !restated.is_empty() => "No finding changed".to_owned(),
            (DriftResult::Unchanged, _) => {
                format!("Nothing changed: {} as before", text::plural(standing, "finding stands", "findings stand"))
            }
            (_, counts) if counts.is_empty() => "No finding changed".to_owned(),
            (_, counts) => format!("Findings: {counts}"),
        };
        if result != DriftResult::Unchanged && standing > 0 {
            let _ = write!(out, "; {} as before", text::count(standing));
        }
        let left = self.count(Class::LeftPeriod);
        if left > 0 {
            let _ = write!(out, "; {} of the earlier period only", text::count(left));
        }
        out.push('.');
        for (class, words) in
            [(Class::NotAssessable, "no longer assessable"), (Class::NewlyAssessable, "now assessable")]
        {
            let metrics = self.metrics.iter().filter(|metric| metric.class == Some(class));
            named(&mut out, metrics.map(|metric| metric.title.as_str()), ["metric is", "metrics are"], words);
        }
        for (loaded, words) in [(LOST, "no longer loaded"), (COME, "newly loaded")] {
            let systems = self.systems.iter().filter(|system| system.loaded == loaded);
            named(&mut out, systems.map(|system| system.system.as_str()), ["system is", "systems are"], words);
        }
        let less = self.context.iter().filter(|change| change.less);
        named(
            &mut out,
            less.map(|change| change.what.as_str()),
            ["source is", "sources are"],
            "not, or not all, loaded",
        );
        let doubts = self.metrics.iter().filter(|metric| metric.class.is_none() && metric.less_known);
        named(&mut out, doubts.map(|metric| metric.title.as_str()), ["metric knows", "metrics know"], "less");
        let controls = self.no_longer_clear().map(|control| control.id.as_str());
        let words = "no longer without exceptions observed";
        named(&mut out, controls, ["reference is", "references are"], words);
        if out.starts_with("No finding changed") && restated.is_empty() {
            let others = self.metrics.iter().filter(|metric| metric.class.is_none() && has_another_verdict(metric));
            named(
                &mut out,
                others.map(|metric| metric.title.as_str()),
                ["metric has", "metrics have"],
                "another verdict",
            );
        }
        let titles = restated.iter().map(|metric| metric.title.as_str());
        if out.starts_with("No finding changed") {
            named(&mut out, titles, ["metric has", "metrics have"], "other numbers");
        }
        out
    }

    /// The result as the subject of a mail.
    pub(crate) fn subject(self, organisation: &str, period: &str, restated: &[Restated]) -> String {
        let counts = match (self.counts(), self.result()) {
            (counts, _) if !counts.is_empty() => counts,
            (_, DriftResult::Worse) => "less can be assessed".to_owned(),
            (_, DriftResult::Unchanged) if restated.is_empty() => "nothing changed".to_owned(),
            (_, DriftResult::Unchanged) => {
                format!("{} with other numbers", text::plural(restated.len() as u64, "metric", "metrics"))
            }
            _ if self.sees_more() => "more can be assessed".to_owned(),
            _ => "other verdicts".to_owned(),
        };
        format!("overstay: {counts} — {organisation} {period}")
    }

    fn sees_more(self) -> bool {
        self.metrics.iter().any(|metric| metric.class == Some(Class::NewlyAssessable))
            || self.systems.iter().any(|system| system.loaded == COME)
    }
}

fn has_another_verdict(metric: &MetricChange) -> bool {
    let status = |face: &Option<MetricFace>| face.as_ref().map(|face| face.status);
    tells(status(&metric.before), status(&metric.after))
}

/// Whether another verdict is news: that there was nothing to look at in one of the periods is not.
fn tells(before: Option<Status>, after: Option<Status>) -> bool {
    let matters = |status: Option<Status>| matches!(status, Some(Status::NotMet | Status::InsufficientEvidence));
    before != after && (matters(before) || matters(after))
}

/// The same for references.
fn shows(before: Option<ReferenceState>, after: Option<ReferenceState>) -> bool {
    let matters = |state: Option<ReferenceState>| {
        matches!(state, Some(ReferenceState::ExceptionsObserved | ReferenceState::NotEnoughEvidence))
    };
    before != after && (matters(before) || matters(after))
}

/// ` 2 systems are no longer loaded: erp, nhi.`, or nothing.
fn named<'a>(out: &mut String, names: impl Iterator<Item = &'a str>, [one, many]: [&str; 2], words: &str) {
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    if !names.is_empty() {
        let count = text::plural(names.len() as u64, one, many);
        let _ = write!(out, " {count} {words}: {}.", names.join(", "));
    }
}
