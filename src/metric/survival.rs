//! Survival statistics: Kaplan–Meier from counts of whole seconds, with open stays as censored observations.
//!
//! # Definitions
//! *At risk* at time t are all stays with a length of at least t. At each time with ended stays the share still open
//! is multiplied by `(at risk − ended) / at risk`. A stay that is censored at t counts as at risk at t: ends come
//! before censorings of the same second. A percentile p is the earliest time at which the share still open is at most
//! `1 − p`; with nothing censored that is the nearest-rank quantile. A percentile that is not reached is longer than
//! the longest time observed.
//!
//! Lengths are whole seconds, rounded down, as in every output: whoever takes the lengths from the evidence files
//! gets the same numbers.
//!
//! # Exactness
//! The product is kept as a factor and a fraction of two integers; the factor changes only where something was
//! censored in between. Without censoring every comparison is one of integers.

use crate::report::CurvePoint;

/// How many new lengths are kept before they are sorted into the counts.
const FRESH: usize = 1 << 16;

/// Lengths counted by second, ended and censored apart. Memory grows with the number of different lengths.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    // Twice the seconds, plus one when censored: ended ones of a second come first.
    sorted: Vec<(u64, u64)>,
    fresh: Vec<u64>,
    total: u64,
}

impl Tally {
    /// Counts a stay that ended after `seconds`. Negative lengths count as 0.
    pub fn ended(&mut self, seconds: i64) {
        self.push((seconds.max(0) as u64) << 1);
    }

    /// Counts a stay that was still open after `seconds`; `i64::MAX` is "no bound known".
    pub fn censored(&mut self, seconds: i64) {
        self.push(((seconds.max(0) as u64) << 1) | 1);
    }

    fn push(&mut self, key: u64) {
        self.total += 1;
        self.fresh.push(key);
        if self.fresh.len() >= FRESH.max(self.sorted.len()) {
            self.settle();
        }
    }

    /// Adds the counts of another tally.
    pub fn merge(&mut self, other: &Self) {
        self.settle();
        let mut other = other.clone();
        other.settle();
        self.total += other.total;
        self.sorted = merged(&self.sorted, &other.sorted);
    }

    /// Takes the counts of another tally out; what was never counted stays out of account.
    pub fn subtract(&mut self, other: &Self) {
        self.settle();
        let mut other = other.clone();
        other.settle();
        let mut gone = other.sorted.iter().peekable();
        for (key, count) in &mut self.sorted {
            while gone.next_if(|(candidate, _)| candidate < key).is_some() {}
            if let Some((_, less)) = gone.next_if(|(candidate, _)| candidate == key) {
                let less = (*less).min(*count);
                *count -= less;
                self.total -= less;
            }
        }
        self.sorted.retain(|(_, count)| *count > 0);
    }

    /// Number of stays.
    pub fn len(&self) -> u64 {
        self.total
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    fn settle(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        self.fresh.sort_unstable();
        let mut counts: Vec<(u64, u64)> = Vec::new();
        for key in self.fresh.drain(..) {
            match counts.last_mut() {
                Some((last, count)) if *last == key => *count += 1,
                _ => counts.push((key, 1)),
            }
        }
        self.sorted = merged(&self.sorted, &counts);
    }

    /// The estimate.
    pub fn survival(&mut self) -> Survival {
        self.settle();
        Survival::of(&self.sorted)
    }
}

/// Two sorted lists of counts as one.
fn merged(first: &[(u64, u64)], second: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut out = Vec::with_capacity(first.len() + second.len());
    let mut others = second.iter().copied().peekable();
    for &(key, count) in first {
        while let Some(other) = others.next_if(|(other, _)| *other < key) {
            out.push(other);
        }
        let same = others.next_if(|(other, _)| *other == key).map_or(0, |(_, count)| count);
        out.push((key, count + same));
    }
    out.extend(others);
    out
}

/// The state of the estimate just after one second.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    seconds: i64,
    ended: u64,
    censored: u64,
    // Share still open: factor × open / of.
    factor: f64,
    open: u64,
    of: u64,
    // Greenwood's sum; infinite where nobody is left.
    greenwood: f64,
}

impl Step {
    fn share(&self) -> f64 {
        if self.of == 0 { self.factor } else { self.factor * (self.open as f64 / self.of as f64) }
    }

    /// Whether at most `100 − percent` of a hundred are still open.
    fn reaches(&self, percent: u64) -> bool {
        // Rounding of the factor must not turn "exactly half" into a little more; integers of this size are exact.
        const ROUNDING: f64 = 1.0 + 1e-12;
        let share = self.factor * self.open.saturating_mul(100) as f64;
        share <= (self.of.saturating_mul(100 - percent.min(100))) as f64 * ROUNDING
    }
}

/// A Kaplan–Meier estimate.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survival {
    steps: Vec<Step>,
    longest: Option<i64>,
}

impl Survival {
    fn of(counts: &[(u64, u64)]) -> Self {
        let mut at_risk: u64 = counts.iter().map(|(_, count)| count).sum();
        let mut steps: Vec<Step> = Vec::new();
        let (mut factor, mut open, mut of, mut greenwood) = (1.0, at_risk, at_risk, 0.0);
        let mut left_before = 0_u64;
        let mut longest = None;
        for (key, count) in counts {
            let seconds = (key >> 1) as i64;
            if seconds >= i64::MAX >> 1 {
                // No bound known: at risk for ever, and no observation of a time.
                continue;
            }
            longest = Some(seconds);
            if steps.last().is_none_or(|last| last.seconds != seconds) {
                steps.push(Step { seconds, ended: 0, censored: 0, factor, open, of, greenwood });
            }
            let Some(step) = steps.last_mut() else { continue };
            if key & 1 == 1 {
                step.censored += count;
                left_before += count;
            } else {
                if left_before > 0 {
                    // Somebody left since the last end: a new fraction starts.
                    factor *= open as f64 / of as f64;
                    of = at_risk;
                    left_before = 0;
                }
                let rest = at_risk - count;
                greenwood += if rest == 0 { f64::INFINITY } else { *count as f64 / (at_risk as f64 * rest as f64) };
                open = rest;
                *step = Step { ended: *count, factor, open, of, greenwood, ..*step };
            }
            at_risk -= count;
        }
        Self { steps, longest }
    }

    /// The time by which `percent` of a hundred have ended; `None` when it is not reached.
    pub fn percentile(&self, percent: u32) -> Option<i64> {
        self.steps.iter().find(|step| step.ended > 0 && step.reaches(u64::from(percent))).map(|step| step.seconds)
    }

    /// The longest time observed, ended or not.
    pub fn longest(&self) -> Option<i64> {
        self.longest
    }

    /// The share still open just after `seconds`.
    pub fn share_after(&self, seconds: i64) -> f64 {
        let index = self.steps.partition_point(|step| step.seconds <= seconds);
        index.checked_sub(1).map_or(1.0, |index| self.steps[index].share())
    }

    /// At most `most` points of the curve, from second 0 on, with the 95 % band of Greenwood's variance on the
    /// log-log scale. Points that are left out pass their censored stays on to the next one that is kept; the first
    /// and last points stay, and so does the last one up to `keep` seconds, where a reader will look: the limit.
    ///
    /// Where nobody is left the band is not defined; its upper end stays what it was before.
    pub fn curve(&self, most: usize, keep: Option<i64>) -> Vec<CurvePoint> {
        if self.steps.is_empty() {
            return Vec::new();
        }
        let mut points = Vec::with_capacity(self.steps.len().min(most) + 1);
        let mut high_before = 1.0;
        if self.steps[0].seconds > 0 {
            points.push(CurvePoint { seconds: 0, share: 1.0, low: 1.0, high: 1.0, censored: 0 });
        }
        let room = most.saturating_sub(points.len()).max(4);
        let last = self.steps.len() - 1;
        let kept_by_limit = keep.and_then(|at| self.steps.partition_point(|step| step.seconds <= at).checked_sub(1));
        let mut carried = 0;
        // Spread the points evenly over the steps; one place is held back for the step at the limit.
        let every = |index: usize| index * (room - 2) / self.steps.len();
        for (index, step) in self.steps.iter().enumerate() {
            carried += step.censored;
            let kept = self.steps.len() <= room
                || index == 0
                || index == last
                || Some(index) == kept_by_limit
                || every(index) != every(index - 1);
            let (low, high) = band(step, high_before);
            high_before = high;
            if kept {
                let point = CurvePoint {
                    seconds: step.seconds,
                    share: rounded(step.share()),
                    low: rounded(low),
                    high: rounded(high),
                    censored: carried,
                };
                points.push(point);
                carried = 0;
            }
        }
        points
    }
}

fn band(step: &Step, high_before: f64) -> (f64, f64) {
    /// The 97.5th percentile of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    let share = step.share();
    if share >= 1.0 {
        return (1.0, 1.0);
    }
    if step.open == 0 || share <= 0.0 {
        return (0.0, high_before);
    }
    let spread = Z * step.greenwood.sqrt() / share.ln().abs();
    (share.powf(spread.exp()), share.powf((-spread).exp()))
}

/// Six digits: what the reports print, and the same on every machine.
fn rounded(share: f64) -> f64 {
    (share.clamp(0.0, 1.0) * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests;
