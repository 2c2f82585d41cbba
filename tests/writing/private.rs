//! Packs and what is made of them are personal data: nobody else on the machine reads them.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::support::company::Company;

const MAIL: &str = "from = \"overstay@corp.example\"\n[server]\nhost = \"localhost\"\nport = 9\nsecurity = \"none\"\n\
                    attempts = 1\nback_off = \"0s\"\ntimeout = \"2s\"\n[[recipient]]\nto = [\"grc@corp.example\"]\n";

#[test]
fn everything_is_for_its_owner_only() {
    let company = Company::new().with("mail.toml", MAIL);
    let report = ["report", "exports", "--period", "2026-Q3", "--out"];
    let late = Company::text("exports/crm/accounts.csv").replace("2026-07-31T18:00:00Z", "2026-08-09T18:00:00Z");
    let commands: [(&[&str], i32); 9] = [
        (&[&report[..], &["made/packs/one"]].concat(), 0),
        (&[&report[..], &["made/packs/two"]].concat(), 0),
        (&["accept", "made/packs/one", "--by", "I. Heron", "--reason", "first"], 0),
        (&["normalise", "exports", "--period", "2026-Q3", "--out", "made/tables"], 0),
        (&["sample", "made/packs/one", "leaver-lag", "--seed", "1", "--out", "made/samples/a.csv"], 0),
        (&["sample", "made/packs/one", "leaver-lag", "--seed", "1", "--out", "made/samples/a.xlsx"], 0),
        (&["drift", "made/packs/one", "made/packs/two", "--format", "html", "--out", "made/drift.html"], 0),
        (&["drift", "made/packs/one", "made/packs/two", "--mail", "mail.toml", "--send"], 6),
        (&["init", "made/exports"], 0),
    ];
    for (args, code) in commands {
        let mut command = Command::new("sh");
        let command = command.args(["-c", "umask 022 && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_overstay")]).args(args);
        let output = command.current_dir(company.path(".")).output().expect("a shell");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        company.write("exports/crm/accounts.csv", &late);
    }
    let (mut files, mut folders) = (Vec::new(), 0);
    for entry in walkdir::WalkDir::new(company.path("made")) {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("its data").permissions().mode() & 0o777;
        let folder = entry.file_type().is_dir();
        assert_eq!(mode, if folder { 0o700 } else { 0o600 }, "{}", entry.path().display());
        if folder {
            folders += 1;
        } else {
            files.push(entry.path().strip_prefix(company.path("made")).expect("inside").display().to_string());
        }
    }
    for name in [
        "packs/one/manifest.json",
        "packs/one/report.xlsx",
        "packs/one/evidence/leaver-lag.csv",
        "packs/one/canonical/accounts.parquet",
        "packs/accepted.json",
        "tables/accounts.parquet",
        "samples/a.csv",
        "samples/a.xlsx",
        "drift.html",
        "exports/overstay.toml",
    ] {
        assert!(files.iter().any(|file| file == name), "{name} was not made: {files:?}");
    }
    assert!(files.iter().any(|file| file.starts_with("packs/outbox/") && file.contains(".eml")), "{files:?}");
    assert!(files.len() > 100 && folders > 10, "{} files, {folders} folders", files.len());
}
