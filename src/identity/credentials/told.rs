//! What the events about one credential tell, together with what exports saw of it.

use super::super::key_events::{KeyChange, KeyEvent};
use crate::time::{DAY, Micros};

/// What exports know of a credential.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// When the newest export that shows it was taken; `None` where only a log knows it.
    pub seen: Option<Micros>,
    /// When the newest export that shows it active was taken.
    pub active: Option<Micros>,
    pub created: Option<Micros>,
    pub rotated: Option<Micros>,
    /// The rotation that the newest export gives itself.
    pub newest_rotated: Option<Micros>,
    /// Between which instants it went missing.
    pub gone: Option<(Micros, Micros)>,
    pub state: State,
}

/// The state of a credential, as in the column `status`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum State {
    Active,
    Inactive,
    Expired,
    Deleted,
    #[default]
    Unknown,
}

impl State {
    pub(super) fn of(word: Option<&str>) -> Self {
        match word {
            Some("active") => Self::Active,
            Some("inactive") => Self::Inactive,
            Some("expired") => Self::Expired,
            Some("deleted") => Self::Deleted,
            _ => Self::Unknown,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::Unknown => "unknown",
        }
    }
}

/// What exports and logs tell together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub known: Known,
    /// The line of the log that ended it.
    pub ended_by: Option<(i32, i32)>,
    /// An export shows it active after a log had told of its end.
    pub came_back: bool,
    /// An export gives an older rotation than one that a log had told of.
    pub older_rotation: bool,
}

/// What a log tells, event by event.
#[derive(Debug, Clone, Copy, Default)]
struct Fold {
    created: Option<Micros>,
    rotated: Option<Micros>,
    /// When it was last made or enabled.
    enabled: Option<Micros>,
    /// The same, or when it was rotated: whoever rotates what is off does not enable it.
    alive: Option<Micros>,
    off: Option<Off>,
}

/// An end that nothing took back.
#[derive(Debug, Clone, Copy)]
struct Off {
    since: Micros,
    change: KeyChange,
    src: (i32, i32),
}

impl Fold {
    fn take(&mut self, event: &KeyEvent, created: Option<Micros>) {
        let at = event.at;
        match event.change {
            KeyChange::Create => {
                let again = self.off.is_some_and(|off| off.change == KeyChange::Delete);
                // What an export calls its creation, or the first that a log tells of, is no rotation.
                let first = created.or(self.created).is_none_or(|made| at - made < DAY);
                if !first {
                    self.rotated = Some(at);
                }
                if again || self.created.is_none() {
                    self.created = Some(at);
                }
                self.works(at);
            }
            KeyChange::Rotate => {
                self.rotated = Some(at);
                if self.off.is_none() {
                    self.alive = Some(at);
                }
            }
            KeyChange::Enable => self.works(at),
            KeyChange::Disable | KeyChange::Delete => {
                // A second end changes nothing but what it is called.
                let (since, src) = self.off.map_or((at, event.src), |off| (off.since, off.src));
                let change = self.off.map_or(event.change, |off| off.change.max(event.change));
                self.off = Some(Off { since, change, src });
            }
        }
    }

    fn works(&mut self, at: Micros) {
        (self.enabled, self.alive, self.off) = (Some(at), Some(at), None);
    }
}

/// Puts together what exports know and what the events tell, which come in the order of time. Events after as_of only
/// say when it went missing.
pub(super) fn told(known: Known, events: &[&KeyEvent], as_of: Micros) -> Told {
    let (past, future) = events.split_at(events.partition_point(|event| event.at <= as_of));
    let seen_working = past.partition_point(|event| known.active.is_some_and(|active| event.at <= active));
    let mut fold = Fold::default();
    let mut told = Told { known, ..Told::default() };
    for event in &past[..seen_working] {
        fold.take(event, known.created);
    }
    if let Some(off) = fold.off.take() {
        // What was made or changed since may have ended before.
        let since = known.created.max(known.rotated).max(fold.rotated);
        told.came_back = since.is_none_or(|since| since <= off.since);
    }
    for event in &past[seen_working..] {
        fold.take(event, known.created);
    }
    told.state(&fold);
    told.dates(&fold);
    if let Some(gone) = told.known.gone.filter(|_| fold.off.is_none())
        && let Some(end) = future.iter().find(|event| event.change.ends() && event.at > gone.0 && event.at <= gone.1)
    {
        told.known.gone = Some((end.at, end.at));
    }
    told
}

impl Told {
    fn dates(&mut self, fold: &Fold) {
        let known = &mut self.known;
        known.created = known.created.or(fold.created);
        let Some(rotated) = fold.rotated.filter(|rotated| known.rotated.is_none_or(|older| older < *rotated)) else {
            return;
        };
        // A plain date is the start of its day.
        let denied = known.seen.is_some_and(|seen| seen >= rotated)
            && known.newest_rotated.is_some_and(|given| rotated - given >= DAY);
        if denied {
            self.older_rotation = true;
        } else {
            known.rotated = Some(rotated);
        }
    }

    fn state(&mut self, fold: &Fold) {
        let known = &mut self.known;
        // What an export says to have been made later is not what ended.
        let off = fold.off.filter(|off| known.created.max(known.rotated).is_none_or(|made| made <= off.since));
        let alive = if matches!(known.state, State::Inactive | State::Expired) { fold.enabled } else { fold.alive };
        if let Some(off) = off {
            if off.change == KeyChange::Delete {
                known.state = State::Deleted;
            } else if known.state != State::Deleted {
                known.state = State::Inactive;
            }
            known.gone = Some((off.since, off.since));
            self.ended_by = Some(off.src);
        } else if let Some(alive) = alive.filter(|alive| known.seen.is_none_or(|seen| *alive > seen)) {
            match known.gone {
                Some((lo, hi)) if alive < hi => known.gone = Some((lo.max(alive), hi)),
                _ => (known.state, known.gone) = (State::Active, None),
            }
        }
        known.active = known.active.max(alive);
    }
}
