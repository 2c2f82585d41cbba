//! An old pack is replaced by a whole new one or stays whole, and nothing else is ever replaced.

use crate::support::company::{Company, Ran};

/// Names in the folder of the company, hidden ones too.
fn names(company: &Company) -> Vec<String> {
    let entries = std::fs::read_dir(company.path(".")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn to(company: &Company, out: &str) -> Ran {
    company.run(&["report", "exports", "--period", "2026-Q3", "--out", out])
}

#[test]
fn a_new_pack_replaces_an_old_one_and_leaves_nothing_behind() {
    let company = Company::new().with_documents();
    assert_eq!(company.report().code, 0);
    let old = company.files("pack");
    let company = company
        .with("exports/hr/people.csv", Company::text("exports/hr/people.csv").replace("2026-08-14", "2026-08-01"));
    assert_eq!(company.report().code, 0);
    let new = company.files("pack");
    assert_ne!(old["report.json"], new["report.json"]);
    // There was nothing to do, and now there is: owners have lists.
    let (lists, others): (Vec<&String>, Vec<&String>) = new.keys().partition(|name| name.starts_with("owners/"));
    assert_eq!(old.keys().collect::<Vec<_>>(), others);
    assert_eq!(lists, ["owners/_no-owner.csv", "owners/_no-owner.html"]);
    assert_eq!(names(&company), ["exports", "pack"]);
}

#[test]
fn a_run_that_fails_leaves_the_old_pack_whole() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let old = company.files("pack");
    company.write("own/sources/broken.toml", "id = 3\n");
    let runs: [&[&str]; 4] = [
        &["--period", "2026-Q9"],
        &["--period", "2026-Q3", "--mappings", "own"],
        &["--period", "2026-Q3", "--mappings", "nowhere"],
        &["--period", "2026-Q3", "--templates", "nowhere"],
    ];
    for more in runs {
        let ran = company.run(&[&["report", "exports", "--out", "pack"], more].concat());
        assert_eq!(ran.code, 2, "{more:?}: {}", ran.err);
        assert_eq!(company.files("pack"), old, "{more:?}");
        assert_eq!(names(&company), ["exports", "own", "pack"], "{more:?}");
    }
    // The exports are gone, or hold nothing.
    assert_eq!(company.run(&["report", "own", "--period", "2026-Q3", "--out", "pack"]).code, 2);
    assert_eq!(company.files("pack"), old);
    assert_eq!(names(&company), ["exports", "own", "pack"]);
}

#[test]
fn what_is_no_pack_is_never_replaced() {
    let company = Company::new()
        .with("notes/minutes.txt", "keep me")
        // Many other tools call a file of theirs so.
        .with("webapp/manifest.json", "{\"name\": \"Time sheets\", \"icons\": []}")
        .with("file", "keep me too");
    let before = company.files(".");
    insta::assert_snapshot!(to(&company, "notes").messages(), @r#"
    error: notes: the output folder holds files that are not an evidence pack
    hint: choose an empty or a new folder; nothing was changed
    exit 2
    "#);
    insta::assert_snapshot!(to(&company, "webapp").messages(), @r#"
    error: webapp: the output folder holds files that are not an evidence pack
    hint: choose an empty or a new folder; nothing was changed
    exit 2
    "#);
    insta::assert_snapshot!(to(&company, "file").messages(), @r#"
    error: file: the output exists and is not a folder
    hint: choose another name for --out
    exit 2
    "#);
    insta::assert_snapshot!(to(&company, "exports").messages(), @r#"
    error: exports: the output folder holds files that are not an evidence pack
    hint: choose an empty or a new folder; nothing was changed
    exit 2
    "#);
    insta::assert_snapshot!(to(&company, ".").messages(), @r#"
    error: .: the output must be a folder with a name of its own
    hint: name a folder, such as evidence/2026-Q3
    exit 2
    "#);
    insta::assert_snapshot!(to(&company, "exports/..").messages(), @r#"
    error: exports/..: the output must be a folder with a name of its own
    hint: name a folder, such as evidence/2026-Q3
    exit 2
    "#);
    assert_eq!(company.files("."), before);
    assert_eq!(names(&company), ["exports", "file", "notes", "webapp"]);
}

#[test]
fn what_somebody_put_into_a_pack_is_not_lost() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    company.write("pack/evidence/signed-by-auditor.txt", "seen");
    let before = company.files("pack");
    insta::assert_snapshot!(company.report().messages(), @r#"
    error: pack: the pack in the output folder also holds files that no run has written
    hint: move evidence/signed-by-auditor.txt away, or choose another folder; nothing was changed
    exit 2
    "#);
    assert_eq!(company.files("pack"), before);
}

#[test]
fn an_empty_folder_and_a_deep_one_will_do() {
    let company = Company::new();
    std::fs::create_dir(company.path("empty")).expect("a folder");
    assert_eq!(to(&company, "empty").code, 0);
    assert_eq!(to(&company, "a/b/c/").code, 0);
    assert_eq!(company.files("empty"), company.files("a/b/c"));
    assert_eq!(names(&company), ["a", "empty", "exports"]);
}

#[test]
fn the_remains_of_a_run_that_was_killed_are_cleared() {
    let company = Company::new().with_documents().with(".pack.partial/report.html", "half of it");
    assert_eq!(company.report().code, 0);
    assert_eq!(names(&company), ["exports", "pack"]);
    assert_ne!(company.files("pack")["report.html"], b"half of it");
}
