//! Which rule files explain numbers.

use crate::pack::{RuleEntry, digest_of};

/// Templates dress a report and explain no number; the project file says the period.
pub(super) fn explains(rule: &RuleEntry) -> bool {
    !rule.path.ends_with("overstay.toml") && !rule.path.starts_with("templates/") && !rule.path.starts_with("look/")
}

/// SHA-256 over the rule files that explain numbers.
pub fn rules_digest(rules: &[RuleEntry]) -> String {
    digest_of(rules.iter().filter(|rule| explains(rule)).map(|rule| (rule.path.as_str(), rule.sha256.as_str())))
}
