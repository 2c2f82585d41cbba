//! What the next tighter limit would find: how near the verdict is to another one.

use crate::policy::MetricPolicy;
use crate::report::Sensitivity;
use crate::time::{DAY, HOUR, Length, Micros, exceeds};

use super::judged::{ItemResult, Row};
use super::words::limit_words;

/// Limits that policies use, in order.
const LADDER: [Micros; 11] =
    [0, HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY, 30 * DAY, 45 * DAY, 90 * DAY, 180 * DAY, 365 * DAY];

/// Items that are not over the limit of their metric and would be over the next tighter one.
#[derive(Default)]
pub(super) struct Tighter {
    limits: Option<(Length, Length)>,
    over: u64,
}

impl Tighter {
    pub(super) fn than(policy: Option<&MetricPolicy>) -> Self {
        let limit = policy.map(|policy| policy.limit.length);
        let next =
            |limit: Length| LADDER.into_iter().rev().find(|step| *step < limit.micros()).map(Length::from_micros);
        Self { limits: limit.and_then(|limit| Some((next(limit)?, limit))), over: 0 }
    }

    /// Counts an item that has the limit of the metric, and not that of a part.
    pub(super) fn add(&mut self, verdict: &Row) {
        let is_near = |(next, _): (Length, Length)| exceeds(verdict.shortest, next);
        let counts = verdict.limit == 0 && verdict.measured && verdict.result != ItemResult::Over;
        self.over += u64::from(counts && self.limits.is_some_and(is_near));
    }

    /// Puts it among the other readings, in the place of what stood there.
    pub(super) fn report(&self, population: u64, readings: &mut Vec<Sensitivity>) {
        let Some((next, limit)) = self.limits else { return };
        let reading = format!("a limit of {} instead of {}", limit_words(next), limit_words(limit));
        readings.retain(|known| known.reading != reading);
        if self.over > 0 {
            readings.push(Sensitivity { reading, flips: self.over, population });
        }
    }
}
