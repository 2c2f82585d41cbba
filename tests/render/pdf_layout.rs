//! How blocks become pages, on blocks made for it.

use overstay::render::doc::{
    Badge, Block, Column, Document, Edition, More, Piece, Row, Section, Table, TableLook, Value, build, words,
};
use overstay::render::pdf::layout::{Frame, layout};
use overstay::render::pdf::page::{self, Item, Mark, Role};
use overstay::render::pdf::text::Typesetter;
use overstay::report::ReferenceState;

use super::pdf_pages::{item_text, page_text, squeezed};

fn frame() -> Frame<'static> {
    Frame {
        title: "t".to_owned(),
        author: "a".to_owned(),
        subject: "s".to_owned(),
        producer: "p".to_owned(),
        dated: 0,
        head: [String::new(), String::new()],
        foot: [String::new(), String::new(), String::new()],
        classification: None,
        logo: None,
        accent: None,
    }
}

/// The blocks as the only section of a document, on pages.
fn pages(blocks: Vec<Block>) -> page::Document {
    let typesetter = Typesetter::new(&[]).expect("the shipped fonts");
    let section = Section { place: "all", title: "All".to_owned(), blocks, new_page: None };
    let document = Document { title: "t".to_owned(), edition: Edition::Short, sections: vec![section] };
    layout(&document, &frame(), &typesetter)
}

fn row(cells: &[&str]) -> Row {
    Row::new(cells.iter().map(|text| Value::Loaded((*text).to_owned())).collect())
}

fn table(rows: Vec<Row>) -> Table {
    Table::new("rows", "Rows", vec![Column::new("Left"), Column::new("Right")], rows)
}

/// Lines of the text in reading order, without the space at their ends.
fn lines(document: &page::Document) -> Vec<String> {
    let read = document.pages.iter().flat_map(|page| &page.items).filter(|item| item.node.is_some());
    read.filter_map(item_text).map(|text| text.trim().to_owned()).collect()
}

/// What stands in the cells of the body, row by row: the text of each line with the right end of it.
fn cells(document: &page::Document) -> Vec<(usize, String, f32)> {
    let items = document.pages.iter().flat_map(|page| &page.items);
    let cell = |item: &Item| match (&item.mark, item.node) {
        (Mark::Text { at, line }, Some(node)) if matches!(document.tree[node].role, Role::Cell { .. }) => {
            Some((node, item_text(item).unwrap_or_default().trim().to_owned(), at.0 + line.width))
        }
        _ => None,
    };
    items.filter_map(cell).collect()
}

#[test]
fn a_cell_of_many_pages_is_broken_and_nothing_is_lost() {
    let long = (0..6_000).map(|number| format!("word{number}")).collect::<Vec<_>>().join(" ");
    let words = |text: &str| Value::Rules(text.to_owned());
    // A text of 10,000 characters is all that a reader is shown of one piece.
    let parts: Vec<Value> = long.as_bytes().chunks(9_000).map(|part| words(&String::from_utf8_lossy(part))).collect();
    let lines: Vec<_> = parts.iter().flat_map(Value::lines).collect();
    let document = pages(vec![Block::Table(table(vec![Row::new(vec![words("short"), Value::Lines(lines)])]))]);
    assert!(document.pages.len() > 5, "{} pages", document.pages.len());
    let text = squeezed(&document.pages.iter().map(page_text).collect::<String>());
    assert!(text.contains(&squeezed(&long)));
    let unbroken = "x".repeat(9_900);
    let document = pages(vec![Block::Table(table(vec![Row::new(vec![words(&unbroken), words(&unbroken)])]))]);
    let count: usize = document.pages.iter().map(|page| page_text(page).matches('x').count()).sum();
    assert_eq!(count, 19_800);
}

#[test]
fn a_group_stands_with_its_first_row_and_is_named_again() {
    let mut rows = Vec::new();
    for group in 0..9 {
        rows.push(Row::group(vec![vec![words::plain(format!("Group {group}"))]]));
        rows.extend((0..17).map(|number| row(&[&format!("row {group}.{number}"), "text"])));
    }
    let document = pages(vec![Block::Table(table(rows))]);
    assert!(document.pages.len() > 2);
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

/// Ten columns of lengths and moments: none is broken inside, and no word of a head is.
#[test]
fn lengths_moments_and_heads_are_never_broken_inside() {
    let at = 1_790_000_000_000_000;
    let heads = ["Identities", "Credentials", "Recertifications", "Sign-ins after leaving", "Former staff", "Median"];
    let mut columns: Vec<Column> = heads.into_iter().map(Column::number).collect();
    columns.extend([Column::new("Since when"), Column::new("What was seen of it")]);
    let length = Value::Length(88 * 86_400 + 18 * 3_600);
    let mut values = vec![length; 6];
    let words = "kept access for 9 d 4 h after 2026-07-03 22:15 UTC, which is 1,204 d 11 h more than is allowed by it";
    values.extend([Value::Time(at), Value::Rules(words.to_owned())]);
    let rows = vec![Row::new(values.clone()), Row::new(values)];
    let table = Table::new("wide", "Wide", columns, rows).look(TableLook::Dense);
    let lines = lines(&pages(vec![Block::Table(table)]));
    for whole in ["88 d 18 h", "9 d 4 h", "2026-07-03 22:15 UTC,", "1,204 d 11 h"] {
        assert!(lines.iter().any(|line| line.contains(whole)), "{whole}: {lines:?}");
    }
    let moment = lines.iter().filter(|line| line.starts_with("2026-09-") && line.ends_with(" UTC")).count();
    assert_eq!(moment, 2, "{lines:?}");
    for word in heads.iter().flat_map(|head| head.split_whitespace()) {
        assert!(lines.iter().any(|line| line.split_whitespace().any(|part| part == word)), "{word}: {lines:?}");
    }
}

#[test]
fn a_long_badge_takes_lines_rather_than_room() {
    let badge = Value::Badge(Badge::Reference(ReferenceState::NoneObserved, false));
    let text = "Identities and credentials for authorised users, services and hardware are managed by the organisation";
    let columns = ["Reference", "What the evidence shows", "By what", "More", "Again"].map(Column::new);
    let cells = || {
        let words = || Value::Rules(text.to_owned());
        Row::new(vec![words(), badge.clone(), words(), words(), words()])
    };
    let table = Table::new("badges", "Badges", columns.into(), vec![cells(), cells()]);
    let lines = lines(&pages(vec![Block::Table(table)]));
    // No column is a word a line: those of the sentences have two words on most of their lines.
    let single = lines.iter().filter(|line| !line.contains(' ')).count();
    assert!(single * 3 < lines.len(), "{single} of {}: {lines:?}", lines.len());
    let said = squeezed(&lines.concat());
    assert!(said.contains("noexceptionsobservedinthepopulationtested"), "{lines:?}");
}

#[test]
fn what_is_left_out_is_said_before_the_table_and_numbers_end_at_one_edge() {
    let columns = vec![Column::new("Name"), Column::number("Count")];
    let rows = [5, 1_234].map(|count| Row::new(vec![Value::own("items"), Value::Count(count)]));
    let table = Table::new("some", "Caption", columns, rows.into());
    let document = pages(vec![Block::Table(table.more(More::of(2, 40, "the largest first", "report.json")))]);
    let lines = lines(&document);
    let place = |text: &str| lines.iter().position(|line| line.starts_with(text));
    let (more, caption) = (place("Showing 2 of 40, the largest first; 38 more in report.json."), place("Caption"));
    assert!(more.is_some() && more < caption, "{lines:?}");
    let ends: Vec<f32> = cells(&document).into_iter().map(|(_, _, end)| end).collect();
    assert!(ends.len() == 2 && (ends[0] - ends[1]).abs() < 0.1, "{ends:?}");
}

#[test]
fn a_link_without_its_place_is_plain_words() {
    let link = |place: &str| -> Vec<Piece> { vec![words::plain(format!("to {place}")).to(Some(place.to_owned()))] };
    let document = pages(vec![build::body(link("all")), build::body(link("nowhere"))]);
    let targets: Vec<&str> = document.pages[0].links.iter().map(|link| link.target.as_str()).collect();
    assert_eq!(targets, ["all"]);
    assert!(lines(&document).contains(&"to nowhere".to_owned()));
}
