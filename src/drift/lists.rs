//! What a pack tells of accounts, credentials and people: the lists in `populations/`, in some bytes a row.

use std::collections::BTreeMap;
use std::path::Path;

use crate::failure::Outcome;
use crate::pack::PackRows;
use crate::time::Micros;

use super::brief::{hash, person_of};

/// The tables that are read here.
const TABLES: [&str; 3] = ["accounts", "credentials", "employments"];

/// The files that may be read here, by table: the first one that the pack has is.
pub(super) fn files() -> [[String; 2]; 3] {
    TABLES.map(places)
}

/// Where a table stands: for people, or in `canonical/` alone when it is too long for a spreadsheet.
fn places(table: &str) -> [String; 2] {
    [format!("populations/{table}.csv"), format!("canonical/{table}.parquet")]
}

/// Things by the hash of their key.
#[derive(Debug)]
struct List<T>(Vec<(u64, T)>);

impl<T: Copy> List<T> {
    fn sorted(mut rows: Vec<(u64, T)>) -> Self {
        rows.sort_unstable_by_key(|row| row.0);
        Self(rows)
    }

    fn get(&self, key: u64) -> Option<T> {
        let at = self.0.partition_point(|row| row.0 < key);
        self.0.get(at).filter(|row| row.0 == key).map(|row| row.1)
    }
}

/// The lists of a pack.
#[derive(Debug)]
pub(super) struct Lists {
    accounts: Option<List<Account>>,
    credentials: Option<List<Credential>>,
    people: Option<List<Employment>>,
}

/// What a list tells of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup<T> {
    /// There is no list.
    NoList,
    /// The list does not have it.
    Missing,
    /// It.
    Is(T),
}

impl<T: Copy> Lookup<T> {
    fn of(list: Option<&List<T>>, key: u64) -> Self {
        list.map_or(Self::NoList, |list| list.get(key).map_or(Self::Missing, Self::Is))
    }

    pub(super) fn known(self) -> Option<T> {
        match self {
            Self::Is(it) => Some(it),
            Self::NoList | Self::Missing => None,
        }
    }
}

/// What a comparison asks about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) privileged: Option<bool>,
    /// Whether it can sign in.
    pub(super) enabled: Option<bool>,
    /// The person it is matched to, hashed; 0 for nobody.
    pub(super) person: u64,
    /// Whether somebody who is employed answers for it.
    pub(super) owned: Option<bool>,
    pub(super) created: Option<Micros>,
    /// When it was last used.
    pub(super) used: Option<Micros>,
    /// When it was switched off, at the latest.
    pub(super) disabled: Option<Micros>,
    /// When an export last showed it.
    pub(super) observed: Option<Micros>,
}

impl Account {
    /// Whether it is matched to a person.
    pub(super) fn matched(self) -> bool {
        self.person != 0
    }
}

/// What a comparison asks about a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Credential {
    /// Whether it can be used.
    pub(super) active: Option<bool>,
    /// Who answers for it, hashed; 0 for nobody.
    pub(super) person: u64,
    pub(super) created: Option<Micros>,
    /// Its last change, which is its creation as long as it was not changed.
    pub(super) changed: Option<Micros>,
    /// When an export last showed it.
    pub(super) observed: Option<Micros>,
}

/// What a comparison asks about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Employment {
    /// Whether an employment had surely begun, and had surely not ended, at the as-of time.
    pub(super) employed: bool,
    /// The beginning of the last employment.
    pub(super) started: Option<Micros>,
    /// Its end; `None` where it goes on.
    pub(super) ended: Option<Micros>,
}

impl Lists {
    /// Reads the lists of the pack in `folder`, which speaks about the moment `as_of`.
    pub(super) fn read(folder: &Path, as_of: Micros) -> Outcome<Self> {
        Ok(Self { accounts: accounts(folder)?, credentials: credentials(folder)?, people: employments(folder, as_of)? })
    }

    /// The account with this key.
    pub(super) fn account(&self, key: &str) -> Lookup<Account> {
        Lookup::of(self.accounts.as_ref(), hash(&key))
    }

    /// The credential with this key.
    pub(super) fn credential(&self, key: &str) -> Lookup<Credential> {
        Lookup::of(self.credentials.as_ref(), hash(&key))
    }

    /// The person with this hashed id.
    pub(super) fn person(&self, person: u64) -> Lookup<Employment> {
        Lookup::of(self.people.as_ref(), person)
    }
}

fn accounts(folder: &Path) -> Outcome<Option<List<Account>>> {
    let columns = [
        "account_key",
        "privileged",
        "status",
        "person_id",
        "owner_live",
        "created_at",
        "last_seen_hi",
        "disabled_hi",
        "observed_at",
    ];
    let Some(table) = PackRows::open(folder, &places("accounts"), columns)? else {
        return Ok(None);
    };
    let mut accounts = Vec::new();
    table.each(|[key, privileged, status, person, owned, created, used, disabled, observed]| {
        let account = Account {
            privileged: privileged.flag(),
            enabled: usable(status.str()),
            person: person_of(person.str()),
            owned: owned.flag(),
            created: created.instant(),
            used: used.instant(),
            disabled: disabled.instant(),
            observed: observed.instant(),
        };
        accounts.push((hash(&key.str()), account));
    })?;
    Ok(Some(List::sorted(accounts)))
}

fn credentials(folder: &Path) -> Outcome<Option<List<Credential>>> {
    let columns =
        ["credential_key", "status", "person_id", "owner_person_id", "created_at", "rotated_at", "observed_at"];
    let Some(table) = PackRows::open(folder, &places("credentials"), columns)? else {
        return Ok(None);
    };
    let mut credentials = Vec::new();
    table.each(|[key, status, person, owner, created, rotated, observed]| {
        let credential = Credential {
            active: usable(status.str()),
            person: person_of(if person.str().is_empty() { owner.str() } else { person.str() }),
            created: created.instant(),
            changed: rotated.instant().or_else(|| created.instant()),
            observed: observed.instant(),
        };
        credentials.push((hash(&key.str()), credential));
    })?;
    Ok(Some(List::sorted(credentials)))
}

fn usable(status: &str) -> Option<bool> {
    match status {
        "active" => Some(true),
        "suspended" | "disabled" | "deleted" | "inactive" | "expired" => Some(false),
        _ => None,
    }
}

fn employments(folder: &Path, as_of: Micros) -> Outcome<Option<List<Employment>>> {
    let columns = ["person_id", "started_at", "ended_at", "ended_lo"];
    let Some(table) = PackRows::open(folder, &places("employments"), columns)? else {
        return Ok(None);
    };
    let mut people: BTreeMap<u64, Employment> = BTreeMap::new();
    table.each(|[person, started, ended, doubt]| {
        let (started, ended) = (started.instant(), ended.instant());
        // An end that nobody can say has a lower bound alone: then nobody can say that the person is employed.
        let lasts = ended.map_or_else(|| doubt.instant().is_none(), |at| at > as_of);
        let employed = started.is_none_or(|at| at <= as_of) && lasts;
        let entry = people.entry(person_of(person.str())).or_insert(Employment { employed, started, ended });
        entry.employed |= employed;
        if started > entry.started {
            (entry.started, entry.ended) = (started, ended);
        }
    })?;
    Ok(Some(List::sorted(people.into_iter().collect())))
}
