//! The files of a pack that a comparison reads, each of them the one that the manifest lists.

use std::path::Path;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::{MANIFEST_FILE, Manifest, not_read, sha256_of, size_and_sha256};
use crate::report::{Report, SCHEMA};

const REPORT: &str = "report.json";

/// The report of a pack, its manifest, and the manifest's SHA-256.
///
/// # Errors
/// The folder is no pack, its report is not the one that the manifest lists, or this version does not know its format.
pub(super) fn open_report(folder: &Path) -> Outcome<(Report, Manifest, String)> {
    let (manifest, manifest_sha256): (Manifest, String) = json(folder, MANIFEST_FILE)?;
    let (Format { schema }, _): (Format, String) = json(folder, REPORT)?;
    if schema != SCHEMA {
        return Err(other_format(folder, &schema));
    }
    let (report, sha256): (Report, String) = json(folder, REPORT)?;
    if listed(&manifest, REPORT) != Some(sha256.as_str()) {
        return Err(changed(folder, REPORT));
    }
    Ok((report, manifest, manifest_sha256))
}

/// What every report says first.
#[derive(serde::Deserialize)]
struct Format {
    schema: String,
}

/// A report of another version: its numbers were counted by other rules, so that comparing them would say nothing.
fn other_format(folder: &Path, schema: &str) -> Failure {
    let place = Place::file(folder.join(REPORT).display().to_string());
    let message = format!("the report has the format `{schema}`, and this version compares `{SCHEMA}` only");
    let hint = "make the pack again from its exports: `overstay report EXPORTS --period LABEL --out PACK`";
    Failure::usage_one(Diagnostic::error("other-format", message).at(place).hint(hint))
}

fn listed<'a>(manifest: &'a Manifest, name: &str) -> Option<&'a str> {
    manifest.outputs.iter().find(|output| output.path == name).map(|output| output.sha256.as_str())
}

/// What a comparison reads must be what the run wrote: a file that is not, or that came or went since, is refused. Of
/// several names, the first that the pack has is the one that is read.
pub(super) fn intact(folder: &Path, manifest: &Manifest, names: &[String]) -> Outcome<()> {
    for name in names {
        let path = folder.join(name);
        let sha256 = match disk::open(&path).and_then(|_| size_and_sha256(&path, &|_| ())) {
            Ok((_, sha256)) => Some(sha256),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => None,
            Err(cause) => return Err(not_read(&path, &cause)),
        };
        if sha256.as_deref() != listed(manifest, name) {
            return Err(changed(folder, name));
        }
        if sha256.is_some() {
            return Ok(());
        }
    }
    Ok(())
}

fn changed(folder: &Path, name: &str) -> Failure {
    let place = Place::file(folder.join(name).display().to_string());
    let message = "the file is not the one that the manifest of the pack lists: nothing is compared with it";
    let hint = "`overstay verify` says what differs; restore the pack";
    Failure::usage_one(Diagnostic::error("bad-pack", message).at(place).hint(hint))
}

/// A file of the pack as JSON, with the SHA-256 of its bytes.
fn json<T: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Outcome<(T, String)> {
    let path = folder.join(name);
    let bytes = disk::read(&path, disk::DOCUMENT).map_err(|cause| {
        let message = format!("not an evidence pack: {name} cannot be read ({cause})");
        let hint = "name a folder that `overstay report --out` has written";
        let place = Place::file(folder.display().to_string());
        Failure::usage_one(Diagnostic::error("no-pack", message).at(place).hint(hint))
    })?;
    let value = serde_json::from_slice(&bytes).map_err(|cause| {
        let place = Place::file(path.display().to_string());
        let hint = "it was changed, or written by another version: `overstay verify` tells which";
        Failure::usage_one(Diagnostic::error("bad-pack", format!("cannot be read: {cause}")).at(place).hint(hint))
    })?;
    Ok((value, sha256_of(&bytes)))
}
