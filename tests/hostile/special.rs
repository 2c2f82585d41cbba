//! Pipes, devices, sockets and endless links in the place of files: a clear error, and never a run that waits.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::company::Company;

/// Longest time that a run may take here.
const LONGEST: Duration = Duration::from_mins(1);

/// Runs the command; a run that waits is ended, and fails the test.
fn run(company: &Company, args: &[&str]) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_overstay"))
        .args(args)
        .env_clear()
        .current_dir(company.path("."))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let begun = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if begun.elapsed() > LONGEST {
            child.kill().expect("a child that runs");
            panic!("{args:?} waits");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("a child that ended");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!err.contains("panicked"), "{args:?}: {err}");
    (output.status.code().expect("an exit code"), err)
}

/// What stands in the place of a file, and what is said of it.
type Odd = (fn(&Path), &'static str);

const ODD: [Odd; 4] = [(pipe, "a pipe"), (socket, "a socket"), (device, "a device"), (folder, "a folder")];

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(made.success());
}

fn socket(path: &Path) {
    // Its path must be short where it is bound; it can be moved on the same disk.
    let (folder, name) = (path.parent().expect("a folder"), path.file_name().expect("a name"));
    let short = tempfile::tempdir().expect("a folder");
    drop(UnixListener::bind(short.path().join("s")).expect("a socket"));
    std::fs::rename(short.path().join("s"), folder.join(name)).expect("the same disk");
}

fn device(path: &Path) {
    symlink("/dev/zero", path).expect("a link");
}

fn folder(path: &Path) {
    std::fs::create_dir(path).expect("a folder");
}

#[test]
fn rule_files() {
    for (make, what) in ODD {
        let company = Company::new().with("rules/metrics/a.txt", "").with("rules/sources/a.txt", "");
        make(&company.path("rule"));
        let check = |more: &[&str]| {
            let (code, err) = run(&company, &[&["check", "exports", "--period", "2026-Q3"], more].concat());
            assert_eq!(code, 2, "{what} {more:?}: {err}");
            assert!(err.contains(what), "{what} {more:?}: {err}");
        };
        check(&["--project", "rule"]);
        check(&["--policy", "rule"]);
        if what != "a folder" {
            for name in ["rules/metrics/x.sql", "rules/sources/x.toml", "exports/overstay.toml"] {
                make(&company.path(name));
                check(if name.starts_with("rules") { &["--mappings", "rules"] } else { &[] });
                std::fs::remove_file(company.path(name)).expect("what was made");
            }
        }
    }
}

#[test]
fn exports() {
    for (make, what) in ODD {
        let company = Company::new().with("exports/crm/a.txt", "");
        make(&company.path("exports/crm/x.csv"));
        make(&company.path("exports/crm/manifest.json"));
        let (code, err) = run(&company, &["check", "exports", "--period", "2026-Q3"]);
        assert!(code == 0 || code == 4, "{what}: {code} {err}");
        let (_, said) = run(&company, &["inspect", "exports"]);
        assert!(!said.contains("error"), "{what}: {said}");
    }
    let company = Company::new();
    symlink("round", company.path("exports/crm/round")).expect("a link");
    let (_, err) = run(&company, &["check", "exports", "--period", "2026-Q3"]);
    assert!(err.contains("round"), "{err}");
}

#[test]
fn files_of_packs() {
    let company = Company::new();
    for quarter in ["2026-Q2", "2026-Q3"] {
        let ran = company.run(&["report", "exports", "--period", quarter, "--out", &format!("packs/{quarter}")]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    for name in ["manifest.json", "report.json", "findings.csv", "populations/accounts.csv"] {
        for (make, what) in ODD {
            let odd = company.path("packs/odd");
            for (file, bytes) in company.files("packs/2026-Q3") {
                let path = odd.join(file);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                #[expect(clippy::disallowed_methods, reason = "a fixture, not an output")]
                std::fs::write(path, bytes).expect("a file");
            }
            std::fs::remove_file(odd.join(name)).expect("a file of the pack");
            make(&odd.join(name));
            let there = "packs/odd";
            let (code, err) = run(&company, &["drift", "packs/2026-Q2", there]);
            assert_eq!(code, 2, "drift, {name} is {what}: {err}");
            assert!(err.contains(what), "drift, {name} is {what}: {err}");
            let (code, err) = run(&company, &["verify", there]);
            let expected = if name == "manifest.json" { 2 } else { 3 };
            assert_eq!(code, expected, "verify, {name} is {what}: {err}");
            for args in [&["accept", there, "--by", "A", "--reason", "r"][..], &["history", "packs"]] {
                let (code, err) = run(&company, args);
                let unread = args[0] == "history" && !matches!(name, "manifest.json" | "report.json");
                assert_eq!(code, if unread { 0 } else { 2 }, "{}, {name} is {what}: {err}", args[0]);
            }
            std::fs::remove_dir_all(&odd).expect("the pack");
        }
    }
    // A report that names something else as the file of its findings.
    let report =
        String::from_utf8(company.files("packs/2026-Q3").remove("report.json").expect("a report")).expect("UTF-8");
    company.write("packs/2026-Q3/report.json", report.replace("\"findings.csv\"", "\"/dev/zero\""));
    let (code, _) = run(&company, &["drift", "packs/2026-Q2", "packs/2026-Q3"]);
    assert_eq!(code, 2);
}

#[test]
fn the_record_of_deliveries() {
    for (make, what) in ODD {
        let folder = tempfile::tempdir().expect("a folder");
        make(&folder.path().join("deliveries.json"));
        let failure = overstay::mail::Outbox::look(Some(folder.path())).expect_err("no record");
        assert!(failure.to_string().contains(what), "{failure}");
    }
}
