//! Grants of entitlements: one row per grant and time, out of every export that lists it and every event that tells of it.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use polars::prelude::*;

use crate::dataset::{Flags, Frames, Lineage, Table, Texts, Times, complete};
use crate::time::Micros;

use super::accounts::{AccountIndex, Accounts};
use super::events::Events;
use super::series::{ExportIndex, Series, Sight};
use super::{Context, frames as out};

type Bounds = (Option<Micros>, Option<Micros>);

/// Whose grant of what: the account where it is known, else system and id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    system: String,
    account: Option<AccountIndex>,
    account_id: String,
    entitlement: String,
}

/// One thing that is said of a grant.
#[derive(Debug, Clone)]
struct Told {
    /// When an export showed it, or when it happened.
    at: Micros,
    what: What,
    kind: Option<String>,
    privileged: Option<bool>,
    src: (i32, i32),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Granted,
    /// An export shows it, with its dates.
    Shown {
        granted: Bounds,
        revoked: Bounds,
        sight: Option<Sight>,
    },
    Revoked,
}

/// A grant from its beginning to its end.
#[derive(Debug, Clone, Default)]
struct Grant {
    granted: Bounds,
    revoked: Bounds,
    first_seen: Option<Micros>,
    seen: Option<Micros>,
    /// The exports that show it.
    sights: Vec<Sight>,
    kind: Option<String>,
    privileged: Option<bool>,
    /// The newest row that tells of it.
    src: (i32, i32),
    over: bool,
}

/// The entitlements table; none where nothing tells of any.
pub(super) fn resolve(
    input: &mut Frames,
    accounts: &Accounts,
    events: &Events,
    keys: &StringChunked,
    series: &Series,
    context: &Context<'_>,
) -> PolarsResult<Option<DataFrame>> {
    let listed = input.take(Table::Entitlements).map(|frame| complete(Table::Entitlements, &frame));
    let mut told: BTreeMap<Key, Vec<Told>> = BTreeMap::new();
    let mut lists: HashMap<ExportIndex, BTreeSet<String>> = HashMap::new();
    if let Some(frame) = &listed {
        shown(frame, accounts, series, context, &mut told, &mut lists);
    }
    happened(events, accounts, context, &mut told);
    if told.is_empty() {
        return Ok(None);
    }
    let mut rows: Vec<(&Key, Grant)> = Vec::new();
    for (key, told) in &mut told {
        let absence = |grant: &Grant| gone(series, &lists, &key.entitlement, &grant.sights);
        rows.extend(grants(told, absence).into_iter().map(|grant| (key, grant)));
    }
    let time = |name: &str, value: &dyn Fn(&Grant) -> Option<Micros>| {
        out::times(name, rows.iter().map(|(_, grant)| value(grant)).collect())
    };
    let text = |name: &str, value: &dyn Fn(&Key, &Grant) -> Option<String>| {
        out::texts(name, rows.iter().map(|(key, grant)| value(key, grant)).collect())
    };
    let columns = vec![
        out::picked("account_key", keys, rows.iter().map(|(key, _)| key.account).collect())?,
        text("system", &|key, _| Some(key.system.clone())),
        text("account_id", &|key, _| Some(key.account_id.clone())),
        text("entitlement", &|key, _| Some(key.entitlement.clone())),
        text("kind", &|_, grant| grant.kind.clone()),
        out::flags("privileged", rows.iter().map(|(_, grant)| grant.privileged).collect()),
        time("granted_lo", &|grant| grant.granted.0),
        time("granted_hi", &|grant| grant.granted.1),
        time("revoked_lo", &|grant| grant.revoked.0),
        time("revoked_hi", &|grant| grant.revoked.1),
        time("first_seen_at", &|grant| grant.first_seen),
        time("observed_at", &|grant| grant.seen),
        Column::new("src_file".into(), rows.iter().map(|(_, grant)| grant.src.0).collect::<Vec<_>>()),
        Column::new("src_row".into(), rows.iter().map(|(_, grant)| grant.src.1).collect::<Vec<_>>()),
    ];
    Ok(Some(complete(Table::Entitlements, &DataFrame::new(rows.len(), columns)?)))
}

/// What exports say.
fn shown(
    frame: &DataFrame,
    accounts: &Accounts,
    series: &Series,
    context: &Context<'_>,
    told: &mut BTreeMap<Key, Vec<Told>>,
    lists: &mut HashMap<ExportIndex, BTreeSet<String>>,
) {
    let text = |name: &str| Texts::of(frame, name);
    let (system, id, entitlement, kind) = (text("system"), text("account_id"), text("entitlement"), text("kind"));
    let (privileged, lineage) = (Flags::of(frame, "privileged"), Lineage::of(frame));
    let bounds = |name: &str| ["lo", "hi"].map(|edge| Times::of(frame, &format!("{name}_{edge}")));
    let (granted, revoked) = (bounds("granted"), bounds("revoked"));
    for row in 0..frame.height() {
        let (Some(system), Some(id), Some(name)) = (system.get(row), id.get(row), entitlement.get(row)) else {
            continue;
        };
        let file = lineage.file(row);
        let at = context.observed_at(file);
        let sight = series.sight(file, system);
        if let Some(sight) = sight {
            let list = lists.entry(sight.export).or_default();
            if !list.contains(name) {
                list.insert(name.to_owned());
            }
        }
        let pair = |[lo, hi]: &[Times; 2]| (lo.get(row), hi.get(row));
        let one = Told {
            at,
            what: What::Shown { granted: pair(&granted), revoked: pair(&revoked), sight },
            kind: kind.get(row).map(str::to_owned),
            privileged: privileged.get(row),
            src: (file, lineage.row(row)),
        };
        told.entry(key(accounts, system, id, name, at)).or_default().push(one);
    }
}

/// What logs say: successful grants and revocations that name an account.
fn happened(events: &Events, accounts: &Accounts, context: &Context<'_>, told: &mut BTreeMap<Key, Vec<Told>>) {
    let frame = &events.frame;
    let text = |name: &str| Texts::of(frame, name);
    let (action, outcome, entitlement) = (text("action"), text("outcome"), text("entitlement"));
    let (occurred, lineage) = (Times::of(frame, "occurred_at"), Lineage::of(frame));
    let (known, ids) = (Texts::of(&accounts.frame, "account_id"), &accounts.systems);
    for row in 0..frame.height() {
        let what = match action.get(row) {
            Some("grant") => What::Granted,
            Some("revoke") => What::Revoked,
            _ => continue,
        };
        let at = occurred.get(row).filter(|at| *at <= context.as_of && outcome.get(row) == Some("success"));
        let account = events.attached.get(row).and_then(|hit| hit.0);
        let (Some(at), Some(account), Some(name)) = (at, account, entitlement.get(row)) else {
            continue;
        };
        let key = Key {
            system: ids[accounts.system[account as usize] as usize].clone(),
            account: Some(account),
            account_id: known.get(account as usize).unwrap_or_default().to_owned(),
            entitlement: name.to_owned(),
        };
        let one = Told { at, what, kind: None, privileged: None, src: (lineage.file(row), lineage.row(row)) };
        told.entry(key).or_default().push(one);
    }
}

fn key(accounts: &Accounts, system: &str, id: &str, entitlement: &str, at: Micros) -> Key {
    Key {
        system: system.to_owned(),
        account: accounts.system_index(system).and_then(|system| accounts.find_at(system, id, at)),
        account_id: id.to_owned(),
        entitlement: entitlement.to_owned(),
    }
}

/// The grants of one entitlement to one account, in order of time.
fn grants(told: &mut [Told], absence: impl Fn(&Grant) -> Option<(Micros, Micros)>) -> Vec<Grant> {
    told.sort_by(|a, b| (a.at, &a.what, a.src).cmp(&(b.at, &b.what, b.src)));
    let mut done: Vec<Grant> = Vec::new();
    for one in told.iter() {
        let open = done.last_mut().filter(|grant| !grant.over);
        match (&one.what, open) {
            (What::Granted, Some(grant)) => {
                // A log that tells of it again, or before the first export: then it says when.
                if grant.granted.1.is_none() {
                    grant.granted = (Some(one.at), Some(one.at));
                }
            }
            (What::Granted, None) => {
                let granted = (Some(one.at), Some(one.at));
                done.push(Grant { granted, src: one.src, ..Grant::default() });
            }
            (What::Revoked, Some(grant)) => {
                grant.src = one.src;
                grant.revoked = (Some(one.at), Some(one.at));
                grant.over = true;
            }
            (What::Revoked, None) => {
                let again = done.last().is_some_and(|grant| grant.revoked.1.is_some_and(|at| at <= one.at));
                if !again {
                    let revoked = (Some(one.at), Some(one.at));
                    done.push(Grant { revoked, src: one.src, over: true, ..Grant::default() });
                }
            }
            (What::Shown { granted, revoked, sight }, open) => {
                let again = |grant: &Grant| grant.seen.is_some_and(|seen| granted.0.is_some_and(|at| at > seen));
                let before = match open {
                    Some(grant) if !again(grant) => None,
                    Some(grant) => {
                        // It was given again after the last sight: the earlier one ended between the two.
                        grant.revoked = (grant.seen, granted.1);
                        grant.over = true;
                        done.push(Grant::default());
                        None
                    }
                    None => {
                        let before = done.last().and_then(|grant| grant.revoked.1);
                        done.push(Grant::default());
                        before
                    }
                };
                if let Some(grant) = done.last_mut() {
                    grant.show(one, (*granted, *revoked), *sight, before);
                }
            }
        }
    }
    for grant in done.iter_mut().filter(|grant| !grant.over) {
        if let Some((after, by)) = absence(grant) {
            grant.revoked = (Some(after), Some(by));
            grant.seen = Some(by);
        }
    }
    done
}

impl Grant {
    /// Takes what an export shows of it; `before` is when an earlier grant of the same thing had ended.
    fn show(
        &mut self,
        told: &Told,
        (granted, revoked): (Bounds, Bounds),
        sight: Option<Sight>,
        before: Option<Micros>,
    ) {
        let dated = granted.1.filter(|at| before.is_none_or(|before| *at >= before));
        if dated.is_some() {
            self.granted = granted;
        } else if let Some(before) = before {
            self.granted = (Some(before), Some(told.at));
        }
        self.src = told.src;
        self.first_seen = Some(self.first_seen.map_or(told.at, |first| first.min(told.at)));
        self.seen = Some(self.seen.map_or(told.at, |seen| seen.max(told.at)));
        self.sights.extend(sight);
        self.kind = told.kind.clone().or_else(|| self.kind.take());
        self.privileged = told.privileged.or(self.privileged);
        if revoked.1.is_some() {
            self.revoked = revoked;
            self.over = true;
        }
    }
}

/// When a grant was gone: after the last export that shows it, by the first whole one without it that lists the same
/// things. A list of one group says nothing of another.
fn gone(
    series: &Series,
    lists: &HashMap<ExportIndex, BTreeSet<String>>,
    entitlement: &str,
    sights: &[Sight],
) -> Option<(Micros, Micros)> {
    let last = sights.iter().max_by_key(|sight| sight.at)?;
    let shown = last.at?;
    let kind = series.kind(last.export)?;
    let known = lists.get(&last.export)?;
    let alike = |other: &BTreeSet<String>| {
        other.contains(entitlement) || known.len() > 1 && known.intersection(other).count() * 2 >= known.len()
    };
    let later = series.later(kind, shown).find(|(index, _)| lists.get(index).is_some_and(alike))?;
    Some((shown, later.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(at: Micros, granted: Option<Micros>, revoked: Option<Micros>) -> Told {
        let what = What::Shown { granted: (granted, granted), revoked: (revoked, revoked), sight: None };
        Told { at, what, kind: None, privileged: None, src: (0, at as i32) }
    }

    fn event(at: Micros, what: What) -> Told {
        Told { at, what, kind: None, privileged: None, src: (1, at as i32) }
    }

    type Line = (Bounds, Bounds, Option<Micros>, Option<Micros>);

    fn lines(told: &[Told]) -> Vec<Line> {
        let line = |grant: Grant| (grant.granted, grant.revoked, grant.first_seen, grant.seen);
        grants(&mut told.to_vec(), |_| None).into_iter().map(line).collect()
    }

    const fn at(at: Micros) -> Bounds {
        (Some(at), Some(at))
    }

    const NONE: Bounds = (None, None);

    #[test]
    fn exports_and_events_tell_of_one_grant() {
        let cases: [(&str, Vec<Told>, Vec<Line>); 7] = [
            ("one export", vec![shown(10, Some(3), None)], vec![(at(3), NONE, Some(10), Some(10))]),
            (
                "two exports",
                vec![shown(20, Some(3), None), shown(10, Some(3), None)],
                vec![(at(3), NONE, Some(10), Some(20))],
            ),
            (
                "a logged end",
                vec![shown(10, None, None), event(15, What::Revoked)],
                vec![(NONE, at(15), Some(10), Some(10))],
            ),
            (
                "back after a logged end",
                vec![shown(10, None, None), event(15, What::Revoked), shown(20, None, None)],
                vec![(NONE, at(15), Some(10), Some(10)), ((Some(15), Some(20)), NONE, Some(20), Some(20))],
            ),
            (
                "given again between two exports",
                vec![shown(10, Some(3), None), shown(20, Some(12), None)],
                vec![(at(3), (Some(10), Some(12)), Some(10), Some(10)), (at(12), NONE, Some(20), Some(20))],
            ),
            (
                "a log alone",
                vec![event(5, What::Granted), event(9, What::Revoked), event(9, What::Revoked)],
                vec![(at(5), at(9), None, None)],
            ),
            (
                "an end that the export gives",
                vec![shown(10, Some(3), Some(8))],
                vec![(at(3), at(8), Some(10), Some(10))],
            ),
        ];
        for (name, told, expected) in cases {
            let mut turned = told.clone();
            turned.reverse();
            assert_eq!(lines(&told), expected, "{name}");
            assert_eq!(lines(&turned), expected, "{name}, in another order");
        }
    }
}
