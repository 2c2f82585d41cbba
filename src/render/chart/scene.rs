//! What a chart consists of, in plain geometry: no format, no colour, only the part that each mark plays.

/// A point in the scene, in pixels at scale 1; y grows downwards.
pub type Point = (f64, f64);

/// A laid-out chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
    /// What it shows, in a few words.
    pub title: String,
    /// What it says, in sentences, for readers who do not see it.
    pub description: String,
    /// Marks, from back to front.
    pub marks: Vec<Mark>,
}

/// One mark.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A straight line.
    Line {
        /// First end.
        from: Point,
        /// Other end.
        to: Point,
        /// Part it plays.
        role: Role,
    },
    /// Joined lines, not filled.
    Path {
        /// Corners.
        points: Vec<Point>,
        /// Part it plays.
        role: Role,
    },
    /// A filled polygon.
    Area {
        /// Corners.
        points: Vec<Point>,
        /// Part it plays.
        role: Role,
    },
    /// A filled rectangle.
    Box {
        /// Upper left corner.
        at: Point,
        /// Width.
        width: f64,
        /// Height.
        height: f64,
        /// Part it plays.
        role: Role,
    },
    /// A circle.
    Dot {
        /// Centre.
        at: Point,
        /// Radius.
        radius: f64,
        /// Part it plays.
        role: Role,
    },
    /// Text on one line; `at` is on its baseline.
    Label {
        /// Where.
        at: Point,
        /// Which end of the text stands at `at`.
        anchor: Anchor,
        /// The text.
        text: String,
        /// Part it plays.
        role: Role,
    },
}

/// Which part of a label stands at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// The part that a mark plays; renderers give it colour and weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Help lines behind the data.
    Grid,
    /// Axis lines.
    Axis,
    /// The curve.
    Curve,
    /// Its confidence band.
    Band,
    /// The limit.
    Limit,
    /// Where what follows was made with other rules, or of other systems.
    Break,
    /// Open stays on the curve.
    Open,
    /// Ended stays as a bar.
    EndedBar,
    /// Open stays as a bar.
    OpenBar,
    /// From the median to the 90th percentile.
    Span,
    /// The median.
    Median,
    /// The 90th percentile.
    Ninety,
    /// A cell of a heat map, 0 (nothing) to 4 (most).
    Heat(u8),
    /// Ordinary text.
    Text,
    /// Text inside a dark heat cell.
    TextOnDark,
}

impl Scene {
    /// An empty scene.
    pub fn new(width: f64, height: f64, title: String, description: String) -> Self {
        Self { width, height, title, description, marks: Vec::new() }
    }

    /// Adds a line.
    pub fn line(&mut self, from: Point, to: Point, role: Role) {
        self.marks.push(Mark::Line { from, to, role });
    }

    /// Adds a rectangle.
    pub fn rectangle(&mut self, at: Point, width: f64, height: f64, role: Role) {
        self.marks.push(Mark::Box { at, width, height, role });
    }

    /// Adds a label.
    pub fn label(&mut self, at: Point, anchor: Anchor, text: impl Into<String>, role: Role) {
        self.marks.push(Mark::Label { at, anchor, text: text.into(), role });
    }
}
