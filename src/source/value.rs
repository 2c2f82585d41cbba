//! From a text to what its column holds: times with their edges and placeholders, flags, numbers, closed words.

use std::borrow::Cow;

use crate::dataset::{Column, ColumnKind};
use crate::time::{DAY, DayEdge, Micros, Moment, SECOND, TimeFormat, Zone, parse_time};

use super::clock::Seen;
use super::spec::Side;

/// A typed value of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// Nothing.
    Null,
    /// Nothing, because the text says "never": no end, no use.
    Endless,
    Text(Cow<'a, str>),
    Int(i64),
    Flag(bool),
    /// Bounds of an instant; `None` where nothing bounds it on that side.
    Span(Option<Micros>, Option<Micros>),
}

/// Why a text is not a value of its column: a stable phrase.
pub(super) type Unfit = &'static str;

pub(super) const NOT_KNOWN: Unfit = "word not known";
const NOT_A_TIME: Unfit = "time not understood";
const OUT_OF_RANGE: Unfit = "time out of range";

/// 1900-01-01T00:00:00Z.
const FIRST: Micros = -2_208_988_800_000_000;
/// 2262-01-01T00:00:00Z.
const AFTER_LAST: Micros = 9_214_646_400_000_000;
/// 2100-01-01T00:00:00Z: with the last day of 2099 a usual way to write "no end".
const CENTURY: Micros = 4_102_444_800_000_000;
/// 2185-07-21T23:34:33Z: what a Windows "never" becomes when a converter overflows.
const OVERFLOWED: Micros = 6_802_270_473_000_000;

fn endless(at: Micros) -> bool {
    at >= AFTER_LAST
        || (CENTURY - DAY < at && at < CENTURY + 2 * DAY)
        || (OVERFLOWED..OVERFLOWED + SECOND).contains(&at)
}

/// How the times of a column are written.
pub(super) struct Hand<'r> {
    /// Forms to try, in order.
    pub(super) times: &'r [TimeFormat],
    /// Every time is a midnight: the column holds dates.
    pub(super) days: bool,
    /// Zone of what has none.
    pub(super) zone: Zone,
}

/// Types a text. What a column of times is like is added to `seen`.
pub(super) fn typed<'a>(
    column: &Column,
    text: Cow<'a, str>,
    hand: &Hand<'_>,
    seen: Option<&mut Seen>,
) -> Result<Value<'a>, Unfit> {
    let zone = hand.zone;
    match column.kind {
        ColumnKind::Text if column.words.is_empty() => Ok(Value::Text(text)),
        ColumnKind::Text => word(column.words, &text).map(|word| Value::Text(Cow::Borrowed(word))),
        ColumnKind::Flag => flag(&text).map(Value::Flag),
        ColumnKind::Number => {
            text.parse::<i32>().map(|number| Value::Int(number.into())).map_err(|_| "number not understood")
        }
        ColumnKind::Instant(edge) => Ok(match moment(column, &text, hand, edge, seen)? {
            None => nothing(column),
            Some((_, at)) => Value::Int(at),
        }),
        ColumnKind::Bounds => Ok(match moment(column, &text, hand, DayEdge::Start, seen)? {
            None => nothing(column),
            Some((Moment::Day(days), _)) => {
                let (lo, hi) = zone.day_bounds(days);
                Value::Span(Some(lo), Some(hi))
            }
            Some((_, at)) => Value::Span(Some(at), Some(at)),
        }),
    }
}

fn word(words: &'static [&'static str], text: &str) -> Result<&'static str, Unfit> {
    words.iter().find(|word| word.eq_ignore_ascii_case(text)).copied().ok_or(NOT_KNOWN)
}

fn flag(text: &str) -> Result<bool, Unfit> {
    const YES: [&str; 5] = ["true", "yes", "y", "t", "1"];
    const NO: [&str; 5] = ["false", "no", "n", "f", "0"];
    if YES.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        Ok(true)
    } else if NO.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        Ok(false)
    } else {
        Err("yes or no not understood")
    }
}

/// Columns in which a placeholder means "never": it was never used, it never ends.
fn may_be_never(column: &Column) -> bool {
    matches!(column.name, "expires_at" | "last_seen" | "last_used" | "ended")
}

/// What a placeholder in place of a time means.
fn nothing(column: &Column) -> Value<'static> {
    if may_be_never(column) { Value::Endless } else { Value::Null }
}

/// Words that stand where there is no time.
fn is_placeholder(column: &Column, text: &str, times: &[TimeFormat]) -> bool {
    const WORDS: [&str; 20] = [
        "never",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "-",
        "--",
        "\u{2013}",
        "\u{2014}",
        "not set",
        "no expiration",
        "no expiry",
        "never expires",
        "does not expire",
        "never used",
        "never logged in",
        "never signed in",
        "unlimited",
        "(never)",
    ];
    const ZEROS: [&str; 6] = ["0000-00-00", "1900-01-00", "1/0/1900", "0/0/0000", "00/00/0000", "00.00.0000"];
    match text.as_bytes() {
        // The greatest number is how Windows writes "never".
        b"9223372036854775807" => true,
        b"0" | b"0.0" => {
            matches!(column.name, "expires_at" | "last_seen" | "last_used") || times.iter().any(|form| form.is_count())
        }
        [b'0'..=b'9', ..] => ZEROS.iter().any(|zero| text.starts_with(zero)),
        _ => WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)),
    }
}

/// Instants that machines write in place of nothing: the beginnings of their calendars, a day to either side for the
/// zone in which they were written.
fn is_zero(at: Micros) -> bool {
    const BEGINNINGS: [(Micros, Micros); 5] = [
        (0, 0),                                             // 1970-01-01
        (-62_135_596_800_000_000, -62_135_596_800_000_000), // 0001-01-01
        (-11_644_473_600_000_000, -11_644_473_600_000_000), // 1601-01-01
        (-6_847_804_800_000_000, -6_847_804_800_000_000),   // 1753-01-01
        (FIRST - 2 * DAY, FIRST),                           // 1899-12-30 to 1900-01-01
    ];
    BEGINNINGS.iter().any(|(from, to)| (from - DAY..=to + DAY).contains(&at))
}

/// Whether a count gives a date that people can mean; without that, seconds read as milliseconds are one too.
pub(super) fn plausible(form: TimeFormat, moment: Moment) -> bool {
    /// 1990-01-01T00:00:00Z.
    const EARLIEST: Micros = 631_152_000_000_000;
    /// 10000-01-01T00:00:00Z.
    const AFTER_9999: Micros = 253_402_300_800_000_000;
    match moment {
        Moment::At(at) if form.is_count() => {
            (EARLIEST..CENTURY).contains(&at)
                || (at < 0 && form != TimeFormat::Filetime && is_zero(at))
                || (at < AFTER_LAST && endless(at))
                || (AFTER_9999 - 2 * DAY..AFTER_9999 + DAY).contains(&at)
        }
        _ => true,
    }
}

/// The moment of a text and its instant; `None` where it stands for none at all.
fn moment(
    column: &Column,
    text: &str,
    hand: &Hand<'_>,
    edge: DayEdge,
    mut seen: Option<&mut Seen>,
) -> Result<Option<(Moment, Micros)>, Unfit> {
    if is_placeholder(column, text, hand.times) {
        return Ok(None);
    }
    for form in hand.times {
        let Some(moment) = parse_time(text.as_bytes(), *form).filter(|moment| plausible(*form, *moment)) else {
            continue;
        };
        let shown = match moment {
            Moment::Local(at) | Moment::At(at) if hand.days => {
                i32::try_from(at.div_euclid(DAY)).map_or(moment, Moment::Day)
            }
            _ => moment,
        };
        let at = hand.zone.resolve(shown, edge);
        if is_zero(at) || (endless(at) && may_be_never(column)) {
            return Ok(None);
        }
        if !(FIRST..AFTER_LAST).contains(&at) {
            return Err(OUT_OF_RANGE);
        }
        if let Some(seen) = &mut seen {
            seen.read(text, *form, moment);
        }
        return Ok(Some((shown, at)));
    }
    if let Some(seen) = &mut seen {
        seen.lose(text);
    }
    Err(NOT_A_TIME)
}

impl Value<'_> {
    /// The value as one bound only.
    pub(super) fn bound(self, side: Option<Side>) -> Self {
        match (self, side) {
            (Value::Span(_, hi), Some(Side::Upper)) => Value::Span(None, hi),
            (Value::Span(lo, _), Some(Side::Lower)) => Value::Span(lo, None),
            (value, _) => value,
        }
    }
}

/// The newest of several texts, and why one of them could not be read: then there may be a newer one. A text that
/// is only an upper bound moves the latest that it can have been, not the earliest.
pub(super) fn newest<'a>(
    column: &Column,
    texts: impl Iterator<Item = (&'a str, Option<Side>)>,
    hand: &Hand<'_>,
    mut seen: Option<&mut Seen>,
) -> (Value<'static>, Option<Unfit>) {
    let mut newest = Value::Null;
    let mut problem = None;
    for (text, side) in texts {
        let value = match typed(column, Cow::Borrowed(text), hand, seen.as_deref_mut()) {
            Ok(value) => value.bound(side),
            Err(why) => {
                problem = Some(why);
                continue;
            }
        };
        newest = match (newest, value) {
            (Value::Int(known), Value::Int(at)) => Value::Int(known.max(at)),
            (Value::Span(from, to), Value::Span(lo, hi)) => Value::Span(from.max(lo), to.max(hi)),
            (Value::Null, Value::Endless) => Value::Endless,
            (known, Value::Int(at)) if !matches!(known, Value::Int(_)) => Value::Int(at),
            (known, Value::Span(lo, hi)) if !matches!(known, Value::Span(..)) => Value::Span(lo, hi),
            (known, _) => known,
        };
    }
    (newest, problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Table;

    fn read(table: Table, column: &str, text: &str) -> Result<Value<'static>, Unfit> {
        let column = table.column(column).expect("a column");
        let hand = Hand { times: &[TimeFormat::Iso, TimeFormat::MsDate], days: false, zone: Zone::UTC };
        typed(column, Cow::Owned(text.to_owned()), &hand, None)
    }

    #[test]
    fn an_end_that_never_comes_is_no_end() {
        for text in
            ["9999-12-31", "9999-12-31T23:59:59Z", "2100-01-01", "4712-12-31", "0000-00-00", "/Date(4102444800000)/"]
        {
            assert_eq!(read(Table::Credentials, "expires_at", text), Ok(Value::Endless), "{text}");
            assert_eq!(read(Table::People, "ended", text), Ok(Value::Endless), "{text}");
        }
        assert_eq!(read(Table::Credentials, "created_at", "9999-12-31"), Err(OUT_OF_RANGE));
        assert_eq!(read(Table::People, "started", "1026-09-24"), Err(OUT_OF_RANGE));
        assert_eq!(read(Table::People, "ended", "2026-02-30"), Err(NOT_A_TIME));
        assert_eq!(read(Table::Credentials, "expires_at", "2099-12-30"), Ok(Value::Int(4_102_358_400_000_000)));
    }

    #[test]
    fn the_beginning_of_a_calendar_is_no_time() {
        for text in [
            "1970-01-01T00:00:00.000Z",
            "1969-12-31T23:59:59Z",
            "1969-12-31T16:00:00-08:00",
            "1970-01-01",
            "0001-01-01T00:00:00Z",
            "1601-01-01",
            "1753-01-01",
            "1899-12-30",
            "1900-01-00",
            "1900-01-01",
            "/Date(-62135596800000)/",
            "Never",
            "N/A",
            "-",
            "null",
        ] {
            assert_eq!(read(Table::Accounts, "last_seen", text), Ok(Value::Endless), "{text}");
            assert_eq!(read(Table::Credentials, "expires_at", text), Ok(Value::Endless), "{text}");
            assert_eq!(read(Table::Accounts, "disabled", text), Ok(Value::Null), "{text}");
            assert_eq!(read(Table::Credentials, "rotated_at", text), Ok(Value::Null), "{text}");
        }
        // A year with a slip of the pen is no zero, and a nought is none where dates are written out.
        assert_eq!(read(Table::Accounts, "disabled", "0202-09-24"), Err(OUT_OF_RANGE));
        assert_eq!(read(Table::People, "ended", "0"), Err(NOT_A_TIME));
        assert_eq!(read(Table::Credentials, "expires_at", "0"), Ok(Value::Endless));
    }

    #[test]
    fn a_count_is_a_time_only_where_that_is_plausible() {
        let column = Table::Events.column("occurred_at").expect("a column");
        let count = |text: &str, form: TimeFormat| {
            typed(column, Cow::Owned(text.to_owned()), &Hand { times: &[form], days: false, zone: Zone::UTC }, None)
        };
        assert_eq!(count("1790244672", TimeFormat::EpochSeconds), Ok(Value::Int(1_790_244_672_000_000)));
        assert_eq!(count("1790244672", TimeFormat::EpochMillis), Err(NOT_A_TIME));
        assert_eq!(count("1790244672000", TimeFormat::EpochSeconds), Err(NOT_A_TIME));
        assert_eq!(count("0", TimeFormat::EpochSeconds), Ok(Value::Null));
        assert_eq!(count("-62135596800000", TimeFormat::EpochMillis), Ok(Value::Null));
        // Hundreds of nanoseconds read as microseconds would be the year 6227.
        assert_eq!(count("134347398720000000", TimeFormat::EpochMicros), Err(NOT_A_TIME));
    }

    #[test]
    fn days_take_the_edge_of_their_column() {
        assert_eq!(read(Table::Credentials, "created_at", "1971-01-01"), Ok(Value::Int(31_536_000_000_000)));
        assert_eq!(read(Table::Credentials, "expires_at", "1971-01-01"), Ok(Value::Int(31_622_400_000_000)));
        assert_eq!(
            read(Table::People, "started", "1971-01-01"),
            Ok(Value::Span(Some(31_536_000_000_000), Some(31_622_400_000_000)))
        );
        assert_eq!(
            read(Table::People, "started", "1971-01-01T00:00:01Z"),
            Ok(Value::Span(Some(31_536_001_000_000), Some(31_536_001_000_000)))
        );
    }

    #[test]
    fn words_and_flags_are_closed() {
        assert_eq!(read(Table::Accounts, "status", "ACTIVE"), Ok(Value::Text("active".into())));
        assert_eq!(read(Table::Accounts, "status", "aktiv"), Err("word not known"));
        assert_eq!(read(Table::Accounts, "privileged", "Yes"), Ok(Value::Flag(true)));
        assert_eq!(read(Table::Accounts, "privileged", "maybe"), Err("yes or no not understood"));
    }
}
