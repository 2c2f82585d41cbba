//! Credentials: unique keys, the account and person behind each, and its owner.

mod groups;
mod holders;
mod logged;
mod told;
mod twins;

use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Lineage, Table, Texts, Times, complete};
use crate::time::Micros;

use super::accounts::{AccountIndex, Accounts};
use super::key_events::KeyEvent;
use super::matcher::Matcher;
use super::merge::{self, Roles, Rows};
use super::output::Live;
use super::series::Series;
use super::subjects::Subjects;
use super::{Context, Facts, absence, frames as out};

use groups::Groups;
use holders::Holders;
use logged::{Exported, Logged};
use twins::Seen;

/// Everything that exports, accounts and people gave.
pub(super) struct Around<'a> {
    /// The exports of credentials.
    pub series: &'a Series,
    pub accounts: &'a Accounts,
    pub account_keys: &'a StringChunked,
    pub matcher: &'a Matcher,
    pub live: &'a Live,
    pub context: &'a Context<'a>,
}

/// The credentials table, and the rows of exports that it is made of.
pub(super) struct Inventory {
    pub frame: DataFrame,
    pub rows: DataFrame,
    pub subjects: Subjects,
}

/// Completes the credentials table out of the rows of exports and the key events of logs; none where there is nothing.
pub(super) fn resolve(
    inventory: Option<&DataFrame>,
    events: &[KeyEvent],
    around: &Around<'_>,
    facts: &mut Facts,
) -> PolarsResult<Option<Inventory>> {
    if inventory.is_none() && events.is_empty() {
        return Ok(None);
    }
    let rows = complete(Table::Credentials, inventory.unwrap_or(&DataFrame::default()));
    let (series, context) = (around.series, around.context);
    let lineage = Lineage::of(&rows);
    let exports = absence::exports(series, &Texts::of(&rows, "system"), &lineage);
    let holders = Holders::of(around.accounts);
    let named = holders.of_rows(&rows, |row| context.observed_at(lineage.file(row)));
    let seen = Seen { rows: &rows, exports: &exports, series, accounts: &named, zone: context.zone };
    let groups = Groups::of(&seen, facts);
    let subjects = Subjects::of(
        Table::Credentials.name(),
        &rows,
        groups.of_row.iter().copied().map(Some),
        &exports,
        context,
        facts,
    );
    let activity = merge::activity(&rows, "last_used", &exports);
    let roles = Roles { table: Table::Credentials, last: "last_used", disabled: None };
    let merged =
        Rows { frame: &rows, roles, activity: &activity, exports: &exports, series }.merge(&subjects, facts)?;
    let (mut frame, _) = absence::end(Table::Credentials.name(), merged, series, &rows, &subjects, facts)?;
    groups.name(&mut frame, &subjects)?;
    let exported = Exported {
        rows: &rows,
        groups: &groups.of_row,
        accounts: &named,
        subjects: &subjects,
        active: &active(&rows, &subjects),
    };
    let logged = logged::tell(frame, &exported, events, context.as_of, facts)?;
    if inventory.is_none() && logged.frame.height() == 0 {
        return Ok(None);
    }
    let mut frame = derived(logged, &subjects, &groups, &holders, around)?;
    let inactive = inactive(&rows, &subjects, frame.height());
    frame.with_column(out::times("inactive_at", inactive))?;
    Ok(Some(Inventory { frame, rows, subjects }))
}

/// Fills the columns that are derived.
fn derived(
    logged: Logged,
    subjects: &Subjects,
    groups: &Groups,
    holders: &Holders<'_>,
    around: &Around<'_>,
) -> PolarsResult<DataFrame> {
    let Logged { mut frame, active, accounts } = logged;
    let exported = frame.height() - accounts.len();
    let mut of: Vec<Option<AccountIndex>> = holders.of_rows(&frame.head(Some(exported)), |row| subjects.seen_at[row]);
    of.extend(accounts);
    let owner = Texts::of(&frame, "owner_text");
    let owners: Vec<Option<u32>> =
        (0..frame.height()).into_par_iter().map(|row| around.matcher.owner(owner.get(row))).collect();
    let persons = of.iter().map(|account| account.and_then(|account| around.accounts.matches[account as usize].0));
    let persons = around.live.ids("person_id", persons.collect())?;
    frame.with_column(keys(&frame, subjects, &groups.copies))?;
    frame.with_column(out::picked("account_key", around.account_keys, of)?)?;
    frame.with_column(persons)?;
    frame.with_column(around.live.flags("owner_live", owners.iter().copied()))?;
    frame.with_column(around.live.ids("owner_person_id", owners)?)?;
    super::output::common(&mut frame, subjects)?;
    frame.with_column(out::times("active_at", active))?;
    frame.with_column(expiry(&frame)?)?;
    Ok(frame)
}

/// Whether each credential has an expiry, as a word.
fn expiry(frame: &DataFrame) -> PolarsResult<Column> {
    let (expires, said) = (Times::of(frame, "expires_at"), Texts::of(frame, "expiry"));
    let filled = (0..frame.height()).map(|row| match (expires.get(row), said.get(row)) {
        (Some(_), _) => Some(0),
        (None, Some("never")) => Some(1),
        (None, _) => Some(2),
    });
    out::words("expiry", &["date", "never", "unknown"], filled)
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

/// When each credential was first seen inactive, after it was last seen active.
fn inactive(rows: &DataFrame, subjects: &Subjects, height: usize) -> Vec<Option<Micros>> {
    let status = Texts::of(rows, "status");
    let is = |row: u32, word: &str| status.get(row as usize) == Some(word);
    let mut first: Vec<Option<Micros>> =
        subjects.newest.iter().zip(&subjects.seen_at).map(|(row, at)| is(*row, "inactive").then_some(*at)).collect();
    for sights in subjects.several() {
        let after = sights.iter().rposition(|sight| is(sight.row, "active")).map_or(0, |last| last + 1);
        let seen = sights[after..].iter().find(|sight| is(sight.row, "inactive"));
        first[sights[0].subject as usize] = seen.map(|sight| sight.at);
    }
    // What only a log knows was seen in no export.
    first.resize(height, None);
    first
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
