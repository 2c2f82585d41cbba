//! Unread is not absent: what was not understood leaves a mark on its row, and bounds stay bounds.

use overstay::dataset::Table::{self, Accounts, Credentials, People};
use overstay::source::{LoadOptions, Loaded, SourceSet};

use super::kit::{Folder, rows};

fn read(path: &str, text: &str, table: Table, columns: &[&str]) -> Vec<String> {
    rows(&Folder::with(path, text).load(), table, columns)
}

/// Reads `data/` with a company's own mapping.
fn mapped(mapping: &str, file: &str, text: &str) -> Loaded {
    let folder = Folder::with("maps/mine.toml", mapping).and(&format!("data/{file}"), text);
    let set = SourceSet::load(&[folder.path().join("maps")]).expect("a mapping");
    overstay::source::load(&folder.path().join("data"), &set, &LoadOptions::default()).expect("an export")
}

#[test]
fn a_date_or_status_that_cannot_be_read_leaves_a_mark() {
    let text = "person_id,status,started_on,ended_on\n\
                1,active,2020-01-01,\n\
                2,Separated?,2020-01-01,soon\n\
                3,terminated,2020-01-01,2026-02-30\n";
    assert_eq!(
        read("p.csv", text, People, &["person_id", "status", "ended_lo", "unread"]),
        ["1 | active | - | -", "2 | unknown | - | ;ended;status;", "3 | terminated | - | ;ended;"]
    );
}

#[test]
fn an_account_or_key_whose_status_cannot_be_read_stays() {
    let accounts = "system,account_id,status,last_seen_at,disabled_at\n\
                    a,1,active,2026-01-01,\n\
                    a,2,aktiv,yesterday,\n\
                    a,3,,2026-01-01,\n\
                    a,,active,,\n";
    assert_eq!(
        read("a.csv", accounts, Accounts, &["account_id", "status", "activity", "unread"]),
        ["1 | active | seen | -", "2 | unknown | unknown | ;last_seen;status;", "3 | unknown | seen | ;status;"]
    );
    let keys = "system,credential_id,status,expires_at\na,k1,live,2026-01-01\na,k2,active,someday\n";
    assert_eq!(
        read("c.csv", keys, Credentials, &["credential_id", "status", "expiry", "unread"]),
        ["k1 | unknown | date | ;status;", "k2 | active | unknown | ;expires_at;"]
    );
}

#[test]
fn an_end_before_its_beginning_is_no_date() {
    let text = "person_id,started_on,ended_on\n1,2026-03-01,2026-02-01\n2,2026-03-01,2026-03-01\n";
    assert_eq!(
        read("p.csv", text, People, &["person_id", "started_lo", "ended_lo", "unread"]),
        ["1 | - | - | ;started;ended;", "2 | 2026-03-01T00:00:00Z | 2026-03-01T00:00:00Z | -"]
    );
}

#[test]
fn a_general_rule_of_a_mapping_does_not_hide_an_unknown_status() {
    let mapping = |other: &str| {
        format!(
            "id = \"mine\"\ntitle = \"Mine\"\nclass = \"hr\"\nformat = \"csv\"\n\
             [recognise]\nall = [\"No\", \"State\"]\n[[rows]]\ntable = \"people\"\n[rows.columns]\n\
             person_id = \"No\"\nended = {{ path = \"Left\", other = \"null\" }}\n\
             status = {{ path = \"State\", map = {{ On = \"active\", Wait = \"unknown\" }}, other = \"{other}\" }}\n"
        )
    };
    for (other, status) in [("null", "unknown"), ("=unknown", "unknown"), ("=active", "active"), ("reject", "unknown")]
    {
        let loaded = mapped(&mapping(other), "p.csv", "No,State,Left\n1,on,\n2,Separated?,\n3,wait,\n4,on,soon\n");
        assert_eq!(
            rows(&loaded, People, &["person_id", "status", "unread"]),
            [
                "1 | active | -".to_owned(),
                format!("2 | {status} | ;status;"),
                "3 | unknown | -".to_owned(),
                "4 | active | ;ended;".to_owned(),
            ],
            "{other}"
        );
    }
}

#[test]
fn a_bound_is_one_side_of_an_instant() {
    let mapping = "id = \"mine\"\ntitle = \"Mine\"\nclass = \"application\"\nformat = \"csv\"\nsystem = \"shop\"\n\
                   [recognise]\nall = [\"Id\", \"Tried\"]\n[[rows]]\ntable = \"accounts\"\n[rows.columns]\n\
                   account_id = \"Id\"\nstatus = { const = \"active\" }\n\
                   disabled = { path = \"Changed\", bound = \"upper\" }\n\
                   last_seen = { latest = [\"In\"], upper = [\"Tried\", \"Seen\"] }\n";
    let text = "Id,In,Tried,Seen,Changed\n\
                1,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,,2026-03-01\n\
                2,2026-02-01T00:00:00Z,2026-01-01T00:00:00Z,,\n\
                3,,2026-02-01T00:00:00Z,2026-02-03T00:00:00Z,\n\
                4,2026-01-01T00:00:00Z,??,,\n";
    assert_eq!(
        rows(
            &mapped(mapping, "a.csv", text),
            Accounts,
            &["account_id", "last_seen_lo", "last_seen_hi", "disabled_lo", "disabled_hi", "unread"]
        ),
        [
            "1 | 2026-01-01T00:00:00Z | 2026-02-01T00:00:00Z | - | 2026-03-02T00:00:00Z | -",
            "2 | 2026-02-01T00:00:00Z | 2026-02-01T00:00:00Z | - | - | -",
            "3 | - | 2026-02-03T00:00:00Z | - | - | -",
            "4 | 2026-01-01T00:00:00Z | 2026-01-01T00:00:00Z | - | - | ;last_seen;",
        ]
    );
}

#[test]
fn an_okta_deactivation_may_have_been_a_suspension_before() {
    let user = |id: u32, status: &str| {
        format!(
            r#"{{"id":"{id}","status":"{status}","activated":"2020-01-01T00:00:00Z","statusChanged":"2026-03-01T00:00:00Z","lastUpdated":"2026-03-02T00:00:00Z","profile":{{"login":"u{id}"}}}}"#
        )
    };
    let text = format!("[{},{},{}]", user(1, "SUSPENDED"), user(2, "DEPROVISIONED"), user(3, "PENDING?"));
    assert_eq!(
        read("okta/u.json", &text, Accounts, &["status", "disabled_lo", "disabled_hi", "changed_at", "unread"]),
        [
            "suspended | 2026-03-01T00:00:00Z | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z | -",
            "disabled | - | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z | -",
            "unknown | - | - | 2026-03-02T00:00:00Z | ;status;",
        ]
    );
}

#[test]
fn an_entra_deletion_is_exact_only_for_what_was_on() {
    let user = |id: u32, more: &str| {
        format!(r#"{{"id":"{id}","userPrincipalName":"u{id}@c.example","displayName":"U",{more}}}"#)
    };
    let deleted = r#""deletedDateTime":"2026-03-01T00:00:00Z""#;
    let text = format!(
        "[{},{},{},{}]",
        user(1, &format!(r#""accountEnabled":true,{deleted}"#)),
        user(2, &format!(r#""accountEnabled":false,{deleted}"#)),
        user(3, deleted),
        user(
            4,
            r#""accountEnabled":"perhaps","signInActivity":{"lastSuccessfulSignInDateTime":"2026-01-01T00:00:00Z","lastSignInDateTime":"2026-02-01T00:00:00Z"}"#
        ),
    );
    assert_eq!(
        read(
            "entra/u.json",
            &text,
            Accounts,
            &["status", "disabled_lo", "disabled_hi", "last_seen_lo", "last_seen_hi", "unread"]
        ),
        [
            "deleted | 2026-03-01T00:00:00Z | 2026-03-01T00:00:00Z | - | - | -",
            "deleted | - | 2026-03-01T00:00:00Z | - | - | -",
            "deleted | - | 2026-03-01T00:00:00Z | - | - | -",
            "unknown | - | - | 2026-01-01T00:00:00Z | 2026-02-01T00:00:00Z | ;status;",
        ]
    );
}

#[test]
fn a_sign_of_a_way_in_that_cannot_be_read_is_no_closed_door() {
    let head = "user,arn,user_creation_time,password_enabled,password_last_used,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,cert_1_active,cert_2_active";
    let text = format!(
        "{head}\nann,arn:ann,2020-01-01T00:00:00Z,ture,N/A,false,N/A,N/A,false,false,false\nbo,arn:bo,2020-01-01T00:00:00Z,false,N/A,false,2021-01-01T00:00:00Z,N/A,false,false,false\n"
    );
    let loaded = Folder::with("aws/r.csv", text).load();
    assert_eq!(
        rows(&loaded, Accounts, &["username", "status", "unread"]),
        ["ann | unknown | ;status;", "bo | disabled | -"]
    );
    assert_eq!(
        rows(&loaded, Credentials, &["credential_id", "status", "unread"]),
        ["arn:ann#password | unknown | ;status;", "arn:bo#access_key_1 | inactive | -"]
    );
    // A key in use without the day of its making is a key.
    let text = format!("{head}\ncy,arn:cy,2020-01-01T00:00:00Z,false,N/A,true,,N/A,false,false,false\n");
    let loaded = Folder::with("aws/r.csv", text).load();
    assert_eq!(
        rows(&loaded, Credentials, &["credential_id", "status", "rotated_at"]),
        ["arn:cy#access_key_1 | active | -"]
    );
}
