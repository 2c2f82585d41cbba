//! `report.json`, and the JSON Schemas of everything that is written as versioned JSON.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

use crate::report::drift::{self, Drift};
use crate::report::history::{self, History};
use crate::report::{Report, SCHEMA};

/// The report as indented JSON in the order of the model's fields, ending in a line end.
pub fn report(report: &Report) -> Vec<u8> {
    pretty(report)
}

/// The JSON Schemas (draft 2020-12) of all that is written as versioned JSON, by file name; keys sorted, each ending in a
/// line end.
pub fn schemas() -> [(&'static str, Vec<u8>); 3] {
    [
        ("report.schema.json", schema::<Report>(SCHEMA, "A report")),
        ("drift.schema.json", schema::<Drift>(drift::SCHEMA, "A comparison of two packs")),
        ("history.schema.json", schema::<History>(history::SCHEMA, "The packs of a folder over time")),
    ]
}

fn schema<T: JsonSchema>(id: &str, what: &str) -> Vec<u8> {
    let generated = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    let mut schema = generated.to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("$id".to_owned(), format!("urn:{}", id.replace(['/', '.'], ":")).into());
        root.insert("title".to_owned(), format!("{what} of overstay ({id})").into());
    }
    if let Some(field) = schema.pointer_mut("/properties/schema").and_then(Value::as_object_mut) {
        field.insert("const".to_owned(), id.into());
    }
    pretty(&Sorted::from(schema))
}

/// The packs of a folder as indented JSON, ending in a line end.
pub fn history(history: &History) -> Vec<u8> {
    pretty(history)
}

/// The model has no map with keys other than text and no hand-written error, so writing it into memory cannot fail;
/// a test holds that the result is never empty.
fn pretty(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = crate::json::pretty(value).into_bytes();
    bytes.push(b'\n');
    bytes
}

/// A JSON value whose keys are sorted whatever map `serde_json` was compiled with.
#[derive(Serialize)]
#[serde(untagged)]
enum Sorted {
    Object(BTreeMap<String, Sorted>),
    Array(Vec<Sorted>),
    Scalar(Value),
}

impl From<Value> for Sorted {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(map) => Self::Object(map.into_iter().map(|(key, value)| (key, value.into())).collect()),
            Value::Array(items) => Self::Array(items.into_iter().map(Into::into).collect()),
            scalar => Self::Scalar(scalar),
        }
    }
}
