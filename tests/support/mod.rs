//! Shared by the tests: small tables written as text.

pub(crate) mod book;
pub(crate) mod company;
pub(crate) mod schema;

use std::collections::BTreeMap;

use overstay::dataset::{ColumnKind, Table, complete};
use overstay::source::{FileOutcome, InputFile, ObservedBasis};
use overstay::time::{Micros, Moment, TimeFormat, Zone, parse_time};
use polars::prelude::*;

/// An instant from `2026-07-01`, `2026-07-01T10:00` or `2026-07-01T10:00:00Z`, in UTC.
pub(crate) fn at(text: &str) -> Micros {
    match parse_time(text.as_bytes(), TimeFormat::Iso) {
        Some(moment @ (Moment::At(_) | Moment::Local(_) | Moment::Day(_))) => {
            Zone::UTC.resolve(moment, overstay::time::DayEdge::Start)
        }
        None => panic!("not a time: {text}"),
    }
}

/// A frame of a canonical table from CSV text with frame column names. `src_file` is 0 and `src_row` counts from 1
/// unless the text has these columns.
pub(crate) fn table(table: Table, text: &str) -> DataFrame {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim().as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let mut kinds: BTreeMap<String, ColumnKind> = BTreeMap::new();
    for column in table.columns() {
        for name in column.frame_names() {
            kinds.insert(name, column.kind);
        }
    }
    let mut columns: Vec<Column> = Vec::new();
    for (index, name) in header.iter().enumerate() {
        let cells = || rows.iter().map(|row| row.get(index).filter(|cell| !cell.is_empty()));
        let name: PlSmallStr = name.as_str().into();
        columns.push(match (name.as_str(), kinds.get(name.as_str())) {
            ("src_file" | "src_row", _) | (_, Some(ColumnKind::Number)) => Column::new(
                name,
                cells().map(|cell| cell.map(|cell| cell.parse::<i32>().expect("a number"))).collect::<Vec<_>>(),
            ),
            (_, Some(ColumnKind::Instant(_) | ColumnKind::Bounds)) => {
                Column::new(name, cells().map(|cell| cell.map(at)).collect::<Vec<_>>())
            }
            (_, Some(ColumnKind::Flag)) => {
                Column::new(name, cells().map(|cell| cell.map(|cell| cell == "true")).collect::<Vec<_>>())
            }
            (_, Some(ColumnKind::Text)) => {
                Column::new(name, cells().map(|cell| cell.map(str::to_owned)).collect::<Vec<_>>())
            }
            (unknown, None) => panic!("{} has no column {unknown}", table.name()),
        });
    }
    if !header.iter().any(|name| name == "src_row") {
        columns.push(Column::new("src_row".into(), (1..=rows.len() as i32).collect::<Vec<_>>()));
    }
    if !header.iter().any(|name| name == "src_file") {
        columns.push(Column::new("src_file".into(), vec![0_i32; rows.len()]));
    }
    complete(table, &DataFrame::new(rows.len(), columns).expect("columns of one length"))
}

/// An input file as the reader would describe it.
pub(crate) fn file(path: &str, source: &str, observed: &str) -> InputFile {
    InputFile {
        bytes: 1,
        sha256: "0".repeat(64),
        outcome: FileOutcome::Read,
        source: Some(source.to_owned()),
        records: 1,
        observed_at: Some(at(observed)),
        observed_basis: ObservedBasis::Supplied,
        ..InputFile::unread(path)
    }
}

/// The named columns of a frame as lines of text, times in RFC 3339, null as `-`.
pub(crate) fn lines(frame: &DataFrame, names: &[&str]) -> Vec<String> {
    (0..frame.height())
        .map(|row| {
            let cells: Vec<String> = names
                .iter()
                .map(|name| match frame.column(name).and_then(|column| column.get(row).map(AnyValue::into_static)) {
                    Ok(AnyValue::Null) => "-".to_owned(),
                    Ok(AnyValue::Int64(at)) => overstay::time::rfc3339(at).replace(":00Z", "Z").replace("T00:00Z", ""),
                    Ok(value) => value.get_str().map_or_else(|| value.to_string(), str::to_owned),
                    Err(cause) => panic!("{cause}"),
                })
                .collect();
            cells.join(" ")
        })
        .collect()
}
