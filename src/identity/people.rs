//! Persons and employments out of the claims that sources make about people.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::dataset::{Frames, Lineage, Table, Texts, Times};
use crate::time::Micros;

use super::authority::Authority;
use super::{Context, Facts, keys};

/// One person, merged over sources by authority.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    pub id: String,
    pub texts: BTreeMap<&'static str, String>,
    /// All addresses of all claims, for matching.
    pub addresses: Vec<String>,
    pub employments: Vec<Employment>,
    /// HR says terminated and gives no date.
    pub left_undated: bool,
    pub source: String,
    pub src: (i32, i32),
}

/// One unbroken employment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Employment {
    pub started: Option<(Micros, Micros)>,
    pub ended: Option<(Micros, Micros)>,
    pub recorded_at: Option<Micros>,
    pub worker_type: Option<String>,
    pub source: String,
    pub src: (i32, i32),
}

/// A disagreement between two sources about one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Conflict {
    pub person_id: String,
    pub attribute: &'static str,
    pub winner: String,
    pub winner_value: String,
    pub loser: String,
    pub loser_value: String,
    /// When both were first observed to say this.
    pub first_seen_at: Micros,
    pub observed_at: Micros,
    pub system: Option<String>,
    pub src: (i32, i32),
}

/// Persons sorted by id, and what sources disagree on.
#[derive(Debug, Default)]
pub(super) struct People {
    pub persons: Vec<Person>,
    pub conflicts: Vec<Conflict>,
}

/// Text attributes that are merged, with the authority that decides each.
const TEXTS: [(&str, &str); 10] = [
    ("name", "name"),
    ("email", "name"),
    ("employee_id", "name"),
    ("immutable_id", "name"),
    ("upn", "name"),
    ("worker_type", "status"),
    ("status", "status"),
    ("department", "department"),
    ("title", "department"),
    ("manager_id", "manager"),
];

/// Names of the merged text attributes.
pub(super) fn text_names() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(name, _)| *name)
}

/// One row of the people table.
struct Claim {
    row: usize,
    source: String,
    observed: Micros,
}

/// Typed access to the input frame.
struct Rows {
    texts: BTreeMap<&'static str, Texts>,
    aliases: Texts,
    ids: Texts,
    started: (Times, Times),
    ended: (Times, Times),
    recorded: Times,
    lineage: Lineage,
}

/// Two rows of one file for one employment: with the same end, and with another.
const REPEATED: [&str; 2] = [
    "same person and beginning twice in one file; the first row was used",
    "same person and beginning twice in one file with another end; the first row was used",
];

impl Rows {
    /// Whether two rows agree on the end of the employment.
    fn same_end(&self, a: usize, b: usize) -> bool {
        let end = |row: usize| (self.ended.0.get(row), self.ended.1.get(row), self.recorded.get(row));
        end(a) == end(b)
    }

    fn of(frames: &Frames) -> Self {
        let frame = frames.get_or_empty(Table::People);
        Self {
            texts: TEXTS.iter().map(|(name, _)| (*name, Texts::of(&frame, name))).collect(),
            aliases: Texts::of(&frame, "aliases"),
            ids: Texts::of(&frame, "person_id"),
            started: (Times::of(&frame, "started_lo"), Times::of(&frame, "started_hi")),
            ended: (Times::of(&frame, "ended_lo"), Times::of(&frame, "ended_hi")),
            recorded: Times::of(&frame, "end_recorded_at"),
            lineage: Lineage::of(&frame),
        }
    }

    fn text(&self, name: &str, row: usize) -> Option<&str> {
        self.texts.get(name).and_then(|column| column.get(row)).map(str::trim).filter(|text| !text.is_empty())
    }

    fn started(&self, row: usize) -> Option<(Micros, Micros)> {
        self.started.0.get(row).zip(self.started.1.get(row))
    }

    fn ended(&self, row: usize) -> Option<(Micros, Micros)> {
        self.ended.0.get(row).zip(self.ended.1.get(row))
    }

    fn src(&self, row: usize) -> (i32, i32) {
        (self.lineage.file(row), self.lineage.row(row))
    }
}

/// Merges the people table into persons and lists the disagreements.
pub(super) fn merge(frames: &Frames, context: &Context<'_>, facts: &mut Facts) -> People {
    let rows = Rows::of(frames);
    let (groups, strangers) = group(&rows, context);
    if strangers > 0 {
        facts.count("people", "directory entries about people whom HR does not list", strangers);
    }
    let mut people = People::default();
    for (id, claims) in groups {
        let person = person(id, &claims, &rows, context, facts);
        conflicts(&person, &claims, &rows, context, &mut people.conflicts);
        people.persons.push(person);
    }
    people.conflicts.sort();
    people
}

/// Claims by person. HR rows make persons; rows of other sources join the person whose id or employee number they give.
fn group(rows: &Rows, context: &Context<'_>) -> (BTreeMap<String, Vec<Claim>>, u64) {
    let mut groups: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
    let mut by_number: HashMap<String, Option<String>> = HashMap::new();
    let mut others = Vec::new();
    for row in 0..rows.ids.len() {
        let Some(id) = rows.ids.get(row).map(|id| keys::id(id).into_owned()).filter(|id| !id.is_empty()) else {
            continue;
        };
        let file = rows.lineage.file(row);
        let source = context.source_of(file);
        let claim = Claim { row, source: source.to_owned(), observed: context.observed_at(file) };
        if context.authority.makes_people(source) {
            if let Some(number) = rows.text("employee_id", row) {
                // A number that two persons share leads to nobody.
                by_number
                    .entry(keys::id(number).into_owned())
                    .and_modify(|known| {
                        if known.as_deref() != Some(&id) {
                            *known = None;
                        }
                    })
                    .or_insert_with(|| Some(id.clone()));
            }
            groups.entry(id).or_default().push(claim);
        } else {
            others.push((id, claim));
        }
    }
    let mut strangers = 0;
    for (id, claim) in others {
        let target = if groups.contains_key(&id) { Some(id) } else { by_number.get(&id).cloned().flatten() };
        match target.and_then(|id| groups.get_mut(&id)) {
            Some(claims) => claims.push(claim),
            None => strangers += 1,
        }
    }
    (groups, strangers)
}

fn person(id: String, claims: &[Claim], rows: &Rows, context: &Context<'_>, facts: &mut Facts) -> Person {
    let mut person = Person { id, ..Person::default() };
    for (name, attribute) in TEXTS {
        if let Some(best) =
            best(claims, attribute, context.authority, |claim| rows.text(name, claim.row).is_some(), rows)
            && let Some(text) = rows.text(name, best.row)
        {
            person.texts.insert(name, text.to_owned());
        }
    }
    for claim in claims {
        for name in ["email", "upn"] {
            if let Some(text) = rows.text(name, claim.row) {
                person.addresses.push(keys::address(text).into_owned());
            }
        }
        if let Some(text) = rows.aliases.get(claim.row) {
            person.addresses.extend(keys::list(text).map(|part| keys::address(part).into_owned()));
        }
    }
    person.addresses.sort();
    person.addresses.dedup();
    let dated = |claim: &Claim| rows.started(claim.row).is_some() || rows.ended(claim.row).is_some();
    let authority = best(claims, "dates", context.authority, dated, rows).or_else(|| {
        best(claims, "dates", context.authority, |claim| context.authority.makes_people(&claim.source), rows)
    });
    if let Some(winner) = authority {
        person.source.clone_from(&winner.source);
        person.src = rows.src(winner.row);
        let source = winner.source.clone();
        let (employments, undated) = employments(claims.iter().filter(|claim| claim.source == source), rows, facts);
        person.employments = employments;
        person.left_undated = undated;
    }
    person
}

/// The claim that decides an attribute: best rank, then newest observation, then latest beginning, then file order.
fn best<'a>(
    claims: &'a [Claim],
    attribute: &str,
    authority: &Authority,
    has: impl Fn(&Claim) -> bool,
    rows: &Rows,
) -> Option<&'a Claim> {
    claims.iter().filter(|claim| has(claim)).min_by_key(|claim| {
        (
            authority.rank(attribute, &claim.source),
            std::cmp::Reverse(claim.observed),
            std::cmp::Reverse(rows.started(claim.row).map(|span| span.0)),
            rows.src(claim.row),
        )
    })
}

/// The employments that one source gives one person: the newest observation of each beginning, then joined where
/// one begins before, or on the very day that, the other ends.
fn employments<'a>(claims: impl Iterator<Item = &'a Claim>, rows: &Rows, facts: &mut Facts) -> (Vec<Employment>, bool) {
    let mut undated = false;
    let mut newest: BTreeMap<Option<Micros>, &Claim> = BTreeMap::new();
    for claim in claims {
        let beginning = rows.started(claim.row).map(|span| span.0);
        match newest.get(&beginning) {
            None => {
                newest.insert(beginning, claim);
            }
            Some(known) => {
                if rows.lineage.file(known.row) == rows.lineage.file(claim.row) {
                    facts.repeated("people", REPEATED, rows.same_end(known.row, claim.row));
                } else if claim.observed > known.observed {
                    newest.insert(beginning, claim);
                }
            }
        }
    }
    let mut spans: Vec<Employment> = Vec::new();
    for (_, claim) in newest {
        let row = claim.row;
        let terminated = rows.text("status", row) == Some("terminated");
        if terminated && rows.ended(row).is_none() {
            undated = true;
        }
        let next = Employment {
            started: rows.started(row),
            ended: rows.ended(row),
            recorded_at: rows.recorded.get(row),
            worker_type: rows.text("worker_type", row).map(str::to_owned),
            source: claim.source.clone(),
            src: rows.src(row),
        };
        match spans.last_mut() {
            Some(last) if joins(last, &next) => extend(last, next),
            _ => spans.push(next),
        }
    }
    (spans, undated)
}

/// Whether the second employment begins before the first ends, or on the next day.
fn joins(first: &Employment, second: &Employment) -> bool {
    match (first.ended, second.started) {
        (None, _) | (_, None) => true,
        (Some(end), Some(start)) => start.0 <= end.1,
    }
}

fn extend(first: &mut Employment, second: Employment) {
    let longer = match (first.ended, second.ended) {
        (None, _) => false,
        (_, None) => true,
        (Some(a), Some(b)) => b.1 >= a.1,
    };
    if longer {
        let started = first.started;
        *first = second;
        first.started = started;
    }
}

fn conflicts(person: &Person, claims: &[Claim], rows: &Rows, context: &Context<'_>, out: &mut Vec<Conflict>) {
    for (attribute, column) in
        [("status", "status"), ("department", "department"), ("manager", "manager_id"), ("dates", "")]
    {
        let value = |claim: &Claim| -> Option<String> {
            if column.is_empty() {
                rows.ended(claim.row).map(|span| crate::time::day(span.0))
            } else {
                rows.text(column, claim.row).filter(|text| *text != "unknown").map(str::to_owned)
            }
        };
        let has = |claim: &Claim| context.authority.is_heard(attribute, &claim.source) && value(claim).is_some();
        let Some(winner) = best(claims, attribute, context.authority, has, rows) else {
            continue;
        };
        let Some(winner_value) = value(winner) else {
            continue;
        };
        let mut sources: Vec<&str> = claims.iter().map(|claim| claim.source.as_str()).collect();
        sources.sort_unstable();
        sources.dedup();
        for source in sources.into_iter().filter(|source| *source != winner.source) {
            let loser = best(claims, attribute, context.authority, |claim| claim.source == source && has(claim), rows);
            let Some((loser, loser_value)) = loser.and_then(|claim| value(claim).map(|text| (claim, text))) else {
                continue;
            };
            if keys::address(&loser_value) == keys::address(&winner_value) {
                continue;
            }
            // A value is as old as the first export of its source that shows it; they differ since both were there.
            let since = |claim: &Claim, text: &str| {
                let same =
                    claims.iter().filter(|other| other.source == claim.source && value(other).as_deref() == Some(text));
                same.map(|other| other.observed).min().unwrap_or(claim.observed)
            };
            let first_seen_at = since(winner, &winner_value).max(since(loser, &loser_value));
            out.push(Conflict {
                person_id: person.id.clone(),
                attribute,
                winner: winner.source.clone(),
                winner_value: winner_value.clone(),
                loser: loser.source.clone(),
                loser_value,
                first_seen_at,
                observed_at: winner.observed.max(loser.observed),
                system: context.system_of(rows.lineage.file(loser.row)).map(str::to_owned),
                src: rows.src(loser.row),
            });
        }
    }
}
