//! The result in a word, and in a sentence that a busy person reads.

use std::fmt::Write as _;

use crate::render::text;
use crate::report::drift::{Class, ClassCount, DriftResult, MetricChange, Restated, SystemChange};

/// A system that was loaded, and is not any more.
const LOST: [bool; 2] = [true, false];
/// A system that was not loaded, and is now.
const COME: [bool; 2] = [false, true];

/// Worse as soon as anything is worse that no waiver covers, or a metric or a system is out of sight; what is better
/// beside it does not make up for it.
pub(crate) fn result(classes: &[ClassCount], metrics: &[MetricChange], systems: &[SystemChange]) -> DriftResult {
    let unwaived = |count: &ClassCount| count.class.is_worse() && count.count > count.waived;
    let metric = |class: Class| metrics.iter().any(|metric| metric.class == Some(class));
    let out_of_sight = metric(Class::NotAssessable) || systems.iter().any(|system| system.loaded == LOST);
    let into_sight = metric(Class::NewlyAssessable) || systems.iter().any(|system| system.loaded == COME);
    if out_of_sight || classes.iter().any(unwaived) {
        DriftResult::Worse
    } else if into_sight || classes.iter().any(|count| count.class.is_change() && count.count > 0) {
        DriftResult::Better
    } else {
        DriftResult::Unchanged
    }
}

/// `3 new, 1 worse, 12 resolved`: the classes that changed anything.
fn counts(classes: &[ClassCount]) -> String {
    let changed = classes.iter().filter(|count| count.class.is_change() && count.count > 0);
    let parts: Vec<String> =
        changed.map(|count| format!("{} {}", text::count(count.count), count.class.words())).collect();
    parts.join(", ")
}

pub(crate) fn sentence(
    result: DriftResult,
    classes: &[ClassCount],
    metrics: &[MetricChange],
    systems: &[SystemChange],
) -> String {
    let of = |class: Class| classes.iter().find(|count| count.class == class).map_or(0, |count| count.count);
    let standing = of(Class::StillOpen) + of(Class::Unchanged);
    let mut out = match (result, counts(classes)) {
        (DriftResult::Unchanged, _) => {
            format!("Nothing changed: {} as before", text::plural(standing, "finding stands", "findings stand"))
        }
        (_, counts) if counts.is_empty() => "No finding changed".to_owned(),
        (_, counts) => format!("Findings: {counts}"),
    };
    if result != DriftResult::Unchanged && standing > 0 {
        let _ = write!(out, "; {} as before", text::count(standing));
    }
    out.push('.');
    for (class, words) in [(Class::NotAssessable, "no longer assessable"), (Class::NewlyAssessable, "now assessable")] {
        let named: Vec<&str> =
            metrics.iter().filter(|metric| metric.class == Some(class)).map(|metric| metric.title.as_str()).collect();
        if !named.is_empty() {
            let count = text::plural(named.len() as u64, "metric is", "metrics are");
            let _ = write!(out, " {count} {words}: {}.", named.join(", "));
        }
    }
    for (loaded, words) in [(LOST, "no longer loaded"), (COME, "newly loaded")] {
        let named: Vec<&str> =
            systems.iter().filter(|system| system.loaded == loaded).map(|system| system.system.as_str()).collect();
        if !named.is_empty() {
            let count = text::plural(named.len() as u64, "system is", "systems are");
            let _ = write!(out, " {count} {words}: {}.", named.join(", "));
        }
    }
    out
}

/// A period computed again with other numbers and the same findings.
pub(crate) fn only_numbers(restated: &[Restated]) -> String {
    let titles: Vec<&str> = restated.iter().map(|metric| metric.title.as_str()).collect();
    let count = text::plural(titles.len() as u64, "metric has", "metrics have");
    format!("No finding changed; {count} other numbers: {}.", titles.join(", "))
}

/// The result as the subject of a mail.
pub(crate) fn subject(result: DriftResult, classes: &[ClassCount], organisation: &str, period: &str) -> String {
    let counts = match counts(classes) {
        counts if counts.is_empty() && result == DriftResult::Worse => "less can be assessed".to_owned(),
        counts if counts.is_empty() && result == DriftResult::Better => "more can be assessed".to_owned(),
        counts if counts.is_empty() => "nothing changed".to_owned(),
        counts => counts,
    };
    format!("overstay: {counts} — {organisation} {period}")
}
