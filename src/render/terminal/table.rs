//! A table in columns where the width allows, else row by row.

use super::layout::{Page, UNBROKEN, broken, clean, fit, right, width};
use super::said;
use crate::render::doc::{Line, Row, Table, Tone, words_of_bar};

/// A column of text is not made narrower than this, nor than its longest word.
const NARROW: usize = 12;
/// Rows that would take more lines than this stand one by one.
const LINES: usize = 4;
/// Below this width nothing stands beside the title of a row.
const BESIDE: usize = 72;
/// Badges that take more columns than this stand below the title.
const WORDS: usize = 26;

/// A cell: its lines, and the tone of those that are badges.
type Cell = Vec<(String, Option<Tone>)>;

/// A row of cells, or words that head the rows below.
enum Laid {
    Head(Vec<String>),
    /// And which of them count nothing.
    Cells(Vec<Cell>, Vec<bool>),
}

/// The table, with its caption unless a heading has said it.
pub(super) fn table(page: &mut Page, table: &Table, captioned: bool) {
    if captioned {
        page.wrap("", &said(&table.caption));
    }
    if let Some(more) = &table.more {
        page.wrap("", &said(&more.words()));
    }
    let rows: Vec<Laid> = table.rows.iter().map(|row| laid(table, row)).collect();
    match widths(table, &rows, page.width) {
        Some(widths) => columns(page, table, &rows, &widths),
        None => one_by_one(page, table, &rows),
    }
}

fn laid(table: &Table, row: &Row) -> Laid {
    if let Some(words) = &row.group {
        return Laid::Head(words.iter().map(said).collect());
    }
    let line = |line: &Line| match line {
        Line::Words(words) => Some((said(words), None)),
        Line::Badge(badge) => Some((clean(badge.words()).into_owned(), Some(badge.tone()))),
        Line::Bar(parts) => Some((words_of_bar(parts), None)),
        Line::Page(_) => None,
    };
    let cells = table.cells(row).iter().map(|cell| cell.iter().filter_map(line).collect()).collect();
    Laid::Cells(cells, (0..table.columns.len()).map(|column| table.counts_nothing(row, column)).collect())
}

/// How wide each column is; none where the table does not fit, or would have rows of too many lines.
fn widths(table: &Table, rows: &[Laid], room: usize) -> Option<Vec<usize>> {
    let lines = |column: usize| {
        let cells = rows.iter().filter_map(move |row| match row {
            Laid::Cells(cells, _) => cells.get(column),
            Laid::Head(_) => None,
        });
        cells.flatten().map(|(line, _)| line.as_str())
    };
    let mut widths = Vec::new();
    let mut least = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        // A head is broken where the cells below are narrower.
        let of_head = column.title.split(' ').map(width).max().unwrap_or(0);
        let natural = lines(index).map(width).max().unwrap_or(0).max(of_head);
        let word = lines(index).flat_map(|line| line.split(' ')).map(width).max().unwrap_or(0).max(of_head);
        widths.push(natural);
        least.push(if column.number { natural } else { word.max(NARROW).min(natural) });
    }
    let gaps = 2 * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > room {
        let widest = (0..widths.len()).filter(|one| widths[*one] > least[*one]).max_by_key(|one| widths[*one])?;
        widths[widest] -= 1;
    }
    let short = |(column, width): (usize, &usize)| lines(column).all(|line| broken(line, *width).len() <= LINES);
    widths.iter().enumerate().all(short).then_some(widths)
}

fn columns(page: &mut Page, table: &Table, rows: &[Laid], widths: &[usize]) {
    let numbers: Vec<bool> = table.columns.iter().map(|column| column.number).collect();
    let set = |text: &str, column: usize| {
        if numbers[column] { right(text, widths[column]) } else { fit(text, widths[column]) }
    };
    let heads: Vec<Vec<String>> =
        table.columns.iter().zip(widths).map(|(column, width)| broken(&column.title, *width)).collect();
    for line in 0..heads.iter().map(Vec::len).max().unwrap_or(0) {
        let parts = heads.iter().enumerate();
        let parts: Vec<String> =
            parts.map(|(column, head)| set(head.get(line).map_or("", String::as_str), column)).collect();
        page.line(&parts.join("  "));
    }
    for row in rows {
        let cells = match row {
            Laid::Head(words) => {
                head(page, words);
                continue;
            }
            Laid::Cells(cells, _) => cells,
        };
        let cells: Vec<Cell> = cells.iter().zip(widths).map(|(cell, width)| wrapped(cell, *width)).collect();
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let parts = cells.iter().enumerate().map(|(column, cell)| match cell.get(line) {
                None => set("", column),
                Some((text, None)) => set(text, column),
                // Colour takes no columns: it is put around the words after they were set.
                Some((text, Some(tone))) => set(text, column).replacen(text, &page.toned(*tone, text), 1),
            });
            let line = parts.collect::<Vec<_>>().join("  ");
            page.line(&line);
        }
    }
}

fn wrapped(cell: &Cell, columns: usize) -> Cell {
    cell.iter().flat_map(|(line, tone)| broken(line, columns).into_iter().map(|part| (part, *tone))).collect()
}

fn head(page: &mut Page, words: &[String]) {
    page.gap();
    for words in words {
        page.wrap("", words);
    }
}

/// Each row by its title, with what the other columns say beneath; counts of nothing are left out.
fn one_by_one(page: &mut Page, table: &Table, rows: &[Laid]) {
    let badges = |cells: &[Cell]| -> Vec<(String, Tone)> {
        let all = cells.iter().flatten();
        all.filter_map(|(text, tone)| tone.map(|tone| (text.clone(), tone))).collect()
    };
    let wide = |row: &Laid| match row {
        Laid::Cells(cells, _) => badges(cells).iter().map(|(text, _)| width(text) + 2).sum(),
        Laid::Head(_) => 0,
    };
    let widest = rows.iter().map(wide).max().unwrap_or(0);
    let beside = if page.width < BESIDE || widest > WORDS { 0 } else { widest };
    let indent = " ".repeat(beside.max(4));
    for row in rows {
        let (cells, nothing) = match row {
            Laid::Head(words) => {
                head(page, words);
                continue;
            }
            Laid::Cells(cells, nothing) => (cells, nothing),
        };
        let title = words_of(&cells[table.head]).join(" ");
        let mut first = String::new();
        let mut used = 0;
        for (text, tone) in badges(cells).into_iter().filter(|_| beside > 0) {
            first.push_str(&page.toned(tone, &text));
            first.push_str("  ");
            used += width(&text) + 2;
        }
        first.push_str(&" ".repeat(beside.saturating_sub(used)));
        page.wrap_from(&first, beside, &indent, &title);
        for (text, tone) in badges(cells).into_iter().filter(|_| beside == 0) {
            let wide = indent.len() + width(&text);
            if wide <= page.width {
                let words = format!("{indent}{}", page.toned(tone, &text));
                page.wrap_from(&words, wide, &indent, "");
            } else {
                page.wrap(&indent, &text);
            }
        }
        rest(page, table, (cells, nothing), &indent);
    }
}

/// What a row says beside its title: numbers in one paragraph, texts in one each.
fn rest(page: &mut Page, table: &Table, (cells, nothing): (&[Cell], &[bool]), indent: &str) {
    let mut numbers: Vec<String> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for (index, (column, cell)) in table.columns.iter().zip(cells).enumerate() {
        let words = words_of(cell).join(if column.number { " " } else { ", " });
        if index == table.head || words.is_empty() {
            continue;
        }
        if !column.number {
            texts.push(format!("{}: {words}", column.title));
        } else if !nothing[index] {
            numbers.push(format!("{} {words}", column.title.to_lowercase()).replace(' ', &UNBROKEN.to_string()));
        }
    }
    if !numbers.is_empty() {
        page.wrap(indent, &numbers.join(", "));
    }
    for text in &texts {
        page.wrap(indent, text);
    }
}

fn words_of(cell: &Cell) -> Vec<&str> {
    cell.iter().filter(|(_, tone)| tone.is_none()).map(|(text, _)| text.as_str()).collect()
}
