//! `--pseudonyms`: tokens in the place of people, and everything else as it is without them.

use overstay::dataset::{ColumnKind, Personal, Table};
use serde_json::Value;

use super::bytes::rich;
use crate::support::company::Company;

const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0\n";
const OTHER: &str = "another key of more than thirty-two bytes";

fn with_keys(company: Company) -> Company {
    company.with("key", KEY).with("other-key", OTHER)
}

/// Makes a pack; what the run said on its two outputs.
fn report(company: &Company, out: &str, more: &[&str]) -> (String, String) {
    let ran = company.run(&[&["report", "exports", "--period", "2026-Q3", "--out", out], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    (ran.out, ran.err)
}

/// What is counted and judged, without what is named.
fn numbers(report: &Value) -> Value {
    let metrics = report["metrics"].as_array().expect("metrics").iter().cloned().map(|mut metric| {
        metric.as_object_mut().expect("a metric").remove("evidence_sha256");
        metric
    });
    let waivers = report["waivers"]
        .as_array()
        .expect("waivers")
        .iter()
        .map(|one| serde_json::json!([one["waiver_id"], one["state"], one["findings"]]));
    serde_json::json!([
        metrics.collect::<Vec<_>>(),
        waivers.collect::<Vec<_>>(),
        report["verdict"],
        report["headline"],
        report["frameworks"],
        report["indicators"],
        report["findings"]["total"],
        report["actions"]["by_kind"],
    ])
}

/// A company whose waivers name people by patterns, keys, ids and composed subjects.
fn waived() -> Company {
    let accounts = Company::text("exports/crm/accounts.csv")
        .replace("2026-08-14T18:00:00Z", "2026-08-24T18:00:00Z")
        .replace("2026-07-31T18:00:00Z", "2026-08-24T18:00:00Z");
    let waivers = "waiver_id,metric,subject,system,reason,approver,expires_on\n\
                   W1,leaver-lag,b*,crm,Bo Berg has leave,Ana Alves,2026-12-31\n\
                   W2,leaver-lag,crm:a3,,cy,Ana Alves,2026-12-31\n\
                   W3,former-staff-access,3,,cy,Ana Alves,2026-12-31\n\
                   W4,leaver-lag,*,erp,all of it,Ana Alves,2026-12-31\n\
                   W5,leaver-lag,nobody*,,none,Ana Alves,2026-12-31\n\
                   W6,orphan-accounts,{kiosk-1,kiosk-2},,both,Ana Alves,2026-12-31\n";
    let kiosks =
        "crm,k1,kiosk-1,,human,active,2024-01-02T08:00:00Z,,\ncrm,k2,kiosk-2,,human,active,2024-01-02T08:00:00Z,,\n";
    with_keys(Company::new())
        .with("exports/crm/accounts.csv", format!("{accounts}{kiosks}"))
        .with("exports/waivers.csv", waivers.replace("{kiosk-1,kiosk-2}", "\"{kiosk-1,kiosk-2}\""))
}

#[test]
fn every_number_is_the_same_with_tokens() {
    for company in [with_keys(rich()), waived()] {
        report(&company, "named", &[]);
        report(&company, "tokens", &["--pseudonyms", "key"]);
        let (named, tokens) = (company.json("named"), company.json("tokens"));
        assert_eq!(numbers(&named), numbers(&tokens));
        assert_eq!(named["pseudonyms"], Value::Null);
        assert_eq!(tokens["pseudonyms"]["key"].as_str().map(str::len), Some(16));
        assert_ne!(named["report_id"], tokens["report_id"]);
    }
}

#[test]
fn waivers_fit_what_they_fit_with_names() {
    let company = waived();
    report(&company, "tokens", &["--pseudonyms", "key"]);
    let told = company.json("tokens");
    let states: Vec<String> = told["waivers"]
        .as_array()
        .expect("waivers")
        .iter()
        .map(|one| format!("{} {} {}", one["waiver_id"], one["state"], one["findings"]).replace('"', ""))
        .collect();
    insta::assert_snapshot!(states.join("\n"), @r"
    W1 used 1
    W2 used 1
    W3 matches-nothing 0
    W4 matches-nothing 0
    W5 matches-nothing 0
    W6 used 2
    ");
    // The pack alone gives the same again: what the patterns fit stands in it.
    let ran = company.run(&["verify", "tokens"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn the_first_page_says_that_tokens_stand() {
    let company = with_keys(Company::new()).with_documents();
    report(&company, "pack", &["--pseudonyms", "key"]);
    let key = company.json("pack")["pseudonyms"]["key"].as_str().expect("a key").to_owned();
    let page = String::from_utf8(company.files("pack")["report.html"].clone()).expect("a page");
    let (cover, _) = page.split_once("id=\"reading\"").unwrap_or((&page, ""));
    let words = cover.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("tokens stand in the place of people") && words.contains(&key), "{words}");
    let pages = crate::render::pdf_core::text(&company.files("pack")["report.pdf"]);
    assert!(pages.contains("tokens stand in the place of people"), "the PDF");
    // The key itself is nowhere.
    for (name, bytes) in company.files("pack") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(KEY.trim()), "{name} has the key");
    }
}

#[test]
fn a_pack_with_tokens_is_computed_again_with_its_key() {
    let company = with_keys(rich());
    report(&company, "pack", &["--pseudonyms", "key"]);
    let verify = |more: &[&str]| company.run(&[&["verify", "pack"], more].concat());
    let alone = verify(&[]);
    assert_eq!((alone.code, alone.err.as_str()), (0, ""), "{}", alone.out);
    let again = verify(&["--inputs", "exports", "--pseudonyms", "key"]);
    assert_eq!((again.code, again.err.as_str()), (0, ""), "{}", again.out);
    assert!(again.out.contains("the exports give it again byte by byte"), "{}", again.out);
    for (more, told) in [
        (&["--inputs", "exports"][..], "with their key"),
        (&["--inputs", "exports", "--pseudonyms", "other-key"], "and the one that was given is"),
    ] {
        let ran = verify(more);
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    report(&company, "pack", &["--replace"]);
    let ran = verify(&["--inputs", "exports", "--pseudonyms", "key"]);
    assert!(ran.code == 2 && ran.err.contains("the pack has no pseudonyms"), "{}", ran.err);
}

#[test]
fn packs_are_compared_within_one_key() {
    let company = with_keys(rich());
    for (out, key) in [("a", Some("key")), ("b", Some("other-key")), ("c", None)] {
        let key = key.map(|key| ["--pseudonyms", key]);
        report(&company, out, key.as_ref().map_or(&[][..], |key| &key[..]));
    }
    let late = Company::text("exports/crm/accounts.csv").replace("2026-07-31T18:00:00Z", "2026-09-24T18:00:00Z");
    let company = company.with("exports/crm/accounts.csv", late);
    report(&company, "later", &["--pseudonyms", "key"]);
    report(&company, "later-named", &[]);
    let classes = |from: &str, to: &str| {
        let drift = company.run(&["drift", from, to, "--format", "json"]).json();
        (drift["classes"].clone(), drift["sentence"].clone())
    };
    assert_eq!(classes("a", "later"), classes("c", "later-named"), "tokens hide nothing of what changed");
    for from in ["b", "c"] {
        let ran = company.run(&["drift", from, "later"]);
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(
            ran.err.contains("the packs cannot be compared") && ran.err.contains("pseudonyms of the key"),
            "{}",
            ran.err
        );
    }
    // Exports are assessed with the key of the pack that they are compared with.
    let ran = company.run(&["drift", "a", "exports", "--period", "2026-Q3", "--pseudonyms", "key", "--format", "json"]);
    assert_eq!(ran.json()["classes"], classes("a", "later").0);
}

#[test]
fn earlier_packs_of_other_names_are_left_out_and_said() {
    let company = with_keys(rich());
    std::fs::create_dir_all(company.path("packs")).expect("a folder");
    let at = |out: &str, as_of: &str, key: &[&str]| {
        report(&company, out, &[&["--as-of", as_of, "--history", "packs"], key].concat())
    };
    at("packs/a", "2026-08-01", &["--pseudonyms", "key"]);
    at("packs/b", "2026-09-01", &[]);
    let (_, said) = at("packs/c", "2026-10-01", &["--pseudonyms", "key"]);
    assert!(said.contains("other pseudonyms stand in them: b"), "{said}");
    let report = company.json("packs/c");
    assert_eq!(report["history"].as_array().map(Vec::len), Some(2), "a, and itself");
    let ran = company.run(&["verify", "packs/c", "--inputs", "exports", "--pseudonyms", "key"]);
    // The message about the pack that was left out is not said again: it was no part of the comparison.
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn what_is_no_key_is_refused() {
    let company = with_keys(Company::new()).with("short", "0123456789").with("same", "a".repeat(64));
    let company = company.with("exports/key", KEY);
    let run = |key: &str| company.run(&["report", "exports", "--period", "2026-Q3", "--pseudonyms", key]).messages();
    insta::assert_snapshot!(run("short"), @r"
    error: short: the key file has 10 bytes, and a key has 32 at least
    hint: make one with `openssl rand -hex 32 > KEYFILE`, and keep it where the packs do not go
    exit 2
    ");
    insta::assert_snapshot!(run("same"), @r"
    error: same: the key file has only 1 different bytes: it is no random key
    hint: make one with `openssl rand -hex 32 > KEYFILE`, and keep it where the packs do not go
    exit 2
    ");
    insta::assert_snapshot!(run("nowhere"), @r"
    error: nowhere: the key file cannot be read: No such file or directory (os error 2)
    hint: make one with `openssl rand -hex 32 > KEYFILE`, and keep it where the packs do not go
    exit 2
    ");
    insta::assert_snapshot!(run("exports/key"), @r"
    error: exports/key: the key file lies in exports, which others are given
    hint: make one with `openssl rand -hex 32 > KEYFILE`, and keep it where the packs do not go
    exit 2
    ");
    assert!(!company.path("evidence").exists(), "nothing was written");
}

/// A file that is called after somebody is called after their token, wherever the pack names it.
#[test]
fn paths_that_name_somebody_are_replaced() {
    let people = Company::text("exports/hr/people.csv").replace("ana@corp.example", "ana.alves@corp.example");
    let keys = "system,credential_id,kind,status,owner,created_at\nvault,k1,api_key,active,ana.alves@corp.example,2024-01-01T00:00:00Z\n";
    let company = with_keys(Company::new())
        .with("exports/hr/people.csv", people)
        .with("exports/vault/keys-ana.alves@corp.example.csv", keys)
        .with("exports/vault/unknown.person@corp.example.txt", "a note")
        .with("exports/vault/plain.txt", "a note");
    report(&company, "pack", &["--pseudonyms", "key"]);
    let sources: Vec<String> = company.json("pack")["sources"]
        .as_array()
        .expect("sources")
        .iter()
        .filter_map(|file| file["path"].as_str().filter(|path| path.starts_with("vault/")).map(str::to_owned))
        .collect();
    insta::assert_snapshot!(sources.join("\n"), @r"
    vault/keys-m-vrxxvzfzpb41.csv
    vault/plain.txt
    vault/m-a08n23h21ra1.txt
    ");
    for (name, bytes) in company.files("pack").into_iter().filter(|(name, _)| !name.ends_with("parquet")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("ana.alves") && !text.contains("unknown.person"), "{name}");
    }
    let ran = company.run(&["verify", "pack", "--inputs", "exports", "--pseudonyms", "key"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(company.run(&["verify", "pack"]).code, 0);
}

/// Rules beside pseudonyms: who is named in the project file or in limits stays out of the pack; what is printed may
/// name nobody; what is compared with must still be there.
#[test]
fn rules_that_name_somebody() {
    let limits =
        "title = \"Own\"\n# approved by Ana Alves\n[metrics.leaver-lag]\nlimit = \"1h\"\nseverity = \"high\"\n";
    let mapping = include_str!("../../samples/acme/mappings/sources/temps-on-site.toml");
    let sql = include_str!("../../mappings/metrics/leaver-lag.sql").replace("id = \"leaver-lag\"", "id = \"own-lag\"");
    let company = with_keys(Company::new())
        .with("rules/policies/limits.toml", limits)
        .with("rules/sources/temps-on-site.toml", format!("# asked bo@corp.example\n{mapping}"))
        .with("rules/metrics/own-lag.sql", &sql);
    let own = ["--mappings", "rules", "--policy", "rules/policies/limits.toml", "--pseudonyms", "key"];
    report(&company, "pack", &own);
    let rules: Vec<String> = company.files("pack").into_keys().filter(|name| name.starts_with("rules/")).collect();
    assert_eq!(rules, ["rules/metrics/own-lag.sql"]);
    let told = company.json("pack");
    let said = told["messages"].as_array().expect("messages").iter().find(|one| one["code"] == "rules-left-out");
    insta::assert_snapshot!(said.expect("it is said")["message"].as_str().expect("words"), @r"
    rule files that may name people are not in the pack: limits.toml, own/temps-on-site.toml
    ");
    for (name, bytes) in company.files("pack") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("Ana Alves") && !text.contains("bo@corp"), "{name}");
    }
    let ran = company.run(&["verify", "pack"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let run = || company.run(&[&["report", "exports", "--period", "2026-Q3", "--out", "pack"], &own[..]].concat());
    company.write(
        "rules/metrics/own-lag.sql",
        sql.replace("definition = \"\"\"", "definition = \"\"\"\nAgreed with Ana Alves. \\"),
    );
    insta::assert_snapshot!(run().messages(), @r"
    error: own/own-lag.sql:18:13: the rule names somebody whom the exports know, and its text is printed
    hint: write it without names for a pack with pseudonyms
    exit 2
    ");
    company.write(
        "rules/metrics/own-lag.sql",
        sql.replacen(
            "'account' AS subject_kind",
            "CASE WHEN 'bo' = 'x' THEN 'other' ELSE 'account' END AS subject_kind",
            1,
        ),
    );
    let refused = run();
    assert!(
        refused.code == 2 && refused.err.contains("the SQL compares with a value that is replaced"),
        "{}",
        refused.err
    );
    company.write("rules/metrics/own-lag.sql", sql);
    company.write(
        "rules/policies/limits.toml",
        limits.replace("limit =", "source_of_limit = \"Ana Alves, 2026\"\nlimit ="),
    );
    let refused = run();
    assert!(refused.code == 2 && refused.err.contains("the source of the limit names somebody"), "{}", refused.err);
}

/// A column that tells of a person must say so: those whose name says it are a floor.
#[test]
fn columns_that_name_people_are_personal() {
    let names = [
        "person",
        "owner",
        "actor",
        "subject",
        "reviewer",
        "approver",
        "email",
        "username",
        "upn",
        "manager",
        "account_id",
        "account_key",
        "credential_id",
        "credential_key",
        "display_name",
        "extracted_by",
        "path",
    ];
    for table in Table::ALL {
        for column in table.columns().iter().filter(|column| column.kind == ColumnKind::Text && column.words.is_empty())
        {
            let named = names.iter().any(|name| column.name.starts_with(name));
            assert!(!named || column.personal.is_some(), "{} {}", table.name(), column.name);
        }
    }
    assert_eq!(Table::Systems.column("system").and_then(|column| column.personal), None);
    assert_eq!(Table::People.column("name").and_then(|column| column.personal), Some(Personal::Name));
}
