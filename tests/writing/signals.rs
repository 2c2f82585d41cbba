//! A run that a signal ends leaves nothing behind, and its end says which signal it was.

#![cfg(unix)]

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use super::state;
use crate::support::company::Company;

fn report(company: &Company, before: &str) -> Child {
    let script = format!("{before} exec \"$@\"");
    let mut command = Command::new("sh");
    let command = command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_overstay")]);
    let command = command.args(["report", "exports", "--period", "2026-Q3", "--out", "pack"]);
    let command = command.current_dir(company.path(".")).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("a shell")
}

/// Waits until the run has begun to write, or has ended.
fn has_begun(child: &mut Child, folder: &Path) -> bool {
    loop {
        let partial = |name: &String| name.starts_with(".pack.") && name.contains(".partial/");
        if state_of_names(folder).iter().any(partial) {
            return true;
        }
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

/// Names only: what is being written changes while it is looked at.
fn state_of_names(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.path().strip_prefix(folder).ok()?.display().to_string())).collect()
}

fn signalled(company: &Company, before: &str, signal: &str) -> ExitStatus {
    let mut child = report(company, before);
    assert!(has_begun(&mut child, &company.path(".")), "the run has ended before the signal");
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("a signal");
    assert!(sent.success());
    child.wait().expect("it ends")
}

/// A pack, and exports that give another one.
fn company() -> Company {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let late = Company::text("exports/crm/accounts.csv").replace("2026-08-14T18:00", "2026-08-29T18:00");
    company.with("exports/crm/accounts.csv", late)
}

/// What a folder holds, as [`state`] gives it.
type State = std::collections::BTreeMap<String, Option<Vec<u8>>>;

/// A company whose run was ended by a signal, and how it ended. A run that is done before the signal comes is no trial.
fn ended_by(signal: &str) -> (Company, State, ExitStatus) {
    const TRIALS: usize = 20;
    for _ in 0..TRIALS {
        let company = company();
        let old = state(&company.path("."));
        let status = signalled(&company, "", signal);
        if !status.success() {
            return (company, old, status);
        }
    }
    panic!("{signal}: each of {TRIALS} runs was done before the signal came");
}

#[test]
fn a_signal_ends_the_run_and_leaves_nothing() {
    for (signal, number) in [("-HUP", 1), ("-INT", 2), ("-TERM", 15)] {
        let (company, old, status) = ended_by(signal);
        assert_eq!(status.signal(), Some(number), "{signal}: {status}");
        assert_eq!(state(&company.path(".")), old, "{signal}");
    }
}

#[test]
fn a_run_that_ignores_a_signal_goes_on() {
    let company = company();
    let status = signalled(&company, "trap '' HUP;", "-HUP");
    assert_eq!(status.code(), Some(0));
    assert!(!state_of_names(&company.path(".")).iter().any(|name| name.starts_with('.')));
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next_one() {
    let (company, before, status) = ended_by("-KILL");
    assert_eq!(status.signal(), Some(9));
    let now = state(&company.path("."));
    assert!(before.iter().all(|(name, bytes)| now.get(name) == Some(bytes)), "the old pack stands as it stood");
    let old = company.files("pack");
    let left = |name: &String| name.starts_with(".pack.") && name.ends_with(".partial");
    assert!(state_of_names(&company.path(".")).iter().any(left), "nothing was left: the test shows nothing");
    assert_eq!(company.report().code, 0);
    assert_ne!(company.files("pack"), old);
    assert!(!state_of_names(&company.path(".")).iter().any(|name| name.starts_with('.')));
}
