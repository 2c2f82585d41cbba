//! Applies rules and conditions to one record, whatever container it comes from.

use std::borrow::Cow;

use crate::dataset::{Column, ColumnKind};
use crate::time::Zone;

use super::clock::Seen;
use super::plan::{Case, Condition, From, Gives, Other, Rule, Test};
use super::spec::Side;
use super::value::{Hand, NOT_KNOWN, Unfit, Value, newest, typed};

/// The word of a status that nobody knows.
const UNKNOWN: &str = "unknown";

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    /// No such field.
    Absent,
    /// The field is there and empty or null.
    Null,
    /// A text, a number or a flag, as text without blanks around it; never empty.
    Text(&'a str),
    /// An object or a list that holds something.
    Whole,
}

/// A record, or an element of one: the value at each numbered path.
pub(super) trait Record {
    /// The first value at a path.
    fn cell(&self, slot: usize) -> Cell<'_>;
    /// All values at a path that are not empty, in order.
    fn all<'s>(&'s self, slot: usize, out: &mut Vec<&'s str>);
}

/// What a rule gives.
#[derive(Debug)]
pub(super) enum Got<'a> {
    Value(Value<'a>),
    /// A value in place of a text that was not understood: the value counts, and so does the doubt.
    Doubt(Value<'a>, Unfit),
    /// The record is out of scope; the rule holds the reason.
    Skip,
    Unfit(Unfit),
}

/// A value while it is still a text.
enum Raw<'a> {
    None,
    Text(Cow<'a, str>),
    /// The final word: not to be mapped any more.
    Word(&'a str),
    /// The word, or nothing, in place of a text that the mapping does not name.
    Doubt(Option<&'a str>),
    Skip,
    Unfit(Unfit),
}

/// Applies a rule. What the columns of times are like is added to `seen`, at their numbers.
pub(super) fn apply<'a, R: Record>(
    column: &Column,
    rule: &'a Rule,
    record: &'a R,
    zone: Zone,
    seen: &mut [Seen],
) -> Got<'a> {
    let hand = Hand { times: &rule.times, days: rule.days, zone };
    if let From::Latest(slots, upper) = &rule.from {
        let sides =
            slots.iter().map(|slot| (slot, rule.bound)).chain(upper.iter().map(|slot| (slot, Some(Side::Upper))));
        let texts = sides.filter_map(|(slot, side)| Some((value(rule, record.cell(*slot))?, side)));
        match newest(column, texts, &hand, rule.clock.and_then(|at| seen.get_mut(at))) {
            (Value::Null, None) => {}
            (found, None) => return Got::Value(found),
            (Value::Null, Some(why)) => return Got::Unfit(why),
            (found, Some(why)) => return Got::Doubt(found, why),
        }
        return match &rule.otherwise {
            Some(next) => apply(column, next, record, zone, seen),
            None => Got::Value(Value::Null),
        };
    }
    let text = match raw(column, rule, record) {
        Raw::Skip => return Got::Skip,
        Raw::Unfit(why) => return Got::Unfit(why),
        Raw::Doubt(None) => return Got::Unfit(NOT_KNOWN),
        Raw::Doubt(Some(word)) => {
            return match typed(column, Cow::Borrowed(word), &hand, None) {
                Ok(value) => Got::Doubt(value, NOT_KNOWN),
                Err(why) => Got::Unfit(why),
            };
        }
        Raw::None => {
            return match &rule.otherwise {
                Some(next) => apply(column, next, record, zone, seen),
                None => Got::Value(Value::Null),
            };
        }
        Raw::Text(text) => text,
        Raw::Word(word) => Cow::Borrowed(word),
    };
    match typed(column, dress(rule, text), &hand, rule.clock.and_then(|at| seen.get_mut(at))) {
        // A time that stands for none leaves the word to the next rule.
        Ok(Value::Null) if rule.otherwise.is_some() => match &rule.otherwise {
            Some(next) => apply(column, next, record, zone, seen),
            None => Got::Value(Value::Null),
        },
        Ok(value) => Got::Value(value.bound(rule.bound)),
        Err(_) if rule.other == Other::Null && !is_telling(column) => Got::Value(Value::Null),
        Err(why) => match &rule.other {
            Other::Word(word) if rule.map.is_none() && !column.words.is_empty() => {
                let value = Value::Text(Cow::Borrowed(word));
                if is_telling(column) { Got::Doubt(value, why) } else { Got::Value(value) }
            }
            _ => Got::Unfit(why),
        },
    }
}

/// Whether a text that a mapping passes over by a general rule (`other = "null"`) is still said to be unread here: a
/// status or a time that was not understood must never look like one that is absent.
fn is_telling(column: &Column) -> bool {
    column.name == "status" || matches!(column.kind, ColumnKind::Instant(_) | ColumnKind::Bounds)
}

/// The text of a cell unless it is one of the rule's null words.
fn value<'a>(rule: &Rule, cell: Cell<'a>) -> Option<&'a str> {
    match cell {
        Cell::Text(text) if !is_null(&rule.nulls, text) => Some(text),
        _ => None,
    }
}

fn is_null(nulls: &[String], text: &str) -> bool {
    nulls.iter().any(|word| word.len() == text.len() && word.eq_ignore_ascii_case(text))
}

fn raw<'a, R: Record>(column: &Column, rule: &'a Rule, record: &'a R) -> Raw<'a> {
    if let Some(words) = &rule.presence {
        return Raw::Word(match presence(rule, record) {
            Cell::Absent => &words.absent,
            Cell::Null => &words.empty,
            _ => &words.present,
        });
    }
    let found = match &rule.from {
        From::Slot(slot) => value(rule, record.cell(*slot)).map(Cow::Borrowed),
        From::First(slots) => slots.iter().find_map(|slot| value(rule, record.cell(*slot))).map(Cow::Borrowed),
        From::Join(slots, with) => join(rule, record, slots, with).map(Cow::Owned),
        From::JoinAll(slots, with) => slots
            .iter()
            .all(|slot| value(rule, record.cell(*slot)).is_some())
            .then(|| join(rule, record, slots, with))
            .flatten()
            .map(Cow::Owned),
        From::Const(text) => Some(Cow::Borrowed(text.as_str())),
        From::Cases(cases) => cases.iter().find(|case| holds(&case.when, record, &rule.nulls)).and_then(
            |Case { gives, .. }| match gives {
                Gives::Word(word) => Some(Cow::Borrowed(word.as_str())),
                Gives::Slot(slot) => value(rule, record.cell(*slot)).map(Cow::Borrowed),
            },
        ),
        From::Latest(..) | From::File(_) => None,
    };
    let found = match (&rule.take, found) {
        (Some(take), Some(text)) => match take.of(&text) {
            Some(part) => Some(Cow::Owned(part.to_owned())),
            None if rule.other == Other::Keep => Some(text),
            None => match &rule.other {
                Other::Skip(_) => return Raw::Skip,
                Other::Word(word) => return Raw::Word(word),
                _ => None,
            },
        },
        (_, found) => found,
    };
    let Some(text) = found else {
        let open = rule.otherwise.is_none() && rule.missing.as_deref().is_none_or(|word| word == UNKNOWN);
        if open && no_case(column, rule, record) {
            return Raw::Doubt(rule.missing.as_deref());
        }
        return rule.missing.as_deref().map_or(Raw::None, Raw::Word);
    };
    let text = strip(rule, text);
    let Some(map) = &rule.map else {
        let unknown = text == UNKNOWN && no_case(column, rule, record);
        return if unknown { Raw::Doubt(Some(UNKNOWN)) } else { Raw::Text(text) };
    };
    match map.get(&text) {
        Some("") => rule.missing.as_deref().map_or(Raw::None, Raw::Word),
        Some(word) => Raw::Word(word),
        None => match &rule.other {
            Other::Reject => Raw::Unfit(NOT_KNOWN),
            Other::Skip(_) => Raw::Skip,
            Other::Keep => Raw::Text(text),
            Other::Null if is_telling(column) => Raw::Doubt(rule.missing.as_deref()),
            Other::Word(word) if is_telling(column) => Raw::Doubt(Some(word)),
            Other::Null => rule.missing.as_deref().map_or(Raw::None, Raw::Word),
            Other::Word(word) => Raw::Word(word),
        },
    }
}

/// Whether the cases of a status saw something that none of them could make sense of.
fn no_case<R: Record>(column: &Column, rule: &Rule, record: &R) -> bool {
    let From::Cases(cases) = &rule.from else { return false };
    column.name == "status"
        && cases.iter().flat_map(|case| &case.when).any(|test| value(rule, record.cell(test.slot)).is_some())
}

/// `Absent`, `Null`, or anything else for "there is a value".
fn presence<R: Record>(rule: &Rule, record: &R) -> Cell<'static> {
    let mut slots = Vec::new();
    let slots: &[usize] = match &rule.from {
        From::Slot(slot) => std::slice::from_ref(slot),
        From::First(slots) | From::Join(slots, _) | From::JoinAll(slots, _) => slots,
        _ => {
            rule.slots(&mut slots);
            &slots
        }
    };
    let mut found = Cell::Absent;
    for slot in slots {
        match record.cell(*slot) {
            Cell::Absent => {}
            Cell::Text(text) if is_null(&rule.nulls, text) => found = Cell::Null,
            Cell::Null => found = Cell::Null,
            Cell::Text(_) | Cell::Whole => return Cell::Whole,
        }
    }
    found
}

fn join<R: Record>(rule: &Rule, record: &R, slots: &[usize], with: &str) -> Option<String> {
    let mut out = String::new();
    let mut values = Vec::new();
    for slot in slots {
        record.all(*slot, &mut values);
    }
    for text in values.into_iter().filter(|text| !is_null(&rule.nulls, text)) {
        let text = strip(rule, Cow::Borrowed(text));
        if !out.is_empty() {
            out.push_str(with);
        }
        out.push_str(&text);
    }
    (!out.is_empty()).then_some(out)
}

fn strip<'a>(rule: &Rule, text: Cow<'a, str>) -> Cow<'a, str> {
    let cut = rule
        .strip
        .iter()
        .find(|beginning| text.get(..beginning.len()).is_some_and(|head| head.eq_ignore_ascii_case(beginning)));
    match (cut, text) {
        (None, text) => text,
        (Some(cut), Cow::Borrowed(text)) => Cow::Borrowed(&text[cut.len()..]),
        (Some(cut), Cow::Owned(text)) => Cow::Owned(text[cut.len()..].to_owned()),
    }
}

fn dress<'a>(rule: &Rule, text: Cow<'a, str>) -> Cow<'a, str> {
    if !rule.lower && !rule.slug && rule.prefix.is_empty() && rule.suffix.is_empty() {
        return text;
    }
    let mut out = rule.prefix.clone();
    if rule.slug {
        for (index, word) in text.split_whitespace().enumerate() {
            if index > 0 {
                out.push('-');
            }
            out.push_str(&word.to_lowercase());
        }
    } else if rule.lower {
        out.push_str(&text.to_lowercase());
    } else {
        out.push_str(&text);
    }
    out.push_str(&rule.suffix);
    Cow::Owned(out)
}

/// Whether all conditions hold. `nulls` are the words that count as nothing.
pub(super) fn holds<R: Record>(conditions: &[Condition], record: &R, nulls: &[String]) -> bool {
    conditions.iter().all(|condition| {
        let cell = record.cell(condition.slot);
        let other = condition.test.differs_from.map(|slot| record.cell(slot));
        passes(&condition.test, cell, other, nulls)
    })
}

/// Whether one value passes a test. `other` is the value that it must differ from.
pub(super) fn passes(test: &Test, cell: Cell<'_>, other: Option<Cell<'_>>, nulls: &[String]) -> bool {
    if let Some(wanted) = test.present {
        let present = match cell {
            Cell::Text(text) => !is_null(nulls, text),
            Cell::Whole => true,
            Cell::Absent | Cell::Null => false,
        };
        if present != wanted {
            return false;
        }
    }
    if other.is_some_and(|other| other == cell) {
        return false;
    }
    let needs_text = test.one_of.is_some()
        || test.starts_with.is_some()
        || test.ends_with.is_some()
        || test.like.is_some()
        || test.bit.is_some()
        || test.not_bit.is_some()
        || test.above.is_some()
        || test.below.is_some();
    let Cell::Text(text) = cell else {
        return !needs_text;
    };
    let bits = |wanted: u64| text.parse::<i64>().is_ok_and(|number| number as u64 & wanted == 0);
    let number = || text.parse::<f64>().ok();
    if test.bit.is_some_and(|wanted| text.parse::<i64>().is_err() || bits(wanted))
        || test.not_bit.is_some_and(|wanted| !bits(wanted))
        || test.above.is_some_and(|least| number().is_none_or(|number| number <= least))
        || test.below.is_some_and(|most| number().is_none_or(|number| number >= most))
        || test.like.as_ref().is_some_and(|parts| !like(parts, &text.to_lowercase()))
    {
        return false;
    }
    let is = |word: &String| word.eq_ignore_ascii_case(text) || *word == text.to_lowercase();
    let begins = |word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let ends = |word: &str| {
        text.len()
            .checked_sub(word.len())
            .and_then(|at| text.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(word))
    };
    test.one_of.as_ref().is_none_or(|words| words.iter().any(is))
        && !test.none_of.iter().any(is)
        && test.starts_with.as_deref().is_none_or(begins)
        && test.ends_with.as_deref().is_none_or(ends)
        && !test.not_starts_with.as_deref().is_some_and(begins)
}

/// Whether a text is made of these parts with anything between them.
fn like(parts: &[String], text: &str) -> bool {
    let [first, rest @ ..] = parts else { return false };
    let Some(mut text) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return text.is_empty() };
    for part in middle {
        let Some(at) = text.find(part.as_str()) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(last.as_str())
}
