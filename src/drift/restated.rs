//! A period computed again: which numbers of a metric are others, and what explains it item by item.

use std::collections::BTreeMap;

use crate::failure::Outcome;
use crate::pack::{Cell, PackRows};
use crate::report::MetricReport;
use crate::report::drift::{CauseCount, CauseKind, MetricChange, MetricFace, MetricNumber, NumberChange, Restated};

use super::brief::{hash, item_key, person_of};
use super::cause::causes;
use super::context::other_rules;
use super::side::Side;
use super::thing::Thing;

const COLUMNS: [&str; 18] = [
    "subject_kind",
    "subject",
    "system",
    "person_id",
    "account_key",
    "credential_key",
    "state",
    "began_lo",
    "began_hi",
    "ended_lo",
    "ended_hi",
    "note",
    "limit_seconds",
    "waiver_id",
    "seen_until",
    "shortest_seconds",
    "longest_seconds",
    "result",
];

/// Every metric of both packs with another number.
///
/// # Errors
/// A list of items is damaged.
pub(super) fn restated(before: &Side, after: &Side, metrics: &[MetricChange]) -> Outcome<Vec<Restated>> {
    let mut list = Vec::new();
    for metric in metrics {
        let numbers = numbers(metric.before.as_ref(), metric.after.as_ref());
        if numbers.is_empty() {
            continue;
        }
        let report = after.report.metrics.iter().find(|one| one.id == metric.id);
        let causes = match (&metric.before, &metric.after, report) {
            (Some(old), Some(new), Some(report)) => items([(before, old), (after, new)], report)?,
            _ => None,
        };
        list.push(Restated { metric: metric.id.clone(), title: metric.title.clone(), numbers, causes });
    }
    Ok(list)
}

/// The numbers that differ; a pack that does not have the metric has none.
fn numbers(before: Option<&MetricFace>, after: Option<&MetricFace>) -> Vec<NumberChange> {
    let all = |face: Option<&MetricFace>| {
        let count = |count: fn(&MetricFace) -> u64| face.and_then(|face| i64::try_from(count(face)).ok());
        let length = |length: fn(&MetricFace) -> Option<i64>| face.and_then(length);
        [
            (MetricNumber::Population, count(|face| face.population)),
            (MetricNumber::Within, count(|face| face.within)),
            (MetricNumber::Over, count(|face| face.over)),
            (MetricNumber::Indeterminate, count(|face| face.indeterminate)),
            (MetricNumber::Unknown, count(|face| face.unknown)),
            (MetricNumber::Excluded, count(|face| face.excluded)),
            (MetricNumber::Waived, count(|face| face.waived)),
            (MetricNumber::Open, count(|face| face.open)),
            (MetricNumber::LimitSeconds, length(|face| face.limit_seconds)),
            (MetricNumber::P50Seconds, length(|face| face.p50_seconds)),
            (MetricNumber::P90Seconds, length(|face| face.p90_seconds)),
            (MetricNumber::P95Seconds, length(|face| face.p95_seconds)),
            (MetricNumber::MaxSeconds, length(|face| face.max_seconds)),
            (MetricNumber::OverstaySeconds, length(|face| Some(face.overstay_seconds))),
        ]
    };
    let pairs = all(before).into_iter().zip(all(after));
    let changed = pairs.filter(|((_, old), (_, new))| old != new);
    changed.map(|((name, before), (_, after))| NumberChange { number: name, before, after }).collect()
}

/// One item of a metric's population.
#[derive(Debug)]
struct Row {
    /// Hash of what it is about.
    key: u64,
    cells: [String; COLUMNS.len()],
}

impl Row {
    fn cell(&self, name: &str) -> &str {
        COLUMNS.iter().position(|column| *column == name).map_or("", |at| self.cells[at].as_str())
    }

    fn thing<'a>(&'a self, metric: &'a MetricReport) -> Thing<'a> {
        let optional = |name| Some(self.cell(name)).filter(|text| !text.is_empty());
        Thing {
            facts: Some(&metric.facts),
            account: optional("account_key"),
            credential: optional("credential_key"),
            person: person_of(self.cell("person_id")),
        }
    }

    fn same(&self, other: &Self, columns: std::ops::Range<usize>) -> bool {
        self.cells[columns.clone()] == other.cells[columns]
    }
}

/// Columns of what happened, which stand before the limit.
const HAPPENED: std::ops::Range<usize> = 3..12;

fn items(sides: [(&Side, &MetricFace); 2], metric: &MetricReport) -> Outcome<Option<Vec<CauseCount>>> {
    let [(before, _), (after, _)] = sides;
    // What both packs have alike is told apart by its hash, so that only the differing rows are kept.
    let mut alike: BTreeMap<u64, u64> = BTreeMap::new();
    let mut came = Vec::new();
    let mut gone: BTreeMap<u64, Vec<Row>> = BTreeMap::new();
    let read = [
        rows(sides[0], metric, |cells| *alike.entry(hash(cells)).or_default() += 1)?,
        rows(sides[1], metric, |cells| match alike.get_mut(&hash(cells)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => came.push(row(cells)),
        })?,
        rows(sides[0], metric, |cells| {
            if let Some(count) = alike.get_mut(&hash(cells)).filter(|count| **count > 0) {
                *count -= 1;
                let row = row(cells);
                gone.entry(row.key).or_default().push(row);
            }
        })?,
    ];
    if read.contains(&false) {
        return Ok(None);
    }
    let mut counts: BTreeMap<CauseKind, u64> = BTreeMap::new();
    let sides = Sides { before, after, metric, rules: other_rules(before, after) };
    for new in came {
        let earlier = gone.get_mut(&new.key).filter(|rows| !rows.is_empty()).map(|rows| {
            let same = rows.iter().position(|old| old.cell("began_lo") == new.cell("began_lo"));
            rows.swap_remove(same.unwrap_or(0))
        });
        // What is outside the population in both packs changes no number.
        let outside = |row: &Row| row.cell("result") == "excluded";
        if outside(&new) && earlier.as_ref().is_some_and(outside) {
            continue;
        }
        let kind = earlier.map_or_else(|| sides.only(&new, CauseKind::LateArrival), |old| sides.both(&old, &new));
        *counts.entry(kind).or_default() += 1;
    }
    for old in gone.values().flatten() {
        *counts.entry(sides.only(old, CauseKind::Withdrawn)).or_default() += 1;
    }
    Ok(Some(counts.into_iter().map(|(cause, items)| CauseCount { cause, items }).collect()))
}

/// Hands every item of a metric to `each`; whether the pack has a list of them.
fn rows(
    (side, face): (&Side, &MetricFace),
    metric: &MetricReport,
    mut each: impl FnMut(&[&str; COLUMNS.len()]),
) -> Outcome<bool> {
    let names = side.evidence(&metric.id)?;
    match PackRows::open(side.folder(), &names, COLUMNS)? {
        Some(table) => {
            let words = |cells: [Cell<'_>; COLUMNS.len()]| {
                let cells = cells.map(Cell::words);
                each(&std::array::from_fn(|at| &*cells[at]));
            };
            table.each(words).map(|()| true)
        }
        // A metric that could not be assessed has nothing to list.
        None => Ok(face.population == 0),
    }
}

fn row(cells: &[&str; COLUMNS.len()]) -> Row {
    let [kind, subject, system, _, account, credential, ..] = *cells;
    Row { key: item_key("", system, [kind, subject], [account, credential]), cells: cells.map(str::to_owned) }
}

struct Sides<'a> {
    before: &'a Side,
    after: &'a Side,
    metric: &'a MetricReport,
    /// Whether other rules than limits, or another version of the tool, computed the second pack.
    rules: bool,
}

impl Sides<'_> {
    /// Why an item is in one of the packs only.
    fn only(&self, row: &Row, otherwise: CauseKind) -> CauseKind {
        let told = self.told(row);
        told.unwrap_or(if self.rules { CauseKind::Rules } else { otherwise })
    }

    /// The first cause that the lists tell.
    fn told(&self, row: &Row) -> Option<CauseKind> {
        causes(self.before, self.after, row.thing(self.metric)).into_iter().map(|cause| cause.kind).min()
    }

    /// Why the same item has another row.
    fn both(&self, old: &Row, new: &Row) -> CauseKind {
        let other = |name: &str| old.cell(name) != new.cell(name);
        if old.same(new, HAPPENED) {
            return match () {
                () if other("limit_seconds") => CauseKind::Limit,
                () if other("waiver_id") => CauseKind::Waiver,
                () if other("seen_until") => CauseKind::SeenLater,
                () => CauseKind::Rules,
            };
        }
        let told = self.told(new).or_else(|| self.told(old));
        let ended_since = old.cell("ended_hi").is_empty() && !new.cell("ended_hi").is_empty();
        match told {
            Some(kind @ (CauseKind::Reading | CauseKind::HrDate | CauseKind::Match | CauseKind::Since)) => kind,
            _ if other("person_id") => CauseKind::Match,
            _ if ended_since => CauseKind::LateArrival,
            Some(kind) => kind,
            None if self.rules => CauseKind::Rules,
            None => CauseKind::Record,
        }
    }
}
