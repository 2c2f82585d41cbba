//! Findings: ids, order, cap, sentences, lineage.

use overstay::assess::{Closing, Judged};
use overstay::policy::WaiverBook;
use overstay::report::FindingResult;

use super::{AS_OF, DAYS, HOURS, Item, judged, policy};

fn run(batches: &[&[Item]]) -> (Vec<Judged>, overstay::assess::Assessment) {
    judged(batches, Some(&policy("24h", "")), &WaiverBook::default(), Closing::default(), AS_OF, "survival")
}

#[test]
fn sentences_and_fields() {
    let mut ranged = Item::closed("range", 0);
    let began = ranged.began.0.expect("a beginning");
    ranged.ended = (Some(began + 20 * HOURS), Some(began + 30 * HOURS));
    let mut old = Item::open("old", DAYS);
    old.began = (None, Some(AS_OF - HOURS));
    old.file = 7;
    let items = [
        Item::closed("closed", 9 * DAYS + 4 * HOURS),
        Item::open("open", 3 * DAYS),
        ranged,
        old,
        Item::open("gone", 5 * DAYS).seen(4 * DAYS + HOURS),
        Item::other("dunno", "unknown", "no log"),
        Item::other("bot", "excluded", "service account"),
        Item::closed("fine", HOURS),
    ];
    let (batches, assessment) = run(&[&items]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&assessment.findings).expect("json"));
    let mut reasons = String::new();
    for row in 0..batches[0].len() {
        reasons.push_str(batches[0].result(row).word());
        reasons.push_str(": ");
        batches[0].write_reason(row, &mut reasons);
        reasons.push('\n');
    }
    insta::assert_snapshot!(reasons);
}

#[test]
fn the_longest_come_first_and_the_cap_holds() {
    let items: Vec<Item> =
        (0..250).map(|n: i64| Item::closed(&format!("a{n}"), 2 * DAYS + (n * 37 % 250) * HOURS / 10)).collect();
    let (_, assessment) = run(&[&items]);
    assert_eq!((assessment.findings.len(), assessment.findings_total), (100, 250));
    let lengths: Vec<i64> = assessment.findings.iter().map(|finding| finding.length_seconds).collect();
    assert!(lengths.windows(2).all(|pair| pair[0] >= pair[1]));
    assert_eq!(lengths[0], 2 * 86_400 + 249 * 360);
    assert_eq!(lengths[99], 2 * 86_400 + 150 * 360);
}

#[test]
fn ids_do_not_depend_on_files_or_as_of() {
    let item = Item::closed("a", 2 * DAYS);
    let renamed = Item { file: 1, ..item.clone() };
    let id = |item: &Item| run(&[std::slice::from_ref(item)]).1.findings[0].finding_id.clone();
    assert_eq!(id(&item), id(&renamed));
    assert_ne!(id(&item), id(&Item { subject: "b".to_owned(), ..item.clone() }));
    assert_ne!(id(&item), id(&item.clone().in_system("aws")));
}

#[test]
fn equal_stays_are_numbered() {
    let item = Item::closed("a", 2 * DAYS);
    let (_, assessment) = run(&[std::slice::from_ref(&item), &[item.clone(), item.clone()]]);
    let ids: Vec<&str> = assessment.findings.iter().map(|finding| finding.finding_id.as_str()).collect();
    assert_eq!(ids[0].len(), 20);
    assert_eq!([ids[1], ids[2]], [format!("{}-2", ids[0]), format!("{}-3", ids[0])]);
}

#[test]
fn certain_before_doubtful_of_the_same_length() {
    let mut doubtful = Item::closed("b", 0);
    let began = doubtful.began.0.expect("a beginning");
    doubtful.ended = (Some(began + DAYS), Some(began + 2 * DAYS));
    let (_, assessment) = run(&[&[doubtful, Item::closed("a", DAYS + 1)]]);
    let results: Vec<FindingResult> = assessment.findings.iter().map(|finding| finding.result).collect();
    assert_eq!(results, [FindingResult::Over, FindingResult::Indeterminate]);
}
