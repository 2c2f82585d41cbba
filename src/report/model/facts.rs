//! What a metric says of itself beside its definition: what its findings depend on, and which parts of a report it owns.
//!
//! The header of its file says it. Nothing else in the program knows a metric by its id or its group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the header of a metric says for comparisons and for the parts of a report that it belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MetricFacts {
    /// Whether it looks at what happened in the period alone, or at all that stands.
    pub looks_at: LooksAt,
    /// What its stays begin with, where that is a date with a reading of its own.
    pub begins: Option<Begins>,
    /// What of a person, an account or a credential decides whether there is a finding.
    pub depends_on: Vec<DependsOn>,
    /// From when to when it measures, where it is read beside others as one of the clocks of a leave.
    pub clock: Option<String>,
    /// Whether its findings say once more, by person, what those of other metrics say: they make no exception of their own.
    pub sums_up: bool,
    /// The kinds of items of the exception queue that its findings are: accepting one accepts such a finding.
    pub queue: Vec<QueueKind>,
    /// The numbers of the first page that count its findings; its own one first.
    pub headline: Vec<HeadlinePart>,
}

impl MetricFacts {
    /// Whether something decides whether there is a finding.
    pub fn depends_on(&self, what: DependsOn) -> bool {
        self.depends_on.contains(&what)
    }

    /// Whether it looks only at what happened in the period.
    pub fn is_of_period(&self) -> bool {
        self.looks_at == LooksAt::Period
    }
}

/// Makes a closed set of words that headers use: all of them, each with its meaning.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[doc = $meaning:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[doc = $meaning])+ #[serde(rename = $word)]
            $variant,)+
        }

        impl $name {
            /// Every word, with its value and its meaning.
            pub const WORDS: &'static [(&'static str, Self, &'static str)] =
                &[$(($word, Self::$variant, concat!($($meaning),+)),)+];

            /// The value of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::WORDS.iter().find(|(known, ..)| *known == word).map(|(_, value, _)| *value)
            }
        }
    };
}

words! {
    /// What a metric looks at.
    LooksAt {
        /// All that stands at the as-of time, whenever it began. An item of an earlier report that is not there any more is gone.
        State = "state",
        /// What happened in the reporting period alone. The next period has other items, and none is no lack of evidence.
        Period = "period",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro makes the enum")]
impl Default for LooksAt {
    fn default() -> Self {
        Self::State
    }
}

words! {
    /// What stays begin with.
    Begins {
        /// The leave of a person: a plain date is printed as that date, as the policy reads leave dates.
        Leave = "leave",
    }
}

words! {
    /// What decides whether there is a finding.
    DependsOn {
        /// Whether and when a person left, as HR tells it.
        Leave = "leave",
        /// Which person an account or a credential belongs to.
        Match = "match",
        /// Whether an account can sign in. Whether a credential works decides in every metric about credentials.
        Access = "access",
        /// When an account was last used.
        Use = "use",
        /// Whether somebody who works here answers for it.
        Owner = "owner",
        /// When a credential was last changed.
        Change = "change",
    }
}

words! {
    /// What an item of the exception queue is about.
    QueueKind {
        /// An account that several persons may own.
        AmbiguousMatch = "ambiguous-match",
        /// An account that can sign in and matches nobody.
        Orphan = "orphan",
        /// A leaver without an account where most people have one.
        UnmatchedLeaver = "unmatched-leaver",
        /// An account of which a log and an export say different things.
        Contradiction = "contradiction",
        /// An attribute of a person on which two sources differ.
        Conflict = "conflict",
        /// An entitlement kept after a move, of which no role says whether it should be.
        KeptAfterMove = "kept-after-move",
    }
}

impl QueueKind {
    /// The word of the kind.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind, _)| *kind == self).map_or("", |(word, ..)| word)
    }
}

words! {
    /// A number of the first page.
    HeadlinePart {
        /// Accounts of former staff that can still sign in: findings that are open.
        FormerStaff = "former-staff",
        /// Days of access after leaving: the stays of findings, hours of one account counted once.
        AccessAfterLeaving = "access-after-leaving",
        /// Of the former staff who can still sign in, those whose account is surely used since.
        UsedSince = "used-since",
        /// Credentials of former staff that still work: findings that are open.
        FormerStaffKeys = "former-staff-keys",
    }
}
