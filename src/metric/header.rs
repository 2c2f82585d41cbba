//! The header of a metric file: TOML in a leading `/*--- … ---*/` comment, before one SELECT.

use toml::Spanned;

use crate::report::Statistic;

/// What a SELECT returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One row per item looked at, in the row contract of [`super::Stays`].
    Duration,
    /// Rows of `name, system, numerator, denominator` (system null: all together; denominator null: a sum).
    Indicator,
}

/// The header as written; checked once when the register is loaded.
#[derive(Debug, Clone)]
pub struct Header {
    /// Id: the file's name without `.sql`.
    pub id: Spanned<String>,
    /// Place in reports: metrics are ordered by this, then by id.
    pub order: u32,
    /// Title.
    pub title: String,
    /// The question that it answers, in one sentence.
    pub question: String,
    /// What to do about a finding: one short sentence that asks for it; durations only.
    pub remedy: Option<String>,
    /// Group: `leavers`, `joiners-movers`, `accounts`, `credentials`, `machine-identities`, `synchronisation`, `governance`.
    pub group: Spanned<String>,
    /// What the SELECT returns.
    pub shape: Shape,
    /// What an item is: `account`, `credential`, `person`, `intent`; for indicators `ratio`, `share` or `seconds`.
    pub unit: Spanned<String>,
    /// What percentiles speak about; durations only.
    pub statistic: Option<Statistic>,
    /// Definition in words: population, beginning, end, exclusions.
    pub definition: String,
    /// What a reader must know.
    pub caveats: Vec<String>,
    /// Canonical tables that must be fed by some source; otherwise the metric is insufficient evidence.
    pub needs: Spanned<Vec<String>>,
    /// Row-wise metrics only: the table of which each result row uses one row. The engine then runs the SELECT on
    /// slices of that table and never holds the whole population. A law test proves that slicing changes nothing.
    pub slice: Option<Spanned<String>>,
    /// Sentences for findings; durations only.
    pub reason: Option<ReasonTexts>,
}

/// Sentences with `{person}`, `{subject}`, `{system}`, `{began}`, `{ended}`, `{seen_until}`, `{length}`, `{limit}`, `{over}`, `{note}`.
#[derive(Debug, Clone)]
pub struct ReasonTexts {
    /// For a stay that is over.
    pub open: String,
    /// For a stay that was over and has ended.
    pub closed: String,
    /// For one that may be over; default: the fitting one of the others with "possibly" words added by the engine.
    pub indeterminate: Option<String>,
}
