//! Dates with a month's name, and the time of day as people write it behind any date.

use super::parse::{clock, days_from_civil, digits, fraction, full_year, zone_offset};
use super::{DAY, HOUR, Micros, Moment};

/// English names by their first three letters, and where German ones differ.
const MONTHS: [(&str, i64); 18] = [
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("januar", 1),
    ("februar", 2),
    ("mai", 5),
    ("oktober", 10),
    ("dezember", 12),
    ("mrz", 3),
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Zones whose short name means one offset, in hours.
const ZONES: [(&str, i64); 14] = [
    ("Z", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("CET", 1),
    ("CEST", 2),
    ("JST", 9),
];

/// A date with the name of its month, in the orders that are in use.
pub(super) fn month_name(text: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let (word, after) = letters(text);
    let text = if is_name(word, &WEEKDAYS) { after.trim_start_matches([',', '.', ' ']) } else { text };
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        let (first, rest) = number(text)?;
        let (month, rest) = month(separated(ordinal(rest)))?;
        let (last, rest) = number(separated(rest))?;
        // 24 Sep 2026, or 2026 Sep 24.
        let (day, year) = if first.1 == 4 { (last, first) } else { (first, last) };
        if day.1 > 2 {
            return None;
        }
        return with_clock(days_from_civil(full_year(year.0, year.1)?, month, day.0)?, rest);
    }
    let (month, rest) = month(text)?;
    let (day, rest) = number(separated(rest))?;
    let rest = separated(ordinal(rest));
    if day.1 > 2 {
        return None;
    }
    // The year stands next, or at the very end behind the time.
    if let Some((year, after)) = number(rest).filter(|(year, after)| year.1 == 4 && !after.starts_with(':')) {
        return with_clock(days_from_civil(year.0, month, day.0)?, after);
    }
    let (time, year) = rest.rsplit_once(' ').filter(|(_, year)| year.len() == 4)?;
    with_clock(days_from_civil(digits(year.as_bytes())?, month, day.0)?, time)
}

fn letters(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len()))
}

/// A number with its count of digits, and the rest.
fn number(text: &str) -> Option<((i64, usize), &str)> {
    let (digit, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    Some(((digits(digit.as_bytes())?, digit.len()), rest))
}

/// Whether a word is one of the names, or their first three letters or more.
fn is_name(word: &str, names: &[&str]) -> bool {
    word.len() >= 3
        && names.iter().any(|name| name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
}

fn month(text: &str) -> Option<(i64, &str)> {
    let (word, rest) = letters(text);
    let found = MONTHS.iter().find(|(name, _)| is_name(word, &[name]))?;
    Some((found.1, rest))
}

/// Behind the `th` of `24th`.
fn ordinal(text: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_prefix(end)).unwrap_or(text)
}

fn separated(text: &str) -> &str {
    text.trim_start_matches([' ', ',', '.', '-', '/'])
}

/// The day, or the moment on it when a time follows: `14:42`, `2:42:35 PM`, `02.42.35.000000 PM`, with or without a
/// zone.
pub(super) fn with_clock(days: i32, rest: &str) -> Option<Moment> {
    let rest = rest.trim_start_matches([' ', ',', 'T', '@']);
    let rest = rest.strip_prefix("at ").unwrap_or(rest).trim();
    if rest.is_empty() {
        return Some(Moment::Day(days));
    }
    let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ',')));
    let (time, mut rest) = rest.split_at(end.unwrap_or(rest.len()));
    let mut fields = time.splitn(4, [':', '.', ',']).map(str::as_bytes);
    let two = |field: &[u8]| digits(field).filter(|_| field.len() <= 2);
    let (mut hour, minute) = (two(fields.next()?)?, two(fields.next()?)?);
    let second = fields.next().map_or(Some(0), two)?;
    let sub = fields.next().map_or(Some(0), fraction)?;
    rest = rest.trim_start();
    for (half, add) in [("am", 0), ("a.m.", 0), ("pm", 12), ("p.m.", 12)] {
        if rest.get(..half.len()).is_some_and(|head| head.eq_ignore_ascii_case(half)) {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + add;
            rest = rest[half.len()..].trim_start();
            break;
        }
    }
    let local = i64::from(days) * DAY + clock(hour, minute, second)? + sub;
    if rest.is_empty() {
        return Some(Moment::Local(local));
    }
    Some(Moment::At(local - offset(rest.trim_matches(['(', ')']))?))
}

/// `+02:00`, `UTC`, `UTC+2`, `EST`.
fn offset(text: &str) -> Option<Micros> {
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Some(hours * HOUR);
    }
    let bare = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(text);
    match bare.as_bytes() {
        [sign @ (b'+' | b'-'), hour] if hour.is_ascii_digit() => {
            Some(if *sign == b'-' { -1 } else { 1 } * i64::from(hour - b'0') * HOUR)
        }
        other => zone_offset(other),
    }
}
