//! A pack as one side of a comparison: its report, its manifest, and its findings read row by row.

use std::path::{Path, PathBuf};

use crate::diag::Diagnostic;
use crate::failure::Outcome;
use crate::pack::{EarlierPack, Manifest, RuleEntry, each_finding};
use crate::report::{Finding, Report};

use super::chain::named;
use super::lists::{self, Lists, Lookup};
use super::open::{intact, open_report};
use super::thing::Thing;
use crate::report::drift::PackFace;

/// One side.
#[derive(Debug)]
pub struct Side {
    folder: PathBuf,
    /// `report.json`.
    pub report: Report,
    /// The rule files that were used.
    pub(super) rules: Vec<RuleEntry>,
    /// SHA-256 of its manifest; `None` for a pack in the making.
    pub manifest_sha256: Option<String>,
    /// What it tells of accounts, credentials and people.
    pub(super) lists: Lists,
    /// The manifest of a pack that is opened.
    manifest: Option<Manifest>,
}

impl Side {
    /// Opens a pack.
    ///
    /// # Errors
    /// The folder is no pack, or was written in a format that this version does not know.
    pub fn open(folder: &Path) -> Outcome<Self> {
        let (report, manifest, manifest_sha256) = open_report(folder)?;
        let read = [vec![report.findings.file.clone()]].into_iter().chain(lists::files().map(Vec::from));
        for names in read {
            intact(folder, &manifest, &names)?;
        }
        let side = Self::unfinished(folder, report, manifest.rules.clone())?;
        Ok(Self { manifest_sha256: Some(manifest_sha256), manifest: Some(manifest), ..side })
    }

    /// A pack in the making: its data files stand in `folder` already.
    ///
    /// # Errors
    /// A data file cannot be read.
    pub fn unfinished(folder: &Path, report: Report, rules: Vec<RuleEntry>) -> Outcome<Self> {
        let lists = Lists::read(folder, report.as_of.0)?;
        Ok(Self { folder: folder.to_owned(), report, rules, manifest_sha256: None, lists, manifest: None })
    }

    /// Where it lies.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its own name, and the folder that it lies in.
    fn place(&self) -> Option<(String, PathBuf)> {
        let full = std::fs::canonicalize(&self.folder).ok()?;
        Some((full.file_name()?.to_string_lossy().into_owned(), full.parent()?.to_owned()))
    }

    /// Where the packs that it names are others than those beside it, or are not there.
    pub fn doubts(&self) -> Vec<Diagnostic> {
        let recorded = self.manifest.as_ref().and_then(|manifest| manifest.options.history.as_ref());
        let links = recorded.zip(self.place()).map(|(recorded, (name, folder))| named(&name, recorded, &folder));
        links.into_iter().flatten().filter_map(|link| link.doubt()).collect()
    }

    /// How this pack names another one, where it names a pack of that folder by another manifest.
    pub(super) fn names_otherwise(&self, other: &Self) -> Option<&EarlierPack> {
        let (name, _) = other.place()?;
        let named = &self.manifest.as_ref()?.options.history.as_ref()?.packs;
        named.iter().find(|named| named.pack == name && Some(&named.manifest_sha256) != other.manifest_sha256.as_ref())
    }

    /// The names that the evidence file of a metric may have; the one that the pack has is the one that its manifest lists.
    ///
    /// # Errors
    /// The file is another one.
    pub(super) fn evidence(&self, metric: &str) -> Outcome<[String; 2]> {
        let names = ["csv", "parquet"].map(|form| format!("evidence/{metric}.{form}"));
        if let Some(manifest) = &self.manifest {
            intact(&self.folder, manifest, &names)?;
        }
        Ok(names)
    }

    /// What a comparison says of it.
    pub fn face(&self) -> PackFace {
        let report = &self.report;
        PackFace {
            report_id: report.report_id.clone(),
            period: report.period.clone(),
            as_of: report.as_of,
            tool_version: report.tool.version.clone(),
            status: report.verdict.status,
            sentence: report.verdict.sentence.clone(),
            findings: report.findings.total,
            inputs_sha256: report.inputs_sha256.clone(),
            rules_sha256: report.rules_sha256.clone(),
            manifest_sha256: self.manifest_sha256.clone(),
        }
    }

    /// Whether the account of a finding is privileged; `None` where the pack does not say.
    pub(super) fn privileged(&self, account: Option<&str>) -> Option<bool> {
        self.lists.account(account?).known()?.privileged
    }

    /// Whether the account or the credential is in no list of the pack.
    pub(super) fn is_missing(&self, thing: Thing<'_>) -> bool {
        match (thing.credential, thing.account) {
            (Some(key), _) => matches!(self.lists.credential(key), Lookup::Missing),
            (None, Some(key)) => matches!(self.lists.account(key), Lookup::Missing),
            (None, None) => false,
        }
    }

    /// Whether any export was made after the moment that the pack speaks about.
    pub(super) fn has_later_exports(&self) -> bool {
        self.report.sources.iter().any(|file| file.observed_at.is_some_and(|at| at > self.report.as_of))
    }

    /// Hands every finding of the pack to `each`, in the order of the file.
    ///
    /// # Errors
    /// The file is not there or damaged, or `each` fails.
    pub(super) fn findings(&self, each: impl FnMut(Finding) -> Outcome<()>) -> Outcome<()> {
        each_finding(&self.folder.join(&self.report.findings.file), each)
    }
}
