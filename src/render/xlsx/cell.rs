//! What a cell can hold: text that stays text, whole numbers, instants, verdicts; and what does not fit a spreadsheet.

use std::borrow::Cow;

use crate::render::doc::Badge;
use crate::render::text;
use crate::report::Severity;
use crate::time::{DAY, Micros, utc};

/// The longest text of a cell, in UTF-16 units.
pub(super) const CELL_LIMIT: usize = 32_767;
/// Whole numbers up to this are exact in a spreadsheet.
const EXACT: i128 = 1 << 53;
/// Days from the spreadsheets' epoch to 1970-01-01.
const EPOCH: f64 = 25_569.0;
/// 1900-03-01: before it, spreadsheets do not agree on the number of a day.
const FIRST: Micros = (61 - 25_569) * DAY;
/// 9999-12-31 ends here.
const END: Micros = (2_958_466 - 25_569) * DAY;

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    /// Nothing: not known, or does not apply.
    Empty,
    /// Text of the inputs, the rules or the engine.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(i128),
    /// An instant in UTC.
    Time(Micros),
    /// A verdict or a severity, in its colour.
    Badge(Badge),
    /// Text that leads to another sheet of the book: the text, and the sheet.
    Link(String, String),
    /// To be filled in by readers.
    FillIn,
}

impl<'a> Cell<'a> {
    /// Text, or nothing when it is empty.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A word of a closed set; severities have a colour.
    pub(super) fn word(column: &str, word: &'static str) -> Self {
        match Severity::from_word(word).filter(|_| column == "severity") {
            Some(severity) => Self::Badge(Badge::Severity(severity)),
            None => Self::text(word),
        }
    }

    /// A whole number, or nothing when there is none.
    pub(super) fn number(number: Option<impl Into<i128>>) -> Self {
        number.map_or(Self::Empty, |number| Self::Number(number.into()))
    }

    /// An instant, or nothing when there is none.
    pub(super) fn time(at: Option<Micros>) -> Self {
        at.map_or(Self::Empty, Self::Time)
    }

    /// `yes` or `no`.
    pub(super) fn flag(flag: bool) -> Self {
        Self::Text(Cow::Borrowed(if flag { "yes" } else { "no" }))
    }

    /// A length twice: as a number of seconds, and as people read it.
    pub(super) fn length(seconds: Option<i64>) -> [Self; 2] {
        match seconds {
            Some(seconds) => [Self::Number(seconds.into()), Self::text(text::length(seconds))],
            None => [Self::Empty, Self::Empty],
        }
    }
}

/// The number of a spreadsheet for a whole number, unless it would lose digits.
pub(super) fn exact(number: i128) -> Option<f64> {
    (number.abs() <= EXACT).then_some(number as f64)
}

/// The number of a spreadsheet for an instant: days since 1899-12-30 in UTC. `None` for what every spreadsheet would
/// show differently, or not at all.
pub(super) fn serial(at: Micros) -> Option<f64> {
    let days = at.div_euclid(DAY) as f64;
    let rest = at.rem_euclid(DAY) as f64 / DAY as f64;
    ((FIRST..END).contains(&at) && utc(at).is_some()).then_some(EPOCH + days + rest)
}

/// The text with hidden characters visible, cut where a cell ends. The cut is part of the text.
pub(super) fn shown(plain: &str) -> Cow<'_, str> {
    let visible = text::visible(text::cut(plain, CELL_LIMIT + 1).0, false);
    // UTF-16 never needs more units than UTF-8 needs bytes.
    if visible.len() <= CELL_LIMIT || visible.encode_utf16().count() <= CELL_LIMIT {
        return visible;
    }
    let mark = format!(" … [cut; {} characters in all]", text::count(plain.chars().count() as u64));
    let mut room = CELL_LIMIT - mark.encode_utf16().count();
    let fits = |character: &char| {
        let enough = character.len_utf16() <= room;
        room = room.saturating_sub(character.len_utf16());
        enough
    };
    let mut cut: String = visible.chars().take_while(fits).collect();
    cut.push_str(&mark);
    Cow::Owned(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{HOUR, SECOND};

    #[test]
    fn instants_are_days() {
        // 2026-07-01T00:00:00Z is day 46204.
        let at = 1_782_864_000 * SECOND;
        assert_eq!(serial(at), Some(46_204.0));
        assert_eq!(serial(at + 6 * HOUR), Some(46_204.25));
        assert_eq!(serial(0), Some(25_569.0));
        assert_eq!(serial(FIRST), Some(61.0));
        assert_eq!(serial(END - DAY), Some(2_958_465.0));
    }

    #[test]
    fn what_spreadsheets_do_not_hold_is_no_date() {
        for at in [FIRST - 1, END, i64::MIN, i64::MAX] {
            assert_eq!(serial(at), None, "{at}");
        }
    }

    #[test]
    fn numbers_lose_no_digit() {
        assert_eq!(exact(-5), Some(-5.0));
        assert_eq!(exact(1 << 53), Some(9_007_199_254_740_992.0));
        assert_eq!(exact((1 << 53) + 1), None);
        assert_eq!(exact(i128::from(i64::MIN)), None);
    }

    #[test]
    fn long_text_is_cut_and_says_so() {
        let whole = "x".repeat(CELL_LIMIT);
        assert_eq!(shown(&whole), whole);
        let wide = "😀".repeat(20_000);
        let cut = shown(&wide);
        assert!(cut.ends_with("😀 … [cut; 20,000 characters in all]"));
        // An emoji takes two units: one may stay free.
        assert!((CELL_LIMIT - 1..=CELL_LIMIT).contains(&cut.encode_utf16().count()));
        assert_eq!(shown(&"\u{202E}".repeat(5_000)).encode_utf16().count(), CELL_LIMIT);
        assert_eq!(shown("a\nb\u{7}\u{FFFE}"), "a[U+000A]b[U+0007][U+FFFE]");
    }
}
