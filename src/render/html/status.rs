//! A verdict, a severity or a result for readers: word, shape and class, never colour alone.

use serde::Serialize;

use crate::render::{facts, text};
use crate::report::drift::DriftResult;
use crate::report::{ReferenceState, Status};

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

/// The badge of the verdict on all metrics together.
pub(super) fn badge_of_all(status: Status) -> Badge {
    Badge { word: status.words_of_all(), ..badge(status) }
}

/// The badge of a reference, without a colour: severity decides that, and a reference has none.
pub(super) fn reference(state: ReferenceState, all_waived: bool) -> Badge {
    let shape = match state {
        ReferenceState::ExceptionsObserved => "●",
        ReferenceState::NotEnoughEvidence => "?",
        ReferenceState::NoneObserved => "○",
        ReferenceState::SupportingEvidenceOnly => "◦",
        ReferenceState::NotAssessed => "–",
    };
    Badge { class: "s-none reference", shape, word: state.words_with(all_waived) }
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

/// `over its limit 1 of 13`, `within its limit 12 of 13` …: how often each verdict occurs, in the order of precedence.
pub(super) fn tally(statuses: impl Iterator<Item = Status>) -> Vec<Tally> {
    let found: Vec<Status> = statuses.collect();
    let all = found.len() as u64;
    let counted = facts::tally(found.into_iter()).into_iter();
    counted.map(|(status, count)| Tally { badge: badge(status), count: text::of(count, all) }).collect()
}

/// The same for references.
pub(super) fn tally_of_references(states: impl Iterator<Item = ReferenceState>) -> Vec<Tally> {
    let found: Vec<ReferenceState> = states.collect();
    let all = found.len() as u64;
    let counted = facts::tally_of_references(found.into_iter()).into_iter();
    counted.map(|(state, count)| Tally { badge: reference(state, false), count: text::of(count, all) }).collect()
}

/// One verdict with its number of occurrences.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Tally {
    badge: Badge,
    count: String,
}
