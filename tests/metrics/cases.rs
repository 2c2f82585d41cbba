//! Every case folder: the engine's rows against those written by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use overstay::dataset::{Table, empty_frame};
use overstay::metric::{Engine, Metric, Register, Shape, Stays};
use overstay::report::Severity;
use overstay::time::rfc3339;

use polars::prelude::DataType;

use super::loader::{Case, cases};

const STAY: [&str; 8] = ["subject", "state", "began_lo", "began_hi", "ended_lo", "ended_hi", "seen_until", "note"];
/// Cases of a metric whose rows may say how much they matter show that too.
const GRADED: [&str; 9] =
    ["subject", "state", "began_lo", "began_hi", "ended_lo", "ended_hi", "seen_until", "severity", "note"];
const VALUE: [&str; 4] = ["name", "system", "numerator", "denominator"];

/// Everything that a row says, for the comparison with the other engine.
const WHOLE: [&str; 18] = [
    "subject_kind",
    "subject",
    "system",
    "person_id",
    "account_key",
    "credential_key",
    "state",
    "severity",
    "note",
    "began_lo",
    "began_hi",
    "ended_lo",
    "ended_hi",
    "seen_until",
    "began_file",
    "began_row",
    "ended_file",
    "ended_row",
];

type Row = BTreeMap<&'static str, String>;

fn stay_rows(stays: &Stays) -> Vec<Row> {
    let time = |at: Option<i64>| at.map(rfc3339).unwrap_or_default();
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let pair = |source: Option<(u32, u32)>| match source {
        Some((file, row)) => (file.to_string(), row.to_string()),
        None => Default::default(),
    };
    (0..stays.len())
        .map(|row| {
            let (began_file, began_row) = pair(stays.began_source(row));
            let (ended_file, ended_row) = pair(stays.ended_source(row));
            BTreeMap::from([
                ("subject_kind", text(stays.subject_kind.get(row))),
                ("subject", text(stays.subject.get(row))),
                ("system", text(stays.system.get(row))),
                ("person_id", text(stays.person_id.get(row))),
                ("account_key", text(stays.account_key.get(row))),
                ("credential_key", text(stays.credential_key.get(row))),
                ("state", stays.state[row].word().to_owned()),
                ("severity", text(stays.severity(row).map(Severity::word))),
                ("note", text(stays.note.get(row))),
                ("began_lo", time(stays.began_lo(row))),
                ("began_hi", time(stays.began_hi(row))),
                ("ended_lo", time(stays.ended_lo(row))),
                ("ended_hi", time(stays.ended_hi(row))),
                ("seen_until", time(stays.seen_until(row))),
                ("began_file", began_file),
                ("began_row", began_row),
                ("ended_file", ended_file),
                ("ended_row", ended_row),
            ])
        })
        .collect()
}

/// The rows of a metric on a case; columns are those of [`WHOLE`] or [`VALUE`].
fn run(engine: &Engine, metric: &Metric, case: &Case) -> Vec<Row> {
    let mut out = Vec::new();
    match metric.shape() {
        Shape::Duration => {
            engine
                .run(metric, |stays| {
                    have_lineage_and_ordered_bounds(case, &stays);
                    out.extend(stay_rows(&stays));
                    Ok(())
                })
                .expect("the metric runs");
        }
        Shape::Indicator => {
            for value in engine.indicator(metric).expect("the indicator runs") {
                out.push(BTreeMap::from([
                    ("name", value.name),
                    ("system", value.system.unwrap_or_default()),
                    ("numerator", value.numerator.to_string()),
                    ("denominator", value.denominator.map(|number| number.to_string()).unwrap_or_default()),
                ]));
            }
        }
    }
    out
}

fn lines(rows: &[Row], columns: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> =
        rows.iter().map(|row| columns.iter().map(|name| row[name].as_str()).collect::<Vec<_>>().join(" | ")).collect();
    lines.sort();
    lines
}

/// `target/cases/<metric>/<situation>.csv`, for `tests/acceptance/duckdb_check.py`.
fn keep(case: &Case, rows: &[Row], columns: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/cases").join(&case.metric);
    std::fs::create_dir_all(&folder).expect("target/cases");
    let mut writer = csv::Writer::from_path(folder.join(format!("{}.csv", case.situation))).expect("a file");
    writer.write_record(columns).expect("a header");
    for row in rows {
        writer.write_record(columns.iter().map(|name| &row[name])).expect("a row");
    }
    writer.flush().expect("a file");
}

/// `target/cases/catalogue.csv`: the tables in the words of other engines.
fn keep_catalogue() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/cases");
    std::fs::create_dir_all(&folder).expect("target/cases");
    let mut writer = csv::Writer::from_path(folder.join("catalogue.csv")).expect("a file");
    writer.write_record(["table", "column", "type"]).expect("a header");
    for table in Table::ALL {
        for column in empty_frame(table).columns() {
            let kind = match column.dtype() {
                DataType::Int64 => "BIGINT",
                DataType::Int32 => "INTEGER",
                DataType::Boolean => "BOOLEAN",
                _ => "VARCHAR",
            };
            writer.write_record([table.name(), column.name(), kind]).expect("a row");
        }
    }
    writer.flush().expect("a file");
}

#[test]
fn every_case_gives_the_rows_expected_by_hand() {
    keep_catalogue();
    let register = Register::load(&[]).expect("the register");
    let mut wrong = Vec::new();
    for case in cases() {
        let metric = register.get(&case.metric).unwrap_or_else(|| panic!("{} is no metric", case.metric));
        let engine = Engine::new(&case.frames, case.params, &register).expect("an engine");
        let rows = run(&engine, metric, &case);
        let (header, body) = case.expected.split_first().expect("a header");
        let (columns, whole): (&[&str], &[&str]) = match metric.shape() {
            Shape::Duration if header.iter().any(|name| name == "severity") => (&GRADED, &WHOLE),
            Shape::Duration => (&STAY, &WHOLE),
            Shape::Indicator => (&VALUE, &VALUE),
        };
        keep(&case, &rows, whole);
        assert_eq!(header, columns, "{}/{}", case.metric, case.situation);
        let mut expected: Vec<String> = body.iter().map(|row| row.join(" | ")).collect();
        expected.sort();
        let found = lines(&rows, columns);
        if expected != found {
            wrong.push(format!(
                "\n{}/{}\n  by hand:\n    {}\n  found:\n    {}\n",
                case.metric,
                case.situation,
                expected.join("\n    "),
                found.join("\n    ")
            ));
        }
        if let Some(missing) = &case.missing {
            let fed: BTreeSet<_> = case.frames.iter().map(|(table, _)| table).collect();
            let found: Vec<_> = metric.missing_needs(&fed).into_iter().map(|table| table.name().to_owned()).collect();
            if *missing != found {
                wrong.push(format!("\n{}/{}: missing {missing:?}, found {found:?}\n", case.metric, case.situation));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

/// A row of a shipped metric always says where it comes from, and bounds are never upside down.
fn have_lineage_and_ordered_bounds(case: &Case, stays: &Stays) {
    for row in 0..stays.len() {
        let place = format!("{}/{} row {row}", case.metric, case.situation);
        assert!(stays.began_source(row).is_some() && stays.ended_source(row).is_some(), "{place}: lineage");
        let in_order =
            |pairs: [(Option<i64>, Option<i64>); 3]| pairs.iter().all(|(a, b)| a.is_none() || b.is_none() || a <= b);
        let (began, ended) = ((stays.began_lo(row), stays.began_hi(row)), (stays.ended_lo(row), stays.ended_hi(row)));
        assert!(in_order([began, ended, (began.0, ended.1)]), "{place}: bounds");
        assert!(stays.seen_until(row).is_none_or(|seen| seen <= case.params.as_of), "{place}: seen after as-of");
        let word = stays.state[row].word();
        assert_eq!(ended.1.is_some(), word == "closed", "{place}: an end and the state {word}");
        assert_eq!(stays.seen_until(row).is_some(), word == "open", "{place}: an observation and the state {word}");
        assert!(word != "unknown" && word != "excluded" || stays.note.get(row).is_some(), "{place}: why {word}");
    }
}

#[test]
fn every_metric_has_a_case_that_fires_and_one_that_stays_silent() {
    let register = Register::load(&[]).expect("the register");
    let mut fires = BTreeSet::new();
    let mut silent = BTreeSet::new();
    for case in cases() {
        let metric = register.get(&case.metric).expect("a metric");
        let body = &case.expected[1..];
        let fired = match metric.shape() {
            Shape::Duration => body.iter().any(|row| row[1] == "open" || row[1] == "closed"),
            Shape::Indicator => body.iter().any(|row| row[2] != "0"),
        };
        if fired {
            fires.insert(case.metric.clone())
        } else {
            silent.insert(case.metric.clone())
        };
    }
    for id in register.ids() {
        assert!(fires.contains(id), "{id} has no case that fires");
        assert!(silent.contains(id), "{id} has no case that stays silent");
    }
}

#[test]
fn duration_metrics_have_the_compulsory_situations() {
    let register = Register::load(&[]).expect("the register");
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for case in cases() {
        seen.entry(case.metric.clone()).or_default().insert(case.situation.clone());
    }
    for metric in register.metrics().iter().filter(|metric| metric.shape() == Shape::Duration) {
        let situations = &seen[metric.id()];
        let has = |word: &str| situations.iter().any(|situation| situation.contains(word));
        for word in ["empty-population", "missing-", "out-of-order", "after-as-of"] {
            assert!(has(word), "{} lacks a situation {word}", metric.id());
        }
    }
}
