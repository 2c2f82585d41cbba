//! Who is who, in numbers, and what stayed open.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;

use crate::dataset::{Frames, Lineage, Table, Texts, Times};
use crate::identity::Facts;
use crate::report::{
    ConflictReport, DisabledWithoutLeave, LeaverWithoutAccount, OpenMatch, Populations, ReasonCount, Stamp,
};
use crate::source::InputFile;
use crate::time::{Micros, Period};

use super::quality::by_word;

/// Lists in the report are cut here; the CSV files have all.
const SHOWN: usize = 50;

/// Kinds whose accounts should belong to a person.
pub(super) fn is_human(kind: Option<&str>) -> bool {
    matches!(kind, None | Some("human" | "unknown"))
}

/// Counts over the canonical tables.
pub(super) fn populations(
    frames: &Frames,
    facts: &Facts,
    files: &[InputFile],
    as_of: Micros,
    period: &Period,
    without: &[LeaverWithoutAccount],
) -> Populations {
    let mut out = Populations {
        people: frames.height(Table::People) as u64,
        accounts: frames.height(Table::Accounts) as u64,
        credentials: frames.height(Table::Credentials) as u64,
        events: frames.height(Table::Events) as u64,
        events_unattached: facts.events_unattached,
        leavers_without_account: without.iter().take(SHOWN).cloned().collect(),
        leavers_without_account_total: without.len() as u64,
        ..Populations::default()
    };
    for ((table, reason), count) in &facts.dropped {
        out.duplicates.push(ReasonCount { reason: format!("{table}: {reason}"), count: *count });
    }
    if facts.log_accounts > 0 {
        let reason = "accounts: known from a log only; no export shows them".to_owned();
        out.duplicates.push(ReasonCount { reason, count: facts.log_accounts });
    }
    if facts.log_credentials > 0 {
        let reason = "credentials: known from a log only; no export shows them".to_owned();
        out.duplicates.push(ReasonCount { reason, count: facts.log_credentials });
    }
    let leavers = frames.get(Table::Employments).map(|frame| leavers(frame, as_of, period)).unwrap_or_default();
    out.leavers_in_period = leavers.in_period.len() as u64;
    out.people_active = leavers.active;
    if let Some(frame) = frames.get(Table::Accounts) {
        accounts(frame, facts, files, &leavers, &mut out);
    }
    out.disabled_without_leave_accounts = disabled_without_leave(frames, as_of, period);
    out.disabled_without_leave = out.disabled_without_leave_accounts.len() as u64;
    out.disabled_without_leave_accounts.truncate(SHOWN);
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

fn accounts(frame: &DataFrame, facts: &Facts, files: &[InputFile], leavers: &Leavers, out: &mut Populations) {
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
}

/// The second direction of the completeness test: human accounts that were switched off in the period, by an event
/// or a date, whose person did not leave in it.
pub(super) fn disabled_without_leave(frames: &Frames, as_of: Micros, period: &Period) -> Vec<DisabledWithoutLeave> {
    let (Some(states), Some(accounts)) = (frames.get(Table::AccountStates), frames.get(Table::Accounts)) else {
        return Vec::new();
    };
    let leavers = frames.get(Table::Employments).map(|frame| leavers(frame, as_of, period)).unwrap_or_default();
    let enabled = crate::dataset::Flags::of(states, "enabled");
    let (key, lo, hi) = (Texts::of(states, "account_key"), Times::of(states, "from_lo"), Times::of(states, "from_hi"));
    let switched: hashbrown::HashMap<&str, Micros> = (0..states.height())
        .filter(|row| enabled.get(*row) == Some(false) && lo.get(*row).is_some_and(|at| at >= period.from))
        .filter_map(|row| Some((key.get(row)?, hi.get(row).filter(|at| *at < period.to)?)))
        .collect();
    let text = |name: &str| Texts::of(accounts, name);
    let (keys, kind, person) = (text("account_key"), text("kind"), text("person_id"));
    let (system, id, name, mail) = (text("system"), text("account_id"), text("username"), text("email"));
    let owned = |value: Option<&str>| value.map(str::to_owned);
    let of = |row: usize| {
        let at = keys.get(row).and_then(|key| switched.get(key)).filter(|_| is_human(kind.get(row)))?;
        let left = person.get(row).is_some_and(|person| leavers.in_period.contains_key(person));
        (!left).then(|| DisabledWithoutLeave {
            system: system.get(row).unwrap_or_default().to_owned(),
            account_id: id.get(row).unwrap_or_default().to_owned(),
            name: owned(name.get(row).or(mail.get(row))),
            person_id: owned(person.get(row)),
            disabled_at: Some(Stamp(*at)),
        })
    };
    let mut found: Vec<DisabledWithoutLeave> = (0..accounts.height()).filter_map(of).collect();
    found.sort_by(|a, b| (&a.system, &a.account_id).cmp(&(&b.system, &b.account_id)));
    found
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
