//! The result in a word, and in a sentence that a busy person reads.

use std::fmt::Write as _;

use crate::render::text;
use crate::report::drift::{
    Class, ClassCount, ContextChange, ControlChange, DriftResult, ExceptionChange, Group, MetricChange, MetricFace,
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
    /// So many systems are no longer loaded, or newly.
    Systems(usize, &'static str),
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
            Self::Systems(count, what) => format!("{} {what}", text::plural(*count as u64, "system", "systems")),
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

/// The result as the subject of a mail: what it is, what makes it, whose, and when.
pub(crate) fn subject(result: DriftResult, topic: &Topic, organisation: &str, period: &str) -> String {
    let words = match topic {
        Topic::Nothing => topic.words(),
        _ => format!("{} ({})", result.words(), topic.words()),
    };
    format!("overstay: {words} — {organisation} {period}")
}

/// More classes than these are counted in groups: nobody reads a sentence of ten numbers.
const NAMED_CLASSES: usize = 4;

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
        self.metrics.iter().any(|metric| metric.class == Some(Class::NotAssessable) || metric.new_gap)
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

    /// `3 new, 1 worse (1 waived), 12 resolved`: the classes that changed anything, or the groups of them.
    fn counts(self) -> String {
        let part = |(count, waived, words): (u64, u64, &str)| {
            let waived = if waived > 0 { format!(" ({} waived)", text::count(waived)) } else { String::new() };
            format!("{} {words}{waived}", text::count(count))
        };
        self.counted().into_iter().map(part).collect::<Vec<_>>().join(", ")
    }

    /// The same for a subject: of groups the first two, which matter most.
    fn counts_in_short(self) -> String {
        let counted = self.counted();
        if self.changed().count() <= NAMED_CLASSES {
            return self.counts();
        }
        let part = |(count, _, words): &(u64, u64, &str)| format!("{} {words}", text::count(*count));
        counted.iter().take(2).map(part).collect::<Vec<_>>().join(", ")
    }

    fn changed(&self) -> impl Iterator<Item = &ClassCount> {
        self.classes.iter().filter(|count| count.class.is_change() && count.count > 0)
    }

    /// Classes that changed anything, or their groups: how many, how many of them waived, and the words.
    fn counted(self) -> Vec<(u64, u64, &'static str)> {
        let beside = |count: &ClassCount| if count.class == Class::Waived { 0 } else { count.waived };
        if self.changed().count() <= NAMED_CLASSES {
            return self.changed().map(|count| (count.count, beside(count), count.class.words())).collect();
        }
        let grouped = Group::ALL.map(|group| {
            let own = || self.changed().filter(|count| count.class.group() == Some(group));
            (text::sum(own().map(|count| count.count)), text::sum(own().map(beside)), group.words())
        });
        grouped.into_iter().filter(|(count, ..)| *count > 0).collect()
    }

    /// The result in a sentence: how many findings changed, and how.
    pub(crate) fn sentence(self, restated: &[Restated]) -> String {
        let (result, counts) = (self.result(), self.counts());
        let standing = self.count(Class::StillOpen) + self.count(Class::Unchanged);
        let mut out = match result {
            _ if self.none_changed(restated) => "No finding changed".to_owned(),
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
        out
    }

    /// Whether findings stand as they did, and yet there is something to say.
    fn none_changed(self, restated: &[Restated]) -> bool {
        if self.result() == DriftResult::Unchanged { !restated.is_empty() } else { self.counts().is_empty() }
    }

    /// What else makes the result, a sentence each; a period that was computed again names the metrics with other numbers.
    pub(crate) fn points(self, restated: &[Restated]) -> Vec<String> {
        let of_class = |class: Class| move |metric: &&MetricChange| metric.class == Some(class);
        let titles = |metrics: Vec<&MetricChange>| metrics.into_iter().map(|metric| metric.title.clone()).collect();
        let systems = |loaded: [bool; 2]| {
            self.systems
                .iter()
                .filter(move |system| system.loaded == loaded)
                .map(|system| system.system.clone())
                .collect()
        };
        let metrics =
            |holds: &dyn Fn(&&MetricChange) -> bool| titles(self.metrics.iter().filter(|one| holds(one)).collect());
        let lost = of_class(Class::NotAssessable);
        let doubts = |metric: &&MetricChange| metric.class.is_none() && metric.less_known && !metric.new_gap;
        let none_changed = self.none_changed(restated);
        let others = |metric: &&MetricChange| {
            none_changed && restated.is_empty() && metric.sight().is_none() && has_another_verdict(metric)
        };
        let less = self.context.iter().filter(|change| change.less).map(|change| change.what.clone()).collect();
        let unclear = self.no_longer_clear().map(|control| control.id.clone()).collect();
        let numbers = restated.iter().filter(|_| none_changed).map(|metric| metric.title.clone()).collect();
        let all: [(Vec<String>, [&str; 2], &str); 10] = [
            (metrics(&lost), ["metric is", "metrics are"], "no longer assessable"),
            (
                metrics(&|metric| !lost(metric) && metric.new_gap),
                ["metric has", "metrics have"],
                "less evidence than before",
            ),
            (metrics(&of_class(Class::NewlyAssessable)), ["metric is", "metrics are"], "now assessable"),
            (systems(LOST), ["system is", "systems are"], "no longer loaded"),
            (systems(COME), ["system is", "systems are"], "newly loaded"),
            (less, ["source is", "sources are"], "not, or not all, loaded"),
            (metrics(&doubts), ["metric knows", "metrics know"], "less"),
            (unclear, ["reference is", "references are"], "no longer without exceptions observed"),
            (metrics(&others), ["metric has", "metrics have"], "another verdict"),
            (numbers, ["metric has", "metrics have"], "other numbers"),
        ];
        let mut points: Vec<String> =
            all.into_iter().filter_map(|(names, count, words)| named(names, count, words)).collect();
        self.measures(&mut points);
        points
    }

    /// Rates that rose or fell, and what is open still.
    fn measures(self, points: &mut Vec<String>) {
        let all: [(Holds, &str); 2] = [(RateChange::rose, "rose"), (RateChange::fell, "fell")];
        for (holds, words) in all {
            let rates: Vec<String> = self.rates(holds).collect();
            if !rates.is_empty() {
                let count = text::plural(rates.len() as u64, "rate", "rates");
                points.push(format!("{count} {words}: {}.", rates.join("; ")));
            }
        }
        let open = self.exceptions.filter(|open| open.open_before > 0 && self.result() != DriftResult::Unchanged);
        if let Some(open) = open {
            let were = text::plural(open.open_before, "exception that was open", "exceptions that were open");
            let verb = if open.still_open == 1 { "is" } else { "are" };
            let unknown = match open.not_known {
                0 => String::new(),
                count => format!(", and of {} it is not known", text::count(count)),
            };
            points.push(format!("Of {were}, {} {verb} still open{unknown}.", text::count(open.still_open)));
        }
    }

    /// What the subject of a mail says, without whose and when.
    pub(crate) fn topic(self, restated: &[Restated]) -> Topic {
        match (self.counts(), self.result()) {
            (counts, _) if !counts.is_empty() => Topic::Changed(self.counts_in_short()),
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

/// `2 systems are no longer loaded: erp, nhi.`, or nothing.
fn named(mut names: Vec<String>, [one, many]: [&str; 2], words: &str) -> Option<String> {
    names.dedup();
    if names.is_empty() {
        return None;
    }
    let count = text::plural(names.len() as u64, one, many);
    let more = match names.len() {
        all if all > NAMED + 1 => format!(" and {} more", text::count((all - NAMED) as u64)),
        _ => String::new(),
    };
    names.truncate(if more.is_empty() { names.len() } else { NAMED });
    Some(format!("{count} {words}: {}{more}.", names.join(", ")))
}
