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
    assert_eq!((back.0, named(&back.1)), (5, vec!["new | orphan-accounts | adopted".to_owned()]));
}
