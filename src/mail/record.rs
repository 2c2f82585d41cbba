//! `deliveries.json`: what became of each mail, by recipient.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::sha256_of;
use crate::report::Stamp;
use crate::time::{DAY, Micros};
use crate::writing::{Disk, write_file};

use super::readers::Asks;

const SCHEMA: &str = "overstay.deliveries/2";
const RECORD: &str = "deliveries.json";
/// A refused address is asked again for this long.
const PATIENCE: Micros = 30 * DAY;
/// A mail is handed over this often, each time in another run, when no answer comes.
const DOUBTS: u64 = 3;

/// All mails that were ever put into an outbox, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    schema: String,
    pub(super) mails: Vec<Entry>,
}

/// One mail: everything is known from here, also when the packs are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Stands for the mail file and the content.
    pub key: String,
    /// The mail file, as an absolute path: only a run with it sends this mail, or withdraws it.
    pub mail_file: String,
    /// Stands for the two packs and what the rules ask for, whatever they are called and wherever they stand.
    pub content: String,
    /// What the rules asked for.
    pub asks: Asks,
    /// Id of the comparison.
    pub drift_id: String,
    /// SHA-256 of the current pack's manifest, if it is kept.
    pub pack_sha256: Option<String>,
    /// Which rules.
    pub rule: String,
    /// Subject.
    pub subject: String,
    /// Message id.
    pub message_id: String,
    /// Sender.
    pub from: String,
    /// File beside the record, as long as somebody waits for it, or somebody never got it.
    pub eml: Option<String>,
    /// SHA-256 of that file: what is not what was prepared is not sent.
    pub eml_sha256: String,
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
    /// Since when the server refuses the address; `null` as soon as it says anything else.
    pub refused_since: Option<Stamp>,
    /// How often the mail was handed over without an answer to it: it may have arrived so often.
    pub doubts: u64,
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
    /// The server does not take mail for this address; the next run asks again.
    Refused,
    /// The mail was handed over, or the run ended while it was, and there is no answer: it may have arrived. The next
    /// run sends it again.
    Unknown,
    /// No rule that asks for this mail names the address any more: it gets nothing.
    Withdrawn,
    /// The server refused the address for a month, or did not answer in three runs: nobody asks again.
    GivenUp,
    /// The kept mail was taken away or changed: there is nothing that could be sent. A run about the same packs prepares
    /// it anew.
    Lost,
}

impl State {
    /// Whether the next run tries again.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Refused | Self::Unknown)
    }

    /// Whether the mail will not be sent to this recipient.
    pub(super) fn is_lost(self) -> bool {
        matches!(self, Self::Withdrawn | Self::GivenUp | Self::Lost)
    }
}

/// What became of a mail for one recipient, in one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) to: String,
    pub(super) state: State,
    pub(super) answer: String,
    /// Whether the mail had been handed over, and this is the answer to it.
    pub(super) answered: bool,
}

impl Reply {
    /// Somebody who has not been asked about yet.
    pub(super) fn new(to: String) -> Self {
        Self { to, state: State::Waiting, refused_since: None, doubts: 0, at: None, answer: None }
    }

    /// Waits again, for whoever looked as if the mail were not for him any more.
    pub(super) fn renew(&mut self) {
        self.state = if self.doubts > 0 { State::Unknown } else { State::Waiting };
        self.refused_since = None;
    }

    /// The mail goes out now: until there is an answer, it may have arrived.
    pub(super) fn hand_over(&mut self, at: Micros) {
        self.doubts += 1;
        self.set(State::Unknown, "being handed over", at);
    }

    /// Takes what became of an attempt. Who was withdrawn meanwhile stays so, unless the mail has arrived.
    pub(super) fn take(&mut self, verdict: &Verdict, at: Micros) {
        if !self.state.is_open() && verdict.state != State::Delivered {
            return;
        }
        self.doubts = self.doubts.saturating_sub(u64::from(verdict.answered));
        // That it may have arrived is not forgotten because this attempt fails in another way.
        let doubt = verdict.state == State::Waiting && self.doubts > 0;
        self.set(if doubt { State::Unknown } else { verdict.state }, &verdict.answer, at);
        let since = self.refused_since.map_or(at, |since| since.0);
        if self.state == State::Refused && at - since >= PATIENCE {
            let answer = format!("{}; given up, it has been refused for 30 days", verdict.answer);
            self.set(State::GivenUp, &answer, at);
        }
        self.despair(at);
    }

    /// Gives up whom the mail may have reached several times.
    pub(super) fn despair(&mut self, at: Micros) {
        if self.state == State::Unknown && self.doubts >= DOUBTS {
            let last = self.answer.take().unwrap_or_default();
            self.set(State::GivenUp, &format!("{last}; given up, it may have arrived {DOUBTS} times"), at);
        }
    }

    /// Comes into a state.
    pub(super) fn set(&mut self, state: State, answer: &str, at: Micros) {
        let since = self.refused_since.unwrap_or(Stamp(at));
        self.refused_since = (state == State::Refused).then_some(since);
        self.state = state;
        self.at = Some(Stamp(at));
        self.answer = Some(answer.to_owned());
    }
}

/// Whether two addresses are one.
pub fn same_address(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

impl Entry {
    /// Under which key a mail of a mail file is recorded.
    pub(super) fn key_of(mail_file: &str, content: &str) -> String {
        sha256_of(format!("{mail_file}\n{content}").as_bytes())
    }

    /// What is wrong with an entry that somebody wrote by other means: its key makes the name of a file, and files that
    /// lie elsewhere are neither sent nor taken away.
    fn mistake(&self) -> Option<String> {
        let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash(&self.key) {
            return Some("the key of a mail is no SHA-256".to_owned());
        }
        if !is_hash(&self.eml_sha256) {
            return Some("the hash of a mail is no SHA-256".to_owned());
        }
        let elsewhere = |name: &&String| {
            let path = Path::new(name.as_str());
            let path = path.strip_prefix(super::keep::WITHDRAWN).unwrap_or(path);
            path.file_name() != Some(path.as_os_str())
        };
        self.eml.as_ref().filter(elsewhere).map(|_| "the file of a mail does not lie beside the record".to_owned())
    }

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
        let bytes = match disk::read(&path, disk::LIST) {
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
            Some(SCHEMA) => {
                let record: Self = serde_json::from_value(record).map_err(unreadable)?;
                match record.mails.iter().find_map(Entry::mistake) {
                    Some(mistake) => Err(wrong(mistake)),
                    None => Ok(record),
                }
            }
            other => {
                Err(wrong(format!("it has the format {}, expected {SCHEMA}", other.unwrap_or("of something else"))))
            }
        }
    }

    pub(super) fn save(&mut self, folder: &Path) -> Outcome<()> {
        SCHEMA.clone_into(&mut self.schema);
        let mut bytes = crate::json::pretty(self).into_bytes();
        bytes.push(b'\n');
        write_file(&Disk::real(), &folder.join(RECORD), &bytes)
    }

    /// Who has a mail of this content already, from whichever mail file.
    pub(super) fn delivered(&self, content: &str, to: &str) -> Option<&Reply> {
        let same = self.mails.iter().filter(|entry| entry.content == content);
        same.filter_map(|entry| entry.reply(to)).find(|one| one.state == State::Delivered)
    }

    /// Whoever waits for a mail and has the same from a run with another mail file does not wait any more.
    pub(super) fn adopt(&mut self, key: &str) {
        let Some(mut entry) = self.find(key).cloned() else {
            return;
        };
        for one in entry.recipients.iter_mut().filter(|one| one.state.is_open()) {
            if let Some(done) = self.delivered(&entry.content, &one.to) {
                *one = Reply { to: one.to.clone(), ..done.clone() };
            }
        }
        if let Some(place) = self.find_mut(key) {
            *place = entry;
        }
    }

    pub(super) fn find(&self, key: &str) -> Option<&Entry> {
        self.mails.iter().find(|entry| entry.key == key)
    }

    pub(super) fn find_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.mails.iter_mut().find(|entry| entry.key == key)
    }
}
