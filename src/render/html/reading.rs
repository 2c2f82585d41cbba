//! What helps to read several metrics together: whether HR or IT was late, and how results depend on readings.

use minijinja::Value;
use serde::Serialize;

use super::cell::{anchor, prose};
use super::status::{Badge, badge};
use crate::render::{facts, text};
use crate::report::Report;

/// One clock.
#[derive(Debug, Serialize)]
pub(super) struct ClockView {
    anchor: String,
    clock: Value,
    title: Value,
    badge: Badge,
    over: String,
    p50: String,
    p90: String,
    longest: String,
}

/// One reading of one metric.
#[derive(Debug, Serialize)]
pub(super) struct SensitivityView {
    anchor: String,
    metric: Value,
    reading: Value,
    flips: String,
    changes: bool,
}

/// The clocks side by side; none unless there are at least two to compare.
pub(super) fn clocks(report: &Report) -> Vec<ClockView> {
    let found = report.metrics.iter().filter_map(|metric| {
        let clock = metric.facts.clock.as_deref()?;
        Some(ClockView {
            anchor: anchor("m-", &metric.id),
            clock: prose(clock),
            title: prose(&metric.title),
            badge: badge(metric.status),
            over: facts::over(metric),
            p50: facts::percentile(metric.p50_seconds, metric.beyond_seconds),
            p90: facts::percentile(metric.p90_seconds, metric.beyond_seconds),
            longest: metric.max_seconds.map_or_else(|| "–".to_owned(), text::length),
        })
    });
    let found: Vec<_> = found.collect();
    if found.len() < 2 { Vec::new() } else { found }
}

/// Every reading of every metric, in the order of the report.
pub(super) fn sensitivity(report: &Report) -> Vec<SensitivityView> {
    let rows = report.metrics.iter().flat_map(|metric| {
        metric.sensitivity.iter().map(|one| SensitivityView {
            anchor: anchor("m-", &metric.id),
            metric: prose(&metric.title),
            reading: prose(&one.reading),
            flips: text::of(one.flips, one.population),
            changes: one.flips > 0,
        })
    });
    rows.collect()
}
