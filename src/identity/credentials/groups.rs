//! Which rows are about one credential.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use polars::prelude::{DataFrame, PolarsResult};

use crate::dataset::{Texts, Times};
use crate::time::Micros;

use super::super::repeats::Repeats;
use super::super::subjects::Subjects;
use super::super::{Facts, frames as out};
use super::twins::Seen;

/// Credentials by number, counting up from 0.
pub(super) struct Groups {
    /// The number of the credential of each row.
    pub of_row: Vec<u32>,
    /// Those that are not the first of their id in one export, and their places.
    pub copies: HashMap<u32, u32>,
    /// The ids of those that have several.
    pub ids: BTreeMap<u32, String>,
}

impl Groups {
    pub(super) fn of(seen: &Seen<'_>, facts: &mut Facts) -> Self {
        let groups = numbered(seen.rows, seen.exports, facts);
        let apart = groups.of_repeated_ids(seen.rows);
        match seen.joined(&groups.of_row, &apart) {
            Some(joined) => groups.join(&joined, seen.rows, facts),
            None => groups,
        }
    }

    /// Those whose id another one has too.
    fn of_repeated_ids(&self, rows: &DataFrame) -> HashSet<u32> {
        if self.copies.is_empty() {
            return HashSet::new();
        }
        let (system, id) = (Texts::of(rows, "system"), Texts::of(rows, "credential_id"));
        let key = |row: usize| (system.get(row), id.get(row));
        let numbers = || self.of_row.iter().enumerate();
        let repeated: HashSet<_> =
            numbers().filter(|(_, group)| self.copies.contains_key(*group)).map(|(row, _)| key(row)).collect();
        numbers().filter(|(row, _)| repeated.contains(&key(*row))).map(|(_, group)| *group).collect()
    }

    /// The same with one number for those that are one. Its id is the shortest, which the others end with.
    fn join(self, joined: &[u32], rows: &DataFrame, facts: &mut Facts) -> Self {
        let several: HashSet<u32> =
            (0..).zip(joined).filter(|(own, other)| own != *other).map(|(_, other)| *other).collect();
        let id = Texts::of(rows, "credential_id");
        let mut number: HashMap<u32, u32> = HashMap::new();
        let mut ids: BTreeMap<u32, String> = BTreeMap::new();
        let mut of_row = Vec::with_capacity(self.of_row.len());
        for (row, old) in self.of_row.iter().enumerate() {
            let stands = joined[*old as usize];
            let next = number.len() as u32;
            let group = *number.entry(stands).or_insert(next);
            of_row.push(group);
            if let Some(id) = id.get(row).filter(|_| several.contains(&stands)) {
                let known = ids.entry(group).or_insert_with(|| id.to_owned());
                if (id.len(), id) < (known.len(), known.as_str()) {
                    id.clone_into(known);
                }
            }
        }
        let copies = self.copies.iter().map(|(group, place)| (number[&joined[*group as usize]], *place)).collect();
        facts.count("credentials", "told by two inventories under two ids; taken as one", ids.len() as u64);
        Self { of_row, copies, ids }
    }

    /// Gives those that have several ids the same one whichever export is the newest.
    pub(super) fn name(&self, frame: &mut DataFrame, subjects: &Subjects) -> PolarsResult<()> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let later: HashMap<u32, u32> = subjects.earlier.iter().map(|life| (life.subject, life.later)).collect();
        let own = Texts::of(frame, "credential_id");
        let id = |row: usize| {
            let subject = row as u32;
            let named = self.ids.get(later.get(&subject).unwrap_or(&subject)).map(String::as_str);
            named.or_else(|| own.get(row))
        };
        let column = out::texts("credential_id", (0..frame.height()).map(id).collect());
        frame.with_column(column)?;
        Ok(())
    }
}

/// Whose and what kind of secret a row is about, and when that was made.
type Nature<'a> = (Option<Micros>, Option<&'a str>, Option<&'a str>);

/// Numbers the credential of each row. Two of one id in one export that were made at different times, or are of
/// different kinds or accounts, are two: merged exports do that, and dropping one would lose a key. Returned beside are
/// the places of all but the first of such.
fn numbered(frame: &DataFrame, exports: &[u32], facts: &mut Facts) -> Groups {
    let (system, id) = (Texts::of(frame, "system"), Texts::of(frame, "credential_id"));
    let (kind, account, created) =
        (Texts::of(frame, "kind"), Texts::of(frame, "account_id"), Times::of(frame, "created_at"));
    let key_of = |row: usize| (system.get(row).unwrap_or_default(), id.get(row).unwrap_or_default());
    let nature = |row: usize| -> Nature<'_> { (created.get(row), kind.get(row), account.get(row)) };
    let repeats = Repeats::of(frame.height(), |row| Some(key_of(row)));
    let mut rows_of: HashMap<(&str, &str), Vec<u32>> = HashMap::new();
    for row in (0..frame.height()).filter(|row| repeats.may_repeat(*row)) {
        rows_of.entry(key_of(row)).or_default().push(row as u32);
    }
    // Which of several natures of one id a row is of: 0 for the first.
    let mut copy_of: HashMap<u32, u32> = HashMap::new();
    for rows in rows_of.values_mut() {
        rows.sort_unstable_by_key(|row| (exports[*row as usize], nature(*row as usize)));
        for taken in rows.chunk_by(|a, b| exports[*a as usize] == exports[*b as usize]) {
            let mut place = 0;
            for pair in taken.windows(2) {
                if nature(pair[0] as usize) != nature(pair[1] as usize) {
                    place += 1;
                    facts.count("credentials", "one id for two different credentials in one export; both were kept", 1);
                }
                if place > 0 {
                    copy_of.insert(pair[1], place);
                }
            }
        }
    }
    let mut known: HashMap<((&str, &str), u32), u32> = HashMap::new();
    let mut copies = HashMap::new();
    let mut next = 0;
    let of_row = (0..frame.height())
        .map(|row| {
            let copy = copy_of.get(&(row as u32)).copied().unwrap_or_default();
            let group = if repeats.may_repeat(row) { *known.entry((key_of(row), copy)).or_insert(next) } else { next };
            if group == next {
                next += 1;
                if copy > 0 {
                    copies.insert(group, copy + 1);
                }
            }
            group
        })
        .collect();
    Groups { of_row, copies, ids: BTreeMap::new() }
}
