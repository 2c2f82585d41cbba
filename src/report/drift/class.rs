//! What becomes of a finding from one pack to the next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Its stay had ended and goes on again, or the same subject overstays once more.
    Reopened,
    /// Longer than the passing of time explains, certain instead of possible, more severe, or newly privileged; also a
    /// further finding, more severe than those before, about what stood open already.
    Worse,
    /// A waiver covered it and does not any more.
    WaiverExpired,
    /// It is gone, or looks better, and nothing shows that its stay ended: its metric, system, source or a part of it is
    /// gone, more rows could not be used, the metric can say nothing about it, or what had happened is not told any more.
    NotAssessable,
    /// It was not there before, and its stay began after the time that the baseline speaks about: nobody could find it then.
    NewInPeriod,
    /// It was not there before, and its stay had begun by then: it passed its limit since, something about it changed, or
    /// the exports of then did not show it.
    New,
    /// Open as before, and past the next ageing mark by the passing of time alone.
    Aged,
    /// It was not there before because nobody had looked, or nothing could be said about it.
    NewlyAssessable,
    /// A waiver covers it now.
    Waived,
    /// A longer limit holds now, and nothing else shows that it changed.
    OtherLimit,
    /// Shorter, only possible instead of certain, less severe, or no longer privileged, while as much was loaded as before.
    Better,
    /// Its stay ended, or it is no longer over its limit, and the current pack shows it.
    Resolved,
    /// It had ended, and belongs to the earlier period only.
    LeftPeriod,
    /// Open as before, longer by the time between; also the account of somebody who left before this period and that can
    /// still sign in.
    StillOpen,
    /// As before.
    Unchanged,
}

impl Class {
    /// All classes, in the order in which they matter.
    pub const ALL: [Self; 15] = [
        Self::Reopened,
        Self::Worse,
        Self::WaiverExpired,
        Self::NotAssessable,
        Self::NewInPeriod,
        Self::New,
        Self::Aged,
        Self::NewlyAssessable,
        Self::Waived,
        Self::OtherLimit,
        Self::Better,
        Self::Resolved,
        Self::LeftPeriod,
        Self::StillOpen,
        Self::Unchanged,
    ];

    /// The words for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::Reopened => "reopened",
            Self::Worse => "worse",
            Self::WaiverExpired => "waiver expired",
            Self::NotAssessable => "newly not assessable",
            Self::NewInPeriod => "new this period",
            Self::New => "newly found",
            Self::Aged => "past an ageing mark",
            Self::NewlyAssessable => "newly assessable",
            Self::Waived => "waived",
            Self::OtherLimit => "within another limit",
            Self::Better => "better",
            Self::Resolved => "resolved",
            Self::LeftPeriod => "of the earlier period only",
            Self::StillOpen => "still open",
            Self::Unchanged => "unchanged",
        }
    }

    /// What it means, for who reads the word for the first time.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Reopened => "what had ended goes on again, or the same was found of it once more",
            Self::Worse => "longer than the time between explains, certain now, more severe, or newly privileged",
            Self::WaiverExpired => "a waiver covered it, and does not any more",
            Self::NotAssessable => "gone, or it looks better, and nothing shows that it ended",
            Self::NewInPeriod => "it began after the time that the earlier pack speaks about",
            Self::New => "it had begun by then, and the earlier pack does not have it",
            Self::Aged => "open as before, and older than the next ageing mark",
            Self::NewlyAssessable => "nobody had looked before, or nothing could be said about it",
            Self::Waived => "a waiver in force covers it now",
            Self::OtherLimit => "a longer limit holds now, and nothing else shows that it changed",
            Self::Better => "shorter, only possible now, less severe, or no longer privileged",
            Self::Resolved => "it ended, or is no longer over its limit, and the newer pack shows it",
            Self::LeftPeriod => "it had ended, and belongs to the earlier period only",
            Self::StillOpen => "open as before, and older by the time between",
            Self::Unchanged => "as before",
        }
    }

    /// The group that it is counted in where there are many classes; nothing where nothing changed.
    pub fn group(self) -> Option<Group> {
        match self {
            Self::Aged => Some(Group::Aged),
            Self::Better | Self::Resolved | Self::Waived | Self::OtherLimit => Some(Group::Better),
            _ if self.is_worse() => Some(Group::Worse),
            _ if self.is_new() => Some(Group::New),
            _ => None,
        }
    }

    /// Whether it makes the result worse (unless a waiver in force covers the finding).
    pub fn is_worse(self) -> bool {
        matches!(self, Self::Reopened | Self::Worse | Self::WaiverExpired | Self::NotAssessable)
    }

    /// Whether the baseline did not have it. That alone makes nothing worse.
    pub fn is_new(self) -> bool {
        matches!(self, Self::NewInPeriod | Self::New | Self::NewlyAssessable)
    }

    /// Whether somebody has to look at it now.
    pub fn is_to_do(self) -> bool {
        self.is_worse() || self.is_new() || self == Self::Aged
    }

    /// Whether anything changed but the calendar.
    pub fn is_change(self) -> bool {
        !matches!(self, Self::LeftPeriod | Self::StillOpen | Self::Unchanged)
    }
}

/// Classes that are one thing to a reader in a hurry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// What makes a result worse.
    Worse,
    /// What the baseline did not have.
    New,
    /// Past an ageing mark.
    Aged,
    /// What became better, ended, or is accepted.
    Better,
}

impl Group {
    /// All groups, in the order in which they matter.
    pub const ALL: [Self; 4] = [Self::Worse, Self::New, Self::Aged, Self::Better];

    /// The words for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::Worse => "worse or no longer in sight",
            Self::New => "new",
            Self::Aged => Class::Aged.words(),
            Self::Better => "better, resolved or accepted",
        }
    }
}

/// Findings, or exceptions, of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClassCount {
    /// The class.
    pub class: Class,
    /// How many findings, or exceptions.
    pub count: u64,
    /// How many of them a waiver in force covers in the current pack.
    pub waived: u64,
}
