//! What must not matter: a second run, the names of files, the order of lines, one file or two.

use std::path::Path;

use super::company::{Pack, Q2, Q3, Quarter, assert_same, shown};

#[test]
fn two_runs_give_the_same_bytes() {
    let made = || Pack::of(&Q3.exports(), Q3.period, "html,pdf,xlsx").files();
    let (first, second) = (made(), made());
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    let differing: Vec<&String> = first.keys().filter(|name| first[*name] != second[*name]).collect();
    assert_eq!(differing, Vec::<&String>::new());
    assert!(first.contains_key("report.html") && first.contains_key("manifest.json"));
}

/// Every column of `findings.csv` but the places in input files.
const COLUMNS: [&str; 18] = [
    "finding_id",
    "metric",
    "severity",
    "system",
    "subject_kind",
    "subject",
    "person_id",
    "account_key",
    "credential_key",
    "began_at",
    "ended_at",
    "open",
    "length_seconds",
    "limit_seconds",
    "over_seconds",
    "result",
    "waiver_id",
    "reason",
];

fn lines(pack: &Pack) -> Vec<String> {
    pack.findings().iter().map(|finding| shown(finding, &COLUMNS)).collect()
}

/// Runs a quarter on a copy of its exports that `change` was done to.
#[track_caller]
fn findings_stay(quarter: &Quarter, change: impl FnOnce(&Path)) {
    let copy = tempfile::tempdir().expect("a folder");
    copy_folder(&quarter.exports(), copy.path());
    change(copy.path());
    assert_same(lines(&quarter.report()), lines(&Pack::of(copy.path(), quarter.period, "none")));
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test makes its own input files")]
fn save(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
}

/// Puts the lines of a text file below its first `header` lines into another order: the odd ones backwards, then the
/// even ones.
fn shuffle(path: &Path, header: usize) {
    let text = std::fs::read_to_string(path).expect("text");
    let all: Vec<&str> = text.lines().collect();
    let (top, body) = all.split_at(header);
    let odd = body.iter().skip(1).step_by(2).rev();
    let mixed: Vec<&str> = top.iter().chain(odd).chain(body.iter().step_by(2)).copied().collect();
    assert_ne!(mixed, all, "nothing was shuffled");
    save(path, &(mixed.join("\n") + "\n"));
}

/// Says of the new files what `extractions.csv` says of the old one.
fn adapt_extractions(exports: &Path, old: &str, new: &[&str]) {
    let path = exports.join("extractions.csv");
    let text = std::fs::read_to_string(&path).expect("text");
    let (line, rest) = text
        .lines()
        .find_map(|line| Some((line, line.strip_prefix(old)?.strip_prefix(',')?)))
        .expect("the file is listed");
    let lines: Vec<String> = new.iter().map(|name| format!("{name},{rest}")).collect();
    save(&path, &text.replace(line, &lines.join("\n")));
}

/// Moves every second record of a CSV file into a second one; both get new names.
fn split(exports: &Path, old: &str, new: [&str; 2]) {
    let text = std::fs::read_to_string(exports.join(old)).expect("text");
    let mut lines = text.lines();
    let mut parts = [lines.next().expect("a header"); 2].map(|header| header.to_owned() + "\n");
    for (number, line) in lines.enumerate() {
        parts[number % 2].push_str(line);
        parts[number % 2].push('\n');
    }
    std::fs::remove_file(exports.join(old)).expect("removed");
    for (name, part) in new.iter().zip(parts) {
        save(&exports.join(name), &part);
    }
    adapt_extractions(exports, old, &new);
}

fn rename(exports: &Path, old: &str, new: &str) {
    std::fs::rename(exports.join(old), exports.join(new)).expect("renamed");
    adapt_extractions(exports, old, &[new]);
}

#[test]
fn names_of_files_do_not_matter() {
    findings_stay(&Q3, |exports| {
        rename(exports, "hr/workers.csv", "hr/zz-people.csv");
        rename(exports, "entra/users.json", "entra/a-first.json");
        rename(exports, "okta/system-log.ndjson", "okta/1.ndjson");
    });
}

#[test]
fn the_order_of_lines_does_not_matter() {
    findings_stay(&Q3, |exports| {
        for table in ["hr/workers.csv", "payroll/accounts.csv", "nhi/credentials.csv", "aws/credential-report.csv"] {
            shuffle(&exports.join(table), 1);
        }
        shuffle(&exports.join("okta/system-log.ndjson"), 0);
    });
    findings_stay(&Q2, |exports| {
        shuffle(&exports.join("hr/workers.csv"), 1);
        shuffle(&exports.join("okta/system-log.ndjson"), 0);
    });
}

#[test]
fn one_file_or_two_does_not_matter() {
    findings_stay(&Q3, |exports| {
        split(exports, "hr/workers.csv", ["hr/workers-1.csv", "hr/workers-2.csv"]);
        split(exports, "payroll/accounts.csv", ["payroll/b.csv", "payroll/a.csv"]);
        split(exports, "aws/credential-report.csv", ["aws/1.csv", "aws/2.csv"]);
    });
}
