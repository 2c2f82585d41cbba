//! Locks: files that one run at a time holds, and that are free again however it ends.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Disk, signals};

const STEP: Duration = Duration::from_millis(20);

/// A lock that is held until it is dropped. Its file is removed then; what a run that was killed left of it is nobody's
/// lock, and the next run takes it.
#[derive(Debug)]
pub struct Lock {
    disk: Disk,
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes a lock, or waits for it. `None`: another run still has it.
    ///
    /// # Errors
    /// The file cannot be made, or the system has no locks there.
    pub fn take(disk: &Disk, path: &Path, wait: Duration) -> io::Result<Option<Self>> {
        let mut left = wait;
        loop {
            let file = disk.open_lock(path)?;
            let pass = signals::pass();
            match file.try_lock() {
                Ok(()) if is_at(&file, path)? => {
                    signals::note(path);
                    return Ok(Some(Self { disk: disk.clone(), path: path.to_owned(), _file: file }));
                }
                // Whoever had it has removed it since: it keeps nobody away.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if left > Duration::ZERO => {
                    drop(pass);
                    std::thread::sleep(STEP.min(left));
                    left = left.saturating_sub(STEP);
                }
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(cause)) => return Err(cause),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // An open file cannot be removed everywhere; there it stays, which does no harm.
        if cfg!(unix) {
            let _ = self.disk.remove(&self.path);
        }
    }
}

/// Whether a file is still the one that a path leads to.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata()?;
    match std::fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (own.dev(), own.ino())),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(cause),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}
