//! What the evidence does not give, as data: nothing is decided by reading its words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a metric needs and the evidence does not give.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// What is missing.
    pub kind: GapKind,
    /// The system concerned; `null` when it is none in particular, or not known.
    pub system: Option<String>,
    /// The canonical table concerned; `null` when it may be any.
    pub table: Option<String>,
    /// A clause for readers.
    pub words: String,
}

impl Gap {
    /// Whether it may hide something about a system; a gap of no system in particular may hide something anywhere.
    pub fn concerns(&self, system: Option<&str>) -> bool {
        match (&self.system, system, self.kind) {
            // Who is missing from HR is missing everywhere, whichever folder the HR export lies in.
            (_, _, GapKind::HrIncomplete) | (None, ..) | (_, None, _) => true,
            (Some(_), ..) if self.table.as_deref() == Some("people") => true,
            (Some(own), Some(system), _) => own == system,
        }
    }
}

/// Kinds of gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// A system in scope of which nothing was loaded into the table.
    NotLoaded,
    /// A file that should be there, or is there and was passed over.
    NotSeen,
    /// A file that could not be read, or not all of it.
    NotRead,
    /// A file that surely holds less than it should.
    Partial,
    /// A list that leaves out by its nature what the metric looks for.
    LeavesOut,
    /// Rows of one file that contradict each other.
    Contradiction,
    /// An export that was taken before the moment that the report speaks about.
    TooOld,
    /// An export that does not say when it was taken.
    NoTime,
    /// An export that shows something later than the time at which it claims to have been taken.
    DoubtfulTime,
    /// A time that no log covers.
    LogHole,
    /// Events that belong to no account and no person.
    EventsUnattached,
    /// Persons whom accounts name and HR does not.
    HrIncomplete,
    /// Accounts that match nobody and may belong to somebody who left.
    UnmatchedAccounts,
    /// Credentials that name an account or an owner that nobody knows.
    UnmatchedCredentials,
    /// People who left and have no account where most people have one.
    LeaversWithoutAccount,
    /// Systems of which the register does not say what the metric asks.
    RegisterIncomplete,
}

impl GapKind {
    /// Whether it is about what was loaded, and not about who is who in it.
    pub fn is_of_a_source(self) -> bool {
        !matches!(
            self,
            Self::Contradiction
                | Self::EventsUnattached
                | Self::UnmatchedAccounts
                | Self::UnmatchedCredentials
                | Self::LeaversWithoutAccount
                | Self::RegisterIncomplete
        )
    }
}
