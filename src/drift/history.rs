//! Packs of a folder in the order of time, with the headline of each.

use std::path::Path;

use serde::Deserialize;

use crate::failure::{Failure, Outcome};
use crate::pack::MANIFEST_SCHEMA;
use crate::report::history::HistoryRow;

use super::accepted::Accepted;
use super::side::Side;

/// The packs directly under a folder, the earliest first. A folder without packs gives an empty list.
///
/// # Errors
/// The folder cannot be read, or a pack in it is damaged.
pub fn history(folder: &Path) -> Outcome<Vec<HistoryRow>> {
    let accepted = Accepted::load(folder)?;
    let mut rows = Vec::new();
    for name in packs(folder)? {
        let side = Side::open(&folder.join(&name))?;
        let in_force = accepted.as_ref().and_then(Accepted::last);
        let accepted = in_force.is_some_and(|entry| entry.pack == name);
        rows.push(HistoryRow::of(&name, side.manifest_sha256.as_deref(), &side.report, accepted));
    }
    rows.sort_by(|a, b| (a.as_of, &a.pack).cmp(&(b.as_of, &b.pack)));
    Ok(rows)
}

/// Names of the folders that hold a pack, sorted.
fn packs(folder: &Path) -> Outcome<Vec<String>> {
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
        let kind = std::fs::read(entry.path().join("manifest.json")).ok();
        let kind: Option<Kind> = kind.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if !name.starts_with('.') && kind.is_some_and(|kind| kind.schema == MANIFEST_SCHEMA) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
