//! report.xlsx holds the rows of the CSV files beside it, cell by cell.

use calamine::Data;
use overstay::render::{csv as cells, text};

use crate::support::at;
use crate::support::book::{Book, Sheet, parts};
use crate::support::company::Company;

use super::bytes::rich;

fn packed() -> Company {
    let company = rich().with_documents();
    assert_eq!(company.report().code, 0);
    company
}

/// Compares a sheet with the CSV that it was made of; returns how many dates, lengths and other texts were equal.
fn compare(sheet: &Sheet, csv: &[u8], name: &str) -> [usize; 3] {
    let mut seen = [0; 3];
    let mut reader = csv::Reader::from_reader(csv);
    let header = reader.headers().expect("a header").clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row")).collect();
    assert_eq!(sheet.rows(), records.len(), "{name}");
    for (index, record) in records.iter().enumerate() {
        let row = index + 2;
        let mut column = 0;
        for (head, cell) in header.iter().zip(record) {
            let place = format!("{name}, row {row}, {head}");
            if head.ends_with("_seconds") {
                assert_eq!(sheet.number(row, column), cell.parse().ok(), "{place}");
                assert_eq!(sheet.text(row, column + 1).is_empty(), cell.is_empty(), "{place}");
                seen[1] += usize::from(!cell.is_empty());
                column += 1;
            } else if cell.is_empty() {
                assert_eq!(sheet.cell(row, column), &Data::Empty, "{place}");
            } else if ["_at", "_lo", "_hi", "_until"].iter().any(|end| head.ends_with(end)) {
                let days = at(cell) as f64 / 86_400e6 + 25_569.0;
                // A tenth of a millisecond.
                assert!((sheet.date(row, column) - days).abs() < 1e-9, "{place}: {cell}");
                seen[0] += 1;
            } else if head == "open" {
                assert_eq!(sheet.text(row, column), if cell == "true" { "yes" } else { "no" }, "{place}");
            } else {
                assert_eq!(sheet.text(row, column), text::visible(cells::plain(cell), false), "{place}");
                seen[2] += 1;
            }
            column += 1;
        }
        assert_eq!(sheet.heads().len(), column, "{name}");
    }
    seen
}

#[test]
fn findings_and_populations_are_those_of_the_csv_files() {
    let company = packed();
    let files = company.files("pack");
    let report = company.json("pack");
    let mut book = Book::open(&files["report.xlsx"]);
    let mut seen = compare(&book.sheet("Findings"), &files["findings.csv"], "Findings");
    let mut sheets = 0;
    for metric in report["metrics"].as_array().expect("metrics") {
        let id = metric["id"].as_str().expect("an id");
        let Some(evidence) = metric["evidence"].as_str() else {
            assert!(!book.names().iter().any(|name| name == id), "{id} has no population and a sheet");
            continue;
        };
        let sheet = book.sheet(id);
        for (total, part) in seen.iter_mut().zip(compare(&sheet, &files[evidence], id)) {
            *total += part;
        }
        let hash = &report["findings"]["file_sha256"];
        assert!(sheet.text(0, 0).contains(&format!("every row of {evidence} (SHA-256 ")), "{}", sheet.text(0, 0));
        assert!(!sheet.text(0, 0).contains(hash.as_str().expect("a hash")));
        sheets += 1;
    }
    assert!(sheets > 5 && seen.iter().all(|count| *count > 30), "{sheets} sheets, {seen:?}");
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
