//! `overstay.report/1`: the public, versioned shape of `report.json`. Field names are part of the format.
//!
//! Lengths are whole seconds, rounded down. Times are RFC 3339 in UTC. Counts never stand without their population.

mod data;
mod finding;
mod gap;
mod metric;

pub use data::*;
pub use finding::*;
pub use gap::*;
pub use metric::*;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::report::drift::Drift;
use crate::report::history::HistoryRow;
use crate::time::{self, Micros};

/// The value of [`Report::schema`].
pub const SCHEMA: &str = "overstay.report/1";

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

/// The verdict on a metric, a control or a whole report.
///
/// The order is the order of precedence: the first that applies to any part decides for the whole.
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
    /// The words for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotMet => "not met",
            Self::InsufficientEvidence => "insufficient evidence",
            Self::MetWithWaivers => "met with waivers",
            Self::Met => "met",
            Self::NoPopulation => "no population",
            Self::NotAssessed => "not assessed",
        }
    }
}

/// A whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// `overstay.report/1`.
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
    /// SHA-256 over the sorted list of the data files of the pack and their hashes: everything but `report.*` and the
    /// manifest. Absent when no pack was written.
    pub evidence_sha256: Option<String>,
    /// Those data files, sorted by path; empty when no pack was written.
    pub files: Vec<PackedFile>,
    /// The options that change the result, as one line that can be run again.
    pub command: String,
    /// The verdict on everything that was assessed.
    pub verdict: Verdict,
    /// How much was overstayed.
    pub headline: Headline,
    /// What changed: since the previous pack, and since the accepted baseline where that is another one. Empty when the
    /// run was given no earlier pack.
    #[serde(default)]
    pub changes: Vec<Drift>,
    /// The earlier packs that the run was given, in the order of time, and this report as the last one; empty when there
    /// was none.
    #[serde(default)]
    pub history: Vec<HistoryRow>,
    /// One entry for every alias (PR.AC-4, NHI-03) that the frameworks answer to.
    pub resolutions: Vec<Resolution>,
    /// Every chosen framework with every reference in scope of it.
    pub frameworks: Vec<FrameworkReport>,
    /// Every metric, in the order of the register.
    pub metrics: Vec<MetricReport>,
    /// Ratios and sums that have no limit.
    pub indicators: Vec<Indicator>,
    /// The worst findings of each metric, up to a cap.
    pub findings: FindingList,
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

/// The headline: time that access outlived its reason, beyond the limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Headline {
    /// Seconds beyond the limit, summed over stays of accounts.
    pub account_seconds: i64,
    /// Accounts concerned, each counted once.
    pub accounts: u64,
    /// Seconds beyond the limit, summed over stays of credentials.
    pub credential_seconds: i64,
    /// Credentials concerned, each counted once.
    pub credentials: u64,
    /// Stays still open: the sums are lower bounds when this is not zero.
    pub open: u64,
}

/// What an alias means, for the reference-resolution box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resolution {
    /// As it was asked for: `NIST CSF PR.AC-4`.
    pub requested: String,
    /// The explanation, in full sentences.
    pub text: String,
    /// Framework and reference ids that the report is mapped to.
    pub resolved: Vec<ResolvedReference>,
}

/// One reference that an alias leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResolvedReference {
    /// Framework id.
    pub framework: String,
    /// Reference id.
    pub reference: String,
    /// Official title or our short title.
    pub title: String,
}

/// One framework as assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FrameworkReport {
    /// Id, such as `nist-csf-2.0`.
    pub id: String,
    /// Official title.
    pub title: String,
    /// Official version.
    pub version: String,
    /// Publisher.
    pub publisher: String,
    /// What the list contains and what it leaves out.
    pub scope: String,
    /// Every reference, in the framework's own order.
    pub controls: Vec<ControlReport>,
}

/// One reference of a framework as assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlReport {
    /// Official id, such as `PR.AA-05`.
    pub id: String,
    /// Official title, or our short title where the framework has none.
    pub title: String,
    /// Our paraphrase.
    pub summary: String,
    /// The verdict, by the order of precedence over its edges.
    pub status: Status,
    /// One sentence: which metric decided, with k of n.
    pub reason: String,
    /// The metrics behind it.
    pub edges: Vec<EdgeReport>,
}

/// One metric behind a reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EdgeReport {
    /// Metric or indicator id.
    pub metric: String,
    /// Whether it measures the very thing, or supports it.
    pub relation: Relation,
    /// Why.
    pub rationale: String,
    /// What a reader must know.
    pub caveat: Option<String>,
    /// The metric's verdict; for supporting edges it informs and does not decide.
    pub status: Status,
    /// Set when the framework needs a tighter limit than the policy allows: the sentence that says so.
    pub limit_conflict: Option<String>,
}

/// How a metric relates to a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The metric measures the very thing that the text asks for, on the population loaded.
    Direct,
    /// The metric is a sign, not the thing.
    Supporting,
}

/// One message of the run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// Stable short name.
    pub code: String,
    /// Where, if it has a place.
    pub place: Option<String>,
    /// What.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}
