//! Signatures of a manifest, made and checked by commands of the user's own: this tool holds no key and knows no format.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::source::SIGNATURES;

use super::digest::sha256_of;
use super::manifest::MANIFEST_FILE;
use super::verify::check_pack;

/// What a command said of the signatures of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// It ended with 0.
    Good,
    /// It ended with this code; `None`: a signal ended it.
    Bad(Option<i32>),
}

/// Has the manifest of a pack that is not in its place yet signed. The command must leave at least one signature beside
/// the manifest, and everything else as it was.
///
/// # Errors
/// The command cannot be run or fails, leaves no signature, or changed anything else.
pub fn sign(folder: &Path, command: &str) -> Outcome<()> {
    let path = folder.join(MANIFEST_FILE);
    let read = || disk::read(&path, disk::LIST).map_err(|cause| Failure::io("read", &path, &cause));
    let before = sha256_of(&read()?);
    let status = run(command, &path)?;
    if !status.success() {
        return Err(Failure::run(format!("the sign command failed ({status}); no pack was put in place")));
    }
    let check = check_pack(folder, &|_, _| ())?;
    if let Some(difference) = check.differences.first() {
        let (path, what) = (&difference.path, difference.what.join("; "));
        return Err(Failure::run(format!("the sign command did more to the pack than sign it: {path}: {what}")));
    }
    if check.sha256 != before {
        return Err(Failure::run("the sign command wrote another manifest"));
    }
    if check.signatures.is_empty() {
        let names = SIGNATURES.join(", ");
        return Err(Failure::run(format!("the sign command left no signature beside the manifest: none of {names}")));
    }
    Ok(())
}

/// Asks a command whether the manifest of a pack is signed.
///
/// # Errors
/// The command cannot be run.
pub fn check_signature(pack: &Path, command: &str) -> Outcome<Signed> {
    let status = run(command, &pack.join(MANIFEST_FILE))?;
    match status.code() {
        Some(0) => Ok(Signed::Good),
        // What a shell answers when there is no such command, or it may not be run: then nothing was checked.
        Some(126 | 127) => Err(Failure::run(format!("the verify command could not be run ({status})"))),
        code => Ok(Signed::Bad(code)),
    }
}

/// Runs a command as a shell does, with the whole path of the manifest as `$1`. What it prints goes to standard error.
fn run(command: &str, manifest: &Path) -> Outcome<ExitStatus> {
    let manifest = fs::canonicalize(manifest).map_err(|cause| Failure::io("find", manifest, &cause))?;
    let status = Command::new("sh")
        .args(["-c", command, "overstay"])
        .arg(manifest)
        .stdout(Stdio::from(std::io::stderr()))
        .status();
    status.map_err(|cause| Failure::run(format!("cannot run `sh` for the command {command:?}: {cause}")))
}
