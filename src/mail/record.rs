//! `deliveries.json`: what became of each mail, by recipient.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::write_private;
use crate::report::Stamp;

use super::readers::Asks;

const SCHEMA: &str = "overstay.deliveries/2";
const RECORD: &str = "deliveries.json";

/// All mails that were ever put into an outbox, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    schema: String,
    pub(super) mails: Vec<Entry>,
}

/// One mail: everything is known from here, also when the packs are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Stands for the mail file, the two packs and the rule.
    pub key: String,
    /// The mail file, as an absolute path: only a run with it sends this mail, or withdraws it.
    pub mail_file: String,
    /// Stands for the two packs and what the rule asks for, whatever the rule is called and wherever it stands.
    pub content: String,
    /// What the rule asked for.
    pub asks: Asks,
    /// Id of the comparison.
    pub drift_id: String,
    /// SHA-256 of the current pack's manifest, if it is kept.
    pub pack_sha256: Option<String>,
    /// Which rule.
    pub rule: String,
    /// Subject.
    pub subject: String,
    /// Message id.
    pub message_id: String,
    /// Sender.
    pub from: String,
    /// File beside the record, as long as somebody waits for it, or somebody never got it.
    pub eml: Option<String>,
    /// Attempts in all runs.
    pub attempts: u64,
    /// What became of it, by recipient.
    pub recipients: Vec<Reply>,
}

/// A recipient of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Bare address, as the mail file has it; two that differ in case only are one.
    pub to: String,
    /// What became of it.
    pub state: State,
    /// When it was first tried; `null` before.
    pub since: Option<Stamp>,
    /// When it came into this state; `null` before the first run that looked at it.
    pub at: Option<Stamp>,
    /// The server's words, or why there are none.
    pub answer: Option<String>,
}

/// What became of a mail to one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not delivered yet; the next run tries.
    Waiting,
    /// The server took it.
    Delivered,
    /// The server does not take this mail for this address; the next run asks again.
    Refused,
    /// The mail was handed over, or the run ended while it was, and there is no answer: it may have arrived. The next
    /// run sends it again.
    Unknown,
    /// No rule that asks for this mail names the address any more: it gets nothing.
    Withdrawn,
    /// The server refused it for a month: nobody asks again.
    GivenUp,
}

impl State {
    /// Whether the next run tries again.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Refused | Self::Unknown)
    }

    /// Whether the mail will never be sent to this recipient.
    pub(super) fn is_lost(self) -> bool {
        matches!(self, Self::Withdrawn | Self::GivenUp)
    }
}

/// Whether two addresses are one.
pub fn same_address(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

impl Entry {
    /// Who has not got it, and still waits.
    pub fn open(&self) -> Vec<String> {
        self.recipients.iter().filter(|one| one.state.is_open()).map(|one| one.to.clone()).collect()
    }

    /// What became of it for an address.
    pub fn reply(&self, to: &str) -> Option<&Reply> {
        self.recipients.iter().find(|one| same_address(&one.to, to))
    }

    pub(super) fn reply_mut(&mut self, to: &str) -> Option<&mut Reply> {
        self.recipients.iter_mut().find(|one| same_address(&one.to, to))
    }
}

impl Record {
    /// Reads the record of a folder; there is none before the first mail.
    ///
    /// # Errors
    /// It is damaged, or of another version.
    pub(super) fn read(folder: &Path) -> Outcome<Self> {
        let path = folder.join(RECORD);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => return Err(Failure::io("read", &path, &cause)),
        };
        let wrong = |message: String| {
            let hint = "without it, mails would be sent again; mend it, or put it aside to begin a new record";
            let place = Place::file(path.display().to_string());
            Failure::usage_one(Diagnostic::error("bad-deliveries", message).at(place).hint(hint))
        };
        let unreadable = |cause: serde_json::Error| wrong(format!("cannot be read: {cause}"));
        let record: serde_json::Value = serde_json::from_slice(&bytes).map_err(unreadable)?;
        // The format first: what else is wrong with another one says nothing.
        match record["schema"].as_str() {
            Some(SCHEMA) => serde_json::from_value(record).map_err(unreadable),
            other => {
                Err(wrong(format!("it has the format {}, expected {SCHEMA}", other.unwrap_or("of something else"))))
            }
        }
    }

    pub(super) fn save(&mut self, folder: &Path) -> Outcome<()> {
        SCHEMA.clone_into(&mut self.schema);
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        write_private(&folder.join(RECORD), &bytes)
    }

    pub(super) fn find(&self, key: &str) -> Option<&Entry> {
        self.mails.iter().find(|entry| entry.key == key)
    }

    pub(super) fn find_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.mails.iter_mut().find(|entry| entry.key == key)
    }
}
