//! The derived columns: from what was resolved to complete canonical frames.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::dataset::{Frames, Lineage, Table, Texts, Times, complete};
use crate::time::Micros;

use super::accounts::Accounts;
use super::events::Events;
use super::matcher::{Matcher, Rule};
use super::people::Person;
use super::subjects::Subjects;
use super::{Context, Facts, frames as out};

/// Ids of persons, and who is employed at as_of; `None` where that is not known.
pub(super) struct Live {
    ids: StringChunked,
    employed: Vec<Option<bool>>,
}

impl Live {
    pub(super) fn new(persons: &[Person], context: &Context<'_>) -> Self {
        Self {
            ids: StringChunked::from_iter_values("person_id".into(), persons.iter().map(|person| person.id.as_str())),
            employed: persons.iter().map(|person| person.is_employed(context.as_of)).collect(),
        }
    }

    /// A column of person ids by index.
    pub(super) fn ids(&self, name: &str, index: Vec<Option<u32>>) -> PolarsResult<Column> {
        out::picked(name, &self.ids, index)
    }

    /// A column that says whether each person is employed; null without a person, and where that is not known.
    pub(super) fn flags(&self, name: &str, index: impl Iterator<Item = Option<u32>>) -> Column {
        out::flags(name, index.map(|person| person.and_then(|person| self.employed[person as usize])).collect())
    }
}

/// `system:account_id` of every account; one whose id another account has now is told apart by the day it was made.
pub(super) fn account_keys(accounts: &Accounts) -> StringChunked {
    let id = Texts::of(&accounts.frame, "account_id");
    let system = |account: usize| accounts.systems[accounts.system[account] as usize].as_str();
    subject_keys("account_key", accounts.len(), &accounts.subjects, |account| {
        (system(account), id.get(account).unwrap_or_default())
    })
}

/// `system:id` of every subject, with what tells those apart that had one id.
pub(super) fn subject_keys<'a>(
    name: &str,
    count: usize,
    subjects: &Subjects,
    key: impl Fn(usize) -> (&'a str, &'a str),
) -> StringChunked {
    let mut builder = StringChunkedBuilder::new(name.into(), count);
    let mut buffer = String::new();
    let mut earlier = subjects.earlier.iter().peekable();
    for subject in 0..count {
        let (system, id) = key(subject);
        buffer.clear();
        buffer.push_str(system);
        buffer.push(':');
        buffer.push_str(id);
        if let Some(life) = earlier.next_if(|life| life.subject as usize == subject) {
            buffer.push('#');
            buffer.push_str(&life.suffix);
        }
        builder.append_value(&buffer);
    }
    builder.finish()
}

/// `observed_at` and `ownership`: the same rules for accounts and credentials.
pub(super) fn common(frame: &mut DataFrame, subjects: &Subjects) -> PolarsResult<()> {
    let height = frame.height();
    let (owner, words) = (Texts::of(frame, "owner_text"), Texts::of(frame, "ownership"));
    let ownership = (0..height).map(|row| match (owner.get(row), words.get(row)) {
        (Some(owner), _) if !owner.trim().is_empty() => Some(0),
        (_, Some("none")) => Some(1),
        _ => Some(2),
    });
    let ownership = out::words("ownership", &["named", "none", "unknown"], ownership)?;
    let observed = (0..height).map(|subject| subjects.seen_at.get(subject).copied()).collect();
    frame.with_column(ownership)?;
    // An account that only a log knows was observed by no export.
    frame.with_column(out::times("observed_at", observed))?;
    Ok(())
}

/// The accounts table.
pub(super) fn accounts(
    accounts: &Accounts,
    keys: StringChunked,
    matcher: &Matcher,
    live: &Live,
    off_by: &[Option<Micros>],
) -> PolarsResult<DataFrame> {
    let mut frame = accounts.frame.clone();
    super::states::cut_use(&mut frame, off_by)?;
    let owner = Texts::of(&frame, "owner_text");
    let owners: Vec<Option<u32>> = (0..frame.height()).map(|row| matcher.owner(owner.get(row))).collect();
    common(&mut frame, &accounts.subjects)?;
    frame.with_column(keys.into_column())?;
    frame.with_column(live.ids("person_id", accounts.matches.iter().map(|hit| hit.0).collect())?)?;
    let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.word()).collect();
    frame.with_column(out::words("match_rule", &rules, accounts.matches.iter().map(|hit| Some(hit.1 as u32)))?)?;
    frame.with_column(live.flags("owner_live", owners.iter().copied()))?;
    frame.with_column(live.ids("owner_person_id", owners)?)?;
    let kind = Texts::of(&frame, "kind");
    let kinds = (0..frame.height()).map(|row| Some(kind.get(row).unwrap_or("unknown"))).collect();
    frame.with_column(out::texts("kind", kinds))?;
    Ok(frame)
}

/// The events table.
pub(super) fn events(events: Events, keys: &StringChunked, live: &Live, facts: &mut Facts) -> PolarsResult<DataFrame> {
    let Events { mut frame, attached, .. } = events;
    facts.events_unattached = attached.iter().filter(|hit| hit.0.is_none() && hit.1.is_none()).count() as u64;
    frame.with_column(out::picked("account_key", keys, attached.iter().map(|hit| hit.0).collect())?)?;
    frame.with_column(live.ids("person_id", attached.iter().map(|hit| hit.1).collect())?)?;
    Ok(frame)
}

/// Reviews, joined to their accounts and reviewers: of an item that several exports list, the newest one counts.
pub(super) fn reviews(
    input: &mut Frames,
    accounts: &Accounts,
    keys: &StringChunked,
    matcher: &Matcher,
    live: &Live,
    context: &Context<'_>,
) -> PolarsResult<Option<DataFrame>> {
    let Some(frame) = input.take(Table::Reviews) else {
        return Ok(None);
    };
    let frame = complete(Table::Reviews, &frame);
    let lineage = Lineage::of(&frame);
    let texts = ["campaign", "system", "account_id", "entitlement"].map(|name| Texts::of(&frame, name));
    let decided = Times::of(&frame, "decided_at");
    let mut newest: BTreeMap<[Option<&str>; 4], usize> = BTreeMap::new();
    for row in 0..frame.height() {
        let age = |row: usize| {
            (context.observed_at(lineage.file(row)), decided.get(row), lineage.file(row), lineage.row(row))
        };
        let known = newest.entry(texts.each_ref().map(|text| text.get(row))).or_insert(row);
        if age(row) > age(*known) {
            *known = row;
        }
    }
    let mut kept: Vec<u32> = newest.into_values().map(|row| row as u32).collect();
    kept.sort_unstable();
    let mut frame = frame.take(&IdxCa::from_vec("row".into(), kept))?;
    let (system, id) = (Texts::of(&frame, "system"), Texts::of(&frame, "account_id"));
    let found = (0..frame.height()).map(|row| accounts.find(accounts.system_index(system.get(row)?)?, id.get(row)?));
    frame.with_column(out::picked("account_key", keys, found.collect())?)?;
    let reviewer = Texts::of(&frame, "reviewer_text");
    let persons = (0..frame.height()).map(|row| matcher.owner(reviewer.get(row))).collect();
    frame.with_column(live.ids("reviewer_person_id", persons)?)?;
    let lineage = Lineage::of(&frame);
    let observed = (0..frame.height()).map(|row| Some(context.observed_at(lineage.file(row)))).collect();
    frame.with_column(out::times("observed_at", observed))?;
    Ok(Some(frame))
}

/// The person behind the approver of every waiver.
pub(super) fn approvers(waivers: &mut DataFrame, matcher: &Matcher, live: &Live) -> PolarsResult<()> {
    let approver = Texts::of(waivers, "approver");
    let persons = (0..waivers.height()).map(|row| matcher.owner(approver.get(row))).collect();
    waivers.with_column(live.ids("approver_person_id", persons)?)?;
    Ok(())
}

/// How many unmatched accounts get suggestions, and how alike a key must be.
const SUGGESTED: usize = 50;
const ALIKE: f64 = 0.9;
/// No account is compared with more keys than this.
const COMPARED: usize = 5000;

/// Near misses for the first unmatched accounts. They are for people to read; no verdict uses them.
pub(super) fn suggestions(accounts: &Accounts, persons: &[Person]) -> BTreeMap<String, Vec<String>> {
    let (name, mail, id) = (
        Texts::of(&accounts.frame, "username"),
        Texts::of(&accounts.frame, "email"),
        Texts::of(&accounts.frame, "account_id"),
    );
    // Sorted by the part before the `@`: only keys with the same beginning are compared.
    let mut locals: Vec<(&str, &str)> = persons
        .iter()
        .flat_map(|person| person.addresses.iter().map(move |address| (address.as_str(), person.id.as_str())))
        .map(|(address, id)| (super::keys::local_part(address).unwrap_or(address), id))
        .collect();
    locals.sort_unstable();
    let mut found = BTreeMap::new();
    let open = accounts.matches.iter().enumerate().filter(|(_, hit)| hit.1 == Rule::Unmatched).take(SUGGESTED);
    for (account, _) in open {
        let Some(text) = mail.get(account).or(name.get(account)) else {
            continue;
        };
        let key = super::keys::address(text);
        let local = super::keys::local_part(&key).unwrap_or(&key);
        let beginning: String = local.chars().take(3).collect();
        let from = locals.partition_point(|(other, _)| *other < beginning.as_str());
        let alike = locals[from..].iter().take_while(|(other, _)| other.starts_with(&beginning)).take(COMPARED);
        let mut near: Vec<(i64, &str)> = alike
            .filter(|(other, _)| other.len().abs_diff(local.len()) <= 2)
            .map(|(other, id)| (strsim::jaro_winkler(local, other), *id))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .map(|(likeness, id)| ((likeness * -1e6) as i64, id))
            .collect();
        near.sort_unstable();
        let mut known = std::collections::BTreeSet::new();
        near.retain(|hit| known.insert(hit.1));
        if !near.is_empty() {
            let key = format!(
                "{}:{}",
                accounts.systems[accounts.system[account] as usize],
                id.get(account).unwrap_or_default()
            );
            found.insert(key, near.into_iter().take(3).map(|hit| hit.1.to_owned()).collect());
        }
    }
    found
}
