//! Percentiles, buckets, months, systems: numbers by hand.

use overstay::assess::{Closing, Judge, Traits};
use overstay::dataset::{Frames, Table};
use overstay::policy::WaiverBook;
use polars::prelude::*;

use super::{AS_OF, DAYS, HOURS, Item, assessed, context, header, judged, policy, stays};

#[test]
fn percentiles_count_open_stays() {
    // 1 h, 2 h and 3 h ended; one open at 5 h: 3/4, 2/4, 1/4 still open after 1, 2, 3 h.
    let items = [
        Item::closed("a", HOURS),
        Item::closed("b", 2 * HOURS),
        Item::closed("c", 3 * HOURS),
        Item::open("d", 5 * HOURS),
    ];
    let report = assessed(&items, "4h").report;
    assert_eq!((report.p50_seconds, report.p90_seconds, report.p95_seconds), (Some(7200), None, None));
    assert_eq!((report.beyond_seconds, report.max_seconds, report.open), (Some(18_000), Some(18_000), 1));
    assert_eq!(report.overstay_seconds, 3600);
    assert_eq!(report.upper_reading, None);
    let shares: Vec<_> = report.curve.iter().map(|point| (point.seconds, point.share, point.censored)).collect();
    assert_eq!(shares, [(0, 1.0, 0), (3600, 0.75, 0), (7200, 0.5, 0), (10_800, 0.25, 0), (18_000, 0.25, 1)]);
}

#[test]
fn ages_are_plain_percentiles_of_what_is_open() {
    let mut items: Vec<Item> = (1..=10).map(|days| Item::open(&format!("a{days}"), days * DAYS)).collect();
    items.extend((0..5).map(|n| Item::other(&format!("n{n}"), "none", "in order")));
    let (_, ages) =
        judged(&[&items], Some(&policy("90d", "")), &WaiverBook::default(), Closing::default(), AS_OF, "age");
    let report = ages.report;
    assert_eq!(
        (report.p50_seconds, report.p90_seconds, report.p95_seconds),
        (Some(5 * 86_400), Some(9 * 86_400), Some(10 * 86_400))
    );
    assert_eq!((report.population, report.open, report.curve.len(), report.beyond_seconds), (15, 10, 0, None));
}

#[test]
fn buckets_have_the_limit_as_an_edge() {
    let items = [
        Item::other("z", "none", ""),
        Item::closed("a", HOURS),
        Item::closed("b", HOURS + 1),
        Item::closed("c", 36 * HOURS),
        Item::open("d", 36 * HOURS + 1),
        Item::open("e", 400 * DAYS),
    ];
    let report = assessed(&items, "36h").report;
    let shown: Vec<String> = report
        .buckets
        .iter()
        .map(|bucket| format!("{} | {:?} | {} | {}", bucket.label, bucket.to_seconds, bucket.closed, bucket.open))
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(report.buckets.iter().map(|bucket| bucket.closed + bucket.open).sum::<u64>(), report.population);
}

#[test]
fn systems_and_months() {
    let mut early = Item::closed("c", 3 * DAYS).in_system("aws");
    let july = AS_OF - 80 * DAYS;
    early.began = (Some(july), Some(july));
    early.ended = (Some(july + 3 * DAYS), Some(july + 3 * DAYS));
    let mut nowhere = Item::closed("d", HOURS);
    nowhere.system = None;
    let items = [Item::closed("a", HOURS), Item::closed("b", 2 * DAYS), early, nowhere];
    let report = assessed(&items, "24h").report;
    let systems: Vec<String> = report
        .by_system
        .iter()
        .map(|row| {
            format!(
                "{} {} within {} over {} p50 {:?} max {:?}",
                row.system, row.population, row.within, row.over, row.p50_seconds, row.max_seconds
            )
        })
        .collect();
    let months: Vec<String> = report
        .monthly
        .iter()
        .map(|row| {
            format!(
                "{} {} over {} p50 {:?} p90 {:?}",
                row.month, row.population, row.over, row.p50_seconds, row.p90_seconds
            )
        })
        .collect();
    insta::assert_snapshot!(format!("{}\n{}", systems.join("\n"), months.join("\n")));
}

#[test]
fn the_clock_is_shown_from_twenty_on() {
    // All begin ten days before 2026-10-01T00:00Z: a Monday, hour 0.
    let items: Vec<Item> = (0..20).map(|n| Item::closed(&format!("a{n}"), 2 * DAYS)).collect();
    assert_eq!(assessed(&items[1..], "24h").report.weekday_hour, None);
    let picture = assessed(&items, "24h").report.weekday_hour.expect("a picture");
    assert_eq!((picture[0][0], picture.iter().flatten().sum::<u64>()), (20, 20));
}

#[test]
fn overrides_decide_by_system() {
    let rest = "[[metrics.leaver-lag.override]]\nsystem = \"aws*\"\nlimit = \"1h\"\nseverity = \"critical\"\n";
    let items = [Item::closed("a", 2 * HOURS), Item::closed("b", 2 * HOURS).in_system("aws-prod")];
    let (batches, over) =
        judged(&[&items], Some(&policy("24h", rest)), &WaiverBook::default(), Closing::default(), AS_OF, "survival");
    assert_eq!((over.report.within, over.report.over), (1, 1));
    assert_eq!((over.findings[0].limit_seconds, over.findings[0].severity.word()), (3600, "critical"));
    assert_eq!(over.report.status_reason, "1 of 2 accounts exceeded their limit");
    assert_eq!(over.report.limit_overrides[0].scope, "system aws*");
    assert_eq!(batches[0].severity(0).word(), "high");
}

#[test]
fn overrides_decide_by_what_is_known_about_accounts_and_people() {
    let rest = "[[metrics.leaver-lag.override]]\nprivileged = true\nlimit = \"1h\"\n\
                [[metrics.leaver-lag.override]]\naccount_kind = \"unknown\"\nprivileged = false\nlimit = \"2h\"\n\
                [[metrics.leaver-lag.override]]\nworker_type = \"contractor\"\nprivileged = true\nlimit = \"3h\"\n";
    let mut frames = Frames::default();
    let accounts = df!(
        "account_key" => ["okta:a", "okta:b", "okta:c"],
        "kind" => [Some("human"), None, Some("human")],
        "privileged" => [Some(true), Some(false), Some(true)],
    );
    let people = df!("person_id" => ["p-c", "p-a"], "worker_type" => [Some("contractor"), None]);
    frames.insert(Table::Accounts, accounts.expect("a frame"));
    frames.insert(Table::People, people.expect("a frame"));
    let policy = policy("24h", rest);
    let metric = policy.metric("leaver-lag").expect("a metric");
    let traits = Traits::of(&frames, metric.needs_accounts(), metric.needs_people());
    let (header, book, context) = (header("survival"), WaiverBook::default(), context(AS_OF));
    let mut judge = Judge::new(&header, Some(metric), &book, &traits, &context).expect("a judge");
    let batch = judge.decide(stays(&["a", "b", "c", "d"].map(|subject| Item::closed(subject, HOURS))));
    let limits: Vec<i64> = (0..4).filter_map(|row| batch.limit(row)).map(|limit| limit.seconds() / 3600).collect();
    assert_eq!(limits, [1, 2, 3, 24]);
}

#[test]
fn a_sentence_with_an_unknown_placeholder_is_refused() {
    let mut header = header("survival");
    let texts = header.reason.as_mut().expect("sentences");
    texts.open = "{subjekt} is open".to_owned();
    let (book, traits, context) = (WaiverBook::default(), Traits::default(), context(AS_OF));
    let refused = Judge::new(&header, None, &book, &traits, &context).err().map(|failure| failure.to_string());
    assert!(refused.is_some_and(|text| text.contains("unknown placeholder {subjekt}")));
}
