//! The folder of mails that wait, and `deliveries.json`: what was delivered to whom, so that nothing is sent twice.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::write_file;
use crate::report::Stamp;
use crate::time::{self, Micros};

use super::plan::Prepared;

const SCHEMA: &str = "overstay.deliveries/1";
const RECORD: &str = "deliveries.json";

/// An open outbox. While it is open, no other run can send from it.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    record: Record,
    /// Held until the outbox is dropped; `None` where it is only looked at.
    _lock: Option<File>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    schema: String,
    mails: Vec<Entry>,
}

/// One mail: everything is known from here, also when the packs are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Stands for the two packs and the rule.
    pub key: String,
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
    /// File beside the record, as long as somebody waits for it.
    pub eml: Option<String>,
    /// Attempts in all runs.
    pub attempts: u64,
    /// What became of it, by recipient.
    pub recipients: Vec<Reply>,
}

/// A recipient of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Bare address.
    pub to: String,
    /// What became of it.
    pub state: State,
    /// When; `null` before the first attempt.
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
    /// The connection was lost after the mail was handed over: it may have arrived. The next run sends it again.
    Unknown,
    /// No rule names the address any more: it gets nothing.
    Withdrawn,
}

impl State {
    /// Whether the next run tries again.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Refused | Self::Unknown)
    }
}

impl Entry {
    /// Who has not got it.
    pub fn open(&self) -> Vec<String> {
        self.recipients.iter().filter(|one| one.state.is_open()).map(|one| one.to.clone()).collect()
    }

    fn of(mail: &Prepared) -> Self {
        Self {
            key: mail.key.clone(),
            drift_id: mail.drift_id.clone(),
            pack_sha256: mail.pack_sha256.clone(),
            rule: mail.label.clone(),
            subject: mail.subject.clone(),
            message_id: mail.message_id.clone(),
            from: mail.from.clone(),
            eml: None,
            attempts: 0,
            recipients: Vec::new(),
        }
    }
}

impl Outbox {
    /// Opens the outbox to send from it; it is made when it is not there.
    ///
    /// # Errors
    /// Another run has it open, its record is damaged, or the folder cannot be written.
    pub fn open(folder: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(folder).map_err(|cause| Failure::io("create the folder", folder, &cause))?;
        let path = folder.join(".lock");
        let lock = OpenOptions::new().create(true).append(true).open(&path);
        let lock = lock.map_err(|cause| Failure::io("open", &path, &cause))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let diagnostic = Diagnostic::error("outbox-busy", "another run is sending from this outbox");
                let hint = "wait for it, or give each job its own --outbox";
                let place = Place::file(folder.display().to_string());
                return Err(Failure::usage_one(diagnostic.at(place).hint(hint)));
            }
            Err(TryLockError::Error(cause)) => return Err(Failure::io("lock", &path, &cause)),
        }
        Ok(Self { folder: folder.to_owned(), record: read(folder)?, _lock: Some(lock) })
    }

    /// Looks into the outbox: nothing is made, locked or changed.
    ///
    /// # Errors
    /// Its record is damaged.
    pub fn look(folder: &Path) -> Outcome<Self> {
        Ok(Self { folder: folder.to_owned(), record: read(folder)?, _lock: None })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All mails, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.record.mails
    }

    /// Puts mails into the outbox, before anything is sent: a run that is cut off loses nothing. Who already has a mail
    /// is left out; who is no longer named by any rule gets nothing any more.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn put(&mut self, mails: &[Prepared], named: &BTreeSet<String>) -> Outcome<()> {
        for mail in mails {
            let at = self.record.mails.iter().position(|entry| entry.key == mail.key);
            let at = at.unwrap_or_else(|| {
                self.record.mails.push(Entry::of(mail));
                self.record.mails.len() - 1
            });
            let entry = &mut self.record.mails[at];
            for to in &mail.to {
                match entry.recipients.iter_mut().find(|one| one.to == *to) {
                    Some(one) if one.state == State::Withdrawn => one.state = State::Waiting,
                    Some(_) => {}
                    None => {
                        let fresh = Reply { to: to.clone(), state: State::Waiting, at: None, answer: None };
                        entry.recipients.push(fresh);
                    }
                }
            }
            if entry.open().is_empty() {
                continue;
            }
            let name = format!("{}-{}.eml", time::day(mail.as_of), &mail.key[..12]);
            write_file(&self.folder.join(&name), &mail.eml)?;
            // The mail file may have another sender than when the mail was put here first.
            let entry = &mut self.record.mails[at];
            *entry = Entry {
                eml: Some(name),
                recipients: entry.recipients.clone(),
                attempts: entry.attempts,
                ..Entry::of(mail)
            };
        }
        for index in 0..self.record.mails.len() {
            for one in &mut self.record.mails[index].recipients {
                if one.state.is_open() && !named.contains(&one.to) {
                    one.state = State::Withdrawn;
                    one.answer = Some("no rule names this address any more".to_owned());
                }
            }
            self.tidy(index);
        }
        self.save()
    }

    /// Positions of the mails that somebody waits for, oldest first.
    pub fn waiting(&self) -> Vec<usize> {
        let open = |(index, entry): (usize, &Entry)| (!entry.open().is_empty()).then_some(index);
        self.record.mails.iter().enumerate().filter_map(open).collect()
    }

    /// The kept mail; `None` when somebody took the file away.
    pub(super) fn mail(&self, index: usize) -> Outcome<Option<Vec<u8>>> {
        let Some(name) = self.record.mails.get(index).and_then(|entry| entry.eml.as_ref()) else {
            return Ok(None);
        };
        let path = self.folder.join(name);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(Failure::io("read", &path, &cause)),
        }
    }

    pub(super) fn count_attempt(&mut self, index: usize) {
        if let Some(entry) = self.record.mails.get_mut(index) {
            entry.attempts += 1;
        }
    }

    /// Records what became of a mail for some recipients. That it may have arrived is not forgotten because a later
    /// attempt failed in another way.
    pub(super) fn note(&mut self, index: usize, to: &[String], state: State, answer: &str, at: Micros) -> Outcome<()> {
        if let Some(entry) = self.record.mails.get_mut(index) {
            for one in entry.recipients.iter_mut().filter(|one| to.contains(&one.to)) {
                let unknown = one.state == State::Unknown && state == State::Waiting;
                one.state = if unknown { State::Unknown } else { state };
                one.at = Some(Stamp(at));
                one.answer = Some(answer.to_owned());
            }
        }
        self.save()?;
        if self.tidy(index) { self.save() } else { Ok(()) }
    }

    /// Takes the file of a mail away that nobody waits for; whether there was one.
    fn tidy(&mut self, index: usize) -> bool {
        let Some(entry) = self.record.mails.get_mut(index).filter(|entry| entry.open().is_empty()) else {
            return false;
        };
        let Some(name) = entry.eml.take() else {
            return false;
        };
        // A file that stays does no harm: nobody waits for it.
        let _ = std::fs::remove_file(self.folder.join(name));
        true
    }

    fn save(&mut self) -> Outcome<()> {
        SCHEMA.clone_into(&mut self.record.schema);
        let mut bytes = serde_json::to_vec_pretty(&self.record).unwrap_or_default();
        bytes.push(b'\n');
        write_file(&self.folder.join(RECORD), &bytes)
    }
}

fn read(folder: &Path) -> Outcome<Record> {
    let path = folder.join(RECORD);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Record::default()),
        Err(cause) => return Err(Failure::io("read", &path, &cause)),
    };
    let wrong = |message: String| {
        let hint = "without it, mails would be sent again; mend it, or put it aside to begin a new record";
        let place = Place::file(path.display().to_string());
        Failure::usage_one(Diagnostic::error("bad-deliveries", message).at(place).hint(hint))
    };
    let record: Record = serde_json::from_slice(&bytes).map_err(|cause| wrong(format!("cannot be read: {cause}")))?;
    if record.schema != SCHEMA {
        return Err(wrong(format!("it has the format {}, expected {SCHEMA}", record.schema)));
    }
    Ok(record)
}
