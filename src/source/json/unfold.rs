//! Records inside of records: behind keys, in maps, and in texts that hold JSON.

use serde_json::Value;

use crate::source::path::{WayStep, same_key};

use super::dotted::tree;
use super::tree::holds_record;

/// The key of a map under which a record was found, as a member of the record.
const KEY: &str = "@key";

/// Under these keys collectors and log stores keep the record of the vendor, as an object or as a text (folded).
pub(super) const ENVELOPES: [&[&str]; 12] = [
    &["raw"],
    &["source"],
    &["result"],
    &["event", "original"],
    &["event.original"],
    &["event"],
    &["json"],
    &["auditdata"],
    &["rawdata"],
    &["airbytedata"],
    &["message"],
    &["log"],
];

/// The records that a way leads to, in order; lists on the way are walked through.
pub(in crate::source) fn unfold(value: &Value, way: &[WayStep]) -> Vec<Value> {
    let mut out = Vec::new();
    walk(value, way, None, &mut out);
    out
}

fn walk(value: &Value, way: &[WayStep], key: Option<&str>, out: &mut Vec<Value>) {
    match (value, way.split_first()) {
        (Value::Array(list), _) => list.iter().for_each(|item| walk(item, way, key, out)),
        (Value::String(text), _) if holds_record(text) => {
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                walk(&inner, way, key, out);
            }
        }
        (Value::Object(_), Some((WayStep::Tree, rest))) => {
            if let Some(tree) = tree(value) {
                walk(&tree, rest, key, out);
            }
        }
        (Value::Object(members), None) => {
            let mut record = members.clone();
            if let Some(key) = key {
                record.entry(KEY).or_insert_with(|| Value::String(key.to_owned()));
            }
            out.push(Value::Object(record));
        }
        (Value::Object(members), Some((WayStep::Key(wanted), rest))) => {
            for (_, member) in members.iter().filter(|(name, _)| same_key(name, wanted)) {
                walk(member, rest, key, out);
            }
        }
        (Value::Object(members), Some((WayStep::Each, rest))) => {
            members.iter().for_each(|(name, member)| walk(member, rest, Some(name), out));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::path::way;

    #[test]
    fn a_way_leads_through_lists_maps_and_texts() {
        for (text, from, found) in [
            ("", json!({"a": 1}), json!([{"a": 1}])),
            ("a.b", json!({"a": [{"b": {"c": 1}}, {"b": [{"c": 2}]}, {}]}), json!([{"c": 1}, {"c": 2}])),
            (
                "Users{}",
                json!({"users": {"7": {"n": 1}, "8": {"n": 2}}}),
                json!([{"n": 1, "@key": "7"}, {"n": 2, "@key": "8"}]),
            ),
            ("{}", json!({"g@x": [{"m": 1}, {"m": 2}]}), json!([{"m": 1, "@key": "g@x"}, {"m": 2, "@key": "g@x"}])),
            ("_raw", json!({"_raw": "{\"a\": 1}"}), json!([{"a": 1}])),
            ("_raw", json!({"_raw": "no record"}), json!([])),
        ] {
            assert_eq!(Value::Array(unfold(&from, &way(text).expect("a way"))), found, "{text} in {from}");
        }
    }
}
