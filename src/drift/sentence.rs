//! The result in a word, and in a sentence that a busy person reads.

use std::fmt::Write as _;

use crate::render::text;
use crate::report::drift::{
    Class, ClassCount, ContextChange, ControlChange, DriftResult, ExceptionChange, MetricChange, MetricFace,
    RateChange, Restated, SystemChange,
};
use crate::report::{ReferenceState, Status};

/// A system that was loaded, and is not any more.
const LOST: [bool; 2] = [true, false];
/// A system that was not loaded, and is now.
const COME: [bool; 2] = [false, true];

/// What the subject of a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Findings changed, in these numbers.
    Changed(String),
    /// Less can be assessed.
    SeesLess,
    /// Rates of metrics rose, and no finding changed.
    HigherRates,
    /// More can be assessed.
    SeesMore,
    /// Nothing changed.
    Nothing,
    /// So many metrics of a period that was computed again have other numbers.
    OtherNumbers(usize),
    /// Verdicts changed, and no finding did.
    OtherVerdicts,
}

impl Topic {
    /// In words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Changed(counts) => counts.clone(),
            Self::SeesLess => "less can be assessed".to_owned(),
            Self::HigherRates => "higher rates".to_owned(),
            Self::SeesMore => "more can be assessed".to_owned(),
            Self::Nothing => "nothing changed".to_owned(),
            Self::OtherNumbers(count) => {
                format!("{} with other numbers", text::plural(*count as u64, "metric", "metrics"))
            }
            Self::OtherVerdicts => "other verdicts".to_owned(),
        }
    }
}

/// The result as the subject of a mail: what it is about, whose, and when.
pub(crate) fn subject(topic: &str, organisation: &str, period: &str) -> String {
    format!("overstay: {topic} — {organisation} {period}")
}

/// Something that may hold of a rate.
type Holds = fn(&RateChange) -> bool;

/// What a result and its words are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changes<'a> {
    /// Findings by class, all classes.
    pub(crate) classes: &'a [ClassCount],
    /// Exceptions; nothing for a part of a comparison.
    pub(crate) exceptions: Option<&'a ExceptionChange>,
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
    /// Worse as soon as anything is worse that no waiver covers, the rate of a metric rose, or less is in sight; what is
    /// better beside it does not make up for it. Better needs something that is resolved or better, or a rate that fell:
    /// that something is new, that somebody looks for the first time, or waives, is neither.
    pub(crate) fn result(self) -> DriftResult {
        let unwaived = |count: &ClassCount| count.class.is_worse() && count.count > count.waived;
        let metric = |class: Class| self.metrics.iter().any(|metric| metric.class == Some(class));
        let system = |loaded| self.systems.iter().any(|system| system.loaded == loaded);
        let any = |class: Class| self.count(class) > 0;
        let rate = |holds: Holds| self.rates(holds).next().is_some();
        if self.sees_less() || rate(RateChange::rose) || self.classes.iter().any(unwaived) {
            DriftResult::Worse
        } else if any(Class::Better) || any(Class::Resolved) || rate(RateChange::fell) {
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

    fn sees_less(self) -> bool {
        self.metrics.iter().any(|metric| metric.class == Some(Class::NotAssessable))
            || self.systems.iter().any(|system| system.loaded == LOST)
            || self.context.iter().any(|change| change.less)
            || self.no_longer_shown().next().is_some()
    }

    /// Metrics with such a rate.
    fn rates(self, holds: Holds) -> impl Iterator<Item = String> {
        self.metrics.iter().filter_map(move |metric| {
            let rate = metric.rate.as_ref().filter(|rate| holds(rate))?;
            Some(format!("{}, {}", metric.title, rate.numbers()?))
        })
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

    /// Those of them about which less is shown. Exceptions that are observed now count by themselves, and by their rates.
    fn no_longer_shown(&self) -> impl Iterator<Item = &ControlChange> {
        self.no_longer_clear().filter(|one| one.after != Some(ReferenceState::ExceptionsObserved))
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
        let (result, counts) = (self.result(), self.counts());
        // Findings stand as they did, and yet there is something to say.
        let none_changed = if result == DriftResult::Unchanged { !restated.is_empty() } else { counts.is_empty() };
        let standing = self.count(Class::StillOpen) + self.count(Class::Unchanged);
        let mut out = match result {
            _ if none_changed => "No finding changed".to_owned(),
            DriftResult::Unchanged => {
                format!("Nothing changed: {} as before", text::plural(standing, "finding stands", "findings stand"))
            }
            _ => format!("Findings: {counts}"),
        };
        if result != DriftResult::Unchanged && standing > 0 {
            let _ = write!(out, "; {} as before", text::count(standing));
        }
        let left = self.count(Class::LeftPeriod);
        if left > 0 {
            let _ = write!(out, "; {} of the earlier period only", text::count(left));
        }
        out.push('.');
        for (class, assessed, words) in [
            (Class::NotAssessable, Some(false), "no longer assessable"),
            (Class::NotAssessable, Some(true), "known less well than before"),
            (Class::NewlyAssessable, None, "now assessable"),
        ] {
            let metrics = self.metrics.iter().filter(|metric| metric.class == Some(class));
            let metrics = metrics.filter(|metric| assessed.is_none_or(|is| metric.is_assessed_now() == is));
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
        if none_changed && restated.is_empty() {
            let others = self.metrics.iter().filter(|metric| metric.class.is_none() && has_another_verdict(metric));
            named(
                &mut out,
                others.map(|metric| metric.title.as_str()),
                ["metric has", "metrics have"],
                "another verdict",
            );
        }
        if none_changed {
            let titles = restated.iter().map(|metric| metric.title.as_str());
            named(&mut out, titles, ["metric has", "metrics have"], "other numbers");
        }
        self.measures(&mut out, result);
        out
    }

    /// Rates that rose or fell, and what is open still.
    fn measures(self, out: &mut String, result: DriftResult) {
        let all: [(Holds, &str); 2] = [(RateChange::rose, "rose"), (RateChange::fell, "fell")];
        for (holds, words) in all {
            let rates: Vec<String> = self.rates(holds).collect();
            if !rates.is_empty() {
                let count = text::plural(rates.len() as u64, "rate", "rates");
                let _ = write!(out, " {count} {words}: {}.", rates.join("; "));
            }
        }
        let open = self.exceptions.filter(|open| open.open_before > 0 && result != DriftResult::Unchanged);
        if let Some(open) = open {
            let were = text::plural(open.open_before, "exception that was open", "exceptions that were open");
            let verb = if open.still_open == 1 { "is" } else { "are" };
            let unknown = match open.not_known {
                0 => String::new(),
                count => format!(", and of {} it is not known", text::count(count)),
            };
            let _ = write!(out, " Of {were}, {} {verb} still open{unknown}.", text::count(open.still_open));
        }
    }

    /// What the subject of a mail says, without whose and when.
    pub(crate) fn topic(self, restated: &[Restated]) -> Topic {
        match (self.counts(), self.result()) {
            (counts, _) if !counts.is_empty() => Topic::Changed(counts),
            (_, DriftResult::Worse) if self.sees_less() => Topic::SeesLess,
            (_, DriftResult::Worse) => Topic::HigherRates,
            (_, DriftResult::Unchanged) if restated.is_empty() => Topic::Nothing,
            (_, DriftResult::Unchanged) => Topic::OtherNumbers(restated.len()),
            _ if self.sees_more() => Topic::SeesMore,
            _ => Topic::OtherVerdicts,
        }
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

/// Names that the sentence gives of one kind, then `and 21 more`, but never `and 1 more`. The tables of the drift have all.
const NAMED: usize = 2;

/// ` 2 systems are no longer loaded: erp, nhi.`, or nothing.
fn named<'a>(out: &mut String, names: impl Iterator<Item = &'a str>, [one, many]: [&str; 2], words: &str) {
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    if !names.is_empty() {
        let count = text::plural(names.len() as u64, one, many);
        let more = match names.len() {
            all if all > NAMED + 1 => format!(" and {} more", text::count((all - NAMED) as u64)),
            _ => String::new(),
        };
        names.truncate(if more.is_empty() { names.len() } else { NAMED });
        let _ = write!(out, " {count} {words}: {}{more}.", names.join(", "));
    }
}
