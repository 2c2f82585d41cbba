//! What changed, and the trend: in every form of the report the same, and nowhere when there is nothing to compare with.

use overstay::render::chart::{self, Mark, Point, Role, Scene};
use overstay::report::history::HistoryRow;
use overstay::time::DAY;

use super::fixture;
use super::html::{page, section, words};
use super::pdf_pages::{fixtures, squeezed, whole_text};
use super::xlsx::book;
use crate::support::book::Book;

#[test]
fn the_page_lists_some_of_each_class_and_counts_all() {
    let page = page(&fixture::report());
    let changes = section(&page, "changes-1");
    let said = words(&changes);
    for title in [
        "38 newly found (1 waived), showing 10 of 38",
        "1 worse",
        "1 newly not assessable",
        "12 resolved, showing 1 of 12",
    ] {
        assert!(said.contains(title), "{title}");
    }
    assert!(said.contains("As before: 9 still open."));
    assert!(said.contains("limit of leaver-lag: was 48 h, is 24 h"));
    // What explains numbers stands before the findings.
    assert!(said.find("limit of leaver-lag") < said.find("Changed findings"));
    // A finding of this report leads to its row; one that is gone leads nowhere.
    assert!(changes.contains("<a href=\"#ovs-0000000000000000\">"));
    assert!(page.contains("id=\"ovs-0000000000000000\""));
    assert!(changes.contains("ovs-00000000resolved") && !changes.contains("#ovs-00000000resolved"));
}

#[test]
fn the_first_page_says_it_in_a_line() {
    let page = page(&fixture::report());
    let cover = section(&page, "cover");
    assert!(
        words(&cover)
            .contains("Since 2026-Q2: worse. 2 worse or no longer in sight, 38 new, 12 better, resolved or accepted."),
        "{}",
        words(&cover)
    );
    assert!(cover.contains("<a href=\"#changes-1\">") && cover.contains("<a href=\"#changes-2\">"));
}

#[test]
fn the_latest_packs_of_the_trend() {
    let page = page(&fixture::report());
    let trend = section(&page, "trend");
    let said = words(&trend);
    assert!(said.contains("Showing 26 of 31, the latest; 5 more in report.json."), "{said}");
    assert!(!said.contains("evidence-04") && said.contains("evidence-05") && said.contains("this report"));
    assert_eq!(said.matches("other rules or limits than the pack before").count(), 2, "the twentieth and this report");
    assert_eq!(said.matches("accepted baseline").count(), 1);
    assert_eq!(said.matches("newly loaded: payroll").count(), 1, "in this report");
    // Five packs side by side; the limit is said where it was another one.
    assert!(trend.contains(">W26</th>") && !trend.contains(">W25</th>"));
    assert_eq!(said.matches("7 of 120, limit 2 d").count(), 4);
    assert!(said.contains("21 of 120") && said.contains("not there"), "a metric that the earlier packs did not have");
}

#[test]
fn the_document_says_the_same() {
    let text = squeezed(&whole_text(&fixtures()[0].1));
    for words in [
        "Since 2026-Q2: worse. 2 worse or no longer in sight, 38 new, 12 better, resolved or accepted.",
        "Findings: 38 new, 1 worse, 1 newly not assessable, 12 resolved; 9 as before.",
        "38 newly found (1 waived), showing",
        "12 resolved, showing 1 of 12",
        "limit of leaver-lag: was 48 h, is 24 h",
        "As before: 9 still open.",
        "Showing 26 of 31, the latest; 5 more in report.json.",
        "7 of 120, limit 2 d",
    ] {
        assert!(text.contains(&squeezed(words)), "{words}");
    }
    let text = squeezed(&whole_text(&fixtures()[1].1));
    assert!(!text.contains("Whatchanged") && !text.contains("Theheadline"));
}

#[test]
fn the_book_has_every_listed_finding_and_every_pack() {
    let report = fixture::report();
    let mut read = Book::open(&book(&report));
    let changes = read.sheet("Changed findings");
    assert_eq!(changes.rows(), 2 * 33);
    let row = changes.row(changes.column("Id"), "ovs-00000000000worse");
    let said: Vec<&str> = (0..changes.heads().len()).map(|column| changes.text(row, column)).collect();
    assert!(said.iter().any(|cell| cell.contains("1 worse")), "{said:?}");
    assert!(said.iter().any(|cell| cell.contains("2026-Q2")), "{said:?}");
    let trend = read.sheet("Trend");
    assert_eq!(trend.rows(), 31);
    let row = trend.row(trend.column("Pack"), "evidence-29");
    assert_eq!(trend.number(row, trend.column("Findings")), Some(39.0));
    let names = Book::open(&book(&fixture::empty())).names();
    assert!(!names.contains(&"Changed findings".to_owned()) && !names.contains(&"Trend".to_owned()));
}

/// Three packs, ten days and thirty days apart, with 0, 50 and 100 people, and a day of access each.
fn three() -> Vec<HistoryRow> {
    let some = fixture::report().history.swap_remove(0);
    let row = |days: i64, people: u64, rules: &str| HistoryRow {
        as_of: overstay::report::Stamp(days * DAY),
        headline: fixture::headline(people, 86_400),
        findings: 4,
        period: format!("P{days}"),
        rules_sha256: rules.to_owned(),
        ..some.clone()
    };
    vec![row(0, 0, "a"), row(10, 50, "a"), row(40, 100, "b")]
}

fn paths(scene: &Scene) -> Vec<&[Point]> {
    let path = |mark| match mark {
        &Mark::Path { ref points, role: Role::Curve } => Some(points.as_slice()),
        _ => None,
    };
    scene.marks.iter().filter_map(path).collect()
}

/// A panel is 200 wide with 30 at either side; the axis is at 136, the highest value at 44.
#[test]
fn panels_begin_at_zero_and_keep_the_distances_of_time() {
    let scene = chart::trend(&three()).expect("a chart");
    assert_eq!(paths(&scene)[0], [(30.0, 136.0), (65.0, 90.0), (170.0, 44.0)]);
    // A value that stays is a level line at the height of the largest.
    assert_eq!(paths(&scene)[1], [(250.0, 44.0), (285.0, 44.0), (390.0, 44.0)]);
    let lines = scene.marks.iter().filter(|mark| matches!(mark, Mark::Line { role: Role::Break, .. }));
    assert_eq!(lines.count(), 3, "one in each panel, at the pack with other rules");
    assert!(scene.description.starts_with(
        "former staff can still sign in: P0 ≥ 0, P10 ≥ 50, P40 ≥ 100; days of access after leaving: P0 ≥ 1.0,"
    ));
    // Points that stand too close together share one label; the last one always has its own.
    let label =
        |text: &str| scene.marks.iter().any(|mark| matches!(mark, Mark::Label { text: found, .. } if found == text));
    assert!(label("P0") && !label("P10") && label("P40"));
}

#[test]
fn one_moment_makes_no_trend() {
    assert_eq!(chart::trend(&[]), None);
    assert_eq!(chart::trend(&three()[..1]), None);
    let mut same = three();
    for row in &mut same {
        row.as_of = overstay::report::Stamp(0);
    }
    assert_eq!(chart::trend(&same), None);
}
