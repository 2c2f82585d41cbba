//! The only place that knows the order: rules, reading, resolving, measuring, assessing, reporting, writing.

mod agents;
mod build;
mod canonical;
mod coverage;
mod decisions;
mod drift;
mod inputs;
mod measure;
mod options;
mod own;
mod populations;
mod pseudonyms;
mod quality;
mod queue;
mod readings;
mod recalculate;
mod repeat;
mod rules;
mod run;
mod scope;
mod verify;
mod write;

pub use drift::{DriftOptions, Drifts, drift};
pub use inputs::{Inputs, METRIC_LEFT_OUT, overrides};
pub use options::{Clock, Progress, RuleOptions, RunOptions, Silent};
pub use own::PackedRules;
pub use recalculate::{AtHand, Recalculated, RuleOrigin, UsedRule};
pub use repeat::Repeated;
pub use rules::Rules;
pub use run::{check, check_with, normalise, report};
pub use scope::LeftOut;
pub use verify::{Alone, Compared, Verified, VerifyOptions, verify};
pub use write::{Earlier, PackOptions};
