//! Delivery: each mail to each of its recipients, again after a while where that can help, and recorded at once.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::failure::Outcome;
use crate::time::Micros;

use super::config::Server;
use super::outbox::Outbox;
use super::plan::Prepared;

/// Longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// Hands mails over.
pub trait Transport {
    /// Hands a mail over for one recipient, and gives back what was said to it.
    ///
    /// # Errors
    /// Nobody said that it was taken.
    fn send(&self, from: &str, to: &str, mail: &[u8]) -> Result<String, Trouble>;
}

/// Why a mail was not taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trouble {
    /// For people.
    pub message: String,
    /// Whether another attempt can help, and cannot deliver the mail twice.
    pub again: bool,
    /// Whether it is about the server and not about this mail or recipient: then others would fail alike.
    pub server: bool,
}

/// Does in a thread what may hang. One that nobody waits for any more changes nothing here.
pub(super) fn within(
    longest: Duration,
    who: &str,
    work: impl FnOnce() -> Result<String, Trouble> + Send + 'static,
) -> Result<String, Trouble> {
    let (tell, told) = channel();
    thread::spawn(move || tell.send(work()));
    told.recv_timeout(longest).unwrap_or_else(|cause| {
        let what = match cause {
            RecvTimeoutError::Timeout => format!("it was not done within {} s", longest.as_secs()),
            RecvTimeoutError::Disconnected => "it broke down".to_owned(),
        };
        let message = format!("{who}: {what}; the mail may have arrived");
        Err(Trouble { message, again: false, server: true })
    })
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

/// What became of a mail for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which rules the mail is for.
    pub rule: String,
    /// Bare address.
    pub to: String,
    /// What was said when it was taken, or why it was not.
    pub result: Result<String, String>,
}

/// Sends mails to whom the record does not have as served. The pause between attempts doubles, up to ten minutes.
///
/// # Errors
/// The record cannot be written: then nothing more is sent, because it could not be remembered.
pub fn deliver(
    outbox: &mut Outbox,
    mails: &[Prepared],
    server: &Server,
    transport: &dyn Transport,
    world: &World<'_>,
) -> Outcome<Vec<Delivery>> {
    let (mut open, mut done) = (Vec::new(), Vec::new());
    for mail in mails {
        open.extend(mail.to.iter().filter(|to| !outbox.has(mail, to)).map(|to| (mail, to)));
    }
    let mut pause = server.back_off.min(LONGEST_PAUSE);
    for attempt in 1..=server.attempts {
        let (mut later, mut why, mut useless) = (Vec::new(), String::new(), None::<Trouble>);
        for (mail, to) in open {
            let sent = useless.clone().map_or_else(|| transport.send(&mail.from, to, &mail.eml), Err);
            let mut end = |result| done.push(Delivery { rule: mail.label.clone(), to: to.clone(), result });
            match sent {
                Ok(answer) => {
                    outbox.record(mail, to, &answer, (world.now)())?;
                    end(Ok(answer));
                }
                Err(trouble) => {
                    if trouble.server && useless.is_none() {
                        let message = format!("not tried: {}", trouble.message);
                        useless = Some(Trouble { message, ..trouble.clone() });
                    }
                    if trouble.again && attempt < server.attempts {
                        why = if later.is_empty() { trouble.message } else { why };
                        later.push((mail, to));
                    } else {
                        end(Err(trouble.message));
                    }
                }
            }
        }
        open = later;
        if open.is_empty() {
            break;
        }
        let (all, next) = (server.attempts, pause.as_secs());
        (world.say)(&format!("attempt {attempt} of {all} did not deliver: {why}; the next one in {next} s"));
        (world.sleep)(pause);
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
    Ok(done)
}
