//! Persons out of the claims that sources make about people.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::dataset::Frames;
use crate::time::Micros;

use super::authority::Authority;
use super::claims::{Claim, Groups, Rows, attribute, attributes, group, text_columns};
use super::conflicts::{Comparison, Conflict};
use super::employment::{Basis, Employment, beside, is_backward, of_source};
use super::moves::{self, Move};
use super::series::Series;
use super::{Context, Facts, keys};

/// One person, merged over sources by authority.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    pub id: String,
    pub texts: BTreeMap<&'static str, String>,
    /// All addresses of all claims, for matching.
    pub addresses: Vec<String>,
    pub on_leave: Option<(Micros, Micros)>,
    pub changed_at: Option<Micros>,
    /// In order of time, and disjoint.
    pub employments: Vec<Employment>,
    /// Columns whose text was not understood, or contradicts itself, in the newest export.
    pub unread: BTreeSet<String>,
    pub source: String,
    pub src: (i32, i32),
}

impl Person {
    /// Whether the person is employed at an instant; `None` where that is not known.
    pub(super) fn is_employed(&self, at: Micros) -> Option<bool> {
        let mut known = Some(false);
        for employment in &self.employments {
            match employment.covers(at) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => known = None,
            }
        }
        known
    }
}

/// Persons sorted by id, what sources disagree on, and the exports that people stand in.
#[derive(Debug, Default)]
pub(super) struct People {
    pub persons: Vec<Person>,
    /// The moves that HR shows, of each person.
    pub moves: Vec<Vec<Move>>,
    pub conflicts: Vec<Conflict>,
    pub series: Series,
}

/// Merges the people table into persons and lists the disagreements.
pub(super) fn merge(frames: &Frames, context: &Context<'_>, facts: &mut Facts) -> People {
    let rows = Rows::of(frames, context.as_of);
    facts.attributes = attributes(&rows, context);
    let Groups { claims, series } = group(&rows, context, facts);
    let comparison = Comparison::new(claims.values().flatten(), &rows, context);
    let mut people = People::default();
    for (id, claims) in &claims {
        let authority = context.authority.of_person(id);
        let context = &Context { authority: &authority, ..*context };
        let person = person(id, claims, &rows, &series, context, facts);
        comparison.of(&person, claims, context.authority, &mut people.conflicts);
        people.moves.push(moves::of_person(&person, claims, &rows, context));
        people.persons.push(person);
    }
    people.conflicts.sort();
    people.series = series;
    people
}

fn person(
    id: &str,
    claims: &[Claim],
    rows: &Rows,
    series: &Series,
    context: &Context<'_>,
    facts: &mut Facts,
) -> Person {
    let mut person = Person { id: id.to_owned(), ..Person::default() };
    for column in text_columns() {
        let value = |claim: &Claim| rows.text(column.name, claim.row);
        if let Some((_, text)) = best(claims, attribute(column.name), context.authority, value, rows) {
            person.texts.insert(column.name, text.to_owned());
        }
    }
    person.addresses = addresses(claims, rows);
    // A leave of absence lasts only as long as the newest row about the status says so.
    let away = |claim: &Claim| {
        let from = rows.bounds("on_leave", claim.row);
        (from.is_some() || rows.text("status", claim.row).is_some()).then_some(from)
    };
    person.on_leave = best(claims, "status", context.authority, away, rows).and_then(|(_, from)| from);
    let dated =
        |claim: &Claim| (rows.bounds("started", claim.row).is_some() || rows.tells_end(claim.row)).then_some(());
    let of_people = |claim: &Claim| context.authority.makes_people(&claim.source).then_some(());
    let authority = best(claims, "dates", context.authority, dated, rows)
        .or_else(|| best(claims, "dates", context.authority, of_people, rows));
    if let Some((winner, ())) = authority {
        let own: Vec<&Claim> = claims.iter().filter(|claim| claim.source == winner.source).collect();
        person.source.clone_from(&winner.source);
        person.src = rows.src(winner.row);
        person.changed_at = rows.changed.get(winner.row);
        person.employments = of_source(&own, rows, series, context, facts);
        for source in others(claims, winner, context) {
            let theirs: Vec<&Claim> = claims.iter().filter(|claim| claim.source == source).collect();
            let theirs = of_source(&theirs, rows, series, context, &mut Facts::default());
            person.employments = beside(person.employments, theirs, context);
        }
        let newest = own.iter().filter(|claim| claim.observed == winner.observed);
        person.unread = newest.flat_map(|claim| rows.unread(claim.row)).map(str::to_owned).collect();
        note(&mut person, &own, rows, facts);
    }
    person
}

/// The sources of HR that have the authority of the winner: somebody who moved from one to the other was in both.
fn others<'a>(claims: &'a [Claim], winner: &Claim, context: &Context<'_>) -> BTreeSet<&'a str> {
    let authority = context.authority;
    let rank = authority.rank("dates", &winner.source);
    let equal = |source: &&str| {
        *source != winner.source && authority.makes_people(source) && authority.rank("dates", source) == rank
    };
    claims.iter().map(|claim| claim.source.as_str()).filter(equal).collect()
}

/// Counts what is said of ends, and marks what nobody can say.
fn note(person: &mut Person, claims: &[&Claim], rows: &Rows, facts: &mut Facts) {
    facts.ends_before_beginnings += claims.iter().filter(|claim| is_backward(claim.row, rows)).count() as u64;
    let end = person.employments.last().and_then(|employment| employment.end.as_ref());
    if end.is_none_or(|end| !end.doubtful) {
        // Another row says it.
        person.unread.remove("ended");
        person.unread.remove("status");
    }
    let Some(end) = end else {
        return;
    };
    if end.doubtful {
        // Metrics read it so: nobody can say whether the person is still employed.
        person.unread.insert("ended".to_owned());
        facts.left_unclear += 1;
    } else if end.basis == Basis::Absence {
        *facts.vanished.entry(person.source.clone()).or_default() += 1;
    } else if end.basis == Basis::Undated {
        facts.left_undated += 1;
    }
}

fn addresses(claims: &[Claim], rows: &Rows) -> Vec<String> {
    let mut addresses = Vec::new();
    for claim in claims {
        for name in ["email", "upn"] {
            addresses.extend(rows.text(name, claim.row).map(|text| keys::address(text).into_owned()));
        }
        if let Some(text) = rows.aliases.get(claim.row) {
            addresses.extend(keys::list(text).map(|part| keys::address(part).into_owned()));
        }
    }
    addresses.sort();
    addresses.dedup();
    addresses
}

/// The claim that decides an attribute, with what it says: best rank, then newest observation; of its rows one that holds
/// by as_of, and of those the latest; then newest change, then latest beginning. What is left is decided by the value itself, so that the order of rows and files never does.
pub(super) fn best<'a, V: Ord>(
    claims: &'a [Claim],
    attribute: &str,
    authority: &Authority,
    value: impl Fn(&'a Claim) -> Option<V>,
    rows: &Rows,
) -> Option<(&'a Claim, V)> {
    let order = |claim: &Claim| {
        (
            authority.rank(attribute, &claim.source),
            Reverse(claim.observed),
            rows.is_to_come(claim.row),
            Reverse(rows.bounds("effective", claim.row).map(|since| since.0)),
            Reverse(rows.changed.get(claim.row)),
            Reverse(rows.bounds("started", claim.row).map(|started| started.0)),
        )
    };
    claims.iter().filter_map(|claim| value(claim).map(|value| (claim, value))).min_by(|(a, x), (b, y)| {
        order(a).cmp(&order(b)).then_with(|| x.cmp(y)).then_with(|| rows.src(a.row).cmp(&rows.src(b.row)))
    })
}
