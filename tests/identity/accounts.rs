//! Accounts and credentials over several exports: what is merged, what ended, what another one under the same id is.

use overstay::dataset::Table;
use overstay::identity::Resolved;
use overstay::source::{Completeness, InputFile};

use super::{authority, input, run, run_over, shown};
use crate::support::file;

/// Two exports of one kind, and one of another kind between them.
fn exports() -> Vec<InputFile> {
    vec![
        file("crm/june.csv", "crm", "2026-06-30"),
        file("crm/august.csv", "crm", "2026-08-31"),
        file("crm/portal.csv", "portal", "2026-08-20"),
        file("hr/people.csv", "hr", "2026-09-30"),
    ]
}

fn over(files: &[InputFile], tables: &[(Table, &str)]) -> Resolved {
    run_over(files, input(tables), &authority())
}

const STATES: [&str; 7] = ["account_key", "enabled", "from_lo", "from_hi", "to_lo", "to_hi", "basis"];

#[test]
fn a_poorer_later_export_erases_nothing_that_is_known() {
    let resolved = over(
        &exports(),
        &[(
            Table::Accounts,
            "system,account_id,email,privileged,status,created_at,last_seen_lo,last_seen_hi,activity,src_file
             crm,1,ann@x.example,true,active,2020-05-01,2026-06-11,2026-06-11,,0
             crm,1,,,unknown,,,,unknown,2
             crm,2,,,active,2020-05-01,,,never,0
             crm,2,,,disabled,,,,,2
             crm,3,,,active,2020-05-01,2026-06-12,2026-06-12,,0
             crm,3,new@x.example,,active,2020-05-01,2026-08-02,2026-08-02,,1
             crm,4,,,active,,2026-06-12,2026-06-12,,0
             crm,4,,,active,,,,never,1",
        )],
    );
    assert_eq!(
        shown(
            &resolved,
            Table::Accounts,
            &["account_id", "email", "privileged", "status", "created_at", "last_seen_lo", "last_seen_hi", "activity"]
        ),
        [
            // The later export does not tell of use: it may have been used until then.
            "1 ann@x.example true deleted 2020-05-01 2026-06-11 2026-08-20 seen",
            "2 - - deleted 2020-05-01 - 2026-08-20 seen",
            "3 new@x.example - active 2020-05-01 2026-08-02 2026-08-02 seen",
            // A later `never` does not erase a use.
            "4 - - active - 2026-06-12 2026-06-12 seen",
        ]
    );
    assert_eq!(
        shown(&resolved, Table::Accounts, &["account_id", "observed_at", "src_file", "gone_lo", "gone_hi"]),
        [
            "1 2026-08-20 2 2026-08-20 2026-08-31",
            "2 2026-08-20 2 2026-08-20 2026-08-31",
            "3 2026-08-31 1 - -",
            "4 2026-08-31 1 - -",
        ]
    );
}

#[test]
fn what_was_not_understood_is_not_replaced_by_what_was_known_before() {
    let resolved = over(
        &exports(),
        &[(
            Table::Accounts,
            "system,account_id,status,created_at,last_seen_lo,last_seen_hi,unread,src_file
             crm,1,active,2020-05-01,2026-06-11,2026-06-11,,0
             crm,1,unknown,,,,;status;created_at;last_seen;,1
             crm,2,unknown,,,,;status;,0
             crm,2,active,,,,,1",
        )],
    );
    assert_eq!(
        shown(&resolved, Table::Accounts, &["account_id", "status", "created_at", "last_seen_lo", "unread"]),
        ["1 unknown - 2026-06-11 ;status;created_at;last_seen;", "2 active - - -"]
    );
}

#[test]
fn of_two_rows_in_one_export_the_newer_counts_or_none() {
    let on = "crm,1,active,2026-03-01,,,1";
    let off = "crm,1,disabled,2026-08-05T10:00,2026-08-05T10:00,2026-08-05T10:00,1";
    let undated = ["crm,2,active,,,,1", "crm,2,disabled,,2026-08-05T10:00,2026-08-05T10:00,1"];
    let agreed = ["crm,3,active,,,,1", "crm,3,active,,,,1"];
    let header = "system,account_id,status,changed_at,disabled_lo,disabled_hi,src_file";
    let orders = [
        [on, off, undated[0], undated[1], agreed[0], agreed[1]],
        [off, on, undated[1], undated[0], agreed[1], agreed[0]],
    ];
    for order in orders {
        let text = format!("{header}\n{}", order.join("\n"));
        let resolved = over(&exports(), &[(Table::Accounts, &text)]);
        assert_eq!(
            shown(&resolved, Table::Accounts, &["account_id", "status", "disabled_lo"]),
            ["1 disabled 2026-08-05T10:00Z", "2 unknown -", "3 active -"]
        );
        assert_eq!(
            shown(&resolved, Table::AccountStates, &STATES),
            [
                "crm:1 true - 2026-03-01 2026-08-05T10:00Z 2026-08-05T10:00Z snapshot",
                "crm:1 false 2026-08-05T10:00Z 2026-08-05T10:00Z - - snapshot",
                "crm:3 true - 2026-08-31 - - snapshot",
            ]
        );
        assert_eq!(resolved.facts.contradicted.get("accounts"), Some(&1));
    }
}

#[test]
fn an_id_that_was_made_again_is_another_account() {
    let resolved = over(
        &exports(),
        &[
            (
                Table::People,
                "person_id,email,started_lo,started_hi,ended_lo,ended_hi,src_file
                 10,kim@x.example,2018-01-01,2018-01-02,2026-07-10,2026-07-11,3
                 11,kim.two@x.example,2026-07-20,2026-07-21,,,3",
            ),
            (
                Table::Accounts,
                // The name is that of the first one's address.
                "system,account_id,username,status,created_at,last_seen_lo,last_seen_hi,src_file
                 crm,kim,kim,active,2018-01-05,2026-06-20,2026-06-20,0
                 crm,kim,kim,active,2026-07-21,2026-08-30,2026-08-30,1",
            ),
            (Table::Links, "system,account_id,person_id\ncrm,kim,10"),
            (
                Table::Events,
                "occurred_at,system,action,outcome,account_id,subject_text,src_file
                 2026-07-02,crm,sign_in,success,kim,,1
                 2026-07-20T23:59,crm,create,success,kim,,1
                 2026-08-02,crm,sign_in,success,kim,,1",
            ),
            (
                Table::Credentials,
                "system,credential_id,account_id,status,created_at,last_used_lo,last_used_hi,src_file
                 crm,kim#key,kim,active,2026-01-01,,,0
                 crm,kim#key,kim,active,2026-07-22,2026-08-29,2026-08-29,1",
            ),
        ],
    );
    assert_eq!(
        shown(
            &resolved,
            Table::Accounts,
            &["account_key", "person_id", "status", "gone_lo", "gone_hi", "last_seen_hi"]
        ),
        ["crm:kim - active - - 2026-08-30", "crm:kim#2018-01-05 10 deleted 2026-06-30 2026-07-21 2026-06-20",]
    );
    assert_eq!(
        shown(&resolved, Table::AccountStates, &STATES),
        [
            "crm:kim true 2026-07-20T23:59Z 2026-07-20T23:59Z - - event",
            // A sign-in shows that it was still there.
            "crm:kim#2018-01-05 true 2018-01-05 2018-01-05 2026-07-02 2026-07-21 snapshot",
            "crm:kim#2018-01-05 false 2026-07-02 2026-07-21 - - absence",
        ]
    );
    assert_eq!(
        shown(&resolved, Table::Events, &["account_key"]),
        ["crm:kim#2018-01-05", "crm:kim", "crm:kim"],
        "each event goes to the account that was there"
    );
    assert_eq!(
        shown(&resolved, Table::Credentials, &["credential_key", "account_key", "status", "gone_hi"]),
        ["crm:kim#key crm:kim active -", "crm:kim#key#2026-01-01 crm:kim#2018-01-05 deleted 2026-07-22"]
    );
}

#[test]
fn an_account_is_matched_by_what_any_of_its_rows_calls_it() {
    let id = "0a1b2c3d-0000-4000-8000-00000000000f";
    let text = format!(
        "system,account_id,username,email,status,src_file
         crm,{id},noa@x.example,,active,0
         crm,{id},x-deleted-77,,deleted,1
         crm,00000000-0000-4000-8000-000000000001,00000000000040008000000000000001ann@x.example,,deleted,1"
    );
    let people = "person_id,email,src_file\n1,noa@x.example,3\n2,ann@x.example,3";
    let resolved = over(&exports(), &[(Table::People, people), (Table::Accounts, &text)]);
    assert_eq!(shown(&resolved, Table::Accounts, &["person_id", "status"]), ["1 deleted", "2 deleted"]);
}

#[test]
fn who_is_in_no_later_whole_export_is_deleted() {
    let rows = "system,account_id,status,created_at,src_file
                crm,1,active,2020-01-01,0
                crm,2,active,2020-01-01,0
                crm,3,disabled,2020-01-01,0
                crm,2,active,2020-01-01,1";
    let credentials = "system,credential_id,status,src_file
                       crm,k1,active,0
                       crm,k2,active,0
                       crm,k2,active,1";
    let tables = [(Table::Accounts, rows), (Table::Credentials, credentials)];
    let resolved = over(&exports(), &tables);
    assert_eq!(
        shown(&resolved, Table::Accounts, &["account_id", "status", "gone_lo", "gone_hi"]),
        ["1 deleted 2026-06-30 2026-08-31", "2 active - -", "3 deleted 2026-06-30 2026-08-31"]
    );
    assert_eq!(
        shown(&resolved, Table::AccountStates, &STATES),
        [
            "crm:1 true 2020-01-01 2020-01-01 2026-06-30 2026-08-31 snapshot",
            "crm:1 false 2026-06-30 2026-08-31 - - absence",
            "crm:2 true 2020-01-01 2020-01-01 - - snapshot",
            "crm:3 true 2020-01-01 2020-01-01 2020-01-01 2026-06-30 snapshot",
            "crm:3 false 2020-01-01 2026-06-30 - - snapshot",
        ]
    );
    assert_eq!(
        shown(&resolved, Table::Credentials, &["credential_key", "status", "gone_hi"]),
        ["crm:k1 deleted 2026-08-31", "crm:k2 active -"]
    );
    // A part of an export shows no absence.
    let mut files = exports();
    files[1].completeness = Completeness::Partial;
    let resolved = over(&files, &tables);
    assert_eq!(shown(&resolved, Table::Accounts, &["status"]), ["active", "active", "disabled"]);
    assert_eq!(shown(&resolved, Table::Credentials, &["status"]), ["active", "active"]);
    // Neither does a list of deleted accounts, nor an export of another kind.
    for other in ["crm,9,deleted,,1", "crm,2,active,,2"] {
        let text = rows.replace("crm,2,active,2020-01-01,1", other);
        let resolved = over(&exports(), &[(Table::Accounts, &text)]);
        assert_eq!(shown(&resolved, Table::Accounts, &["status"])[..3], ["active", "active", "disabled"], "{other}");
    }
}

#[test]
fn a_use_lies_before_a_known_loss_of_access() {
    let resolved = over(
        &exports(),
        &[(
            Table::Accounts,
            "system,account_id,status,created_at,disabled_lo,disabled_hi,last_seen_lo,last_seen_hi,src_file
             crm,1,disabled,2020-01-01,2026-08-14T16:30,2026-08-14T16:30,2026-08-14,2026-08-15,1
             crm,2,deleted,2020-01-01,,2026-08-14T16:30,,2026-08-20,1
             crm,3,disabled,2020-01-01,2026-08-14T16:30,2026-08-14T16:30,2026-08-16,2026-08-17,1
             crm,4,active,2020-01-01,,,2026-08-14,2026-08-15,1",
        )],
    );
    assert_eq!(
        shown(&resolved, Table::Accounts, &["account_id", "last_seen_lo", "last_seen_hi"]),
        [
            "1 2026-08-14 2026-08-14T16:30Z",
            // Only attempts are known.
            "2 - 2026-08-14T16:30Z",
            // Used after it was off: it came back.
            "3 2026-08-16 2026-08-17",
            "4 2026-08-14 2026-08-15",
        ]
    );
    assert_eq!(
        shown(&resolved, Table::AccountStates, &STATES),
        [
            "crm:1 true 2020-01-01 2020-01-01 2026-08-14T16:30Z 2026-08-14T16:30Z snapshot",
            "crm:1 false 2026-08-14T16:30Z 2026-08-14T16:30Z - - snapshot",
            // Off by then at the latest.
            "crm:2 true 2020-01-01 2020-01-01 2020-01-01 2026-08-14T16:30Z snapshot",
            "crm:2 false 2020-01-01 2026-08-14T16:30Z - - snapshot",
            "crm:3 true 2020-01-01 2020-01-01 2026-08-14T16:30Z 2026-08-14T16:30Z snapshot",
            "crm:3 false 2026-08-14T16:30Z 2026-08-14T16:30Z 2026-08-14T16:30Z 2026-08-16 snapshot",
            "crm:3 true 2026-08-14T16:30Z 2026-08-16 2026-08-16 2026-08-31 snapshot",
            "crm:3 false 2026-08-16 2026-08-31 - - snapshot",
            "crm:4 true 2020-01-01 2020-01-01 - - snapshot",
        ]
    );
}

#[test]
fn an_empty_last_use_means_never_where_the_export_knows_some_use() {
    let files = vec![
        file("crm/page1.json", "crm", "2026-08-31"),
        file("crm/page2.json", "crm", "2026-08-31"),
        file("crm/old.json", "crm", "2026-06-30"),
    ];
    let resolved = over(
        &files,
        &[(
            Table::Accounts,
            "system,account_id,status,created_at,last_seen_lo,last_seen_hi,activity,src_file
             crm,1,active,2020-01-01,2026-08-01,2026-08-01,,0
             crm,2,active,2020-01-01,,,never,1
             wiki,1,active,2020-01-01,,,never,1
             crm,2,active,2020-01-01,,,never,2",
        )],
    );
    assert_eq!(
        shown(&resolved, Table::Accounts, &["account_key", "activity"]),
        ["crm:1 seen", "crm:2 never", "wiki:1 unknown"]
    );
}

#[test]
fn an_export_without_a_time_shows_nothing_after_its_newest_instant() {
    let mut files = [file("crm/old.csv", "crm", "2026-06-30"), file("crm/blank.csv", "blank", "2026-06-30")];
    for one in &mut files {
        one.observed_at = None;
    }
    files[0].newest = Some(crate::support::at("2026-03-05"));
    let resolved = over(
        &files,
        &[(
            Table::Accounts,
            "system,account_id,status,created_at,last_seen_lo,last_seen_hi,src_file
             crm,1,active,2020-01-01,2026-03-05,2026-03-05,0
             crm,2,active,,,,1",
        )],
    );
    assert_eq!(
        shown(&resolved, Table::Accounts, &["account_id", "observed_at"]),
        // Without any instant, as_of.
        ["1 2026-03-05", "2 2026-10-01"]
    );
    assert_eq!(
        shown(&resolved, Table::AccountStates, &["account_key", "seen_until"]),
        ["crm:1 2026-03-05", "crm:2 2026-10-01"]
    );
}

#[test]
fn the_newest_row_of_credentials_wins_column_by_column() {
    let resolved = over(
        &exports(),
        &[(
            Table::Credentials,
            "system,credential_id,kind,owner_text,status,created_at,last_used_lo,last_used_hi,activity,src_file
             crm,k1,token,ann,active,2026-01-01,2026-06-01,2026-06-01,,0
             crm,k1,,,inactive,2026-01-01,,,never,1
             crm,k2,token,,active,2026-01-01,2026-08-01,2026-08-01,,1
             crm,k2,token,,inactive,2026-01-01,2026-08-02,2026-08-02,,1",
        )],
    );
    assert_eq!(
        shown(&resolved, Table::Credentials, &["credential_key", "kind", "owner_text", "status", "last_used_hi"]),
        [
            "crm:k1 token ann inactive 2026-06-01",
            // Twice in one export: which state is the newer one is not known.
            "crm:k2 token - unknown 2026-08-02",
        ]
    );
    let again = run(input(&[(Table::Credentials, "system,credential_id,status\naws,k,active")]));
    assert_eq!(shown(&again, Table::Credentials, &["credential_key"]), ["aws:k"]);
}
