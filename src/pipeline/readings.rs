//! Sensitivity: the same metrics under other readings of the same evidence, and how many results would differ.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashMap;

use crate::assess::{Context, ItemResult, Judge, Judged, Traits};
use crate::dataset::{Frames, Table, Texts, Times};
use crate::failure::Outcome;
use crate::identity::{Authority, LeaveReading, with_leaves_read};
use crate::metric::{Engine, Metric, Shape};
use crate::report::{DependsOn, Sensitivity};
use crate::time::LeaveInstant;

use super::inputs::Inputs;

/// Another reading of the inputs.
pub(super) struct Reading {
    name: String,
    engine: Engine,
    /// Only metrics that read one of these tables, and of which one of these things decides, can differ.
    touches: (&'static [Table], &'static [DependsOn]),
}

/// Results by item. An item is its keys and the record that began it, so that another reading of a date does not
/// make it another item.
#[derive(Default)]
pub(super) struct Results {
    hasher: RandomState,
    by_item: HashMap<u64, ItemResult>,
}

impl Results {
    pub(super) fn add(&mut self, judged: &Judged) {
        let stays = &judged.stays;
        for row in 0..judged.len() {
            let key = stays.credential_key.get(row).or(stays.account_key.get(row)).or(stays.subject.get(row));
            let item = (key, stays.person_id.get(row), stays.began_source(row));
            self.by_item.insert(self.hasher.hash_one(item), judged.result(row));
        }
    }

    /// Items of either reading whose result is not the same in the other, and all items that one of them counts.
    fn flips(&self, other: &Self) -> (u64, u64) {
        let (mut flips, mut population) = (0, 0);
        let fresh = other.by_item.keys().filter(|item| !self.by_item.contains_key(*item));
        for item in self.by_item.keys().chain(fresh) {
            let result =
                |side: &Self| side.by_item.get(item).filter(|result| **result != ItemResult::Excluded).copied();
            let (ours, theirs) = (result(self), result(other));
            population += u64::from(ours.is_some() || theirs.is_some());
            flips += u64::from(ours != theirs);
        }
        (flips, population)
    }
}

/// What a leave date decides.
const LEFT: &[DependsOn] = &[DependsOn::Leave, DependsOn::Owner];

/// The other readings that this evidence allows. Each costs a second run of the metrics that it touches, so a reading
/// is tried only where the evidence leaves room for it.
pub(super) fn readings(inputs: &Inputs, official: &Engine) -> Outcome<Vec<Reading>> {
    let mut readings = Vec::new();
    let mut add = |name: String, frames: &Frames, touches: (&'static [Table], &'static [DependsOn])| -> Outcome<()> {
        readings.push(Reading { name, engine: official.on(frames)?, touches });
        Ok(())
    };
    if has_plain_leave_dates(&inputs.frames) {
        let instant = inputs.rules.policy.leave_instant;
        for (rule, words) in [(LeaveInstant::StartOfDay, "start"), (LeaveInstant::EndOfDay, "end")] {
            if rule != instant {
                let frames = with_leaves_read(&inputs.frames, LeaveReading::Instant(rule))?;
                add(format!("leave date read as {words} of day"), &frames, (&[Table::Employments], LEFT))?;
            }
        }
        let frames = with_leaves_read(&inputs.frames, LeaveReading::AnyZone(instant, inputs.zone))?;
        add("leave date in a time zone that is not known".to_owned(), &frames, (&[Table::Employments], LEFT))?;
    }
    if matched_by_username(&inputs.frames) {
        let frames = inputs.reread(&inputs.authority, false)?;
        add(
            "accounts not matched by plain user name".to_owned(),
            &frames,
            (&[Table::Accounts, Table::Credentials, Table::Events], &[DependsOn::Match]),
        )?;
    }
    if let Some(other) = other_dates(inputs) {
        let frames = inputs.reread(&other, true)?;
        add("the other source right where leave dates differ".to_owned(), &frames, (&[Table::Employments], LEFT))?;
    }
    Ok(readings)
}

fn has_plain_leave_dates(frames: &Frames) -> bool {
    let Some(frame) = frames.get(Table::Employments) else {
        return false;
    };
    let (lo, hi) = (Times::of(frame, "ended_lo"), Times::of(frame, "ended_hi"));
    (0..frame.height()).any(|row| lo.get(row) != hi.get(row))
}

fn matched_by_username(frames: &Frames) -> bool {
    frames.get(Table::Accounts).is_some_and(|frame| {
        let rule = Texts::of(frame, "match_rule");
        (0..rule.len()).any(|row| rule.get(row) == Some("username"))
    })
}

/// An order in which the source that lost on dates wins, if sources differ on dates.
fn other_dates(inputs: &Inputs) -> Option<Authority> {
    let frame = inputs.frames.get(Table::Conflicts)?;
    let (attribute, loser) = (Texts::of(frame, "attribute"), Texts::of(frame, "loser"));
    let first = (0..frame.height()).find(|row| attribute.get(*row) == Some("dates"))?;
    let loser = loser.get(first)?.to_owned();
    let mut other = inputs.authority.clone();
    let order = other.order.entry("dates".to_owned()).or_default();
    order.retain(|id| *id != loser);
    order.insert(0, loser);
    Some(other)
}

/// Runs one metric under every reading that touches it.
pub(super) fn sensitivity(
    metric: &Metric,
    official: &Results,
    readings: &[Reading],
    inputs: &Inputs,
    traits: &Traits,
    context: &Context,
) -> Outcome<Vec<Sensitivity>> {
    let mut found = Vec::new();
    for reading in readings.iter().filter(|reading| is_touched(metric, reading)) {
        let policy = inputs.rules.policy.metric(metric.id());
        let mut judge = Judge::new(metric.header(), policy, &inputs.waivers, traits, context)?;
        let mut results = Results { hasher: official.hasher.clone(), ..Results::default() };
        reading.engine.run(metric, |stays| {
            results.add(&judge.decide(stays));
            Ok(())
        })?;
        let (flips, population) = official.flips(&results);
        found.push(Sensitivity { reading: reading.name.clone(), flips, population });
    }
    Ok(found)
}

/// Whether a metric can differ under any reading at all: then its results are kept.
pub(super) fn is_sensitive(metric: &Metric, readings: &[Reading]) -> bool {
    metric.shape() == Shape::Duration && readings.iter().any(|reading| is_touched(metric, reading))
}

/// A metric that does not say what decides about it may differ wherever it reads one of the tables.
fn is_touched(metric: &Metric, reading: &Reading) -> bool {
    let (tables, things) = reading.touches;
    let facts = &metric.header().facts;
    tables.iter().any(|table| metric.needs().contains(table))
        && (facts.depends_on.is_empty() || things.iter().any(|thing| facts.depends_on(*thing)))
}
