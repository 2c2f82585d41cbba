//! What stands beside a target: remains of earlier runs, planted files, links.

use super::state;
use crate::support::company::Company;

/// Names right in the folder of the company, hidden ones too.
fn names(company: &Company) -> Vec<String> {
    state(&company.path(".")).into_keys().filter(|name| !name.contains('/')).collect()
}

#[test]
fn an_old_pack_that_a_killed_run_moved_aside_is_put_back() {
    for aside in [".pack.0123456789abcdef.previous", ".pack.previous"] {
        let company = Company::new();
        assert_eq!(company.report().code, 0);
        let old = company.files("pack");
        std::fs::rename(company.path("pack"), company.path(aside)).expect("moved");
        company.write(".pack.fedcba9876543210.partial/report.html", "half of it");
        // A run that fails puts it back as well.
        std::fs::remove_dir_all(company.path("exports/crm")).expect("removed");
        std::fs::remove_dir_all(company.path("exports/erp")).expect("removed");
        std::fs::remove_dir_all(company.path("exports/hr")).expect("removed");
        std::fs::remove_file(company.path("exports/extractions.csv")).expect("removed");
        assert_eq!(company.report().code, 2);
        assert_eq!((company.files("pack"), names(&company)), (old, vec!["exports".to_owned(), "pack".to_owned()]));
    }
}

#[test]
fn what_is_planted_is_neither_followed_nor_a_hindrance() {
    let company = Company::new().with("victim", "keep me");
    let plant = |name: &str| std::os::unix::fs::symlink("victim", company.path(name)).expect("a link");
    assert_eq!(company.report().code, 0);
    for name in [".o.csv.partial", ".accepted.json.partial", ".d.txt.partial", ".pack.partial"] {
        plant(name);
    }
    let commands: [&[&str]; 4] = [
        &["sample", "pack", "leaver-lag", "--seed", "1", "--out", "o.csv"],
        &["accept", "pack", "--by", "I. Heron", "--reason", "first"],
        &["drift", "pack", "pack", "--out", "d.txt"],
        &["report", "exports", "--period", "2026-Q3", "--out", "pack"],
    ];
    for args in commands {
        let ran = company.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
    }
    assert_eq!(company.files(".")["victim"], b"keep me");
    assert_eq!(names(&company), ["accepted.json", "d.txt", "exports", "o.csv", "pack", "victim"]);
    // A lock is no way to a file either.
    plant(".pack.lock");
    let ran = company.report();
    assert_eq!((ran.code, company.files(".")["victim"].clone()), (1, b"keep me".to_vec()), "{}", ran.err);
    assert!(ran.err.contains("cannot lock "), "{}", ran.err);
}

#[test]
fn the_lock_of_a_killed_run_is_nobodys() {
    let company = Company::new().with(".pack.lock", "");
    assert_eq!(company.report().code, 0);
    assert_eq!(names(&company), ["exports", "pack"]);
}

#[test]
fn a_link_as_a_target_stays_a_link() {
    let company = Company::new();
    std::fs::create_dir(company.path("mounted")).expect("a folder");
    std::fs::create_dir(company.path("mounted/pack")).expect("a folder");
    std::os::unix::fs::symlink("mounted/pack", company.path("pack")).expect("a link");
    for _ in 0..2 {
        assert_eq!(company.report().code, 0);
        assert!(company.path("pack").is_symlink() && company.path("mounted/pack/manifest.json").is_file());
    }
    assert_eq!(company.run(&["verify", "pack"]).code, 0);
    std::os::unix::fs::symlink("mounted/d.txt", company.path("d.txt")).expect("a link");
    insta::assert_snapshot!(company.run(&["drift", "pack", "pack", "--out", "d.txt"]).messages(), @"
    error: d.txt: this is a link that leads nowhere: No such file or directory (os error 2)
    hint: make what it leads to, or name another place
    exit 2
    ");
    company.write("mounted/d.txt", "old");
    assert_eq!(company.run(&["drift", "pack", "pack", "--out", "d.txt"]).code, 0);
    assert!(company.path("d.txt").is_symlink());
    assert_ne!(company.files("mounted")["d.txt"], b"old");
    assert_eq!(names(&company), ["d.txt", "exports", "mounted", "pack"]);
}

#[test]
fn a_device_is_not_replaced() {
    let company = Company::new();
    assert_eq!(company.report().code, 0);
    std::fs::create_dir(company.path("folder")).expect("a folder");
    insta::assert_snapshot!(company.run(&["drift", "pack", "pack", "--out", "folder"]).messages(), @"
    error: folder: this is no file, and is not replaced by one
    hint: choose another name
    exit 2
    ");
    let ran = company.run(&["drift", "pack", "pack", "--out", "/dev/null"]);
    assert_ne!(ran.code, 0);
    assert!(!std::fs::metadata("/dev/null").expect("a device").is_file());
}
