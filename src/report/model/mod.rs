//! `overstay.report/2`: the public, versioned shape of `report.json`. Field names are part of the format.
//!
//! Lengths are whole seconds, rounded down. Times are RFC 3339 in UTC. Counts never stand without their population.

mod action;
mod agents;
mod data;
mod facts;
mod finding;
mod gap;
mod headline;
mod metric;
mod reference;

pub use action::*;
pub use agents::*;
pub use data::*;
pub use facts::*;
pub use finding::*;
pub use gap::*;
pub use headline::*;
pub use metric::*;
pub use reference::*;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::diag;
use crate::report::drift::Drift;
use crate::report::history::HistoryRow;
use crate::time::{self, Micros};

/// The value of [`Report::schema`].
pub const SCHEMA: &str = "overstay.report/2";

/// An instant that is written as RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub Micros);

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&time::rfc3339(self.0))
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        match time::parse_time(text.as_bytes(), time::TimeFormat::Iso) {
            Some(time::Moment::At(at)) => Ok(Self(at)),
            _ => Err(serde::de::Error::custom("expected an RFC 3339 time with a zone")),
        }
    }
}

impl JsonSchema for Stamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Stamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date-time", "description": "RFC 3339, UTC"})
    }
}

/// The verdict on a metric, or on all metrics of a report; references have a [`ReferenceState`].
///
/// The order is the order of precedence: the first that applies to any part decides for the whole. The machine values
/// are part of the format; readers see [`Status::words`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Some items are surely over the limit and not waived.
    NotMet,
    /// Nothing is surely over, but items are indeterminate or unknown, or a source or coverage is missing.
    InsufficientEvidence,
    /// Everything over the limit is covered by a waiver in force.
    MetWithWaivers,
    /// Every item of a non-empty population is within the configured limit.
    Met,
    /// There was nothing to measure.
    NoPopulation,
    /// No metric or no source in scope.
    NotAssessed,
}

impl Status {
    /// All of them, in the order of precedence.
    pub const ALL: [Self; 6] = [
        Self::NotMet,
        Self::InsufficientEvidence,
        Self::MetWithWaivers,
        Self::Met,
        Self::NoPopulation,
        Self::NotAssessed,
    ];

    /// The words for readers of a metric's verdict.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotMet => "over its limit",
            Self::InsufficientEvidence => "not enough evidence",
            Self::MetWithWaivers => "within but for waivers",
            Self::Met => "within its limit",
            Self::NoPopulation => "nothing to measure",
            Self::NotAssessed => "not assessed",
        }
    }

    /// The words for readers of the verdict on all metrics together.
    pub fn words_of_all(self) -> &'static str {
        match self {
            Self::NotMet => "limits exceeded",
            Self::MetWithWaivers => "within limits but for waivers",
            Self::Met => "within limits",
            other => other.words(),
        }
    }

    /// Whether the metric was assessed: its items were counted against its limit, and that decided something.
    pub fn is_assessed(self) -> bool {
        matches!(self, Self::NotMet | Self::MetWithWaivers | Self::Met)
    }
}

/// A whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// `overstay.report/2`.
    pub schema: String,
    /// Short id derived from inputs, rules, period and as-of: the same inputs give the same id.
    pub report_id: String,
    /// The tool.
    pub tool: Tool,
    /// Organisation as the project file names it, or "organisation not named".
    pub organisation: String,
    /// Classification to print, if any.
    pub classification: Option<String>,
    /// The reporting period.
    pub period: PeriodView,
    /// The moment the report speaks about.
    pub as_of: Stamp,
    /// Where as_of comes from, in words.
    pub as_of_basis: String,
    /// Zone of date-only values, IANA name.
    pub zone: String,
    /// How a leave date without a time is read: `end-of-day`, `start-of-day` or `HH:MM`.
    pub leave_instant: String,
    /// SHA-256 over the sorted list of input paths and their hashes.
    pub inputs_sha256: String,
    /// SHA-256 over the sorted list of rule files and their hashes.
    pub rules_sha256: String,
    /// SHA-256 over the sorted list of the data files of the pack and their hashes: everything but `report*`, `owners/` and the
    /// manifest. Absent when no pack was written.
    pub evidence_sha256: Option<String>,
    /// Those data files, sorted by path; empty when no pack was written.
    pub files: Vec<PackedFile>,
    /// Files of the organisation's own look that this report was made with: templates, style sheet, `brand.toml`, logo,
    /// fonts. Empty when all is as shipped.
    #[serde(default)]
    pub look: Vec<String>,
    /// Rule files of the organisation's own that decided this report: mappings, metrics, limits, frameworks, project file.
    /// Empty when all is shipped.
    #[serde(default)]
    pub own_rules: Vec<OwnRule>,
    /// Present when tokens stand in the place of people, accounts and addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pseudonyms: Option<Pseudonyms>,
    /// The options that change the result, as one line that can be run again.
    pub command: String,
    /// The verdict on everything that was assessed.
    pub verdict: Verdict,
    /// The three numbers that stand first.
    pub headline: Headline,
    /// What changed: since the previous pack, and since the accepted baseline where that is another one. Empty when the
    /// run was given no earlier pack.
    #[serde(default)]
    pub changes: Vec<Drift>,
    /// The earlier packs that the run was given, in the order of time, and this report as the last one; empty when there
    /// was none.
    #[serde(default)]
    pub history: Vec<HistoryRow>,
    /// One entry for every name (PR.AC-4, NHI-03) under which the chosen frameworks are often asked for.
    pub resolutions: Vec<Resolution>,
    /// Every chosen framework with every reference in scope of it.
    pub frameworks: Vec<FrameworkReport>,
    /// Every metric, in the order of the register.
    pub metrics: Vec<MetricReport>,
    /// Ratios and sums that have no limit.
    pub indicators: Vec<Indicator>,
    /// The worst findings of each metric, up to a cap.
    pub findings: FindingList,
    /// What to do: an entry for each account, credential or person with findings that no waiver covers.
    #[serde(default)]
    pub actions: ActionList,
    /// AI agents and who answers for them; absent in reports of before.
    #[serde(default)]
    pub agents: Option<AgentList>,
    /// What waits for a decision, by kind: lines of queue.csv without one.
    #[serde(default)]
    pub queue: Vec<ReasonCount>,
    /// Every waiver and what became of it.
    pub waivers: Vec<WaiverReport>,
    /// The systems in the register and in the data.
    pub systems: Vec<SystemReport>,
    /// Who is who: counts and what stayed open.
    pub populations: Populations,
    /// Every input file.
    pub sources: Vec<SourceReport>,
    /// Rows and values that could not be used, by file and reason.
    pub rejects: RejectSummary,
    /// What the run had to say: unknown files, missing times, unsupplied totals.
    pub messages: Vec<Message>,
}

/// Name and version of the tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `overstay`.
    pub name: String,
    /// Version of the tool.
    pub version: String,
}

/// One data file of the pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackedFile {
    /// Path under the pack.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// A rule file of the organisation's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OwnRule {
    /// Its name among the rules of the manifest.
    pub name: String,
    /// `project file`, `source mapping`, `metric`, `views`, `limits`, `framework`.
    pub kind: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Path under the pack; `null` when it is not in it.
    pub path: Option<String>,
}

/// Under which key personal values were replaced by tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pseudonyms {
    /// What tells the key from others: sixteen digits of a SHA-256. Two reports with the same have the same tokens.
    pub key: String,
}

/// The reporting period `[from, to)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeriodView {
    /// As it was asked for, such as `2026-Q3`.
    pub label: String,
    /// First instant.
    pub from: Stamp,
    /// First instant after the period.
    pub to: Stamp,
}

/// The verdict in one word and one sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Over all metrics that were assessed.
    pub status: Status,
    /// One sentence: how many metrics exceeded their limit, of how many assessed, with how many items.
    pub sentence: String,
    /// A separate clause for what could not be decided, or empty.
    pub inconclusive: String,
}

/// One message of the run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// How much it matters.
    pub severity: diag::Severity,
    /// Stable short name.
    pub code: String,
    /// Where, if it has a place.
    pub place: Option<String>,
    /// What.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}
