//! A table of the document as a sheet: a column for each field, and two or three where a value has several parts.

use super::book::{Book, Place};
use super::cell::Cell;
use super::style::Tab;
use super::table::{Column, Kind, column};
use crate::failure::Outcome;
use crate::render::doc::{self, Forms, Piece, Row, Sheet, Value};
use crate::render::text;

/// Fields that readers fill in.
const TO_FILL_IN: [&str; 4] = ["Decision", "By", "Done on", "Ticket"];
/// What can be decided.
const DECISIONS: [&str; 4] = ["Remove", "Keep, with a waiver", "Already done", "Not mine"];
/// Letters from which a text wraps.
const WRAPS: usize = 44;

/// How a field stands in a sheet: decided by all of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Nothing,
    Text,
    Number,
    Share,
    Length,
    Lengths,
    Time,
    Range,
    FillIn,
}

/// A field over all tables of the sheet.
struct Slot {
    title: String,
    shape: Shape,
    letters: usize,
}

/// Writes a sheet.
pub(super) fn sheet(book: &mut Book, sheet: &Sheet<'_>, most: u64) -> Outcome<()> {
    let mut fields: Vec<Slot> = Vec::new();
    let (mut lead, mut note, mut total) = (vec![0_usize; sheet.parts.len() + sheet.groups.len()], String::new(), 0_u64);
    for (index, make) in sheet.tables.iter().enumerate() {
        let (parts, table) = make();
        if index == 0 {
            fields = table.fields().map(|(column, field)| place(column, field)).collect();
            note = note_of(&table);
        }
        for (width, words) in lead.iter_mut().zip(&parts) {
            *width = (*width).max(letters(words));
        }
        for row in &table.rows {
            if let Some(lines) = &row.group {
                for (width, words) in lead[sheet.parts.len()..].iter_mut().zip(lines) {
                    *width = (*width).max(letters(words));
                }
            } else {
                total += 1;
                fields.iter_mut().zip(&row.values).for_each(|(field, value)| field.see(value));
            }
        }
    }
    if sheet.tables.len() > 1 {
        note = format!("{}.", sheet.what);
    }
    if total > most {
        note = format!("Showing the first {} rows. {note}", text::of(most, total));
    }
    let heads = sheet.parts.iter().chain(sheet.groups);
    let mut columns: Vec<Column> = heads.zip(&lead).map(|(head, letters)| words_column(head, *letters)).collect();
    for field in &fields {
        field.columns(&mut columns);
    }
    let name = sheet.title.to_owned();
    let places = book.places();
    let mut table = book.table(&name, Tab::of(sheet.title), &note, &columns)?;
    if let Some(at) = columns.iter().position(|column| column.kind == Kind::FillIn) {
        table.choices(at, &DECISIONS);
    }
    for make in &sheet.tables {
        let (parts, rows) = make();
        let mut group: Vec<Vec<Piece>> = vec![Vec::new(); sheet.groups.len()];
        for row in &rows.rows {
            if let Some(lines) = &row.group {
                group = (0..sheet.groups.len()).map(|at| lines.get(at).cloned().unwrap_or_default()).collect();
                continue;
            }
            if table.rows() >= most {
                break;
            }
            let mut cells: Vec<Cell<'_>> = parts.iter().chain(&group).map(|words| words_cell(words, &places)).collect();
            push(&fields, row, &places, &mut cells);
            table.row(&cells)?;
        }
    }
    let rows = text::of_rows(table.rows(), total);
    let done = table.finish()?;
    book.add(done, sheet.what, rows, &columns);
    Ok(())
}

fn place(column: &doc::Column, field: &doc::Field) -> Slot {
    let title = if field.title.is_empty() { column.title.clone() } else { field.title.to_owned() };
    let shape = match field.on {
        Forms::Pages => None,
        _ if TO_FILL_IN.contains(&title.as_str()) => Some(Shape::FillIn),
        _ => Some(Shape::Text),
    };
    Slot { title, shape: shape.unwrap_or(Shape::Nothing), letters: 0 }
}

/// What stands above: the caption, and what is left out.
fn note_of(table: &doc::Table) -> String {
    let caption = plain(&table.caption);
    let end = if caption.ends_with(['.', ':']) { "" } else { "." };
    let more = table.more.as_ref().filter(|more| more.total > table.rows.len() as u64);
    let more = more.map(|more| format!(" {}", plain(&more.words()))).unwrap_or_default();
    format!("{caption}{end}{more}")
}

impl Slot {
    fn see(&mut self, value: &Value) {
        let shape = match value {
            Value::Empty | Value::Missing(_) | Value::Bar(_) | Value::Page(_) => Shape::Nothing,
            Value::Count(_) => Shape::Number,
            Value::Share(..) => Shape::Share,
            Value::Length(_) | Value::Days(_) => Shape::Length,
            Value::Lengths { .. } => Shape::Lengths,
            Value::Time(_) => Shape::Time,
            Value::Moment { lo, hi, .. } if lo == hi => Shape::Time,
            Value::Moment { .. } => Shape::Range,
            _ => Shape::Text,
        };
        if self.shape != Shape::Nothing {
            self.shape = self.shape.max(shape);
            let letters = match value {
                Value::Badge(badge) => badge.words().chars().count(),
                Value::Flag(_) => 3,
                value => value.lines().iter().map(|line| letters(line) + 2).sum(),
            };
            self.letters = self.letters.max(letters);
        }
    }

    fn columns(&self, out: &mut Vec<Column>) {
        let title = &self.title;
        let sub = |words: &str, kind, width| column(format!("{title}{words}"), kind, width);
        match self.shape {
            Shape::Nothing => {}
            Shape::Text => out.push(words_column(title, self.letters)),
            Shape::Number => out.push(sub("", Kind::Number, 12.0)),
            Shape::Share => out.extend([sub("", Kind::Number, 12.0), sub(", of", Kind::Number, 12.0)]),
            Shape::Length => out.extend([sub(" (seconds)", Kind::Number, 14.0), sub("", Kind::Readable, 13.0)]),
            Shape::Lengths => out.extend([
                sub(", at least (seconds)", Kind::Number, 14.0),
                sub(", at most (seconds)", Kind::Number, 14.0),
                sub("", Kind::Readable, 24.0),
            ]),
            Shape::Time => out.push(sub(" (UTC)", Kind::Time, 18.5)),
            Shape::Range => {
                out.extend([sub(", from (UTC)", Kind::Time, 18.5), sub(", until (UTC)", Kind::Time, 18.5)]);
            }
            Shape::FillIn => out.push(sub("", Kind::FillIn, 18.0)),
        }
    }
}

fn words_column(title: &str, letters: usize) -> Column {
    if letters > WRAPS {
        return column(title, Kind::Long, if letters > 400 { 90.0 } else { 50.0 });
    }
    let head = title.split(' ').map(str::len).max().unwrap_or(0).max(title.len() / 2);
    column(title, Kind::Text, (letters.max(head) as f64 * 1.05 + 3.0).max(8.0))
}

/// Appends the cells of a row; a value of another shape than its field stands as text in the first of its columns.
fn push<'r>(fields: &[Slot], row: &'r Row, places: &[Place], cells: &mut Vec<Cell<'r>>) {
    for (field, value) in fields.iter().zip(&row.values) {
        let text = || cell_of(value, places);
        match (field.shape, value) {
            (Shape::Nothing, _) => {}
            (Shape::FillIn, _) => cells.push(Cell::FillIn),
            (Shape::Share, Value::Share(part, whole)) => {
                cells.extend([Cell::Number((*part).into()), Cell::Number((*whole).into())]);
            }
            (Shape::Length, Value::Length(seconds) | Value::Days(seconds)) => {
                cells.extend([Cell::Number((*seconds).into()), Cell::text(text::length(*seconds))]);
            }
            (Shape::Length, _) => cells.extend([Cell::Empty, text()]),
            (Shape::Lengths, Value::Lengths { shortest, longest, .. }) => {
                cells.extend([Cell::Number((*shortest).into()), Cell::number(*longest), text()]);
            }
            (Shape::Lengths, Value::Length(seconds)) => {
                cells.extend([Cell::Number((*seconds).into()), Cell::Number((*seconds).into()), text()]);
            }
            (Shape::Lengths, _) => cells.extend([Cell::Empty, Cell::Empty, text()]),
            (Shape::Time, Value::Moment { lo, .. }) => cells.push(Cell::time(*lo)),
            (Shape::Text | Shape::Number | Shape::Time, _) => cells.push(text()),
            (Shape::Range, Value::Moment { lo, hi, .. }) => cells.extend([Cell::time(*lo), Cell::time(*hi)]),
            (Shape::Range, Value::Time(at)) => cells.extend([Cell::Time(*at), Cell::Time(*at)]),
            (Shape::Share | Shape::Range, _) => cells.extend([text(), Cell::Empty]),
        }
    }
}

fn cell_of(value: &Value, places: &[Place]) -> Cell<'static> {
    match value {
        // What cannot be said is no word to sort by.
        Value::Empty | Value::Missing("–") | Value::Bar(_) | Value::Page(_) => Cell::Empty,
        Value::Count(count) => Cell::Number((*count).into()),
        Value::Time(at) => Cell::Time(*at),
        Value::Badge(badge) => Cell::Badge(badge.clone()),
        Value::Words(words) => words_cell(words, places),
        value => Cell::text(joined(&value.lines())),
    }
}

/// Words; a link where the book has the place that they lead to.
fn words_cell(words: &[Piece], places: &[Place]) -> Cell<'static> {
    let to = words.iter().find_map(|piece| piece.link.as_deref());
    match to.and_then(|to| places.iter().find(|place| place.0 == to)) {
        Some(place) => Cell::Link(plain(words), place.1.clone()),
        None => Cell::text(plain(words)),
    }
}

fn letters(words: &[Piece]) -> usize {
    words.iter().map(|piece| piece.text.chars().count()).sum()
}

/// Paragraphs one after the other: a cell has one line, however it wraps.
pub(super) fn joined(lines: &[Vec<Piece>]) -> String {
    lines.iter().fold(String::new(), |mut out, line| {
        if !out.is_empty() {
            out.push_str(if out.ends_with('.') { " " } else { "; " });
        }
        out.push_str(&plain(line));
        out
    })
}

/// The words without their looks.
pub(super) fn plain(words: &[Piece]) -> String {
    words.iter().map(|piece| piece.text.as_str()).collect()
}
