//! Events: duplicates and what lies after as_of leave; the rest is attached to accounts and persons.

use hashbrown::HashSet;
use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Frames, Lineage, Table, Texts, Times, complete};

use super::accounts::{AccountIndex, Accounts, LogAccount};
use super::matcher::{Matcher, Probe};
use super::repeats::Repeats;
use super::states::Change;
use super::{Context, Facts, keys};

/// The events that count, and what each is attached to.
pub(super) struct Events {
    /// Completed frame without derived columns.
    pub frame: DataFrame,
    /// Account and person of each event.
    pub attached: Vec<(Option<AccountIndex>, Option<u32>)>,
    /// Successful changes of state.
    pub changes: Vec<Change>,
}

/// Reads, filters and attaches the events; accounts that only the log knows are added to `accounts`.
pub(super) fn read(
    frames: &Frames,
    accounts: &mut Accounts,
    matcher: &Matcher,
    context: &Context<'_>,
    facts: &mut Facts,
) -> PolarsResult<Events> {
    let frame = keep(frames.get_or_empty(Table::Events), context, facts)?;
    let frame = complete(Table::Events, &frame);
    let columns = Columns::of(&frame);
    let systems: Vec<Option<u32>> = columns.systems(accounts);
    let mut attached: Vec<Option<AccountIndex>> = (0..frame.height())
        .into_par_iter()
        .map(|row| accounts.find(systems[row]?, columns.account_id.get(row)?))
        .collect();
    attach_by_name(&columns, accounts, matcher, &systems, &mut attached);
    discover(&columns, accounts, matcher, context, facts, &mut attached)?;
    let changes = (0..frame.height())
        .filter_map(|row| {
            let enabled = columns.sets_state(row)?;
            let at = columns.occurred.get(row)?;
            Some(Change { account: attached[row]?, at, enabled, src: columns.src(row) })
        })
        .collect();
    let attached = attached
        .into_par_iter()
        .enumerate()
        .map(|(row, account)| match account {
            Some(account) => (Some(account), accounts.matches[account as usize].0),
            None => (None, columns.person(row, matcher)),
        })
        .collect();
    Ok(Events { frame, attached, changes })
}

/// Drops what happened after as_of, and the second and later events of one id in one system.
fn keep(frame: DataFrame, context: &Context<'_>, facts: &mut Facts) -> PolarsResult<DataFrame> {
    let (ids, systems, occurred) =
        (Texts::of(&frame, "event_id"), Texts::of(&frame, "system"), Times::of(&frame, "occurred_at"));
    let key_of =
        |row: usize| ids.get(row).filter(|id| !id.is_empty()).map(|id| (systems.get(row).unwrap_or_default(), id));
    let repeats = Repeats::of(frame.height(), key_of);
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let (mut late, mut twice) = (0, 0);
    let mask: Vec<bool> = (0..frame.height())
        .map(|row| {
            if occurred.get(row).is_some_and(|at| at > context.as_of) {
                late += 1;
                return false;
            }
            let fresh = !repeats.may_repeat(row) || key_of(row).is_none_or(|key| seen.insert(key));
            twice += u64::from(!fresh);
            fresh
        })
        .collect();
    if late + twice == 0 {
        return Ok(frame);
    }
    for (reason, count) in
        [("after the as-of date; not part of this report", late), ("same event id twice; the first was used", twice)]
    {
        if count > 0 {
            facts.count("events", reason, count);
        }
    }
    frame.filter(&BooleanChunked::from_slice("keep".into(), &mask))
}

struct Columns {
    system: Texts,
    account_id: Texts,
    subject: Texts,
    action: Texts,
    outcome: Texts,
    occurred: Times,
    lineage: Lineage,
}

impl Columns {
    fn of(frame: &DataFrame) -> Self {
        Self {
            system: Texts::of(frame, "system"),
            account_id: Texts::of(frame, "account_id"),
            subject: Texts::of(frame, "subject_text"),
            action: Texts::of(frame, "action"),
            outcome: Texts::of(frame, "outcome"),
            occurred: Times::of(frame, "occurred_at"),
            lineage: Lineage::of(frame),
        }
    }

    fn systems(&self, accounts: &Accounts) -> Vec<Option<u32>> {
        (0..self.system.len()).into_par_iter().map(|row| accounts.system_index(self.system.get(row)?)).collect()
    }

    /// The state that a successful event leaves the account in; `None` for events that change none.
    fn sets_state(&self, row: usize) -> Option<bool> {
        if self.outcome.get(row) != Some("success") {
            return None;
        }
        match self.action.get(row)? {
            "create" | "enable" => Some(true),
            "disable" | "delete" => Some(false),
            _ => None,
        }
    }

    fn src(&self, row: usize) -> (i32, i32) {
        (self.lineage.file(row), self.lineage.row(row))
    }

    fn person(&self, row: usize, matcher: &Matcher) -> Option<u32> {
        let subject = self.subject.get(row)?;
        matcher.account(Probe { username: Some(subject), email: Some(subject), ..Probe::default() }, true).0
    }
}

/// Second and third rule: system and user name or mail; then the only account of the person in that system.
fn attach_by_name(
    columns: &Columns,
    accounts: &Accounts,
    matcher: &Matcher,
    systems: &[Option<u32>],
    attached: &mut [Option<AccountIndex>],
) {
    if attached.iter().all(Option::is_some) {
        return;
    }
    let names = accounts.by_name();
    let only = accounts.by_person();
    attached.par_iter_mut().enumerate().filter(|(_, account)| account.is_none()).for_each(|(row, account)| {
        let (Some(system), Some(subject)) = (systems[row], columns.subject.get(row)) else {
            return;
        };
        let key = (system, keys::address(subject).into_owned());
        *account = match names.get(&key) {
            Some(found) => *found,
            None => columns.person(row, matcher).and_then(|person| only.get(&(system, person)).copied().flatten()),
        };
    });
}

/// Accounts that no export shows, but that a log created, enabled, disabled or deleted: a leaver whose account was
/// deleted in time is in no export, and must not be missing from the population.
fn discover(
    columns: &Columns,
    accounts: &mut Accounts,
    matcher: &Matcher,
    context: &Context<'_>,
    facts: &mut Facts,
    attached: &mut [Option<AccountIndex>],
) -> PolarsResult<()> {
    let mut newest: std::collections::BTreeMap<(String, String), (i64, LogAccount)> = std::collections::BTreeMap::new();
    let mut rows = Vec::new();
    for (row, account) in attached.iter().enumerate() {
        if account.is_some() {
            continue;
        }
        let (Some(enabled), Some(at)) = (columns.sets_state(row), columns.occurred.get(row)) else {
            continue;
        };
        let subject = columns.subject.get(row);
        let (Some(system), Some(id)) = (columns.system.get(row), columns.account_id.get(row).or(subject)) else {
            continue;
        };
        rows.push(row);
        let status = match (enabled, columns.action.get(row)) {
            (true, _) => "active",
            (false, Some("delete")) => "deleted",
            (false, _) => "disabled",
        };
        let made = LogAccount {
            system: system.to_owned(),
            account_id: id.to_owned(),
            username: subject.map(str::to_owned),
            status,
            src: columns.src(row),
        };
        let key = (made.system.clone(), made.account_id.clone());
        match newest.get(&key) {
            Some((known, _)) if *known > at => {}
            _ => {
                newest.insert(key, (at, made));
            }
        }
    }
    if newest.is_empty() {
        return Ok(());
    }
    facts.log_accounts = newest.len() as u64;
    let made: Vec<LogAccount> = newest.into_values().map(|(_, account)| account).collect();
    accounts.add_from_log(&made, matcher, context.usernames)?;
    for row in rows {
        let id = columns.account_id.get(row).or(columns.subject.get(row));
        if let (Some(system), Some(id)) = (columns.system.get(row).and_then(|system| accounts.system_index(system)), id)
        {
            attached[row] = accounts.find(system, id);
        }
    }
    Ok(())
}
