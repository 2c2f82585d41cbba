//! Whatever is changed in a pack is found and named.

use std::path::Path;

use overstay::pack::{PackCheck, check_pack};

use super::bytes::packed;
use super::forge::{Forge, hex, put};
use crate::support::company::Company;

fn check(folder: &Path) -> PackCheck {
    check_pack(folder, &|_, _| {}).expect("it can be compared")
}

/// Paths and kinds of what differs.
fn named(folder: &Path) -> Vec<String> {
    let differences = check(folder).differences;
    let mut names: Vec<String> = differences.iter().map(|one| format!("{:?} {}", one.kind, one.path)).collect();
    names.dedup();
    names
}

#[test]
fn a_pack_as_written_agrees() {
    let company = packed();
    let found = check(&company.path("pack"));
    assert_eq!(found.differences, vec![]);
    assert_eq!(found.agree + 1, company.files("pack").len());
    assert_eq!(found.sha256, hex(&company.files("pack")["manifest.json"]));
    assert!(found.report.is_some());
}

#[test]
fn the_manifest_can_be_hashed_without_this_tool() {
    let company = packed();
    let text = String::from_utf8(company.files("pack")["manifest.json"].clone()).expect("UTF-8");
    let (head, tail) = text.split_once("\"manifest_sha256\": \"").expect("its own hash");
    let (hash, tail) = tail.split_once('"').expect("the end of the hash");
    assert_eq!(hash, hex([head, "\"manifest_sha256\": \"\"", tail].concat().as_bytes()));
}

#[test]
fn a_changed_byte_in_any_file_is_found() {
    let company = packed();
    let folder = company.path("pack");
    let mut tried = 0;
    for (name, bytes) in company.files("pack") {
        let last = bytes.len() - 1;
        let mut places = vec![0, last / 3, last / 2, last];
        places.dedup();
        for at in places {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            put(&folder.join(&name), &changed);
            match check_pack(&folder, &|_, _| {}) {
                Ok(found) => assert!(found.differences.iter().any(|one| one.path == name), "{name}, byte {at}"),
                Err(failure) => assert!(failure.to_string().contains(&name), "{name}, byte {at}: {failure}"),
            }
            tried += 1;
        }
        put(&folder.join(&name), &bytes);
    }
    assert!(tried > 120, "{tried} changes were tried");
    assert_eq!(named(&folder), Vec::<String>::new());
}

#[test]
fn every_byte_of_the_manifest_counts() {
    let company = packed();
    let folder = company.path("small");
    Forge::open(&company, "pack").trimmed().seal(&folder);
    assert_eq!(named(&folder), Vec::<String>::new());
    let bytes = company.files("small")["manifest.json"].clone();
    assert!(bytes.len() > 2000, "{} bytes", bytes.len());
    for at in 0..bytes.len() {
        for mask in [0x01, 0x20] {
            let mut changed = bytes.clone();
            changed[at] ^= mask;
            put(&folder.join("manifest.json"), &changed);
            let found = match check_pack(&folder, &|_, _| {}) {
                Ok(found) => found.differences.iter().any(|one| one.path == "manifest.json"),
                Err(failure) => failure.to_string().contains("manifest.json"),
            };
            assert!(found, "byte {at} ^ {mask}");
        }
    }
}

#[test]
fn files_that_are_cut_longer_empty_gone_new_or_swapped() {
    let company = packed();
    let folder = company.path("pack");
    let files = company.files("pack");
    let (a, b) = ("findings.csv", "evidence/leaver-lag.csv");
    for name in [a, b, "report.html", "report.json", "canonical/people.parquet", "metrics/_views.sql", "rejects.csv"] {
        let bytes = &files[name];
        let longer = [bytes.as_slice(), b"\n"].concat();
        for changed in [&bytes[..bytes.len() - 1], &bytes[1..], &longer, &[]] {
            put(&folder.join(name), changed);
            assert_eq!(named(&folder), [format!("Changed {name}")]);
        }
        std::fs::remove_file(folder.join(name)).expect("it was there");
        assert_eq!(named(&folder), [format!("Missing {name}")]);
        put(&folder.join(name), bytes);
    }
    put(&folder.join(a), &files[b]);
    put(&folder.join(b), &files[a]);
    assert_eq!(named(&folder), [format!("Changed {b}"), format!("Changed {a}")]);
    put(&folder.join(a), &files[a]);
    put(&folder.join(b), &files[b]);
    put(&folder.join("evidence/.hidden"), b"");
    put(&folder.join("notes.txt"), b"seen");
    std::fs::create_dir(folder.join("empty")).expect("a folder");
    assert_eq!(named(&folder), ["Odd empty", "Added evidence/.hidden", "Added notes.txt"]);
}

#[cfg(unix)]
#[test]
fn links_and_odd_things_are_named_and_not_followed() {
    use std::os::unix::fs::symlink;
    let company = packed();
    let folder = company.path("pack");
    // The same bytes behind a link are not a file of the pack: they can change without it.
    std::fs::rename(folder.join("findings.csv"), company.path("outside.csv")).expect("a rename");
    symlink(company.path("outside.csv"), folder.join("findings.csv")).expect("a link");
    std::fs::rename(folder.join("metrics"), company.path("outside")).expect("a rename");
    symlink(company.path("outside"), folder.join("metrics")).expect("a link");
    let found = named(&folder);
    assert!(found.contains(&"Odd findings.csv".to_owned()), "{found:?}");
    assert!(found.contains(&"Missing findings.csv".to_owned()), "{found:?}");
    assert!(found.contains(&"Odd metrics".to_owned()), "{found:?}");
    assert!(found.contains(&"Missing metrics/leaver-lag.sql".to_owned()), "{found:?}");
}

#[test]
fn a_manifest_cannot_lead_out_of_the_pack() {
    let company = packed();
    let mut forge = Forge::open(&company, "pack").trimmed();
    let folder = company.path("small");
    let secret = b"not of the pack";
    put(&company.path("secret"), secret);
    forge.files.insert("../secret".to_owned(), secret.to_vec());
    forge.seal(&folder);
    assert_eq!(named(&folder), ["Odd ../secret"]);
}

#[test]
fn ids_and_digests_inside_are_computed_again() {
    let company = packed();
    let folder = company.path("small");
    let said = |change: &dyn Fn(&mut Forge)| -> Vec<String> {
        let mut forge = Forge::open(&company, "pack").trimmed();
        change(&mut forge);
        forge.seal(&folder);
        let differences = check(&folder).differences;
        differences.into_iter().map(|one| format!("{}: {}", one.path, one.what.join("; "))).collect()
    };
    assert_eq!(said(&|_| {}), Vec::<String>::new());
    assert_eq!(
        said(&|forge| forge.report.zone = "Europe/Berlin".to_owned()),
        ["report.json: its zone is Europe/Berlin; manifest.json gives UTC"]
    );
    assert_eq!(
        said(&|forge| forge.report.sources[0].sha256 = "0".repeat(64)),
        ["report.json: its sources are not the inputs of manifest.json"]
    );
    assert_eq!(said(&|forge| forge.report.as_of.0 += 1), ["report.json: its as_of is not that of manifest.json"]);
    assert_eq!(
        said(&|forge| forge.manifest.options.period = "2026-Q4".to_owned()),
        ["manifest.json: its period is 2026-Q3; its options gives 2026-Q4"]
    );
    assert_eq!(
        said(&|forge| forge.report.metrics[0].evidence = Some("evidence/\u{1b}[2J.csv".to_owned())),
        ["report.json: it names evidence/[U+001B][2J.csv, which manifest.json does not list"]
    );
}

#[test]
fn a_digest_that_is_not_that_of_its_list() {
    let company = packed();
    let folder = company.path("small");
    for name in ["inputs_sha256", "rules_sha256", "evidence_sha256", "report_id", "command"] {
        Forge::open(&company, "pack").trimmed().seal(&folder);
        let mut manifest: overstay::pack::Manifest =
            serde_json::from_slice(&company.files("small")["manifest.json"]).expect("a manifest");
        let field = match name {
            "inputs_sha256" => &mut manifest.inputs_sha256,
            "rules_sha256" => &mut manifest.rules_sha256,
            "evidence_sha256" => &mut manifest.evidence_sha256,
            "report_id" => &mut manifest.report_id,
            _ => &mut manifest.command,
        };
        field.replace_range(0..1, "x");
        put(&folder.join("manifest.json"), &manifest.sealed().to_json());
        let found = check(&folder).differences;
        let said = |path: &str| {
            found.iter().any(|one| one.path == path && one.what[0].starts_with(&format!("its {name} is ")))
        };
        assert!(said("manifest.json") && said("report.json"), "{name}: {found:?}");
    }
}

#[test]
fn what_is_no_pack_is_refused_with_a_hint() {
    let company = Company::new().with("webapp/manifest.json", "{\"name\": \"Time sheets\"}");
    assert_eq!(company.run(&["report", "exports", "--period", "2026-Q3", "--out", "pack"]).code, 0);
    let newer = String::from_utf8(company.files("pack")["manifest.json"].clone()).expect("UTF-8");
    let newer = newer.replace("overstay.manifest/1", "overstay.manifest/2");
    let company = company.with("newer/manifest.json", newer).with("cut/manifest.json", "{\"schema\": \"overst");
    insta::assert_snapshot!(company.run(&["verify", "exports"]).messages(), @r#"
    error: exports: the folder has no manifest.json, without which nothing can be compared
    hint: `overstay report EXPORTS --period 2026-Q3 --out PACK` makes a pack
    exit 2
    "#);
    insta::assert_snapshot!(company.run(&["verify", "webapp"]).messages(), @r#"
    error: webapp: its manifest.json is not the manifest of an evidence pack
    hint: `overstay report EXPORTS --period 2026-Q3 --out PACK` makes a pack
    exit 2
    "#);
    insta::assert_snapshot!(company.run(&["verify", "newer"]).messages(), @r#"
    error: newer: manifest.json has the format `overstay.manifest/2`; this version knows `overstay.manifest/1`
    hint: use the version of the tool that made the pack, or a newer one
    exit 2
    "#);
    insta::assert_snapshot!(company.run(&["verify", "nowhere"]).messages(), @r#"
    error: nowhere: there is no such folder
    hint: `overstay report EXPORTS --period 2026-Q3 --out PACK` makes a pack
    exit 2
    "#);
    let cut = company.run(&["verify", "cut"]);
    assert_eq!(cut.code, 3);
    assert!(cut.out.contains("changed  manifest.json: it cannot be read as a manifest: EOF"), "{}", cut.out);
}
