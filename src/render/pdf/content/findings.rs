//! Findings and waivers.

use super::block::{Block, Cell, Row};
use super::words::{
    body, cell, code, column, column_for, data, data_or, finding_data, heading, lines, note, number, plain, quiet,
    rich, row, strong, table, visible,
};
use crate::render::{facts, prose, text};
use crate::report::{Finding, Report, WaiverReport};
use crate::time;

/// Findings of one metric that the PDF lists; findings.csv has all of them.
pub(super) const FINDINGS_PER_METRIC: usize = 100;
/// Waivers that the PDF lists.
pub(super) const WAIVERS: usize = 200;

/// The findings, by metric.
pub(super) fn findings(report: &Report) -> Block {
    let list = &report.findings;
    let groups = facts::by_metric(report);
    let shown: usize = groups.iter().map(|group| group.1.len().min(FINDINGS_PER_METRIC)).sum();
    let mut words = vec![
        plain("Showing "),
        strong(text::of(shown as u64, list.total.max(shown as u64))),
        plain(", all in "),
        code(&list.file),
        plain(" (SHA-256 "),
        match &list.file_sha256 {
            Some(hash) => code(hash),
            None => quiet("not recorded"),
        },
        plain(")."),
    ];
    if list.total > shown as u64 {
        let cap = list.cap_per_metric.min(FINDINGS_PER_METRIC as u64);
        words.push(plain(format!(" At most {} per metric are listed here, the longest first.", text::count(cap))));
    }
    let mut blocks = vec![Block::NewPage(0), heading(2, "Findings", "findings"), body(words)];
    if groups.is_empty() {
        blocks.push(body(vec![plain(
            "None found in the populations that were measured. What was not measured is named with each metric.",
        )]));
        return Block::Section(blocks);
    }
    let columns = vec![
        column("Finding, severity, system"),
        column("What happened"),
        number("Over by, result"),
        column_for("Evidence", "began 2026-07-04 00:00 UTC"),
    ];
    let width = columns.len() as u16;
    let mut rows = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (metric, items) in groups {
        let listed = items.len().min(FINDINGS_PER_METRIC);
        rows.push(Row {
            cells: vec![
                lines(vec![vec![
                    strong(visible(facts::metric_title(report, metric))).to(facts::metric_anchor(report, metric)),
                    quiet(format!("  {}", facts::showing(report, metric, listed as u64))),
                ]])
                .head()
                .over(width),
            ],
            group: true,
            place: facts::anchor("fm-", metric),
        });
        rows.extend(items.into_iter().take(FINDINGS_PER_METRIC).map(|item| {
            let place = facts::finding_anchor(&item.finding_id);
            // The contract says that finding ids are unique; two places of one name would lead nowhere.
            let place = if seen.insert(place.clone()) { place } else { String::new() };
            Row { cells: finding(report, item), group: false, place }
        }));
    }
    blocks.push(table("Findings, grouped by metric", columns, rows));
    Block::Section(blocks)
}

fn finding(report: &Report, item: &Finding) -> Vec<Cell> {
    // A range stands on two lines: what happened needs the room.
    let mut length: Vec<_> = facts::finding_over(item).split_inclusive(", ").map(|part| vec![strong(part)]).collect();
    length.extend(facts::finding_length(item).split_inclusive(", ").map(|part| vec![quiet(part)]));
    length.push(vec![quiet(format!("limit {}", text::length(item.limit_seconds)))]);
    length.push(vec![plain(facts::result(item))]);
    if let Some(waiver) = &item.waiver_id {
        length.push(vec![plain("waived:")]);
        length.push(vec![plain(data(waiver))]);
    }
    let source = |source: &Option<String>| data_or(source.as_deref(), "no row");
    vec![
        lines(vec![
            vec![code(&item.finding_id)],
            vec![quiet(data(&item.severity))],
            vec![data_or(item.system.as_deref(), "–")],
        ])
        .head(),
        lines(vec![
            vec![quiet(format!("{} ", data(&item.subject_kind))), strong(finding_data(&item.subject))],
            vec![plain(finding_data(&item.reason))],
        ]),
        lines(length),
        lines(vec![
            vec![quiet(format!("began {}", facts::began(report, item)))],
            vec![source(&item.began_source)],
            vec![quiet(format!("ended {}", facts::ended(report, item)))],
            vec![source(&item.ended_source)],
        ]),
    ]
}

/// The register of waivers.
pub(super) fn waivers(report: &Report) -> Block {
    let mut blocks = vec![heading(2, "Waiver register", "waivers")];
    if report.waivers.is_empty() {
        blocks.push(body(vec![plain("No waivers were supplied.")]));
        return Block::Section(blocks);
    }
    blocks.push(body(rich(prose::WAIVERS, report)));
    if report.waivers.len() > WAIVERS {
        let shown = text::of(WAIVERS as u64, report.waivers.len() as u64);
        blocks.push(note(format!("Showing {shown}; report.json has all of them.")));
    }
    let columns = vec![
        column("Waiver"),
        column("State"),
        column("For"),
        column("Reason and who accepted it"),
        column_for("From and until", "until 2026-09-30 00:00 UTC"),
        number("Findings"),
    ];
    let rows = report.waivers.iter().take(WAIVERS).map(|one| row(waiver(one)));
    blocks.push(table("Every waiver and what became of it", columns, rows.collect()));
    Block::Section(blocks)
}

fn waiver(waiver: &WaiverReport) -> Vec<Cell> {
    let (state, attention) = facts::waiver_state(waiver);
    let state = if attention { strong(format!("! {state}")) } else { plain(state) };
    vec![
        lines(vec![vec![plain(data(&waiver.waiver_id))], vec![quiet(data(&waiver.place))]]).head(),
        cell(state),
        lines(vec![
            vec![plain(format!("{}: {}", data(&waiver.metric), data(&waiver.subject)))],
            vec![quiet("in "), data_or(waiver.system.as_deref(), "every system")],
        ]),
        lines(vec![
            vec![plain(data(&waiver.reason))],
            vec![quiet("accepted by "), plain(data(&waiver.approver))],
            vec![quiet("ticket "), data_or(waiver.ticket.as_deref(), "not supplied")],
        ]),
        lines(vec![
            vec![plain(facts::waiver_from(waiver))],
            vec![quiet("until "), plain(time::readable(waiver.window.to.0))],
        ]),
        cell(plain(text::count(waiver.findings))),
    ]
}
