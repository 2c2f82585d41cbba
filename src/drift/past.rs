//! The earlier packs that a report is compared with: the previous one, the accepted one, and the trend of all.

use std::path::{Path, PathBuf};

use crate::dataset::Personal;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::{Accepted, AcceptedPack, EarlierPack, EarlierPacks, MANIFEST_FILE, RuleEntry};
use crate::pseudonym::Key;
use crate::report::Report;
use crate::report::drift::Reference;
use crate::report::history::HistoryRow;
use crate::time::Micros;

use super::accepted::other_pack;
use super::chain::among;
use super::explains::rules_digest;
use super::history::{Found, found};
use super::side::Side;

/// Earlier packs of one folder.
#[derive(Debug)]
pub struct Past {
    folder: PathBuf,
    /// In the order of time.
    packs: Vec<Found>,
    accepted: Option<AcceptedPack>,
    /// Packs that are left out because of their pseudonyms.
    otherwise: Vec<String>,
}

impl Past {
    /// Looks through a folder of packs. The pack at `target` is about to be replaced, and is none of them.
    ///
    /// # Errors
    /// The folder cannot be read, a pack in it is damaged, or the accepted pack is not the one that was accepted.
    pub fn look(folder: &Path, target: &Path) -> Outcome<Self> {
        let replaced = std::fs::canonicalize(target).ok();
        let mut packs = found(folder)?;
        packs.retain(|pack| {
            let place = std::fs::canonicalize(folder.join(&pack.name)).ok();
            place.is_none() || place != replaced
        });
        let acceptances = Accepted::load(folder)?;
        let in_force = acceptances.as_ref().and_then(Accepted::last);
        if let Some(entry) = in_force {
            let pack = packs.iter().find(|pack| pack.name == entry.pack);
            let itself = std::fs::canonicalize(folder.join(&entry.pack)).is_ok_and(|place| Some(place) == replaced);
            match pack {
                Some(pack) if !entry.is_of(&pack.name, &pack.manifest_sha256) => {
                    return Err(other_pack(folder, &entry.pack));
                }
                None if !itself => return Err(missing(folder, &entry.pack, "the accepted baseline")),
                _ => {}
            }
        }
        // A pack that is made again is not compared with itself.
        let others = in_force.filter(|entry| packs.iter().any(|pack| pack.name == entry.pack));
        let accepted = others.map(|entry| AcceptedPack {
            pack: entry.pack.clone(),
            by: entry.by.clone(),
            reason: entry.reason.clone(),
            at: entry.at,
        });
        Ok(Self { folder: folder.to_owned(), packs, accepted, otherwise: Vec::new() })
    }

    /// The packs that an earlier run recorded, and the acceptance that it found, whatever stands in the folder today.
    ///
    /// # Errors
    /// One of the packs is not there, is damaged, or is another one than then.
    pub fn again(folder: &Path, recorded: &EarlierPacks) -> Outcome<Self> {
        let mut packs = Vec::new();
        for wanted in &recorded.packs {
            // A name out of a manifest leads to no other folder.
            if Path::new(&wanted.pack).file_name() != Some(wanted.pack.as_ref()) {
                let message =
                    format!("the manifest names the earlier pack {:?}, which is no name of a folder", wanted.pack);
                return Err(Failure::usage_one(Diagnostic::error("bad-pack", message).at(Place::file(MANIFEST_FILE))));
            }
            if !folder.join(&wanted.pack).join(MANIFEST_FILE).is_file() {
                return Err(missing(folder, &wanted.pack, "an earlier pack that the report was compared with"));
            }
            let pack = Found::open(folder, &wanted.pack)?;
            if pack.manifest_sha256 != wanted.manifest_sha256 {
                let message = format!(
                    "{} is not the pack that the report was compared with: its manifest has another SHA-256",
                    wanted.pack
                );
                let place = Place::file(folder.join(&wanted.pack).display().to_string());
                return Err(Failure::usage_one(Diagnostic::error("other-pack", message).at(place)));
            }
            packs.push(pack);
        }
        Ok(Self { folder: folder.to_owned(), packs, accepted: recorded.accepted.clone(), otherwise: Vec::new() })
    }

    /// Only the packs that speak about the same organisation at an earlier moment, under the same pseudonyms: those with
    /// others, or with none, name the same things otherwise.
    #[must_use]
    pub fn before(mut self, organisation: &str, as_of: Micros, pseudonyms: Option<&str>) -> Self {
        self.packs.retain(|pack| pack.organisation == organisation && pack.row.as_of.0 < as_of);
        let (packs, others) = self.packs.into_iter().partition(|pack| pack.pseudonyms.as_deref() == pseudonyms);
        let others: Vec<Found> = others;
        self.packs = packs;
        self.otherwise.extend(others.into_iter().map(|pack| pack.name));
        self
    }

    /// The same with tokens for who accepted a pack, and why.
    #[must_use]
    pub fn with_tokens(mut self, key: &Key) -> Self {
        if let Some(accepted) = &mut self.accepted {
            accepted.by = key.token(Personal::Anyone, &accepted.by);
            accepted.reason = key.token(Personal::Words, &accepted.reason);
        }
        self
    }

    /// What is doubtful about the packs: that one names another by a manifest that does not lie there, and that the
    /// accepted one is none of them.
    pub fn doubts(&self) -> Vec<Diagnostic> {
        among(&self.packs).into_iter().chain(self.left_out()).collect()
    }

    /// That packs were left out because they name people and accounts in another way. It is for whoever makes the pack, and
    /// stands in none: whoever has the pack may not have those.
    pub fn named_otherwise(&self) -> Option<Diagnostic> {
        let names = self.otherwise.join(", ");
        let message = format!("not compared with, for names or other pseudonyms stand in them: {names}");
        let hint = "keep packs of one key in a folder of their own, apart from those with names";
        (!names.is_empty()).then(|| Diagnostic::warning("other-pseudonyms", message).hint(hint))
    }

    /// That the accepted pack is none of those that the report is compared with.
    fn left_out(&self) -> Option<Diagnostic> {
        let entry = self.accepted.as_ref().filter(|_| self.agreed().is_none())?;
        let message = format!(
            "the accepted baseline {} is not compared with: it is of another organisation, of no earlier moment, or \
             has other pseudonyms",
            entry.pack
        );
        Some(
            Diagnostic::warning("baseline-left-out", message)
                .hint("accept a pack of this organisation and an earlier as-of"),
        )
    }

    /// The acceptance of one of the packs.
    fn agreed(&self) -> Option<&AcceptedPack> {
        self.accepted.as_ref().filter(|entry| self.packs.iter().any(|pack| pack.name == entry.pack))
    }

    /// What a manifest records; nothing when there is no earlier pack.
    pub fn record(&self) -> Option<EarlierPacks> {
        let entry =
            |pack: &Found| EarlierPack { pack: pack.name.clone(), manifest_sha256: pack.manifest_sha256.clone() };
        let packs: Vec<EarlierPack> = self.packs.iter().map(entry).collect();
        (!packs.is_empty() || self.accepted.is_some()).then(|| EarlierPacks { packs, accepted: self.accepted.clone() })
    }

    /// The headlines in the order of time, the one of a report in the making last; none when there is no earlier one.
    pub fn rows(&self, report: &Report, rules: &[RuleEntry]) -> Vec<HistoryRow> {
        let accepted = |pack: &str| self.agreed().is_some_and(|entry| entry.pack == pack);
        let row = |pack: &Found| HistoryRow { accepted: accepted(&pack.name), ..pack.row.clone() };
        let this = || HistoryRow::of(None, None, report, rules_digest(rules));
        self.packs.iter().map(row).chain((!self.packs.is_empty()).then(this)).collect()
    }

    /// What to compare with, each opened when it is asked for: the previous pack, then the accepted one; one alone when
    /// they are the same, as the accepted one.
    pub fn references(&self) -> impl Iterator<Item = Outcome<(Side, Reference)>> + '_ {
        let accepted = self.agreed();
        let previous = self.packs.last().map(|pack| pack.name.as_str());
        let other = previous.filter(|name| accepted.is_none_or(|entry| entry.pack != *name));
        let earlier = other.map(|name| (name, Reference::Previous));
        let agreed = accepted.map(|entry| {
            let reference = Reference::Accepted { by: entry.by.clone(), reason: entry.reason.clone(), at: entry.at };
            (entry.pack.as_str(), reference)
        });
        earlier.into_iter().chain(agreed).map(|(name, reference)| Ok((Side::open(&self.folder.join(name))?, reference)))
    }
}

fn missing(folder: &Path, pack: &str, what: &str) -> Failure {
    let message = format!("{what} is not there: {pack}");
    let hint = "restore it, or name the folder that has it";
    let place = Place::file(folder.display().to_string());
    Failure::usage_one(Diagnostic::error("no-pack", message).at(place).hint(hint))
}
