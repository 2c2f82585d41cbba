//! Packs of a folder in the order of time, with the headline of each.

use std::path::Path;

use serde::Deserialize;

use crate::failure::{Failure, Outcome};
use crate::pack::{MANIFEST_FILE, MANIFEST_SCHEMA};
use crate::report::history::HistoryRow;

use super::accepted::Accepted;
use super::context::rules_digest;
use super::open::open_report;

/// The packs directly under a folder, the earliest first. A folder without packs gives an empty list.
///
/// # Errors
/// The folder cannot be read, or a pack in it is damaged.
pub fn history(folder: &Path) -> Outcome<Vec<HistoryRow>> {
    let accepted = Accepted::load(folder)?;
    let in_force = accepted.as_ref().and_then(Accepted::last);
    let rows = found(folder)?.into_iter().map(|pack| {
        let accepted = in_force.is_some_and(|entry| entry.pack == pack.name);
        HistoryRow { accepted, ..pack.row }
    });
    Ok(rows.collect())
}

/// One pack of a folder.
#[derive(Debug)]
pub(super) struct Found {
    /// Its folder.
    pub(super) name: String,
    /// Its headline; whether it is accepted is not looked up.
    pub(super) row: HistoryRow,
    /// SHA-256 of its manifest.
    pub(super) manifest_sha256: String,
    /// Whose it is.
    pub(super) organisation: String,
}

impl Found {
    /// Reads the headline of a pack.
    pub(super) fn open(folder: &Path, name: &str) -> Outcome<Self> {
        let (report, manifest, manifest_sha256) = open_report(&folder.join(name))?;
        let row = HistoryRow::of(Some(name), Some(&manifest_sha256), &report, rules_digest(&manifest.rules));
        Ok(Self { name: name.to_owned(), row, manifest_sha256, organisation: report.organisation })
    }
}

/// The packs directly under a folder, in the order of time.
pub(super) fn found(folder: &Path) -> Outcome<Vec<Found>> {
    let mut packs: Vec<Found> = names(folder)?.iter().map(|name| Found::open(folder, name)).collect::<Outcome<_>>()?;
    packs.sort_by(|a, b| (a.row.as_of, &a.name).cmp(&(b.row.as_of, &b.name)));
    Ok(packs)
}

/// Names of the folders that hold a pack, sorted.
fn names(folder: &Path) -> Outcome<Vec<String>> {
    /// All that tells a pack from another folder.
    #[derive(Deserialize)]
    struct Kind {
        schema: String,
    }
    let entries = std::fs::read_dir(folder).map_err(|cause| Failure::io("read", folder, &cause))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|cause| Failure::io("read", folder, &cause))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = std::fs::read(entry.path().join(MANIFEST_FILE)).ok();
        let kind: Option<Kind> = kind.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if !name.starts_with('.') && kind.is_some_and(|kind| kind.schema == MANIFEST_SCHEMA) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
