//! Evidence about accounts as points in time: from exports, and from the events of logs.

use crate::dataset::{Lineage, Texts, Times};
use crate::time::Micros;

use super::super::accounts::{AccountIndex, Accounts};
use super::super::subjects::Sight;
use super::{Change, Kind, src};

/// A piece of evidence about one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// A log shows the change.
    Logged { at: Micros, kind: Kind },
    /// A date shows that it changed, at some time within the bounds.
    Dated { lo: Micros, hi: Micros },
    /// It was so by then at the latest.
    By { at: Micros },
    /// It is in no export after the first instant, and missing from one at the second.
    Gone { lo: Micros, hi: Micros },
    /// It was seen in this state.
    Seen { at: Micros },
}

impl Evidence {
    /// What says more of one instant goes first.
    pub(super) fn order(self) -> (u8, Micros) {
        match self {
            Self::Logged { .. } => (0, 0),
            Self::Dated { lo, .. } => (1, -lo),
            Self::By { .. } => (2, 0),
            Self::Gone { lo, .. } => (3, -lo),
            Self::Seen { .. } => (4, 0),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub account: AccountIndex,
    pub evidence: Evidence,
    pub enabled: bool,
    pub src: (i32, i32),
}

impl Point {
    pub(super) fn time(&self) -> Micros {
        match self.evidence {
            Evidence::Logged { at, .. } | Evidence::By { at } | Evidence::Seen { at } => at,
            Evidence::Dated { hi, .. } | Evidence::Gone { hi, .. } => hi,
        }
    }
}

struct Columns {
    status: Texts,
    last_seen: Times,
    disabled_lo: Times,
    disabled_hi: Times,
    lineage: Lineage,
}

/// All points, in no order.
pub(super) fn points(accounts: &Accounts, changes: Vec<Change>) -> Vec<Point> {
    let rows = &accounts.observations;
    let columns = Columns {
        status: Texts::of(rows, "status"),
        last_seen: Times::of(rows, "last_seen_lo"),
        disabled_lo: Times::of(rows, "disabled_lo"),
        disabled_hi: Times::of(rows, "disabled_hi"),
        lineage: Lineage::of(rows),
    };
    let mut points = Vec::with_capacity(accounts.subjects.len() * 2 + changes.len());
    points.extend(changes.into_iter().map(|change| Point {
        account: change.account,
        evidence: Evidence::Logged { at: change.at, kind: change.kind },
        enabled: matches!(change.kind, Kind::Create | Kind::Enable),
        src: change.src,
    }));
    let created = Times::of(&accounts.frame, "created_at");
    let mut several = accounts.subjects.several().peekable();
    for account in 0..accounts.subjects.len() as AccountIndex {
        let row = accounts.subjects.newest[account as usize];
        let own = [Sight { subject: account, row, at: accounts.subjects.seen_at[account as usize] }];
        let sights = several.next_if(|sights| sights[0].subject == account).unwrap_or(&own);
        let before = points.len();
        for tie in sights.chunk_by(|a, b| a.at == b.at) {
            columns.tie(tie, &mut points);
        }
        let known = points.len() > before;
        let made = created.get(account as usize).filter(|made| *made <= sights[sights.len() - 1].at);
        if let Some(at) = made.filter(|_| known) {
            let evidence = Evidence::Dated { lo: at, hi: at };
            points.push(Point { account, evidence, enabled: true, src: src(&columns.lineage, sights[0].row) });
        }
        if let Some((lo, hi)) = accounts.gone.get(&account) {
            let evidence = Evidence::Gone { lo: *lo, hi: *hi };
            points.push(Point { account, evidence, enabled: false, src: src(&columns.lineage, row) });
        }
    }
    let lineage = Lineage::of(&accounts.frame);
    for (account, (lo, hi)) in accounts.gone.range(accounts.subjects.len() as AccountIndex..) {
        let evidence = Evidence::Gone { lo: *lo, hi: *hi };
        points.push(Point { account: *account, evidence, enabled: false, src: src(&lineage, *account) });
    }
    points
}

impl Columns {
    fn enabled(&self, sight: &Sight) -> Option<bool> {
        match self.status.get(sight.row as usize)? {
            "active" => Some(true),
            "suspended" | "disabled" | "deleted" => Some(false),
            _ => None,
        }
    }

    /// What rows of one moment show. Where they differ about the state, they show none.
    fn tie(&self, tie: &[Sight], points: &mut Vec<Point>) {
        let mut state: Option<(bool, Sight)> = None;
        let mut agree = true;
        for sight in tie {
            if let Some(at) = self.last_seen.get(sight.row as usize).filter(|at| *at <= sight.at) {
                let point = Point {
                    account: sight.subject,
                    evidence: Evidence::Seen { at },
                    enabled: true,
                    src: src(&self.lineage, sight.row),
                };
                points.push(point);
            }
            if let Some(enabled) = self.enabled(sight) {
                agree = agree && state.is_none_or(|(known, _)| known == enabled);
                state = state.or(Some((enabled, *sight)));
            }
        }
        let Some((enabled, sight)) = state.filter(|_| agree) else {
            return;
        };
        let mut push = |evidence| {
            points.push(Point { account: sight.subject, evidence, enabled, src: src(&self.lineage, sight.row) });
        };
        if !enabled && let Some(evidence) = self.end(tie) {
            push(evidence);
        }
        push(Evidence::Seen { at: sight.at });
    }

    /// The end of access that rows of one moment give; where they differ, all that they allow.
    fn end(&self, tie: &[Sight]) -> Option<Evidence> {
        let seen = tie[0].at;
        let mut bounds: Option<(Option<Micros>, Micros)> = None;
        for row in tie.iter().map(|sight| sight.row as usize) {
            let (lo, Some(hi)) = (self.disabled_lo.get(row), self.disabled_hi.get(row)) else {
                continue;
            };
            bounds = Some(bounds.map_or((lo, hi), |known| (known.0.min(lo), known.1.max(hi))));
        }
        match bounds? {
            (Some(lo), hi) if lo <= seen => Some(Evidence::Dated { lo, hi: hi.min(seen.max(lo)) }),
            (None, hi) if hi <= seen => Some(Evidence::By { at: hi }),
            _ => None,
        }
    }
}
