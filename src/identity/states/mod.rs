//! The timeline of each account: when it could sign in, from log events, from dates in exports, from what consecutive
//! exports showed, and from uses: who signs in can.

mod fold;
mod points;

use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use crate::dataset::{Lineage, Times};
use crate::time::Micros;

use super::accounts::{AccountIndex, Accounts};
use super::frames as out;

use fold::{Basis, Interval, intervals};
use points::{Evidence, Point, points};

/// What a successful event does to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Create,
    Enable,
    Disable,
    Delete,
}

impl Kind {
    /// The status that it leaves the account in.
    pub(super) fn status(self) -> &'static str {
        match self {
            Self::Create | Self::Enable => "active",
            Self::Disable => "disabled",
            Self::Delete => "deleted",
        }
    }
}

/// A change of state that a successful log event shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub account: AccountIndex,
    pub at: Micros,
    pub kind: Kind,
    pub src: (i32, i32),
}

/// A successful sign-in that a log shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    pub account: AccountIndex,
    pub at: Micros,
    pub src: (i32, i32),
}

/// The intervals of all accounts.
pub(super) struct Timeline {
    /// The `account_states` frame.
    pub frame: DataFrame,
    /// By when each account had surely lost access that it did not get back as far as known.
    pub off_by: Vec<Option<Micros>>,
}

/// Builds the timeline. Changes and uses may lie after as_of, in any order: they show what was so before.
pub(super) fn timeline(
    accounts: &Accounts,
    keys: &StringChunked,
    changes: Vec<Change>,
    uses: &[Use],
) -> PolarsResult<Timeline> {
    let mut points = points(accounts, changes);
    sort(&mut points);
    let used = used(&points, accounts.len(), uses);
    if !used.is_empty() {
        points.extend(used);
        sort(&mut points);
    }
    let mut rows: Vec<(AccountIndex, Interval)> = Vec::with_capacity(accounts.len());
    let mut off_by = vec![None; accounts.len()];
    for group in points.chunk_by(|a, b| a.account == b.account) {
        let account = group[0].account;
        let folded = intervals(group);
        off_by[account as usize] = folded.last().filter(|last| !last.enabled).and_then(|last| last.from.1);
        rows.extend(folded.into_iter().map(|interval| (account, interval)));
    }
    Ok(Timeline { frame: frame(&rows, keys)?, off_by })
}

/// A change goes before an observation at the same instant, and a loss of access before its return; that an account
/// was made goes before all else. The key leaves no ties, so neither threads nor the order of rows decide.
fn sort(points: &mut [Point]) {
    points.par_sort_unstable_by_key(|point| {
        let seen = matches!(point.evidence, Evidence::Seen { .. });
        let made = match point.evidence {
            Evidence::Dated { .. } => point.enabled,
            Evidence::Logged { kind, .. } => kind == Kind::Create,
            _ => false,
        };
        (point.account, point.time(), seen, !made, point.enabled, point.evidence.order(), point.src)
    });
}

/// The first and the last use between two neighbouring points of an account: the others show nothing more. A use at
/// the very instant of a change came before it.
fn used(points: &[Point], accounts: usize, uses: &[Use]) -> Vec<Point> {
    if uses.is_empty() {
        return Vec::new();
    }
    let mut starts = vec![0_u32; accounts + 1];
    for point in points {
        starts[point.account as usize + 1] += 1;
    }
    for account in 0..accounts {
        starts[account + 1] += starts[account];
    }
    let mut slots: HashMap<(AccountIndex, u32), (Use, Use)> = HashMap::new();
    for one in uses {
        let own = &points[starts[one.account as usize] as usize..starts[one.account as usize + 1] as usize];
        let slot = own.partition_point(|point| point.time() < one.at) as u32;
        slots
            .entry((one.account, slot))
            .and_modify(|(first, last)| {
                if (one.at, one.src) < (first.at, first.src) {
                    *first = *one;
                }
                if (one.at, one.src) > (last.at, last.src) {
                    *last = *one;
                }
            })
            .or_insert((*one, *one));
    }
    let point =
        |one: Use| Point { account: one.account, evidence: Evidence::Seen { at: one.at }, enabled: true, src: one.src };
    slots
        .into_values()
        .flat_map(|(first, last)| std::iter::once(point(first)).chain((last.at != first.at).then(|| point(last))))
        .collect()
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
            out::words("basis", &Basis::WORDS, rows.iter().map(|(_, interval)| Some(interval.basis as u32)))?,
            Column::new("src_file".into(), rows.iter().map(|(_, interval)| interval.src.0).collect::<Vec<_>>()),
            Column::new("src_row".into(), rows.iter().map(|(_, interval)| interval.src.1).collect::<Vec<_>>()),
        ],
    )
}

/// The use that an account may have been put to after it had lost access is cut at that loss.
pub(super) fn cut_use(frame: &mut DataFrame, off_by: &[Option<Micros>]) -> PolarsResult<()> {
    let (lo, hi) = (Times::of(frame, "last_seen_lo"), Times::of(frame, "last_seen_hi"));
    let bound = |row: usize| {
        let last = hi.get(row)?;
        let off = off_by.get(row).copied().flatten().filter(|off| lo.get(row).is_none_or(|first| first <= *off));
        Some(off.map_or(last, |off| off.min(last)))
    };
    let cut = (0..frame.height()).map(bound).collect();
    frame.with_column(out::times("last_seen_hi", cut))?;
    Ok(())
}

/// The place of a row.
fn src(lineage: &Lineage, row: u32) -> (i32, i32) {
    (lineage.file(row as usize), lineage.row(row as usize))
}
