//! Columns of the long tables: how a column of the evidence contract stands in a sheet.

use super::cell::Cell;
use super::table::{Column, Kind, column};
use crate::assess::contract::{self, EVIDENCE, FINDINGS};
use crate::render::csv;
use crate::time::{Moment, TimeFormat, parse_time};

/// A column of the contract.
pub(super) type Field = contract::Column;

/// The columns of findings in the order in which readers need them; what other columns say again is left out.
const ORDER: [&str; 29] = [
    "severity",
    "metric_title",
    "person_name",
    "person_id",
    "department",
    "manager",
    "subject_kind",
    "subject",
    "system",
    "system_owner",
    "reason",
    "over_seconds",
    "shortest_seconds",
    "longest_seconds",
    "limit_seconds",
    "result",
    "open",
    "began_lo",
    "began_hi",
    "ended_lo",
    "ended_hi",
    "waiver_id",
    "references",
    "began_source",
    "ended_source",
    "finding_id",
    "metric",
    "account_key",
    "credential_key",
];

/// The columns of the sheet of findings.
pub(super) fn findings() -> Vec<Field> {
    ORDER.iter().filter_map(|name| FINDINGS.iter().find(|column| column.name == *name)).copied().collect()
}

/// The columns of the sheets of populations.
pub(super) fn evidence() -> Vec<Field> {
    EVIDENCE.to_vec()
}

/// Its columns in a sheet; sentences wrap only where that does not slow the sheet down.
pub(super) fn columns(field: &Field, wrap: bool) -> Vec<Column> {
    let one = |kind, width| vec![column(field.title, kind, width)];
    match field.kind {
        contract::Kind::Sentence => one(if wrap { Kind::Long } else { Kind::Text }, 70.0),
        contract::Kind::Place => one(Kind::Text, 30.0),
        contract::Kind::Text if ["metric_title", "subject"].contains(&field.name) => one(Kind::Text, 36.0),
        contract::Kind::Text => one(Kind::Text, 22.0),
        contract::Kind::Word(_) => one(Kind::Text, 13.0),
        contract::Kind::Flag => one(Kind::Text, 8.0),
        contract::Kind::Time => vec![column(format!("{} (UTC)", field.title), Kind::Time, 18.5)],
        contract::Kind::Seconds => vec![
            column(format!("{} (seconds)", field.title), Kind::Number, 14.0),
            column(field.title, Kind::Readable, 12.0),
        ],
    }
}

/// What it holds, in words.
pub(super) fn holds(field: &Field) -> &'static str {
    match field.kind {
        contract::Kind::Text | contract::Kind::Place => "text",
        contract::Kind::Sentence => "sentence",
        contract::Kind::Word(_) => "one of some words",
        contract::Kind::Flag => "yes or no",
        contract::Kind::Time => "date and time, UTC",
        contract::Kind::Seconds => "seconds, and in words",
    }
}

/// What it means, and which words stand for which words of the CSV file.
pub(super) fn meaning(field: &Field) -> String {
    let words = field.words().into_iter().filter(|(file, reader)| file != reader);
    let words: Vec<String> = words.map(|(file, reader)| format!("“{reader}” is {file} in the CSV file")).collect();
    if words.is_empty() { format!("{}.", field.meaning) } else { format!("{}. {}.", field.meaning, words.join("; ")) }
}

/// Appends its cells for a cell of the CSV. What is not of the expected form stays text.
pub(super) fn push<'a>(field: &Field, plain: &'a str, cells: &mut Vec<Cell<'a>>) {
    match field.kind {
        contract::Kind::Text | contract::Kind::Sentence | contract::Kind::Place => {
            cells.push(Cell::text(csv::plain(plain)));
        }
        contract::Kind::Word(words) => {
            let words = words();
            let words = words.iter().find(|(file, _)| *file == plain).map(|(_, reader)| *reader);
            cells.push(words.map_or_else(|| Cell::text(csv::plain(plain)), |words| Cell::word(field.name, words)));
        }
        contract::Kind::Flag => cells.push(match plain {
            "true" => Cell::flag(true),
            "false" => Cell::flag(false),
            other => Cell::text(other),
        }),
        contract::Kind::Time => cells.push(match parse_time(plain.as_bytes(), TimeFormat::Iso) {
            Some(Moment::At(at)) => Cell::Time(at),
            _ => Cell::text(plain),
        }),
        contract::Kind::Seconds => match plain.parse::<i64>() {
            Ok(seconds) => cells.extend(Cell::length(Some(seconds))),
            Err(_) => cells.extend([Cell::text(plain), Cell::Empty]),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These say again what other columns say.
    const AGAIN: [&str; 3] = ["began_at", "ended_at", "length_seconds"];

    #[test]
    fn no_column_of_the_contract_is_forgotten() {
        let shown = findings();
        assert_eq!(shown.len(), ORDER.len());
        for column in &FINDINGS {
            let found = shown.iter().any(|one| one.name == column.name);
            assert_ne!(found, AGAIN.contains(&column.name), "{}", column.name);
        }
    }
}
