//! Files to which a collector appends: each row says when it was collected, and the rows of one collection are an
//! export of their own.

use std::collections::BTreeMap;

use crate::dataset::Table;
use crate::time::{DayEdge, HOUR, Micros, TimeFormat, Zone, parse_time};

use super::eval::{Cell, Record};
use super::stack::Stacks;
use super::{InputFile, ObservedBasis};

/// Rows that were collected within this time of the one before are of one export.
const ONE_EXPORT: Micros = HOUR;

/// When a record says that it was collected.
pub(super) fn collected<R: Record>(record: &R, slot: usize, zone: Zone) -> Option<Micros> {
    let Cell::Text(text) = record.cell(slot) else { return None };
    let forms = [TimeFormat::Iso, TimeFormat::Epoch];
    let moment = forms.iter().find_map(|form| parse_time(text.as_bytes(), *form))?;
    Some(zone.resolve(moment, DayEdge::Start))
}

/// Puts the rows of a file into the order of their collections: the newest are those of the file itself, and each older
/// collection becomes a file of its own, from the number `next` on. Gives those.
pub(super) fn split(file: &mut InputFile, index: usize, next: usize, stacks: &mut Stacks) -> Vec<InputFile> {
    let mut times = stacks.collected(index);
    times.sort_unstable();
    times.dedup();
    // The last time of each collection, in order.
    let mut ends: Vec<Micros> = Vec::new();
    let mut before = None;
    for at in times {
        match ends.last_mut() {
            Some(end) if before.is_some_and(|before| at - before <= ONE_EXPORT) => *end = at,
            _ => ends.push(at),
        }
        before = Some(at);
    }
    let Some(newest) = ends.pop() else {
        stacks.part(index, |_| None);
        return Vec::new();
    };
    file.observed_at = Some(newest);
    file.observed_basis = ObservedBasis::Inside;
    let counts = stacks.part(index, |at| ends.iter().position(|end| at <= *end).map(|place| next + place));
    let older = ends.iter().zip(next..).map(|(end, place)| {
        let rows: BTreeMap<Table, u64> = counts.get(&place).cloned().unwrap_or_default();
        for (table, count) in &rows {
            if let Some(all) = file.rows.get_mut(table) {
                *all = all.saturating_sub(*count);
            }
        }
        let records = rows.values().copied().max().unwrap_or_default();
        file.records = file.records.saturating_sub(records);
        InputFile {
            rows,
            records,
            observed_at: Some(*end),
            rejected: 0,
            not_records: BTreeMap::new(),
            out_of_scope: BTreeMap::new(),
            unparsed: BTreeMap::new(),
            doubts: BTreeMap::new(),
            ..file.clone()
        }
    });
    older.collect()
}
