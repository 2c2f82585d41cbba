//! SMTP by lettre: one connection per attempt, protected as configured, one transaction for all recipients.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::render::text;

use super::config::{Auth, Security, Server};
use super::deliver::{Sent, Transport, Trouble};

/// Longest wait for the answer to QUIT.
const GOODBYE: Duration = Duration::from_secs(2);

/// A server, and how to speak to it.
pub struct Smtp<'a> {
    server: &'a Server,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
}

impl fmt::Debug for Smtp<'_> {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("server", &self.server).finish_non_exhaustive()
    }
}

impl<'a> Smtp<'a> {
    /// Prepares to speak to a server; nothing is opened yet.
    ///
    /// # Errors
    /// The file of the further root certificate cannot be used.
    pub fn new(server: &'a Server, password: Option<String>) -> Outcome<Self> {
        let tls = match server.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(parameters(server)?),
        };
        let credentials = server.user.clone().zip(password).map(|(user, password)| Credentials::new(user, password));
        let hello = match server.hello.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(server.hello.clone()),
        };
        Ok(Self { server, tls, credentials, hello })
    }

    /// A connection that is protected and authenticated, or none at all.
    fn connect(&self) -> Result<SmtpConnection, Error> {
        let server = self.server;
        let timeout = Some(server.timeout);
        let wrapper = self.tls.as_ref().filter(|_| server.security == Security::Tls);
        let mut connection = if server.security == Security::None && server.host.parse::<IpAddr>().is_err() {
            // The name is not looked up: nobody can make it mean another machine.
            let both: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            let both = both.map(|address| SocketAddr::new(address, server.port));
            SmtpConnection::connect(&both[..], timeout, &self.hello, None, None)?
        } else {
            SmtpConnection::connect((server.host.as_str(), server.port), timeout, &self.hello, wrapper, None)?
        };
        if let Some(tls) = self.tls.as_ref().filter(|_| server.security == Security::StartTls) {
            connection.starttls(tls, &self.hello)?;
        }
        if let Some(credentials) = &self.credentials {
            let mechanisms: &[Mechanism] = match server.auth {
                Auth::Password => &[Mechanism::Plain, Mechanism::Login],
                Auth::Xoauth2 => &[Mechanism::Xoauth2],
            };
            connection.auth(mechanisms, credentials)?;
        }
        Ok(connection)
    }
}

impl Transport for Smtp<'_> {
    fn send(&mut self, from: &str, to: &[String], mail: &[u8]) -> Result<Sent, Trouble> {
        let mut connection = self.connect().map_err(|cause| trouble(&cause, self.server, Stage::Server))?;
        let result = transact(&mut connection, from, to, mail);
        // A server that hangs is not given its whole time again to say goodbye.
        let _ = connection.set_timeout(Some(self.server.timeout.min(GOODBYE)));
        connection.abort();
        result.map_err(|(cause, stage)| trouble(&cause, self.server, stage))
    }
}

/// How far a transaction was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Connecting and signing in.
    Server,
    /// Sender and recipients.
    Envelope,
    /// From the first byte of the mail to the server's answer.
    Message,
}

fn transact(connection: &mut SmtpConnection, from: &str, to: &[String], mail: &[u8]) -> Result<Sent, (Error, Stage)> {
    let envelope = |cause: Error| (cause, Stage::Envelope);
    let mut sent = Sent::default();
    connection.command(Mail::new(from.parse::<Address>().ok(), Vec::new())).map_err(envelope)?;
    for address in to {
        let Ok(parsed) = address.parse::<Address>() else {
            sent.refused.push((address.clone(), "it is no address".to_owned()));
            continue;
        };
        match connection.command(Rcpt::new(parsed, Vec::new())) {
            Ok(_) => sent.delivered.push(address.clone()),
            Err(cause) if cause.is_permanent() => sent.refused.push((address.clone(), words(&cause))),
            // 421 says that the server closes the connection.
            Err(cause) if cause.is_transient() && code(&cause) != Some(421) => {
                sent.deferred.push((address.clone(), words(&cause)));
            }
            Err(cause) => return Err(envelope(cause)),
        }
    }
    if sent.delivered.is_empty() {
        return Ok(sent);
    }
    connection.command(Data).map_err(envelope)?;
    let answer = connection.message(mail).map_err(|cause| (cause, Stage::Message))?;
    sent.answer = shown(&format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" ")));
    Ok(sent)
}

fn code(cause: &Error) -> Option<u16> {
    cause.status().map(u16::from)
}

fn trouble(cause: &Error, server: &Server, stage: Stage) -> Trouble {
    let answered = cause.status().is_some();
    let io = io_kind(cause);
    let late = matches!(io, Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut));
    // The peer's certificate, or its speech, is wrong: that is so again a minute later.
    let untrusted = io == Some(io::ErrorKind::InvalidData);
    let at = format!("{}:{}", server.host, server.port);
    // A server that does not take a token asks back, which lettre answers with an error of its own.
    let token = server.auth == Auth::Xoauth2 && stage == Stage::Server && cause.is_client();
    let message = if token {
        format!("{at} does not take the access token: {}", words(cause))
    } else if late {
        format!("{at} did not answer within {} s", server.timeout.as_secs())
    } else if untrusted {
        format!("{at} cannot be trusted: {}", words(cause))
    } else {
        format!("{at}: {}", words(cause))
    };
    let unknown = stage == Stage::Message && !answered;
    let message = if unknown { format!("{message}; the mail was handed over and may have arrived") } else { message };
    let lasting = cause.is_permanent() || cause.is_client() || cause.is_tls() || untrusted;
    Trouble { message, retry: !lasting, server: stage == Stage::Server, unknown }
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

/// The words of an error, on one line.
fn words(cause: &Error) -> String {
    shown(&cause.to_string())
}

/// What a server says goes to terminals and files: on one line, of a length that people read.
fn shown(plain: &str) -> String {
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    text::visible(text::cut(&line, 300).0, false).into_owned()
}

fn parameters(server: &Server) -> Outcome<TlsParameters> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(path) = &server.ca_file {
        let wrong = |message: String| {
            let place = Place::file(path.display().to_string());
            Failure::usage_one(Diagnostic::error("mail-ca", message).at(place))
        };
        let pem = std::fs::read(path).map_err(|cause| wrong(format!("`ca_file` cannot be read: {cause}")))?;
        let root = Certificate::from_pem(&pem);
        let root = root.map_err(|_| wrong("`ca_file` has no certificate in PEM form".to_owned()))?;
        builder = builder.add_root_certificate(root);
    }
    builder.build().map_err(|cause| {
        Failure::usage_one(Diagnostic::error("mail-ca", format!("TLS cannot be set up: {}", words(&cause))))
    })
}
