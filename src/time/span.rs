//! Ranges of instants and of lengths in words: what is known as a range is printed as one, and a day as a day.

use super::{Micros, Zone, display_length, display_length_at_most};

/// What a sentence says where an instant is not known at all.
const UNKNOWN: &str = "an unknown time";

/// Appends an instant that lies in `[lo, hi]`: `2026-07-03 14:05 UTC` when it is exact, `2026-07-03` when the bounds are
/// the edges of that day in the zone, else `between … and …`, `before …` or `after …`.
pub fn push_span(out: &mut String, lo: Option<Micros>, hi: Option<Micros>, zone: Zone) {
    match (lo, hi) {
        (Some(lo), Some(hi)) if lo == hi => push_readable(out, lo),
        (Some(lo), Some(hi)) => {
            if let Some(day) = zone.day_between(lo, hi) {
                out.push_str(&day);
            } else {
                out.push_str("between ");
                push_readable(out, lo);
                out.push_str(" and ");
                push_readable(out, hi);
            }
        }
        (None, Some(hi)) => {
            out.push_str("before ");
            push_readable(out, hi);
        }
        (Some(lo), None) => {
            out.push_str("after ");
            push_readable(out, lo);
        }
        (None, None) => out.push_str(UNKNOWN),
    }
}

/// [`push_span`] as a text.
pub fn span(lo: Option<Micros>, hi: Option<Micros>, zone: Zone) -> String {
    let mut out = String::new();
    push_span(&mut out, lo, hi, zone);
    out
}

/// `9 d 4 h`; `at least 9 d 18 h, at most 39 d 19 h` for a range. A lower bound is rounded down and an upper bound up. An
/// open length may go on, so that its lower bound is enough; where there is none, the upper one is said.
pub fn display_range(shortest: Micros, longest: Option<Micros>, open: bool) -> String {
    let low = display_length(shortest);
    match longest {
        // Two readings that people cannot tell apart are one.
        Some(longest) if low == display_length(longest) => low,
        Some(longest) if shortest <= 0 => format!("at most {}", display_length_at_most(longest)),
        Some(longest) if !open => format!("at least {low}, at most {}", display_length_at_most(longest)),
        None if shortest <= 0 => UNKNOWN.to_owned(),
        _ => format!("at least {low}"),
    }
}

fn push_readable(out: &mut String, at: Micros) {
    // `2026-07-03 14:05 UTC`, cut from the exact form: far faster than a format string.
    let start = out.len();
    super::push_rfc3339(out, at);
    if out.len() >= start + 17 && out.as_bytes().get(start + 10) == Some(&b'T') {
        out.truncate(start + 16);
        out.replace_range(start + 10..=start + 10, " ");
        out.push_str(" UTC");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DAY, HOUR, MINUTE, SECOND, readable};

    /// 2026-07-03T00:00:00Z.
    const AT: Micros = 1_783_036_800 * SECOND;

    #[test]
    fn instants() {
        let utc = |lo, hi| span(lo, hi, Zone::UTC);
        assert_eq!(utc(Some(AT), Some(AT)), readable(AT));
        assert_eq!(utc(Some(AT), Some(AT)), "2026-07-03 00:00 UTC");
        assert_eq!(utc(Some(AT), Some(AT + DAY)), "2026-07-03", "a day");
        assert_eq!(
            utc(Some(AT + HOUR), Some(AT + HOUR + DAY)),
            "between 2026-07-03 01:00 UTC and 2026-07-04 01:00 UTC",
            "as long as a day, and none"
        );
        assert_eq!(utc(None, Some(AT)), "before 2026-07-03 00:00 UTC");
        assert_eq!(utc(Some(AT), None), "after 2026-07-03 00:00 UTC");
        assert_eq!(utc(None, None), "an unknown time");
        assert_eq!(utc(Some(i64::MAX), Some(i64::MAX)), "out-of-range");
    }

    #[test]
    fn a_day_is_one_of_the_zone() {
        let berlin: Zone = "Europe/Berlin".parse().expect("a zone");
        // 2026-07-03 in Berlin is from 22:00 of the day before, UTC.
        let (lo, hi) = (Some(AT - 2 * HOUR), Some(AT + 22 * HOUR));
        assert_eq!(span(lo, hi, berlin), "2026-07-03");
        assert_eq!(span(lo, hi, Zone::UTC), "between 2026-07-02 22:00 UTC and 2026-07-03 22:00 UTC");
        // The day on which the clock goes forward has 23 hours: 2026-03-29, from 2026-03-28T23:00Z.
        let start = 20_541 * DAY - HOUR;
        assert_eq!(span(Some(start), Some(start + 23 * HOUR), berlin), "2026-03-29");
        assert_ne!(span(Some(start), Some(start + 24 * HOUR), berlin), "2026-03-29");
    }

    #[test]
    fn lengths() {
        let closed = |low, high| display_range(low, Some(high), false);
        assert_eq!(closed(9 * DAY + 4 * HOUR, 9 * DAY + 4 * HOUR), "9 d 4 h");
        assert_eq!(closed(9 * DAY + 18 * HOUR, 39 * DAY + 18 * HOUR), "at least 9 d 18 h, at most 39 d 18 h");
        assert_eq!(
            closed(9 * DAY + 18 * HOUR + MINUTE, 39 * DAY + 18 * HOUR + MINUTE),
            "at least 9 d 18 h, at most 39 d 19 h",
            "a lower bound is rounded down, an upper one up"
        );
        assert_eq!(closed(9 * DAY + SECOND, 9 * DAY + 2 * SECOND), "9 d");
        assert_eq!(closed(0, 6 * HOUR), "at most 6 h");
        assert_eq!(display_range(DAY, None, false), "at least 1 d");
        assert_eq!(display_range(0, None, true), "an unknown time", "nothing is known of it");
        assert_eq!(display_range(0, Some(6 * HOUR), true), "at most 6 h");
        assert_eq!(display_range(3 * DAY, Some(5 * DAY), true), "at least 3 d", "open: it may go on");
        assert_eq!(display_range(3 * DAY, Some(3 * DAY), true), "3 d", "observed to the end");
    }
}
