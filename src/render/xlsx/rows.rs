//! Findings and populations, row by row: read from the CSV files of the pack and written as they come.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use csv::StringRecord;

use super::book::{self, Book, Place};
use super::cell::Cell;
use super::fields::{self, Field};
use super::style::Tab;
use super::table::{Kind, column};
use super::{PackTables, Room, share};
use crate::failure::{Failure, Outcome};
use crate::render::{facts, text};
use crate::report::{MetricReport, Report, Severity};

/// Sentences wrap in sheets up to this many rows; the height of every row is computed when a book is opened.
const WRAPPED_ROWS: u64 = 5_000;

/// Names of the sheets of populations: the ids of their metrics, as far as these are names.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Takes the names before any sheet is written.
    pub(super) fn take(book: &mut Book, report: &Report) -> Self {
        let measured = report.metrics.iter().filter(|metric| metric.evidence.is_some());
        Self(measured.map(|metric| (metric.id.clone(), book.name(&metric.id))).collect())
    }

    /// The sheet that stands for each metric's place in the document.
    pub(super) fn places(&self) -> Vec<Place> {
        self.0.iter().map(|(id, name)| (facts::anchor("m-", id), name.clone())).collect()
    }

    /// The sheet of a metric's population, if there is one.
    pub(super) fn of(&self, metric: &str) -> Option<&str> {
        self.0.get(metric).map(String::as_str)
    }
}

/// A file with as many rows as the report says.
struct Source<'a> {
    file: &'a str,
    total: u64,
    what: &'a str,
}

/// So many rows each long table may take.
pub(super) fn limit(report: &Report, room: Room) -> u64 {
    let mut lengths = vec![report.findings.total];
    lengths.extend(populations(report).filter(|(_, file)| is_csv(file)).map(|(metric, _)| items(metric)));
    share::limit(&lengths, room.sheet, room.book)
}

fn populations(report: &Report) -> impl Iterator<Item = (&MetricReport, &str)> {
    report.metrics.iter().filter_map(|metric| Some((metric, metric.evidence.as_deref()?)))
}

/// The sheet of findings: the gravest first, then the longest.
pub(super) fn findings(book: &mut Book, report: &Report, tables: &dyn PackTables, limit: u64) -> Outcome<()> {
    let source = Source { file: &report.findings.file, total: report.findings.total, what: "findings" };
    let title = "All findings by severity, the longest first";
    stream(book, tables, book::FINDINGS, &source, title, &fields::findings(), limit)
}

/// A sheet for every population.
pub(super) fn evidence(
    book: &mut Book,
    report: &Report,
    tables: &dyn PackTables,
    limit: u64,
    names: &Names,
) -> Outcome<()> {
    for (metric, file) in populations(report) {
        let Some(name) = names.of(&metric.id) else {
            continue;
        };
        let title = format!("{}: the population, item by item", metric.title);
        if is_csv(file) {
            let source = Source { file, total: items(metric), what: "items" };
            stream(book, tables, name, &source, &title, &fields::evidence(), limit)?;
        } else {
            counts(book, tables, name, metric, file)?;
        }
    }
    Ok(())
}

fn is_csv(file: &str) -> bool {
    std::path::Path::new(file).extension().is_some_and(|ending| ending == "csv")
}

/// Rows of an evidence file: the population, and what was excluded from it.
fn items(metric: &MetricReport) -> u64 {
    metric.population.saturating_add(metric.excluded)
}

fn hash(tables: &dyn PackTables, file: &str) -> String {
    tables.sha256(file).map_or_else(String::new, |hash| format!(" (SHA-256 {hash})"))
}

fn stream(
    book: &mut Book,
    tables: &dyn PackTables,
    name: &str,
    source: &Source<'_>,
    title: &str,
    fields: &[Field],
    limit: u64,
) -> Outcome<()> {
    let Source { file, total, what } = *source;
    let shown = total.min(limit);
    let hash = hash(tables, file);
    let note = if shown == total {
        format!("{title}. {} {what}: every row of {file}{hash}.", text::count(total))
    } else {
        format!(
            "{title}. Showing the first {} {what}; all {} are in {file}{hash}.",
            text::of(shown, total),
            text::count(total)
        )
    };
    let unreadable = |cause: csv::Error| Failure::run(format!("cannot read {file} again: {cause}"));
    let mut reader = csv::Reader::from_reader(tables.open(file)?);
    let header = reader.headers().map_err(unreadable)?.clone();
    let mut places = Vec::with_capacity(fields.len());
    for field in fields {
        let place = header.iter().position(|name| name == field.name);
        places.push((field, place.ok_or_else(|| Failure::run(format!("{file} has no column {}", field.name)))?));
    }
    let columns: Vec<_> = fields.iter().flat_map(|field| fields::columns(field, shown <= WRAPPED_ROWS)).collect();
    let mut table = book.table(name, Tab::Rows, &note, &columns)?;
    let mut write = |record: &StringRecord| {
        let mut cells = Vec::with_capacity(columns.len());
        for (field, place) in &places {
            fields::push(field, record.get(*place).unwrap_or_default(), &mut cells);
        }
        table.row(&cells)
    };
    let mut read = 0_u64;
    if name == book::FINDINGS {
        let worst = worst(tables, file, shown)?;
        let mut kept = Vec::with_capacity(worst.len());
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            if let Ok(at) = worst.binary_search_by_key(&read, |(row, _)| *row) {
                kept.push((worst[at].1, record));
            }
            read += 1;
        }
        kept.sort_unstable_by_key(|(rank, _)| *rank);
        kept.iter().try_for_each(|(_, record)| write(record))?;
    } else {
        let mut record = StringRecord::new();
        while read <= shown && reader.read_record(&mut record).map_err(unreadable)? {
            read += 1;
            if read > shown {
                break;
            }
            write(&record)?;
        }
    }
    // A book that tells another number than the report would be worse than none.
    if read != if name == book::FINDINGS { total } else { total.min(shown + 1) } {
        let message = format!("{file} does not hold the {total} rows that the report counts");
        return Err(Failure::run(message));
    }
    let sheet = table.finish()?;
    let rows = if shown == total { text::count(total) } else { format!("first {}", text::of(shown, total)) };
    book.add(sheet, title, rows, &[]);
    Ok(())
}

/// The rows of the findings that stand first, by row, each with its rank: severity, length, place in the file. Every
/// finding needs some bytes here; only those that are shown are read into memory.
fn worst(tables: &dyn PackTables, file: &str, most: u64) -> Outcome<Vec<(u64, Rank)>> {
    let unreadable = |cause: csv::Error| Failure::run(format!("cannot read {file} again: {cause}"));
    let mut reader = csv::Reader::from_reader(tables.open(file)?);
    let header = reader.headers().map_err(unreadable)?.clone();
    let at = |name: &str| header.iter().position(|column| column == name);
    let (severity, length) = (at("severity"), at("shortest_seconds"));
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        let row = rows.len() as u64;
        let rank = (Severity::rank_of(cell(severity)), Reverse(cell(length).parse().unwrap_or(0)), row);
        rows.push((row, rank));
    }
    rows.sort_unstable_by_key(|(_, rank)| *rank);
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    rows.sort_unstable_by_key(|(row, _)| *row);
    Ok(rows)
}

/// Severity, length, place in the file.
type Rank = (usize, Reverse<i64>, u64);

/// In place of a population that is longer than a spreadsheet: how many items, and where they are.
fn counts(book: &mut Book, tables: &dyn PackTables, name: &str, metric: &MetricReport, file: &str) -> Outcome<()> {
    let columns = [column("Result", Kind::Text, 16.0), column("Items", Kind::Number, 14.0)];
    let total = items(metric);
    let note = format!(
        "{}: {} items, more than a spreadsheet holds; 0 are shown here. All are in {file}{}.",
        metric.title,
        text::count(total),
        hash(tables, file)
    );
    let mut table = book.table(name, Tab::Rows, &note, &columns)?;
    for (word, count) in [
        ("within", metric.within),
        ("over", metric.over),
        ("may be over", metric.indeterminate),
        ("unknown", metric.unknown),
        ("left out", metric.excluded),
    ] {
        table.row(&[Cell::text(word), Cell::Number(count.into())])?;
    }
    let sheet = table.finish()?;
    book.add(sheet, format!("{}: counts; the population is in {file}", metric.title), text::of(0, total), &[]);
    Ok(())
}
