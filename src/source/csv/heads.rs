//! Rows as records with members: a dotted header is a tree, a cell that holds JSON is what it holds.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::source::json::holds_record;

/// The names of columns, taken apart: `emails.0.address` is a list of objects.
pub(in crate::source) struct Heads(Vec<Option<Vec<Step>>>);

enum Step {
    Member(String),
    Element(usize),
}

/// A list in a header has no more elements than this.
const LONGEST: usize = 10_000;

impl Heads {
    /// Takes the names of a header apart.
    pub(in crate::source) fn of(header: &[String]) -> Self {
        Self(header.iter().map(|name| steps(name.trim())).collect())
    }

    /// A row as a record. Empty cells are null; an element of a list that has none is not there.
    pub(in crate::source) fn record(&self, cells: &[Option<Cow<'_, str>>]) -> Value {
        let mut record = Value::Object(Map::new());
        for (steps, cell) in self.0.iter().zip(cells) {
            let (Some(steps), Some(cell)) = (steps, cell) else { continue };
            let text = cell.trim();
            if text.is_empty() && steps.iter().any(|step| matches!(step, Step::Element(_))) {
                continue;
            }
            let value = match text {
                "" => Value::Null,
                text if holds_record(text) => {
                    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
                }
                text => Value::String(text.to_owned()),
            };
            put(&mut record, steps, value);
        }
        record
    }
}

fn steps(name: &str) -> Option<Vec<Step>> {
    if name.is_empty() {
        return None;
    }
    // Log stores mark lists by braces, and times by their zone.
    let name = name.strip_suffix(" [UTC]").unwrap_or(name);
    let parts = name.split('.').map(|part| part.trim_end_matches("{}")).map(|part| match part.parse::<usize>() {
        Ok(at) if at < LONGEST => Step::Element(at),
        _ => Step::Member(part.to_owned()),
    });
    let steps: Vec<Step> = parts.collect();
    let is_tree = matches!(steps.first(), Some(Step::Member(_)))
        && steps.iter().all(|step| !matches!(step, Step::Member(part) if part.trim().is_empty()));
    Some(if is_tree { steps } else { vec![Step::Member(name.to_owned())] })
}

/// Puts a value at its place. What is deeper wins: `emails` beside `emails.0.address` is only a count.
fn put(at: &mut Value, steps: &[Step], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        if !at.is_object() && !at.is_array() {
            *at = value;
        }
        return;
    };
    match step {
        Step::Member(name) => {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            if let Value::Object(members) = at {
                put(members.entry(name.as_str()).or_insert(Value::Null), rest, value);
            }
        }
        Step::Element(place) => {
            if !at.is_array() {
                *at = Value::Array(Vec::new());
            }
            if let Value::Array(list) = at {
                if list.len() <= *place {
                    list.resize(place + 1, Value::Null);
                }
                put(&mut list[*place], rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn headers_make_trees() {
        let header = ["id", "name.full", "emails", "emails.0.address", "emails.1.address", "raw", "none", "v1.2"];
        let heads = Heads::of(&header.map(str::to_owned));
        let cells = ["7", "Ann", "2", "a@x.example", "", "{\"a\": 1}", " ", "x"].map(|cell| Some(Cow::Borrowed(cell)));
        let expected = json!({
            "id": "7", "name": {"full": "Ann"}, "emails": [{"address": "a@x.example"}],
            "raw": {"a": 1}, "none": null, "v1": [null, null, "x"],
        });
        assert_eq!(heads.record(&cells), expected);
    }
}
