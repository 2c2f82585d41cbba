//! Events: which account they are about, and what they show of its states.

use overstay::dataset::Table;

use super::{authority, input, run, run_over, shown};
use crate::support::{at, file};

const EVENTS: &str = "occurred_at,system,action,outcome,account_id,subject_text,src_file";
const STATES: [&str; 7] = ["account_key", "enabled", "from_lo", "from_hi", "to_lo", "to_hi", "basis"];

#[test]
fn an_id_of_the_systems_own_kind_never_goes_to_another_by_name() {
    // The log lies in the system's own folder: that none of its ids is known does not make them another's.
    let resolved = run(input(&[
        (Table::People, "person_id,email\n1,ann@x.example"),
        (Table::Accounts, "system,account_id,email,status,src_file\napp,a1,ann@x.example,active,3"),
        (Table::Events, &format!("{EVENTS}\n2026-08-01,app,delete,success,z9,ann@x.example,4")),
    ]));
    assert_eq!(shown(&resolved, Table::Events, &["account_key"]), ["app:z9"]);
    assert_eq!(
        shown(&resolved, Table::Accounts, &["account_key", "person_id", "status", "observed_at"]),
        ["app:a1 1 active 2026-10-01", "app:z9 1 deleted -"]
    );
    assert_eq!(
        shown(&resolved, Table::AccountStates, &STATES),
        [
            "app:a1 true - 2026-10-01 - - snapshot",
            "app:z9 true - 2026-08-01 2026-08-01 2026-08-01 event",
            "app:z9 false 2026-08-01 2026-08-01 - - event",
        ]
    );
}

#[test]
fn ids_of_another_kind_are_told_by_the_data() {
    let files = [file("crm/users.csv", "crm", "2026-09-30"), file("idp/log.json", "idp-log", "2026-09-30")];
    let over = |events: &str| {
        let tables = input(&[
            (
                Table::Accounts,
                "system,account_id,email,status,created_at,disabled_lo,disabled_hi,src_file
                 crm,1,ann@x.example,active,2020-01-01,,,0
                 crm,2,bob@x.example,deleted,2019-01-01,2026-07-01,2026-07-01,0
                 crm,3,bob@x.example,active,2026-07-03,,,0",
            ),
            (Table::Events, &format!("{EVENTS}\n{events}")),
        ]);
        shown(&run_over(&files, tables, &authority()), Table::Events, &["account_key"])
    };
    let disable = "2026-08-01,crm,disable,success,x77,ANN@x.example,1";
    assert_eq!(over(disable), ["crm:1"], "no id of the identity provider's log is one of the application's");
    let known = format!("{disable}\n2026-08-02,crm,update,success,3,,1");
    assert_eq!(over(&known), ["crm:x77", "crm:3"], "its ids are the application's own");
    // Of two accounts under one name, the one that was there.
    let named = "2026-06-01,crm,disable,success,,bob@x.example,1\n2026-08-01,crm,disable,success,,bob@x.example,1";
    assert_eq!(over(named), ["crm:2", "crm:3"]);
}

#[test]
fn a_deletion_is_that_of_the_account_that_was_suspended_before() {
    let over = |later: &str| {
        let accounts = format!(
            "system,account_id,username,status,created_at,disabled_hi,src_file
             app,a,ann@x.example,deleted,2020-01-01,2026-08-01,3{later}"
        );
        let resolved = run(input(&[
            (Table::Accounts, &accounts),
            (Table::Events, &format!("{EVENTS}\n2026-09-15,app,delete,success,,ann@x.example,4")),
        ]));
        (shown(&resolved, Table::Events, &["account_key"]), resolved)
    };
    let (of, resolved) = over("");
    assert_eq!(of, ["app:a"]);
    assert_eq!(shown(&resolved, Table::Accounts, &["account_key", "status"]), ["app:a deleted"]);
    // One that was made under the name in between, and is there, is the one that was deleted.
    assert_eq!(over("\n app,b,ann@x.example,active,2026-08-10,,3").0, ["app:b"]);
    // One that was made afterwards is not.
    assert_eq!(over("\n app,b,ann@x.example,active,2026-09-20,,3").0, ["app:a"]);
}

#[test]
fn an_account_made_and_switched_off_at_one_instant_is_off() {
    let made_off = "system,account_id,username,status,created_at,disabled_hi,src_file\napp,a,guest,disabled,2020-01-01,2020-01-01,3";
    let resolved = run(input(&[(Table::Accounts, made_off)]));
    assert_eq!(shown(&resolved, Table::AccountStates, &STATES), ["app:a false 2020-01-01 2020-01-01 - - snapshot"]);
}

#[test]
fn a_creation_that_failed_at_first_is_about_the_account_that_was_made_next() {
    let files = [file("crm/users.csv", "crm", "2026-09-30"), file("idp/log.json", "idp-log", "2026-09-30")];
    let over = |events: &str| {
        let tables = input(&[
            (
                Table::Accounts,
                "system,account_id,email,status,created_at,src_file\ncrm,1,ann@x.example,active,2026-08-10,0",
            ),
            (Table::Events, &format!("{EVENTS}\n{events}")),
        ]);
        shown(&run_over(&files, tables, &authority()), Table::Events, &["account_key"])
    };
    assert_eq!(over("2026-08-02,crm,create,failure,x77,ann@x.example,1"), ["crm:1"]);
    assert_eq!(over("2026-08-02,crm,grant,success,x77,ann@x.example,1"), ["crm:1"], "what is given before it is made");
    assert_eq!(over("2026-06-02,crm,create,failure,x77,ann@x.example,1"), ["-"], "too long before");
    assert_eq!(over("2026-08-02,crm,disable,success,x77,ann@x.example,1"), ["crm:x77"], "what ends is another one");
}

#[test]
fn an_account_that_only_a_log_knows_gets_everything_that_the_log_says() {
    let resolved = run(input(&[
        (Table::People, "person_id,email\n1,ann@x.example"),
        (
            Table::Events,
            &format!(
                "{EVENTS}
                 2026-07-01,app,create,success,a1,ann@x.example,4
                 2026-08-01T00:05,app,disable,failure,a1,ann@x.example,4
                 2026-08-01T02:00,app,sign_in,success,a1,,4
                 2026-08-01T02:30,app,disable,failure,,ann@x.example,4
                 2026-08-01T03:00,app,disable,success,a1,ann@x.example,4
                 2026-08-02,app,sign_in,failure,b2,bo@x.example,4
                 2026-08-02,app,create,failure,c3,cy@x.example,4
                 2026-08-02,app,sign_in,failure,,nobody,4
                 2026-08-03,app,disable,unknown,b2,,4"
            ),
        ),
    ]));
    assert_eq!(
        shown(
            &resolved,
            Table::Accounts,
            &[
                "account_key",
                "person_id",
                "username",
                "status",
                "created_at",
                "last_seen_lo",
                "activity",
                "observed_at"
            ]
        ),
        [
            "app:a1 1 ann@x.example disabled 2026-07-01 2026-08-01T02:00Z seen -",
            // Neither a failure nor an unknown outcome changes a state.
            "app:b2 - bo@x.example unknown - - unknown -",
        ],
        "what could not be made and what nobody could sign in as are no accounts"
    );
    assert_eq!(
        shown(&resolved, Table::Events, &["account_key"]),
        ["app:a1", "app:a1", "app:a1", "app:a1", "app:a1", "app:b2", "-", "-", "app:b2"]
    );
    assert_eq!(
        shown(&resolved, Table::AccountStates, &STATES),
        [
            "app:a1 true 2026-07-01 2026-07-01 2026-08-01T03:00Z 2026-08-01T03:00Z event",
            "app:a1 false 2026-08-01T03:00Z 2026-08-01T03:00Z - - event",
        ]
    );
}

#[test]
fn what_a_log_tells_of_the_time_before_an_account_was_made_is_about_another_one() {
    let resolved = run(input(&[
        (
            Table::Accounts,
            "system,account_id,status,created_at,last_seen_lo,last_seen_hi,src_file
             app,kim,active,2026-09-07,2026-09-20,2026-09-20,3
             app,lou,active,2026-09-07,,,3",
        ),
        (
            Table::Events,
            &format!(
                "{EVENTS}
                 2026-07-01,app,sign_in,success,kim,,4
                 2026-08-20,app,delete,success,kim,,4
                 2026-09-07,app,create,success,kim,,4
                 2026-09-08,app,sign_in,success,kim,,4
                 2026-07-02,app,sign_in,success,lou,,4"
            ),
        ),
    ]));
    assert_eq!(
        shown(&resolved, Table::Events, &["account_key"]),
        ["app:kim#before-2026-09-07", "app:kim#before-2026-09-07", "app:kim", "app:kim", "app:lou#before-2026-09-07"]
    );
    assert_eq!(
        shown(
            &resolved,
            Table::Accounts,
            &["account_key", "status", "last_seen_hi", "gone_lo", "gone_hi", "observed_at"]
        ),
        [
            "app:kim active 2026-09-20 - - 2026-10-01",
            "app:lou active - - - 2026-10-01",
            "app:kim#before-2026-09-07 deleted 2026-07-01 2026-08-20 2026-09-07 -",
            "app:lou#before-2026-09-07 deleted 2026-07-02 2026-07-02 2026-09-07 -",
        ]
    );
    assert_eq!(
        shown(&resolved, Table::AccountStates, &STATES),
        [
            "app:kim true 2026-09-07 2026-09-07 - - event",
            "app:lou true 2026-09-07 2026-09-07 - - snapshot",
            "app:kim#before-2026-09-07 true - 2026-07-01 2026-08-20 2026-08-20 snapshot",
            "app:kim#before-2026-09-07 false 2026-08-20 2026-08-20 - - event",
            "app:lou#before-2026-09-07 true - 2026-07-02 2026-07-02 2026-09-07 snapshot",
            "app:lou#before-2026-09-07 false 2026-07-02 2026-09-07 - - absence",
        ]
    );
}

#[test]
fn logs_exports_and_uses_together_give_the_states() {
    let rows = "system,account_id,status,created_at,src_file
                app,back,active,2020-01-01,3
                app,again,active,2020-01-01,3
                app,used,disabled,2020-01-01,3
                app,late,disabled,2020-01-01,3";
    let events = format!(
        "{EVENTS}
         2026-08-01T10:00,app,disable,success,back,,4
         2026-08-03,app,enable,success,again,,4
         2026-08-01,app,disable,success,used,,4
         2026-08-05,app,sign_in,success,used,,4
         2026-08-09,app,disable,success,used,,4
         2026-08-10,app,disable,success,used,,4
         2026-10-01T10:00,app,disable,success,late,,4"
    );
    let mut files = super::files();
    files[3].observed_at = Some(at("2026-10-03"));
    let resolved = run_over(&files, input(&[(Table::Accounts, rows), (Table::Events, &events)]), &authority());
    assert_eq!(
        shown(&resolved, Table::AccountStates, &STATES),
        [
            // Off by the log, on by a later export: it came back in between.
            "app:back true 2020-01-01 2020-01-01 2026-08-01T10:00Z 2026-08-01T10:00Z snapshot",
            "app:back false 2026-08-01T10:00Z 2026-08-01T10:00Z 2026-08-01T10:00Z 2026-10-03 event",
            "app:back true 2026-08-01T10:00Z 2026-10-03 - - snapshot",
            // Enabled: it was off before.
            "app:again true 2020-01-01 2020-01-01 2020-01-01 2026-08-03 snapshot",
            "app:again false 2020-01-01 2026-08-03 2026-08-03 2026-08-03 snapshot",
            "app:again true 2026-08-03 2026-08-03 - - event",
            // Off, used, off again, and once more.
            "app:used true 2020-01-01 2020-01-01 2026-08-01 2026-08-01 snapshot",
            "app:used false 2026-08-01 2026-08-01 2026-08-01 2026-08-05 event",
            "app:used true 2026-08-01 2026-08-05 2026-08-09 2026-08-09 snapshot",
            "app:used false 2026-08-09 2026-08-09 - - event",
            // Off only after as_of: on at as_of.
            "app:late true 2020-01-01 2020-01-01 2026-10-01T10:00Z 2026-10-01T10:00Z snapshot",
            "app:late false 2026-10-01T10:00Z 2026-10-01T10:00Z - - event",
        ]
    );
    assert_eq!(resolved.frames.height(Table::Events), 6, "the table of events ends at as_of");
}

#[test]
fn logs_cover_their_windows() {
    let mut files = vec![
        file("idp/log-1.json", "idp-log", "2026-07-08"),
        file("idp/log-2.json", "idp-log", "2026-09-30"),
        file("crm/log.csv", "crm-log", "2026-09-30"),
    ];
    for (index, window) in [(0, ("2026-07-01", "2026-07-08")), (1, ("2026-09-22", "2026-09-30"))] {
        let covers = (at(window.0), at(window.1));
        files[index].covers = Some(covers);
        files[index].extraction = Some(overstay::source::Extraction {
            covers: Some((Some(covers.0), Some(covers.1))),
            ..overstay::source::Extraction::default()
        });
    }
    files[2].rows.insert(Table::Events, 3);
    let events = format!(
        "{EVENTS}
         2026-07-02,idp,sign_in,success,1,,0
         2026-09-23,idp,disable,success,2,,1
         2026-09-24,wiki,sign_in,success,3,,1
         2026-08-01,crm,update,success,4,,2
         2026-08-01T12:00,crm,update,success,4,,2
         2026-08-04,crm,update,success,4,,2"
    );
    let resolved = run_over(&files, input(&[(Table::Events, &events)]), &authority());
    assert_eq!(
        shown(&resolved, Table::LogWindows, &["system", "about", "covers_from", "covers_to"]),
        [
            // Two days and a half without an event in a log that is used to hours.
            "crm changes 2026-08-01 2026-08-01T12:00Z",
            "crm changes 2026-08-04 2026-08-04",
            // One log in two files: both windows for both kinds of events, and for the system that it speaks of.
            "idp changes 2026-07-01 2026-07-08",
            "idp changes 2026-09-22 2026-09-30",
            "idp sign_ins 2026-07-01 2026-07-08",
            "idp sign_ins 2026-09-22 2026-09-30",
            "wiki sign_ins 2026-07-01 2026-07-08",
            "wiki sign_ins 2026-09-22 2026-09-30",
        ]
    );
}
