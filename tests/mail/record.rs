//! The record of deliveries: nothing is lost, and nothing is sent twice.

use std::time::Duration;

use overstay::mail::{Outbox, Readers, State};
use overstay::report::drift::Drift;

use super::delivery::{Server, TWO, run, run_on, trouble};
use super::fixture::{config, config_in, drift, plan, plan_of};

const NOW: &str = "2026-11-24T08:30:00Z";

/// The same two packs as those of the next week.
fn next() -> Drift {
    let mut next = drift();
    next.drift_id = "ba9876543210".to_owned();
    next
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_second_run_sends_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::default();
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let (again, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((server.seen.len(), again.mails.len()), (1, 0));
    assert_eq!(files(folder.path()), ["deliveries.json"]);
}

#[test]
fn a_further_recipient_gets_it_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::default();
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let more = TWO.replace("\"b@acme.example\"", "\"b@acme.example\", \"c@acme.example\"");
    let _ = run(folder.path(), &more, &drift(), &mut server);
    assert_eq!(server.seen[1].0, ["c@acme.example"]);
}

#[test]
fn what_was_not_delivered_is_kept_and_sent_by_the_next_run_even_about_other_packs() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let kept = files(folder.path()).into_iter().find(|name| name.contains(".eml")).expect("a kept mail");
    let bytes = std::fs::read(folder.path().join(&kept)).expect("the kept mail");
    assert_eq!(bytes, plan(TWO, &drift()).mails[0].eml, "kept as it is, with the date of the pack");

    let mut next = next();
    next.subject = "overstay: 1 reopened — Acme Instruments 2026-W48".to_owned();
    let (report, _) = run(folder.path(), TWO, &next, &mut server);
    assert_eq!((report.mails.len(), report.is_open()), (2, false));
    assert!(server.seen[1].1.contains("2026-W47"), "the older one first");
    assert!(server.seen[2].1.contains("2026-W48"));
    assert_eq!(files(folder.path()), ["deliveries.json"]);
}

#[test]
fn who_is_no_longer_named_gets_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let ran = run_on(folder.path(), &config("[[recipient]]\nto = \"a@acme.example\"\n"), &drift(), &mut server, NOW);
    assert_eq!(server.seen[1].0, ["a@acme.example"]);
    let outbox = Outbox::look(Some(folder.path())).expect("an outbox");
    assert_eq!(outbox.entries()[0].recipients[1].state, State::Withdrawn);
    assert_eq!((ran.withdrawn.len(), ran.withdrawn[0].to.as_str()), (1, "b@acme.example"));
    assert_eq!(files(&folder.path().join("withdrawn")).len(), 1, "what somebody never got is kept");
}

#[test]
fn another_mail_file_withdraws_and_sends_nothing_of_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let other = config_in("other.toml", "[[recipient]]\nto = \"c@acme.example\"\n");
    let ran = run_on(folder.path(), &other, &drift(), &mut server, NOW);
    assert_eq!((server.seen[1].0.as_slice(), ran.withdrawn), (&["c@acme.example".to_owned()][..], vec![]));
    assert_eq!(files(folder.path()).iter().filter(|name| name.contains(".eml")).count(), 1);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!(server.seen[2].0, ["a@acme.example", "b@acme.example"]);
}

/// Rules that ask for the same, under one name.
fn twins(lists: &[&str]) -> String {
    let rule = |to: &&str| format!("[[recipient]]\nname = \"twin\"\nto = \"{to}@acme.example\"\n");
    lists.iter().map(rule).collect::<Vec<_>>().concat()
}

#[test]
fn twin_rules_are_one_mail_in_whatever_order_they_stand() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::default();
    for lists in [&["a", "b"][..], &["b", "a"], &["b"], &["c", "a"]] {
        let _ = run(folder.path(), &twins(lists), &drift(), &mut server);
    }
    let to: Vec<Vec<&str>> = server.seen.iter().map(|(to, _)| to.iter().map(|to| &to[..1]).collect()).collect();
    assert_eq!(to, [vec!["a", "b"], vec!["c"]]);
    assert!(server.seen[0].1.contains("\r\nTo: a@acme.example, b@acme.example\r\n"), "{}", server.seen[0].1);
    assert!(server.seen[1].1.contains("\r\nTo: c@acme.example, a@acme.example\r\n"), "{}", server.seen[1].1);
}

#[test]
fn a_renamed_rule_sends_nothing_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![Ok(overstay::mail::Sent {
        delivered: vec!["a@acme.example".to_owned()],
        answer: "250 ok".to_owned(),
        deferred: Vec::new(),
        refused: vec![("b@acme.example".to_owned(), "550 not yet".to_owned())],
    })]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let renamed = TWO.replace("\"two\"", "\"both\"");
    let _ = run(folder.path(), &renamed, &drift(), &mut server);
    let to: Vec<&[String]> = server.seen.iter().map(|(to, _)| to.as_slice()).collect();
    assert_eq!(to[1], ["b@acme.example"]);
    assert_eq!(to.len(), 2);
}

#[test]
fn who_left_a_rule_does_not_get_what_waits_for_it_though_another_rule_names_the_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let rule = |name: &str, to: &str, more: &str| format!("[[recipient]]\nname = \"{name}\"\nto = {to}\n{more}\n");
    let both = "[\"a@acme.example\", \"b@acme.example\"]";
    let before = rule("all", both, "") + &rule("okta", "\"c@acme.example\"", "systems = \"okta\"");
    let after = rule("all", "\"a@acme.example\"", "")
        + &rule("okta", "[\"c@acme.example\", \"b@acme.example\"]", "systems = \"okta\"");
    let _ = run(folder.path(), &before, &drift(), &mut server);
    // Also when the packs are others by then.
    let ran = run_on(folder.path(), &config(&after), &next(), &mut server, NOW);
    let old: Vec<&[String]> = server.seen[1..3].iter().map(|(to, _)| to.as_slice()).collect();
    assert_eq!(old, [&["a@acme.example".to_owned()][..], &["c@acme.example".to_owned()]]);
    let gone: Vec<(&str, &str)> = ran.withdrawn.iter().map(|one| (one.to.as_str(), one.rule.as_str())).collect();
    assert_eq!(gone, [("b@acme.example", "all")]);
}

#[test]
fn a_mail_with_names_does_not_go_to_a_rule_that_asks_for_none_any_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let (plain, named) = (TWO.to_owned(), format!("{TWO}names = true\n"));
    for (first, then, sent) in [(&named, &plain, false), (&plain, &named, true)] {
        let mut server = Server::with(vec![trouble(false, true, false)]);
        let _ = run(folder.path(), first, &drift(), &mut server);
        let _ = run(folder.path(), then, &next(), &mut server);
        let old = server.seen[1..].iter().filter(|(_, mail)| mail.contains(&plan(first, &drift()).mails[0].message_id));
        assert_eq!(old.count() == 1, sent);
        std::fs::remove_file(folder.path().join("deliveries.json")).expect("a record");
    }
}

#[test]
fn what_a_cut_run_left_is_taken_away_or_named() {
    let folder = tempfile::tempdir().expect("a folder");
    super::write(&folder.path().join(".deliveries.json.partial"), "{\"sch");
    super::write(&folder.path().join("2026-11-23-0123456789ab.eml"), "a mail");
    let outbox = Outbox::open(folder.path()).expect("an outbox");
    assert_eq!(outbox.strays(), [folder.path().join("2026-11-23-0123456789ab.eml")]);
    assert_eq!(files(folder.path()), ["2026-11-23-0123456789ab.eml"]);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_an_outbox() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = folder.path().join("outbox");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(&outbox, TWO, &drift(), &mut server);
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&outbox), 0o700);
    for name in files(&outbox) {
        assert_eq!(mode(&outbox.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_kept_mail_that_was_taken_away_is_said_and_prepared_anew_from_the_same_packs() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let kept = files(folder.path()).into_iter().find(|name| name.contains(".eml")).expect("a kept mail");
    std::fs::remove_file(folder.path().join(kept)).expect("removed");
    let (report, _) = run(folder.path(), TWO, &next(), &mut server);
    assert_eq!((server.seen.len(), report.is_open()), (2, true), "nobody got the first one");
    assert_eq!(report.mails[0].recipients[0].state, State::Lost);
    let (report, _) = run(folder.path(), TWO, &next(), &mut server);
    assert_eq!((report.mails.len(), report.is_open()), (0, false), "said once");
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((server.seen.len(), report.is_open()), (3, false));
}

#[test]
fn a_kept_mail_that_was_changed_is_not_sent() {
    for wrong in ["", "From: x\r\n\r\nanother mail\r\n"] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut server = Server::with(vec![trouble(false, true, false)]);
        let _ = run(folder.path(), TWO, &drift(), &mut server);
        let kept = files(folder.path()).into_iter().find(|name| name.contains(".eml")).expect("a kept mail");
        super::write(&folder.path().join(&kept), wrong);
        let (report, _) = run(folder.path(), TWO, &next(), &mut server);
        assert_eq!((server.seen.len(), report.is_open()), (2, true));
        assert_eq!(report.mails[0].recipients[0].answer.as_deref(), Some("the kept mail was changed"));
        assert_eq!(files(&folder.path().join("withdrawn")), [kept], "to be looked at");
        let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
        assert_eq!((server.seen.len(), report.is_open()), (3, false));
        assert_eq!(files(folder.path()), ["deliveries.json", "withdrawn"]);
        assert_eq!(files(&folder.path().join("withdrawn")), Vec::<String>::new());
    }
}

#[test]
fn two_runs_do_not_send_from_one_outbox_but_both_put_their_mails_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut held = Outbox::open(folder.path()).expect("an outbox");
    assert!(held.begin(Duration::ZERO).expect("a lock"));
    let other = config_in("other.toml", TWO);
    let mut second = Outbox::open(folder.path()).expect("an outbox");
    let _ = second.put(&plan_of(&other, &drift()).mails, &Readers::of(&other, false, &[])).expect("put");
    assert!(!second.begin(Duration::from_millis(50)).expect("a lock"));
    assert_eq!(files(folder.path()).iter().filter(|name| name.contains(".eml")).count(), 1);
    drop(held);
    assert!(second.begin(Duration::ZERO).expect("a lock"));
}

#[test]
fn a_run_that_sends_keeps_what_another_one_put_in_meanwhile() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let look = move || {
        let other = config_in("other.toml", TWO);
        let mut second = Outbox::open(&path).expect("an outbox");
        let _ = second.put(&plan_of(&other, &drift()).mails, &Readers::of(&other, false, &[])).expect("put");
    };
    let mut server = Server { look: Some(Box::new(look)), ..Server::default() };
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert!(!report.is_open());
    let outbox = Outbox::look(Some(folder.path())).expect("an outbox");
    let states: Vec<State> = outbox.entries().iter().map(|entry| entry.recipients[0].state).collect();
    assert_eq!(states, [State::Delivered, State::Waiting]);
}

#[test]
fn a_damaged_record_stops_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let earlier = "{\"schema\": \"overstay.deliveries/1\", \"mails\": [{}]}";
    for (wrong, why) in [
        ("", "cannot be read: EOF"),
        ("{\"schema\": \"overstay.deliveries/2\", \"mails\": [{}]}", "cannot be read: missing field"),
        (earlier, "it has the format overstay.deliveries/1, expected overstay.deliveries/2"),
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
    assert_eq!(outbox.entries().len(), 0);
    assert_eq!(files(folder.path()), Vec::<String>::new());
}
