//! Axes of time: linear, or logarithmic beyond a unit when the interesting part is near the beginning.

use crate::render::text;

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

const STEPS: [i64; 26] = [
    1,
    5,
    15,
    30,
    60,
    300,
    900,
    1_800,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    5 * DAY,
    10 * DAY,
    20 * DAY,
    30 * DAY,
    60 * DAY,
    90 * DAY,
    180 * DAY,
    365 * DAY,
    2 * 365 * DAY,
    5 * 365 * DAY,
    10 * 365 * DAY,
];

const LOG_TICKS: [i64; 16] = [
    1,
    10,
    60,
    600,
    HOUR,
    6 * HOUR,
    DAY,
    3 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    180 * DAY,
    365 * DAY,
    3 * 365 * DAY,
    10 * 365 * DAY,
];

/// From seconds to the share of an axis, 0 at its beginning and 1 at its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// Even.
    Linear {
        /// Seconds at the end; at least 1.
        max: i64,
    },
    /// `ln(1 + t / unit)`: nearly even up to the unit, logarithmic beyond.
    Log {
        /// Seconds up to which it is nearly even; at least 1.
        unit: i64,
        /// Seconds at the end; at least 1.
        max: i64,
    },
}

impl Scale {
    /// The scale on which every length of interest (limit, median) can be told from zero.
    pub fn choose(max: i64, interesting: &[i64]) -> Self {
        let max = max.max(1);
        let nearest = interesting.iter().copied().filter(|seconds| *seconds > 0).min().unwrap_or(max);
        if max / nearest >= 20 { Self::Log { unit: (nearest / 4).max(1), max } } else { Self::Linear { max } }
    }

    /// Whether it is logarithmic.
    pub fn is_log(self) -> bool {
        matches!(self, Self::Log { .. })
    }

    /// The share of the axis, between 0 and 1.
    pub fn at(self, seconds: i64) -> f64 {
        let share = match self {
            Self::Linear { max } => seconds as f64 / max as f64,
            Self::Log { unit, max } => {
                (seconds.max(0) as f64 / unit as f64).ln_1p() / (max as f64 / unit as f64).ln_1p()
            }
        };
        share.clamp(0.0, 1.0)
    }

    /// Round lengths along the axis with their labels, none closer than a tenth to the one before.
    pub fn ticks(self) -> Vec<(i64, String)> {
        let mut out = vec![(0, "0".to_owned())];
        match self {
            Self::Linear { max } => {
                let last = STEPS[STEPS.len() - 1];
                let step = STEPS.iter().copied().find(|step| max / step <= 6).unwrap_or(max / 6 / last * last + last);
                let mut at = step;
                while at <= max {
                    out.push((at, text::length(at)));
                    let Some(next) = at.checked_add(step) else { break };
                    at = next;
                }
            }
            Self::Log { max, .. } => {
                let mut before = 0.0;
                for at in LOG_TICKS.into_iter().filter(|at| *at <= max) {
                    if self.at(at) - before >= 0.1 {
                        before = self.at(at);
                        out.push((at, text::length(at)));
                    }
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_near_limit_gets_a_logarithmic_axis() {
        assert_eq!(Scale::choose(10 * DAY, &[DAY]), Scale::Linear { max: 10 * DAY });
        assert_eq!(Scale::choose(90 * DAY, &[DAY, 0]), Scale::Log { unit: 6 * HOUR, max: 90 * DAY });
        assert_eq!(Scale::choose(0, &[]), Scale::Linear { max: 1 });
    }

    #[test]
    fn ticks_are_round() {
        let labels = |scale: Scale| scale.ticks().into_iter().map(|tick| tick.1).collect::<Vec<_>>().join(", ");
        assert_eq!(labels(Scale::Linear { max: 10 * DAY }), "0, 2 d, 4 d, 6 d, 8 d, 10 d");
        assert_eq!(labels(Scale::Log { unit: 6 * HOUR, max: 90 * DAY }), "0, 6 h, 1 d, 3 d, 7 d, 14 d, 30 d, 90 d");
    }

    proptest! {
        #[test]
        fn axes_never_run_backwards(max in 1_i64..i64::MAX, point in 0_i64..i64::MAX, a in 0_i64..i64::MAX, b in 0_i64..i64::MAX) {
            let scale = Scale::choose(max, &[point]);
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(scale.at(low) <= scale.at(high));
            prop_assert!(scale.ticks().len() <= 11);
        }
    }
}
