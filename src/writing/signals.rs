//! What is removed when a signal ends the run: everything that stands under a name of its own for the time of writing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

/// Passed by every operation on the disk; closed for good by a signal, so that nothing is written after the removal.
static GATE: RwLock<()> = RwLock::new(());
static NOTED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

pub(super) fn pass() -> RwLockReadGuard<'static, ()> {
    GATE.read().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn note(path: &Path) {
    NOTED.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
}

pub(super) fn forget(path: &Path) {
    NOTED.lock().unwrap_or_else(PoisonError::into_inner).remove(path);
}

/// From now on SIGTERM, SIGINT and SIGHUP remove what is half written before they end the process, as they do by
/// themselves: a shell sees 128 and their number. A signal that whoever started the run ignores stays ignored. A file that
/// would be longer than allowed is an error of its write.
#[cfg(unix)]
pub fn listen() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;
    let wanted = [SIGTERM, SIGINT, SIGHUP, SIGXFSZ].into_iter().filter(|signal| !is_ignored(*signal));
    let Ok(mut signals) = Signals::new(wanted) else {
        return;
    };
    let listen = move || {
        if let Some(signal) = signals.forever().find(|signal| *signal != SIGXFSZ) {
            end(signal);
        }
    };
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(listen);
}

/// Nothing ends a run by such signals elsewhere.
#[cfg(not(unix))]
pub fn listen() {}

#[cfg(unix)]
fn end(signal: i32) {
    let _closed = GATE.write().unwrap_or_else(PoisonError::into_inner);
    for path in NOTED.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        // A library may put a file of its own into a folder while it is being removed.
        let _ = (0..3).find(|_| super::disk::remove(path).is_ok());
    }
    // The first process of a container is not ended by a signal to itself.
    if std::process::id() == 1 {
        signal_hook::low_level::exit(128 + signal);
    }
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

/// Whether the process was started with a signal ignored, as `nohup` does.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
