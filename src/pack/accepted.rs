//! The acceptances of packs: who accepted which one, when and why, kept beside the packs with the pack's hash.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::report::Stamp;

use super::manifest::AcceptedPack;

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

impl Default for Accepted {
    /// A file with nothing in it yet.
    fn default() -> Self {
        Self { schema: SCHEMA.to_owned(), entries: Vec::new() }
    }
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
    pub fn records(&self, recorded: &AcceptedPack) -> bool {
        (&self.pack, &self.by, &self.reason, self.at) == (&recorded.pack, &recorded.by, &recorded.reason, recorded.at)
    }

    /// Whether it is about this very pack.
    pub fn is_of(&self, pack: &str, manifest_sha256: &str) -> bool {
        self.pack == pack && self.manifest_sha256 == manifest_sha256
    }
}
