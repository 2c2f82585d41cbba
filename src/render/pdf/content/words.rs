//! Pieces of text: data cut and made visible, our own words, paragraphs with marks.

use super::block::{Block, Cell, CellLine, Column, Heading, Kind, Look, Piece, Row, Table, Words};
use crate::render::prose::{self, Part};
use crate::render::{facts, text};
use crate::report::{MetricReport, Report, Status};

/// Characters of a piece of data that are shown.
const LIMIT: usize = 300;

/// Our own words.
pub(super) fn plain(words: impl Into<String>) -> Piece {
    piece(words, Look::Plain)
}

pub(super) fn strong(words: impl Into<String>) -> Piece {
    piece(words, Look::Strong)
}

pub(super) fn quiet(words: impl Into<String>) -> Piece {
    piece(words, Look::Quiet)
}

pub(super) fn code(words: &str) -> Piece {
    piece(visible(words), Look::Code)
}

pub(super) fn alert(words: impl Into<String>) -> Piece {
    piece(words, Look::Alert)
}

fn piece(words: impl Into<String>, look: Look) -> Piece {
    Piece { text: words.into(), look, link: None }
}

impl Piece {
    /// The piece leads to a place, if there is one.
    pub(super) fn to(mut self, place: Option<String>) -> Self {
        self.link = place;
        self
    }
}

/// Text with hidden characters made visible: of the rules or of the engine, never cut.
pub(super) fn visible(plain: &str) -> String {
    text::visible(&text::shown(plain), false).into_owned()
}

/// A piece of data: hidden characters made visible, the end of a long one left out and counted.
pub(super) fn data(plain: &str) -> String {
    cut(plain, "")
}

/// A piece of data of a finding.
pub(super) fn finding_data(plain: &str) -> String {
    cut(plain, "; all in findings.csv")
}

fn cut(plain: &str, whole: &str) -> String {
    let (head, rest) = text::cut(plain, LIMIT);
    if rest.is_empty() {
        return visible(head);
    }
    let more = text::plural(rest.chars().count() as u64, "more character", "more characters");
    format!("{}… [{more}{whole}]", visible(head))
}

/// Data, or quiet words of ours where there is none.
pub(super) fn data_or(plain: Option<&str>, missing: &str) -> Piece {
    match plain {
        Some(words) if !words.is_empty() => self::plain(data(words)),
        _ => quiet(missing),
    }
}

/// Pieces with a separator between them.
pub(super) fn joined(pieces: impl IntoIterator<Item = Piece>, separator: &str) -> Words {
    let mut out: Words = Vec::new();
    for one in pieces {
        if !out.is_empty() {
            out.push(plain(separator));
        }
        out.push(one);
    }
    out
}

/// A paragraph that all forms of the report share.
pub(super) fn rich(words: &str, report: &Report) -> Words {
    let values = [("zone", report.zone.as_str()), ("leave_instant", report.leave_instant.as_str())];
    let piece = |part: Part<'_>| match part {
        Part::Text(words) => plain(words),
        Part::Code(words) => code(words),
        Part::Link { words, place } => plain(words).to(Some(place.to_owned())),
        Part::Value(value) => plain(data(value)),
    };
    prose::parts(words, &values).into_iter().map(piece).collect()
}

/// A reason with the counts of its metric: no verdict stands without them, whatever the reason says.
pub(super) fn with_counts(reason: &str, metric: Option<&MetricReport>) -> String {
    let reason = visible(reason);
    match metric.filter(|metric| metric.population > 0).map(facts::over) {
        Some(over) if !reason.contains(&over) => format!("{reason} ({over} over)"),
        _ => reason,
    }
}

/// A paragraph of running text.
pub(super) fn body(words: Words) -> Block {
    Block::Paragraph { words, kind: Kind::Body }
}

/// A paragraph in the background.
pub(super) fn note(words: impl Into<String>) -> Block {
    Block::Paragraph { words: vec![plain(words)], kind: Kind::Note }
}

/// A heading that stands in the contents.
pub(super) fn heading(level: u8, words: &str, place: &str) -> Block {
    let text = data(words);
    Block::Heading(Heading {
        level,
        listed: Some(text.clone()),
        text,
        aside: String::new(),
        place: place.to_owned(),
        small: false,
    })
}

/// A heading that does not.
pub(super) fn subheading(level: u8, words: &str, aside: &str) -> Block {
    Block::Heading(Heading {
        level,
        text: data(words),
        aside: aside.to_owned(),
        place: String::new(),
        listed: None,
        small: false,
    })
}

/// A heading inside a box or a column.
pub(super) fn small_heading(level: u8, words: &str) -> Block {
    let text = data(words);
    Block::Heading(Heading { level, text, aside: String::new(), place: String::new(), listed: None, small: true })
}

/// A list of bullets.
pub(super) fn bullets(items: Vec<Vec<Words>>) -> Block {
    Block::List { numbered: false, items, dense: false }
}

/// Text of the rules or of the engine that marks names in it by backticks.
pub(super) fn marked(text: &str) -> Words {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return vec![plain(visible(text))];
    }
    let piece = |(index, part): (usize, &str)| if index % 2 == 0 { plain(visible(part)) } else { code(part) };
    parts.into_iter().enumerate().map(piece).filter(|piece| !piece.text.is_empty()).collect()
}

pub(super) fn column(title: &str) -> Column {
    Column { title: title.to_owned(), number: false, room_for: "" }
}

/// A column that has room for a text on one line.
pub(super) fn column_for(title: &str, room_for: &'static str) -> Column {
    Column { title: title.to_owned(), number: false, room_for }
}

pub(super) fn number(title: &str) -> Column {
    Column { title: title.to_owned(), number: true, room_for: "" }
}

/// A table over the whole width.
pub(super) fn table(caption: impl Into<String>, columns: Vec<Column>, rows: Vec<Row>) -> Block {
    Block::Table(Table { caption: vec![plain(caption)], columns, rows, full: true, dense: false, row_height: 0.0 })
}

/// A table as narrow as its words.
pub(super) fn narrow(caption: impl Into<String>, columns: Vec<Column>, rows: Vec<Row>) -> Block {
    Block::Table(Table { caption: vec![plain(caption)], columns, rows, full: false, dense: false, row_height: 0.0 })
}

pub(super) fn row(cells: Vec<Cell>) -> Row {
    Row { cells, group: false, place: String::new() }
}

/// A cell of one piece.
pub(super) fn cell(piece: Piece) -> Cell {
    lines(vec![vec![piece]])
}

/// A cell of several paragraphs.
pub(super) fn lines(words: Vec<Words>) -> Cell {
    Cell { lines: words.into_iter().map(CellLine::Words).collect(), head: false, columns: 1 }
}

/// A cell that begins with a verdict.
pub(super) fn status(status: Status, words: Vec<Words>) -> Cell {
    let mut cell = lines(words);
    cell.lines.insert(0, CellLine::Status(status));
    cell
}

impl Cell {
    /// It heads its row.
    pub(super) fn head(mut self) -> Self {
        self.head = true;
        self
    }

    /// It takes several columns.
    pub(super) fn over(mut self, columns: u16) -> Self {
        self.columns = columns;
        self
    }
}

/// Two columns of counts, narrow.
pub(super) fn counts(caption: &str, name: &str, value: &str, rows: Vec<(String, String)>) -> Block {
    let rows = rows.into_iter().map(|(name, count)| row(vec![cell(plain(name)).head(), cell(plain(count))]));
    narrow(caption, vec![column(name), number(value)], rows.collect())
}
