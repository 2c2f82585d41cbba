//! The first page: who, what period, which verdict, how much, from what, and how far it can be relied upon.

use minijinja::Value;
use serde::Serialize;

use super::cell::{anchor, cell, prose, prose_or};
use super::findings::{self, FindingView};
use super::status::{Badge, Tally, badge, tally};
use crate::render::{facts, text};
use crate::report::{MetricReport, Report};
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
    command: Value,
    classification: Option<Value>,
    verdict: Badge,
    sentence: Value,
    inconclusive: Option<Value>,
    measured: bool,
    account_days: String,
    accounts: String,
    key_days: String,
    credentials: String,
    open: u64,
    open_text: String,
    coverage: String,
    missing_systems: Vec<Value>,
    tally: Vec<Tally>,
    metrics: Vec<GlanceRow>,
    worst: Vec<FindingView>,
    facts: Vec<(&'static str, String)>,
    warnings: u64,
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
    order: [i64; 4],
}

/// Builds the cover.
pub(super) fn cover(report: &Report) -> Cover {
    let headline = &report.headline;
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
        report_id: cell(&report.report_id),
        tool: cell(&format!("{} {}", report.tool.name, report.tool.version)),
        schema: report.schema.clone(),
        inputs_sha256: cell(&report.inputs_sha256),
        rules_sha256: cell(&report.rules_sha256),
        command: prose(&report.command),
        classification: report.classification.as_deref().map(prose),
        verdict: badge(report.verdict.status),
        sentence: prose(&report.verdict.sentence),
        inconclusive: Some(report.verdict.inconclusive.as_str()).filter(|clause| !clause.is_empty()).map(prose),
        measured: facts::measured(report),
        account_days: facts::overstayed(headline.account_seconds, headline.open),
        accounts: text::plural(headline.accounts, "account", "accounts"),
        key_days: facts::overstayed(headline.credential_seconds, headline.open),
        credentials: text::plural(headline.credentials, "credential", "credentials"),
        open: headline.open,
        open_text: text::plural(headline.open, "stay was", "stays were"),
        coverage: facts::coverage(report),
        missing_systems: facts::systems_missing(report).into_iter().map(cell).collect(),
        tally: tally(report.metrics.iter().map(|metric| metric.status)),
        metrics: report.metrics.iter().map(glance).collect(),
        worst: findings::worst(report),
        facts: facts::reach(report),
        warnings: facts::warnings(report),
    }
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
        ],
    }
}
