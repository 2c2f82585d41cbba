//! A folder for what is computed and thrown away.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

use super::{Disk, name};

/// A folder that only its owner can enter, and that is removed in the end, by a signal as well.
#[derive(Debug)]
pub struct Scratch {
    disk: Disk,
    path: PathBuf,
}

impl Scratch {
    /// Makes one in the folder for temporary files.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(base: &Path) -> Outcome<Self> {
        let disk = Disk::scratch();
        let path = base.join(format!("overstay-{:016x}", name::number()));
        disk.stage_folder(&path).map_err(|cause| Failure::io("create a temporary folder in", base, &cause))?;
        Ok(Self { disk, path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = self.disk.remove(&self.path);
    }
}
