//! One section per metric, and the indicators.

use minijinja::Value;
use serde::Serialize;

use super::cell::{anchor, cell, cell_or, prose, prose_or};
use super::findings::{self, FindingView};
use super::listed::{Listed, SYSTEMS, pick, sha256_of};
use super::status::{Badge, badge};
use crate::render::chart::{self, Scene, WEEKDAYS};
use crate::render::{facts, text};
use crate::report::{Indicator, MetricReport, ReasonCount, Report};

/// A metric for readers.
#[derive(Debug, Serialize)]
pub(super) struct MetricView {
    anchor: String,
    id: Value,
    title: Value,
    plain_title: String,
    question: Value,
    remedy: Option<Value>,
    group: Value,
    definition: Value,
    caveats: Vec<Value>,
    unit: Value,
    badge: Badge,
    reason: Value,
    severity: Value,
    limit: Value,
    limit_source: Value,
    has_limit: bool,
    overrides: Vec<OverrideView>,
    parts: Vec<PartView>,
    population: String,
    measured: bool,
    excluded: String,
    waived: String,
    open: String,
    statistic: &'static str,
    percentiles: Vec<(&'static str, String)>,
    upper: Option<String>,
    longest: String,
    overstay: String,
    curve: Option<CurveView>,
    ageing: Option<Value>,
    buckets: Vec<[String; 3]>,
    months_chart: Option<Value>,
    months_title: &'static str,
    months: Vec<MonthView>,
    systems: Vec<SystemView>,
    systems_listed: Listed,
    heat: Option<HeatView>,
    indeterminate_reasons: Vec<(Value, String)>,
    unknown_reasons: Vec<(Value, String)>,
    excluded_reasons: Vec<(Value, String)>,
    sensitivity: Vec<(Value, String)>,
    missing: Vec<Value>,
    evidence: Option<Value>,
    evidence_sha256: Option<Value>,
    worst: Vec<FindingView>,
    sql: String,
}

#[derive(Debug, Serialize)]
struct PartView {
    name: &'static str,
    count: String,
    share: String,
}

#[derive(Debug, Serialize)]
struct OverrideView {
    scope: Value,
    limit: Value,
    source: Value,
}

#[derive(Debug, Serialize)]
struct CurveView {
    svg: Value,
    selected: bool,
    rows: Vec<CurveRow>,
}

#[derive(Debug, Serialize)]
struct CurveRow {
    time: String,
    share: String,
    low: String,
    high: String,
    open: String,
}

#[derive(Debug, Serialize)]
struct MonthView {
    month: Value,
    population: String,
    over: String,
    p50: String,
    p90: String,
}

#[derive(Debug, Serialize)]
struct SystemView {
    system: Value,
    within: String,
    over: String,
    over_text: String,
    indeterminate: String,
    unknown: String,
    waived: String,
    open: String,
    p50: String,
    p50_seconds: String,
    longest: String,
    longest_seconds: String,
}

#[derive(Debug, Serialize)]
struct HeatView {
    svg: Value,
    hours: Vec<String>,
    rows: Vec<(&'static str, Vec<String>)>,
}

/// An indicator for readers.
#[derive(Debug, Serialize)]
pub(super) struct IndicatorView {
    anchor: String,
    id: Value,
    title: Value,
    plain_title: String,
    definition: Value,
    missing: Vec<Value>,
    rows: Vec<IndicatorRow>,
    listed: Listed,
}

#[derive(Debug, Serialize)]
struct IndicatorRow {
    name: Value,
    system: Value,
    value: String,
    parts: String,
}

/// Every metric, in the order of the report.
pub(super) fn metrics(report: &Report) -> Vec<MetricView> {
    report.metrics.iter().map(|one| metric(one, report)).collect()
}

fn metric(metric: &MetricReport, report: &Report) -> MetricView {
    let anchor = anchor("m-", &metric.id);
    let draw = |scene: Option<Scene>, part: &str| {
        scene.map(|scene| Value::from_safe_string(chart::svg(&scene, &format!("{anchor}-{part}"))))
    };
    MetricView {
        id: cell(&metric.id),
        title: prose(&metric.title),
        plain_title: metric.title.clone(),
        question: prose(&metric.question),
        remedy: metric.remedy.as_deref().map(prose),
        group: prose(&metric.group.replace('-', " ")),
        definition: prose(&metric.definition),
        caveats: metric.caveats.iter().map(|caveat| prose(caveat)).collect(),
        unit: prose(&metric.unit),
        badge: badge(metric.status),
        reason: prose(&metric.status_reason),
        severity: prose(&metric.severity),
        limit: prose(&facts::limit_text(metric)),
        limit_source: prose_or(metric.limit_source.as_deref(), "source of the limit not supplied"),
        has_limit: facts::has_limit(metric),
        overrides: metric.limit_overrides.iter().map(override_view).collect(),
        parts: parts(metric),
        population: text::count(metric.population),
        measured: metric.population > 0,
        excluded: text::count(metric.excluded),
        waived: text::of(metric.waived, metric.over.saturating_add(metric.indeterminate)),
        open: text::of(metric.open, metric.population),
        statistic: facts::statistic(metric),
        percentiles: facts::percentiles(metric),
        upper: facts::upper(metric),
        longest: facts::longest(metric.max_seconds),
        overstay: facts::overstayed(metric.overstay_seconds, metric.open),
        curve: draw(chart::survival(metric), "curve").map(|svg| curve(metric, svg)),
        ageing: draw(chart::ageing(metric), "ageing"),
        buckets: metric
            .buckets
            .iter()
            .map(|bucket| [bucket.label.clone(), text::count(bucket.closed), text::count(bucket.open)])
            .collect(),
        months_chart: draw(chart::months(metric), "months"),
        months_title: facts::months(metric).0,
        months: months(metric),
        systems_listed: Listed::new(
            report,
            metric.by_system.len().min(SYSTEMS),
            metric.by_system.len() as u64,
            "those with most items over the limit first",
            metric.evidence.as_deref().unwrap_or("report.json"),
        ),
        systems: systems(metric),
        heat: draw(chart::weekday_hour(metric), "heat").map(|svg| heat(metric, svg)),
        indeterminate_reasons: reasons(&metric.indeterminate_reasons, metric.indeterminate),
        unknown_reasons: reasons(&metric.unknown_reasons, metric.unknown),
        excluded_reasons: reasons(&metric.excluded_reasons, metric.excluded),
        sensitivity: metric
            .sensitivity
            .iter()
            .map(|one| (prose(&one.reading), text::of(one.flips, one.population)))
            .collect(),
        missing: metric.missing.iter().map(|table| cell(table)).collect(),
        evidence: metric.evidence.as_deref().map(cell),
        evidence_sha256: metric.evidence.as_deref().and_then(|file| sha256_of(report, file)).map(cell),
        worst: findings::worst_of(report, &metric.id),
        sql: metric.sql.clone(),
        anchor,
    }
}

fn parts(metric: &MetricReport) -> Vec<PartView> {
    let part = |(name, count)| PartView {
        name,
        count: text::count(count),
        share: text::share(count, metric.population).unwrap_or_else(|| "–".to_owned()),
    };
    facts::parts(metric).into_iter().map(part).collect()
}

fn override_view(one: &crate::report::LimitOverride) -> OverrideView {
    OverrideView {
        scope: prose(&one.scope),
        limit: prose(&one.limit),
        source: prose_or(one.source.as_deref(), "source of the limit not supplied"),
    }
}

fn reasons(reasons: &[ReasonCount], total: u64) -> Vec<(Value, String)> {
    facts::reasons(reasons, total).into_iter().map(|(reason, count)| (prose(&reason), count)).collect()
}

fn curve(metric: &MetricReport, svg: Value) -> CurveView {
    let (selected, rows) = facts::curve_rows(metric);
    let row = |[time, share, low, high, open]: [String; 5]| CurveRow { time, share, low, high, open };
    CurveView { svg, selected, rows: rows.into_iter().map(row).collect() }
}

fn months(metric: &MetricReport) -> Vec<MonthView> {
    let rows = facts::months(metric).1.into_iter().map(|month| {
        let [over, p50, p90] = facts::month(month);
        MonthView { month: cell(&month.month), population: text::count(month.population), over, p50, p90 }
    });
    rows.collect()
}

fn systems(metric: &MetricReport) -> Vec<SystemView> {
    let rows = pick(&metric.by_system, SYSTEMS, |row| std::cmp::Reverse((row.over, row.indeterminate)));
    let rows = rows.into_iter().map(|row| SystemView {
        system: cell(&row.system),
        within: text::count(row.within),
        over: row.over.to_string(),
        over_text: text::of(row.over, row.population),
        indeterminate: text::count(row.indeterminate),
        unknown: text::count(row.unknown),
        waived: text::count(row.waived),
        open: text::count(row.open),
        p50: facts::longest(row.p50_seconds),
        p50_seconds: row.p50_seconds.unwrap_or(-1).to_string(),
        longest: facts::longest(row.max_seconds),
        longest_seconds: row.max_seconds.unwrap_or(-1).to_string(),
    });
    rows.collect()
}

fn heat(metric: &MetricReport, svg: Value) -> HeatView {
    let grid = metric.weekday_hour.as_deref().unwrap_or_default();
    let cell = |day: usize, hour: usize| grid.get(day).and_then(|row| row.get(hour)).copied().unwrap_or(0);
    HeatView {
        svg,
        hours: (0..24).map(|hour| format!("{hour:02}")).collect(),
        rows: WEEKDAYS
            .iter()
            .enumerate()
            .map(|(day, name)| (*name, (0..24).map(|hour| text::count(cell(day, hour))).collect()))
            .collect(),
    }
}

/// The indicators.
pub(super) fn indicators(report: &Report) -> Vec<IndicatorView> {
    report.indicators.iter().map(|one| indicator(one, report)).collect()
}

fn indicator(indicator: &Indicator, report: &Report) -> IndicatorView {
    IndicatorView {
        anchor: anchor("i-", &indicator.id),
        id: cell(&indicator.id),
        title: prose(&indicator.title),
        plain_title: indicator.title.clone(),
        definition: prose(&indicator.definition),
        missing: indicator.missing.iter().map(|table| cell(table)).collect(),
        listed: Listed::new(
            report,
            indicator.values.len().min(SYSTEMS),
            indicator.values.len() as u64,
            "",
            "report.json",
        ),
        rows: indicator
            .values
            .iter()
            .take(SYSTEMS)
            .map(|value| IndicatorRow {
                name: cell(&value.name),
                system: cell_or(value.system.as_deref(), "all systems"),
                value: facts::indicator_value(&indicator.unit, value.numerator, value.denominator),
                parts: facts::indicator_parts(&indicator.unit, value.numerator, value.denominator),
            })
            .collect(),
    }
}
