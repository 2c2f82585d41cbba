//! What changed since earlier packs, and the trend over them.

use super::super::block::{Block, Kind, Section};
use super::super::build::{body, bullets, part, small_heading};
use super::super::table::{Column, Field, More, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Look, plain, rich, rules, strong};
use super::super::{Badge, Edition};
use crate::render::chart::trend;
use crate::render::drift::{self, Digest, Line, Names, TableKind, digest};
use crate::render::{facts, prose};
use crate::report::Report;
use crate::report::drift::{Class, Drift};
use crate::report::history::HistoryRow;

/// Findings of each class that are listed.
const LISTED: usize = 10;

/// The section; none when the run was given no earlier pack.
pub(super) fn changes(report: &Report, edition: Edition) -> Option<Section> {
    if report.changes.is_empty() && report.history.is_empty() {
        return None;
    }
    let mut intro = rich(prose::CHANGES, report);
    if edition == Edition::Full {
        intro.push(plain(" "));
        intro.extend(rich(prose::CHANGES_CONTEXT, report));
    }
    let mut blocks = vec![body(intro)];
    let changes = report.changes.iter().enumerate();
    blocks.extend(changes.map(|(index, drift)| since(report, drift, index + 1, edition)));
    blocks.push(part(3, plain("Trend"), "trend", over_packs(report, edition)));
    Some(super::section("changes", "What changed", Some(55), blocks))
}

fn since(report: &Report, drift: &Drift, number: usize, edition: Edition) -> Block {
    let limit = if edition == Edition::Full { LISTED } else { 0 };
    let Digest { sentence, headline, points, exceptions, context, sections, standing, tables, .. } =
        digest(drift, Names::Shown, limit);
    let list = |lines: Vec<String>| bullets(lines.into_iter().map(|line| vec![vec![rules(line)]]).collect());
    let mut blocks = vec![
        body(vec![rules(facts::compared_with(report, drift)).look(Look::Quiet)]),
        Block::Verdict { badge: Badge::Change(drift.result), lines: vec![vec![rules(sentence)]], large: false },
    ];
    // In short the three numbers stand on page one, with what they were.
    let headline = headline.into_iter().filter(|_| edition == Edition::Full);
    let behind: Vec<String> = headline.chain(points).collect();
    if !behind.is_empty() {
        blocks.push(list(behind));
    }
    // They are counted by the sentence as findings; in short that is enough.
    let exceptions = exceptions.into_iter().filter(|_| edition == Edition::Full);
    blocks.extend(exceptions.map(|line| body(vec![rules(line)])));
    if edition == Edition::Full {
        if !context.is_empty() {
            blocks.push(small_heading(4, "What explains numbers"));
            blocks.push(list(context));
        }
        if !sections.is_empty() {
            blocks.push(changed(caption(drift), sections));
        }
        if !standing.is_empty() {
            let words = vec![plain("As before: "), rules(standing.join(", ")), plain(".")];
            blocks.push(Block::Paragraph { words, kind: Kind::Note });
        }
    }
    if edition == Edition::Full {
        blocks.extend(tables.into_iter().map(of_words));
    }
    part(3, rules(facts::since(drift)), facts::change_place(number), blocks)
}

/// What the table of changed findings shows.
pub(super) fn caption(drift: &Drift) -> String {
    format!("Changed findings, {}", facts::since(drift).replacen("Since", "since", 1))
}

/// Changed findings by class.
pub fn changed(caption: String, sections: Vec<drift::Section>) -> Block {
    let columns = vec![
        Column::of("Finding", vec![Field::new("Severity"), Field::new("Finding").look(Look::Strong)]),
        Column::new("What changed, and what happened"),
        Column::of("Id and row", vec![Field::new("Id"), Field::new("Row").look(Look::Quiet)])
            .room_for("hr/employees.csv:10000"),
    ];
    let row = |class: Class, line: Line| {
        let place = (class != Class::Resolved).then(|| facts::finding_anchor(&line.finding));
        Row::new(vec![
            Value::Badge(Badge::Severity(line.severity)),
            Value::Loaded(line.what),
            Value::Loaded(line.why),
            Value::Code(line.finding, place),
            Value::loaded_or(line.source.as_deref(), "no row given"),
        ])
    };
    let rows = sections.into_iter().flat_map(|section| {
        let class = section.class;
        let meaning = plain(format!(": {}", class.meaning())).look(Look::Quiet);
        let head = Row::group(vec![vec![strong(section.title), meaning]]);
        std::iter::once(head).chain(section.lines.into_iter().map(move |line| row(class, line)))
    });
    Block::Table(Table::new("changed", caption, columns, rows.collect()))
}

/// A table of the comparison: its first column heads the rows.
pub fn of_words(words: drift::Table) -> Block {
    let name = match words.kind {
        TableKind::Systems => "changed-systems",
        TableKind::Metrics => "changed-metrics",
        TableKind::References => "changed-references",
        TableKind::Rates => "changed-rates",
        TableKind::Restated => "restated",
    };
    let rows = words.rows.into_iter().map(|row| Row::new(row.into_iter().map(Value::Rules).collect()));
    let columns = words.columns.into_iter().map(Column::new).collect();
    Block::Table(Table::new(name, words.title, columns, rows.collect()).look(TableLook::Dense))
}

fn over_packs(report: &Report, edition: Edition) -> Vec<Block> {
    let (packs, _) = facts::trend_packs(report);
    let mut blocks = Vec::new();
    if edition == Edition::Full {
        blocks.push(body(rich(prose::TREND, report)));
    }
    if let Some(scene) = trend(packs) {
        let caption = vec![plain("The three numbers over packs")];
        blocks.push(Block::Figure { caption, scene: Box::new(scene), numbers: None });
    }
    if edition == Edition::Short {
        return blocks;
    }
    blocks.extend(trend_tables(packs, report.history.len()));
    blocks
}

/// The numbers of some packs, the latest of `total`.
pub fn trend_tables(packs: &[HistoryRow], total: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let columns = vec![
        Column::of(
            "Period and pack",
            vec![Field::new("Period").look(Look::Strong), Field::new("Pack").look(Look::Quiet)],
        ),
        Column::new("As of"),
        Column::of("Result, of metrics assessed", vec![Field::new("Result"), Field::new("Over their limit")]),
        Column::number("Findings"),
        Column::number("Former staff"),
        Column::number("Days of access"),
        Column::number("Keys"),
        Column::new("Note"),
    ];
    let rows = facts::trend_rows(packs).into_iter().zip(packs).map(|(one, row)| {
        let [former, access, keys] = one.headline.map(Value::own);
        Row::new(vec![
            Value::Loaded(one.period),
            Value::Loaded(one.pack),
            Value::Time(row.as_of.0),
            Value::Badge(Badge::All(one.status)),
            Value::Share(row.not_met[0], row.not_met[1]),
            Value::Count(row.findings),
            former,
            access,
            keys,
            Value::Rules(one.note),
        ])
    });
    let more = More::of(packs.len(), total as u64, "the latest", "report.json");
    blocks
        .push(Block::Table(Table::new("trend", "The three numbers of each pack", columns, rows.collect()).more(more)));
    let (heads, metrics) = facts::trend_metrics(packs);
    if !metrics.is_empty() {
        let columns = std::iter::once(Column::new("Metric")).chain(heads.into_iter().map(Column::number)).collect();
        let rows = metrics.into_iter().map(|row| Row::new(row.into_iter().map(Value::Rules).collect()));
        let caption = "Items over the limit, of those measured, in the latest packs";
        blocks.push(Block::Table(Table::new("trend-metrics", caption, columns, rows.collect())));
    }
    blocks
}
