//! Every container that JSON exports come in.

use overstay::dataset::Table::Accounts;
use overstay::source::FileOutcome;

use super::kit::{Folder, rows};

const ONE: &str = r#"{"id":"1","status":"ACTIVE","lastLogin":null,"profile":{"login":"a@b.example"}}"#;
const TWO: &str =
    r#"{"id":"2","status":"SUSPENDED","lastLogin":"2026-01-02T03:04:05.000Z","profile":{"login":"c@d.example"}}"#;

#[test]
fn every_container_gives_the_same_rows() {
    let pretty = |text: &str| text.replace(",\"", ",\n  \"");
    for (name, text) in [
        ("list", format!("[{ONE},\n{TWO}]")),
        ("lines", format!("{ONE}\n{TWO}\n")),
        ("lines, CRLF", format!("{ONE}\r\n{TWO}")),
        ("pretty objects one after the other", format!("{}\n{}\n", pretty(ONE), pretty(TWO))),
        ("page", format!("{{\"@odata.context\":\"x\",\"value\":[{ONE},{TWO}],\"@odata.nextLink\":\"y\"}}")),
        ("list of pages", format!("[{{\"value\":[{ONE}]}},{{\"value\":[{TWO}]}}]")),
        ("lines of pages", format!("{{\"items\":[{ONE}]}}\n{{\"items\":[{TWO}]}}\n")),
        ("lists one after the other", format!("[{ONE}][{TWO}]")),
        ("recorded answer", format!("{{\"status_code\":200,\"data\":[{ONE},{TWO}]}}")),
        ("answer with headers", format!("{{\"headers\":{{\"x\":\"1\"}},\"body\":{{\"value\":[{ONE},{TWO}]}}}}")),
        ("BOM", format!("\u{feff}[{ONE},{TWO}]")),
        ("lower-case keys", format!("[{ONE},{TWO}]").replace("lastLogin", "lastlogin").replace("login", "LOGIN")),
    ] {
        let loaded = Folder::with("okta-prod/users.json", text).load();
        assert_eq!(loaded.files[0].outcome, FileOutcome::Read, "{name}");
        assert_eq!(
            rows(
                &loaded,
                Accounts,
                &["system", "account_id", "username", "status", "activity", "last_seen_hi", "src_row"]
            ),
            [
                "okta-prod | 1 | a@b.example | active | never | - | 1",
                "okta-prod | 2 | c@d.example | suspended | seen | 2026-01-02T03:04:05Z | 2"
            ],
            "{name}"
        );
    }
}

#[test]
fn one_object_is_one_record_and_the_root_gives_the_default_system() {
    let loaded = Folder::with("user.json", ONE).load();
    assert_eq!(rows(&loaded, Accounts, &["system", "account_id"]), ["okta | 1"]);
}

#[test]
fn an_error_between_pages_is_a_reject_and_not_an_empty_page() {
    let text = format!("{{\"value\":[{ONE}]}}\n{{\"error\":{{\"code\":401}}}}\n{{\"value\":[{TWO}]}}\n");
    let loaded = Folder::with("users.ndjson", text).load();
    assert_eq!(rows(&loaded, Accounts, &["account_id", "src_row"]), ["1 | 1", "2 | 3"]);
    assert_eq!(loaded.files[0].rejected, 1);
    assert_eq!(loaded.rejects[0].reason, "an error answer of the interface in place of a page");
}

#[test]
fn several_lists_are_not_guessed_between() {
    let text = format!("{{\"items\":[{ONE}],\"records\":[{TWO}]}}");
    assert_eq!(Folder::with("x.json", text).inspect_one("x.json").file.outcome, FileOutcome::Ambiguous);
}

#[test]
fn a_list_where_one_value_is_expected_and_the_other_way_round() {
    let read = |proxy: &str| {
        let text =
            format!(r#"[{{"id":"1","userPrincipalName":"a@b.example","displayName":"A","proxyAddresses":{proxy}}}]"#);
        rows(&Folder::with("u.json", text).load(), Accounts, &["aliases"]).remove(0)
    };
    assert_eq!(read(r#"["SMTP:a@b.example","smtp:x@b.example"]"#), "a@b.example;x@b.example");
    assert_eq!(read(r#""smtp:x@b.example\r\n""#), "x@b.example");
    assert_eq!(read("null"), "-");
    assert_eq!(read("[]"), "-");
    assert_eq!(read(r#"{"address":"x"}"#), "-");
}
