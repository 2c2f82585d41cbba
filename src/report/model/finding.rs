//! Findings and waivers as reported.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PersonReport, Stamp, Window};

/// How much a finding matters; the gravest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Act today.
    Critical,
    /// Act this week.
    High,
    /// Plan it.
    Medium,
    /// Know it.
    Low,
}

impl Severity {
    /// All of them, the gravest first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];
    /// Their words, in the same order.
    pub const WORDS: [&'static str; 4] = ["critical", "high", "medium", "low"];

    /// The word in policies, reports and tables.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The place of a word among them; an unknown one comes last.
    pub fn rank_of(word: &str) -> usize {
        Self::WORDS.iter().position(|known| *known == word).unwrap_or(Self::WORDS.len())
    }

    /// The severity of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The worst findings of each metric, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingList {
    /// All findings of the run; the file `findings.csv` has a line for each.
    pub total: u64,
    /// Cap per metric that was applied to `items`.
    pub cap_per_metric: u64,
    /// Name of the file that has all of them.
    pub file: String,
    /// SHA-256 of that file.
    pub file_sha256: Option<String>,
    /// Grouped by metric in the order of the register; within a metric the longest first.
    pub items: Vec<Finding>,
}

/// One stay that is over its limit, or may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Stable from run to run: metric, system, subject and beginning decide it.
    pub finding_id: String,
    /// Metric id.
    pub metric: String,
    /// `critical`, `high`, `medium`, `low`.
    pub severity: Severity,
    /// System, if it has one.
    pub system: Option<String>,
    /// `account`, `credential`, `person`, `intent`.
    pub subject_kind: String,
    /// The subject as people know it.
    pub subject: String,
    /// The person concerned.
    pub person_id: Option<String>,
    /// The same person as HR names them, where HR knows them.
    #[serde(default)]
    pub person: Option<PersonReport>,
    /// Who answers for the system, as the register says.
    #[serde(default)]
    pub system_owner: Option<String>,
    /// The account concerned.
    pub account_key: Option<String>,
    /// The credential concerned.
    pub credential_key: Option<String>,
    /// When the stay began, at the earliest: the same as `began_lo`.
    pub began_at: Option<Stamp>,
    /// When it ended, at the latest: the same as `ended_hi`; `null` when open.
    pub ended_at: Option<Stamp>,
    /// When it began, at the earliest; `null` when there is no bound.
    pub began_lo: Option<Stamp>,
    /// When it began, at the latest.
    pub began_hi: Option<Stamp>,
    /// When it ended, at the earliest; `null` when open, or when there is no bound.
    pub ended_lo: Option<Stamp>,
    /// When it ended, at the latest; `null` when open.
    pub ended_hi: Option<Stamp>,
    /// Whether it was open at the last observation.
    pub open: bool,
    /// Its length at least; for an open stay so far.
    pub shortest_seconds: i64,
    /// Its length at most, for an open stay up to the as-of moment; `null` when there is no bound.
    pub longest_seconds: Option<i64>,
    /// Its length at least: the same as `shortest_seconds`.
    pub length_seconds: i64,
    /// The limit that applied.
    pub limit_seconds: i64,
    /// `length_seconds - limit_seconds`, not below 0.
    pub over_seconds: i64,
    /// Over in every reading, or only in some.
    pub result: FindingResult,
    /// The waiver in force that covers it.
    pub waiver_id: Option<String>,
    /// A sentence that says what happened.
    pub reason: String,
    /// File and line that show the beginning: `hr/people.csv line 17`, as an editor counts them.
    pub began_source: Option<String>,
    /// File and line that show the end, or the last observation.
    pub ended_source: Option<String>,
}

/// Whether a finding is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingResult {
    /// Over the limit in every reading of the evidence.
    Over,
    /// Over in one reading, within in another.
    Indeterminate,
}

/// One waiver and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverReport {
    /// Id in the company's register.
    pub waiver_id: String,
    /// Metric that it is for.
    pub metric: String,
    /// Subject as written (exact, or a glob).
    pub subject: String,
    /// System, if it is limited to one.
    pub system: Option<String>,
    /// Why it was accepted.
    pub reason: String,
    /// Who accepted it.
    pub approver: String,
    /// Reference.
    pub ticket: Option<String>,
    /// Since when and until when it holds; `from` is the approval, if given, else the same as `to`.
    pub window: Window,
    /// Where it is written: file and row.
    pub place: String,
    /// What became of it.
    pub state: WaiverState,
    /// Findings that it covers (in force), or would cover (expired).
    pub findings: u64,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// In force at as_of, and it covers findings.
    Used,
    /// In force and used, and it expires within 30 days of as_of.
    Expiring,
    /// Past its last day, and findings would still need it.
    ExpiredReliedUpon,
    /// Past its last day, and nothing needs it.
    Expired,
    /// In force, and no finding matches it.
    MatchesNothing,
    /// Approved after as_of.
    NotYet,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_order_of_severities_are_one() {
        assert!(Severity::ALL.is_sorted());
        assert!(Severity::ALL.map(Severity::word) == Severity::WORDS);
        for (rank, severity) in Severity::ALL.into_iter().enumerate() {
            assert_eq!(
                (Severity::rank_of(severity.word()), Severity::from_word(severity.word())),
                (rank, Some(severity))
            );
            assert_eq!(serde_json::to_value(severity).expect("a word"), severity.word());
        }
        assert_eq!((Severity::rank_of("whatever"), Severity::from_word("whatever")), (4, None));
    }
}
