//! Takes records one by one and collects typed columns, rejects and counts for one chunk of one file.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataType;

use crate::dataset::{Column, ColumnKind, Role, Table};
use crate::time::Zone;

use super::build::{Builder, Part};
use super::eval::{Got, Record, apply, holds};
use super::plan::{Plan, RowPlan};
use super::rights::Rights;
use super::value::Value;

/// What reading a file needs to know besides the mapping.
#[derive(Debug, Clone)]
pub(super) struct Setting<'p> {
    pub(super) plan: &'p Plan,
    pub(super) zone: Zone,
    /// The system of rows that do not name theirs.
    pub(super) system: Option<&'p str>,
    /// The folder whose system rows may name, where they may not name any.
    pub(super) folder: Option<&'p str>,
    pub(super) rights: &'p Rights,
}

impl Setting<'_> {
    /// Gives a system the name that it goes by, and says why a row may not speak of it.
    fn stranger(&self, rows: &RowPlan, system: &mut Value<'_>, tally: &mut Tally) -> Option<&'static str> {
        let Value::Text(name) = system else { return None };
        if let Some((at, known)) = self.rights.renamed(name) {
            tally.aliases.insert(at);
            *name = known.to_owned().into();
        }
        let (folder, own) = self.folder.zip(self.system).filter(|_| rows.names_system)?;
        (!self.rights.allows(folder, own, name)).then_some("speaks of another system than its folder's")
    }
}

/// How many rejects a file lists; all are counted.
pub(super) const LISTED: usize = 100_000;

/// A reject with a row number inside its chunk.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) row: u64,
    pub(super) line: Option<u64>,
    pub(super) column: Option<String>,
    pub(super) reason: &'static str,
    pub(super) whole_row: bool,
}

/// Rows of one table.
struct Rows {
    table: Table,
    columns: Vec<&'static Column>,
    builders: Vec<[Option<Builder>; 2]>,
    src_row: Vec<i32>,
    marks: Marks,
}

/// Places of the columns that are looked at together.
#[derive(Default)]
struct Marks {
    system: Option<usize>,
    /// Beginning and end of an employment.
    employment: Option<(usize, usize)>,
    /// A word column, the column that it speaks about, and the word for "there is a value".
    words: Vec<(usize, usize, &'static str)>,
}

impl Marks {
    fn of(table: Table, columns: &[&'static Column]) -> Self {
        let find = |name: &str| columns.iter().position(|column| column.name == name);
        let employment = if table == Table::People { find("started").zip(find("ended")) } else { None };
        let words = WORDS.iter().filter_map(|(word, about, there)| Some((find(word)?, find(about)?, *there))).collect();
        Self { system: find("system"), employment, words }
    }
}

/// The finished rows of one table in one chunk.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) table: Table,
    /// Frame column name → part. Columns that no rule fills are not here.
    pub(super) columns: Vec<(String, Part)>,
    pub(super) src_row: Vec<i32>,
}

/// The counts of one chunk.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Records seen.
    pub(super) records: u64,
    pub(super) rejected: u64,
    /// Records that a list of this kind leaves out by default.
    pub(super) shown: u64,
    pub(super) out_of_scope: BTreeMap<String, u64>,
    pub(super) unparsed: BTreeMap<String, u64>,
    pub(super) notes: Vec<Note>,
    /// Aliases of systems that were met, by number.
    pub(super) aliases: BTreeSet<usize>,
}

/// Collects one chunk.
pub(super) struct Sink<'p> {
    setting: Setting<'p>,
    tables: Vec<Rows>,
    /// For each rows section: its table's place in `tables`, and per rule the column's place there.
    places: Vec<(usize, Vec<usize>)>,
    pub(super) tally: Tally,
    /// Room for the values of one row.
    scratch: Vec<Value<'static>>,
}

/// The word columns that speak about another column, and the words for "there is one" and "there is none".
const WORDS: [(&str, &str, &str); 3] =
    [("expiry", "expires_at", "date"), ("activity", "last_seen", "seen"), ("activity", "last_used", "seen")];

impl<'p> Sink<'p> {
    /// A sink for about `expected` records.
    pub(super) fn new(setting: Setting<'p>, expected: usize) -> Self {
        let mut tables: Vec<Rows> = Vec::new();
        let mut places = Vec::new();
        for rows in &setting.plan.rows {
            let at = tables.iter().position(|known| known.table == rows.table).unwrap_or_else(|| {
                tables.push(Rows {
                    table: rows.table,
                    columns: Vec::new(),
                    builders: Vec::new(),
                    src_row: Vec::new(),
                    marks: Marks::default(),
                });
                tables.len() - 1
            });
            let system = rows.table.column("system").filter(|column| column.role != Role::Derived);
            for column in rows.columns.iter().map(|(column, _)| *column).chain(system) {
                if !tables[at].columns.iter().any(|known| known.name == column.name) {
                    tables[at].columns.push(column);
                    tables[at].builders.push(builders(column, expected));
                }
            }
            places.push((at, Vec::new()));
        }
        for (rows, (at, columns)) in setting.plan.rows.iter().zip(&mut places) {
            columns.extend(rows.columns.iter().map(|(column, _)| {
                tables[*at].columns.iter().position(|known| known.name == column.name).unwrap_or_default()
            }));
        }
        for table in &mut tables {
            table.marks = Marks::of(table.table, &table.columns);
        }
        Self { setting, tables, places, tally: Tally::default(), scratch: Vec::new() }
    }

    /// Counts a record that could not even be taken apart.
    pub(super) fn broken(&mut self, line: Option<u64>, column: Option<String>, reason: &'static str) {
        self.tally.records += 1;
        self.note(line, column, reason, true);
    }

    fn note(&mut self, line: Option<u64>, column: Option<String>, reason: &'static str, whole_row: bool) {
        if whole_row {
            self.tally.rejected += 1;
        }
        if self.tally.notes.len() < LISTED {
            self.tally.notes.push(Note { row: self.tally.records, line, column, reason, whole_row });
        }
    }

    /// Takes a record. `elements` gives the elements of the list at a slot as records of their own.
    pub(super) fn record<R: Record>(
        &mut self,
        record: &R,
        line: impl Fn() -> Option<u64>,
        elements: impl for<'r> Fn(&'r R, usize) -> Vec<R>,
    ) {
        self.tally.records += 1;
        let plan = self.setting.plan;
        if plan.leaves_out.as_ref().is_some_and(|left| holds(&left.shown_by, record, &plan.nulls)) {
            self.tally.shown += 1;
        }
        if let Some(skip) = plan.skips.iter().find(|skip| holds(&skip.when, record, &plan.nulls)) {
            *self.tally.out_of_scope.entry(skip.reason.clone()).or_default() += 1;
            return;
        }
        let mut used = false;
        let mut reason: Option<&str> = None;
        for (index, rows) in plan.rows.iter().enumerate() {
            let mut take = |fate: Fate<'p>| match fate {
                Fate::Done => used = true,
                Fate::Skipped(why) => reason = reason.or(why),
            };
            match rows.each {
                None => take(self.row(index, rows, record, &line)),
                Some(slot) => elements(record, slot).iter().for_each(|part| take(self.row(index, rows, part, &line))),
            }
        }
        if !used {
            let reason = reason.unwrap_or("holds nothing that the mapping reads");
            *self.tally.out_of_scope.entry(reason.to_owned()).or_default() += 1;
        }
    }

    /// Makes one row. `Done` also for a row that was rejected: it is counted there.
    fn row<R: Record>(
        &mut self,
        index: usize,
        rows: &'p RowPlan,
        record: &R,
        line: &impl Fn() -> Option<u64>,
    ) -> Fate<'p> {
        if !holds(&rows.when, record, &self.setting.plan.nulls) {
            return Fate::Skipped(None);
        }
        let (at, places) = &self.places[index];
        let (at, places) = (*at, places.as_slice());
        let mut values: Vec<Value<'_>> = recycled(std::mem::take(&mut self.scratch));
        values.resize(self.tables[at].columns.len(), Value::Null);
        let mut unfit: Vec<(&'static Column, &'static str)> = Vec::new();
        for ((column, rule), place) in rows.columns.iter().zip(places) {
            match apply(column, rule, record, self.setting.zone) {
                Got::Value(value) => values[*place] = value,
                Got::Skip => return Fate::Skipped(rule.skip_reason()),
                Got::Unfit(why) => unfit.push((column, why)),
            }
        }
        let table = &mut self.tables[at];
        if let Some(system) = self.setting.system
            && let Some(place) = table.marks.system
            && values[place] == Value::Null
            && !unfit.iter().any(|(column, _)| column.name == "system")
        {
            values[place] = Value::Text(system.into());
        }
        let stranger = table.marks.system.and_then(|place| self.setting.stranger(rows, &mut values[place], &mut self.tally));
        let refused = unfit
            .iter()
            .find(|(column, _)| column.role == Role::Required)
            .map(|(column, why)| (Some(*column), *why))
            .or_else(|| {
                let empty = |(column, value): &(&&'static Column, &Value<'_>)| {
                    column.role == Role::Required && matches!(value, Value::Null | Value::Endless)
                };
                table
                    .columns
                    .iter()
                    .zip(&values)
                    .find(empty)
                    .map(|(column, _)| (Some(*column), "required value missing"))
            })
            .or_else(|| stranger.map(|why| (table.marks.system.map(|place| table.columns[place]), why)))
            .or_else(|| contradiction(table, &values).map(|why| (None, why)));
        if let Some((column, why)) = refused {
            self.note(line(), column.map(|column| column.name.to_owned()), why, true);
            return Fate::Done;
        }
        settle(table, &mut values, &unfit);
        for (builder, value) in table.builders.iter_mut().zip(&values) {
            match (builder, value) {
                ([Some(lo), Some(hi)], Value::Span(from, to)) => {
                    lo.push(&Value::Int(*from));
                    hi.push(&Value::Int(*to));
                }
                ([lo, hi], value) => {
                    for builder in [lo, hi].into_iter().flatten() {
                        builder.push(value);
                    }
                }
            }
        }
        table.src_row.push(i32::try_from(self.tally.records).unwrap_or(i32::MAX));
        self.scratch = recycled(values);
        for (column, why) in unfit {
            *self.tally.unparsed.entry(column.name.to_owned()).or_default() += 1;
            self.note(line(), Some(column.name.to_owned()), why, false);
        }
        Fate::Done
    }

    /// The finished chunk.
    pub(super) fn finish(self) -> (Vec<Chunk>, Tally) {
        let chunks = self.tables.into_iter().map(|rows| {
            let mut columns = Vec::new();
            for (column, builders) in rows.columns.iter().zip(rows.builders) {
                for (name, builder) in column.frame_names().into_iter().zip(builders.into_iter().flatten()) {
                    columns.push((name, builder.finish()));
                }
            }
            Chunk { table: rows.table, columns, src_row: rows.src_row }
        });
        (chunks.collect(), self.tally)
    }
}

/// What became of one row.
enum Fate<'r> {
    Done,
    Skipped(Option<&'r str>),
}

/// The same room for the values of another row.
fn recycled<'a>(mut values: Vec<Value<'_>>) -> Vec<Value<'a>> {
    values.clear();
    values.into_iter().map(|_| Value::Null).collect()
}

fn builders(column: &Column, expected: usize) -> [Option<Builder>; 2] {
    let kind = match column.kind {
        ColumnKind::Text => DataType::String,
        ColumnKind::Flag => DataType::Boolean,
        ColumnKind::Number => DataType::Int32,
        ColumnKind::Instant(_) | ColumnKind::Bounds => DataType::Int64,
    };
    let mut names = column.frame_names().into_iter();
    let mut next = || names.next().map(|name| Builder::new(&name, kind.clone(), expected));
    [next(), next()]
}

/// An employment that ends before it begins cannot be used.
fn contradiction(table: &Rows, values: &[Value<'_>]) -> Option<&'static str> {
    let (started, ended) = table.marks.employment?;
    let (Value::Span(started, _), Value::Span(ended_lo, ended_hi)) = (&values[started], &values[ended]) else {
        return None;
    };
    let before = ended_hi < started || (ended_hi == started && ended_lo < ended_hi);
    before.then_some("ends before it starts")
}

/// A word that says "there is a value" must not outlive a value that could not be read.
fn settle(table: &Rows, values: &mut [Value<'_>], unfit: &[(&'static Column, &'static str)]) {
    for (word, about, there) in &table.marks.words {
        if !matches!(&values[*word], Value::Text(text) if text == there) {
            continue;
        }
        let lost = unfit.iter().any(|(column, _)| column.name == table.columns[*about].name);
        match values[*about] {
            Value::Endless => values[*word] = Value::Text("never".into()),
            Value::Null if lost => values[*word] = Value::Text("unknown".into()),
            _ => {}
        }
    }
}
