//! Method, limits, readings, glossary, and how to check the report and do it again.

use std::cmp::Reverse;

use super::super::Edition;
use super::super::Look;
use super::super::block::{Block, Section};
use super::super::build::{body, part};
use super::super::table::{Column, Field, Forms, Handles, More, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{alert, code, plain, rich, rules};
use crate::render::{facts, prose, text};
use crate::report::Report;

/// Readings that the short edition lists.
const READINGS: usize = 6;

/// The section.
pub(super) fn method(report: &Report, edition: Edition) -> Section {
    let list = |numbered, texts: &[&str]| Block::List {
        numbered,
        items: texts.iter().map(|text| vec![rich(text, report)]).collect(),
        dense: edition == Edition::Short,
    };
    let mut blocks = vec![
        part(3, plain("Method"), "", vec![body(rich(prose::METHOD, report)), list(false, &prose::RULES)]),
        part(3, plain("Limits of this report"), "limits", vec![list(false, &prose::LIMITS)]),
        part(3, plain("Other readings"), "sensitivity", readings(report, edition)),
    ];
    if edition == Edition::Full {
        let words = prose::WORDS.iter().map(|(word, text)| (vec![plain(*word)], vec![vec![plain(*text)]]));
        let glossary = Block::Pairs { rows: words.collect(), terms: 24 };
        blocks.push(part(3, plain("Glossary"), "words", vec![glossary]));
    }
    blocks.push(part(
        3,
        plain("How to verify and re-perform"),
        "verify",
        vec![
            list(true, &prose::VERIFY),
            body(vec![plain("The options that give this report:")]),
            Block::Box(vec![body(vec![code(&*report.command)])]),
        ],
    ));
    let new_page = if edition == Edition::Full { 35 } else { 55 };
    super::section("method", "Method, limits and verification", Some(new_page), blocks)
}

/// Results that would be different under another reading, over all metrics; in the short edition those that are.
pub(super) fn readings(report: &Report, edition: Edition) -> Vec<Block> {
    let all = report.metrics.iter().flat_map(|metric| metric.sensitivity.iter().map(move |one| (metric, one)));
    let all: Vec<_> = all.collect();
    if all.is_empty() {
        return vec![body(vec![plain("No metric could be computed under another reading.")])];
    }
    let differing = all.iter().filter(|(_, one)| one.flips > 0).count();
    let mut shown = all.clone();
    if edition == Edition::Short {
        // Stable: among equals the order of the report stays.
        shown.sort_by_key(|(_, one)| Reverse(one.flips));
        shown.truncate(differing.min(READINGS));
    }
    let more = More::of(shown.len(), differing as u64, "those with most results first", "report.json");
    let more = more.filter(|_| edition == Edition::Short);
    let rows = shown.iter().map(|(metric, one)| {
        let place = (edition == Edition::Full).then(|| facts::anchor("m-", &metric.id));
        Row::new(vec![
            Value::Words(vec![rules(&*metric.title).to(place)]),
            Value::Rules(one.reading.clone()),
            if one.flips > 0 {
                Value::Words(vec![alert(text::of(one.flips, one.population)).look(Look::Strong)])
            } else {
                Value::Share(one.flips, one.population)
            },
            Value::Share(one.flips, one.population),
        ])
    });
    let rows: Vec<Row> = rows.collect();
    let words = "Each metric was computed again under other readings of the same inputs. A result that differs is one that rests on the reading and not on the evidence alone.";
    let mut blocks = vec![body(vec![plain(words)])];
    if rows.is_empty() {
        blocks.push(body(vec![plain(format!("No result differs under any of {} readings.", all.len()))]));
        return blocks;
    }
    let fields = vec![Field::new("").on(Forms::Pages), Field::new("").on(Forms::Sheets)];
    let differ = Column { fields, ..Column::number("Results that differ") };
    let columns = vec![Column::new("Metric"), Column::new("Reading"), differ];
    let caption = "Items whose result differs under another reading, of all items that one of the two counts";
    let table =
        Table::new("sensitivity", caption, columns, rows).look(TableLook::Dense).handles(Handles::Sort).more(more);
    blocks.push(Block::Table(table));
    blocks
}
