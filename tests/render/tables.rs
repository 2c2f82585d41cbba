//! The CSV files that the report holds in full.

use overstay::render::csv;

use super::fixture;

#[test]
fn sources_line_by_line() {
    let text = String::from_utf8(csv::sources(&fixture::report())).expect("UTF-8");
    insta::assert_snapshot!(text);
}

#[test]
fn rejects_by_reason() {
    let text = String::from_utf8(csv::reject_groups(&fixture::report())).expect("UTF-8");
    insta::assert_snapshot!(text);
}

#[test]
fn an_empty_report_has_only_headers() {
    assert_eq!(String::from_utf8_lossy(&csv::sources(&fixture::empty())).lines().count(), 1);
    assert_eq!(csv::reject_groups(&fixture::empty()), b"path,column,reason,count,first_row\n");
}
