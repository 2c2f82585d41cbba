//! Data that could not be written is an error; a reader that went away is none.

use std::process::{Command, Stdio};

use crate::support::company::Company;

/// Every command that prints data. They need a pack in `packs/`.
const COMMANDS: &[&[&str]] = &[
    &["check", "exports", "--period", "2026-Q3"],
    &["check", "exports", "--period", "2026-Q3", "--json"],
    &["report", "exports", "--period", "2026-Q3", "--out", "other"],
    &["normalise", "exports", "--period", "2026-Q3", "--out", "tables"],
    &["inspect", "exports"],
    &["inspect", "exports", "--json"],
    &["list", "metrics"],
    &["list", "sources", "--json"],
    &["list", "frameworks"],
    &["list", "tables"],
    &["explain", "leaver-lag"],
    &["explain", "PR.AC-4"],
    &["verify", "packs/a"],
    &["sample", "packs/a", "leaver-lag", "--size", "2", "--seed", "1"],
    &["history", "packs"],
    &["history", "packs", "--json"],
    &["drift", "packs/a", "packs/a"],
    &["drift", "packs/a", "packs/a", "--format", "json"],
    &["drift", "packs/a", "packs/a", "--format", "markdown"],
    &["drift", "packs/a", "packs/a", "--format", "html"],
    &["accept", "packs/a", "--by", "I. Heron", "--reason", "first quarter of all", "--on", "2026-10-05T09:00:00Z"],
    &["--help"],
    &["--version"],
];

fn company() -> Company {
    let company = Company::new();
    let ran = company.run(&["report", "exports", "--period", "2026-Q3", "--out", "packs/a"]);
    assert!(company.path("packs/a").is_dir(), "{}", ran.err);
    company
}

fn run(company: &Company, args: &[&str], out: impl Into<Stdio>) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overstay"));
    let command = command.args(args).env_clear().current_dir(company.path("."));
    let output = command.stdout(out).stderr(Stdio::piped()).spawn().and_then(std::process::Child::wait_with_output);
    let output = output.expect("the command runs");
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said() {
    let company = company();
    for args in COMMANDS {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
        let (code, err) = run(&company, args, full);
        assert_eq!(code, Some(1), "{args:?}: {err}");
        let last = err.lines().last().unwrap_or_default();
        assert!(last.starts_with("error: cannot write to standard output: No space left"), "{args:?}: {err}");
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    let (company, twin) = (company(), company());
    for args in COMMANDS {
        let expected = twin.run(args).code;
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let (code, err) = run(&company, args, writer);
        assert_eq!(code, Some(expected), "{args:?}: {err}");
        assert!(!err.contains("error"), "{args:?}: {err}");
    }
}
