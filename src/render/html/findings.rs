//! Findings and waivers for readers.

use std::collections::BTreeSet;

use minijinja::Value;
use serde::Serialize;

use super::cell::{anchor, cell, cell_or, prose, sentence};
use super::listed::{Listed, ROWS, pick};
use crate::render::text;
use crate::report::{Finding, FindingResult, Report, WaiverReport, WaiverState};
use crate::time;

/// How many of the worst findings stand on the first page.
const WORST: usize = 5;

/// All findings in the report.
#[derive(Debug, Serialize)]
pub(super) struct FindingsView {
    shown: String,
    total: String,
    capped: bool,
    cap: String,
    file: Value,
    file_sha256: Value,
    groups: Vec<FindingGroup>,
    systems: Vec<String>,
    severities: Vec<String>,
}

#[derive(Debug, Serialize)]
struct FindingGroup {
    anchor: String,
    metric: String,
    title: Value,
    plain_title: String,
    heading: String,
    rows: Vec<FindingView>,
}

/// One finding.
#[derive(Debug, Serialize)]
pub(super) struct FindingView {
    anchor: Option<String>,
    link: String,
    id: Value,
    metric: String,
    metric_anchor: String,
    severity: String,
    severity_rank: String,
    system: String,
    system_cell: Value,
    owner: Option<Value>,
    kind: Value,
    subject: Value,
    reason: Value,
    length: String,
    limit: String,
    over: String,
    over_seconds: String,
    result: &'static str,
    waiver: Option<Value>,
    began: String,
    ended: String,
    began_source: Value,
    ended_source: Value,
}

/// The register.
#[derive(Debug, Serialize)]
pub(super) struct WaiversView {
    listed: Listed,
    rows: Vec<WaiverView>,
}

/// One waiver.
#[derive(Debug, Serialize)]
struct WaiverView {
    id: Value,
    metric: Value,
    subject: Value,
    system: Value,
    reason: Value,
    approver: Value,
    ticket: Value,
    from: String,
    to: String,
    place: Value,
    state: &'static str,
    attention: bool,
    findings: String,
}

/// The findings grouped by metric, in the order of the report.
pub(super) fn findings(report: &Report) -> FindingsView {
    let list = &report.findings;
    let mut seen = BTreeSet::new();
    let mut groups: Vec<FindingGroup> = Vec::new();
    for item in &list.items {
        let row = finding(report, item, &mut seen);
        match groups.last_mut().filter(|group| group.metric == item.metric) {
            Some(group) => group.rows.push(row),
            None => groups.push(group(report, item, row)),
        }
    }
    for group in &mut groups {
        let metric = report.metrics.iter().find(|metric| metric.id == group.metric);
        let all = metric.map(|metric| metric.over.saturating_add(metric.indeterminate));
        let shown = group.rows.len() as u64;
        group.heading = match all {
            Some(all) => format!("showing {}", text::of(shown, all.max(shown))),
            None => text::count(shown),
        };
    }
    let systems: BTreeSet<&str> = list.items.iter().filter_map(|item| item.system.as_deref()).collect();
    let mut severities: Vec<(u8, String)> =
        list.items.iter().map(|item| (rank(&item.severity), item.severity.clone())).collect();
    severities.sort();
    severities.dedup();
    FindingsView {
        shown: text::count(list.items.len() as u64),
        total: text::count(list.total),
        capped: list.total > list.items.len() as u64,
        cap: text::count(list.cap_per_metric),
        file: cell(&list.file),
        file_sha256: cell_or(list.file_sha256.as_deref(), "not recorded"),
        groups,
        systems: systems.into_iter().map(str::to_owned).collect(),
        severities: severities.into_iter().map(|(_, word)| word).collect(),
    }
}

fn group(report: &Report, item: &Finding, row: FindingView) -> FindingGroup {
    let metric = report.metrics.iter().find(|metric| metric.id == item.metric);
    let title = metric.map_or(item.metric.as_str(), |metric| metric.title.as_str());
    FindingGroup {
        anchor: anchor("m-", &item.metric),
        metric: item.metric.clone(),
        title: prose(title),
        plain_title: title.to_owned(),
        heading: String::new(),
        rows: vec![row],
    }
}

/// The findings that matter most: by severity, then by time beyond the limit; certain and not waived.
pub(super) fn worst(report: &Report) -> Vec<FindingView> {
    let mut items: Vec<&Finding> = report
        .findings
        .items
        .iter()
        .filter(|item| item.result == FindingResult::Over && item.waiver_id.is_none())
        .collect();
    items.sort_by(|a, b| {
        let key = |item: &Finding| (rank(&item.severity), std::cmp::Reverse(item.over_seconds));
        key(a).cmp(&key(b)).then_with(|| a.finding_id.cmp(&b.finding_id))
    });
    let mut seen = BTreeSet::new();
    items.into_iter().take(WORST).map(|item| finding(report, item, &mut seen)).collect()
}

/// The worst findings of one metric.
pub(super) fn worst_of(report: &Report, metric: &str) -> Vec<FindingView> {
    let mut seen = BTreeSet::new();
    let items = report.findings.items.iter().filter(|item| item.metric == metric);
    items.take(WORST).map(|item| finding(report, item, &mut seen)).collect()
}

fn finding(report: &Report, item: &Finding, seen: &mut BTreeSet<String>) -> FindingView {
    let prefix = if item.finding_id.starts_with("ovs-") { "" } else { "ovs-" };
    let link = anchor(prefix, &item.finding_id);
    let system = item.system.clone().unwrap_or_default();
    let registered = report.systems.iter().find(|one| Some(&one.system) == item.system.as_ref());
    FindingView {
        // Two elements must not share an id; the contract says that finding ids are unique.
        anchor: seen.insert(link.clone()).then(|| link.clone()),
        link,
        id: cell(&item.finding_id),
        metric: item.metric.clone(),
        metric_anchor: anchor("m-", &item.metric),
        severity: item.severity.clone(),
        severity_rank: rank(&item.severity).to_string(),
        system_cell: cell_or(item.system.as_deref(), "–"),
        system,
        owner: registered.and_then(|one| one.owner.as_deref()).map(cell),
        kind: cell(&item.subject_kind),
        subject: cell(&item.subject),
        reason: sentence(&item.reason),
        length: if item.open {
            format!("{}, still open", text::length(item.length_seconds))
        } else {
            text::length(item.length_seconds)
        },
        limit: text::length(item.limit_seconds),
        over: text::length(item.over_seconds),
        over_seconds: item.over_seconds.to_string(),
        result: match item.result {
            FindingResult::Over => "over",
            FindingResult::Indeterminate => "indeterminate",
        },
        waiver: item.waiver_id.as_deref().map(cell),
        began: item.began_at.map_or_else(|| "not known".to_owned(), |at| time::readable(at.0)),
        ended: match item.ended_at {
            Some(at) => time::readable(at.0),
            None if item.open => "open".to_owned(),
            None => "not known".to_owned(),
        },
        began_source: cell_or(item.began_source.as_deref(), "no row"),
        ended_source: cell_or(item.ended_source.as_deref(), "no row"),
    }
}

/// The waiver register.
pub(super) fn waivers(report: &Report) -> WaiversView {
    let rows = pick(&report.waivers, ROWS, |one| (!waiver_state(one.state).1, std::cmp::Reverse(one.findings)));
    WaiversView {
        listed: Listed::new(
            report,
            rows.len(),
            report.waivers.len() as u64,
            "those to look at first, then by findings",
            "report.json",
        ),
        rows: rows.into_iter().map(waiver).collect(),
    }
}

/// The state in words, and whether somebody should look at it.
fn waiver_state(state: WaiverState) -> (&'static str, bool) {
    match state {
        WaiverState::Used => ("in force, used", false),
        WaiverState::Expiring => ("in force, used, expires within 30 days", true),
        WaiverState::ExpiredReliedUpon => ("expired, findings would still need it", true),
        WaiverState::Expired => ("expired, nothing needs it", false),
        WaiverState::MatchesNothing => ("in force, matches no finding", true),
        WaiverState::NotYet => ("not yet in force", false),
    }
}

fn waiver(waiver: &WaiverReport) -> WaiverView {
    let (state, attention) = waiver_state(waiver.state);
    WaiverView {
        id: cell(&waiver.waiver_id),
        metric: cell(&waiver.metric),
        subject: cell(&waiver.subject),
        system: cell_or(waiver.system.as_deref(), "every system"),
        reason: cell(&waiver.reason),
        approver: cell(&waiver.approver),
        ticket: cell_or(waiver.ticket.as_deref(), "not supplied"),
        from: if waiver.window.from == waiver.window.to {
            "not supplied".to_owned()
        } else {
            time::readable(waiver.window.from.0)
        },
        to: time::readable(waiver.window.to.0),
        place: cell(&waiver.place),
        state,
        attention,
        findings: text::count(waiver.findings),
    }
}

fn rank(severity: &str) -> u8 {
    match severity {
        "critical" => 0,
        "high" => 1,
        "medium" => 2,
        "low" => 3,
        _ => 4,
    }
}
