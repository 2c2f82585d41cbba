//! A place that one run at a time writes to.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Kind, Outcome};

use super::{Disk, Lock, name};

/// How long a run waits for another one that writes a single file.
pub const MOMENT: Duration = Duration::from_mins(1);

/// The right to write at a place, until it is dropped.
#[derive(Debug)]
pub struct Target {
    pub(super) disk: Disk,
    /// Where it is; of a link, where it leads to.
    pub(super) path: PathBuf,
    lock: Option<Lock>,
    /// Folders above it that were not there, the uppermost first.
    made: Vec<PathBuf>,
}

impl Target {
    /// Takes the right, or waits for a run that has it; the folders above are made. What a run that was killed left is
    /// put right: the old one is put back where nothing stands, and what was half written is removed.
    ///
    /// # Errors
    /// Another run has it, or the folder that it lies in cannot be written.
    pub fn take(disk: &Disk, path: &Path, wait: Duration) -> Outcome<Self> {
        let path = followed(path)?;
        let mut target = Self { disk: disk.clone(), path, lock: None, made: Vec::new() };
        let parent = parent_of(&target.path);
        let lock = name::lock(&target.path);
        // Another run may just be removing the folder that it made in vain.
        for last in [false, false, false, true] {
            let made = make_folders(disk, &parent).map_err(|cause| Failure::io("create the folder", &parent, &cause));
            target.made.extend(made?);
            match Lock::take(disk, &lock, wait) {
                Ok(Some(lock)) => {
                    target.lock = Some(lock);
                    break;
                }
                Ok(None) => return Err(target.busy()),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound && !last => {}
                Err(cause) => return Err(Failure::io("lock", &lock, &cause)),
            }
        }
        target.recover()?;
        Ok(target)
    }

    /// Where it is; of a link, where it leads to.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn busy(&self) -> Failure {
        let message = "another run is writing here; nothing was changed";
        let place = Place::file(self.path.display().to_string());
        let diagnostic = Diagnostic::error("busy", message).at(place).hint("try again when it has ended");
        Failure { kind: Kind::Run, diagnostics: vec![diagnostic] }
    }

    fn recover(&self) -> Outcome<()> {
        let failed = |path: &Path, cause: &io::Error| Failure::io("put right what an earlier run left at", path, cause);
        let found = self.remains().map_err(|cause| failed(&parent_of(&self.path), &cause))?;
        for (kind, path) in found {
            let recovered = if kind == name::PREVIOUS && is_missing(&self.path) {
                self.disk.name(&path, &self.path).and_then(|()| self.disk.sync_folder(&parent_of(&self.path)))
            } else {
                self.disk.remove(&path)
            };
            recovered.map_err(|cause| failed(&path, &cause))?;
        }
        Ok(())
    }

    /// What earlier runs left, the newest of what stood at the place first: nobody else has the lock.
    fn remains(&self) -> io::Result<Vec<(&'static str, PathBuf)>> {
        let own: OsString = self.path.file_name().unwrap_or_default().to_owned();
        let mut found = Vec::new();
        for entry in fs::read_dir(parent_of(&self.path))? {
            let entry = entry?;
            if let Some(kind) = name::remains(&entry.file_name(), &own) {
                let changed = entry.metadata().and_then(|data| data.modified()).ok();
                found.push((std::cmp::Reverse(changed), kind, entry.path()));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, kind, path)| (kind, path)).collect())
    }
}

impl Drop for Target {
    /// Folders that were made in vain are removed; of the others, none is empty.
    fn drop(&mut self) {
        self.lock = None;
        for folder in self.made.iter().rev() {
            let _ = self.disk.remove_empty(folder);
        }
    }
}

/// Makes a folder that only its owner can enter, and those above it, and leaves alone what is there.
///
/// # Errors
/// It cannot be made.
pub fn private_folder(disk: &Disk, path: &Path) -> Outcome<()> {
    make_folders(disk, path).map(drop).map_err(|cause| Failure::io("create the folder", path, &cause))
}

/// Makes what is missing of a folder and those above it, and says what that was, the uppermost first.
fn make_folders(disk: &Disk, folder: &Path) -> io::Result<Vec<PathBuf>> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|path| is_missing(path)).collect();
    let mut made = Vec::new();
    for path in missing.into_iter().rev() {
        match disk.make_folder(path) {
            Ok(()) => made.push(path.to_owned()),
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
            Err(cause) => {
                made.iter().rev().for_each(|path| drop(disk.remove_empty(path)));
                return Err(cause);
            }
        }
    }
    if folder.is_dir() { Ok(made) } else { Err(io::ErrorKind::NotADirectory.into()) }
}

/// A link stays a link: what it leads to is written.
fn followed(path: &Path) -> Outcome<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() => fs::canonicalize(path).map_err(|cause| {
            let message = format!("this is a link that leads nowhere: {cause}");
            let place = Place::file(path.display().to_string());
            let hint = "make what it leads to, or name another place";
            Failure::usage_one(Diagnostic::error("bad-target", message).at(place).hint(hint))
        }),
        _ => Ok(path.to_owned()),
    }
}

fn is_missing(path: &Path) -> bool {
    !path.as_os_str().is_empty() && super::put::is_free(path).unwrap_or(false)
}

/// The folder that something lies in.
pub(super) fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
