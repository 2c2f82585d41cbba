//! Reads the time forms that real exports contain. Every form is explicit: nothing is guessed from a single value.

use serde::Deserialize;

use super::{DAY, HOUR, MINUTE, Micros, Moment, SECOND};

/// A way in which a source writes time. A mapping lists the forms that a column may have, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeFormat {
    /// ISO 8601 / RFC 3339: `2026-07-03`, `2026-07-03T14:05:09Z`, with a fraction of 1 to 9 digits, an offset
    /// `+02:00`, a blank in place of the `T`, or without a zone (then the zone of the source applies).
    Iso,
    /// Seconds since 1970, whole or with a fraction, as a number or as text.
    EpochSeconds,
    /// Milliseconds since 1970, whole or with a fraction.
    EpochMillis,
    /// 100 ns ticks since 1601-01-01 (Windows FILETIME).
    Filetime,
    /// LDAP generalizedTime: `20251127040618.0Z`.
    Generalized,
    /// `/Date(1335522678000)/`, also with literal backslashes.
    MsDate,
    /// Month first: `3/24/2022 2:42:35 PM`, `3/24/2022`, `03/24/2022 14:42`.
    UsDate,
    /// Day first, with `/`, `-` or `.`: `24.03.2022 14:42:35`, `24/03/2022`.
    DayFirst,
}

/// Reads `text` in one form. `None` when it is not of that form or is impossible (`2026-02-30`, year 10000).
pub fn parse_time(text: &[u8], format: TimeFormat) -> Option<Moment> {
    match format {
        TimeFormat::Iso => iso(text),
        TimeFormat::EpochSeconds => decimal(text, SECOND).map(Moment::At),
        TimeFormat::EpochMillis => decimal(text, 1000).map(Moment::At),
        TimeFormat::Filetime => {
            let ticks: i64 = std::str::from_utf8(text).ok()?.trim().parse().ok()?;
            (ticks > 0 && ticks != i64::MAX).then(|| Moment::At(ticks / 10 - 11_644_473_600 * SECOND))
        }
        TimeFormat::Generalized => generalized(text),
        TimeFormat::MsDate => ms_date(text),
        TimeFormat::UsDate => slashed(text, true),
        TimeFormat::DayFirst => slashed(text, false),
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date; `None` when there is no such day.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i32> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day > last {
        return None;
    }
    // Counting years from March puts the leap day at the end of a year.
    let shifted = year - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// Microseconds of a fraction's digits (1 to 9 of them); what is finer than a microsecond is cut.
fn fraction(text: &[u8]) -> Option<Micros> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    let kept = &text[..text.len().min(6)];
    digits(text)?;
    Some(digits(kept)? * 10_i64.pow(6 - kept.len() as u32))
}

fn clock(hour: i64, minute: i64, second: i64) -> Option<Micros> {
    // A leap second is read as the last second of its minute.
    let second = if second == 60 { 59 } else { second };
    ((0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second))
        .then(|| hour * HOUR + minute * MINUTE + second * SECOND)
}

fn iso(text: &[u8]) -> Option<Moment> {
    let text = text.trim_ascii();
    if text.len() < 10 || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let days = days_from_civil(digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..10])?)?;
    if text.len() == 10 {
        return Some(Moment::Day(days));
    }
    if !matches!(text[10], b'T' | b't' | b' ') {
        return None;
    }
    // Hours may have one digit: seen in one vendor's own records.
    let rest = &text[11..];
    let colon = rest.iter().position(|byte| *byte == b':')?;
    if !(1..=2).contains(&colon) || rest.len() < colon + 3 {
        return None;
    }
    let hour = digits(&rest[..colon])?;
    let minute = digits(&rest[colon + 1..colon + 3])?;
    let mut rest = &rest[colon + 3..];
    let mut second = 0;
    let mut sub = 0;
    if let Some((b':', tail)) = rest.split_first() {
        second = digits(tail.get(..2)?)?;
        rest = &tail[2..];
        if let Some((b'.' | b',', tail)) = rest.split_first() {
            let length = tail.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(tail.len());
            sub = fraction(&tail[..length])?;
            rest = &tail[length..];
        }
    }
    let local = i64::from(days) * DAY + clock(hour, minute, second)? + sub;
    match rest.trim_ascii() {
        b"" => Some(Moment::Local(local)),
        b"Z" | b"z" | b"UTC" => Some(Moment::At(local)),
        offset => Some(Moment::At(local - zone_offset(offset)?)),
    }
}

/// `+02:00`, `-0700`, `+02`.
fn zone_offset(text: &[u8]) -> Option<Micros> {
    let (sign, rest) = text.split_first()?;
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (digits(rest)?, 0),
        4 => (digits(&rest[..2])?, digits(&rest[2..])?),
        5 if rest[2] == b':' => (digits(&rest[..2])?, digits(&rest[3..])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then(|| sign * (hours * HOUR + minutes * MINUTE))
}

/// A decimal number of units, as microseconds.
fn decimal(text: &[u8], unit: Micros) -> Option<Micros> {
    let text = text.trim_ascii();
    let (negative, text) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let (whole, part) = match text.iter().position(|byte| *byte == b'.') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b""[..]),
    };
    let mut value = digits(whole)?.checked_mul(unit)?;
    if !part.is_empty() {
        value = value.checked_add(fraction(&part[..part.len().min(9)])? / (SECOND / unit))?;
    }
    let value = if negative { -value } else { value };
    super::utc(value).map(|_| value)
}

fn generalized(text: &[u8]) -> Option<Moment> {
    let text = text.trim_ascii();
    if text.len() < 14 {
        return None;
    }
    let days = days_from_civil(digits(&text[..4])?, digits(&text[4..6])?, digits(&text[6..8])?)?;
    let local = i64::from(days) * DAY + clock(digits(&text[8..10])?, digits(&text[10..12])?, digits(&text[12..14])?)?;
    let rest = &text[14..];
    let zone = rest.iter().position(|byte| matches!(byte, b'Z' | b'+' | b'-'))?;
    let sub = if zone == 0 { 0 } else { fraction(rest[..zone].strip_prefix(b".")?)? };
    match &rest[zone..] {
        b"Z" => Some(Moment::At(local + sub)),
        offset => Some(Moment::At(local + sub - zone_offset(offset)?)),
    }
}

fn ms_date(text: &[u8]) -> Option<Moment> {
    let text = text.trim_ascii();
    let text = text.strip_prefix(b"\\").unwrap_or(text).strip_prefix(b"/Date(")?;
    let end = text.iter().position(|byte| *byte == b')')?;
    let inner = &text[..end];
    // An offset after the number only says which clock to show it on.
    let number = match inner.iter().skip(1).position(|byte| matches!(byte, b'+' | b'-')) {
        Some(at) => &inner[..=at],
        None => inner,
    };
    decimal(number, 1000).map(Moment::At)
}

/// `D?/M?/YYYY [h:mm[:ss] [AM|PM] [±hh:mm]]`, or month first.
fn slashed(text: &[u8], month_first: bool) -> Option<Moment> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let mut words = text.split_ascii_whitespace();
    let mut parts = words.next()?.split(['/', '-', '.']).map(|part| digits(part.as_bytes()));
    let (first, second, year) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    let (month, day) = if month_first { (first, second) } else { (second, first) };
    let days = days_from_civil(year, month, day)?;
    let Some(time) = words.next() else {
        return Some(Moment::Day(days));
    };
    let mut fields = time.split(':');
    let mut hour = digits(fields.next()?.as_bytes())?;
    let minute = digits(fields.next()?.as_bytes())?;
    let second = match fields.next() {
        Some(text) => digits(text.as_bytes())?,
        None => 0,
    };
    let mut next = words.next();
    if let Some(half) = next.filter(|word| word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm")) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if half.eq_ignore_ascii_case("pm") { 12 } else { 0 };
        next = words.next();
    }
    let local = i64::from(days) * DAY + clock(hour, minute, second)?;
    match next {
        None => Some(Moment::Local(local)),
        Some("Z" | "UTC") => Some(Moment::At(local)),
        Some(offset) => Some(Moment::At(local - zone_offset(offset.as_bytes())?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{DayEdge, Zone, rfc3339};

    fn shown(text: &str, format: TimeFormat) -> Option<String> {
        parse_time(text.as_bytes(), format).map(|moment| rfc3339(Zone::UTC.resolve(moment, DayEdge::Start)))
    }

    #[test]
    fn reads_iso_in_all_seen_shapes() {
        for (text, expected) in [
            ("2022-11-15T08:00:41.468Z", "2022-11-15T08:00:41.468Z"),
            ("2019-06-24T09:29:28.6242725Z", "2019-06-24T09:29:28.624272Z"),
            ("2025-11-13T16:07:05.472632304Z", "2025-11-13T16:07:05.472632Z"),
            ("2016-05-16T18:13:11+00:00", "2016-05-16T18:13:11Z"),
            ("2025-01-16T08:47:09.000-07:00", "2025-01-16T15:47:09Z"),
            ("2021-01-08 21:28:34.875", "2021-01-08T21:28:34.875Z"),
            ("2023-10-26T5:32:08.107Z", "2023-10-26T05:32:08.107Z"),
            ("2013-01-01", "2013-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(shown(text, TimeFormat::Iso).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "redacted",
            "...",
            "",
            "0000-00-00",
            "2026-02-30",
            "2026-13-01",
            "2024-12-17 00:00:00000000",
            "2026-01-01T25:00:00Z",
        ] {
            assert_eq!(shown(text, TimeFormat::Iso), None, "{text}");
        }
    }

    #[test]
    fn reads_numbers_and_vendor_forms() {
        for (text, format, expected) in [
            ("1685465626150", TimeFormat::EpochMillis, "2023-05-30T16:53:46.150Z"),
            ("1621305118553.0", TimeFormat::EpochMillis, "2021-05-18T02:31:58.553Z"),
            ("1787067633.789", TimeFormat::EpochSeconds, "2026-08-18T15:40:33.789Z"),
            ("132294360317419816", TimeFormat::Filetime, "2020-03-23T11:20:31.741981Z"),
            ("20251127040618.0Z", TimeFormat::Generalized, "2025-11-27T04:06:18Z"),
            ("/Date(1335522678000)/", TimeFormat::MsDate, "2012-04-27T10:31:18Z"),
            ("\\/Date(1733343742000)\\/", TimeFormat::MsDate, "2024-12-04T20:22:22Z"),
            ("3/24/2022 2:42:35 PM", TimeFormat::UsDate, "2022-03-24T14:42:35Z"),
            ("12/13/2024 12:05:00 AM", TimeFormat::UsDate, "2024-12-13T00:05:00Z"),
            ("1/9/2007 10:41:00 AM +01:00", TimeFormat::UsDate, "2007-01-09T09:41:00Z"),
            ("11-11-2025 11:31:30", TimeFormat::DayFirst, "2025-11-11T11:31:30Z"),
        ] {
            assert_eq!(shown(text, format).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(shown("9223372036854775807", TimeFormat::Filetime), None);
        assert_eq!(shown("13/40/2020", TimeFormat::UsDate), None);
    }
}
