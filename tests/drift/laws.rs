//! The same facts in other files, rows and folders are no change; a pack compared with itself is unchanged.

use super::{CRM, PEOPLE, context, drift, extractions, items, pack, week};
use crate::support::company::Company;

fn unchanged(company: &Company, baseline: &str, current: &str) {
    let (code, drift) = drift(company, baseline, current);
    assert_eq!(code, 0);
    assert_eq!(drift["result"], "unchanged", "{}", drift["sentence"]);
    assert_eq!(items(&drift).iter().filter(|item| !item.starts_with("still-open")).count(), 0);
    assert_eq!(context(&drift), Vec::<String>::new());
    assert_eq!(drift["sentence"], "Nothing changed: 12 findings stand as before.");
}

#[test]
fn a_pack_and_itself() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "first");
    unchanged(&company, "first", "first");
}

#[test]
fn other_names_orders_and_files() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "first");
    for old in ["hr/people.csv", "crm/accounts.csv", "erp/users.csv"] {
        let from = company.path(&format!("exports/{old}"));
        std::fs::remove_file(from).expect("the file");
    }
    let reversed = |text: &str| {
        let mut rows: Vec<&str> = text.lines().skip(1).collect();
        rows.reverse();
        (text.lines().next().expect("a header").to_owned(), rows.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let (header, rows) = reversed(CRM);
    for (name, part) in [("crm/a.csv", &rows[..5]), ("crm/z/b.csv", &rows[5..])] {
        company.write(&format!("exports/{name}"), format!("{header}\n{}\n", part.join("\n")));
    }
    let (header, rows) = reversed(PEOPLE);
    company.write("exports/hr/workers.csv", format!("{header}\n{}\n", rows.join("\n")));
    company.write("exports/erp/renamed.csv", super::ERP);
    let files = ["hr/workers.csv", "crm/a.csv", "crm/z/b.csv", "erp/renamed.csv"];
    company.write("exports/extractions.csv", extractions(&files, "2026-09-14"));
    pack(&company, "2026-09-14", "second");
    assert_ne!(company.json("first")["inputs_sha256"], company.json("second")["inputs_sha256"]);
    unchanged(&company, "first", "second");
}

#[test]
fn a_day_later_nothing_changed() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "first");
    let files = ["hr/people.csv", "crm/accounts.csv", "erp/users.csv"];
    company.write("exports/extractions.csv", extractions(&files, "2026-09-15"));
    pack(&company, "2026-09-15", "second");
    unchanged(&company, "first", "second");
}

#[test]
fn forth_and_back_are_mirrors() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "first");
    company.write("exports/crm/accounts.csv", CRM.replace("crm,adopted,adopted,,", "crm,adopted,adopted,1,"));
    pack(&company, "2026-09-14", "second");
    let named = |drift: &serde_json::Value| {
        items(drift).into_iter().filter(|item| !item.starts_with("still-open")).collect::<Vec<_>>()
    };
    let (forth, back) = (drift(&company, "first", "second"), drift(&company, "second", "first"));
    assert_eq!((forth.0, named(&forth.1)), (0, vec!["resolved | orphan-accounts | adopted".to_owned()]));
    assert_eq!((back.0, named(&back.1)), (0, vec!["new | orphan-accounts | adopted".to_owned()]));
}

/// The lists of a very large company stand in `canonical/` alone, as Parquet.
#[test]
fn lists_in_parquet_tell_the_same() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "first");
    super::classes::second(&company);
    pack(&company, "2026-09-21", "second");
    let all = |company: &Company| {
        let mut drift = drift(company, "first", "second").1;
        for side in ["baseline", "current"] {
            drift[side]["manifest_sha256"].take();
        }
        drift
    };
    let expected = all(&company);
    let why = expected["items"].as_array().expect("items").iter().flat_map(|item| item["why"].as_array().expect("why"));
    assert!(why.clone().any(|why| why == "the account is privileged now") && why.count() > 10);
    for side in ["first", "second"] {
        let path = company.path(&format!("{side}/manifest.json"));
        let text = std::fs::read_to_string(&path).expect("the manifest");
        let mut manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let outputs = manifest["outputs"].as_array_mut().expect("outputs");
        outputs.retain(|output| !output["path"].as_str().expect("a path").starts_with("populations/"));
        company.write(&format!("{side}/manifest.json"), manifest.to_string());
        std::fs::remove_dir_all(company.path(&format!("{side}/populations"))).expect("the lists");
    }
    assert_eq!(all(&company), expected);
    // They are files of the pack as any other.
    let canonical = company.path("second/canonical");
    std::fs::remove_dir_all(canonical).expect("the tables");
    let ran = company.run(&["drift", "first", "second"]);
    assert!(ran.messages().contains("canonical/accounts.parquet: the file is not the one"), "{}", ran.messages());
}
