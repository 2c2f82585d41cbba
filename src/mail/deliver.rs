//! Delivery: each mail in turn, again after a while where that can help, and every answer recorded at once.

use std::time::Duration;

use crate::failure::Outcome;
use crate::time::Micros;

use super::config::Server;
use super::message::with_date;
use super::outbox::{Outbox, Ready, Try};
use super::readers::Readers;
use super::record::{Entry, State, Verdict, same_address};

/// Longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// Hands a mail to a server.
pub trait Transport {
    /// One transaction: the mail to all recipients that the server takes. Before the mail itself goes, `hand_over` is
    /// told who they are; when it says no, nothing is sent.
    ///
    /// # Errors
    /// Nobody got it, as far as is known.
    fn send(
        &mut self,
        from: &str,
        to: &[String],
        mail: &[u8],
        hand_over: &mut dyn FnMut(&[String]) -> bool,
    ) -> Result<Sent, Trouble>;
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trouble {
    /// For people.
    pub message: String,
    /// Whether another attempt can help.
    pub retry: bool,
    /// Whether it is about the server and not about this mail: then other mails would fail alike.
    pub server: bool,
    /// Whether the mail may have arrived all the same.
    pub unknown: bool,
    /// Whom the server did not take before that, with its words.
    pub refused: Vec<(String, String)>,
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
    /// Every mail that was tried, with the recipients who waited for it when the run began, as they stand now.
    pub mails: Vec<Entry>,
}

impl Report {
    /// Whether anybody did not get a mail: still waits, was given up by this run, or the kept mail cannot be sent.
    pub fn is_open(&self) -> bool {
        let replies = self.mails.iter().flat_map(|mail| &mail.recipients);
        replies.into_iter().any(|one| one.state.is_open() || matches!(one.state, State::GivenUp | State::Lost))
    }
}

/// Sends what waits in the outbox for a mail file. Waits between attempts, doubling each time up to ten minutes.
///
/// # Errors
/// The record cannot be written: then nothing more is sent, because it could not be remembered.
pub fn deliver(
    outbox: &mut Outbox,
    readers: &Readers,
    server: &Server,
    transport: &mut dyn Transport,
    world: &World<'_>,
) -> Outcome<Report> {
    let mut report = Report::default();
    let mut dead: Option<String> = None;
    for key in outbox.waiting(readers) {
        let before = outbox.entry(&key).map(Entry::open).unwrap_or_default();
        if let Some(message) = &dead {
            not_tried(outbox, &key, message, world)?;
        } else {
            dead = one(outbox, &key, server, transport, world)?;
        }
        if let Some(mut entry) = outbox.entry(&key).cloned() {
            entry.recipients.retain(|one| before.contains(&one.to));
            report.mails.push(entry);
        }
    }
    Ok(report)
}

/// What the server said to others, and in earlier runs, stays as it is.
fn not_tried(outbox: &mut Outbox, key: &str, message: &str, world: &World<'_>) -> Outcome<()> {
    let recipients = outbox.entry(key).map(|entry| entry.recipients.clone()).unwrap_or_default();
    let fresh = recipients.into_iter().filter(|one| one.state == State::Waiting);
    let verdicts: Vec<Verdict> =
        fresh.map(|one| verdict(&one.to, State::Waiting, &format!("not tried: {message}"))).collect();
    outbox.note(key, &verdicts, Try::None, (world.now)())
}

fn verdict(to: &str, state: State, answer: &str) -> Verdict {
    Verdict { to: to.to_owned(), state, answer: answer.to_owned(), answered: false }
}

/// Sends one mail. Gives back what makes the server useless for all others.
fn one(
    outbox: &mut Outbox,
    key: &str,
    server: &Server,
    transport: &mut dyn Transport,
    world: &World<'_>,
) -> Outcome<Option<String>> {
    let mut left: Option<Vec<String>> = None;
    let mut pause = server.back_off.min(LONGEST_PAUSE);
    for attempt in 1..=server.attempts {
        let (from, mut to, mail) = match outbox.ready(key, (world.now)())? {
            Ready::Mail { from, to, mail } => (from, to, mail),
            Ready::Nobody => return Ok(None),
            Ready::Lost(why) => {
                let rule = outbox.entry(key).map(|entry| entry.rule.clone()).unwrap_or_default();
                (world.say)(&format!("{rule}: {why}: nobody gets it"));
                return Ok(None);
            }
        };
        to.retain(|to| left.as_ref().is_none_or(|left| among(left, to)));
        if to.is_empty() {
            return Ok(None);
        }
        let attempted = attempted(outbox, key, &from, &to, &mail, transport, world)?;
        if attempted.again.is_empty() || attempt == server.attempts {
            return Ok(attempted.useless);
        }
        left = Some(attempted.again);
        let (all, next, why) = (server.attempts, pause.as_secs(), attempted.why);
        (world.say)(&format!("attempt {attempt} of {all} did not deliver: {why}; the next one in {next} s"));
        (world.sleep)(pause);
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
    Ok(None)
}

fn among(list: &[String], to: &str) -> bool {
    list.iter().any(|one| same_address(one, to))
}

/// What one attempt leaves to do.
#[derive(Default)]
struct Attempted {
    /// Who is tried again.
    again: Vec<String>,
    /// Why.
    why: String,
    /// Why the server is of no use for anybody.
    useless: Option<String>,
}

fn attempted(
    outbox: &mut Outbox,
    key: &str,
    from: &str,
    to: &[String],
    mail: &[u8],
    transport: &mut dyn Transport,
    world: &World<'_>,
) -> Outcome<Attempted> {
    let mut handed: Option<Vec<String>> = None;
    let mut denied = None;
    let dated = with_date(mail, (world.now)());
    let result = transport.send(from, to, &dated, &mut |accepted| {
        match outbox.hand_over(key, accepted, (world.now)()) {
            Ok(true) => handed = Some(accepted.to_vec()),
            other => denied = Some(other),
        }
        handed.is_some()
    });
    if let Some(denied) = denied {
        denied?;
        let why = "somebody does not wait for it any more".to_owned();
        return Ok(Attempted { again: to.to_vec(), why, useless: None });
    }
    let tried = if handed.is_some() { Try::Counted } else { Try::Counts };
    let handed = handed.unwrap_or_default();
    let (mut verdicts, left) = judge(result, to, &handed);
    for one in &mut verdicts {
        one.answered = one.state != State::Unknown && among(&handed, &one.to);
    }
    outbox.note(key, &verdicts, tried, (world.now)())?;
    Ok(left)
}

/// What a transaction means for each recipient, and what is left to do. `handed`: to whom the mail went out.
fn judge(result: Result<Sent, Trouble>, to: &[String], handed: &[String]) -> (Vec<Verdict>, Attempted) {
    let refused = |list: &[(String, String)]| -> Vec<Verdict> {
        list.iter().map(|(to, answer)| verdict(to, State::Refused, answer)).collect()
    };
    match result {
        Ok(sent) => {
            let mut verdicts = refused(&sent.refused);
            verdicts.extend(sent.delivered.iter().map(|to| verdict(to, State::Delivered, &sent.answer)));
            verdicts.extend(sent.deferred.iter().map(|(to, answer)| verdict(to, State::Waiting, answer)));
            let why = sent.deferred.first().map(|(_, answer)| answer.clone()).unwrap_or_default();
            let again = sent.deferred.into_iter().map(|(to, _)| to).collect();
            (verdicts, Attempted { again, why, useless: None })
        }
        Err(trouble) => {
            let mut verdicts = refused(&trouble.refused);
            let others = to.iter().filter(|to| !trouble.refused.iter().any(|(one, _)| same_address(one, to)));
            // Whoever may have it is not sent another one before the next run.
            let doubt = |to: &&String| trouble.unknown && (handed.is_empty() || among(handed, to));
            let (doubtful, others): (Vec<&String>, Vec<&String>) = others.partition(doubt);
            verdicts.extend(doubtful.into_iter().map(|to| verdict(to, State::Unknown, &trouble.message)));
            verdicts.extend(others.iter().map(|to| verdict(to, State::Waiting, &trouble.message)));
            let useless = trouble.server.then(|| trouble.message.clone());
            let again = if trouble.retry { others.into_iter().cloned().collect() } else { Vec::new() };
            (verdicts, Attempted { again, why: trouble.message, useless })
        }
    }
}
