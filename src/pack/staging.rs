//! A pack in the making: its files are hashed while they are written, and it takes its place when it is complete.

use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::diag::Diagnostic;
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::render::xlsx::PackTables;
use crate::report::{PeriodView, Stamp};
use crate::writing::{Disk, Folder, Target, Writer};

use super::digest::hex;
use super::replace::{Claim, PackKind, Verdict, admit, weigh};
use super::{MANIFEST_FILE, OutputEntry};

/// U+FEFF in UTF-8.
const BOM: &[u8] = "\u{FEFF}".as_bytes();

/// A pack in the making.
#[derive(Debug)]
pub struct Staging {
    folder: Folder,
    claim: Claim,
    csv_bom: bool,
    written: Vec<OutputEntry>,
}

impl Staging {
    /// Takes the right to write at the target, asks whether what stands there may be replaced, and begins a folder beside
    /// it, before any work starts.
    ///
    /// # Errors
    /// Another run writes there, the target is something that is not replaced, or its parent cannot be written.
    pub fn begin(disk: &Disk, target: &Path, claim: Claim) -> Outcome<Self> {
        named(target)?;
        let target = Target::take(disk, target, std::time::Duration::ZERO)?;
        admit(target.path(), &claim)?;
        Ok(Self { folder: Folder::begin(target)?, claim, csv_bom: false, written: Vec::new() })
    }

    /// Begins a folder that is only compared with something: nothing stands at the target, and it never takes its place.
    ///
    /// # Errors
    /// The parent of the target cannot be written.
    pub fn scratch(target: &Path) -> Outcome<Self> {
        let period = PeriodView { label: String::new(), from: Stamp(0), to: Stamp(0) };
        let claim = Claim { kind: PackKind::Evidence, organisation: String::new(), period, replace: false };
        Self::begin(&Disk::scratch(), target, claim)
    }

    /// Begins every CSV file with a byte order mark, by which spreadsheets know UTF-8.
    #[must_use]
    pub fn with_csv_bom(mut self, csv_bom: bool) -> Self {
        self.csv_bom = csv_bom;
        self
    }

    /// Opens a file of the pack for writing; `name` is relative, with `/`.
    pub fn create(&self, name: &str) -> Outcome<PackFile> {
        let writer = self.folder.create(name)?;
        let hashing = Hashing { writer, hash: Sha256::new(), bytes: 0 };
        let mut file = PackFile { name: name.to_owned(), inner: BufWriter::with_capacity(1 << 18, hashing) };
        if self.csv_bom && Path::new(name).extension().is_some_and(|ending| ending == "csv") {
            file.write_all(BOM).map_err(|cause| file.failure(&cause))?;
        }
        Ok(file)
    }

    /// Writes a whole file.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Outcome<()> {
        let mut file = self.create(name)?;
        file.write_all(bytes).map_err(|cause| file.failure(&cause))?;
        self.close(file)
    }

    /// Completes a file and notes its size and hash.
    pub fn close(&mut self, file: PackFile) -> Outcome<()> {
        let PackFile { name, inner } = file;
        let hashing = inner.into_inner().map_err(|cause| {
            let (cause, inner) = cause.into_parts();
            Failure::io("write", inner.get_ref().writer.path(), &cause)
        })?;
        self.written.push(OutputEntry { path: name, bytes: hashing.bytes, sha256: hex(&hashing.hash.finalize()) });
        Ok(())
    }

    /// What was written so far, sorted by path.
    pub fn outputs(&self) -> Vec<OutputEntry> {
        let mut outputs = self.written.clone();
        outputs.sort_by(|a, b| a.path.cmp(&b.path));
        outputs
    }

    /// Where the files stand until the pack is put in its place. What a command puts beside the manifest when that is
    /// written goes along.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The hash of a file that was written.
    pub fn sha256_of(&self, name: &str) -> Option<&str> {
        self.written.iter().find(|entry| entry.path == name).map(|entry| entry.sha256.as_str())
    }

    /// Puts the pack in place of what stands at the target, and says what was lost by that. The very same pack is left as
    /// it stands.
    ///
    /// # Errors
    /// What stands there is not replaced, or the pack cannot be written; then what stands there stands there.
    pub fn finish(self) -> Outcome<Vec<Diagnostic>> {
        let path = self.folder().join(MANIFEST_FILE);
        let manifest = disk::read(&path, disk::LIST).map_err(|cause| Failure::io("read", &path, &cause))?;
        let lost = match weigh(self.folder.target(), self.folder(), &manifest, &self.claim)? {
            Verdict::Same => return Ok(Vec::new()),
            Verdict::Replace(lost) => lost,
        };
        let remains = self.folder.finish()?;
        Ok(lost.into_iter().chain(remains).collect())
    }
}

/// The documents read back what was written before them.
impl PackTables for Staging {
    fn open(&self, name: &str) -> Outcome<Box<dyn Read>> {
        let path = self.folder().join(name);
        let file = disk::open(&path).map_err(|cause| Failure::io("read", &path, &cause))?;
        Ok(Box::new(file))
    }

    fn sha256(&self, name: &str) -> Option<String> {
        self.sha256_of(name).map(str::to_owned)
    }
}

/// Refuses a target that has no name of its own, such as `.`.
fn named(target: &Path) -> Outcome<()> {
    if target.file_name().is_some() {
        return Ok(());
    }
    let message = "the output must be a folder with a name of its own";
    Err(super::replace::refused(target, message, "name a folder, such as evidence/2026-Q3"))
}

/// A file of a pack that is being written; its bytes are hashed on the way.
#[derive(Debug)]
pub struct PackFile {
    name: String,
    inner: BufWriter<Hashing>,
}

impl PackFile {
    /// Turns a failed write into a message with the file's name.
    pub fn failure(&self, cause: &io::Error) -> Failure {
        Failure::io("write", self.inner.get_ref().writer.path(), cause)
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
    writer: Writer,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
