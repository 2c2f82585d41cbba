//! JSON Schemas of the rule files, out of the same tables as their page.

use serde_json::{Map, Value, json};

use super::rule_files::RULE_FILES;
use crate::metric::{HEADER_KEYS, REASON_KEYS};
use crate::report::{Begins, DependsOn, HeadlinePart, LooksAt, QueueKind};
use crate::rules::{Key, Kind, NEEDED};

/// Name of the file, title, and the table at its top.
const FILES: [(&str, &str, &str); 4] = [
    ("project.schema.json", "A project file of overstay", "overstay.toml"),
    ("policy.schema.json", "Limits of overstay", "policy"),
    ("framework.schema.json", "A framework of overstay", "framework"),
    ("metric.schema.json", "The header of a metric of overstay", "metric"),
];

/// Each schema with the name of its file.
pub(super) fn schemas() -> [(&'static str, String); 4] {
    FILES.map(|(name, title, place)| {
        let mut schema = table(place);
        let id = format!("urn:overstay:{}", name.trim_end_matches(".schema.json"));
        for (key, value) in
            [("$schema", "https://json-schema.org/draft/2020-12/schema"), ("$id", &id), ("title", title)]
        {
            schema.insert(key.to_owned(), value.into());
        }
        let mut text = crate::json::pretty(&Value::Object(schema));
        text.push('\n');
        (name, text)
    })
}

/// The keys of a table.
fn keys(place: &str) -> &'static [Key] {
    match place {
        "metric" => &HEADER_KEYS,
        "reason" => &REASON_KEYS,
        _ => RULE_FILES.iter().find(|table| table.place == place).map_or(&[], |table| table.keys),
    }
}

fn table(place: &str) -> Map<String, Value> {
    let keys = keys(place);
    let shape = |(name, kind, _, meaning): &Key| {
        let mut shape = of_kind(*kind, name);
        if let Value::Object(members) = &mut shape {
            members.insert("description".to_owned(), (*meaning).into());
        }
        ((*name).to_owned(), shape)
    };
    let needed: Vec<&str> =
        keys.iter().filter(|(_, _, default, _)| *default == NEEDED).map(|(name, ..)| *name).collect();
    let properties: Map<String, Value> = keys.iter().map(shape).collect();
    let whole =
        json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": needed });
    whole.as_object().cloned().unwrap_or_default()
}

fn of_kind(kind: Kind, name: &str) -> Value {
    let one_or_list = |item: Value| json!({ "anyOf": [item, { "type": "array", "items": item }] });
    let by_name = |item: Value| json!({ "type": "object", "additionalProperties": item });
    let text = || json!({ "type": "string" });
    let length = || json!({ "type": "string", "pattern": "^ *([0-9]+ *(s|m|min|h|d|w)|0) *$" });
    match kind {
        Kind::Text => words(name).map_or_else(text, |words| json!({ "enum": words })),
        Kind::Texts => one_or_list(words(name).map_or_else(text, |words| json!({ "enum": words }))),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Whole => json!({ "type": "integer", "minimum": 0 }),
        Kind::Length => length(),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Table(place) => Value::Object(table(place)),
        Kind::LengthOr(place) => json!({ "anyOf": [length(), table(place)] }),
        Kind::Tables(place) => json!({ "type": "array", "items": table(place) }),
        Kind::ByName(place) => by_name(Value::Object(table(place))),
        Kind::Named => by_name(text()),
        Kind::NamedTexts => by_name(one_or_list(text())),
    }
}

/// The closed set of words that a key of the header of a metric takes.
fn words(key: &str) -> Option<Vec<&'static str>> {
    fn of<T>(words: &[(&'static str, T, &str)]) -> Vec<&'static str> {
        words.iter().map(|(word, ..)| *word).collect()
    }
    Some(match key {
        "looks_at" => of(LooksAt::WORDS),
        "begins" => of(Begins::WORDS),
        "depends_on" => of(DependsOn::WORDS),
        "queue" => of(QueueKind::WORDS),
        "headline" => of(HeadlinePart::WORDS),
        _ => return None,
    })
}
