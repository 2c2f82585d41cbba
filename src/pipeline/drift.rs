//! Two sides of a comparison, each a pack or a folder of exports that is assessed first.

use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Place};
use crate::drift::{Options, Side, compare, open_accepted};
use crate::failure::{Failure, Outcome};
use crate::pack::ACCEPTED_FILE;
use crate::report::drift::{Drift, Reference};
use crate::time::rfc3339;
use crate::writing::{Disk, Scratch};

use super::build::tool;
use super::options::{Progress, RunOptions};
use super::run::report;
use super::write::PackOptions;

/// What is compared with what.
#[derive(Debug, Clone)]
pub struct DriftOptions {
    /// How the baseline is assessed when it is a folder of exports; its `exports` is the path in every case.
    pub baseline: RunOptions,
    /// The same for the current side.
    pub current: RunOptions,
    /// Whether the baseline's own period is computed again from the exports of the current side.
    pub restate: bool,
    /// A folder of packs whose accepted baseline is compared with as well.
    pub accepted: Option<PathBuf>,
    /// How many findings of each class are listed.
    pub cap: usize,
    /// Where temporary folders are made.
    pub scratch: PathBuf,
}

/// The comparisons.
#[derive(Debug)]
pub struct Drifts {
    /// With the baseline.
    pub baseline: Drift,
    /// With the accepted baseline, where that was asked for.
    pub accepted: Option<Drift>,
    /// Where a side names an earlier pack that is not the one that lies beside it.
    pub doubts: Vec<Diagnostic>,
}

impl Drifts {
    /// The comparison that decides: with the accepted baseline where there is one.
    pub fn deciding(&self) -> &Drift {
        self.accepted.as_ref().unwrap_or(&self.baseline)
    }
}

/// Compares two sides.
///
/// # Errors
/// A side is neither a pack nor exports that can be assessed, or nothing is accepted where that was asked for.
pub fn drift(options: &DriftOptions, progress: &dyn Progress) -> Outcome<Drifts> {
    let folder = Scratch::new(&options.scratch)?;
    let (baseline, mut reference) = baseline(options, &folder, progress)?;
    let mut run = options.current.clone();
    if options.restate {
        run.period = Some(baseline.report.period.label.clone());
        run.as_of = Some(rfc3339(baseline.report.as_of.0));
        reference = Reference::Restatement;
    }
    let current = side(&run, &folder, "current", progress)?;
    progress.stage("comparing");
    let how = |reference| Options { reference, cap: options.cap, tool: tool() };
    let accepted = match &options.accepted {
        None => None,
        Some(packs) => {
            let (side, reference) = open_accepted(packs)?;
            Some(compare(&side, &current, &how(reference))?)
        }
    };
    let doubts = [&baseline, &current].into_iter().flat_map(Side::doubts).collect();
    Ok(Drifts { baseline: compare(&baseline, &current, &how(reference))?, accepted, doubts })
}

fn baseline(options: &DriftOptions, folder: &Scratch, progress: &dyn Progress) -> Outcome<(Side, Reference)> {
    let path = &options.baseline.exports;
    if !is_pack(path) && path.join(ACCEPTED_FILE).is_file() {
        return open_accepted(path);
    }
    Ok((side(&options.baseline, folder, "baseline", progress)?, Reference::Previous))
}

fn is_pack(folder: &Path) -> bool {
    folder.join("manifest.json").symlink_metadata().is_ok()
}

/// Whether a folder holds packs: exports have no pack among them.
fn holds_packs(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| is_pack(&entry.path()))
}

/// A pack as it is, or the pack of an assessment, which is thrown away with its folder.
fn side(run: &RunOptions, folder: &Scratch, name: &str, progress: &dyn Progress) -> Outcome<Side> {
    if is_pack(&run.exports) {
        return Side::open(&run.exports);
    }
    if holds_packs(&run.exports) {
        let message = "this folder holds evidence packs, not exports";
        let hint =
            "name one of its packs; as the baseline, the folder stands for the pack that `overstay accept` recorded";
        let place = Place::file(run.exports.display().to_string());
        return Err(Failure::usage_one(Diagnostic::error("packs-folder", message).at(place).hint(hint)));
    }
    let out = folder.path().join(name);
    let disk = Disk::scratch();
    let pack = PackOptions { canonical: false, documents: Vec::new(), disk, ..PackOptions::new(&out) };
    report(run, &pack, progress)?;
    let mut side = Side::open(&out)?;
    // Nobody can look it up.
    side.manifest_sha256 = None;
    Ok(side)
}
