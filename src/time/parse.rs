//! Reads the time forms that real exports contain. Every form is explicit: nothing is guessed from a single value.

use super::count::{decimal, epoch};
use super::form::TimeFormat;
use super::words::{month_name, with_clock};
use super::{DAY, HOUR, MINUTE, Micros, Moment, SECOND};

/// Reads `text` in one form. `None` when it is not of that form or is impossible (`2026-02-30`, year 10000).
pub fn parse_time(text: &[u8], format: TimeFormat) -> Option<Moment> {
    match format {
        TimeFormat::Iso => iso(text),
        TimeFormat::EpochSeconds => decimal(text, SECOND).map(Moment::At),
        TimeFormat::EpochMillis => decimal(text, 1000).map(Moment::At),
        TimeFormat::EpochMicros => decimal(text, 1).map(Moment::At),
        TimeFormat::Epoch => epoch(text).map(Moment::At),
        TimeFormat::Filetime => {
            let ticks: i64 = std::str::from_utf8(text).ok()?.trim().parse().ok()?;
            (ticks > 0 && ticks != i64::MAX).then(|| Moment::At(ticks / 10 - 11_644_473_600 * SECOND))
        }
        TimeFormat::Generalized => generalized(text),
        TimeFormat::MsDate => ms_date(text),
        TimeFormat::UsDate => slashed(text, true),
        TimeFormat::DayFirst => slashed(text, false),
        TimeFormat::YearFirst => year_first(text),
        TimeFormat::Compact => compact(text),
        TimeFormat::MonthName => month_name(text),
        TimeFormat::Serial => serial(text),
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date; `None` when there is no such day.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i32> {
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

pub(super) fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0_i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// Microseconds of a fraction's digits (1 to 12 of them); what is finer than a microsecond is cut.
pub(super) fn fraction(text: &[u8]) -> Option<Micros> {
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    let kept = &text[..text.len().min(6)];
    digits(text)?;
    Some(digits(kept)? * 10_i64.pow(6 - kept.len() as u32))
}

pub(super) fn clock(hour: i64, minute: i64, second: i64) -> Option<Micros> {
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
    // An offset after a plain date says where the server stands, not which day is meant.
    if text.len() == 10 || text[10..] == *b"Z" || zone_offset(&text[10..]).is_some() {
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
    // The name of the zone may stand behind its offset.
    let named = |at: usize| rest[..at].iter().any(|byte| matches!(byte, b'+' | b'-' | b'Z'));
    let end = rest.iter().position(|byte| *byte == b'[').or_else(|| rest.iter().rposition(|byte| *byte == b' '));
    let rest = &rest[..end.filter(|at| named(*at)).unwrap_or(rest.len())];
    match rest.trim_ascii() {
        b"" => Some(Moment::Local(local)),
        b"Z" | b"z" | b"UTC" => Some(Moment::At(local)),
        offset => match zone_offset(offset) {
            Some(offset) => Some(Moment::At(local - offset)),
            // Half days and named zones are rare enough for the long way.
            None => with_clock(days, std::str::from_utf8(&text[11..]).ok()?),
        },
    }
}

/// `+02:00`, `-0700`, `+02`.
pub(super) fn zone_offset(text: &[u8]) -> Option<Micros> {
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

/// `20260924`, `20260924T101112Z`, `20260924101112`.
fn compact(text: &[u8]) -> Option<Moment> {
    let text = text.trim_ascii();
    let days = days_from_civil(digits(text.get(..4)?)?, digits(text.get(4..6)?)?, digits(text.get(6..8)?)?)?;
    let rest = text[8..].strip_prefix(b"T").unwrap_or(&text[8..]);
    if rest.is_empty() {
        return (text.len() == 8).then_some(Moment::Day(days));
    }
    let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    // Without the T only the whole clock is one; with a zone it is generalizedTime.
    if !(matches!((end, text[8]), (4 | 6, b'T')) || end == 6 && rest.len() == 6) {
        return None;
    }
    let second = if end == 6 { digits(&rest[4..6])? } else { 0 };
    let local = i64::from(days) * DAY + clock(digits(&rest[..2])?, digits(&rest[2..4])?, second)?;
    match &rest[end..] {
        b"" => Some(Moment::Local(local)),
        b"Z" => Some(Moment::At(local)),
        offset => Some(Moment::At(local - zone_offset(offset)?)),
    }
}

/// Days since 1899-12-30 with the time of day as a fraction: what a spreadsheet keeps. Only what is a day from 1950 to
/// 2099, or the last day that spreadsheets know.
fn serial(text: &[u8]) -> Option<Moment> {
    const FIRST: i64 = 18_264;
    const LAST: i64 = 73_050;
    const FOREVER: i64 = 2_958_465;
    let text = text.trim_ascii();
    let (whole, part) = match text.iter().position(|byte| matches!(byte, b'.' | b',')) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &b""[..]),
    };
    let days = digits(whole).filter(|days| (FIRST..=LAST).contains(days) || *days == FOREVER)?;
    let days = days - 25_569;
    let part = part.get(..12).unwrap_or(part);
    let fraction = if part.is_empty() { 0 } else { digits(part)? };
    if fraction == 0 {
        return i32::try_from(days).ok().map(Moment::Day);
    }
    let scale = 10_i128.pow(part.len() as u32);
    // To the second: the fraction of a day is not exact.
    let second = (i128::from(fraction) * 86_400 + scale / 2) / scale;
    Some(Moment::Local(days * DAY + i64::try_from(second).ok()? * SECOND))
}

/// A year of two digits lies between 1970 and 2069.
pub(super) fn full_year(year: i64, digits: usize) -> Option<i64> {
    match digits {
        2 => Some(year + if year < 70 { 2000 } else { 1900 }),
        4 => Some(year),
        _ => None,
    }
}

/// Three numbers between `/`, `-` or `.`, and what follows them.
fn triple(text: &str) -> Option<([(i64, usize); 3], &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '/' | '-' | '.')).unwrap_or(text.len());
    let mut parts = text[..end].split(['/', '-', '.']);
    let mut next = || parts.next().and_then(|part| Some((digits(part.as_bytes())?, part.len())));
    let found = [next()?, next()?, next()?];
    parts.next().is_none().then_some((found, &text[end..]))
}

/// Day and month, or month and day, then the year, then perhaps a time.
fn slashed(text: &[u8], month_first: bool) -> Option<Moment> {
    let ([first, second, (year, length)], rest) = triple(std::str::from_utf8(text).ok()?.trim())?;
    if first.1 > 2 || second.1 > 2 {
        return None;
    }
    let (month, day) = if month_first { (first.0, second.0) } else { (second.0, first.0) };
    with_clock(days_from_civil(full_year(year, length)?, month, day)?, rest)
}

/// Year, month, day with `/` or `.`, or with `-` and without zeros in front.
fn year_first(text: &[u8]) -> Option<Moment> {
    let ([(year, 4), month, day], rest) = triple(std::str::from_utf8(text).ok()?.trim())? else { return None };
    let is_iso = text.trim_ascii().get(4) == Some(&b'-') && month.1 == 2 && day.1 == 2;
    if is_iso || month.1 > 2 || day.1 > 2 {
        return None;
    }
    with_clock(days_from_civil(year, month.0, day.0)?, rest)
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
            ("2026-08-31-07:00", "2026-08-31T00:00:00Z"),
            ("2026-08-31Z", "2026-08-31T00:00:00Z"),
            ("2026-09-24 02:42:35 PM", "2026-09-24T14:42:35Z"),
            ("2026-09-24 10:11:12 CEST", "2026-09-24T08:11:12Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
            ("2026-10-01 06:00:00 +0000 UTC", "2026-10-01T06:00:00Z"),
            ("2026-10-01 06:00:00.5 +0200 CEST", "2026-10-01T04:00:00.500Z"),
            ("2026-10-01T06:00:00+02:00[Europe/Berlin]", "2026-10-01T04:00:00Z"),
            ("2026-10-01T06:00:00Z[UTC]", "2026-10-01T06:00:00Z"),
            ("2026-10-08 13:48:34.000 GMT", "2026-10-08T13:48:34Z"),
            ("2026-10-08T13:48:34.123456789012Z", "2026-10-08T13:48:34.123456Z"),
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
            ("24/09/26", TimeFormat::DayFirst, "2026-09-24T00:00:00Z"),
            ("9/24/26 2:42PM", TimeFormat::UsDate, "2026-09-24T14:42:00Z"),
            ("1/2/99", TimeFormat::UsDate, "1999-01-02T00:00:00Z"),
            ("2026/09/24", TimeFormat::YearFirst, "2026-09-24T00:00:00Z"),
            ("2026.9.4 18:30", TimeFormat::YearFirst, "2026-09-04T18:30:00Z"),
            ("2026-9-4", TimeFormat::YearFirst, "2026-09-04T00:00:00Z"),
            ("20260924", TimeFormat::Compact, "2026-09-24T00:00:00Z"),
            ("20260924T101112Z", TimeFormat::Compact, "2026-09-24T10:11:12Z"),
            ("20260924T1011+0200", TimeFormat::Compact, "2026-09-24T08:11:00Z"),
            ("20260924101112", TimeFormat::Compact, "2026-09-24T10:11:12Z"),
            ("46289", TimeFormat::Serial, "2026-09-24T00:00:00Z"),
            ("46289.75", TimeFormat::Serial, "2026-09-24T18:00:00Z"),
            ("46289.4244444444", TimeFormat::Serial, "2026-09-24T10:11:12Z"),
            ("2958465", TimeFormat::Serial, "9999-12-31T00:00:00Z"),
            ("1790244672000000", TimeFormat::EpochMicros, "2026-09-24T10:11:12Z"),
            ("1790244672", TimeFormat::Epoch, "2026-09-24T10:11:12Z"),
            ("1790244672.5", TimeFormat::Epoch, "2026-09-24T10:11:12.500Z"),
            ("1.790244672E9", TimeFormat::EpochSeconds, "2026-09-24T10:11:12Z"),
            ("1790244672000", TimeFormat::Epoch, "2026-09-24T10:11:12Z"),
            ("1790244672000000", TimeFormat::Epoch, "2026-09-24T10:11:12Z"),
            ("1790244672000000000", TimeFormat::Epoch, "2026-09-24T10:11:12Z"),
            ("2/25/2025, 9:19:25.391 AM", TimeFormat::UsDate, "2025-02-25T09:19:25.391Z"),
            ("Aug 31, 2026 @ 10:18:39.000", TimeFormat::MonthName, "2026-08-31T10:18:39Z"),
            ("Fri Oct 02 06:00:00 UTC 2026", TimeFormat::MonthName, "2026-10-02T06:00:00Z"),
            ("01-OCT-26", TimeFormat::MonthName, "2026-10-01T00:00:00Z"),
            ("2026/10/01 06:00:00", TimeFormat::YearFirst, "2026-10-01T06:00:00Z"),
            ("24 Sep 2026", TimeFormat::MonthName, "2026-09-24T00:00:00Z"),
            ("24-Sep-26", TimeFormat::MonthName, "2026-09-24T00:00:00Z"),
            ("24SEP2026", TimeFormat::MonthName, "2026-09-24T00:00:00Z"),
            ("Sep 24, 2026", TimeFormat::MonthName, "2026-09-24T00:00:00Z"),
            ("September 24th, 2026 at 2:42 p.m.", TimeFormat::MonthName, "2026-09-24T14:42:00Z"),
            ("2026-Sep-24", TimeFormat::MonthName, "2026-09-24T00:00:00Z"),
            ("Thu, 24 Sep 2026 10:11:12 +0200", TimeFormat::MonthName, "2026-09-24T08:11:12Z"),
            ("Thu Sep 24 10:11:12 EST 2026", TimeFormat::MonthName, "2026-09-24T15:11:12Z"),
            ("Thu Sep 24 10:11:12 2026", TimeFormat::MonthName, "2026-09-24T10:11:12Z"),
            ("24-SEP-26 02.42.35.000000 PM", TimeFormat::MonthName, "2026-09-24T14:42:35Z"),
            ("24. Okt. 2026", TimeFormat::MonthName, "2026-10-24T00:00:00Z"),
        ] {
            assert_eq!(shown(text, format).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(shown("9223372036854775807", TimeFormat::Filetime), None);
        for (text, format) in [
            ("13/40/2020", TimeFormat::UsDate),
            ("1/2/123", TimeFormat::UsDate),
            ("2026-09-24", TimeFormat::YearFirst),
            ("20261324", TimeFormat::Compact),
            ("202609241011", TimeFormat::Compact),
            ("18263", TimeFormat::Serial),
            ("1790244672", TimeFormat::Serial),
            ("31 Feb 2026", TimeFormat::MonthName),
            ("Sep 2026", TimeFormat::MonthName),
            ("Marketing 24, 2026", TimeFormat::MonthName),
            ("24 Sep 2026 later", TimeFormat::MonthName),
        ] {
            assert_eq!(shown(text, format), None, "{text}");
        }
    }
}
