//! The timeline of each account: when it could sign in, from log events, from dates in exports, and from what
//! consecutive exports showed.

use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Lineage, Texts, Times};
use crate::time::Micros;

use super::accounts::{AccountIndex, Accounts};
use super::{Context, frames as out};

/// A change of state that a successful log event shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub account: AccountIndex,
    pub at: Micros,
    pub enabled: bool,
    pub src: (i32, i32),
}

/// A piece of evidence about one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    /// It changed, at some time within the bounds.
    Changed { lo: Micros, hi: Micros, event: bool },
    /// It was seen in this state.
    Seen { at: Micros },
}

#[derive(Debug, Clone, Copy)]
struct Point {
    account: AccountIndex,
    evidence: Evidence,
    enabled: bool,
    src: (i32, i32),
}

impl Point {
    fn time(&self) -> Micros {
        match self.evidence {
            Evidence::Changed { hi, .. } => hi,
            Evidence::Seen { at } => at,
        }
    }
}

/// One interval of the timeline; bounds as in the `account_states` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interval {
    enabled: bool,
    from: (Option<Micros>, Option<Micros>),
    to: (Option<Micros>, Option<Micros>),
    seen_until: Micros,
    event: bool,
    src: (i32, i32),
}

/// Builds the `account_states` frame. `changes` come from events at or before as_of, in any order.
pub(super) fn timeline(
    accounts: &Accounts,
    keys: &StringChunked,
    changes: Vec<Change>,
    context: &Context<'_>,
) -> PolarsResult<DataFrame> {
    let mut points = points(accounts, changes, context);
    // A change goes before an observation at the same instant; two changes keep the order of the log. The key leaves
    // no ties, so threads cannot change the order.
    points.par_sort_unstable_by_key(|point| {
        (point.account, point.time(), matches!(point.evidence, Evidence::Seen { .. }), point.src, point.enabled)
    });
    let mut rows: Vec<(AccountIndex, Interval)> = Vec::with_capacity(accounts.len());
    for group in points.chunk_by(|a, b| a.account == b.account) {
        let account = group[0].account;
        rows.extend(intervals(group).into_iter().map(|interval| (account, interval)));
    }
    frame(&rows, keys)
}

fn points(accounts: &Accounts, changes: Vec<Change>, context: &Context<'_>) -> Vec<Point> {
    let rows = &accounts.observations;
    let (status, activity) = (Texts::of(rows, "status"), Texts::of(rows, "activity"));
    let (created, last_seen) = (Times::of(rows, "created_at"), Times::of(rows, "last_seen_lo"));
    let (disabled_lo, disabled_hi) = (Times::of(rows, "disabled_lo"), Times::of(rows, "disabled_hi"));
    let lineage = Lineage::of(rows);
    let mut logged = vec![false; accounts.len()];
    let mut points = Vec::with_capacity(accounts.snapshots.len() * 2 + changes.len());
    for change in changes {
        logged[change.account as usize] = true;
        points.push(Point {
            account: change.account,
            evidence: Evidence::Changed { lo: change.at, hi: change.at, event: true },
            enabled: change.enabled,
            src: change.src,
        });
    }
    for &(account, row) in &accounts.snapshots {
        let row = row as usize;
        let src = (lineage.file(row), lineage.row(row));
        let observed = context.observed_at(src.0);
        let enabled = match status.get(row) {
            Some("active") => true,
            Some("suspended" | "disabled" | "deleted") => false,
            _ => continue,
        };
        let mut push = |evidence, enabled| points.push(Point { account, evidence, enabled, src });
        if let Some(created) = created.get(row).filter(|created| *created <= observed) {
            push(Evidence::Changed { lo: created, hi: created, event: false }, true);
        }
        if !enabled {
            match (disabled_lo.get(row), disabled_hi.get(row)) {
                (Some(lo), Some(hi)) if lo <= observed => {
                    push(Evidence::Changed { lo, hi: hi.min(observed.max(lo)), event: false }, false);
                }
                // Without a date or a log, the last use narrows down when it was still open.
                _ if !logged[account as usize] && activity.get(row) == Some("seen") => {
                    if let Some(seen) = last_seen.get(row).filter(|seen| *seen < observed) {
                        push(Evidence::Seen { at: seen }, true);
                    }
                }
                _ => {}
            }
        }
        push(Evidence::Seen { at: observed }, enabled);
    }
    points
}

/// Folds the evidence about one account, in time order, into consecutive intervals.
fn intervals(points: &[Point]) -> Vec<Interval> {
    let mut done: Vec<Interval> = Vec::with_capacity(2);
    let mut open: Option<Interval> = None;
    for point in points {
        let time = point.time();
        let Some(current) = &mut open else {
            open = Some(first(point, &mut done));
            continue;
        };
        if current.enabled == point.enabled {
            // A date of creation in a second export, or a repeated disable, changes nothing.
            current.seen_until = current.seen_until.max(time);
            continue;
        }
        let (lo, hi, event) = match point.evidence {
            Evidence::Changed { lo, hi, event } => (lo.max(start_of(current)), hi, event),
            Evidence::Seen { at } => (current.seen_until.min(at), at, false),
        };
        current.to = (Some(lo.min(hi)), Some(hi));
        current.seen_until = current.seen_until.max(lo.min(hi));
        done.push(*current);
        *current = Interval {
            enabled: point.enabled,
            from: (Some(lo.min(hi)), Some(hi)),
            to: (None, None),
            seen_until: hi,
            event,
            src: point.src,
        };
    }
    done.extend(open);
    done
}

fn start_of(interval: &Interval) -> Micros {
    interval.from.0.or(interval.from.1).unwrap_or(Micros::MIN)
}

/// The first interval. A logged disable shows that the account was open before; a first observation shows nothing
/// about when its state began.
fn first(point: &Point, done: &mut Vec<Interval>) -> Interval {
    match point.evidence {
        Evidence::Changed { lo, hi, event } => {
            if !point.enabled {
                done.push(Interval {
                    enabled: true,
                    from: (None, Some(lo)),
                    to: (Some(lo), Some(hi)),
                    seen_until: lo,
                    event,
                    src: point.src,
                });
            }
            Interval {
                enabled: point.enabled,
                from: (Some(lo), Some(hi)),
                to: (None, None),
                seen_until: hi,
                event,
                src: point.src,
            }
        }
        Evidence::Seen { at } => Interval {
            enabled: point.enabled,
            from: (None, Some(at)),
            to: (None, None),
            seen_until: at,
            event: false,
            src: point.src,
        },
    }
}

fn frame(rows: &[(AccountIndex, Interval)], keys: &StringChunked) -> PolarsResult<DataFrame> {
    let column = |name: &str, value: &dyn Fn(&Interval) -> Option<Micros>| {
        out::times(name, rows.iter().map(|(_, interval)| value(interval)).collect())
    };
    DataFrame::new(
        rows.len(),
        vec![
            out::picked("account_key", keys, rows.iter().map(|(account, _)| Some(*account)).collect())?,
            out::flags("enabled", rows.iter().map(|(_, interval)| Some(interval.enabled)).collect()),
            column("from_lo", &|interval| interval.from.0),
            column("from_hi", &|interval| interval.from.1),
            column("to_lo", &|interval| interval.to.0),
            column("to_hi", &|interval| interval.to.1),
            column("seen_until", &|interval| Some(interval.seen_until)),
            out::words(
                "basis",
                &["event", "snapshot"],
                rows.iter().map(|(_, interval)| Some(u32::from(!interval.event))),
            )?,
            Column::new("src_file".into(), rows.iter().map(|(_, interval)| interval.src.0).collect::<Vec<_>>()),
            Column::new("src_row".into(), rows.iter().map(|(_, interval)| interval.src.1).collect::<Vec<_>>()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(at: Micros, enabled: bool) -> Point {
        Point { account: 0, evidence: Evidence::Changed { lo: at, hi: at, event: true }, enabled, src: (0, 1) }
    }

    fn seen(at: Micros, enabled: bool) -> Point {
        Point { account: 0, evidence: Evidence::Seen { at }, enabled, src: (0, 2) }
    }

    /// Enabled, from, to, seen until.
    type Shape = (bool, (Option<i64>, Option<i64>), (Option<i64>, Option<i64>), i64);

    fn shape(points: &[Point]) -> Vec<Shape> {
        intervals(points).iter().map(|i| (i.enabled, i.from, i.to, i.seen_until)).collect()
    }

    #[test]
    fn events_give_exact_bounds() {
        assert_eq!(
            shape(&[changed(10, true), changed(50, false), seen(90, false)]),
            vec![
                (true, (Some(10), Some(10)), (Some(50), Some(50)), 50),
                (false, (Some(50), Some(50)), (None, None), 90)
            ]
        );
    }

    #[test]
    fn two_exports_without_an_event_give_an_interval() {
        assert_eq!(
            shape(&[seen(10, true), seen(40, true), seen(90, false)]),
            vec![(true, (None, Some(10)), (Some(40), Some(90)), 40), (false, (Some(40), Some(90)), (None, None), 90)]
        );
    }

    #[test]
    fn a_first_observation_is_left_censored() {
        assert_eq!(shape(&[seen(90, false)]), vec![(false, (None, Some(90)), (None, None), 90)]);
    }

    #[test]
    fn a_logged_disable_shows_that_it_was_open_before() {
        assert_eq!(
            shape(&[changed(50, false), seen(90, true)]),
            vec![
                (true, (None, Some(50)), (Some(50), Some(50)), 50),
                (false, (Some(50), Some(50)), (Some(50), Some(90)), 50),
                (true, (Some(50), Some(90)), (None, None), 90),
            ]
        );
    }

    #[test]
    fn repeated_changes_collapse() {
        assert_eq!(shape(&[changed(10, true), changed(20, true), changed(50, false), changed(60, false)]).len(), 2);
    }
}
