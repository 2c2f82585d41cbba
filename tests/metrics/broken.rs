//! Metric files with mistakes: all of them are named at once, with line and column.

#![allow(clippy::disallowed_methods, reason = "the tests write into temporary folders")]

use overstay::failure::Failure;
use overstay::metric::{Metric, Register};

/// The messages for a folder with these files, with paths that do not depend on the machine.
fn said(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let root = format!("{}/", folder.path().to_string_lossy().replace('\\', "/"));
    match Register::load(&[folder.path().to_path_buf()]) {
        Ok(register) if register.broken().next().is_some() => {
            let mistakes = register.broken().flat_map(|(_, mistakes)| mistakes.iter().cloned()).collect();
            Failure::usage(mistakes).to_string().replace(&root, "")
        }
        Ok(register) => {
            register.warnings().iter().map(|warning| warning.to_string().replace(&root, "") + "\n").collect::<String>()
                + "loaded"
        }
        Err(failure) => failure.to_string().replace(&root, ""),
    }
}

const HEAD: &str = r#"id = "own"
order = 1000
title = "Own"
question = "Why?"
group = "accounts"
shape = "duration"
unit = "account"
statistic = "age"
definition = "Ours."
needs = ["accounts"]
"#;
const REASON: &str = "[reason]\nopen = \"{subject} stays\"\nclosed = \"{subject} stayed\"\n";
const SELECT: &str = "SELECT 'account' AS subject_kind, account_id AS subject, 'open' AS state FROM accounts\n";

fn file(head: &str, sql: &str) -> String {
    format!("/*---\n{head}---*/\n{sql}")
}

fn own(sql: &str) -> String {
    said(&[("own.sql", &file(&format!("{HEAD}{REASON}"), sql))])
}

fn with_head(head: &str) -> String {
    said(&[("own.sql", &file(head, SELECT))])
}

#[test]
fn a_sound_file_loads_and_replaces_one_of_the_same_id() {
    assert_eq!(own(SELECT), "loaded");
    let folder = tempfile::tempdir().expect("a folder");
    let text = file(&format!("{HEAD}{REASON}").replace("own", "leaver-lag"), SELECT);
    std::fs::write(folder.path().join("leaver-lag.sql"), &text).expect("a file");
    let register = Register::load(&[folder.path().to_path_buf()]).expect("a register");
    assert_eq!(register.get("leaver-lag").map(|metric| metric.text().to_owned()), Some(text));
    assert_eq!(register.metrics().last().map(Metric::id), Some("leaver-lag"), "ordered by its own number");
}

#[test]
fn all_mistakes_of_a_header_at_once() {
    let head = HEAD
        .replace("\"own\"", "\"owm\"")
        .replace("group = \"accounts\"", "group = \"acounts\"")
        .replace("statistic = \"age\"\n", "")
        .replace("[\"accounts\"]", "[\"acounts\", \"people\"]")
        + "limit = \"90d\"\nslice = \"events\"\n[reason]\nopen = \"{who} stays\"\nclosed = \"{subject} {length\"\nopened = \"x\"\n";
    insta::assert_snapshot!(with_head(&head));
}

#[test]
fn words_that_no_header_has() {
    let head = HEAD.to_owned()
        + "looks_at = \"perod\"\nbegins = \"leaving\"\ndepends_on = [\"leave\", \"mach\"]\nclock = \" \"\n\
           headline = [\"former-staf\", \"former-staff-keys\"]\ndepend_on = []\n";
    insta::assert_snapshot!(with_head(&(head + REASON)));
    let indicator =
        HEAD.replace("duration", "indicator").replace("\"account\"", "\"share\"").replace("statistic = \"age\"\n", "");
    insta::assert_snapshot!(with_head(&(indicator + "looks_at = \"period\"\n")));
}

#[test]
fn header_that_is_not_toml() {
    insta::assert_snapshot!(with_head("id = \"own\"\norder = \ntitle 3\n"));
}

#[test]
fn header_with_missing_keys_and_wrong_types() {
    insta::assert_snapshot!(with_head("id = \"own\"\norder = 3\n"));
    insta::assert_snapshot!(with_head(&HEAD.replace("1000", "\"late\"")));
    insta::assert_snapshot!(with_head(HEAD));
    insta::assert_snapshot!(with_head(&format!("{HEAD}[reason]\nopen = \"{{subject}}\"\n")));
    insta::assert_snapshot!(with_head(&HEAD.replace("\"duration\"", "\"indicator\"")));
}

#[test]
fn no_header() {
    insta::assert_snapshot!(said(&[("own.sql", SELECT), ("two.sql", ""), ("three.sql", "/*---\nid = \"three\"\n")]));
}

#[test]
fn statements_that_are_not_one_select() {
    insta::assert_snapshot!(own("SELECT 1 AS x;\nDROP TABLE accounts"));
    insta::assert_snapshot!(own("DELETE FROM accounts WHERE created_at < :as_off\n"));
    insta::assert_snapshot!(own("  -- nothing\n"));
    insta::assert_snapshot!(own("SELECT 'a AS subject FROM accounts"));
}

#[test]
fn sql_that_does_not_parse_or_bind() {
    insta::assert_snapshot!(own("SELECT account_id AS subject,\n  FROM WHERE accounts"));
    insta::assert_snapshot!(own(
        "SELECT 'account' AS subject_kind,\n  acount_id AS subject, 'open' AS state\nFROM accounts WHERE created_at < :as_of"
    ));
    insta::assert_snapshot!(own("SELECT 'account' AS subject_kind\nFROM\n  acounts"));
}

#[test]
fn rows_that_break_the_contract() {
    insta::assert_snapshot!(own(
        "SELECT account_id AS subject, TRUE AS state,\n  username AS began_lo, created_at AS began, 1.5 AS ended_row\nFROM accounts"
    ));
}

#[test]
fn slices_that_would_change_the_rows() {
    let head = format!("{HEAD}slice = \"accounts\"\n{REASON}");
    let slice = |sql: &str| said(&[("own.sql", &file(&head, sql))]);
    assert_eq!(slice(SELECT), "loaded");
    insta::assert_snapshot!(slice(
        "SELECT 'account' AS subject_kind, MAX(account_id) AS subject, 'open' AS state\nFROM accounts GROUP BY system"
    ));
    insta::assert_snapshot!(slice(
        "SELECT 'a' AS subject_kind, a.account_id AS subject, 'open' AS state\nFROM accounts AS a\nINNER JOIN accounts AS b ON a.account_id = b.account_id"
    ));
}

#[test]
fn foreign_sql_is_a_warning() {
    insta::assert_snapshot!(own(
        "SELECT 'account' AS subject_kind, account_id::VARCHAR AS subject, 'open' AS state,\n  IF(created_at > 0, 'a', 'b') AS note FROM accounts"
    ));
}

#[test]
fn views_with_mistakes() {
    insta::assert_snapshot!(said(&[(
        "_views.sql",
        "SELECT 1;\n-- view: Accounts\nSELECT 1 AS x\n-- view: accounts\nSELECT 1 AS x\n-- view: mine\nSELECT 1 AS x; SELECT 2\n-- view: mine\nUPDATE accounts\n"
    )]));
    insta::assert_snapshot!(said(&[(
        "_views.sql",
        "-- view: mine\nSELECT 1 AS x\n-- view: yours\nSELECT y\nFROM mine\n"
    )]));
}

#[test]
fn a_folder_that_is_not_there() {
    let missing = std::path::PathBuf::from("no/such/folder");
    let failure = Register::load(&[missing]).expect_err("a failure");
    assert_eq!(failure.kind.exit_code(), 2);
    assert!(failure.to_string().starts_with("error: no/such/folder: cannot read the folder of metrics: "));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_text_makes_it_panic(head in "\\PC{0,60}", sql in "\\PC{0,60}") {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("own.sql"), format!("/*---\n{HEAD}{REASON}{head}\n---*/{sql}")).expect("a file");
        std::fs::write(folder.path().join("raw.sql"), format!("{head}{sql}")).expect("a file");
        let register = Register::load(&[folder.path().to_path_buf()]).expect("the rest of the register");
        let broken: Vec<&str> = register.broken().map(|(id, _)| id).collect();
        proptest::prop_assert_eq!(broken, ["own", "raw"]);
    }
}
