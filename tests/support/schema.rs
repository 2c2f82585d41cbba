//! The JSON Schemas that ship, as validators.

use jsonschema::Validator;
use overstay::render::json;
use serde_json::Value;

/// The schema of a file under `docs/`.
pub(crate) fn validator(name: &str) -> Validator {
    let schemas = json::schemas();
    let (_, bytes) = schemas.iter().find(|schema| schema.0 == name).expect(name);
    let schema: Value = serde_json::from_slice(bytes).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::new(&schema).expect("a valid schema")
}

/// What keeps a value from fitting; nothing when it fits.
pub(crate) fn misfits(name: &str, value: &Value) -> Vec<String> {
    validator(name).iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}
