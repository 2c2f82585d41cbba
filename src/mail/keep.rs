//! The files of an outbox: a mail that waits, one that somebody never got, and what a cut run left.

use std::path::{Path, PathBuf};

use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::sha256_of;
use crate::time::{self, Micros};
use crate::writing::{Disk, private_folder, write_file};

use super::record::{Entry, Record};

/// Where mails go that somebody never got.
pub(super) const WITHDRAWN: &str = "withdrawn";

/// What is to be done with files as soon as the record that says so is on the disk.
#[derive(Debug)]
pub(super) enum Chore {
    /// Puts a mail aside.
    Aside(String),
    /// Takes an earlier form of a mail away.
    Remove(String),
    /// Everybody has the mail of this key: takes all its files away, also those that were put aside.
    Clear(String),
}

impl Chore {
    pub(super) fn done(&self, folder: &Path, record: &Record) -> Outcome<()> {
        let (disk, aside) = (Disk::real(), folder.join(WITHDRAWN));
        match self {
            // A file that stays does no harm: the next run takes it away.
            Self::Remove(name) => drop(disk.remove(&folder.join(name))),
            Self::Clear(key) => {
                for place in [folder, &aside] {
                    for path in mails(place).iter().filter(|path| is_of(path, key)) {
                        let _ = disk.remove(path);
                    }
                }
            }
            Self::Aside(name) => {
                let (path, target) = (folder.join(name), aside.join(name));
                if path.exists() {
                    private_folder(&disk, &aside)?;
                    let failed = |cause: std::io::Error| Failure::io("put aside", &path, &cause);
                    if record.mails.iter().any(|entry| entry.eml.as_ref() == Some(name)) {
                        // Somebody else waits for it.
                        write_file(&disk, &target, &disk::read(&path, disk::DOCUMENT).map_err(failed)?)?;
                    } else {
                        disk.rename(&path, &target).and_then(|()| disk.sync_folder(&aside)).map_err(failed)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A kept mail.
pub(super) enum Kept {
    /// As it was prepared.
    Whole(Vec<u8>),
    /// Somebody took it away.
    Gone,
    /// Somebody changed it.
    Changed,
}

/// Reads the file of a mail.
pub(super) fn read(folder: &Path, entry: &Entry) -> Outcome<Kept> {
    let Some(name) = &entry.eml else {
        return Ok(Kept::Gone);
    };
    let path = folder.join(name);
    match disk::read(&path, disk::DOCUMENT) {
        Ok(bytes) if sha256_of(&bytes) == entry.eml_sha256 => Ok(Kept::Whole(bytes)),
        Ok(_) => Ok(Kept::Changed),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(Kept::Gone),
        Err(cause) => Err(Failure::io("read", &path, &cause)),
    }
}

/// Name of the file of a mail. Another form of the same mail has another name: a file is never written over.
pub(super) fn name(as_of: Micros, key: &str, sha256: &str) -> String {
    format!("{}-{}-{}.eml", time::day(as_of), &key[..12], &sha256[..8])
}

fn is_of(path: &Path, key: &str) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.contains(&format!("-{}-", &key[..12]))
}

fn mails(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    files.filter(|path| path.extension().is_some_and(|found| found == "eml")).collect()
}

/// The file of a mail that nobody waits for: taken away when everybody has it, put aside when somebody never got it.
pub(super) fn finish(folder: &Path, entry: &mut Entry) -> Option<Chore> {
    if !entry.open().is_empty() {
        return None;
    }
    let name = entry.eml.take()?;
    if !entry.recipients.iter().any(|one| one.state.is_lost()) {
        return Some(Chore::Clear(entry.key.clone()));
    }
    let plain = Path::new(&name).file_name()?.to_string_lossy().into_owned();
    // One copy of a mail is enough, whichever of its recipients it was put aside for.
    let earlier = mails(&folder.join(WITHDRAWN)).into_iter().filter(|path| is_of(path, &entry.key)).min();
    if let Some(earlier) = earlier.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned())) {
        entry.eml = Some(Path::new(WITHDRAWN).join(earlier).display().to_string());
        return (!is_aside(&name)).then_some(Chore::Remove(name));
    }
    let aside = Path::new(WITHDRAWN).join(&plain);
    let there = folder.join(&name).exists() || folder.join(&aside).exists();
    entry.eml = there.then(|| aside.display().to_string());
    (there && Path::new(&name) != aside).then_some(Chore::Aside(plain))
}

/// Whether a mail was put aside.
pub(super) fn is_aside(name: &str) -> bool {
    Path::new(name).starts_with(WITHDRAWN)
}

/// Finishes what a cut run left: half-written files, mails that nobody waits for any more, earlier forms of a mail. Gives
/// back the mails that the record does not know.
pub(super) fn heal(folder: &Path, record: &mut Record) -> Outcome<Vec<PathBuf>> {
    let before = record.clone();
    let open = |entry: &&mut Entry| entry.eml.as_deref().is_some_and(|name| !is_aside(name));
    let mut chores: Vec<Chore> =
        record.mails.iter_mut().filter(open).filter_map(|entry| finish(folder, entry)).collect();
    if *record != before {
        record.save(folder)?;
    }
    let files = std::fs::read_dir(folder).map_err(|cause| Failure::io("read", folder, &cause))?;
    for file in files.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') && name.ends_with(".partial") {
            let _ = Disk::real().remove(&file.path());
        }
    }
    let mut strays = Vec::new();
    for path in mails(folder) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let aside = Some(Path::new(WITHDRAWN).join(&name).display().to_string());
        if record.mails.iter().any(|entry| entry.eml.as_ref() == Some(&name)) {
            continue;
        }
        if record.mails.iter().any(|entry| entry.eml == aside) {
            chores.push(Chore::Aside(name));
        } else if record.mails.iter().any(|entry| is_of(&path, &entry.key)) {
            chores.push(Chore::Remove(name));
        } else {
            strays.push(path);
        }
    }
    for chore in chores {
        chore.done(folder, record)?;
    }
    strays.sort();
    Ok(strays)
}
