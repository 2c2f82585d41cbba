//! Several at once: one whole pack in the end, and whoever says that it is done has done it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::time::Duration;

use overstay::drift;
use overstay::failure::Outcome;
use overstay::report::Stamp;
use overstay::writing::{Disk, Folder, Target};

use super::state;
use crate::support::company::Company;

const FILES: usize = 8;

fn write(root: &Path, text: &str) -> Outcome<()> {
    let folder = Folder::begin(Target::take(&Disk::real(), &root.join("pack"), Duration::ZERO)?)?;
    for number in 0..FILES {
        folder.create(&format!("{number}/file"))?.write_all(text.as_bytes()).expect("room");
    }
    folder.finish().map(drop)
}

#[test]
fn two_that_write_one_folder_leave_one_whole() {
    let root = tempfile::tempdir().expect("a folder");
    let (mut done, mut busy) = (0, 0);
    for pair in 0..300 {
        let start = Barrier::new(2);
        let run = |text: &'static str| {
            start.wait();
            (text, write(root.path(), text))
        };
        let answers = std::thread::scope(|scope| {
            let other = scope.spawn(|| run("b"));
            [run("a"), other.join().expect("no panic")]
        });
        let mut said = Vec::new();
        for (text, answer) in answers {
            match answer {
                Ok(()) => said.push(text),
                Err(failure) => {
                    assert_eq!((failure.kind.exit_code(), failure.diagnostics[0].code), (1, "busy"), "{failure}");
                    busy += 1;
                }
            }
        }
        done += said.len();
        assert!(!said.is_empty(), "pair {pair}: nobody has written");
        let found = state(root.path());
        let texts: Vec<_> = found.values().flatten().collect();
        assert_eq!((found.len(), texts.len()), (1 + 2 * FILES, FILES), "pair {pair}: {found:?}");
        assert!(said.iter().any(|text| texts.iter().all(|found| *found == text.as_bytes())), "pair {pair}: {found:?}");
    }
    println!("300 pairs: {done} done, {busy} told that another one is at it, 0 broken");
    assert!(busy > 0, "they never met");
}

fn spawn(company: &Company, args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overstay"));
    let command = command.args(args).env_clear().current_dir(company.path("."));
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the command runs")
}

#[test]
fn two_reports_at_once_leave_one_whole_pack() {
    let company = Company::new().with_documents();
    let late = Company::text("exports/crm/accounts.csv").replace("2026-08-14T18:00", "2026-08-29T18:00");
    for path in Company::PATHS {
        let text = if path.contains("crm") { &late } else { Company::text(path) };
        company.write(&path.replace("exports", "others"), text);
    }
    let report = |exports: &str, out: &str| ["report", exports, "--period", "2026-Q3", "--out", out].map(str::to_owned);
    let whole: Vec<_> = ["exports", "others"]
        .map(|exports| {
            let args = report(exports, exports.replace('s', "_").as_str());
            assert_eq!(company.run(&args.each_ref().map(String::as_str)).code, 0);
            company.files(&exports.replace('s', "_"))
        })
        .into();
    for _ in 0..4 {
        let runs = ["exports", "others"]
            .map(|exports| spawn(&company, &report(exports, "pack").each_ref().map(String::as_str)));
        let codes = runs.map(|run| {
            let output = run.wait_with_output().expect("it ends");
            (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
        });
        let found = company.files("pack");
        let by = whole.iter().position(|pack| *pack == found).expect("a whole pack of one of them");
        assert_eq!(codes[by].0, Some(0), "{codes:?}");
        for (code, err) in &codes {
            assert!(*code == Some(0) || *code == Some(1) && err.contains("another run is writing here"), "{codes:?}");
        }
    }
    let hidden = |name: &String| name.starts_with('.');
    assert!(!state(&company.path(".")).keys().any(hidden), "something is left");
}

#[test]
fn no_acceptance_is_lost() {
    const EACH: usize = 5;
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    let pack = company.path("pack");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let pack = &pack;
            scope.spawn(move || {
                for number in 0..EACH {
                    let reason = format!("{thread}/{number}");
                    drift::accept(&Disk::real(), pack, "I. Heron", &reason, Stamp(0)).expect("an acceptance");
                }
            });
        }
    });
    let text = std::fs::read_to_string(company.path("accepted.json")).expect("the file");
    let accepted: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let entries = accepted["entries"].as_array().expect("a list");
    let reasons: std::collections::BTreeSet<_> = entries.iter().map(|entry| entry["reason"].to_string()).collect();
    assert_eq!((entries.len(), reasons.len()), (8 * EACH, 8 * EACH));
}
