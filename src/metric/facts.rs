//! Reads what a header says for comparisons and for the parts of a report: closed sets of words.

use toml::Spanned;

use crate::report::{Begins, DependsOn, HeadlinePart, LooksAt, MetricFacts, QueueKind};
use crate::rules::{Fields, Sheet, did_you_mean_or_all};

/// The seven keys as they are written.
pub(super) struct Given {
    looks_at: Option<Spanned<String>>,
    begins: Option<Spanned<String>>,
    depends_on: Vec<Spanned<String>>,
    clock: Option<Spanned<String>>,
    sums_up: Option<bool>,
    queue: Vec<Spanned<String>>,
    headline: Vec<Spanned<String>>,
}

/// The keys of a header; `None` where it has none of them.
pub(super) fn given(sheet: &mut Sheet<'_>, fields: &mut Fields<'_, '_>) -> Option<Given> {
    let given = Given {
        looks_at: fields.text(sheet, "looks_at"),
        begins: fields.text(sheet, "begins"),
        depends_on: fields.texts(sheet, "depends_on").unwrap_or_default(),
        clock: fields.text(sheet, "clock"),
        sums_up: fields.flag(sheet, "sums_up"),
        queue: fields.texts(sheet, "queue").unwrap_or_default(),
        headline: fields.texts(sheet, "headline").unwrap_or_default(),
    };
    let one = given.looks_at.is_some() || given.begins.is_some() || given.clock.is_some() || given.sums_up.is_some();
    (one || !given.depends_on.is_empty() || !given.queue.is_empty() || !given.headline.is_empty()).then_some(given)
}

/// What they say, with every mistake in them; `unit` is what an item of the metric is.
pub(super) fn read(sheet: &mut Sheet<'_>, given: &Given, unit: &str) -> MetricFacts {
    for name in &given.headline {
        let counted = match HeadlinePart::from_word(name.get_ref()) {
            Some(HeadlinePart::FormerStaffKeys) => "credential",
            Some(_) => "account",
            None => continue,
        };
        if counted != unit {
            let message = format!("`{}` counts items of the unit `{counted}`, and here it is `{unit}`", name.get_ref());
            sheet.say("rule-value", name.span(), message);
        }
    }
    MetricFacts {
        looks_at: given
            .looks_at
            .as_ref()
            .and_then(|text| word(sheet, "looks_at", text, LooksAt::WORDS))
            .unwrap_or_default(),
        begins: given.begins.as_ref().and_then(|text| word(sheet, "begins", text, Begins::WORDS)),
        depends_on: list(sheet, "depends_on", &given.depends_on, DependsOn::WORDS),
        clock: given.clock.as_ref().map(|clock| clock.get_ref().clone()),
        sums_up: given.sums_up.unwrap_or(false),
        queue: list(sheet, "queue", &given.queue, QueueKind::WORDS),
        headline: list(sheet, "headline", &given.headline, HeadlinePart::WORDS),
    }
}

/// Words of a closed set, each with its value and its meaning.
type Words<T> = [(&'static str, T, &'static str)];

fn word<T: Copy>(sheet: &mut Sheet<'_>, key: &str, given: &Spanned<String>, words: &Words<T>) -> Option<T> {
    let found = words.iter().find(|(word, ..)| word == given.get_ref());
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, ..)| *word).collect();
        let message = format!("`{key}` has an unknown word `{}`", given.get_ref());
        sheet.say_hint("rule-value", given.span(), message, Some(did_you_mean_or_all(given.get_ref(), &known)));
    }
    found.map(|(_, value, _)| *value)
}

/// The values of a list; a word that stands twice counts once.
fn list<T: Copy + PartialEq>(sheet: &mut Sheet<'_>, key: &str, given: &[Spanned<String>], words: &Words<T>) -> Vec<T> {
    let mut values = Vec::new();
    for one in given {
        if let Some(value) = word(sheet, key, one, words).filter(|value| !values.contains(value)) {
            values.push(value);
        }
    }
    values
}
