//! The parts of a text that may be a value: whole words, and words that stand together.

use std::ops::Range;

/// A part of a text.
pub type Span = Range<usize>;

/// Most words of a value that is looked for in a text.
const WORDS: usize = 6;

/// Everything in a text that may be a value: from the beginning of one word to the end of the same or of a later one,
/// by where it begins, the longest first. A word is letters and digits; between the words of a value stands a sign or two.
pub fn spans(text: &str) -> impl Iterator<Item = Span> + '_ {
    let words = words(text);
    (0..words.len()).flat_map(move |first| {
        let mut last = first;
        while last + 1 < words.len() && last + 1 - first < WORDS && joins(&text[words[last].end..words[last + 1].start])
        {
            last += 1;
        }
        let ends: Vec<Span> = (first..=last).rev().map(|end| words[first].start..words[end].end).collect();
        ends
    })
}

fn words(text: &str) -> Vec<Span> {
    let mut words: Vec<Span> = Vec::new();
    let mut open = None;
    for (at, sign) in text.char_indices() {
        if sign.is_alphanumeric() {
            open.get_or_insert(at);
        } else if let Some(start) = open.take() {
            words.push(start..at);
        }
    }
    words.extend(open.map(|start| start..text.len()));
    words
}

fn joins(between: &str) -> bool {
    between == ", "
        || between.chars().count() == 1
            && between.contains(['.', '_', '-', '@', '+', ' ', '\'', '’', ':', '|', '\\', '<', '>'])
}

/// Whether a value says by itself whom it means. A plain word or a short number means other things as well.
pub fn is_telling(value: &str) -> bool {
    let value = value.trim();
    let letters = value.chars().any(char::is_alphabetic);
    let marked = value.contains(['@', '.', ' ', '_', '-', '\\']);
    // Numbers with dots are versions, amounts and addresses of machines.
    let numbered = value.chars().any(|sign| sign.is_ascii_digit()) && (letters || !value.contains('.'));
    value.chars().count() >= 5 && (letters && marked || numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_between_the_signs_around_them() {
        let has = |text: &str, value: &str| spans(text).any(|span| &text[span] == value);
        for (text, value) in [
            ("hr/anna.weber.csv", "anna.weber"),
            ("okta-00117.json", "00117"),
            ("approved by \"Weber, Anna\"; final", "Weber, Anna"),
            ("kind = { when = 'anna.weber@acme.example' }", "anna.weber@acme.example"),
            ("# asked Sofía de la Cruz", "Sofía de la Cruz"),
        ] {
            assert!(has(text, value), "{text}: {value}");
        }
        assert!(!has("xanna.weberx", "anna.weber"), "words are whole");
        assert!(!has("one; two", "one; two"));
    }

    #[test]
    fn plain_words_and_short_numbers_tell_nothing() {
        for telling in ["anna.weber", "00117", "Sofia Almeida", "a@b.c", "svc-backup", "P-1031"] {
            assert!(is_telling(telling), "{telling}");
        }
        for plain in ["admin", "kenji", "7", "2026", "1.5.2", ""] {
            assert!(!is_telling(plain), "{plain}");
        }
    }
}
