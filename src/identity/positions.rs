//! The table of moves: what HR shows, and what directories logged where HR shows no such move.

use polars::prelude::*;

use crate::dataset::{Lineage, Table, Texts, Times, complete};
use crate::time::{DAY, Micros};

use super::events::Events;
use super::moves::{Move, Shown};
use super::people::Person;
use super::{Context, frames as out};

/// How far apart what HR says and what a directory logs may lie, and still be one move.
const SAME_MOVE: Micros = 31 * DAY;

/// The words of [`Shown`], in its order.
const SHOWN: [&str; 3] = ["dates", "snapshot", "event"];

/// The attribute of a position that a log calls so.
fn named(text: &str) -> Option<&'static str> {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let plain = plain.strip_prefix("profile").unwrap_or(&plain);
    Some(match plain {
        "department" | "dept" | "departmentname" => "department",
        "title" | "jobtitle" => "title",
        "manager" | "managerid" => "manager",
        "workertype" | "employeetype" | "employmenttype" => "worker_type",
        _ => return None,
    })
}

/// The moves table: those of HR, and what directories logged where HR shows no such move.
pub(super) fn table(
    persons: &[Person],
    mut moves: Vec<Vec<Move>>,
    events: &Events,
    context: &Context<'_>,
) -> PolarsResult<DataFrame> {
    for (person, one) in logged(events, context) {
        let known = &mut moves[person as usize];
        let is_known = |other: &Move| {
            other.attribute == one.attribute
                && other.moved.0 - SAME_MOVE <= one.moved.0
                && one.moved.0 <= other.moved.1 + SAME_MOVE
        };
        let employed = persons[person as usize].employments.iter().any(|job| job.covers(one.moved.0) != Some(false));
        if employed && !known.iter().any(is_known) {
            known.push(one);
        }
    }
    let rows: Vec<(&Person, &Move)> =
        persons.iter().zip(&moves).flat_map(|(person, moves)| moves.iter().map(move |one| (person, one))).collect();
    let text = |name: &str, value: &dyn Fn(&Person, &Move) -> Option<String>| {
        out::texts(name, rows.iter().map(|(person, one)| value(person, one)).collect())
    };
    let columns = vec![
        text("person_id", &|person, _| Some(person.id.clone())),
        text("attribute", &|_, one| Some(one.attribute.to_owned())),
        text("old_value", &|_, one| one.old.clone()),
        text("new_value", &|_, one| Some(one.new.clone())),
        out::times("moved_lo", rows.iter().map(|(_, one)| Some(one.moved.0)).collect()),
        out::times("moved_hi", rows.iter().map(|(_, one)| Some(one.moved.1)).collect()),
        out::words("basis", &SHOWN, rows.iter().map(|(_, one)| Some(one.shown as u32)))?,
        text("source", &|_, one| Some(one.source.clone())),
        Column::new("src_file".into(), rows.iter().map(|(_, one)| one.src.0).collect::<Vec<_>>()),
        Column::new("src_row".into(), rows.iter().map(|(_, one)| one.src.1).collect::<Vec<_>>()),
    ];
    Ok(complete(Table::Moves, &DataFrame::new(rows.len(), columns)?))
}

/// What logs tell of positions, by person.
fn logged(events: &Events, context: &Context<'_>) -> Vec<(u32, Move)> {
    let frame = &events.frame;
    let text = |name: &str| Texts::of(frame, name);
    let (action, outcome, attribute) = (text("action"), text("outcome"), text("attribute"));
    let (old, new, occurred) = (text("old_value"), text("new_value"), Times::of(frame, "occurred_at"));
    let lineage = Lineage::of(frame);
    let one = |row: usize| {
        let told = action.get(row) == Some("update") && outcome.get(row) == Some("success");
        let (attribute, at) = (attribute.get(row).filter(|_| told).and_then(named)?, occurred.get(row)?);
        let new = new.get(row).map(str::trim).filter(|new| !new.is_empty())?;
        let old = old.get(row).map(str::trim).filter(|old| !old.is_empty() && *old != new)?;
        let file = lineage.file(row);
        let shown = Move {
            moved: (at, at),
            attribute,
            old: Some(old.to_owned()),
            new: new.to_owned(),
            shown: Shown::Event,
            source: context.source_of(file).to_owned(),
            src: (file, lineage.row(row)),
        };
        Some((events.attached.get(row)?.1?, shown))
    };
    let mut found: Vec<(u32, Move)> = (0..frame.height()).filter_map(one).collect();
    found.sort();
    found
}
