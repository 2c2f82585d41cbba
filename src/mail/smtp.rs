//! SMTP by lettre: a connection per mail and recipient, protected as configured.
//!
//! A time-out of a socket ends one wait for one byte; a server that sends a byte now and then would be waited for without
//! end. So all of it has a time as well, in a thread of its own.

use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use lettre::address::{Address, Envelope};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};

use super::config::{Auth, Security, SmtpServer};
use super::deliver::{Transport, Trouble, within};
use super::words::{Secret, shown};

/// Longest wait for the answer to QUIT.
const GOODBYE: Duration = Duration::from_secs(2);
/// How long bytes are looked for that came before TLS began. They lie in memory: this is no wait for a network.
const LOOK: Duration = Duration::from_millis(100);

/// A server, and how to speak to it.
pub struct Smtp(Arc<Session>);

struct Session {
    server: SmtpServer,
    deadline: Duration,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    secret: Secret,
}

impl Smtp {
    /// Prepares to speak to a server; nothing is opened yet.
    ///
    /// # Errors
    /// The file of the further root certificate cannot be used.
    pub fn new(server: &SmtpServer, deadline: Duration, password: Option<String>) -> Outcome<Self> {
        let tls = if server.security == Security::None { None } else { Some(parameters(server)?) };
        let login = server.login.as_ref().map(|login| login.user.clone()).zip(password);
        let secret = login.as_ref().map(|(user, password)| Secret::of(user, password)).unwrap_or_default();
        let credentials = login.map(|(user, password)| Credentials::new(user, password));
        let hello = match server.hello.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(server.hello.clone()),
        };
        Ok(Self(Arc::new(Session { server: server.clone(), deadline, tls, credentials, hello, secret })))
    }
}

impl Transport for Smtp {
    fn send(&self, from: &str, to: &str, mail: &[u8]) -> Result<String, Trouble> {
        let address = |text: &str| text.parse::<Address>().map_err(|cause| cause.to_string());
        let envelope = address(from)
            .and_then(|from| Envelope::new(Some(from), vec![address(to)?]).map_err(|cause| cause.to_string()));
        let envelope = envelope.map_err(|message| Trouble { message, ..Trouble::default() })?;
        let (session, mail) = (Arc::clone(&self.0), mail.to_owned());
        within(self.0.deadline, &self.0.at(), move || session.send(&envelope, &mail))
    }
}

impl Session {
    fn send(&self, envelope: &Envelope, mail: &[u8]) -> Result<String, Trouble> {
        let mut connection = self.connect()?;
        // Servers look for viruses before they answer to the end of a mail: the whole attempt has one time.
        self.wait_for(&mut connection, self.deadline)?;
        let answer = connection.send(envelope, mail).map_err(|cause| self.trouble(&cause, true))?;
        // The rest is politeness: a server that hangs is not given its whole time again.
        if connection.set_timeout(Some(self.server.timeout.min(GOODBYE))).is_ok() {
            connection.abort();
        }
        self.demand(&answer, 250, "the mail").map_err(may_have_arrived)?;
        Ok(self.secret.out_of(&said(&answer)))
    }

    fn connect(&self) -> Result<SmtpConnection, Trouble> {
        let early = |cause: Error| self.trouble(&cause, false);
        let addresses = self.addresses();
        let addresses = addresses.map_err(|cause| self.useless(&format!("cannot be looked up: {cause}"), true))?;
        let wrapper = self.tls.as_ref().filter(|_| self.server.security == Security::Tls);
        let timeout = Some(self.server.timeout);
        let connection = SmtpConnection::connect(&addresses[..], timeout, &self.hello, wrapper, None);
        let mut connection = connection.map_err(early)?;
        if let Some(tls) = self.tls.as_ref().filter(|_| self.server.security == Security::StartTls) {
            connection.starttls(tls, &self.hello).map_err(early)?;
            self.nothing_before_tls(&mut connection)?;
        }
        if let Some((login, credentials)) = self.server.login.as_ref().zip(self.credentials.as_ref()) {
            let mechanisms: &[Mechanism] = match login.auth {
                Auth::Password => &[Mechanism::Plain, Mechanism::Login],
                Auth::Xoauth2 => &[Mechanism::Xoauth2],
            };
            let answer = connection.auth(mechanisms, credentials).map_err(|cause| match login.auth {
                // A server that does not take a token asks back, which lettre answers with an error of its own.
                Auth::Xoauth2 if cause.is_client() => {
                    let said = self.secret.out_of(&cause.to_string());
                    self.useless(&format!("does not take the access token: {said}"), false)
                }
                _ => early(cause),
            })?;
            self.demand(&answer, 235, "the sign-in")?;
        }
        Ok(connection)
    }

    fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let (host, port) = (self.server.host.as_str(), self.server.port);
        if self.server.security == Security::None && host.parse::<IpAddr>().is_err() {
            // The name is not looked up: nobody can make it mean another machine.
            let both: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            return Ok(both.map(|address| SocketAddr::new(address, port)).to_vec());
        }
        Ok((host, port).to_socket_addrs()?.collect())
    }

    /// Bytes that were sent before TLS began, and are still there after it, come from somebody in between: they would
    /// pass for answers of the server.
    fn nothing_before_tls(&self, connection: &mut SmtpConnection) -> Result<(), Trouble> {
        self.wait_for(connection, LOOK)?;
        match connection.read_response() {
            Err(cause) if is_late(&cause) => self.wait_for(connection, self.server.timeout),
            // The connection is lost.
            Err(cause) if io_kind(&cause).is_some() => Err(self.trouble(&cause, false)),
            _ => Err(self.useless("cannot be trusted: it answered before it was asked", false)),
        }
    }

    fn wait_for(&self, connection: &mut SmtpConnection, longest: Duration) -> Result<(), Trouble> {
        connection.set_timeout(Some(longest)).map_err(|cause| self.useless(&shown(&cause.to_string()), true))
    }

    /// lettre takes every answer that is no refusal for a good one: one that fits no question must not pass for it.
    fn demand(&self, answer: &Response, code: u16, to: &str) -> Result<(), Trouble> {
        if answer.has_code(code) {
            return Ok(());
        }
        let said = self.secret.out_of(&said(answer));
        Err(self.useless(&format!("cannot be trusted: its answer to {to} is {said}"), false))
    }

    fn at(&self) -> String {
        format!("{}:{}", self.server.host, self.server.port)
    }

    /// Trouble of the server itself.
    fn useless(&self, what: &str, again: bool) -> Trouble {
        Trouble { message: format!("{}: {what}", self.at()), again, server: true }
    }

    /// `transaction`: from the sender's address to the answer to the mail. Which step it was, lettre does not say.
    fn trouble(&self, cause: &Error, transaction: bool) -> Trouble {
        use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};

        let (io, words) = (io_kind(cause), self.secret.out_of(&cause.to_string()));
        // lettre has one kind of error for an answer that ends too early and for one that is none.
        let cut = cause.is_response() && words.contains("incomplete response");
        let closed = cut || matches!(io, Some(BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof));
        let lasting = cause.is_permanent() || cause.is_client() || cause.is_tls();
        let (what, again) = if is_late(cause) {
            (format!("did not answer within {} s", self.server.timeout.as_secs()), true)
        } else if closed {
            ("closed the connection".to_owned(), true)
        } else if cause.is_response() {
            ("cannot be trusted: its answer is not SMTP".to_owned(), false)
        } else if io == Some(InvalidData) {
            // The certificate, or the speech, is wrong: that is so again a minute later.
            (format!("cannot be trusted: {words}"), false)
        } else {
            (words, !lasting)
        };
        let trouble = self.useless(&what, again);
        match cause.status() {
            // 421 says that the server closes the connection.
            Some(code) if transaction => Trouble { server: u16::from(code) == 421, ..trouble },
            None if transaction => Trouble { again: false, server: !closed, ..may_have_arrived(trouble) },
            _ => trouble,
        }
    }
}

fn may_have_arrived(mut trouble: Trouble) -> Trouble {
    trouble.message.push_str("; the mail may have arrived");
    trouble
}

fn said(answer: &Response) -> String {
    format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" "))
}

fn is_late(cause: &Error) -> bool {
    matches!(io_kind(cause), Some(ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

fn io_kind(cause: &Error) -> Option<ErrorKind> {
    let mut source = cause.source();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        source = inner.source();
    }
    None
}

fn parameters(server: &SmtpServer) -> Outcome<TlsParameters> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(path) = &server.ca_file {
        let wrong = |message: String| {
            let place = Place::file(path.display().to_string());
            Failure::usage_one(Diagnostic::error("mail-ca", message).at(place))
        };
        let pem = disk::read(path, disk::WRITTEN);
        let pem = pem.map_err(|cause| wrong(format!("`ca_file` cannot be read: {cause}")))?;
        let root = Certificate::from_pem(&pem);
        builder = builder
            .add_root_certificate(root.map_err(|_| wrong("`ca_file` has no certificate in PEM form".to_owned()))?);
    }
    let failed = |cause: &str| Diagnostic::error("mail-ca", format!("TLS cannot be set up: {}", shown(cause)));
    builder.build().map_err(|cause| Failure::usage_one(failed(&cause.to_string())))
}
