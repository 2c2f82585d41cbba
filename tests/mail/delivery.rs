//! Delivery with a server that answers as it is told: what is tried again, after which pause, and what is not.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::time::Duration;

use overstay::mail::{Config, Delivery, Outbox, Transport, Trouble, World, deliver};
use overstay::report::drift::Drift;

use super::fixture::{config, drift, plan_of};
use crate::support::at;

pub(super) const TWO: &str = "[[recipient]]\nname = \"two\"\nto = [\"a@acme.example\", \"b@acme.example\"]\n";

type Answer = Result<String, Trouble>;

/// A server with prepared answers; without one it takes everything.
#[derive(Default)]
pub(super) struct Server {
    pub(super) answers: RefCell<VecDeque<Answer>>,
    /// Recipient and bytes of each mail.
    pub(super) seen: RefCell<Vec<(String, String)>>,
    /// Called while the mail is under way.
    pub(super) look: Option<Box<dyn Fn()>>,
}

impl Server {
    pub(super) fn with(answers: Vec<Answer>) -> Self {
        Self { answers: RefCell::new(answers.into()), ..Self::default() }
    }

    /// The first letters of the recipients, in the order in which they were tried.
    pub(super) fn tried(&self) -> String {
        self.seen.borrow().iter().map(|(to, _)| &to[..1]).collect()
    }
}

impl Transport for Server {
    fn send(&self, from: &str, to: &str, mail: &[u8]) -> Answer {
        assert_eq!(from, "overstay@acme.example");
        if let Some(look) = &self.look {
            look();
        }
        self.seen.borrow_mut().push((to.to_owned(), String::from_utf8_lossy(mail).into_owned()));
        self.answers.borrow_mut().pop_front().unwrap_or_else(|| Ok("250 ok".to_owned()))
    }
}

/// The server says no.
pub(super) fn trouble(again: bool, server: bool) -> Answer {
    Err(Trouble { message: "no luck".to_owned(), again, server })
}

/// One run: what became of the mails, and the pauses in seconds.
pub(super) fn run(folder: &Path, rules: &str, drift: &Drift, server: &Server) -> (Vec<Delivery>, Vec<u64>) {
    run_on(folder, &config(rules), drift, server).expect("a delivery")
}

/// One run with a mail file.
pub(super) fn run_on(
    folder: &Path,
    config: &Config,
    drift: &Drift,
    server: &Server,
) -> Result<(Vec<Delivery>, Vec<u64>), String> {
    let mut settings = config.server.clone().expect("a server");
    settings.attempts = settings.attempts.min(3);
    let mails = plan_of(config, drift).mails;
    let mut outbox = Outbox::open(folder).expect("an outbox");
    outbox.keep(&mails).expect("kept");
    assert!(outbox.begin(Duration::ZERO).expect("a lock"));
    let pauses = RefCell::new(Vec::new());
    let sleep = |pause: Duration| pauses.borrow_mut().push(pause.as_secs());
    let world = World { now: &|| at("2026-11-24T08:30:00Z"), sleep: &sleep, say: &|_| () };
    let done = deliver(&mut outbox, &mails, &settings, server, &world).map_err(|failure| failure.to_string())?;
    outbox.keep(&mails).expect("kept");
    Ok((done, pauses.into_inner()))
}

/// Who has the mail, and who has not: first letters.
fn served(done: &[Delivery]) -> (String, String) {
    let letters = |ok: bool| done.iter().filter(|one| one.result.is_ok() == ok).map(|one| &one.to[..1]).collect();
    (letters(true), letters(false))
}

fn both(ok: &str, failed: &str) -> (String, String) {
    (ok.to_owned(), failed.to_owned())
}

#[test]
fn taken_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let (done, pauses) = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((served(&done), pauses, server.tried()), (both("ab", ""), vec![], "ab".to_owned()));
    let (_, mail) = &server.seen.borrow()[0];
    assert!(mail.contains("\r\nTo: a@acme.example, b@acme.example\r\n"), "each sees who else got it: {mail}");
}

#[test]
fn what_may_pass_is_tried_again_with_growing_pauses() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with(vec![trouble(true, false), Ok("250 ok".to_owned()), trouble(true, false)]);
    let (done, pauses) = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((served(&done), pauses, server.tried()), (both("ba", ""), vec![5, 10], "abaa".to_owned()));
}

#[test]
fn attempts_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with((0..9).map(|_| trouble(true, false)).collect());
    let (done, pauses) = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((served(&done), pauses, server.tried()), (both("", "ab"), vec![5, 10], "ababab".to_owned()));
}

#[test]
fn what_will_not_pass_is_not_tried_again_and_hides_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with(vec![trouble(false, false)]);
    let (done, pauses) = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((served(&done), pauses, server.tried()), (both("b", "a"), vec![], "ab".to_owned()));
    assert_eq!(done[0].result, Err("no luck".to_owned()));
}

#[test]
fn a_useless_server_is_not_asked_for_every_mail() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with(vec![trouble(false, true)]);
    let (done, _) = run(folder.path(), TWO, &drift(), &server);
    assert_eq!(server.tried(), "a", "a wrong password locks the account when it is tried often");
    assert_eq!(done[1].result, Err("not tried: no luck".to_owned()));
    // One that may be back is asked again for all of them.
    let server = Server::with(vec![trouble(true, true)]);
    let (done, _) = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((served(&done), server.tried()), (both("ab", ""), "aab".to_owned()));
}

#[test]
fn pauses_end_at_ten_minutes() {
    let folder = tempfile::tempdir().expect("a folder");
    let slow = config(&format!("attempts = 3\nback_off = \"400s\"\n{TWO}"));
    let server = Server::with((0..9).map(|_| trouble(true, false)).collect());
    let (_, pauses) = run_on(folder.path(), &slow, &drift(), &server).expect("a delivery");
    assert_eq!(pauses, [400, 600]);
}

/// Delivery is at least once: what was taken and could not be recorded goes out again, under the same id. Nothing more is
/// sent by the run that could not record it.
#[test]
fn what_could_not_be_recorded_is_sent_again_under_the_same_id() {
    let folder = tempfile::tempdir().expect("a folder");
    // A folder in the place of the lock of the file that would be written.
    let block = folder.path().join(".deliveries.json.lock");
    std::fs::create_dir(&block).expect("a folder");
    let server = Server::default();
    let said = run_on(folder.path(), &config(TWO), &drift(), &server).expect_err("a failure");
    assert!(said.contains("cannot lock"), "{said}");
    assert_eq!(server.tried(), "a");
    std::fs::remove_dir(&block).expect("removed");
    let (done, _) = run(folder.path(), TWO, &drift(), &server);
    assert_eq!((served(&done), server.tried()), (both("ab", ""), "aab".to_owned()));
    let seen = server.seen.borrow();
    let id = |mail: &str| mail.split("\r\n").find(|line| line.starts_with("Message-ID")).expect("an id").to_owned();
    assert_eq!(seen.iter().map(|(_, mail)| id(mail)).collect::<BTreeSet<_>>().len(), 1);
}

#[test]
fn who_has_it_is_recorded_before_the_next_one_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let (tell, told) = std::sync::mpsc::channel();
    let look = move || {
        let outbox = Outbox::look(Some(&path)).expect("a record");
        tell.send(outbox.deliveries().len()).expect("a listener");
    };
    let server = Server { look: Some(Box::new(look)), ..Server::default() };
    let _ = run(folder.path(), TWO, &drift(), &server);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn addresses_go_to_the_server_as_they_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let _ = run(folder.path(), "[[recipient]]\nto = \"Lena.Hoffmann@Acme.example\"\n", &drift(), &server);
    let _ = run(folder.path(), "[[recipient]]\nto = \"lena.hoffmann@acme.example\"\n", &drift(), &server);
    assert_eq!(server.seen.borrow().len(), 1, "in the record they are one");
    assert_eq!(server.seen.borrow()[0].0, "Lena.Hoffmann@Acme.example");
}
