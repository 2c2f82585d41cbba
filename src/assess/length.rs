//! The length of a stay: its shortest and longest reading as of one moment, and why they differ.
//!
//! # Rules
//! A verdict speaks about the stay as it stood at `as_of`; nothing later counts, nothing is extrapolated.
//!
//! * **Ended**: shortest = earliest end − latest beginning, longest = latest end − earliest beginning.
//! * **Open**: shortest = last observation − latest beginning. Longest = `as_of` − earliest beginning: whatever
//!   happened after the last observation, at `as_of` the stay cannot have been longer. So an open stay is within *so
//!   far* only when that much is within the limit; one last seen open before `as_of`, within its limit then and
//!   possibly over it now, is indeterminate: it was not observed to the as-of date.
//! * An end after `as_of` has not happened yet: the stay counts as open and observed to `as_of`. A last observation
//!   after `as_of` counts as one at `as_of`.
//! * A bound that is missing is as wide as it can be: no earliest beginning means no longest reading; no latest
//!   beginning, no last observation or no earliest end means that the shortest reading is 0; no latest end is `as_of`.
//! * Readings are never negative: a stay that ended before it began has length 0.
//! * A stay that cannot have begun by `as_of` is outside the population. An item that a metric says has no stay
//!   (`none`) is within, whenever it could have begun: evidence from after `as_of` never makes a population smaller.

use crate::time::Micros;

/// The longest reading when there is none.
pub(super) const UNBOUNDED: Micros = Micros::MAX;

/// The times of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// Earliest beginning.
    pub began_lo: Option<Micros>,
    /// Latest beginning.
    pub began_hi: Option<Micros>,
    /// Earliest end.
    pub ended_lo: Option<Micros>,
    /// Latest end.
    pub ended_hi: Option<Micros>,
    /// Last instant at which an open stay was observed.
    pub seen_until: Option<Micros>,
    /// Whether it is open, as the row says.
    pub open: bool,
}

/// The readings of one stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// Shortest reading.
    pub shortest: Micros,
    /// Longest reading; `i64::MAX` when there is no bound.
    pub longest: Micros,
    /// The longest that was observed: differs from `longest` for open stays not observed to `as_of`.
    pub longest_observed: Micros,
    /// Whether it had no end at `as_of`.
    pub open: bool,
    /// Whether nothing is known about its end but that it lies before the evidence.
    pub left_censored: bool,
}

/// Why the readings of a stay differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Open when last observed, and the observation is older than `as_of`.
    NotObserved,
    /// No earliest beginning.
    BeginningUnknown,
    /// The beginning is a range.
    BeginningRange,
    /// The end is a range.
    EndRange,
    /// Both are.
    BothRanges,
}

impl Doubt {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotObserved => "open when last observed, not observed to the as-of date",
            Self::BeginningUnknown => "beginning not known",
            Self::BeginningRange => "beginning known only as a range",
            Self::EndRange => "end known only as a range",
            Self::BothRanges => "beginning and end known only as ranges",
        }
    }
}

/// The readings of a stay at `as_of`; `None` when it cannot have begun by then.
pub fn measure(times: &Times, as_of: Micros) -> Option<Lengths> {
    if times.began_lo.is_some_and(|began| began > as_of) {
        return None;
    }
    let since = |began: Option<Micros>, end: Micros, missing: Micros| {
        began.map_or(missing, |began| end.saturating_sub(began).max(0))
    };
    let ended_later = !times.open && times.ended_lo.is_some_and(|ended| ended > as_of);
    if times.open || ended_later {
        let seen = if ended_later { Some(as_of) } else { times.seen_until.map(|seen| seen.min(as_of)) };
        let shortest = seen.map_or(0, |seen| since(times.began_hi, seen, 0));
        let longest = since(times.began_lo, as_of, UNBOUNDED).max(shortest);
        let longest_observed = seen.map_or(shortest, |seen| since(times.began_lo, seen, UNBOUNDED)).max(shortest);
        return Some(Lengths { shortest, longest, longest_observed, open: true, left_censored: false });
    }
    let shortest = times.ended_lo.map_or(0, |ended| since(times.began_hi, ended, 0));
    let last = times.ended_hi.map_or(as_of, |ended| ended.min(as_of));
    let longest = since(times.began_lo, last, UNBOUNDED).max(shortest);
    let left_censored = times.ended_lo.is_none();
    Some(Lengths { shortest, longest, longest_observed: longest, open: false, left_censored })
}

/// Why a stay with these times is neither surely within nor surely over.
pub(super) fn doubt(times: &Times, lengths: &Lengths, as_of: Micros) -> Doubt {
    if lengths.open && times.open && times.seen_until.is_none_or(|seen| seen < as_of) {
        return Doubt::NotObserved;
    }
    if times.began_lo.is_none() {
        return Doubt::BeginningUnknown;
    }
    let began = times.began_lo != times.began_hi;
    let ended = !lengths.open && times.ended_lo != times.ended_hi;
    match (began, ended) {
        (true, true) => Doubt::BothRanges,
        (false, true) => Doubt::EndRange,
        _ => Doubt::BeginningRange,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn closed(began: (i64, i64), ended: (i64, i64)) -> Times {
        Times {
            began_lo: Some(began.0),
            began_hi: Some(began.1),
            ended_lo: Some(ended.0),
            ended_hi: Some(ended.1),
            ..Times::default()
        }
    }

    fn open(began: i64, seen: i64) -> Times {
        Times { began_lo: Some(began), began_hi: Some(began), seen_until: Some(seen), open: true, ..Times::default() }
    }

    fn readings(times: &Times, as_of: Micros) -> Option<(Micros, Micros, bool)> {
        measure(times, as_of).map(|lengths| (lengths.shortest, lengths.longest, lengths.open))
    }

    #[test]
    fn ended_stays() {
        assert_eq!(readings(&closed((10, 10), (25, 25)), 100), Some((15, 15, false)));
        // 20 − 12 = 8; 25 − 10 = 15.
        assert_eq!(readings(&closed((10, 12), (20, 25)), 100), Some((8, 15, false)));
        assert_eq!(readings(&closed((30, 30), (25, 25)), 100), Some((0, 0, false)));
        let no_beginning = Times { began_lo: None, ..closed((0, 12), (20, 20)) };
        assert_eq!(readings(&no_beginning, 100), Some((8, UNBOUNDED, false)));
    }

    #[test]
    fn open_stays() {
        assert_eq!(readings(&open(10, 100), 100), Some((90, 90, true)));
        assert_eq!(readings(&open(10, 60), 100), Some((50, 90, true)));
        assert_eq!(readings(&open(10, 130), 100), Some((90, 90, true)), "seen after as-of");
        let lengths = measure(&open(10, 60), 100).map(|lengths| lengths.longest_observed);
        assert_eq!(lengths, Some(50));
        assert_eq!(readings(&Times { seen_until: None, ..open(10, 0) }, 100), Some((0, 90, true)));
    }

    #[test]
    fn what_lies_after_as_of() {
        assert_eq!(readings(&open(101, 120), 100), None, "begins later");
        assert_eq!(readings(&closed((10, 10), (150, 150)), 100), Some((90, 90, true)), "ends later: open at as-of");
        assert_eq!(readings(&closed((10, 10), (90, 150)), 100), Some((80, 90, false)), "may have ended later");
        assert_eq!(readings(&closed((10, 150), (120, 120)), 100), Some((0, 90, true)), "may begin later");
    }

    #[test]
    fn left_censored() {
        let times = Times { ended_lo: None, ..closed((10, 10), (0, 30)) };
        let lengths = measure(&times, 100).map(|lengths| (lengths.shortest, lengths.longest, lengths.left_censored));
        assert_eq!(lengths, Some((0, 20, true)));
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        assert_eq!(
            readings(&closed((i64::MIN, i64::MIN), (i64::MAX, i64::MAX)), i64::MAX),
            Some((i64::MAX, i64::MAX, false))
        );
        assert_eq!(readings(&closed((i64::MAX, i64::MAX), (i64::MIN, i64::MIN)), i64::MAX), Some((0, 0, false)));
    }

    fn instant() -> impl Strategy<Value = Option<i64>> {
        prop::option::of(0_i64..200)
    }

    proptest! {
        #[test]
        fn shortest_is_never_longer_than_longest(
            began_lo in instant(), began_hi in instant(), ended_lo in instant(), ended_hi in instant(),
            seen_until in instant(), open in any::<bool>(), as_of in 0_i64..200,
        ) {
            let times = Times { began_lo, began_hi, ended_lo, ended_hi, seen_until, open };
            if let Some(lengths) = measure(&times, as_of) {
                prop_assert!(0 <= lengths.shortest && lengths.shortest <= lengths.longest);
                prop_assert!(lengths.shortest <= lengths.longest_observed);
                prop_assert!(lengths.longest_observed <= lengths.longest);
            }
        }

        #[test]
        fn a_later_as_of_never_shortens_an_open_stay(
            began_lo in 0_i64..200, width in 0_i64..20, seen in instant(), as_of in 0_i64..200, later in 0_i64..100,
        ) {
            let times = Times {
                began_lo: Some(began_lo), began_hi: Some(began_lo + width), seen_until: seen, open: true, ..Times::default()
            };
            if let Some(now) = measure(&times, as_of) {
                let then = measure(&times, as_of + later).expect("it had begun");
                prop_assert!(then.shortest >= now.shortest && then.longest >= now.longest);
            }
        }
    }
}
