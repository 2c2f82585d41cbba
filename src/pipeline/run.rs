//! The commands of a run, each made of its stages.

use std::path::Path;
use std::sync::Arc;

use crate::diag::{Diagnostic, Place};
use crate::drift::Past;
use crate::failure::{Failure, Outcome};
use crate::pack::{CANONICAL_SCHEMA, Claim, OutputEntry, PackKind, Staging};
use crate::report::Report;
use crate::source::exports_folder;
use crate::time::rfc3339;
use crate::writing::Disk;

use super::build::{build, period_view};
use super::canonical::write_canonical;
use super::inputs::{Inputs, period, zone};
use super::measure::{Measured, NoFiles, measure};
use super::options::{Progress, RunOptions};
use super::rules::Rules;
use super::write::{Earlier, PackOptions, PackSink, look_entries, write};

/// The assessment alone: nothing is written.
///
/// # Errors
/// As [`Inputs::prepare`], and whatever the dataframe engine reports.
pub fn check(options: &RunOptions, progress: &dyn Progress) -> Outcome<Report> {
    progress.stage("loading rules");
    let rules = Rules::load(Some(&options.exports), &options.rules)?;
    check_with(Arc::new(rules), options, progress)
}

/// The same with the rules at hand: for many runs on exports that differ.
///
/// # Errors
/// As [`check`].
pub fn check_with(rules: Arc<Rules>, options: &RunOptions, progress: &dyn Progress) -> Outcome<Report> {
    let mut inputs = Inputs::prepare_with(rules, options, Vec::new(), progress)?;
    refuse_nothing(&inputs, &options.exports)?;
    let measured = measure(&mut inputs, options, &mut NoFiles, progress)?;
    Ok(build(&inputs, measured, None, &[]).0)
}

/// The whole run: the pack stands at its place when this returns.
///
/// # Errors
/// As [`check`], and when the pack cannot be written; then an older pack is untouched.
pub fn report(options: &RunOptions, pack: &PackOptions, progress: &dyn Progress) -> Outcome<Report> {
    if let Some(key) = &options.pseudonyms {
        key.outside(&options.exports)?;
        key.outside(&pack.out)?;
    }
    progress.stage("loading rules");
    let (rules, templates) = pack.rules(&options.exports, &options.rules)?;
    let claim = claim(PackKind::Evidence, options, &rules, pack.replace)?;
    let staging = Staging::begin(&pack.disk, &pack.out, claim)?.with_csv_bom(pack.csv_bom);
    let past = pack.past()?;
    let mut inputs = Inputs::prepare_with(Arc::new(rules), options, pack.except(), progress)?;
    let past = past.map(|past| past.before(inputs.organisation(), inputs.as_of, inputs.replay.pseudonyms.as_deref()));
    let past = match (&options.pseudonyms, &pack.earlier) {
        (Some(key), Some(Earlier::Folder(_))) => past.map(|past| past.with_tokens(key)),
        _ => past,
    };
    inputs.replay.canonical = pack.canonical;
    inputs.replay.csv_bom = pack.csv_bom;
    inputs.replay.documents.clone_from(&pack.documents);
    inputs.replay.history = past.as_ref().and_then(Past::record);
    inputs.messages.extend(past.iter().flat_map(Past::doubts));
    past.iter().filter_map(Past::named_otherwise).for_each(|said| progress.say(&said));
    refuse_nothing(&inputs, &options.exports)?;
    let mut sink = PackSink::open(staging)?;
    let measured: Measured = measure(&mut inputs, options, &mut sink, progress)?;
    let staging = sink.close()?;
    progress.stage("writing");
    let (report, actions) = build(&inputs, measured, staging.sha256_of("findings.csv"), &look_entries(&templates));
    write(&inputs, (report, &actions), past.as_ref(), &templates, pack, staging, progress)
}

/// What the run is going to write.
fn claim(kind: PackKind, options: &RunOptions, rules: &Rules, replace: bool) -> Outcome<Claim> {
    exports_folder(&options.exports)?;
    let period = period(options, rules, zone(options, rules))?;
    Ok(Claim { kind, organisation: rules.organisation().to_owned(), period: period_view(&period), replace })
}

/// The canonical tables as Parquet.
///
/// # Errors
/// As [`Inputs::prepare`], and when a file cannot be written.
pub fn normalise(
    options: &RunOptions,
    out: &Path,
    replace: bool,
    disk: &Disk,
    progress: &dyn Progress,
) -> Outcome<Vec<OutputEntry>> {
    progress.stage("loading rules");
    let rules = Rules::load(Some(&options.exports), &options.rules)?;
    let claim = claim(PackKind::Canonical, options, &rules, replace)?;
    let mut staging = Staging::begin(disk, out, claim)?;
    let mut inputs = Inputs::prepare_with(Arc::new(rules), options, vec![out.to_owned()], progress)?;
    refuse_nothing(&inputs, &options.exports)?;
    progress.stage("writing");
    write_canonical(&mut inputs.frames, "", &mut staging)?;
    let written = staging.outputs();
    let inputs_read = inputs.loaded.files.iter().map(|file| {
        serde_json::json!({ "path": file.path, "bytes": file.bytes, "sha256": file.sha256, "source": file.source })
    });
    let manifest = serde_json::json!({
        "schema": CANONICAL_SCHEMA,
        "organisation": inputs.organisation(),
        "period": period_view(&inputs.period),
        "as_of": rfc3339(inputs.as_of),
        "zone": inputs.zone.to_string(),
        "inputs": inputs_read.collect::<Vec<_>>(),
        "outputs": written,
    });
    let mut text = crate::json::pretty(&manifest).into_bytes();
    text.push(b'\n');
    staging.write("manifest.json", &text)?;
    staging.finish()?.iter().for_each(|said| progress.say(said));
    Ok(written)
}

/// A folder in which nothing at all could be read is a mistake, not an empty company.
fn refuse_nothing(inputs: &Inputs, exports: &Path) -> Outcome<()> {
    if inputs.loaded.files.iter().any(|file| !file.rows.is_empty()) {
        return Ok(());
    }
    let mut diagnostics = inputs.loaded.diagnostics.clone();
    let message = "the folder holds no export that can be used";
    let hint = "`overstay inspect` says what each file is; `overstay list sources` shows what is known";
    diagnostics
        .push(Diagnostic::error("no-exports", message).at(Place::file(exports.display().to_string())).hint(hint));
    Err(Failure::usage(diagnostics))
}
