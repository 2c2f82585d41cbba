//! Findings and waivers in words.

use crate::render::text;
use crate::report::{Finding, FindingResult, Report, WaiverReport, WaiverState};

/// How many of the worst findings stand on the first page and with each metric.
const WORST: usize = 5;

/// The worst findings of one metric.
pub(in crate::render) fn worst_of<'a>(report: &'a Report, metric: &str) -> Vec<&'a Finding> {
    report.findings.items.iter().filter(|item| item.metric == metric).take(WORST).collect()
}

/// The findings by metric, in the order of the report: metric id and findings.
pub(in crate::render) fn by_metric(report: &Report) -> Vec<(&str, Vec<&Finding>)> {
    let mut groups: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for item in &report.findings.items {
        match groups.last_mut().filter(|group| group.0 == item.metric) {
            Some(group) => group.1.push(item),
            None => groups.push((&item.metric, vec![item])),
        }
    }
    groups
}

/// `showing 21 of 25`: how many of a metric's findings are listed.
pub(in crate::render) fn showing(report: &Report, metric: &str, shown: u64) -> String {
    match report.metrics.iter().find(|one| one.id == metric) {
        Some(one) => format!("showing {}", text::of(shown, one.over.saturating_add(one.indeterminate).max(shown))),
        None => text::count(shown),
    }
}

/// Whether it is certain, in a word.
pub(in crate::render) fn result(item: &Finding) -> &'static str {
    match item.result {
        FindingResult::Over => "surely over",
        FindingResult::Indeterminate => "may be over",
    }
}

/// `9 d 4 h`; `at least 9 d 18 h, at most 39 d 18 h`; `at least 9 d 4 h so far, still open`.
pub(in crate::render) fn finding_length(item: &Finding) -> String {
    let length = text::range(item.shortest_seconds, item.longest_seconds, item.open);
    if item.open { format!("{length} so far, still open") } else { length }
}

/// What became of a waiver, and whether somebody should look at it.
pub(in crate::render) fn waiver_state(waiver: &WaiverReport) -> (&'static str, bool) {
    match waiver.state {
        WaiverState::Used => ("in force, used", false),
        WaiverState::Expiring => ("in force, used, expires within 30 days", true),
        WaiverState::ExpiredReliedUpon => ("expired, findings would still need it", true),
        WaiverState::Expired => ("expired, nothing needs it", false),
        WaiverState::MatchesNothing => ("in force, matches no finding", true),
        WaiverState::NotYet => ("not yet in force", false),
    }
}
