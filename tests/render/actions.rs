//! What to do says the same, in the same order, in every form.

use std::collections::BTreeMap;

use overstay::render::doc::Edition;
use overstay::render::pdf::page::{Mark, Role};
use overstay::report::Report;

use super::fixture;
use super::html::words;
use super::pdf_pages::{item_text, laid_out};
use super::xlsx::book;
use crate::support::book::Book;

/// Who each row is about: the id of the person, else what nobody owns.
fn expected(report: &Report) -> Vec<String> {
    let who = report.actions.items.iter().map(|action| match &action.person {
        Some(person) => person.person_id.clone(),
        None => "evil.example".to_owned(),
    });
    who.collect()
}

/// The first of the expected names in each text.
fn found(texts: impl IntoIterator<Item = String>, expected: &[String]) -> Vec<String> {
    let name = |text: String| expected.iter().find(|name| text.contains(name.as_str())).cloned();
    texts.into_iter().map(|text| name(text.clone()).unwrap_or(text)).collect()
}

fn in_html(report: &Report) -> (String, Vec<String>) {
    let section = super::html::section(&super::html::page(report), "do");
    let rows = section.split(" id=\"do-").skip(2).map(|row| words(row.split("<td").next().unwrap_or("")));
    let rows = rows.collect();
    (words(&section), rows)
}

/// The section on the pages of the full edition: its text, and what heads each of its rows.
fn in_pdf(report: &Report) -> (String, Vec<String>) {
    let document = laid_out(report, Edition::Full);
    let (from, to) = (document.targets["do"], document.targets["glance"]);
    let mut words = String::new();
    let mut rows: BTreeMap<usize, String> = BTreeMap::new();
    for (index, page) in document.pages.iter().enumerate() {
        for item in &page.items {
            let (Some(node), Mark::Text { at, .. }, Some(text)) = (item.node, &item.mark, item_text(item)) else {
                continue;
            };
            let place = (index, at.1);
            if place < (from.page, from.y) || place >= (to.page, to.y) {
                continue;
            }
            words.push_str(&text);
            // A link in a cell is an element of its own.
            let above = std::iter::successors(Some(node), |node| document.tree[*node].parent);
            let mut above = above.filter(|node| matches!(document.tree[*node].role, Role::HeadCell { row: true, .. }));
            if let Some(head) = above.next() {
                rows.entry(head).or_default().push_str(&text);
            }
        }
    }
    (words.split_whitespace().collect::<Vec<_>>().join(" "), rows.into_values().collect())
}

#[test]
fn html_pdf_and_the_workbook_have_the_same_rows() {
    let report = fixture::report();
    let expected = expected(&report);
    let ((page, html), (paper, pdf)) = (in_html(&report), in_pdf(&report));
    assert_eq!(found(html, &expected), expected);
    assert_eq!(found(pdf, &expected), expected);
    let mut book = Book::open(&book(&report));
    let sheet = book.sheet("What to do");
    let (id, subject) = (sheet.column("Person id"), sheet.column("Subject"));
    let cells = (2..sheet.rows() + 2).map(|row| format!("{} {}", sheet.text(row, id), sheet.text(row, subject)));
    assert_eq!(found(cells, &expected), expected);
    for head in ["Decision", "By", "Done on", "Ticket"] {
        let column = sheet.column(head);
        assert!((2..sheet.rows() + 2).all(|row| sheet.text(row, column).is_empty()), "{head}");
    }
    let note = sheet.text(0, 0);
    let counts = "904 exceptions: 700 accounts, 200 credentials, 4 people. Surely over a limit: 890 of 904; the others \
                  may be. Behind them stand 1,201 findings";
    for (form, said) in [("HTML", page.as_str()), ("PDF", paper.as_str())] {
        assert!(said.contains(counts), "{form}: {said}");
    }
    for (form, said) in [("HTML", page.as_str()), ("PDF", paper.as_str()), ("XLSX", note)] {
        assert!(said.contains("898 more in actions.csv"), "{form}");
    }
}

#[test]
fn a_row_says_who_where_what_since_when_and_what_to_do() {
    let (page, _) = in_html(&fixture::report());
    for said in [
        "Person 0, P-0000, IT",
        "manager Ines Prado",
        "privileged",
        "used since: yes",
        "last used 2026-07-21 08:30 UTC",
        "used since: no use seen",
        "used since: not known",
        "may be over its limit",
        "Disable the account, and find out why the removal was late.",
        "due 2026-07-04 22:00 UTC",
        "The definition of the metric names no remedy.",
        "Person 2, P-0002",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn nothing_found_is_not_nothing_wrong() {
    let report = fixture::empty();
    let none = "No exception was found in the populations that were measured. What was not measured is named with each";
    assert!(in_html(&report).0.contains(none));
    assert!(in_pdf(&report).0.contains(none));
}
