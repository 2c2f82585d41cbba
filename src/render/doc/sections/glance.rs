//! Metrics at a glance: every metric with its limit and its counts, and what the evidence does not cover.

use super::super::Badge;
use super::super::Edition;
use super::super::block::{Block, Kind, Section};
use super::super::build::{body, part};
use super::super::table::{Column, Field, Forms, Handles, More, Row, Table, TableLook};
use super::super::value::{BarPart, Value};
use super::super::words::{Look, Piece, Words, marked, plain, quiet, rules, strong};
use crate::render::{facts, prose, text};
use crate::report::{MetricReport, Report, Status};

/// So many gaps are listed.
const GAPS: usize = 16;

/// The section.
pub(super) fn glance(report: &Report, edition: Edition) -> Section {
    let mut blocks = Vec::new();
    if report.metrics.is_empty() {
        blocks.push(body(vec![plain("No metric was computed.")]));
    } else {
        blocks.push(Block::Tally {
            of: format!("Of {}:", text::plural(report.metrics.len() as u64, "metric", "metrics")),
            entries: facts::tally(report.metrics.iter().map(|metric| metric.status))
                .into_iter()
                .map(|(status, count)| (Badge::Metric(status), count))
                .collect(),
        });
        blocks.push(metrics(report, edition));
        blocks.extend(without_rows(report, edition));
        blocks.extend(sources(report));
    }
    blocks.push(part(3, plain("What the evidence does not cover"), "gaps", gaps(report)));
    super::section("glance", "Metrics at a glance", Some(45), blocks)
}

/// A line about something that the evidence does not give.
pub(super) fn gap(gap: &facts::Uncovered) -> Words {
    let mut words = marked(&gap.words);
    words.push(quiet(format!(" ({})", gap.metrics)));
    words
}

fn gaps(report: &Report) -> Vec<Block> {
    let gaps = facts::uncovered(report);
    if gaps.is_empty() {
        let none = "Nothing that a metric needs is known to be missing from what was loaded.";
        return vec![body(vec![plain(none)])];
    }
    let items = gaps.iter().take(GAPS).map(|one| vec![gap(one)]).collect();
    let mut blocks = vec![Block::List { numbered: false, items, dense: true }];
    if let Some(more) = More::of(GAPS.min(gaps.len()), gaps.len() as u64, "", "report.json") {
        blocks.push(Block::Paragraph { words: more.words(), kind: Kind::Note });
    }
    blocks
}

pub(super) fn metrics(report: &Report, edition: Edition) -> Block {
    let sheets = |title| Field::new(title).on(Forms::Sheets);
    let mut columns = vec![
        Column::of(
            "Metric, severity and limit",
            vec![
                Field::new("Metric").look(Look::Strong),
                Field::new("Severity and limit").look(Look::Quiet).on(Forms::Pages),
                sheets("Id"),
                sheets("Severity"),
                sheets("Limit"),
                sheets("Whose limit"),
            ],
        ),
        Column::of("Result", vec![Field::new("Result"), Field::new("Parts").on(Forms::Pages)]),
        Column { number: true, ..Column::of("Over", vec![Field::new("").look(Look::Strong), sheets("Within")]) },
        Column::number("May be over"),
        Column::number("Unknown"),
        Column {
            number: true,
            ..Column::of(
                "Waived",
                vec![Field::new(""), sheets("Left out"), sheets("Open"), sheets("Days beyond the limit")],
            )
        },
        Column {
            number: true,
            ..Column::of("Median", vec![Field::new(""), Field::new("Of").look(Look::Quiet).on(Forms::Pages)])
        },
        Column::number("90th"),
        Column {
            number: true,
            ..Column::of(
                "Longest",
                vec![Field::new(""), sheets("Reason"), sheets("Tables that nobody fed"), sheets("Evidence")],
            )
        },
    ];
    if edition == Edition::Full {
        columns.push(Column { fields: vec![Field::new("").on(Forms::Pages)], ..Column::number("Page") });
    }
    let shown = report.metrics.iter().filter(|metric| has_row(metric, edition));
    let rows = shown.map(|metric| row(metric, edition)).collect();
    let table = Table::new("glance", prose::GLANCE, columns, rows);
    Block::Table(table.look(TableLook::Dense).handles(Handles::Sort))
}

/// The short edition has no row of dashes.
fn has_row(metric: &MetricReport, edition: Edition) -> bool {
    edition == Edition::Full || metric.status != Status::NotAssessed
}

/// The metrics without a row, by name.
fn without_rows(report: &Report, edition: Edition) -> Option<Block> {
    let others = report.metrics.iter().filter(|metric| !has_row(metric, edition));
    let titles: Vec<&str> = others.map(|metric| metric.title.as_str()).collect();
    let words = vec![plain("Not assessed: "), rules(titles.join("; ")), plain(". What they lack stands below.")];
    (!titles.is_empty()).then_some(Block::Paragraph { words, kind: Kind::Note })
}

fn row(metric: &MetricReport, edition: Edition) -> Row {
    let place = facts::anchor("m-", &metric.id);
    let place = (edition == Edition::Full).then_some(place);
    let limit: Words = if facts::has_limit(metric) {
        vec![
            Piece { look: Look::Quiet, ..rules(metric.severity.word()) },
            quiet(", limit "),
            Piece { look: Look::Strong, ..rules(facts::limit_text(metric)) },
        ]
    } else {
        vec![Piece { look: Look::Quiet, ..rules(metric.severity.word()) }, quiet(", no limit set by the policy")]
    };
    let count = |number| if metric.population > 0 { Value::Count(number) } else { Value::Missing("–") };
    let unsure = metric.indeterminate.saturating_add(metric.unknown);
    let bar = vec![(BarPart::Over, metric.over), (BarPart::Unsure, unsure), (BarPart::Within, metric.within)];
    let mut values = vec![
        Value::Words(vec![rules(&*metric.title).to(place.clone())]),
        Value::Words(limit),
        Value::Rules(metric.id.clone()),
        Value::Badge(Badge::Severity(metric.severity)),
        metric.limit_seconds.map_or(Value::Missing("none set"), Value::Length),
        match metric.limit_source.as_deref() {
            None if !facts::has_limit(metric) => Value::Empty,
            source => Value::rules_or(source, "not supplied"),
        },
        Value::Badge(Badge::Metric(metric.status)),
        if metric.population > 0 { Value::Bar(bar) } else { Value::Empty },
        if metric.population > 0 {
            Value::Share(metric.over, metric.population)
        } else {
            Value::Words(vec![strong("no items")])
        },
        count(metric.within),
        count(metric.indeterminate),
        count(metric.unknown),
        count(metric.waived),
        if metric.evidence.is_some() { Value::Count(metric.excluded) } else { Value::Missing("–") },
        count(metric.open),
        if metric.population > 0 { Value::Days(metric.overstay_seconds) } else { Value::Missing("–") },
        percentile(metric, metric.p50_seconds),
        facts::percentiles_of(metric).map_or(Value::Empty, Value::own),
        percentile(metric, metric.p90_seconds),
        Value::length_or_dash(facts::known_length(metric.max_seconds)),
        Value::Rules(metric.status_reason.clone()),
        Value::Rules(metric.missing.join(", ")),
        Value::rules_or(metric.evidence.as_deref(), "nothing was computed"),
    ];
    values.extend(place.map(Value::Page));
    Row::new(values)
}

/// A percentile; `over 41 d` where it was not reached; a dash where there is none.
pub(super) fn percentile(metric: &MetricReport, seconds: Option<i64>) -> Value {
    match (facts::known_percentile(metric, seconds), metric.beyond_seconds) {
        (Some(seconds), _) => Value::Length(seconds),
        (None, Some(beyond)) => Value::own(format!("over {}", text::length(beyond))),
        (None, None) => Value::Missing("–"),
    }
}

/// Whose limits they are: each source once, with the number of metrics that it limits.
fn sources(report: &Report) -> Option<Block> {
    let mut sources: Vec<(&str, u64)> = Vec::new();
    for metric in report.metrics.iter().filter(|metric| facts::has_limit(metric)) {
        let source = metric.limit_source.as_deref().filter(|words| !words.is_empty());
        let source = source.unwrap_or("source of the limit not supplied");
        match sources.iter_mut().find(|known| known.0 == source) {
            Some(known) => known.1 += 1,
            None => sources.push((source, 1)),
        }
    }
    let words: Vec<String> = sources
        .into_iter()
        .map(|(source, count)| format!("{source} ({})", text::plural(count, "metric", "metrics")))
        .collect();
    let words = vec![plain("Whose limits: "), rules(words.join("; ")), plain(".")];
    (!words[1].text.is_empty()).then_some(Block::Paragraph { words, kind: Kind::Note })
}
