//! Events: duplicates leave, the rest is attached to accounts and persons. Ids go before names.

use hashbrown::{HashMap, HashSet};
use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Frames, Lineage, Table, Texts, Times, complete};
use crate::time::{DAY, HOUR, Micros};

use super::accounts::{AccountIndex, Accounts, LogAccount, Told};
use super::key_events::{self, KeyEvent};
use super::matcher::{Matcher, Probe};
use super::names::{Lifetimes, Names, Speaks};
use super::repeats::Repeats;
use super::states::{Change, Kind, Use};
use super::{Context, Facts, keys};

/// The events that count, and what each is attached to.
pub(super) struct Events {
    /// Completed frame without derived columns: what happened by as_of.
    pub frame: DataFrame,
    /// Account and person of each event.
    pub attached: Vec<(Option<AccountIndex>, Option<u32>)>,
    /// Successful changes of state, also those after as_of: they show what was so before.
    pub changes: Vec<Change>,
    /// Successful sign-ins.
    pub uses: Vec<Use>,
    /// Successful changes of credentials, also those after as_of.
    pub keys: Vec<KeyEvent>,
}

/// Reads and attaches the events; accounts that only the log knows are added to `accounts`.
pub(super) fn read(
    frames: &Frames,
    accounts: &mut Accounts,
    matcher: &Matcher,
    context: &Context<'_>,
    facts: &mut Facts,
) -> PolarsResult<Events> {
    let frame = unique(frames.get_or_empty(Table::Events), facts)?;
    let frame = complete(Table::Events, &frame);
    let columns = Columns::of(&frame);
    let rows = frame.height();
    let mut systems = columns.systems(accounts);
    let mut attached: Vec<Option<AccountIndex>> = vec![None; rows];
    columns.by_id(accounts, &systems, &mut attached);
    let foreign = columns.foreign(&systems, &attached, context);
    columns.by_name(accounts, matcher, &systems, &foreign, &mut attached);
    if discover(&columns, accounts, matcher, context, facts, &attached)? {
        systems = columns.systems(accounts);
        columns.by_id(accounts, &systems, &mut attached);
        columns.by_name(accounts, matcher, &systems, &foreign, &mut attached);
    }
    columns.teach(accounts, &attached)?;
    let (changes, uses) = columns.evidence(&attached);
    let keys = key_events::of(&frame, &attached);
    let late = (0..rows).filter(|row| columns.occurred.get(*row).is_some_and(|at| at > context.as_of)).count();
    if late > 0 {
        facts.count("events", "after the as-of date; they only show what was so before", late as u64);
    }
    let by_then = |row: &usize| columns.occurred.get(*row).is_none_or(|at| at <= context.as_of);
    let persons: Vec<(Option<AccountIndex>, Option<u32>)> = (0..rows)
        .into_par_iter()
        .filter(|row| late == 0 || by_then(row))
        .map(|row| match attached[row] {
            Some(account) => (Some(account), accounts.matches[account as usize].0),
            None => (None, columns.person(row, matcher)),
        })
        .collect();
    let frame = if late == 0 {
        frame
    } else {
        let mask: Vec<bool> = (0..rows).map(|row| by_then(&row)).collect();
        frame.filter(&BooleanChunked::from_slice("keep".into(), &mask))?
    };
    Ok(Events { frame, attached: persons, changes, uses, keys })
}

/// Drops the second and later events of one id in one system.
fn unique(frame: DataFrame, facts: &mut Facts) -> PolarsResult<DataFrame> {
    let (ids, systems) = (Texts::of(&frame, "event_id"), Texts::of(&frame, "system"));
    let key_of =
        |row: usize| ids.get(row).filter(|id| !id.is_empty()).map(|id| (systems.get(row).unwrap_or_default(), id));
    let repeats = Repeats::of(frame.height(), key_of);
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let mut twice = 0;
    let mask: Vec<bool> = (0..frame.height())
        .map(|row| {
            let fresh = !repeats.may_repeat(row) || key_of(row).is_none_or(|key| seen.insert(key));
            twice += u64::from(!fresh);
            fresh
        })
        .collect();
    if twice == 0 {
        return Ok(frame);
    }
    facts.count("events", "same event id twice; the first was used", twice);
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

    fn id(&self, row: usize) -> Option<&str> {
        self.account_id.get(row).filter(|id| !id.is_empty())
    }

    /// What a successful event does to the account; `None` for events that change no state. What is not known to have
    /// succeeded did not.
    fn does(&self, row: usize) -> Option<Kind> {
        if self.outcome.get(row) != Some("success") {
            return None;
        }
        match self.action.get(row)? {
            "create" => Some(Kind::Create),
            "enable" => Some(Kind::Enable),
            "disable" => Some(Kind::Disable),
            "delete" => Some(Kind::Delete),
            _ => None,
        }
    }

    fn signs_in(&self, row: usize) -> bool {
        self.action.get(row) == Some("sign_in") && self.outcome.get(row) == Some("success")
    }

    fn src(&self, row: usize) -> (i32, i32) {
        (self.lineage.file(row), self.lineage.row(row))
    }

    fn person(&self, row: usize, matcher: &Matcher) -> Option<u32> {
        let subject = self.subject.get(row)?;
        matcher.account(Probe { username: Some(subject), email: Some(subject), ..Probe::default() }, true).0
    }

    /// First rule: the account that had the id at that time.
    fn by_id(&self, accounts: &Accounts, systems: &[Option<u32>], attached: &mut [Option<AccountIndex>]) {
        let created = Times::of(&accounts.frame, "created_at");
        // An account is not what had its id before it was made; clocks and zones may be some hours wrong.
        let too_early =
            |account: AccountIndex, at: Micros| created.get(account as usize).is_some_and(|made| at < made - DAY);
        attached.par_iter_mut().enumerate().filter(|(_, account)| account.is_none()).for_each(|(row, account)| {
            if let (Some(system), Some(id)) = (systems[row], self.id(row)) {
                let at = self.occurred.get(row).unwrap_or_default();
                // Logs write a creation a little before it is done.
                let at = if self.does(row) == Some(Kind::Create) { at + HOUR } else { at };
                *account = accounts.find_at(system, id, at).filter(|account| !too_early(*account, at));
            } else if let (Some(system), Some(name)) = (systems[row], self.subject.get(row)) {
                // A log without ids: its accounts are called by their names.
                *account = accounts.find(system, name).filter(|account| *account as usize >= accounts.exported);
            }
        });
    }

    /// The (source, system) pairs whose account ids are of another kind than the system's own: logs that another
    /// system keeps, in which no id at all is one that the system's exports know.
    fn foreign(
        &self,
        systems: &[Option<u32>],
        attached: &[Option<AccountIndex>],
        context: &Context<'_>,
    ) -> HashMap<(i32, u32), bool> {
        let mut known: HashSet<(&str, u32)> = HashSet::new();
        let mut pairs: HashMap<(i32, u32), bool> = HashMap::new();
        let mut last = None;
        for (row, system) in systems.iter().enumerate() {
            let (Some(system), Some(_)) = (*system, self.id(row)) else {
                continue;
            };
            let pair = (self.lineage.file(row), system);
            if last != Some((pair, attached[row].is_some())) {
                last = Some((pair, attached[row].is_some()));
                let own = context.system_of(pair.0) == self.system.get(row);
                pairs.entry(pair).or_insert(!own && !context.source_of(pair.0).starts_with("own-"));
                if attached[row].is_some() {
                    known.insert((context.source_of(pair.0), system));
                }
            }
        }
        for (pair, foreign) in &mut pairs {
            *foreign = *foreign && !known.contains(&(context.source_of(pair.0), pair.1));
        }
        pairs
    }

    /// Second and third rule, for events without an id, or with one that is not of the system's kind: the account that
    /// had the user name or mail at that time; then the only account of the person in that system.
    fn by_name(
        &self,
        accounts: &Accounts,
        matcher: &Matcher,
        systems: &[Option<u32>],
        foreign: &HashMap<(i32, u32), bool>,
        attached: &mut [Option<AccountIndex>],
    ) {
        let open = |row: usize, account: &Option<AccountIndex>| {
            account.is_none()
                && systems[row].is_some_and(|system| {
                    self.id(row).is_none()
                        || foreign.get(&(self.lineage.file(row), system)).copied().unwrap_or_default()
                })
                && self.subject.get(row).is_some()
        };
        if !attached.iter().enumerate().any(|(row, account)| open(row, account)) {
            return;
        }
        let (names, only, times) = (Names::of(accounts), accounts.by_person(), Lifetimes::of(accounts));
        attached.par_iter_mut().enumerate().filter(|(row, account)| open(*row, account)).for_each(|(row, account)| {
            let (Some(system), Some(subject), Some(at)) = (systems[row], self.subject.get(row), self.occurred.get(row))
            else {
                return;
            };
            *account = match names.at(system, &keys::address(subject), (at, self.speaks(row)), &times) {
                (true, found) => found,
                (false, _) => self
                    .person(row, matcher)
                    .and_then(|person| only.get(&(system, person)).copied().flatten())
                    .filter(|account| times.contains(*account, at)),
            };
        });
    }

    /// What an event may speak of beside an account that is there, done or not.
    fn speaks(&self, row: usize) -> Speaks {
        match self.action.get(row) {
            Some("create" | "enable" | "update" | "grant" | "sync") => Speaks::Beginning,
            Some("delete") => Speaks::Deletion,
            _ => Speaks::Else,
        }
    }

    /// Tells the accounts that only the log knows what it says of them.
    fn teach(&self, accounts: &mut Accounts, attached: &[Option<AccountIndex>]) -> PolarsResult<()> {
        let exported = accounts.exported;
        let mut told = vec![Told::default(); accounts.len() - exported];
        if told.is_empty() {
            return Ok(());
        }
        for (row, account) in attached.iter().enumerate() {
            let Some((account, at)) = account.zip(self.occurred.get(row)) else {
                continue;
            };
            let Some(told) = (account as usize).checked_sub(exported).and_then(|place| told.get_mut(place)) else {
                continue;
            };
            told.last = told.last.max(Some(at));
            if self.signs_in(row) {
                told.used = told.used.max(Some(at));
            }
            let Some(kind) = self.does(row) else {
                continue;
            };
            if kind == Kind::Create {
                told.created = Some(told.created.map_or(at, |known| known.min(at)));
            }
            // At one instant the lesser right counts, whichever line comes first.
            told.status = told.status.max(Some((at, kind.status())));
        }
        accounts.learn(&told)
    }

    /// What the events show of the states of accounts.
    fn evidence(&self, attached: &[Option<AccountIndex>]) -> (Vec<Change>, Vec<Use>) {
        let (mut changes, mut uses) = (Vec::new(), Vec::new());
        for (row, account) in attached.iter().enumerate() {
            let Some((account, at)) = account.zip(self.occurred.get(row)) else {
                continue;
            };
            if let Some(kind) = self.does(row) {
                changes.push(Change { account, at, kind, src: self.src(row) });
            } else if self.signs_in(row) {
                uses.push(Use { account, at, src: self.src(row) });
            }
        }
        (changes, uses)
    }
}

/// Accounts that no export shows: a leaver whose account was deleted in time is in no export, and must not be missing
/// from the population. An account id is enough; a bare name is one only where something succeeded under it. That
/// something could not be made does not make it. Returns whether there are any.
fn discover(
    columns: &Columns,
    accounts: &mut Accounts,
    matcher: &Matcher,
    context: &Context<'_>,
    facts: &mut Facts,
    attached: &[Option<AccountIndex>],
) -> PolarsResult<bool> {
    let mut newest: HashMap<(&str, &str), (Micros, usize)> = HashMap::new();
    for (row, account) in attached.iter().enumerate() {
        if account.is_some() {
            continue;
        }
        let (Some(system), Some(at)) = (columns.system.get(row), columns.occurred.get(row)) else {
            continue;
        };
        let works = columns.does(row).is_some() || columns.signs_in(row);
        let id = match columns.id(row) {
            Some(id) if works || columns.action.get(row) != Some("create") => id,
            None if works => match columns.subject.get(row) {
                Some(subject) => subject,
                None => continue,
            },
            _ => continue,
        };
        // The newest line that names the account gives its name.
        let better = |known: &(Micros, usize)| {
            (columns.subject.get(row).is_some(), at, columns.src(row))
                > (columns.subject.get(known.1).is_some(), known.0, columns.src(known.1))
        };
        newest
            .entry((system, id))
            .and_modify(|known| {
                if better(known) {
                    *known = (at, row);
                }
            })
            .or_insert((at, row));
    }
    if newest.is_empty() {
        return Ok(false);
    }
    facts.log_accounts = newest.len() as u64;
    let created = Times::of(&accounts.frame, "created_at");
    let before = |system: &str, id: &str| {
        let later = accounts.find(accounts.system_index(system)?, id)?;
        accounts.subjects.of_id(later).filter_map(|account| created.get(account as usize)).min()
    };
    let mut made: Vec<LogAccount> = newest
        .into_iter()
        .map(|((system, id), (_, row))| LogAccount {
            system: system.to_owned(),
            account_id: id.to_owned(),
            username: columns.subject.get(row).map(str::to_owned),
            before: before(system, id),
            src: columns.src(row),
        })
        .collect();
    made.sort_by(|a, b| (&a.system, &a.account_id).cmp(&(&b.system, &b.account_id)));
    accounts.add_from_log(&made, matcher, context.usernames)?;
    Ok(true)
}
