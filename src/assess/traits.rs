//! What overrides ask about accounts and persons: kind, privilege, worker type. Built only when some override asks.

use std::hash::{DefaultHasher, Hash, Hasher};

use polars::prelude::*;

use crate::dataset::{Frames, Table, Texts};

/// Rows of a table found by a text key; memory is 16 bytes per row, the texts stay where they are.
pub(super) struct Index {
    keys: Texts,
    // Hash and row, sorted; equal hashes stand together and are told apart by the key itself.
    order: Vec<(u64, u32)>,
}

impl Index {
    pub(super) fn of(frame: &DataFrame, column: &str) -> Self {
        let keys = Texts::of(frame, column);
        let mut order: Vec<(u64, u32)> =
            (0..keys.len()).filter_map(|row| Some((hashed(keys.get(row)?), row as u32))).collect();
        order.sort_unstable();
        Self { keys, order }
    }

    /// The key of a row.
    pub(super) fn key(&self, row: usize) -> Option<&str> {
        self.keys.get(row)
    }

    /// The first row with this key.
    pub(super) fn row(&self, key: &str) -> Option<usize> {
        let hash = hashed(key);
        let start = self.order.partition_point(|(candidate, _)| *candidate < hash);
        self.order[start..]
            .iter()
            .take_while(|(candidate, _)| *candidate == hash)
            .map(|(_, row)| *row as usize)
            .find(|row| self.keys.get(*row) == Some(key))
    }
}

fn hashed(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

struct Accounts {
    index: Index,
    kind: Texts,
    privileged: Option<BooleanChunked>,
}

struct People {
    index: Index,
    worker_type: Texts,
}

/// Lookups for the conditions of overrides. The default knows nothing: every condition on it is unfulfilled.
#[derive(Default)]
pub struct Traits {
    accounts: Option<Accounts>,
    people: Option<People>,
}

impl Traits {
    /// Reads what is asked for, and nothing else.
    pub fn of(frames: &Frames, accounts: bool, people: bool) -> Self {
        let accounts = frames.get(Table::Accounts).filter(|_| accounts).map(|frame| Accounts {
            index: Index::of(frame, "account_key"),
            kind: Texts::of(frame, "kind"),
            privileged: frame.column("privileged").ok().and_then(|column| {
                column.as_materialized_series().bool().ok().map(|flags| flags.rechunk().into_owned())
            }),
        });
        let people = frames
            .get(Table::People)
            .filter(|_| people)
            .map(|frame| People { index: Index::of(frame, "person_id"), worker_type: Texts::of(frame, "worker_type") });
        Self { accounts, people }
    }

    /// Kind and privilege of an account. A kind that the source does not give is `unknown`, as everywhere.
    pub fn account(&self, key: &str) -> (Option<&str>, Option<bool>) {
        let Some(accounts) = &self.accounts else {
            return (None, None);
        };
        let Some(row) = accounts.index.row(key) else {
            return (None, None);
        };
        let privileged = accounts.privileged.as_ref().and_then(|flags| flags.get(row));
        (Some(accounts.kind.get(row).unwrap_or("unknown")), privileged)
    }

    /// Worker type of a person.
    pub fn worker_type(&self, person: &str) -> Option<&str> {
        let people = self.people.as_ref()?;
        people.worker_type.get(people.index.row(person)?)
    }
}
