//! The look of the pages: measures in points, sizes of text, colours.

use crate::render::doc::{Look, Tone};
use crate::render::pdf::page::{Colour, Pt};
use crate::render::pdf::text::Style;

/// A4 upright.
pub(super) const PAGE: (Pt, Pt) = (595.28, 841.89);
/// Left margin: wide enough to be bound.
pub(super) const LEFT: Pt = 56.0;
pub(super) const RIGHT: Pt = 42.0;
/// Where the text begins and ends.
pub(super) const TOP: Pt = 66.0;
pub(super) const BOTTOM: Pt = 56.0;
/// The same for the first page, which has a foot of one line.
pub(super) const FIRST_BOTTOM: Pt = 34.0;
/// Width and height of the text.
pub(super) const WIDTH: Pt = PAGE.0 - LEFT - RIGHT;
pub(super) const HEIGHT: Pt = PAGE.1 - TOP - BOTTOM;

pub(super) const INK: Colour = [23, 32, 44];
pub(super) const QUIET: Colour = [81, 94, 112];
pub(super) const LINE: Colour = [206, 213, 223];
pub(super) const STRONG_LINE: Colour = [120, 132, 150];
pub(super) const RAISED: Colour = [244, 246, 249];
pub(super) const WHITE: Colour = [255, 255, 255];
pub(super) const BAD: Colour = [163, 20, 31];
/// What is not sure in a bar: lighter than what is over its limit.
pub(super) const UNSURE: Colour = [224, 164, 60];
/// Accent unless the company has its own.
pub(super) const ACCENT: Colour = [11, 79, 158];

/// Size and leading of a text, and what it looks like by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) size: Pt,
    pub(super) leading: Pt,
    pub(super) bold: bool,
    pub(super) tabular: bool,
    pub(super) colour: Colour,
}

impl Text {
    pub(super) const fn new(size: Pt, leading: Pt) -> Self {
        Self { size, leading, bold: false, tabular: false, colour: INK }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn tabular(self) -> Self {
        Self { tabular: true, ..self }
    }

    pub(super) const fn coloured(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    pub(super) fn style(self) -> Style {
        Style { size: self.size, bold: self.bold, tabular: self.tabular, colour: self.colour }
    }

    /// How a piece looks in this text.
    pub(super) fn of(self, look: Look) -> Style {
        let mut style = self.style();
        match look {
            Look::Plain => {}
            Look::Strong => style.bold = true,
            Look::Quiet => style.colour = QUIET,
            Look::Code => {
                style.tabular = true;
                style.size *= 0.96;
            }
            Look::Alert => {
                style.bold = true;
                style.colour = BAD;
            }
        }
        style
    }
}

pub(super) const BODY: Text = Text::new(9.0, 12.6);
pub(super) const LEAD: Text = Text::new(10.0, 14.0).coloured(QUIET);
pub(super) const EYEBROW: Text = Text::new(9.0, 13.0).coloured(QUIET);
pub(super) const NOTE: Text = Text::new(7.8, 10.8).coloured(QUIET);
pub(super) const PAIR: Text = Text::new(8.2, 11.2);
pub(super) const CELL: Text = Text::new(7.9, 10.5);
pub(super) const LIST: Text = Text::new(8.8, 12.6);
pub(super) const LISTED: Text = Text::new(7.7, 10.2);
pub(super) const DENSE: Text = Text::new(7.5, 9.6);
pub(super) const HEAD: Text = Text::new(7.6, 10.2).bold().coloured(QUIET);
pub(super) const CAPTION: Text = Text::new(8.2, 11.4).bold();
pub(super) const SMALL: Text = Text::new(7.2, 9.6).coloured(QUIET);
pub(super) const CHART: Text = Text::new(7.2, 9.0).coloured(QUIET);

/// A heading by its level, or small.
pub(super) fn heading(level: u8, small: bool) -> Text {
    if small {
        return Text::new(9.6, 12.6).bold();
    }
    match level {
        1 => Text::new(25.0, 30.0).bold(),
        2 => Text::new(17.0, 21.5).bold(),
        3 => Text::new(11.8, 15.6).bold(),
        _ => Text::new(9.6, 13.0).bold(),
    }
}

/// Space above a heading.
pub(super) fn above(level: u8) -> Pt {
    match level {
        1 => 2.0,
        2 => 24.0,
        3 => 16.0,
        _ => 12.0,
    }
}

/// Colours of a badge: ink, and tint behind it.
pub(super) fn tone(tone: Tone) -> (Colour, Colour) {
    match tone {
        Tone::Over | Tone::High => (BAD, [252, 232, 230]),
        Tone::Unsure | Tone::Medium => ([122, 74, 0], [255, 241, 212]),
        Tone::Waived => ([87, 53, 155], [242, 237, 252]),
        Tone::Within => ([19, 98, 52], [231, 245, 235]),
        Tone::Critical => (WHITE, [142, 14, 25]),
        Tone::Neutral | Tone::Low => ([75, 87, 104], [238, 241, 245]),
    }
}
