//! The register of mappings, and what a company's own mapping is told when it is wrong.

use overstay::dataset::Table;
use overstay::source::{LoadOptions, SourceSet};

use overstay::dataset::Table::Accounts;

use super::kit::{Folder, rows, shipped};

fn wrong(text: &str) -> String {
    let folder = Folder::with("mine.toml", text);
    let failure = SourceSet::load(&[folder.path()]).expect_err("a mapping with mistakes");
    failure.to_string().replace(&folder.path().display().to_string(), "DIR")
}

const GOOD: &str = r#"id = "mine"
title = "Mine"
class = "hr"
format = "csv"
secret = ["pin"]

[recognise]
all = ["Personalnummer", "Eintritt"]

[[rows]]
table = "people"

[rows.columns]
person_id = "Personalnummer"
started = { path = "Eintritt", time = ["day-first"] }
status = { path = "Status", map = { aktiv = "active", "ausge*" = "terminated" }, other = "=unknown", missing = "unknown" }
"#;

#[test]
fn every_shipped_source_says_what_it_is() {
    let set = shipped();
    let ids: Vec<&str> = set.iter().map(overstay::source::Source::id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    assert_eq!(ids, sorted);
    for source in set.iter() {
        assert!(!source.title().is_empty() && source.description().len() > 20, "{}", source.id());
        assert!(!source.tables().is_empty() && !source.signs().is_empty(), "{}", source.id());
        assert_eq!(set.get(source.id()).map(overstay::source::Source::text), Some(source.text()));
    }
}

#[test]
fn a_companys_own_mapping_reads_its_own_words() {
    let folder = Folder::with("maps/mine.toml", GOOD)
        .and("data/hr.csv", "Personalnummer;Eintritt;Status;PIN\n0042;31.12.2020;Aktiv;9999\n43;01.02.2021;Ausgeschieden;1\n44;1.2.2021;?;1\n");
    let set = SourceSet::load(&[folder.path().join("maps")]).expect("a mapping");
    let loaded = overstay::source::load(&folder.path().join("data"), &set, &LoadOptions::default()).expect("people");
    assert_eq!(
        rows(&loaded, Table::People, &["person_id", "started_lo", "status"]),
        [
            "0042 | 2020-12-31T00:00:00Z | active",
            "43 | 2021-02-01T00:00:00Z | terminated",
            "44 | 2021-02-01T00:00:00Z | unknown",
        ]
    );
    assert!(loaded.files[0].unknown_columns.is_empty(), "secret columns are not even named");
}

#[test]
fn the_same_id_replaces_a_shipped_mapping() {
    let folder = Folder::with("own-links.toml", GOOD.replace("\"mine\"", "\"own-links\""));
    let set = SourceSet::load(&[folder.path()]).expect("a mapping");
    assert_eq!(set.get("own-links").map(overstay::source::Source::title), Some("Mine"));
    assert_eq!(set.iter().count(), shipped().iter().count());
}

#[test]
fn mistakes_in_shape_have_a_place_and_a_suggestion() {
    insta::assert_snapshot!(wrong(&GOOD.replace("title", "titel")), @r#"
    error: DIR/mine.toml:1:1: `title` is missing
    error: DIR/mine.toml:2:1: unknown field `titel`
    hint: did you mean "title"?
    "#);
    insta::assert_snapshot!(wrong(&GOOD.replace("map = {", "mapp = {")), @r#"
    error: DIR/mine.toml:16:29: unknown field `mapp`
    hint: did you mean "map"?
    "#);
    insta::assert_snapshot!(wrong(&GOOD.replace("\"hr\"", "\"personnel\"")), @r#"
    error: DIR/mine.toml:3:9: unknown variant `personnel`
    hint: expected one of `hr`, `directory`, `application`, `inventory`, `log`, `register`
    "#);
    insta::assert_snapshot!(wrong("id = "), @"error: DIR/mine.toml:1:6: not valid TOML: string values must be quoted, expected literal string");
}

#[test]
fn mistakes_of_shape_and_of_meaning_are_told_together() {
    let text = r#"id = "Mine!"
titel = "Mine"
class = "hr"
format = "csv"
retention = "soon"
time = ["iso", "sometimes"]
secret = 7
speaks_of = "everything"

[recognise]
all = ["a", 3]
any = ["b"]

[leaves_out]
what = "leavers"

[[skip]]
when = { state = true }

[[rows]]
table = "peple"
[rows.columns]
person_id = "a"

[[rows]]
table = "people"
colums = 1
[rows.columns]
person_id = { path = 4 }
status = { path = "b", mapp = { x = "active" }, map = { y = "activ" }, lower = "yes" }
ended = 5
"#;
    let told: Vec<String> =
        wrong(text).lines().filter_map(|line| line.strip_prefix("error: DIR/mine.toml:")).map(str::to_owned).collect();
    assert_eq!(
        told,
        [
            "1:1: `title` is missing",
            "1:6: the id may hold lower-case letters, digits and `-` only",
            "2:1: unknown field `titel`",
            "5:13: the retention is not a length of time",
            "6:16: unknown variant `sometimes`",
            "7:10: `secret` must be text, this is a whole number",
            "8:13: unknown variant `everything`",
            "10:1: a file is never known by one key alone",
            "11:13: `all` must be text, this is a whole number",
            "12:7: `any` must be a list of lists: one key of each must occur",
            "14:1: `hint` is missing",
            "14:1: `shown_by` says which record shows that they are in it",
            "17:1: `reason` is missing",
            "18:18: a condition is a word, a list of words, or a table such as { present = true }",
            "21:9: unknown table `peple`",
            "27:1: unknown field `colums`",
            "29:22: `path` must be text, this is a whole number",
            "30:1: `activ` is not a word of the column `status`",
            "30:24: unknown field `mapp`",
            "30:80: `lower` must be true or false, this is text",
            "31:9: `ended` is a path in quotes, or a table such as { path = \"…\", map = { … } }",
        ]
    );
}

#[test]
fn all_other_mistakes_are_told_at_once() {
    let text = r#"id = "Mine!"
title = "Mine"
class = "hr"
format = "json"
zone = "Europe/Berlinn"
retention = "soon"
secret = ["pin"]

[recognise]
all = ["number"]

[[rows]]
table = "peeple"
[rows.columns]
person_id = "x"

[[rows]]
table = "account_states"
[rows.columns]

[[rows]]
table = "accounts"
when = { state = {} }
[rows.columns]
acount_id = "id"
account_key = "key"
username = "a..b"
display_name = "pin"
kind = { path = "kind", map = { x = "humn" }, other = "what" }
privileged = { const = "maybe" }
email = { path = "a", first = ["b"] }
last_seen = { cases = [{ when = { a = "b" } }] }
"#;
    insta::assert_snapshot!(wrong(text), @r#"
    error: DIR/mine.toml:1:6: the id may hold lower-case letters, digits and `-` only
    error: DIR/mine.toml:5:8: unknown time zone
    hint: expected an IANA time zone, such as "UTC" or "Europe/Berlin"
    error: DIR/mine.toml:6:13: the retention is not a length of time
    hint: expected a whole number and a unit, such as "24h" or "90d" (units: s, m, h, d, w)
    error: DIR/mine.toml:9:1: a file is never known by one key alone
    hint: name at least two keys in `all`, or a key in `all` and a list in `any`
    error: DIR/mine.toml:13:9: unknown table `peeple`
    hint: did you mean "people"?
    error: DIR/mine.toml:18:9: the table `account_states` is computed and cannot be fed
    hint: expected one of people, accounts, entitlements, events, credentials, reviews, systems, waivers, links, decisions, extractions
    error: DIR/mine.toml:22:9: the required column `account_id` of `accounts` gets no rule
    hint: Id of the account in its system.
    error: DIR/mine.toml:22:9: the required column `status` of `accounts` gets no rule
    hint: Status when last seen. Suspended and disabled cannot sign in.
    error: DIR/mine.toml:23:10: the condition says nothing
    error: DIR/mine.toml:25:1: the table `accounts` has no column `acount_id`
    hint: did you mean "account_id"?
    error: DIR/mine.toml:26:1: the column `account_key` of `accounts` is computed and cannot be fed
    error: DIR/mine.toml:27:1: bad path `a..b`: a key is missing between two dots
    error: DIR/mine.toml:28:1: `pin` is declared secret and cannot be used
    error: DIR/mine.toml:29:1: unknown `other = "what"`
    hint: expected `skip`, `reject`, `keep`, `null` or `=word`
    error: DIR/mine.toml:29:1: `humn` is not a word of the column `kind`
    hint: did you mean "human"?
    error: DIR/mine.toml:30:1: `maybe` is not a word of the column `privileged`
    hint: its words are true, false
    error: DIR/mine.toml:31:1: a rule needs exactly one of `path`, `first`, `join`, `latest`, `cases`, `const` and `file`
    error: DIR/mine.toml:32:1: a case needs exactly one of `is` and `path`
    "#);
}

#[test]
fn a_missing_folder_and_an_unknown_id() {
    let folder = Folder::new();
    let failure = SourceSet::load(&[folder.path().join("nowhere")]).expect_err("no folder").to_string();
    assert!(failure.contains("cannot read the folder of mappings"), "{failure}");
    insta::assert_snapshot!(shipped().require("okta-user").expect_err("no such source"), @r#"
    error: there is no source `okta-user`
    hint: did you mean "okta-users"?
    "#);
}

/// The mapping language as its schema has it.
fn language() -> jsonschema::Validator {
    jsonschema::validator_for(&overstay::source::schema().to_value()).expect("a schema")
}

/// A TOML text as JSON.
fn as_json(text: &str) -> serde_json::Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).expect("TOML")).expect("JSON")
}

#[test]
fn the_schema_knows_what_the_reader_knows() {
    let language = language();
    for source in super::kit::shipped().iter() {
        let mistakes: Vec<String> = language.iter_errors(&as_json(source.text())).map(|one| one.to_string()).collect();
        assert!(mistakes.is_empty(), "{}: {mistakes:?}", source.id());
    }
    let good = "id = \"a\"\ntitle = \"A\"\nclass = \"log\"\nformat = \"json\"\n[recognise]\nall = [\"a\", \"b\"]\n[[rows]]\ntable = \"systems\"\n[rows.columns]\nsystem = \"a\"\n";
    assert!(language.is_valid(&as_json(good)) && overstay::source::mistakes_in("a.toml", good).is_empty());
    for (from, to) in [
        ("class = \"log\"", "class = \"logs\""),
        ("format = \"json\"", "format = \"xml\""),
        ("title = \"A\"\n", ""),
        ("title = \"A\"", "titel = \"A\"\ntitle = \"A\""),
        ("system = \"a\"", "system = { path = \"a\", oter = \"keep\" }"),
        ("system = \"a\"", "system = 7"),
        ("[rows.columns]", "when = { a = { liek = \"x\" } }\n[rows.columns]"),
        ("all = [\"a\", \"b\"]", "all = \"a\"\nsome = [\"b\"]"),
    ] {
        let wrong = good.replacen(from, to, 1);
        assert!(!language.is_valid(&as_json(&wrong)), "the schema takes {to}");
        assert!(!overstay::source::mistakes_in("a.toml", &wrong).is_empty(), "the reader takes {to}");
    }
}

/// The text between the fences of a kind, in a page.
fn fenced(page: &str, kind: &str) -> Vec<String> {
    let fence = format!("\n```{kind}\n");
    let parts = page.split(&fence).skip(1);
    parts.map(|part| format!("{}\n", part.split("\n```").next().expect("an end"))).collect()
}

#[test]
fn the_mapping_in_ten_minutes_does_what_it_says() {
    let page = std::fs::read_to_string("docs/first-mapping.md").expect("a page");
    let (export, mapping) = (fenced(&page, "csv").remove(0), fenced(&page, "toml").remove(0));
    let folder = Folder::new().and("maps/tickets-users.toml", &mapping).and("co/tickets/users.csv", &export);
    let set = SourceSet::load(&[folder.path().join("maps")]).expect("a mapping");
    let loaded = overstay::source::load(&folder.path().join("co"), &set, &LoadOptions::default()).expect("an export");
    assert_eq!((loaded.files[0].rejected, &loaded.files[0].unknown_columns), (0, &Vec::new()));
    let columns = ["account_id", "status", "last_seen_lo", "activity", "src_row"];
    assert_eq!(
        rows(&loaded, Accounts, &columns),
        [
            "ann | active | 2026-09-30T07:12:00Z | seen | 2",
            "bo | suspended | 2026-06-11T16:40:00Z | seen | 3",
            "sync-hr | active | - | never | 4"
        ]
    );
    assert_eq!(
        rows(&loaded, overstay::dataset::Table::Entitlements, &["account_id", "entitlement", "privileged"]),
        ["ann | agent | -", "ann | admin | true", "bo | agent | -", "sync-hr | api | -"]
    );
}

#[test]
fn examples_of_the_language_are_toml_of_its_keys() {
    let page = std::fs::read_to_string("docs/mappings.md").expect("a page");
    let examples = fenced(&page, "toml");
    assert!(examples.len() > 6);
    let language = language();
    for example in examples {
        let mut whole = as_json("id = \"a\"\ntitle = \"A\"\nclass = \"log\"\nformat = \"json\"\n");
        let given = as_json(&example);
        let members = whole.as_object_mut().expect("a table");
        members.insert("recognise".into(), given.get("recognise").cloned().unwrap_or_else(|| serde_json::json!({})));
        let row = serde_json::json!({"table": "accounts", "columns": {}});
        let rows = match given.get("rows") {
            Some(serde_json::Value::Object(part)) => {
                let mut row = row.clone();
                row.as_object_mut().expect("a table").extend(part.clone());
                serde_json::json!([row])
            }
            Some(whole) => whole.clone(),
            None => match given.get("when") {
                Some(when) => serde_json::json!([{"table": "accounts", "columns": {}, "when": when}]),
                None => serde_json::json!([row]),
            },
        };
        members.insert("rows".into(), rows);
        for key in ["skip", "leaves_out"] {
            if let Some(part) = given.get(key) {
                members.insert(key.into(), part.clone());
            }
        }
        let mistakes: Vec<String> = language.iter_errors(&whole).map(|one| one.to_string()).collect();
        assert!(mistakes.is_empty(), "{example}\n{mistakes:?}");
    }
}
