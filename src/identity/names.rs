//! Accounts by the names that they have or had, and when they were there.

use hashbrown::HashMap;
use polars::prelude::DataFrame;

use crate::dataset::{Texts, Times};
use crate::time::{DAY, HOUR, Micros};

use super::accounts::{AccountIndex, Accounts};
use super::keys;

/// `(system, normalised user name or mail)` → the accounts that have or had it.
pub(super) struct Names {
    found: HashMap<(u32, String), Holders>,
}

enum Holders {
    One(AccountIndex),
    Several(Vec<AccountIndex>),
    /// So many that the name tells nobody apart.
    Crowd,
}

/// An account that is made this long after a failed attempt is what the attempt was about.
const MADE_WITHIN: Micros = 30 * DAY;

/// No more accounts than this are told apart by time.
const SEVERAL: usize = 16;

impl Names {
    /// The user names and addresses of all rows of all accounts.
    pub(super) fn of(accounts: &Accounts) -> Self {
        Self::of_columns(accounts, &["username", "email"])
    }

    /// What stands in some columns of all rows of all accounts.
    pub(super) fn of_columns(accounts: &Accounts, columns: &[&str]) -> Self {
        let mut names = Self { found: HashMap::with_capacity(accounts.len()) };
        let mut of_frame = |frame: &DataFrame, rows: &mut dyn Iterator<Item = (AccountIndex, usize)>| {
            let columns: Vec<Texts> = columns.iter().map(|name| Texts::of(frame, name)).collect();
            let ids = Texts::of(frame, "account_id");
            for (account, row) in rows {
                for name in columns.iter().filter_map(|column| column.get(row)) {
                    let name = keys::address(keys::without_own_id(name, ids.get(row))).into_owned();
                    names.add((accounts.system[account as usize], name), account);
                }
            }
        };
        of_frame(&accounts.frame, &mut (0..accounts.len()).map(|row| (row as u32, row)));
        let sights = accounts.subjects.several().flatten();
        of_frame(&accounts.observations, &mut sights.map(|sight| (sight.subject, sight.row as usize)));
        names
    }

    fn add(&mut self, key: (u32, String), account: AccountIndex) {
        let holders = self.found.entry(key).or_insert(Holders::One(account));
        match holders {
            Holders::One(known) if *known == account => {}
            Holders::One(known) => *holders = Holders::Several(vec![*known, account]),
            Holders::Several(list) => {
                if !list.contains(&account) {
                    list.push(account);
                }
                if list.len() > SEVERAL {
                    *holders = Holders::Crowd;
                }
            }
            Holders::Crowd => {}
        }
    }

    fn holders(&self, system: u32, name: &str) -> &[AccountIndex] {
        match self.found.get(&(system, name.to_owned())) {
            None | Some(Holders::Crowd) => &[],
            Some(Holders::One(account)) => std::slice::from_ref(account),
            Some(Holders::Several(list)) => list,
        }
    }

    /// The only account that ever had a name.
    pub(super) fn only(&self, system: u32, name: &str) -> Option<AccountIndex> {
        match self.holders(system, name) {
            [account] => Some(*account),
            _ => None,
        }
    }

    /// Whether some account ever had the name, and whose it is at a time: of the only one that ever had it, or of the only
    /// one of several that was there then.
    pub(super) fn holder(
        &self,
        system: u32,
        name: &str,
        at: Micros,
        times: &Lifetimes,
    ) -> (bool, Option<AccountIndex>) {
        match self.holders(system, name) {
            [] => (self.found.contains_key(&(system, name.to_owned())), None),
            [account] => (true, Some(*account)),
            _ => self.at(system, name, (at, Speaks::Else), times),
        }
    }

    /// Whether some account ever had the name, and the only one of them that was there at a time. What leads to an
    /// account may also speak of the one that was made next: its creation failed at first. A deletion may also be that
    /// of the last one that had lost its access before: it was suspended, then deleted.
    pub(super) fn at(
        &self,
        system: u32,
        name: &str,
        (at, speaks): (Micros, Speaks),
        times: &Lifetimes,
    ) -> (bool, Option<AccountIndex>) {
        let holders = self.holders(system, name);
        let mut there = holders.iter().filter(|account| times.contains(**account, at)).copied();
        let all = || holders.iter().copied();
        let only = match (there.next(), speaks) {
            (Some(account), _) => Some(account).filter(|_| there.next().is_none()),
            (None, Speaks::Beginning) => {
                all().filter(|account| times.follows(*account, at)).min_by_key(|account| times.made(*account))
            }
            (None, Speaks::Deletion) => {
                all().filter(|account| times.ended_before(*account, at)).max_by_key(|account| times.made(*account))
            }
            (None, Speaks::Else) => None,
        };
        (!holders.is_empty(), only)
    }
}

/// What an event may speak of beside an account that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    /// What is tried before an account is there.
    Beginning,
    /// What is done with one that has lost its access.
    Deletion,
    /// Neither.
    Else,
}

/// When accounts were made and when they were surely gone.
pub(super) struct Lifetimes {
    created: Times,
    gone: Times,
    deleted: Times,
    status: Texts,
}

impl Lifetimes {
    pub(super) fn of(accounts: &Accounts) -> Self {
        let frame = &accounts.frame;
        Self {
            created: Times::of(frame, "created_at"),
            gone: Times::of(frame, "gone_hi"),
            deleted: Times::of(frame, "disabled_hi"),
            status: Texts::of(frame, "status"),
        }
    }

    fn made(&self, account: AccountIndex) -> Option<Micros> {
        self.created.get(account as usize)
    }

    /// Whether an account that was seen as deleted had lost its access before a time.
    fn ended_before(&self, account: AccountIndex, at: Micros) -> bool {
        let row = account as usize;
        self.status.get(row) == Some("deleted")
            && self.made(account).is_none_or(|made| made <= at)
            && self.deleted.get(row).is_some_and(|off| off <= at)
            && self.gone.get(row).is_none_or(|gone| at <= gone)
    }

    /// Whether an account was made soon after a time.
    fn follows(&self, account: AccountIndex, at: Micros) -> bool {
        self.made(account).is_some_and(|made| at < made && made - at <= MADE_WITHIN)
    }

    /// Whether an account may have been there at a time. Logs write a creation a little before it is done.
    pub(super) fn contains(&self, account: AccountIndex, at: Micros) -> bool {
        let row = account as usize;
        let deleted = self.deleted.get(row).filter(|_| self.status.get(row) == Some("deleted"));
        self.created.get(row).is_none_or(|created| created - HOUR <= at)
            && self.gone.get(row).or(deleted).is_none_or(|gone| at <= gone + HOUR)
    }
}
