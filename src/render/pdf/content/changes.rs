//! What changed since earlier packs, and the trend over them.

use std::collections::BTreeSet;

use super::block::{Block, Row, Table, Words};
use super::words::{
    alert, body, bullets, cell, code, column, column_for, data, data_or, finding_data, heading, lines, note, number,
    plain, quiet, rich, row, small_heading, status, strong, table, visible,
};
use crate::render::chart::trend;
use crate::render::drift::{Digest, Line, Names, Section, digest};
use crate::render::{drift, facts, prose, text};
use crate::report::Report;
use crate::report::drift::{Drift, DriftResult};

use super::findings::FINDINGS_PER_METRIC;

/// Findings of each class that the PDF lists.
const LISTED: usize = 5;

/// The section; nothing when the run was given no earlier pack.
pub(super) fn changes(report: &Report) -> Option<Block> {
    if report.changes.is_empty() && report.history.is_empty() {
        return None;
    }
    let mut blocks =
        vec![Block::NewPage(45), heading(2, "What changed", "changes"), body(rich(prose::CHANGES, report))];
    let listed = listed(report);
    blocks.extend(report.changes.iter().enumerate().map(|(index, drift)| since(report, drift, index + 1, &listed)));
    blocks.push(over_packs(report));
    Some(Block::Section(blocks))
}

/// What each comparison came to, for the first page, where a line must do.
pub(super) fn on_the_cover(report: &Report) -> Vec<Words> {
    let line = |(index, drift): (usize, &Drift)| {
        let words = format!("{}: {}. ", facts::since_short(drift), facts::change(drift.result));
        let counts = format!("{}.", visible(&facts::counts_of_change(drift)));
        vec![strong(words).to(Some(facts::change_place(index + 1))), plain(counts)]
    };
    report.changes.iter().enumerate().map(line).collect()
}

/// Findings that have a place in the PDF.
fn listed(report: &Report) -> BTreeSet<&str> {
    let groups = facts::by_metric(report).into_iter();
    groups
        .flat_map(|(_, items)| items.into_iter().take(FINDINGS_PER_METRIC))
        .map(|item| item.finding_id.as_str())
        .collect()
}

fn since(report: &Report, drift: &Drift, index: usize, listed: &BTreeSet<&str>) -> Block {
    let Digest { headline, context, sections, standing, tables, .. } = digest(drift, Names::Shown, LISTED);
    let mut blocks = vec![
        heading(3, &facts::since(drift), &facts::change_place(index)),
        body(vec![quiet(data(&facts::compared_with(report, drift)))]),
        Block::Box(result(drift, headline)),
    ];
    if !context.is_empty() {
        blocks.push(small_heading(4, "What explains numbers"));
        blocks.push(bullets(context.iter().map(|line| vec![vec![plain(data(line))]]).collect()));
    }
    if !sections.is_empty() {
        let columns = vec![
            column("Finding, severity"),
            column("What changed, and what happened"),
            column_for("Id and row", "hr/employees.csv:10000"),
        ];
        let rows = sections.into_iter().flat_map(|one| section(one, listed));
        blocks.push(table(format!("Changed findings, {}", lower(&facts::since(drift))), columns, rows.collect()));
    }
    if !standing.is_empty() {
        blocks.push(note(format!("As before: {}.", standing.join(", "))));
    }
    blocks.extend(tables.into_iter().map(words_table));
    Block::Section(blocks)
}

/// A title inside a sentence.
fn lower(title: &str) -> String {
    title.replacen("Since", "since", 1)
}

fn result(drift: &Drift, headline: Vec<String>) -> Vec<Block> {
    let word = facts::change(drift.result);
    let word = if drift.result == DriftResult::Worse { alert(word) } else { strong(word) };
    let mut blocks = vec![body(vec![word, plain("  "), plain(visible(&drift.sentence))])];
    blocks.extend(headline.into_iter().map(note));
    blocks
}

fn section(section: Section, listed: &BTreeSet<&str>) -> Vec<Row> {
    let head = lines(vec![vec![strong(section.title)]]).head().over(3);
    let mut rows = vec![Row { cells: vec![head], group: true, place: String::new() }];
    rows.extend(section.lines.iter().map(|one| line(one, listed)));
    rows
}

fn line(line: &Line, listed: &BTreeSet<&str>) -> Row {
    let place = listed.contains(line.finding.as_str()).then(|| facts::finding_anchor(&line.finding));
    row(vec![
        lines(vec![vec![plain(finding_data(&line.what))], vec![quiet(data(&line.severity))]]).head(),
        cell(plain(finding_data(&line.why))),
        lines(vec![vec![code(&line.finding).to(place)], vec![data_or(line.source.as_deref(), "no row")]]),
    ])
}

/// A table of the comparison: its first column heads the rows.
fn words_table(words: drift::Table) -> Block {
    let rows = words.rows.iter().map(|one| {
        let cells = one.iter().enumerate().map(|(index, text)| {
            let cell = cell(plain(data(text)));
            if index == 0 { cell.head() } else { cell }
        });
        row(cells.collect())
    });
    Block::Table(Table {
        caption: vec![plain(words.title)],
        columns: words.columns.into_iter().map(column).collect(),
        rows: rows.collect(),
        full: true,
        dense: true,
        row_height: 0.0,
    })
}

fn over_packs(report: &Report) -> Block {
    let (packs, left_out) = facts::trend_packs(report);
    let mut blocks = vec![heading(3, "Trend", "trend"), body(rich(prose::TREND, report))];
    if left_out > 0 {
        let shown = text::of(packs.len() as u64, (packs.len() + left_out) as u64);
        blocks.push(note(format!("Showing the latest {shown} packs; report.json has all of them.")));
    }
    if let Some(scene) = trend(packs) {
        blocks.push(Block::Figure { caption: vec![plain("The headline over packs")], scene: Box::new(scene) });
    }
    let columns = vec![
        column("Period and pack"),
        column("As of"),
        column("Result, of metrics assessed"),
        number("Findings"),
        number("Former staff"),
        number("Days of access"),
        number("Keys"),
        column("Note"),
    ];
    let rows = facts::trend_rows(packs).into_iter().map(|one| {
        let [former, access, keys] = one.headline;
        row(vec![
            lines(vec![vec![plain(data(&one.period))], vec![quiet(data(&one.pack))]]).head(),
            cell(plain(one.as_of)),
            status(one.status, vec![vec![plain(one.not_met)]]),
            cell(plain(one.findings)),
            cell(plain(former)),
            cell(plain(access)),
            cell(plain(keys)),
            cell(plain(one.note)),
        ])
    });
    blocks.push(table("The headline of each pack", columns, rows.collect()));
    let (heads, metrics) = facts::trend_metrics(packs);
    if !metrics.is_empty() {
        let columns = std::iter::once(column("Metric")).chain(heads.iter().map(|head| number(head))).collect();
        let rows = metrics.iter().map(|one| {
            let cells = one.iter().enumerate().map(|(index, text)| {
                let cell = cell(plain(data(text)));
                if index == 0 { cell.head() } else { cell }
            });
            row(cells.collect())
        });
        let caption = "Items over the limit, of those measured, in the latest packs";
        blocks.push(table(caption, columns, rows.collect()));
    }
    Block::Section(blocks)
}
