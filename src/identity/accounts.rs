//! Accounts: one row per account, with the person that it belongs to. An id that was used again has two accounts.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Frames, Lineage, Table, Texts, Times, complete};
use crate::time::Micros;

use super::absence;
use super::matcher::{Matcher, Probe, Rule};
use super::merge::{self, Roles, Rows};
use super::people::Person;
use super::series::Series;
use super::subjects::Subjects;
use super::{Context, Facts, frames as out, keys, links};

/// Index of an account in [`Accounts`].
pub(super) type AccountIndex = u32;

/// All accounts: rows of the accounts table, then those that only a log knows.
pub(super) struct Accounts {
    /// One row per account, merged over its rows, without derived columns.
    pub frame: DataFrame,
    /// System of each account, as an index into `systems`.
    pub system: Vec<u32>,
    /// Interned system names.
    pub systems: Vec<String>,
    /// Person and rule of each account.
    pub matches: Vec<(Option<u32>, Rule)>,
    /// How many accounts exports show; those that only a log knows come after.
    pub exported: usize,
    /// Which rows of `observations` speak about which account.
    pub subjects: Subjects,
    /// The input rows.
    pub observations: DataFrame,
    /// Accounts that disappeared: after the last sight, by the first export without it.
    pub gone: BTreeMap<AccountIndex, (Micros, Micros)>,
    system_of: HashMap<String, u32>,
    by_id: HashMap<(u32, String), AccountIndex>,
}

/// Non-human accounts belong to a person only when somebody says so.
const NOT_HUMAN: [&str; 4] = ["service", "shared", "agent", "break_glass"];

impl Accounts {
    /// Reads the accounts table: groups rows by id, tells accounts apart that had one id, and merges the rows of each.
    pub(super) fn read(
        frames: &Frames,
        series: &Series,
        context: &Context<'_>,
        facts: &mut Facts,
    ) -> PolarsResult<Self> {
        let observations = complete(Table::Accounts, &frames.get_or_empty(Table::Accounts));
        let (names, ids) = (Texts::of(&observations, "system"), Texts::of(&observations, "account_id"));
        let lineage = Lineage::of(&observations);
        let mut accounts = Self {
            frame: DataFrame::default(),
            system: Vec::with_capacity(observations.height()),
            systems: Vec::new(),
            matches: Vec::new(),
            exported: 0,
            subjects: Subjects::default(),
            observations: observations.clone(),
            gone: BTreeMap::new(),
            system_of: HashMap::new(),
            by_id: HashMap::with_capacity(observations.height()),
        };
        let exports = absence::exports(series, &names, &lineage);
        let groups: Vec<Option<u32>> = (0..observations.height())
            .map(|row| {
                let (system, id) = names.get(row).zip(ids.get(row))?;
                let system = accounts.intern(system);
                let next = accounts.system.len() as u32;
                let account = *accounts.by_id.entry((system, id.to_owned())).or_insert(next);
                if account == next {
                    accounts.system.push(system);
                }
                Some(account)
            })
            .collect();
        let subjects =
            Subjects::of(Table::Accounts.name(), &observations, groups.into_iter(), &exports, context, facts);
        accounts
            .system
            .extend(subjects.earlier.iter().map(|life| accounts.system[life.later as usize]).collect::<Vec<_>>());
        accounts.exported = subjects.len();
        let activity = merge::activity(&observations, "last_seen", &exports);
        let roles = Roles { table: Table::Accounts, last: "last_seen", disabled: Some("disabled") };
        let merged = Rows { frame: &observations, roles, activity: &activity, exports: &exports, series }
            .merge(&subjects, facts)?;
        (accounts.frame, accounts.gone) =
            absence::end(Table::Accounts.name(), merged, series, &observations, &subjects, facts)?;
        accounts.subjects = subjects;
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

    /// The account that has an id in a system, the newest one.
    pub(super) fn find(&self, system: u32, id: &str) -> Option<AccountIndex> {
        self.by_id.get(&(system, id) as &dyn PairKey).copied()
    }

    /// The account that had an id in a system at a time.
    pub(super) fn find_at(&self, system: u32, id: &str, at: Micros) -> Option<AccountIndex> {
        self.find(system, id).map(|account| self.subjects.at(account, at))
    }

    /// Finds the person of every account, by the keys of all its rows.
    pub(super) fn match_people(
        &mut self,
        frames: &Frames,
        matcher: &Matcher,
        persons: &[Person],
        usernames: bool,
        facts: &mut Facts,
    ) {
        let links = links::of(self, frames, matcher, persons, facts);
        let merged = Keys::of(&self.frame);
        let mut matches: Vec<(Option<u32>, Rule)> = (0..self.frame.height())
            .into_par_iter()
            .map(|row| match links.get(&(row as u32)) {
                Some(person) => (Some(*person), Rule::Link),
                None => matcher.account(merged.probe(row, merged.is_human(row)), usernames),
            })
            .collect();
        // An account that was renamed when it was deleted is known by what it was called before.
        let all = Keys::of(&self.observations);
        for sights in self.subjects.several() {
            let account = sights[0].subject as usize;
            if matches[account].0.is_some() {
                continue;
            }
            let human = merged.is_human(account);
            for sight in sights.iter().rev() {
                let older = matcher.account(all.probe(sight.row as usize, human), usernames);
                if older.0.is_some() || matches[account].1 == Rule::Unmatched {
                    matches[account] = older;
                }
                if older.0.is_some() {
                    break;
                }
            }
        }
        self.matches = matches;
        links::part_from_earlier(self, persons);
    }

    /// Adds accounts that only a log knows.
    pub(super) fn add_from_log(&mut self, rows: &[LogAccount], matcher: &Matcher, usernames: bool) -> PolarsResult<()> {
        if rows.is_empty() {
            return Ok(());
        }
        for account in rows {
            let system = self.intern(&account.system);
            let next = self.system.len() as u32;
            match account.before {
                // What the log tells of the time before the account was made is about another one of its id.
                Some(made) => {
                    let later = self.find(system, &account.account_id).unwrap_or(next);
                    self.subjects.precede(later, next, made);
                    self.gone.insert(next, (made, made));
                }
                None => {
                    self.by_id.insert((system, account.account_id.clone()), next);
                }
            }
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
                column("status", &|_| Some("unknown".to_owned())),
                column("activity", &|_| Some("unknown".to_owned())),
                Column::new("src_file".into(), rows.iter().map(|account| account.src.0).collect::<Vec<_>>()),
                Column::new("src_row".into(), rows.iter().map(|account| account.src.1).collect::<Vec<_>>()),
            ],
        )?;
        self.frame = self.frame.vstack(&complete(Table::Accounts, &added))?;
        Ok(())
    }

    /// What the log tells of the accounts that only it knows, in their order.
    pub(super) fn learn(&mut self, told: &[Told]) -> PolarsResult<()> {
        let from = self.frame.height() - told.len();
        for (account, told) in (from as AccountIndex..).zip(told) {
            if let Some(gone) = self.gone.get_mut(&account) {
                gone.0 = told.last.map_or(gone.0, |last| last.min(gone.1));
            }
        }
        let gone = |account: usize| self.gone.get(&(account as AccountIndex));
        let times = |name: &str, value: &dyn Fn(&Told) -> Option<Micros>| {
            let known = Times::of(&self.frame, name);
            out::times(name, (0..from).map(|row| known.get(row)).chain(told.iter().map(value)).collect())
        };
        let words = |name: &str, value: &dyn Fn(&Told) -> &'static str| {
            let known = Texts::of(&self.frame, name);
            let old = (0..from).map(|row| known.get(row));
            out::texts(name, old.chain(told.iter().map(|told| Some(value(told)))).collect())
        };
        let columns = [
            times("created_at", &|told| told.created),
            times("last_seen_lo", &|told| told.used),
            times("last_seen_hi", &|told| told.used),
            words("activity", &|told| if told.used.is_some() { "seen" } else { "unknown" }),
            words("status", &|told| told.status.map_or("unknown", |(_, status)| status)),
            out::times("gone_lo", (0..self.len()).map(|account| gone(account).map(|gone| gone.0)).collect()),
            out::times("gone_hi", (0..self.len()).map(|account| gone(account).map(|gone| gone.1)).collect()),
        ];
        for column in columns {
            self.frame.with_column(column)?;
        }
        if (from..self.len()).any(|account| gone(account).is_some()) {
            let status = Texts::of(&self.frame, "status");
            let ended = |account: usize| account >= from && gone(account).is_some();
            let known = (0..self.len()).map(|row| if ended(row) { Some("deleted") } else { status.get(row) }).collect();
            self.frame.with_column(out::texts("status", known))?;
        }
        Ok(())
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
}

/// The columns by which the person of an account is found.
pub(super) struct Keys {
    id: Texts,
    reference: Texts,
    immutable: Texts,
    username: Texts,
    email: Texts,
    aliases: Texts,
    kind: Texts,
}

impl Keys {
    pub(super) fn of(frame: &DataFrame) -> Self {
        let text = |name: &str| Texts::of(frame, name);
        Self {
            id: text("account_id"),
            reference: text("person_ref"),
            immutable: text("immutable_id"),
            username: text("username"),
            email: text("email"),
            aliases: text("aliases"),
            kind: text("kind"),
        }
    }

    pub(super) fn is_human(&self, row: usize) -> bool {
        !self.kind.get(row).is_some_and(|kind| NOT_HUMAN.contains(&kind))
    }

    pub(super) fn probe(&self, row: usize, human: bool) -> Probe<'_> {
        let mut probe =
            Probe { person_ref: self.reference.get(row), immutable_id: self.immutable.get(row), ..Probe::default() };
        if human {
            probe.username = self.username.get(row).map(|name| keys::without_own_id(name, self.id.get(row)));
            probe.email = self.email.get(row);
            probe.aliases = self.aliases.get(row);
        }
        probe
    }
}

/// An account that no export shows, made from the newest log line about it.
pub(super) struct LogAccount {
    pub system: String,
    pub account_id: String,
    pub username: Option<String>,
    /// When the next account of this id was made.
    pub before: Option<Micros>,
    pub src: (i32, i32),
}

/// What the events about an account tell of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub created: Option<Micros>,
    /// Newest successful sign-in.
    pub used: Option<Micros>,
    /// State after the newest change, and when that was.
    pub status: Option<(Micros, &'static str)>,
    /// The newest event of all.
    pub last: Option<Micros>,
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
