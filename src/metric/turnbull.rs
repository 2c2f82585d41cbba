//! Turnbull's estimate for lengths that are known only as ranges: the distribution that makes what was seen most likely.
//!
//! # Definitions
//! Every stay gives a range that its length lies in: both ends the same where it is known, no upper end where the stay is
//! still open (then it is longer than what was observed). Mass lies only on the innermost ranges, those that begin with
//! a lower and end with the next upper end (B. W. Turnbull, Journal of the Royal Statistical Society B 38, 1976). The
//! masses are found by repeated expectation until no one of them moves by more than [`STILL`]. A percentile is the
//! innermost range in which the cumulated mass reaches it: where in that range it lies, the data do not say. Without
//! ranges the estimate is that of Kaplan and Meier.

use std::collections::BTreeMap;

/// When no mass moves by more than this in a step, the estimate stands.
const STILL: f64 = 1e-10;
/// No more steps than this.
const STEPS: usize = 20_000;
/// Different ranges beyond which no estimate is made: memory and time stay bounded.
const MOST: usize = 200_000;

/// Lengths in whole seconds as ranges, counted.
#[derive(Debug, Clone, Default)]
pub struct Ranges(BTreeMap<(i64, i64), u64>);

/// An upper end that nobody knows.
const OPEN: i64 = i64::MAX;

impl Ranges {
    /// Counts a stay whose length lies between these seconds, both included; `None`: it is longer than `low`.
    pub fn add(&mut self, low: i64, high: Option<i64>) {
        let low = low.clamp(0, OPEN >> 2);
        // Twice the seconds: what is longer than some second lies just behind it.
        let range = match high {
            Some(high) => (2 * low, 2 * high.clamp(low, OPEN >> 2)),
            None => (2 * low + 1, OPEN),
        };
        if self.0.len() < MOST || self.0.contains_key(&range) {
            *self.0.entry(range).or_default() += 1;
        }
    }

    /// The estimate; none where nothing was counted, or too many different ranges.
    pub fn estimate(&self) -> Option<Turnbull> {
        if self.0.is_empty() || self.0.len() >= MOST {
            return None;
        }
        let support = self.innermost();
        // The innermost ranges that lie in each range stand side by side.
        let covers: Vec<(usize, usize, f64)> = self
            .0
            .iter()
            .map(|((low, high), count)| {
                let from = support.partition_point(|range| range.0 < *low);
                let to = support.partition_point(|range| range.1 <= *high);
                (from, to, *count as f64)
            })
            .collect();
        let total: f64 = covers.iter().map(|cover| cover.2).sum();
        let mut mass = vec![1.0 / support.len() as f64; support.len()];
        for _ in 0..STEPS {
            let moved = step(&covers, total, &mut mass);
            if moved < STILL {
                break;
            }
        }
        Some(Turnbull { support, mass })
    }

    /// The seconds between which 50, 90 and 95 of a hundred have ended, each where it is reached.
    pub fn percentiles(&self) -> Option<[Option<[i64; 2]>; 3]> {
        let estimate = self.estimate()?;
        Some([50, 90, 95].map(|percent| estimate.percentile(percent).map(|(low, high)| [low, high])))
    }

    /// Each lower end that an upper end follows before another lower end.
    fn innermost(&self) -> Vec<(i64, i64)> {
        let mut ends: Vec<(i64, bool)> = self.0.keys().flat_map(|(low, high)| [(*low, false), (*high, true)]).collect();
        ends.sort_unstable();
        ends.dedup();
        let follows = |pair: &[(i64, bool)]| match pair {
            [(low, false), (high, true)] => Some((*low, *high)),
            _ => None,
        };
        ends.windows(2).filter_map(follows).collect()
    }
}

/// One step of expectation; returns how far the mass that moved most moved.
fn step(covers: &[(usize, usize, f64)], total: f64, mass: &mut [f64]) -> f64 {
    let mut sums = Vec::with_capacity(mass.len() + 1);
    sums.push(0.0);
    for one in mass.iter() {
        sums.push(sums.last().copied().unwrap_or_default() + one);
    }
    let mut shares = vec![0.0; mass.len() + 1];
    for (from, to, count) in covers {
        let all = sums[*to] - sums[*from];
        if all > 0.0 {
            shares[*from] += count / all;
            shares[*to] -= count / all;
        }
    }
    let (mut share, mut moved) = (0.0, 0.0_f64);
    for (one, change) in mass.iter_mut().zip(&shares) {
        share += change;
        let next = *one * share / total;
        moved = moved.max((next - *one).abs());
        *one = next;
    }
    moved
}

/// A distribution on innermost ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct Turnbull {
    support: Vec<(i64, i64)>,
    mass: Vec<f64>,
}

impl Turnbull {
    /// The seconds between which `percent` of a hundred have ended; `None` when it is not reached.
    pub fn percentile(&self, percent: u32) -> Option<(i64, i64)> {
        const ROUNDING: f64 = 1e-7;
        let wanted = f64::from(percent.min(100)) / 100.0 - ROUNDING;
        let mut sum = 0.0;
        let reaches = |mass: &f64| {
            sum += mass;
            sum >= wanted
        };
        let at = self.mass.iter().position(reaches)?;
        let (low, high) = self.support[at];
        (high != OPEN).then_some((low.div_euclid(2) + low.rem_euclid(2), high / 2))
    }

    /// Between which shares the stays lie that are longer than some seconds.
    pub fn longer_than(&self, seconds: i64) -> (f64, f64) {
        let share = |is: &dyn Fn(&(i64, i64)) -> bool| {
            self.support.iter().zip(&self.mass).filter(|(range, _)| is(range)).map(|(_, mass)| mass).sum::<f64>()
        };
        let at = 2 * seconds;
        (share(&|range| range.0 > at), share(&|range| range.1 > at))
    }
}

#[cfg(test)]
mod tests {
    use super::super::survival::Tally;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        // Three known ends and one known to lie between the first two: its mass goes to both in the ratio of their own.
        let mut ranges = Ranges::default();
        ranges.add(10, Some(10));
        ranges.add(20, Some(20));
        ranges.add(30, Some(30));
        ranges.add(10, Some(20));
        let estimate = ranges.estimate().expect("an estimate");
        assert_eq!(estimate.support, [(20, 20), (40, 40), (60, 60)]);
        for (mass, expected) in estimate.mass.iter().zip([0.375, 0.375, 0.25]) {
            assert!((mass - expected).abs() < 1e-6, "{mass}");
        }
        assert_eq!(estimate.percentile(50), Some((20, 20)));
        assert_eq!(estimate.percentile(90), Some((30, 30)));
    }

    #[test]
    fn a_range_without_others_keeps_its_ends() {
        let mut ranges = Ranges::default();
        ranges.add(5, Some(9));
        ranges.add(7, Some(20));
        let estimate = ranges.estimate().expect("an estimate");
        assert_eq!(estimate.percentile(50), Some((7, 9)), "the range that both share");
        assert_eq!(estimate.longer_than(8), (0.0, 1.0));
        assert_eq!(Ranges::default().estimate(), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

        /// Without ranges it is the estimate of Kaplan and Meier.
        #[test]
        fn known_ends_and_open_stays_give_kaplan_meier(stays in proptest::collection::vec((0_i64..40, any::<bool>()), 1..40)) {
            let (mut ranges, mut tally) = (Ranges::default(), Tally::default());
            for (seconds, open) in stays {
                if open { tally.censored(seconds) } else { tally.ended(seconds) }
                ranges.add(seconds, (!open).then_some(seconds));
            }
            let (estimate, survival) = (ranges.estimate().expect("an estimate"), tally.survival());
            for seconds in 0..40 {
                let (low, high) = estimate.longer_than(seconds);
                let share = survival.share_after(seconds);
                prop_assert!(low <= share + 1e-4 && share <= high + 1e-4, "{} {} {}", low, share, high);
            }
        }
    }
}
