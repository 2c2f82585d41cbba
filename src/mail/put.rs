//! Puts mails into an outbox, and takes addresses out of those that wait.

use std::path::Path;

use crate::failure::Outcome;
use crate::pack::sha256_of;
use crate::writing::{Disk, write_file};

use super::keep::{self, Chore, Kept, finish, is_aside};
use super::outbox::Withdrawal;
use super::plan::Prepared;
use super::readers::Readers;
use super::record::{Entry, Record, Reply, State, same_address};

/// Open recipients of this mail file's mails whom no rule that asks for the same names any more.
pub(super) fn withdraw(
    folder: &Path,
    record: &mut Record,
    readers: &Readers,
    chores: &mut Vec<Chore>,
) -> Vec<Withdrawal> {
    let mut said = Vec::new();
    let own = record.mails.iter().filter(|entry| readers.own(entry));
    let keys: Vec<String> = own.map(|entry| entry.key.clone()).collect();
    for key in keys {
        record.adopt(&key);
        let Some(entry) = record.find_mut(&key) else {
            continue;
        };
        let gone: Vec<String> = entry.open().into_iter().filter(|to| !readers.may_get(entry, to)).collect();
        for one in entry.recipients.iter_mut().filter(|one| gone.contains(&one.to)) {
            one.state = State::Withdrawn;
            one.answer = Some("no rule that asks for this mail names the address any more".to_owned());
        }
        chores.extend(finish(folder, entry));
        // As long as others wait for it, it is not put aside.
        let kept = entry.eml.as_ref().filter(|name| is_aside(name)).map(|name| folder.join(name));
        said.extend(gone.into_iter().map(|to| Withdrawal {
            to,
            rule: entry.rule.clone(),
            subject: entry.subject.clone(),
            kept: kept.clone(),
        }));
    }
    said
}

/// Puts a mail in, for whom has not got it.
pub(super) fn put(
    folder: &Path,
    record: &mut Record,
    mail: &Prepared,
    readers: &Readers,
    chores: &mut Vec<Chore>,
) -> Outcome<()> {
    let key = Entry::key_of(&readers.mail_file, &mail.content);
    let before = record.find(&key).cloned();
    let mut recipients = before.as_ref().map(|entry| entry.recipients.clone()).unwrap_or_default();
    for to in mail.to.iter().filter(|to| record.delivered(&mail.content, to).is_none()) {
        match recipients.iter_mut().find(|one| same_address(&one.to, to)) {
            Some(one) => {
                one.to.clone_from(to);
                if matches!(one.state, State::Withdrawn | State::Lost) {
                    one.renew();
                }
            }
            None => recipients.push(Reply::new(to.clone())),
        }
    }
    if !recipients.iter().any(|one| one.state.is_open()) {
        return Ok(());
    }
    let entry = match before {
        // Somebody waits for it whom its rules do not name, but rules that ask for more: what waits stays what it is.
        Some(old) if waits_for_others(&old, mail) && matches!(keep::read(folder, &old)?, Kept::Whole(_)) => {
            Entry { recipients, ..old }
        }
        before => {
            let (sha256, attempts) = (sha256_of(&mail.eml), before.as_ref().map_or(0, |old| old.attempts));
            let name = keep::name(mail.as_of, &key, &sha256);
            // The file first: a record that names a file is right however a run ends. A file without a record is put
            // here again by the next run about the same packs, and named by every run.
            write_file(&Disk::real(), &folder.join(&name), &mail.eml)?;
            chores
                .extend(before.and_then(|old| old.eml).filter(|old| *old != name && !is_aside(old)).map(Chore::Remove));
            Entry {
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
                eml_sha256: sha256,
                attempts,
                recipients,
            }
        }
    };
    match record.find_mut(&key) {
        Some(old) => *old = entry,
        None => record.mails.push(entry),
    }
    Ok(())
}

fn waits_for_others(entry: &Entry, mail: &Prepared) -> bool {
    entry.open().iter().any(|to| !mail.to.iter().any(|one| same_address(one, to)))
}
