//! Delivery: each mail in turn, again after a while where that can help, and every answer recorded at once.

use std::time::Duration;

use crate::failure::Outcome;
use crate::time::Micros;

use super::config::Server;
use super::message::with_date;
use super::outbox::{Entry, Outbox, Reply, State};

/// Hands a mail to a server.
pub trait Transport {
    /// One transaction: the mail to all recipients that the server takes.
    ///
    /// # Errors
    /// Nobody got it, as far as is known.
    fn send(&mut self, from: &str, to: &[String], mail: &[u8]) -> Result<Sent, Trouble>;
}

/// What became of one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// Who gets the mail.
    pub delivered: Vec<String>,
    /// The server's word for it.
    pub answer: String,
    /// Whom the server does not take, with its words.
    pub refused: Vec<(String, String)>,
    /// Whom the server does not take now, with its words.
    pub deferred: Vec<(String, String)>,
}

/// Why nobody got a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// For people.
    pub message: String,
    /// Whether another attempt can help.
    pub retry: bool,
    /// Whether it is about the server and not about this mail: then other mails would fail alike.
    pub server: bool,
    /// Whether the mail may have arrived all the same.
    pub unknown: bool,
}

/// The clock, the pause and the listener of a delivery.
pub struct World<'a> {
    /// The time now.
    pub now: &'a dyn Fn() -> Micros,
    /// Waits.
    pub sleep: &'a dyn Fn(Duration),
    /// Takes remarks on the way.
    pub say: &'a dyn Fn(&str),
}

/// What became of the mails of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Every mail that was tried, with its recipients as they stand now.
    pub mails: Vec<Entry>,
}

impl Report {
    /// Whether anybody still waits for a mail.
    pub fn is_open(&self) -> bool {
        self.mails.iter().any(|mail| !mail.open().is_empty())
    }
}

/// Sends what waits in the outbox. Waits between attempts, doubling each time.
///
/// # Errors
/// The record cannot be written: then nothing more is sent, because it could not be remembered.
pub fn deliver(
    outbox: &mut Outbox,
    server: &Server,
    transport: &mut dyn Transport,
    world: &World<'_>,
) -> Outcome<Report> {
    let waiting = outbox.waiting();
    let mut dead: Option<String> = None;
    for index in &waiting {
        if let Some(message) = &dead {
            // What the server said to others, and in earlier runs, stays as it is.
            let fresh = |one: &&Reply| one.state == State::Waiting;
            let to = outbox.entries()[*index].recipients.iter().filter(fresh).map(|one| one.to.clone());
            let to: Vec<String> = to.collect();
            outbox.note(*index, &to, State::Waiting, &format!("not tried: {message}"), (world.now)())?;
            continue;
        }
        dead = one(outbox, *index, server, transport, world)?;
    }
    let mails = waiting.iter().filter_map(|index| outbox.entries().get(*index).cloned());
    Ok(Report { mails: mails.collect() })
}

fn open(outbox: &Outbox, index: usize) -> Vec<String> {
    outbox.entries().get(index).map(Entry::open).unwrap_or_default()
}

/// Sends one mail. Gives back what makes the server useless for all others.
fn one(
    outbox: &mut Outbox,
    index: usize,
    server: &Server,
    transport: &mut dyn Transport,
    world: &World<'_>,
) -> Outcome<Option<String>> {
    let Some(mail) = outbox.mail(index)? else {
        let to = open(outbox, index);
        outbox.note(index, &to, State::Withdrawn, "the kept mail was taken away", (world.now)())?;
        return Ok(None);
    };
    let from = outbox.entries()[index].from.clone();
    let mut to = open(outbox, index);
    let mut pause = server.back_off;
    for attempt in 1..=server.attempts {
        let now = (world.now)();
        outbox.count_attempt(index);
        let why = match transport.send(&from, &to, &with_date(&mail, now)) {
            Ok(sent) => {
                let now = (world.now)();
                // First what must not be forgotten.
                outbox.note(index, &sent.delivered, State::Delivered, &sent.answer, now)?;
                for (address, answer) in &sent.refused {
                    outbox.note(index, std::slice::from_ref(address), State::Refused, answer, now)?;
                }
                for (address, answer) in &sent.deferred {
                    outbox.note(index, std::slice::from_ref(address), State::Waiting, answer, now)?;
                }
                let Some((_, answer)) = sent.deferred.first() else {
                    return Ok(None);
                };
                let answer = answer.clone();
                to = sent.deferred.into_iter().map(|(address, _)| address).collect();
                answer
            }
            Err(trouble) => {
                let state = if trouble.unknown { State::Unknown } else { State::Waiting };
                outbox.note(index, &to, state, &trouble.message, (world.now)())?;
                if !trouble.retry || attempt == server.attempts {
                    return Ok(trouble.server.then_some(trouble.message));
                }
                trouble.message
            }
        };
        if attempt < server.attempts {
            let (all, next) = (server.attempts, pause.as_secs());
            (world.say)(&format!("attempt {attempt} of {all} did not deliver: {why}; the next one in {next} s"));
            (world.sleep)(pause);
            pause = pause.saturating_mul(2);
        }
    }
    Ok(None)
}
