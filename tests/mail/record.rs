//! The record of deliveries: nothing is lost, and nothing is sent twice.

use overstay::mail::{Outbox, State};

use super::delivery::{Server, TWO, run, trouble};
use super::fixture::{drift, plan};

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
    assert_eq!(files(folder.path()), [".lock", "deliveries.json"]);
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

    let mut next = drift();
    next.drift_id = "ba9876543210".to_owned();
    next.subject = "overstay: 1 new — Acme Instruments 2026-W48".to_owned();
    let (report, _) = run(folder.path(), TWO, &next, &mut server);
    assert_eq!((report.mails.len(), report.is_open()), (2, false));
    assert!(server.seen[1].1.contains("2026-W47"), "the older one first");
    assert!(server.seen[2].1.contains("2026-W48"));
    assert_eq!(files(folder.path()), [".lock", "deliveries.json"]);
}

#[test]
fn who_is_no_longer_named_gets_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let _ = run(folder.path(), "[[recipient]]\nto = \"a@acme.example\"\n", &drift(), &mut server);
    assert_eq!(server.seen[1].0, ["a@acme.example"]);
    let outbox = Outbox::look(folder.path()).expect("an outbox");
    assert_eq!(outbox.entries()[0].recipients[1].state, State::Withdrawn);
}

#[test]
fn a_kept_mail_that_was_taken_away_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let kept = files(folder.path()).into_iter().find(|name| name.contains(".eml")).expect("a kept mail");
    std::fs::remove_file(folder.path().join(kept)).expect("removed");
    let mut next = drift();
    next.drift_id = "ba9876543210".to_owned();
    let (report, _) = run(folder.path(), TWO, &next, &mut server);
    assert_eq!((server.seen.len(), report.is_open()), (2, false));
}

#[test]
fn two_runs_do_not_send_from_one_outbox() {
    let folder = tempfile::tempdir().expect("a folder");
    let held = Outbox::open(folder.path()).expect("an outbox");
    let said = Outbox::open(folder.path()).expect_err("a failure").to_string();
    assert!(said.contains("another run is sending from this outbox"), "{said}");
    drop(held);
    assert!(Outbox::open(folder.path()).is_ok());
}

#[test]
fn a_damaged_record_stops_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    for wrong in ["", "{\"schema\": \"overstay.deliveries/9\", \"mails\": []}"] {
        super::write(&folder.path().join("deliveries.json"), wrong);
        let said = Outbox::open(folder.path()).expect_err("a failure").to_string();
        assert!(said.contains("without it, mails would be sent again"), "{said}");
    }
}

#[test]
fn looking_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let outbox = Outbox::look(&folder.path().join("none")).expect("an empty outbox");
    assert_eq!(outbox.entries().len(), 0);
    assert_eq!(files(folder.path()), Vec::<String>::new());
}
