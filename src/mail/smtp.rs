//! SMTP by lettre: one connection per attempt, protected as configured, one transaction for all recipients.
//!
//! The connection lives in a thread of its own. A time-out of a socket ends one wait for one byte; a server that sends a
//! byte now and then would be waited for without end. Here every step has a time, and all of them together have one.
//! What the thread did is recorded by who waits for it, so a thread that nobody waits for any more changes nothing.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};

use super::config::{Security, Server};
use super::deliver::{Sent, Transport, Trouble};
use super::session::{Job, Session, Step};
use super::words::{Veil, shown};

/// Longest wait for the answer to QUIT.
pub(super) const GOODBYE: Duration = Duration::from_secs(2);
/// A socket notices a time-out itself, and says more about it: it is given a moment longer than its time.
const GRACE: Duration = Duration::from_millis(500);

/// A server, and how to speak to it.
pub struct Smtp {
    session: Arc<Session>,
    /// The connection before, while it says goodbye.
    leaving: Option<Receiver<Step>>,
}

impl fmt::Debug for Smtp {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("server", &self.session.server).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Prepares to speak to a server; nothing is opened yet.
    ///
    /// # Errors
    /// The file of the further root certificate cannot be used.
    pub fn new(server: &Server, password: Option<String>) -> Outcome<Self> {
        let tls = match server.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(parameters(server)?),
        };
        let secret = server.user.clone().zip(password);
        let veil = secret.as_ref().map(|(user, password)| Veil::over(user, password)).unwrap_or_default();
        let credentials = secret.map(|(user, password)| Credentials::new(user, password));
        let hello = match server.hello.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(server.hello.clone()),
        };
        let session = Session { server: server.clone(), tls, credentials, hello, veil };
        Ok(Self { session: Arc::new(session), leaving: None })
    }

    /// Lets the connection before say goodbye, for a moment.
    fn settle(&mut self) {
        let Some(steps) = self.leaving.take() else {
            return;
        };
        let until = Instant::now() + GOODBYE + GRACE;
        while steps.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok() {}
    }

    fn late(&self, within: Duration, handed_over: bool) -> Trouble {
        self.session.late(within, handed_over)
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.settle();
    }
}

impl Transport for Smtp {
    fn send(
        &mut self,
        from: &str,
        to: &[String],
        mail: &[u8],
        hand_over: &mut dyn FnMut(&[String]) -> bool,
    ) -> Result<Sent, Trouble> {
        self.settle();
        let (timeout, whole) = (self.session.server.timeout, self.session.server.deadline);
        let end = Instant::now() + whole;
        let ((report, steps), (allow, allowed)) = (channel(), channel());
        let job = Job { from: from.to_owned(), to: to.to_vec(), mail: mail.to_vec(), end };
        let session = Arc::clone(&self.session);
        thread::spawn(move || session.work(&job, &report, &allowed));
        let (mut wait, mut handed_over) = (timeout + GRACE, false);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let step = match steps.recv_timeout(wait.min(left)) {
                Ok(step) => step,
                Err(RecvTimeoutError::Timeout) => {
                    let within = if wait < left { timeout } else { whole };
                    return Err(self.late(within, handed_over));
                }
                // The thread ends only after it has said how; unless it broke down.
                Err(RecvTimeoutError::Disconnected) => return Err(self.session.broken(handed_over)),
            };
            wait = match step {
                // A name may stand for several addresses, and each is tried.
                Step::Resolved(addresses) => timeout.saturating_mul(addresses) + GRACE,
                Step::Connected => timeout + GRACE,
                // A name, a password, and what the server asks in between.
                Step::Protected => timeout.saturating_mul(2) + GRACE,
                // Each answer has its time there, and there may be many recipients.
                Step::SignedIn => whole,
                Step::Accepted(accepted) => {
                    if !hand_over(&accepted) {
                        return Err(Trouble { message: "it cannot be recorded".to_owned(), ..Trouble::default() });
                    }
                    handed_over = true;
                    let _ = allow.send(());
                    whole
                }
                Step::Ended(result) => {
                    self.leaving = Some(steps);
                    return result;
                }
            };
        }
    }
}

fn parameters(server: &Server) -> Outcome<TlsParameters> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(path) = &server.ca_file {
        let wrong = |message: String| {
            let place = Place::file(path.display().to_string());
            Failure::usage_one(Diagnostic::error("mail-ca", message).at(place))
        };
        let pem =
            disk::read(path, disk::WRITTEN).map_err(|cause| wrong(format!("`ca_file` cannot be read: {cause}")))?;
        let root = Certificate::from_pem(&pem);
        let root = root.map_err(|_| wrong("`ca_file` has no certificate in PEM form".to_owned()))?;
        builder = builder.add_root_certificate(root);
    }
    builder.build().map_err(|cause| {
        Failure::usage_one(Diagnostic::error("mail-ca", format!("TLS cannot be set up: {}", shown(&cause.to_string()))))
    })
}
