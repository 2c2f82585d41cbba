//! A pack computed again from itself, without the exports: evidence from its tables and SQL, report.json from the
//! evidence, documents from report.json. What only the exports can show is taken as it stands, and named.

mod again;
mod documents;
mod ground;
mod own;
mod tables;

pub use own::{RuleOrigin, UsedRule};

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::dataset::Table;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::pack::{Difference, DifferenceKind as Kind, LOOK, MANIFEST_FILE, Manifest, Staging, compare};
use crate::pseudonym::Key;
use crate::render::owners::OWNERS;
use crate::report::Report;
use crate::time::{Period, Zone};
use crate::writing::Scratch;

use super::options::{Progress, RuleOptions};
use super::own::RULES;
use super::queue::QUEUE_FILE;
use super::verify::Compared;

/// What is at hand beside the pack.
#[derive(Debug, Clone, Default)]
pub struct AtHand {
    /// Project file, mappings and policy as they were given to the run.
    pub rules: RuleOptions,
    /// Folder with own templates, as it was given.
    pub templates: Option<PathBuf>,
    /// Folder with the earlier packs; default: where the pack itself lies.
    pub history: Option<PathBuf>,
    /// Whether SQL of the company's own is run out of the pack.
    pub run_pack_metrics: bool,
    /// The key of the pseudonyms in the pack.
    pub pseudonyms: Option<Arc<Key>>,
    /// Where a temporary folder is made, which is removed afterwards.
    pub scratch: PathBuf,
}

/// What was computed again, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Recalculated {
    /// Rule files that the manifest lists, and the SQL in the pack, against those of this tool and those that were given.
    pub rules: Compared,
    /// Evidence, findings and populations against what canonical tables and SQL give.
    pub tables: Compared,
    /// `report.json` against what the tables give.
    pub report: Compared,
    /// The documents, and `sources.csv`, against what `report.json` gives.
    pub documents: Compared,
    /// The company's own rules that this was computed with.
    pub own_rules: Vec<UsedRule>,
    /// What was not compared with anything, and why: sentences.
    pub not_compared: Vec<String>,
}

impl Recalculated {
    /// The four comparisons.
    pub fn parts(&self) -> [&Compared; 4] {
        [&self.rules, &self.tables, &self.report, &self.documents]
    }
}

/// What of a report only the exports can give again.
const ONLY_EXPORTS: &str = "what only the exports show: the list of sources with their completeness, gaps, readings under \
                            other assumptions, systems, near matches, messages, and the name of the organisation; \
                            --inputs compares them";

/// A pack whose files are those that its manifest lists.
struct Pack<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
    report: &'a Report,
    zone: Zone,
    period: Period,
    /// What stands before the number of a row, by file.
    places: Vec<String>,
}

impl<'a> Pack<'a> {
    fn of(folder: &'a Path, manifest: &'a Manifest, report: &'a Report) -> Outcome<Self> {
        let wrong = |field: &str, cause: String| {
            let place = Place::file(MANIFEST_FILE).field(field);
            Failure::usage_one(Diagnostic::error("bad-pack", cause).at(place))
        };
        let zone: Zone = manifest.options.zone.parse().map_err(|cause| wrong("options.zone", cause))?;
        let period = Period::parse(&manifest.options.period, zone)
            .map_err(|cause| wrong("options.period", cause.to_string()))?;
        let places = manifest.inputs.iter().map(|file| file.place.before(&file.path)).collect();
        Ok(Self { folder, manifest, report, zone, period, places })
    }

    fn lists(&self, name: &str) -> bool {
        self.manifest.outputs.iter().any(|output| output.path == name)
    }

    fn sha256(&self, name: &str) -> Option<&str> {
        self.manifest.outputs.iter().find(|output| output.path == name).map(|output| output.sha256.as_str())
    }
}

/// Computes a pack again from itself. Its files must be those that its manifest lists.
///
/// # Errors
/// Rule files that were given are wrong, or a file cannot be read or written.
pub(super) fn recalculate(
    folder: &Path,
    manifest: &Manifest,
    report: &Report,
    at_hand: &AtHand,
    progress: &dyn Progress,
) -> Outcome<Recalculated> {
    let pack = Pack::of(folder, manifest, report)?;
    let scratch = Scratch::new(&at_hand.scratch)?;
    let mut out = Recalculated { not_compared: vec![ONLY_EXPORTS.to_owned()], ..Recalculated::default() };
    if pack.period.from != report.period.from.0 || pack.period.to != report.period.to.0 {
        let what = "its period is not the one that its label means";
        out.report.differs(Difference::new("report.json", Kind::Changed, what));
    }
    own::compare(&pack, &mut out);
    let ground = ground::Ground::lay(&pack, at_hand, &mut out)?;
    let mut actions = None;
    if let Some(ground) = &ground {
        let staging = Staging::scratch(&scratch.path().join("tables"))?.with_csv_bom(manifest.options.csv_bom);
        match again::compute(&pack, ground, at_hand, staging, &mut out, progress) {
            Ok((staging, computed)) => {
                same_files(&pack, &staging, ground, &mut out)?;
                actions = Some(computed);
            }
            Err(failure) => out.tables.differs(impossible("evidence", failure)?),
        }
    }
    progress.stage("rendering report.json again");
    documents::documents(&pack, actions.as_deref(), at_hand, &scratch.path().join("documents"), &mut out)?;
    for part in [&mut out.rules, &mut out.tables, &mut out.report, &mut out.documents] {
        part.differences.sort();
        part.differences.dedup();
    }
    Ok(out)
}

/// The files that were computed against those of the pack.
fn same_files(pack: &Pack<'_>, staging: &Staging, ground: &ground::Ground, out: &mut Recalculated) -> Outcome<()> {
    let outputs = staging.outputs();
    for output in &outputs {
        let path = output.path.as_str();
        let part = if path == "report.json" { &mut out.report } else { &mut out.tables };
        if !pack.lists(path) {
            part.differs(Difference::new(path, Kind::Missing, "computed, and not in the pack"));
            continue;
        }
        let (left, right) = (pack.folder.join(path), staging.folder().join(path));
        // Rows that were judged in other batches stand in other groups of a Parquet file.
        if ground.is_of_rows(path) && tables::is_parquet(path) && tables::same_rows(&left, &right)? {
            part.agrees();
            continue;
        }
        match compare(&left, &right)? {
            None => part.agrees(),
            Some(what) => part.differs(Difference { path: path.to_owned(), kind: Kind::Changed, what }),
        }
    }
    // What was computed upon, and what is compared elsewhere.
    let tables = Table::ALL.map(|table| format!("canonical/{}.parquet", table.name()));
    if !pack.lists(tables::REJECTS) {
        out.tables.differs(Difference::new(tables::REJECTS, Kind::Missing, "every pack has this file"));
    }
    let documents = pack.manifest.options.documents.iter().flat_map(|document| document.files().iter().copied());
    let known: BTreeSet<&str> = outputs
        .iter()
        .map(|output| output.path.as_str())
        .chain(tables.iter().map(String::as_str))
        .chain([tables::REJECTS, "sources.csv"])
        .chain(documents)
        .collect();
    for output in &pack.manifest.outputs {
        let path = output.path.as_str();
        let elsewhere = path.starts_with("metrics/")
            || path.starts_with(RULES)
            || path.starts_with(OWNERS)
            || (!ground.canonical && (path.starts_with("populations/") || path == QUEUE_FILE));
        if !known.contains(path) && !elsewhere {
            out.tables.differs(Difference::new(path, Kind::Added, "in the pack, and not computed"));
        }
    }
    Ok(())
}

/// Whether a rule is a file of the look: it dresses a report and decides nothing in it.
fn is_look(path: &str) -> bool {
    path.starts_with("templates/") || path.starts_with(LOOK)
}

/// A part of a pack of which nothing can be made is a difference; a disk that fails is none.
fn impossible(path: &str, failure: Failure) -> Outcome<Difference> {
    if failure.diagnostics.iter().any(|diagnostic| diagnostic.code == "io") {
        return Err(failure);
    }
    let what = failure.diagnostics.iter().map(|diagnostic| format!("cannot be made again: {}", diagnostic.message));
    Ok(Difference { path: path.to_owned(), kind: Kind::Changed, what: what.collect() })
}
