//! The derived columns: from what was resolved to complete canonical frames.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::dataset::{Frames, Table, Texts, Times, complete};
use crate::time::{LeaveInstant, Micros};

use super::accounts::Accounts;
use super::events::Events;
use super::matcher::{Matcher, Rule};
use super::people::{Employment, People, Person};
use super::subjects::Subjects;
use super::{Context, Facts, frames as out};

/// Ids of persons, and who is employed at as_of.
pub(super) struct Live {
    ids: StringChunked,
    employed: Vec<bool>,
}

impl Live {
    pub(super) fn new(persons: &[Person], context: &Context<'_>) -> Self {
        Self {
            ids: StringChunked::from_iter_values("person_id".into(), persons.iter().map(|person| person.id.as_str())),
            employed: persons.iter().map(|person| employed(person, context)).collect(),
        }
    }

    /// A column of person ids by index.
    pub(super) fn ids(&self, name: &str, index: Vec<Option<u32>>) -> PolarsResult<Column> {
        out::picked(name, &self.ids, index)
    }

    /// A column that says whether each person is employed; null without a person.
    pub(super) fn flags(&self, name: &str, index: impl Iterator<Item = Option<u32>>) -> Column {
        out::flags(name, index.map(|person| person.map(|person| self.employed[person as usize])).collect())
    }
}

fn employed(person: &Person, context: &Context<'_>) -> bool {
    if person.left_undated {
        return false;
    }
    person.employments.iter().any(|employment| {
        let begun = employment.started.is_none_or(|(start, _)| start <= context.as_of);
        let official = employment.ended.map(|(lo, hi)| context.leave_instant.official(lo, hi));
        begun && official.is_none_or(|end| end > context.as_of)
    })
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

/// Entitlements and reviews, joined to their accounts and reviewers.
pub(super) fn grants(
    input: &mut Frames,
    accounts: &Accounts,
    keys: &StringChunked,
    matcher: &Matcher,
    live: &Live,
) -> PolarsResult<Vec<(Table, DataFrame)>> {
    let mut done = Vec::new();
    for table in [Table::Entitlements, Table::Reviews] {
        let Some(frame) = input.take(table) else {
            continue;
        };
        let mut frame = complete(table, &frame);
        let (system, id) = (Texts::of(&frame, "system"), Texts::of(&frame, "account_id"));
        let found = (0..frame.height())
            .map(|row| accounts.find(accounts.system_index(system.get(row)?)?, id.get(row)?))
            .collect();
        frame.with_column(out::picked("account_key", keys, found)?)?;
        if table == Table::Reviews {
            let reviewer = Texts::of(&frame, "reviewer_text");
            let persons = (0..frame.height()).map(|row| matcher.owner(reviewer.get(row))).collect();
            frame.with_column(live.ids("reviewer_person_id", persons)?)?;
        }
        done.push((table, frame));
    }
    Ok(done)
}

/// People, employments and conflicts; absent when no source makes persons.
pub(super) fn people(
    people: &People,
    context: &Context<'_>,
    frames: &mut Frames,
    facts: &mut Facts,
) -> PolarsResult<()> {
    facts.left_undated = people.persons.iter().filter(|person| person.left_undated).count() as u64;
    if people.persons.is_empty() {
        return Ok(());
    }
    let persons = &people.persons;
    let text = |name: &'static str| {
        out::texts(name, persons.iter().map(|person| person.texts.get(name).map(String::as_str)).collect())
    };
    let mut columns: Vec<Column> = super::people::text_names().map(text).collect();
    columns.push(out::texts("person_id", persons.iter().map(|person| Some(person.id.as_str())).collect()));
    columns.push(out::texts("source", persons.iter().map(|person| Some(person.source.as_str())).collect()));
    columns.push(out::texts(
        "aliases",
        persons.iter().map(|person| Some(person.addresses.join(";")).filter(|list| !list.is_empty())).collect(),
    ));
    // The interval that lasts, or the last one.
    let current = |person: &'_ Person| person.employments.last().cloned();
    let bound = |name: &str, value: &dyn Fn(&Employment) -> Option<Micros>| {
        out::times(name, persons.iter().map(|person| current(person).as_ref().and_then(value)).collect())
    };
    columns.push(bound("started_lo", &|e| e.started.map(|span| span.0)));
    columns.push(bound("started_hi", &|e| e.started.map(|span| span.1)));
    columns.push(bound("ended_lo", &|e| e.ended.map(|span| span.0)));
    columns.push(bound("ended_hi", &|e| e.ended.map(|span| span.1)));
    columns.push(bound("end_recorded_at", &|e| e.recorded_at));
    columns.push(Column::new("src_file".into(), persons.iter().map(|person| person.src.0).collect::<Vec<_>>()));
    columns.push(Column::new("src_row".into(), persons.iter().map(|person| person.src.1).collect::<Vec<_>>()));
    frames.insert(Table::People, complete(Table::People, &DataFrame::new(persons.len(), columns)?));
    frames.insert(Table::Employments, employments(persons, context)?);
    frames.insert(Table::Conflicts, conflicts(people)?);
    Ok(())
}

/// A person, one of its employments, and the next one.
type Row<'a> = (&'a Person, &'a Employment, Option<&'a Employment>);

fn employments(persons: &[Person], context: &Context<'_>) -> PolarsResult<DataFrame> {
    let rows: Vec<Row<'_>> = persons
        .iter()
        .flat_map(|person| {
            person
                .employments
                .iter()
                .enumerate()
                .map(move |(at, employment)| (person, employment, person.employments.get(at + 1)))
        })
        .collect();
    let time =
        |name: &str, value: &dyn Fn(&Row<'_>) -> Option<Micros>| out::times(name, rows.iter().map(value).collect());
    let official = |employment: &Employment| employment.ended.map(|(lo, hi)| context.leave_instant.official(lo, hi));
    let columns = vec![
        out::texts("person_id", rows.iter().map(|row| Some(row.0.id.as_str())).collect()),
        out::texts("worker_type", rows.iter().map(|row| row.1.worker_type.as_deref()).collect()),
        out::texts("source", rows.iter().map(|row| Some(row.1.source.as_str())).collect()),
        time("started_lo", &|row| row.1.started.map(|span| span.0)),
        time("started_hi", &|row| row.1.started.map(|span| span.1)),
        time("ended_lo", &|row| row.1.ended.map(|span| span.0)),
        time("ended_hi", &|row| row.1.ended.map(|span| span.1)),
        time("started_at", &|row| row.1.started.map(|span| span.0)),
        time("ended_at", &|row| official(row.1)),
        time("end_recorded_at", &|row| row.1.recorded_at),
        time("next_started_at", &|row| row.2.and_then(|next| next.started).map(|span| span.0)),
        Column::new("src_file".into(), rows.iter().map(|row| row.1.src.0).collect::<Vec<_>>()),
        Column::new("src_row".into(), rows.iter().map(|row| row.1.src.1).collect::<Vec<_>>()),
    ];
    Ok(complete(Table::Employments, &DataFrame::new(rows.len(), columns)?))
}

/// The same employments with another official reading of date-only ends.
pub(super) fn reread_leaves(frame: &DataFrame, rule: LeaveInstant) -> PolarsResult<DataFrame> {
    let (lo, hi) = (Times::of(frame, "ended_lo"), Times::of(frame, "ended_hi"));
    let ends =
        (0..frame.height()).map(|row| lo.get(row).zip(hi.get(row)).map(|(lo, hi)| rule.official(lo, hi))).collect();
    let mut other = frame.clone();
    other.with_column(out::times("ended_at", ends))?;
    Ok(other)
}

fn conflicts(people: &People) -> PolarsResult<DataFrame> {
    let rows = &people.conflicts;
    let text = |name: &str, value: &dyn Fn(&super::people::Conflict) -> Option<String>| {
        out::texts(name, rows.iter().map(value).collect())
    };
    let columns = vec![
        text("person_id", &|row| Some(row.person_id.clone())),
        text("attribute", &|row| Some(row.attribute.to_owned())),
        text("winner", &|row| Some(row.winner.clone())),
        text("winner_value", &|row| Some(row.winner_value.clone())),
        text("loser", &|row| Some(row.loser.clone())),
        text("loser_value", &|row| Some(row.loser_value.clone())),
        text("system", &|row| row.system.clone()),
        out::times("first_seen_at", rows.iter().map(|row| Some(row.first_seen_at)).collect()),
        out::times("observed_at", rows.iter().map(|row| Some(row.observed_at)).collect()),
        Column::new("src_file".into(), rows.iter().map(|row| row.src.0).collect::<Vec<_>>()),
        Column::new("src_row".into(), rows.iter().map(|row| row.src.1).collect::<Vec<_>>()),
    ];
    Ok(complete(Table::Conflicts, &DataFrame::new(rows.len(), columns)?))
}

/// The sources table: one row per file.
pub(super) fn sources(context: &Context<'_>, facts: &Facts) -> PolarsResult<DataFrame> {
    let mut files = context.files.to_vec();
    facts.mark_partial(&mut files);
    let text = |name: &str, value: &dyn Fn(&crate::source::InputFile) -> Option<String>| {
        out::texts(name, files.iter().map(value).collect())
    };
    let columns = vec![
        text("path", &|file| Some(file.path.clone())),
        text("source", &|file| file.source.clone()),
        text("system", &|file| file.system.clone()),
        text("feeds", &|file| Some(file.rows.keys().map(|table| table.name()).collect::<Vec<_>>().join(" "))),
        text("completeness", &|file| Some(file.completeness.word().to_owned())),
        text("completeness_reason", &|file| {
            Some(file.completeness_reasons.join("; ")).filter(|reasons| !reasons.is_empty())
        }),
        out::times("observed_at", files.iter().map(|file| file.observed_at).collect()),
        out::times("covers_from", files.iter().map(|file| file.covers.map(|window| window.0)).collect()),
        out::times("covers_to", files.iter().map(|file| file.covers.map(|window| window.1)).collect()),
        Column::new("src_file".into(), (0..files.len() as i32).collect::<Vec<_>>()),
        Column::new("src_row".into(), vec![0_i32; files.len()]),
    ];
    Ok(complete(Table::Sources, &DataFrame::new(files.len(), columns)?))
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
