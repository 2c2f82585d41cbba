//! The accepted baseline: who accepted which pack, when and why, kept beside the packs with the pack's hash.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::{AcceptedPack, check_pack, write_file};
use crate::report::Stamp;
use crate::report::drift::Reference;

use super::side::Side;

/// Name of the file beside the packs.
pub const ACCEPTED_FILE: &str = "accepted.json";

const SCHEMA: &str = "overstay.accepted/1";

/// `accepted.json`: every acceptance, the last one in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// `overstay.accepted/1`.
    pub schema: String,
    /// The acceptances, in the order in which they were made.
    pub entries: Vec<Acceptance>,
}

/// One acceptance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Folder of the pack, beside this file.
    pub pack: String,
    /// SHA-256 of its manifest, which has the hashes of everything else.
    pub manifest_sha256: String,
    /// Id of its report.
    pub report_id: String,
    /// Label of its period.
    pub period: String,
    /// Who accepted it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Stamp,
}

impl Accepted {
    /// Reads the acceptances of a folder of packs; `None` when there are none.
    ///
    /// # Errors
    /// The file is damaged.
    pub fn load(folder: &Path) -> Outcome<Option<Self>> {
        let path = folder.join(ACCEPTED_FILE);
        if !path.exists() {
            return Ok(None);
        }
        let wrong = |message: String| {
            let place = Place::file(path.display().to_string());
            Failure::usage_one(Diagnostic::error("bad-acceptance", message).at(place))
        };
        let bytes = disk::read(&path, disk::LIST).map_err(|cause| {
            if disk::is_about_the_file(&cause) {
                wrong(format!("cannot be read: {cause}"))
            } else {
                Failure::io("read", &path, &cause)
            }
        })?;
        let accepted: Self =
            serde_json::from_slice(&bytes).map_err(|cause| wrong(format!("cannot be read: {cause}")))?;
        if accepted.schema != SCHEMA {
            return Err(wrong(format!("the format is {}, expected {SCHEMA}", accepted.schema)));
        }
        match accepted.entries.iter().find_map(Acceptance::mistake) {
            Some(mistake) => Err(wrong(mistake)),
            None => Ok(Some(accepted)),
        }
    }

    /// The acceptance in force.
    pub fn last(&self) -> Option<&Acceptance> {
        self.entries.last()
    }
}

impl Acceptance {
    /// What is wrong with an entry that somebody wrote by other means.
    fn mistake(&self) -> Option<String> {
        // A name leads to no other folder.
        if Path::new(&self.pack).file_name() != Some(self.pack.as_ref()) {
            return Some(format!("{:?} is no name of a pack beside the file", self.pack));
        }
        let unsaid = self.by.trim().is_empty() || self.reason.trim().is_empty();
        unsaid.then(|| format!("the acceptance of {} says no name or no reason", self.pack))
    }

    /// Whether it is the acceptance that a pack recorded.
    pub(super) fn records(&self, recorded: &AcceptedPack) -> bool {
        (&self.pack, &self.by, &self.reason, self.at) == (&recorded.pack, &recorded.by, &recorded.reason, recorded.at)
    }

    /// Whether it is about this very pack.
    pub(super) fn is_of(&self, pack: &str, manifest_sha256: &str) -> bool {
        self.pack == pack && self.manifest_sha256 == manifest_sha256
    }
}

/// Records that a pack is accepted, beside it. Earlier acceptances stay in the file.
///
/// # Errors
/// The folder is no pack or differs from its manifest, or the file cannot be read or written.
pub fn accept(pack: &Path, by: &str, reason: &str, at: Stamp) -> Outcome<(PathBuf, Acceptance)> {
    let side = Side::open(pack)?;
    if let Some(difference) = check_pack(pack, &|_, _| ())?.differences.first() {
        let message =
            format!("the pack is not what its manifest says, and cannot be accepted: {}", difference.what.join("; "));
        let place = Place::file(pack.join(&difference.path).display().to_string());
        let hint = "`overstay verify` shows all that differs; restore the pack, or make it again";
        return Err(Failure::usage_one(Diagnostic::error("bad-pack", message).at(place).hint(hint)));
    }
    let full = std::fs::canonicalize(pack).map_err(|cause| Failure::io("find", pack, &cause))?;
    let (Some(folder), Some(name)) = (full.parent(), full.file_name()) else {
        let message = "the pack must be a folder inside another one, where the acceptance is recorded";
        let place = Place::file(pack.display().to_string());
        return Err(Failure::usage_one(Diagnostic::error("bad-pack", message).at(place)));
    };
    let mut accepted =
        Accepted::load(folder)?.unwrap_or_else(|| Accepted { schema: SCHEMA.to_owned(), entries: Vec::new() });
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
    let path = folder.join(ACCEPTED_FILE);
    write_file(&path, &bytes)?;
    Ok((path, entry))
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
