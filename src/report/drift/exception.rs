//! What became of exceptions: accounts, credentials, people and changes with all their findings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ClassCount;

/// Exceptions of both packs. One with several findings has one class: something worse first, then what stands as before,
/// then what is new, then what is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionChange {
    /// How many are in each class; classes without any are listed with 0.
    pub classes: Vec<ClassCount>,
    /// Those that were open in the baseline and that no waiver covered.
    pub open_before: u64,
    /// Those of them that are open now.
    pub still_open: u64,
    /// Those of them of which nobody can say it any more.
    pub not_known: u64,
}
