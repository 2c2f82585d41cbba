//! Packs of a folder in the order of time, with the headline of each.

use std::path::Path;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::{ACCEPTED_FILE, Accepted, EarlierPacks, MANIFEST_FILE, MANIFEST_SCHEMA, damaged, not_read};
use crate::report::history::HistoryRow;

use super::chain::among;
use super::explains::rules_digest;
use super::open::open_report;

/// The packs directly under a folder, the earliest first, and the doubts about them: that the accepted one is another,
/// and that one of them names another by a manifest that does not lie there. A folder without packs gives an empty list.
///
/// # Errors
/// The folder cannot be read, or a pack in it is damaged.
pub fn history(folder: &Path) -> Outcome<(Vec<HistoryRow>, Vec<Diagnostic>)> {
    let accepted = Accepted::load(folder)?;
    let in_force = accepted.as_ref().and_then(Accepted::last);
    let packs = found(folder)?;
    let mut doubts = among(&packs);
    let rows = packs.into_iter().map(|pack| {
        let accepted = in_force.is_some_and(|entry| entry.is_of(&pack.name, &pack.manifest_sha256));
        HistoryRow { accepted, ..pack.row }
    });
    let rows: Vec<HistoryRow> = rows.collect();
    doubts.extend(in_force.filter(|_| rows.iter().all(|row| !row.accepted)).map(|entry| {
        let message = format!("the pack {} that was accepted is not here, or is another one now", entry.pack);
        Diagnostic::warning("other-pack", message).at(Place::file(folder.join(ACCEPTED_FILE).display().to_string()))
    }));
    Ok((rows, doubts))
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
    /// The packs before it, as its manifest names them.
    pub(super) earlier: Option<EarlierPacks>,
    /// The key of its pseudonyms.
    pub(super) pseudonyms: Option<String>,
}

impl Found {
    /// Reads the headline of a pack.
    pub(super) fn open(folder: &Path, name: &str) -> Outcome<Self> {
        let (report, manifest, manifest_sha256) = open_report(&folder.join(name))?;
        let row = HistoryRow::of(Some(name), Some(&manifest_sha256), &report, rules_digest(&manifest.rules));
        let (organisation, earlier) = (report.organisation, manifest.options.history);
        let pseudonyms = manifest.options.pseudonyms;
        Ok(Self { name: name.to_owned(), row, manifest_sha256, organisation, earlier, pseudonyms })
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
    let entries = std::fs::read_dir(folder).map_err(|cause| Failure::io("read", folder, &cause))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|cause| Failure::io("read", folder, &cause))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path().join(MANIFEST_FILE);
        if name.starts_with('.') || path.symlink_metadata().is_err() {
            continue;
        }
        let bytes = disk::read(&path, disk::LIST).map_err(|cause| not_read(&path, &cause))?;
        let text: serde_json::Value = serde_json::from_slice(&bytes).map_err(|cause| damaged(&path, &cause))?;
        // A manifest of another kind, of canonical tables or of another program, makes no pack.
        if text["schema"] == MANIFEST_SCHEMA {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
