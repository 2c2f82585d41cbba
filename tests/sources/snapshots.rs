//! Files to which a collector appends: what they say does not depend on the order of their lines.

use overstay::dataset::Table::Accounts;
use overstay::source::{LoadOptions, SourceSet, load};

use super::kit::{Folder, rows};

const MAPPING: &str = r#"
id = "appended"
title = "Users, with the time of their collection"
class = "directory"
format = "json"
system = "crm"
observed_at = "_sync_time"

[recognise]
all = ["_sync_time", "login", "state"]

[[rows]]
table = "accounts"

[rows.columns]
account_id = "login"
status = { path = "state", map = { on = "active", off = "disabled" } }
"#;

/// The state of each account with when it was seen, in the order of the accounts.
fn seen(lines: &[&str]) -> Vec<String> {
    let text = format!("_sync_time,login,state\n{}\n", lines.join("\n"));
    let folder = Folder::with("maps/appended.toml", MAPPING).and("co/crm/users.csv", text);
    let set = SourceSet::load(&[folder.path().join("maps")]).expect("a mapping");
    let loaded = load(&folder.path().join("co"), &set, &LoadOptions::default()).expect("a folder that loads");
    let files = rows(&loaded, Accounts, &["src_file"]);
    let mut out: Vec<String> = rows(&loaded, Accounts, &["account_id", "status"])
        .into_iter()
        .zip(files)
        .map(|(row, file)| {
            let file = &loaded.files[file.parse::<usize>().expect("a number")];
            assert_eq!(file.path, "crm/users.csv");
            format!("{row} at {}", file.observed_at.map_or("no time".to_owned(), overstay::time::rfc3339))
        })
        .collect();
    out.sort();
    let records: u64 = loaded.files.iter().map(|file| file.records).sum();
    assert_eq!(records, lines.len() as u64);
    out
}

#[test]
fn each_collection_of_an_appended_file_is_an_export() {
    let lines = [
        "2026-08-20T06:00:00Z,ann,on",
        "2026-08-20T06:40:00Z,bob,on",
        "2026-08-25T06:00:00Z,ann,off",
        "2026-08-25T06:00:00Z,bob,on",
        ",cid,on",
    ];
    let expected = [
        "ann | active at 2026-08-20T06:40:00Z",
        "ann | disabled at 2026-08-25T06:00:00Z",
        "bob | active at 2026-08-20T06:40:00Z",
        "bob | active at 2026-08-25T06:00:00Z",
        // Who does not say when is of the newest collection.
        "cid | active at 2026-08-25T06:00:00Z",
    ];
    assert_eq!(seen(&lines), expected);
    let mut shuffled = lines;
    shuffled.reverse();
    assert_eq!(seen(&shuffled), expected);
    shuffled.swap(0, 3);
    assert_eq!(seen(&shuffled), expected);
}

#[test]
fn one_collection_leaves_the_file_as_it_is() {
    assert_eq!(seen(&["2026-08-20T06:00:00Z,ann,on"]), ["ann | active at 2026-08-20T06:00:00Z"]);
    assert_eq!(seen(&[",ann,on", "no time,bob,on"]), ["ann | active at no time", "bob | active at no time"]);
}
