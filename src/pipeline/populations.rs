//! Who is who, in numbers, and what stayed open.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::dataset::{Frames, Lineage, Table, Texts, Times};
use crate::identity::Facts;
use crate::report::{ConflictReport, OpenMatch, Populations, ReasonCount};
use crate::source::InputFile;
use crate::time::{Micros, Period};

use super::quality::by_word;

/// Lists in the report are cut here; the CSV files have all.
const SHOWN: usize = 50;

/// Kinds whose accounts should belong to a person.
fn is_human(kind: Option<&str>) -> bool {
    matches!(kind, None | Some("human" | "unknown"))
}

/// Counts over the canonical tables.
pub(super) fn populations(
    frames: &Frames,
    facts: &Facts,
    files: &[InputFile],
    as_of: Micros,
    period: &Period,
) -> Populations {
    let mut out = Populations {
        people: frames.height(Table::People) as u64,
        accounts: frames.height(Table::Accounts) as u64,
        credentials: frames.height(Table::Credentials) as u64,
        events: frames.height(Table::Events) as u64,
        events_unattached: facts.events_unattached,
        ..Populations::default()
    };
    for ((table, reason), count) in &facts.dropped {
        out.duplicates.push(ReasonCount { reason: format!("{table}: {reason}"), count: *count });
    }
    if facts.log_accounts > 0 {
        let reason = "accounts: known from a log only; no export shows them".to_owned();
        out.duplicates.push(ReasonCount { reason, count: facts.log_accounts });
    }
    let leavers = frames.get(Table::Employments).map(|frame| leavers(frame, as_of, period)).unwrap_or_default();
    out.leavers_in_period = leavers.in_period.len() as u64;
    out.people_active = leavers.active;
    if let Some(frame) = frames.get(Table::Accounts) {
        accounts(frame, frames, facts, files, &leavers, period, &mut out);
    }
    if let Some(frame) = frames.get(Table::Conflicts) {
        conflicts(frame, &mut out);
    }
    out
}

#[derive(Default)]
struct Leavers {
    /// Persons with an end in the period, with the number of such ends.
    in_period: BTreeMap<String, u64>,
    active: u64,
}

fn leavers(frame: &DataFrame, as_of: Micros, period: &Period) -> Leavers {
    let (person, start, end) =
        (Texts::of(frame, "person_id"), Times::of(frame, "started_at"), Times::of(frame, "ended_at"));
    let open_lo = Times::of(frame, "ended_lo");
    let mut leavers = Leavers::default();
    for row in 0..frame.height() {
        let ended = end.get(row);
        let begun = start.get(row).is_none_or(|at| at <= as_of);
        if begun && ended.is_none_or(|at| at > as_of) && (ended.is_some() || open_lo.get(row).is_none()) {
            leavers.active += 1;
        }
        if ended.is_some_and(|at| at >= period.from && at < period.to && at <= as_of)
            && let Some(id) = person.get(row)
        {
            *leavers.in_period.entry(id.to_owned()).or_default() += 1;
        }
    }
    leavers
}

fn accounts(
    frame: &DataFrame,
    frames: &Frames,
    facts: &Facts,
    files: &[InputFile],
    leavers: &Leavers,
    period: &Period,
    out: &mut Populations,
) {
    let kinds = by_word(frame, "kind").into_iter();
    out.accounts_by_kind = kinds.map(|(reason, count)| ReasonCount { reason, count }).collect();
    out.accounts_by_kind.sort_by_key(|entry| std::cmp::Reverse(entry.count));
    let rules = by_word(frame, "match_rule");
    let words = crate::dataset::Table::Accounts.column("match_rule").map_or(&[][..], |column| column.words);
    out.match_rules = words
        .iter()
        .filter_map(|rule| rules.get(*rule).map(|count| ReasonCount { reason: (*rule).to_owned(), count: *count }))
        .collect();
    let text = |name: &str| Texts::of(frame, name);
    let (system, id, kind, status, rule, person) =
        (text("system"), text("account_id"), text("kind"), text("status"), text("match_rule"), text("person_id"));
    let (name, mail, key) = (text("username"), text("email"), text("account_key"));
    let lineage = Lineage::of(frame);
    let mut with_accounts: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
    for row in 0..frame.height() {
        let human = is_human(kind.get(row));
        out.accounts_enabled += u64::from(human && status.get(row) == Some("active"));
        if let Some(person) = person.get(row).filter(|person| leavers.in_period.contains_key(*person)) {
            with_accounts.insert(person);
        }
        let (list, total) = match rule.get(row) {
            Some("ambiguous") => (&mut out.ambiguous, &mut out.ambiguous_total),
            Some("unmatched") if human => (&mut out.unmatched, &mut out.unmatched_total),
            _ => continue,
        };
        *total += 1;
        if list.len() < SHOWN {
            list.push(OpenMatch {
                system: system.get(row).unwrap_or_default().to_owned(),
                account_id: id.get(row).unwrap_or_default().to_owned(),
                name: name.get(row).or(mail.get(row)).map(str::to_owned),
                suggestions: key.get(row).and_then(|key| facts.suggestions.get(key)).cloned().unwrap_or_default(),
                source: place(files, lineage.file(row), lineage.row(row)),
            });
        }
    }
    out.leavers_with_accounts = with_accounts.len() as u64;
    out.disabled_without_leave = disabled_without_leave(frames, frame, leavers, period);
}

/// The second direction of the completeness test: human accounts that were switched off in the period, by an event
/// or a date, whose person did not leave in it.
fn disabled_without_leave(frames: &Frames, accounts: &DataFrame, leavers: &Leavers, period: &Period) -> u64 {
    let Some(states) = frames.get(Table::AccountStates) else {
        return 0;
    };
    let enabled = crate::dataset::Flags::of(states, "enabled");
    let (key, lo, hi) = (Texts::of(states, "account_key"), Times::of(states, "from_lo"), Times::of(states, "from_hi"));
    let switched: hashbrown::HashSet<&str> = (0..states.height())
        .filter(|row| {
            enabled.get(*row) == Some(false)
                && lo.get(*row).is_some_and(|at| at >= period.from)
                && hi.get(*row).is_some_and(|at| at < period.to)
        })
        .filter_map(|row| key.get(row))
        .collect();
    let (keys, kind, person) =
        (Texts::of(accounts, "account_key"), Texts::of(accounts, "kind"), Texts::of(accounts, "person_id"));
    (0..accounts.height())
        .filter(|row| {
            is_human(kind.get(*row))
                && keys.get(*row).is_some_and(|key| switched.contains(key))
                && !person.get(*row).is_some_and(|person| leavers.in_period.contains_key(person))
        })
        .count() as u64
}

fn conflicts(frame: &DataFrame, out: &mut Populations) {
    let text = |name: &str| Texts::of(frame, name);
    let (person, attribute, winner, winner_value, loser, loser_value) = (
        text("person_id"),
        text("attribute"),
        text("winner"),
        text("winner_value"),
        text("loser"),
        text("loser_value"),
    );
    out.conflicts_total = frame.height() as u64;
    let get = |column: &Texts, row: usize| column.get(row).unwrap_or_default().to_owned();
    out.conflicts = (0..frame.height().min(SHOWN))
        .map(|row| ConflictReport {
            person_id: get(&person, row),
            attribute: get(&attribute, row),
            winner: get(&winner, row),
            winner_value: winner_value.get(row).map(str::to_owned),
            loser: get(&loser, row),
            loser_value: loser_value.get(row).map(str::to_owned),
        })
        .collect();
}

/// Where a row is: `hr/workers.csv line 20`.
pub(super) fn place(files: &[InputFile], file: i32, row: i32) -> String {
    let before = usize::try_from(file).ok().and_then(|file| files.get(file)).map(InputFile::before_row);
    format!("{}{row}", before.unwrap_or_default())
}
