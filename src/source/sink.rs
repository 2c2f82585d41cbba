//! Takes records one by one and collects typed columns, rejects and counts for one chunk of one file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataType;

use crate::dataset::{Column, ColumnKind, Role, Table};
use crate::time::{Micros, Zone};

use super::RowPlace;
use super::build::{Builder, Part};
use super::clock::Seen;
use super::eval::{Got, Record, apply, holds};
use super::path::{fold, system_name};
use super::plan::{Plan, RowPlan};
use super::rights::{OTHER_SYSTEM, Rights};
use super::settle::{contradiction, keep_status, names, refusal, settle};
use super::snapshots::collected;
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
    /// Whether a record is found again by its line, not by its number.
    pub(super) place: RowPlace,
}

impl Setting<'_> {
    /// Gives a system the name that it goes by, and says why a row may not speak of it.
    fn stranger(&self, rows: &RowPlan, system: &mut Value<'_>, tally: &mut Tally) -> Option<&'static str> {
        let Value::Text(name) = system else { return None };
        if let Cow::Owned(lower) = system_name(name) {
            *name = lower.into();
        }
        if let Some((at, known)) = self.rights.renamed(name) {
            tally.aliases.insert(at);
            *name = known.to_owned().into();
        }
        let (folder, own) = self.folder.zip(self.system).filter(|_| rows.names_system)?;
        if fold(name) == fold(own) {
            *name = own.to_owned().into();
            return None;
        }
        (!self.rights.allows(folder, name)).then_some(OTHER_SYSTEM)
    }
}

/// How many rejects a file lists; all are counted.
pub(super) const LISTED: usize = 100_000;

/// A reject with its record number, or line, inside its block.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) row: u64,
    pub(super) line: u64,
    pub(super) column: Option<String>,
    pub(super) reason: &'static str,
    pub(super) whole_row: bool,
}

/// Rows of one table.
pub(super) struct Rows {
    table: Table,
    pub(super) columns: Vec<&'static Column>,
    builders: Vec<[Option<Builder>; 2]>,
    src_row: Vec<i32>,
    /// Which columns of a row were not understood, where the table says so.
    unread: Option<Builder>,
    /// When each row was collected, where rows say so.
    collected: Vec<Option<Micros>>,
    pub(super) marks: Marks,
}

/// Places of the columns that are looked at together.
#[derive(Default)]
pub(super) struct Marks {
    system: Option<usize>,
    /// The status, where a row stays although it cannot be read.
    pub(super) status: Option<usize>,
    /// Beginning and end of an employment.
    pub(super) employment: Option<(usize, usize)>,
    /// A word column, the column that it speaks about, and the word for "there is a value".
    pub(super) words: Vec<(usize, usize, &'static str)>,
}

impl Marks {
    fn of(table: Table, columns: &[&'static Column]) -> Self {
        let find = |name: &str| columns.iter().position(|column| column.name == name);
        let employment = if table == Table::People { find("started").zip(find("ended")) } else { None };
        let words = WORDS.iter().filter_map(|(word, about, there)| Some((find(word)?, find(about)?, *there))).collect();
        let status = if table.column(UNREAD).is_some() { find("status") } else { None };
        Self { system: find("system"), status, employment, words }
    }
}

/// The finished rows of one table in one chunk.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) table: Table,
    /// Frame column name → part. Columns that no rule fills are not here.
    pub(super) columns: Vec<(String, Part)>,
    pub(super) src_row: Vec<i32>,
    /// When each row was collected; empty where rows do not say.
    pub(super) collected: Vec<Option<Micros>>,
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
    /// Records that contradict themselves, by reason.
    pub(super) doubts: BTreeMap<String, u64>,
    pub(super) notes: Vec<Note>,
    /// Aliases of systems that were met, by number.
    pub(super) aliases: BTreeSet<usize>,
    /// Whether the last record is cut off.
    pub(super) cut: bool,
    /// Lines that are no records, by reason.
    pub(super) asides: BTreeMap<&'static str, u64>,
    /// Numbers of records that the file itself states.
    pub(super) stated: Vec<u64>,
    /// What its columns of times are like, by their numbers.
    pub(super) seen: Vec<Seen>,
}

/// The derived column that names what was not understood.
pub(super) const UNREAD: &str = "unread";
/// The reason of a record that ends before it should.
pub(super) const TRUNCATED: &str = "truncated";

/// Collects one chunk.
pub(super) struct Sink<'p> {
    setting: Setting<'p>,
    tables: Vec<Rows>,
    /// For each rows section: its table's place in `tables`, and per rule the column's place there.
    places: Vec<(usize, Vec<usize>)>,
    pub(super) tally: Tally,
    /// The last record that was refused.
    refused: u64,
    /// When the record at hand was collected.
    collected: Option<Micros>,
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
                    unread: rows.table.column(UNREAD).map(|_| Builder::new(UNREAD, DataType::String, expected)),
                    collected: Vec::new(),
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
        let tally = Tally { seen: vec![Seen::default(); setting.plan.clocks], ..Tally::default() };
        Self { setting, tables, places, tally, refused: 0, collected: None, scratch: Vec::new() }
    }

    /// Counts a line that is no record.
    pub(super) fn aside(&mut self, reason: &'static str) {
        *self.tally.asides.entry(reason).or_default() += 1;
    }

    /// Counts a record of another kind.
    pub(super) fn out_of_scope(&mut self, reason: &str) {
        self.tally.records += 1;
        self.tally.cut = false;
        *self.tally.out_of_scope.entry(reason.to_owned()).or_default() += 1;
    }

    /// Counts a record that could not even be taken apart.
    pub(super) fn broken(&mut self, line: u64, column: Option<String>, reason: &'static str) {
        self.tally.records += 1;
        self.tally.cut = reason == TRUNCATED;
        self.refuse(line, column, reason);
    }

    /// A record is refused once, however many rows it would have given.
    fn refuse(&mut self, line: u64, column: Option<String>, reason: &'static str) {
        if self.refused != self.tally.records {
            self.refused = self.tally.records;
            self.tally.rejected += 1;
            self.note(line, column, reason, true);
        }
    }

    /// The place of the record at hand.
    fn place(&self, line: u64) -> u64 {
        match self.setting.place {
            RowPlace::Line => line,
            RowPlace::Record => self.tally.records,
        }
    }

    fn note(&mut self, line: u64, column: Option<String>, reason: &'static str, whole_row: bool) {
        if self.tally.notes.len() < LISTED {
            self.tally.notes.push(Note { row: self.place(line), line, column, reason, whole_row });
        }
    }

    /// Whether the mapping leaves this record out; then it is counted.
    pub(super) fn skips<R: Record>(&mut self, record: &R) -> bool {
        let plan = self.setting.plan;
        let Some(skip) = plan.skips.iter().find(|skip| holds(&skip.when, record, &plan.nulls)) else { return false };
        self.out_of_scope(&skip.reason);
        true
    }

    /// Takes a record. `elements` gives the elements of the list at a slot as records of their own.
    pub(super) fn record<R: Record>(
        &mut self,
        record: &R,
        line: u64,
        elements: impl for<'r> Fn(&'r R, usize) -> Vec<R>,
    ) {
        if self.skips(record) {
            return;
        }
        self.tally.records += 1;
        self.tally.cut = false;
        let plan = self.setting.plan;
        if plan.leaves_out.as_ref().is_some_and(|left| holds(&left.shown_by, record, &plan.nulls)) {
            self.tally.shown += 1;
        }
        for doubt in plan.doubts.iter().filter(|doubt| holds(&doubt.when, record, &plan.nulls)) {
            *self.tally.doubts.entry(doubt.reason.clone()).or_default() += 1;
        }
        self.collected = plan.observed_at.and_then(|slot| collected(record, slot, self.setting.zone));
        let mut used = false;
        let mut reason: Option<&str> = None;
        for (index, rows) in plan.rows.iter().enumerate() {
            let mut take = |result: RowResult<'p>| match result {
                RowResult::Done => used = true,
                RowResult::Skipped(why) => reason = reason.or(why),
            };
            match rows.each {
                None => take(self.row(index, rows, record, line)),
                Some(slot) => elements(record, slot).iter().for_each(|part| take(self.row(index, rows, part, line))),
            }
        }
        if !used {
            let reason = reason.unwrap_or("holds nothing that the mapping reads");
            *self.tally.out_of_scope.entry(reason.to_owned()).or_default() += 1;
        }
    }

    /// Makes one row. `Done` also for a row that was rejected: it is counted there.
    fn row<R: Record>(&mut self, index: usize, rows: &'p RowPlan, record: &R, line: u64) -> RowResult<'p> {
        let nulls = &self.setting.plan.nulls;
        let holds_other = || !rows.or_when.is_empty() && holds(&rows.or_when, record, nulls);
        if !holds(&rows.when, record, nulls) && !holds_other() {
            return RowResult::Skipped(None);
        }
        let (at, places) = &self.places[index];
        let (at, places) = (*at, places.as_slice());
        let mut values: Vec<Value<'_>> = recycled(std::mem::take(&mut self.scratch));
        values.resize(self.tables[at].columns.len(), Value::Null);
        let mut unfit: Vec<(&'static Column, &'static str)> = Vec::new();
        for ((column, rule), place) in rows.columns.iter().zip(places) {
            match apply(column, rule, record, self.setting.zone, &mut self.tally.seen) {
                Got::Value(value) => values[*place] = value,
                Got::Doubt(value, why) => {
                    values[*place] = value;
                    unfit.push((column, why));
                }
                Got::Skip => return RowResult::Skipped(rule.skip_reason()),
                Got::Unfit(why) => unfit.push((column, why)),
            }
        }
        let place = self.place(line);
        let table = &mut self.tables[at];
        if let Some(system) = self.setting.system
            && let Some(place) = table.marks.system
            && values[place] == Value::Null
            && !unfit.iter().any(|(column, _)| column.name == "system")
        {
            values[place] = Value::Text(system.into());
        }
        keep_status(table, &mut values, &mut unfit);
        contradiction(table, &mut values, &mut unfit);
        let stranger =
            table.marks.system.and_then(|place| self.setting.stranger(rows, &mut values[place], &mut self.tally));
        let refused = refusal(table, &values, &unfit).or_else(|| Some((table.columns[table.marks.system?], stranger?)));
        if let Some((column, why)) = refused {
            self.refuse(line, Some(column.name.to_owned()), why);
            return RowResult::Done;
        }
        settle(table, &mut values, &unfit);
        for (builder, value) in table.builders.iter_mut().zip(&values) {
            match (builder, value) {
                ([Some(lo), Some(hi)], Value::Span(from, to)) => {
                    lo.push(&from.map_or(Value::Null, Value::Int));
                    hi.push(&to.map_or(Value::Null, Value::Int));
                }
                ([lo, hi], value) => {
                    for builder in [lo, hi].into_iter().flatten() {
                        builder.push(value);
                    }
                }
            }
        }
        table.src_row.push(i32::try_from(place).unwrap_or(i32::MAX));
        if self.setting.plan.observed_at.is_some() {
            table.collected.push(self.collected);
        }
        if let Some(unread) = &mut table.unread {
            unread.push(&names(&unfit));
        }
        self.scratch = recycled(values);
        for (column, why) in unfit {
            *self.tally.unparsed.entry(column.name.to_owned()).or_default() += 1;
            self.note(line, Some(column.name.to_owned()), why, false);
        }
        RowResult::Done
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
            if let Some(unread) = rows.unread {
                columns.push((UNREAD.to_owned(), unread.finish()));
            }
            Chunk { table: rows.table, columns, src_row: rows.src_row, collected: rows.collected }
        });
        (chunks.collect(), self.tally)
    }
}

/// What became of one row.
enum RowResult<'r> {
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
