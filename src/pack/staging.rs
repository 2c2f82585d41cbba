//! The only place that creates files: everything goes to a staging folder beside the target, is hashed while it is
//! written, and replaces the target by renaming when it is complete. An old pack is never half overwritten.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::render::xlsx::PackTables;
use crate::source::{SIGNATURES, own_output};

use super::OutputEntry;

/// A pack in the making.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    folder: PathBuf,
    written: Vec<OutputEntry>,
}

impl Staging {
    /// Checks the target before any work starts, and prepares an empty staging folder beside it.
    ///
    /// # Errors
    /// The target is a file, or a folder that holds something else than a pack, or its parent cannot be written.
    pub fn begin(target: &Path) -> Outcome<Self> {
        check_target(target)?;
        let name = target.file_name().map_or_else(|| "pack".to_owned(), |name| name.to_string_lossy().into_owned());
        let parent = parent_of(target);
        fs::create_dir_all(&parent).map_err(|cause| Failure::io("create the folder", &parent, &cause))?;
        let folder = parent.join(format!(".{name}.partial"));
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .map_err(|cause| Failure::io("remove the remains of an earlier run in", &folder, &cause))?;
        }
        fs::create_dir_all(&folder).map_err(|cause| Failure::io("create the folder", &folder, &cause))?;
        Ok(Self { target: target.to_owned(), folder, written: Vec::new() })
    }

    /// Opens a file of the pack for writing; `name` is relative, with `/`.
    pub fn create(&self, name: &str) -> Outcome<PackFile> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|cause| Failure::io("create the folder", parent, &cause))?;
        }
        #[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
        let file = File::create(&path).map_err(|cause| Failure::io("create", &path, &cause))?;
        Ok(PackFile {
            name: name.to_owned(),
            path,
            inner: BufWriter::with_capacity(1 << 18, Hashing { file, hash: Sha256::new(), bytes: 0 }),
        })
    }

    /// Writes a whole file.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Outcome<()> {
        let mut file = self.create(name)?;
        file.write_all(bytes).map_err(|cause| Failure::io("write", &file.path, &cause))?;
        self.close(file)
    }

    /// Completes a file and notes its size and hash.
    pub fn close(&mut self, file: PackFile) -> Outcome<()> {
        let PackFile { name, path, inner } = file;
        let hashing = inner.into_inner().map_err(|cause| Failure::io("write", &path, cause.error()))?;
        self.written.push(OutputEntry { path: name, bytes: hashing.bytes, sha256: hex(&hashing.hash.finalize()) });
        Ok(())
    }

    /// What was written so far, sorted by path.
    pub fn outputs(&self) -> Vec<OutputEntry> {
        let mut outputs = self.written.clone();
        outputs.sort_by(|a, b| a.path.cmp(&b.path));
        outputs
    }

    /// Where the files stand until the pack is put in its place.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The hash of a file that was written.
    pub fn sha256_of(&self, name: &str) -> Option<&str> {
        self.written.iter().find(|entry| entry.path == name).map(|entry| entry.sha256.as_str())
    }

    /// Puts the pack in place of the target. The old one is kept under another name until the new one stands.
    pub fn finish(self) -> Outcome<()> {
        if !self.target.exists() {
            return fs::rename(&self.folder, &self.target)
                .map_err(|cause| Failure::io("put the pack at", &self.target, &cause));
        }
        let name =
            self.target.file_name().map_or_else(|| "pack".to_owned(), |name| name.to_string_lossy().into_owned());
        let old = parent_of(&self.target).join(format!(".{name}.previous"));
        if old.exists() {
            fs::remove_dir_all(&old).map_err(|cause| Failure::io("remove", &old, &cause))?;
        }
        fs::rename(&self.target, &old).map_err(|cause| Failure::io("move aside", &self.target, &cause))?;
        if let Err(cause) = fs::rename(&self.folder, &self.target) {
            // Put the old pack back: losing it would be worse than failing.
            let _ = fs::rename(&old, &self.target);
            return Err(Failure::io("put the pack at", &self.target, &cause));
        }
        fs::remove_dir_all(&old).map_err(|cause| Failure::io("remove", &old, &cause))
    }
}

/// The documents read back what was written before them.
impl PackTables for Staging {
    fn open(&self, name: &str) -> Outcome<Box<dyn Read>> {
        let path = self.folder.join(name);
        let file = File::open(&path).map_err(|cause| Failure::io("read", &path, &cause))?;
        Ok(Box::new(file))
    }

    fn sha256(&self, name: &str) -> Option<String> {
        self.sha256_of(name).map(str::to_owned)
    }
}

impl Drop for Staging {
    /// A run that ended early leaves nothing behind; after [`Staging::finish`] the folder is gone already.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn check_target(target: &Path) -> Outcome<()> {
    let refuse = |message: &str, hint: &str| {
        let place = Place::file(target.display().to_string());
        Err(Failure::usage_one(Diagnostic::error("bad-target", message).at(place).hint(hint)))
    };
    if target.file_name().is_none() {
        return refuse("the output must be a folder with a name of its own", "name a folder, such as evidence/2026-Q3");
    }
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return refuse("the output exists and is not a folder", "choose another name for --out");
    }
    let empty = fs::read_dir(target).map_err(|cause| Failure::io("read", target, &cause))?.next().is_none();
    if empty {
        return Ok(());
    }
    if let Some(listed) = own_output(target) {
        let beside = ["manifest.json"].into_iter().chain(SIGNATURES).map(PathBuf::from);
        let listed: BTreeSet<PathBuf> = listed.iter().map(PathBuf::from).chain(beside).collect();
        return match foreign(target, &listed) {
            None => Ok(()),
            Some(file) => refuse(
                "the pack in the output folder also holds files that it does not list",
                &format!("move {} away, or choose another folder; nothing was changed", file.display()),
            ),
        };
    }
    refuse(
        "the output folder holds files that are not an evidence pack",
        "choose an empty or a new folder; nothing was changed",
    )
}

/// The first file under a pack that its manifest does not list: replacing the pack would lose it.
fn foreign(target: &Path, listed: &BTreeSet<PathBuf>) -> Option<PathBuf> {
    let entries = walkdir::WalkDir::new(target).sort_by_file_name().into_iter().flatten();
    let files = entries.filter(|entry| !entry.file_type().is_dir());
    let mut names = files.filter_map(|entry| entry.path().strip_prefix(target).map(Path::to_owned).ok());
    names.find(|name| !listed.contains(name))
}

/// A file of a pack that is being written; its bytes are hashed on the way.
#[derive(Debug)]
pub struct PackFile {
    name: String,
    path: PathBuf,
    inner: BufWriter<Hashing>,
}

impl PackFile {
    /// Turns a failed write into a message with the file's name.
    pub fn failure(&self, cause: &io::Error) -> Failure {
        Failure::io("write", &self.path, cause)
    }
}

impl Write for PackFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[derive(Debug)]
struct Hashing {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes one file: to a temporary name beside it, then renamed.
///
/// # Errors
/// The folder or the file cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> Outcome<()> {
    let parent = parent_of(path);
    fs::create_dir_all(&parent).map_err(|cause| Failure::io("create the folder", &parent, &cause))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let partial = parent.join(format!(".{name}.partial"));
    #[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
    fs::write(&partial, bytes).map_err(|cause| Failure::io("write", &partial, &cause))?;
    fs::rename(&partial, path).map_err(|cause| Failure::io("put the file at", path, &cause))
}

/// Writes one file as [`write_file`] does, for its owner's eyes only, and so that it is there after a power cut: who
/// reads it later relies on what it says.
///
/// # Errors
/// The folder or the file cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> Outcome<()> {
    let parent = parent_of(path);
    private_folder(&parent)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let partial = parent.join(format!(".{name}.partial"));
    // What a cut run left may have been begun with other permissions.
    let _ = fs::remove_file(&partial);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&partial).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    if let Err(cause) = written {
        let _ = fs::remove_file(&partial);
        return Err(Failure::io("write", &partial, &cause));
    }
    fs::rename(&partial, path).map_err(|cause| Failure::io("put the file at", path, &cause))?;
    sync_folder(&parent);
    Ok(())
}

/// Makes a folder that only its owner can enter, and leaves one alone that is there.
///
/// # Errors
/// It cannot be made.
pub fn private_folder(path: &Path) -> Outcome<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = parent_of(path);
    fs::create_dir_all(&parent).map_err(|cause| Failure::io("create the folder", &parent, &cause))?;
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only here the mode is set"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
            Err(Failure::io("create the folder", path, &cause))
        }
        _ => Ok(()),
    }
}

/// Makes a renaming last. Where folders cannot be synchronised, nothing is lost but that.
pub fn sync_folder(path: &Path) {
    let _ = File::open(path).and_then(|folder| folder.sync_all());
}

/// Size and SHA-256 of a file; `heard` is told how much was read.
pub fn size_and_sha256(path: &Path, heard: &dyn Fn(u64)) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, hex(&hash.finalize())));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
        heard(read as u64);
    }
}

/// SHA-256 of some bytes in lower-case hexadecimal.
pub fn sha256_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
