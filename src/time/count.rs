//! Times that are counts of units since 1970.

use super::parse::{digits, fraction};
use super::{Micros, SECOND};

/// A count since 1970 in the unit that gives a date between 1990 and 2100; seconds where none does.
pub(super) fn epoch(text: &[u8]) -> Option<Micros> {
    const EARLIEST: Micros = 631_152_000 * SECOND;
    const LATEST: Micros = 4_102_444_800 * SECOND;
    let fits = |at: &Micros| (EARLIEST..LATEST).contains(at);
    let whole = std::str::from_utf8(text.trim_ascii()).ok()?.split('.').next()?;
    let nanos = || Some(whole.parse::<i64>().ok()? / 1000);
    let micros = [SECOND, 1000, 1].into_iter().filter_map(|unit| decimal(text, unit)).find(fits);
    micros.or_else(|| nanos().filter(fits)).or_else(|| decimal(text, SECOND))
}

/// A decimal number of units, as microseconds.
pub(super) fn decimal(text: &[u8], unit: Micros) -> Option<Micros> {
    let text = text.trim_ascii();
    // `1.7826912E9`: to the second, as far as a floating-point number goes.
    if text.iter().any(|byte| matches!(byte, b'e' | b'E')) && text.first().is_some_and(u8::is_ascii_digit) {
        let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
        let value = number * unit as f64;
        return (value.abs() < 1e17).then_some(value as i64).filter(|value| super::utc(*value).is_some());
    }
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
