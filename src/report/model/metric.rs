//! Metrics and indicators as reported.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Gap, MetricFacts, Severity, Stamp, Status};

/// What [`SystemRow::system`] says of items without a system.
pub const NO_SYSTEM: &str = "(none)";

/// One metric: what was measured, over what, against which limit, and how it came out.
///
/// `population = within + over + indeterminate + unknown`; `excluded` is beside the population.
/// `waived` counts the findings (over or indeterminate) that a waiver in force covers: a part of `over` and
/// `indeterminate`, never taken out of them. `open` counts stays in the population without an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricReport {
    /// Id; also the name of its SQL file and its evidence file.
    pub id: String,
    /// Title.
    pub title: String,
    /// The question that it answers.
    pub question: String,
    /// What to do about a finding, as its definition says; `null` where it says nothing.
    #[serde(default)]
    pub remedy: Option<String>,
    /// What its header says for comparisons and for the parts of a report that it belongs to.
    #[serde(default)]
    pub facts: MetricFacts,
    /// Group in the catalogue: `leavers`, `accounts`, `credentials`, `machine-identities`, `synchronisation`, `governance`.
    pub group: String,
    /// Definition in words.
    pub definition: String,
    /// What a reader must know before relying on it.
    pub caveats: Vec<String>,
    /// What one item is: `account`, `credential`, `person`, `intent`.
    pub unit: String,
    /// The verdict.
    pub status: Status,
    /// One sentence with k of n that gives the reason for the verdict.
    pub status_reason: String,
    /// How much a finding matters: `critical`, `high`, `medium`, `low`.
    pub severity: Severity,
    /// The limit; `null` when the policy gives none.
    pub limit_seconds: Option<i64>,
    /// The limit as the policy writes it.
    pub limit: Option<String>,
    /// Whose limit it is.
    pub limit_source: Option<String>,
    /// Other limits for parts of the population.
    pub limit_overrides: Vec<LimitOverride>,
    /// Items looked at: within + over + indeterminate + unknown.
    pub population: u64,
    /// Items surely within the limit.
    pub within: u64,
    /// Items surely over the limit.
    pub over: u64,
    /// Items that are over in one reading of the evidence and within in another.
    pub indeterminate: u64,
    /// Items about which nothing can be said.
    pub unknown: u64,
    /// Items deliberately outside the population.
    pub excluded: u64,
    /// Findings covered by a waiver in force.
    pub waived: u64,
    /// Stays without an end at the last observation.
    pub open: u64,
    /// What the percentiles are about.
    pub statistic: Statistic,
    /// Median.
    pub p50_seconds: Option<i64>,
    /// 90th percentile.
    pub p90_seconds: Option<i64>,
    /// 95th percentile.
    pub p95_seconds: Option<i64>,
    /// Where a percentile is not reached: it is longer than this, the longest time observed.
    pub beyond_seconds: Option<i64>,
    /// The percentiles under the longest reading of uncertain items, when that differs: p50, p90, p95.
    pub upper_reading: Option<[Option<i64>; 3]>,
    /// Turnbull's estimate of p50, p90 and p95, each as the seconds between which it lies; where lengths are known only as
    /// ranges. `None` in the list: not reached.
    #[serde(default)]
    pub turnbull: Option<[Option<[i64; 2]>; 3]>,
    /// The longest stay (shortest reading; a lower bound if it is open).
    pub max_seconds: Option<i64>,
    /// Seconds beyond the limit, summed.
    pub overstay_seconds: i64,
    /// Kaplan–Meier curve with confidence band; empty for [`Statistic::Age`] and [`Statistic::None`].
    pub curve: Vec<CurvePoint>,
    /// Items by length.
    pub buckets: Vec<Bucket>,
    /// By month of the beginning, in the project's zone.
    pub monthly: Vec<MonthRow>,
    /// By system, sorted by name.
    pub by_system: Vec<SystemRow>,
    /// By department of the person, those with most over the limit first.
    #[serde(default)]
    pub by_department: Vec<GroupRow>,
    /// By worker type of the person, those with most over the limit first.
    #[serde(default)]
    pub by_worker_type: Vec<GroupRow>,
    /// What stands together more often than chance would have it. No verdict rests on it.
    #[serde(default)]
    pub concentrations: Vec<Concentration>,
    /// Beginnings of over-limit stays by weekday (Monday first) and hour in the project's zone; present when it shows something.
    pub weekday_hour: Option<Vec<Vec<u64>>>,
    /// Why items are unknown, with counts, most frequent first.
    pub unknown_reasons: Vec<ReasonCount>,
    /// Why items are indeterminate.
    pub indeterminate_reasons: Vec<ReasonCount>,
    /// Why items are excluded.
    pub excluded_reasons: Vec<ReasonCount>,
    /// How the verdicts change under other readings.
    pub sensitivity: Vec<Sensitivity>,
    /// Canonical tables that it reads and that must be fed.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Canonical tables that it needs and nobody fed.
    pub missing: Vec<String>,
    /// How to supply each of them, in their order.
    #[serde(default)]
    pub how_to_supply: Vec<String>,
    /// What else it needs and the evidence does not give.
    #[serde(default)]
    pub gaps: Vec<Gap>,
    /// Evidence file in the pack, with every item; absent when nothing was computed.
    pub evidence: Option<String>,
    /// The SQL that ran, parameters shown by name.
    pub sql: String,
}

/// Items of one department or worker type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupRow {
    /// The department or worker type.
    pub name: String,
    /// Items.
    pub population: u64,
    /// Items surely over the limit.
    pub over: u64,
    /// Stays without an end at the last observation.
    pub open: u64,
}

/// What items over the limit have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConcentrationKind {
    /// They began on a Saturday or Sunday, in the project's zone.
    Weekend,
    /// They are of one system.
    System,
}

/// Items over the limit that stand together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Concentration {
    /// What they have in common.
    pub kind: ConcentrationKind,
    /// The system, or the days.
    pub name: String,
    /// Items over the limit that have it.
    pub over_marked: u64,
    /// Items over the limit.
    pub over: u64,
    /// Items that have it.
    pub population_marked: u64,
    /// Items.
    pub population: u64,
    /// How likely as many or more would be by chance (hypergeometric tail, times the number of systems looked at).
    pub chance: f64,
}

/// What percentiles speak about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// Time to the end of a stay; open ones are censored (Kaplan–Meier).
    Survival,
    /// Age of what stands open at the last observation (ordinary percentiles).
    Age,
    /// No percentiles.
    None,
}

/// A limit for a part of the population.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitOverride {
    /// Which part, in words: `system okta, privileged`.
    pub scope: String,
    /// The system, where the part is of one.
    #[serde(default)]
    pub system: Option<String>,
    /// The limit.
    pub limit_seconds: i64,
    /// As written.
    pub limit: String,
    /// Whose limit it is.
    pub source: Option<String>,
    /// How much a finding over it matters; `null` in reports of before.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// The same part as data.
    #[serde(default)]
    pub conditions: LimitConditions,
}

/// What an item must be for a limit to apply: all that is given; `null` asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitConditions {
    /// Of one of these systems, by name or pattern.
    pub systems: Option<Vec<String>>,
    /// An account of one of these kinds.
    pub account_kinds: Option<Vec<String>>,
    /// A privileged account, or none.
    pub privileged: Option<bool>,
    /// Of a person of one of these worker types, in lower case.
    pub worker_types: Option<Vec<String>>,
}

/// A step of the survival curve: the share still open just after `seconds`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CurvePoint {
    /// Time since the beginning.
    pub seconds: i64,
    /// Share still open, 0 to 1, rounded to 6 digits.
    pub share: f64,
    /// Lower end of the 95 % band (log-log).
    pub low: f64,
    /// Upper end of the band.
    pub high: f64,
    /// Open stays whose observation ends at this time.
    pub censored: u64,
}

/// Items with a length in `(from, to]`; the first bucket also holds length zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bucket {
    /// Label: `up to 1 d`.
    pub label: String,
    /// Upper end; `null` for the last.
    pub to_seconds: Option<i64>,
    /// Ended stays.
    pub closed: u64,
    /// Open stays.
    pub open: u64,
}

/// One month of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MonthRow {
    /// `2026-07`.
    pub month: String,
    /// Items.
    pub population: u64,
    /// Surely over.
    pub over: u64,
    /// Median, where it is reached.
    pub p50_seconds: Option<i64>,
    /// 90th percentile, where it is reached.
    pub p90_seconds: Option<i64>,
}

/// One system of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SystemRow {
    /// System, or [`NO_SYSTEM`].
    pub system: String,
    /// Items.
    pub population: u64,
    /// Surely within.
    pub within: u64,
    /// Surely over.
    pub over: u64,
    /// Indeterminate.
    pub indeterminate: u64,
    /// Unknown.
    pub unknown: u64,
    /// Covered by a waiver in force.
    pub waived: u64,
    /// Open.
    pub open: u64,
    /// Median, where it is reached.
    pub p50_seconds: Option<i64>,
    /// Longest.
    pub max_seconds: Option<i64>,
}

/// A reason with a count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonCount {
    /// The reason.
    pub reason: String,
    /// How many items.
    pub count: u64,
}

/// How many verdicts on items change under another reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitivity {
    /// The reading: `leave date read as start of day`.
    pub reading: String,
    /// Items whose result differs from the official one, or that only one of the readings counts.
    pub flips: u64,
    /// Items that one of the readings counts.
    pub population: u64,
}

/// A ratio, share or sum without a limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Indicator {
    /// Id; also the name of its SQL file.
    pub id: String,
    /// Title.
    pub title: String,
    /// Definition in words.
    pub definition: String,
    /// How values are read: `ratio`, `share`, `seconds`.
    pub unit: String,
    /// Values, the overall one (no system) first.
    pub values: Vec<IndicatorValue>,
    /// Canonical tables that it needs and nobody fed.
    pub missing: Vec<String>,
}

/// One value of an indicator. The value is `numerator / denominator`; with an empty denominator there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndicatorValue {
    /// What is counted: `principals`, `credentials`, `accounts`.
    pub name: String,
    /// System; `null` for all together.
    pub system: Option<String>,
    /// Top of the ratio, or the sum.
    pub numerator: i64,
    /// Bottom of the ratio; `null` for sums.
    pub denominator: Option<i64>,
}

/// First and last instant, for windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    /// First instant.
    pub from: Stamp,
    /// Last instant.
    pub to: Stamp,
}
