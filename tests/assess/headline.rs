//! The three first numbers: who they count, once each, and what is beside them.

use overstay::assess::{Assessment, Closing, Judge, Overstays, Traits};
use overstay::dataset::{Frames, Table};
use overstay::metric::{Header, Register};
use overstay::policy::WaiverBook;
use overstay::report::{Headline, MetricReport, Status};
use polars::prelude::df;

use super::{AS_OF, DAYS, HOURS, Item, context, header, judge_and_count, policy, waivers};

/// One metric of another id over these items, with a limit of 24 h.
fn measured(id: &str, items: &[Item], book: &WaiverBook) -> Assessment {
    let mut header: Header = header("survival");
    header.id = toml::Spanned::new(0..0, id.to_owned());
    // Which numbers it counts for is what its shipped definition says.
    let register = Register::load(&[]).expect("the shipped metrics");
    header.facts = register.get(id).map(|metric| metric.header().facts.clone()).unwrap_or_default();
    let (policy, traits, context) = (policy("24h", ""), Traits::default(), context(AS_OF));
    let mut judge = Judge::new(&header, policy.metric("leaver-lag"), book, &traits, &context).expect("a judge");
    judge_and_count(&mut judge, items);
    judge.finish(Closing::default())
}

fn headline(parts: Vec<Assessment>, frames: &Frames) -> Headline {
    let mut all = Overstays::default();
    let mut metrics: Vec<MetricReport> = Vec::new();
    for part in parts {
        all.merge(part.overstays);
        metrics.push(part.report);
    }
    all.headline(&metrics, frames)
}

fn of(list: &[(&str, &[Item])]) -> Headline {
    let none = WaiverBook::default();
    headline(list.iter().map(|(id, items)| measured(id, items, &none)).collect(), &Frames::default())
}

#[test]
fn former_staff_are_people_with_accounts() {
    let item = |name: &str, age| Item::open(name, age).in_system("okta");
    let doubtful = item("d", 5 * DAYS).seen(4 * DAYS + HOURS);
    let unknown = Item::other("e", "unknown", "no evidence").in_system("okta");
    let former = [item("a", 3 * DAYS), item("b", 200 * DAYS), item("c", HOURS), doubtful, unknown];
    let used = [Item::closed("a", 2 * DAYS).in_system("okta"), Item::closed("z", 2 * DAYS).in_system("okta")];
    let found = of(&[("former-staff-access", &former), ("leaver-sign-in", &used)]).former_staff;
    // c left an hour ago, within the limit; d may be over, and of e nothing is known.
    assert_eq!((found.people, found.accounts, found.possibly), (2, 2, 2));
    assert_eq!((found.used_since, found.privileged, found.waived), (1, 0, 0));
    assert_eq!(
        (found.status, found.metrics.join(" ")),
        (Status::NotMet, "former-staff-access leaver-sign-in".to_owned())
    );
}

#[test]
fn privilege_is_that_of_the_account() {
    let accounts = df!(
        "account_key" => ["okta:a", "okta:b", "okta:z"],
        "privileged" => [Some(true), None, Some(true)],
    );
    let mut frames = Frames::default();
    frames.insert(Table::Accounts, accounts.expect("a frame"));
    let former = [Item::open("a", 3 * DAYS).in_system("okta"), Item::open("b", 3 * DAYS).in_system("okta")];
    let found = headline(vec![measured("former-staff-access", &former, &WaiverBook::default())], &frames);
    assert_eq!(found.former_staff.privileged, 1);
}

#[test]
fn hours_of_an_account_are_counted_once() {
    let item = |name: &str, age| Item::open(name, age).in_system("okta");
    let range =
        Item { ended: (Some(AS_OF - 8 * DAYS), Some(AS_OF - 5 * DAYS)), ..Item::closed("r", 0) }.in_system("okta");
    let found = of(&[
        ("leaver-lag", &[item("a", 3 * DAYS), range, item("w", HOURS)]),
        ("former-staff-access", &[item("a", 3 * DAYS), item("b", 100 * DAYS)]),
        // Neither an orphan nor a dormant account is a leaver's.
        ("orphan-accounts", &[item("o", 900 * DAYS)]),
    ])
    .access_after_leaving;
    // a: 3 days, in both metrics; b: 100; r: 2 to 5 days. w is within its limit.
    assert_eq!((found.accounts, found.open), (3, 2));
    assert_eq!((found.shortest_seconds, found.longest_seconds), (105 * 86_400, Some(108 * 86_400)));
}

#[test]
fn what_is_unknown_leaves_no_upper_bound() {
    let items = [Item::open("a", 3 * DAYS).in_system("okta"), Item::other("e", "unknown", "no log").in_system("okta")];
    let found = of(&[("leaver-lag", &items)]).access_after_leaving;
    assert_eq!((found.shortest_seconds, found.longest_seconds), (3 * 86_400, None));
}

#[test]
fn waived_items_stand_beside_the_numbers() {
    let book = waivers(&[("W-1", "a", Some(-DAYS), 10 * DAYS)]);
    let items = [Item::open("a", 3 * DAYS).in_system("okta"), Item::open("b", 4 * DAYS).in_system("okta")];
    // The waiver is for leaver-lag, and for it alone.
    let found = headline(vec![measured("leaver-lag", &items, &book)], &Frames::default()).access_after_leaving;
    assert_eq!((found.accounts, found.waived, found.shortest_seconds), (1, 1, 4 * 86_400));
    assert_eq!(found.longest_seconds, Some(4 * 86_400));
}

#[test]
fn what_was_not_measured_is_not_assessed() {
    let found = of(&[("dormant-accounts", &[Item::open("a", 3 * DAYS).in_system("okta")])]);
    let states = [found.former_staff.status, found.access_after_leaving.status, found.former_staff_keys.status];
    assert_eq!(states, [Status::NotAssessed; 3]);
    assert!(found.former_staff.metrics.is_empty());
}
