//! The operations that writing is made of, one by one, so that each of them can be watched, and made to fail.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::{name, signals};

/// One operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A folder is made.
    Folder,
    /// A file is made.
    File,
    /// Bytes are appended to a file.
    Write,
    /// A file or a folder is made to last.
    Sync,
    /// A lock is opened.
    Lock,
    /// Something gets a name that nothing has.
    Name,
    /// Something takes the place of something else.
    Rename,
    /// Two things exchange their names.
    Exchange,
    /// A file or a folder is removed.
    Remove,
}

type Watch = dyn Fn(Step, &Path) -> io::Result<()> + Send + Sync;

/// A disk to write to.
#[derive(Clone)]
pub struct Disk {
    watch: Option<Arc<Watch>>,
    lasting: bool,
}

impl Disk {
    /// The disk as it is.
    pub fn real() -> Self {
        Self { watch: None, lasting: true }
    }

    /// The same for what is thrown away when the run ends: nothing is made to last.
    pub fn scratch() -> Self {
        Self { watch: None, lasting: false }
    }

    /// A disk of which each operation is told before it takes place, with the path that it is about; one that is
    /// answered by an error does not take place.
    pub fn watched(watch: impl Fn(Step, &Path) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self { watch: Some(Arc::new(watch)), lasting: true }
    }

    fn step<T>(&self, step: Step, path: &Path, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let _pass = signals::pass();
        self.tell(step, path)?;
        act()
    }

    fn tell(&self, step: Step, path: &Path) -> io::Result<()> {
        self.watch.as_ref().map_or(Ok(()), |watch| watch(step, path))
    }

    /// Makes a folder that only its owner can enter.
    pub(super) fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.step(Step::Folder, path, || private_folder(path))
    }

    /// Makes a file that only its owner can read, where there is none.
    pub(super) fn make_file(&self, path: &Path) -> io::Result<File> {
        self.step(Step::File, path, || private_file(path))
    }

    /// The same for a folder that a signal removes.
    pub(super) fn stage_folder(&self, path: &Path) -> io::Result<()> {
        self.step(Step::Folder, path, || private_folder(path).inspect(|()| signals::note(path)))
    }

    /// The same for a file that a signal removes.
    pub(super) fn stage_file(&self, path: &Path) -> io::Result<File> {
        self.step(Step::File, path, || private_file(path).inspect(|_| signals::note(path)))
    }

    /// Opens the file of a lock, which may be there; no link is followed.
    pub(super) fn open_lock(&self, path: &Path) -> io::Result<File> {
        self.step(Step::Lock, path, || lock_file(path))
    }

    pub(super) fn write(&self, file: &mut File, path: &Path, bytes: &[u8]) -> io::Result<usize> {
        self.step(Step::Write, path, || file.write(bytes))
    }

    /// Makes the bytes of a file last.
    pub(super) fn sync(&self, path: &Path) -> io::Result<()> {
        if !self.lasting {
            return Ok(());
        }
        self.step(Step::Sync, path, || File::open(path).and_then(|file| file.sync_all()))
    }

    /// Makes the names in a folder last. Not every system can, and nothing is lost but that.
    ///
    /// # Errors
    /// The system's.
    pub fn sync_folder(&self, path: &Path) -> io::Result<()> {
        match self.sync(path) {
            Err(cause) if cannot(&cause) => Ok(()),
            other => other,
        }
    }

    /// Gives something another name, which nothing has yet.
    pub(super) fn name(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(Step::Name, to, || name_once(from, to))
    }

    /// Gives something another name, in place of a file that has it.
    ///
    /// # Errors
    /// The system's.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(Step::Rename, to, || fs::rename(from, to))
    }

    /// Exchanges two names at once. Where the system cannot, folders are renamed one after the other, and a signal waits.
    pub(super) fn exchange(&self, staged: &Path, place: &Path) -> io::Result<()> {
        let _pass = signals::pass();
        match self.tell(Step::Exchange, place).and_then(|()| exchange(staged, place)) {
            Err(cause) if cannot(&cause) => {}
            other => return other,
        }
        let aside = name::random(place, name::PREVIOUS);
        let rename = |from: &Path, to: &Path| self.tell(Step::Rename, to).and_then(|()| fs::rename(from, to));
        if staged.is_file() {
            return self.replace_file(staged, place, &aside);
        }
        rename(place, &aside)?;
        // Losing the old one would be worse than failing.
        let renamed = rename(staged, place).and_then(|()| {
            rename(&aside, staged).inspect_err(|_| {
                let _ = rename(place, staged);
            })
        });
        renamed.inspect_err(|_| {
            let _ = rename(&aside, place);
        })
    }

    /// Exchanges two files by renaming: one of them has the name at any moment, and the old one is kept where links can be.
    fn replace_file(&self, staged: &Path, place: &Path, aside: &Path) -> io::Result<()> {
        let rename = |from: &Path, to: &Path| self.tell(Step::Rename, to).and_then(|()| fs::rename(from, to));
        match self.tell(Step::Name, aside).and_then(|()| fs::hard_link(place, aside)) {
            Err(cause) if cannot(&cause) || cause.kind() == io::ErrorKind::PermissionDenied => {
                return rename(staged, place);
            }
            other => other?,
        }
        rename(staged, place).inspect_err(|_| {
            let _ = self.tell(Step::Remove, aside).and_then(|()| fs::remove_file(aside));
        })?;
        rename(aside, staged).inspect_err(|_| {
            let _ = rename(aside, place);
        })
    }

    /// Removes a file or a folder with all that is in it; links are not followed. What is not there is removed.
    ///
    /// # Errors
    /// The system's.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(Step::Remove, path, || {
            remove(path)?;
            signals::forget(path);
            Ok(())
        })
    }

    /// Removes a folder in which nothing is.
    pub(super) fn remove_empty(&self, path: &Path) -> io::Result<()> {
        self.step(Step::Remove, path, || fs::remove_dir(path))
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").field("watched", &self.watch.is_some()).field("lasting", &self.lasting).finish()
    }
}

/// Removes what is at a path, whatever it is.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(cause) => Err(cause),
    };
    match removed {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Whether the system says that it cannot do such a thing at all.
fn cannot(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

fn private_folder(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only there the mode is set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Reading as well: opening a pipe for writing alone would wait for a reader.
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    options.open(path)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn rename_with(from: &Path, to: &Path, flags: rustix::fs::RenameFlags) -> io::Result<()> {
    rustix::fs::renameat_with(rustix::fs::CWD, from, rustix::fs::CWD, to, flags).map_err(io::Error::from)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    rename_with(a, b, rustix::fs::RenameFlags::EXCHANGE)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn name_once(from: &Path, to: &Path) -> io::Result<()> {
    match rename_with(from, to, rustix::fs::RenameFlags::NOREPLACE) {
        Err(cause) if cannot(&cause) => name_with_care(from, to),
        other => other,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn name_once(from: &Path, to: &Path) -> io::Result<()> {
    name_with_care(from, to)
}

/// Where the system cannot refuse by itself: other runs are kept away by the lock.
fn name_with_care(from: &Path, to: &Path) -> io::Result<()> {
    match fs::symlink_metadata(to) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => fs::rename(from, to),
        Err(cause) => Err(cause),
    }
}
