//! Tables: columns of one or more fields, rows of typed values. Pages stack the fields of a column in one cell;
//! spreadsheets give each field a column of its own.

use super::badge::Badge;
use super::value::{BarPart, Value, with_look};
use super::words::{Look, Piece, Words, plain, quiet};
use crate::render::text;

/// A table. Its rows stand in one order in every form, and what is left out is said with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Names the table: the same in every form.
    pub name: &'static str,
    /// What it shows.
    pub caption: Words,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Which column heads the rows.
    pub head: usize,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The rows that are left out here.
    pub more: Option<More>,
    /// How it stands on a page.
    pub look: TableLook,
    /// Readers of a screen can choose rows by their facets, or sort by a column.
    pub handles: Handles,
}

/// How a table stands on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TableLook {
    /// Over the whole width.
    Full,
    /// Over the whole width, set small.
    Dense,
    /// As narrow as its words.
    Narrow,
    /// To be filled in by hand, with rows of this height in points.
    ByHand(f32),
}

/// What a reader of a screen can do with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handles {
    /// Read it.
    None,
    /// Sort it.
    Sort,
    /// Search it, and choose rows by their facets.
    Filter,
}

/// Rows that are left out: how many there are in all, and which file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct More {
    /// Rows that are shown.
    pub shown: u64,
    /// Rows that there are.
    pub total: u64,
    /// Which rows are shown first: `the longest first`; empty when it goes without saying.
    pub order: &'static str,
    /// The file of the pack that has all.
    pub file: String,
    /// Its SHA-256, where it is known.
    pub sha256: Option<String>,
}

impl More {
    /// `40 more in actions.csv`, or how many rows of how many are shown; nothing where all are.
    pub fn of(shown: usize, total: u64, order: &'static str, file: impl Into<String>) -> Option<Self> {
        let shown = shown as u64;
        (total > shown).then(|| Self { shown, total, order, file: file.into(), sha256: None })
    }

    /// What stands before the table.
    pub fn words(&self) -> Words {
        let order = if self.order.is_empty() { String::new() } else { format!(", {}", self.order) };
        let more = text::count(self.total.saturating_sub(self.shown));
        let mut words = vec![
            plain(format!("Showing {}{order}; {more} more in ", text::of(self.shown, self.total))),
            super::words::code(&*self.file),
        ];
        if let Some(hash) = &self.sha256 {
            words.extend([quiet(" (SHA-256 "), super::words::code(&**hash).look(Look::Code), quiet(")")]);
        }
        words.push(plain("."));
        words
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head on pages.
    pub title: String,
    /// Its fields; a row has a value for each.
    pub fields: Vec<Field>,
    /// Holds numbers: at the right, never broken.
    pub number: bool,
    /// A text that a page has room for on one line; empty when none is asked for.
    pub room_for: &'static str,
}

/// A field of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its head in a spreadsheet; empty for the column's title.
    pub title: &'static str,
    /// Our words before the value on pages; left out where there is no value.
    pub before: &'static str,
    /// How the value looks on pages.
    pub look: Look,
    /// Goes on in the line of the field before it.
    pub same_line: bool,
    /// Where it stands.
    pub on: Forms,
}

/// The forms in which a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forms {
    /// Everywhere.
    All,
    /// On pages and screens alone.
    Pages,
    /// In spreadsheets alone.
    Sheets,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// A value for each field of each column, in their order; empty for a row that heads others.
    pub values: Vec<Value>,
    /// What heads the rows after it, over the whole width.
    pub group: Option<Vec<Words>>,
    /// Name of its place; empty when nothing leads to it.
    pub place: String,
    /// By what a reader of a screen can choose it: name of the facet, and value.
    pub facets: Vec<(&'static str, String)>,
}

/// A line of a cell on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// A paragraph.
    Words(Words),
    /// A badge.
    Badge(Badge),
    /// A bar.
    Bar(Vec<(BarPart, u64)>),
    /// The page on which a place stands.
    Page(String),
}

impl Field {
    /// A field in the plain look, in a line of its own, everywhere.
    pub const fn new(title: &'static str) -> Self {
        Self { title, before: "", look: Look::Plain, same_line: false, on: Forms::All }
    }

    /// With words before its value.
    #[must_use]
    pub const fn before(mut self, words: &'static str) -> Self {
        self.before = words;
        self
    }

    /// In another look.
    #[must_use]
    pub const fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// In the line of the field before it.
    #[must_use]
    pub const fn same_line(mut self) -> Self {
        self.same_line = true;
        self
    }

    /// Only in some forms.
    #[must_use]
    pub const fn on(mut self, forms: Forms) -> Self {
        self.on = forms;
        self
    }
}

impl Column {
    /// A column of one field.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), fields: vec![Field::new("")], number: false, room_for: "" }
    }

    /// A column of numbers.
    pub fn number(title: impl Into<String>) -> Self {
        Self { number: true, ..Self::new(title) }
    }

    /// A column of several fields.
    pub fn of(title: impl Into<String>, fields: Vec<Field>) -> Self {
        Self { title: title.into(), fields, number: false, room_for: "" }
    }

    /// With room for a text on one line.
    #[must_use]
    pub fn room_for(mut self, text: &'static str) -> Self {
        self.room_for = text;
        self
    }

    /// With its one field in another look.
    #[must_use]
    pub fn look(mut self, look: Look) -> Self {
        for field in &mut self.fields {
            field.look = look;
        }
        self
    }
}

impl Row {
    /// A row of values.
    pub fn new(values: Vec<Value>) -> Self {
        Self { values, group: None, place: String::new(), facets: Vec::new() }
    }

    /// A row that heads others.
    pub fn group(words: Vec<Words>) -> Self {
        Self { values: Vec::new(), group: Some(words), place: String::new(), facets: Vec::new() }
    }

    /// With a place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = place.into();
        self
    }

    /// With a facet; one without a value is none.
    #[must_use]
    pub fn facet(mut self, name: &'static str, value: Option<&str>) -> Self {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.facets.push((name, value.to_owned()));
        }
        self
    }
}

impl Table {
    /// A table over the whole width whose first column heads the rows.
    pub fn new(name: &'static str, caption: impl Into<String>, columns: Vec<Column>, rows: Vec<Row>) -> Self {
        Self {
            name,
            caption: vec![plain(caption)],
            columns,
            head: 0,
            rows,
            more: None,
            look: TableLook::Full,
            handles: Handles::None,
        }
    }

    /// In another look.
    #[must_use]
    pub fn look(mut self, look: TableLook) -> Self {
        self.look = look;
        self
    }

    /// With handles for readers of a screen.
    #[must_use]
    pub fn handles(mut self, handles: Handles) -> Self {
        self.handles = handles;
        self
    }

    /// With another column that heads the rows.
    #[must_use]
    pub fn headed_by(mut self, column: usize) -> Self {
        self.head = column;
        self
    }

    /// With rows that are left out.
    #[must_use]
    pub fn more(mut self, more: Option<More>) -> Self {
        self.more = more;
        self
    }

    /// The fields with the column that each belongs to, in the order of a row's values.
    pub fn fields(&self) -> impl Iterator<Item = (&Column, &Field)> {
        self.columns.iter().flat_map(|column| column.fields.iter().map(move |field| (column, field)))
    }

    /// Whether a cell of a row counts nothing: none of things, or no value.
    pub fn counts_nothing(&self, row: &Row, column: usize) -> bool {
        let before: usize = self.columns[..column].iter().map(|column| column.fields.len()).sum();
        let values = row.values.iter().skip(before).take(self.columns[column].fields.len());
        values.into_iter().all(|value| matches!(value, Value::Count(0) | Value::Missing(_) | Value::Empty))
    }

    /// The cells of a row as pages show them: for each column its lines. None for a row that heads others.
    ///
    /// # Panics
    /// The row has another number of values than the table has fields: a mistake of whoever built it.
    pub fn cells(&self, row: &Row) -> Vec<Vec<Line>> {
        if row.group.is_some() {
            return Vec::new();
        }
        assert_eq!(row.values.len(), self.fields().count(), "values of a row of the table {}", self.name);
        let mut values = row.values.iter();
        let cell = |column: &Column| {
            let mut lines: Vec<Line> = Vec::new();
            for (field, value) in column.fields.iter().zip(values.by_ref()) {
                if field.on != Forms::Sheets {
                    push(&mut lines, field, value);
                }
            }
            lines
        };
        self.columns.iter().map(cell).collect()
    }
}

/// Adds what a field shows to the lines of its cell.
fn push(lines: &mut Vec<Line>, field: &Field, value: &Value) {
    let mut shown: Vec<Line> = match value {
        Value::Badge(badge) => vec![Line::Badge(badge.clone())],
        Value::Bar(parts) => vec![Line::Bar(parts.clone())],
        Value::Page(place) => vec![Line::Page(place.clone())],
        _ => with_look(value.lines(), field.look).into_iter().map(Line::Words).collect(),
    };
    if let Some(Line::Words(first)) = shown.first_mut()
        && !field.before.is_empty()
    {
        first.insert(0, quiet(field.before));
    }
    if field.same_line
        && let (Some(Line::Words(line)), Some(Line::Words(_))) = (lines.last_mut(), shown.first())
        && let Line::Words(words) = shown.remove(0)
    {
        line.push(plain(", "));
        line.extend(words);
    }
    lines.extend(shown);
}

/// The pieces of a row's first line, for tests and for screens that name a row.
pub fn first_line(cells: &[Vec<Line>]) -> Vec<&Piece> {
    let words = cells.iter().flatten().find_map(|line| match line {
        Line::Words(words) => Some(words),
        _ => None,
    });
    words.map(|words| words.iter().collect()).unwrap_or_default()
}
