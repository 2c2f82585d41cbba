//! What a file is known by, and what is printed of a file that nothing knows.

use super::kit::Folder;

fn source(name: &str, text: &str) -> Option<String> {
    Folder::with(name, text).inspect_one(name).file.source
}

#[test]
fn signs_stand_together_in_one_record() {
    let user = r#"{"id":"1","userPrincipalName":"a@x","displayName":"A"}"#;
    for (text, expected) in [
        (format!("[{user}]"), Some("entra-users")),
        (r#"[{"id":"1"},{"userPrincipalName":"a@x"},{"displayName":"A"}]"#.to_owned(), None),
        (format!(r#"[{{"id":"1"}},{user}]"#), Some("entra-users")),
    ] {
        assert_eq!(source("a.json", &text).as_deref(), expected, "{text}");
    }
}

#[test]
fn users_of_a_graph_may_come_without_their_id() {
    let with = |context: &str, record: &str| {
        source("a.json", &format!(r#"{{"@odata.context":"https://g/v1.0/$metadata#{context}","value":[{record}]}}"#))
    };
    let bare = r#"{"userPrincipalName":"a@x","displayName":"A"}"#;
    for (context, record, expected) in [
        ("users(userPrincipalName,displayName)", bare, Some("entra-users")),
        ("users", bare, Some("entra-users")),
        ("users", r#"{"userPrincipalName":"a@x"}"#, Some("entra-users")),
        ("groups", bare, None),
        ("users('7')/registeredDevices(displayName)", bare, None),
        ("x", r#"{"userPrincipalName":"a@x","accountEnabled":false}"#, Some("entra-users")),
        ("users", r#"{"userPrincipalName":"a@x","displayName":"A","isDeleted":false}"#, None),
    ] {
        assert_eq!(with(context, record).as_deref(), expected, "{context} {record}");
    }
    let file = Folder::with(
        "entra/a.json",
        format!(r#"{{"value":[{}]}}"#, r#"{"userPrincipalName":"a@x","accountEnabled":true}"#),
    );
    let loaded = file.load();
    let ids = super::kit::rows(&loaded, overstay::dataset::Table::Accounts, &["account_id", "immutable_id"]);
    assert_eq!(ids, ["a@x | -"]);
}

#[test]
fn what_rules_a_source_out_keeps_it_from_being_offered() {
    let principal = r#"{"value":[{"id":"1","appDisplayName":"A","displayName":"A","accountEnabled":true,"createdDateTime":null,"userPrincipalName":null}]}"#;
    let one = Folder::with("a.json", principal).inspect_one("a.json");
    assert!(one.candidates.iter().all(|near| near.source != "entra-users"), "{:?}", one.candidates);
    assert!(!one.diagnostics[0].to_string().contains("entra-users"));
}

#[test]
fn the_first_line_of_a_text_that_is_no_table_is_never_printed() {
    for line in [
        "alice,hunter2-S3cret-Pass",
        "bob,correct4horse",
        "OPENAI_API_KEY=sk-live-4f9a",
        "dn: cn=admin,dc=corp",
        "token,eyJhbGciOiJIUzI1NiJ9",
        "name,wJalrXUtnFEMIKMDENGbPxRfiCY",
        "host,10.1.2.30",
        "a@corp.example,b",
    ] {
        let one = Folder::with("x.csv", format!("{line}\nq,w\n")).inspect_one("x.csv");
        assert_eq!(one.suggestion, None, "{line}");
    }
    for line in [
        "Nom,Prénom,Courriel",
        "User Name,Last Seen In App (UTC),Address 2,e-mail",
        "cert_1_active,cert_2_active,user_id",
    ] {
        let one = Folder::with("x.csv", format!("{line}\nq,w,e,r\n")).inspect_one("x.csv");
        assert!(one.suggestion.is_some(), "{line}");
    }
}

#[test]
fn a_single_object_is_picked_as_one_of_a_list() {
    let mapping = r#"id = "mine"
title = "Mine"
class = "application"
format = "json"
system = "mine"

[recognise]
all = ["id", "target[type=User].name"]

[[rows]]
table = "accounts"

[rows.columns]
account_id = "id"
username = "target[type=User].name"
status = { const = "active" }
"#;
    let folder = Folder::with("maps/mine.toml", mapping);
    let set = overstay::source::SourceSet::load(&[folder.path().join("maps")]).expect("a mapping");
    for (target, known) in [
        (r#"{"type":"User","name":"r1"}"#, true),
        (r#"[{"type":"Robot","name":"x"},{"type":"user","name":"r1"}]"#, true),
        (r#"{"type":"Robot","name":"r1"}"#, false),
        (r#"[{"type":"Robot","name":"r1"}]"#, false),
    ] {
        let file = Folder::with("a.json", format!(r#"{{"id":"1","target":{target}}}"#));
        let options = overstay::source::LoadOptions::default();
        let all = overstay::source::inspect(&[file.path().join("a.json")], &set, &options, 5).expect("a file");
        assert_eq!(all[0].file.source.is_some(), known, "{target}");
        assert_eq!(all[0].preview.iter().any(|table| table.columns.iter().any(|name| name == "username")), known);
    }
}

/// One of two members of an object that looks like a user makes no list of users of it.
#[test]
fn a_part_of_an_event_is_no_list() {
    let user = r#"{"login":"x","id":2,"type":"User","site_admin":false,"html_url":"https://github.com/x"}"#;
    let payload = format!(r#"{{"repository":{{"id":1,"name":"r","full_name":"o/r"}},"sender":{user}}}"#);
    assert_eq!(source("github/a.json", &payload), None);
    assert_eq!(source("github/a.json", &format!("[{user}]")).as_deref(), Some("github-org-members"));
}
