//! People, accounts and events that belong together and were not brought together: a leaver's account may hide there.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use polars::prelude::DataFrame;

use crate::dataset::{Frames, Table, Texts, Times};
use crate::pipeline::inputs::Inputs;
use crate::pipeline::populations::is_human;
use crate::report::LeaverWithoutAccount;
use crate::source::Completeness;
use crate::time::{Micros, Period};

use super::feeds::Feeds;
use super::gap::{Concern, Lack, What};

/// Who left, and who of them has no account in which system.
#[derive(Default)]
pub(in crate::pipeline) struct LeaversWithout {
    /// Leavers of the period without an account in a system where most employed people have one.
    pub(in crate::pipeline) list: Vec<LeaverWithoutAccount>,
    /// How common an account is there: employed people with one, employed people.
    usual: BTreeMap<String, (u64, u64)>,
    /// By system: when each person left who may have an account there beside those that are known, sorted; and whether
    /// that is everybody, for people have several there.
    left: BTreeMap<String, (Vec<Micros>, bool)>,
}

/// Fewer people than this make no rule.
const FEW: u64 = 2;

struct Person<'f> {
    id: &'f str,
    employed: bool,
    /// When the person left, in the period or for good.
    left: Option<Micros>,
    in_period: bool,
}

/// Compares who left with who has an account, system by system.
pub(in crate::pipeline) fn leavers_without(frames: &Frames, as_of: Micros, period: &Period) -> LeaversWithout {
    let (Some(employments), Some(accounts)) = (frames.get(Table::Employments), frames.get(Table::Accounts)) else {
        return LeaversWithout::default();
    };
    let ids = Texts::of(employments, "person_id");
    let (people, index) = persons(employments, &ids, as_of, period);
    let employed = people.iter().filter(|person| person.employed).count() as u64;
    let mut out = LeaversWithout::default();
    for (system, Owners { all: owners, several, .. }) in owners(frames, accounts, &index) {
        let has = |at: usize| owners.contains(&(at as u32));
        let with = people.iter().enumerate().filter(|(at, person)| person.employed && has(*at)).count() as u64;
        let without = || people.iter().enumerate().filter(|(at, person)| person.left.is_some() && !has(*at));
        if with >= FEW && 2 * with > employed {
            let missing = without().filter(|(_, person)| person.in_period);
            let listed = missing
                .map(|(_, person)| LeaverWithoutAccount { system: system.clone(), person_id: person.id.to_owned() });
            out.list.extend(listed);
            out.usual.insert(system.clone(), (with, employed));
        }
        // Where people have several accounts, a leaver who has one may have another.
        let may = |at: usize| several || !has(at);
        let mut left: Vec<Micros> =
            people.iter().enumerate().filter(|(at, _)| may(*at)).filter_map(|(_, person)| person.left).collect();
        left.sort_unstable();
        out.left.insert(system, (left, several));
    }
    out.list.sort();
    out
}

fn persons<'f>(
    frame: &DataFrame,
    ids: &'f Texts,
    as_of: Micros,
    period: &Period,
) -> (Vec<Person<'f>>, HashMap<&'f str, u32>) {
    let (started, ended) = (Times::of(frame, "started_at"), Times::of(frame, "ended_at"));
    let open = Times::of(frame, "ended_lo");
    let mut people: Vec<Person<'f>> = Vec::new();
    let mut index: HashMap<&str, u32> = HashMap::new();
    for row in 0..frame.height() {
        let Some(id) = ids.get(row) else {
            continue;
        };
        let at = *index.entry(id).or_insert_with(|| {
            people.push(Person { id, employed: false, left: None, in_period: false });
            people.len() as u32 - 1
        });
        let person = &mut people[at as usize];
        let begun = started.get(row).is_none_or(|at| at <= as_of);
        match ended.get(row) {
            Some(end) if end <= as_of => {
                person.left = person.left.max(Some(end));
                person.in_period |= end >= period.from && end < period.to;
            }
            None if open.get(row).is_some() => {}
            _ => person.employed |= begun,
        }
    }
    for person in people.iter_mut().filter(|person| person.employed && !person.in_period) {
        person.left = None;
    }
    (people, index)
}

/// Who has an account in a system, or may have one.
#[derive(Default)]
struct Owners {
    all: HashSet<u32>,
    /// Those of accounts that are there.
    present: HashSet<u32>,
    /// Whether somebody has two that are there.
    several: bool,
}

/// The persons who have an account, or may have one, by system.
fn owners(frames: &Frames, accounts: &DataFrame, index: &HashMap<&str, u32>) -> BTreeMap<String, Owners> {
    let (system, person) = (Texts::of(accounts, "system"), Texts::of(accounts, "person_id"));
    let mut found: BTreeMap<String, Owners> = BTreeMap::new();
    let status = Texts::of(accounts, "status");
    let mut add = |system: &str, person: Option<&str>, present: bool| {
        if !found.contains_key(system) {
            found.insert(system.to_owned(), Owners::default());
        }
        if let (Some(known), Some(at)) = (found.get_mut(system), person.and_then(|id| index.get(id))) {
            known.all.insert(*at);
            known.several |= present && !known.present.insert(*at);
        }
    };
    for row in 0..accounts.height() {
        if let Some(system) = system.get(row) {
            add(system, person.get(row), status.get(row) != Some("deleted"));
        }
    }
    if let Some(frame) = frames.get(Table::Candidates) {
        let (key, person) = (Texts::of(frame, "account_key"), Texts::of(frame, "person_id"));
        for row in 0..frame.height() {
            // A key is `system:id`; neither side of the first colon of a system's name holds one.
            if let Some((system, _)) = key.get(row).and_then(|key| key.split_once(':')) {
                add(system, person.get(row), false);
            }
        }
    }
    found
}

/// What may hide the account of a leaver.
pub(super) fn lacks(inputs: &Inputs, feeds: &Feeds, without: &LeaversWithout) -> Vec<Lack> {
    let mut lacks = Vec::new();
    lacks.extend(current_staff_only(inputs));
    lacks.extend(unknown_persons(inputs));
    lacks.extend(unmatched(&inputs.frames, without));
    lacks.extend(list_not_whole(inputs, feeds, without));
    lacks.extend(loose_credentials(&inputs.frames));
    lacks.extend(unattached(&inputs.frames));
    lacks
}

/// A list of who works there today, and nothing by which somebody could have left.
fn current_staff_only(inputs: &Inputs) -> Option<Lack> {
    let (people, employments) = (inputs.frames.get(Table::People)?, inputs.frames.get(Table::Employments)?);
    let status = Texts::of(people, "status");
    let told = (0..people.height()).any(|row| status.get(row).is_some_and(|status| status != "unknown"));
    let ended = Times::of(employments, "ended_at");
    let left = (0..employments.height()).any(|row| ended.get(row).is_some());
    let mut lists = BTreeMap::<&str, usize>::new();
    let mut without_ends = true;
    for file in inputs.loaded.files.iter().filter(|file| file.rows.contains_key(&Table::People)) {
        *lists.entry(file.source.as_deref().unwrap_or_default()).or_default() += 1;
        // That no column tells an end is known only where columns are taken by their names; an empty one tells that nobody
        // left.
        without_ends &= !file.taken.is_empty() && file.taken.iter().all(|(column, _)| column != "ended");
    }
    let alone = lists.values().all(|count| *count == 1);
    (alone && without_ends && !told && !left)
        .then(|| Lack::of(What::CurrentStaffOnly, None, Table::People, Concern::NoLeavers))
}

/// Accounts that name a person whom HR does not know: HR lists only some, often only who works here today.
fn unknown_persons(inputs: &Inputs) -> Option<Lack> {
    let accounts = inputs.facts.unknown_persons.accounts;
    inputs.frames.get(Table::People)?;
    (accounts > 0).then(|| Lack::of(What::UnknownPersons { accounts }, None, Table::People, Concern::Persons))
}

/// Human accounts that match nobody and could sign in after somebody left who has no account there.
fn unmatched(frames: &Frames, without: &LeaversWithout) -> Vec<Lack> {
    let Some(frame) = frames.get(Table::Accounts) else {
        return Vec::new();
    };
    let text = |name: &str| Texts::of(frame, name);
    let (system, kind, rule, status) = (text("system"), text("kind"), text("match_rule"), text("status"));
    let (created, off) = (Times::of(frame, "created_at"), Times::of(frame, "disabled_hi"));
    let gone = Times::of(frame, "gone_hi");
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in 0..frame.height() {
        if rule.get(row) != Some("unmatched") || !is_human(kind.get(row)) {
            continue;
        }
        let Some((system, left)) = system.get(row).and_then(|name| without.left.get_key_value(name)) else {
            continue;
        };
        let usable = !matches!(status.get(row), Some("suspended" | "disabled" | "deleted"));
        let until = if usable { None } else { off.get(row).or(gone.get(row)) };
        // Somebody who left after it was made, and before it was off.
        let (left, _) = left;
        let first = created.get(row).map_or(0, |made| left.partition_point(|left| *left < made));
        if left.get(first).is_some_and(|left| until.is_none_or(|until| *left < until)) {
            *counts.entry(system.as_str()).or_default() += 1;
        }
    }
    let lack = |(system, accounts): (&str, u64)| {
        let (leavers, several) = without.left.get(system).map_or((0, false), |(left, all)| (left.len() as u64, *all));
        let concern = Concern::Leavers(vec![Table::Accounts, Table::Credentials]);
        Lack::of(What::MayBeTheirs { accounts, leavers, several }, Some(system), Table::Accounts, concern)
    };
    counts.into_iter().map(lack).collect()
}

/// Leavers without an account where most people have one, in a list that nothing shows to be whole.
fn list_not_whole(inputs: &Inputs, feeds: &Feeds, without: &LeaversWithout) -> Vec<Lack> {
    let whole = |index: &usize| {
        let file = inputs.loaded.files.get(*index);
        file.is_some_and(|file| {
            let expected = file.extraction.as_ref().and_then(|extraction| extraction.expected_rows);
            let total = expected == i64::try_from(file.records).ok();
            // A list that leaves out who left is none of them, however well its total agrees.
            file.leaves_out.is_none() && (file.completeness == Completeness::Whole || total)
        })
    };
    let mut lacks = Vec::new();
    for same in without.list.chunk_by(|a, b| a.system == b.system) {
        let system = &same[0].system;
        let feed = feeds.get(system, Table::Accounts);
        if feed.is_some_and(|feed| feed.files.iter().all(whole)) {
            continue;
        }
        let (with, of) = without.usual.get(system).copied().unwrap_or_default();
        let what = What::LeaversWithout { leavers: same.len() as u64, with, of };
        lacks.push(Lack::of(what, Some(system), Table::Accounts, Concern::Leavers(vec![Table::Accounts])));
    }
    lacks
}

/// Credentials that name an account which no list and no log has: whose they are is not known.
fn loose_credentials(frames: &Frames) -> Vec<Lack> {
    let Some(frame) = frames.get(Table::Credentials) else {
        return Vec::new();
    };
    let text = |name: &str| Texts::of(frame, name);
    let (system, account, key) = (text("system"), text("account_id"), text("account_key"));
    let (person, owner, status) = (text("person_id"), text("owner_person_id"), text("status"));
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in 0..frame.height() {
        let loose = account.get(row).is_some() && key.get(row).is_none();
        let nobodys = person.get(row).is_none() && owner.get(row).is_none();
        let usable = !matches!(status.get(row), Some("inactive" | "expired" | "deleted"));
        if let Some(system) = system.get(row).filter(|_| loose && nobodys && usable) {
            *counts.entry(system).or_default() += 1;
        }
    }
    let concern = || Concern::Leavers(vec![Table::Credentials]);
    let lack =
        |(system, count)| Lack::of(What::LooseCredentials { count }, Some(system), Table::Credentials, concern());
    counts.into_iter().map(lack).collect()
}

/// Events that may have opened an account, or show its use, and belong to nothing that is known.
fn unattached(frames: &Frames) -> Vec<Lack> {
    let Some(frame) = frames.get(Table::Events) else {
        return Vec::new();
    };
    let text = |name: &str| Texts::of(frame, name);
    let (system, action, outcome) = (text("system"), text("action"), text("outcome"));
    let (key, person) = (text("account_key"), text("person_id"));
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for row in 0..frame.height() {
        let loose = key.get(row).is_none() && person.get(row).is_none();
        let tells = matches!(action.get(row), Some("enable" | "create" | "sign_in"));
        if loose
            && tells
            && matches!(outcome.get(row), Some("success" | "unknown"))
            && let Some(system) = system.get(row)
        {
            *counts.entry(system).or_default() += 1;
        }
    }
    let concern = || Concern::Leavers(vec![Table::Accounts]);
    let lack = |(system, count)| Lack::of(What::Unattached { count }, Some(system), Table::Events, concern());
    counts.into_iter().map(lack).collect()
}
