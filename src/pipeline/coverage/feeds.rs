//! What was loaded of each system, by table: how many rows, out of which files, and how new.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::DataFrame;

use crate::dataset::{Flags, Frames, Table, Texts, Times};
use crate::report::{Stamp, SystemReport, TableReport};
use crate::source::{FileOutcome, InputFile, SourceSet};
use crate::time::Micros;

use super::gap::{Concern, Lack, What};

/// What was loaded, by system and table.
pub(in crate::pipeline) struct Feeds {
    pub(super) of: BTreeMap<(String, Table), Feed>,
    /// By file: what its rows show latest.
    pub(super) shows: Vec<Option<Micros>>,
    /// Systems of which some credential names an account.
    naming: BTreeSet<String>,
    /// Systems of which some account was listed that is not deleted. A bin of deleted accounts is no account list.
    listed: BTreeSet<String>,
}

/// What was loaded of one system into one table.
#[derive(Debug, Clone, Default)]
pub(in crate::pipeline) struct Feed {
    pub(super) rows: u64,
    pub(super) files: BTreeSet<usize>,
    pub(super) newest: Option<Micros>,
    /// Whether the newest observation is only what stands latest in a file.
    pub(super) untimed: bool,
}

/// Columns that tell of what had happened when the export was taken. What may lie in the future (a leave, an expiry) is
/// none of them.
fn past(table: Table) -> &'static [&'static str] {
    match table {
        Table::People => &["end_recorded_at", "changed_at"],
        Table::Accounts => &["created_at", "last_seen_lo", "changed_at"],
        Table::Credentials => &["created_at", "rotated_at", "last_used_lo"],
        Table::Events => &["occurred_at"],
        _ => &[],
    }
}

/// The system that a file lies in: its own, the first folder, or the one that its source is made for.
pub(super) fn home<'f>(file: &'f InputFile, sources: &'f SourceSet) -> Option<&'f str> {
    let made_for = || sources.get(file.source.as_deref()?)?.system();
    file.home().or_else(made_for)
}

impl Feeds {
    /// Counts the rows of the input tables.
    pub(in crate::pipeline) fn of(raw: &Frames, files: &[InputFile], sources: &SourceSet) -> Self {
        let mut feeds = Self {
            of: BTreeMap::new(),
            shows: vec![None; files.len()],
            naming: BTreeSet::new(),
            listed: BTreeSet::new(),
        };
        for table in [Table::People, Table::Accounts, Table::Credentials, Table::Events] {
            let Some(frame) = raw.get(table) else {
                continue;
            };
            let names = Texts::of(frame, "system");
            let times: Vec<Times> = past(table).iter().map(|name| Times::of(frame, name)).collect();
            let (accounts, status) = (Texts::of(frame, "account_id"), Texts::of(frame, "status"));
            for (file, from, to) in stretches(frame) {
                let Some(input) = files.get(file) else {
                    continue;
                };
                let shown = times.iter().filter_map(|times| (from..to).filter_map(|row| times.get(row)).max()).max();
                feeds.shows[file] = feeds.shows[file].max(shown);
                let own = home(input, sources);
                if table == Table::People {
                    feeds.add(own.unwrap_or_default(), table, file, (to - from) as u64, input, shown);
                    continue;
                }
                if table == Table::Credentials {
                    for name in (from..to).filter(|row| accounts.get(*row).is_some()).filter_map(|row| names.get(row)) {
                        if !feeds.naming.contains(name) {
                            feeds.naming.insert(name.to_owned());
                        }
                    }
                }
                if table == Table::Accounts {
                    for name in
                        (from..to).filter(|row| status.get(*row) != Some("deleted")).filter_map(|row| names.get(row))
                    {
                        if !feeds.listed.contains(name) {
                            feeds.listed.insert(name.to_owned());
                        }
                    }
                }
                for (system, rows) in by_system(&names, from, to) {
                    // A log that names another system is no log of that system.
                    if table == Table::Events && own.is_some_and(|own| own != system) {
                        continue;
                    }
                    feeds.add(&system, table, file, rows, input, shown);
                }
            }
        }
        for (index, file) in files.iter().enumerate() {
            feeds.empty_list(index, file, sources);
        }
        feeds
    }

    fn add(&mut self, system: &str, table: Table, file: usize, rows: u64, input: &InputFile, shown: Option<Micros>) {
        let feed = self.of.entry((system.to_owned(), table)).or_default();
        feed.rows += rows;
        feed.files.insert(file);
        let covered = || input.covers.map(|window| window.1).filter(|_| table == Table::Events);
        let newest = covered().or(input.observed_at);
        let found = newest.or(shown);
        if found > feed.newest || feed.files.len() == 1 {
            feed.untimed = newest.is_none();
            feed.newest = found;
        }
    }

    /// A list that holds nothing, and of which the company says that there is nothing to hold, is a list.
    fn empty_list(&mut self, index: usize, file: &InputFile, sources: &SourceSet) {
        let nothing = file.extraction.as_ref().is_some_and(|extraction| extraction.expected_rows == Some(0));
        let tables = file.source.as_deref().and_then(|id| sources.get(id)).map(crate::source::Source::tables);
        if file.outcome == FileOutcome::Empty && nothing {
            for table in tables.into_iter().flatten().filter(|table| !past(*table).is_empty()) {
                if let Some(system) = home(file, sources) {
                    self.add(system, table, index, 0, file, None);
                    self.listed.insert(system.to_owned());
                }
            }
        }
    }

    /// What was loaded of a system into a table.
    pub(super) fn get(&self, system: &str, table: Table) -> Option<&Feed> {
        self.of.get(&(system.to_owned(), table))
    }

    /// All systems of which something was loaded.
    pub(in crate::pipeline) fn systems(&self) -> impl Iterator<Item = &String> {
        self.of.keys().map(|(system, _)| system).filter(|system| !system.is_empty())
    }

    /// What was loaded of a system, as reported.
    pub(in crate::pipeline) fn report(&self, system: &str) -> Vec<TableReport> {
        let own = self.of.iter().filter(|((name, _), _)| name == system);
        own.map(|((_, table), feed)| TableReport {
            table: table.name().to_owned(),
            rows: feed.rows,
            newest: feed.newest.map(Stamp),
        })
        .collect()
    }
}

/// Systems in scope that lack an account list. A system that the register does not have must have one when its log or
/// its credentials show that there are accounts; a registered one that gives people alone has none to list.
pub(super) fn lacks(feeds: &Feeds, systems: &[SystemReport]) -> Vec<Lack> {
    let lacking = systems.iter().filter(|system| system.in_scope && !system.left_out).filter_map(|system| {
        let has = |table| feeds.get(&system.system, table).is_some();
        if feeds.listed.contains(&system.system) {
            return None;
        }
        let instead: Vec<Table> =
            [Table::Accounts, Table::Credentials, Table::Events].into_iter().filter(|table| has(*table)).collect();
        let named = has(Table::Accounts) || has(Table::Events) || feeds.naming.contains(&system.system);
        let expected = named || system.registered && (!instead.is_empty() || !has(Table::People));
        // Of a system that gave nothing at all the credentials are missing as well.
        let concern = if instead.is_empty() {
            Concern::Tables(vec![Table::Accounts, Table::Credentials])
        } else {
            Concern::Accounts
        };
        expected.then(|| Lack::of(What::NoAccountList { instead }, Some(&system.system), Table::Accounts, concern))
    });
    lacking.collect()
}

/// Systems in scope with accounts or a log of which the register does not say whether they are synchronised.
pub(super) fn unsaid(feeds: &Feeds, systems: &[SystemReport], register: Option<&DataFrame>) -> Vec<Lack> {
    const COLUMN: &str = "synchronised";
    let Some(register) = register else {
        return Vec::new();
    };
    let (names, flags) = (Texts::of(register, "system"), Flags::of(register, COLUMN));
    let said: BTreeSet<&str> =
        (0..register.height()).filter(|row| flags.get(*row).is_some()).filter_map(|row| names.get(row)).collect();
    let mut found = Vec::new();
    for system in systems.iter().filter(|system| system.in_scope && !said.contains(system.system.as_str())) {
        for table in [Table::Accounts, Table::Events] {
            if feeds.get(&system.system, table).is_some() {
                let concern = Concern::Register(table, COLUMN);
                found.push(Lack::of(What::NotSaid { of: COLUMN }, Some(&system.system), table, concern));
            }
        }
    }
    found
}

/// Systems in scope with accounts, or with credentials that only a log knows, and without an inventory of credentials. A list of none that is said to hold none is one.
pub(super) fn no_inventory(feeds: &Feeds, systems: &[SystemReport]) -> Vec<Lack> {
    let lacking = systems.iter().filter(|system| {
        let has = |table| feeds.get(&system.system, table).is_some();
        let expected = has(Table::Accounts) || system.credentials > 0;
        system.in_scope && !system.left_out && expected && !has(Table::Credentials)
    });
    let lack = |system: &SystemReport| {
        Lack::of(What::NoInventory, Some(&system.system), Table::Credentials, Concern::NoCredentials)
    };
    lacking.map(lack).collect()
}

/// The rows of each file, which stand together: file, first row, end.
fn stretches(frame: &DataFrame) -> Vec<(usize, usize, usize)> {
    let Ok(files) = frame.column("src_file").and_then(|column| Ok(column.as_materialized_series().i32()?.rechunk()))
    else {
        return Vec::new();
    };
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for (row, file) in files.iter().enumerate() {
        let file = usize::try_from(file.unwrap_or_default()).unwrap_or_default();
        match found.last_mut() {
            Some(last) if last.0 == file => last.2 = row + 1,
            _ => found.push((file, row, row + 1)),
        }
    }
    found
}

/// Rows by system; equal names mostly stand in runs.
fn by_system(names: &Texts, from: usize, to: usize) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut row = from;
    while row < to {
        let name = names.get(row);
        let start = row;
        while row < to && names.get(row) == name {
            row += 1;
        }
        if let Some(name) = name {
            match counts.get_mut(name) {
                Some(count) => *count += (row - start) as u64,
                None => {
                    counts.insert(name.to_owned(), (row - start) as u64);
                }
            }
        }
    }
    counts
}
