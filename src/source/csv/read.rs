//! Turns blocks of a CSV file into columns.

use std::borrow::Cow;

use memchr::memchr_iter;

use crate::dataset::Role;

use super::{Dialect, Heads};
use serde_json::Value as Json;

use super::aside::{Aside, aside, is_figure};
use super::split::{Span, cell, split_record};
use crate::source::eval::{Cell, Got, Record, apply};
use crate::source::json::Reader;
use crate::source::path::{Step, fold};
use crate::source::plan::Plan;
use crate::source::sink::{Setting, Sink, TRUNCATED};
use crate::source::value::Value;

/// A record: its cells, and which path is which cell.
struct Row<'a> {
    cells: &'a [Option<Cow<'a, str>>],
    slots: &'a [Option<usize>],
}

impl Record for Row<'_> {
    fn cell(&self, slot: usize) -> Cell<'_> {
        match self.slots[slot] {
            None => Cell::Absent,
            Some(at) => match self.cells.get(at).and_then(Option::as_deref).map(str::trim) {
                None | Some("") => Cell::Null,
                Some(text) => Cell::Text(text),
            },
        }
    }

    fn all<'s>(&'s self, slot: usize, out: &mut Vec<&'s str>) {
        if let Cell::Text(text) = self.cell(slot) {
            out.push(text);
        }
    }
}

/// The mapping without the columns that this file cannot fill, and the cell of each path.
pub(in crate::source) fn bound(plan: &Plan, dialect: &Dialect, zone: crate::time::Zone) -> (Plan, Vec<Option<usize>>) {
    let names: Vec<String> = dialect.header.iter().map(|name| fold(name)).collect();
    let slots: Vec<Option<usize>> = plan
        .slots
        .iter()
        .map(|path| match path.steps.first() {
            Some(Step::Key(key)) => names.iter().position(|name| name == key),
            _ => None,
        })
        .collect();
    let mut plan = plan.clone();
    let nothing = Row { cells: &[], slots: &vec![None; slots.len()] };
    for rows in &mut plan.rows {
        rows.columns.retain(|(column, rule)| {
            let mut used = Vec::new();
            rule.slots(&mut used);
            column.role == Role::Required
                || used.iter().any(|slot| slots[*slot].is_some())
                || !matches!(apply(column, rule, &nothing, zone, &mut []), Got::Value(Value::Null))
        });
    }
    (plan, slots)
}

/// Parses one block, which begins with a record. `cut_short`: the last record may be incomplete.
pub(in crate::source) fn parse_block<'p>(
    setting: Setting<'p>,
    dialect: &Dialect,
    slots: &[Option<usize>],
    text: &str,
    cut_short: bool,
) -> Sink<'p> {
    let mut wanted = vec![false; dialect.header.len()];
    for at in slots.iter().flatten() {
        wanted[*at] = true;
    }
    rows(setting, dialect, &wanted, text, cut_short, |sink, cells, line| {
        let row = Row { cells, slots };
        if cells.len() < wanted.len() {
            if !sink.skips(&row) {
                sink.broken(line, None, SHORT);
            }
        } else {
            sink.record(&row, line, |_, _| Vec::new());
        }
    })
}

/// Parses one block of rows that are records with members.
pub(in crate::source) fn parse_rows<'p>(
    reader: &Reader<'p>,
    dialect: &Dialect,
    heads: &Heads,
    text: &str,
    cut_short: bool,
) -> Sink<'p> {
    let wanted = vec![true; dialect.header.len()];
    rows(reader.setting.clone(), dialect, &wanted, text, cut_short, |sink, cells, line| {
        if cells.len() < wanted.len() {
            sink.broken(line, None, SHORT);
        } else if reader.value(&heads.record(cells), line, sink).is_err() {
            sink.broken(line, None, "not valid JSON");
        }
    })
}

const SHORT: &str = "fewer cells than the header";

/// Goes through the rows of a block, and gives those that are records, with the cells that are wanted.
fn rows<'p>(
    setting: Setting<'p>,
    dialect: &Dialect,
    wanted: &[bool],
    text: &str,
    cut_short: bool,
    mut take: impl FnMut(&mut Sink<'p>, &[Option<Cow<'_, str>>], u64),
) -> Sink<'p> {
    let bytes = text.as_bytes();
    let mut spans: Vec<Span> = Vec::new();
    let first = split_record(bytes, 0, dialect.delimiter, &mut spans).max(1);
    let mut sink = Sink::new(setting, text.len() / first + 1);
    let mut cells: Vec<Option<Cow<'_, str>>> = Vec::with_capacity(wanted.len());
    let (mut at, mut next_line, mut before) = (0, 1, None);
    while at < bytes.len() {
        let begin = at;
        at = split_record(bytes, begin, dialect.delimiter, &mut spans);
        let line = next_line;
        next_line += memchr_iter(b'\n', &bytes[begin..at]).count() as u64;
        if spans.len() == 1 && spans[0].is_empty() {
            continue;
        }
        let cut = cut_short && at == bytes.len() && bytes.last() != Some(&b'\n');
        if spans.last().is_some_and(|span| span.is_open()) {
            sink.broken(line, None, if cut_short { TRUNCATED } else { "quoted cell never ends" });
            continue;
        }
        if cut {
            sink.broken(line, None, TRUNCATED);
            continue;
        }
        if let Some(found) = aside(text, &spans, dialect) {
            sink.aside(found.reason());
            if let Aside::Footer(Some(stated)) = found
                && !stated.column.is_some_and(|column| before.is_some_and(|row| figures(text, row, column, dialect)))
            {
                sink.tally.stated.push(stated.count);
            }
            continue;
        }
        let width = dialect.header.len();
        if spans.get(width..).is_some_and(|more| more.iter().any(|span| !span.is_empty())) {
            sink.broken(line, None, "more cells than the header");
            continue;
        }
        before = Some(begin);
        cells.clear();
        cells.extend(spans.iter().take(width).zip(wanted).map(|(span, wanted)| wanted.then(|| cell(text, *span))));
        take(&mut sink, &cells, line);
    }
    sink
}

/// Whether a row holds a figure in a column: then a figure there below may be a sum.
fn figures(text: &str, row: usize, column: usize, dialect: &Dialect) -> bool {
    let mut spans = Vec::new();
    split_record(text.as_bytes(), row, dialect.delimiter, &mut spans);
    spans.get(column).is_some_and(|span| is_figure(cell(text, *span).trim()))
}

/// The first records as `(column, cell)` pairs, for recognition by value.
pub(in crate::source) fn sample(dialect: &Dialect, head: &str, most: usize) -> Vec<Vec<(String, String)>> {
    let mut out = Vec::new();
    let mut spans = Vec::new();
    let mut at = dialect.body;
    while at < head.len() && out.len() < most {
        at = split_record(head.as_bytes(), at, dialect.delimiter, &mut spans);
        let cells = spans.iter().map(|span| cell(head, *span).trim().to_owned());
        out.push(dialect.header.iter().map(|name| fold(name)).zip(cells).collect());
    }
    out
}

/// The first rows as records with members.
pub(in crate::source) fn sample_records(dialect: &Dialect, head: &str, most: usize) -> Vec<Json> {
    let heads = Heads::of(&dialect.header);
    let mut out = Vec::new();
    let mut spans = Vec::new();
    let mut at = dialect.body;
    while at < head.len() && out.len() < most {
        at = split_record(head.as_bytes(), at, dialect.delimiter, &mut spans);
        let cells: Vec<Option<Cow<'_, str>>> = spans.iter().map(|span| Some(cell(head, *span))).collect();
        if cells.len() == dialect.header.len() {
            out.push(heads.record(&cells));
        }
    }
    if out.is_empty() {
        // A header alone says what its rows would have.
        out.push(heads.record(&vec![Some(Cow::Borrowed("")); dialect.header.len()]));
    }
    out
}
