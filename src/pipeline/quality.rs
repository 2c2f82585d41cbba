//! Information produced by the entity: files, rejects, systems, as the report shows them.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::dataset::{Flags, Frames, Lineage, Table, Texts};
use crate::report::{ReasonCount, RejectGroup, RejectSummary, SourceReport, Stamp, SystemReport, Window};
use crate::source::{InputFile, Reject, SourceSet};

use super::coverage::Feeds;
use super::inputs::Inputs;

/// Groups of rejects that the report shows; `rejects.csv` has every line.
const REJECT_GROUPS: usize = 100;

/// One entry per input file.
pub(super) fn sources(files: &[InputFile], set: &SourceSet, frames: &Frames) -> Vec<SourceReport> {
    let mut systems = systems_by_file(frames);
    let all = (0..).zip(files);
    all.map(|(index, file)| source(file, set, &systems.remove(&index).unwrap_or_default())).collect()
}

/// Rows of each file by the system that they are of.
fn systems_by_file(frames: &Frames) -> BTreeMap<i64, BTreeMap<String, u64>> {
    let mut all: BTreeMap<i64, BTreeMap<String, u64>> = BTreeMap::new();
    for table in [Table::Accounts, Table::Credentials] {
        let Some(frame) = frames.get(table) else {
            continue;
        };
        let (systems, lineage) = (Texts::of(frame, "system"), Lineage::of(frame));
        // Rows of a file mostly stand together, and a company has few systems.
        let mut counts: BTreeMap<(i64, &str), u64> = BTreeMap::new();
        for row in 0..frame.height() {
            if let Some(system) = systems.get(row) {
                *counts.entry((lineage.file(row).into(), system)).or_default() += 1;
            }
        }
        for ((file, system), count) in counts {
            *all.entry(file).or_default().entry(system.to_owned()).or_default() += count;
        }
    }
    all
}

fn source(file: &InputFile, set: &SourceSet, systems: &BTreeMap<String, u64>) -> SourceReport {
    let extraction = file.extraction.clone().unwrap_or_default();
    let counts = |map: &BTreeMap<String, u64>| {
        map.iter().map(|(reason, count)| ReasonCount { reason: reason.clone(), count: *count }).collect()
    };
    let reconciliation = match extraction.expected_rows {
        None => "not reconciled".to_owned(),
        Some(expected) if expected == file.records as i64 => "reconciled".to_owned(),
        Some(expected) => format!("difference of {}", file.records as i64 - expected),
    };
    SourceReport {
        path: file.path.clone(),
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        outcome: file.outcome,
        source: file.source.clone(),
        title: file.source.as_deref().and_then(|id| set.get(id)).map(|source| source.title().to_owned()),
        system: file.system.clone(),
        records: file.records,
        rows: file
            .rows
            .iter()
            .map(|(table, count)| ReasonCount { reason: table.name().to_owned(), count: *count })
            .collect(),
        systems: counts(systems),
        rejected: file.rejected,
        out_of_scope: counts(&file.out_of_scope),
        not_records: counts(&file.not_records),
        unparsed: counts(&file.unparsed),
        unknown_columns: file.unknown_columns.clone(),
        observed_at: file.observed_at.map(Stamp),
        observed_basis: file.observed_basis,
        covers: file.covers.map(|(from, to)| Window { from: Stamp(from), to: Stamp(to) }),
        extracted_by: extraction.extracted_by,
        method: extraction.method,
        query: extraction.query,
        environment: extraction.environment,
        report_definition: extraction.report_definition,
        confirmed_by: extraction.confirmed_by,
        confirmed_on: extraction.confirmed_on,
        expected_rows: extraction.expected_rows,
        reconciliation,
        completeness: file.completeness,
        completeness_reasons: file.completeness_reasons.clone(),
        only_left_out: file.only_left_out,
    }
}

/// Rejects by file, column and reason.
pub(super) fn rejects(list: &[Reject], paths: &[String]) -> RejectSummary {
    let mut groups: BTreeMap<(u32, Option<&str>, &str), (u64, u64)> = BTreeMap::new();
    for reject in list {
        let group = groups.entry((reject.file, reject.column.as_deref(), &reject.reason)).or_insert((0, reject.row));
        group.0 += 1;
    }
    let mut groups: Vec<RejectGroup> = groups
        .into_iter()
        .map(|((file, column, reason), (count, first_row))| RejectGroup {
            path: paths.get(file as usize).cloned().unwrap_or_default(),
            column: column.map(str::to_owned),
            reason: reason.to_owned(),
            count,
            first_row,
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups.truncate(REJECT_GROUPS);
    RejectSummary {
        total: list.len() as u64,
        rows: list.iter().filter(|reject| reject.whole_row).count() as u64,
        groups,
    }
}

/// The systems of the register and of the data, sorted by name.
pub(super) fn systems(inputs: &Inputs, feeds: &Feeds) -> Vec<SystemReport> {
    let (frames, project, left) = (&inputs.frames, &inputs.rules.project, &inputs.left_out);
    let counts = |table: Table| frames.get(table).map(|frame| by_word(frame, "system")).unwrap_or_default();
    let (accounts, credentials, events) = (counts(Table::Accounts), counts(Table::Credentials), counts(Table::Events));
    let register = frames.get(Table::Systems).map(register).unwrap_or_default();
    let files = &inputs.loaded.files;
    let named = project.systems.iter().filter(|name| !name.is_pattern()).map(|name| &name.text);
    let names: BTreeSet<&String> = register
        .keys()
        .chain(accounts.keys())
        .chain(credentials.keys())
        .chain(events.keys())
        .chain(left.systems())
        .chain(named.clone())
        .collect();
    names
        .into_iter()
        .map(|name| {
            let line = register.get(name);
            let get = |map: &BTreeMap<String, u64>, table| {
                map.get(name).copied().unwrap_or_default() + left.count(name, table)
            };
            let left_out = project.leaves_out(name);
            let tables = feeds.report(name);
            SystemReport {
                system: name.clone(),
                title: line.and_then(|line| line.title.clone()),
                owner: line.and_then(|line| line.owner.clone()),
                criticality: line.and_then(|line| line.criticality.clone()),
                in_scope: !left_out && line.is_none_or(|line| line.in_scope),
                registered: line.is_some() || named.clone().any(|listed| listed == name),
                loaded: !tables.is_empty() || has_export(name, files),
                tables,
                left_out,
                accounts: get(&accounts, Table::Accounts),
                credentials: get(&credentials, Table::Credentials),
                events: get(&events, Table::Events),
                confirmed_by: line.and_then(|line| line.confirmed_by.clone()),
                confirmed_on: line.and_then(|line| line.confirmed_on.clone()),
            }
        })
        .collect()
}

/// Whether a file of the system's folder gave rows of its own.
fn has_export(system: &str, files: &[InputFile]) -> bool {
    let inside = |file: &InputFile| file.folder.as_deref() == Some(system);
    files.iter().any(|file| inside(file) && file.rows.values().any(|rows| *rows > 0))
}

struct RegisterLine {
    title: Option<String>,
    owner: Option<String>,
    criticality: Option<String>,
    in_scope: bool,
    confirmed_by: Option<String>,
    confirmed_on: Option<String>,
}

fn register(frame: &DataFrame) -> BTreeMap<String, RegisterLine> {
    let text = |name: &str| Texts::of(frame, name);
    let (system, title, owner, criticality, in_scope) =
        (text("system"), text("title"), text("owner"), text("criticality"), Flags::of(frame, "in_scope"));
    let (confirmed_by, confirmed_on) = (text("confirmed_by"), text("confirmed_on"));
    let some = |column: &Texts, row: usize| column.get(row).map(str::to_owned);
    (0..frame.height())
        .filter_map(|row| {
            let line = RegisterLine {
                title: some(&title, row),
                owner: some(&owner, row),
                criticality: some(&criticality, row),
                in_scope: in_scope.get(row).unwrap_or(true),
                confirmed_by: some(&confirmed_by, row),
                confirmed_on: some(&confirmed_on, row),
            };
            Some((some(&system, row)?, line))
        })
        .collect()
}

/// How often each word of a column occurs; rows without one are not counted.
pub(super) fn by_word(frame: &DataFrame, column: &str) -> BTreeMap<String, u64> {
    let column = Texts::of(frame, column);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut run: Option<(&str, u64)> = None;
    let mut add = |word: &str, count: u64| match counts.get_mut(word) {
        Some(known) => *known += count,
        None => {
            counts.insert(word.to_owned(), count);
        }
    };
    // Equal words stand in runs in most exports.
    for row in 0..column.len() {
        let Some(word) = column.get(row) else {
            continue;
        };
        match &mut run {
            Some((current, count)) if *current == word => *count += 1,
            _ => {
                if let Some((current, count)) = run.replace((word, 1)) {
                    add(current, count);
                }
            }
        }
    }
    if let Some((current, count)) = run {
        add(current, count);
    }
    counts
}
