//! What changed since earlier packs, and the trend over them, in words.

use std::collections::BTreeSet;

use crate::render::text;
use crate::report::drift::{Class, Drift, Group, MetricChange, Reference};
use crate::report::history::{HistoryMetric, HistoryRow};
use crate::report::{Report, Status};
use crate::time;

/// Packs of the trend that a page shows, this report included: half a year of weeks.
const PACKS: usize = 26;
/// Packs side by side in the table of metrics.
const BESIDE: usize = 5;

/// The findings that are new since the earlier pack that the first comparison is made with; `None` where there is none,
/// or where it does not list them all.
pub(in crate::render) fn new_findings(report: &Report) -> Option<BTreeSet<&str>> {
    let drift = report.changes.first()?;
    let new = drift.items.iter().filter(|item| item.class == Class::New);
    let ids: BTreeSet<&str> = new.map(|item| item.finding_id.as_str()).collect();
    (ids.len() as u64 == drift.count(Class::New)).then_some(ids)
}

/// The place of a comparison in the report, from 1.
pub(in crate::render) fn change_place(number: usize) -> String {
    format!("changes-{number}")
}

/// `Since 2026-Q2, as of 2026-07-01`.
pub(in crate::render) fn since(drift: &Drift) -> String {
    let baseline = &drift.baseline;
    format!("Since {}, as of {}", text::visible(&baseline.period.label, false), time::day(baseline.as_of.0))
}

/// The same on one line: `Since 2026-Q2`, or the day where both packs are of the same period.
pub(in crate::render) fn since_short(drift: &Drift) -> String {
    let baseline = &drift.baseline;
    if baseline.period.label == drift.current.period.label {
        return format!("Since {}", time::day(baseline.as_of.0));
    }
    format!("Since {}", text::visible(&baseline.period.label, false))
}

/// `12 worse or no longer in sight, 41 new, 21 better or resolved`: what the sentence of a comparison counts, in a line.
pub(in crate::render) fn counts_of_change(drift: &Drift) -> String {
    let of_group = |group: Group| {
        text::sum(drift.classes.iter().filter(|count| count.class.group() == Some(group)).map(|count| count.count))
    };
    // What aged is told by its length.
    let groups = [Group::Worse, Group::New, Group::Better].map(|group| (of_group(group), group.words()));
    let counted = groups.iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> = counted.map(|(count, words)| format!("{} {words}", text::count(*count))).collect();
    let lost = |metric: &&MetricChange| metric.class == Some(Class::NotAssessable);
    let metrics = drift.metrics.iter().filter(lost).count() as u64;
    let gaps = drift.metrics.iter().filter(|metric| !lost(metric) && metric.new_gap).count() as u64;
    let systems = drift.systems.iter().filter(|system| system.loaded == [true, false]).count() as u64;
    for (count, one, many) in [
        (metrics, "metric no longer assessable", "metrics no longer assessable"),
        (gaps, "metric with less evidence", "metrics with less evidence"),
        (systems, "system no longer loaded", "systems no longer loaded"),
    ] {
        if count > 0 {
            parts.push(text::plural(count, one, many));
        }
    }
    if parts.is_empty() { "no finding changed".to_owned() } else { parts.join(", ") }
}

/// Which pack a comparison is made with, and why that one.
pub(in crate::render) fn compared_with(report: &Report, drift: &Drift) -> String {
    let latest = report.history.iter().rev().find(|row| row.pack.is_some());
    let last = latest.is_some_and(|row| row.report_id == drift.baseline.report_id);
    let which = match (&drift.reference, last) {
        (Reference::Accepted { by, reason, at }, last) => format!(
            "{}, accepted as the baseline by {by} on {}: {reason}",
            if last { "The previous pack" } else { "An earlier pack" },
            time::day(at.0)
        ),
        (Reference::Previous, _) => "The previous pack".to_owned(),
        (Reference::Restatement, _) => "The same period, computed again".to_owned(),
    };
    let (which, before) = (which.trim_end_matches('.'), &drift.baseline);
    format!("{which}. Report {}: {}: {}", before.report_id, before.status.words_of_all(), before.sentence)
}

/// A pack of the trend.
pub(in crate::render) struct TrendRow {
    /// Label of its period.
    pub(in crate::render) period: String,
    /// Its folder; `this report` for the last one.
    pub(in crate::render) pack: String,
    /// Its verdict.
    pub(in crate::render) status: Status,
    /// The three first numbers: former staff, days of access, keys.
    pub(in crate::render) headline: [String; 3],
    /// What tells it from the pack before it: rules, systems, tool; whether it is accepted.
    pub(in crate::render) note: String,
}

/// The latest packs of the trend, this report last, and how many earlier ones are left out.
pub(in crate::render) fn trend_packs(report: &Report) -> (&[HistoryRow], usize) {
    let left_out = report.history.len().saturating_sub(PACKS);
    (&report.history[left_out..], left_out)
}

/// The trend as a table.
pub(in crate::render) fn trend_rows(rows: &[HistoryRow]) -> Vec<TrendRow> {
    let before = std::iter::once(None).chain(rows.iter().map(Some));
    let row = |(row, before): (&HistoryRow, Option<&HistoryRow>)| TrendRow {
        period: row.period.clone(),
        pack: row.pack.clone().unwrap_or_else(|| "this report".to_owned()),
        status: row.status,
        headline: super::headline(&row.headline).map(|figure| figure.number()),
        note: note(row, before),
    };
    rows.iter().zip(before).map(row).collect()
}

fn note(row: &HistoryRow, before: Option<&HistoryRow>) -> String {
    let mut parts = Vec::new();
    if row.accepted {
        parts.push("accepted baseline".to_owned());
    }
    if other_rules(row, before) {
        parts.push("other rules or limits than the pack before".to_owned());
    }
    if let Some(before) = before {
        let only = |one: &HistoryRow, other: &HistoryRow| -> Vec<String> {
            let alone = one.systems.iter().filter(|system| !other.systems.contains(system));
            alone.map(|system| text::visible(system, false).into_owned()).collect()
        };
        let (gone, come) = (only(before, row), only(row, before));
        for (systems, words) in [(gone, "nothing loaded any more of"), (come, "newly loaded:")] {
            if !systems.is_empty() {
                parts.push(format!("{words} {}", systems.join(", ")));
            }
        }
        if before.tool_version != row.tool_version {
            parts.push("other version of the tool".to_owned());
        }
    }
    parts.join("; ")
}

/// Whether numbers of a pack cannot simply be compared with those of the one before it: other rules, limits or systems.
pub(in crate::render) fn stands_apart(row: &HistoryRow, before: &HistoryRow) -> bool {
    other_rules(row, Some(before)) || row.systems != before.systems
}

/// Whether a pack was made with other rules, or other limits, than the one before it.
fn other_rules(row: &HistoryRow, before: Option<&HistoryRow>) -> bool {
    let limits = |row: &HistoryRow| -> Vec<(String, Option<i64>)> {
        row.metrics.iter().map(|metric| (metric.id.clone(), metric.limit_seconds)).collect()
    };
    before.is_some_and(|before| before.rules_sha256 != row.rules_sha256 || limits(before) != limits(row))
}

/// Metrics over the latest packs: the heads of the columns, and a row per metric of this report.
pub(in crate::render) fn trend_metrics(rows: &[HistoryRow]) -> (Vec<String>, Vec<Vec<String>>) {
    let shown = &rows[rows.len().saturating_sub(BESIDE)..];
    let heads = shown.iter().map(|row| text::visible(&row.period, false).into_owned()).collect();
    let Some(last) = shown.last() else {
        return (heads, Vec::new());
    };
    // What none of the packs measured is a row of nothing.
    let measured = |id: &str| {
        let mut all = shown.iter().flat_map(|row| &row.metrics).filter(|metric| metric.id == id);
        all.any(|metric| !matches!(metric.status, Status::NotAssessed | Status::NoPopulation))
    };
    let lines = last.metrics.iter().filter(|metric| measured(&metric.id)).map(|metric| {
        let found = shown.iter().map(|row| row.metrics.iter().find(|one| one.id == metric.id));
        std::iter::once(metric.title.clone()).chain(found.map(|one| metric_cell(one, metric))).collect()
    });
    (heads, lines.collect())
}

/// `5 of 40`; with the limit where it is another than in the last pack.
fn metric_cell(metric: Option<&HistoryMetric>, last: &HistoryMetric) -> String {
    let Some(metric) = metric else {
        return "not there".to_owned();
    };
    match metric.status {
        Status::NotAssessed => return "not assessed".to_owned(),
        Status::NoPopulation => return "nothing to measure".to_owned(),
        _ => {}
    }
    let counts = text::of(metric.over, metric.population);
    match metric.limit_seconds {
        limit if limit == last.limit_seconds => counts,
        Some(limit) => format!("{counts}, limit {}", text::length(limit)),
        None => format!("{counts}, no limit"),
    }
}
