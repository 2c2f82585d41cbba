//! The words of the spreadsheet: none that is refused, no verdict without its counts, heads for readers.

use overstay::render::words::refused;

use super::fixture;
use super::xlsx::book;
use crate::support::book::Book;

#[test]
fn words_that_a_report_must_not_use_are_not_in_it() {
    for report in [fixture::report(), fixture::empty()] {
        let texts = Book::open(&book(&report)).texts();
        assert!(texts.lines().count() > 100);
        assert_eq!(refused(&texts), Vec::<&str>::new());
    }
}

/// In every table a verdict has its counts, or the sentence with them, in the same row.
#[test]
fn a_verdict_never_stands_alone() {
    let mut book = Book::open(&book(&fixture::report()));
    let mut seen = 0;
    let heads = [("Metrics", "Result", "Reason"), ("References", "What the evidence shows", "By what")];
    let words = ["within its limit", "over its limit", "within but for waivers", "exceptions observed"];
    for (name, head, beside) in heads {
        let sheet = book.sheet(name);
        let (status, items) = (sheet.column(head), sheet.column(beside));
        for row in 2..sheet.rows() + 2 {
            if words.contains(&sheet.text(row, status)) {
                assert!(sheet.text(row, items).contains(" of "), "{name}, row {row}: {}", sheet.text(row, items));
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "{seen}");
}

/// Words of the files that readers would not know are in no head.
#[test]
fn heads_use_words_for_readers() {
    let mut book = Book::open(&book(&fixture::report()));
    for name in book.names().iter().filter(|name| *name != "Summary") {
        for head in book.sheet(name).heads() {
            let head = head.to_lowercase();
            for word in ["intent", "stay", "indeterminate", "excluded"] {
                assert!(!head.split(|c: char| !c.is_alphabetic()).any(|one| one == word), "{name}: {head}");
            }
        }
    }
}
