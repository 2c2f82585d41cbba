//! A report that says what changed since earlier packs.

use serde_json::Value;

use super::{CRM, extractions, week};
use crate::support::company::{Company, Ran};

/// Assesses the exports as they are on a day, into `packs/OUT`, with the packs there as history.
fn run(company: &Company, day: &str, out: &str) -> Ran {
    let files = ["hr/people.csv", "crm/accounts.csv", "erp/users.csv"];
    company.write("exports/extractions.csv", extractions(&files, day));
    let (as_of, out) = (format!("{day}T00:00:00Z"), format!("packs/{out}"));
    let options = ["--period", "2026-Q3", "--as-of", &as_of, "--policy", "limits.toml"];
    company.given(&[&["report", "exports", "--history", "packs", "--out", &out], &options[..]].concat())
}

fn pack(company: &Company, day: &str, out: &str) -> Value {
    let ran = run(company, day, out);
    assert_eq!(ran.code, 0, "{}", ran.err);
    company.json(&format!("packs/{out}"))
}

/// One orphan more than before.
fn arrive(company: &Company, names: &[&str]) {
    let rows = names.iter().map(|name| format!("crm,{name},{name},,human,false,active,2026-09-10T08:00:00Z,\n"));
    company.write("exports/crm/accounts.csv", CRM.to_owned() + &rows.collect::<String>());
}

/// Three weeks; the first one is accepted after the second.
fn three(company: Company) -> (Company, [Value; 3]) {
    let first = pack(&company, "2026-09-14", "w37");
    arrive(&company, &["one"]);
    let second = pack(&company, "2026-09-21", "w38");
    let accept = ["accept", "packs/w37", "--by", "R. Lead", "--reason", "clean-up", "--on", "2026-09-22T08:00:00Z"];
    assert_eq!(company.run(&accept).code, 0);
    arrive(&company, &["one", "two"]);
    let third = pack(&company, "2026-09-28", "w39");
    (company, [first, second, third])
}

fn compared(report: &Value) -> Vec<String> {
    let changes = report["changes"].as_array().expect("changes").iter();
    changes
        .map(|drift| {
            let kind = drift["reference"]["kind"].as_str().expect("a kind");
            let as_of = &drift["baseline"]["as_of"].as_str().expect("a time")[..10];
            let points = drift["points"].as_array().expect("points").iter();
            let said = std::iter::once(&drift["sentence"]).chain(points).map(|one| one.as_str().expect("a sentence"));
            format!("{kind} {as_of}: {}", said.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

fn history(report: &Value) -> Vec<String> {
    let rows = report["history"].as_array().expect("history").iter();
    rows.map(|row| format!("{} {} {}", row["pack"].as_str().unwrap_or("this"), row["findings"], row["accepted"]))
        .collect()
}

#[test]
fn the_first_run_is_as_if_nobody_had_asked() {
    let company = week("2026-09-14").with_documents();
    pack(&company, "2026-09-14", "w37");
    let with = company.files("packs/w37");
    let options = ["--period", "2026-Q3", "--as-of", "2026-09-14T00:00:00Z", "--policy", "limits.toml"];
    assert_eq!(company.run(&[&["report", "exports", "--out", "alone"], &options[..]].concat()).code, 0);
    assert!(with == company.files("alone"));
    let page = String::from_utf8(with["report.html"].clone()).expect("UTF-8");
    assert!(!page.contains("What changed") && !page.contains("Since 20"));
}

#[test]
fn the_previous_pack_and_the_accepted_one() {
    let (company, [first, second, third]) = three(week("2026-09-14").with_documents());
    assert_eq!(compared(&first), [] as [&str; 0]);
    assert_eq!(
        compared(&second),
        ["previous 2026-09-14: Findings: 1 waiver expired, 1 newly found, 1 past an ageing mark; 10 as before. \
             Of 7 exceptions that were open, 7 are still open."]
    );
    assert_eq!(history(&second), ["w37 12 false", "this 13 false"]);
    assert_eq!(
        compared(&third),
        [
            "previous 2026-09-21: Findings: 1 newly found; 13 as before. Of 9 exceptions that were open, 9 are still open.",
            "accepted 2026-09-14: Findings: 1 waiver expired, 2 newly found, 1 past an ageing mark; 10 as before. Of 7 \
             exceptions that were open, 7 are still open.",
        ]
    );
    assert_eq!(history(&third), ["w37 12 true", "w38 13 false", "this 14 false"]);
    assert_eq!(third["changes"][1]["reference"]["by"], "R. Lead");
    let page = String::from_utf8(company.files("packs/w39")["report.html"].clone()).expect("UTF-8");
    assert!(page.contains("id=\"trend\""));
    let text = text_of(&page);
    for words in ["Since 2026-Q3, as of 2026-09-21", "accepted as the baseline by R. Lead on 2026-09-22: clean-up"] {
        assert!(text.contains(words), "{words}");
    }
    // An accepted pack that is also the latest one is compared with once.
    assert_eq!(company.run(&["accept", "packs/w39", "--by", "R. Lead", "--reason", "as agreed"]).code, 0);
    let fourth = pack(&company, "2026-09-29", "w40");
    assert_eq!(compared(&fourth), ["accepted 2026-09-28: Nothing changed: 14 findings stand as before."]);
    let page = String::from_utf8(company.files("packs/w40")["report.html"].clone()).expect("UTF-8");
    assert!(text_of(&page).contains("The previous pack, accepted as the baseline by R. Lead"));
}

/// The section says what the command says about the same two packs.
#[test]
fn it_is_the_comparison_that_drift_makes() {
    let (company, [.., third]) = three(week("2026-09-14"));
    for (baseline, index, code) in [("packs/w38", 0, 0), ("packs", 1, 5)] {
        let ran = company.run(&["drift", baseline, "packs/w39", "--format", "json", "--limit", "100"]);
        assert_eq!(ran.code, code);
        let mut drift: Value = serde_json::from_str(&ran.out).expect("JSON");
        // A pack in the making has no manifest yet.
        let manifest = drift["current"]["manifest_sha256"].take();
        assert_eq!(manifest, company.run(&["history", "packs", "--json"]).json()["packs"][2]["manifest_sha256"]);
        assert!(drift == third["changes"][index], "{baseline}");
    }
}

#[test]
fn other_organisations_later_packs_and_the_replaced_one_do_not_count() {
    let (company, [_, second, _]) = three(week("2026-09-14"));
    let before = company.files("packs/w38");
    // The same week again, in the place of its own pack: later packs and itself do not count.
    arrive(&company, &["one"]);
    assert_eq!(
        compared(&pack(&company, "2026-09-21", "w38")),
        compared(&second).iter().map(|line| line.replace("previous", "accepted")).collect::<Vec<_>>()
    );
    assert!(before != company.files("packs/w38"), "the acceptance is part of it now");
    company.write("exports/overstay.toml", "organisation = \"Another\"\n");
    let other = pack(&company, "2026-09-29", "other");
    assert_eq!((compared(&other), history(&other)), (Vec::new(), Vec::new()));
    assert_eq!(company.json("packs/other").get("command"), Some(&other["command"]));
    // That the accepted pack does not count is part of it.
    assert!(other["command"].as_str().expect("a command").contains("--history"));
}

#[test]
fn a_pack_with_a_history_is_computed_again() {
    let (company, [.., third]) = three(week("2026-09-14").with_documents());
    let command = third["command"].as_str().expect("a command");
    assert!(command.contains("--policy FILE ") && command.ends_with("--history PACKS"), "{command}");
    // What came to the folder later is not part of it.
    assert_eq!(company.run(&["accept", "packs/w38", "--by", "S", "--reason", "later"]).code, 0);
    company.write("packs/.not-a-pack", "");
    let verify = ["verify", "packs/w39", "--inputs", "exports", "--policy", "limits.toml"];
    let ran = company.run(&verify);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // Elsewhere the earlier packs must be named.
    std::fs::create_dir(company.path("handed-over")).expect("a folder");
    std::fs::rename(company.path("packs/w39"), company.path("handed-over/w39")).expect("moved");
    let moved = ["verify", "handed-over/w39", "--inputs", "exports", "--policy", "limits.toml"];
    let ran = company.run(&moved);
    insta::assert_snapshot!(ran.messages(), @r"
    error: <tmp>/handed-over: an earlier pack that the report was compared with is not there: w37
    hint: restore it, or name the folder that has it
    note: the report was compared with earlier packs, which were looked for beside the pack
    hint: --history DIR names the folder that has them
    exit 2
    ");
    let ran = company.run(&[&moved[..], &["--history", "packs"]].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // Another pack in the place of an earlier one.
    std::fs::remove_dir_all(company.path("packs/w38")).expect("removed");
    std::fs::rename(company.path("packs/w37"), company.path("packs/w38")).expect("moved");
    std::fs::create_dir(company.path("packs/w37")).expect("a folder");
    for (path, bytes) in company.files("packs/w38") {
        company.write(&format!("packs/w37/{path}"), bytes);
    }
    let ran = company.run(&[&moved[..], &["--history", "packs"]].concat());
    insta::assert_snapshot!(ran.messages(), @r"
    error: packs/w38: w38 is not the pack that the report was compared with: its manifest has another SHA-256
    exit 3
    ");
}

#[test]
fn a_name_in_a_manifest_leads_nowhere_else() {
    let (company, _) = three(week("2026-09-14"));
    let manifest = String::from_utf8(company.files("packs/w39")["manifest.json"].clone()).expect("UTF-8");
    company.write("packs/w39/manifest.json", manifest.replace("\"pack\": \"w38\"", "\"pack\": \"../packs/w38\""));
    let ran = company.run(&["verify", "packs/w39", "--inputs", "exports", "--policy", "limits.toml"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.err.contains("the manifest names the earlier pack \"../packs/w38\", which is no name of a folder"),
        "{}",
        ran.err
    );
}

/// Nothing is compared with a pack that is not what it was, and the older pack in the place stays.
#[test]
fn a_damaged_earlier_pack_is_refused() {
    let (company, _) = three(week("2026-09-14"));
    let before = company.files("packs/w39");
    for (path, old, new) in [
        ("packs/w38/findings.csv", "two", "too"),
        ("packs/w38/populations/accounts.csv", "one", "eno"),
        ("packs/w37/report.json", "12", "11"),
        ("packs/w38/manifest.json", "\"outputs\"", "\"output\""),
    ] {
        let good = std::fs::read(company.path(path)).expect("the file");
        let text = String::from_utf8(good.clone()).expect("UTF-8");
        let changed = if text.contains(old) { text.replacen(old, new, 1) } else { text + "\n" };
        company.write(path, changed);
        let ran = run(&company, "2026-09-28", "w39");
        assert_eq!(ran.code, 2, "{path}: {}", ran.err);
        assert!(ran.err.contains(path), "{path}: {}", ran.err);
        assert!(company.files("packs/w39") == before, "{path}");
        company.write(path, good);
    }
    assert_eq!(run(&company, "2026-09-28", "w39").code, 0);
    // The accepted pack is gone, or another one.
    let accepted = std::fs::read_to_string(company.path("packs/accepted.json")).expect("the file");
    let at = accepted.find("\"manifest_sha256\": \"").expect("a hash") + 20;
    let other = format!("{}{}{}", &accepted[..at], "0".repeat(64), &accepted[at + 64..]);
    company.write("packs/accepted.json", other);
    insta::assert_snapshot!(run(&company, "2026-09-28", "w39").messages(), @r"
    error: packs/accepted.json: the pack w37 is not the one that was accepted: its manifest has another SHA-256
    hint: restore the accepted pack, or accept the one that is there
    exit 2
    ");
    company.write("packs/accepted.json", accepted.replace("\"pack\": \"w37\"", "\"pack\": \"w01\""));
    insta::assert_snapshot!(run(&company, "2026-09-28", "w39").messages(), @r"
    error: packs: the accepted baseline is not there: w01
    hint: restore it, or name the folder that has it
    exit 2
    ");
}

/// The words of a page.
fn text_of(page: &str) -> String {
    let page = scraper::Html::parse_document(page);
    page.root_element().text().collect()
}
