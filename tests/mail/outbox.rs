//! The outbox: what somebody has not got is kept, and nobody gets the same twice.

use std::path::Path;
use std::time::Duration;

use overstay::mail::Outbox;
use overstay::report::drift::Drift;

use super::delivery::{Server, TWO, run, run_on, trouble};
use super::fixture::{config, config_in, drift, plan};

/// The same two packs as those of the next week.
fn next() -> Drift {
    let mut next = drift();
    next.drift_id = "ba9876543210".to_owned();
    next
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name != ".sending")
        .collect();
    names.sort();
    names
}

fn kept(folder: &Path) -> Option<String> {
    files(folder).into_iter().find(|name| name.contains(".eml"))
}

#[test]
fn a_second_run_sends_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let _ = run(folder.path(), TWO, &drift(), &server);
    let (again, _) = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((server.tried().as_str(), again), ("ab", vec![]));
    assert_eq!(files(folder.path()), ["deliveries.json"]);
}

#[test]
fn a_further_recipient_gets_it_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let _ = run(folder.path(), TWO, &drift(), &server);
    let more = TWO.replace("\"b@acme.example\"", "\"b@acme.example\", \"c@acme.example\"");
    let _ = run(folder.path(), &more, &drift(), &server);
    assert_eq!(server.tried(), "abc");
}

#[test]
fn a_renamed_rule_and_a_copy_of_the_mail_file_send_nothing_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let _ = run(folder.path(), TWO, &drift(), &server);
    let _ = run(folder.path(), &TWO.replace("\"two\"", "\"both\""), &drift(), &server);
    let _ = run_on(folder.path(), &config_in("copy.toml", TWO), &drift(), &server).expect("a delivery");
    assert_eq!(server.tried(), "ab");
    let _ = run(folder.path(), &format!("{TWO}names = true\n"), &drift(), &server);
    let _ = run(folder.path(), TWO, &next(), &server);
    assert_eq!(server.tried(), "ababab", "names, and other packs, make another mail of it");
}

#[test]
fn what_somebody_has_not_got_is_kept_until_he_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with(vec![trouble(false, false)]);
    let _ = run(folder.path(), TWO, &drift(), &server);
    let path = folder.path().join(kept(folder.path()).expect("a kept mail"));
    assert_eq!(std::fs::read(path).expect("the kept mail"), plan(TWO, &drift()).mails[0].eml);
    let _ = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((server.tried().as_str(), kept(folder.path())), ("aba", None));
}

#[test]
fn a_mail_of_other_packs_stays_and_is_named_but_not_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with(vec![trouble(false, true)]);
    let _ = run(folder.path(), TWO, &drift(), &server);
    let old = folder.path().join(kept(folder.path()).expect("a kept mail"));
    let _ = run(folder.path(), TWO, &next(), &server);
    assert_eq!(server.tried(), "aab");
    let outbox = Outbox::open(folder.path()).expect("an outbox");
    assert_eq!(outbox.earlier(&plan(TWO, &next()).mails), [old]);
    assert_eq!(outbox.earlier(&plan(TWO, &drift()).mails), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_mail_is_kept_as_soon_as_there_is_an_outbox() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let look = move || assert!(kept(&path).is_some(), "a run that is cut off here leaves it");
    let server = Server { look: Some(Box::new(look)), ..Server::default() };
    let _ = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((server.tried().as_str(), kept(folder.path())), ("ab", None));
}

#[test]
fn one_run_sends_at_a_time_and_the_next_one_knows_what_it_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut waiting = Outbox::open(folder.path()).expect("an outbox");
    let mut held = Outbox::open(folder.path()).expect("an outbox");
    assert!(held.begin(Duration::ZERO).expect("a lock"));
    assert!(!waiting.begin(Duration::from_millis(50)).expect("a lock"));
    drop(held);
    let _ = run(folder.path(), TWO, &drift(), &Server::default());
    let mail = plan(TWO, &drift()).mails.remove(0);
    assert!(!waiting.has_everybody(&mail), "what it knew when it was opened");
    assert!(waiting.begin(Duration::ZERO).expect("a lock"));
    assert!(waiting.has_everybody(&mail));
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_an_outbox() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = folder.path().join("outbox");
    let server = Server::with(vec![trouble(false, false)]);
    let _ = run(&outbox, TWO, &drift(), &server);
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&outbox), 0o700);
    assert_eq!(files(&outbox).len(), 2, "a mail and the record");
    for name in files(&outbox) {
        assert_eq!(mode(&outbox.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_damaged_record_stops_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    for (wrong, why) in [
        ("", "cannot be read: EOF"),
        ("{\"schema\": \"overstay.deliveries/3\", \"deliveries\": [{}]}", "cannot be read: missing field"),
        (
            "{\"schema\": \"overstay.deliveries/2\", \"mails\": [{}]}",
            "it has the format overstay.deliveries/2, expected overstay.deliveries/3",
        ),
        ("{}", "it has the format of something else"),
    ] {
        super::write(&folder.path().join("deliveries.json"), wrong);
        let said = Outbox::open(folder.path()).expect_err("a failure").to_string();
        assert!(said.contains(why), "{said}");
        assert!(said.contains("without it, mails would be sent again"), "{said}");
    }
}

#[test]
fn looking_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = Outbox::look(Some(&folder.path().join("none"))).expect("an empty outbox");
    assert_eq!(outbox.deliveries().len(), 0);
    assert_eq!(files(folder.path()), Vec::<String>::new());
}

#[test]
fn rules_that_ask_for_the_same_are_one_mail_in_whatever_order_they_stand() {
    let twins = |lists: &[&str]| {
        let rule = |to: &&str| format!("[[recipient]]\nname = \"twin\"\nto = \"{to}@acme.example\"\n");
        lists.iter().map(rule).collect::<String>()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    for lists in [&["a", "b"][..], &["b", "a"], &["b"], &["c", "a"]] {
        let _ = run_on(folder.path(), &config(&twins(lists)), &drift(), &server).expect("a delivery");
    }
    assert_eq!(server.tried(), "abc");
    assert!(server.seen.borrow()[2].1.contains("\r\nTo: c@acme.example, a@acme.example\r\n"));
}
