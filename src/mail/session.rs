//! A conversation with a server, step by step, in a thread of its own. Codes are demanded as the standard has them: an
//! answer that was meant for another question must not pass for one.

use std::error::Error as _;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;

use super::config::{Auth, Security, Server};
use super::deliver::{Sent, Trouble};
use super::smtp::GOODBYE;
use super::words::{Veil, shown};

/// How long bytes are looked for that came before TLS began. They lie in memory: this is no wait for a network.
const LOOK: Duration = Duration::from_millis(100);

/// Everything that a conversation needs.
pub(super) struct Session {
    pub(super) server: Server,
    pub(super) tls: Option<TlsParameters>,
    pub(super) credentials: Option<Credentials>,
    pub(super) hello: ClientId,
    pub(super) veil: Veil,
}

/// A mail to be sent.
pub(super) struct Job {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) mail: Vec<u8>,
    /// When nobody waits for it any more.
    pub(super) end: Instant,
}

/// How far a conversation is.
#[derive(Debug)]
pub(super) enum Step {
    /// The name of the server stands for this many addresses.
    Resolved(u32),
    /// The server has greeted.
    Connected,
    /// TLS is up, where it is asked for.
    Protected,
    /// The server knows who is there, where it has to.
    SignedIn,
    /// These recipients are taken; the mail itself waits for a word.
    Accepted(Vec<String>),
    /// It is over, but for the goodbye.
    Ended(Result<Sent, Trouble>),
}

/// Where a conversation broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Connecting.
    Server,
    /// Name and password.
    SignIn,
    /// Sender and recipients.
    Envelope,
    /// From the first byte of the mail to the server's answer.
    Message,
}

/// The steps of a thread that nobody waits for any more lead nowhere.
fn gone<T>(_: T) -> Trouble {
    Trouble { message: "nobody waits for it any more".to_owned(), ..Trouble::default() }
}

impl Session {
    /// Sends one mail. The result is told before the goodbye, so that it is recorded first.
    pub(super) fn work(&self, job: &Job, steps: &Sender<Step>, allowed: &Receiver<()>) {
        let mut connection = None;
        let result = self.conversation(job, steps, allowed, &mut connection);
        let _ = steps.send(Step::Ended(result));
        if let Some(mut connection) = connection {
            // A server that hangs is not given its whole time again to say goodbye.
            let _ = connection.set_timeout(Some(self.server.timeout.min(GOODBYE)));
            connection.abort();
        }
    }

    fn conversation(
        &self,
        job: &Job,
        steps: &Sender<Step>,
        allowed: &Receiver<()>,
        open: &mut Option<SmtpConnection>,
    ) -> Result<Sent, Trouble> {
        let tell = |step: Step| steps.send(step).map_err(gone);
        let early = |cause: Error| self.trouble(&cause, Stage::Server);
        let addresses = self.addresses()?;
        tell(Step::Resolved(addresses.len() as u32))?;
        let wrapper = self.tls.as_ref().filter(|_| self.server.security == Security::Tls);
        let timeout = Some(self.server.timeout);
        let connection = SmtpConnection::connect(&addresses[..], timeout, &self.hello, wrapper, None).map_err(early)?;
        let connection = open.insert(connection);
        tell(Step::Connected)?;
        if let Some(tls) = self.tls.as_ref().filter(|_| self.server.security == Security::StartTls) {
            connection.starttls(tls, &self.hello).map_err(early)?;
            self.nothing_before_tls(connection)?;
        }
        tell(Step::Protected)?;
        if let Some(credentials) = &self.credentials {
            let mechanisms: &[Mechanism] = match self.server.auth {
                Auth::Password => &[Mechanism::Plain, Mechanism::Login],
                Auth::Xoauth2 => &[Mechanism::Xoauth2],
            };
            let answer = connection.auth(mechanisms, credentials);
            let answer = answer.map_err(|cause| self.trouble(&cause, Stage::SignIn))?;
            self.demand(&answer, &[235], "the sign-in", Stage::SignIn)?;
        }
        tell(Step::SignedIn)?;
        self.transaction(connection, job, steps, allowed)
    }

    fn addresses(&self) -> Result<Vec<SocketAddr>, Trouble> {
        let (host, port) = (self.server.host.as_str(), self.server.port);
        if self.server.security == Security::None && host.parse::<IpAddr>().is_err() {
            // The name is not looked up: nobody can make it mean another machine.
            let both: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            return Ok(both.map(|address| SocketAddr::new(address, port)).to_vec());
        }
        let found = (host, port).to_socket_addrs();
        let found = found.map_err(|cause| self.useless(&format!("cannot be looked up: {cause}"), true))?;
        let found: Vec<SocketAddr> = found.collect();
        if found.is_empty() { Err(self.useless("has no address", true)) } else { Ok(found) }
    }

    /// Bytes that were sent before TLS began, and are still there after it, come from somebody in between: they would
    /// pass for answers of the server.
    fn nothing_before_tls(&self, connection: &mut SmtpConnection) -> Result<(), Trouble> {
        let failed = |cause: io::Error| self.useless(&shown(&cause.to_string()), true);
        connection.set_timeout(Some(LOOK)).map_err(failed)?;
        match connection.read_response() {
            Err(cause) if is_late(&cause) => {}
            // The connection is lost.
            Err(cause) if io_kind(&cause).is_some() => return Err(self.trouble(&cause, Stage::Server)),
            _ => return Err(self.useless("cannot be trusted: it answered before it was asked", false)),
        }
        connection.set_timeout(Some(self.server.timeout)).map_err(failed)
    }

    fn transaction(
        &self,
        connection: &mut SmtpConnection,
        job: &Job,
        steps: &Sender<Step>,
        allowed: &Receiver<()>,
    ) -> Result<Sent, Trouble> {
        let envelope = |cause: Error| self.trouble(&cause, Stage::Envelope);
        let mut sent = Sent::default();
        let answer = connection.command(Mail::new(job.from.parse::<Address>().ok(), Vec::new())).map_err(envelope)?;
        self.demand(&answer, &[250], "the sender", Stage::Envelope)?;
        for address in &job.to {
            let Ok(parsed) = address.parse::<Address>() else {
                sent.refused.push((address.clone(), "it is no address".to_owned()));
                continue;
            };
            let words = |cause: &Error| self.veil.shown(&cause.to_string());
            match connection.command(Rcpt::new(parsed, Vec::new())) {
                Ok(answer) => {
                    self.demand(&answer, &[250, 251], "a recipient", Stage::Envelope)?;
                    sent.delivered.push(address.clone());
                }
                Err(cause) if cause.is_permanent() => sent.refused.push((address.clone(), words(&cause))),
                // 421 says that the server closes the connection.
                Err(cause) if cause.is_transient() && code(&cause) != Some(421) => {
                    sent.deferred.push((address.clone(), words(&cause)));
                }
                Err(cause) => return Err(Trouble { refused: sent.refused, ..envelope(cause) }),
            }
        }
        if sent.delivered.is_empty() {
            return Ok(sent);
        }
        steps.send(Step::Accepted(sent.delivered.clone())).map_err(gone)?;
        allowed.recv().map_err(gone)?;
        match self.message(connection, job) {
            Ok(answer) => Ok(Sent { answer, ..sent }),
            Err(trouble) => Err(Trouble { refused: sent.refused, ..trouble }),
        }
    }

    fn message(&self, connection: &mut SmtpConnection, job: &Job) -> Result<String, Trouble> {
        let answer = connection.command(Data).map_err(|cause| self.trouble(&cause, Stage::Envelope))?;
        self.demand(&answer, &[354], "the announcement of the mail", Stage::Envelope)?;
        // Servers look for viruses before they answer. Who does not wait for that sends the mail again and again.
        let left = job.end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let failed = |cause: io::Error| self.useless(&shown(&cause.to_string()), true);
        connection.set_timeout(Some(left)).map_err(failed)?;
        let answer = connection.message(&job.mail).map_err(|cause| self.trouble(&cause, Stage::Message))?;
        self.demand(&answer, &[250], "the mail", Stage::Message)?;
        Ok(self.veil.shown(&said(&answer)))
    }

    fn demand(&self, answer: &Response, codes: &[u16], to: &str, stage: Stage) -> Result<(), Trouble> {
        if codes.contains(&u16::from(answer.code())) {
            return Ok(());
        }
        let message = format!("cannot be trusted: its answer to {to} is {}", self.veil.shown(&said(answer)));
        let trouble = self.useless(&message, false);
        Err(if stage == Stage::Message { may_have_arrived(trouble) } else { trouble })
    }

    fn at(&self) -> String {
        format!("{}:{}", self.server.host, self.server.port)
    }

    /// Trouble of the server itself.
    fn useless(&self, message: &str, retry: bool) -> Trouble {
        Trouble { message: format!("{} {message}", self.at()), retry, server: true, ..Trouble::default() }
    }

    /// A step, or the whole, took too long.
    pub(super) fn late(&self, within: Duration, handed_over: bool) -> Trouble {
        let verb = if within == self.server.deadline { "was not done" } else { "did not answer" };
        let trouble = self.useless(&format!("{verb} within {} s", within.as_secs()), true);
        if handed_over { may_have_arrived(trouble) } else { trouble }
    }

    /// The thread broke down.
    pub(super) fn broken(&self, handed_over: bool) -> Trouble {
        let trouble = self.useless("the connection broke down", true);
        if handed_over { may_have_arrived(trouble) } else { trouble }
    }

    fn trouble(&self, cause: &Error, stage: Stage) -> Trouble {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};

        let answered = cause.status().is_some();
        let late = is_late(cause);
        // The peer's certificate, or its speech, is wrong: that is so again a minute later.
        let untrusted = io_kind(cause) == Some(io::ErrorKind::InvalidData);
        let (at, words) = (self.at(), self.veil.shown(&cause.to_string()));
        // A server that does not take a token asks back, which lettre answers with an error of its own.
        let token = self.server.auth == Auth::Xoauth2 && stage == Stage::SignIn && cause.is_client();
        // lettre has one kind of error for an answer that ends too early and for one that is none.
        let cut = cause.is_response() && words.contains("incomplete response");
        let babble = cause.is_response() && !cut;
        let closed =
            cut || matches!(io_kind(cause), Some(BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof));
        let message = if token {
            format!("{at} does not take the access token: {words}")
        } else if late && stage == Stage::Message {
            return self.late(self.server.deadline, true);
        } else if late {
            format!("{at} did not answer within {} s", self.server.timeout.as_secs())
        } else if closed {
            format!("{at} closed the connection")
        } else if babble {
            format!("{at} cannot be trusted: its answer is not SMTP")
        } else if untrusted {
            format!("{at} cannot be trusted: {words}")
        } else {
            format!("{at}: {words}")
        };
        let lasting = cause.is_permanent() || cause.is_client() || cause.is_tls() || untrusted || babble;
        // Who does not answer one mail does not answer the next.
        let server = matches!(stage, Stage::Server | Stage::SignIn) || late || babble;
        let trouble = Trouble { message, retry: !lasting, server, ..Trouble::default() };
        if stage == Stage::Message && !answered { may_have_arrived(trouble) } else { trouble }
    }
}

fn may_have_arrived(trouble: Trouble) -> Trouble {
    let message = format!("{}; the mail was handed over and may have arrived", trouble.message);
    Trouble { message, unknown: true, ..trouble }
}

fn said(answer: &Response) -> String {
    format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" "))
}

fn code(cause: &Error) -> Option<u16> {
    cause.status().map(u16::from)
}

fn is_late(cause: &Error) -> bool {
    matches!(io_kind(cause), Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut))
}

fn io_kind(cause: &Error) -> Option<io::ErrorKind> {
    let mut source = cause.source();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        source = inner.source();
    }
    None
}
