//! `overstay.drift/2`: the public, versioned shape of a comparison. Field names are part of the format.

mod class;
mod context;
mod exception;
mod rate;
mod restated;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use class::{Class, ClassCount, Group};
pub use context::{ContextChange, ContextKind};
pub use exception::ExceptionChange;
pub use rate::{Rate, RateChange, RateDoubt, Trend};
pub use restated::{CauseCount, CauseKind, MetricNumber, NumberChange, Restated};

use super::{FindingResult, Headline, PeriodView, ReferenceState, Severity, Stamp, Status, Tool};

/// The value of [`Drift::schema`].
pub const SCHEMA: &str = "overstay.drift/2";

/// Stands for what was not to be named.
pub const WITHHELD: &str = "withheld";

/// Two packs compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// `overstay.drift/2`.
    pub schema: String,
    /// The tool that compared.
    pub tool: Tool,
    /// Short id derived from both packs: the same two packs give the same id.
    pub drift_id: String,
    /// Organisation of the current pack.
    pub organisation: String,
    /// What the current pack is compared with.
    pub reference: Reference,
    /// The pack compared with.
    pub baseline: PackFace,
    /// The pack in question.
    pub current: PackFace,
    /// The result in one word.
    pub result: DriftResult,
    /// The result in one sentence: how many findings changed, and how.
    pub sentence: String,
    /// What else makes the result, a sentence each: metrics, systems and sources in sight and out of it, rates, and what is
    /// open still.
    #[serde(default)]
    pub points: Vec<String>,
    /// The result as the subject of a mail: `overstay: worse (1 worse, 3 new this period, 12 resolved) — Acme 2026-W47`.
    pub subject: String,
    /// What else differs and explains numbers: tool, period, limits, rules, sources, systems, populations.
    pub context: Vec<ContextChange>,
    /// The three first numbers, before and after.
    pub headline: HeadlineChange,
    /// How many findings are in each class, in the order of [`Class`]; classes without any are listed with 0.
    pub classes: Vec<ClassCount>,
    /// The same of exceptions, and how many of those that were open are open still.
    #[serde(default)]
    pub exceptions: ExceptionChange,
    /// Every metric of either pack.
    pub metrics: Vec<MetricChange>,
    /// References about which the evidence shows something else.
    pub controls: Vec<ControlChange>,
    /// Systems with any change.
    pub systems: Vec<SystemChange>,
    /// Changed findings by class, the most severe and longest first, up to a cap per class.
    pub items: Vec<Item>,
    /// Metrics whose numbers differ, and what explains it item by item; only where a period was computed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restated: Option<Vec<Restated>>,
    /// Cap per class that was applied to `items`.
    pub cap_per_class: u64,
}

impl Drift {
    /// The same comparison with at most `cap` findings of each class listed.
    #[must_use]
    pub fn listing(&self, cap: usize) -> Self {
        let mut out = self.clone();
        let mut listed = std::collections::BTreeMap::<Class, usize>::new();
        out.items.retain(|item| {
            let count = listed.entry(item.class).or_default();
            *count += 1;
            *count <= cap
        });
        out.cap_per_class = out.cap_per_class.min(cap as u64);
        out
    }

    /// The same comparison without persons, accounts and owners: what would name them is [`WITHHELD`], or left out.
    #[must_use]
    pub fn without_names(&self) -> Self {
        let mut out = self.clone();
        let withheld = || WITHHELD.to_owned();
        for item in &mut out.items {
            (item.subject, item.reason, item.source) = (withheld(), withheld(), None);
        }
        for system in &mut out.systems {
            system.owner = None;
        }
        if let Reference::Accepted { by, reason, .. } = &mut out.reference {
            (*by, *reason) = (withheld(), withheld());
        }
        out
    }

    /// Whether the baseline did not have something that no waiver covers now.
    pub fn has_new(&self) -> bool {
        self.classes.iter().any(|count| count.class.is_new() && count.count > count.waived)
    }

    /// How many findings are in a class.
    pub fn count(&self, class: Class) -> u64 {
        self.classes.iter().find(|count| count.class == class).map_or(0, |count| count.count)
    }
}

/// What a comparison is made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reference {
    /// An earlier run.
    Previous,
    /// A pack that somebody accepted as the state to compare with.
    Accepted {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Stamp,
    },
    /// The same period, computed again from the exports of today.
    Restatement,
}

/// A pack as a comparison names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackFace {
    /// Id of its report.
    pub report_id: String,
    /// Its period.
    pub period: PeriodView,
    /// The moment it speaks about.
    pub as_of: Stamp,
    /// Version of the tool that wrote it.
    pub tool_version: String,
    /// Its verdict.
    pub status: Status,
    /// Its verdict in one sentence, with counts.
    pub sentence: String,
    /// All its findings.
    pub findings: u64,
    /// SHA-256 over its inputs.
    pub inputs_sha256: String,
    /// SHA-256 over its rules.
    pub rules_sha256: String,
    /// SHA-256 of its manifest; `null` for a pack in the making, and for exports that were assessed for the comparison.
    #[serde(default)]
    pub manifest_sha256: Option<String>,
}

/// The result of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DriftResult {
    /// Something is reopened, worse, no longer waived, or can no longer be assessed, or the rate of a metric rose by more
    /// than one exception. Whatever is better beside it does not make up for it.
    Worse,
    /// Something is resolved or better, or a rate fell by more than one exception, and nothing is worse.
    Better,
    /// Something changed that is neither: it is new, it is waived, it passed an ageing mark, or it can be assessed for the
    /// first time; or a verdict is another one.
    Changed,
    /// Nothing changed.
    Unchanged,
}

impl DriftResult {
    /// The word for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
        }
    }
}

/// The three first numbers of both packs. Each names its metrics; their rates have the denominators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeadlineChange {
    /// As they were.
    pub before: Headline,
    /// As they are.
    pub after: Headline,
}

/// One metric, before and after; a side is `null` when its pack does not have the metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MetricChange {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// As it was.
    pub before: Option<MetricFace>,
    /// As it is.
    pub after: Option<MetricFace>,
    /// [`Class::NotAssessable`] or [`Class::NewlyAssessable`] where that is what happened to the metric itself.
    pub class: Option<Class>,
    /// Whether items that were within the limit are unknown now.
    #[serde(default)]
    pub less_known: bool,
    /// Whether its evidence has a gap that it did not have before, or most of its items are unknown now: nothing that it
    /// shows less of has become better.
    #[serde(default)]
    pub new_gap: bool,
    /// How much of what it looked at was over its limit, before and now; `null` where a part of a comparison does not say.
    #[serde(default)]
    pub rate: Option<RateChange>,
    /// Its findings by class; classes without any are left out.
    pub classes: Vec<ClassCount>,
}

impl MetricChange {
    /// What became of what the metric can see, in words; nothing where it sees as much as before.
    pub fn sight(&self) -> Option<&'static str> {
        match self.class {
            Some(Class::NotAssessable) => Some("no longer assessable"),
            _ if self.new_gap => Some("less evidence than before"),
            Some(Class::NewlyAssessable) => Some("now assessable"),
            _ => None,
        }
    }
}

/// The measures of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MetricFace {
    /// Its verdict.
    pub status: Status,
    /// Items looked at.
    pub population: u64,
    /// Surely within the limit.
    pub within: u64,
    /// Surely over.
    pub over: u64,
    /// Over in one reading, within in another.
    pub indeterminate: u64,
    /// Nothing can be said.
    pub unknown: u64,
    /// Outside the population.
    #[serde(default)]
    pub excluded: u64,
    /// Findings covered by a waiver in force.
    pub waived: u64,
    /// Without an end.
    pub open: u64,
    /// The limit.
    pub limit_seconds: Option<i64>,
    /// Median.
    pub p50_seconds: Option<i64>,
    /// 90th percentile.
    pub p90_seconds: Option<i64>,
    /// 95th percentile.
    #[serde(default)]
    pub p95_seconds: Option<i64>,
    /// Seconds beyond the limit, summed.
    #[serde(default)]
    pub overstay_seconds: i64,
    /// Longest.
    pub max_seconds: Option<i64>,
}

/// A reference about which the evidence shows something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlChange {
    /// Framework id.
    pub framework: String,
    /// Reference id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// As it was; `null` when the pack does not have it.
    pub before: Option<ReferenceState>,
    /// As it is.
    pub after: Option<ReferenceState>,
    /// The sentence that gives the reason of what is shown now, with k of n.
    pub reason: String,
}

/// A system with findings in either pack, or loaded in only one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SystemChange {
    /// Name used in the data; empty for findings without a system.
    pub system: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Whether it was loaded, before and after.
    pub loaded: [bool; 2],
    /// Its findings by class; classes without any are left out.
    pub classes: Vec<ClassCount>,
}

/// A changed finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// What became of it.
    pub class: Class,
    /// Id in the current pack, or in the baseline when it is gone.
    pub finding_id: String,
    /// Metric id.
    pub metric: String,
    /// Severity now, or as it was.
    pub severity: Severity,
    /// System, if it has one.
    pub system: Option<String>,
    /// `account`, `credential`, `person`, `intent`.
    pub subject_kind: String,
    /// The subject as people know it; `withheld` where names are not asked for.
    pub subject: String,
    /// As it was; `null` when it was not there.
    pub before: Option<Face>,
    /// As it is; `null` when it is gone.
    pub after: Option<Face>,
    /// Why it is in this class, and what explains the change.
    pub why: Vec<String>,
    /// The sentence of the finding: of the current pack, else of the baseline.
    pub reason: String,
    /// File and line in the pack that has it: of the current one, else of the baseline.
    pub source: Option<String>,
}

/// A finding in one of the packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Face {
    /// When the stay began.
    pub began_at: Option<Stamp>,
    /// When it ended; `null` when open.
    pub ended_at: Option<Stamp>,
    /// Whether it was open.
    pub open: bool,
    /// Its length at least.
    pub length_seconds: i64,
    /// Its length at most; `null` when there is no bound.
    pub longest_seconds: Option<i64>,
    /// Its limit.
    pub limit_seconds: i64,
    /// Certain or possible.
    pub result: FindingResult,
    /// Severity.
    pub severity: Severity,
    /// Whether a waiver in force covered it.
    pub waived: bool,
    /// Whether its account was privileged, where the pack says it.
    pub privileged: Option<bool>,
}
