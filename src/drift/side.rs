//! A pack as one side of a comparison: its report, its manifest, and its findings read row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::RuleEntry;
use crate::render::csv::plain;
use crate::report::{Finding, Report};
use crate::time::{Micros, Moment, TimeFormat, parse_time};

use super::brief::person_of;
use super::open::{intact, open_report};
use crate::report::drift::PackFace;

const ACCOUNTS: &str = "populations/accounts.csv";
const EMPLOYMENTS: &str = "populations/employments.csv";

/// What a comparison asks about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) privileged: Option<bool>,
    /// Whether it can sign in.
    pub(super) enabled: Option<bool>,
    /// The person it is matched to, hashed; 0 for nobody.
    pub(super) person: u64,
}

impl Account {
    /// Whether it is matched to a person.
    pub(super) fn matched(self) -> bool {
        self.person != 0
    }
}

/// What a pack tells of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup {
    /// It has no list of accounts.
    NoList,
    /// Its list does not have the account.
    Missing,
    /// The account.
    Is(Account),
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
    /// Who is employed at the as-of time, hashed, where the pack lists employments as a spreadsheet.
    employed: Option<BTreeSet<u64>>,
}

impl Side {
    /// Opens a pack.
    ///
    /// # Errors
    /// The folder is no pack, or was written in a format that this version does not know.
    pub fn open(folder: &Path) -> Outcome<Self> {
        let (report, manifest, manifest_sha256) = open_report(folder)?;
        for name in [&report.findings.file, ACCOUNTS, EMPLOYMENTS] {
            intact(folder, &manifest, name)?;
        }
        let side = Self::unfinished(folder, report, manifest.rules)?;
        Ok(Self { manifest_sha256: Some(manifest_sha256), ..side })
    }

    /// A pack in the making: its data files stand in `folder` already.
    ///
    /// # Errors
    /// A data file cannot be read.
    pub fn unfinished(folder: &Path, report: Report, rules: Vec<RuleEntry>) -> Outcome<Self> {
        let accounts = accounts(folder)?;
        let employed = employed(folder, &report)?;
        Ok(Self { folder: folder.to_owned(), report, rules, manifest_sha256: None, accounts, employed })
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
        match self.account(account?) {
            Lookup::Is(account) => account.privileged,
            Lookup::NoList | Lookup::Missing => None,
        }
    }

    /// The account with this key.
    pub(super) fn account(&self, key: &str) -> Lookup {
        match &self.accounts {
            None => Lookup::NoList,
            Some(accounts) => accounts.get(key).map_or(Lookup::Missing, |account| Lookup::Is(*account)),
        }
    }

    /// Whether a person (hashed) is employed at the as-of time; `None` where the pack does not say.
    pub(super) fn employs(&self, person: u64) -> Option<bool> {
        Some(self.employed.as_ref()?.contains(&person))
    }

    /// Hands every finding of the pack to `each`, in the order of the file.
    ///
    /// # Errors
    /// The file is not there or damaged, or `each` fails.
    pub(super) fn findings(&self, mut each: impl FnMut(Finding) -> Outcome<()>) -> Outcome<()> {
        let path = self.folder.join(&self.report.findings.file);
        let mut reader = reader(&path)?;
        for row in reader.deserialize() {
            let mut finding: Finding = row.map_err(|cause| damaged(&path, &cause))?;
            as_in_the_data(&mut finding);
            each(finding)?;
        }
        Ok(())
    }
}

/// Takes away the apostrophes that keep a spreadsheet from running a cell.
fn as_in_the_data(finding: &mut Finding) {
    let optional = [
        &mut finding.system,
        &mut finding.person_id,
        &mut finding.account_key,
        &mut finding.credential_key,
        &mut finding.waiver_id,
        &mut finding.began_source,
        &mut finding.ended_source,
    ];
    for text in optional.into_iter().flatten().chain([&mut finding.subject, &mut finding.reason]) {
        if plain(text).len() < text.len() {
            *text = plain(text).to_owned();
        }
    }
}

fn reader(path: &Path) -> Outcome<csv::Reader<BufReader<File>>> {
    let file = File::open(path).map_err(|cause| Failure::io("read", path, &cause))?;
    Ok(csv::Reader::from_reader(BufReader::with_capacity(1 << 18, file)))
}

fn damaged(path: &Path, cause: &csv::Error) -> Failure {
    let place = Place::file(path.display().to_string());
    Failure::usage_one(Diagnostic::error("bad-pack", format!("cannot be read: {cause}")).at(place))
}

/// A table of `populations/` with the places of the named columns. A pack of a very large company has no such file, and
/// a pack of another version may lack a column.
fn table<const N: usize>(folder: &Path, name: &str, columns: [&str; N]) -> Outcome<Option<Table<N>>> {
    let path = folder.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    let mut reader = reader(&path)?;
    let header = reader.headers().map_err(|cause| damaged(&path, &cause))?;
    let places = columns.map(|name| header.iter().position(|column| column == name));
    if places.contains(&None) {
        return Ok(None);
    }
    Ok(Some(Table { path, reader, places: places.map(Option::unwrap_or_default) }))
}

/// A table being read.
struct Table<const N: usize> {
    path: PathBuf,
    reader: csv::Reader<BufReader<File>>,
    places: [usize; N],
}

impl<const N: usize> Table<N> {
    /// Hands the named cells of every row to `each`.
    fn rows(mut self, mut each: impl FnMut([&str; N])) -> Outcome<()> {
        for row in self.reader.records() {
            let row = row.map_err(|cause| damaged(&self.path, &cause))?;
            each(self.places.map(|place| plain(row.get(place).unwrap_or_default())));
        }
        Ok(())
    }
}

/// What `populations/accounts.csv` says of each account.
fn accounts(folder: &Path) -> Outcome<Option<BTreeMap<String, Account>>> {
    let columns = ["account_key", "privileged", "status", "person_id"];
    let Some(table) = table(folder, ACCOUNTS, columns)? else {
        return Ok(None);
    };
    let mut accounts = BTreeMap::new();
    table.rows(|[key, privileged, status, person]| {
        let privileged = match privileged {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        let enabled = match status {
            "active" => Some(true),
            "suspended" | "disabled" | "deleted" => Some(false),
            _ => None,
        };
        accounts.insert(key.to_owned(), Account { privileged, enabled, person: person_of(person) });
    })?;
    Ok(Some(accounts))
}

/// Whose employment, as `populations/employments.csv` tells it, had begun and had not ended at the as-of time.
fn employed(folder: &Path, report: &Report) -> Outcome<Option<BTreeSet<u64>>> {
    let Some(table) = table(folder, EMPLOYMENTS, ["person_id", "started_at", "ended_at"])? else {
        return Ok(None);
    };
    let as_of = report.as_of.0;
    let mut employed = BTreeSet::new();
    table.rows(|[person, started, ended]| {
        let after = |text: &str| instant(text).is_some_and(|at| at > as_of);
        if !after(started) && (ended.is_empty() || after(ended)) {
            employed.insert(person_of(person));
        }
    })?;
    Ok(Some(employed))
}

/// An instant as packs write it.
fn instant(text: &str) -> Option<Micros> {
    match parse_time(text.as_bytes(), TimeFormat::Iso) {
        Some(Moment::At(at)) => Some(at),
        _ => None,
    }
}
