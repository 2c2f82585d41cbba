//! The boundaries that every metric shares.

use overstay::assess::Closing;
use overstay::policy::WaiverBook;
use overstay::report::{Gap, GapKind, MetricReport, Status};

use super::{AS_OF, DAYS, HOURS, Item, assessed, judged, policy, waivers};

fn counts(report: &MetricReport) -> (u64, u64, u64, u64, u64) {
    let sum = report.within + report.over + report.indeterminate + report.unknown;
    assert_eq!(report.population, sum, "the identity of the population");
    (report.within, report.over, report.indeterminate, report.unknown, report.excluded)
}

fn outcome(items: &[Item], limit: &str) -> (Status, (u64, u64, u64, u64, u64)) {
    let report = assessed(items, limit).report;
    (report.status, counts(&report))
}

#[test]
fn exactly_at_the_limit_is_within() {
    assert_eq!(outcome(&[Item::closed("a", DAYS)], "24h"), (Status::Met, (1, 0, 0, 0, 0)));
}

#[test]
fn one_microsecond_more_is_over() {
    let over = assessed(&[Item::closed("a", DAYS + 1)], "24h");
    assert_eq!((over.report.status, counts(&over.report)), (Status::NotMet, (0, 1, 0, 0, 0)));
    assert_eq!((over.findings[0].length_seconds, over.findings[0].over_seconds), (86_400, 0));
    assert_eq!(over.report.status_reason, "1 of 1 accounts exceeded 24 h");
}

#[test]
fn a_limit_of_nothing_allows_only_nothing() {
    assert_eq!(outcome(&[Item::closed("a", 0)], "0s"), (Status::Met, (1, 0, 0, 0, 0)));
    assert_eq!(outcome(&[Item::closed("a", 1)], "0s"), (Status::NotMet, (0, 1, 0, 0, 0)));
}

#[test]
fn open_and_seen_to_the_as_of_date() {
    assert_eq!(outcome(&[Item::open("a", DAYS)], "24h"), (Status::Met, (1, 0, 0, 0, 0)));
    assert_eq!(outcome(&[Item::open("a", DAYS + 1)], "24h"), (Status::NotMet, (0, 1, 0, 0, 0)));
}

#[test]
fn open_and_not_seen_to_the_as_of_date() {
    // Seen open at 23 h; at as-of it may be 48 h old.
    let report = assessed(&[Item::open("a", 2 * DAYS).seen(25 * HOURS)], "24h").report;
    assert_eq!((report.status, counts(&report)), (Status::InsufficientEvidence, (0, 0, 1, 0, 0)));
    assert_eq!(report.indeterminate_reasons[0].reason, "open when last observed, not observed to the as-of date");
    // Seen open at 1 h, at as-of at most 24 h old: within whatever happened since.
    assert_eq!(outcome(&[Item::open("a", DAYS).seen(23 * HOURS)], "24h"), (Status::Met, (1, 0, 0, 0, 0)));
    // Seen open at 25 h: over, whatever happened since.
    assert_eq!(outcome(&[Item::open("a", 3 * DAYS).seen(47 * HOURS)], "24h"), (Status::NotMet, (0, 1, 0, 0, 0)));
}

#[test]
fn empty_population() {
    let report = assessed(&[], "24h").report;
    assert_eq!((report.status, counts(&report)), (Status::NoPopulation, (0, 0, 0, 0, 0)));
    assert_eq!((report.p50_seconds, report.max_seconds, report.curve.len()), (None, None, 0));
    assert_eq!(
        outcome(&[Item::other("a", "excluded", "service account")], "24h"),
        (Status::NoPopulation, (0, 0, 0, 0, 1))
    );
}

#[test]
fn only_unknown() {
    let items = [
        Item::other("a", "unknown", "no log"),
        Item::other("b", "unknown", "no log"),
        Item::other("c", "unknown", "no date"),
    ];
    let report = assessed(&items, "24h").report;
    assert_eq!((report.status, counts(&report)), (Status::InsufficientEvidence, (0, 0, 0, 3, 0)));
    let reasons: Vec<_> = report.unknown_reasons.iter().map(|entry| (entry.reason.as_str(), entry.count)).collect();
    assert_eq!(reasons, [("no log", 2), ("no date", 1)]);
    assert_eq!(report.p50_seconds, None);
}

#[test]
fn nothing_to_measure_is_within() {
    assert_eq!(outcome(&[Item::other("a", "none", "disabled before the leave")], "0s"), (Status::Met, (1, 0, 0, 0, 0)));
}

#[test]
fn interval_censored_end() {
    let mut item = Item::closed("a", 0);
    let began = item.began.0.expect("a beginning");
    // Between 20 h and 30 h: may be over 24 h.
    item.ended = (Some(began + 20 * HOURS), Some(began + 30 * HOURS));
    let report = assessed(&[item.clone()], "24h").report;
    assert_eq!((report.status, counts(&report)), (Status::InsufficientEvidence, (0, 0, 1, 0, 0)));
    assert_eq!(report.indeterminate_reasons[0].reason, "end known only as a range");
    assert_eq!((report.p50_seconds, report.upper_reading), (Some(72_000), Some([Some(108_000); 3])));
    assert_eq!(outcome(&[item.clone()], "30h"), (Status::Met, (1, 0, 0, 0, 0)));
    assert_eq!(outcome(&[item], "19h"), (Status::NotMet, (0, 1, 0, 0, 0)));
}

#[test]
fn left_censored_end() {
    let mut item = Item::closed("a", 0);
    let began = item.began.0.expect("a beginning");
    item.ended = (None, Some(began + 20 * HOURS));
    assert_eq!(outcome(&[item.clone()], "24h"), (Status::Met, (1, 0, 0, 0, 0)));
    item.ended = (None, Some(began + 30 * HOURS));
    let report = assessed(&[item], "24h").report;
    assert_eq!((report.status, counts(&report)), (Status::InsufficientEvidence, (0, 0, 0, 1, 0)));
    assert_eq!(report.unknown_reasons[0].reason, "ended at an unknown time before the evidence begins");
}

#[test]
fn beginning_not_known() {
    let mut item = Item::open("a", DAYS);
    item.began = (None, Some(AS_OF - HOURS));
    let report = assessed(&[item.clone()], "24h").report;
    assert_eq!(counts(&report), (0, 0, 1, 0, 0));
    assert_eq!(report.indeterminate_reasons[0].reason, "beginning not known");
    item.began = (None, Some(AS_OF - 2 * DAYS));
    assert_eq!(counts(&assessed(&[item], "24h").report), (0, 1, 0, 0, 0), "older than the limit in every reading");
}

#[test]
fn events_after_the_as_of_date() {
    let mut later = Item::closed("a", 0);
    later.began = (Some(AS_OF + 1), Some(AS_OF + 1));
    later.ended = (Some(AS_OF + DAYS), Some(AS_OF + DAYS));
    let report = assessed(&[later], "24h").report;
    assert_eq!((report.status, counts(&report)), (Status::NoPopulation, (0, 0, 0, 0, 1)));
    assert_eq!(report.excluded_reasons[0].reason, "begins after the as-of date");
    // Ends two days after as-of: at as-of it is open, 10 days old.
    let report = assessed(&[Item::closed("a", 12 * DAYS)], "11d").report;
    assert_eq!((report.open, report.max_seconds, counts(&report)), (1, Some(864_000), (1, 0, 0, 0, 0)));
}

/// Used, or changed, only after the as-of date: the item had no stay, and is one all the same.
#[test]
fn no_stay_is_within_whenever_it_would_have_begun() {
    let mut items: Vec<Item> = (0..9).map(|_| Item::other("a", "none", "in use")).collect();
    for item in &mut items {
        item.began = (Some(AS_OF + DAYS), Some(AS_OF + DAYS));
    }
    items.push(Item::open("b", 2 * DAYS));
    assert_eq!(outcome(&items, "24h"), (Status::NotMet, (9, 1, 0, 0, 0)));
    let mut unknown = Item::other("c", "unknown", "no usage data");
    unknown.began = (Some(AS_OF + DAYS), None);
    assert_eq!(outcome(&[unknown], "24h"), (Status::InsufficientEvidence, (0, 0, 0, 1, 0)));
}

/// The policy says high.
#[test]
fn a_row_may_say_that_it_matters_more_and_not_less() {
    for (own, severity) in
        [(None, "high"), (Some("critical"), "critical"), (Some("high"), "high"), (Some("low"), "high")]
    {
        let item = Item { severity: own, ..Item::open("a", 2 * DAYS) };
        assert_eq!(assessed(&[item], "24h").findings[0].severity.word(), severity, "{own:?}");
    }
}

#[test]
fn only_waived() {
    let book = waivers(&[("W-1", "a", Some(-30 * DAYS), 60 * DAYS)]);
    let (_, over) = judged(
        &[&[Item::closed("a", 2 * DAYS)]],
        Some(&policy("24h", "")),
        &book,
        Closing::default(),
        AS_OF,
        "survival",
    );
    assert_eq!((over.report.status, over.report.over, over.report.waived), (Status::MetWithWaivers, 1, 1));
    assert_eq!(over.findings[0].waiver_id.as_deref(), Some("W-1"));
    assert_eq!(over.report.status_reason, "1 of 1 accounts exceeded 24 h, covered by a waiver in force");
}

#[test]
fn a_waiver_that_covers_one_of_two_does_not_help_the_other() {
    let book = waivers(&[("W-1", "a", None, 60 * DAYS)]);
    let items = [Item::closed("a", 2 * DAYS), Item::closed("b", 2 * DAYS)];
    let (_, two) = judged(&[&items], Some(&policy("24h", "")), &book, Closing::default(), AS_OF, "survival");
    assert_eq!((two.report.status, two.report.over, two.report.waived), (Status::NotMet, 2, 1));
}

#[test]
fn a_waiver_settles_what_is_indeterminate_and_not_what_is_unknown() {
    let book = waivers(&[("W-1", "*", None, 60 * DAYS)]);
    let doubtful = Item::open("a", 2 * DAYS).seen(25 * HOURS);
    let status = |items: &[Item]| {
        judged(&[items], Some(&policy("24h", "")), &book, Closing::default(), AS_OF, "survival").1.report.status
    };
    assert_eq!(status(std::slice::from_ref(&doubtful)), Status::MetWithWaivers);
    assert_eq!(status(&[doubtful, Item::other("b", "unknown", "no log")]), Status::InsufficientEvidence);
}

#[test]
fn an_expired_waiver_covers_nothing_and_is_still_relied_upon() {
    // One that ends exactly at as-of, the end of the period, holds for it: this one ends a microsecond before.
    let mut book = waivers(&[("W-1", "a", None, -1), ("W-2", "a", Some(1), DAYS), ("W-3", "zzz", None, DAYS)]);
    let (_, over) = judged(
        &[&[Item::closed("a", 2 * DAYS)]],
        Some(&policy("24h", "")),
        &book,
        Closing::default(),
        AS_OF,
        "survival",
    );
    assert_eq!((over.report.status, over.report.waived), (Status::NotMet, 0));
    book.record(over.waivers.clone());
    let states: Vec<_> =
        book.report().into_iter().map(|entry| (entry.waiver_id, entry.state, entry.findings)).collect();
    insta::assert_debug_snapshot!(states);
    let book = waivers(&[("W-1", "a", None, 0)]);
    let (_, over) = judged(
        &[&[Item::closed("a", 2 * DAYS)]],
        Some(&policy("24h", "")),
        &book,
        Closing::default(),
        AS_OF,
        "survival",
    );
    assert_eq!(over.report.status, Status::MetWithWaivers, "as of its end");
}

#[test]
fn missing_tables_and_gaps_are_never_met() {
    let within = [Item::closed("a", HOURS)];
    let run = |closing: Closing| {
        judged(&[&within], Some(&policy("24h", "")), &WaiverBook::default(), closing, AS_OF, "survival").1.report
    };
    let words = "no log covers 2026-07-01 to 2026-07-05".to_owned();
    let hole = Gap { kind: GapKind::LogHole, system: Some("okta".to_owned()), table: Some("events".to_owned()), words };
    let gap = run(Closing { gaps: vec![hole.clone()], ..Closing::default() });
    assert_eq!(gap.gaps, [hole]);
    assert_eq!(gap.status, Status::InsufficientEvidence);
    assert_eq!(gap.status_reason, "0 of 1 accounts exceeded 24 h; no log covers 2026-07-01 to 2026-07-05");
    let missing = run(Closing { missing: vec!["events".to_owned()], ..Closing::default() });
    assert_eq!(missing.status, Status::InsufficientEvidence);
}

#[test]
fn without_a_limit_nothing_is_within_or_over() {
    let items = [Item::closed("a", HOURS), Item::closed("b", 400 * DAYS)];
    let (batches, none) = judged(&[&items], None, &WaiverBook::default(), Closing::default(), AS_OF, "survival");
    assert_eq!((none.report.status, counts(&none.report)), (Status::NotAssessed, (0, 0, 0, 2, 0)));
    assert_eq!((none.report.limit_seconds, none.findings_total), (None, 0));
    assert_eq!(none.report.p50_seconds, Some(3600), "the lengths are measured all the same");
    assert_eq!(batches[0].limit(0), None);
}
