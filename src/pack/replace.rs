//! Whether a pack may take the place of what stands at its target: only of an unaltered one of the same kind,
//! organisation and period that nobody accepted, unless the user asks for more. What is no pack is never replaced.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use walkdir::WalkDir;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::render::text::visible;
use crate::report::PeriodView;
use crate::source::SIGNATURES;

use super::OutputEntry;
use super::accepted::Accepted;
use super::digest::{sha256_of, size_and_sha256};
use super::manifest::{CANONICAL_SCHEMA, Document, MANIFEST_FILE, SCHEMA};
use super::verify::check_pack;

/// Kinds of folders that a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackKind {
    /// `report`.
    Evidence,
    /// `normalise`.
    Canonical,
}

impl PackKind {
    fn words(self) -> &'static str {
        match self {
            Self::Evidence => "an evidence pack",
            Self::Canonical => "a folder of canonical tables",
        }
    }
}

/// What a pack in the making is, and whether the user said that anything may be replaced by it.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which command writes it.
    pub kind: PackKind,
    /// Whose it is.
    pub organisation: String,
    /// Of which period.
    pub period: PeriodView,
    /// `--replace`.
    pub replace: bool,
}

/// What becomes of what stands at the target.
pub(super) enum Verdict {
    /// It is the same pack: it stays.
    Same,
    /// It is replaced, and this is lost by that.
    Replace(Option<Diagnostic>),
}

/// Differences of a pack that are named; the others are counted.
const NAMED: usize = 3;

/// Asks before the work whether it would be in vain. Who accepted what is asked when it is known whether anything changes.
pub(super) fn admit(target: &Path, claim: &Claim) -> Outcome<()> {
    let reasons = Standing::look(target)?.map(|standing| standing.reasons(claim)).unwrap_or_default();
    if reasons.is_empty() || claim.replace { Ok(()) } else { Err(kept(target, &reasons)) }
}

/// Decides when the new pack is complete in `staged`, with this manifest.
pub(super) fn weigh(target: &Path, staged: &Path, manifest: &[u8], claim: &Claim) -> Outcome<Verdict> {
    let Some(standing) = Standing::look(target)? else {
        return Ok(Verdict::Replace(None));
    };
    let mut reasons = standing.reasons(claim);
    if standing.manifest != manifest {
        reasons.extend(standing.accepted(target)?);
    } else if reasons.is_empty() && files(staged)?.is_subset(&standing.files) {
        return Ok(Verdict::Same);
    }
    if reasons.is_empty() {
        return Ok(Verdict::Replace(None));
    }
    if !claim.replace {
        return Err(kept(target, &reasons));
    }
    let message = format!("a pack was replaced in spite of this: {}", reasons.join("; "));
    Ok(Verdict::Replace(Some(Diagnostic::warning("replaced", message).at(place(target)))))
}

fn kept(target: &Path, reasons: &[String]) -> Failure {
    let message = format!("the pack in the output folder would be lost: {}", reasons.join("; "));
    refused(target, &message, "choose another folder, or give --replace to lose it; nothing was changed")
}

pub(super) fn refused(target: &Path, message: &str, hint: &str) -> Failure {
    Failure::usage_one(Diagnostic::error("bad-target", message).at(place(target)).hint(hint))
}

fn place(target: &Path) -> Place {
    Place::file(target.display().to_string())
}

/// A pack that stands at a target.
struct Standing {
    /// `None`: of a format that this version does not know.
    kind: Option<PackKind>,
    schema: String,
    organisation: Option<String>,
    period: Option<PeriodView>,
    manifest: Vec<u8>,
    files: BTreeSet<String>,
    /// How it differs from what its manifest says.
    altered: Vec<String>,
}

/// What the manifest of canonical tables says.
#[derive(Deserialize)]
struct Canonical {
    #[serde(default)]
    organisation: Option<String>,
    period: PeriodView,
    outputs: Vec<OutputEntry>,
}

impl Standing {
    /// `None`: there is nothing, or an empty folder.
    ///
    /// # Errors
    /// What is there is never replaced.
    fn look(target: &Path) -> Outcome<Option<Self>> {
        if !target.exists() {
            return Ok(None);
        }
        if !target.is_dir() {
            return Err(refused(target, "the output exists and is not a folder", "choose another name for --out"));
        }
        if fs::read_dir(target).map_err(|cause| Failure::io("read", target, &cause))?.next().is_none() {
            return Ok(None);
        }
        let Some((manifest, schema)) = manifest(target) else {
            let message = "the output folder holds files that are not an evidence pack";
            return Err(refused(target, message, "choose an empty or a new folder; nothing was changed"));
        };
        let files = files(target)?;
        // Whatever a manifest lists: only what a run writes is ever removed.
        if let Some(foreign) = files.iter().find(|path| !is_written(path)) {
            let message = "the pack in the output folder also holds files that no run has written";
            let hint = format!("move {} away, or choose another folder; nothing was changed", visible(foreign, false));
            return Err(refused(target, message, &hint));
        }
        let mut standing =
            Self { kind: None, schema, organisation: None, period: None, manifest, files, altered: Vec::new() };
        match standing.schema.as_str() {
            SCHEMA => standing.evidence(target)?,
            CANONICAL_SCHEMA => standing.canonical(target)?,
            _ => {}
        }
        Ok(Some(standing))
    }

    fn evidence(&mut self, target: &Path) -> Outcome<()> {
        let check = check_pack(target, &|_, _| ())?;
        self.kind = Some(PackKind::Evidence);
        self.altered = check.differences.iter().map(|one| format!("{}: {}", one.path, one.what.join(", "))).collect();
        self.period = check.manifest.map(|manifest| manifest.period);
        self.organisation = check.report.map(|report| report.organisation);
        Ok(())
    }

    fn canonical(&mut self, target: &Path) -> Outcome<()> {
        self.kind = Some(PackKind::Canonical);
        let Ok(manifest) = serde_json::from_slice::<Canonical>(&self.manifest) else {
            self.altered.push(format!("{MANIFEST_FILE}: it cannot be read"));
            return Ok(());
        };
        for output in &manifest.outputs {
            let path = target.join(&output.path);
            let plain = fs::symlink_metadata(&path).is_ok_and(|data| data.is_file());
            let found = if plain && self.files.contains(&output.path) {
                Some(size_and_sha256(&path, &|_| ()).map_err(|cause| Failure::io("read", &path, &cause))?)
            } else {
                None
            };
            if found.is_none_or(|found| found != (output.bytes, output.sha256.clone())) {
                self.altered.push(format!("{}: not as it was written", output.path));
            }
        }
        let listed = |path: &String| path == MANIFEST_FILE || manifest.outputs.iter().any(|one| one.path == *path);
        let added = self.files.iter().filter(|path| !listed(path));
        self.altered.extend(added.map(|path| format!("{path}: not listed")));
        self.organisation = manifest.organisation;
        self.period = Some(manifest.period);
        Ok(())
    }

    /// What speaks against replacing it.
    fn reasons(&self, claim: &Claim) -> Vec<String> {
        let Some(kind) = self.kind else {
            return vec![format!(
                "it has the format `{}`, which this version does not know",
                visible(&self.schema, false)
            )];
        };
        let mut reasons = Vec::new();
        if kind != claim.kind {
            reasons.push(format!("it is {}", kind.words()));
        }
        match &self.organisation {
            Some(whose) if *whose == claim.organisation => {}
            Some(whose) => {
                reasons.push(format!("it is of {}, and this one of {}", visible(whose, false), claim.organisation));
            }
            None => reasons.push("it does not say of which organisation it is".to_owned()),
        }
        if let Some(period) = &self.period
            // The same label in another zone is another reading of the same period.
            && period.label != claim.period.label
            && (period.from, period.to) != (claim.period.from, claim.period.to)
        {
            let (then, now) = (visible(&period.label, false), &claim.period.label);
            reasons.push(format!("it is of the period {then}, and this one of {now}"));
        }
        reasons.extend(self.altered.iter().take(NAMED).map(|what| visible(what, false).into_owned()));
        match self.altered.len().saturating_sub(NAMED) {
            0 => {}
            more => reasons.push(format!("and {more} more differences from its manifest")),
        }
        reasons
    }

    /// Who accepted it, as what stands beside it records.
    fn accepted(&self, target: &Path) -> Outcome<Option<String>> {
        let full = fs::canonicalize(target).map_err(|cause| Failure::io("find", target, &cause))?;
        let (Some(folder), Some(name)) = (full.parent(), full.file_name()) else {
            return Ok(None);
        };
        let (accepted, sha256) = (Accepted::load(folder)?, sha256_of(&self.manifest));
        let entries = accepted.iter().flat_map(|accepted| &accepted.entries);
        let entry = entries.rev().find(|entry| entry.is_of(&name.to_string_lossy(), &sha256));
        Ok(entry
            .map(|entry| format!("{} has accepted it on {}", visible(&entry.by, false), crate::time::day(entry.at.0))))
    }
}

/// The manifest of a folder that a run has written, with its format.
fn manifest(folder: &Path) -> Option<(Vec<u8>, String)> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let bytes = disk::read(&folder.join(MANIFEST_FILE), disk::LIST).ok()?;
    let head: Head = serde_json::from_slice(&bytes).ok()?;
    head.schema.starts_with("overstay.").then_some((bytes, head.schema))
}

/// Everything under a folder that is no folder, with `/`.
fn files(folder: &Path) -> Outcome<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for entry in WalkDir::new(folder).min_depth(1) {
        let entry = entry.map_err(|cause| Failure::io("read", folder, &cause.into()))?;
        if !entry.file_type().is_dir() {
            let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            found.insert(parts.join("/"));
        }
    }
    Ok(found)
}

/// Whether a file has a name that a run gives to one of a pack.
fn is_written(path: &str) -> bool {
    let path = PathBuf::from(path);
    let ending = path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    match folder.as_str() {
        "" => {
            let tables = [
                "findings.csv",
                "actions.csv",
                "queue.csv",
                "sources.csv",
                "rejects.csv",
                "schema.json",
                MANIFEST_FILE,
            ];
            tables.contains(&name.as_str())
                || name == "report.json"
                || Document::all().into_iter().any(|document| document.files().contains(&name.as_str()))
                || ending == "parquet"
                // Signatures of the manifest.
                || SIGNATURES.contains(&name.as_str())
        }
        "evidence" => ending == "csv" || ending == "parquet",
        "owners" => ending == "csv" || ending == "html",
        "populations" => ending == "csv",
        "canonical" => ending == "parquet" || name == "schema.json",
        "metrics" | "rules/metrics" => ending == "sql",
        "rules/sources" => ending == "toml",
        "rules/frameworks" => ending == "toml" || ending == "csv",
        // These two are named by the company.
        "rules/project" | "rules/policies" => true,
        _ => false,
    }
}
