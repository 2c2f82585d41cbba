//! From a text to what its column holds: times with their edges and placeholders, flags, numbers, closed words.

use std::borrow::Cow;

use crate::dataset::{Column, ColumnKind};
use crate::time::{DAY, Micros, Moment, SECOND, TimeFormat, Zone, parse_time};

use super::spec::Side;

/// A typed value of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// Nothing.
    Null,
    /// Nothing, because the text was a placeholder for "no end".
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

/// Types a text.
pub(super) fn typed<'a>(
    column: &Column,
    text: Cow<'a, str>,
    times: &[TimeFormat],
    zone: Zone,
) -> Result<Value<'a>, Unfit> {
    match column.kind {
        ColumnKind::Text if column.words.is_empty() => Ok(Value::Text(text)),
        ColumnKind::Text => word(column.words, &text).map(|word| Value::Text(Cow::Borrowed(word))),
        ColumnKind::Flag => flag(&text).map(Value::Flag),
        ColumnKind::Number => {
            text.parse::<i32>().map(|number| Value::Int(number.into())).map_err(|_| "number not understood")
        }
        ColumnKind::Instant(edge) => moment(column, &text, times, |moment| zone.resolve(moment, edge))
            .map(|found| found.map_or(Value::Endless, |(_, at)| Value::Int(at))),
        ColumnKind::Bounds => {
            let start = |moment| zone.resolve(moment, crate::time::DayEdge::Start);
            moment(column, &text, times, start).map(|found| match found {
                None => Value::Endless,
                Some((Moment::Day(days), _)) => {
                    let (lo, hi) = zone.day_bounds(days);
                    Value::Span(Some(lo), Some(hi))
                }
                Some((_, at)) => Value::Span(Some(at), Some(at)),
            })
        }
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

/// The moment of a text and its instant; `None` is a placeholder for "no end" in a column where that has a meaning.
fn moment(
    column: &Column,
    text: &str,
    times: &[TimeFormat],
    resolve: impl Fn(Moment) -> Micros,
) -> Result<Option<(Moment, Micros)>, Unfit> {
    let ends = matches!(column.name, "expires_at" | "ended");
    for format in times {
        if let Some(moment) = parse_time(text.as_bytes(), *format) {
            let at = resolve(moment);
            if ends && endless(at) {
                return Ok(None);
            }
            return if (FIRST..AFTER_LAST).contains(&at) { Ok(Some((moment, at))) } else { Err(OUT_OF_RANGE) };
        }
    }
    if ends && text.starts_with("0000-00-00") { Ok(None) } else { Err(NOT_A_TIME) }
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
    times: &[TimeFormat],
    zone: Zone,
) -> (Value<'static>, Option<Unfit>) {
    let mut newest = Value::Null;
    let mut problem = None;
    for (text, side) in texts {
        let value = match typed(column, Cow::Borrowed(text), times, zone) {
            Ok(value) => value.bound(side),
            Err(why) => {
                problem = Some(why);
                continue;
            }
        };
        newest = match (newest, value) {
            (Value::Int(known), Value::Int(at)) => Value::Int(known.max(at)),
            (Value::Span(from, to), Value::Span(lo, hi)) => Value::Span(from.max(lo), to.max(hi)),
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
        typed(column, Cow::Owned(text.to_owned()), &[TimeFormat::Iso, TimeFormat::MsDate], Zone::UTC)
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
        assert_eq!(read(Table::People, "started", "1899-12-31"), Err(OUT_OF_RANGE));
        assert_eq!(read(Table::People, "ended", "2026-02-30"), Err(NOT_A_TIME));
        assert_eq!(read(Table::Credentials, "expires_at", "2099-12-30"), Ok(Value::Int(4_102_358_400_000_000)));
    }

    #[test]
    fn days_take_the_edge_of_their_column() {
        assert_eq!(read(Table::Credentials, "created_at", "1970-01-02"), Ok(Value::Int(86_400_000_000)));
        assert_eq!(read(Table::Credentials, "expires_at", "1970-01-02"), Ok(Value::Int(172_800_000_000)));
        assert_eq!(
            read(Table::People, "started", "1970-01-02"),
            Ok(Value::Span(Some(86_400_000_000), Some(172_800_000_000)))
        );
        assert_eq!(
            read(Table::People, "started", "1970-01-01T00:00:01Z"),
            Ok(Value::Span(Some(1_000_000), Some(1_000_000)))
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
