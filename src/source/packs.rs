//! Folders that an earlier run wrote: their tables have the engine's own headers and must not be read as exports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::disk;

use super::open::hex;

/// What may lie beside a manifest and is not listed in it, because it is made of it: detached signatures of OpenSSH,
/// minisign, OpenPGP and Sigstore, and a time stamp by RFC 3161.
pub const SIGNATURES: [&str; 5] = [
    "manifest.json.sig",
    "manifest.json.minisig",
    "manifest.json.asc",
    "manifest.json.sigstore.json",
    "manifest.json.tsr",
];

#[derive(Deserialize)]
struct Output {
    path: String,
}

#[derive(Deserialize)]
struct Manifest {
    schema: String,
    outputs: Vec<Output>,
}

/// The manifest of a folder, if it has one of ours, with its text.
fn manifest(folder: &Path) -> Option<(Manifest, Vec<u8>)> {
    let path = folder.join("manifest.json");
    let text = disk::read(&path, disk::LIST).ok()?;
    let manifest: Manifest = serde_json::from_slice(&text).ok()?;
    manifest.schema.starts_with("overstay.").then_some((manifest, text))
}

/// Whether a folder is an earlier run's output and nothing else: a schema that is known, a seal that agrees, and exactly
/// the files that the manifest lists. A folder of exports that claims it is read.
pub fn is_own_output(folder: &Path) -> bool {
    let Some((manifest, text)) = manifest(folder) else {
        return false;
    };
    let sealed = match manifest.schema.as_str() {
        "overstay.manifest/1" | "overstay.manifest/2" => seal_agrees(&text),
        "overstay.canonical/1" => true,
        _ => false,
    };
    sealed && files(folder).is_some_and(|found| found == listed(&manifest))
}

fn listed(manifest: &Manifest) -> BTreeSet<PathBuf> {
    manifest.outputs.iter().map(|output| PathBuf::from(&output.path)).chain([PathBuf::from("manifest.json")]).collect()
}

fn files(folder: &Path) -> Option<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    for entry in WalkDir::new(folder).min_depth(1) {
        let entry = entry.ok()?;
        let path = entry.path().strip_prefix(folder).ok()?;
        let signature = entry.file_type().is_file() && SIGNATURES.iter().any(|name| path == Path::new(name));
        if !entry.file_type().is_dir() && !signature {
            found.insert(path.to_owned());
        }
    }
    Some(found)
}

/// The SHA-256 of a manifest over its own bytes with an empty text in the place of the seal.
fn seal_agrees(text: &[u8]) -> bool {
    const KEY: &[u8] = b"\"manifest_sha256\": \"";
    let Some(at) = memchr::memmem::rfind(text, KEY).map(|at| at + KEY.len()) else {
        return false;
    };
    let Some(seal) = text.get(at..at + 64) else {
        return false;
    };
    let mut hash = Sha256::new();
    hash.update(&text[..at]);
    hash.update(&text[at + 64..]);
    hex(&hash.finalize()).as_bytes() == seal
}
