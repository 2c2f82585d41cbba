//! Whether a pack is what its manifest says: every file, the manifest itself, and the digests inside.

mod compare;
mod inside;

pub use compare::compare;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::report::Report;
use crate::source::SIGNATURES;

use super::digest::{hex, size_and_sha256};
use super::manifest::{MANIFEST_FILE, Manifest, SCHEMA};
use super::rows::not_read;

/// How something differs from what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It is there with other bytes, or says something else.
    Changed,
    /// It is listed and not there.
    Missing,
    /// It is there and not listed.
    Added,
    /// It is no plain file: a link, a device, an empty folder.
    Odd,
}

/// One thing that differs, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// Path under the pack, under the folder of exports, or of a rule file.
    pub path: String,
    /// How.
    pub kind: Kind,
    /// What, in short sentences without a full stop.
    pub what: Vec<String>,
}

impl Difference {
    /// A difference with one sentence.
    pub fn new(path: impl Into<String>, kind: Kind, what: impl Into<String>) -> Self {
        Self { path: path.into(), kind, what: vec![what.into()] }
    }
}

/// What was found out about a pack.
#[derive(Debug)]
pub struct PackCheck {
    /// SHA-256 of `manifest.json` as it lies there: the one number to note elsewhere.
    pub sha256: String,
    /// The manifest, where it could be read.
    pub manifest: Option<Manifest>,
    /// `report.json`, where it is the listed one and could be read.
    pub report: Option<Report>,
    /// Plain files of the pack, the manifest included, sorted.
    pub files: BTreeSet<String>,
    /// Signatures and time stamps that lie beside the manifest, sorted; nothing here says that they are good.
    pub signatures: Vec<String>,
    /// How many of the listed files have the listed size and hash.
    pub agree: usize,
    /// Everything that differs, sorted by path.
    pub differences: Vec<Difference>,
}

/// Checks a pack; writes nothing. `progress` hears how many of how many bytes are read.
///
/// # Errors
/// The folder cannot be read, has no manifest, or has one that is not of an evidence pack or of another version.
pub fn check_pack(pack: &Path, progress: &(dyn Fn(u64, u64) + Sync)) -> Outcome<PackCheck> {
    let bytes = open(pack)?;
    let sha256 = hex(&Sha256::digest(&bytes));
    let mut differences = Vec::new();
    let found = walk(pack)?;
    let files: BTreeSet<String> =
        found.iter().filter(|(_, entry)| **entry == Entry::File).map(|(path, _)| path.clone()).collect();
    let signatures: Vec<String> = files.iter().filter(|path| is_signature(path)).cloned().collect();
    let manifest = match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) => manifest,
        Err(cause) => {
            let what = format!("it cannot be read as a manifest: {cause}");
            differences.push(Difference::new(MANIFEST_FILE, Kind::Changed, what));
            return Ok(PackCheck { sha256, manifest: None, report: None, files, signatures, agree: 0, differences });
        }
    };
    own_bytes(&manifest, &bytes, &mut differences);
    if found.get(MANIFEST_FILE) == Some(&Entry::Link) {
        differences.push(Difference::new(MANIFEST_FILE, Kind::Odd, "it is a link"));
    }
    let listed = listed(&manifest, &mut differences);
    let changed = hashes(pack, &manifest, &listed, &files, progress)?;
    let agree = listed.len() - changed.len();
    let bad: BTreeSet<String> = changed.iter().map(|difference| difference.path.clone()).collect();
    differences.extend(changed);
    differences.extend(unlisted(&found, &listed));
    let report =
        inside::digests(pack, &manifest, |path| listed.contains(path) && !bad.contains(path), &mut differences);
    differences.sort();
    Ok(PackCheck { sha256, manifest: Some(manifest), report, files, signatures, agree, differences })
}

/// The bytes of the manifest of a folder that can be a pack of this version.
fn open(pack: &Path) -> Outcome<Vec<u8>> {
    let refuse = |message: &str, hint: &str| {
        let place = Place::file(pack.display().to_string());
        Failure::usage_one(Diagnostic::error("no-pack", message).at(place).hint(hint))
    };
    let made = "`overstay report EXPORTS --period 2026-Q3 --out PACK` makes a pack";
    if !pack.is_dir() {
        let message = if pack.exists() { "a pack is a folder, and this is a file" } else { "there is no such folder" };
        return Err(refuse(message, made));
    }
    let path = pack.join(MANIFEST_FILE);
    let bytes = match disk::read(&path, disk::LIST) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            return Err(refuse("the folder has no manifest.json, without which nothing can be compared", made));
        }
        Err(cause) => return Err(not_read(&path, &cause)),
    };
    // What is no JSON at all may be a damaged manifest: that is a difference, and found later.
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) {
        let schema = value.get("schema").and_then(serde_json::Value::as_str).unwrap_or_default();
        if schema.starts_with("overstay.manifest/") && schema != SCHEMA {
            let message = format!(
                "manifest.json has the format `{}`; this version knows `{SCHEMA}`",
                crate::render::text::visible(schema, false)
            );
            return Err(refuse(&message, "use the version of the tool that made the pack, or a newer one"));
        }
        if schema != SCHEMA {
            return Err(refuse("its manifest.json is not the manifest of an evidence pack", made));
        }
    }
    Ok(bytes)
}

#[derive(Debug, PartialEq, Eq)]
enum Entry {
    File,
    Folder,
    Link,
    Other,
}

/// Everything under a pack. Links are not followed.
fn walk(pack: &Path) -> Outcome<BTreeMap<String, Entry>> {
    let mut found = BTreeMap::new();
    for entry in WalkDir::new(pack).min_depth(1) {
        let entry = entry.map_err(|cause| {
            let path = cause.path().unwrap_or(pack).to_owned();
            Failure::io("read", &path, &cause.into_io_error().unwrap_or_else(|| io::Error::other("a loop of links")))
        })?;
        let inside = entry.path().strip_prefix(pack).unwrap_or(entry.path());
        let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
        let kind = entry.file_type();
        let kind = if kind.is_symlink() {
            Entry::Link
        } else if kind.is_dir() {
            Entry::Folder
        } else if kind.is_file() {
            Entry::File
        } else {
            Entry::Other
        };
        found.insert(parts.join("/"), kind);
    }
    Ok(found)
}

/// The manifest has to be what its content gives when it is written, with the hash that it gives itself.
fn own_bytes(manifest: &Manifest, bytes: &[u8], differences: &mut Vec<Difference>) {
    let written = manifest.to_json();
    if written != bytes {
        let at = written.iter().zip(bytes).take_while(|(a, b)| a == b).count() + 1;
        let what = format!("its bytes are not those that its content is written as, from byte {at} on");
        differences.push(Difference::new(MANIFEST_FILE, Kind::Changed, what));
    }
    let sealed = manifest.clone().sealed().manifest_sha256;
    if sealed != manifest.manifest_sha256 {
        let what = format!("its own SHA-256 is {sealed}; it says {}", shown(&manifest.manifest_sha256));
        differences.push(Difference::new(MANIFEST_FILE, Kind::Changed, what));
    }
}

/// The paths that the manifest lists; what cannot be a path of a pack is said and never opened.
fn listed(manifest: &Manifest, differences: &mut Vec<Difference>) -> BTreeSet<String> {
    let mut listed = BTreeSet::new();
    for output in &manifest.outputs {
        let plain = output.path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        let taken = output.path == MANIFEST_FILE || is_signature(&output.path);
        if !plain || taken || output.path.contains(['\\', '\0']) {
            let what = "the manifest lists it, and a pack cannot have such a file";
            differences.push(Difference::new(output.path.clone(), Kind::Odd, what));
        } else if !listed.insert(output.path.clone()) {
            differences.push(Difference::new(output.path.clone(), Kind::Odd, "the manifest lists it twice"));
        }
    }
    listed
}

/// The listed files that are not there or are others.
fn hashes(
    pack: &Path,
    manifest: &Manifest,
    listed: &BTreeSet<String>,
    files: &BTreeSet<String>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Outcome<Vec<Difference>> {
    let total = manifest.outputs.iter().fold(0_u64, |sum, output| sum.saturating_add(output.bytes));
    let done = AtomicU64::new(0);
    let outputs: BTreeMap<&str, _> = manifest.outputs.iter().map(|output| (output.path.as_str(), output)).collect();
    let outputs: Vec<_> = outputs.into_values().filter(|output| listed.contains(&output.path)).collect();
    let results: Vec<Outcome<Option<Difference>>> = outputs
        .into_par_iter()
        .map(|output| {
            if !files.contains(&output.path) {
                return Ok(Some(Difference::new(output.path.clone(), Kind::Missing, "listed, and not there")));
            }
            let path = pack.join(&output.path);
            let heard = |read: u64| progress(done.fetch_add(read, Ordering::Relaxed) + read, total);
            let (bytes, sha256) = size_and_sha256(&path, &heard).map_err(|cause| Failure::io("read", &path, &cause))?;
            let what = if bytes != output.bytes {
                format!("{bytes} bytes; the manifest lists {}", output.bytes)
            } else if sha256 != output.sha256 {
                format!("SHA-256 {sha256}; the manifest lists {}", shown(&output.sha256))
            } else {
                return Ok(None);
            };
            Ok(Some(Difference::new(output.path.clone(), Kind::Changed, what)))
        })
        .collect();
    let mut changed = Vec::new();
    for result in results {
        changed.extend(result?);
    }
    Ok(changed)
}

/// What lies in the pack and is not listed.
fn unlisted(found: &BTreeMap<String, Entry>, listed: &BTreeSet<String>) -> Vec<Difference> {
    let mut out = Vec::new();
    for (path, entry) in found {
        let (kind, what) = match entry {
            Entry::File if path == MANIFEST_FILE || is_signature(path) || listed.contains(path) => continue,
            Entry::File => (Kind::Added, "not listed"),
            Entry::Folder if found.keys().any(|other| is_inside(other, path)) => continue,
            Entry::Folder => (Kind::Odd, "an empty folder, not listed"),
            Entry::Link if path == MANIFEST_FILE => continue,
            Entry::Link => (Kind::Odd, "a link; where it leads was not read"),
            Entry::Other => (Kind::Odd, "neither a file nor a folder"),
        };
        out.push(Difference::new(path.clone(), kind, what));
    }
    out
}

fn is_signature(path: &str) -> bool {
    SIGNATURES.contains(&path)
}

fn is_inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A text out of a file as messages may show it: short, and with nothing hidden in it.
pub(super) fn shown(text: &str) -> String {
    let (head, rest) = crate::render::text::cut(text, 80);
    let dots = if rest.is_empty() { "" } else { "…" };
    format!("{}{dots}", crate::render::text::visible(head, false))
}
