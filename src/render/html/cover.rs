//! The first page: who, what period, which verdict, how much, from what, and how far it can be relied upon.

use minijinja::Value;
use serde::Serialize;

use super::brand;
use super::cell::{anchor, cell, cell_or, prose, prose_or};
use super::changes::{self, SinceLine};
use super::findings::{self, FindingView};
use super::listed::{Listed, ROWS, few};
use super::status::{Badge, Tally, badge, badge_of_all, tally};
use crate::render::{Brand, facts, text};
use crate::report::{MetricReport, PackedFile, Report};
use crate::time;

/// The cover.
#[derive(Debug, Serialize)]
pub(super) struct Cover {
    title: String,
    organisation: Value,
    period: Value,
    period_from: String,
    period_to: String,
    as_of: String,
    as_of_basis: Value,
    zone: Value,
    leave_instant: Value,
    report_id: Value,
    tool: Value,
    schema: String,
    inputs_sha256: Value,
    rules_sha256: Value,
    evidence_sha256: Value,
    files: Vec<FileView>,
    files_listed: Listed,
    command: Value,
    classification: Option<Value>,
    look: Option<Value>,
    verdict: Badge,
    sentence: Value,
    inconclusive: Option<Value>,
    since: Vec<SinceLine>,
    measured: bool,
    headline: Vec<FigureView>,
    coverage: String,
    missing_systems: Vec<Value>,
    tally: Vec<Tally>,
    metrics: Vec<GlanceRow>,
    worst: Vec<FindingView>,
    gaps: Vec<GapView>,
    more_gaps: Option<String>,
    facts: Vec<(&'static str, String)>,
    warnings: String,
}

/// So many gaps are listed; report.json has all.
const GAPS: usize = 16;

/// Something that the evidence does not cover.
#[derive(Debug, Serialize)]
struct GapView {
    words: Value,
    metrics: Value,
}

impl GapView {
    fn of(gap: &facts::Uncovered) -> Self {
        Self { words: prose(&gap.words), metrics: prose(&gap.metrics) }
    }
}

/// One of the three first numbers.
#[derive(Debug, Serialize)]
struct FigureView {
    key: &'static str,
    number: String,
    what: &'static str,
    over: String,
    beside: String,
    metrics: Value,
}

impl FigureView {
    fn of(figure: facts::Figure) -> Self {
        let (number, metrics) = (figure.number(), prose(&figure.metrics));
        Self { key: figure.key, number, what: figure.what, over: figure.over, beside: figure.beside, metrics }
    }
}

/// One data file of the pack.
#[derive(Debug, Serialize)]
struct FileView {
    path: Value,
    size: String,
    sha256: Value,
}

/// One metric in the table of the first page.
#[derive(Debug, Serialize)]
pub(super) struct GlanceRow {
    anchor: String,
    title: Value,
    badge: Badge,
    severity: Value,
    limit: Value,
    limit_source: Value,
    has_limit: bool,
    over: String,
    indeterminate: String,
    unknown: String,
    waived: String,
    p50: String,
    p90: String,
    longest: String,
    /// What over, median, 90th percentile and longest are sorted by; -1 where there is no value.
    order: [String; 4],
}

/// Builds the cover.
pub(super) fn cover(report: &Report, brand: &Brand) -> Cover {
    let gaps = facts::uncovered(report);
    Cover {
        title: facts::title(report),
        organisation: prose(&report.organisation),
        period: prose(&report.period.label),
        period_from: time::rfc3339(report.period.from.0),
        period_to: time::rfc3339(report.period.to.0),
        as_of: time::rfc3339(report.as_of.0),
        as_of_basis: prose(&report.as_of_basis),
        zone: prose(&report.zone),
        leave_instant: prose(&report.leave_instant),
        look: facts::own_look(report).as_deref().map(prose),
        report_id: cell(&report.report_id),
        tool: cell(&format!("{} {}", report.tool.name, report.tool.version)),
        schema: report.schema.clone(),
        inputs_sha256: cell(&report.inputs_sha256),
        rules_sha256: cell(&report.rules_sha256),
        evidence_sha256: cell_or(report.evidence_sha256.as_deref(), "no pack was written"),
        files: report.files.iter().take(ROWS).map(file).collect(),
        files_listed: Listed::new(report, report.files.len().min(ROWS), report.files.len() as u64, "", "manifest.json"),
        command: prose(&report.command),
        classification: brand::classification(report.classification.as_deref(), brand),
        verdict: badge_of_all(report.verdict.status),
        sentence: prose(&report.verdict.sentence),
        inconclusive: Some(report.verdict.inconclusive.as_str()).filter(|clause| !clause.is_empty()).map(prose),
        since: changes::lines(report),
        measured: facts::measured(report),
        headline: facts::headline(&report.headline).into_iter().map(FigureView::of).collect(),
        coverage: facts::coverage(report),
        missing_systems: few(&facts::systems_missing(report), |name| cell(name), |more| prose(&more)),
        tally: tally(report.metrics.iter().map(|metric| metric.status)),
        metrics: report.metrics.iter().map(glance).collect(),
        worst: findings::worst(report),
        gaps: gaps.iter().take(GAPS).map(GapView::of).collect(),
        more_gaps: (gaps.len() > GAPS).then(|| text::of(GAPS as u64, gaps.len() as u64)),
        facts: reach(report),
        warnings: text::count(facts::warnings(report)),
    }
}

/// What a reader needs before relying on the numbers: sizes of the populations first, then how far they reach.
fn reach(report: &Report) -> Vec<(&'static str, String)> {
    let people = &report.populations;
    let sizes = [people.people, people.accounts, people.credentials, people.events].map(text::count).join("; ");
    let mut rows = vec![("People; accounts; credentials; events", sizes)];
    rows.extend(facts::reach(report));
    rows
}

fn file(file: &PackedFile) -> FileView {
    FileView { path: cell(&file.path), size: text::size(file.bytes), sha256: cell(&file.sha256) }
}

fn glance(metric: &MetricReport) -> GlanceRow {
    let measured = metric.population > 0;
    GlanceRow {
        anchor: anchor("m-", &metric.id),
        title: prose(&metric.title),
        badge: badge(metric.status),
        severity: prose(&metric.severity),
        limit: prose(&facts::limit_text(metric)),
        limit_source: prose_or(metric.limit_source.as_deref(), "source of the limit not supplied"),
        has_limit: facts::has_limit(metric),
        over: facts::over(metric),
        indeterminate: facts::beside(metric, metric.indeterminate),
        unknown: facts::beside(metric, metric.unknown),
        waived: facts::beside(metric, metric.waived),
        p50: facts::percentile(metric.p50_seconds, metric.beyond_seconds),
        p90: facts::percentile(metric.p90_seconds, metric.beyond_seconds),
        longest: facts::longest(metric.max_seconds),
        order: [
            if measured { metric.over as i64 } else { -1 },
            metric.p50_seconds.or(metric.beyond_seconds).unwrap_or(-1),
            metric.p90_seconds.or(metric.beyond_seconds).unwrap_or(-1),
            metric.max_seconds.unwrap_or(-1),
        ]
        .map(|number: i64| number.to_string()),
    }
}
