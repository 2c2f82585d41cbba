//! Locks of an outbox: files that one run at a time holds, and that are free again however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::failure::{Failure, Outcome};

const STEP: Duration = Duration::from_millis(20);

/// Takes a lock, or waits for it. `None`: another run still has it.
pub(super) fn take(path: &Path, wait: Duration) -> Outcome<Option<File>> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|cause| Failure::io("open", path, &cause))?;
    let mut left = wait;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if left > Duration::ZERO => {
                std::thread::sleep(STEP.min(left));
                left = left.saturating_sub(STEP);
            }
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(cause)) => return Err(Failure::io("lock", path, &cause)),
        }
    }
}
