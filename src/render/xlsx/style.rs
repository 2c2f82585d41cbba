//! How cells look: one font, quiet heads, verdicts in the colours of the page.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::render::doc::{Badge, Tone};

const FONT: &str = "Arial";
const INK: u32 = 0x0017_202C;
const QUIET: u32 = 0x0051_5E70;
const LINK: u32 = 0x000B_4F9E;

/// Groups of sheets, told apart by the colour of their tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// What the report says.
    Report,
    /// Findings and populations, row by row.
    Rows,
    /// What it was computed from.
    Data,
}

impl Tab {
    /// The group of a sheet of the document.
    pub(super) fn of(title: &str) -> Self {
        let data = ["Populations", "Systems", "Sources", "Rows left out", "Messages", "Conflicts", "Not covered"];
        if data.contains(&title) { Self::Data } else { Self::Report }
    }

    pub(super) fn colour(self) -> u32 {
        match self {
            Self::Report => 0x003A_6EA5,
            Self::Rows => 0x009F_B4C8,
            Self::Data => 0x00B9_B7A8,
        }
    }
}

/// Every format of the book.
#[derive(Debug)]
pub(super) struct Styles {
    pub(super) title: Format,
    pub(super) section: Format,
    pub(super) label: Format,
    pub(super) note: Format,
    pub(super) head: Format,
    pub(super) head_right: Format,
    pub(super) text: Format,
    pub(super) wrapped: Format,
    /// Text that would be a formula if somebody typed it: it stays text when the cell is edited.
    pub(super) guarded: Format,
    pub(super) guarded_wrapped: Format,
    pub(super) number: Format,
    pub(super) time: Format,
    pub(super) readable: Format,
    pub(super) link: Format,
    pub(super) figure: Format,
    pub(super) wrapped_label: Format,
    pub(super) head_fill_in: Format,
    pub(super) fill_in: Format,
}

impl Styles {
    pub(super) fn new() -> Self {
        let base = || Format::new().set_font_name(FONT).set_font_size(10).set_font_color(INK);
        let cell = || base().set_align(FormatAlign::Top);
        // Text begins a little beside the number in the column before.
        let left = || cell().set_align(FormatAlign::Left).set_indent(1);
        let right = || cell().set_align(FormatAlign::Right);
        let head = |format: Format| {
            let filled = format.set_bold().set_text_wrap().set_background_color(0x00EC_EFF4);
            filled.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(0x0080_8B9A)
        };
        Self {
            title: base().set_font_size(15).set_bold().set_align(FormatAlign::Left).set_indent(1),
            section: base().set_font_size(12).set_bold().set_align(FormatAlign::Left).set_indent(1),
            label: left().set_font_color(QUIET),
            note: left().set_font_color(QUIET).set_align(FormatAlign::VerticalCenter),
            head: head(left()),
            head_right: head(right()),
            text: left(),
            wrapped: left().set_text_wrap(),
            guarded: left().set_quote_prefix(),
            guarded_wrapped: left().set_text_wrap().set_quote_prefix(),
            number: right().set_num_format("#,##0"),
            time: left().set_num_format("yyyy-mm-dd hh:mm:ss"),
            readable: right(),
            link: left().set_font_color(LINK),
            figure: left().set_bold().set_font_size(12),
            wrapped_label: left().set_font_color(QUIET).set_text_wrap(),
            head_fill_in: head(left()).set_background_color(0x00FF_F4D6),
            fill_in: left()
                .set_text_wrap()
                .set_background_color(0x00FF_FBF0)
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(0x00E3_D9BC),
        }
    }

    /// A verdict or a severity: its words say it, the colour repeats it.
    pub(super) fn badge(&self, badge: &Badge) -> Format {
        let bold = self.text.clone().set_bold();
        let (ink, ground) = match badge.tone() {
            Tone::Over | Tone::Critical => (0x00A3_141F, 0x00FD_ECEB),
            Tone::High => (0x008A_3B00, 0x00FD_EEE2),
            Tone::Unsure | Tone::Medium => (0x007A_4A00, 0x00FF_F3D9),
            Tone::Waived => (0x0057_359B, 0x00F2_ECFD),
            Tone::Within => (0x0013_6234, 0x00E6_F5EA),
            Tone::Neutral | Tone::Low => return self.text.clone().set_font_color(0x004B_5768),
        };
        bold.set_font_color(ink).set_background_color(ground)
    }
}
