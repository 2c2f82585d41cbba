//! Files that were lost, or lost something, on the way here. A population that lacks rows says nothing about them,
//! however small their number.

use std::collections::BTreeSet;

use crate::dataset::Table;
use crate::pipeline::inputs::Inputs;
use crate::source::{Completeness, FileOutcome, InputFile, SourceSet};
use crate::time::HOUR;

use super::feeds::{Feeds, home};
use super::gap::{Concern, Lack, What};
use super::logs::Windows;

/// Gaps of files.
pub(super) fn lacks(inputs: &Inputs, feeds: &Feeds, windows: &Windows) -> Vec<Lack> {
    let (files, sources) = (&inputs.loaded.files, &inputs.rules.sources);
    let seen = folders_with_rows(files);
    let mut lacks = left_out(inputs, feeds, windows);
    for file in files {
        let system = home(file, sources);
        if system.is_some_and(|system| inputs.rules.project.leaves_out(system)) {
            continue;
        }
        if let (Some(tables), Some(what)) = (tables_of(file, sources, &seen), loss(file)) {
            let table = if tables.len() == 1 { tables.first().copied() } else { None };
            let system = system.map(str::to_owned);
            lacks.push(Lack { what, system, table, concern: Concern::Tables(tables) });
        }
    }
    for unseen in &inputs.loaded.unseen {
        if unseen.system.as_ref().is_some_and(|system| inputs.rules.project.leaves_out(system)) {
            continue;
        }
        let table = if unseen.feeds.len() == 1 { unseen.feeds.first().copied() } else { None };
        let what = What::NotSeen { path: unseen.path.clone(), why: unseen.why.clone() };
        let concern = Concern::Tables(unseen.feeds.clone());
        lacks.push(Lack { what, system: unseen.system.clone(), table, concern });
    }
    for (name, rows) in &inputs.facts.contradicted {
        if let Some(table) = Table::from_name(name) {
            let concern = Concern::Tables(vec![table]);
            lacks.push(Lack::of(What::Contradiction { rows: *rows }, None, table, concern));
        }
    }
    lacks
}

/// The tables that a file fed, or may have been meant to; empty: any. `None`: it holds nothing that was looked for.
fn tables_of(file: &InputFile, sources: &SourceSet, seen: &BTreeSet<&str>) -> Option<Vec<Table>> {
    let of = |id: &String| sources.get(id).map(crate::source::Source::tables).unwrap_or_default();
    match &file.source {
        Some(id) => Some(of(id)),
        // What a broken file would have held is not known: it may be anything. So it is of one that somebody lists as an
        // export, and that nothing recognises.
        None if file.candidates.is_empty() => {
            let known = file.outcome != FileOutcome::Unrecognised
                || file.extraction.is_some()
                || is_all_of_its_system(file, seen);
            known.then(Vec::new)
        }
        None => Some(file.candidates.iter().flat_map(of).collect()),
    }
}

/// Endings of files that hold records; notes and pictures that lie among exports are none.
const RECORDS: [&str; 8] = ["csv", "tsv", "json", "jsonl", "ndjson", "ldif", "xml", "log"];

fn folders_with_rows(files: &[InputFile]) -> BTreeSet<&str> {
    let read = files.iter().filter(|file| !file.rows.is_empty());
    read.filter_map(|file| file.path.split_once('/').map(|(folder, _)| folder)).collect()
}

/// Whether a file that nothing recognises holds records and is all that there is of its system: then nothing at all
/// was seen of that system, and calling the others' population the whole one would be a pass for what was not seen.
fn is_all_of_its_system(file: &InputFile, seen: &BTreeSet<&str>) -> bool {
    let name = file.path.trim_end_matches(".gz").trim_end_matches(".zst");
    let Some((folder, _)) = file.path.split_once('/') else {
        return false;
    };
    let records = name.rsplit_once('.').is_some_and(|(_, ending)| RECORDS.contains(&ending.to_lowercase().as_str()));
    records && !seen.contains(folder)
}

/// What is missing of a file.
fn loss(file: &InputFile) -> Option<What> {
    let path = &file.path;
    let expected = file.extraction.as_ref().and_then(|extraction| extraction.expected_rows);
    let clause = match file.outcome {
        FileOutcome::Read => {
            let reasons = file.completeness_reasons.clone();
            let partial = file.completeness == Completeness::Partial;
            return partial.then(|| What::Partial { path: path.clone(), reasons });
        }
        FileOutcome::Empty if expected == Some(0) => return None,
        FileOutcome::Empty => "is empty",
        FileOutcome::Unrecognised => "was not recognised",
        FileOutcome::Ambiguous => "fits several sources",
        FileOutcome::ErrorPage => "holds an error answer",
        FileOutcome::Unreadable => "cannot be read",
    };
    Some(What::NotRead { path: path.clone(), why: clause })
}

/// The newest lists that leave out who left, by default. The log of the same system over the same time tells of them.
fn left_out(inputs: &Inputs, feeds: &Feeds, windows: &Windows) -> Vec<Lack> {
    let (from, to) = (inputs.period.from, inputs.period.to.min(inputs.as_of));
    let mut lacks = Vec::new();
    for (file, system) in inputs.loaded.files.iter().filter_map(|file| Some((file, home(file, &inputs.rules.sources)?)))
    {
        let Some(left) = &file.leaves_out else {
            continue;
        };
        let newer = feeds.get(system, Table::Accounts).and_then(|feed| feed.newest);
        let old = file.observed_at.zip(newer).is_some_and(|(own, newest)| own.saturating_add(HOUR) < newest);
        if old || windows.covers_period(system, from, to) || inputs.rules.project.leaves_out(system) {
            continue;
        }
        let what = What::LeavesOut { path: file.path.clone(), what: left.what.clone() };
        lacks.push(Lack::of(what, Some(system), Table::Accounts, Concern::Leavers(vec![Table::Accounts])));
    }
    lacks
}
