//! Moves: changes of the position of people while they are employed, as HR dates them or as two exports of HR show them.

use std::collections::BTreeMap;

use crate::time::Micros;

use super::Context;
use super::authority::Authority;
use super::claims::{Claim, Rows, attribute};
use super::people::Person;

/// The attributes of a position, and the column of each.
pub(super) const ATTRIBUTES: [(&str, &str); 4] =
    [("department", "department"), ("title", "title"), ("manager", "manager_id"), ("worker_type", "worker_type")];

/// What shows a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shown {
    Dates,
    Snapshot,
    Event,
}

/// A change of one attribute of one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Move {
    /// Bounds of the change.
    pub moved: (Micros, Micros),
    pub attribute: &'static str,
    pub old: Option<String>,
    pub new: String,
    pub shown: Shown,
    pub source: String,
    pub src: (i32, i32),
}

/// The moves that HR shows of one person.
pub(super) fn of_person(person: &Person, claims: &[Claim], rows: &Rows, context: &Context<'_>) -> Vec<Move> {
    let mut moves = Vec::new();
    for (name, column) in ATTRIBUTES {
        let Some(source) = source_of(claims, column, context.authority, rows) else { continue };
        let mut exports: BTreeMap<Micros, Vec<&Claim>> = BTreeMap::new();
        for claim in claims.iter().filter(|claim| claim.source == source) {
            exports.entry(claim.observed).or_default().push(claim);
        }
        let mut of_attribute: Vec<Move> = Vec::new();
        let mut before: Option<(Micros, &str)> = None;
        for (taken, claims) in &exports {
            let dated = dated(name, column, claims, person, rows);
            let now = value_at(column, claims, rows, *taken);
            if let (Some((from, old)), Some((new, row))) = (before, now)
                && old != new
            {
                let known = |one: &Move| one.new == new && one.moved.1 > from && one.moved.0 <= *taken;
                if !dated.iter().chain(&of_attribute).any(known) {
                    of_attribute.push(Move {
                        moved: (from, *taken),
                        attribute: name,
                        old: Some(old.to_owned()),
                        new: new.to_owned(),
                        shown: Shown::Snapshot,
                        source: source.to_owned(),
                        src: rows.src(row),
                    });
                }
            }
            before = now.map(|(new, _)| (*taken, new)).or(before);
            for one in dated {
                // A newer export that says it again, or says another day, replaces what was known.
                of_attribute.retain(|known| !(known.new == one.new && known.old == one.old));
                of_attribute.push(one);
            }
        }
        moves.extend(of_attribute);
    }
    let employed =
        |one: &Move| person.employments.iter().any(|employment| employment.covers(one.moved.1) != Some(false));
    moves.retain(employed);
    moves.sort();
    moves
}

/// The source that decides an attribute, of those that say anything of it.
fn source_of<'a>(claims: &'a [Claim], column: &str, authority: &Authority, rows: &Rows) -> Option<&'a str> {
    let says = claims.iter().filter(|claim| rows.text(column, claim.row).is_some());
    says.map(|claim| claim.source.as_str()).min_by_key(|source| (authority.rank(attribute(column), source), *source))
}

/// What one export says at a moment: the value of the row that held then, and the row.
fn value_at<'r>(column: &str, claims: &[&Claim], rows: &'r Rows, at: Micros) -> Option<(&'r str, usize)> {
    let held = claims.iter().filter(|claim| rows.since(claim.row).is_none_or(|since| since.0 <= at));
    let newest = held.max_by_key(|claim| (rows.since(claim.row), rows.changed.get(claim.row), rows.src(claim.row)))?;
    rows.text(column, newest.row).map(|value| (value, newest.row))
}

/// The moves that the rows of one export date: each row holds from a day on, and the one before it said something else.
/// A gap between two employments is a leave and no move.
fn dated(name: &'static str, column: &str, claims: &[&Claim], person: &Person, rows: &Rows) -> Vec<Move> {
    let mut list: Vec<((Micros, Micros), usize)> =
        claims.iter().filter_map(|claim| rows.since(claim.row).map(|since| (since, claim.row))).collect();
    list.sort_by_key(|(since, row)| (*since, rows.changed.get(*row), rows.src(*row)));
    let source = claims.first().map(|claim| claim.source.as_str()).unwrap_or_default();
    let mut moves = Vec::new();
    for pair in list.windows(2) {
        let [(_, before), (moved, row)] = pair else { continue };
        let (Some(old), Some(new)) = (rows.text(column, *before), rows.text(column, *row)) else { continue };
        let begins_anew = person.employments.iter().any(|one| one.begins() == moved.0);
        if old != new && !begins_anew {
            moves.push(Move {
                moved: (moved.0, moved.0),
                attribute: name,
                old: Some(old.to_owned()),
                new: new.to_owned(),
                shown: Shown::Dates,
                source: source.to_owned(),
                src: rows.src(*row),
            });
        }
    }
    moves
}
