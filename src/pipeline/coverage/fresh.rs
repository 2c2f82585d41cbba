//! Exports of a state must reach the moment that the report speaks about: what came after an old one is not known.

use std::collections::{BTreeMap, BTreeSet};

use crate::dataset::{Table, Texts, Times};
use crate::pipeline::inputs::Inputs;
use crate::source::RawClass;
use crate::time::{DAY, Micros};

use super::feeds::{Feed, Feeds, home};
use super::gap::{Concern, Lack, What};
use super::logs::Windows;

/// Rows may be this much newer than their export claims to be: clocks differ, and days have edges.
const SLACK: Micros = DAY;

/// Exports that are too old, do not say how old they are, or say it wrongly.
pub(super) fn lacks(inputs: &Inputs, feeds: &Feeds, windows: &Windows) -> Vec<Lack> {
    let mut lacks = of_people(inputs, feeds);
    for table in [Table::Accounts, Table::Credentials] {
        lacks.extend(of_table(inputs, feeds, table, windows));
    }
    lacks.extend(doubtful(inputs, feeds));
    lacks
}

/// The oldest time at which an export may have been taken.
fn bound(inputs: &Inputs, table: Table) -> Micros {
    let freshness = inputs.rules.policy.freshness;
    let length = match table {
        Table::People => freshness.people,
        Table::Credentials => freshness.credentials,
        _ => freshness.accounts,
    };
    inputs.as_of.saturating_sub(length.micros())
}

/// Each source of HR by itself: a fresh list of the agency's people says nothing about one's own. Where no source of the
/// class of HR gives people, whatever gives them counts.
fn of_people(inputs: &Inputs, feeds: &Feeds) -> Vec<Lack> {
    let files = &inputs.loaded.files;
    let is_hr = |id: &str| inputs.rules.sources.get(id).is_some_and(|source| source.class() == RawClass::Hr);
    let mut groups: BTreeMap<(&str, &str), Feed> = BTreeMap::new();
    for ((system, _), feed) in feeds.of.iter().filter(|((_, table), _)| *table == Table::People) {
        for index in &feed.files {
            let Some(file) = files.get(*index) else { continue };
            let group = groups.entry((file.source.as_deref().unwrap_or_default(), system.as_str())).or_default();
            group.files.insert(*index);
            let newest = file.observed_at.or(feeds.shows[*index]);
            if newest > group.newest || group.files.len() == 1 {
                group.newest = newest;
                group.untimed = file.observed_at.is_none();
            }
        }
    }
    let any_hr = groups.keys().any(|(source, _)| is_hr(source));
    let counted = groups.iter().filter(|((source, _), _)| !any_hr || is_hr(source));
    counted
        .filter_map(|((source, system), group)| {
            let name = if system.is_empty() { format!("HR ({source})") } else { format!("HR of {system} ({source})") };
            let what = old(group, name, inputs.as_of, bound(inputs, Table::People))?;
            let system = Some(*system).filter(|system| !system.is_empty());
            Some(Lack::of(what, system, Table::People, Concern::Tables(vec![Table::People])))
        })
        .collect()
}

/// Each system by itself.
fn of_table(inputs: &Inputs, feeds: &Feeds, table: Table, windows: &Windows) -> Vec<Lack> {
    let bound = bound(inputs, table);
    let mut lacks = Vec::new();
    let mut fresh: BTreeSet<&str> = BTreeSet::new();
    for ((system, _), feed) in feeds.of.iter().filter(|((_, one), _)| *one == table) {
        if inputs.rules.project.leaves_out(system) {
            continue;
        }
        // A log of changes continues an old list of accounts.
        let continued = |since: Micros| table == Table::Accounts && windows.covers(system, since, bound);
        if feed.newest.is_some_and(|newest| newest < bound && continued(newest)) {
            continue;
        }
        let name = format!("the {} list of {system}", if table == Table::Accounts { "account" } else { "credential" });
        match old(feed, name, inputs.as_of, bound) {
            Some(what) => lacks.push(Lack::of(what, Some(system), table, Concern::Tables(vec![table]))),
            None => {
                fresh.insert(system);
            }
        }
    }
    // Where the newest export is new, some subjects may still stand only in an older one that it does not continue.
    for (system, (count, oldest)) in last_seen_before(inputs, table, bound, &fresh) {
        if table == Table::Accounts && windows.covers(system, oldest, bound) {
            continue;
        }
        let of = if table == Table::Accounts { "account" } else { "credential" };
        let what = What::LastSeen { of, count, before: bound };
        lacks.push(Lack::of(what, Some(system), table, Concern::Tables(vec![table])));
    }
    lacks
}

/// Accounts or credentials that are not known to be gone, and that no new export shows: how many, and the oldest sight.
fn last_seen_before<'s>(
    inputs: &Inputs,
    table: Table,
    bound: Micros,
    systems: &BTreeSet<&'s str>,
) -> BTreeMap<&'s str, (u64, Micros)> {
    let mut found: BTreeMap<&str, (u64, Micros)> = BTreeMap::new();
    let Some(frame) = inputs.frames.get(table) else {
        return found;
    };
    let (system, status) = (Texts::of(frame, "system"), Texts::of(frame, "status"));
    let (observed, gone) = (Times::of(frame, "observed_at"), Times::of(frame, "gone_hi"));
    for row in 0..frame.height() {
        let Some(seen) = observed.get(row).filter(|at| *at < bound) else {
            continue;
        };
        let ended = gone.get(row).is_some() || status.get(row) == Some("deleted");
        if let Some(system) = system.get(row).and_then(|name| systems.get(name)).filter(|_| !ended) {
            let entry = found.entry(system).or_insert((0, seen));
            *entry = (entry.0 + 1, entry.1.min(seen));
        }
    }
    found
}

fn old(feed: &Feed, what: String, as_of: Micros, bound: Micros) -> Option<What> {
    match feed.newest {
        Some(newest) if newest >= bound => None,
        Some(newest) if !feed.untimed => Some(What::TooOld { what, newest, as_of }),
        newest => Some(What::NoTime { what, newest, as_of }),
    }
}

/// Files whose rows are newer than the files claim to be.
fn doubtful(inputs: &Inputs, feeds: &Feeds) -> Vec<Lack> {
    let mut lacks = Vec::new();
    for (file, shows) in inputs.loaded.files.iter().zip(&feeds.shows) {
        let (Some(claims), Some(shows)) = (file.observed_at, *shows) else {
            continue;
        };
        let system = home(file, &inputs.rules.sources);
        if shows > claims.saturating_add(SLACK) && !system.is_some_and(|system| inputs.rules.project.leaves_out(system))
        {
            let what = What::DoubtfulTime { path: file.path.clone(), claims, shows };
            let concern = Concern::Tables(file.rows.keys().copied().collect());
            lacks.push(Lack { what, system: system.map(str::to_owned), table: None, concern });
        }
    }
    lacks
}
