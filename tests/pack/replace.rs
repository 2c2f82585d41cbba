//! A pack is replaced by one of its own kind, or not without being asked for: a table of situations.

use crate::support::company::{Company, Ran};

const REPORT: [&str; 6] = ["report", "exports", "--period", "2026-Q3", "--out", "pack"];

/// A company that has a pack of its third quarter.
fn company() -> Company {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    company
}

/// Exports that give another report of the same period.
fn late(company: &Company) {
    let late = Company::text("exports/crm/accounts.csv").replace("2026-08-14T18:00", "2026-08-29T18:00");
    company.write("exports/crm/accounts.csv", late);
}

fn accept(company: &Company) {
    let args = ["accept", "pack", "--by", "I. Heron", "--reason", "first", "--on", "2026-10-05T09:00:00Z"];
    assert_eq!(company.run(&args).code, 0);
}

/// Refused as it is, and replaced with `--replace`, which names what is lost.
fn asks(company: &Company, args: &[&str]) -> String {
    let before = company.files(".");
    let refused = company.run(args);
    assert_eq!(company.files("."), before, "{args:?}: {}", refused.err);
    let replaced: Ran = company.run(&[args, &["--replace"]].concat());
    assert_eq!((refused.code, replaced.code), (2, 0), "{}{}", refused.err, replaced.err);
    let files = company.files("pack");
    assert_ne!(files["manifest.json"], before["pack/manifest.json"]);
    if files.contains_key("findings.csv") {
        // Whole in itself; where somebody accepted the one that was there before, the acceptance names another.
        let verified = company.run(&["verify", "pack"]);
        let other = verified.out.contains("accepted.json names pack by the manifest");
        assert_eq!(verified.code, if other { 3 } else { 0 }, "{}", verified.out);
        assert!(!verified.out.contains("The pack differs"), "{}", verified.out);
        assert_eq!(other, before.contains_key("accepted.json"));
    }
    let lost = replaced.err.lines().filter(|line| line.contains("a pack was replaced"));
    format!("{}\n{}", refused.messages(), lost.collect::<Vec<_>>().join("\n"))
}

#[test]
fn another_period() {
    let company = company();
    let args = ["report", "exports", "--period", "2026-07", "--out", "pack"];
    insta::assert_snapshot!(asks(&company, &args), @"
    error: pack: the pack in the output folder would be lost: it is of the period 2026-Q3, and this one of 2026-07
    hint: choose another folder, or give --replace to lose it; nothing was changed
    exit 2
    warning: pack: a pack was replaced in spite of this: it is of the period 2026-Q3, and this one of 2026-07
    ");
}

#[test]
fn another_organisation() {
    let company = company().with("exports/overstay.toml", "organisation = \"Acme\"\n");
    insta::assert_snapshot!(asks(&company, &REPORT), @"
    error: pack: the pack in the output folder would be lost: it is of organisation not named, and this one of Acme
    hint: choose another folder, or give --replace to lose it; nothing was changed
    exit 2
    warning: pack: a pack was replaced in spite of this: it is of organisation not named, and this one of Acme
    ");
}

#[test]
fn a_pack_that_somebody_has_changed() {
    let company = company();
    let findings = String::from_utf8(company.files("pack")["findings.csv"].clone()).expect("UTF-8");
    company.write("pack/findings.csv", findings + "seen by the auditor\n");
    late(&company);
    insta::assert_snapshot!(asks(&company, &REPORT), @"
    error: pack: the pack in the output folder would be lost: findings.csv: 364 bytes; the manifest lists 344
    hint: choose another folder, or give --replace to lose it; nothing was changed
    exit 2
    warning: pack: a pack was replaced in spite of this: findings.csv: 364 bytes; the manifest lists 344
    ");
}

#[test]
fn a_pack_that_somebody_has_accepted() {
    let company = company();
    accept(&company);
    late(&company);
    insta::assert_snapshot!(asks(&company, &REPORT), @"
    error: pack: the pack in the output folder would be lost: I. Heron has accepted it on 2026-10-05
    hint: choose another folder, or give --replace to lose it; nothing was changed
    exit 2
    warning: pack: a pack was replaced in spite of this: I. Heron has accepted it on 2026-10-05
    ");
}

#[test]
fn tables_in_place_of_a_pack_and_a_pack_in_place_of_tables() {
    let company = company();
    let normalise = ["normalise", "exports", "--period", "2026-Q3", "--out", "pack"];
    insta::assert_snapshot!(asks(&company, &normalise), @"
    error: pack: the pack in the output folder would be lost: it is an evidence pack
    hint: choose another folder, or give --replace to lose it; nothing was changed
    exit 2
    warning: pack: a pack was replaced in spite of this: it is an evidence pack
    ");
    insta::assert_snapshot!(asks(&company, &REPORT), @"
    error: pack: the pack in the output folder would be lost: it is a folder of canonical tables
    hint: choose another folder, or give --replace to lose it; nothing was changed
    exit 2
    warning: pack: a pack was replaced in spite of this: it is a folder of canonical tables
    ");
}

#[test]
fn tables_in_place_of_tables() {
    let company = Company::new();
    let normalise = |period: &'static str| ["normalise", "exports", "--period", period, "--out", "pack"];
    assert_eq!(company.run(&normalise("2026-Q3")).code, 0);
    late(&company);
    assert_eq!(company.run(&normalise("2026-Q3")).code, 0);
    insta::assert_snapshot!(asks(&company, &normalise("2026-07")), @"
    error: pack: the pack in the output folder would be lost: it is of the period 2026-Q3, and this one of 2026-07
    hint: choose another folder, or give --replace to lose it; nothing was changed
    exit 2
    warning: pack: a pack was replaced in spite of this: it is of the period 2026-Q3, and this one of 2026-07
    ");
    let bytes = company.files("pack")["accounts.parquet"].clone();
    company.write("pack/accounts.parquet", [&bytes[..], b"x"].concat());
    insta::assert_snapshot!(asks(&company, &normalise("2026-07-01..2026-08-01")), @"
    error: pack: the pack in the output folder would be lost: accounts.parquet: not as it was written
    hint: choose another folder, or give --replace to lose it; nothing was changed
    exit 2
    warning: pack: a pack was replaced in spite of this: accounts.parquet: not as it was written
    ");
}

#[test]
fn the_same_pack_again_is_left_as_it_stands() {
    let company = company();
    accept(&company);
    let changed =
        || std::fs::metadata(company.path("pack/manifest.json")).and_then(|data| data.modified()).expect("a time");
    let before = (company.files("."), changed());
    let ran = company.report();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!((company.files("."), changed()), before);
}

#[test]
fn a_later_moment_of_the_same_period_replaces_it() {
    let company = company();
    late(&company);
    let ran = company.run(&[&REPORT[..], &["--as-of", "2026-10-01T06:00:00Z"]].concat());
    assert_eq!((ran.code, ran.err.contains("replaced")), (0, false), "{}", ran.err);
}

/// Whatever a manifest lists, and whatever hashes it has: only what a run writes is ever removed.
#[test]
fn a_forged_manifest_does_not_give_the_exports_away() {
    use sha2::{Digest as _, Sha256};
    let company = Company::new();
    for (schema, more) in [("overstay.manifest/1", ""), ("overstay.canonical/1", ""), ("overstay.", "")] {
        let text = Company::text("exports/hr/people.csv");
        let sha256: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        let manifest = format!(
            "{{\"schema\": \"{schema}\", \"organisation\": \"organisation not named\", \"period\": {{\"label\": \"2026-Q3\", \
             \"from\": \"2026-07-01T00:00:00Z\", \"to\": \"2026-10-01T00:00:00Z\"}}, \"outputs\": [{{\"path\": \"people.csv\", \
             \"bytes\": {}, \"sha256\": \"{sha256}\"}}]{more}}}",
            text.len()
        );
        company.write("exports/hr/manifest.json", manifest);
        let before = company.files(".");
        for command in ["report", "normalise"] {
            for more in [&[][..], &["--replace"]] {
                let args = [&[command, "exports", "--period", "2026-Q3", "--out", "exports/hr"], more].concat();
                let ran = company.run(&args);
                assert_eq!((ran.code, company.files(".") == before), (2, true), "{args:?}: {}", ran.err);
                assert!(ran.err.contains("move people.csv away"), "{}", ran.err);
            }
        }
    }
}
