//! Folds the evidence about one account, in time order, into consecutive intervals.

use crate::time::{HOUR, Micros};

use super::Kind;
use super::points::{Evidence, Point};

/// What shows the beginning of an interval, as in the column `basis`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Event,
    Snapshot,
    Absence,
}

impl Basis {
    pub(super) const WORDS: [&'static str; 3] = ["event", "snapshot", "absence"];
}

/// One interval of the timeline; bounds as in the `account_states` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    pub enabled: bool,
    pub from: (Option<Micros>, Option<Micros>),
    pub to: (Option<Micros>, Option<Micros>),
    pub seen_until: Micros,
    pub basis: Basis,
    pub src: (i32, i32),
    /// Whether a logged enabling began it.
    pub returned: bool,
}

impl Interval {
    fn begun(point: &Point, from: (Option<Micros>, Micros)) -> Self {
        let basis = match point.evidence {
            Evidence::Logged { .. } => Basis::Event,
            Evidence::Gone { .. } => Basis::Absence,
            _ => Basis::Snapshot,
        };
        Self {
            enabled: point.enabled,
            from: (from.0, Some(from.1)),
            to: (None, None),
            seen_until: from.1,
            basis,
            src: point.src,
            returned: matches!(point.evidence, Evidence::Logged { kind: Kind::Enable, .. }),
        }
    }

    /// The same, where no line of a log is its beginning.
    fn unlogged(self) -> Self {
        Self { basis: Basis::Snapshot, returned: false, ..self }
    }

    fn end(&mut self, lo: Micros, hi: Micros) {
        self.to = (Some(lo), Some(hi));
        self.seen_until = self.seen_until.max(lo);
    }
}

/// The intervals of an account out of its points.
pub(super) fn intervals(points: &[Point]) -> Vec<Interval> {
    let mut done: Vec<Interval> = Vec::with_capacity(2);
    let mut open: Option<Interval> = None;
    for point in points {
        let Some(current) = &mut open else {
            open = Some(first(point, &mut done));
            continue;
        };
        if current.enabled == point.enabled {
            again(current, point, &mut done);
        } else {
            let (lo, hi) = bounds(current, point);
            let next = Interval::begun(point, (Some(lo), hi));
            if lo == hi && current.from == (Some(lo), Some(hi)) {
                // A state that ended when it began was none.
                *current = without_it(done.pop_if(|before| before.enabled == point.enabled), point, next);
                continue;
            }
            current.end(lo, hi);
            done.push(*current);
            *current = next;
        }
    }
    done.extend(open);
    done
}

/// What lasts where the state between was none: the one before it, else the next one.
fn without_it(before: Option<Interval>, point: &Point, next: Interval) -> Interval {
    match before {
        Some(before) => Interval { to: (None, None), seen_until: before.seen_until.max(point.time()), ..before },
        None => next,
    }
}

/// Bounds of the change from an interval to what a point shows: never before the last sight of what was before.
fn bounds(current: &Interval, point: &Point) -> (Micros, Micros) {
    let (lo, hi) = match point.evidence {
        Evidence::Logged { at, .. } => (at, at),
        Evidence::Dated { lo, hi } => (lo.max(current.seen_until), hi),
        // The last sight of an account need not show that it had access.
        Evidence::By { at } | Evidence::Seen { at } | Evidence::Gone { hi: at, .. } => (current.seen_until, at),
    };
    (lo.min(hi), hi)
}

/// A point that shows what is known already. A second loss of access changes nothing. An enabling shows that the account
/// had lost access before; not where the log had shown an enabling already, nor where the account was just made.
fn again(current: &mut Interval, point: &Point, done: &mut Vec<Interval>) {
    if let Evidence::Logged { at, kind: Kind::Enable } = point.evidence {
        if current.returned || current.from.1.is_some_and(|from| at - from <= HOUR) {
            current.returned = true;
            current.seen_until = current.seen_until.max(at);
            return;
        }
        let seen = current.seen_until.min(at);
        current.end(seen, at);
        done.push(*current);
        done.push(without_access(point, Some(seen), at));
        *current = Interval::begun(point, (Some(at), at));
    }
    current.seen_until = current.seen_until.max(point.time());
}

/// The time without access that a logged enabling shows to have been before it.
fn without_access(point: &Point, seen: Option<Micros>, at: Micros) -> Interval {
    Interval { enabled: false, to: (Some(at), Some(at)), ..Interval::begun(point, (seen, at)) }.unlogged()
}

/// The first interval. A logged or dated loss of access shows that there was access before, a logged enabling that there
/// was none; what was seen or is known by a time shows nothing about when it began.
fn first(point: &Point, done: &mut Vec<Interval>) -> Interval {
    match point.evidence {
        Evidence::Logged { at, kind: Kind::Enable } => {
            done.push(without_access(point, None, at));
            Interval::begun(point, (Some(at), at))
        }
        Evidence::Logged { at: lo, .. } | Evidence::Dated { lo, .. } => {
            if !point.enabled {
                let before = Interval::begun(point, (None, lo));
                done.push(Interval { enabled: true, to: (Some(lo), Some(point.time())), ..before });
            }
            Interval::begun(point, (Some(lo), point.time()))
        }
        Evidence::By { at } | Evidence::Seen { at } | Evidence::Gone { hi: at, .. } => {
            Interval::begun(point, (None, at))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: bool = true;
    const OFF: bool = false;

    fn point(evidence: Evidence, enabled: bool) -> Point {
        Point { account: 0, evidence, enabled, src: (0, 1) }
    }

    fn logged(at: Micros, kind: Kind) -> Point {
        point(Evidence::Logged { at: at * HOUR, kind }, matches!(kind, Kind::Create | Kind::Enable))
    }

    fn dated(lo: Micros, hi: Micros, enabled: bool) -> Point {
        point(Evidence::Dated { lo: lo * HOUR, hi: hi * HOUR }, enabled)
    }

    fn by(at: Micros) -> Point {
        point(Evidence::By { at: at * HOUR }, OFF)
    }

    fn gone(lo: Micros, hi: Micros) -> Point {
        point(Evidence::Gone { lo: lo * HOUR, hi: hi * HOUR }, OFF)
    }

    fn seen(at: Micros, enabled: bool) -> Point {
        point(Evidence::Seen { at: at * HOUR }, enabled)
    }

    /// Enabled, from, to, seen until; in hours.
    type Shape = (bool, (Option<i64>, Option<i64>), (Option<i64>, Option<i64>), i64);

    fn shape(points: &[Point]) -> Vec<Shape> {
        let hours = |pair: (Option<i64>, Option<i64>)| (pair.0.map(|at| at / HOUR), pair.1.map(|at| at / HOUR));
        let shape = |i: &Interval| (i.enabled, hours(i.from), hours(i.to), i.seen_until / HOUR);
        intervals(points).iter().map(shape).collect()
    }

    const OPEN: (Option<i64>, Option<i64>) = (None, None);

    fn exact(at: i64) -> (Option<i64>, Option<i64>) {
        (Some(at), Some(at))
    }

    fn within(lo: i64, hi: i64) -> (Option<i64>, Option<i64>) {
        (Some(lo), Some(hi))
    }

    fn until(hi: i64) -> (Option<i64>, Option<i64>) {
        (None, Some(hi))
    }

    /// An account that an export says was made and switched off at one instant was never on.
    #[test]
    fn a_state_without_length_is_none() {
        let found = intervals(&[logged(5, Kind::Create), logged(5, Kind::Disable)]);
        let shown: Vec<(bool, Option<Micros>, Option<Micros>)> =
            found.iter().map(|one| (one.enabled, one.from.1, one.to.1)).collect();
        assert_eq!(shown, [(OFF, Some(5 * HOUR), None)]);
        // What was off before it stays off.
        let found = intervals(&[seen(3, OFF), logged(5, Kind::Enable), logged(5, Kind::Disable), seen(9, OFF)]);
        assert_eq!(found.iter().map(|one| (one.enabled, one.seen_until)).collect::<Vec<_>>(), [(OFF, 9 * HOUR)]);
    }

    #[test]
    fn evidence_in_order_gives_intervals() {
        use Kind::{Create, Delete, Disable, Enable};
        let cases: [(&str, &[Point], &[Shape]); 17] = [
            (
                "events give exact bounds",
                &[logged(10, Create), logged(50, Disable), seen(90, OFF)],
                &[(ON, exact(10), exact(50), 50), (OFF, exact(50), OPEN, 90)],
            ),
            (
                "two exports without an event give a range",
                &[seen(10, ON), seen(40, ON), seen(90, OFF)],
                &[(ON, until(10), within(40, 90), 40), (OFF, within(40, 90), OPEN, 90)],
            ),
            ("a first observation shows no beginning", &[seen(90, OFF)], &[(OFF, until(90), OPEN, 90)]),
            (
                "a logged loss shows access before, and an export with access afterwards that it came back",
                &[logged(50, Disable), seen(90, ON)],
                &[(ON, until(50), exact(50), 50), (OFF, exact(50), within(50, 90), 50), (ON, within(50, 90), OPEN, 90)],
            ),
            (
                "a logged enabling shows that there was no access before",
                &[logged(50, Enable), seen(90, ON)],
                &[(OFF, until(50), exact(50), 50), (ON, exact(50), OPEN, 90)],
            ),
            (
                "also where access was seen earlier",
                &[seen(20, ON), logged(50, Enable), seen(90, ON)],
                &[(ON, until(20), within(20, 50), 20), (OFF, within(20, 50), exact(50), 50), (ON, exact(50), OPEN, 90)],
            ),
            (
                "not where the log had shown how access came",
                &[logged(10, Create), logged(11, Enable), logged(60, Enable)],
                &[(ON, exact(10), OPEN, 60)],
            ),
            (
                "a second enabling changes nothing",
                &[logged(10, Disable), logged(20, Enable), logged(60, Enable)],
                &[(ON, until(10), exact(10), 10), (OFF, exact(10), exact(20), 20), (ON, exact(20), OPEN, 60)],
            ),
            (
                "a second loss changes nothing",
                &[logged(10, Create), logged(50, Disable), logged(60, Delete)],
                &[(ON, exact(10), exact(50), 50), (OFF, exact(50), OPEN, 60)],
            ),
            (
                "off, used, off again: it had come back",
                &[logged(10, Create), logged(50, Disable), seen(55, ON), logged(60, Disable)],
                &[
                    (ON, exact(10), exact(50), 50),
                    (OFF, exact(50), within(50, 55), 50),
                    (ON, within(50, 55), exact(60), 60),
                    (OFF, exact(60), OPEN, 60),
                ],
            ),
            (
                "off by a time, made long before",
                &[dated(10, 10, ON), by(70), seen(90, OFF)],
                &[(ON, exact(10), within(10, 70), 10), (OFF, within(10, 70), OPEN, 90)],
            ),
            ("off by a time and nothing else", &[by(70), seen(90, OFF)], &[(OFF, until(70), OPEN, 90)]),
            (
                "an exact end wins over a later bound",
                &[seen(10, ON), logged(50, Disable), by(70), seen(90, OFF)],
                &[(ON, until(10), exact(50), 50), (OFF, exact(50), OPEN, 90)],
            ),
            (
                "a day, and a use on that day",
                &[dated(10, 10, ON), seen(36, ON), dated(24, 48, OFF), seen(90, OFF)],
                &[(ON, exact(10), within(36, 48), 36), (OFF, within(36, 48), OPEN, 90)],
            ),
            (
                "absence",
                &[seen(10, ON), gone(10, 60)],
                &[(ON, until(10), within(10, 60), 10), (OFF, within(10, 60), OPEN, 60)],
            ),
            (
                "absence of what was off already",
                &[seen(10, ON), logged(20, Disable), gone(10, 60)],
                &[(ON, until(10), exact(20), 20), (OFF, exact(20), OPEN, 60)],
            ),
            ("absence of what was seen in no state", &[gone(10, 60)], &[(OFF, until(60), OPEN, 60)]),
        ];
        for (name, points, expected) in cases {
            assert_eq!(shape(points), expected, "{name}");
        }
    }
}
