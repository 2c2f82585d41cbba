//! Accounts: one row per (system, account id), with the person that it belongs to.

use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Frames, Lineage, Table, Texts, Times, complete};

use super::frames::same_row;
use super::matcher::{Matcher, Probe, Rule};
use super::{Context, Facts, frames as out, keys};

/// Index of an account in [`Accounts`].
pub(super) type AccountIndex = u32;

/// Two rows of one file for one account: equal, and not.
const REPEATED: [&str; 2] = [
    "same account twice in one file; the first row was used",
    "same account twice in one file with different values; the first row was used",
];

/// All accounts: rows of the accounts table, then those that only a log knows.
pub(super) struct Accounts {
    /// One row per account, completed and without derived columns.
    pub frame: DataFrame,
    /// System of each account, as an index into `systems`.
    pub system: Vec<u32>,
    /// Interned system names.
    pub systems: Vec<String>,
    /// Person and rule of each account.
    pub matches: Vec<(Option<u32>, Rule)>,
    /// How many accounts exports show; those that only a log knows come after.
    pub exported: usize,
    /// Every observation of an account in an export: account, row of `observations`.
    pub snapshots: Vec<(AccountIndex, u32)>,
    /// The input rows that `snapshots` points into.
    pub observations: DataFrame,
    system_of: HashMap<String, u32>,
    by_id: HashMap<(u32, String), AccountIndex>,
}

/// Non-human accounts belong to a person only when somebody says so.
pub(super) const NOT_HUMAN: [&str; 4] = ["service", "shared", "agent", "break_glass"];

impl Accounts {
    /// Reads the accounts table: groups observations, keeps the newest row of each account, counts duplicates.
    pub(super) fn read(frames: &Frames, context: &Context<'_>, facts: &mut Facts) -> PolarsResult<Self> {
        let observations = frames.get_or_empty(Table::Accounts);
        let (systems_col, ids) = (Texts::of(&observations, "system"), Texts::of(&observations, "account_id"));
        let lineage = Lineage::of(&observations);
        let mut accounts = Self {
            frame: DataFrame::default(),
            system: Vec::with_capacity(observations.height()),
            systems: Vec::new(),
            matches: Vec::new(),
            exported: 0,
            snapshots: Vec::with_capacity(observations.height()),
            observations: observations.clone(),
            system_of: HashMap::new(),
            by_id: HashMap::with_capacity(observations.height()),
        };
        let mut newest: Vec<u32> = Vec::with_capacity(observations.height());
        for row in 0..observations.height() {
            let (Some(system), Some(id)) = (systems_col.get(row), ids.get(row)) else {
                continue;
            };
            let system = accounts.intern(system);
            let next = newest.len() as u32;
            let account = *accounts.by_id.entry((system, id.to_owned())).or_insert(next);
            if account == next {
                newest.push(row as u32);
                accounts.system.push(system);
                accounts.snapshots.push((account, row as u32));
                continue;
            }
            let known = newest[account as usize] as usize;
            if lineage.file(known) == lineage.file(row) {
                facts.repeated("accounts", REPEATED, same_row(&observations, known, row));
                continue;
            }
            accounts.snapshots.push((account, row as u32));
            if context.observed_at(lineage.file(row)) > context.observed_at(lineage.file(known)) {
                newest[account as usize] = row as u32;
            }
        }
        accounts.exported = newest.len();
        accounts.frame = if newest.len() == observations.height() {
            complete(Table::Accounts, &observations)
        } else {
            complete(Table::Accounts, &observations.take(&IdxCa::from_vec("row".into(), newest))?)
        };
        Ok(accounts)
    }

    /// The index of a system name, new or known.
    fn intern(&mut self, system: &str) -> u32 {
        if let Some(known) = self.system_of.get(system) {
            return *known;
        }
        let next = self.systems.len() as u32;
        self.systems.push(system.to_owned());
        self.system_of.insert(system.to_owned(), next);
        next
    }

    /// Number of accounts.
    pub(super) fn len(&self) -> usize {
        self.system.len()
    }

    /// The index of a system, if some account belongs to it.
    pub(super) fn system_index(&self, system: &str) -> Option<u32> {
        self.system_of.get(system).copied()
    }

    /// The account of a system and id.
    pub(super) fn find(&self, system: u32, id: &str) -> Option<AccountIndex> {
        self.by_id.get(&(system, id) as &dyn PairKey).copied()
    }

    /// Finds the person of every account.
    pub(super) fn match_people(&mut self, frames: &Frames, matcher: &Matcher, usernames: bool) {
        let links = self.links(frames, matcher);
        let text = |name: &str| Texts::of(&self.frame, name);
        let (reference, immutable, username, email, aliases, kind) =
            (text("person_ref"), text("immutable_id"), text("username"), text("email"), text("aliases"), text("kind"));
        self.matches = (0..self.frame.height())
            .into_par_iter()
            .map(|row| {
                if let Some(person) = links.get(&(row as u32)) {
                    return (Some(*person), Rule::Link);
                }
                let mut probe =
                    Probe { person_ref: reference.get(row), immutable_id: immutable.get(row), ..Probe::default() };
                if !kind.get(row).is_some_and(|kind| NOT_HUMAN.contains(&kind)) {
                    probe.username = username.get(row);
                    probe.email = email.get(row);
                    probe.aliases = aliases.get(row);
                }
                matcher.account(probe, usernames)
            })
            .collect();
    }

    /// Manual links that lead from an account to a person; the others are reported by the caller's counts.
    fn links(&self, frames: &Frames, matcher: &Matcher) -> HashMap<AccountIndex, u32> {
        let Some(frame) = frames.get(Table::Links) else {
            return HashMap::new();
        };
        let (systems, ids, persons) =
            (Texts::of(frame, "system"), Texts::of(frame, "account_id"), Texts::of(frame, "person_id"));
        let mut names = None;
        let mut found = HashMap::new();
        for row in 0..frame.height() {
            let (Some(system), Some(id)) = (systems.get(row).and_then(|name| self.system_index(name)), ids.get(row))
            else {
                continue;
            };
            // People write the user name where a system's own ids are long.
            let account = self.find(system, id).or_else(|| {
                let names = names.get_or_insert_with(|| self.by_name());
                names.get(&(system, keys::address(id).into_owned())).copied().flatten()
            });
            if let Some((account, person)) = account.zip(persons.get(row).and_then(|id| matcher.person(id))) {
                found.insert(account, person);
            }
        }
        found
    }

    /// Adds accounts that only a log knows. `rows` are system, account id, user name, status, file, row.
    pub(super) fn add_from_log(&mut self, rows: &[LogAccount], matcher: &Matcher, usernames: bool) -> PolarsResult<()> {
        if rows.is_empty() {
            return Ok(());
        }
        for account in rows {
            let system = self.intern(&account.system);
            self.by_id.insert((system, account.account_id.clone()), self.system.len() as u32);
            self.system.push(system);
            let mail = account.username.as_deref().filter(|name| name.contains('@'));
            let probe = Probe { username: account.username.as_deref(), email: mail, ..Probe::default() };
            self.matches.push(matcher.account(probe, usernames));
        }
        let column = |name: &str, value: &dyn Fn(&LogAccount) -> Option<String>| {
            out::texts(name, rows.iter().map(value).collect::<Vec<_>>())
        };
        let added = DataFrame::new(
            rows.len(),
            vec![
                column("system", &|account| Some(account.system.clone())),
                column("account_id", &|account| Some(account.account_id.clone())),
                column("username", &|account| account.username.clone()),
                column("status", &|account| Some(account.status.to_owned())),
                Column::new("src_file".into(), rows.iter().map(|account| account.src.0).collect::<Vec<_>>()),
                Column::new("src_row".into(), rows.iter().map(|account| account.src.1).collect::<Vec<_>>()),
            ],
        )?;
        self.frame = self.frame.vstack(&complete(Table::Accounts, &added))?;
        Ok(())
    }

    /// `(system, normalised user name or mail)` → account; `None` where two accounts share it.
    pub(super) fn by_name(&self) -> HashMap<(u32, String), Option<AccountIndex>> {
        let mut names: HashMap<(u32, String), Option<AccountIndex>> = HashMap::with_capacity(self.len());
        let columns = [Texts::of(&self.frame, "username"), Texts::of(&self.frame, "email")];
        for account in 0..self.len() {
            for column in &columns {
                let Some(name) = column.get(account) else {
                    continue;
                };
                names
                    .entry((self.system[account], keys::address(name).into_owned()))
                    .and_modify(|known| {
                        if *known != Some(account as u32) {
                            *known = None;
                        }
                    })
                    .or_insert(Some(account as u32));
            }
        }
        names
    }

    /// `(system, person)` → the person's only account there; `None` where there are several.
    pub(super) fn by_person(&self) -> HashMap<(u32, u32), Option<AccountIndex>> {
        let mut only: HashMap<(u32, u32), Option<AccountIndex>> = HashMap::new();
        for (account, (person, _)) in self.matches.iter().enumerate() {
            if let Some(person) = person {
                only.entry((self.system[account], *person))
                    .and_modify(|known| *known = None)
                    .or_insert(Some(account as u32));
            }
        }
        only
    }

    /// Whether a source knows any use at all, per file: a column that is empty everywhere is switched off.
    pub(super) fn telemetry(frame: &DataFrame, column: &str) -> hashbrown::HashSet<i32> {
        let (times, lineage) = (Times::of(frame, column), Lineage::of(frame));
        let mut files = hashbrown::HashSet::new();
        let mut last = i32::MIN;
        for row in 0..frame.height() {
            let file = lineage.file(row);
            if file != last && times.get(row).is_some() {
                files.insert(file);
                last = file;
            }
        }
        files
    }
}

/// An account that no export shows, made from the log line that changed its state.
pub(super) struct LogAccount {
    pub system: String,
    pub account_id: String,
    pub username: Option<String>,
    pub status: &'static str,
    pub src: (i32, i32),
}

/// Look-up by borrowed key.
trait PairKey {
    fn pair(&self) -> (u32, &str);
}

impl PairKey for (u32, String) {
    fn pair(&self) -> (u32, &str) {
        (self.0, &self.1)
    }
}

impl PairKey for (u32, &str) {
    fn pair(&self) -> (u32, &str) {
        (self.0, self.1)
    }
}

impl std::hash::Hash for dyn PairKey + '_ {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.pair().hash(state);
    }
}

impl PartialEq for dyn PairKey + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.pair() == other.pair()
    }
}

impl Eq for dyn PairKey + '_ {}

impl<'a> std::borrow::Borrow<dyn PairKey + 'a> for (u32, String) {
    fn borrow(&self) -> &(dyn PairKey + 'a) {
        self
    }
}
