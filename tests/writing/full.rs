//! A file that would be longer than allowed, at every length: what a full disk looks like to the whole command.

use std::process::Command;

use super::state;
use crate::support::company::Company;

/// Runs the command with a limit on the length of files, in units of the shell.
fn limited(company: &Company, limit: u64, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("sh");
    let script = format!("ulimit -f {limit} && exec \"$@\"");
    let command = command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_overstay")]).args(args);
    let output = command.env("TMPDIR", company.path(".")).current_dir(company.path(".")).output().expect("a shell");
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

fn is_told(code: Option<i32>, err: &str) -> bool {
    let last = err.lines().last().unwrap_or_default();
    code == Some(1)
        && last.starts_with("error: cannot write")
        && last.contains("File too large")
        && !err.contains("panicked")
}

#[test]
fn a_file_that_is_too_long_leaves_the_old_pack_and_says_so() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let late = Company::text("exports/crm/accounts.csv").replace("2026-08-14T18:00", "2026-08-29T18:00");
    company.write("exports/crm/accounts.csv", late);
    let old = state(&company.path("."));
    let args = ["report", "exports", "--period", "2026-Q3", "--out", "pack"];
    let mut told = 0;
    for limit in (0..16).map(|power| 1_u64 << power) {
        let (code, err) = limited(&company, limit, &args);
        if code == Some(0) {
            break;
        }
        assert!(is_told(code, &err), "{limit}: {code:?} {err}");
        assert_eq!(state(&company.path(".")), old, "{limit}");
        told += 1;
    }
    assert!(told >= 4, "only {told} limits were met");
    assert_ne!(state(&company.path(".")), old, "the last one had room");
}

#[test]
fn the_other_commands_say_so_too() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let before = state(&company.path("."));
    let commands: [&[&str]; 6] = [
        &["normalise", "exports", "--period", "2026-Q3", "--out", "a/tables"],
        &["accept", "pack", "--by", "I. Heron", "--reason", "first"],
        &["sample", "pack", "leaver-lag", "--seed", "1", "--out", "a/sample.csv"],
        &["sample", "pack", "leaver-lag", "--seed", "1", "--out", "a/sample.xlsx"],
        &["drift", "pack", "pack", "--out", "a/drift.txt"],
        &["init", "a"],
    ];
    for args in commands {
        let (code, err) = limited(&company, 0, args);
        assert!(is_told(code, &err), "{args:?}: {code:?} {err}");
        assert_eq!(state(&company.path(".")), before, "{args:?}");
    }
}

/// The rows of a sheet go through temporary files, and the library panics when they cannot be written.
#[test]
fn a_spreadsheet_that_is_too_long_is_no_panic() {
    let mut accounts = String::from("system,account_id,username,kind,status,created_at,last_seen_at\n");
    for number in 0..3000 {
        accounts += &format!("crm,x{number},someone.{number},human,active,2020-01-02T08:00:00Z,2026-09-29T08:00:00Z\n");
    }
    let company = Company::new().with("exports/crm/more.csv", accounts);
    assert_eq!(company.report().code, 0);
    let pack = company.files("pack");
    let longest = |except: &str| pack.iter().filter(|(name, _)| *name != except).map(|(_, file)| file.len()).max();
    // Every file of the pack has room; a sheet that is not packed yet has not.
    let limit = longest("").expect("a file") as u64 / 512 + 1;
    let before = state(&company.path("."));
    company.write("exports/note.toml", "");
    let ran = limited(&company, limit, &["report", "exports", "--period", "2026-Q3", "--out", "other"]);
    assert!(is_told(ran.0, &ran.1) && ran.1.contains("cannot write the spreadsheet: "), "{ran:?}");
    std::fs::remove_file(company.path("exports/note.toml")).expect("removed");
    assert_eq!(state(&company.path(".")), before);
}
