//! What changed since earlier packs, and the trend over them.

use std::collections::BTreeSet;

use minijinja::Value;
use serde::Serialize;

use super::cell::{cell, cell_or, prose};
use super::status::{Badge, badge, change};
use crate::render::chart::{svg, trend};
use crate::render::drift::{Digest, Line, Names, Section, Table, digest};
use crate::render::{facts, text};
use crate::report::Report;
use crate::report::drift::Drift;

/// Findings of each class that the page lists.
const LISTED: usize = 10;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct ChangesView {
    since: Vec<SinceView>,
    trend: TrendView,
}

/// One comparison as the first page says it.
#[derive(Debug, Serialize)]
pub(super) struct SinceLine {
    anchor: String,
    title: String,
    badge: Badge,
    sentence: Value,
}

/// One comparison.
#[derive(Debug, Serialize)]
struct SinceView {
    anchor: String,
    title: String,
    with: Value,
    badge: Badge,
    sentence: Value,
    headline: Vec<String>,
    context: Vec<Value>,
    sections: Vec<SectionView>,
    standing: String,
    tables: Vec<Table>,
}

/// The findings of one class.
#[derive(Debug, Serialize)]
struct SectionView {
    title: String,
    lines: Vec<LineView>,
}

/// One finding.
#[derive(Debug, Serialize)]
struct LineView {
    severity: Value,
    what: Value,
    why: Value,
    id: Value,
    href: Option<String>,
    source: Value,
}

/// The trend.
#[derive(Debug, Serialize)]
struct TrendView {
    chart: Option<Value>,
    left_out: Option<String>,
    packs: Vec<PackView>,
    heads: Vec<String>,
    metrics: Vec<Vec<String>>,
}

/// One pack of the trend.
#[derive(Debug, Serialize)]
struct PackView {
    period: Value,
    pack: Value,
    as_of: String,
    badge: Badge,
    not_met: String,
    findings: String,
    headline: [String; 3],
    note: String,
}

/// The lines of the first page; none when the run was given no earlier pack.
pub(super) fn lines(report: &Report) -> Vec<SinceLine> {
    let line = |(index, drift): (usize, &Drift)| SinceLine {
        anchor: facts::change_place(index + 1),
        title: facts::since(drift),
        badge: change(drift.result),
        sentence: prose(&drift.sentence),
    };
    report.changes.iter().enumerate().map(line).collect()
}

/// The section; nothing when the run was given no earlier pack.
pub(super) fn changes(report: &Report) -> Option<ChangesView> {
    if report.changes.is_empty() && report.history.is_empty() {
        return None;
    }
    let listed: BTreeSet<&str> = report.findings.items.iter().map(|item| item.finding_id.as_str()).collect();
    let drifts = report.changes.iter().enumerate();
    Some(ChangesView {
        since: drifts.map(|(index, drift)| since(report, drift, index + 1, &listed)).collect(),
        trend: over_packs(report),
    })
}

fn since(report: &Report, drift: &Drift, number: usize, listed: &BTreeSet<&str>) -> SinceView {
    let Digest { headline, context, sections, standing, tables, .. } = digest(drift, Names::Shown, LISTED);
    SinceView {
        anchor: facts::change_place(number),
        title: facts::since(drift),
        with: prose(&facts::compared_with(report, drift)),
        badge: change(drift.result),
        sentence: prose(&drift.sentence),
        headline,
        context: context.iter().map(|line| prose(line)).collect(),
        sections: sections.into_iter().map(|one| section(one, listed)).collect(),
        standing: standing.join(", "),
        tables,
    }
}

fn section(section: Section, listed: &BTreeSet<&str>) -> SectionView {
    let line = |line: Line| LineView {
        severity: prose(&line.severity),
        what: cell(&line.what),
        why: prose(&line.why),
        href: listed.contains(line.finding.as_str()).then(|| facts::finding_anchor(&line.finding)),
        id: cell(&line.finding),
        source: cell_or(line.source.as_deref(), "no row"),
    };
    SectionView { title: section.title, lines: section.lines.into_iter().map(line).collect() }
}

fn over_packs(report: &Report) -> TrendView {
    let (rows, left_out) = facts::trend_packs(report);
    let (heads, metrics) = facts::trend_metrics(rows);
    let all = rows.len() + left_out;
    let pack = |row: facts::TrendRow| PackView {
        period: prose(&row.period),
        pack: cell(&row.pack),
        as_of: row.as_of,
        badge: badge(row.status),
        not_met: row.not_met,
        findings: row.findings,
        headline: row.headline,
        note: row.note,
    };
    TrendView {
        chart: trend(rows).map(|scene| Value::from_safe_string(svg(&scene, "trend-chart"))),
        left_out: (left_out > 0).then(|| text::of(rows.len() as u64, all as u64)),
        packs: facts::trend_rows(rows).into_iter().map(pack).collect(),
        heads,
        metrics,
    }
}
