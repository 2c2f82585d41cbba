//! What a report consists of before anybody knows about pages: headings, paragraphs, tables, charts, in words.

use crate::render::chart::Scene;
use crate::report::Status;

/// How a piece of text looks beside the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As the rest.
    Plain,
    /// Bold.
    Strong,
    /// In the background.
    Quiet,
    /// To be typed, a file, an id, a digest: digits of one width.
    Code,
    /// Needs attention: bold, in the colour of what is over its limit.
    Alert,
}

/// A piece of a paragraph. Hidden characters are visible already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// How it looks.
    pub look: Look,
    /// The place that it leads to.
    pub link: Option<String>,
}

/// A paragraph.
pub type Words = Vec<Piece>;

/// Something that stands in the report.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A section with what stands in it.
    Section(Vec<Block>),
    /// A heading.
    Heading(Heading),
    /// A paragraph.
    Paragraph {
        /// Its words.
        words: Words,
        /// The part it plays.
        kind: Kind,
    },
    /// A list.
    List {
        /// Numbers instead of bullets.
        numbered: bool,
        /// The items, each of one or more paragraphs.
        items: Vec<Vec<Words>>,
        /// Set small.
        dense: bool,
    },
    /// Short items side by side, row by row.
    Grid {
        /// The items, each with the name of its place.
        items: Vec<(String, Words)>,
        /// Columns.
        columns: usize,
    },
    /// Terms with what belongs to them.
    Pairs {
        /// The rows: term, and one or more paragraphs.
        rows: Vec<(Words, Vec<Words>)>,
        /// Share of the width that the terms take, in per cent; values stand at the right where it is 0.
        terms: u8,
    },
    /// A table.
    Table(Table),
    /// A chart under its caption.
    Figure {
        /// Its caption.
        caption: Words,
        /// The chart.
        scene: Box<Scene>,
    },
    /// A verdict with its reason, in a tinted box.
    Verdict {
        /// The verdict.
        status: Status,
        /// The paragraphs; the first stands large where `large` is set.
        lines: Vec<Words>,
        /// Whether it is the report's own verdict.
        large: bool,
    },
    /// A box.
    Box(Vec<Block>),
    /// How often each verdict occurs, in words, before its list.
    Tally {
        /// `Of 13 metrics:`.
        of: String,
        /// The verdicts.
        entries: Vec<(Status, u64)>,
    },
    /// Figures that stand large.
    Tiles(Vec<Tile>),
    /// Blocks side by side: parts of the width, and what stands there.
    Columns(Vec<(f32, Vec<Block>)>),
    /// The contents of the report, made from its headings.
    Contents,
    /// Begin a new page, unless less than this part of the page is in use, in per cent.
    NewPage(u8),
}

/// The part that a paragraph plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Running text.
    Body,
    /// Above a title.
    Eyebrow,
    /// Below a title, larger.
    Lead,
    /// Smaller, in the background.
    Note,
    /// Something missing that a reader must know.
    Alert,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 for the title of the report.
    pub level: u8,
    /// Its text.
    pub text: String,
    /// Quiet words after it.
    pub aside: String,
    /// Name of its place; empty when nothing leads to it.
    pub place: String,
    /// Whether it stands in the contents and the bookmarks, and its text there.
    pub listed: Option<String>,
    /// Set small, whatever its level: inside boxes and columns.
    pub small: bool,
}

/// A figure that stands large, with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// `at least`, or nothing.
    pub before: String,
    /// The figure.
    pub figure: String,
    /// What it counts.
    pub what: String,
    /// Its denominator, or what it was counted over.
    pub over: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it shows.
    pub caption: Words,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether it takes the whole width.
    pub full: bool,
    /// Set small.
    pub dense: bool,
    /// Least height of a row, for tables that are filled in by hand.
    pub row_height: f32,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// Whether it holds numbers: at the right, never broken.
    pub number: bool,
    /// A text that it has room for on one line; empty when none is asked for.
    pub room_for: &'static str,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its cells; their columns add up to the table's.
    pub cells: Vec<Cell>,
    /// Whether it heads the rows after it.
    pub group: bool,
    /// Name of its place; empty when nothing leads to it.
    pub place: String,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its paragraphs.
    pub lines: Vec<CellLine>,
    /// Whether it heads its row.
    pub head: bool,
    /// Columns that it takes.
    pub columns: u16,
}

/// A paragraph in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum CellLine {
    /// Words.
    Words(Words),
    /// A verdict.
    Status(Status),
    /// The page on which a place stands.
    PageOf(String),
}
