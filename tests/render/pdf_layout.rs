//! How blocks become pages, on blocks made for it.

use overstay::render::pdf::content::{Block, Cell, CellLine, Column, Look, Piece, Row, Table};
use overstay::render::pdf::layout::{Frame, layout};
use overstay::render::pdf::text::Typesetter;

use super::pdf_pages::{item_text, page_text, squeezed};

fn frame() -> Frame<'static> {
    Frame {
        title: "t".to_owned(),
        author: "a".to_owned(),
        subject: "s".to_owned(),
        producer: "p".to_owned(),
        dated: 0,
        head: [String::new(), String::new()],
        foot: [String::new(), String::new()],
        classification: None,
        logo: None,
        accent: None,
    }
}

fn cell(text: String) -> Cell {
    let words = vec![Piece { text, look: Look::Plain, link: None }];
    Cell { lines: vec![CellLine::Words(words)], head: false, columns: 1 }
}

fn table(rows: Vec<Row>) -> Block {
    let column = |title: &str| Column { title: title.to_owned(), number: false, room_for: "" };
    let caption = vec![Piece { text: "Rows".to_owned(), look: Look::Plain, link: None }];
    let columns = vec![column("Left"), column("Right")];
    Block::Table(Table { caption, columns, rows, full: true, dense: false, row_height: 0.0 })
}

#[test]
fn a_cell_of_many_pages_is_broken_and_nothing_is_lost() {
    let typesetter = Typesetter::new(&[]).expect("the shipped fonts");
    let long = (0..6_000).map(|number| format!("word{number}")).collect::<Vec<_>>().join(" ");
    let row = Row { cells: vec![cell("short".to_owned()), cell(long.clone())], group: false, place: String::new() };
    let document = layout(&[table(vec![row])], &frame(), &typesetter);
    assert!(document.pages.len() > 5, "{} pages", document.pages.len());
    let text = squeezed(&document.pages.iter().map(page_text).collect::<String>());
    assert!(text.contains(&squeezed(&long)));
    let unbroken = "x".repeat(20_000);
    let row = Row { cells: vec![cell(unbroken.clone()), cell(unbroken)], group: false, place: String::new() };
    let document = layout(&[table(vec![row])], &frame(), &typesetter);
    let count: usize = document.pages.iter().map(|page| page_text(page).matches('x').count()).sum();
    assert_eq!(count, 40_000);
}

#[test]
fn a_group_stands_with_its_first_row_and_is_named_again() {
    let typesetter = Typesetter::new(&[]).expect("the shipped fonts");
    let mut rows = Vec::new();
    for group in 0..9 {
        let mut head = cell(format!("Group {group}"));
        head.columns = 2;
        rows.push(Row { cells: vec![head], group: true, place: String::new() });
        for row in 0..17 {
            let cells = vec![cell(format!("row {group}.{row}")), cell("text".to_owned())];
            rows.push(Row { cells, group: false, place: String::new() });
        }
    }
    let document = layout(&[table(rows)], &frame(), &typesetter);
    assert!(document.pages.len() > 3);
    for (index, page) in document.pages.iter().enumerate() {
        let all: Vec<String> = page.items.iter().filter_map(item_text).map(|text| text.trim().to_owned()).collect();
        let last = all.iter().rfind(|text| *text != "text" && !text.starts_with("page ")).expect("a row");
        assert!(last.starts_with("row "), "page {} ends with {last}", index + 1);
        if index > 0 {
            let first = all.iter().find(|text| text.starts_with("row ")).expect("a row");
            let group = format!("Group {}", &first[4..5]);
            assert_eq!(all.iter().filter(|text| **text == group).count(), 1, "page {}", index + 1);
        }
    }
}
