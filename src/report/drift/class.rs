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
    pub const ALL: [Self; 14] = [
        Self::Reopened,
        Self::Worse,
        Self::WaiverExpired,
        Self::NotAssessable,
        Self::NewInPeriod,
        Self::New,
        Self::Aged,
        Self::NewlyAssessable,
        Self::Waived,
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
            Self::Better => "better",
            Self::Resolved => "resolved",
            Self::LeftPeriod => "of the earlier period only",
            Self::StillOpen => "still open",
            Self::Unchanged => "unchanged",
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
