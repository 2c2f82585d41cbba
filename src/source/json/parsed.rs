//! Texts at a path of a parsed document.

use serde_json::Value;

use crate::source::path::{Step, same_key};

use super::tree::{CLOCK, Clock, holds_record};

/// The text of a recorded date object of a parsed document, or the text of a scalar.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(members) => {
            let mut clock = Clock::default();
            for (field, name) in CLOCK.iter().enumerate() {
                if let Some(value) = members.get(*name) {
                    clock.set(field, value);
                }
            }
            clock.text()
        }
        Value::Null | Value::Array(_) => None,
    }
}

/// Whether something stands at a path of a parsed value, and the first text there.
pub(in crate::source) fn walk_value(value: &Value, steps: &[Step]) -> (bool, Option<String>) {
    let Some((step, rest)) = steps.split_first() else {
        return match value {
            Value::Array(list) => (true, list.iter().find_map(scalar)),
            other => (true, scalar(other)),
        };
    };
    let mut found = (false, None);
    let mut merge = |(there, text): (bool, Option<String>)| {
        found.0 |= there;
        if found.1.is_none() {
            found.1 = text;
        }
    };
    match (step, value) {
        (Step::Key(key), Value::Object(members)) => {
            for (_, member) in members.iter().filter(|(name, _)| same_key(name, key)) {
                merge(walk_value(member, rest));
            }
        }
        (Step::Key(_), Value::Array(list)) => list.iter().for_each(|item| merge(walk_value(item, steps))),
        (Step::Index(at), Value::Array(list)) => {
            if let Some(item) = list.get(*at) {
                merge(walk_value(item, rest));
            }
        }
        (Step::Pick(key, words), value) => {
            let fits = |item: &&Value| {
                walk_value(item, &[Step::Key(key.clone())]).1.is_some_and(|text| words.contains(&text.to_lowercase()))
            };
            // As in reading: a single object stands for a list of one.
            let item = match value {
                Value::Array(list) => list.iter().find(fits),
                other => Some(other).filter(fits),
            };
            if let Some(item) = item {
                merge(walk_value(item, rest));
            }
        }
        (Step::Index(0), Value::Object(_)) => merge(walk_value(value, rest)),
        (Step::Key(_), Value::String(text)) if holds_record(text) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                merge(walk_value(&inner, steps));
            }
        }
        (Step::Split(by), Value::String(text)) => {
            let part = text.split(by.as_str()).map(str::trim).find(|part| !part.is_empty());
            merge((true, part.map(str::to_owned)));
        }
        (Step::Split(_), Value::Array(list)) => list.iter().for_each(|item| merge(walk_value(item, steps))),
        _ => {}
    }
    found
}
