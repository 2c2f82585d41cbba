//! The chain: a pack that was compared with earlier ones names their manifests by SHA-256. Whether those lie there.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::diag::{Diagnostic, Place};
use crate::pack::{ACCEPTED_FILE, Accepted, EarlierPacks, read_manifest};

use super::history::Found;

/// A pack that another one names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Folder of the pack that names it.
    pub by: String,
    /// Its own folder.
    pub pack: String,
    /// SHA-256 of its manifest, as it is named; `null` where it is an acceptance that is named.
    pub manifest_sha256: Option<String>,
    /// What lies there.
    pub state: LinkState,
}

/// What lies where a named pack should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    /// The pack that was named.
    Same,
    /// A pack with another manifest.
    Other,
    /// No pack.
    Missing,
}

impl Link {
    fn new(by: &str, pack: &str, manifest_sha256: &str, there: Option<&str>) -> Self {
        let state = match there {
            None => LinkState::Missing,
            Some(there) if there == manifest_sha256 => LinkState::Same,
            Some(_) => LinkState::Other,
        };
        Self { by: by.to_owned(), pack: pack.to_owned(), manifest_sha256: Some(manifest_sha256.to_owned()), state }
    }

    /// What is wrong, in a clause.
    pub fn words(&self) -> Option<String> {
        let Self { by, pack, manifest_sha256, state } = self;
        match (state, manifest_sha256) {
            (LinkState::Same, _) => None,
            (LinkState::Other, Some(named)) => {
                Some(format!("{by} names {pack} by the manifest {named}, and another one lies there"))
            }
            (LinkState::Missing, Some(_)) => Some(format!("{by} names {pack}, and no such pack lies there")),
            (LinkState::Other, None) => {
                Some(format!("{by} records an acceptance of {pack}, and {ACCEPTED_FILE} does not hold it"))
            }
            (LinkState::Missing, None) => {
                Some(format!("{by} records an acceptance of {pack}, and no {ACCEPTED_FILE} lies there"))
            }
        }
    }

    /// The same as a message.
    pub fn doubt(&self) -> Option<Diagnostic> {
        let hint = "one of the two was made anew since, or changed: compare with what was noted or signed then";
        let code = if self.state == LinkState::Missing { "pack-missing" } else { "other-pack" };
        Some(Diagnostic::warning(code, self.words()?).at(Place::file(self.pack.clone())).hint(hint))
    }
}

/// The packs that a pack names, and the acceptance that it records, as they lie in a folder.
pub fn named(by: &str, recorded: &EarlierPacks, folder: &Path) -> Vec<Link> {
    let link = |wanted: &crate::pack::EarlierPack| {
        // A name out of a manifest leads to no other folder.
        let plain = Path::new(&wanted.pack).file_name() == Some(wanted.pack.as_ref());
        let there = plain.then(|| read_manifest(&folder.join(&wanted.pack))).flatten().map(|(_, sha256)| sha256);
        Link::new(by, &wanted.pack, &wanted.manifest_sha256, there.as_deref())
    };
    let accepted = recorded.accepted.as_ref().map(|accepted| {
        let holds = |file: &Accepted| file.entries.iter().any(|entry| entry.records(accepted));
        let state = match Accepted::load(folder) {
            Ok(None) => LinkState::Missing,
            Ok(Some(file)) if holds(&file) => LinkState::Same,
            Ok(Some(_)) | Err(_) => LinkState::Other,
        };
        Link { by: by.to_owned(), pack: accepted.pack.clone(), manifest_sha256: None, state }
    });
    recorded.packs.iter().map(link).chain(accepted).collect()
}

/// What the packs of a folder say of one among them. Folders that cannot be read say nothing.
pub fn named_by_others(folder: &Path, pack: &str, manifest_sha256: &str) -> Vec<Link> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let mut links = Vec::new();
    for by in names.iter().filter(|by| *by != pack && !by.starts_with('.')) {
        let recorded = read_manifest(&folder.join(by)).and_then(|(manifest, _)| manifest.options.history);
        let about = recorded.into_iter().flat_map(|recorded| recorded.packs).filter(|named| named.pack == pack);
        links.extend(about.map(|named| Link::new(by, pack, &named.manifest_sha256, Some(manifest_sha256))));
    }
    // A pack that was made anew can be accepted again: the last acceptance counts.
    let accepted = Accepted::load(folder).ok().flatten();
    let last = accepted.iter().flat_map(|file| &file.entries).rfind(|entry| entry.pack == pack);
    links.extend(last.map(|entry| Link::new(ACCEPTED_FILE, pack, &entry.manifest_sha256, Some(manifest_sha256))));
    links
}

/// What the packs of a list say of each other.
pub(super) fn among(packs: &[Found]) -> Vec<Diagnostic> {
    let there: BTreeMap<&str, &str> =
        packs.iter().map(|pack| (pack.name.as_str(), pack.manifest_sha256.as_str())).collect();
    let links = packs.iter().flat_map(|by| {
        let named = by.earlier.iter().flat_map(|earlier| &earlier.packs);
        named.map(|named| {
            Link::new(&by.name, &named.pack, &named.manifest_sha256, there.get(named.pack.as_str()).copied())
        })
    });
    links.filter_map(|link| link.doubt()).collect()
}
