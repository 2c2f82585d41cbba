//! What a report consists of before anybody knows about pages, screens or sheets: headings, paragraphs, tables, charts.

use super::badge::Badge;
use super::table::Table;
use super::words::Words;
use crate::render::chart::Scene;
use crate::render::text;

/// A section of the document: what stands in the contents, and what stands below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Names its place; the same in every edition and form.
    pub place: &'static str,
    /// Its title.
    pub title: String,
    /// What stands in it, without its own heading.
    pub blocks: Vec<Block>,
    /// Where pages are made, begin a new one unless less than this part of the page is in use, in per cent.
    pub new_page: Option<u8>,
}

/// Something that stands in the report.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A part of a section: a heading and what belongs to it.
    Part(Part),
    /// A heading.
    Heading(Heading),
    /// A paragraph.
    Paragraph {
        /// Its words.
        words: Words,
        /// The role it plays.
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
        /// Columns where there is room for them.
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
        /// The numbers behind it, where no table beside it has them. Folded on screens, left out on paper.
        numbers: Option<Box<Table>>,
    },
    /// A verdict with its reason, in a tinted box.
    Verdict {
        /// The verdict.
        badge: Badge,
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
        entries: Vec<(Badge, u64)>,
    },
    /// Figures that stand large.
    Tiles(Vec<Tile>),
    /// Blocks side by side: parts of the width, and what stands there.
    Columns(Vec<(f32, Vec<Block>)>),
    /// Details that a screen folds under their title; on paper they stand open, the title as a small heading.
    Fold {
        /// Title.
        title: Words,
        /// What is folded.
        blocks: Vec<Block>,
    },
    /// Text to be read by machines, line by line, such as SQL: folded on screens, left out on paper.
    Listing {
        /// Title.
        title: String,
        /// The text.
        text: String,
    },
    /// The contents of the document, made from its sections and parts.
    Contents,
    /// Where pages are made, begin a new one unless less than this part of the page is in use, in per cent.
    NewPage(u8),
}

impl Block {
    /// Whether it is a table whose caption says what the heading before it has said.
    pub fn is_headed_by(&self, before: Option<&Self>) -> bool {
        matches!((before, self), (Some(Self::Heading(heading)), Self::Table(table)) if heading.words == table.caption)
    }
}

/// How often each verdict occurs, in words.
pub fn words_of_tally(of: &str, entries: &[(Badge, u64)]) -> String {
    let counts = entries.iter().map(|(badge, count)| format!("{} {}", text::count(*count), badge.words()));
    format!("{of} {}", counts.collect::<Vec<_>>().join(", "))
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its heading.
    pub heading: Heading,
    /// What belongs to it.
    pub blocks: Vec<Block>,
}

/// The role that a paragraph plays.
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
    /// 1 for the title of the document, 2 for sections, 3 and 4 for their parts.
    pub level: u8,
    /// Its words.
    pub words: Words,
    /// Quiet words after it.
    pub aside: Words,
    /// Name of its place; empty when nothing leads to it.
    pub place: String,
    /// Whether it stands in the contents and the bookmarks.
    pub listed: bool,
    /// Set small, whatever its level: inside boxes and columns.
    pub small: bool,
}

/// A figure that stands large, with what it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Names it among the tiles.
    pub key: &'static str,
    /// `at least`, or nothing.
    pub before: String,
    /// The figure.
    pub figure: String,
    /// What it counts.
    pub what: String,
    /// Its denominator, or what it was counted over.
    pub over: String,
    /// What is known of it beside: parts of it, what is possible and not certain.
    pub beside: String,
    /// The metrics that own it, where there is room to name them.
    pub metrics: String,
    /// What it was in the pack before, where there is one.
    pub change: Option<Words>,
    /// The figure over the latest packs, where there are some.
    pub trend: Option<Box<Scene>>,
}
