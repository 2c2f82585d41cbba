//! A laid-out document: what stands where, and what it means. Layout makes it, drawing reads it; neither knows the other.
//!
//! Lengths are points; the origin of a page is its upper left corner and y grows downwards.

use std::collections::BTreeMap;

use super::text::Line;
use crate::render::chart::Scene;
use crate::time::Micros;

/// Points, 1/72 inch.
pub type Pt = f32;

/// A colour as red, green, blue, 0 to 255.
pub type Colour = [u8; 3];

/// Index into [`Document::tree`].
pub type NodeId = usize;

/// A whole document, laid out.
#[derive(Debug, Clone)]
pub struct Document {
    /// Title of the document.
    pub title: String,
    /// Who it is about.
    pub author: String,
    /// One sentence on what it is.
    pub subject: String,
    /// Tool and version.
    pub producer: String,
    /// Language, as `en`.
    pub language: &'static str,
    /// The date that it bears: never the clock.
    pub dated: Micros,
    /// Page width and height.
    pub size: (Pt, Pt),
    /// The pages in order.
    pub pages: Vec<Page>,
    /// The structure tree: node 0 is the document; a parent stands before its children.
    pub tree: Vec<Node>,
    /// Bookmarks in reading order.
    pub bookmarks: Vec<Bookmark>,
    /// Where the names that links point to stand.
    pub targets: BTreeMap<String, Target>,
}

/// One page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// From back to front, and in reading order.
    pub items: Vec<Item>,
    /// Areas that lead somewhere.
    pub links: Vec<Link>,
    /// Label of the page: `ii`, `12`.
    pub label: String,
}

/// Something on a page.
#[derive(Debug, Clone)]
pub struct Item {
    /// The element that it belongs to; `None` for decoration and running heads, which are no part of the text.
    pub node: Option<NodeId>,
    /// What is drawn.
    pub mark: Mark,
}

/// What is drawn.
#[derive(Debug, Clone)]
pub enum Mark {
    /// A line of text; `at` is the left end of its baseline.
    Text {
        /// Where.
        at: (Pt, Pt),
        /// The line.
        line: Line,
    },
    /// A rectangle.
    Box {
        /// Upper left corner.
        at: (Pt, Pt),
        /// Width and height.
        size: (Pt, Pt),
        /// Radius of its corners.
        radius: Pt,
        /// Colour inside.
        fill: Option<Colour>,
        /// Colour and width of its edge.
        stroke: Option<(Colour, Pt)>,
    },
    /// A straight line.
    Rule {
        /// One end.
        from: (Pt, Pt),
        /// The other.
        to: (Pt, Pt),
        /// Colour.
        colour: Colour,
        /// Width.
        width: Pt,
    },
    /// A chart; its labels are set in the text's own typeface.
    Chart {
        /// Upper left corner.
        at: (Pt, Pt),
        /// Points for one pixel of the scene.
        scale: Pt,
        /// The chart.
        scene: Box<Scene>,
        /// Its labels, laid out, with the place of each line's left end, in the page's coordinates.
        labels: Vec<((Pt, Pt), Line)>,
    },
    /// The company's logo.
    Logo {
        /// Upper left corner.
        at: (Pt, Pt),
        /// Width and height.
        size: (Pt, Pt),
    },
}

/// An element of the structure tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// The element around it; `None` only for the document.
    pub parent: Option<NodeId>,
    /// What it is.
    pub role: Role,
    /// What it shows, for readers who do not see it.
    pub alternative: Option<String>,
}

/// What an element is, in the terms of tagged PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The whole.
    Document,
    /// A section.
    Section,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// The contents, and one line of them.
    Contents,
    /// One line of the contents.
    ContentsItem,
    /// A list.
    List,
    /// One of its items.
    ListItem,
    /// Its bullet or number.
    Label,
    /// Its text.
    ListBody,
    /// A table.
    Table,
    /// Title of a table or a figure.
    Caption,
    /// Its head, rows, body and cells.
    TableHead,
    /// Rows of data.
    TableBody,
    /// A row.
    Row,
    /// A head cell of a column (over so many columns), or of a row.
    HeadCell {
        /// Whether it heads a row, not a column.
        row: bool,
        /// Columns that it spans.
        columns: u16,
    },
    /// A cell.
    Cell {
        /// Columns that it spans.
        columns: u16,
    },
    /// A figure; its node has an alternative text.
    Figure,
    /// A link; the areas of [`Page::links`] that name this node belong to it.
    Link,
    /// A part of a text.
    Span,
}

/// An area that leads somewhere.
#[derive(Debug, Clone)]
pub struct Link {
    /// Upper left corner.
    pub at: (Pt, Pt),
    /// Width and height.
    pub size: (Pt, Pt),
    /// Name in [`Document::targets`].
    pub target: String,
    /// Its element, of role [`Role::Link`].
    pub node: NodeId,
    /// What it leads to, in words.
    pub words: String,
}

/// A bookmark.
#[derive(Debug, Clone)]
pub struct Bookmark {
    /// 1 for the outermost.
    pub level: u8,
    /// Its text.
    pub title: String,
    /// Where it leads.
    pub target: Target,
    /// Whether its inner bookmarks are shown at first.
    pub open: bool,
}

/// A place in the document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Index of the page.
    pub page: usize,
    /// Distance from the top.
    pub y: Pt,
}

impl Role {
    /// The standard structure type.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Section => "Sect",
            Self::Heading(0 | 1) => "H1",
            Self::Heading(2) => "H2",
            Self::Heading(3) => "H3",
            Self::Heading(4) => "H4",
            Self::Heading(5) => "H5",
            Self::Heading(_) => "H6",
            Self::Paragraph => "P",
            Self::Contents => "TOC",
            Self::ContentsItem => "TOCI",
            Self::List => "L",
            Self::ListItem => "LI",
            Self::Label => "Lbl",
            Self::ListBody => "LBody",
            Self::Table => "Table",
            Self::Caption => "Caption",
            Self::TableHead => "THead",
            Self::TableBody => "TBody",
            Self::Row => "TR",
            Self::HeadCell { .. } => "TH",
            Self::Cell { .. } => "TD",
            Self::Figure => "Figure",
            Self::Link => "Link",
            Self::Span => "Span",
        }
    }
}
