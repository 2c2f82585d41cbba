//! The headline: three numbers about people who left, each with the metrics that own it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Status;

/// What stands first on every report. Waived items are counted beside the numbers and are not in them; ages since
/// creation are in none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Headline {
    /// Former staff who can still sign in.
    pub former_staff: FormerStaff,
    /// Days of access after leaving.
    pub access_after_leaving: AccessAfterLeaving,
    /// Keys of former staff that still work.
    pub former_staff_keys: FormerStaffKeys,
}

/// Accounts that were surely open beyond their limit when last seen, and whose person is not employed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FormerStaff {
    /// The metrics whose items these are, and after them those that tell of use.
    pub metrics: Vec<String>,
    /// The gravest verdict on the first ones; `not-assessed` when the run does not have it.
    pub status: Status,
    /// People.
    pub people: u64,
    /// Their accounts.
    pub accounts: u64,
    /// Those of the accounts that were surely used after their person left.
    pub used_since: u64,
    /// Those of the accounts that are privileged, where a source says so.
    pub privileged: u64,
    /// Further accounts of which it is not certain.
    pub possibly: u64,
    /// Gaps in the evidence of the first metrics: with any, the number may be too small.
    #[serde(default)]
    pub gaps: u64,
    /// Accounts that a waiver in force covers; not among the others.
    pub waived: u64,
}

/// Time for which people who left could sign in: whole stays, from leaving on, of accounts that were over their limit.
/// Hours of one account are counted once, whatever number of metrics they are in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessAfterLeaving {
    /// The metrics whose items these are.
    pub metrics: Vec<String>,
    /// The gravest verdict on them; `not-assessed` when the run has none of them.
    pub status: Status,
    /// Accounts surely over their limit.
    pub accounts: u64,
    /// Those of them that were open when last seen.
    pub open: u64,
    /// Seconds, summed over their shortest readings.
    pub shortest_seconds: i64,
    /// Seconds, summed over the longest readings of what is or may be over its limit; `null` when there is no bound.
    pub longest_seconds: Option<i64>,
    /// Gaps in the evidence of the metrics: with any, the numbers may be too small, and there is no upper bound.
    #[serde(default)]
    pub gaps: u64,
    /// Accounts that a waiver in force covers; not among the others.
    pub waived: u64,
}

/// Credentials of people who left that were surely usable beyond their limit when last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FormerStaffKeys {
    /// The metrics whose items these are.
    pub metrics: Vec<String>,
    /// The verdict on them; `not-assessed` when the run does not have them.
    pub status: Status,
    /// Credentials.
    pub credentials: u64,
    /// The people whose they are.
    pub people: u64,
    /// Further credentials of which it is not certain.
    pub possibly: u64,
    /// Gaps in the evidence of the first metrics: with any, the number may be too small.
    #[serde(default)]
    pub gaps: u64,
    /// Credentials that a waiver in force covers; not among the others.
    pub waived: u64,
}
