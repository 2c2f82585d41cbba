//! At a glance: every metric with its limit, the worst findings, who owns the systems, how far the numbers reach.

use super::block::{Block, Cell, CellLine, Table};
use super::words::{
    body, cell, code, column, data, data_or, finding_data, heading, lines, note, number, plain, quiet, row,
    small_heading, status, strong, visible,
};
use crate::render::{facts, prose, text};
use crate::report::{MetricReport, Report};

/// So many gaps are listed.
const GAPS: usize = 16;

/// The page for a reader who reads one page.
pub(super) fn glance(report: &Report) -> Block {
    let mut blocks = vec![Block::NewPage(30), heading(2, "At a glance", "glance")];
    if report.metrics.is_empty() {
        blocks.push(body(vec![plain("No metric was computed.")]));
        blocks.extend(gaps(report));
    } else {
        blocks.push(Block::Tally {
            of: format!("Of {}:", text::plural(report.metrics.len() as u64, "metric", "metrics")),
            entries: facts::tally(report.metrics.iter().map(|metric| metric.status)),
        });
        blocks.extend(gaps(report));
        blocks.push(metrics(report));
        blocks.extend(sources(report));
    }
    if report.systems.is_empty() {
        blocks.extend(worst(report));
    } else {
        blocks.push(Block::Columns(vec![(0.51, worst(report)), (0.49, owners(report))]));
    }
    Block::Section(blocks)
}

/// What the evidence does not cover.
fn gaps(report: &Report) -> Vec<Block> {
    let gaps = facts::uncovered(report);
    let title = small_heading(3, "What the evidence does not cover");
    if gaps.is_empty() {
        let none = "Nothing that a metric needs is known to be missing from what was loaded.";
        return vec![title, body(vec![plain(none)])];
    }
    let items = gaps
        .iter()
        .take(GAPS)
        .map(|gap| vec![vec![plain(finding_data(&gap.words)), quiet(format!(" ({})", visible(&gap.metrics)))]]);
    let mut blocks = vec![title, Block::List { numbered: false, items: items.collect(), dense: true }];
    if gaps.len() > GAPS {
        let shown = text::of(GAPS as u64, gaps.len() as u64);
        blocks.push(note(format!("Showing {shown}; report.json has all of them.")));
    }
    blocks
}

/// The findings that matter most.
fn worst(report: &Report) -> Vec<Block> {
    let worst = facts::worst(report);
    let title = small_heading(3, "The worst findings");
    if worst.is_empty() {
        let none = "None to list: see the result of each metric for what was and was not measured.";
        return vec![title, body(vec![plain(none)])];
    }
    let items = worst.into_iter().map(|item| {
        let over = facts::finding_over(item);
        let place = facts::finding_anchor(&item.finding_id);
        vec![
            vec![
                code(&item.finding_id).to(Some(place)),
                quiet(format!("  {}, {over} over the limit", data(&item.severity))),
            ],
            vec![plain(finding_data(&item.reason))],
        ]
    });
    vec![title, Block::List { numbered: true, items: items.collect(), dense: true }]
}

fn metrics(report: &Report) -> Block {
    let columns = vec![
        column("Metric, severity and limit"),
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
    let rows = report.metrics.iter().map(|metric| row(metric_cells(metric))).collect();
    let caption = vec![plain(prose::GLANCE)];
    Block::Table(Table { caption, columns, rows, full: true, dense: true, row_height: 0.0 })
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
        .map(|(source, count)| format!("{} ({})", visible(source), text::plural(count, "metric", "metrics")))
        .collect();
    (!words.is_empty()).then(|| note(format!("Whose limits: {}.", words.join("; "))))
}

fn metric_cells(metric: &MetricReport) -> Vec<Cell> {
    let place = facts::anchor("m-", &metric.id);
    let percentile = |seconds| facts::percentile(seconds, metric.beyond_seconds);
    let limit = if facts::has_limit(metric) {
        vec![quiet(format!("{}; limit ", visible(&metric.severity))), strong(visible(&facts::limit_text(metric)))]
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
            cell(data_or(owner.answers, "not supplied")),
            cell(plain(owner.metrics)),
            cell(plain(owner.over)),
        ])
    });
    let columns = vec![column("System"), column("Owner"), number("Metrics"), number("Items")];
    let caption = vec![plain("Over a limit, of those measured in the system")];
    let table = Table { caption, columns, rows: rows.collect(), full: true, dense: true, row_height: 0.0 };
    vec![small_heading(3, "Who owns it"), Block::Table(table)]
}
