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
    /// Field of the metric: `population`, `over`, `p50_seconds`.
    pub number: String,
    /// As it was; `null` where it was not there.
    pub before: Option<i64>,
    /// As it is.
    pub after: Option<i64>,
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
