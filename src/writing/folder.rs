//! Folders of files: staged beside their place, then exchanged as a whole.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};

use super::put::put;
use super::{Disk, Target, name};

/// A folder in the making.
#[derive(Debug)]
pub struct Folder {
    target: Target,
    path: PathBuf,
}

impl Folder {
    /// Begins it beside its place.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn begin(target: Target) -> Outcome<Self> {
        let path = name::random(&target.path, name::PARTIAL);
        target.disk.stage_folder(&path).map_err(|cause| Failure::io("write", &target.path, &cause))?;
        Ok(Self { target, path })
    }

    /// Where the files stand until they are put in their place. What others put there goes along.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it is going to stand.
    pub fn target(&self) -> &Path {
        &self.target.path
    }

    /// Begins a file; `name` is relative, with `/`.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn create(&self, name: &str) -> Outcome<Writer> {
        let path = self.target.path.join(name);
        let file = self.file(name).map_err(|cause| Failure::io("write", &path, &cause))?;
        Ok(Writer { disk: self.target.disk.clone(), file, path })
    }

    fn file(&self, name: &str) -> io::Result<File> {
        let mut folder = self.path.clone();
        for part in Path::new(name).parent().into_iter().flatten() {
            folder.push(part);
            if !folder.is_dir() {
                self.target.disk.make_folder(&folder)?;
            }
        }
        self.target.disk.make_file(&self.path.join(name))
    }

    /// Makes everything last, and puts it in place of what stands there, at once. Gives back a warning when that could
    /// not be removed then.
    ///
    /// # Errors
    /// Something cannot be written; then what stood there stands there.
    pub fn finish(self) -> Outcome<Option<Diagnostic>> {
        let (disk, target) = (&self.target.disk, &self.target.path);
        self.sync()
            .and_then(|()| put(disk, &self.path, target))
            .map_err(|cause| Failure::io("write", target, &cause))?;
        let stays = disk.remove(&self.path).err().map(|cause| {
            let message = format!("what was replaced could not be removed ({cause}); the next run does it");
            Diagnostic::warning("remains", message).at(Place::file(self.path.display().to_string()))
        });
        Ok(stays)
    }

    /// Files first, then the folders that name them, the innermost first.
    fn sync(&self) -> io::Result<()> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for entry in WalkDir::new(&self.path).contents_first(true) {
            let entry = entry?;
            let kind = entry.file_type();
            if kind.is_dir() {
                folders.push(entry.into_path());
            } else if kind.is_file() {
                files.push(entry.into_path());
            }
        }
        // One after the other, each would wait for the disk alone.
        files.par_iter().try_for_each(|path| self.target.disk.sync(path))?;
        folders.iter().try_for_each(|path| self.target.disk.sync_folder(path))
    }
}

impl Drop for Folder {
    /// A run that ended early leaves nothing behind.
    fn drop(&mut self) {
        let _ = self.target.disk.remove(&self.path);
    }
}

/// A file that is being written.
#[derive(Debug)]
pub struct Writer {
    pub(super) disk: Disk,
    pub(super) file: File,
    /// Where it is going to stand.
    pub(super) path: PathBuf,
}

impl Writer {
    /// Where it is going to stand.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.write(&mut self.file, &self.path, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
