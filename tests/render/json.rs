//! report.json fits the schema that ships, and comes back as it was.

use overstay::render::json;
use overstay::report::Report;
use serde_json::Value;

use super::fixture;
use crate::support::schema::validator;

#[test]
fn reports_fit_the_schema() {
    let validator = validator("report.schema.json");
    for report in [fixture::report(), fixture::empty()] {
        let value: Value = serde_json::from_slice(&json::report(&report)).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let validator = validator("report.schema.json");
    let good: Value = serde_json::from_slice(&json::report(&fixture::report())).expect("JSON");
    for (pointer, wrong) in [
        ("/schema", Value::from("overstay.report/1")),
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
