//! Whose a credential is: the account that it names by id, by user name or by address.

use std::sync::OnceLock;

use polars::prelude::DataFrame;
use rayon::prelude::*;

use crate::dataset::Texts;
use crate::time::Micros;

use super::super::accounts::{AccountIndex, Accounts};
use super::super::keys;
use super::super::names::{Lifetimes, Names};

/// Looks for the accounts that credentials name. The names are gathered when the first id leads to nobody.
pub(super) struct Holders<'a> {
    accounts: &'a Accounts,
    called: OnceLock<Called>,
}

/// Accounts by what they are called.
struct Called {
    logins: Names,
    addresses: Names,
    times: Lifetimes,
}

impl<'a> Holders<'a> {
    pub(super) fn of(accounts: &'a Accounts) -> Self {
        Self { accounts, called: OnceLock::new() }
    }

    /// The account that each row names, as it was at a time.
    pub(super) fn of_rows(&self, rows: &DataFrame, at: impl Fn(usize) -> Micros + Sync) -> Vec<Option<AccountIndex>> {
        let (system, named) = (Texts::of(rows, "system"), Texts::of(rows, "account_id"));
        let find = |row: usize| self.find(system.get(row)?, named.get(row)?, at(row));
        (0..rows.height()).into_par_iter().map(find).collect()
    }

    /// The account that a system knows under an id, else under a user name, else under an address. A name of several
    /// that were there at the time leads to nobody, and to no address either.
    fn find(&self, system: &str, named: &str, at: Micros) -> Option<AccountIndex> {
        let system = self.accounts.system_index(system)?;
        if let Some(account) = self.accounts.find_at(system, named, at) {
            return Some(account);
        }
        let called = self.called.get_or_init(|| Called::of(self.accounts));
        let name = keys::address(named);
        match called.logins.holder(system, &name, at, &called.times) {
            (true, found) => found,
            (false, _) => called.addresses.holder(system, &name, at, &called.times).1,
        }
    }
}

impl Called {
    fn of(accounts: &Accounts) -> Self {
        Self {
            logins: Names::of_columns(accounts, &["username"]),
            addresses: Names::of_columns(accounts, &["email"]),
            times: Lifetimes::of(accounts),
        }
    }
}
