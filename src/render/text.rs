//! Text for readers: grouped numbers, lengths, and shares beside their counts.

use std::borrow::Cow;

pub use crate::number::count;
use crate::time::{self, SECOND};
pub use crate::visible::{code_point, hides, visible};

/// `1 account`, `2 accounts`, `1,234 accounts`.
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A length in seconds as people read it: `9 d 4 h`.
pub fn length(seconds: i64) -> String {
    time::display_length(seconds.saturating_mul(SECOND))
}

/// A length that lies between two, in seconds: `at least 9 d 18 h, at most 39 d 18 h`.
pub fn range(shortest: i64, longest: Option<i64>, open: bool) -> String {
    let micros = |seconds: i64| seconds.saturating_mul(SECOND);
    time::display_range(micros(shortest), longest.map(micros), open)
}

/// Seconds as days with one decimal, rounded down: `412.5`. What is above zero never reads as zero.
pub fn days(seconds: i64) -> String {
    let tenths = seconds.max(0) / 8_640;
    if tenths == 0 && seconds > 0 {
        return "under 0.1".to_owned();
    }
    format!("{}.{}", count((tenths / 10) as u64), tenths % 10)
}

/// Seconds as days with one decimal, rounded up: for upper bounds.
pub fn days_at_most(seconds: i64) -> String {
    let tenths = u64::try_from(seconds.max(0)).unwrap_or(0).div_ceil(8_640);
    format!("{}.{}", count(tenths / 10), tenths % 10)
}

/// `k` of `n` in per cent with one decimal, or `None` for an empty population.
///
/// Rounded to the nearest tenth, except that something never reads as nothing and a part never reads as all.
pub fn share(k: u64, n: u64) -> Option<String> {
    if n == 0 {
        return None;
    }
    let exact = u128::from(k) * 1000;
    let tenths = (exact + u128::from(n) / 2) / u128::from(n);
    Some(match tenths {
        0 if k > 0 => "under 0.1 %".to_owned(),
        1000 if k < n => "over 99.9 %".to_owned(),
        _ => format!("{}.{} %", tenths / 10, tenths % 10),
    })
}

/// A share between 0 and 1 in per cent; a dash for what is no number.
pub fn per_cent(share: f64) -> String {
    if share.is_finite() { format!("{:.1} %", share.clamp(0.0, 1.0) * 100.0) } else { "–".to_owned() }
}

/// The sum of counts; what no integer holds becomes the largest one.
pub fn sum(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

/// `3 of 120`.
pub fn of(k: u64, n: u64) -> String {
    format!("{} of {}", count(k), count(n))
}

/// `3 of 120 (2.5 %)`; only the counts when the population is empty.
pub fn of_with_share(k: u64, n: u64) -> String {
    match share(k, n) {
        Some(share) => format!("{} ({share})", of(k, n)),
        None => of(k, n),
    }
}

/// Bytes with a binary unit: `812 B`, `1.5 MiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut unit = 0;
    let mut scale = 1024_u64;
    while unit + 1 < UNITS.len() && bytes / scale >= 1024 {
        scale *= 1024;
        unit += 1;
    }
    format!("{}.{} {}", bytes / scale, bytes % scale * 10 / scale, UNITS[unit])
}

/// Characters of one name, cell or sentence that a reader is shown at most. CSV, JSON and Parquet have all of them.
pub const SHOWN: usize = 10_000;

/// A text as readers see it: a very long one is cut, and says how much of it is left out.
pub fn shown(plain: &str) -> Cow<'_, str> {
    let (head, rest) = cut(plain, SHOWN);
    if rest.is_empty() {
        return Cow::Borrowed(plain);
    }
    Cow::Owned(format!("{head}… [cut here: {} more characters]", count(rest.chars().count() as u64)))
}

/// The same with a capital at its beginning.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// So many rows; the first of how many, where not all are there.
pub fn of_rows(shown: u64, total: u64) -> String {
    if shown == total { count(total) } else { format!("first {}", of(shown, total)) }
}

/// Splits after at most `limit` characters.
pub fn cut(text: &str, limit: usize) -> (&str, &str) {
    match text.char_indices().nth(limit) {
        Some((at, _)) => text.split_at(at),
        None => (text, ""),
    }
}

/// Splits a long text between words after about `limit` characters; what is only a little longer stays whole.
pub fn fold(text: &str, limit: usize) -> (&str, &str) {
    let (head, rest) = cut(text, limit);
    if cut(rest, limit / 3).1.is_empty() {
        return (text, "");
    }
    let near = |at: &usize| head.len() - at <= limit / 2;
    text.split_at(head.rfind(' ').filter(near).unwrap_or(head.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many() {
        assert_eq!(plural(1, "key", "keys"), "1 key");
        assert_eq!(plural(0, "key", "keys"), "0 keys");
        assert_eq!(plural(1_000, "key", "keys"), "1,000 keys");
    }

    #[test]
    fn shares_stay_honest_at_both_ends() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(0, 5).as_deref(), Some("0.0 %"));
        assert_eq!(share(1, 100_000).as_deref(), Some("under 0.1 %"));
        assert_eq!(share(99_999, 100_000).as_deref(), Some("over 99.9 %"));
        assert_eq!(share(3, 120).as_deref(), Some("2.5 %"));
        assert_eq!(share(7, 7).as_deref(), Some("100.0 %"));
        assert_eq!(of_with_share(0, 0), "0 of 0");
    }

    #[test]
    fn days_never_round_something_to_nothing() {
        assert_eq!(days(0), "0.0");
        assert_eq!(days(1), "under 0.1");
        assert_eq!(days(8_640), "0.1");
        assert_eq!(days(86_400 * 1_234 + 43_200), "1,234.5");
        assert_eq!(days(-5), "0.0");
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size(1_023), "1023 B");
        assert_eq!(size(1_536), "1.5 KiB");
        assert_eq!(size(u64::MAX), "16383.9 PiB");
    }

    #[test]
    fn cuts_between_characters() {
        assert_eq!(cut("äöü", 2), ("äö", "ü"));
        assert_eq!(cut("äöü", 3), ("äöü", ""));
    }

    #[test]
    fn folds_between_words_and_only_what_is_worth_it() {
        assert_eq!(fold("one two three", 10), ("one two three", ""), "three characters more are no reason");
        assert_eq!(fold("one two three four", 12), ("one two", " three four"));
        assert_eq!(fold("ääääääääääääääääää", 9), ("äääääääää", "äääääääää"), "no word ends near");
        assert_eq!(fold("a bbbbbbbbbbbbbbbbbbbb", 9), ("a bbbbbbb", "bbbbbbbbbbbbb"), "far from the limit");
    }
}
