//! The folder of mails that wait, so that nothing is lost, and its record, so that nothing is sent twice.
//!
//! Two locks: a short one around each change of the record, so that a run can put its mails in while another one
//! sends; and a long one for whoever sends. Whatever a run remembers of the record is read again under the short lock.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::{private_folder, sha256_of, sync_folder, write_private};
use crate::report::Stamp;
use crate::time::{self, Micros};

use super::lock;
use super::plan::Prepared;
use super::readers::Readers;
use super::record::{Entry, Record, Reply, State, same_address};

/// Where mails go that somebody never got.
const WITHDRAWN: &str = "withdrawn";
/// Longest wait for another run that changes the record.
const MOMENT: Duration = Duration::from_mins(1);

/// An outbox.
#[derive(Debug)]
pub struct Outbox {
    folder: PathBuf,
    record: Record,
    strays: Vec<PathBuf>,
    /// Held by the run that sends.
    sending: Option<File>,
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
    /// Where it is kept.
    pub kept: Option<PathBuf>,
}

/// What became of a mail for one recipient, in one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) to: String,
    pub(super) state: State,
    pub(super) answer: String,
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
        private_folder(folder)?;
        let mut outbox =
            Self { folder: folder.to_owned(), record: Record::default(), strays: Vec::new(), sending: None };
        let _lock = outbox.short()?;
        outbox.record = Record::read(folder)?;
        outbox.strays = heal(folder, &outbox.record)?;
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
        self.sending = lock::take(&self.folder.join(".sending"), wait)?;
        self.record = Record::read(&self.folder)?;
        Ok(self.sending.is_some())
    }

    /// Puts mails into the outbox, before anything is sent: a run that is cut off loses nothing. Who has a mail, or gets
    /// the same from another entry, is left out. Whom no rule names any more gets nothing: gives back who that is.
    /// Mails of other mail files are left alone.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn put(&mut self, mails: &[Prepared], readers: &Readers) -> Outcome<Vec<Withdrawal>> {
        self.update(|folder, record| {
            let said = withdraw(folder, record, readers)?;
            for mail in mails {
                put(folder, record, mail, readers)?;
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
    pub fn has_everybody(&self, mail: &Prepared, readers: &Readers) -> bool {
        mail.to.iter().all(|to| self.delivered(mail, readers, to))
    }

    /// Whether an address has a mail, from whichever rule that asks for the same.
    pub fn delivered(&self, mail: &Prepared, readers: &Readers, to: &str) -> bool {
        let same = self.record.mails.iter().filter(|entry| readers.own(entry) && entry.content == mail.content);
        same.filter_map(|entry| entry.reply(to)).any(|one| one.state == State::Delivered)
    }

    /// A mail of the record.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.record.find(key)
    }

    /// The kept mail; `None` when somebody took the file away.
    pub(super) fn mail(&self, key: &str) -> Outcome<Option<Vec<u8>>> {
        let Some(name) = self.record.find(key).and_then(|entry| entry.eml.as_ref()) else {
            return Ok(None);
        };
        let path = self.folder.join(name);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(Failure::io("read", &path, &cause)),
        }
    }

    /// Records what became of a mail for some recipients.
    pub(super) fn note(&mut self, key: &str, verdicts: &[Verdict], tried: Try, at: Micros) -> Outcome<()> {
        self.update(|folder, record| {
            let Some(entry) = record.find_mut(key) else {
                return Ok(());
            };
            entry.attempts += u64::from(tried == Try::Counts);
            for verdict in verdicts {
                let Some(one) = entry.reply_mut(&verdict.to) else {
                    continue;
                };
                one.state = verdict.state;
                one.at = Some(Stamp(at));
                one.answer = Some(verdict.answer.clone());
                if tried != Try::None {
                    one.since.get_or_insert(Stamp(at));
                }
            }
            // First what must not be forgotten, then the file.
            record.save(folder)?;
            tidy(folder, record, key)
        })
    }

    fn short(&self) -> Outcome<File> {
        lock::take(&self.folder.join(".lock"), MOMENT)?.ok_or_else(|| {
            let place = Place::file(self.folder.display().to_string());
            let message = "another run has been changing this outbox for a minute";
            Failure::usage_one(Diagnostic::error("outbox-busy", message).at(place).hint("is it stopped?"))
        })
    }

    /// One change of the record as it is now, which another run may have changed.
    fn update<T>(&mut self, change: impl FnOnce(&Path, &mut Record) -> Outcome<T>) -> Outcome<T> {
        let _lock = self.short()?;
        self.record = Record::read(&self.folder)?;
        let value = change(&self.folder, &mut self.record)?;
        self.record.save(&self.folder)?;
        Ok(value)
    }
}

/// Takes half-written files away, and finds mails that the record does not know.
fn heal(folder: &Path, record: &Record) -> Outcome<Vec<PathBuf>> {
    let mut strays = Vec::new();
    let files = std::fs::read_dir(folder).map_err(|cause| Failure::io("read", folder, &cause))?;
    for file in files.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let is = |ending: &str| Path::new(&name).extension().is_some_and(|found| found == ending);
        if name.starts_with('.') && is("partial") {
            let _ = std::fs::remove_file(file.path());
        } else if is("eml") && !record.mails.iter().any(|entry| entry.eml.as_ref() == Some(&name)) {
            strays.push(file.path());
        }
    }
    strays.sort();
    Ok(strays)
}

/// Open recipients of this mail file's mails whom no rule that asks for the same names any more.
fn withdraw(folder: &Path, record: &mut Record, readers: &Readers) -> Outcome<Vec<Withdrawal>> {
    let mut said = Vec::new();
    let own: Vec<String> =
        record.mails.iter().filter(|entry| readers.own(entry)).map(|entry| entry.key.clone()).collect();
    for key in own {
        let Some(entry) = record.find_mut(&key) else {
            continue;
        };
        let gone: Vec<String> = entry.open().into_iter().filter(|to| !readers.may_get(entry, to)).collect();
        if gone.is_empty() {
            continue;
        }
        for one in entry.recipients.iter_mut().filter(|one| gone.contains(&one.to)) {
            one.state = State::Withdrawn;
            one.answer = Some("no rule that asks for this mail names the address any more".to_owned());
        }
        record.save(folder)?;
        tidy(folder, record, &key)?;
        if let Some(entry) = record.find(&key) {
            let kept = entry.eml.as_ref().map(|name| folder.join(name));
            said.extend(gone.into_iter().map(|to| Withdrawal {
                to,
                rule: entry.rule.clone(),
                subject: entry.subject.clone(),
                kept: kept.clone(),
            }));
        }
    }
    Ok(said)
}

fn put(folder: &Path, record: &mut Record, mail: &Prepared, readers: &Readers) -> Outcome<()> {
    let key = sha256_of(format!("{}\n{}", readers.mail_file, mail.key).as_bytes());
    let gets_it = |one: &Reply| one.state != State::Withdrawn;
    let twin = |to: &str| {
        let others =
            record.mails.iter().filter(|entry| readers.own(entry) && entry.key != key && entry.content == mail.content);
        others.filter_map(|entry| entry.reply(to)).any(gets_it)
    };
    let to: Vec<String> = mail.to.iter().filter(|to| !twin(to)).cloned().collect();
    let before = record.find(&key);
    let mut recipients = before.map(|entry| entry.recipients.clone()).unwrap_or_default();
    for to in to {
        match recipients.iter_mut().find(|one| same_address(&one.to, &to)) {
            Some(one) => {
                one.to = to;
                if one.state == State::Withdrawn {
                    one.state = State::Waiting;
                }
            }
            None => recipients.push(Reply { to, state: State::Waiting, since: None, at: None, answer: None }),
        }
    }
    if !recipients.iter().any(|one| one.state.is_open()) {
        return Ok(());
    }
    let name = format!("{}-{}.eml", time::day(mail.as_of), &key[..12]);
    // The file first: a record that names a file is right however a run ends. A file without a record is put here again
    // by the next run about the same packs, and named by every run.
    write_private(&folder.join(&name), &mail.eml)?;
    let entry = Entry {
        key: key.clone(),
        mail_file: readers.mail_file.clone(),
        content: mail.content.clone(),
        asks: mail.asks.clone(),
        drift_id: mail.drift_id.clone(),
        pack_sha256: mail.pack_sha256.clone(),
        rule: mail.label.clone(),
        subject: mail.subject.clone(),
        message_id: mail.message_id.clone(),
        from: mail.from.clone(),
        eml: Some(name),
        attempts: before.map_or(0, |entry| entry.attempts),
        recipients,
    };
    match record.find_mut(&key) {
        Some(old) => *old = entry,
        None => record.mails.push(entry),
    }
    record.save(folder)
}

/// The file of a mail that nobody waits for: taken away when everybody has it, put aside when somebody never got it.
fn tidy(folder: &Path, record: &mut Record, key: &str) -> Outcome<()> {
    let Some(entry) = record.find_mut(key).filter(|entry| entry.open().is_empty()) else {
        return Ok(());
    };
    let Some(name) = entry.eml.take() else {
        return Ok(());
    };
    let path = folder.join(&name);
    if entry.recipients.iter().any(|one| one.state.is_lost()) {
        let aside = Path::new(&name).file_name().map(|name| Path::new(WITHDRAWN).join(name)).unwrap_or_default();
        let target = folder.join(&aside);
        if path != target && path.exists() {
            private_folder(&folder.join(WITHDRAWN))?;
            std::fs::rename(&path, &target).map_err(|cause| Failure::io("put aside", &path, &cause))?;
            sync_folder(&folder.join(WITHDRAWN));
        }
        entry.eml = target.exists().then(|| aside.display().to_string());
    } else {
        // A file that stays does no harm: nobody waits for it.
        let _ = std::fs::remove_file(&path);
    }
    Ok(())
}
