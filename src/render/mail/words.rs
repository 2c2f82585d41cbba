//! What a mail says, in the order in which a busy person reads it: the result, what explains it, what got worse.

use serde::Serialize;

use crate::render::drift::{Digest, Names, Section, Table, TableKind, digest};
use crate::render::text;
use crate::report::Severity;
use crate::report::drift::{ContextChange, ContextKind, Drift, Reference};
use crate::time;

use super::findings::class;

/// Differences that explain numbers, and rows of a table, beyond which a mail only counts.
const ROWS: usize = 8;

/// What a mail is made of.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// The comparison, or the part of it that concerns the readers.
    pub drift: &'a Drift,
    /// Set when `drift` is a part.
    pub part: Option<Part>,
    /// The subject, which is also the title of the HTML part.
    pub subject: String,
    /// Whether persons and accounts are named.
    pub names: Names,
    /// Whether owners of systems are named although persons and accounts are not: the readers asked for them.
    pub owners: bool,
    /// How many findings of each class are listed.
    pub findings: usize,
    /// What there is to say about files of the pack: those that are attached, and lists for owners.
    pub notes: Vec<String>,
}

/// What a part is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `Of 14 changed findings, 5 concern the systems okta and payroll.`
    pub sentence: String,
    /// Whether the part is limited to systems: then numbers of whole metrics do not belong in it.
    pub of_systems: bool,
}

/// A mail in words. Texts are as the data has them: each part escapes for its format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// The subject.
    pub subject: String,
    /// `Acme, 2026-Q3 compared with 2026-Q2`.
    pub title: String,
    /// What the comparison is made with.
    pub reference: String,
    /// `worse`, `better`, `unchanged`.
    pub result: &'static str,
    /// The result in one sentence, without the word before it.
    pub sentence: String,
    /// What else makes the result: metrics and systems that came into sight, or went out of it, rates, what is open still.
    pub points: Vec<String>,
    /// That this is a part, or empty.
    pub part: String,
    /// What differs beside the findings, and explains numbers.
    pub context: Vec<String>,
    /// Findings of the classes that make a result worse, and of those that nobody had looked at before.
    pub sections: Vec<Class>,
    /// The other classes, counted.
    pub counted: String,
    /// Systems, with their owners where they are named: what a mail about everything says first.
    pub systems: Vec<Grid>,
    /// The other tables: systems of a part, metrics, references.
    pub tables: Vec<Grid>,
    /// The three first numbers, before and now; of a mail about everything.
    pub headline: Vec<String>,
    /// The verdict about everything.
    pub whole: String,
    /// Files of the pack that are attached, or that the readers should know of.
    pub notes: Vec<String>,
    /// Where it comes from, and where all of it is.
    pub end: Vec<String>,
}

/// The findings of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Class {
    /// `3 new`.
    pub title: String,
    /// What the class means.
    pub meaning: &'static str,
    /// Whether it makes the result worse.
    pub worse: bool,
    /// Its findings.
    pub lines: Vec<Item>,
    /// `… and 7 more`, or empty.
    pub more: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// `high`.
    pub severity: Severity,
    /// Metric, system and subject.
    pub what: String,
    /// Why it is in its class.
    pub why: String,
    /// Its id.
    pub id: String,
}

/// A table as a list: columns would break words on a phone, and say nothing more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grid {
    /// What it shows.
    pub title: String,
    /// Its rows.
    pub rows: Vec<Row>,
    /// `… and 7 more`, or empty.
    pub more: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is about.
    pub name: String,
    /// What matters.
    pub first: String,
    /// What belongs to it, or empty.
    pub rest: String,
}

/// Puts a letter into words.
pub fn words(letter: &Letter<'_>) -> Words {
    let drift = letter.drift;
    let said = digest(drift, letter.names, letter.findings);
    let (listed, counted): (Vec<&Section>, Vec<&Section>) =
        said.sections.iter().partition(|section| section.class.is_to_do());
    let part = letter.part.as_ref();
    let of_systems = part.is_some_and(|part| part.of_systems);
    let owners = letter.owners || letter.names == Names::Shown;
    // A part is small, and about systems that its readers know.
    let apart = |table: &Table| part.is_none() && table.kind == TableKind::Systems;
    let (systems, tables) = tables(&said, of_systems, owners, apart);
    Words {
        subject: letter.subject.clone(),
        title: said.title.clone(),
        reference: reference(drift, letter.names, &said),
        result: drift.result.words(),
        sentence: drift.sentence.clone(),
        points: drift.points.clone(),
        part: part.map(|part| part.sentence.clone()).unwrap_or_default(),
        context: shortened(&context(drift, &said)),
        sections: listed.into_iter().map(|section| class(letter, section)).collect(),
        counted: also(&counted, &said.standing),
        systems,
        tables,
        headline: if part.is_none() { said.headline.clone() } else { Vec::new() },
        whole: whole(&said, part.is_some()),
        notes: letter.notes.clone(),
        end: end(drift, letter, &said),
    }
}

fn reference(drift: &Drift, names: Names, said: &Digest) -> String {
    match (&drift.reference, names) {
        (Reference::Accepted { at, .. }, Names::Withheld) => {
            format!("against the baseline accepted on {}", time::day(at.0))
        }
        _ => said.reference.clone(),
    }
}

fn shortened(lines: &[String]) -> Vec<String> {
    let mut out: Vec<String> = lines.iter().take(ROWS).cloned().collect();
    out.extend(more(lines.len(), ROWS));
    out
}

/// What explains numbers; sizes of populations in one line.
fn context(drift: &Drift, said: &Digest) -> Vec<String> {
    let size = |change: &ContextChange| match (change.kind, &change.before, &change.after) {
        (ContextKind::Population, Some(before), Some(after)) => Some(format!("{} {before} → {after}", change.what)),
        _ => None,
    };
    let sizes: Vec<String> = drift.context.iter().filter_map(size).collect();
    let others = drift.context.iter().zip(&said.context).filter(|(change, _)| size(change).is_none());
    let mut lines: Vec<String> = others.map(|(_, line)| line.clone()).collect();
    if !sizes.is_empty() {
        lines.push(sizes.join(", "));
    }
    lines
}

pub(super) fn more(all: usize, shown: usize) -> Option<String> {
    all.checked_sub(shown).filter(|rest| *rest > 0).map(|rest| format!("… and {} more", text::count(rest as u64)))
}

/// `12 resolved, 2 better; 40 still open, 3 unchanged.`
fn also(counted: &[&Section], standing: &[String]) -> String {
    let changed: Vec<String> = counted.iter().map(|section| section.counted.clone()).collect();
    let parts: Vec<String> =
        [changed.join(", "), standing.join(", ")].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!("{}.", parts.join("; ")) }
}

/// Systems first, their owners are who can do something: the tables that stand apart, and the others.
fn tables(said: &Digest, of_systems: bool, owners: bool, apart: impl Fn(&Table) -> bool) -> (Vec<Grid>, Vec<Grid>) {
    let mut tables: Vec<&Table> = said.tables.iter().collect();
    tables.sort_by_key(|table| table.kind);
    let grid = |table: &Table| {
        let rows: Vec<Row> = table
            .rows
            .iter()
            .map(|cells| row(table, cells, of_systems, owners))
            .filter(|row| !of_systems || !row.first.is_empty())
            .collect();
        Grid {
            title: table.title.clone(),
            more: more(rows.len(), ROWS).unwrap_or_default(),
            rows: rows.into_iter().take(ROWS).collect(),
        }
    };
    let (first, rest): (Vec<&Table>, Vec<&Table>) = tables.into_iter().partition(|table| apart(table));
    let grids = |tables: Vec<&Table>| tables.into_iter().map(grid).filter(|grid| !grid.rows.is_empty()).collect();
    (grids(first), grids(rest))
}

/// A row in words. In a part of systems, before and now of a metric are left out: they are numbers of all systems.
fn row(table: &Table, cells: &[String], of_systems: bool, owners: bool) -> Row {
    let cell = |column: &str| {
        let at = table.columns.iter().position(|head| *head == column)?;
        cells.get(at).filter(|text| !text.is_empty())
    };
    let owner = cell("Owner").filter(|_| owners).map(|owner| format!("owner {owner}"));
    let now = cell("Now").map(|now| format!("now: {now}")).filter(|_| !of_systems);
    let was = cell("Before").map(|was| format!("was: {was}")).filter(|_| !of_systems);
    let sides = [now, was].into_iter().flatten().collect::<Vec<_>>().join("; ");
    let name = cells.first().cloned().unwrap_or_default();
    match cell("Why").or_else(|| cell("Which is higher")) {
        Some(why) => Row { name, first: sides, rest: why.clone() },
        None => Row { name, first: cell("Findings").cloned().unwrap_or_default(), rest: owner.unwrap_or(sides) },
    }
}

fn whole(said: &Digest, part: bool) -> String {
    let label = if part { "Verdict now, over all systems" } else { "Verdict now" };
    format!("{label}: {}", said.verdict)
}

fn end(drift: &Drift, letter: &Letter<'_>, said: &Digest) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(match (letter.names, letter.owners) {
        (Names::Withheld, false) => {
            "The text of this mail names no person and no account. findings.csv of the current pack has every finding by its id."
                .to_owned()
        }
        (Names::Withheld, true) => {
            "The text of this mail names the owners of systems that it was asked for, and else no person and no account. \
             findings.csv of the current pack has every finding by its id."
                .to_owned()
        }
        (Names::Shown, _) => "findings.csv of the current pack has every finding.".to_owned(),
    });
    lines.extend(said.end.iter().cloned());
    lines.push(format!("Computed by {} {} from the two packs.", drift.tool.name, drift.tool.version));
    lines
}
