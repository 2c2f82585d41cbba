//! Columns of the long tables: how a column of the CSV stands in a sheet, and what it means.

use super::book::{Book, READ_ME};
use super::cell::Cell;
use super::style::Tab;
use super::table::{Column, Kind, column};
use crate::failure::Outcome;
use crate::render::{csv, text};
use crate::time::{Moment, TimeFormat, parse_time};

/// How a cell of the CSV is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Text of the data.
    Text,
    /// A sentence.
    Long,
    /// `true` or `false`.
    Flag,
    /// RFC 3339.
    Time,
    /// Seconds; a second column shows them as people read them, under this head.
    Length(&'static str),
}

/// One column of a CSV file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Field {
    pub(super) csv: &'static str,
    pub(super) title: &'static str,
    pub(super) form: Form,
    width: f64,
    meaning: &'static str,
}

const fn field(csv: &'static str, title: &'static str, form: Form, width: f64, meaning: &'static str) -> Field {
    Field { csv, title, form, width, meaning }
}

/// Columns of `findings.csv`.
pub(super) const FINDINGS: [Field; 26] = [
    field(
        "finding_id",
        "Finding id",
        Form::Text,
        22.0,
        "Stable from run to run: metric, system, subject and beginning decide it",
    ),
    field("metric", "Metric", Form::Text, 22.0, "Id of the metric; also the name of its sheet and its evidence file"),
    field("severity", "Severity", Form::Text, 10.0, "How much a finding matters, from the policy"),
    field("system", "System", Form::Text, 16.0, "System, if it has one"),
    field("subject_kind", "Kind", Form::Text, 11.0, "What was looked at: account, credential, person, intent"),
    field("subject", "Subject", Form::Text, 28.0, "The subject as people know it"),
    field("person_id", "Person", Form::Text, 14.0, "The person concerned"),
    field("account_key", "Account key", Form::Text, 24.0, "The account concerned"),
    field("credential_key", "Credential key", Form::Text, 24.0, "The credential concerned"),
    field("began_at", "Began (UTC)", Form::Time, 18.5, "When the stay began, at the earliest: the same as began_lo"),
    field("ended_at", "Ended (UTC)", Form::Time, 18.5, "When it ended, at the latest: the same as ended_hi"),
    field("began_lo", "Began, earliest (UTC)", Form::Time, 18.5, "When the stay began, at the earliest"),
    field("began_hi", "Began, latest (UTC)", Form::Time, 18.5, "When the stay began, at the latest"),
    field("ended_lo", "Ended, earliest (UTC)", Form::Time, 18.5, "When it ended, at the earliest; empty when open"),
    field("ended_hi", "Ended, latest (UTC)", Form::Time, 18.5, "When it ended, at the latest; empty when open"),
    field("open", "Open", Form::Flag, 8.0, "Whether it was open at the last observation"),
    field(
        "shortest_seconds",
        "At least (seconds)",
        Form::Length("At least"),
        14.0,
        "Its length at least, for an open one so far",
    ),
    field(
        "longest_seconds",
        "At most (seconds)",
        Form::Length("At most"),
        14.0,
        "Its length at most, for an open one up to the as-of moment; empty when there is no bound",
    ),
    field("length_seconds", "Length (seconds)", Form::Length("Length"), 14.0, "The same as shortest_seconds"),
    field("limit_seconds", "Limit (seconds)", Form::Length("Limit"), 14.0, "The limit that applied"),
    field(
        "over_seconds",
        "Over by at least (seconds)",
        Form::Length("Over by"),
        14.0,
        "Length at least, less limit, not below 0",
    ),
    field("result", "Result", Form::Text, 14.0, "over: in every reading of the evidence; indeterminate: in some"),
    field("waiver_id", "Waiver", Form::Text, 14.0, "The waiver in force that covers it"),
    field("reason", "Reason", Form::Long, 70.0, "What happened, in a sentence"),
    field("began_source", "Begin: file and line", Form::Text, 28.0, "File and line that show the beginning"),
    field(
        "ended_source",
        "End: file and line",
        Form::Text,
        32.0,
        "File and line that show the end, or the last observation",
    ),
];

/// Columns of `evidence/<metric>.csv`.
pub(super) const EVIDENCE: [Field; 21] = [
    field("subject_kind", "Kind", Form::Text, 11.0, "What was looked at: account, credential, person, intent"),
    field("subject", "Subject", Form::Text, 28.0, "The subject as people know it"),
    field("system", "System", Form::Text, 16.0, "System, if it has one"),
    field("person_id", "Person", Form::Text, 14.0, "The person concerned"),
    field("account_key", "Account key", Form::Text, 24.0, "The account concerned"),
    field("credential_key", "Credential key", Form::Text, 24.0, "The credential concerned"),
    field(
        "state",
        "State",
        Form::Text,
        11.0,
        "closed, open, none (nothing to measure), unknown, or excluded from the population",
    ),
    field("began_lo", "Began, earliest (UTC)", Form::Time, 18.5, "Earliest reading of the beginning"),
    field("began_hi", "Began, latest (UTC)", Form::Time, 18.5, "Latest reading of the beginning"),
    field("ended_lo", "Ended, earliest (UTC)", Form::Time, 18.5, "Earliest reading of the end; empty when open"),
    field("ended_hi", "Ended, latest (UTC)", Form::Time, 18.5, "Latest reading of the end; empty when open"),
    field("seen_until", "Seen open until (UTC)", Form::Time, 18.5, "Last instant at which an open stay was observed"),
    field("shortest_seconds", "Shortest (seconds)", Form::Length("Shortest"), 14.0, "Length in the shortest reading"),
    field("longest_seconds", "Longest (seconds)", Form::Length("Longest"), 14.0, "Length in the longest reading"),
    field("limit_seconds", "Limit (seconds)", Form::Length("Limit"), 14.0, "The limit that applied"),
    field("result", "Result", Form::Text, 14.0, "within, over, indeterminate, unknown or excluded"),
    field("finding_id", "Finding id", Form::Text, 22.0, "The finding that this item gave"),
    field("waiver_id", "Waiver", Form::Text, 14.0, "The waiver in force that covers it"),
    field("note", "Note", Form::Text, 36.0, "Why it is unknown, indeterminate or excluded, or what else is to be said"),
    field("began_source", "Begin: file and line", Form::Text, 28.0, "File and line that show the beginning"),
    field(
        "ended_source",
        "End: file and line",
        Form::Text,
        32.0,
        "File and line that show the end, or the last observation",
    ),
];

impl Field {
    /// Its columns in a sheet; sentences wrap only where that does not slow the sheet down.
    pub(super) fn columns(&self, wrap: bool) -> Vec<Column> {
        let one = |kind| vec![column(self.title, kind, self.width)];
        match self.form {
            Form::Text | Form::Flag => one(Kind::Text),
            Form::Long => one(if wrap { Kind::Long } else { Kind::Text }),
            Form::Time => one(Kind::Time),
            Form::Length(readable) => {
                vec![column(self.title, Kind::Number, self.width), column(readable, Kind::Readable, 11.0)]
            }
        }
    }

    /// Appends its cells for a cell of the CSV. What is not of the expected form stays text.
    pub(super) fn push<'a>(&self, plain: &'a str, cells: &mut Vec<Cell<'a>>) {
        match self.form {
            Form::Text | Form::Long => cells.push(Cell::text(csv::plain(plain))),
            Form::Flag => cells.push(match plain {
                "true" => Cell::flag(true),
                "false" => Cell::flag(false),
                other => Cell::text(other),
            }),
            Form::Time => cells.push(match parse_time(plain.as_bytes(), TimeFormat::Iso) {
                Some(Moment::At(at)) => Cell::Time(at),
                _ => Cell::text(plain),
            }),
            Form::Length(_) => match plain.parse::<i64>() {
                Ok(seconds) => cells.extend(Cell::length(Some(seconds))),
                Err(_) => cells.extend([Cell::text(plain), Cell::Empty]),
            },
        }
    }
}

/// What statuses, results and columns mean.
pub(super) fn read_me(book: &mut Book) -> Outcome<()> {
    const WORDS: [(&str, &str); 16] = [
        (
            "within its limit",
            "Every item of a non-empty population is within the configured limit. It speaks of that limit only.",
        ),
        ("over its limit", "Some items are surely over the limit and not waived."),
        ("within but for waivers", "Every item over the limit, or possibly over it, is covered by a waiver in force."),
        (
            "not enough evidence",
            "Nothing is surely over, but items are indeterminate or unknown, or a source or its coverage is missing.",
        ),
        ("nothing to measure", "The population was empty."),
        (
            "exceptions observed, no exceptions observed in the population tested",
            "What the direct metrics show about a reference of a framework. Neither is a verdict on the reference.",
        ),
        ("supporting evidence only", "Only metrics that are a sign of what a reference asks for have anything to say."),
        ("not assessed", "A metric without a limit; a reference without a metric, or without anything to measure."),
        (
            "population",
            "Items looked at: within, over, indeterminate and unknown together. Excluded items are counted beside it.",
        ),
        ("indeterminate", "Over the limit in one reading of the evidence, within it in another."),
        ("unknown", "In the population, but nothing can be said about its length."),
        (
            "waived",
            "Findings that a waiver in force covers. They stay among over and indeterminate, and are counted again here.",
        ),
        (
            "direct, supporting",
            "A direct metric measures the very thing that a reference asks for, on the population loaded; a supporting one is a sign of it.",
        ),
        ("times", "Dates of the spreadsheet, in UTC. A time that a spreadsheet cannot hold stays text."),
        (
            "lengths",
            "Whole seconds, rounded down, as in the CSV files; the column beside it shows days, hours and minutes.",
        ),
        ("empty cells", "Not known, or does not apply. An empty cell is never a zero."),
    ];
    let columns = [
        column("Where", Kind::Text, 16.0),
        column("Word or column", Kind::Text, 26.0),
        column("In the CSV", Kind::Text, 20.0),
        column("What it means", Kind::Long, 100.0),
    ];
    let note = "Words and columns of this book. Text that begins like a formula is text here; in the CSV files an \
                apostrophe stands in front of it.";
    let mut table = book.table(READ_ME, Tab::Data, note, &columns)?;
    for (word, meaning) in WORDS {
        table.row(&[Cell::text("all sheets"), Cell::text(word), Cell::Empty, Cell::text(meaning)])?;
    }
    for (place, fields) in [("findings", FINDINGS.as_slice()), ("populations", EVIDENCE.as_slice())] {
        for field in fields {
            let cells = [Cell::text(place), Cell::text(field.title), Cell::text(field.csv), Cell::text(field.meaning)];
            table.row(&cells)?;
        }
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "What the words and the columns mean", rows);
    Ok(())
}
