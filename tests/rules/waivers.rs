//! The waiver register: what matches, what is in force, what is wrong with it.

use std::collections::BTreeSet;

use overstay::dataset::{Frames, Table};
use overstay::policy::{Target, WaiverBook, WaiverIndex};
use polars::prelude::*;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

type Line = (Option<&'static str>, &'static str, &'static str, Option<&'static str>, Option<i64>, Option<i64>);

fn book(lines: &[Line]) -> (WaiverBook, Vec<String>) {
    let frame = df!(
        "waiver_id" => lines.iter().map(|line| line.0).collect::<Vec<_>>(),
        "metric" => lines.iter().map(|line| line.1).collect::<Vec<_>>(),
        "subject" => lines.iter().map(|line| line.2).collect::<Vec<_>>(),
        "system" => lines.iter().map(|line| line.3).collect::<Vec<_>>(),
        "approved_on" => lines.iter().map(|line| line.4).collect::<Vec<_>>(),
        "expires_on" => lines.iter().map(|line| line.5).collect::<Vec<_>>(),
        "reason" => lines.iter().map(|_| "r").collect::<Vec<_>>(),
        "approver" => lines.iter().map(|_| "a").collect::<Vec<_>>(),
        "src_file" => vec![0_i32; lines.len()],
        "src_row" => (1..=lines.len() as i32).collect::<Vec<_>>(),
    )
    .expect("a frame");
    let mut frames = Frames::default();
    frames.insert(Table::Waivers, frame);
    let known = BTreeSet::from(["leaver-lag".to_owned()]);
    let (book, said) = WaiverBook::load(&frames, &["grc/waivers.csv".to_owned()], &known, 1000);
    (book, said.iter().map(ToString::to_string).collect())
}

fn names(lines: &[Line], target: &Target<'_>) -> Vec<String> {
    let (book, said) = book(lines);
    assert_eq!(said, Vec::<String>::new());
    let covered = book.covering("leaver-lag", target);
    covered.in_force.iter().map(|index| book.waivers()[*index as usize].id.clone()).collect()
}

#[test]
fn subjects_exact_and_by_pattern() {
    let target = Target {
        subject: "jdoe@example.com",
        system: Some("okta"),
        account_key: Some("okta:00u[1]"),
        credential_key: Some("okta:key-9"),
        person_id: Some("0042"),
    };
    let fits = |subject: &'static str, system| {
        !names(&[(Some("W"), "leaver-lag", subject, system, None, Some(2000))], &target).is_empty()
    };
    for subject in
        ["jdoe@example.com", "*@example.com", "00u[1]", "okta:00u[1]", "key-9", "key-?", "0042", "{0041,0042}"]
    {
        assert!(fits(subject, None), "{subject}");
        assert!(fits(subject, Some("okta")), "{subject}");
        assert!(!fits(subject, Some("aws")), "{subject}");
    }
    for subject in ["jdoe", "JDOE@example.com", "00u1x", "42", "okta"] {
        assert!(!fits(subject, None), "{subject}");
    }
}

#[test]
fn in_force_up_to_the_as_of_time_from_the_approval_to_the_end_of_the_last_day() {
    let target = Target { subject: "s", system: None, account_key: None, credential_key: None, person_id: None };
    let held = |approved, expires| {
        !names(&[(Some("W"), "leaver-lag", "s", None, approved, Some(expires))], &target).is_empty()
    };
    assert!(held(Some(999), 1001) && held(None, 1001));
    // As of the end of a period: an approval that begins there comes too late, one whose last day ends there holds.
    assert!(!held(Some(1000), 2000) && held(None, 1000) && held(Some(999), 1000));
    assert!(!held(Some(1001), 2000) && !held(None, 999));
}

#[test]
fn the_one_that_holds_longest_is_named_first() {
    let target = Target { subject: "s", system: None, account_key: None, credential_key: None, person_id: None };
    let line = |id, expires| (Some(id), "leaver-lag", "s", None, None, Some(expires));
    assert_eq!(names(&[line("A", 1500), line("C", 3000), line("B", 3000)], &target), ["B", "C", "A"]);
}

#[test]
fn what_is_wrong_is_said_without_a_cell_value() {
    let (book, said) = book(&[
        (Some("W-1"), "leaver-leg", "secret-subject", None, None, Some(2000)),
        (Some("W-2"), "leaver-lag", "secret-[", None, None, Some(2000)),
        (Some("W-2"), "leaver-lag", "twice", None, None, Some(2000)),
        (Some("W-3"), "leaver-lag", "late", None, Some(3000), Some(2000)),
        (None, "leaver-lag", "no id", None, None, Some(2000)),
        (Some("W-4"), "leaver-lag", "no end", None, None, None),
    ]);
    insta::assert_snapshot!(said.join("\n"));
    assert!(!said.join("\n").contains("secret") && !said.join("\n").contains("leaver-leg"));
    assert_eq!(book.waivers().len(), 3);
}

#[test]
fn no_register_is_an_empty_book() {
    let (book, said) = WaiverBook::load(&Frames::default(), &[], &BTreeSet::new(), 0);
    assert!(book.waivers().is_empty() && said.is_empty() && book.report().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// The index finds what asking every waiver finds.
    #[test]
    fn the_index_finds_what_each_waiver_names(
        subjects in proptest::collection::vec(("[abc:*?/{},!\\[\\]\\\\-]{0,7}", proptest::option::of("[ab]")), 1..30),
        names in proptest::collection::vec("[abc:/]{0,6}", 4),
        system in proptest::option::of("[ab]"),
    ) {
        let named = subjects.iter().map(|(subject, system)| ("m", subject.as_str(), system.as_deref()));
        let index = WaiverIndex::new(named);
        let target = Target {
            subject: &names[0],
            system: system.as_deref(),
            account_key: Some(&names[1]),
            credential_key: Some(&names[2]),
            person_id: Some(&names[3]),
        };
        let own = |key: &'_ str| {
            let own = system.as_deref().and_then(|system| key.strip_prefix(system)?.strip_prefix(':'));
            own.or_else(|| key.split_once(':').map(|(_, id)| id)).unwrap_or(key).to_owned()
        };
        let texts = [names.clone(), vec![own(&names[1]), own(&names[2])]].concat();
        let names_it = |(subject, limited): &(String, Option<String>)| {
            let special = subject.contains(['*', '?', '[', '{']);
            let glob = special.then(|| globset::Glob::new(subject).ok()).flatten().map(|glob| glob.compile_matcher());
            let fits = |text: &String| text == subject || glob.as_ref().is_some_and(|glob| glob.is_match(text));
            limited.as_ref().is_none_or(|limited| system.as_ref() == Some(limited)) && texts.iter().any(fits)
        };
        let expected: Vec<u32> = (0..).zip(&subjects).filter(|(_, one)| names_it(one)).map(|(at, _)| at).collect();
        prop_assert_eq!(index.naming("m", &target), expected, "{:?} {:?}", subjects, texts);
        prop_assert!(index.naming("other", &target).is_empty());
    }
}
