//! `[scope]`: rows of systems that it leaves out are taken out of the canonical tables before anything is measured, so
//! that populations, findings, coverage and indicators speak about the same systems. People stay: whoever left is a
//! leaver everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use polars::prelude::*;

use crate::dataset::{Frames, Table, Texts};
use crate::diag::{Diagnostic, Place};
use crate::failure::Outcome;
use crate::identity::Facts;
use crate::number::count as grouped;
use crate::policy::Project;

use super::rules::file_name;

/// What was left out of each system.
#[derive(Debug, Clone, Default)]
pub struct LeftOut(BTreeMap<String, BTreeMap<Table, u64>>);

impl LeftOut {
    /// Rows of a system that were taken out of a table.
    pub(super) fn count(&self, system: &str, table: Table) -> u64 {
        self.0.get(system).and_then(|tables| tables.get(&table)).copied().unwrap_or_default()
    }

    /// The systems.
    pub(super) fn systems(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// `jira (99 accounts)`, if anything was left out.
    fn words(&self) -> Option<String> {
        let of = |(system, tables): (&String, &BTreeMap<Table, u64>)| {
            let counts = tables.iter().filter(|(table, _)| LISTED.contains(table));
            let counts: Vec<String> =
                counts.map(|(table, n)| format!("{} {}", grouped(*n), named(*table, *n))).collect();
            if counts.is_empty() { system.clone() } else { format!("{system} ({})", counts.join(", ")) }
        };
        let all: Vec<String> = self.0.iter().map(of).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }
}

/// Tables whose rows are told to readers.
const LISTED: [Table; 3] = [Table::Accounts, Table::Credentials, Table::Events];

fn named(table: Table, count: u64) -> &'static str {
    let all = table.name();
    if count == 1 { all.strip_suffix('s').unwrap_or(all) } else { all }
}

/// How a table names the system of a row.
fn key(table: Table) -> Option<(&'static str, bool)> {
    match table {
        Table::Accounts
        | Table::Entitlements
        | Table::Events
        | Table::Credentials
        | Table::Reviews
        | Table::LogWindows => Some(("system", false)),
        // `system:account_id`.
        Table::AccountStates | Table::Candidates | Table::Ownerships => Some(("account_key", true)),
        _ => None,
    }
}

/// Takes out what the scope leaves out.
pub(super) fn restrict(frames: &mut Frames, project: &Project) -> Outcome<LeftOut> {
    let mut left = LeftOut::default();
    if !project.has_scope() {
        return Ok(left);
    }
    for table in Table::ALL {
        let (Some((column, is_key)), Some(frame)) = (key(table), frames.get(table)) else {
            continue;
        };
        let texts = Texts::of(frame, column);
        // An ownership is of an account, or of a credential.
        let other = Texts::of(frame, "credential_key");
        let mut known: BTreeMap<&str, (bool, u64)> = BTreeMap::new();
        let mut keep = BooleanChunkedBuilder::new("keep".into(), frame.height());
        for row in 0..frame.height() {
            let text = texts.get(row).or_else(|| other.get(row)).unwrap_or_default();
            let system = if is_key { text.split_once(':').map_or(text, |(system, _)| system) } else { text };
            let entry = known.entry(system).or_insert_with(|| (project.leaves_out(system), 0));
            entry.1 += 1;
            keep.append_value(!entry.0);
        }
        for (system, (_, rows)) in known.iter().filter(|(_, (out, _))| *out) {
            left.0.entry((*system).to_owned()).or_default().insert(table, *rows);
        }
        if known.values().any(|(out, _)| *out) {
            let kept = frame.filter(&keep.finish())?;
            frames.insert(table, kept);
        }
    }
    Ok(left)
}

/// What the scope left out, and its lines that have no effect. `systems` are all that the data and the register know.
pub(super) fn messages(project: &Project, left: &LeftOut, systems: &BTreeSet<String>) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    if let Some(words) = left.words() {
        let message = format!("left out by scope: {words}");
        said.push(Diagnostic::info("left-out", message).hint("no number of this report speaks about them"));
    }
    // A plain name of what must be covered has an effect without data: the system is missing, and the report says so.
    let patterns = project.systems.iter().filter(|name| name.is_pattern());
    for name in patterns.chain(&project.exclude_systems) {
        if !systems.iter().any(|system| name.matches(system)) {
            let place = Place { file: file_name(Path::new(&name.place.file)), ..name.place.clone() };
            let message = format!("no system is `{}`: this line of the scope has no effect", name.text);
            let known: Vec<&str> = systems.iter().map(String::as_str).collect();
            let hint = crate::rules::did_you_mean(&name.text, known.iter().copied())
                .unwrap_or_else(|| format!("systems here: {}", known.join(", ")));
            said.push(Diagnostic::warning("scope-unmatched", message).at(place).hint(hint));
        }
    }
    said
}

/// Sources in `[authority]` that say nothing of what they are to decide.
pub(super) fn idle_authorities(project: &Project, facts: &Facts) -> Vec<Diagnostic> {
    let gives = |id: &str| facts.attributes.keys().any(|source| source == id);
    let says = |attribute: &str, id: &str| facts.attributes.get(id).is_some_and(|known| known.contains(attribute));
    let mut said = BTreeSet::new();
    let mut idle = Vec::new();
    for (attribute, id, place) in project.authorities().filter(|(attribute, id, _)| !says(attribute, id)) {
        let message = if gives(id) {
            format!("`{id}` says nothing of the {attribute} of people: it decides nothing there")
        } else if said.insert(id) {
            format!("no file gave people as `{id}`: it decides nothing in [authority]")
        } else {
            continue;
        };
        let place = Place { file: file_name(Path::new(&place.file)), ..place.clone() };
        let warning = Diagnostic::warning("authority-unmatched", message);
        idle.push(warning.at(place).hint("`overstay inspect` says what each file is"));
    }
    idle
}
