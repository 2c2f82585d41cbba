//! A pack as one side of a comparison: its report, its manifest, and its findings read row by row.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::{Manifest, RuleEntry, sha256_of};
use crate::report::{Finding, Report};

use crate::report::drift::PackFace;

/// What a comparison asks about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) privileged: Option<bool>,
    /// Whether it is matched to a person.
    pub(super) matched: bool,
}

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
    /// Accounts by key, where the pack lists accounts as a spreadsheet.
    accounts: Option<BTreeMap<String, Account>>,
}

impl Side {
    /// Opens a pack.
    ///
    /// # Errors
    /// The folder is no pack, or was written in a format that this version does not know.
    pub fn open(folder: &Path) -> Outcome<Self> {
        let (manifest, manifest_sha256): (Manifest, String) = json(folder, "manifest.json")?;
        let (report, _) = json(folder, "report.json")?;
        let accounts = accounts(folder)?;
        let manifest_sha256 = Some(manifest_sha256);
        Ok(Self { folder: folder.to_owned(), report, rules: manifest.rules, manifest_sha256, accounts })
    }

    /// A pack in the making: its data files stand in `folder` already.
    ///
    /// # Errors
    /// A data file cannot be read.
    pub fn unfinished(folder: &Path, report: Report, rules: Vec<RuleEntry>) -> Outcome<Self> {
        let accounts = accounts(folder)?;
        Ok(Self { folder: folder.to_owned(), report, rules, manifest_sha256: None, accounts })
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
        }
    }

    /// Whether the account of a finding is privileged; `None` where the pack does not say.
    pub(super) fn privileged(&self, account: Option<&str>) -> Option<bool> {
        self.account(account?)??.privileged
    }

    /// The account with this key: `Some(None)` when the pack lists accounts and has none with it.
    pub(super) fn account(&self, key: &str) -> Option<Option<Account>> {
        Some(self.accounts.as_ref()?.get(key).copied())
    }

    /// Hands every finding of the pack to `each`, in the order of the file.
    ///
    /// # Errors
    /// The file is not there or damaged, or `each` fails.
    pub(super) fn findings(&self, mut each: impl FnMut(Finding) -> Outcome<()>) -> Outcome<()> {
        let path = self.folder.join(&self.report.findings.file);
        let mut reader = reader(&path)?;
        for row in reader.deserialize() {
            each(row.map_err(|cause| damaged(&path, &cause))?)?;
        }
        Ok(())
    }
}

/// A file of the pack as JSON, with the SHA-256 of its bytes.
fn json<T: serde::de::DeserializeOwned>(folder: &Path, name: &str) -> Outcome<(T, String)> {
    let path = folder.join(name);
    let bytes = std::fs::read(&path).map_err(|cause| {
        let message = format!("not an evidence pack: {name} cannot be read ({cause})");
        let hint = "name a folder that `overstay report --out` has written";
        let place = Place::file(folder.display().to_string());
        Failure::usage_one(Diagnostic::error("no-pack", message).at(place).hint(hint))
    })?;
    let value = serde_json::from_slice(&bytes).map_err(|cause| {
        let place = Place::file(path.display().to_string());
        let hint = "it was changed, or written by another version: `overstay verify` tells which";
        Failure::usage_one(Diagnostic::error("bad-pack", format!("cannot be read: {cause}")).at(place).hint(hint))
    })?;
    Ok((value, sha256_of(&bytes)))
}

fn reader(path: &Path) -> Outcome<csv::Reader<BufReader<File>>> {
    let file = File::open(path).map_err(|cause| Failure::io("read", path, &cause))?;
    Ok(csv::Reader::from_reader(BufReader::with_capacity(1 << 18, file)))
}

fn damaged(path: &Path, cause: &csv::Error) -> Failure {
    let place = Place::file(path.display().to_string());
    Failure::usage_one(Diagnostic::error("bad-pack", format!("cannot be read: {cause}")).at(place))
}

/// What `populations/accounts.csv` says of each account. A pack of a very large company has no such file.
fn accounts(folder: &Path) -> Outcome<Option<BTreeMap<String, Account>>> {
    let path = folder.join("populations/accounts.csv");
    if !path.is_file() {
        return Ok(None);
    }
    let mut reader = reader(&path)?;
    let header = reader.headers().map_err(|cause| damaged(&path, &cause))?.clone();
    let column = |name: &str| header.iter().position(|column| column == name);
    let (Some(key), Some(flag), Some(person)) = (column("account_key"), column("privileged"), column("person_id"))
    else {
        return Ok(None);
    };
    let mut accounts = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|cause| damaged(&path, &cause))?;
        let cell = |column: usize| row.get(column).unwrap_or_default();
        let privileged = match cell(flag) {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        accounts.insert(cell(key).to_owned(), Account { privileged, matched: !cell(person).is_empty() });
    }
    Ok(Some(accounts))
}
