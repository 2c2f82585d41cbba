//! Delivery with a server that answers as it is told: what is tried again, after which pause, and what is not.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use overstay::mail::{Outbox, Report, Sent, State, Transport, Trouble, World, address_key, deliver};
use overstay::report::drift::Drift;

use super::fixture::{config, drift, plan};
use crate::support::at;

pub(super) const TWO: &str = "[[recipient]]\nname = \"two\"\nto = [\"a@acme.example\", \"b@acme.example\"]\n";

type Answer = Result<Sent, Trouble>;

/// A server with prepared answers; without one it takes everything.
#[derive(Default)]
pub(super) struct Server {
    answers: VecDeque<Answer>,
    /// Recipients and bytes of each transaction.
    pub(super) seen: Vec<(Vec<String>, String)>,
}

impl Server {
    pub(super) fn with(answers: Vec<Answer>) -> Self {
        Self { answers: answers.into(), seen: Vec::new() }
    }
}

impl Transport for Server {
    fn send(&mut self, from: &str, to: &[String], mail: &[u8]) -> Answer {
        assert_eq!(from, "overstay@acme.example");
        self.seen.push((to.to_vec(), String::from_utf8_lossy(mail).into_owned()));
        self.answers
            .pop_front()
            .unwrap_or_else(|| Ok(Sent { delivered: to.to_vec(), answer: "250 ok".to_owned(), ..Sent::default() }))
    }
}

pub(super) fn trouble(retry: bool, server: bool, unknown: bool) -> Answer {
    Err(Trouble { message: "no luck".to_owned(), retry, server, unknown })
}

/// One run: its report, and the pauses in seconds.
pub(super) fn run(folder: &std::path::Path, rules: &str, drift: &Drift, server: &mut Server) -> (Report, Vec<u64>) {
    let config = config(rules);
    let mut settings = config.server.clone().expect("a server");
    settings.attempts = 3;
    settings.back_off = Duration::from_secs(5);
    let mut outbox = Outbox::open(folder).expect("an outbox");
    let named: BTreeSet<String> = config.rules.iter().flat_map(|rule| rule.to.iter().map(address_key)).collect();
    outbox.put(&plan(rules, drift).mails, &named).expect("put");
    let pauses = RefCell::new(Vec::new());
    let sleep = |pause: Duration| pauses.borrow_mut().push(pause.as_secs());
    let world = World { now: &|| at("2026-11-24T08:30:00Z"), sleep: &sleep, say: &|_| () };
    let report = deliver(&mut outbox, &settings, server, &world).expect("a report");
    (report, pauses.into_inner())
}

fn states(report: &Report) -> Vec<(String, State)> {
    report.mails.iter().flat_map(|mail| mail.recipients.iter().map(|one| (one.to.clone(), one.state))).collect()
}

fn both(state: State) -> Vec<(String, State)> {
    vec![("a@acme.example".to_owned(), state), ("b@acme.example".to_owned(), state)]
}

#[test]
fn taken_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::default();
    let (report, pauses) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((states(&report), pauses), (both(State::Delivered), vec![]));
    assert!(!report.is_open());
    let (to, mail) = &server.seen[0];
    assert_eq!(to, &["a@acme.example", "b@acme.example"]);
    assert!(mail.contains("\r\nDate: Tue, 24 Nov 2026 08:30:00 +0000\r\n"), "the time of sending: {mail}");
}

#[test]
fn transient_trouble_is_tried_again_with_growing_pauses() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(true, true, false), trouble(true, false, false)]);
    let (report, pauses) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((states(&report), pauses), (both(State::Delivered), vec![5, 10]));
    assert_eq!(report.mails[0].attempts, 3);
}

#[test]
fn attempts_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with((0..9).map(|_| trouble(true, false, false)).collect());
    let (report, pauses) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((states(&report), pauses), (both(State::Waiting), vec![5, 10]));
    assert_eq!(server.seen.len(), 3);
    assert!(report.is_open());
}

#[test]
fn lasting_trouble_is_not_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, false, false)]);
    let (report, pauses) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((states(&report), pauses, server.seen.len()), (both(State::Waiting), vec![], 1));
}

#[test]
fn a_refused_recipient_hides_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let sent = Sent {
        delivered: vec!["a@acme.example".to_owned()],
        answer: "250 ok".to_owned(),
        refused: vec![("b@acme.example".to_owned(), "550 no such user".to_owned())],
        deferred: Vec::new(),
    };
    let (report, pauses) = run(folder.path(), TWO, &drift(), &mut Server::with(vec![Ok(sent)]));
    let expected = vec![("a@acme.example".to_owned(), State::Delivered), ("b@acme.example".to_owned(), State::Refused)];
    assert_eq!((states(&report), pauses), (expected, vec![]));
    assert_eq!(report.mails[0].recipients[1].answer.as_deref(), Some("550 no such user"));
    assert!(report.is_open());
}

#[test]
fn only_who_was_put_off_is_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let sent = Sent {
        delivered: vec!["a@acme.example".to_owned()],
        answer: "250 ok".to_owned(),
        refused: Vec::new(),
        deferred: vec![("b@acme.example".to_owned(), "451 later".to_owned())],
    };
    let mut server = Server::with(vec![Ok(sent)]);
    let (report, pauses) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((states(&report), pauses), (both(State::Delivered), vec![5]));
    assert_eq!(server.seen[1].0, ["b@acme.example"]);
}

#[test]
fn a_connection_lost_after_the_mail_is_unknown_and_sent_again_under_the_same_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with((0..3).map(|_| trouble(true, false, true)).collect());
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!(states(&report), both(State::Unknown));
    server.answers.push_back(trouble(false, true, false));
    let (still, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!(states(&still), both(State::Unknown), "it may have arrived, whatever happens later");
    let (again, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!(states(&again), both(State::Delivered));
    let ids: BTreeSet<&str> = server
        .seen
        .iter()
        .map(|(_, mail)| mail.split("\r\n").find(|line| line.starts_with("Message-ID")).expect("an id"))
        .collect();
    assert_eq!((server.seen.len(), ids.len()), (5, 1));
}

#[test]
fn a_useless_server_is_not_asked_for_every_mail() {
    let rules = format!("{TWO}[[recipient]]\nname = \"okta\"\nto = \"c@acme.example\"\nsystems = \"okta\"\n");
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with(vec![trouble(false, true, false)]);
    let (report, _) = run(folder.path(), &rules, &drift(), &mut server);
    assert_eq!(server.seen.len(), 1, "a wrong password locks the account when it is tried often");
    assert!(report.mails.iter().all(|mail| mail.open().len() == mail.recipients.len()));
    assert_eq!(report.mails[1].recipients[0].answer.as_deref(), Some("not tried: no luck"));
}
