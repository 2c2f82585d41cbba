//! Employments: what one export says of a person, and what the exports of a source say one after the other.

mod history;

use std::collections::BTreeMap;

use crate::time::Micros;

use self::history::{follow, vanish};
use super::claims::{Claim, Rows};
use super::series::{Series, Sight};
use super::{Context, Facts};

pub(super) use self::history::beside;

/// What shows that an employment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// HR gives the date.
    Dates,
    /// The person is in no later export.
    Absence,
    /// HR says that it ended, and gives no date or several.
    Undated,
}

impl Basis {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Dates => "dates",
            Self::Absence => "absence",
            Self::Undated => "undated",
        }
    }
}

/// The end of an employment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// Bounds of the leave instant; without a lower one nobody knows since when.
    pub left: (Option<Micros>, Micros),
    pub basis: Basis,
    /// The date that HR gives.
    pub date: Option<(Micros, Micros)>,
    pub recorded_at: Option<Micros>,
    /// What HR says was not understood, or contradicts itself: the employment may last all the same.
    pub doubtful: bool,
}

impl End {
    fn dated(date: (Micros, Micros), recorded_at: Option<Micros>, context: &Context<'_>) -> Self {
        let at = context.official(date);
        Self { left: (Some(at), at), basis: Basis::Dates, date: Some(date), recorded_at, doubtful: false }
    }

    fn range(left: (Option<Micros>, Micros), basis: Basis, doubtful: bool) -> Self {
        let left = (left.0, left.0.map_or(left.1, |lo| lo.max(left.1)));
        Self { left, basis, date: None, recorded_at: None, doubtful }
    }

    /// The end of two jobs of one person: that of the longer one.
    fn of_both(a: Self, b: Self) -> Self {
        let left = (a.left.0.max(b.left.0), a.left.1.max(b.left.1));
        let doubtful = a.doubtful || b.doubtful;
        match [a, b].into_iter().find(|end| end.left == left) {
            Some(longer) => Self { doubtful, ..longer },
            None => Self::range(left, Basis::Undated, doubtful),
        }
    }
}

/// One unbroken employment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Employment {
    pub started: Option<(Micros, Micros)>,
    /// `None` while it lasts.
    pub end: Option<End>,
    pub worker_type: Option<String>,
    pub source: String,
    pub src: (i32, i32),
}

impl Employment {
    pub(super) fn begins(&self) -> Micros {
        self.started.map_or(Micros::MIN, |started| started.0)
    }

    /// Whether the person is employed at an instant; `None` where that is not known.
    pub(super) fn covers(&self, at: Micros) -> Option<bool> {
        if self.begins() > at {
            return Some(false);
        }
        match &self.end {
            None => Some(true),
            Some(end) if end.doubtful => None,
            Some(end) if end.left.1 <= at => Some(false),
            Some(end) if end.left.0.is_some_and(|lo| lo > at) => Some(true),
            Some(_) => None,
        }
    }
}

/// What one row says of the end of its employment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Lasts,
    Ended { date: (Micros, Micros), recorded_at: Option<Micros> },
    Undated,
    Unread,
}

/// What a row says. An end before its beginning is as good as unread.
fn said(row: usize, rows: &Rows) -> Said {
    let backward = is_backward(row, rows);
    match rows.bounds("ended", row).filter(|_| !backward) {
        Some(date) => Said::Ended { date, recorded_at: rows.recorded.get(row) },
        None if rows.text("status", row) == Some("terminated") => Said::Undated,
        None if backward || rows.is_unread("ended", row) || rows.is_unread("status", row) => Said::Unread,
        None => Said::Lasts,
    }
}

/// Whether the end of a row lies before its beginning.
pub(super) fn is_backward(row: usize, rows: &Rows) -> bool {
    let (Some(started), Some(ended)) = (rows.bounds("started", row), rows.bounds("ended", row)) else {
        return false;
    };
    // The last day of a date ends where the next day begins.
    ended.1 < started.0 || (ended.1 == started.0 && ended.0 < ended.1)
}

/// Two rows of one export about one employment: with the same end, and with another.
const REPEATED: [&str; 2] = [
    "same person and beginning twice in one export",
    "same person and beginning twice in one export with different ends; both readings count",
];

/// The employments that one source gives one person, over all its exports: each later one corrects the earlier ones,
/// and from the first that does not show the person any more it is over.
pub(super) fn of_source(
    claims: &[&Claim],
    rows: &Rows,
    series: &Series,
    context: &Context<'_>,
    facts: &mut Facts,
) -> Vec<Employment> {
    let mut known: Vec<Employment> = Vec::new();
    let mut before = Micros::MIN;
    for (taken, claims) in moments(claims, series, context) {
        let tells = claims.iter().any(|claim| rows.tells_end(claim.row));
        let now = of_export(&claims, taken, rows, context, facts);
        known = if known.is_empty() { now } else { follow(known, before, now, (taken, tells), context) };
        before = taken;
    }
    let timed: Vec<Sight> = claims.iter().filter_map(|claim| claim.sight).filter(|sight| sight.at.is_some()).collect();
    if let Some(gone) = series.gone(&timed) {
        // A file without a time may be older or newer than the export that lacks the person.
        let doubtful = timed.len() < claims.len();
        vanish(&mut known, gone, doubtful);
    }
    known
}

/// The claims by export, in order of time. Files without a time stand in no order: they count as of the newest export.
fn moments<'a>(claims: &[&'a Claim], series: &Series, context: &Context<'_>) -> Vec<(Micros, Vec<&'a Claim>)> {
    let taken = |claim: &Claim| claim.sight.and_then(|sight| series.export(sight.export).taken).map(|taken| taken.1);
    let newest = claims.iter().filter_map(|claim| taken(claim)).max().unwrap_or(context.as_of);
    let mut moments: BTreeMap<Micros, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        moments.entry(taken(claim).unwrap_or(newest)).or_default().push(claim);
    }
    moments.into_iter().collect()
}

/// The employments that one export shows: one per beginning, then joined where they overlap or touch.
fn of_export(
    claims: &[&Claim],
    taken: Micros,
    rows: &Rows,
    context: &Context<'_>,
    facts: &mut Facts,
) -> Vec<Employment> {
    let mut jobs: BTreeMap<Option<Micros>, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        jobs.entry(rows.bounds("started", claim.row).map(|started| started.0)).or_default().push(claim);
    }
    unbroken(jobs.into_values().map(|claims| job(claims, taken, rows, context, facts)), context)
}

/// Joins employments, sorted by beginning, where they overlap or touch.
fn unbroken(jobs: impl IntoIterator<Item = Employment>, context: &Context<'_>) -> Vec<Employment> {
    let mut joined: Vec<Employment> = Vec::new();
    for job in jobs {
        match joined.last_mut() {
            Some(last) if touches(last, &job, context) => join(last, job),
            Some(last) => {
                end_before(last, &job);
                joined.push(job);
            }
            None => joined.push(job),
        }
    }
    joined
}

/// One job out of the rows that one export has of it: the row that changed last, else all readings at once.
fn job(mut claims: Vec<&Claim>, taken: Micros, rows: &Rows, context: &Context<'_>, facts: &mut Facts) -> Employment {
    let newest = claims.iter().filter_map(|claim| rows.changed.get(claim.row)).max();
    let all = claims.len();
    claims.retain(|claim| rows.changed.get(claim.row).is_none_or(|changed| Some(changed) == newest));
    let mut readings: Vec<Said> = claims.iter().map(|claim| said(claim.row, rows)).collect();
    readings.sort_unstable();
    readings.dedup();
    for repeat in 1..all {
        if repeat < readings.len() {
            facts.contradict("people", REPEATED[1]);
        } else {
            facts.count("people", REPEATED[0], 1);
        }
    }
    // The row that the evidence points to: of the latest end, whatever the order of rows.
    let shown = claims.iter().max_by_key(|claim| {
        let end = match said(claim.row, rows) {
            Said::Lasts => None,
            Said::Ended { date, .. } => Some(date.1),
            Said::Undated | Said::Unread => Some(Micros::MAX),
        };
        (end, rows.text("worker_type", claim.row), std::cmp::Reverse(rows.src(claim.row)))
    });
    let shown = shown.map_or_else(|| claims[0], |claim| *claim);
    Employment {
        started: rows.bounds("started", shown.row),
        end: end_of(&readings, taken, context),
        worker_type: rows.text("worker_type", shown.row).map(str::to_owned),
        source: shown.source.clone(),
        src: rows.src(shown.row),
    }
}

/// The end that the different readings of one job leave possible.
fn end_of(readings: &[Said], taken: Micros, context: &Context<'_>) -> Option<End> {
    let dated: Vec<End> = readings
        .iter()
        .filter_map(|said| match said {
            Said::Ended { date, recorded_at } => Some(End::dated(*date, *recorded_at, context)),
            _ => None,
        })
        .collect();
    let earliest = dated.iter().filter_map(|end| end.left.0).min();
    let latest = dated.iter().map(|end| end.left.1).max();
    let lasts = readings.contains(&Said::Lasts);
    if readings.contains(&Said::Unread) || (lasts && readings.len() > 1) {
        return Some(End::range((earliest, latest.map_or(taken, |latest| latest.max(taken))), Basis::Undated, true));
    }
    if lasts {
        return None;
    }
    match dated.as_slice() {
        [] => Some(End::range((None, taken), Basis::Undated, false)),
        // A row that gives no date does not contradict one that does.
        [end] => Some(end.clone()),
        _ if earliest == latest => dated.into_iter().max_by_key(|end| end.recorded_at),
        _ => latest.map(|latest| End::range((earliest, latest), Basis::Undated, false)),
    }
}

/// Whether the second employment, which begins later, begins before the first ends, or on the next day.
fn touches(first: &Employment, second: &Employment, context: &Context<'_>) -> bool {
    let Some(end) = &first.end else {
        return true;
    };
    let Some(start) = second.started else {
        return true;
    };
    let day = |at: Micros| context.zone.day_number(at);
    match end.date {
        // Until 17:00, and from the next day on: nobody left. A date ends where the next day begins.
        Some((lo, hi)) if lo == hi => start.0 <= hi || day(start.0) - day(hi - 1) <= 1,
        Some((_, hi)) => start.0 <= hi,
        // Nobody knows when the first ended: where the second is over too, it may be either that ended last.
        None => {
            end.left.0.is_some_and(|lo| start.0 <= lo)
                || (start.0 < end.left.1 && (end.doubtful || second.end.is_some()))
        }
    }
}

fn join(first: &mut Employment, second: Employment) {
    let started = first.started;
    let end = match (first.end.take(), second.end.clone()) {
        (Some(a), Some(b)) => Some(End::of_both(a, b)),
        _ => None,
    };
    // What is known of the job that lasts longer is known of the person.
    if end.is_none() || end.as_ref().map(|end| end.left) == second.end.as_ref().map(|end| end.left) {
        *first = second;
        first.started = started;
    }
    first.end = end;
}

/// An employment that ended at a time not known ended before the next one began.
fn end_before(first: &mut Employment, next: &Employment) {
    if let (Some(end), Some(start)) = (&mut first.end, next.started)
        && end.date.is_none()
        && end.left.1 > start.0
    {
        end.left.1 = start.0;
        end.doubtful = false;
    }
}
