//! Delivery with a server that answers as it is told: what is tried again, after which pause, and what is not.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::time::Duration;

use overstay::mail::{Config, Outbox, Readers, Report, Sent, State, Transport, Trouble, Withdrawal, World, deliver};
use overstay::report::drift::Drift;

use super::fixture::{config, drift, plan_of};
use crate::support::at;

pub(super) const TWO: &str = "[[recipient]]\nname = \"two\"\nto = [\"a@acme.example\", \"b@acme.example\"]\n";

type Answer = Result<Sent, Trouble>;

/// A server with prepared answers; without one it takes everything.
#[derive(Default)]
pub(super) struct Server {
    pub(super) answers: VecDeque<Answer>,
    /// Recipients and bytes of each transaction.
    pub(super) seen: Vec<(Vec<String>, String)>,
    /// Called while the mail is under way.
    pub(super) look: Option<Box<dyn Fn()>>,
}

impl Server {
    pub(super) fn with(answers: Vec<Answer>) -> Self {
        Self { answers: answers.into(), ..Self::default() }
    }
}

impl Transport for Server {
    fn send(&mut self, from: &str, to: &[String], mail: &[u8], hand_over: &mut dyn FnMut(&[String]) -> bool) -> Answer {
        assert_eq!(from, "overstay@acme.example");
        let all = || Ok(Sent { delivered: to.to_vec(), answer: "250 ok".to_owned(), ..Sent::default() });
        let answer = self.answers.pop_front().unwrap_or_else(all);
        let accepted = match &answer {
            Ok(sent) => sent.delivered.clone(),
            Err(trouble) if trouble.server && !trouble.unknown => Vec::new(),
            Err(trouble) => {
                let refused = |to: &&String| trouble.refused.iter().any(|(one, _)| one == *to);
                to.iter().filter(|to| !refused(to)).cloned().collect()
            }
        };
        if !accepted.is_empty() && !hand_over(&accepted) {
            return Err(Trouble::default());
        }
        if let Some(look) = &self.look {
            look();
        }
        self.seen.push((to.to_vec(), String::from_utf8_lossy(mail).into_owned()));
        answer
    }
}

pub(super) fn trouble(retry: bool, server: bool, unknown: bool) -> Answer {
    Err(Trouble { message: "no luck".to_owned(), retry, server, unknown, refused: Vec::new() })
}

/// One run: its report, and the pauses in seconds.
pub(super) fn run(folder: &Path, rules: &str, drift: &Drift, server: &mut Server) -> (Report, Vec<u64>) {
    let ran = run_on(folder, &config(rules), drift, server, "2026-11-24T08:30:00Z");
    (ran.report, ran.pauses)
}

pub(super) struct Ran {
    pub(super) report: Report,
    pub(super) pauses: Vec<u64>,
    pub(super) withdrawn: Vec<Withdrawal>,
}

/// One run with a mail file, at a moment.
pub(super) fn run_on(folder: &Path, config: &Config, drift: &Drift, server: &mut Server, now: &str) -> Ran {
    let mut settings = config.server.clone().expect("a server");
    settings.attempts = settings.attempts.min(3);
    let readers = Readers::of(config, false, &[]);
    let mut outbox = Outbox::open(folder).expect("an outbox");
    let withdrawn = outbox.put(&plan_of(config, drift).mails, &readers).expect("put");
    assert!(outbox.begin(Duration::ZERO).expect("a lock"));
    let pauses = RefCell::new(Vec::new());
    let sleep = |pause: Duration| pauses.borrow_mut().push(pause.as_secs());
    let world = World { now: &|| at(now), sleep: &sleep, say: &|_| () };
    let report = deliver(&mut outbox, &readers, &settings, server, &world).expect("a report");
    Ran { report, pauses: pauses.into_inner(), withdrawn }
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
    let mut server = Server::with(vec![trouble(false, false, false), trouble(false, true, false)]);
    let (report, pauses) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((states(&report), pauses, server.seen.len()), (both(State::Waiting), vec![], 1), "nobody was refused");
    let other = tempfile::tempdir().expect("a folder");
    let (report, pauses) = run(other.path(), TWO, &drift(), &mut server);
    assert_eq!((states(&report), pauses, server.seen.len()), (both(State::Waiting), vec![], 2));
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
    let mut server = Server::with((0..2).map(|_| trouble(true, false, true)).collect());
    for copies in 1..=2 {
        let (report, pauses) = run(folder.path(), TWO, &drift(), &mut server);
        assert_eq!((states(&report), pauses), (both(State::Unknown), vec![]));
        assert_eq!(server.seen.len(), copies, "not again in the same run");
    }
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
    assert_eq!((server.seen.len(), ids.len()), (4, 1));
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

#[test]
fn who_gets_the_mail_is_recorded_as_unknown_before_it_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let look = move || {
        let outbox = Outbox::look(Some(&path)).expect("a record");
        let entry = &outbox.entries()[0];
        assert_eq!((entry.attempts, entry.recipients[0].state), (1, State::Unknown));
        assert_eq!(entry.recipients[0].answer.as_deref(), Some("being handed over"));
    };
    let mut server = Server { look: Some(Box::new(look)), ..Server::default() };
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((server.seen.len(), states(&report), report.mails[0].attempts), (1, both(State::Delivered), 1));
}

#[test]
fn an_answer_that_nobody_got_it_takes_the_doubt_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with((0..3).map(|_| trouble(true, false, false)).collect());
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!((states(&report), report.mails[0].attempts), (both(State::Waiting), 3));
}

#[test]
fn nothing_is_sent_that_cannot_be_recorded() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(TWO);
    let readers = Readers::of(&config, false, &[]);
    let mut outbox = Outbox::open(folder.path()).expect("an outbox");
    let _ = outbox.put(&plan_of(&config, &drift()).mails, &readers).expect("put");
    // A folder in the place of the lock of the file that would be written.
    std::fs::create_dir(folder.path().join(".deliveries.json.lock")).expect("a folder");
    let mut server = Server::default();
    let world = World { now: &|| at("2026-11-24T08:30:00Z"), sleep: &|_| (), say: &|_| () };
    let settings = config.server.as_ref().expect("a server");
    let said = deliver(&mut outbox, &readers, settings, &mut server, &world).expect_err("a failure").to_string();
    assert!(said.contains("cannot lock"), "{said}");
    assert_eq!(server.seen.len(), 0);
}

#[test]
fn pauses_end_at_ten_minutes() {
    let folder = tempfile::tempdir().expect("a folder");
    let slow = config(&format!("attempts = 3\nback_off = \"400s\"\n{TWO}"));
    let mut server = Server::with((0..9).map(|_| trouble(true, false, false)).collect());
    let ran = run_on(folder.path(), &slow, &drift(), &mut server, "2026-11-24T08:30:00Z");
    assert_eq!(ran.pauses, [400, 600]);
}

#[test]
fn a_refusal_is_remembered_when_the_others_have_to_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = vec![("b@acme.example".to_owned(), "550 no such user".to_owned())];
    let later = Trouble { message: "451 later".to_owned(), retry: true, refused, ..Trouble::default() };
    let mut server = Server::with(vec![Err(later)]);
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    let expected = vec![("a@acme.example".to_owned(), State::Delivered), ("b@acme.example".to_owned(), State::Refused)];
    assert_eq!(states(&report), expected);
    assert_eq!(server.seen[1].0, ["a@acme.example"], "who was refused is not asked for again in this run");
}

#[test]
fn addresses_go_to_the_server_as_they_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::default();
    let _ = run(folder.path(), "[[recipient]]\nto = \"Lena.Hoffmann@Acme.example\"\n", &drift(), &mut server);
    let _ = run(folder.path(), "[[recipient]]\nto = \"lena.hoffmann@acme.example\"\n", &drift(), &mut server);
    assert_eq!(server.seen.len(), 1, "in the record they are one");
    assert_eq!(server.seen[0].0, ["Lena.Hoffmann@Acme.example"]);
}

#[test]
fn a_refused_address_is_given_up_after_a_month() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config("[[recipient]]\nto = \"gone@acme.example\"\n");
    let refused = || {
        let refused = vec![("gone@acme.example".to_owned(), "550 no such user".to_owned())];
        Ok(Sent { refused, ..Sent::default() })
    };
    let mut server = Server::with((0..3).map(|_| refused()).collect());
    let mut on = |day: &str| {
        let ran = run_on(folder.path(), &config, &drift(), &mut server, day);
        (ran.report.mails.first().map(|mail| mail.recipients[0].state), ran.report.is_open())
    };
    assert_eq!(on("2026-11-24T08:30:00Z"), (Some(State::Refused), true));
    assert_eq!(on("2026-12-23T08:30:00Z"), (Some(State::Refused), true));
    assert_eq!(on("2026-12-24T08:30:00Z"), (Some(State::GivenUp), true), "said once");
    assert_eq!(on("2026-12-25T08:30:00Z"), (None, false));
    assert_eq!(server.seen.len(), 3);
    let kept = std::fs::read_dir(folder.path().join("withdrawn")).expect("a folder").count();
    assert_eq!(kept, 1);
}

#[test]
fn a_month_of_refusals_counts_from_the_first_one_and_begins_anew_after_any_other_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = config("[[recipient]]\nto = \"gone@acme.example\"\n");
    let refused = || {
        let refused = vec![("gone@acme.example".to_owned(), "550 no such user".to_owned())];
        Ok(Sent { refused, ..Sent::default() })
    };
    let down = || trouble(false, true, false);
    let mut server = Server::with(vec![down(), refused(), trouble(false, false, false), refused(), refused()]);
    let days = ["2026-08-01", "2026-11-01", "2026-11-20", "2026-12-05", "2027-01-04"];
    let states: Vec<State> = days
        .iter()
        .map(|day| {
            let ran = run_on(folder.path(), &config, &drift(), &mut server, &format!("{day}T08:30:00Z"));
            ran.report.mails[0].recipients[0].state
        })
        .collect();
    assert_eq!(states, [State::Waiting, State::Refused, State::Waiting, State::Refused, State::GivenUp]);
}

#[test]
fn a_mail_without_an_answer_is_given_up_after_three_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with((0..3).map(|_| trouble(true, true, true)).collect());
    let mut on = || {
        let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
        (states(&report), report.is_open())
    };
    assert_eq!(on(), (both(State::Unknown), true));
    assert_eq!(on(), (both(State::Unknown), true));
    assert_eq!(on(), (both(State::GivenUp), true), "said once");
    assert_eq!(on(), (vec![], false));
    assert_eq!(server.seen.len(), 3);
    assert_eq!(std::fs::read_dir(folder.path().join("withdrawn")).expect("a folder").count(), 1);
}

#[test]
fn an_answer_to_the_mail_is_no_doubt() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with((0..4).map(|_| trouble(false, false, false)).collect());
    for _ in 0..4 {
        let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
        assert_eq!(states(&report), both(State::Waiting));
    }
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!(states(&report), both(State::Delivered));
}

#[test]
fn a_run_tells_only_what_it_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let sent = Sent {
        delivered: vec!["a@acme.example".to_owned()],
        answer: "250 ok".to_owned(),
        refused: vec![("b@acme.example".to_owned(), "550 no such user".to_owned())],
        deferred: Vec::new(),
    };
    let mut server = Server::with(vec![Ok(sent)]);
    let _ = run(folder.path(), TWO, &drift(), &mut server);
    let (report, _) = run(folder.path(), TWO, &drift(), &mut server);
    assert_eq!(states(&report), [("b@acme.example".to_owned(), State::Delivered)]);
}
