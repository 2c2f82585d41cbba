//! report.xlsx holds the rows of the CSV files beside it, cell by cell.

use std::path::Path;

use calamine::Data;
use overstay::assess::contract::{Column, EVIDENCE, FINDINGS, Kind};
use overstay::render::{csv as cells, text};

use crate::support::at;
use crate::support::book::{Book, Sheet, parts};

use super::bytes::packed;

/// Compares a sheet with the CSV that it was made of, row by row as the id of the finding or the order tells; returns how
/// many dates, lengths and other texts were equal.
fn compare(sheet: &Sheet, csv: &[u8], columns: &[Column], name: &str) -> [usize; 3] {
    let mut seen = [0; 3];
    let mut reader = csv::Reader::from_reader(csv);
    let header = reader.headers().expect("a header").clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
    assert_eq!(sheet.rows(), records.len(), "{name}");
    let heads = sheet.heads();
    let head = |title: &str| heads.iter().position(|head| head == title);
    for (index, record) in records.iter().enumerate() {
        let row = if name == "Findings" { sheet.row(sheet.column("Finding"), &record[0]) } else { index + 2 };
        for (cell, known) in record.iter().zip(columns) {
            let place = format!("{name}, row {row}, {}", known.name);
            assert_eq!(header.iter().position(|one| one == known.name).map(|at| &record[at]), Some(cell), "{place}");
            match known.kind {
                Kind::Seconds => {
                    let Some(column) = head(&format!("{} (seconds)", known.title)) else { continue };
                    assert_eq!(sheet.number(row, column), cell.parse().ok(), "{place}");
                    assert_eq!(sheet.text(row, column + 1).is_empty(), cell.is_empty(), "{place}");
                    seen[1] += usize::from(!cell.is_empty());
                }
                Kind::Time => {
                    let Some(column) = head(&format!("{} (UTC)", known.title)) else { continue };
                    if cell.is_empty() {
                        assert_eq!(sheet.cell(row, column), &Data::Empty, "{place}");
                        continue;
                    }
                    let days = at(cell) as f64 / 86_400e6 + 25_569.0;
                    // A tenth of a millisecond.
                    assert!((sheet.date(row, column) - days).abs() < 1e-9, "{place}: {cell}");
                    seen[0] += 1;
                }
                _ => {
                    let column = head(known.title).unwrap_or_else(|| panic!("{place}: no column"));
                    let words = known.words().into_iter().find(|(file, _)| *file == cell).map(|(_, words)| words);
                    let words = match cell {
                        "true" => "yes",
                        "false" => "no",
                        cell => words.unwrap_or_else(|| cells::plain(cell)),
                    };
                    assert_eq!(sheet.text(row, column), text::visible(words, false), "{place}");
                    seen[2] += usize::from(!cell.is_empty());
                }
            }
        }
    }
    seen
}

#[test]
fn findings_and_populations_are_those_of_the_csv_files() {
    let company = packed();
    let files = company.files("pack");
    let report = company.json("pack");
    let mut book = Book::open(&files["report.xlsx"]);
    let mut seen = compare(&book.sheet("Findings"), &files["findings.csv"], &FINDINGS, "Findings");
    let mut sheets = 0;
    for metric in report["metrics"].as_array().expect("metrics") {
        let id = metric["id"].as_str().expect("an id");
        let Some(evidence) = metric["evidence"].as_str() else {
            assert!(!book.names().iter().any(|name| name == id), "{id} has no population and a sheet");
            continue;
        };
        let sheet = book.sheet(id);
        for (total, part) in seen.iter_mut().zip(compare(&sheet, &files[evidence], &EVIDENCE, id)) {
            *total += part;
        }
        let hash = &report["findings"]["file_sha256"];
        assert!(sheet.text(0, 0).contains(&format!("every row of {evidence} (SHA-256 ")), "{}", sheet.text(0, 0));
        assert!(!sheet.text(0, 0).contains(hash.as_str().expect("a hash")));
        sheets += 1;
    }
    assert!(sheets > 5 && seen.iter().all(|count| *count > 30), "{sheets} sheets, {seen:?}");
}

/// With a byte order mark the pack says so, is read as any other, and gives the same again.
#[test]
fn a_byte_order_mark_changes_nothing_but_the_bytes() {
    let company = packed();
    let plain = company.files("pack");
    let marked = company.run(&["report", "exports", "--period", "2026-Q3", "--csv-bom", "--out", "marked"]);
    assert_eq!(marked.code, 0, "{}", marked.err);
    let files = company.files("marked");
    let mut seen = 0;
    for (name, bytes) in
        files.iter().filter(|(name, _)| Path::new(name).extension().is_some_and(|ending| ending == "csv"))
    {
        let rest = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or_else(|| panic!("{name} has no mark"));
        if !name.starts_with("owners/") {
            assert!(rest == plain[name], "{name}");
        }
        seen += 1;
    }
    assert!(seen > 8, "{seen}");
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).expect("a manifest");
    assert_eq!(manifest["options"]["csv_bom"], true);
    for arguments in [&["verify", "marked"][..], &["verify", "marked", "--inputs", "exports"]] {
        let checked = company.run(arguments);
        assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    }
    let drift = company.run(&["drift", "pack", "marked"]);
    assert_eq!(drift.code, 0, "{}{}", drift.out, drift.err);
    let draw = |pack: &str| company.run(&["sample", pack, "leaver-lag", "--seed", "7"]).out.lines().count();
    assert_eq!(draw("marked"), draw("pack"));
}

#[test]
fn hostile_text_is_text() {
    let bytes = &packed().files("pack")["report.xlsx"];
    let mut book = Book::open(bytes);
    assert_eq!(book.formulas(), 0);
    let texts = book.texts();
    for text in ["=HYPERLINK(\"http://x.invalid\",\"x\")", "@SUM(1)", "+1-2", "=reason", "=boss"] {
        assert!(texts.lines().any(|line| line == text), "{text}");
    }
    let parts = parts(bytes);
    for (name, xml) in &parts {
        assert!(!xml.contains("<f>") && !xml.contains("<f "), "{name} holds a formula");
        assert!(!xml.contains("TargetMode=\"External\""), "{name} leads outside");
        assert!(!xml.chars().any(|c| c.is_control() && c != '\n'), "{name} holds a control character");
    }
    // Text that begins like a formula stays text when somebody edits the cell.
    assert!(parts["xl/styles.xml"].contains("quotePrefix=\"1\""));
}
