//! How much of what a metric looked at was over its limit, before and now.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number::count;

/// The share of a metric before and now, of what both packs looked at: systems that only one of them has loaded are left
/// out on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RateChange {
    /// As it was; `null` when there is nothing to compare.
    pub before: Option<Rate>,
    /// As it is.
    pub after: Option<Rate>,
    /// Which is higher.
    pub trend: Trend,
    /// Whether one exception more or less would not make up for the difference: only then it decides a result.
    pub beyond_one: bool,
    /// Why it cannot be said which is higher.
    pub doubt: Option<RateDoubt>,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// Items surely over their limit that no waiver covers.
    pub over: u64,
    /// Items that may be over: in some readings only, or nothing can be said about them. Waived ones are left out.
    pub doubtful: u64,
    /// Items over their limit, surely or possibly, that a waiver covers.
    #[serde(default)]
    pub waived: u64,
    /// Items looked at.
    pub population: u64,
}

/// How two rates compare. Fractions are compared exactly, by their products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trend {
    /// Higher now, whether what is doubtful or waived counts or not.
    Higher,
    /// Lower now, whether what is doubtful or waived counts or not, while as much is known as before.
    Lower,
    /// The same.
    Same,
    /// Nobody can say.
    Unclear,
    /// The rates are not of the same thing, or one of them is not there.
    NotCompared,
}

/// Why it cannot be said which rate is higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RateDoubt {
    /// The baseline could not assess the metric.
    NotAssessedBefore,
    /// The current pack cannot assess the metric.
    NotAssessedNow,
    /// There was nothing to measure before.
    NothingBefore,
    /// There is nothing to measure now.
    NothingNow,
    /// The metric has another limit.
    OtherLimit,
    /// The metric has another definition.
    OtherDefinition,
    /// It depends on what is doubtful.
    Readings,
    /// It depends on whether what is waived counts.
    Waivers,
    /// It looks lower, and less is known than before.
    LessKnown,
}

impl RateDoubt {
    /// The words for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotAssessedBefore => "not assessed before",
            Self::NotAssessedNow => "not assessed now",
            Self::NothingBefore => "nothing to measure before",
            Self::NothingNow => "nothing to measure now",
            Self::OtherLimit => "another limit",
            Self::OtherDefinition => "another definition",
            Self::Readings => "it depends on items that may be over",
            Self::Waivers => "it depends on waivers",
            Self::LessKnown => "less is known than before",
        }
    }
}

impl RateChange {
    /// Two rates of the same thing.
    pub fn of(before: Rate, after: Rate) -> Self {
        let waived = [before.with_waived(), after.with_waived()];
        let pairs = [[before.sure(), after.sure()], [before.widest(), after.widest()], waived];
        let all = |holds: fn([(u64, u64); 2]) -> bool| pairs.into_iter().all(holds);
        let (trend, beyond_one) = if all(|[was, is]| exceeds(is, was)) {
            (Trend::Higher, all(|[was, is]| exceeds(less_one(is), was)))
        } else if all(|[was, is]| exceeds(was, is)) {
            (Trend::Lower, all(|[was, is]| exceeds(less_one(was), is)))
        } else if all(|[was, is]| !exceeds(is, was) && !exceeds(was, is)) {
            (Trend::Same, false)
        } else {
            (Trend::Unclear, false)
        };
        // Of what no waiver covers, both readings may agree.
        let [sure, widest, _] = pairs.map(|[was, is]| (exceeds(is, was), exceeds(was, is)));
        let doubt = if sure == widest { RateDoubt::Waivers } else { RateDoubt::Readings };
        let doubt = (trend == Trend::Unclear).then_some(doubt);
        Self { before: Some(before), after: Some(after), trend, beyond_one, doubt }
    }

    /// Rates that cannot be compared.
    pub fn not_compared(before: Option<Rate>, after: Option<Rate>, doubt: RateDoubt) -> Self {
        Self { before, after, trend: Trend::NotCompared, beyond_one: false, doubt: Some(doubt) }
    }

    /// `3 of 12, now 11 of 33`; nothing where a side is not there.
    pub fn numbers(&self) -> Option<String> {
        let of = |rate: Rate| format!("{} of {}", count(rate.over), count(rate.population));
        Some(format!("{}, now {}", of(self.before?), of(self.after?)))
    }

    /// Which is higher, or why nobody can say it, in words.
    pub fn words(&self) -> String {
        let doubt = || self.doubt.map_or("no reason given", RateDoubt::words);
        match self.trend {
            Trend::Higher if self.beyond_one => "higher".to_owned(),
            Trend::Higher => "higher, but one exception decides".to_owned(),
            Trend::Lower if self.beyond_one => "lower".to_owned(),
            Trend::Lower => "lower, but one exception decides".to_owned(),
            Trend::Same => "the same".to_owned(),
            Trend::Unclear => format!("not clear which is higher: {}", doubt()),
            Trend::NotCompared => format!("not compared: {}", doubt()),
        }
    }

    /// Whether it is higher by more than one exception: that makes a result worse.
    pub fn rose(&self) -> bool {
        self.trend == Trend::Higher && self.beyond_one
    }

    /// Whether it is lower by more than one exception.
    pub fn fell(&self) -> bool {
        self.trend == Trend::Lower && self.beyond_one
    }
}

impl Rate {
    fn sure(self) -> (u64, u64) {
        (self.over, self.population)
    }

    fn widest(self) -> (u64, u64) {
        (self.over.saturating_add(self.doubtful), self.population)
    }

    fn with_waived(self) -> (u64, u64) {
        (self.over.saturating_add(self.waived), self.population)
    }
}

fn less_one((over, of): (u64, u64)) -> (u64, u64) {
    (over.saturating_sub(1), of)
}

/// Whether the first fraction is greater. One of nothing exceeds nothing.
fn exceeds(one: (u64, u64), other: (u64, u64)) -> bool {
    u128::from(one.0) * u128::from(other.1) > u128::from(other.0) * u128::from(one.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(before: [u64; 3], after: [u64; 3]) -> (Trend, bool) {
        let rate = |[over, doubtful, population]: [u64; 3]| Rate { over, doubtful, waived: 0, population };
        let change = RateChange::of(rate(before), rate(after));
        (change.trend, change.beyond_one)
    }

    #[test]
    fn fractions_are_compared_exactly() {
        assert_eq!(trend([3, 0, 12], [11, 0, 33]), (Trend::Higher, true));
        assert_eq!(trend([3, 0, 12], [3, 0, 33]), (Trend::Lower, true));
        assert_eq!(trend([3, 0, 12], [10, 0, 40]), (Trend::Same, false));
        // No float tells these apart.
        let many = 9_007_199_254_740_993;
        assert_eq!(trend([many - 1, 0, many], [many, 0, many + 1]), (Trend::Higher, false));
        assert_eq!(trend([u64::MAX - 9, 0, u64::MAX], [u64::MAX, 0, u64::MAX]), (Trend::Higher, true));
    }

    #[test]
    fn one_exception_more_or_less_decides_nothing() {
        assert_eq!(trend([0, 0, 40], [1, 0, 38]), (Trend::Higher, false));
        assert_eq!(trend([0, 0, 40], [2, 0, 38]), (Trend::Higher, true));
        assert_eq!(trend([3, 0, 12], [4, 0, 12]), (Trend::Higher, false));
        assert_eq!(trend([1, 0, 40], [0, 0, 38]), (Trend::Lower, false));
        assert_eq!(trend([8, 0, 9], [8, 0, 10]), (Trend::Lower, false));
    }

    #[test]
    fn a_waiver_that_comes_or_goes_moves_no_rate() {
        let rate = |over, waived| Rate { over, doubtful: 0, waived, population: 12 };
        for [before, after] in [[rate(5, 0), rate(1, 4)], [rate(1, 4), rate(5, 0)], [rate(0, 0), rate(0, 3)]] {
            let change = RateChange::of(before, after);
            assert_eq!((change.trend, change.doubt), (Trend::Unclear, Some(RateDoubt::Waivers)));
        }
        assert!(RateChange::of(rate(1, 4), rate(4, 4)).rose());
    }

    #[test]
    fn what_is_doubtful_counts_both_ways() {
        // Before, it may have been as many.
        assert_eq!(trend([3, 5, 12], [11, 0, 33]), (Trend::Unclear, false));
        // The same doubt on both sides hides no rise.
        assert_eq!(trend([5, 30, 100], [25, 30, 100]), (Trend::Higher, true));
        // That more is doubtful now makes nothing lower.
        assert_eq!(trend([5, 0, 100], [0, 50, 100]), (Trend::Unclear, false));
    }
}
