//! The accepted baseline: records an acceptance, and opens the pack that was accepted last.

use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::{ACCEPTED_FILE, Acceptance, Accepted, MANIFEST_FILE, check_pack};
use crate::report::Stamp;
use crate::report::drift::Reference;
use crate::writing::{Disk, MOMENT, Target};

use super::side::Side;

/// Records that a pack is accepted, beside it. Earlier acceptances stay in the file.
///
/// # Errors
/// The folder is no pack or differs from its manifest, or the file cannot be read or written.
pub fn accept(disk: &Disk, pack: &Path, by: &str, reason: &str, at: Stamp) -> Outcome<(PathBuf, Acceptance)> {
    let full = std::fs::canonicalize(pack).ok().filter(|full| full.join(MANIFEST_FILE).is_file());
    // What is accepted is not replaced meanwhile.
    let _standing = full.as_deref().map(|full| Target::take(disk, full, MOMENT)).transpose()?;
    let side = Side::open(pack)?;
    if let Some(difference) = check_pack(pack, &|_, _| ())?.differences.first() {
        let message =
            format!("the pack is not what its manifest says, and cannot be accepted: {}", difference.what.join("; "));
        let place = Place::file(pack.join(&difference.path).display().to_string());
        let hint = "`overstay verify` shows all that differs; restore the pack, or make it again";
        return Err(Failure::usage_one(Diagnostic::error("bad-pack", message).at(place).hint(hint)));
    }
    let (Some(folder), Some(name)) =
        (full.as_deref().and_then(Path::parent), full.as_deref().and_then(Path::file_name))
    else {
        let message = "the pack must be a folder inside another one, where the acceptance is recorded";
        let place = Place::file(pack.display().to_string());
        return Err(Failure::usage_one(Diagnostic::error("bad-pack", message).at(place)));
    };
    // Nobody else adds a line between reading and writing.
    let target = Target::take(disk, &folder.join(ACCEPTED_FILE), MOMENT)?;
    let mut accepted = Accepted::load(folder)?.unwrap_or_default();
    let entry = Acceptance {
        pack: name.to_string_lossy().into_owned(),
        manifest_sha256: side.manifest_sha256.clone().unwrap_or_default(),
        report_id: side.report.report_id.clone(),
        period: side.report.period.label.clone(),
        by: by.to_owned(),
        reason: reason.to_owned(),
        at,
    };
    accepted.entries.push(entry.clone());
    let mut bytes = crate::json::pretty(&accepted).into_bytes();
    bytes.push(b'\n');
    target.write(&bytes)?;
    Ok((target.path().to_owned(), entry))
}

/// The accepted pack of a folder of packs.
///
/// # Errors
/// Nothing is accepted there, or the pack is not the one that was accepted.
pub fn open_accepted(folder: &Path) -> Outcome<(Side, Reference)> {
    let place = || Place::file(folder.join(ACCEPTED_FILE).display().to_string());
    let accepted = Accepted::load(folder)?;
    let Some(entry) = accepted.as_ref().and_then(Accepted::last) else {
        let hint = "accept a pack first: overstay accept PACK --by NAME --reason TEXT";
        let message = "no pack of this folder is accepted as the baseline";
        return Err(Failure::usage_one(Diagnostic::error("no-acceptance", message).at(place()).hint(hint)));
    };
    let side = Side::open(&folder.join(&entry.pack))?;
    if !entry.is_of(&entry.pack, side.manifest_sha256.as_deref().unwrap_or_default()) {
        return Err(other_pack(folder, &entry.pack));
    }
    let reference = Reference::Accepted { by: entry.by.clone(), reason: entry.reason.clone(), at: entry.at };
    Ok((side, reference))
}

/// The pack that stands in the place of the accepted one is another.
pub(super) fn other_pack(folder: &Path, pack: &str) -> Failure {
    let message = format!("the pack {pack} is not the one that was accepted: its manifest has another SHA-256");
    let hint = "restore the accepted pack, or accept the one that is there";
    let place = Place::file(folder.join(ACCEPTED_FILE).display().to_string());
    Failure::usage_one(Diagnostic::error("other-pack", message).at(place).hint(hint))
}
