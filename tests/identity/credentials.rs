//! Credentials: whose they are, and what logs tell of them.

use overstay::dataset::Table;
use overstay::identity::Resolved;

use super::{authority, input, run, run_over, shown};
use crate::support::file;

#[test]
fn a_credential_finds_its_account_by_id_then_user_name_then_address() {
    let resolved = run(input(&[
        (Table::People, "person_id,email\n001,ann@x.example\n002,bob@x.example"),
        (
            Table::Accounts,
            "system,account_id,username,email,status,created_at,disabled_lo,disabled_hi
             app,a1,ann,ann@x.example,active,2020-01-01,,
             app,a2,a1,bob@x.example,active,2020-01-01,,
             app,a3,team,,active,2020-01-01,,
             app,a4,team,,active,2020-01-01,,
             app,a5,,team,active,2020-01-01,,
             app,a6,old,,deleted,2019-01-01,2020-01-01,2020-01-01
             app,a7,old,,active,2021-01-01,,
             app,a8,gone,,deleted,2019-01-01,2020-01-01,2020-01-01
             other,b1,zoe,,active,2020-01-01,,",
        ),
        (
            Table::Credentials,
            "system,credential_id,account_id,status
             app,by-id,a1,active
             app,by-user-name,ANN,active
             app,by-address,Bob@x.example,active
             app,of-two,team,active
             app,of-the-one-that-is-there,old,active
             app,of-one-that-is-gone,gone,active
             app,of-another-system,zoe,active
             app,of-nobody,nobody,active
             app,without,,active
             none,without-accounts,ann,active",
        ),
    ]));
    assert_eq!(
        shown(&resolved, Table::Credentials, &["credential_id", "account_key", "person_id"]),
        [
            // What is an id of one account and the user name of another is the id.
            "by-id app:a1 001",
            "by-user-name app:a1 001",
            "by-address app:a2 002",
            // It is the address of one, too: a name that is not clear does not become clear by looking elsewhere.
            "of-two - -",
            "of-the-one-that-is-there app:a7 -",
            "of-one-that-is-gone app:a8 -",
            "of-another-system - -",
            "of-nobody - -",
            "without - -",
            "without-accounts - -",
        ]
    );
}

const EVENTS: &str = "occurred_at,system,action,outcome,credential_id,account_id,src_file";

/// The credentials of two exports of an inventory, of July and of October, and of a log.
fn told(july: &[&str], october: &[&str], events: &[&str]) -> Resolved {
    let mut rows = "system,credential_id,account_id,status,created_at,rotated_at,src_file".to_owned();
    for (file, row) in july.iter().map(|row| (2, row)).chain(october.iter().map(|row| (3, row))) {
        rows += &format!("\napp,{row},{file}");
    }
    // Both exports show others: one that lacks a key is not an empty one.
    rows += "\napp,z,,active,,,2\napp,z,,active,,,3";
    let mut log = EVENTS.to_owned();
    for event in events {
        log += &format!("\n{event},4");
    }
    run(input(&[
        (Table::People, "person_id,email\n001,ann@x.example"),
        (Table::Accounts, "system,account_id,email,status\napp,ann,ann@x.example,active"),
        (Table::Credentials, &rows),
        (Table::Events, &log),
    ]))
}

const TOLD: [&str; 8] =
    ["credential_id", "status", "created_at", "rotated_at", "active_at", "gone_lo", "gone_hi", "observed_at"];

/// What is told of the key `k`.
fn of_k(resolved: &Resolved) -> String {
    let lines = shown(resolved, Table::Credentials, &TOLD);
    let mut found = lines.iter().filter_map(|line| line.strip_prefix("k "));
    let first = found.next().unwrap_or("none").to_owned();
    assert_eq!(found.next(), None, "two keys of one id");
    first
}

/// A key of January, as an export gives it.
const KEY: &str = "k,ann,active,2026-01-01T08:00,";

/// What happened, the key in the exports of July and October, the log, and what is known then: the columns of [`TOLD`].
type Situation<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str], &'a str);

const SITUATIONS: [Situation<'_>; 28] = [
    (
        "a rotation that keeps the id",
        &[],
        &[KEY],
        &["2026-08-05T10:00,app,key_rotate,success,k,ann"],
        "active 2026-01-01T08:00Z 2026-08-05T10:00Z 2026-10-01 - - 2026-10-01",
    ),
    (
        "the newest of several",
        &[],
        &[KEY],
        &["2026-09-05T10:00,app,key_rotate,success,k,ann", "2026-08-05T10:00,app,key_rotate,success,k,ann"],
        "active 2026-01-01T08:00Z 2026-09-05T10:00Z 2026-10-01 - - 2026-10-01",
    ),
    (
        "the export knows a newer one",
        &[],
        &["k,ann,active,2026-01-01T08:00,2026-09-01T09:00"],
        &["2026-08-05T10:00,app,key_rotate,success,k,ann"],
        "active 2026-01-01T08:00Z 2026-09-01T09:00Z 2026-10-01 - - 2026-10-01",
    ),
    (
        "the export gives the day",
        &[],
        &["k,ann,active,2026-01-01T08:00,2026-08-05"],
        &["2026-08-05T10:00,app,key_rotate,success,k,ann"],
        "active 2026-01-01T08:00Z 2026-08-05T10:00Z 2026-10-01 - - 2026-10-01",
    ),
    (
        "the export denies the rotation",
        &[],
        &["k,ann,active,2026-01-01T08:00,2026-03-01T09:00"],
        &["2026-08-05T10:00,app,key_rotate,success,k,ann"],
        "active 2026-01-01T08:00Z 2026-03-01T09:00Z 2026-10-01 - - 2026-10-01",
    ),
    (
        "an export from before the rotation denies nothing",
        &["k,ann,active,2026-01-01T08:00,2026-03-01T09:00"],
        &[KEY],
        &["2026-08-05T10:00,app,key_rotate,success,k,ann"],
        "active 2026-01-01T08:00Z 2026-08-05T10:00Z 2026-10-01 - - 2026-10-01",
    ),
    (
        "failures change nothing",
        &[],
        &[KEY],
        &[
            "2026-08-05T10:00,app,key_rotate,failure,k,ann",
            "2026-08-06T10:00,app,key_delete,skipped,k,ann",
            "2026-10-01,app,key_delete,unknown,k,ann",
        ],
        "active 2026-01-01T08:00Z - 2026-10-01 - - 2026-10-01",
    ),
    (
        "nothing of another system",
        &[],
        &[KEY],
        &["2026-08-05T10:00,other,key_rotate,success,k,ann", "2026-08-06T10:00,other,key_delete,success,k,ann"],
        "active 2026-01-01T08:00Z - 2026-10-01 - - 2026-10-01",
    ),
    (
        "nothing after the as-of time",
        &[],
        &[KEY],
        &["2026-10-05T10:00,app,key_rotate,success,k,ann", "2026-10-06T10:00,app,key_delete,success,k,ann"],
        "active 2026-01-01T08:00Z - 2026-10-01 - - 2026-10-01",
    ),
    (
        "deleted and then missing: the log knows when",
        &[KEY],
        &[],
        &["2026-08-05T10:00,app,key_delete,success,k,ann"],
        "deleted 2026-01-01T08:00Z - 2026-07-01 2026-08-05T10:00Z 2026-08-05T10:00Z 2026-07-01",
    ),
    (
        "disabled, deleted and then missing: it ended with the first of them",
        &[KEY],
        &[],
        &["2026-08-09T10:00,app,key_delete,success,k,ann", "2026-08-05T10:00,app,key_disable,success,k,ann"],
        "deleted 2026-01-01T08:00Z - 2026-07-01 2026-08-05T10:00Z 2026-08-05T10:00Z 2026-07-01",
    ),
    (
        "rotated and then missing: it was there until then",
        &[KEY],
        &[],
        &["2026-08-05T10:00,app,key_rotate,success,k,ann"],
        "deleted 2026-01-01T08:00Z 2026-08-05T10:00Z 2026-08-05T10:00Z 2026-08-05T10:00Z 2026-10-01 2026-07-01",
    ),
    (
        "missing and nothing logged",
        &[KEY],
        &[],
        &["2026-08-05T10:00,app,update,success,k,ann"],
        "deleted 2026-01-01T08:00Z - 2026-07-01 2026-07-01 2026-10-01 2026-07-01",
    ),
    (
        "found inactive: the log knows since when",
        &[KEY],
        &["k,ann,inactive,2026-01-01T08:00,"],
        &["2026-08-05T10:00,app,key_disable,success,k,ann"],
        "inactive 2026-01-01T08:00Z - 2026-07-01 2026-08-05T10:00Z 2026-08-05T10:00Z 2026-10-01",
    ),
    (
        "found inactive, and the log tells of an enabling before",
        &[KEY],
        &["k,ann,inactive,2026-01-01T08:00,"],
        &["2026-08-05T10:00,app,key_disable,success,k,ann", "2026-08-07T10:00,app,key_enable,success,k,ann"],
        "inactive 2026-01-01T08:00Z - 2026-08-07T10:00Z - - 2026-10-01",
    ),
    (
        "found inactive: a rotation enables nothing",
        &[],
        &["k,ann,inactive,2026-01-01T08:00,"],
        &["2026-08-05T10:00,app,key_rotate,success,k,ann"],
        "inactive 2026-01-01T08:00Z 2026-08-05T10:00Z - - - 2026-10-01",
    ),
    (
        "found active after the log had told of the end",
        &[],
        &[KEY],
        &["2026-08-05T10:00,app,key_delete,success,k,ann"],
        "active 2026-01-01T08:00Z - 2026-10-01 - - 2026-10-01",
    ),
    (
        "disabled at the very time of the export: the export saw it afterwards",
        &[],
        &[KEY],
        &["2026-10-01,app,key_disable,success,k,ann"],
        "active 2026-01-01T08:00Z - 2026-10-01 - - 2026-10-01",
    ),
    (
        "deleted and made again under its id, says the export",
        &[],
        &["k,ann,active,2026-08-20T08:00,"],
        &["2026-08-05T10:00,app,key_delete,success,k,ann"],
        "active 2026-08-20T08:00Z - 2026-10-01 - - 2026-10-01",
    ),
    (
        "made again, says the log",
        &[],
        &[KEY],
        &["2026-08-05T10:00,app,key_delete,success,k,ann", "2026-08-20T08:00,app,key_create,success,k,ann"],
        "active 2026-01-01T08:00Z 2026-08-20T08:00Z 2026-10-01 - - 2026-10-01",
    ),
    (
        "its creation, where no export tells it",
        &[],
        &["k,ann,active,,"],
        &["2026-08-20T08:00,app,key_create,success,k,ann"],
        "active 2026-08-20T08:00Z - 2026-10-01 - - 2026-10-01",
    ),
    (
        "its creation in the log is no rotation",
        &[],
        &[KEY],
        &["2026-01-01T08:00:02,app,key_create,success,k,ann"],
        "active 2026-01-01T08:00Z - 2026-10-01 - - 2026-10-01",
    ),
    (
        "known from the log only",
        &[],
        &[],
        &["2026-08-20T08:00,app,key_create,success,k,ann"],
        "active 2026-08-20T08:00Z - 2026-08-20T08:00Z - - -",
    ),
    (
        "known from the log only, and rotated",
        &[],
        &[],
        &["2026-08-20T08:00,app,key_create,success,k,ann", "2026-09-20T08:00,app,key_rotate,success,k,ann"],
        "active 2026-08-20T08:00Z 2026-09-20T08:00Z 2026-09-20T08:00Z - - -",
    ),
    (
        "known from the log only, made and deleted",
        &[],
        &[],
        &["2026-08-20T08:00,app,key_create,success,k,ann", "2026-09-20T08:00,app,key_delete,success,k,ann"],
        "deleted 2026-08-20T08:00Z - 2026-08-20T08:00Z 2026-09-20T08:00Z 2026-09-20T08:00Z -",
    ),
    (
        "what no export shows and no log makes",
        &[],
        &[],
        &["2026-09-20T08:00,app,key_delete,success,k,ann", "2026-09-20T08:00,app,key_create,failure,k,ann"],
        "none",
    ),
    ("made after the as-of time", &[], &[], &["2026-10-20T08:00,app,key_create,success,k,ann"], "none"),
    (
        "a status that the export does not tell",
        &[],
        &["k,ann,unknown,2026-01-01T08:00,"],
        &["2026-08-05T10:00,app,key_disable,success,k,ann"],
        "inactive 2026-01-01T08:00Z - - 2026-08-05T10:00Z 2026-08-05T10:00Z 2026-10-01",
    ),
];

#[test]
fn key_events_make_states_of_credentials() {
    let mut wrong = Vec::new();
    for (name, july, october, events, expected) in SITUATIONS {
        let found = of_k(&told(july, october, events));
        let mut turned = events.to_vec();
        turned.reverse();
        assert_eq!(of_k(&told(july, october, &turned)), found, "{name}: the order of the lines");
        if found != expected {
            wrong.push(format!("{name}:\n  {found}\n  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn contradictions_of_logs_and_exports_are_counted() {
    let counts = |october: &[&str], events: &[&str]| -> Vec<(String, u64)> {
        let facts = told(&[], october, events).facts;
        facts.dropped.iter().map(|((table, reason), count)| (format!("{table} {reason}"), *count)).collect()
    };
    let deleted = "2026-08-05T10:00,app,key_delete,success,k,ann";
    let came_back = "credentials active in an export after a log had told of the end; taken as active".to_owned();
    assert_eq!(counts(&["k,ann,active,2026-01-01T08:00,"], &[deleted]), [(came_back, 1)]);
    assert_eq!(counts(&["k,ann,active,2026-08-20T08:00,"], &[deleted]), []);
    let rotated = "2026-08-05T10:00,app,key_rotate,success,k,ann";
    let older = "credentials an export gives an older rotation than one that a log had told of; the export was used";
    assert_eq!(counts(&["k,ann,active,,2026-03-01T09:00"], &[rotated]), [(older.to_owned(), 1)]);
}

#[test]
fn what_only_a_log_knows_has_the_account_of_its_events() {
    let resolved = told(&[], &[], &["2026-08-20T08:00,app,key_create,success,k,ann"]);
    let columns = ["credential_key", "account_id", "account_key", "person_id", "observed_at", "expiry", "src_file"];
    let lines = shown(&resolved, Table::Credentials, &columns);
    assert_eq!(lines, ["app:z - - - 2026-10-01 unknown 3", "app:k ann app:ann 001 - unknown 4"]);
    assert_eq!(resolved.facts.log_credentials, 1);
}

#[test]
fn what_ended_by_a_log_leads_to_its_line() {
    let events = ["2026-08-05T10:00,app,key_disable,success,k,ann", "2026-08-09T10:00,app,key_delete,success,k,ann"];
    let resolved = told(&["k,ann,active,,"], &[], &events);
    let lines = shown(&resolved, Table::Credentials, &["credential_id", "src_file", "src_row"]);
    assert!(lines.contains(&"k 4 1".to_owned()), "{lines:?}");
}

#[test]
fn one_creation_in_log_and_inventory_is_one_credential() {
    // The inventory numbers the keys of an account, the log gives their ids.
    let over = |created: &str, events: &[&str]| {
        let resolved = told(&[], &[&format!("ann#1,ann,active,{created},")], events);
        let mut lines = shown(&resolved, Table::Credentials, &["credential_id", "status", "gone_lo"]);
        lines.retain(|line| !line.starts_with("z "));
        lines
    };
    let made = "2026-08-20T08:00:01,app,key_create,success,AK1,ann";
    let gone = "2026-08-25T08:00,app,key_delete,success,AK1,ann";
    assert_eq!(over("2026-08-20T08:00", &[made]), ["ann#1 active -"]);
    // Seen in October, it came back: as with an id of its own.
    assert_eq!(over("2026-08-20T08:00", &[made, gone]), ["ann#1 active -"]);
    // Another moment, another account, another key of the same moment.
    assert_eq!(over("2026-08-20T09:00", &[made]), ["ann#1 active -", "AK1 active -"]);
    assert_eq!(over("2026-08-20T08:00", &[&made.replace(",ann", ",eve")]), ["ann#1 active -", "AK1 active -"]);
    assert_eq!(over("2026-08-20T08:00", &[made, &made.replace("AK1", "AK2")]), ["ann#1 active -"]);
}

#[test]
fn a_log_alone_gives_credentials_too() {
    let files = [file("app/log.csv", "log", "2026-10-01")];
    let over = |events: &str| {
        let tables = input(&[(Table::Events, &format!("{EVENTS}\n{events}"))]);
        run_over(&files, tables, &authority()).frames.get(Table::Credentials).map(polars::prelude::DataFrame::height)
    };
    assert_eq!(over("2026-08-20,app,key_create,success,k,ann,0"), Some(1));
    assert_eq!(over("2026-08-20,app,key_delete,success,k,ann,0"), None);
}
