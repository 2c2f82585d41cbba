//! Tests of `identity`: small input tables in, canonical tables out, all expected values by hand.

use std::collections::BTreeMap;

use overstay::dataset::{Frames, Table};
use overstay::identity::{Authority, Context, Resolved, resolve};
use overstay::source::InputFile;
use overstay::time::{LeaveInstant, Zone};
use polars::prelude::*;

use crate::support::{at, file, lines, table};

mod accounts;
mod copies;
mod credentials;
mod events;
mod inventories;
mod laws;
mod people;
mod who;

/// Files 0 HR, 1 directory, 2 first export of an application, 3 its second export, 4 a log, 5 a second HR file.
fn files() -> Vec<InputFile> {
    vec![
        file("hr/people.csv", "hr", "2026-10-01"),
        file("dir/users.json", "dir", "2026-10-01"),
        file("app/a.csv", "app", "2026-07-01"),
        file("app/b.csv", "app", "2026-10-01"),
        file("app/log.csv", "log", "2026-10-01"),
        file("hr/later.csv", "hr", "2026-10-02"),
    ]
}

fn authority() -> Authority {
    let class_rank = [("hr", 0), ("dir", 1), ("app", 2), ("log", 3)].map(|(id, rank)| (id.to_owned(), rank));
    Authority { class_rank: BTreeMap::from(class_rank), ..Authority::default() }
}

fn run(frames: Frames) -> Resolved {
    run_with(frames, &authority())
}

fn run_with(frames: Frames, authority: &Authority) -> Resolved {
    run_over(&files(), frames, authority)
}

fn run_over(files: &[InputFile], frames: Frames, authority: &Authority) -> Resolved {
    let context = Context {
        files,
        authority,
        leave_instant: LeaveInstant::EndOfDay,
        as_of: at("2026-10-01"),
        usernames: true,
        zone: Zone::UTC,
    };
    resolve(frames, &context).expect("resolves")
}

fn input(tables: &[(Table, &str)]) -> Frames {
    let mut frames = Frames::default();
    for (name, text) in tables {
        frames.insert(*name, table(*name, text));
    }
    frames
}

fn shown(resolved: &Resolved, table: Table, names: &[&str]) -> Vec<String> {
    lines(&resolved.frames.get_or_empty(table), names)
}

const PEOPLE: &str = "person_id,email,started_lo,started_hi,ended_lo,ended_hi";

#[test]
fn a_rehire_is_a_second_employment_and_a_conversion_is_not() {
    let people = format!(
        "{PEOPLE}
         001,a@x.example,2020-01-01,2020-01-02,2026-07-31,2026-08-01
         001,a@x.example,2026-09-01,2026-09-02,,
         002,b@x.example,2020-01-01,2020-01-02,2026-07-31,2026-08-01
         002,b@x.example,2026-08-01,2026-08-02,,"
    );
    let resolved = run(input(&[(Table::People, &people)]));
    assert_eq!(
        shown(&resolved, Table::Employments, &["person_id", "started_at", "ended_at", "next_started_at"]),
        ["001 2020-01-01 2026-08-01 2026-09-01", "001 2026-09-01 - -", "002 2020-01-01 - -"]
    );
}

#[test]
fn concurrent_jobs_end_with_the_later_one() {
    let people = format!(
        "{PEOPLE}
         001,,2020-01-01,2020-01-02,2026-08-31,2026-09-01
         001,,2021-01-01,2021-01-02,2026-07-31,2026-08-01"
    );
    let resolved = run(input(&[(Table::People, &people)]));
    assert_eq!(shown(&resolved, Table::Employments, &["started_at", "ended_at"]), ["2020-01-01 2026-09-01"]);
}

#[test]
fn a_newer_export_withdraws_a_termination() {
    let people = format!(
        "{PEOPLE},status,src_file
         001,,2020-01-01,2020-01-02,2026-08-31,2026-09-01,,0
         001,,2020-01-01,2020-01-02,,,active,5"
    );
    let ends =
        |people: &str| shown(&run(input(&[(Table::People, people)])), Table::Employments, &["started_at", "ended_at"]);
    assert_eq!(ends(&people), ["2020-01-01 -"]);
    // A list that never says who works here takes nothing back.
    assert_eq!(ends(&people.replace(",active,", ",,")), ["2020-01-01 2026-09-01"]);
}

#[test]
fn the_same_row_twice_is_counted_and_not_multiplied() {
    let people = format!(
        "{PEOPLE}
         001,,2020-01-01,2020-01-02,,
         001,,2020-01-01,2020-01-02,2026-08-31,2026-09-01"
    );
    let resolved = run(input(&[(Table::People, &people)]));
    assert_eq!(shown(&resolved, Table::Employments, &["ended_at"]), ["-"]);
    let dropped: Vec<_> = resolved.facts.dropped.values().copied().collect();
    assert_eq!(dropped, [1]);
}

#[test]
fn directories_add_claims_but_no_people() {
    let people = "person_id,employee_id,department,src_file
         001,E1,Sales,0
         002,E2,Legal,0
         E1,,Marketing,1
         E2,,LEGAL,1
         E9,,Ghosts,1";
    let resolved = run(input(&[(Table::People, people)]));
    assert_eq!(shown(&resolved, Table::People, &["person_id", "department"]), ["001 Sales", "002 Legal"]);
    assert_eq!(
        shown(&resolved, Table::Conflicts, &["person_id", "attribute", "winner_value", "loser", "loser_value"]),
        ["001 department Sales dir Marketing"]
    );
    let order = BTreeMap::from([("department".to_owned(), vec!["dir".to_owned()])]);
    let other = run_with(input(&[(Table::People, people)]), &Authority { order, ..authority() });
    assert_eq!(shown(&other, Table::People, &["person_id", "department"]), ["001 Marketing", "002 LEGAL"]);
    assert_eq!(other.frames.height(Table::Conflicts), 0, "a source outside the project's order is not heard");
}

#[test]
fn accounts_find_their_person_and_owner() {
    let resolved = run(input(&[
        (
            Table::People,
            "person_id,email,aliases,ended_lo,ended_hi
             001,ann@x.example,al;team@x.example,,
             002,bob@x.example,team@x.example,2026-07-31,2026-08-01",
        ),
        (
            Table::Accounts,
            "system,account_id,username,email,kind,status,owner_text
             crm,1,,Ann@X.example,,active,
             crm,2,AL,,,active,
             crm,3,,team@x.example,,active,
             crm,4,nobody,,,active,
             crm,5,svc,ann@x.example,service,active,bob@x.example
             crm,6,svc2,,service,active,gone@x.example
             crm,7,linked,,,active,",
        ),
        // Once by account id, once by user name; a link to nobody is none.
        (Table::Links, "system,account_id,person_id\ncrm,7,002\ncrm,NOBODY,001\ncrm,1,999"),
    ]));
    assert_eq!(
        shown(
            &resolved,
            Table::Accounts,
            &["account_key", "person_id", "match_rule", "ownership", "owner_person_id", "owner_live"]
        ),
        [
            "crm:1 001 email unknown - -",
            "crm:2 001 alias unknown - -",
            "crm:3 - ambiguous unknown - -",
            "crm:4 001 link unknown - -",
            "crm:5 - unmatched named 002 false",
            "crm:6 - unmatched named - -",
            "crm:7 002 link unknown - -",
        ]
    );
}

#[test]
fn states_come_from_logs_dates_and_consecutive_exports() {
    let resolved = run(input(&[
        (
            Table::Accounts,
            "system,account_id,status,created_at,disabled_lo,disabled_hi,src_file
             app,1,active,2025-01-01,,,2
             app,1,disabled,2025-01-01,,,3
             app,2,disabled,2025-01-01,2026-08-01,2026-08-02,3
             app,3,disabled,,,,3
             app,4,active,2025-01-01,,,3",
        ),
        (
            Table::Events,
            "event_id,occurred_at,system,action,outcome,account_id,subject_text,src_file
             e1,2026-08-05T10:00,app,disable,failure,4,,4
             e2,2026-08-06T10:00,app,disable,success,4,,4
             e2,2026-08-06T10:00,app,disable,success,4,,4
             e3,2026-08-09T10:00,app,enable,success,4,,4
             e4,2026-10-05T10:00,app,disable,success,4,,4
             e5,2026-08-07T10:00,app,delete,success,9,zed@x.example,4",
        ),
    ]));
    assert_eq!(
        shown(
            &resolved,
            Table::AccountStates,
            &["account_key", "enabled", "from_lo", "from_hi", "to_lo", "to_hi", "seen_until"]
        ),
        [
            // One export says active, the next disabled: the end lies between the two.
            "app:1 true 2025-01-01 2025-01-01 2026-07-01 2026-10-01 2026-07-01",
            "app:1 false 2026-07-01 2026-10-01 - - 2026-10-01",
            // A date without a time spans its day.
            "app:2 true 2025-01-01 2025-01-01 2026-08-01 2026-08-02 2026-08-01",
            "app:2 false 2026-08-01 2026-08-02 - - 2026-10-01",
            // Disabled when first seen: left-censored.
            "app:3 false - 2026-10-01 - - 2026-10-01",
            "app:4 true 2025-01-01 2025-01-01 2026-08-06T10:00Z 2026-08-06T10:00Z 2026-08-06T10:00Z",
            "app:4 false 2026-08-06T10:00Z 2026-08-06T10:00Z 2026-08-09T10:00Z 2026-08-09T10:00Z 2026-08-09T10:00Z",
            // Evidence from after as_of: it was on then.
            "app:4 true 2026-08-09T10:00Z 2026-08-09T10:00Z 2026-10-05T10:00Z 2026-10-05T10:00Z 2026-10-05T10:00Z",
            "app:4 false 2026-10-05T10:00Z 2026-10-05T10:00Z - - 2026-10-05T10:00Z",
            // Deleted before any export: known from the log only.
            "app:9 true - 2026-08-07T10:00Z 2026-08-07T10:00Z 2026-08-07T10:00Z 2026-08-07T10:00Z",
            "app:9 false 2026-08-07T10:00Z 2026-08-07T10:00Z - - 2026-08-07T10:00Z",
        ]
    );
    assert_eq!(resolved.facts.log_accounts, 1);
    assert_eq!(resolved.frames.height(Table::Events), 4, "one duplicate and one after as_of are gone");
    assert_eq!(shown(&resolved, Table::Accounts, &["account_key", "status", "observed_at"])[4], "app:9 deleted -");
}

#[test]
fn events_attach_by_id_then_name_then_the_only_account() {
    let resolved = run(input(&[
        (Table::People, "person_id,email\n001,ann@x.example\n002,bob@x.example"),
        (
            Table::Accounts,
            "system,account_id,username,email,status
             app,1,ann,ann@x.example,active
             app,2,bob-a,bob@x.example,active
             app,3,bob-b,bob@x.example,active",
        ),
        (
            Table::Events,
            "event_id,occurred_at,system,action,outcome,account_id,subject_text
             e1,2026-08-01,app,update,success,1,
             e2,2026-08-01,app,update,success,x,BOB-B
             e3,2026-08-01,app,update,success,,bob@x.example
             e4,2026-08-01,app,update,success,,nobody@x.example
             e5,2026-08-01,other,update,success,,ann@x.example",
        ),
    ]));
    assert_eq!(
        shown(&resolved, Table::Events, &["event_id", "account_key", "person_id"]),
        // An id of the system's own kind that nobody has is an account that no export shows, whatever its name.
        ["e1 app:1 001", "e2 app:x -", "e3 - 002", "e4 - -", "e5 - 001"]
    );
    assert_eq!(resolved.facts.events_unattached, 1);
}

#[test]
fn credentials_keep_two_keys_under_one_id() {
    let resolved = run(input(&[
        (Table::People, "person_id,email\n001,ann@x.example"),
        (Table::Accounts, "system,account_id,email,status\naws,ann,ann@x.example,active"),
        (
            Table::Credentials,
            "system,credential_id,account_id,owner_text,status,created_at,last_used_hi,activity,src_file
             aws,k1,ann,,active,2026-01-01,,never,2
             aws,k1,ann,,active,2026-02-01,,never,2
             aws,k1,ann,,active,2026-02-01,,never,2
             aws,k2,,Ann@x.example,active,,2026-08-01,,3
             aws,k3,,,active,,,never,3",
        ),
    ]));
    assert_eq!(
        shown(
            &resolved,
            Table::Credentials,
            &["credential_key", "person_id", "owner_person_id", "owner_live", "activity", "observed_at"]
        ),
        [
            "aws:k1 001 - - unknown 2026-07-01",
            "aws:k1#2 001 - - unknown 2026-07-01",
            // The third row is the second again: dropped and counted.
            "aws:k2 - 001 true seen 2026-10-01",
            // A file in which some use is known: an empty cell means never.
            "aws:k3 - - - never 2026-10-01",
        ]
    );
}

#[test]
fn near_misses_are_suggested_and_never_matched() {
    let resolved = run(input(&[
        (
            Table::People,
            "person_id,email,aliases
             001,maria.ivanova@x.example,maria.ivanov
             002,mario.bianchi@x.example,
             003,ivan@x.example,",
        ),
        (
            Table::Accounts,
            "system,account_id,email,status\napp,1,maria.ivanowa@x.example,active\napp,2,zoe@x.example,active",
        ),
    ]));
    assert_eq!(shown(&resolved, Table::Accounts, &["match_rule"]), ["unmatched", "unmatched"]);
    let suggested: Vec<_> = resolved.facts.suggestions.iter().collect();
    assert_eq!(suggested, [(&"app:1".to_owned(), &vec!["001".to_owned()])]);
}

#[test]
fn nothing_at_all_gives_empty_tables() {
    let resolved = run(Frames::default());
    assert_eq!(resolved.frames.height(Table::Accounts), 0);
    assert!(resolved.frames.get(Table::People).is_none());
    assert_eq!(resolved.frames.get_or_empty(Table::People).height(), 0);
    let frame: DataFrame = resolved.frames.get_or_empty(Table::AccountStates);
    assert!(frame.column("seen_until").is_ok());
}
