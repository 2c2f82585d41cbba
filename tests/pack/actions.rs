//! What to do: every finding that no waiver covers, once, under what it is about.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::company::Company;

use super::bytes::{packed, rich};

type Row = BTreeMap<String, String>;

fn rows(text: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(text).deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn every_finding_without_a_waiver_is_in_one_row() {
    let company = packed();
    let files = company.files("pack");
    let findings = rows(&files["findings.csv"]);
    let actions = rows(&files["actions.csv"]);
    // What one metric says once more by person stands with the accounts and credentials of that person.
    let sums_up = |one: &&Row| one["metric"] == "full-offboarding";
    let findings: Vec<Row> = findings.into_iter().filter(|one| !sums_up(&one)).collect();
    let mut expected: Vec<&str> =
        findings.iter().filter(|one| one["waiver_id"].is_empty()).map(|one| one["finding_id"].as_str()).collect();
    assert!(expected.len() >= 5 && actions.len() < expected.len(), "{} of {}", actions.len(), expected.len());
    let listed = actions.iter().filter(|row| row["metrics"] != "full-offboarding");
    let mut listed: Vec<&str> = listed.flat_map(|row| row["finding_ids"].split(' ')).collect();
    expected.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, expected);
    // One row is about one thing, and two rows are about two.
    let of: BTreeMap<&str, &Row> = findings.iter().map(|one| (one["finding_id"].as_str(), one)).collect();
    let mut things = BTreeSet::new();
    for row in actions.iter().filter(|row| row["metrics"] != "full-offboarding") {
        let keys: BTreeSet<String> = row["finding_ids"].split(' ').map(|id| thing(of[id])).collect();
        assert_eq!(keys.len(), 1, "{row:?}");
        assert!(things.insert(keys), "{row:?}");
    }
}

fn thing(finding: &Row) -> String {
    let key = match finding["subject_kind"].as_str() {
        "account" | "entitlement" | "review" => &finding["account_key"],
        "credential" => &finding["credential_key"],
        "person" => &finding["person_id"],
        _ => "",
    };
    let own = if key.is_empty() { format!("{} {}", finding["system"], finding["subject"]) } else { key.to_owned() };
    let kind = match finding["subject_kind"].as_str() {
        "entitlement" | "review" if !key.is_empty() => "account",
        kind => kind,
    };
    format!("{kind} {own}")
}

#[test]
fn the_report_counts_and_shows_the_first_of_them() {
    let company = packed();
    let actions = rows(&company.files("pack")["actions.csv"]);
    let list = &company.json("pack")["actions"];
    let number = |name: &str| list[name].as_u64().expect("a number");
    assert_eq!(number("total"), actions.len() as u64);
    assert_eq!(number("certain"), actions.iter().filter(|row| row["result"] == "over").count() as u64);
    let behind: usize = actions.iter().map(|row| row["findings"].parse::<usize>().expect("a number")).sum();
    assert_eq!(number("findings"), behind as u64);
    let kinds = list["by_kind"].as_array().expect("a list");
    assert_eq!(kinds.iter().map(|kind| kind["count"].as_u64().expect("a number")).sum::<u64>(), number("total"));
    let items = list["items"].as_array().expect("a list");
    assert_eq!(items.len(), actions.len().min(100));
    for (item, row) in items.iter().zip(&actions) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        // A subject that a spreadsheet would run has an apostrophe before it in the table.
        assert_eq!(text(&item["subject"]), row["subject"].trim_start_matches('\''));
        assert_eq!(text(&item["person"]["person_id"]), row["person_id"]);
        assert_eq!(text(&item["remedy"]), row["remedy"]);
        assert!(!row["remedy"].is_empty(), "a shipped metric says what to do: {row:?}");
        assert_eq!(text(&item["findings"][0]["finding_id"]), row["finding_ids"].split(' ').next().unwrap_or_default());
    }
}

/// The gravest first; what is certain, privileged and in use before what is not.
#[test]
fn rows_stand_in_their_order() {
    let company = Company::empty().with_documents();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/acme");
    let ran = company.run(&["report", samples, "--period", "2026-Q3", "--out", "pack"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let actions = rows(&company.files("pack")["actions.csv"]);
    let rank = |row: &Row| {
        let severity = ["critical", "high", "medium", "low"].iter().position(|word| row["severity"] == *word);
        (severity.expect("a severity"), row["result"] != "over", row["privileged"] != "yes", row["used_since"] != "yes")
    };
    let ranks: Vec<_> = actions.iter().map(rank).collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
    assert!(ranks.iter().collect::<BTreeSet<_>>().len() > 2, "the order shows nothing: {ranks:?}");
}

/// Each owner gets the rows of the systems that they answer for, and nobody else's.
#[test]
fn owners_get_their_own_rows_and_no_others() {
    let company = rich().with_documents();
    company.write("exports/systems.csv", "system,title,owner,in_scope\nerp,ERP,Olga / IT,yes\ncrm,CRM,olga - it,yes\n");
    let users = Company::text("exports/erp/users.csv");
    company.write("exports/erp/users.csv", format!("{users}erp,e9,zed,,human,active,2024-01-02T08:00:00Z,,\n"));
    assert_eq!(company.report().code, 0);
    let files = company.files("pack");
    let all = rows(&files["actions.csv"]);
    let mut listed = 0;
    let mut owners = BTreeSet::new();
    let is_list =
        |name: &str| name.starts_with("owners/") && Path::new(name).extension().is_some_and(|end| end == "csv");
    for (name, text) in files.iter().filter(|(name, _)| is_list(name)) {
        let own = rows(text);
        let owner = &own[0]["system_owner"];
        assert!(owners.insert(owner.clone()), "{owner} has two lists");
        assert_eq!(name == "owners/_no-owner.csv", owner.is_empty(), "{name}");
        let expected: Vec<&Row> = all.iter().filter(|row| row["system_owner"] == *owner).collect();
        assert_eq!(own.len(), expected.len(), "{name}");
        let page = String::from_utf8(files[&name.replace(".csv", ".html")].clone()).expect("UTF-8");
        assert!(page.contains("default-src 'none'") && !page.contains("<script"), "{name}");
        for (row, expected) in own.iter().zip(expected) {
            assert!(expected.iter().all(|(column, cell)| row[column] == *cell), "{row:?}");
            assert!(["decision", "decided_by", "done_on", "ticket"].iter().all(|column| row[*column].is_empty()));
        }
        for row in &all {
            let place = format!("id=\"do-{}\"", row["finding_ids"].split(' ').next().unwrap_or_default());
            assert_eq!(page.contains(&place), row["system_owner"] == *owner, "{name}: {row:?}");
        }
        listed += own.len();
    }
    assert_eq!(listed, all.len());
    assert!(owners.len() >= 2, "{owners:?}");
}
