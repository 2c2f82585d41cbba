//! The folder of mails that wait, so that nothing is lost, and its record, so that nothing is sent twice.
//!
//! Two locks: a short one around each change of the record, so that a run can put its mails in while another one
//! sends; and a long one for whoever sends. Whatever a run remembers of the record is read again under the short lock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::time::Micros;
use crate::writing::{Disk, Lock, MOMENT, private_folder};

use super::keep::{self, Chore, Kept, finish, heal};
use super::plan::Prepared;
use super::put::{put, withdraw};
use super::readers::Readers;
use super::record::{Entry, Record, State, Verdict};

/// An outbox.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    record: Record,
    strays: Vec<PathBuf>,
    /// Held by the run that sends.
    sending: Option<Lock>,
}

/// A recipient who does not get a mail any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Bare address.
    pub to: String,
    /// Which rule the mail was made for.
    pub rule: String,
    /// Its subject.
    pub subject: String,
    /// Where it is kept, when nobody else waits for it.
    pub kept: Option<PathBuf>,
}

/// A mail as it is now.
pub(super) enum Ready {
    /// These wait for it.
    Mail { from: String, to: Vec<String>, mail: Vec<u8> },
    /// Nobody waits for it any more.
    Nobody,
    /// It cannot be sent, and why.
    Lost(&'static str),
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Try {
    /// An attempt.
    Counts,
    /// The same attempt as the note before.
    Counted,
    /// Nothing was tried.
    None,
}

impl Outbox {
    /// Opens the outbox; it is made when it is not there. What a cut run left half written is taken away.
    ///
    /// # Errors
    /// Its record is damaged, or the folder cannot be written.
    pub fn open(folder: &Path) -> Outcome<Self> {
        private_folder(&Disk::real(), folder)?;
        let mut outbox =
            Self { folder: folder.to_owned(), record: Record::default(), strays: Vec::new(), sending: None };
        let _lock = outbox.short()?;
        outbox.record = Record::read(folder)?;
        outbox.strays = heal(folder, &mut outbox.record)?;
        Ok(outbox)
    }

    /// Looks into the outbox: nothing is made, locked or changed. Without a folder it is empty.
    ///
    /// # Errors
    /// Its record is damaged.
    pub fn look(folder: Option<&Path>) -> Outcome<Self> {
        let record = folder.map(Record::read).transpose()?.unwrap_or_default();
        Ok(Self { folder: folder.unwrap_or(Path::new("")).to_owned(), record, strays: Vec::new(), sending: None })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All mails, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.record.mails
    }

    /// Mails in the folder that the record does not know: a run was cut off before it could note them.
    pub fn strays(&self) -> &[PathBuf] {
        &self.strays
    }

    /// Takes the right to send, or waits for the run that has it. Whether it was given.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn begin(&mut self, wait: Duration) -> Outcome<bool> {
        self.sending = self.lock(".sending", wait)?;
        self.record = Record::read(&self.folder)?;
        Ok(self.sending.is_some())
    }

    /// Puts mails into the outbox, before anything is sent: a run that is cut off loses nothing. Who has a mail, from
    /// whichever mail file, is left out. Whom no rule names any more gets nothing: gives back who that is.
    /// Mails of other mail files are left alone.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn put(&mut self, mails: &[Prepared], readers: &Readers) -> Outcome<Vec<Withdrawal>> {
        self.update(|folder, record, chores| {
            let said = withdraw(folder, record, readers, chores);
            for mail in mails {
                put(folder, record, mail, readers, chores)?;
            }
            Ok(said)
        })
    }

    /// Keys of the mails of a mail file that somebody waits for, oldest first.
    pub fn waiting(&self, readers: &Readers) -> Vec<String> {
        let own = self.record.mails.iter().filter(|entry| readers.own(entry) && !entry.open().is_empty());
        own.map(|entry| entry.key.clone()).collect()
    }

    /// Whether everybody whom a mail is for has it.
    pub fn has_everybody(&self, mail: &Prepared) -> bool {
        mail.to.iter().all(|to| self.delivered(mail, to))
    }

    /// Whether an address has a mail, from whichever mail file.
    pub fn delivered(&self, mail: &Prepared, to: &str) -> bool {
        self.record.delivered(&mail.content, to).is_some()
    }

    /// A mail of the record.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.record.find(key)
    }

    /// What an attempt sends, and to whom: whatever other runs changed meanwhile holds.
    ///
    /// # Errors
    /// The record cannot be read or written, or does not know the mail any more.
    pub(super) fn ready(&mut self, key: &str, at: Micros) -> Outcome<Ready> {
        self.update(|folder, record, chores| {
            record.adopt(key);
            let entry = record.find_mut(key).ok_or_else(|| vanished(folder))?;
            entry.recipients.iter_mut().for_each(|one| one.despair(at));
            let to = entry.open();
            let kept = if to.is_empty() { None } else { Some(keep::read(folder, entry)?) };
            let why = match kept {
                None => None,
                Some(Kept::Whole(mail)) => return Ok(Ready::Mail { from: entry.from.clone(), to, mail }),
                Some(Kept::Gone) => Some("the kept mail was taken away"),
                Some(Kept::Changed) => Some("the kept mail was changed"),
            };
            if let Some(why) = why {
                let open = entry.recipients.iter_mut().filter(|one| one.state.is_open());
                open.for_each(|one| one.set(State::Lost, why, at));
            }
            chores.extend(finish(folder, entry));
            Ok(why.map_or(Ready::Nobody, Ready::Lost))
        })
    }

    /// Records that a mail goes out to some recipients. Not when one of them does not wait for it any more: then it must
    /// not be sent.
    ///
    /// # Errors
    /// As [`Outbox::ready`].
    pub(super) fn hand_over(&mut self, key: &str, to: &[String], at: Micros) -> Outcome<bool> {
        self.update(|folder, record, _| {
            record.adopt(key);
            let entry = record.find_mut(key).ok_or_else(|| vanished(folder))?;
            if to.iter().any(|to| !entry.reply(to).is_some_and(|one| one.state.is_open())) {
                return Ok(false);
            }
            entry.attempts += 1;
            for to in to {
                if let Some(one) = entry.reply_mut(to) {
                    one.hand_over(at);
                }
            }
            Ok(true)
        })
    }

    /// Records what became of a mail for some recipients.
    ///
    /// # Errors
    /// As [`Outbox::ready`].
    pub(super) fn note(&mut self, key: &str, verdicts: &[Verdict], tried: Try, at: Micros) -> Outcome<()> {
        self.update(|folder, record, chores| {
            let entry = record.find_mut(key).ok_or_else(|| vanished(folder))?;
            entry.attempts += u64::from(tried == Try::Counts);
            for verdict in verdicts {
                if let Some(one) = entry.reply_mut(&verdict.to) {
                    one.take(verdict, at);
                }
            }
            chores.extend(finish(folder, entry));
            Ok(())
        })
    }

    fn lock(&self, name: &str, wait: Duration) -> Outcome<Option<Lock>> {
        let path = self.folder.join(name);
        Lock::take(&Disk::real(), &path, wait).map_err(|cause| Failure::io("lock", &path, &cause))
    }

    fn short(&self) -> Outcome<Lock> {
        self.lock(".lock", MOMENT)?.ok_or_else(|| {
            let place = Place::file(self.folder.display().to_string());
            let message = "another run has been changing this outbox for a minute";
            Failure::usage_one(Diagnostic::error("outbox-busy", message).at(place).hint("is it stopped?"))
        })
    }

    /// One change of the record as it is now, which another run may have changed.
    fn update<T>(&mut self, change: impl FnOnce(&Path, &mut Record, &mut Vec<Chore>) -> Outcome<T>) -> Outcome<T> {
        let _lock = self.short()?;
        let before = Record::read(&self.folder)?;
        self.record = before.clone();
        let mut chores = Vec::new();
        let value = change(&self.folder, &mut self.record, &mut chores)?;
        // First what must not be forgotten, then the files.
        if self.record != before {
            self.record.save(&self.folder)?;
        }
        for chore in chores {
            chore.done(&self.folder, &self.record)?;
        }
        Ok(value)
    }
}

/// The record was put aside, or put back, while a run was sending: what it has done could not be remembered.
fn vanished(folder: &Path) -> Failure {
    let message = "the record does not know a mail that is being sent: was it put aside meanwhile?";
    let place = Place::file(folder.display().to_string());
    Failure::usage_one(Diagnostic::error("outbox-changed", message).at(place).hint("nothing more is sent"))
}
