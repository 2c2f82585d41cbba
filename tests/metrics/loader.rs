//! Reads a case folder: canonical tables as CSV, the parameters, and the rows expected by hand.
//!
//! Columns are named as in frames; those left out are null. Times are RFC 3339 (or a day: its start in UTC).
//! `account_key` and `credential_key` default to `system:id`, `src_file` to 0, `src_row` to the row's number from 1.
//! `duckdb_check.py` reads the same folders by the same rules.

use std::path::{Path, PathBuf};

use overstay::dataset::{Frames, Table, empty_frame};
use overstay::metric::Params;
use overstay::time::{DayEdge, Micros, TimeFormat, Zone, parse_time};
use polars::prelude::*;

/// One folder under `tests/metrics/cases/<metric>/`.
pub(super) struct Case {
    pub(super) metric: String,
    pub(super) situation: String,
    pub(super) frames: Frames,
    pub(super) params: Params,
    /// Tables that `params.toml` says nobody feeds.
    pub(super) missing: Option<Vec<String>>,
    /// Lines of `expected.csv`, the header first.
    pub(super) expected: Vec<Vec<String>>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/metrics/cases")
}

fn folders(of: &Path) -> Vec<(String, PathBuf)> {
    let mut found: Vec<_> = std::fs::read_dir(of)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| (entry.file_name().into_string().expect("a plain name"), entry.path()))
        .collect();
    found.sort();
    found
}

/// Every case, in the order of the folders.
pub(super) fn cases() -> Vec<Case> {
    let mut out = Vec::new();
    for (metric, folder) in folders(&root()) {
        for (situation, folder) in folders(&folder) {
            out.push(case(&metric, &situation, &folder));
        }
    }
    assert!(!out.is_empty(), "no case was found");
    out
}

fn case(metric: &str, situation: &str, folder: &Path) -> Case {
    let mut frames = Frames::default();
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("a case").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut expected = None;
    let mut settings = None;
    for path in files {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name").to_owned();
        let place = format!("{metric}/{situation}/{stem}");
        if path.extension().is_some_and(|ending| ending == "toml") {
            assert_eq!(stem, "params", "{place}");
            settings = Some(std::fs::read_to_string(&path).expect("params.toml").parse::<toml::Table>().expect("TOML"));
        } else if stem == "expected" {
            expected = Some(rows(&path));
        } else {
            let table = Table::from_name(&stem).unwrap_or_else(|| panic!("{place} is not a canonical table"));
            frames.insert(table, frame(table, &rows(&path), &place));
        }
    }
    let settings = settings.unwrap_or_else(|| panic!("{metric}/{situation} has no params.toml"));
    let at = |name: &str| settings[name].as_str().expect("a time");
    Case {
        metric: metric.to_owned(),
        situation: situation.to_owned(),
        frames,
        params: params(at("as_of"), at("period_from"), at("period_to")),
        missing: settings.get("missing").map(|list| {
            list.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
        }),
        expected: expected.unwrap_or_else(|| panic!("{metric}/{situation} has no expected.csv")),
    }
}

/// The parameters of a run.
pub(super) fn params(as_of: &str, from: &str, to: &str) -> Params {
    Params { as_of: micros(as_of), period_from: micros(from), period_to: micros(to) }
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("a CSV");
    reader
        .records()
        .map(|record| {
            let record = record.unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
            record.iter().map(str::to_owned).collect()
        })
        .collect()
}

/// Microseconds of an RFC 3339 time, or of the start of a day in UTC.
pub(super) fn micros(text: &str) -> Micros {
    let moment = parse_time(text.as_bytes(), TimeFormat::Iso).unwrap_or_else(|| panic!("`{text}` is no time"));
    Zone::UTC.resolve(moment, DayEdge::Start)
}

fn frame(table: Table, rows: &[Vec<String>], place: &str) -> DataFrame {
    let model = empty_frame(table);
    let (header, body) = rows.split_first().unwrap_or_else(|| panic!("{place} has no header"));
    for name in header {
        assert!(model.column(name).is_ok(), "{place}: {} has no column `{name}`", table.name());
    }
    let value = |row: &[String], name: &str| {
        let at = header.iter().position(|column| column == name)?;
        Some(row[at].clone()).filter(|text| !text.is_empty())
    };
    let columns = model
        .columns()
        .iter()
        .map(|column| {
            let name = column.name().as_str();
            let texts = body.iter().enumerate().map(|(index, row)| {
                value(row, name).or_else(|| match name {
                    "account_key" if table == Table::Accounts => {
                        Some(format!("{}:{}", value(row, "system")?, value(row, "account_id")?))
                    }
                    "credential_key" => Some(format!("{}:{}", value(row, "system")?, value(row, "credential_id")?)),
                    "src_file" => Some("0".to_owned()),
                    "src_row" => Some((index + 1).to_string()),
                    _ => None,
                })
            });
            let name = PlSmallStr::from(name);
            match column.dtype() {
                DataType::Int64 => {
                    Int64Chunked::from_iter_options(name, texts.map(|text| text.as_deref().map(micros))).into_column()
                }
                DataType::Int32 => Int32Chunked::from_iter_options(
                    name,
                    texts.map(|text| text.map(|text| text.parse().expect("a number"))),
                )
                .into_column(),
                DataType::Boolean => {
                    BooleanChunked::from_iter_options(name, texts.map(|text| text.map(|text| text == "true")))
                        .into_column()
                }
                _ => StringChunked::from_iter_options(name, texts).into_column(),
            }
        })
        .collect();
    DataFrame::new(body.len(), columns).expect("a frame")
}
