//! A verdict, a severity or a result for readers: word, shape and class, never colour alone.

use serde::Serialize;

use crate::render::{facts, text};
use crate::report::Status;
use crate::report::drift::DriftResult;

/// A verdict as the page shows it.
#[derive(Debug, Clone, Copy, Serialize)]
pub(in crate::render) struct Badge {
    /// Class that colours it.
    pub(in crate::render) class: &'static str,
    /// Shape before the word, for eyes only.
    pub(in crate::render) shape: &'static str,
    /// The word.
    pub(in crate::render) word: &'static str,
}

/// The badge of a verdict.
pub(super) fn badge(status: Status) -> Badge {
    let (class, shape) = match status {
        Status::NotMet => ("s-not-met", "✕"),
        Status::InsufficientEvidence => ("s-insufficient", "?"),
        Status::MetWithWaivers => ("s-waived", "◐"),
        Status::Met => ("s-met", "✓"),
        Status::NoPopulation => ("s-none", "○"),
        Status::NotAssessed => ("s-none", "–"),
    };
    Badge { class, shape, word: status.words() }
}

/// The badge of a comparison.
pub(in crate::render) fn change(result: DriftResult) -> Badge {
    let (class, shape) = match result {
        DriftResult::Worse => ("s-not-met", "✕"),
        DriftResult::Better => ("s-met", "✓"),
        DriftResult::Changed => ("s-none", "≠"),
        DriftResult::Unchanged => ("s-none", "="),
    };
    Badge { class, shape, word: facts::change(result) }
}

/// `1 of 13 not met`, `12 of 13 met` …: how often each verdict occurs, in the order of precedence.
pub(super) fn tally(statuses: impl Iterator<Item = Status>) -> Vec<Tally> {
    let found: Vec<Status> = statuses.collect();
    let all = found.len() as u64;
    let counted = facts::tally(found.into_iter()).into_iter();
    counted.map(|(status, count)| Tally { badge: badge(status), count: text::of(count, all) }).collect()
}

/// One verdict with its number of occurrences.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Tally {
    badge: Badge,
    count: String,
}
