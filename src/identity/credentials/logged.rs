//! What logs tell of credentials, put into the table: when they were rotated and when they ended, and those that only a
//! log knows.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};
use polars::prelude::*;

use crate::dataset::{Lineage, Table, Texts, Times, complete};
use crate::time::{MINUTE, Micros};

use super::super::accounts::AccountIndex;
use super::super::key_events::{KeyChange, KeyEvent};
use super::super::subjects::Subjects;
use super::super::{Facts, frames as out};
use super::told::{Known, State, Told, told};
use super::twins::last_part;

/// System and id of a credential.
type Id<'a> = (&'a str, &'a str);

const CAME_BACK: &str = "active in an export after a log had told of the end; taken as active";
const OLDER: &str = "an export gives an older rotation than one that a log had told of; the export was used";

/// The credential that an id of a log means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nobody,
    One(u32),
    Several,
}

impl Found {
    /// This one, or another one as well.
    fn or(self, group: u32) -> Self {
        match self {
            Self::Nobody => Self::One(group),
            Self::One(known) if known == group => self,
            _ => Self::Several,
        }
    }

    fn one(self) -> Option<u32> {
        match self {
            Self::One(group) => Some(group),
            _ => None,
        }
    }
}

/// Exports of credentials, and what was made of their rows.
pub(super) struct Exported<'a> {
    /// The rows of the exports.
    pub rows: &'a DataFrame,
    /// The number of the credential of each row.
    pub groups: &'a [u32],
    /// The account that each row names.
    pub accounts: &'a [Option<AccountIndex>],
    pub subjects: &'a Subjects,
    /// When each credential was last seen active.
    pub active: &'a [Option<Micros>],
}

/// Credentials with what logs tell of them.
pub(super) struct Logged {
    /// The table: what exports show, then what only a log knows.
    pub frame: DataFrame,
    /// When each was last known to work.
    pub active: Vec<Option<Micros>>,
    /// The accounts of those that only a log knows.
    pub accounts: Vec<Option<AccountIndex>>,
}

/// Puts the events into a table of credentials with one row for each.
pub(super) fn tell(
    mut frame: DataFrame,
    exported: &Exported<'_>,
    events: &[KeyEvent],
    as_of: Micros,
    facts: &mut Facts,
) -> PolarsResult<Logged> {
    if events.is_empty() {
        return Ok(Logged { frame, active: exported.active.to_vec(), accounts: Vec::new() });
    }
    let by_id: Vec<&[KeyEvent]> = events.chunk_by(|a, b| (&a.system, &a.id) == (&b.system, &b.id)).collect();
    let mut found = exported.named(&by_id);
    exported.ends_alike(&by_id, &mut found);
    exported.made(&by_id, &mut found);
    let mut of: BTreeMap<u32, Vec<&KeyEvent>> = BTreeMap::new();
    let mut unknown: Vec<&[KeyEvent]> = Vec::new();
    for (events, found) in by_id.into_iter().zip(found) {
        match found {
            Found::One(group) => {
                for event in events {
                    of.entry(exported.subject(group, event)).or_default().push(event);
                }
            }
            Found::Several => {}
            Found::Nobody => unknown.push(events),
        }
    }
    for events in of.values_mut() {
        events.sort_unstable_by_key(|event| (event.at, event.change, event.src));
    }
    let all: BTreeMap<u32, Told> = {
        let known = known(&frame, exported);
        of.iter().map(|(subject, events)| (*subject, told(known(*subject), events, as_of))).collect()
    };
    for (reason, count) in [
        (CAME_BACK, all.values().filter(|told| told.came_back).count()),
        (OLDER, all.values().filter(|told| told.older_rotation).count()),
    ] {
        if count > 0 {
            facts.count("credentials", reason, count as u64);
        }
    }
    let mut active = exported.active.to_vec();
    for (subject, told) in &all {
        active[*subject as usize] = told.known.active;
    }
    write(&mut frame, &all)?;
    let only = only_logged(&unknown, as_of);
    active.extend(only.iter().map(|key| key.told.known.active));
    let accounts = only.iter().map(|key| key.account).collect();
    if !only.is_empty() {
        facts.log_credentials = only.len() as u64;
        frame = frame.vstack(&complete(Table::Credentials, &added(&only)?).select(frame.get_column_names_owned())?)?;
    }
    Ok(Logged { frame, active, accounts })
}

impl Exported<'_> {
    /// The credential that the events of each id name by that id.
    fn named(&self, events: &[&[KeyEvent]]) -> Vec<Found> {
        let wanted: HashMap<Id<'_>, usize> =
            (0..).zip(events).map(|(place, one)| ((one[0].system.as_str(), one[0].id.as_str()), place)).collect();
        let (system, id) = (Texts::of(self.rows, "system"), Texts::of(self.rows, "credential_id"));
        let mut found = vec![Found::Nobody; events.len()];
        for (row, group) in self.groups.iter().enumerate() {
            if let Some(place) = system.get(row).zip(id.get(row)).and_then(|id| wanted.get(&id)) {
                found[*place] = found[*place].or(*group);
            }
        }
        found
    }

    /// Finds the credentials of the same account whose id ends with that of the log, or the other way round.
    fn ends_alike(&self, events: &[&[KeyEvent]], found: &mut [Found]) {
        let mut wanted: HashMap<(&str, AccountIndex, &str), BTreeSet<usize>> = HashMap::new();
        for (place, one) in events.iter().enumerate().filter(|(place, _)| found[*place] == Found::Nobody) {
            for event in *one {
                if let Some(account) = event.account {
                    wanted.entry((&event.system, account, last_part(&event.id))).or_default().insert(place);
                }
            }
        }
        if wanted.is_empty() {
            return;
        }
        let (system, id) = (Texts::of(self.rows, "system"), Texts::of(self.rows, "credential_id"));
        for (row, group) in self.groups.iter().enumerate() {
            let (Some(system), Some(id), Some(account)) = (system.get(row), id.get(row), self.accounts[row]) else {
                continue;
            };
            let last = last_part(id);
            for place in wanted.get(&(system, account, last)).into_iter().flatten() {
                if id == last || events[*place][0].id == last {
                    found[*place] = found[*place].or(*group);
                }
            }
        }
    }

    /// Finds the credentials that an inventory calls otherwise than the log: of the same account, and made at the same
    /// moment. Where several are possible none is taken, and none is made either.
    fn made(&self, events: &[&[KeyEvent]], found: &mut [Found]) {
        let mut made: HashMap<(&str, AccountIndex), Vec<(Micros, usize)>> = HashMap::new();
        for (place, one) in events.iter().enumerate().filter(|(place, _)| found[*place] == Found::Nobody) {
            for event in one.iter().filter(|event| event.change == KeyChange::Create) {
                if let Some(account) = event.account {
                    made.entry((event.system.as_str(), account)).or_default().push((event.at, place));
                }
            }
        }
        if made.is_empty() {
            return;
        }
        let taken: HashSet<u32> = found.iter().filter_map(|found| found.one()).collect();
        let (system, created) = (Texts::of(self.rows, "system"), Times::of(self.rows, "created_at"));
        let mut events_of: HashMap<u32, BTreeSet<usize>> = HashMap::new();
        for (row, group) in self.groups.iter().enumerate().filter(|(_, group)| !taken.contains(*group)) {
            let near = system.get(row).zip(self.accounts[row]).and_then(|key| made.get(&key));
            let (Some(near), Some(at)) = (near, created.get(row)) else {
                continue;
            };
            for (_, place) in near.iter().filter(|(made, _)| (made - at).abs() <= MINUTE) {
                found[*place] = found[*place].or(*group);
                events_of.entry(*group).or_default().insert(*place);
            }
        }
        for place in events_of.into_values().filter(|places| places.len() > 1).flatten() {
            found[place] = Found::Several;
        }
    }

    /// Which of those that had an id an event is about. Logs write a creation a little before it is done.
    fn subject(&self, group: u32, event: &KeyEvent) -> u32 {
        let early = if event.change == KeyChange::Create { MINUTE } else { 0 };
        self.subjects.at(group, event.at + early)
    }
}

/// What exports know of each credential.
fn known<'f>(frame: &'f DataFrame, exported: &'f Exported<'_>) -> impl Fn(u32) -> Known + 'f {
    let times = |name: &str| Times::of(frame, name);
    let (created, rotated, gone) = (times("created_at"), times("rotated_at"), (times("gone_lo"), times("gone_hi")));
    let (status, newest) = (Texts::of(frame, "status"), Times::of(exported.rows, "rotated_at"));
    move |subject| {
        let row = subject as usize;
        Known {
            seen: Some(exported.subjects.seen_at[row]),
            active: exported.active[row],
            created: created.get(row),
            rotated: rotated.get(row),
            newest_rotated: newest.get(exported.subjects.newest[row] as usize),
            gone: gone.0.get(row).zip(gone.1.get(row)),
            state: State::of(status.get(row)),
        }
    }
}

/// Writes what logs tell over what exports know.
fn write(frame: &mut DataFrame, all: &BTreeMap<u32, Told>) -> PolarsResult<()> {
    if all.is_empty() {
        return Ok(());
    }
    let height = frame.height();
    let of = |row: usize| all.get(&(row as u32));
    let times = |frame: &DataFrame, name: &str, value: &dyn Fn(&Known) -> Option<Micros>| {
        let old = Times::of(frame, name);
        let new = (0..height).map(|row| of(row).map_or_else(|| old.get(row), |told| value(&told.known)));
        out::times(name, new.collect())
    };
    let status = Texts::of(frame, "status");
    let states = (0..height).map(|row| of(row).map_or_else(|| status.get(row), |told| Some(told.known.state.word())));
    let lineage = Lineage::of(frame);
    let src = |row: usize| of(row).and_then(|told| told.ended_by).unwrap_or((lineage.file(row), lineage.row(row)));
    let columns = [
        times(frame, "created_at", &|known| known.created),
        times(frame, "rotated_at", &|known| known.rotated),
        times(frame, "gone_lo", &|known| known.gone.map(|gone| gone.0)),
        times(frame, "gone_hi", &|known| known.gone.map(|gone| gone.1)),
        out::texts("status", states.collect()),
        Column::new("src_file".into(), (0..height).map(|row| src(row).0).collect::<Vec<_>>()),
        Column::new("src_row".into(), (0..height).map(|row| src(row).1).collect::<Vec<_>>()),
    ];
    for column in columns {
        frame.with_column(column)?;
    }
    Ok(())
}

/// A credential that only a log knows.
struct OnlyLogged<'e> {
    /// The newest event of all.
    last: &'e KeyEvent,
    account: Option<AccountIndex>,
    account_id: Option<&'e str>,
    told: Told,
}

/// The credentials that no export shows: a log tells that they were made.
fn only_logged<'e>(unknown: &[&'e [KeyEvent]], as_of: Micros) -> Vec<OnlyLogged<'e>> {
    let by_then = |events: &&'e [KeyEvent]| {
        let past = &events[..events.partition_point(|event| event.at <= as_of)];
        past.iter().any(|event| event.change == KeyChange::Create).then_some(past)
    };
    let of = |past: &'e [KeyEvent]| {
        let events: Vec<&KeyEvent> = past.iter().collect();
        let of_account = past.iter().rev().find(|event| event.account.is_some());
        let named = past.iter().rev().find_map(|event| event.account_id.as_deref());
        let last = past.last()?;
        let account = of_account.and_then(|event| event.account);
        Some(OnlyLogged { last, account, account_id: named, told: told(Known::default(), &events, as_of) })
    };
    unknown.iter().filter_map(by_then).filter_map(of).collect()
}

/// The rows of those that only a log knows.
fn added(only: &[OnlyLogged<'_>]) -> PolarsResult<DataFrame> {
    let text = |name: &str, value: &dyn Fn(&OnlyLogged<'_>) -> Option<String>| {
        out::texts(name, only.iter().map(value).collect::<Vec<_>>())
    };
    let time = |name: &str, value: &dyn Fn(&Known) -> Option<Micros>| {
        out::times(name, only.iter().map(|key| value(&key.told.known)).collect())
    };
    DataFrame::new(
        only.len(),
        vec![
            text("system", &|key| Some(key.last.system.clone())),
            text("credential_id", &|key| Some(key.last.id.clone())),
            text("account_id", &|key| key.account_id.map(str::to_owned)),
            text("status", &|key| Some(key.told.known.state.word().to_owned())),
            text("activity", &|_| Some("unknown".to_owned())),
            time("created_at", &|known| known.created),
            time("rotated_at", &|known| known.rotated),
            time("gone_lo", &|known| known.gone.map(|gone| gone.0)),
            time("gone_hi", &|known| known.gone.map(|gone| gone.1)),
            Column::new("src_file".into(), only.iter().map(|key| key.last.src.0).collect::<Vec<_>>()),
            Column::new("src_row".into(), only.iter().map(|key| key.last.src.1).collect::<Vec<_>>()),
        ],
    )
}
