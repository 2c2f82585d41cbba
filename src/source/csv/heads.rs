//! Rows as records with members: a dotted header is a tree, a cell that holds JSON is what it holds.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::source::json::{Step, Steps, holds_record, put, steps};

/// The names of columns, taken apart: `emails.0.address` is a list of objects.
pub(in crate::source) struct Heads(Vec<Option<(String, Steps)>>);

impl Heads {
    /// Takes the names of a header apart.
    pub(in crate::source) fn of(header: &[String]) -> Self {
        let taken_apart = |name: &String| {
            let name = Some(name.trim()).filter(|name| !name.is_empty())?;
            Some((name.to_owned(), steps(name)))
        };
        Self(header.iter().map(taken_apart).collect())
    }

    /// A row as a record. Empty cells are null; an element of a list that has none is not there.
    pub(in crate::source) fn record(&self, cells: &[Option<Cow<'_, str>>]) -> Value {
        let mut record = Value::Object(Map::new());
        for (steps, cell) in self.0.iter().zip(cells) {
            let (Some((name, steps)), Some(cell)) = (steps, cell) else { continue };
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
            // A slash may be a part of the name as well.
            if steps.len() > 1 && !name.contains('.') {
                put(&mut record, &[Step::Member(name.clone())], value.clone());
            }
            put(&mut record, steps, value);
        }
        record
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
        let slashes = Heads::of(&["id", "emails/0/address", "Yes / no", "a.b/c"].map(str::to_owned));
        let cells = ["7", "a@x.example", "n", "d"].map(|cell| Some(Cow::Borrowed(cell)));
        let expected = json!({"id": "7", "emails": [{"address": "a@x.example"}], "emails/0/address": "a@x.example", "Yes / no": "n", "a": {"b/c": "d"}});
        assert_eq!(slashes.record(&cells), expected);
    }
}
