//! Every kind of export that ships: `kinds/<id>/<case>/files` is a folder of exports, the tables beside it say by hand
//! what becomes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use overstay::source::{FileOutcome, Inspected, LoadOptions, SourceSet, inspect};
use serde::Deserialize;

/// What a case says beside its tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// What becomes of each file.
    #[serde(default = "read")]
    outcome: String,
    /// The mapping, where it is not the one that the case lies under.
    source: Option<String>,
    records: Option<u64>,
    #[serde(default)]
    rejected: u64,
    #[serde(default)]
    out_of_scope: BTreeMap<String, u64>,
    #[serde(default)]
    doubts: BTreeMap<String, u64>,
    #[serde(default)]
    unparsed: BTreeMap<String, u64>,
}

fn read() -> String {
    "read".to_owned()
}

type Row = BTreeMap<String, String>;

fn folders(at: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(at)
        .unwrap_or_else(|cause| panic!("{}: {cause}", at.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

fn sum<'i>(files: &'i [Inspected], of: impl Fn(&'i Inspected) -> &'i BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for (key, count) in files.iter().flat_map(of) {
        *all.entry(key.clone()).or_default() += count;
    }
    all
}

/// Rows by table, each as its cells that hold something.
fn tables(files: &[Inspected]) -> BTreeMap<&'static str, Vec<Row>> {
    let mut tables: BTreeMap<&'static str, Vec<Row>> = BTreeMap::new();
    for preview in files.iter().flat_map(|file| &file.preview) {
        let rows = preview.rows.iter().map(|row| {
            let cells = preview.columns.iter().zip(row);
            cells.filter_map(|(column, cell)| Some((column.clone(), cell.clone()?))).collect()
        });
        tables.entry(preview.table.name()).or_default().extend(rows);
    }
    tables
}

/// The rows that a case expects, and the columns that it looks at.
fn expected(path: &Path) -> (Vec<String>, Vec<Row>) {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| {
        let record = record.unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
        let cells = header.iter().zip(record.iter()).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(column, cell)| (column.clone(), cell.to_owned())).collect()
    });
    (header.clone(), rows.collect())
}

/// What is otherwise than a case says.
fn differences(kind: &str, case: &Path, set: &SourceSet) -> Vec<String> {
    let text = std::fs::read_to_string(case.join("expect.toml")).unwrap_or_default();
    let expect: Expect = toml::from_str(&text).unwrap_or_else(|cause| panic!("{}: {cause}", case.display()));
    let files = inspect(&[case.join("files")], set, &LoadOptions::default(), usize::MAX).expect("a folder");
    let source = expect.source.as_deref().unwrap_or(kind);
    let mut out = Vec::new();
    let mut say = |what: String| out.push(format!("{kind}/{}: {what}", name(case)));
    for Inspected { file, .. } in &files {
        let outcome = serde_json::to_value(file.outcome).expect("a word");
        if outcome != expect.outcome.as_str() {
            say(format!("{}: {outcome}, expected {}", file.path, expect.outcome));
        } else if file.outcome == FileOutcome::Read && file.source.as_deref() != Some(source) {
            say(format!("{}: read as {:?}", file.path, file.source));
        }
    }
    let records: u64 = files.iter().map(|one| one.file.records).sum();
    if expect.records.is_some_and(|expected| expected != records) {
        say(format!("{records} records"));
    }
    let rejected: u64 = files.iter().map(|one| one.file.rejected).sum();
    if rejected != expect.rejected {
        say(format!("{rejected} rejected: {:?}", files.iter().flat_map(|one| &one.rejects).collect::<Vec<_>>()));
    }
    for (what, found, wanted) in [
        ("out of scope", sum(&files, |one| &one.file.out_of_scope), &expect.out_of_scope),
        ("contradictory", sum(&files, |one| &one.file.doubts), &expect.doubts),
        ("not understood", sum(&files, |one| &one.file.unparsed), &expect.unparsed),
    ] {
        if found != *wanted {
            say(format!("{what}: {found:?}"));
        }
    }
    let found = tables(&files);
    let given = std::fs::read_dir(case).expect("a case").map(|entry| entry.expect("an entry").path());
    let given: Vec<PathBuf> = given.filter(|path| path.extension().is_some_and(|ending| ending == "csv")).collect();
    for (table, rows) in &found {
        if !given.iter().any(|path| path.file_stem().is_some_and(|stem| stem == *table)) {
            say(format!("{} rows of {table}, which nobody expects", rows.len()));
        }
    }
    for path in &given {
        let (columns, wanted) = expected(path);
        let table = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let empty = Vec::new();
        let rows = found.get(table.as_str()).unwrap_or(&empty);
        if rows.len() != wanted.len() {
            say(format!("{} rows of {table}, expected {}", rows.len(), wanted.len()));
        }
        for (number, (row, wanted)) in rows.iter().zip(&wanted).enumerate() {
            // The system is that of the folder, unless the case says which.
            let of_folder = |column: &&String| *column == "system" && !columns.contains(column);
            let names: BTreeSet<&String> =
                row.keys().chain(wanted.keys()).filter(|column| !of_folder(column)).collect();
            for column in names {
                if row.get(column) != wanted.get(column) {
                    let number = number + 1;
                    say(format!(
                        "{table} {number}, {column}: {:?}, expected {:?}",
                        row.get(column),
                        wanted.get(column)
                    ));
                }
            }
        }
    }
    out
}

#[test]
fn every_kind_becomes_what_its_cases_say() {
    let root = Path::new("tests/sources/kinds");
    let set = SourceSet::load(&[]).expect("mappings that compile");
    let mut problems = Vec::new();
    let mut kinds = BTreeSet::new();
    for kind in folders(root) {
        let id = name(&kind);
        let cases = folders(&kind);
        assert!(set.get(&id).is_some(), "{id} is no mapping");
        assert!(!cases.is_empty(), "{id} has no case");
        problems.extend(cases.iter().flat_map(|case| differences(&id, case, &set)));
        kinds.insert(id);
    }
    for source in set.iter().filter(|source| !source.id().starts_with("own-")) {
        if !kinds.contains(source.id()) {
            problems.push(format!("{} has no case", source.id()));
        }
        if source.export().is_empty() || source.pitfalls().is_empty() {
            problems.push(format!("{} does not say how to export it, or what goes wrong", source.id()));
        }
    }
    assert!(problems.is_empty(), "{} differences:\n{}", problems.len(), problems.join("\n"));
}
