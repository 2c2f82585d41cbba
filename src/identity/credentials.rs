//! Credentials: unique keys, the account and person behind each, and its owner.

use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Lineage, Table, Texts, Times, complete};
use crate::time::Micros;

use super::accounts::Accounts;
use super::matcher::Matcher;
use super::merge::{self, Roles, Rows};
use super::output::Live;
use super::repeats::Repeats;
use super::series::Series;
use super::subjects::Subjects;
use super::{Context, Facts, absence, frames as out};

/// Completes the credentials table.
#[expect(clippy::too_many_arguments, reason = "everything that accounts and people gave")]
pub(super) fn resolve(
    frame: &DataFrame,
    series: &Series,
    accounts: &Accounts,
    account_keys: &StringChunked,
    matcher: &Matcher,
    live: &Live,
    context: &Context<'_>,
    facts: &mut Facts,
) -> PolarsResult<DataFrame> {
    let rows = complete(Table::Credentials, frame);
    let exports = absence::exports(series, &Texts::of(&rows, "system"), &Lineage::of(&rows));
    let (groups, copies) = groups(&rows, &exports, facts);
    let subjects =
        Subjects::of(Table::Credentials.name(), &rows, groups.into_iter().map(Some), &exports, context, facts);
    let activity = merge::activity(&rows, "last_used", &exports);
    let roles = Roles { table: Table::Credentials, last: "last_used", disabled: None };
    let merged =
        Rows { frame: &rows, roles, activity: &activity, exports: &exports, series }.merge(&subjects, facts)?;
    let (mut frame, _) = absence::end(Table::Credentials.name(), merged, series, &rows, &subjects, facts)?;
    let keys = keys(&frame, &subjects, &copies);
    let (system, account_id, owner) =
        (Texts::of(&frame, "system"), Texts::of(&frame, "account_id"), Texts::of(&frame, "owner_text"));
    let found: Vec<(Option<u32>, Option<u32>)> = (0..frame.height())
        .into_par_iter()
        .map(|row| {
            let account = system
                .get(row)
                .zip(account_id.get(row))
                .and_then(|(system, id)| accounts.find_at(accounts.system_index(system)?, id, subjects.seen_at[row]));
            (account, matcher.owner(owner.get(row)))
        })
        .collect();
    let persons: Vec<Option<u32>> =
        found.iter().map(|hit| hit.0.and_then(|account| accounts.matches[account as usize].0)).collect();
    frame.with_column(keys)?;
    frame.with_column(out::picked("account_key", account_keys, found.iter().map(|hit| hit.0).collect())?)?;
    frame.with_column(live.ids("person_id", persons)?)?;
    frame.with_column(live.ids("owner_person_id", found.iter().map(|hit| hit.1).collect())?)?;
    frame.with_column(live.flags("owner_live", found.iter().map(|hit| hit.1)))?;
    drop(found);
    super::output::common(&mut frame, &subjects)?;
    frame.with_column(out::times("active_at", active(&rows, &subjects)))?;
    let expires = Times::of(&frame, "expires_at");
    let expiry = Texts::of(&frame, "expiry");
    let filled = (0..frame.height()).map(|row| match (expires.get(row), expiry.get(row)) {
        (Some(_), _) => Some(0),
        (None, Some("never")) => Some(1),
        (None, _) => Some(2),
    });
    let filled = out::words("expiry", &["date", "never", "unknown"], filled)?;
    frame.with_column(filled)?;
    Ok(frame)
}

/// When each credential was last seen active.
fn active(rows: &DataFrame, subjects: &Subjects) -> Vec<Option<Micros>> {
    let status = Texts::of(rows, "status");
    let is_active = |row: u32| status.get(row as usize) == Some("active");
    let mut last: Vec<Option<Micros>> =
        subjects.newest.iter().zip(&subjects.seen_at).map(|(row, at)| is_active(*row).then_some(*at)).collect();
    for sights in subjects.several() {
        let seen = sights.iter().filter(|sight| is_active(sight.row)).map(|sight| sight.at).max();
        last[sights[0].subject as usize] = seen;
    }
    last
}

/// Whose and what kind of secret a row is about, and when that was made.
type Nature<'a> = (Option<Micros>, Option<&'a str>, Option<&'a str>);

/// Numbers the credential of each row. Two of one id in one export that were made at different times, or are of
/// different kinds or accounts, are two: merged exports do that, and dropping one would lose a key. Returned beside are
/// the places of all but the first of such.
fn groups(frame: &DataFrame, exports: &[u32], facts: &mut Facts) -> (Vec<u32>, HashMap<u32, u32>) {
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
    let groups = (0..frame.height())
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
    (groups, copies)
}

fn keys(frame: &DataFrame, subjects: &Subjects, copies: &HashMap<u32, u32>) -> Column {
    let (system, id) = (Texts::of(frame, "system"), Texts::of(frame, "credential_id"));
    let keys = super::output::subject_keys("credential_key", frame.height(), subjects, |row| {
        (system.get(row).unwrap_or_default(), id.get(row).unwrap_or_default())
    });
    if copies.is_empty() {
        return keys.into_column();
    }
    let numbered = (0..frame.height()).map(|row| match (keys.get(row), copies.get(&(row as u32))) {
        (Some(key), Some(copy)) => Some(format!("{key}#{copy}")),
        (key, _) => key.map(str::to_owned),
    });
    out::texts("credential_key", numbered.collect())
}
