//! Every container that JSON exports come in.

use overstay::dataset::Table::Accounts;
use overstay::source::{Completeness, FileOutcome};

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

#[test]
fn long_ids_stay_what_they_are() {
    let user = |id: &str| ONE.replace("\"1\"", id);
    let ids = ["123456789012345678901", "123456789012345678902", "18446744073709551615", "18446744073709551616", "7"];
    let text = format!("[{}]", ids.map(user).join(","));
    assert_eq!(rows(&Folder::with("u.json", text).load(), Accounts, &["account_id"]), ids);
}

/// Longer than the beginning that recognition looks at: facts on both sides of the list count, and lines are those of
/// the file.
#[test]
fn a_long_document_is_read_as_a_short_one() {
    let user = |id: usize| {
        let created = if id == 9_000 { "soon" } else { "2020-01-01T00:00:00.000Z" };
        format!(
            "{{\"id\":\"{id}\",\"status\":\"ACTIVE\",\"created\":\"{created}\",\"lastLogin\":null,\n\"profile\":{{\"login\":\"u{id}\",\"x\":\"{}\"}}}}",
            "x".repeat(150)
        )
    };
    let page = |count: usize, more: &str| {
        let users: Vec<String> = (1..=count).map(user).collect();
        format!(
            "{{\"status\":200,\n\"skipped\":[{}],\n\"data\":[\n{}\n]{more}}}",
            "[7],".repeat(400_000) + "8",
            users.join(",\n")
        )
    };
    for (count, more, completeness) in [
        (10_000, ",\"next\":\"https://x?page=2\"", Completeness::Partial),
        (10_000, ",\"next\":null", Completeness::Whole),
        (10_000, ",\"total\":10000", Completeness::Whole),
        (10_000, ",\"total\":10001", Completeness::Partial),
    ] {
        let loaded = Folder::with("okta/users.json", page(count, more)).load();
        let file = &loaded.files[0];
        assert_eq!((file.outcome, file.source.as_deref()), (FileOutcome::Read, Some("okta-users")));
        assert_eq!((file.records, file.rejected, file.cut), (10_000, 0, false));
        let places: Vec<(u64, Option<u64>)> = loaded.rejects.iter().map(|reject| (reject.row, reject.line)).collect();
        // Three lines stand before the list, and each record has two.
        assert_eq!(places, [(9_000, Some(3 + 2 * 9_000 - 1))]);
        let expected = if completeness == Completeness::Whole { Completeness::Partial } else { completeness };
        // One value that cannot be read makes it partial: what is said of its pages tells the difference.
        assert_eq!(file.completeness, expected);
        let about_pages = file.completeness_reasons.iter().any(|why| why.contains("announces"));
        assert_eq!(about_pages, completeness == Completeness::Partial, "{more}: {:?}", file.completeness_reasons);
    }
    let cut = page(10_000, "");
    let loaded = Folder::with("okta/users.json", &cut[..cut.len() - 3]).load();
    assert_eq!((loaded.files[0].records, loaded.files[0].cut), (10_000, true), "a list that is not closed");
}
