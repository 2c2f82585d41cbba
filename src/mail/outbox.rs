//! The folder of mails that somebody has not got, and the record of who has which: the same mail is not sent twice.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::report::Stamp;
use crate::time::{self, Micros};
use crate::writing::{Disk, Lock, private_folder, write_file};

use super::address::is_same;
use super::plan::Prepared;

const SCHEMA: &str = "overstay.deliveries/3";
const RECORD: &str = "deliveries.json";

/// An outbox.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    record: Record,
    /// Held by the run that sends.
    sending: Option<Lock>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Record {
    schema: String,
    deliveries: Vec<Delivered>,
}

/// A mail that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Stands for the two packs and what the rules ask for, whatever they are called.
    pub content: String,
    /// Bare address, as the mail file has it; two that differ in case only are one.
    pub to: String,
    /// When it was taken.
    pub at: Stamp,
    /// What was said then.
    pub answer: String,
    /// Subject.
    pub subject: String,
    /// Message id.
    pub message_id: String,
    /// Id of the comparison.
    pub drift_id: String,
}

impl Outbox {
    /// Opens the outbox; the folder is made when it is not there.
    ///
    /// # Errors
    /// Its record is damaged, or the folder cannot be made.
    pub fn open(folder: &Path) -> Outcome<Self> {
        private_folder(&Disk::real(), folder)?;
        Self::look(Some(folder))
    }

    /// Looks into the outbox: nothing is made or changed. Without a folder it is empty.
    ///
    /// # Errors
    /// Its record is damaged.
    pub fn look(folder: Option<&Path>) -> Outcome<Self> {
        let record = folder.map(Record::read).transpose()?.unwrap_or_default();
        Ok(Self { folder: folder.unwrap_or(Path::new("")).to_owned(), record, sending: None })
    }

    /// Takes the right to send, or waits for the run that has it. Whether it was given.
    ///
    /// # Errors
    /// The folder cannot be written, or the record is damaged.
    pub fn begin(&mut self, wait: Duration) -> Outcome<bool> {
        let path = self.folder.join(".sending");
        let lock = Lock::take(&Disk::real(), &path, wait).map_err(|cause| Failure::io("lock", &path, &cause))?;
        // Whoever had it may have served somebody since.
        self.record = Record::read(&self.folder)?;
        self.sending = lock;
        Ok(self.sending.is_some())
    }

    /// Who has which mail, oldest first.
    pub fn deliveries(&self) -> &[Delivered] {
        &self.record.deliveries
    }

    /// Whether an address has a mail.
    pub fn has(&self, mail: &Prepared, to: &str) -> bool {
        self.record.deliveries.iter().any(|one| one.content == mail.content && is_same(&one.to, to))
    }

    /// Whether everybody whom a mail is for has it.
    pub fn has_everybody(&self, mail: &Prepared) -> bool {
        mail.to.iter().all(|to| self.has(mail, to))
    }

    /// Records that a mail was taken for an address.
    ///
    /// # Errors
    /// The record cannot be written.
    pub(super) fn record(&mut self, mail: &Prepared, to: &str, answer: &str, at: Micros) -> Outcome<()> {
        self.record.deliveries.push(Delivered {
            content: mail.content.clone(),
            to: to.to_owned(),
            at: Stamp(at),
            answer: answer.to_owned(),
            subject: mail.subject.clone(),
            message_id: mail.message_id.clone(),
            drift_id: mail.drift_id.clone(),
        });
        SCHEMA.clone_into(&mut self.record.schema);
        let text = crate::json::pretty(&self.record) + "\n";
        write_file(&Disk::real(), &self.folder.join(RECORD), text.as_bytes())
    }

    /// Where a mail is kept as long as somebody has not got it.
    pub fn path(&self, mail: &Prepared) -> PathBuf {
        self.folder.join(format!("{}-{}.eml", time::day(mail.as_of), &mail.content[..12]))
    }

    /// Keeps the mails that somebody has not got, and takes the others away.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn keep(&self, mails: &[Prepared]) -> Outcome<()> {
        for mail in mails {
            let path = self.path(mail);
            if !self.has_everybody(mail) {
                write_file(&Disk::real(), &path, &mail.eml)?;
            } else if path.exists() {
                Disk::real().remove(&path).map_err(|cause| Failure::io("remove", &path, &cause))?;
            }
        }
        Ok(())
    }

    /// Mails of other runs that are still kept.
    pub fn earlier(&self, mails: &[Prepared]) -> Vec<PathBuf> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|file| file.path());
        let own: Vec<PathBuf> = mails.iter().map(|mail| self.path(mail)).collect();
        let is_mail = |path: &PathBuf| path.extension().is_some_and(|end| end == "eml") && !own.contains(path);
        let mut found: Vec<PathBuf> = files.filter(is_mail).collect();
        found.sort();
        found
    }
}

impl Record {
    /// Reads the record of a folder; there is none before the first mail.
    fn read(folder: &Path) -> Outcome<Self> {
        let path = folder.join(RECORD);
        let bytes = match disk::read(&path, disk::LIST) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            read => read.map_err(|cause| Failure::io("read", &path, &cause))?,
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
}
