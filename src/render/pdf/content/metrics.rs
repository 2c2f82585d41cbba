//! One section per metric, and the indicators.

use super::block::{Block, Kind, Words};
use super::words::{
    alert, body, bullets, cell, code, column, counts, data, data_or, finding_data, heading, marked, narrow, note,
    number, plain, quiet, rich, row, small_heading, strong, table, visible, with_counts,
};
use crate::render::chart::{self, Scene};
use crate::render::{facts, prose, text};
use crate::report::{Indicator, MetricReport, Report};

/// Every metric, in the order of the report.
pub(super) fn metrics(report: &Report) -> Block {
    let mut blocks = vec![Block::NewPage(0), heading(2, "Metrics", "metrics")];
    if report.metrics.is_empty() {
        blocks.push(body(vec![plain("No metric is in the register.")]));
    }
    // A page of its own for what was measured; what was not needs a few lines.
    let mut first = true;
    for metric in &report.metrics {
        if metric.population > 0 && !first {
            blocks.push(Block::NewPage(0));
        }
        first = false;
        blocks.push(Block::Section(self::metric(metric, report)));
    }
    Block::Section(blocks)
}

fn metric(metric: &MetricReport, report: &Report) -> Vec<Block> {
    let mut blocks = vec![
        heading(3, &metric.title, &facts::anchor("m-", &metric.id)),
        Block::Paragraph { words: vec![plain(visible(&metric.question))], kind: Kind::Lead },
        Block::Verdict {
            status: metric.status,
            lines: vec![vec![plain(with_counts(&metric.status_reason, Some(metric)))]],
            large: false,
        },
    ];
    blocks.extend(missing(&metric.missing));
    blocks.push(Block::Pairs { rows: definition(metric), terms: 14 });
    if !metric.caveats.is_empty() {
        blocks.push(bullets(metric.caveats.iter().map(|caveat| vec![marked(caveat)]).collect()));
    }
    if metric.population > 0 {
        blocks.push(Block::Columns(vec![(0.5, population(metric)), (0.5, lengths(metric))]));
    }
    blocks.extend(reasons(metric));
    blocks.extend(charts(metric));
    if !metric.by_system.is_empty() {
        blocks.push(systems(metric));
    }
    let worst = facts::worst_of(report, &metric.id);
    if !worst.is_empty() {
        blocks.push(small_heading(4, "Worst items"));
        let items = worst.into_iter().map(|item| {
            let place = facts::finding_anchor(&item.finding_id);
            vec![vec![code(&item.finding_id).to(Some(place)), plain(format!("  {}", finding_data(&item.reason)))]]
        });
        blocks.push(Block::List { numbered: true, items: items.collect(), dense: true });
    }
    blocks
}

fn missing(tables: &[String]) -> Option<Block> {
    if tables.is_empty() {
        return None;
    }
    let names: Vec<String> = tables.iter().map(|table| data(table)).collect();
    let words = vec![alert("Missing input: "), plain(format!("no file fed {}.", names.join(", ")))];
    Some(Block::Paragraph { words, kind: Kind::Alert })
}

fn definition(metric: &MetricReport) -> Vec<(Words, Vec<Words>)> {
    let pair = |name: &str, lines: Vec<Words>| (vec![plain(name)], lines);
    let source = |source: &Option<String>| {
        visible(source.as_deref().filter(|words| !words.is_empty()).unwrap_or("source of the limit not supplied"))
    };
    let mut limit = if facts::has_limit(metric) {
        vec![vec![
            strong(visible(&facts::limit_text(metric))),
            plain(format!(", {}. Exceeded by a stay that is strictly longer.", source(&metric.limit_source))),
        ]]
    } else {
        vec![vec![quiet("none set by the policy")]]
    };
    limit.extend(metric.limit_overrides.iter().map(|one| {
        vec![
            plain(format!("{}: ", visible(&one.scope))),
            strong(visible(&one.limit)),
            plain(format!(", {}", source(&one.source))),
        ]
    }));
    let mut evidence = match &metric.evidence {
        Some(file) => vec![code(file), plain(", every item with its result; ")],
        None => vec![quiet("nothing was computed"), plain("; ")],
    };
    evidence.extend([plain("SQL: "), code(&format!("metrics/{}.sql", metric.id))]);
    let mut pairs = vec![pair("Definition", vec![marked(&metric.definition)]), pair("Limit", limit)];
    pairs.extend(metric.remedy.as_deref().map(|remedy| pair("What to do", vec![marked(remedy)])));
    pairs.extend([
        pair("Severity", vec![vec![plain(visible(&metric.severity))]]),
        pair(
            "One item is",
            vec![vec![plain(format!(
                "{} ({}, {})",
                visible(&metric.unit),
                visible(&metric.group.replace('-', " ")),
                visible(&metric.id)
            ))]],
        ),
        pair("Evidence", vec![evidence]),
    ]);
    pairs
}

fn population(metric: &MetricReport) -> Vec<Block> {
    let caption =
        format!("Population: {}, excluded beside it: {}", text::count(metric.population), text::count(metric.excluded));
    let rows = facts::parts(metric).into_iter().map(|(name, count)| {
        let share = text::share(count, metric.population).unwrap_or_else(|| "–".to_owned());
        row(vec![cell(plain(name)).head(), cell(plain(text::count(count))), cell(plain(share))])
    });
    let rows = rows.collect();
    vec![narrow(caption, vec![column("Items"), number("Count"), number("Share")], rows)]
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
    let words = format!("{}{}", facts::statistic(metric), upper.unwrap_or_default());
    if !words.is_empty() {
        blocks.push(note(words));
    }
    blocks
}

fn reasons(metric: &MetricReport) -> Option<Block> {
    let shown = |rows: Vec<(String, String)>| rows.into_iter().map(|(name, count)| (visible(&name), count)).collect();
    let of = |caption: &str, reasons, total| {
        let rows: Vec<(String, String)> = shown(facts::reasons(reasons, total));
        (!rows.is_empty()).then(|| counts(caption, "Reason", "Items", rows))
    };
    let readings = metric.sensitivity.iter().map(|one| (one.reading.clone(), text::of(one.flips, one.population)));
    let readings: Vec<(String, String)> = shown(readings.collect());
    let mut parts: Vec<Block> = [
        of("Why items are indeterminate", &metric.indeterminate_reasons, metric.indeterminate),
        of("Why items are unknown", &metric.unknown_reasons, metric.unknown),
        of("Why items are excluded", &metric.excluded_reasons, metric.excluded),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !readings.is_empty() {
        parts.push(counts("Results that differ under another reading", "Reading", "Items", readings));
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

fn figure(caption: &str, scene: Scene) -> Block {
    Block::Figure { caption: vec![plain(caption)], scene: Box::new(scene) }
}

fn charts(metric: &MetricReport) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(scene) = chart::survival(metric) {
        blocks.push(figure(
            "Share still open after a time. Line: estimate; area: 95 % band; small strokes: stays still open when last seen.",
            scene,
        ));
    }
    let ageing = chart::ageing(metric)
        .map(|scene| figure("Items by length. Filled: ended; outlined: still open when last seen.", scene));
    let months = months(metric);
    match (ageing, months.is_empty()) {
        (Some(ageing), false) => blocks.push(Block::Columns(vec![(0.5, vec![ageing]), (0.5, months)])),
        (Some(ageing), true) => blocks.push(Block::Columns(vec![(0.62, vec![ageing]), (0.38, Vec::new())])),
        (None, _) => blocks.extend(months),
    }
    if let Some(scene) = chart::weekday_hour(metric) {
        blocks.push(figure("When stays over the limit began, by weekday and hour.", scene));
    }
    blocks
}

fn months(metric: &MetricReport) -> Vec<Block> {
    let (title, months) = facts::months(metric);
    if months.is_empty() {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    if let Some(scene) = chart::months(metric) {
        blocks.push(figure("By month of the beginning. Filled dot: median; ring: 90th percentile.", scene));
    }
    let rows = months.into_iter().map(|month| {
        let [over, p50, p90] = facts::month(month);
        row(vec![cell(plain(visible(&month.month))).head(), cell(plain(over)), cell(plain(p50)), cell(plain(p90))])
    });
    let columns = vec![column("Month"), number("Over"), number("Median"), number("90th percentile")];
    blocks.push(narrow(title, columns, rows.collect()));
    blocks
}

fn systems(metric: &MetricReport) -> Block {
    let columns = vec![
        column("System"),
        number("Over"),
        number("Within"),
        number("Indeterminate"),
        number("Unknown"),
        number("Waived"),
        number("Open"),
        number("Median"),
        number("Longest"),
    ];
    let rows = metric.by_system.iter().map(|one| {
        let count = |number| cell(plain(text::count(number)));
        row(vec![
            cell(plain(data(&one.system))).head(),
            cell(plain(text::of(one.over, one.population))),
            count(one.within),
            count(one.indeterminate),
            count(one.unknown),
            count(one.waived),
            count(one.open),
            cell(plain(facts::longest(one.p50_seconds))),
            cell(plain(facts::longest(one.max_seconds))),
        ])
    });
    table("By system", columns, rows.collect())
}

/// The indicators.
pub(super) fn indicators(report: &Report) -> Block {
    let mut blocks =
        vec![Block::NewPage(0), heading(2, "Indicators", "indicators"), body(rich(prose::INDICATORS, report))];
    if report.indicators.is_empty() {
        blocks.push(body(vec![plain("No indicator was computed.")]));
    }
    blocks.extend(report.indicators.iter().map(indicator));
    Block::Section(blocks)
}

fn indicator(indicator: &Indicator) -> Block {
    let mut blocks =
        vec![heading(3, &indicator.title, &facts::anchor("i-", &indicator.id)), body(marked(&indicator.definition))];
    blocks.extend(missing(&indicator.missing));
    if indicator.values.is_empty() {
        blocks.push(body(vec![quiet("No value was computed.")]));
        return Block::Section(blocks);
    }
    let rows = indicator.values.iter().map(|value| {
        row(vec![
            cell(plain(data(&value.name))).head(),
            cell(data_or(value.system.as_deref(), "all systems")),
            cell(strong(facts::indicator_value(&indicator.unit, value.numerator, value.denominator))),
            cell(plain(facts::indicator_parts(&indicator.unit, value.numerator, value.denominator))),
        ])
    });
    let columns = vec![column("Counted"), column("System"), number("Value"), number("From")];
    blocks.push(narrow(format!("Values of {}", visible(&indicator.title)), columns, rows.collect()));
    Block::Section(blocks)
}
