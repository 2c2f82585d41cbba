//! A pack computed again from the exports, byte by byte.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::pack::{Difference, DifferenceKind as Kind, LOOK, MANIFEST_FILE, Manifest, PackCheck, compare, sha256_of};
use crate::report::Report;
use crate::source::is_own_output;
use crate::time::Zone;
use crate::writing::{Disk, Scratch};

use super::build::tool;
use super::options::{Clock, Progress, RuleOptions, RunOptions};
use super::own::{PackedRules, RULES};
use super::recalculate::{AtHand, RuleOrigin, UsedRule};
use super::run::report;
use super::verify::{Compared, folder_of};
use super::write::{Earlier, PackOptions};

/// The pack against the exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repeated {
    /// The exports against those that the manifest lists.
    pub inputs: Compared,
    /// The rules against those that the manifest lists.
    pub rules: Compared,
    /// The files of the pack against those that were computed.
    pub files: Compared,
    /// The company's own rules that this was computed with.
    pub own_rules: Vec<UsedRule>,
}

impl Repeated {
    /// The three comparisons.
    pub fn parts(&self) -> [&Compared; 3] {
        [&self.inputs, &self.rules, &self.files]
    }
}

/// Computes a pack again from exports, and compares every file.
///
/// # Errors
/// Exports, rules or earlier packs are not there or wrong, or something cannot be read or written.
pub(super) fn repeat(
    pack: &Path,
    check: &PackCheck,
    manifest: &Manifest,
    exports: &Path,
    how: &AtHand,
    progress: &dyn Progress,
) -> Outcome<Repeated> {
    again(pack, check, manifest, exports, how, progress).map_err(|failure| with_hint(failure, manifest, how))
}

fn again(
    pack: &Path,
    check: &PackCheck,
    manifest: &Manifest,
    exports: &Path,
    how: &AtHand,
    progress: &dyn Progress,
) -> Outcome<Repeated> {
    let folder = Scratch::new(&how.scratch)?;
    let out = folder.path().join("pack");
    right_key(manifest, how)?;
    let given = rule_options(pack, check, manifest, exports, how)?;
    let from = if given.packed.is_some() { RuleOrigin::Pack } else { RuleOrigin::Given };
    let options = run_options(manifest, check.report.as_ref(), exports, given, how)?;
    let packing = PackOptions {
        templates: how.templates.clone(),
        canonical: manifest.options.canonical,
        csv_bom: manifest.options.csv_bom,
        documents: manifest.options.documents.clone(),
        earlier: earlier(pack, manifest, how)?,
        disk: Disk::scratch(),
        ..PackOptions::new(&out)
    };
    let again = report(&options, &packing, progress)?;
    progress.stage("comparing byte by byte");
    let bytes = disk::read(&out.join(MANIFEST_FILE), disk::LIST).map_err(|cause| Failure::io("read", &out, &cause))?;
    let computed: Manifest = serde_json::from_slice(&bytes)
        .map_err(|cause| Failure::run(format!("the manifest just written cannot be read: {cause}")))?;
    Ok(Repeated {
        inputs: inputs(manifest, &computed),
        rules: rules(manifest, &computed, &options),
        files: files(pack, check, manifest, &out, &computed)?,
        own_rules: UsedRule::of(&again.own_rules, from),
    })
}

/// Tokens can only be compared with those of the same key.
fn right_key(manifest: &Manifest, how: &AtHand) -> Outcome<()> {
    let (wanted, given) =
        (manifest.options.pseudonyms.as_deref(), how.pseudonyms.as_ref().map(|key| key.fingerprint()));
    let (message, hint) = match (wanted, given) {
        (wanted, given) if wanted == given => return Ok(()),
        (Some(wanted), None) => (
            format!("the pack has pseudonyms, so that the exports give it again with their key ({wanted}) only"),
            "--pseudonyms KEYFILE names it; without --inputs the pack is computed from itself, which needs no key",
        ),
        (Some(wanted), Some(given)) => (
            format!("the pack has pseudonyms of the key {wanted}, and the one that was given is {given}"),
            "give that key",
        ),
        (None, _) => ("the pack has no pseudonyms".to_owned(), "leave --pseudonyms away"),
    };
    Err(Failure::usage_one(Diagnostic::error("other-key", message).at(Place::file(MANIFEST_FILE)).hint(hint)))
}

/// The rules that are given, or lie among the exports, as they did then; else those of the pack.
fn rule_options(
    pack: &Path,
    check: &PackCheck,
    manifest: &Manifest,
    exports: &Path,
    how: &AtHand,
) -> Outcome<RuleOptions> {
    let among = manifest.options.rules.is_empty() && exports.join(PROJECT).is_file();
    if how.rules.names_files() || among {
        return Ok(how.rules.clone());
    }
    let Some(packed) = PackedRules::of(pack, manifest, how.run_pack_metrics) else {
        return Ok(how.rules.clone());
    };
    let refuse = |message: String, hint: &str| {
        Err(Failure::usage_one(Diagnostic::error("own-rules", message).at(Place::file(MANIFEST_FILE)).hint(hint)))
    };
    if check.differences.iter().any(|difference| difference.path.starts_with(RULES)) {
        let message = "the rules in the pack are not those that its manifest lists: they are not used".to_owned();
        return refuse(message, "give --project, --mappings and --policy as they were given then");
    }
    let own = || check.report.iter().flat_map(|report| &report.own_rules);
    let absent: Vec<&str> = own().filter(|rule| rule.path.is_none()).map(|rule| rule.name.as_str()).collect();
    if !absent.is_empty() {
        let message = format!("rule files that the run used are not in the pack: {}", absent.join(", "));
        return refuse(message, "give --project, --mappings and --policy as they were given then");
    }
    let sql: Vec<String> = packed.metric_ids().collect();
    if !sql.is_empty() && !how.run_pack_metrics {
        let message = format!(
            "the pack has SQL of the company's own, which is not run out of a pack unasked: {}",
            sql.join(", ")
        );
        return refuse(message, "--mappings gives it; --run-pack-metrics runs the SQL of the pack: read it first");
    }
    Ok(packed.options(&how.rules))
}

/// The project file among exports.
const PROJECT: &str = "overstay.toml";

/// The earlier packs that were recorded, beside the pack or where the user says.
fn earlier(pack: &Path, manifest: &Manifest, how: &AtHand) -> Outcome<Option<Earlier>> {
    let Some(recorded) = &manifest.options.history else {
        return Ok(None);
    };
    let folder = how.history.clone().map_or_else(|| folder_of(pack), Ok)?;
    Ok(Some(Earlier::Recorded(folder, recorded.clone())))
}

/// The recorded options, with the rule files given again.
fn run_options(
    manifest: &Manifest,
    report: Option<&Report>,
    exports: &Path,
    rules: RuleOptions,
    how: &AtHand,
) -> Outcome<RunOptions> {
    let recorded = &manifest.options;
    let zone: Zone = recorded.zone.parse().map_err(|cause: String| {
        let place = Place::file(MANIFEST_FILE).field("options.zone");
        Failure::usage_one(Diagnostic::error("bad-pack", cause).at(place))
    })?;
    Ok(RunOptions {
        exports: exports.to_owned(),
        period: Some(recorded.period.clone()),
        as_of: Some(recorded.as_of.clone()),
        rules: RuleOptions {
            zone: Some(zone),
            frameworks: recorded.frameworks.clone(),
            read_as: recorded.read_as.clone(),
            ..rules
        },
        clock: Clock::Recorded(manifest.as_of.0),
        findings: usize::try_from(recorded.findings).unwrap_or(usize::MAX),
        readings: true,
        except: later_packs(exports, report),
        pseudonyms: how.pseudonyms.clone(),
    })
}

/// Packs among the exports that the run did not see: made since, or the very pack that is compared. A run says which
/// packs it passed over; what was not there then must not be said now.
fn later_packs(exports: &Path, report: Option<&Report>) -> Vec<PathBuf> {
    let seen: BTreeSet<&str> = report
        .iter()
        .flat_map(|report| &report.messages)
        .filter(|message| message.code == "skipped-pack")
        .filter_map(|message| message.place.as_deref())
        .collect();
    let mut packs = Vec::new();
    let mut folders = walkdir::WalkDir::new(exports).min_depth(1).sort_by_file_name().into_iter();
    while let Some(entry) = folders.next() {
        let Ok(entry) = entry else {
            continue;
        };
        if entry.file_type().is_dir() && is_own_output(entry.path()) {
            folders.skip_current_dir();
            let inside = entry.path().strip_prefix(exports).unwrap_or(entry.path());
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            if !seen.contains(parts.join("/").as_str()) {
                packs.push(entry.into_path());
            }
        }
    }
    packs
}

/// What the user can do when rules of the company's own are missing.
fn with_hint(mut failure: Failure, manifest: &Manifest, how: &AtHand) -> Failure {
    let given = how.rules.flags();
    let missing: Vec<&str> =
        manifest.options.rules.iter().filter(|flag| !given.contains(*flag)).map(String::as_str).collect();
    if manifest.options.history.is_some() && how.history.is_none() {
        let message = "the report was compared with earlier packs, which were looked for beside the pack";
        let hint = "--history DIR names the folder that has them";
        failure.diagnostics.push(Diagnostic::info("earlier-packs", message).hint(hint));
    }
    if !missing.is_empty() {
        let message = "the pack was made with rules of the company's own";
        let hint = format!("give {} as it was given then", missing.join(" and "));
        failure.diagnostics.push(Diagnostic::info("own-rules", message).hint(hint));
    }
    failure
}

fn inputs(recorded: &Manifest, computed: &Manifest) -> Compared {
    let entries = |manifest: &Manifest| -> BTreeMap<String, (String, String)> {
        let entry = |source: &Option<String>| source.clone().unwrap_or_else(|| "not recognised".to_owned());
        let files = manifest.inputs.iter();
        files.map(|file| (file.path.clone(), (file.sha256.clone(), entry(&file.source)))).collect()
    };
    lists(&entries(recorded), &entries(computed), |path, then, now| {
        let (kind, what) = match (then, now) {
            (Some(then), Some(now)) if then.0 != now.0 => {
                (Kind::Changed, format!("its SHA-256 is {}; the manifest lists {}", now.0, then.0))
            }
            (Some(then), Some(now)) => (Kind::Changed, format!("read as {} now, as {} then", now.1, then.1)),
            (Some(_), None) => (Kind::Missing, "listed, and not among the exports".to_owned()),
            _ => (Kind::Added, "among the exports, and not listed".to_owned()),
        };
        Difference::new(path, kind, what)
    })
}

fn rules(recorded: &Manifest, computed: &Manifest, options: &RunOptions) -> Compared {
    let entries = |manifest: &Manifest| -> BTreeMap<String, String> {
        manifest.rules.iter().map(|rule| (rule.path.clone(), rule.sha256.clone())).collect()
    };
    let mut compared = lists(&entries(recorded), &entries(computed), |path, then, now| {
        let own = if path.starts_with("mappings/") {
            "it ships with the tool".to_owned()
        } else if path.starts_with(LOOK) {
            "--templates names the folder of the company's own".to_owned()
        } else if recorded.options.rules.is_empty() {
            "the project file among the exports led to it".to_owned()
        } else {
            format!("the run was given {}", recorded.options.rules.join(" and "))
        };
        let (kind, what) = match (then, now) {
            (Some(_), Some(_)) => (Kind::Changed, format!("another text than then; {own}")),
            (Some(_), None) => (Kind::Missing, format!("used then, and not now; {own}")),
            _ => (Kind::Added, "used now, and not then".to_owned()),
        };
        Difference::new(path, kind, what)
    });
    // A project file among the exports was passed over for that of the pack: it must be the same one.
    let beside =
        options.rules.packed.as_ref().and_then(|_| disk::read(&options.exports.join(PROJECT), disk::WRITTEN).ok());
    let listed = recorded
        .rules
        .iter()
        .find(|rule| rule.path == PROJECT && !recorded.options.rules.contains(&"--project".to_owned()));
    if let (Some(bytes), Some(listed)) = (beside, listed)
        && sha256_of(&bytes) != listed.sha256
    {
        let what = "the project file among the exports is another one than then; that of the pack was used";
        compared.differs(Difference::new(PROJECT, Kind::Changed, what));
    }
    let version = tool().version;
    if recorded.tool.version != version {
        let what = format!("the pack was made by version {}; this is version {version}", recorded.tool.version);
        compared.differences.insert(0, Difference::new(recorded.tool.name.clone(), Kind::Changed, what));
    }
    compared
}

/// Two lists by path; `differ` words an entry that is not the same in both.
fn lists<T: PartialEq>(
    then: &BTreeMap<String, T>,
    now: &BTreeMap<String, T>,
    differ: impl Fn(&str, Option<&T>, Option<&T>) -> Difference,
) -> Compared {
    let paths: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let differences: Vec<Difference> = paths
        .iter()
        .filter(|path| then.get(**path) != now.get(**path))
        .map(|path| differ(path, then.get(*path), now.get(*path)))
        .collect();
    Compared { compared: paths.len(), agree: paths.len() - differences.len(), differences }
}

/// Every file of the pack, the manifest included, against the one that was computed.
fn files(pack: &Path, check: &PackCheck, manifest: &Manifest, out: &Path, computed: &Manifest) -> Outcome<Compared> {
    let names = |manifest: &Manifest| -> Vec<String> {
        let outputs = manifest.outputs.iter().map(|output| output.path.clone());
        outputs.chain([MANIFEST_FILE.to_owned()]).collect()
    };
    let again: BTreeSet<String> = names(computed).into_iter().collect();
    let all: BTreeSet<String> = names(manifest).into_iter().chain(again.iter().cloned()).collect();
    let mut differences = Vec::new();
    for path in &all {
        let difference = if !again.contains(path) {
            Difference::new(path.clone(), Kind::Added, "in the pack, and not computed")
        } else if !check.files.contains(path) {
            Difference::new(path.clone(), Kind::Missing, "computed, and not in the pack")
        } else {
            match compare(&pack.join(path), &out.join(path))? {
                None => continue,
                Some(what) => Difference { path: path.clone(), kind: Kind::Changed, what },
            }
        };
        differences.push(difference);
    }
    Ok(Compared { compared: all.len(), agree: all.len() - differences.len(), differences })
}
