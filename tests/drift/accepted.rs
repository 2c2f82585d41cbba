//! The accepted baseline is the pack that was accepted, and nothing else; what stands beside the packs does not mislead.

use serde_json::Value;

use super::{CRM, json, pack, week};
use crate::support::company::Company;

const ACCEPT: [&str; 5] = ["--by", "Ida Acceptor", "--reason", "known to Otto", "--on=2026-09-15T08:00:00Z"];

/// Two packs in a folder, the first accepted.
fn packs() -> Company {
    let company =
        week("2026-09-14").with("exports/systems.csv", "system,title,owner,in_scope\ncrm,CRM,Olga Owner,yes\n");
    pack(&company, "2026-09-14", "packs/w37");
    let more = "crm,arrived,arrived,,human,false,active,2026-09-16T08:00:00Z,\n";
    company.write("exports/crm/accounts.csv", CRM.to_owned() + more);
    pack(&company, "2026-09-21", "packs/w38");
    let ran = company.run(&[&["accept", "packs/w37"], &ACCEPT[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    company
}

fn edit(company: &Company, path: &str, change: impl FnOnce(String) -> String) {
    let text = std::fs::read_to_string(company.path(path)).expect("a file");
    company.write(path, change(text));
}

#[test]
fn a_pack_that_differs_from_its_manifest_is_not_accepted() {
    let company = packs();
    edit(&company, "packs/w38/evidence/leaver-lag.csv", |text| text.replacen("over", "Over", 1));
    let ran = company.run(&[&["accept", "packs/w38"], &ACCEPT[..]].concat());
    assert_eq!(ran.code, 2);
    assert!(ran.messages().contains("packs/w38/evidence/leaver-lag.csv: the pack is not what"), "{}", ran.messages());
    let accepted = std::fs::read_to_string(company.path("packs/accepted.json")).expect("the file");
    assert!(!accepted.contains("w38"), "{accepted}");
}

#[test]
fn an_entry_by_other_means_needs_a_name_a_reason_and_a_pack_beside_it() {
    let company = packs();
    let whole = std::fs::read_to_string(company.path("packs/accepted.json")).expect("the file");
    for (from, to, said) in [
        ("\"w37\"", "\"../elsewhere/w37\"", "is no name of a pack beside the file"),
        ("Ida Acceptor", " ", "says no name or no reason"),
        ("known to Otto", "", "says no name or no reason"),
    ] {
        edit(&company, "packs/accepted.json", |text| text.replace(from, to));
        for args in [&["drift", "packs", "packs/w38"][..], &["history", "packs"]] {
            let ran = company.run(args);
            assert_eq!(ran.code, 2, "{}", ran.out);
            assert!(ran.messages().contains(said), "{}", ran.messages());
        }
        company.write("packs/accepted.json", &whole);
    }
}

#[test]
fn the_history_does_not_mark_a_pack_that_was_replaced() {
    let company = packs();
    let marked = |company: &Company| {
        let ran = company.run(&["history", "packs", "--json"]);
        let rows = json(&ran)["packs"].as_array().expect("packs").clone();
        let names = rows.iter().filter(|row| row["accepted"] == true).map(|row| row["pack"].to_string());
        (names.collect::<Vec<_>>().join(", "), ran.err)
    };
    assert_eq!(marked(&company).0, "\"w37\"");
    std::fs::remove_dir_all(company.path("packs/w37")).expect("removed");
    pack(&company, "2026-09-14", "packs/w37");
    let (names, said) = marked(&company);
    assert_eq!(names, "");
    assert!(said.contains("the pack w37 that was accepted is not here, or is another one now"), "{said}");
}

#[test]
fn a_manifest_that_cannot_be_read_is_no_missing_pack() {
    let company = packs();
    company.write("packs/w38/manifest.json", "{\"schema\": \"over");
    let ran = company.run(&["history", "packs"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.messages().contains("packs/w38/manifest.json: cannot be read"), "{}", ran.messages());
    // A manifest of something else is none of ours.
    company.write("packs/w38/manifest.json", "{\"name\": \"a web application\"}");
    assert_eq!(company.run(&["history", "packs"]).code, 0);
}

/// The folder of mails that wait lies beside the packs.
#[test]
fn a_folder_of_packs_with_an_outbox_is_no_folder_of_exports() {
    let company = packs().with("packs/outbox/deliveries.json", "{}");
    std::fs::remove_file(company.path("packs/accepted.json")).expect("the file");
    let ran = company.run(&["drift", "packs", "packs/w38"]);
    assert!(ran.messages().contains("this folder holds evidence packs, not exports"), "{}", ran.messages());
}

#[test]
fn a_baseline_that_does_not_count_is_said() {
    let company = packs();
    company.write("exports/overstay.toml", "organisation = \"Renamed\"\n");
    let args = ["report", "exports", "--period", "2026-Q3", "--as-of", "2026-09-28T00:00:00Z"];
    let rest = ["--policy", "limits.toml", "--history", "packs", "--out", "packs/w39"];
    let ran = company.run(&[&args[..], &rest].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let said = "the accepted baseline w37 is not compared with: it is of another organisation";
    assert!(ran.err.contains(said), "{}", ran.err);
    // The pack says it, too, and is computed again as it is.
    let report = company.json("packs/w39");
    let messages = report["messages"].as_array().expect("messages").iter();
    assert!(messages.filter_map(|one| one["message"].as_str()).any(|one| one.starts_with(said)));
    let ran =
        company.run(&["verify", "packs/w39", "--inputs", "exports", "--history", "packs", "--policy", "limits.toml"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn nobody_is_named_unless_asked_in_any_form() {
    let company = packs();
    for format in ["text", "markdown", "html", "json"] {
        let both = ["drift", "packs/w37", "packs/w38", "--accepted", "packs", "--limit", "100", "--format", format];
        let [named, silent] = [&[][..], &["--no-names"]].map(|more| company.run(&[&both[..], more].concat()).out);
        for name in ["arrived", "Ida Acceptor", "known to Otto", "Olga Owner"] {
            assert!(named.contains(name), "{format}: {name}");
            assert!(!silent.contains(name), "{format}: {name} in {silent}");
        }
        assert!(silent.contains("ovs-"), "{format}: {silent}");
    }
}

/// Neither a new finding that a waiver covers nor a first look at a system is an improvement.
#[test]
fn changed_is_neither_better_nor_worse() {
    let company = week("2026-09-14");
    pack(&company, "2026-09-14", "first");
    let more = "crm,arrived,arrived,,human,false,active,2026-09-15T08:00:00Z,\n";
    company.write("exports/crm/accounts.csv", CRM.to_owned() + more);
    let waiver = "W2,orphan-accounts,arrived,known,boss,2026-09-15,2026-12-31\n";
    company.write("exports/waivers.csv", super::WAIVERS.replace("2026-09-17", "2026-12-31") + waiver);
    let files = ["hr/people.csv", "crm/accounts.csv", "erp/users.csv"];
    company.write("exports/extractions.csv", super::extractions(&files, "2026-09-16"));
    pack(&company, "2026-09-16", "second");
    let ran = company.run(&["drift", "first", "second", "--format", "json"]);
    let drift: Value = json(&ran);
    assert_eq!((ran.code, drift["result"].as_str()), (0, Some("changed")));
    assert_eq!(drift["sentence"], "Findings: 1 new this period (1 waived); 12 as before.");
    assert_eq!(drift["points"], serde_json::json!(["Of 7 exceptions that were open, 7 are still open."]));
    assert_eq!(drift["subject"], "overstay: changed (1 new this period (1 waived)) — organisation not named 2026-Q3");
}
