//! Metrics and indicators: one row each, every number as a number.

use super::book::{Book, DEFINITIONS, INDICATORS, METRICS};
use super::cell::Cell;
use super::rows::Names;
use super::style::Tab;
use super::table::{Column, Kind, column};
use crate::failure::Outcome;
use crate::render::{facts, text};
use crate::report::{MetricReport, Report, Statistic, Status};

const COLUMNS: [Column; 32] = [
    column("Metric", Kind::Text, 44.0),
    column("Id", Kind::Text, 22.0),
    column("Status", Kind::Text, 20.0),
    column("Items behind it", Kind::Text, 30.0),
    column("Severity", Kind::Text, 10.0),
    column("Limit, as written", Kind::Text, 10.0),
    column("Limit (seconds)", Kind::Number, 13.0),
    column("Limit", Kind::Readable, 10.0),
    column("Whose limit", Kind::Long, 40.0),
    column("Population", Kind::Number, 11.0),
    column("Within", Kind::Number, 11.0),
    column("Over", Kind::Number, 11.0),
    column("Indeterminate", Kind::Number, 14.0),
    column("Unknown", Kind::Number, 11.0),
    column("Excluded", Kind::Number, 11.0),
    column("Waived", Kind::Number, 11.0),
    column("Open", Kind::Number, 11.0),
    column("Percentiles are about", Kind::Text, 26.0),
    column("Median (seconds)", Kind::Number, 13.0),
    column("Median", Kind::Readable, 14.0),
    column("90th percentile (seconds)", Kind::Number, 13.0),
    column("90th percentile", Kind::Readable, 14.0),
    column("95th percentile (seconds)", Kind::Number, 13.0),
    column("95th percentile", Kind::Readable, 14.0),
    column("Longest (seconds)", Kind::Number, 13.0),
    column("Longest", Kind::Readable, 14.0),
    column("Beyond limits, summed (seconds)", Kind::Number, 16.0),
    column("Beyond limits, summed", Kind::Readable, 14.0),
    column("Reason for the status", Kind::Long, 100.0),
    column("Tables that nobody fed", Kind::Text, 22.0),
    column("Evidence", Kind::Text, 34.0),
    column("Sheet", Kind::Text, 22.0),
];

/// How many items stand behind a status: a status never stands alone.
pub(super) fn behind(metric: &MetricReport) -> String {
    if metric.population == 0 {
        return "no items".to_owned();
    }
    let of = |count: u64| text::of(count, metric.population);
    match metric.status {
        Status::MetWithWaivers => format!("{} over, {} waived", of(metric.over), text::count(metric.waived)),
        Status::InsufficientEvidence => {
            format!("{} indeterminate or unknown", of(metric.indeterminate.saturating_add(metric.unknown)))
        }
        Status::Met => format!("{} within", of(metric.within)),
        Status::NotMet | Status::NoPopulation | Status::NotAssessed => format!("{} over", of(metric.over)),
    }
}

/// Whether its counts were computed; without that a zero would say more than is known.
fn computed(metric: &MetricReport) -> bool {
    metric.evidence.is_some() || metric.population > 0 || metric.excluded > 0
}

/// The sheet of metrics.
pub(super) fn metrics(book: &mut Book, report: &Report, names: &Names) -> Outcome<()> {
    let note = format!(
        "{}. Waived and open items are counted within the population; excluded ones beside it. Lengths are whole seconds.",
        text::plural(report.metrics.len() as u64, "metric", "metrics")
    );
    let mut table = book.table(METRICS, Tab::Report, &note, &COLUMNS)?;
    for metric in &report.metrics {
        table.row(&row(metric, names))?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Every metric: status, limit, counts, percentiles", rows);
    Ok(())
}

fn row<'m>(metric: &'m MetricReport, names: &'m Names) -> Vec<Cell<'m>> {
    let count = |count: u64| if computed(metric) { Cell::Number(count.into()) } else { Cell::Empty };
    let percentile = |seconds: Option<i64>| {
        let readable = facts::percentile(seconds, metric.beyond_seconds);
        [Cell::number(seconds), if readable == "–" { Cell::Empty } else { Cell::text(readable) }]
    };
    let mut cells = vec![
        Cell::text(metric.title.as_str()),
        Cell::text(metric.id.as_str()),
        Cell::Status(metric.status),
        Cell::text(behind(metric)),
        Cell::text(metric.severity.as_str()),
        Cell::text(facts::limit_text(metric)),
    ];
    cells.extend(Cell::length(metric.limit_seconds));
    let source = metric.limit_source.as_deref();
    cells.push(Cell::text(source.unwrap_or(if facts::has_limit(metric) { "not supplied" } else { "" })));
    let counts = [
        metric.population,
        metric.within,
        metric.over,
        metric.indeterminate,
        metric.unknown,
        metric.excluded,
        metric.waived,
        metric.open,
    ];
    cells.extend(counts.map(count));
    cells.push(Cell::text(match metric.statistic {
        Statistic::Survival => "time to the end of a stay",
        Statistic::Age => "age of what stands open",
        Statistic::None => "none",
    }));
    for seconds in [metric.p50_seconds, metric.p90_seconds, metric.p95_seconds] {
        cells.extend(percentile(seconds));
    }
    cells.extend(Cell::length(metric.max_seconds));
    cells.extend(Cell::length(Some(metric.overstay_seconds).filter(|_| computed(metric))));
    cells.extend([
        Cell::text(metric.status_reason.as_str()),
        Cell::text(metric.missing.join(", ")),
        Cell::text(metric.evidence.as_deref().unwrap_or("none: nothing was computed")),
        names.of(&metric.id).map_or(Cell::Empty, Cell::Sheet),
    ]);
    cells
}

/// What each metric is, in words.
pub(super) fn definitions(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("Metric or indicator", Kind::Text, 44.0),
        column("Id", Kind::Text, 24.0),
        column("Item", Kind::Text, 11.0),
        column("Question", Kind::Long, 40.0),
        column("What to do about a finding", Kind::Long, 44.0),
        column("Definition", Kind::Long, 100.0),
        column("Caveats", Kind::Long, 60.0),
        column("Limits for parts", Kind::Long, 40.0),
        column("Why unknown, indeterminate or excluded", Kind::Long, 50.0),
    ];
    let note = "Definitions in words; the SQL that ran is in metrics/*.sql, with the file names of the ids.";
    let mut table = book.table(DEFINITIONS, Tab::Report, note, &columns)?;
    for metric in &report.metrics {
        table.row(&[
            Cell::text(metric.title.as_str()),
            Cell::text(metric.id.as_str()),
            Cell::text(metric.unit.as_str()),
            Cell::text(metric.question.as_str()),
            Cell::optional(metric.remedy.as_deref()),
            Cell::text(metric.definition.as_str()),
            Cell::text(metric.caveats.join(" ")),
            Cell::text(overrides(metric)),
            Cell::text(reasons(metric)),
        ])?;
    }
    for one in &report.indicators {
        table.row(&[
            Cell::text(one.title.as_str()),
            Cell::text(one.id.as_str()),
            Cell::text(one.unit.as_str()),
            Cell::Empty,
            Cell::Empty,
            Cell::text(one.definition.as_str()),
        ])?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "What each metric and indicator measures, what it leaves out, and why items are not decided", rows);
    Ok(())
}

fn overrides(metric: &MetricReport) -> String {
    let parts: Vec<String> = metric.limit_overrides.iter().map(|one| format!("{}: {}", one.scope, one.limit)).collect();
    parts.join("; ")
}

fn reasons(metric: &MetricReport) -> String {
    let mut parts = Vec::new();
    for (word, reasons) in [
        ("unknown", &metric.unknown_reasons),
        ("indeterminate", &metric.indeterminate_reasons),
        ("excluded", &metric.excluded_reasons),
    ] {
        parts.extend(reasons.iter().map(|one| format!("{word}: {} ({})", one.reason, text::count(one.count))));
    }
    parts.join("; ")
}

/// Ratios and sums without a limit.
pub(super) fn indicators(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("Indicator", Kind::Text, 34.0),
        column("Id", Kind::Text, 24.0),
        column("Counts", Kind::Text, 20.0),
        column("System", Kind::Text, 18.0),
        column("Value", Kind::Readable, 14.0),
        column("Numerator", Kind::Number, 13.0),
        column("Denominator", Kind::Number, 13.0),
    ];
    let mut table =
        book.table(INDICATORS, Tab::Report, "Ratios, shares and sums. They have no limit and no status.", &columns)?;
    for one in &report.indicators {
        let head = || [Cell::text(one.title.as_str()), Cell::text(one.id.as_str())];
        for value in &one.values {
            let mut cells = head().to_vec();
            cells.extend([
                Cell::text(value.name.as_str()),
                Cell::text(value.system.as_deref().unwrap_or("all systems")),
                Cell::text(facts::indicator_value(&one.unit, value.numerator, value.denominator)),
                Cell::Number(value.numerator.into()),
                Cell::number(value.denominator),
            ]);
            table.row(&cells)?;
        }
        if one.values.is_empty() {
            let mut cells = head().to_vec();
            let why = if one.missing.is_empty() {
                "nothing to count".to_owned()
            } else {
                format!("not computed: nothing fed {}", one.missing.join(", "))
            };
            cells.push(Cell::text(why));
            table.row(&cells)?;
        }
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Ratios and sums without a limit", rows);
    Ok(())
}
