//! report.json fits the schema that ships, and comes back as it was.

use overstay::render::json;
use overstay::report::Report;
use serde_json::Value;

use super::fixture;

#[test]
fn the_schema_in_docs_is_the_one_of_the_model() {
    let shipped = include_str!("../../docs/report.schema.json");
    assert!(
        shipped.as_bytes() == json::schema(),
        "docs/report.schema.json is out of date: run `cargo run -- reference`"
    );
}

#[test]
fn reports_fit_the_schema() {
    let schema: Value = serde_json::from_slice(&json::schema()).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let validator = jsonschema::draft202012::new(&schema).expect("a valid schema");
    for report in [fixture::report(), fixture::empty()] {
        let value: Value = serde_json::from_slice(&json::report(&report)).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let schema: Value = serde_json::from_slice(&json::schema()).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a valid schema");
    let good: Value = serde_json::from_slice(&json::report(&fixture::report())).expect("JSON");
    for (pointer, wrong) in [
        ("/schema", Value::from("overstay.report/2")),
        ("/verdict/status", Value::from("passed")),
        ("/metrics/0/population", Value::from(-1)),
        ("/as_of", Value::from(12)),
    ] {
        let mut report = good.clone();
        *report.pointer_mut(pointer).expect("a field") = wrong;
        assert!(!validator.is_valid(&report), "{pointer}");
    }
}

#[test]
fn a_report_survives_the_round_trip() {
    let report = fixture::report();
    let bytes = json::report(&report);
    assert!(bytes.ends_with(b"}\n"));
    let back: Report = serde_json::from_slice(&bytes).expect("a report");
    assert_eq!(back, report);
    assert_eq!(json::report(&back), bytes);
}
