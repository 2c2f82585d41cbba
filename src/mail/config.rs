//! The mail file `mail.toml` as the program uses it. It is no part of the project file: whom a result is sent to
//! changes no result, and addresses do not belong among the rules that an evidence pack lists.

use std::path::PathBuf;
use std::time::Duration;

use globset::GlobMatcher;
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

use crate::diag::Place;

/// A mail file.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file, as messages name it.
    pub file: String,
    /// How mails go out; not needed to write `.eml` files.
    pub server: Option<Server>,
    /// Sender.
    pub from: Mailbox,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<Mailbox>,
    /// How many findings of each class a mail lists.
    pub findings: usize,
    /// Bytes that the attachments of one mail may have together.
    pub max_attachment: u64,
    /// Who gets what, in the order of the text.
    pub rules: Vec<Rule>,
}

/// What takes mails, and how long it is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// A server, or a command.
    pub way: Way,
    /// Longest time for one attempt.
    pub deadline: Duration,
    /// How often a mail is tried in one run.
    pub attempts: u32,
    /// Wait before the second attempt; it doubles with each further one.
    pub back_off: Duration,
}

/// Who takes mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A server.
    Smtp(SmtpServer),
    /// A program of this machine with its arguments, which takes mails as `sendmail` does.
    Command(Vec<String>),
}

/// A server that takes mails by SMTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Name or address; the certificate must be for it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// `None`: no authentication.
    pub login: Option<Login>,
    /// PEM file with a further root for the server's certificate.
    pub ca_file: Option<PathBuf>,
    /// Longest wait for a connection, and for each answer before the mail itself.
    pub timeout: Duration,
    /// The name by which the client greets.
    pub hello: String,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS after a greeting in plain text; a server that does not offer it gets nothing.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// No protection: only to a relay on the same machine.
    None,
}

/// Who signs in, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// User name.
    pub user: String,
    /// What the password is, for the server.
    pub auth: Auth,
    /// Where the password is.
    pub password: Password,
}

/// What a client signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// A password: PLAIN or LOGIN.
    Password,
    /// An OAuth 2.0 access token: XOAUTH2, as hosted mail services ask for it.
    Xoauth2,
}

/// Where a password is. It never stands in the file itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// The first line of a file.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// The first line that a command prints.
    Command(Vec<String>),
}

/// Who gets what.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Position in the file, from 1.
    pub number: usize,
    /// A name for the subject and for messages.
    pub name: Option<String>,
    /// Recipients.
    pub to: Vec<Mailbox>,
    /// Findings at least this severe: 0 is critical, 3 is low. `None`: all.
    pub min_severity: Option<crate::report::Severity>,
    /// Findings in these systems; empty: all.
    pub systems: Vec<Named>,
    /// Findings in systems of these owners; empty: all.
    pub owners: Vec<Named>,
    /// Findings of these metrics; empty: all.
    pub metrics: Vec<Named>,
    /// Whether persons and accounts are named.
    pub names: bool,
    /// Whether a mail is sent when nothing concerns the rule.
    pub always: bool,
    /// What is attached.
    pub attach: Vec<Attachment>,
    /// Where the rule stands.
    pub place: Place,
}

/// A word of a rule, with its place.
#[derive(Debug, Clone)]
pub struct Named {
    /// As written.
    pub text: String,
    /// Where.
    pub place: Place,
    /// Set when the text is a pattern.
    pub(super) glob: Option<GlobMatcher>,
}

impl Named {
    /// Whether a name is meant.
    pub fn fits(&self, name: &str) -> bool {
        self.glob.as_ref().map_or_else(|| self.text.eq_ignore_ascii_case(name.trim()), |glob| glob.is_match(name))
    }
}

impl Rule {
    /// Whether the rule wants everything.
    pub fn is_whole(&self) -> bool {
        self.min_severity.is_none() && self.systems.is_empty() && self.owners.is_empty() && self.metrics.is_empty()
    }

    /// The name, or the position.
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("rule {}", self.number))
    }
}

/// What of the pack can be attached. It names people, whatever the mail itself does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attachment {
    /// `report.pdf`.
    Pdf,
    /// `report.html`.
    Html,
    /// `owners/<owner>.csv` of each owner whom a rule asks for.
    OwnerList,
}
