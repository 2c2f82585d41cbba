//! At a glance: every metric with its limit, the worst findings, who owns the systems, how far the numbers reach.

use super::block::{Block, Cell, CellLine, Words};
use super::words::{
    body, cell, code, column, data, data_or, finding_data, heading, lines, note, number, plain, quiet, row, status,
    strong, subheading, table, visible,
};
use crate::render::{facts, prose, text};
use crate::report::{MetricReport, Report};

/// The page for a reader who reads one page.
pub(super) fn glance(report: &Report) -> Block {
    let mut blocks = vec![Block::NewPage, heading(2, "At a glance", "glance")];
    if report.metrics.is_empty() {
        blocks.push(body(vec![plain("No metric was computed.")]));
    } else {
        blocks.push(Block::Tally {
            of: format!("Of {}:", text::plural(report.metrics.len() as u64, "metric", "metrics")),
            entries: facts::tally(report.metrics.iter().map(|metric| metric.status)),
        });
        blocks.push(metrics(report));
    }
    blocks.push(subheading(3, "The worst findings", ""));
    let worst = facts::worst(report);
    if worst.is_empty() {
        blocks
            .push(body(vec![plain("None to list: see the result of each metric for what was and was not measured.")]));
    } else {
        let items = worst.into_iter().map(|item| {
            let over = text::length(item.over_seconds);
            vec![
                vec![
                    code(&item.finding_id).to(Some(facts::finding_anchor(&item.finding_id))),
                    quiet(format!("  {}, {over} over the limit", data(&item.severity))),
                ],
                vec![plain(finding_data(&item.reason))],
            ]
        });
        blocks.push(Block::List { numbered: true, items: items.collect() });
    }
    let mut reach: Vec<(Words, Vec<Words>)> =
        facts::reach(report).into_iter().map(|(name, value)| (vec![plain(name)], vec![vec![plain(value)]])).collect();
    reach.push((
        vec![plain("Warnings and errors of the run")],
        vec![vec![plain(text::count(facts::warnings(report))).to(Some("messages".to_owned()))]],
    ));
    let reach = vec![subheading(3, "How far the numbers reach", ""), Block::Pairs { rows: reach, terms: 0 }];
    if report.systems.is_empty() {
        blocks.extend(reach);
    } else {
        blocks.push(Block::Columns(vec![(0.58, owners(report)), (0.42, reach)]));
    }
    Block::Section(blocks)
}

fn metrics(report: &Report) -> Block {
    let columns = vec![
        column("Metric, severity, limit and whose it is"),
        column("Result"),
        number("Over"),
        number("Indet."),
        number("Unknown"),
        number("Waived"),
        number("Median"),
        number("90th"),
        number("Longest"),
        number("Page"),
    ];
    table(prose::GLANCE, columns, report.metrics.iter().map(|metric| row(metric_cells(metric))).collect())
}

fn metric_cells(metric: &MetricReport) -> Vec<Cell> {
    let place = facts::anchor("m-", &metric.id);
    let percentile = |seconds| facts::percentile(seconds, metric.beyond_seconds);
    let limit = if facts::has_limit(metric) {
        let source = metric.limit_source.as_deref().unwrap_or("source of the limit not supplied");
        vec![
            quiet(format!("{}; limit ", visible(&metric.severity))),
            strong(visible(&facts::limit_text(metric))),
            quiet(format!(", {}", visible(source))),
        ]
    } else {
        vec![quiet(format!("{}; no limit set by the policy", visible(&metric.severity)))]
    };
    let mut page = lines(Vec::new());
    page.lines.push(CellLine::PageOf(place.clone()));
    vec![
        lines(vec![vec![strong(visible(&metric.title)).to(Some(place))], limit]).head(),
        status(metric.status, Vec::new()),
        cell(strong(facts::over(metric))),
        cell(plain(facts::beside(metric, metric.indeterminate))),
        cell(plain(facts::beside(metric, metric.unknown))),
        cell(plain(facts::beside(metric, metric.waived))),
        cell(plain(percentile(metric.p50_seconds))),
        cell(plain(percentile(metric.p90_seconds))),
        cell(plain(facts::longest(metric.max_seconds))),
        page,
    ]
}

/// Who answers for which system, and what was found there.
fn owners(report: &Report) -> Vec<Block> {
    let rows = facts::owners(report).into_iter().map(|owner| {
        row(vec![
            cell(plain(data(owner.system))).head(),
            cell(data_or(owner.owner, "not supplied")),
            cell(plain(owner.metrics)),
            cell(plain(owner.over)),
        ])
    });
    let columns = vec![column("System"), column("Owner"), number("Metrics over"), number("Items over")];
    vec![
        subheading(3, "Who owns it", ""),
        table("Systems with items over a limit, of those measured there", columns, rows.collect()),
        note("An item is counted once in each metric."),
    ]
}
