//! Frameworks as reported: what the evidence shows about each reference, which is never a verdict on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the evidence shows about a reference.
///
/// No metric can say that a control, an outcome or a risk as a whole is met or not met: a metric has a limit, and a
/// reference has evidence. The order is the order of precedence: the first that applies to a direct edge decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceState {
    /// Some items are surely over the limit of a direct metric; waived ones count.
    ExceptionsObserved,
    /// Nothing is surely over, and the evidence does not show that nothing is.
    NotEnoughEvidence,
    /// Every item of a population that is not empty is within the limit.
    NoneObserved,
    /// Only metrics that are signs, and not the thing, have anything to say.
    SupportingEvidenceOnly,
    /// No metric is mapped to it, or none that is had anything to measure.
    NotAssessed,
}

impl ReferenceState {
    /// All of them, in the order of precedence.
    pub const ALL: [Self; 5] = [
        Self::ExceptionsObserved,
        Self::NotEnoughEvidence,
        Self::NoneObserved,
        Self::SupportingEvidenceOnly,
        Self::NotAssessed,
    ];

    /// The words for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::ExceptionsObserved => "exceptions observed",
            Self::NotEnoughEvidence => "not enough evidence",
            Self::NoneObserved => "no exceptions observed in the population tested",
            Self::SupportingEvidenceOnly => "supporting evidence only",
            Self::NotAssessed => "not assessed",
        }
    }

    /// The words, with what the waivers cover.
    pub fn words_with(self, all_waived: bool) -> &'static str {
        match self {
            Self::ExceptionsObserved if all_waived => "exceptions observed, all waived",
            state => state.words(),
        }
    }
}

/// What a name means under which people often ask for references, for the reference-resolution box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resolution {
    /// The name: `NIST CSF PR.AC-4`.
    pub requested: String,
    /// The explanation, in full sentences.
    pub text: String,
    /// Framework and reference ids that the report is mapped to.
    pub resolved: Vec<ResolvedReference>,
}

/// One reference that such a name leads to.
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
    /// What the evidence shows, by the order of precedence over its direct edges.
    pub state: ReferenceState,
    /// Whether a waiver in force covers every exception.
    pub all_waived: bool,
    /// One sentence: which metrics decided, with k of n; without direct ones, what the supporting ones show.
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
    /// What the metric shows for this reference; for supporting edges it informs and does not decide.
    pub state: ReferenceState,
    /// Whether a waiver in force covers every exception of the metric.
    pub all_waived: bool,
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
