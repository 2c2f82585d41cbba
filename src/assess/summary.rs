//! What goes into a metric's judgement beside its rows, and what comes out of it.

use crate::diag::Place;
use crate::policy::WaiverUse;
use crate::report::{Finding, Gap, MetricReport, Sensitivity};

use super::exceptions::Exceptions;
use super::headline::Overstays;

/// What only the end of a metric knows.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    /// Canonical tables that the metric needs and nobody fed.
    pub missing: Vec<String>,
    /// What else it needs and the evidence does not give.
    pub gaps: Vec<Gap>,
    /// Where it did not look: gaps, if it found nothing to measure.
    pub hidden: Vec<Gap>,
    /// How results change under other readings.
    pub sensitivity: Vec<Sensitivity>,
    /// The evidence file of the pack.
    pub evidence: Option<String>,
    /// The SQL that ran.
    pub sql: String,
}

/// A metric, summed up.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// For the report.
    pub report: MetricReport,
    /// The worst findings, the longest first.
    pub findings: Vec<Finding>,
    /// How many findings there are in all.
    pub findings_total: u64,
    /// What the waivers were used for; to be recorded in the book.
    pub waivers: WaiverUse,
    /// For the headline.
    pub overstays: Overstays,
    /// What its findings are about.
    pub exceptions: Exceptions,
    /// Limits for parts of the population that no item fits: the part in words, and where the limit stands.
    pub idle: Vec<(String, Place)>,
}
