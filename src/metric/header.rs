//! The header of a metric file: TOML in a leading `/*--- … ---*/` comment, before one SELECT.

use toml::Spanned;

use crate::report::{MetricFacts, Statistic};
use crate::rules::{Key, Kind};

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
    /// What an item is: `account`, `credential`, `person`, `intent`, `entitlement`, `review`, `waiver`, `log`; for
    /// indicators `ratio`, `share`, `share_of_time` (of lengths in microseconds) or `seconds`.
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
    /// What comparisons and parts of reports need to know of it: `looks_at`, `begins`, `depends_on`, `clock`, `sums_up`,
    /// `queue`, `headline`; durations only.
    pub facts: MetricFacts,
}

/// Every key of a header: name, default, meaning. What is required has no default.
pub const HEADER_KEYS: [Key; 21] = [
    ("id", Kind::Text, "must be there", "the name of the file without `.sql`"),
    ("order", Kind::Whole, "must be there", "place in reports: metrics are ordered by this number, then by id"),
    ("title", Kind::Text, "must be there", "title"),
    ("question", Kind::Text, "must be there", "the question that it answers, in one sentence"),
    ("remedy", Kind::Text, "none", "what to do about a finding, in one short sentence; durations only"),
    (
        "group",
        Kind::Text,
        "must be there",
        "place in the catalogue, and no more than that: `leavers`, `joiners-movers`, `accounts`, `credentials`, \
         `machine-identities`, `synchronisation`, `governance`",
    ),
    ("shape", Kind::Word(&["duration", "indicator"]), "must be there", "`duration` or `indicator`"),
    (
        "unit",
        Kind::Text,
        "must be there",
        "what an item is: `account`, `credential`, `person`, `intent`, `entitlement`, `review`, `waiver`, `log`; of indicators `ratio`, `share`, `share_of_time` (of lengths in microseconds), `seconds`",
    ),
    (
        "statistic",
        Kind::Word(&["survival", "age", "none"]),
        "must be there for durations",
        "what percentiles speak about: `survival`, `age`, `none`",
    ),
    ("definition", Kind::Text, "must be there", "population, beginning, end and exclusions in words"),
    ("caveats", Kind::Texts, "none", "what a reader must know"),
    (
        "needs",
        Kind::Texts,
        "must be there",
        "canonical tables that must be fed; without them there is not enough evidence",
    ),
    ("slice", Kind::Text, "none", "the table on pieces of which the SELECT runs; durations only"),
    (
        "reason",
        Kind::Table("reason"),
        "must be there for durations",
        "the sentences of findings: `open`, `closed`, `indeterminate`",
    ),
    ("looks_at", Kind::Text, "`state`", "what it looks at: words below; durations only, as all that follow"),
    ("begins", Kind::Text, "none", "what its stays begin with: words below"),
    (
        "depends_on",
        Kind::Texts,
        "none",
        "a list of what decides whether there is a finding: words below. A comparison says that such a thing differs where a \
         finding came or went, and a lack of evidence about it concerns the metric",
    ),
    (
        "clock",
        Kind::Text,
        "none",
        "from when to when it measures, in one line: then it stands with the other clocks of a leave under \"HR late or IT late\"",
    ),
    (
        "sums_up",
        Kind::Flag,
        "`false`",
        "whether its findings say once more, by person, what those of other metrics say: they make no exception of their own",
    ),
    (
        "queue",
        Kind::Texts,
        "none",
        "a list of the kinds of items of the exception queue that its findings are: words below",
    ),
    (
        "headline",
        Kind::Texts,
        "none",
        "a list of numbers of the first page that count its findings, its own one first: words below",
    ),
];

/// The sentences of findings.
pub const REASON_KEYS: [Key; 3] = [
    ("open", Kind::Text, "must be there", "of a stay that goes on"),
    ("closed", Kind::Text, "must be there", "of a stay that ended"),
    ("indeterminate", Kind::Text, "none", "of what may be over"),
];

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
