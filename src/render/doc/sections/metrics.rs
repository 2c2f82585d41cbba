//! One part for each metric: what it asks, what it found, how it is spread, what rests on a reading.

use std::cmp::Reverse;

use super::super::block::{Block, Heading, Kind, Part, Section};
use super::super::build::{body, bullets, note, small_heading};
use super::super::table::{Column, Field, Forms, Handles, More, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Words, alert, code, loaded, marked, plain, quiet, rules, with_counts};
use super::super::{Badge, Look};
use super::pick;
use crate::render::chart::{self, Scene, WEEKDAYS};
use crate::render::{facts, text};
use crate::report::{GroupRow, MetricReport, ReasonCount, Report, Statistic, SystemRow};

/// Systems in the table of one metric: there are many such tables.
const SYSTEMS: usize = 40;

/// The section.
pub(super) fn metrics(report: &Report) -> Section {
    let mut blocks = Vec::new();
    if report.metrics.is_empty() {
        blocks.push(body(vec![plain("No metric is in the register.")]));
    }
    // A page of its own for what was measured; what was not needs a few lines.
    for (index, metric) in report.metrics.iter().enumerate() {
        if metric.population > 0 && index > 0 {
            blocks.push(Block::NewPage(60));
        }
        if index == 0 || report.metrics[index - 1].group != metric.group {
            blocks.push(small_heading(3, facts::group_title(&metric.group)));
        }
        blocks.push(Block::Part(Part {
            heading: Heading {
                level: 3,
                words: vec![rules(&*metric.title)],
                aside: Vec::new(),
                place: facts::anchor("m-", &metric.id),
                listed: true,
                small: false,
            },
            blocks: self::metric(metric, report),
        }));
    }
    super::section("metrics", "Metrics", Some(35), blocks)
}

fn metric(metric: &MetricReport, report: &Report) -> Vec<Block> {
    let mut blocks = vec![
        Block::Paragraph { words: vec![rules(&*metric.question)], kind: Kind::Lead },
        Block::Verdict {
            badge: Badge::Metric(metric.status),
            lines: vec![vec![rules(with_counts(&metric.status_reason, Some(metric)))]],
            large: false,
        },
    ];
    blocks.extend(missing(&metric.missing));
    blocks.extend(supply(metric));
    let worst = facts::worst_of(report, &metric.id);
    if !worst.is_empty() {
        blocks.push(small_heading(4, "Worst items"));
        let items = worst.into_iter().map(|item| {
            let place = facts::finding_anchor(&item.finding_id);
            vec![vec![code(&*item.finding_id).to(Some(place)), plain("  "), loaded(&*item.reason)]]
        });
        blocks.push(Block::List { numbered: true, items: items.collect(), dense: true });
    }
    if metric.population > 0 {
        blocks.push(Block::Columns(vec![(0.5, vec![population(metric)]), (0.5, lengths(metric))]));
    }
    let mut details = vec![Block::Pairs { rows: definition(metric), terms: 14 }];
    if !metric.caveats.is_empty() {
        details.push(bullets(metric.caveats.iter().map(|caveat| vec![marked(caveat)]).collect()));
    }
    details.extend(reasons(metric));
    details.extend(charts(metric));
    if !metric.by_system.is_empty() {
        details.push(systems(metric, SYSTEMS));
    }
    details.extend(together(metric));
    details.extend(groups(metric));
    if !metric.sql.is_empty() {
        details.push(Block::Listing { title: format!("The SQL of {}", metric.id), text: metric.sql.clone() });
    }
    blocks.push(Block::Fold { title: vec![plain("Definition, spread, systems and SQL")], blocks: details });
    blocks
}

/// Tables that no file fed.
pub(super) fn missing(tables: &[String]) -> Option<Block> {
    if tables.is_empty() {
        return None;
    }
    let words = vec![alert("Missing input: "), plain("no file fed "), rules(tables.join(", ")), plain(".")];
    Some(Block::Paragraph { words, kind: Kind::Alert })
}

/// How to supply what is missing.
fn supply(metric: &MetricReport) -> Option<Block> {
    let items: Vec<Vec<Words>> = metric.how_to_supply.iter().map(|how| vec![vec![rules(&**how)]]).collect();
    (!items.is_empty()).then_some(Block::List { numbered: false, items, dense: true })
}

pub(super) fn definition(metric: &MetricReport) -> Vec<(Words, Vec<Words>)> {
    let pair = |name: &str, lines: Vec<Words>| (vec![plain(name)], lines);
    let source = |source: &Option<String>| {
        let given = source.as_deref().filter(|words| !words.is_empty());
        given.map_or_else(|| quiet("source of the limit not supplied"), rules)
    };
    let mut limit = if facts::has_limit(metric) {
        vec![vec![
            rules(facts::limit_text(metric)).look(Look::Strong),
            plain(", "),
            source(&metric.limit_source),
            plain(". Exceeded by a time that is strictly longer."),
        ]]
    } else {
        vec![vec![quiet("none set by the policy")]]
    };
    limit.extend(metric.limit_overrides.iter().map(|one| {
        let limit = rules(&*one.limit).look(Look::Strong);
        vec![rules(&*one.scope), plain(": "), limit, plain(", "), source(&one.source)]
    }));
    let mut evidence = match &metric.evidence {
        Some(file) => vec![code(&**file), plain(", every item with its result; ")],
        None => vec![quiet("nothing was computed"), plain("; ")],
    };
    evidence.extend([plain("SQL: "), code(format!("metrics/{}.sql", metric.id))]);
    let item = vec![
        rules(&*metric.unit),
        plain(" ("),
        rules(metric.group.replace('-', " ")),
        plain(", "),
        rules(&*metric.id),
        plain(")"),
    ];
    let mut pairs = vec![pair("Definition", vec![marked(&metric.definition)]), pair("Limit", limit)];
    pairs.extend(metric.remedy.as_deref().map(|remedy| pair("What to do", vec![marked(remedy)])));
    pairs.extend([
        pair("Severity", vec![vec![rules(metric.severity.word())]]),
        pair("One item is", vec![item]),
        pair("Evidence", vec![evidence]),
    ]);
    pairs
}

fn population(metric: &MetricReport) -> Block {
    let caption = format!(
        "{}; left out of the population, with reasons: {}",
        text::plural(metric.population, "item in the population", "items in the population"),
        text::count(metric.excluded)
    );
    let rows = facts::parts(metric).into_iter().map(|(name, count)| {
        let share = text::share(count, metric.population).map_or(Value::Missing("–"), Value::own);
        Row::new(vec![Value::own(name), Value::Count(count), share])
    });
    let columns = vec![Column::new("Items"), Column::number("Count"), Column::number("Share")];
    Block::Table(Table::new("population", caption, columns, rows.collect()).look(TableLook::Narrow))
}

fn lengths(metric: &MetricReport) -> Vec<Block> {
    let mut rows: Vec<(String, String)> =
        facts::percentiles(metric).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let findings = metric.over.saturating_add(metric.indeterminate);
    rows.extend([
        ("Longest".to_owned(), facts::longest(metric.max_seconds)),
        ("Days beyond the limit, in sum".to_owned(), facts::overstayed(metric.overstay_seconds, metric.open)),
        ("Open when last seen".to_owned(), text::of(metric.open, metric.population)),
        ("Findings waived".to_owned(), text::of(metric.waived, findings)),
    ]);
    let rows = rows.into_iter().map(|(name, value)| (vec![plain(name)], vec![vec![plain(value)]])).collect();
    let mut blocks = vec![Block::Pairs { rows, terms: 0 }];
    let upper = facts::upper(metric);
    let upper = upper.map(|upper| format!(" Under the longest reading of uncertain items: {upper}."));
    let ranges = facts::turnbull(metric).map(|ranges| format!(" Known ranges taken together (Turnbull): {ranges}."));
    let words = format!("{}{}{}", facts::statistic(metric), upper.unwrap_or_default(), ranges.unwrap_or_default());
    if !words.is_empty() {
        blocks.push(note(words));
    }
    blocks
}

pub(super) fn reasons(metric: &MetricReport) -> Option<Block> {
    let of = |name: &'static str, caption: &str, reasons: &[ReasonCount], total| {
        let words = facts::reasons(reasons, total);
        let named = text::sum(reasons.iter().map(|reason| reason.count));
        let each = reasons.iter().map(|one| one.count).chain([total.saturating_sub(named)]);
        let rows: Vec<(String, String, Value)> = words
            .into_iter()
            .zip(each)
            .map(|((reason, of), count)| (reason, of, Value::Share(count, total.max(named))))
            .collect();
        (!rows.is_empty()).then(|| counts(name, caption, "Reason", "Items", rows))
    };
    let readings = metric.sensitivity.iter().map(|one| {
        let share = Value::Share(one.flips, one.population);
        (one.reading.clone(), text::of(one.flips, one.population), share)
    });
    let readings: Vec<(String, String, Value)> = readings.collect();
    let mut parts: Vec<Block> = [
        of(
            "may-be-over",
            "Why items may be over, and are not surely so",
            &metric.indeterminate_reasons,
            metric.indeterminate,
        ),
        of("unknown", "Why nothing is known of items", &metric.unknown_reasons, metric.unknown),
        of("left-out", "Why items are left out of the population", &metric.excluded_reasons, metric.excluded),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !readings.is_empty() {
        parts.push(counts("readings", "Results that differ under another reading", "Reading", "Items", readings));
    }
    if parts.is_empty() {
        return None;
    }
    // Two columns, filled in turn.
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (index, part) in parts.into_iter().enumerate() {
        if index % 2 == 0 { left.push(part) } else { right.push(part) }
    }
    Some(Block::Columns(vec![(0.5, left), (0.5, right)]))
}

/// Two columns of words and counts, narrow: the count in words for pages, and as it is for spreadsheets.
pub(super) fn counts(
    name: &'static str,
    caption: &str,
    head: &str,
    value: &str,
    rows: Vec<(String, String, Value)>,
) -> Block {
    let rows =
        rows.into_iter().map(|(words, count, typed)| Row::new(vec![Value::Rules(words), Value::own(count), typed]));
    let fields = vec![Field::new("").on(Forms::Pages), Field::new("").on(Forms::Sheets)];
    let columns = vec![Column::new(head), Column { fields, ..Column::number(value) }];
    Block::Table(Table::new(name, caption, columns, rows.collect()).look(TableLook::Narrow))
}

fn figure(caption: &str, scene: Scene, numbers: Option<Table>) -> Block {
    Block::Figure { caption: vec![plain(caption)], scene: Box::new(scene), numbers: numbers.map(Box::new) }
}

fn charts(metric: &MetricReport) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(scene) = chart::survival(metric) {
        blocks.push(figure(
            "Share still open after a time. Line: estimate; area: 95 % band; small strokes: still open when last seen.",
            scene,
            Some(curve(metric)),
        ));
    }
    let ageing = chart::ageing(metric).map(|scene| {
        figure("Items by length. Filled: ended; outlined: still open when last seen.", scene, Some(buckets(metric)))
    });
    let months = months(metric);
    match (ageing, months.is_empty()) {
        (Some(ageing), false) => blocks.push(Block::Columns(vec![(0.5, vec![ageing]), (0.5, months)])),
        (Some(ageing), true) => blocks.push(Block::Columns(vec![(0.62, vec![ageing]), (0.38, Vec::new())])),
        (None, _) => blocks.extend(months),
    }
    if let Some(scene) = chart::weekday_hour(metric) {
        blocks.push(figure("When what is over its limit began, by weekday and hour.", scene, Some(hours(metric))));
    }
    blocks
}

fn curve(metric: &MetricReport) -> Table {
    let (selected, rows) = facts::curve_rows(metric);
    let row = |cells: [String; 5]| Row::new(cells.into_iter().map(Value::own).collect());
    let columns = vec![
        Column::new("After"),
        Column::number("Still open"),
        Column::number("Band from"),
        Column::number("to"),
        Column::number("Last seen open"),
    ];
    let caption = if selected { "The curve at selected times" } else { "The curve" };
    Table::new("curve", caption, columns, rows.into_iter().map(row).collect()).look(TableLook::Narrow)
}

fn buckets(metric: &MetricReport) -> Table {
    let rows = metric.buckets.iter().map(|bucket| {
        Row::new(vec![Value::Rules(bucket.label.clone()), Value::Count(bucket.closed), Value::Count(bucket.open)])
    });
    let columns = vec![Column::new("Length"), Column::number("Ended"), Column::number("Open")];
    Table::new("buckets", "Items by length", columns, rows.collect()).look(TableLook::Narrow)
}

fn hours(metric: &MetricReport) -> Table {
    let grid = metric.weekday_hour.as_deref().unwrap_or_default();
    let at = |day: usize, hour: usize| grid.get(day).and_then(|row| row.get(hour)).copied().unwrap_or(0);
    let columns = std::iter::once(Column::new("Day")).chain((0..24).map(|hour| Column::number(format!("{hour:02}"))));
    let rows = WEEKDAYS.iter().enumerate().map(|(day, name)| {
        let counts = (0..24).map(|hour| Value::Count(at(day, hour)));
        Row::new(std::iter::once(Value::own(*name)).chain(counts).collect())
    });
    Table::new("hours", "Beginnings by weekday and hour", columns.collect(), rows.collect()).look(TableLook::Dense)
}

pub(super) fn months(metric: &MetricReport) -> Vec<Block> {
    let (title, months) = facts::months(metric);
    if months.is_empty() {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    if let Some(scene) = chart::months(metric) {
        blocks.push(figure("By month of the beginning. Filled dot: median; ring: 90th percentile.", scene, None));
    }
    // Of ages alone nothing was open; of times until an end, more than that are open.
    let none = if metric.statistic == Statistic::Survival { "not reached" } else { "–" };
    let reached = |seconds: Option<i64>| seconds.map_or(Value::Missing(none), Value::Length);
    let rows = months.into_iter().map(|month| {
        Row::new(vec![
            Value::Rules(month.month.clone()),
            Value::Share(month.over, month.population),
            reached(month.p50_seconds),
            reached(month.p90_seconds),
        ])
    });
    let columns =
        vec![Column::new("Month"), Column::number("Over"), Column::number("Median"), Column::number("90th percentile")];
    blocks.push(Block::Table(Table::new("months", title, columns, rows.collect()).look(TableLook::Narrow)));
    blocks
}

/// What stands together, in words with its numbers.
fn together(metric: &MetricReport) -> Option<Block> {
    let items: Vec<Vec<Words>> =
        metric.concentrations.iter().map(|one| vec![vec![rules(facts::concentration(one))]]).collect();
    (!items.is_empty()).then_some(Block::List { numbered: false, items, dense: false })
}

/// Departments and worker types, side by side.
fn groups(metric: &MetricReport) -> Option<Block> {
    let table = |name: &'static str, caption: &str, head: &str, rows: &[GroupRow]| {
        let row = |one: &GroupRow| {
            let values =
                [Value::Loaded(one.name.clone()), Value::Share(one.over, one.population), Value::Count(one.open)];
            Row::new(values.into())
        };
        let columns = vec![Column::new(head), Column::number("Over"), Column::number("Open")];
        Block::Table(Table::new(name, caption, columns, rows.iter().map(row).collect()).look(TableLook::Narrow))
    };
    // One group alone says no more than the whole.
    let several = |rows: &[GroupRow]| rows.len() > 1;
    let mut parts = Vec::new();
    if several(&metric.by_department) {
        parts.push(table("departments", "By department of the person", "Department", &metric.by_department));
    }
    if several(&metric.by_worker_type) {
        parts.push(table("worker-types", "By worker type of the person", "Worker type", &metric.by_worker_type));
    }
    (!parts.is_empty()).then(|| Block::Columns(parts.into_iter().map(|part| (0.5, vec![part])).collect()))
}

pub(super) fn systems(metric: &MetricReport, most: usize) -> Block {
    let columns = vec![
        Column::new("System"),
        Column::number("Over"),
        Column::number("Within"),
        Column::number("May be over"),
        Column::number("Unknown"),
        Column::number("Waived"),
        Column::number("Open"),
        Column::number("Median"),
        Column::number("Longest"),
    ];
    let row = |one: &SystemRow| {
        Row::new(vec![
            Value::Loaded(one.system.clone()),
            Value::Share(one.over, one.population),
            Value::Count(one.within),
            Value::Count(one.indeterminate),
            Value::Count(one.unknown),
            Value::Count(one.waived),
            Value::Count(one.open),
            Value::length_or_dash(one.p50_seconds),
            Value::length_or_dash(facts::known_length(one.max_seconds)),
        ])
    };
    let rows = pick(&metric.by_system, most, |row| Reverse((row.over, row.indeterminate)));
    let file = metric.evidence.as_deref().unwrap_or("report.json");
    let more = More::of(rows.len(), metric.by_system.len() as u64, "those with most items over the limit first", file);
    let table = Table::new("metric-systems", "By system", columns, rows.into_iter().map(row).collect());
    Block::Table(table.handles(Handles::Sort).more(more))
}
