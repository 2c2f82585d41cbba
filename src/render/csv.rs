//! CSV that spreadsheets open without running it: RFC 4180 quoting, UTF-8, lines ending in `\n`.
//!
//! A cell that a spreadsheet would take for a formula gets an apostrophe in front. The rule can be undone: a cell
//! that begins (after blanks and quotes) with one of `=`, `+`, `-`, `@`, a tab or a line end has exactly one
//! apostrophe more than the data. Numbers, times and yes/no of the engine itself are written as they are.

mod actions;
mod tables;

pub use actions::{ACTIONS_FILE, actions, to_decide};
pub use tables::{reject_groups, sources};

use crate::time::{self, Micros};

/// Appends one cell of text, neutralised and quoted where needed. Separators and line ends are the caller's.
pub fn push_cell(out: &mut Vec<u8>, cell: &str) {
    let bytes = cell.as_bytes();
    let formula = looks_like_formula(cell);
    let quote = memchr::memchr(b'"', bytes);
    if quote.is_none() && memchr::memchr3(b',', b'\n', b'\r', bytes).is_none() {
        if formula {
            out.push(b'\'');
        }
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    if formula {
        out.push(b'\'');
    }
    let mut rest = bytes;
    let mut next = quote;
    while let Some(at) = next {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
        next = memchr::memchr(b'"', rest);
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// The text of a cell as it was before [`push_cell`] neutralised it.
pub fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if looks_like_formula(cell) => text,
        _ => cell,
    }
}

/// Whether a spreadsheet could run the text: its first character after blanks, quotes and invisible marks decides.
///
/// The full-width forms count, because spreadsheets in East Asian settings treat them alike.
pub(super) fn looks_like_formula(cell: &str) -> bool {
    // Nearly every cell begins with a letter or digit: one comparison, and out.
    match cell.as_bytes().first() {
        None => return false,
        Some(first) if first.is_ascii_alphanumeric() => return false,
        Some(_) => {}
    }
    for character in cell.chars() {
        match character {
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}' => {
                return true;
            }
            '"' | '\'' | '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' => {}
            _ if character.is_whitespace() || character.is_control() => {}
            _ => return false,
        }
    }
    false
}

/// Writes a table row by row into memory.
///
/// ```text
/// let mut table = CsvWriter::new(&["system", "accounts"]);
/// table.text("okta").number(12).end();
/// ```
#[derive(Debug)]
pub struct CsvWriter {
    out: Vec<u8>,
    row_start: usize,
    cells: usize,
}

impl CsvWriter {
    /// A table that begins with its header.
    pub fn new(columns: &[&str]) -> Self {
        let mut writer = Self { out: Vec::new(), row_start: 0, cells: 0 };
        for column in columns {
            writer.text(column);
        }
        writer.end();
        writer
    }

    /// A cell of text.
    pub fn text(&mut self, cell: &str) -> &mut Self {
        self.separate();
        push_cell(&mut self.out, cell);
        self
    }

    /// A cell of text, empty when there is none.
    pub fn optional(&mut self, cell: Option<&str>) -> &mut Self {
        self.text(cell.unwrap_or_default())
    }

    /// A whole number.
    pub fn number(&mut self, number: impl Into<i128>) -> &mut Self {
        self.raw(&number.into().to_string())
    }

    /// An instant as RFC 3339 in UTC, empty when there is none.
    pub fn time(&mut self, at: Option<Micros>) -> &mut Self {
        self.raw(&at.map(time::rfc3339).unwrap_or_default())
    }

    /// `yes` or `no`.
    pub fn flag(&mut self, flag: bool) -> &mut Self {
        self.raw(if flag { "yes" } else { "no" })
    }

    /// Ends the row.
    pub fn end(&mut self) {
        // A single empty cell would be a blank line, which readers skip.
        if self.cells == 1 && self.out.len() == self.row_start {
            self.out.extend_from_slice(b"\"\"");
        }
        self.out.push(b'\n');
        self.row_start = self.out.len();
        self.cells = 0;
    }

    /// The bytes written.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    fn raw(&mut self, text: &str) -> &mut Self {
        self.separate();
        self.out.extend_from_slice(text.as_bytes());
        self
    }

    fn separate(&mut self) {
        if self.cells > 0 {
            self.out.push(b',');
        }
        self.cells += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(text: &str) -> String {
        let mut out = Vec::new();
        push_cell(&mut out, text);
        String::from_utf8(out).expect("UTF-8 in, UTF-8 out")
    }

    #[test]
    fn plain_text_stays() {
        for text in ["", "okta", "Ünïcode", "a b", "a=b", "1-2", "mail@example.org", "2026-07-01T00:00:00Z", "'quoted"]
        {
            assert_eq!(cell(text), text);
        }
    }

    #[test]
    fn quotes_by_rfc_4180() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("a\"b\"\"c"), "\"a\"\"b\"\"\"\"c\"");
        assert_eq!(cell("a\nb"), "\"a\nb\"");
        assert_eq!(cell("a\rb"), "\"a\rb\"");
        assert_eq!(cell("\""), "\"\"\"\"");
    }

    #[test]
    fn formulas_are_neutralised() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("-5"), "'-5");
        assert_eq!(cell("+49 30 1234"), "'+49 30 1234");
        assert_eq!(cell("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(cell("\t=1"), "'\t=1");
        assert_eq!(cell("\r=1"), "\"'\r=1\"");
        assert_eq!(cell("  =1"), "'  =1");
        assert_eq!(cell("\"=1"), "\"'\"\"=1\"");
        assert_eq!(cell("'=1"), "''=1");
        assert_eq!(cell("\u{FEFF}=1"), "'\u{FEFF}=1");
        assert_eq!(cell("\u{A0}\u{200B}=1"), "'\u{A0}\u{200B}=1");
        assert_eq!(cell("\u{FF1D}1"), "'\u{FF1D}1");
        assert_eq!(cell("\0=1"), "'\0=1");
    }

    #[test]
    fn rows_have_all_their_cells() {
        let mut table = CsvWriter::new(&["one"]);
        table.text("").end();
        table.number(-5).end();
        table.time(Some(0)).end();
        table.flag(true).end();
        assert_eq!(table.finish(), b"one\n\"\"\n-5\n1970-01-01T00:00:00Z\nyes\n");
    }

    proptest! {
        #[test]
        fn a_reader_gets_the_text_back(cells in prop::collection::vec("[=+@,\"'\n\r\t a-c\u{202E}-]{0,8}", 1..5)) {
            let mut table = CsvWriter::new(&["header"]);
            for cell in &cells {
                table.text(cell);
            }
            table.end();
            let bytes = table.finish();
            let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
            let records: Vec<_> = reader.records().collect::<Result<_, _>>().expect("readable");
            prop_assert_eq!(records.len(), 1);
            let read: Vec<&str> = records[0].iter().map(plain).collect();
            prop_assert_eq!(read, cells);
        }

        #[test]
        fn no_cell_begins_like_a_formula(text in "\\PC{0,12}") {
            let written = cell(&text);
            let shown = written.strip_prefix('"').unwrap_or(&written);
            prop_assert!(!shown.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
