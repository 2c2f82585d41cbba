//! Signatures beside the manifest, made and checked by other programs.

use std::process::Command;

use crate::support::company::{Company, Ran};

const NAMES: [&str; 5] = [
    "manifest.json.asc",
    "manifest.json.minisig",
    "manifest.json.sig",
    "manifest.json.sigstore.json",
    "manifest.json.tsr",
];

fn packed() -> Company {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    company
}

fn signed(company: &Company, command: &str) -> Ran {
    company.run(&["report", "exports", "--period", "2026-Q3", "--out", "pack", "--sign-command", command])
}

fn line(ran: &Ran, name: &str) -> String {
    let line = ran.out.lines().find_map(|line| line.strip_prefix(name)).expect("such a line");
    line.trim().to_owned()
}

fn names(company: &Company) -> Vec<String> {
    let entries = std::fs::read_dir(company.path(".")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn signatures_beside_the_manifest_are_named_and_nothing_else_may_lie_there() {
    let company = packed();
    assert_eq!(line(&company.run(&["verify", "pack"]), "signatures"), "none beside the manifest");
    for name in NAMES {
        company.write(&format!("pack/{name}"), "a signature");
    }
    let ran = company.run(&["verify", "pack"]);
    let expected = format!("{}: present, not checked by overstay; --verify-command checks", NAMES.join(", "));
    assert_eq!((ran.code, line(&ran, "signatures")), (0, expected));
    assert_eq!(company.run(&["verify", "pack", "--json"]).json()["signatures"], serde_json::json!(NAMES));
    // Wherever a pack is opened.
    for command in [
        &["sample", "pack", "leaver-lag", "--seed", "1"][..],
        &["accept", "pack", "--by", "R. Lead", "--reason", "seen"],
        &["drift", "pack", "pack"],
        &["history", "."],
        &["verify", "pack", "--inputs", "exports"],
        // The exports hold nothing of the pack, wherever it lies.
        &["report", "exports", "--period", "2026-Q3", "--out", "pack"],
    ] {
        let ran = company.run(command);
        assert_eq!(ran.code, 0, "{command:?}: {}{}", ran.out, ran.err);
    }
    for name in ["manifest.json.sig2", "manifest.json.p7s", "evidence/manifest.json.sig", "report.json.sig"] {
        let path = format!("pack/{name}");
        company.write(&path, "a signature");
        let ran = company.run(&["verify", "pack"]);
        assert_eq!(ran.code, 3, "{name}: {}", ran.out);
        assert!(ran.out.contains(&format!("added    {name}: not listed")), "{}", ran.out);
        let ran = company.report();
        assert_eq!(ran.code, 2, "{name}: {}", ran.err);
        std::fs::remove_file(company.path(&path)).expect("it was written");
    }
}

#[cfg(unix)]
#[test]
fn a_signature_is_a_plain_file() {
    let company = packed();
    std::os::unix::fs::symlink("report.json", company.path("pack/manifest.json.sig")).expect("a link");
    let ran = company.run(&["verify", "pack"]);
    assert!(ran.out.contains("odd      manifest.json.sig: a link"), "{}", ran.out);
    assert_eq!(ran.code, 3);
}

#[test]
fn a_signed_pack_among_the_exports_is_no_export() {
    let company = packed();
    company.write("pack/manifest.json.sig", "a signature");
    std::fs::rename(company.path("pack"), company.path("exports/pack")).expect("a rename");
    let ran = company.report();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains("exports/pack"), "{}", ran.err);
    let skipped =
        company.json("pack")["messages"].as_array().expect("messages").iter().any(|one| one["code"] == "skipped-pack");
    assert!(skipped);
}

#[test]
fn a_hash_that_was_noted_is_compared() {
    let company = packed();
    let sha256 = line(&company.run(&["verify", "pack"]), "manifest").replace("SHA-256 ", "");
    let with = |hex: &str| company.run(&["verify", "pack", "--manifest-sha256", hex]);
    for hex in [sha256.clone(), sha256.to_uppercase()] {
        let ran = with(&hex);
        assert_eq!((ran.code, line(&ran, "manifest")), (0, format!("SHA-256 {sha256}, the one that was given")));
        assert!(!ran.out.contains("compare the manifest's SHA-256"), "it was compared: {}", ran.out);
    }
    let other = "0".repeat(64);
    let ran = with(&other);
    assert_eq!((ran.code, line(&ran, "manifest")), (3, format!("SHA-256 {sha256}")));
    let said = format!("changed  manifest.json: its SHA-256 is {sha256}; the one that was given is {other}");
    assert!(ran.out.contains(&said), "{}", ran.out);
    let json = company.run(&["verify", "pack", "--json", "--manifest-sha256", &other]).json();
    assert_eq!((&json["agrees"], &json["manifest_file_is_the_given"]), (&false.into(), &false.into()));
    for hex in ["", "abc", &sha256[1..], &format!("{sha256}0"), &format!("g{}", &sha256[1..])] {
        let ran = with(hex);
        assert_eq!(ran.code, 2, "{hex}");
        assert!(ran.err.contains("expected 64 hexadecimal digits"), "{}", ran.err);
    }
}

#[test]
fn the_manifest_is_signed_before_the_pack_takes_its_place() {
    let company = Company::new();
    // The command sees the whole manifest, and what it prints is no part of the data.
    let command = "echo seen; sha256sum < \"$1\" > \"$1.sig\"; [ ! -e pack ] && grep -q manifest_sha256 \"$1\"";
    let ran = signed(&company, command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("seen") && !ran.out.contains("seen"));
    let check = "[ \"$(sha256sum < \"$1\")\" = \"$(cat \"$1.sig\")\" ]";
    let ran = company.run(&["verify", "pack", "--verify-command", check]);
    let expected = "manifest.json.sig; the command that was given ended with 0";
    assert_eq!((ran.code, line(&ran, "signatures").as_str()), (0, expected));
    // The pack is another one now, and the signature is of the old one.
    company.write("pack/manifest.json.sig", "a signature");
    let ran = company.run(&["verify", "pack", "--verify-command", check]);
    let expected = "manifest.json.sig; the command that was given failed with 1";
    assert_eq!((ran.code, line(&ran, "signatures").as_str()), (3, expected));
    assert!(ran.out.ends_with("differs: what is named above.\n"), "{}", ran.out);
    assert_eq!(company.run(&["verify", "pack", "--verify-command", "no-such-program"]).code, 1);
}

#[test]
fn a_pack_that_could_not_be_signed_is_none() {
    for old in [false, true] {
        let company = if old { packed() } else { Company::new() };
        let before = if old { company.files("pack") } else { std::collections::BTreeMap::new() };
        for (command, said) in [
            ("exit 7", "the sign command failed (exit status: 7)"),
            ("no-such-program \"$1\"", "the sign command failed (exit status: 127)"),
            ("kill -9 $$", "the sign command failed (signal: 9"),
            ("true", "the sign command left no signature beside the manifest"),
            ("touch \"$1.sig\" \"$1.note\"", "did more to the pack than sign it: manifest.json.note: not listed"),
            ("touch \"$1.sig\"; echo >> \"$1\"", "did more to the pack than sign it: manifest.json"),
            ("touch \"$1.sig\"; rm \"${1%/*}/findings.csv\"", "did more to the pack than sign it: findings.csv"),
        ] {
            let ran = signed(&company, command);
            assert_eq!(ran.code, 1, "{command}: {}", ran.err);
            assert!(ran.err.contains(said), "{command}: {}", ran.err);
            let kept: &[&str] = if old { &["exports", "pack"] } else { &["exports"] };
            assert_eq!(names(&company), kept, "{command}");
            assert!(!old || company.files("pack") == before, "{command}");
        }
    }
}

/// The commands of docs/proof.md, where OpenSSH is at hand; the acceptance checks insist on it.
#[test]
fn openssh_signs_and_verifies() {
    let company = Company::new();
    let key = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "audit@acme.example", "-f", "audit-key"])
        .current_dir(company.path("."))
        .status();
    let Ok(made) = key else {
        return;
    };
    assert!(made.success());
    let public = std::fs::read_to_string(company.path("audit-key.pub")).expect("a key");
    company.write("allowed_signers", format!("audit@acme.example namespaces=\"overstay\" {public}"));
    let ran = signed(&company, "ssh-keygen -q -Y sign -f audit-key -n overstay \"$1\"");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let check = "ssh-keygen -Y verify -f allowed_signers -I audit@acme.example -n overstay -s \"$1.sig\" < \"$1\"";
    let ran = company.run(&["verify", "pack", "--verify-command", check]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("Good \"overstay\" signature for audit@acme.example"), "{}", ran.err);
    // Another pack under the same signature.
    let signature = std::fs::read(company.path("pack/manifest.json.sig")).expect("a signature");
    let company = company.with("exports/hr/people.csv", Company::text("exports/hr/people.csv").replace("Ana", "Eva"));
    assert_eq!(company.report().code, 0);
    company.write("pack/manifest.json.sig", signature);
    assert_eq!(company.run(&["verify", "pack"]).code, 0);
    assert_eq!(company.run(&["verify", "pack", "--verify-command", check]).code, 3);
}
