//! Which rows are about one credential.

use hashbrown::HashMap;
use polars::prelude::DataFrame;

use crate::dataset::{Texts, Times};
use crate::time::Micros;

use super::super::Facts;
use super::super::repeats::Repeats;

/// Credentials by number, counting up from 0.
pub(super) struct Groups {
    /// The number of the credential of each row.
    pub of_row: Vec<u32>,
    /// Those that are not the first of their id in one export, and their places.
    pub copies: HashMap<u32, u32>,
}

impl Groups {
    pub(super) fn of(rows: &DataFrame, exports: &[u32], facts: &mut Facts) -> Self {
        numbered(rows, exports, facts)
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
    Groups { of_row, copies }
}
