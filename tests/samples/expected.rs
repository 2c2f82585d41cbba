//! Findings and counts of both quarters, line by line, against `independent.py`; and the pack against itself.

use super::company::{Pack, Q2, Q3, Quarter, assert_same, shown};

/// The columns of `tests/samples/expected/<quarter>.csv`.
const COLUMNS: [&str; 8] =
    ["metric", "system", "subject", "result", "began_at", "ended_at", "length_seconds", "waiver_id"];

#[track_caller]
fn findings_are_as_expected(quarter: &Quarter) {
    let engine = quarter.report().findings();
    assert_same(quarter.expected(""), engine.iter().map(|finding| shown(finding, &COLUMNS)).collect());
}

#[test]
fn findings_of_the_second_quarter() {
    findings_are_as_expected(&Q2);
}

#[test]
fn findings_of_the_third_quarter() {
    findings_are_as_expected(&Q3);
}

#[track_caller]
fn counts_are_as_expected(quarter: &Quarter) {
    let report = quarter.report().report();
    let metrics = report["metrics"].as_array().expect("metrics");
    let counted = metrics.iter().filter(|metric| metric["population"] != 0).map(|metric| {
        let counts = ["within", "over", "indeterminate", "unknown"].map(|result| metric[result].to_string());
        format!("{} | {}", metric["id"].as_str().expect("an id"), counts.join(" | "))
    });
    assert_same(quarter.expected("-counts"), counted.collect());
}

#[test]
fn counts_of_the_second_quarter() {
    counts_are_as_expected(&Q2);
}

#[test]
fn counts_of_the_third_quarter() {
    counts_are_as_expected(&Q3);
}

#[test]
fn the_spreadsheet_says_what_the_report_says() {
    let pack = Q3.report();
    let report = pack.report();
    let items = report["findings"]["items"].as_array().expect("findings");
    let findings = pack.findings();
    let columns: Vec<&str> = findings[0].keys().map(String::as_str).collect();
    let told = |value: &serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    assert_same(
        items
            .iter()
            .map(|item| columns.iter().map(|column| told(&item[*column])).collect::<Vec<_>>().join(" | "))
            .collect(),
        findings.iter().map(|finding| shown(finding, &columns)).collect(),
    );
}

/// Who was not dealt with in three months is the same finding as before, not a new one.
#[test]
fn an_open_stay_keeps_its_id_from_quarter_to_quarter() {
    let ids = |pack: Pack| -> Vec<(String, String)> {
        let what = ["metric", "system", "subject", "began_at"];
        let line = |finding| (shown(finding, &what), shown(finding, &["finding_id"]));
        pack.findings().iter().filter(|finding| finding["open"] == "true").map(line).collect()
    };
    let (before, after) = (ids(Q2.report()), ids(Q3.report()));
    let still: Vec<_> = before.iter().filter(|old| after.iter().any(|new| new.0 == old.0)).collect();
    let subjects: Vec<&str> = still.iter().filter_map(|(what, _)| what.split(" | ").nth(2)).collect();
    assert_eq!(
        subjects,
        [
            "ci-deploy",
            "svc-scan@acme.example",
            "erp-consultant@acme.example",
            "joao",
            "ren.takahashi@acme.example",
            "arn:aws:iam::111122223333:user/ci-deploy#access_key_1",
            "arn:aws:iam::111122223333:user/miguel.oliveira#access_key_1",
            "svc-payslip-export",
        ]
    );
    for old in still {
        assert!(after.contains(old), "{old:?}");
    }
}
