//! One sheet that is a table: a line that says what it holds, a head that stays in sight, filters, and typed rows.

use rust_xlsxwriter::{DataValidation, Format, IgnoreError, Url, Worksheet};

use super::book::failed;
use super::cell::{Cell, exact, serial, shown};
use super::style::Styles;
use crate::failure::Outcome;
use crate::render::csv::looks_like_formula;
use crate::time::rfc3339;

/// Points of one line of text.
const LINE: f64 = 13.0;
/// Letters of running text that stand on a unit of a column's width, on the safe side.
const LETTERS: f64 = 1.16;
/// Lines that a row shows at most; the cell holds the whole text all the same.
const LINES: usize = 12;

/// The row of the head; the rows below it hold the data.
pub(super) const HEAD: u32 = 1;

/// What a column holds, which decides how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text on one line.
    Text,
    /// Text that wraps.
    Long,
    /// Whole numbers.
    Number,
    /// Instants in UTC.
    Time,
    /// A number as people read it: stands at the right, like the number beside it.
    Readable,
    /// Filled in by readers.
    FillIn,
}

impl Kind {
    /// What it holds, for readers.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text | Self::Long => "text",
            Self::Number => "whole number",
            Self::Time => "date and time, UTC",
            Self::Readable => "in words",
            Self::FillIn => "to be filled in",
        }
    }
}

/// A column: its head, what it holds, and its width in characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) width: f64,
}

/// A column.
pub(super) fn column(title: impl Into<String>, kind: Kind, width: f64) -> Column {
    Column { title: title.into(), kind, width }
}

/// A sheet in the making. Rows are written in their order and are gone from memory afterwards.
pub(super) struct Table<'b> {
    styles: &'b Styles,
    sheet: Worksheet,
    columns: Vec<Column>,
    choices: Option<(u16, Vec<String>)>,
    row: u32,
}

impl<'b> Table<'b> {
    /// Writes the line above, and the head.
    pub(super) fn begin(mut sheet: Worksheet, styles: &'b Styles, note: &str, columns: &[Column]) -> Outcome<Self> {
        let mut write = || {
            for (index, column) in (0_u16..).zip(columns) {
                sheet.set_column_width(index, column.width)?;
                sheet.set_column_format(index, format_of(styles, column.kind))?;
            }
            sheet.set_row_height(0, 20)?;
            sheet.write_string_with_format(0, 0, shown(note).as_ref(), &styles.note)?;
            sheet.set_row_height(HEAD, 30)?;
            for (index, column) in (0_u16..).zip(columns) {
                let right = matches!(column.kind, Kind::Number | Kind::Readable);
                let head = match column.kind {
                    Kind::FillIn => &styles.head_fill_in,
                    _ if right => &styles.head_right,
                    _ => &styles.head,
                };
                sheet.write_string_with_format(HEAD, index, shown(&column.title).as_ref(), head)?;
            }
            sheet.set_freeze_panes(HEAD + 1, 0)?;
            sheet.set_repeat_rows(HEAD, HEAD).map(|_| ())
        };
        write().map_err(|cause| failed(&cause))?;
        Ok(Self { styles, sheet, columns: columns.to_vec(), choices: None, row: HEAD })
    }

    /// Appends a row; cells beyond the columns are left out.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Outcome<()> {
        self.row += 1;
        let mut write = || {
            let mut height = 1;
            for (index, cell) in cells.iter().enumerate().take(self.columns.len()) {
                self.cell(index, cell)?;
                if let (Kind::Long, Cell::Text(text)) = (self.columns[index].kind, cell) {
                    height = height.max(lines(text, self.columns[index].width));
                }
            }
            if height > 1 {
                self.sheet.set_row_height(self.row, height_of(height))?;
            }
            Ok(())
        };
        write().map_err(|cause| failed(&cause))
    }

    /// Readers choose what they fill into a column.
    pub(super) fn choices(&mut self, column: usize, words: &[&str]) {
        self.choices = Some((column as u16, words.iter().map(|word| (*word).to_owned()).collect()));
    }

    /// How many rows stand below the head.
    pub(super) fn rows(&self) -> u64 {
        u64::from(self.row - HEAD)
    }

    /// The sheet with its filters.
    pub(super) fn finish(mut self) -> Outcome<Worksheet> {
        let last = u16::try_from(self.columns.len()).unwrap_or(1).saturating_sub(1);
        let mut close = || {
            if let Some((column, words)) = self.choices.take().filter(|_| self.row > HEAD) {
                let list = DataValidation::new().allow_list_strings(&words)?;
                self.sheet.add_data_validation(HEAD + 1, column, self.row, column, &list)?;
            }
            self.sheet.autofilter(HEAD, 0, self.row, last)?;
            // Ids such as 0017 are text and stay text: no green corner says otherwise.
            let text = IgnoreError::NumberStoredAsText;
            self.sheet.ignore_error_range(HEAD, 0, self.row, last, text).map(|_| ())
        };
        close().map_err(|cause| failed(&cause))?;
        Ok(self.sheet)
    }

    fn cell(&mut self, index: usize, cell: &Cell<'_>) -> Result<(), rust_xlsxwriter::XlsxError> {
        let column = index as u16;
        match cell {
            Cell::Empty => return Ok(()),
            Cell::Text(text) => return self.text(column, text),
            Cell::Number(number) => match exact(*number) {
                Some(number) => self.sheet.write_number(self.row, column, number)?,
                None => return self.text(column, &number.to_string()),
            },
            Cell::Time(at) => match serial(*at) {
                Some(days) => self.sheet.write_number(self.row, column, days)?,
                None => return self.text(column, &rfc3339(*at)),
            },
            Cell::Badge(badge) => {
                let format = self.styles.badge(badge);
                self.sheet.write_string_with_format(self.row, column, badge.words(), &format)?
            }
            Cell::Link(text, sheet) => {
                let link = to_sheet(sheet).set_text(shown(text));
                self.sheet.write_url_with_format(self.row, column, link, &self.styles.link)?
            }
            Cell::FillIn => self.sheet.write_blank(self.row, column, &self.styles.fill_in)?,
        };
        Ok(())
    }

    fn text(&mut self, column: u16, plain: &str) -> Result<(), rust_xlsxwriter::XlsxError> {
        let text = shown(plain);
        if looks_like_formula(&text) {
            let long = self.columns.get(usize::from(column)).is_some_and(|column| column.kind == Kind::Long);
            let format = if long { &self.styles.guarded_wrapped } else { &self.styles.guarded };
            self.sheet.write_string_with_format(self.row, column, text.as_ref(), format)?;
        } else {
            self.sheet.write_string(self.row, column, text.as_ref())?;
        }
        Ok(())
    }
}

/// The lines that a wrapped text takes in a column. Not every spreadsheet fits heights to text by itself.
pub(super) fn lines(text: &str, width: f64) -> usize {
    let room = (width * LETTERS) as usize;
    text.chars().count().div_ceil(room.max(1)).clamp(1, LINES)
}

/// The height of a row with so many lines, in points.
pub(super) fn height_of(lines: usize) -> f64 {
    lines as f64 * LINE + 2.0
}

/// A link to the beginning of a sheet of this book.
pub(super) fn to_sheet(name: &str) -> Url {
    Url::new(format!("internal:'{}'!A1", name.replace('\'', "''")))
}

fn format_of(styles: &Styles, kind: Kind) -> &Format {
    match kind {
        Kind::Text => &styles.text,
        Kind::Long => &styles.wrapped,
        Kind::Number => &styles.number,
        Kind::Time => &styles.time,
        Kind::Readable => &styles.readable,
        Kind::FillIn => &styles.fill_in,
    }
}
