//! Populations and data quality: what was loaded, what was left out, what stayed open.

use std::cmp::Reverse;

use super::super::Edition;
use super::super::block::{Block, Section};
use super::super::build::{body, part};
use super::super::table::{Column, Field, More, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Look, alert, marked, plain};
use super::metrics::counts;
use super::{open, pick, sources};
use crate::render::{facts, text};
use crate::report::{Message, ReasonCount, RejectGroup, Report, SystemReport};

/// Rows of one table that are listed; the files that it names have all of them.
pub(super) const ROWS: usize = 250;
/// The same in the short edition.
const FEW: usize = 10;
/// Messages of the short edition.
const MESSAGES: usize = 6;

/// The section.
pub(super) fn data(report: &Report, edition: Edition) -> Section {
    let (read, files) = facts::files_read(report);
    let full = edition == Edition::Full;
    let most = if full { ROWS } else { FEW };
    let words = format!(
        "Information produced by the organisation, as it was loaded. {}. Files read: {}; number of rows agrees with the total stated by their source: {}.",
        facts::coverage(report),
        text::of(read, files),
        text::of(facts::reconciled(report), files)
    );
    let mut blocks = vec![
        body(vec![plain(words)]),
        part(3, plain("Leavers in both directions"), "two-way", open::two_way(report, full)),
        part(
            3,
            plain("Accounts without one person"),
            "unmatched",
            open::queue(report).into_iter().chain(open::unmatched(report, full)).collect(),
        ),
        part(3, plain("Populations"), "populations", vec![populations(report)]),
    ];
    if full {
        blocks.push(part(3, plain("Conflicts between sources"), "conflicts", vec![open::conflicts(report)]));
    }
    blocks.push(part(3, plain("Systems"), "systems", systems(report, most, full)));
    blocks.push(part(3, plain("Sources"), "sources", sources::sources(report, most, full)));
    if full {
        blocks.push(part(3, plain("Rows and values left out"), "rejects", vec![rejects(report)]));
    }
    blocks.push(part(
        3,
        plain("Messages of the run"),
        "messages",
        messages(report, if full { ROWS } else { MESSAGES }, full),
    ));
    super::section("data", "Populations and data quality", Some(if full { 35 } else { 55 }), blocks)
}

pub(super) fn populations(report: &Report) -> Block {
    let people = &report.populations;
    let pairs = facts::counts(report).into_iter().map(|(name, value)| (vec![plain(name)], vec![vec![plain(value)]]));
    let mut left = vec![Block::Pairs { rows: pairs.collect(), terms: 0 }];
    let mut right = Vec::new();
    let named = |rows: Vec<(&str, String)>, counts: &[ReasonCount], of: Option<u64>| {
        let typed = |count: u64| of.map_or(Value::Count(count), |of| Value::Share(count, of));
        let rows = rows.into_iter().zip(counts);
        rows.map(|((name, words), one)| (name.to_owned(), words, typed(one.count))).collect()
    };
    if !people.accounts_by_kind.is_empty() {
        let rows = named(
            facts::shares(&people.accounts_by_kind, people.accounts),
            &people.accounts_by_kind,
            Some(people.accounts),
        );
        right.push(counts("kinds", "Accounts by kind", "Kind", "Accounts", rows));
    }
    if !people.match_rules.is_empty() {
        let rows =
            named(facts::shares(&people.match_rules, people.accounts), &people.match_rules, Some(people.accounts));
        right.push(counts("rules", "Accounts by the rule that matched them to a person", "Rule", "Accounts", rows));
    }
    if !people.duplicates.is_empty() {
        let rows = named(facts::plain(&people.duplicates), &people.duplicates, None);
        left.push(counts("duplicates", "Duplicates dropped", "Table and reason", "Rows", rows));
    }
    Block::Columns(vec![(0.5, left), (0.5, right)])
}

pub(super) fn systems(report: &Report, most: usize, full: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !report.systems.iter().any(|system| system.registered) {
        let words = "systems that nobody exported cannot be named here.";
        blocks.push(body(vec![alert("No register of systems was supplied: "), plain(words)]));
    }
    if report.systems.is_empty() {
        blocks.push(body(vec![plain("No system was loaded.")]));
        return blocks;
    }
    let columns = vec![
        Column::of("System", vec![Field::new("System").look(Look::Strong), Field::new("Title").look(Look::Quiet)]),
        Column::of(
            "Owner, and who confirmed the line",
            vec![
                Field::new("Owner"),
                Field::new("Line of the register confirmed by").before("confirmed by: ").look(Look::Quiet),
                Field::new("Confirmed on").before("on ").look(Look::Quiet).same_line(),
            ],
        ),
        Column::new("Criticality"),
        Column::new("In scope"),
        Column::of("Loaded", vec![Field::new("Loaded"), Field::new("Tables").look(Look::Quiet)]),
        Column::number("Accounts"),
        Column::number("Credentials"),
        Column::number("Events"),
    ];
    let row = |one: &SystemReport| {
        let loaded =
            if one.in_scope && !one.loaded { Value::Words(vec![alert("! no")]) } else { Value::Flag(one.loaded) };
        // How much of what was loaded stands with each file below.
        let tables = facts::loaded(one).into_iter().filter(|_| full);
        let tables = tables.map(|table| vec![super::super::words::rules(table)]);
        Row::new(vec![
            Value::Loaded(one.system.clone()),
            one.title.as_deref().map_or(Value::Empty, |title| Value::Loaded(title.to_owned())),
            Value::loaded_or(one.owner.as_deref(), "not supplied"),
            Value::loaded_or(one.confirmed_by.as_deref(), "not supplied"),
            one.confirmed_on.as_deref().map_or(Value::Empty, |on| Value::Loaded(on.to_owned())),
            Value::loaded_or(one.criticality.as_deref(), "not supplied"),
            Value::Flag(one.in_scope),
            loaded,
            Value::Lines(tables.collect()),
            Value::Count(one.accounts),
            Value::Count(one.credentials),
            Value::Count(one.events),
        ])
    };
    let rows = pick(&report.systems, most, |one| !one.in_scope || one.loaded);
    let order = "those in scope and not loaded first";
    let more = More::of(rows.len(), report.systems.len() as u64, order, "report.json");
    let caption = "Systems in the register and in the data";
    let rows = rows.into_iter().map(row).collect();
    blocks.push(Block::Table(
        Table::new("systems", caption, columns, rows).look(look(full)).handles(super::super::Handles::Sort).more(more),
    ));
    blocks
}

fn look(full: bool) -> TableLook {
    if full { TableLook::Full } else { TableLook::Dense }
}

pub(super) fn rejects(report: &Report) -> Block {
    let caption = facts::rejects_note(report);
    if report.rejects.groups.is_empty() {
        return body(vec![plain(caption)]);
    }
    let columns = vec![
        Column::new("File"),
        Column::new("Column"),
        Column::new("Reason"),
        Column::number("Count"),
        Column::number("First line, or record"),
    ];
    let row = |group: &RejectGroup| {
        Row::new(vec![
            Value::Loaded(group.path.clone()),
            Value::loaded_or(group.column.as_deref(), "whole row"),
            Value::Loaded(group.reason.clone()),
            Value::Count(group.count),
            Value::Count(group.first_row),
        ])
    };
    let rows = report.rejects.groups.iter().map(row).collect();
    Block::Table(Table::new("rejects", caption, columns, rows).look(TableLook::Full))
}

pub(super) fn messages(report: &Report, most: usize, full: bool) -> Vec<Block> {
    if report.messages.is_empty() {
        return vec![body(vec![plain("None.")])];
    }
    let columns = vec![
        Column::new("Severity"),
        Column::of("Message", vec![Field::new("Message"), Field::new("Code").look(Look::Quiet)]),
        Column::new("Place"),
        Column::new("What to do"),
    ];
    let row = |one: &Message| {
        Row::new(vec![
            Value::own(one.severity.word()),
            Value::Words(marked(&one.message)),
            Value::Rules(one.code.clone()),
            Value::loaded_or(one.place.as_deref(), "–"),
            one.hint.as_deref().map_or(Value::Missing("–"), |hint| Value::Words(marked(hint))),
        ])
    };
    let rows = pick(&report.messages, most, |one| Reverse(one.severity));
    let more = More::of(rows.len(), report.messages.len() as u64, "errors and warnings first", "report.json");
    let rows = rows.into_iter().map(row).collect();
    vec![Block::Table(
        Table::new("messages", "What the run had to say", columns, rows).look(look(full)).headed_by(1).more(more),
    )]
}
