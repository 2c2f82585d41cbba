//! Who disappeared: subjects that a newer export of their kind does not show, or whose id another one has now.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::dataset::{Lineage, Texts};
use crate::time::Micros;

use super::series::Series;
use super::subjects::Subjects;
use super::{Facts, frames as out};

/// When each subject disappeared.
pub(super) type Gone = BTreeMap<u32, Bounds>;

type Bounds = (Micros, Micros);
/// File and system of a row.
type Place<'a> = (i32, Option<&'a str>);

/// The export that each row is of, as a number.
pub(super) fn exports(series: &Series, systems: &Texts, lineage: &Lineage) -> Vec<u32> {
    let mut last: Option<(Place<'_>, u32)> = None;
    (0..systems.len())
        .map(|row| {
            let key = (lineage.file(row), systems.get(row));
            match last {
                Some((known, export)) if known == key => export,
                _ => {
                    let export = key.1.and_then(|system| series.sight(key.0, system)).map_or(0, |sight| sight.export);
                    last = Some((key, export));
                    export
                }
            }
        })
        .collect()
}

/// Ends what disappeared: `gone_lo`, `gone_hi` and the status of such subjects.
pub(super) fn end(
    table: &'static str,
    mut frame: DataFrame,
    series: &Series,
    rows: &DataFrame,
    subjects: &Subjects,
    facts: &mut Facts,
) -> PolarsResult<(DataFrame, Gone)> {
    let mut gone = absent(series, rows, subjects);
    let status = Texts::of(&frame, "status");
    // What an export shows as deleted is not missing from the next one.
    let open = |subject: u32| status.get(subject as usize) != Some("deleted");
    gone.retain(|subject, _| open(*subject));
    let absent = gone.len();
    gone.extend(subjects.earlier.iter().filter(|life| open(life.subject)).map(|life| (life.subject, life.gone)));
    if !gone.is_empty() {
        let counts = [
            ("in no newer export of its kind; taken as deleted between the two", absent),
            ("made again under the id of an earlier one; taken as another one", subjects.earlier.len()),
        ];
        for (reason, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            facts.count(table, reason, count as u64);
        }
        let height = frame.height();
        let known =
            (0..height).map(|row| if gone.contains_key(&(row as u32)) { Some("deleted") } else { status.get(row) });
        let bound = |name: &str, of: &dyn Fn(&(Micros, Micros)) -> Micros| {
            out::times(name, (0..height).map(|row| gone.get(&(row as u32)).map(of)).collect())
        };
        let columns =
            [out::texts("status", known.collect()), bound("gone_lo", &|gone| gone.0), bound("gone_hi", &|gone| gone.1)];
        for column in columns {
            frame.with_column(column)?;
        }
    }
    Ok((frame, gone))
}

/// Subjects that no export shows after some whole one of their kind, unless a later export of any kind does.
fn absent(series: &Series, rows: &DataFrame, subjects: &Subjects) -> Gone {
    let (systems, lineage) = (Texts::of(rows, "system"), Lineage::of(rows));
    let sight = |row: u32| series.sight(lineage.file(row as usize), systems.get(row as usize)?);
    let mut gone = Gone::new();
    // Subjects that one row shows are all alike within a file and system.
    let mut last: Option<(Place<'_>, Option<Bounds>)> = None;
    let mut several = subjects.several().peekable();
    for (subject, row) in subjects.newest.iter().enumerate() {
        let subject = subject as u32;
        if let Some(sights) = several.next_if(|sights| sights[0].subject == subject) {
            let shown: Vec<_> = sights.iter().filter_map(|one| sight(one.row)).collect();
            gone.extend(series.gone(&shown).map(|bounds| (subject, bounds)));
            continue;
        }
        let key = (lineage.file(*row as usize), systems.get(*row as usize));
        let bounds = match last {
            Some((known, bounds)) if known == key => bounds,
            _ => sight(*row).and_then(|shown| series.gone(&[shown])),
        };
        last = Some((key, bounds));
        gone.extend(bounds.map(|bounds| (subject, bounds)));
    }
    gone
}
