//! A company's own look: named by the project file or by a flag, hashed in the manifest, and never read as an export.

use serde_json::Value;

use crate::support::company::Company;

/// Two pixels; the second one in another colour in the other picture.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x08\x06\0\0\0\xf4\x22\x7f\x8a\0\0\0\x11IDATx\xdac\xe0\xb2\xa9\xf8\x7fBN\xae\x01\0\x0d\xfe\x03B7\xccQ\xa5\0\0\0\0IEND\xaeB`\x82";
const OTHER_PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x08\x06\0\0\0\xf4\x22\x7f\x8a\0\0\0\x11IDATx\xdac\xe0\xb2\xa9\xf8/wB\xae\x01\0\x0dT\x03Bi>\x9f\x89\0\0\0\0IEND\xaeB`\x82";

fn company() -> Company {
    Company::new()
        .with_documents()
        .with("exports/overstay.toml", "templates = \"look\"\n")
        .with("exports/look/brand.toml", "logo = \"img/logo.png\"\nlogo_alternative = \"Corp\"\naccent = \"#203040\"\n")
        .with("exports/look/img/logo.png", PNG)
        .with("exports/look/draft.csv", "person_id,name\n9,Nobody\n")
}

fn manifest(company: &Company) -> Value {
    let files = company.files("pack");
    serde_json::from_slice(&files["manifest.json"]).expect("JSON")
}

/// Paths and hashes of the organisation's own files of the look.
fn own(manifest: &Value) -> Vec<(String, String)> {
    let entry = |entry: &Value, name: &str| entry[name].as_str().expect("text").to_owned();
    let rules = manifest["rules"].as_array().expect("rules").iter();
    let rules = rules.map(|rule| (entry(rule, "path"), entry(rule, "sha256")));
    rules.filter(|(path, _)| path.starts_with("look/")).collect()
}

#[test]
fn the_project_file_names_the_folder() {
    let company = company();
    let ran = company.report();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = String::from_utf8(company.files("pack")["report.html"].clone()).expect("UTF-8");
    assert!(page.contains("alt=\"Corp\"") && page.contains("--accent: #203040"));
    let before = manifest(&company);
    let listed = own(&before);
    let paths: Vec<&str> = listed.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["look/brand.toml", "look/img/logo.png"]);
    let inputs: Vec<&str> =
        before["inputs"].as_array().expect("inputs").iter().map(|one| one["path"].as_str().expect("text")).collect();
    assert!(inputs.len() == 4 && !inputs.iter().any(|path| path.starts_with("look/")), "{inputs:?}");

    // Another picture is another hash, and another report of the same inputs and rules.
    company.write("exports/look/img/logo.png", OTHER_PNG);
    assert_eq!(company.report().code, 0);
    let after = manifest(&company);
    assert_eq!(own(&after)[0], listed[0]);
    assert_ne!(own(&after)[1], listed[1]);
    assert_ne!(after["report_id"], before["report_id"]);
    assert_eq!(after["rules_sha256"], before["rules_sha256"]);
}

#[test]
fn a_flag_wins_over_the_project_file() {
    let company = company().with("exports/other/brand.toml", "accent = \"#402030\"\n");
    let ran =
        company.run(&["report", "exports", "--period", "2026-Q3", "--out", "pack", "--templates", "exports/other"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = String::from_utf8(company.files("pack")["report.html"].clone()).expect("UTF-8");
    assert!(page.contains("--accent: #402030") && !page.contains("<img"));
}

#[test]
fn a_folder_that_is_missing_or_wrong_ends_the_run_before_reading() {
    let company = company().with("exports/overstay.toml", "zone = \"UTC\"\ntemplates = \"lok\"\n");
    insta::assert_snapshot!(company.report().messages(), @r#"
    error: exports/overstay.toml:2:13: the templates folder does not exist
    hint: it may hold brand.toml and report/*.html
    exit 2
    "#);
    company.write("exports/overstay.toml", "templates = \"look\"\nzone = 5\n");
    company.write("exports/look/brand.toml", "accent = \"#ffff00\"\n");
    let flag = ["report", "exports", "--period", "2026-Q3", "--out", "pack", "--templates", "exports/look"];
    insta::assert_snapshot!(company.run(&flag).messages(), @r#"
    error: exports/overstay.toml:2:8: `zone` must be text, this is a whole number
    error: exports/look/brand.toml:1:10: `accent` has a contrast of 1.07 to 1 on white; text needs 4.5 to 1
    hint: take a darker shade of it
    exit 2
    "#);
    assert!(!company.path("pack").exists());
}
