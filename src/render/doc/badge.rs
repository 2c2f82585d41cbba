//! A verdict, a result or a severity for readers: a shape, a word and a tone; never the tone alone.

use crate::report::drift::DriftResult;
use crate::report::{ReferenceState, Severity, Status};

/// What is said in one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Badge {
    /// The verdict on one metric.
    Metric(Status),
    /// The verdict on all metrics together.
    All(Status),
    /// What the evidence shows about a reference, and whether all of it is waived.
    Reference(ReferenceState, bool),
    /// The result of a comparison.
    Change(DriftResult),
    /// How much an exception matters: `critical`, `high`, `medium`, `low`.
    Severity(Severity),
}

/// What gives a badge its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Over a limit.
    Over,
    /// Not known.
    Unsure,
    /// Waived.
    Waived,
    /// Within a limit.
    Within,
    /// Nothing that a colour should say.
    Neutral,
    /// Matters most.
    Critical,
    /// Matters much.
    High,
    /// Matters.
    Medium,
    /// Matters a little.
    Low,
}

impl Badge {
    /// Its word or words.
    pub fn words(&self) -> &str {
        match self {
            Self::Metric(status) => status.words(),
            Self::All(status) => status.words_of_all(),
            Self::Reference(state, all_waived) => state.words_with(*all_waived),
            Self::Change(result) => result.words(),
            Self::Severity(severity) => severity.word(),
        }
    }

    /// The shape before the word, for eyes only. Every shape is in the shipped fonts.
    pub fn shape(&self) -> &'static str {
        match self {
            Self::Metric(status) | Self::All(status) => match status {
                Status::NotMet => "✗",
                Status::InsufficientEvidence => "?",
                Status::MetWithWaivers => "◇",
                Status::Met => "✓",
                Status::NoPopulation => "○",
                Status::NotAssessed => "–",
            },
            Self::Reference(state, _) => match state {
                ReferenceState::ExceptionsObserved => "●",
                ReferenceState::NotEnoughEvidence => "?",
                ReferenceState::NoneObserved | ReferenceState::SupportingEvidenceOnly => "○",
                ReferenceState::NotAssessed => "–",
            },
            Self::Change(result) => match result {
                DriftResult::Worse => "✗",
                DriftResult::Better => "✓",
                DriftResult::Changed => "≠",
                DriftResult::Unchanged => "=",
            },
            Self::Severity(severity) => match severity {
                Severity::Critical => "▲",
                Severity::High => "●",
                Severity::Medium => "◇",
                Severity::Low => "○",
            },
        }
    }

    /// What gives it its colour. A reference has none: severity decides that, and a reference has no severity.
    pub fn tone(&self) -> Tone {
        match self {
            Self::Metric(status) | Self::All(status) => match status {
                Status::NotMet => Tone::Over,
                Status::InsufficientEvidence => Tone::Unsure,
                Status::MetWithWaivers => Tone::Waived,
                Status::Met => Tone::Within,
                Status::NoPopulation | Status::NotAssessed => Tone::Neutral,
            },
            Self::Reference(..) => Tone::Neutral,
            Self::Change(result) => match result {
                DriftResult::Worse => Tone::Over,
                DriftResult::Better => Tone::Within,
                DriftResult::Changed | DriftResult::Unchanged => Tone::Neutral,
            },
            Self::Severity(severity) => match severity {
                Severity::Critical => Tone::Critical,
                Severity::High => Tone::High,
                Severity::Medium => Tone::Medium,
                Severity::Low => Tone::Low,
            },
        }
    }
}
