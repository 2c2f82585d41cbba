//! The sheet Summary: page one of the document, and what identifies the report, line by line.

use std::borrow::Cow;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::book::{Book, SUMMARY, failed};
use super::cell::shown;
use super::project::{joined, plain};
use super::style::{Styles, Tab};
use super::table::{height_of, lines};
use crate::failure::Outcome;
use crate::render::csv::looks_like_formula;
use crate::render::doc::{Badge, Block, Document, Kind, Piece, Section, Table, Tile, Value};

/// Widths of the columns; texts stretch over all but the first.
const WIDTHS: [f64; 6] = [38.0, 24.0, 18.0, 18.0, 18.0, 40.0];
const LAST: u16 = WIDTHS.len() as u16 - 1;

struct Page<'b> {
    sheet: Worksheet,
    styles: &'b Styles,
    row: u32,
}

/// Builds the sheet out of the sections that say who, when, how much, and from what.
pub(super) fn summary(book: &Book, document: &Document) -> Outcome<Worksheet> {
    let mut page = Page { sheet: book.sheet(SUMMARY, Tab::Report)?, styles: &book.styles, row: 0 };
    let mut write = || -> Result<(), XlsxError> {
        for (index, width) in (0_u16..).zip(WIDTHS) {
            page.sheet.set_column_width(index, width)?;
        }
        page.sheet.set_row_height(0, 26)?;
        page.sheet.write_string_with_format(0, 0, shown(&document.title).as_ref(), &page.styles.title)?;
        page.sheet.set_freeze_panes(1, 0)?;
        page.row = 2;
        let wanted = |section: &&Section| ["cover", "manifest"].contains(&section.place);
        for section in document.sections.iter().filter(wanted) {
            if section.place != "cover" {
                page.section(&section.title)?;
            }
            page.blocks(&section.blocks)?;
        }
        Ok(())
    };
    write().map_err(|cause| failed(&cause))?;
    Ok(page.sheet)
}

impl Page<'_> {
    fn blocks(&mut self, blocks: &[Block]) -> Result<(), XlsxError> {
        for block in blocks {
            match block {
                Block::Heading(heading) if heading.level > 1 => self.section(&plain(&heading.words))?,
                Block::Paragraph { words, kind } if *kind != Kind::Eyebrow => self.wide(0, &plain(words))?,
                Block::Verdict { badge, lines, .. } => self.verdict(badge, lines)?,
                Block::Tiles(tiles) => tiles.iter().try_for_each(|tile| self.tile(tile))?,
                Block::List { items, .. } => {
                    items.iter().flatten().try_for_each(|words| self.wide(0, &plain(words)))?;
                }
                Block::Pairs { rows, .. } => {
                    for (term, lines) in rows {
                        for (index, line) in lines.iter().enumerate() {
                            self.fact(if index == 0 { term } else { &[] }, &plain(line))?;
                        }
                    }
                }
                Block::Table(table) => self.table(table)?,
                Block::Box(blocks) | Block::Fold { blocks, .. } => self.blocks(blocks)?,
                Block::Columns(parts) => parts.iter().try_for_each(|(_, blocks)| self.blocks(blocks))?,
                _ => {}
            }
        }
        Ok(())
    }

    fn verdict(&mut self, badge: &Badge, lines: &[Vec<Piece>]) -> Result<(), XlsxError> {
        self.put(0, "Verdict", &self.styles.label)?;
        self.sheet.write_string_with_format(self.row, 1, badge.words(), &self.styles.badge(badge))?;
        for (index, line) in lines.iter().enumerate() {
            self.wide(if index == 0 { 2 } else { 1 }, &plain(line))?;
        }
        Ok(())
    }

    fn tile(&mut self, tile: &Tile) -> Result<(), XlsxError> {
        let figure = format!("{} {}", tile.before, tile.figure);
        self.put(0, &tile.what, &self.styles.label)?;
        self.put(1, figure.trim(), &self.styles.figure)?;
        let change = tile.change.as_ref().map(|words| plain(words)).unwrap_or_default();
        let parts = [tile.over.as_str(), tile.beside.as_str(), change.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        self.wide(2, &parts.join("; "))
    }

    /// A table small enough to stand on page one.
    fn table(&mut self, table: &Table) -> Result<(), XlsxError> {
        for (index, column) in (0..=LAST).zip(&table.columns) {
            let head = if column.number { &self.styles.head_right } else { &self.styles.head };
            self.put(index, &column.title, head)?;
        }
        self.row += 1;
        for row in &table.rows {
            for (index, value) in (0..=LAST).zip(&row.values) {
                match value {
                    Value::Badge(badge) => {
                        let format = self.styles.badge(badge);
                        self.sheet.write_string_with_format(self.row, index, badge.words(), &format)?;
                    }
                    Value::Count(count) => {
                        self.sheet.write_number_with_format(self.row, index, *count as f64, &self.styles.number)?;
                    }
                    value => {
                        self.put(index, &joined(&value.lines()), &self.styles.wrapped)?;
                    }
                }
            }
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    fn section(&mut self, title: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.sheet.set_row_height(self.row, 22)?;
        self.put(0, title, &self.styles.section)?;
        self.row += 1;
        Ok(())
    }

    fn fact(&mut self, label: &[Piece], value: &str) -> Result<(), XlsxError> {
        let label = plain(label);
        self.put(0, &label, &self.styles.wrapped_label)?;
        let height = lines(&label, WIDTHS[0]);
        if height > 1 {
            self.sheet.set_row_height(self.row, height_of(height))?;
        }
        self.wide(1, value)
    }

    /// A text from a column to the last one, on as many lines as it needs; ends the row.
    fn wide(&mut self, from: u16, value: &str) -> Result<(), XlsxError> {
        let value = shown(value);
        let lines = lines(&value, WIDTHS[usize::from(from)..].iter().sum());
        if lines > 1 {
            self.sheet.set_row_height(self.row, height_of(lines))?;
        }
        let format = guard(&value, &self.styles.wrapped);
        self.sheet.merge_range(self.row, from, self.row, LAST, &value, &format)?;
        self.row += 1;
        Ok(())
    }

    fn put(&mut self, column: u16, value: &str, format: &Format) -> Result<(), XlsxError> {
        let value = shown(value);
        let format = guard(&value, format);
        self.sheet.write_string_with_format(self.row, column, value.as_ref(), &format).map(|_| ())
    }
}

fn guard<'f>(value: &str, format: &'f Format) -> Cow<'f, Format> {
    if looks_like_formula(value) { Cow::Owned(format.clone().set_quote_prefix()) } else { Cow::Borrowed(format) }
}
