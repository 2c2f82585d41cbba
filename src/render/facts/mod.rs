//! Facts about parts of a report that more than one renderer words: limits, percentiles, coverage, what decided.

mod action;
mod changes;
mod data;
mod finding;
mod gaps;
mod headline;
mod metric;

pub(super) use action::*;
pub(super) use changes::*;
pub(super) use data::*;
pub(super) use finding::*;
pub(super) use gaps::*;
pub(super) use headline::*;
pub(super) use metric::*;

use crate::report::{
    ControlReport, EdgeReport, FileOutcome, MetricReport, ReferenceState, Relation, Report, SourceReport, Statistic,
    Status,
};

use super::text;
use crate::time::SECOND;

/// Whether the policy sets a limit.
pub(super) fn has_limit(metric: &MetricReport) -> bool {
    metric.limit.is_some() || metric.limit_seconds.is_some()
}

/// The limit as the policy writes it, else as a length, else words for none.
pub(super) fn limit_text(metric: &MetricReport) -> String {
    match (&metric.limit, metric.limit_seconds) {
        (Some(limit), _) => limit.clone(),
        (None, Some(seconds)) => text::length(seconds),
        (None, None) => "none set".to_owned(),
    }
}

/// A percentile; `over 41 d` where it was not reached; a dash where there is none.
pub(super) fn percentile(metric: &MetricReport, seconds: Option<i64>) -> String {
    match (known_percentile(metric, seconds), metric.beyond_seconds) {
        (Some(seconds), _) => text::length(seconds),
        (None, Some(beyond)) => format!("over {}", text::length(beyond)),
        (None, None) => "–".to_owned(),
    }
}

/// The percentile, if it says something: an age of nothing is that of something of which no beginning is known.
pub(super) fn known_percentile(metric: &MetricReport, seconds: Option<i64>) -> Option<i64> {
    seconds.filter(|seconds| *seconds > 0 || metric.statistic != Statistic::Age)
}

/// Whose look a report has.
pub(super) fn look(report: &Report) -> String {
    own_look(report).unwrap_or_else(|| "as shipped with the tool".to_owned())
}

/// Which files of the look are the organisation's own; `None` where all is shipped.
pub(super) fn own_look(report: &Report) -> Option<String> {
    let own = || format!("the organisation's own {}; everything else is shipped with the tool", report.look.join(", "));
    (!report.look.is_empty()).then(own)
}

/// That tokens stand in the place of names; `None` where names stand.
pub(super) fn pseudonyms(report: &Report) -> Option<String> {
    let key = &report.pseudonyms.as_ref()?.key;
    Some(format!(
        "tokens stand in the place of people, accounts, addresses and owners; the company has the key ({key}) and can tell \
         who is meant, so that this is still personal data"
    ))
}

/// The edge that decided what is said of a reference: the first direct one that shows it.
pub(super) fn deciding(control: &ControlReport) -> Option<&EdgeReport> {
    control.edges.iter().find(|edge| edge.relation == Relation::Direct && edge.state == control.state)
}

/// `7 of 9 in-scope systems loaded`, or what can be said without a register.
pub(super) fn coverage(report: &Report) -> String {
    let loaded = report.systems.iter().filter(|system| system.loaded).count() as u64;
    if !report.systems.iter().any(|system| system.registered) {
        return format!(
            "{} loaded; no register of systems was supplied, so what is missing cannot be told",
            text::plural(loaded, "system", "systems")
        );
    }
    let in_scope = report.systems.iter().filter(|system| system.in_scope);
    let total = in_scope.clone().count() as u64;
    let present = in_scope.filter(|system| system.loaded).count() as u64;
    format!("{} in-scope {} loaded", text::of(present, total), if total == 1 { "system" } else { "systems" })
}

/// Names of the systems in scope for which nothing was loaded.
pub(super) fn systems_missing(report: &Report) -> Vec<&str> {
    let missing = report.systems.iter().filter(|system| system.in_scope && !system.loaded);
    missing.map(|system| system.system.as_str()).collect()
}

/// Files that were read, of all files found.
pub(super) fn files_read(report: &Report) -> (u64, u64) {
    // A file of which no row could be used was opened, and that is all.
    let used =
        |file: &&SourceReport| file.outcome == FileOutcome::Read && (file.rejected < file.records || file.records == 0);
    let read = report.sources.iter().filter(used).count();
    (read as u64, report.sources.len() as u64)
}

/// Files reconciled to a control total.
pub(super) fn reconciled(report: &Report) -> u64 {
    report.sources.iter().filter(|file| file.expected_rows.is_some() && !differs(file)).count() as u64
}

/// Whether a file holds another number of records than its source did.
fn differs(file: &SourceReport) -> bool {
    file.expected_rows.is_some_and(|expected| expected != file.records as i64)
}

/// Whether any metric had an item to measure: without one, a sum of zero would say more than is known.
pub(super) fn measured(report: &Report) -> bool {
    report.metrics.iter().any(|metric| metric.population > 0)
}

/// Days beyond a limit with lower-bound words: `at least 412.5`.
pub(super) fn overstayed(seconds: i64, open: u64) -> String {
    if open > 0 && seconds > 0 { format!("at least {}", text::days(seconds)) } else { text::days(seconds) }
}

/// The value of an indicator in its unit; `no items` where there is nothing to divide by.
pub(super) fn indicator_value(unit: &str, top: i64, bottom: Option<i64>) -> String {
    match (unit, bottom) {
        ("seconds", None) => text::length(top),
        (_, None) => signed(top),
        (_, Some(bottom)) if bottom <= 0 => "no items".to_owned(),
        ("share" | "share_of_time", Some(bottom)) => {
            text::share(top.max(0) as u64, bottom as u64).unwrap_or_else(|| "no items".to_owned())
        }
        ("seconds", Some(bottom)) => text::length(top / bottom),
        (_, Some(bottom)) => {
            let hundredths = i128::from(top) * 100 / i128::from(bottom);
            let sign = if hundredths < 0 { "-" } else { "" };
            let absolute = hundredths.unsigned_abs();
            format!("{sign}{}.{:02}", text::count((absolute / 100) as u64), absolute % 100)
        }
    }
}

/// What an indicator's value is made of.
pub(super) fn indicator_parts(unit: &str, top: i64, bottom: Option<i64>) -> String {
    match (unit, bottom) {
        (_, None) => "a sum".to_owned(),
        ("share", Some(bottom)) => format!("{} of {}", signed(top), signed(bottom)),
        ("share_of_time", Some(bottom)) => {
            format!("{} of {}", text::length(top / SECOND), text::length(bottom / SECOND))
        }
        (_, Some(bottom)) => format!("{} to {}", signed(top), signed(bottom)),
    }
}

fn signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", text::count(number.unsigned_abs()))
}

/// Title of the report as a document.
pub(super) fn title(report: &Report) -> String {
    let name = text::visible(&report.organisation, false);
    format!("Access lifecycle evidence: {name}, {}", text::visible(&report.period.label, false))
}

/// A verdict with the number of its occurrences.
pub(super) fn tally(statuses: impl Iterator<Item = Status>) -> Vec<(Status, u64)> {
    let found: Vec<Status> = statuses.collect();
    let count = |status| found.iter().filter(|one| **one == status).count() as u64;
    Status::ALL.into_iter().map(|status| (status, count(status))).filter(|(_, count)| *count > 0).collect()
}

/// What is said of references with the number of its occurrences.
pub(super) fn tally_of_references(states: impl Iterator<Item = ReferenceState>) -> Vec<(ReferenceState, u64)> {
    let found: Vec<ReferenceState> = states.collect();
    let count = |state| found.iter().filter(|one| **one == state).count() as u64;
    ReferenceState::ALL.into_iter().map(|state| (state, count(state))).filter(|(_, count)| *count > 0).collect()
}

/// An id that is safe as the name of a place: ASCII letters, digits, `-`, `_` and `.`; everything else becomes `-`.
pub(super) fn anchor(prefix: &str, id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    prefix.chars().chain(id.chars().take(80).map(safe)).collect()
}

/// The place of a reference of a framework.
pub(super) fn control_anchor(framework: &str, control: &str) -> String {
    anchor(&anchor("c-", framework), &format!(".{control}"))
}

/// The place of a finding.
pub(super) fn finding_anchor(id: &str) -> String {
    anchor(if id.starts_with("ovs-") { "" } else { "ovs-" }, id)
}

/// The place of a metric or an indicator, if the report has it.
pub(super) fn metric_anchor(report: &Report, id: &str) -> Option<String> {
    if report.metrics.iter().any(|metric| metric.id == id) {
        return Some(anchor("m-", id));
    }
    report.indicators.iter().any(|indicator| indicator.id == id).then(|| anchor("i-", id))
}

/// Title of a metric, else its id.
pub(super) fn metric_title<'a>(report: &'a Report, id: &'a str) -> &'a str {
    report.metrics.iter().find(|metric| metric.id == id).map_or(id, |metric| metric.title.as_str())
}
