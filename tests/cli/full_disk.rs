//! Data that could not be written is an error; a reader that went away is none.

use std::process::{Command, Stdio};

use crate::support::company::Company;

/// Every command that prints data, with the code that it ends with when all is well. They need a pack each in `packs/`.
const COMMANDS: &[(&[&str], i32)] = &[
    (&["check", "exports", "--period", "2026-Q3"], 0),
    (&["check", "exports", "--period", "2026-Q3", "--json"], 0),
    (&["report", "exports", "--period", "2026-Q3", "--out", "other"], 0),
    (&["normalise", "exports", "--period", "2026-Q3", "--out", "tables"], 0),
    (&["inspect", "exports"], 0),
    (&["inspect", "exports", "--json"], 0),
    (&["list", "metrics"], 0),
    (&["list", "sources", "--json"], 0),
    (&["list", "frameworks"], 0),
    (&["list", "tables"], 0),
    (&["explain", "leaver-lag"], 0),
    (&["explain", "PR.AC-4"], 0),
    (&["verify", "packs/a"], 0),
    (&["sample", "packs/a", "leaver-lag", "--size", "2", "--seed", "1"], 0),
    (&["history", "packs"], 0),
    (&["history", "packs", "--json"], 0),
    (&["drift", "packs/a", "packs/a"], 0),
    (&["drift", "packs/a", "packs/a", "--format", "json"], 0),
    (&["drift", "packs/a", "packs/a", "--format", "markdown"], 0),
    (&["drift", "packs/a", "packs/a", "--format", "html"], 0),
    (&["accept", "packs/a", "--by", "I. Heron", "--reason", "first quarter of all", "--on", "2026-10-05T09:00:00Z"], 0),
    (&["--help"], 0),
    (&["--version"], 0),
];

fn company() -> Company {
    let company = Company::new();
    let ran = company.run(&["report", "exports", "--period", "2026-Q3", "--out", "packs/a"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
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
    for (args, _) in COMMANDS {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
        let (code, err) = run(&company, args, full);
        assert_eq!(code, Some(1), "{args:?}: {err}");
        let last = err.lines().last().unwrap_or_default();
        assert!(last.starts_with("error: cannot write to standard output: No space left"), "{args:?}: {err}");
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    let company = company();
    for (args, expected) in COMMANDS {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let (code, err) = run(&company, args, writer);
        assert_eq!(code, Some(*expected), "{args:?}: {err}");
        assert!(!err.contains("error"), "{args:?}: {err}");
    }
}
