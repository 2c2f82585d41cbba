//! `overstay.history/2`: the headlines of packs over time. Field names are part of the format.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Headline, MetricReport, Report, Stamp, Status};

/// The value of [`History::schema`].
pub const SCHEMA: &str = "overstay.history/2";

/// The packs of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct History {
    /// `overstay.history/2`.
    pub schema: String,
    /// The packs, the earliest first.
    pub packs: Vec<HistoryRow>,
}

impl History {
    /// The packs in the order given.
    pub fn of(packs: Vec<HistoryRow>) -> Self {
        Self { schema: SCHEMA.to_owned(), packs }
    }
}

/// One pack of a folder of packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryRow {
    /// Its folder; `null` for the pack whose report this is.
    pub pack: Option<String>,
    /// SHA-256 of its manifest.
    pub manifest_sha256: Option<String>,
    /// Id of its report.
    pub report_id: String,
    /// SHA-256 over the rule files that explain numbers, which are all but the project file and the templates: where it
    /// differs from the row before, mappings, metrics or limits are other ones.
    pub rules_sha256: String,
    /// Version of the tool that wrote it.
    pub tool_version: String,
    /// Label of its period.
    pub period: String,
    /// The moment it speaks about.
    pub as_of: Stamp,
    /// Its verdict.
    pub status: Status,
    /// Metrics over their limit, and metrics that were assessed.
    pub not_met: [u64; 2],
    /// All its findings.
    pub findings: u64,
    /// Its three first numbers.
    pub headline: Headline,
    /// Systems of which something was loaded, by name: numbers of packs with others are not about the same.
    #[serde(default)]
    pub systems: Vec<String>,
    /// Whether it is the accepted baseline.
    pub accepted: bool,
    /// Its metrics, in the order of its report.
    pub metrics: Vec<HistoryMetric>,
}

/// One metric of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryMetric {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Its verdict.
    pub status: Status,
    /// Surely over the limit.
    pub over: u64,
    /// Items looked at.
    pub population: u64,
    /// The limit.
    pub limit_seconds: Option<i64>,
}

impl HistoryRow {
    /// The row of a report, not accepted; `rules_sha256` is the digest over its rule files.
    pub fn of(pack: Option<&str>, manifest_sha256: Option<&str>, report: &Report, rules_sha256: String) -> Self {
        let with = |wanted: &dyn Fn(Status) -> bool| {
            report.metrics.iter().filter(|metric| wanted(metric.status)).count() as u64
        };
        Self {
            pack: pack.map(str::to_owned),
            manifest_sha256: manifest_sha256.map(str::to_owned),
            report_id: report.report_id.clone(),
            rules_sha256,
            tool_version: report.tool.version.clone(),
            period: report.period.label.clone(),
            as_of: report.as_of,
            status: report.verdict.status,
            not_met: [with(&|status| status == Status::NotMet), with(&Status::is_assessed)],
            findings: report.findings.total,
            headline: report.headline.clone(),
            systems: report.systems.iter().filter(|one| one.loaded).map(|one| one.system.clone()).collect(),
            accepted: false,
            metrics: report.metrics.iter().map(HistoryMetric::of).collect(),
        }
    }
}

impl HistoryMetric {
    fn of(metric: &MetricReport) -> Self {
        Self {
            id: metric.id.clone(),
            title: metric.title.clone(),
            status: metric.status,
            over: metric.over,
            population: metric.population,
            limit_seconds: metric.limit_seconds,
        }
    }
}
