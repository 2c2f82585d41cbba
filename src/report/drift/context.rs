//! What differs between two packs beside their findings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something beside the findings that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContextChange {
    /// What kind of thing.
    pub kind: ContextKind,
    /// Which: `limit of leaver-lag`.
    pub what: String,
    /// As it was; `null` when it was not there.
    pub before: Option<String>,
    /// As it is; `null` when it is no longer there.
    pub after: Option<String>,
    /// The metric that it is about, if it is about one.
    #[serde(default)]
    pub metric: Option<String>,
    /// The system that it is about, if it is about one.
    #[serde(default)]
    pub system: Option<String>,
    /// Whether less is in sight for it: a source that nothing stands in for, or a part of an export.
    #[serde(default)]
    pub less: bool,
}

/// Kinds of context, in the order in which they are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContextKind {
    /// What is compared with what: another organisation, a baseline of a later moment, periods that do not join.
    Pack,
    /// Version of the tool.
    Tool,
    /// Zone, or reading of leave dates.
    Reading,
    /// A limit of a metric.
    Limit,
    /// Text of a metric, mapping, framework or policy.
    Rule,
    /// A source format that was read, or is no longer read, or of which fewer files were read.
    Source,
    /// A system that was loaded, or is no longer loaded.
    System,
    /// Size of a population.
    Population,
}
