//! Reads what a header says for comparisons and for the parts of a report: closed sets of words.

use toml::Spanned;

use crate::report::{Begins, DependsOn, HeadlinePart, LooksAt, MetricFacts};

use super::header::Header;
use super::read::{File, choice};

/// Whether a header has any of the keys.
pub(super) fn are_given(header: &Header) -> bool {
    let one = header.looks_at.is_some() || header.begins.is_some() || header.clock.is_some();
    one || !header.depends_on.is_empty() || !header.headline.is_empty()
}

/// The keys of a header, with every mistake in them.
pub(super) fn read(file: &mut File<'_>, header: &Header) -> MetricFacts {
    let looks_at = word(file, "looks_at", header.looks_at.as_ref(), LooksAt::WORDS);
    let begins = word(file, "begins", header.begins.as_ref(), Begins::WORDS);
    let depends_on = list(file, "depends_on", &header.depends_on, DependsOn::WORDS);
    let headline = list(file, "headline", &header.headline, HeadlinePart::WORDS);
    let unit = header.unit.get_ref().as_str();
    for name in &header.headline {
        let counted = match HeadlinePart::from_word(name.get_ref()) {
            Some(HeadlinePart::FormerStaffKeys) => "credential",
            Some(_) => "account",
            None => continue,
        };
        if counted != unit {
            let message = format!("`{}` counts items of the unit `{counted}`, and here it is `{unit}`", name.get_ref());
            file.error(name.span().start, message, None);
        }
    }
    if let Some(clock) = header.clock.as_ref().filter(|clock| clock.get_ref().trim().is_empty()) {
        file.error(clock.span().start, "`clock` says nothing".to_owned(), Some("leave it out".to_owned()));
    }
    MetricFacts {
        looks_at: looks_at.unwrap_or_default(),
        begins,
        depends_on,
        clock: header.clock.as_ref().map(|clock| clock.get_ref().clone()),
        headline,
    }
}

/// Words of a closed set, each with its value and its meaning.
type Words<T> = [(&'static str, T, &'static str)];

fn word<T: Copy>(file: &mut File<'_>, key: &str, given: Option<&Spanned<String>>, words: &Words<T>) -> Option<T> {
    let given = given?;
    let found = words.iter().find(|(word, ..)| word == given.get_ref());
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, ..)| *word).collect();
        let message = format!("`{key}` has an unknown word `{}`", given.get_ref());
        file.error(given.span().start, message, Some(choice(given.get_ref(), &known)));
    }
    found.map(|(_, value, _)| *value)
}

/// The values of a list; a word that stands twice counts once.
fn list<T: Copy + PartialEq>(file: &mut File<'_>, key: &str, given: &[Spanned<String>], words: &Words<T>) -> Vec<T> {
    let mut values = Vec::new();
    for one in given {
        if let Some(value) = word(file, key, Some(one), words).filter(|value| !values.contains(value)) {
            values.push(value);
        }
    }
    values
}
