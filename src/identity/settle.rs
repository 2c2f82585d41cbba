//! Accounts whose person the keys alone do not settle: by the time at which each was there, and by the owner.

use std::collections::BTreeSet;
use std::ops::Range;

use polars::prelude::*;

use crate::dataset::{Lineage, Table, Texts, Times, complete};
use crate::time::Micros;

use super::accounts::{Accounts, NOT_HUMAN};
use super::facts::UnknownPersons;
use super::matcher::{Matcher, Probe, Rule};
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
    let mut matches = std::mem::take(&mut accounts.matches);
    let keys = Keys::of(&accounts.frame);
    let mut left = Candidates::new();
    for account in range {
        match matches[account].1 {
            Rule::Ambiguous => {
                let found = matcher.find(keys.probe(account, context), context.usernames);
                if let Some((persons, rule)) = found.candidates {
                    left.push((account as u32, persons, rule));
                } else if found.person.is_some() {
                    matches[account] = (found.person, found.rule);
                }
            }
            Rule::Unmatched if keys.kind.get(account) == Some("human") => {
                if let Some(owner) = matcher.owner(keys.owner.get(account)) {
                    matches[account] = (Some(owner), Rule::Owner);
                }
            }
            _ => {}
        }
    }
    accounts.matches = matches;
    left
}

/// The columns that decide whose an account is.
struct Keys {
    reference: Texts,
    immutable: Texts,
    username: Texts,
    email: Texts,
    aliases: Texts,
    kind: Texts,
    owner: Texts,
    status: Texts,
    created: Times,
    disabled: Times,
    gone: Times,
    lineage: Lineage,
}

impl Keys {
    fn of(frame: &DataFrame) -> Self {
        let text = |name: &str| Texts::of(frame, name);
        let time = |name: &str| Times::of(frame, name);
        Self {
            reference: text("person_ref"),
            immutable: text("immutable_id"),
            username: text("username"),
            email: text("email"),
            aliases: text("aliases"),
            kind: text("kind"),
            owner: text("owner_text"),
            status: text("status"),
            created: time("created_at"),
            disabled: time("disabled_hi"),
            gone: time("gone_hi"),
            lineage: Lineage::of(frame),
        }
    }

    fn probe(&self, row: usize, context: &Context<'_>) -> Probe<'_> {
        let human = !self.kind.get(row).is_some_and(|kind| NOT_HUMAN.contains(&kind));
        Probe {
            person_ref: self.reference.get(row),
            immutable_id: self.immutable.get(row),
            username: self.username.get(row).filter(|_| human),
            email: self.email.get(row).filter(|_| human),
            aliases: self.aliases.get(row).filter(|_| human),
            made: self.created.get(row),
            over: self.over(row, context),
        }
    }

    /// From when on an account that is off was surely off; it may have been long before.
    fn over(&self, row: usize, context: &Context<'_>) -> Option<Micros> {
        let off = matches!(self.status.get(row), Some("disabled" | "suspended" | "deleted"));
        let seen = Some(context.observed_at(self.lineage.file(row)));
        [self.disabled.get(row), self.gone.get(row), seen].into_iter().flatten().min().filter(|_| off)
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
