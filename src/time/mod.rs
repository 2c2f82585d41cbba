//! Instants in microseconds, bounds, lengths and limits, periods, zones: everything about time in one room.

mod count;
mod form;
mod length;
mod parse;
mod period;
mod span;
mod words;
mod zone;

pub use form::TimeFormat;
pub use length::{Length, LengthError, display_length, display_length_at_most};
pub use parse::parse_time;
pub use period::{Period, PeriodError};
pub use span::{display_range, push_span, span};
pub use zone::{DayEdge, LeaveInstant, Zone};

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, Timelike, Utc};

/// Microseconds since 1970-01-01T00:00:00Z. The only unit of time inside the engine.
pub type Micros = i64;

/// Microseconds in a second.
pub const SECOND: Micros = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE: Micros = 60 * SECOND;
/// Microseconds in an hour.
pub const HOUR: Micros = 60 * MINUTE;
/// Microseconds in a day of 24 hours.
pub const DAY: Micros = 24 * HOUR;

/// An instant that is known exactly, or only to lie in `[lo, hi]`. `None` is "no bound known".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    /// The earliest it can have been.
    pub lo: Option<Micros>,
    /// The latest it can have been.
    pub hi: Option<Micros>,
}

impl Bounds {
    /// Known to the microsecond.
    pub fn exact(at: Micros) -> Self {
        Self { lo: Some(at), hi: Some(at) }
    }

    /// Known to lie between two instants.
    pub fn between(lo: Micros, hi: Micros) -> Self {
        Self { lo: Some(lo), hi: Some(hi) }
    }
}

/// A parsed time value: an instant, or a calendar day that still needs a zone and an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// An instant.
    At(Micros),
    /// A day without a time, as days since 1970-01-01.
    Day(i32),
    /// A date and time without a zone, as microseconds since 1970-01-01 on the local clock.
    Local(Micros),
}

/// The calendar view of an instant in UTC; `None` beyond what a calendar can hold.
pub fn utc(at: Micros) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(at)
}

/// RFC 3339 in UTC with a `Z`: whole seconds when exact, else milliseconds or microseconds.
pub fn rfc3339(at: Micros) -> String {
    let mut out = String::with_capacity(24);
    push_rfc3339(&mut out, at);
    out
}

/// Appends what [`rfc3339`] returns, without an intermediate string.
pub fn push_rfc3339(out: &mut String, at: Micros) {
    let Some(time) = utc(at) else {
        out.push_str("out-of-range");
        return;
    };
    push_padded(out, i64::from(time.year()), 4);
    out.push('-');
    push_padded(out, i64::from(time.month()), 2);
    out.push('-');
    push_padded(out, i64::from(time.day()), 2);
    out.push('T');
    push_padded(out, i64::from(time.hour()), 2);
    out.push(':');
    push_padded(out, i64::from(time.minute()), 2);
    out.push(':');
    push_padded(out, i64::from(time.second()), 2);
    let fraction = at.rem_euclid(SECOND);
    if fraction != 0 {
        out.push('.');
        if fraction % 1000 == 0 {
            push_padded(out, fraction / 1000, 3);
        } else {
            push_padded(out, fraction, 6);
        }
    }
    out.push('Z');
}

fn push_padded(out: &mut String, value: i64, width: usize) {
    if (0..100).contains(&value) && width == 2 {
        out.push(char::from(b'0' + (value / 10) as u8));
        out.push(char::from(b'0' + (value % 10) as u8));
        return;
    }
    // Writing to a string does not fail.
    let _ = write!(out, "{value:0width$}");
}

/// `2026-07-03 14:05 UTC`: for sentences and tables that people read.
pub fn readable(at: Micros) -> String {
    utc(at).map_or_else(|| "out of range".to_owned(), |time| time.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// `2026-07-03`: the day in UTC.
pub fn day(at: Micros) -> String {
    utc(at).map_or_else(|| "out of range".to_owned(), |time| time.format("%Y-%m-%d").to_string())
}

/// The strictly-longer rule, the only place where a length is compared with a limit:
/// a stay of exactly the limit is within it, one microsecond more is over.
pub fn exceeds(length: Micros, limit: Length) -> bool {
    length > limit.micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_rfc3339() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_500_000), "1970-01-01T00:00:01.500Z");
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999999Z");
        assert_eq!(rfc3339(1_782_864_000 * SECOND), "2026-07-01T00:00:00Z");
    }

    #[test]
    fn exactly_the_limit_is_within() {
        let limit = Length::from_micros(90 * DAY);
        assert!(!exceeds(90 * DAY, limit));
        assert!(exceeds(90 * DAY + 1, limit));
    }
}
