//! The moment at which the new takes the place of the old.

use std::io;
use std::path::Path;

use super::Disk;

/// Gives what was staged the name of its place, for good. What stood there stands under the staged name afterwards. When
/// it fails, everything is as before.
pub(super) fn put(disk: &Disk, staged: &Path, place: &Path) -> io::Result<()> {
    let parent = super::target::parent_of(place);
    let fresh = is_free(place)?;
    if fresh {
        disk.name(staged, place)?;
    } else {
        disk.exchange(staged, place)?;
    }
    disk.sync_folder(&parent).inspect_err(|_| {
        let _ = if fresh { disk.name(place, staged) } else { disk.exchange(staged, place) };
    })
}

/// The same, and nothing may stand there.
pub(super) fn put_first(disk: &Disk, staged: &Path, place: &Path) -> io::Result<()> {
    disk.name(staged, place)?;
    disk.sync_folder(&super::target::parent_of(place)).inspect_err(|_| {
        let _ = disk.name(place, staged);
    })
}

/// Whether nothing has this name.
pub(super) fn is_free(path: &Path) -> io::Result<bool> {
    match std::fs::symlink_metadata(path) {
        Ok(_) => Ok(false),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(cause) => Err(cause),
    }
}
