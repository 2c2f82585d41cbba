//! What a GRC lead reads in ten seconds.

use overstay::render::terminal::summary;

use super::fixture;

#[test]
fn at_80_columns() {
    insta::assert_snapshot!(summary(&fixture::report(), 80, false, Some("evidence/2026-Q3")));
}

#[test]
fn at_120_columns() {
    insta::assert_snapshot!(summary(&fixture::report(), 120, false, Some("evidence/2026-Q3")));
}

#[test]
fn without_data() {
    insta::assert_snapshot!(summary(&fixture::empty(), 80, false, None));
}

#[test]
fn colour_only_repeats_the_words() {
    let plain = summary(&fixture::report(), 80, false, None);
    let coloured = summary(&fixture::report(), 80, true, None);
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        stripped.push_str(before);
        rest = after.split_once('m').expect("a whole sequence").1;
    }
    stripped.push_str(rest);
    assert!(coloured.contains("\u{1b}[1;31mlimits exceeded\u{1b}[0m"));
    assert_eq!(stripped, plain);
}

#[test]
fn names_cannot_reach_the_terminal() {
    let mut report = fixture::report();
    report.organisation = "a\u{1b}]0;owned\u{7}\u{202E}".to_owned();
    report.metrics[0].title = "b\u{1b}[2J\nc".to_owned();
    for width in [0, 40, 80, 200] {
        let text = summary(&report, width, false, Some("\u{1b}[31m"));
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
        assert!(text.replace(['\n', ' '], "").contains("a[U+001B]"));
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width.max(40)), "{widest:?}\n{text}");
    }
}
