//! Accounts whose person the keys alone do not settle: by the time at which each was there, and by the owner.

use std::collections::BTreeSet;
use std::ops::Range;

use polars::prelude::*;

use crate::dataset::{Lineage, Table, Texts, Times, complete};
use crate::time::Micros;

use super::accounts::{Accounts, Keys};
use super::facts::UnknownPersons;
use super::matcher::{Found, Matcher, Probe, Rule};
use super::output::Live;
use super::{Context, frames as out};

/// An account that may belong to several persons: account, persons, and the rule that they fulfil.
pub(super) type Candidates = Vec<(u32, Vec<u32>, Rule)>;

/// Settles the ambiguous ones of some accounts by time, and gives a human account that matches nobody itself to the
/// owner that it names: an administrator's second account is theirs. Returns what stays ambiguous.
pub(super) fn settle(
    accounts: &mut Accounts,
    range: Range<usize>,
    matcher: &Matcher,
    context: &Context<'_>,
) -> Candidates {
    let keys = Keys::of(&accounts.frame);
    let lives = Lives::of(&accounts.frame, context);
    let (kind, owner) = (Texts::of(&accounts.frame, "kind"), Texts::of(&accounts.frame, "owner_text"));
    let mut left = Candidates::new();
    // Accounts that only their earlier names led to somebody.
    let mut renamed = BTreeSet::new();
    for account in range {
        match accounts.matches[account].1 {
            Rule::Ambiguous => {
                let probe = lives.with(keys.probe(account, keys.is_human(account)), account);
                if !take(accounts, account, matcher.find(probe, context.usernames), &mut left) {
                    renamed.insert(account as u32);
                }
            }
            // A user name that was given again: who left before the account was made is somebody else.
            Rule::Username if lives.is_of_another(account, accounts.matches[account].0, matcher) => {
                accounts.matches[account] = (None, Rule::Unmatched);
            }
            Rule::Unmatched if kind.get(account) == Some("human") => {
                if let Some(owner) = matcher.owner(owner.get(account)) {
                    accounts.matches[account] = (Some(owner), Rule::Owner);
                }
            }
            _ => {}
        }
    }
    if renamed.is_empty() {
        return left;
    }
    let names = Keys::of(&accounts.observations);
    let sights: Vec<(usize, usize)> = accounts
        .subjects
        .several()
        .flat_map(|sights| sights.iter().rev())
        .filter(|sight| renamed.contains(&sight.subject))
        .map(|sight| (sight.subject as usize, sight.row as usize))
        .collect();
    for (account, row) in sights {
        if renamed.contains(&(account as u32)) {
            let probe = lives.with(names.probe(row, keys.is_human(account)), account);
            if take(accounts, account, matcher.find(probe, context.usernames), &mut left) {
                renamed.remove(&(account as u32));
            }
        }
    }
    left
}

/// Notes whose an account is, or may be; `false` when it matches nobody.
fn take(accounts: &mut Accounts, account: usize, found: Found, left: &mut Candidates) -> bool {
    if let Some((persons, rule)) = found.candidates {
        left.push((account as u32, persons, rule));
        return true;
    }
    if found.person.is_some() {
        accounts.matches[account] = (found.person, found.rule);
    }
    found.person.is_some()
}

/// When accounts were there.
struct Lives {
    status: Texts,
    created: Times,
    disabled: Times,
    gone: Times,
    lineage: Lineage,
    seen: Vec<Micros>,
}

impl Lives {
    fn of(frame: &DataFrame, context: &Context<'_>) -> Self {
        let time = |name: &str| Times::of(frame, name);
        Self {
            status: Texts::of(frame, "status"),
            created: time("created_at"),
            disabled: time("disabled_hi"),
            gone: time("gone_hi"),
            lineage: Lineage::of(frame),
            seen: (0..).take(context.files.len()).map(|file| context.observed_at(file)).collect(),
        }
    }

    fn with<'a>(&self, probe: Probe<'a>, account: usize) -> Probe<'a> {
        Probe { made: self.created.get(account), over: self.over(account), ..probe }
    }

    /// Whether an account was made when its person had surely left.
    fn is_of_another(&self, account: usize, person: Option<u32>, matcher: &Matcher) -> bool {
        let made = self.created.get(account);
        person.zip(made).is_some_and(|(person, made)| matcher.had_left(person, made))
    }

    /// From when on an account that is off was surely off; it may have been long before.
    fn over(&self, account: usize) -> Option<Micros> {
        let off = matches!(self.status.get(account), Some("disabled" | "suspended" | "deleted"));
        let seen = usize::try_from(self.lineage.file(account)).ok().and_then(|file| self.seen.get(file).copied());
        [self.disabled.get(account), self.gone.get(account), seen].into_iter().flatten().min().filter(|_| off)
    }
}

/// The candidates table.
pub(super) fn candidates(left: &Candidates, keys: &StringChunked, live: &Live) -> PolarsResult<DataFrame> {
    let pairs: Vec<(u32, u32, Rule)> = left
        .iter()
        .flat_map(|(account, persons, rule)| persons.iter().map(|person| (*account, *person, *rule)))
        .collect();
    let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.word()).collect();
    let columns = vec![
        out::picked("account_key", keys, pairs.iter().map(|pair| Some(pair.0)).collect())?,
        live.ids("person_id", pairs.iter().map(|pair| Some(pair.1)).collect())?,
        out::words("match_rule", &rules, pairs.iter().map(|pair| Some(pair.2 as u32)))?,
    ];
    Ok(complete(Table::Candidates, &DataFrame::new(pairs.len(), columns)?))
}

/// Accounts whose source names a person whom HR does not have, how many such persons, and where the first stand.
pub(super) fn unknown_persons(accounts: &Accounts, matcher: &Matcher) -> UnknownPersons {
    const SHOWN: usize = 3;
    let (reference, lineage) = (Texts::of(&accounts.frame, "person_ref"), Lineage::of(&accounts.frame));
    let mut unknown = UnknownPersons::default();
    let mut persons = BTreeSet::new();
    for (account, (_, rule)) in accounts.matches.iter().enumerate() {
        let Some(person) = reference.get(account).map(str::trim).filter(|text| !text.is_empty()) else {
            continue;
        };
        if matches!(rule, Rule::Link | Rule::PersonId | Rule::EmployeeId) || matcher.knows(person) {
            continue;
        }
        unknown.accounts += 1;
        persons.insert(super::keys::address(person));
        if unknown.first.len() < SHOWN {
            unknown.first.push((lineage.file(account), lineage.row(account)));
        }
    }
    unknown.persons = persons.len() as u64;
    unknown
}
