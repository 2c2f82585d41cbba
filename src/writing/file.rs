//! Single files: staged beside their place, then exchanged.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};

use super::put::{put, put_first};
use super::{Disk, MOMENT, Target, Writer, name};

/// Writes a file, in place of one that may be there.
///
/// # Errors
/// It cannot be written; then what was there is there.
pub fn write_file(disk: &Disk, path: &Path, bytes: &[u8]) -> Outcome<()> {
    replaceable(path)?;
    Target::take(disk, path, MOMENT)?.write(bytes)
}

/// Refuses what is there and is no file.
fn replaceable(path: &Path) -> Outcome<()> {
    if fs::metadata(path).map_or(true, |data| data.is_file()) {
        return Ok(());
    }
    let place = Place::file(path.display().to_string());
    let diagnostic = Diagnostic::error("bad-target", "this is no file, and is not replaced by one").at(place);
    Err(Failure::usage_one(diagnostic.hint("choose another name")))
}

/// Writes a file where there is none; whether it was written.
///
/// # Errors
/// It cannot be written.
pub fn write_new_file(disk: &Disk, path: &Path, bytes: &[u8]) -> Outcome<bool> {
    let target = Target::take(disk, path, MOMENT)?;
    match target.stage(bytes, put_first) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        other => other.map(|()| true).map_err(|cause| Failure::io("write", path, &cause)),
    }
}

impl Target {
    /// Writes the file of this place.
    ///
    /// # Errors
    /// Something else than a file is there, or it cannot be written; then what was there is there.
    pub fn write(&self, bytes: &[u8]) -> Outcome<()> {
        replaceable(&self.path)?;
        self.stage(bytes, put).map_err(|cause| Failure::io("write", &self.path, &cause))
    }

    fn stage(&self, bytes: &[u8], put: fn(&Disk, &Path, &Path) -> io::Result<()>) -> io::Result<()> {
        let staged = name::random(&self.path, name::PARTIAL);
        let file = self.disk.stage_file(&staged)?;
        let mut writer = Writer { disk: self.disk.clone(), file, path: self.path.clone() };
        let written = writer.write_all(bytes);
        drop(writer);
        let written =
            written.and_then(|()| self.disk.sync(&staged)).and_then(|()| put(&self.disk, &staged, &self.path));
        // What was not put in place, or what stood there: nobody needs it, and the next run removes what stays.
        let _ = self.disk.remove(&staged);
        written
    }
}
