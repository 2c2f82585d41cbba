//! Whether a pack is what its manifest says, and whether the exports, or the pack itself, give it again byte by byte.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::diag::{Diagnostic, Place};
use crate::drift::{Link, LinkState, named, named_by_others};
use crate::failure::{Failure, Outcome};
use crate::pack::{Difference, DifferenceKind as Kind, MANIFEST_FILE, PackCheck, Signed, check_pack, check_signature};

use super::build::tool;
use super::options::Progress;
use super::recalculate::{AtHand, Recalculated, UsedRule, recalculate};
use super::repeat::{Repeated, repeat};

/// What a pack is compared with, beside itself.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// SHA-256 that its manifest had when it was noted elsewhere, in lower case.
    pub manifest_sha256: Option<String>,
    /// Command that checks the signatures beside the manifest.
    pub command: Option<String>,
    /// Whether nothing is computed again.
    pub hashes_only: bool,
    /// Folder of exports, to compute the pack again from its beginning.
    pub exports: Option<PathBuf>,
    /// Rules, templates and earlier packs, where they are not the shipped ones, and not beside the pack.
    pub at_hand: AtHand,
}

/// What was found out.
#[derive(Debug)]
pub struct Verified {
    /// The pack against its manifest, and the manifest against the hash that was given.
    pub check: PackCheck,
    other_manifest: bool,
    /// What the command said of the signatures, where one was given.
    pub signed: Option<Signed>,
    /// Packs that it names, and packs beside it that name it.
    pub chain: Vec<Link>,
    /// The pack against itself.
    pub alone: Alone,
    /// The pack against the exports, where that was asked for, or why it could not be computed again.
    pub repeated: Option<Outcome<Repeated>>,
}

/// Whether a pack could be computed again from itself.
#[derive(Debug)]
pub enum Alone {
    /// It was, or nothing could be computed.
    Computed(Outcome<Recalculated>),
    /// Another version made it, which may have computed otherwise.
    OtherVersion(String),
    /// Nobody asked.
    NotAsked,
    /// It differs from its manifest.
    Differs,
    /// It was computed from the exports.
    FromExports,
}

impl Verified {
    /// Whether nothing differs, and nothing failed that was to be compared.
    pub fn agrees(&self) -> bool {
        !self.differs() && self.failure().is_none()
    }

    /// Whether something is not what it should be.
    pub fn differs(&self) -> bool {
        let some = |parts: &[&Compared]| parts.iter().any(|part| !part.differences.is_empty());
        let computed = match (&self.repeated, &self.alone) {
            (Some(Ok(repeated)), _) => some(&repeated.parts()),
            (_, Alone::Computed(Ok(again))) => some(&again.parts()),
            _ => false,
        };
        let badly_signed = matches!(self.signed, Some(Signed::Bad(_)));
        !self.check.differences.is_empty() || self.forged().next().is_some() || badly_signed || computed
    }

    /// Whether the manifest is another one than the hash that was given says.
    pub fn has_other_manifest(&self) -> bool {
        self.other_manifest
    }

    /// Where a pack is named by a manifest that does not lie there.
    pub fn forged(&self) -> impl Iterator<Item = &Link> {
        self.chain.iter().filter(|link| link.state == LinkState::Other)
    }

    /// The company's own rules that the pack was computed with again.
    pub fn own_rules(&self) -> &[UsedRule] {
        match (&self.repeated, &self.alone) {
            (Some(Ok(repeated)), _) => &repeated.own_rules,
            (_, Alone::Computed(Ok(again))) => &again.own_rules,
            _ => &[],
        }
    }

    /// Why something could not be computed, where it was asked for.
    pub fn failure(&self) -> Option<&Failure> {
        match (&self.repeated, &self.alone) {
            (Some(Err(failure)), _) | (_, Alone::Computed(Err(failure))) => Some(failure),
            _ => None,
        }
    }
}

/// One list against another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// How many there are in either list.
    pub compared: usize,
    /// How many are the same in both.
    pub agree: usize,
    /// The others, sorted by path.
    pub differences: Vec<Difference>,
}

impl Compared {
    pub(super) fn agrees(&mut self) {
        self.compared += 1;
        self.agree += 1;
    }

    pub(super) fn differs(&mut self, difference: Difference) {
        self.compared += 1;
        self.differences.push(difference);
    }
}

/// Checks a pack, and computes it again: from the exports where they are given, else from itself as far as that goes.
/// Writes nothing into either.
///
/// # Errors
/// The pack cannot be read, or is none, or the command cannot be run. What keeps it from being computed again is part
/// of the answer.
pub fn verify(pack: &Path, options: &VerifyOptions, progress: &dyn Progress) -> Outcome<Verified> {
    progress.stage("comparing with the manifest");
    let mut check = check_pack(pack, &|done, total| progress.bytes(done, total))?;
    let signed = options.command.as_ref().map(|command| check_signature(pack, command)).transpose()?;
    let chain = chain(pack, &check, options)?;
    let repeated = options.exports.as_ref().map(|exports| {
        let Some(manifest) = &check.manifest else {
            let message = "the pack cannot be computed again: its options stand in the manifest, which cannot be read";
            return Err(Failure::usage_one(Diagnostic::error("bad-pack", message).at(Place::file(MANIFEST_FILE))));
        };
        repeat(pack, &check, manifest, exports, &options.at_hand, progress)
    });
    let alone = match (&check.manifest, &check.report) {
        _ if options.exports.is_some() => Alone::FromExports,
        _ if options.hashes_only => Alone::NotAsked,
        (Some(manifest), Some(report)) if check.differences.is_empty() => {
            if manifest.tool == tool() {
                Alone::Computed(contained(|| recalculate(pack, manifest, report, &options.at_hand, progress)))
            } else {
                Alone::OtherVersion(format!("{} {}", manifest.tool.name, manifest.tool.version))
            }
        }
        _ => Alone::Differs,
    };
    let other = options.manifest_sha256.as_ref().filter(|given| **given != check.sha256);
    if let Some(given) = other {
        let what = format!("its SHA-256 is {}; the one that was given is {given}", check.sha256);
        check.differences.push(Difference::new(MANIFEST_FILE, Kind::Changed, what));
        check.differences.sort();
    }
    Ok(Verified { other_manifest: other.is_some(), check, signed, chain, alone, repeated })
}

/// What somebody put into a pack may break the engines that compute with it: that is no answer, and no crash.
fn contained<T>(compute: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    crate::failure::caught(compute).unwrap_or_else(|_| {
        Err(Failure::run("the pack cannot be computed again: a file in it is none that this tool writes"))
    })
}

/// What the pack says of earlier ones, and what those beside it say of it.
fn chain(pack: &Path, check: &PackCheck, options: &VerifyOptions) -> Outcome<Vec<Link>> {
    let beside = folder_of(pack)?;
    let full = std::fs::canonicalize(pack).map_err(|cause| Failure::io("find", pack, &cause))?;
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let recorded = check.manifest.as_ref().and_then(|manifest| manifest.options.history.as_ref());
    let folder = options.at_hand.history.as_deref().unwrap_or(&beside);
    let mut links = recorded.map(|recorded| named(&name, recorded, folder)).unwrap_or_default();
    links.extend(named_by_others(&beside, &name, &check.sha256));
    Ok(links)
}

/// The folder that a pack lies in.
pub(super) fn folder_of(pack: &Path) -> Outcome<PathBuf> {
    let full = std::fs::canonicalize(pack).map_err(|cause| Failure::io("find", pack, &cause))?;
    Ok(full.parent().unwrap_or(&full).to_owned())
}
