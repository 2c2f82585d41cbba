//! Findings and waivers for readers.

use std::collections::BTreeSet;

use minijinja::Value;
use serde::Serialize;

use super::cell::{anchor, cell, cell_or, prose, sentence};
use super::listed::{Listed, ROWS, pick};
use crate::render::{facts, text};
use crate::report::{Finding, Report, WaiverReport, severity_rank};
use crate::time;

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
    let groups = facts::by_metric(report).into_iter().map(|(metric, items)| {
        let rows: Vec<_> = items.into_iter().map(|item| finding(report, item, &mut seen)).collect();
        group(report, metric, rows)
    });
    let groups = groups.collect();
    let systems: BTreeSet<&str> = list.items.iter().filter_map(|item| item.system.as_deref()).collect();
    let mut severities: Vec<(usize, String)> =
        list.items.iter().map(|item| (severity_rank(&item.severity), item.severity.clone())).collect();
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

fn group(report: &Report, metric: &str, rows: Vec<FindingView>) -> FindingGroup {
    let title = facts::metric_title(report, metric);
    FindingGroup {
        anchor: anchor("m-", metric),
        metric: metric.to_owned(),
        title: prose(title),
        plain_title: title.to_owned(),
        heading: facts::showing(report, metric, rows.len() as u64),
        rows,
    }
}

/// The findings that matter most.
pub(super) fn worst(report: &Report) -> Vec<FindingView> {
    views(report, facts::worst(report))
}

/// The worst findings of one metric.
pub(super) fn worst_of(report: &Report, metric: &str) -> Vec<FindingView> {
    views(report, facts::worst_of(report, metric))
}

fn views(report: &Report, items: Vec<&Finding>) -> Vec<FindingView> {
    let mut seen = BTreeSet::new();
    items.into_iter().map(|item| finding(report, item, &mut seen)).collect()
}

fn finding(report: &Report, item: &Finding, seen: &mut BTreeSet<String>) -> FindingView {
    let link = facts::finding_anchor(&item.finding_id);
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
        severity_rank: severity_rank(&item.severity).to_string(),
        system_cell: cell_or(item.system.as_deref(), "–"),
        system,
        owner: registered.and_then(|one| one.owner.as_deref()).map(cell),
        kind: cell(&item.subject_kind),
        subject: cell(&item.subject),
        reason: sentence(&item.reason),
        length: facts::finding_length(item),
        limit: text::length(item.limit_seconds),
        over: facts::finding_over(item),
        over_seconds: item.over_seconds.to_string(),
        result: facts::result(item),
        waiver: item.waiver_id.as_deref().map(cell),
        began: facts::began(report, item),
        ended: facts::ended(report, item),
        began_source: cell_or(item.began_source.as_deref(), "no row"),
        ended_source: cell_or(item.ended_source.as_deref(), "no row"),
    }
}

/// The waiver register.
pub(super) fn waivers(report: &Report) -> WaiversView {
    let rows = pick(&report.waivers, ROWS, |one| (!facts::waiver_state(one).1, std::cmp::Reverse(one.findings)));
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

fn waiver(waiver: &WaiverReport) -> WaiverView {
    let (state, attention) = facts::waiver_state(waiver);
    WaiverView {
        id: cell(&waiver.waiver_id),
        metric: cell(&waiver.metric),
        subject: cell(&waiver.subject),
        system: cell_or(waiver.system.as_deref(), "every system"),
        reason: cell(&waiver.reason),
        approver: cell(&waiver.approver),
        ticket: cell_or(waiver.ticket.as_deref(), "not supplied"),
        from: facts::waiver_from(waiver),
        to: time::readable(waiver.window.to.0),
        place: cell(&waiver.place),
        state,
        attention,
        findings: text::count(waiver.findings),
    }
}
