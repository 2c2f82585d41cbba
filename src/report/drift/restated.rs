//! A period that was computed again: numbers that differ, and the causes of the items behind them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A metric whose numbers are others after its period was computed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Restated {
    /// Metric id.
    pub metric: String,
    /// Title.
    pub title: String,
    /// The numbers that differ.
    pub numbers: Vec<NumberChange>,
    /// Items of the population that differ, by cause; each is counted once. `null` where a pack does not list its
    /// items.
    pub causes: Option<Vec<CauseCount>>,
}

/// A number of a metric, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NumberChange {
    /// Field of the metric.
    pub number: MetricNumber,
    /// As it was; `null` where it was not there.
    pub before: Option<i64>,
    /// As it is.
    pub after: Option<i64>,
}

/// A number of a metric, by the name of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MetricNumber {
    /// Items looked at.
    Population,
    /// Surely within the limit.
    Within,
    /// Surely over.
    Over,
    /// Over in one reading, within in another.
    Indeterminate,
    /// Nothing can be said.
    Unknown,
    /// Outside the population.
    Excluded,
    /// Findings covered by a waiver in force.
    Waived,
    /// Without an end.
    Open,
    /// The limit.
    LimitSeconds,
    /// Median.
    P50Seconds,
    /// 90th percentile.
    P90Seconds,
    /// 95th percentile.
    P95Seconds,
    /// Longest.
    MaxSeconds,
    /// Seconds beyond the limit, summed.
    OverstaySeconds,
}

impl MetricNumber {
    /// The words for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::Population => "items",
            Self::Within => "within",
            Self::Over => "over",
            Self::Indeterminate => "indeterminate",
            Self::Unknown => "unknown",
            Self::Excluded => "excluded",
            Self::Waived => "waived",
            Self::Open => "open",
            Self::LimitSeconds => "limit",
            Self::P50Seconds => "median",
            Self::P90Seconds => "90th percentile",
            Self::P95Seconds => "95th percentile",
            Self::MaxSeconds => "longest",
            Self::OverstaySeconds => "beyond the limit",
        }
    }

    /// Whether it is a length of time.
    pub fn is_length(self) -> bool {
        use MetricNumber::{LimitSeconds, MaxSeconds, OverstaySeconds, P50Seconds, P90Seconds, P95Seconds};
        matches!(self, LimitSeconds | P50Seconds | P90Seconds | P95Seconds | MaxSeconds | OverstaySeconds)
    }
}

/// Items that differ for the same cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CauseCount {
    /// The cause.
    pub cause: CauseKind,
    /// Items.
    pub items: u64,
}

/// Why an item differs although its period is the same, in the order in which a cause is preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CauseKind {
    /// Leave dates are read in another zone, or as another time of the day.
    Reading,
    /// HR tells another leave date, or one where it told none.
    HrDate,
    /// It is matched to another person, or to nobody.
    Match,
    /// The exports of today tell something of the period that those of then did not: an account, a person, an end.
    LateArrival,
    /// The exports of today do not tell it any more.
    Withdrawn,
    /// A system tells another date or status.
    Record,
    /// An export from after the as-of time tells another date or status, which may be of later.
    Since,
    /// Nothing but the limit differs.
    Limit,
    /// Nothing but the waiver differs.
    Waiver,
    /// Nothing but the time of the export: what was open when last seen was seen later.
    SeenLater,
    /// No cause in the data: other rules, or another version of the tool.
    Rules,
}

impl CauseKind {
    /// So many items with this cause, in words.
    pub fn words(self, items: u64) -> String {
        let (one, many) = match self {
            Self::Reading => ("other reading of a leave date", "other readings of leave dates"),
            Self::HrDate => ("corrected HR date", "corrected HR dates"),
            Self::Match => ("changed match", "changed matches"),
            Self::LateArrival => ("late arrival", "late arrivals"),
            Self::Withdrawn => ("no longer in the exports", "no longer in the exports"),
            Self::Record => ("corrected record", "corrected records"),
            Self::Since => ("record of a later time", "records of a later time"),
            Self::Limit => ("changed limit", "changed limits"),
            Self::Waiver => ("changed waiver", "changed waivers"),
            Self::SeenLater => ("open item seen until later", "open items seen until later"),
            Self::Rules => ("item by other rules", "items by other rules"),
        };
        format!("{items} {}", if items == 1 { one } else { many })
    }
}
