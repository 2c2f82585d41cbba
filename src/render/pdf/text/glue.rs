//! Blanks that no line ends at: those inside lengths, sizes and moments, such as `9 d 4 h` or `2026-09-30 23:59 UTC`.

/// What stands behind a number with a blank between.
const UNITS: [&str; 13] = ["d", "h", "min", "s", "year", "years", "day", "days", "%", "B", "KiB", "MiB", "GiB"];

/// Whether the blank before `at` belongs to one value.
pub(super) fn holds(text: &str, at: usize) -> bool {
    let Some(head) = text[..at].strip_suffix(' ') else { return false };
    let mut before = head.rsplit(' ');
    let (Some(last), Some(next)) = (before.next(), text[at..].split(' ').next()) else { return false };
    let last = last.trim_start_matches(is_mark);
    let following = next.trim_end_matches(is_mark);
    if is_number(last) {
        return UNITS.contains(&following);
    }
    if UNITS.contains(&last) {
        // A further number with a unit, of the same length.
        let counted = before.next().is_some_and(|word| is_number(word.trim_start_matches(is_mark)));
        let unit = text[at..].split(' ').nth(1).map(|word| word.trim_end_matches(is_mark));
        return counted && is_number(next) && unit.is_some_and(|unit| UNITS.contains(&unit));
    }
    (is_date(last) && is_clock(following)) || (is_clock(last) && following.starts_with("UTC"))
}

fn is_mark(character: char) -> bool {
    matches!(character, '(' | ')' | '[' | ']' | ',' | '.' | ';' | ':' | '“' | '”' | '"' | '\'' | '–')
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
}

/// `2026-09-30`.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if [(year, 4), (month, 2), (day, 2)].iter().all(|(part, digits)| {
        part.len() == *digits && part.bytes().all(|byte| byte.is_ascii_digit())
    }))
}

/// `23:59`, `23:59:59`.
fn is_clock(word: &str) -> bool {
    word.contains(':') && word.split(':').all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::holds;

    /// Where a line may end, as `|`.
    fn broken(text: &str) -> String {
        let mark = |(at, c): (usize, char)| if c == ' ' && !holds(text, at + 1) { '|' } else { c };
        text.char_indices().map(mark).collect()
    }

    #[test]
    fn lengths_and_moments_stay_whole() {
        for (text, expected) in [
            ("open for 9 d 4 h after", "open|for|9 d 4 h|after"),
            ("at least 9 d 18 h, at most 39 d 18 h", "at|least|9 d 18 h,|at|most|39 d 18 h"),
            ("on 2026-09-30 23:59 UTC, by", "on|2026-09-30 23:59 UTC,|by"),
            ("(2.5 %) of 1,204 days", "(2.5 %)|of|1,204 days"),
            ("3 of 12 d", "3|of|12 d"),
            ("7 d 3 items", "7 d|3|items"),
            ("limit 24 h; 5 d 2 h", "limit|24 h;|5 d 2 h"),
            ("room 5 d.k. 4 h", "room|5|d.k.|4 h"),
        ] {
            assert_eq!(broken(text), expected);
        }
    }
}
