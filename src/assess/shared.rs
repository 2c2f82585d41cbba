//! What all metrics of a run share, and what all batches of a metric do: sentences, limits, and what things are called.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::failure::{Failure, Outcome};
use crate::metric::Header;
use crate::policy::{Limit, MetricPolicy, WaiverBook};
use crate::report::{Begins, Severity};
use crate::time::{LeaveInstant, Length, Micros, Zone};

use super::persons::Names;
use super::sentence::Sentence;
use super::words::limit_words;

/// What is the same for every metric of a run.
#[derive(Clone)]
pub struct Context {
    /// The moment the report speaks about.
    pub as_of: Micros,
    /// The project's zone, for months, weekdays, hours and plain dates.
    pub zone: Zone,
    /// How a leave date without a time is read.
    pub leave_instant: LeaveInstant,
    /// First instant of the period, and first instant after it.
    pub period: (Micros, Micros),
    /// What stands before the number of a row (`hr/workers.csv line `), by `src_file`.
    pub places: Arc<Vec<String>>,
    /// People, owners of systems and references.
    pub names: Arc<Names>,
    /// How many findings a report carries per metric.
    pub cap: usize,
}

/// A limit as findings show it.
#[derive(Debug, Clone)]
pub(super) struct LimitFace {
    pub(super) length: Length,
    pub(super) words: String,
    pub(super) severity: Severity,
}

/// What all batches of a metric share.
pub(super) struct Shared {
    pub(super) metric: String,
    pub(super) title: String,
    /// The metric's own limit first; empty when the policy gives none.
    pub(super) limits: Vec<LimitFace>,
    pub(super) open: Sentence,
    pub(super) closed: Sentence,
    /// With the metric's own sentence for doubtful stays; else the others are used with a remark.
    pub(super) indeterminate: Option<Sentence>,
    /// Ids of all waivers, by index into the book.
    pub(super) waivers: Vec<String>,
    /// What stands before the number of a row, by `src_file`.
    pub(super) places: Arc<Vec<String>>,
    /// People, owners of systems and references.
    pub(super) names: Arc<Names>,
    pub(super) as_of: Micros,
    /// The zone of plain dates.
    pub(super) zone: Zone,
    /// How a leave date is read, for metrics whose stays begin with a leave.
    pub(super) leave: Option<LeaveInstant>,
}

impl Shared {
    /// What a metric, its limits and the run give.
    ///
    /// # Errors
    /// A reason sentence of the header has an unknown placeholder.
    pub(super) fn of(
        header: &Header,
        policy: Option<&MetricPolicy>,
        waivers: &WaiverBook,
        context: &Context,
    ) -> Outcome<Self> {
        let id = header.id.get_ref();
        let sentence = |template: &str| {
            Sentence::compile(template).map_err(|cause| {
                Failure::usage_one(Diagnostic::error("metric-reason", format!("metric {id}: reason sentence: {cause}")))
            })
        };
        let reason = header.reason.as_ref();
        let face = |limit: &Limit| LimitFace {
            length: limit.length,
            words: limit_words(limit.length),
            severity: limit.severity,
        };
        Ok(Self {
            metric: id.clone(),
            title: header.title.clone(),
            limits: policy.map(|policy| policy.limits().map(face).collect()).unwrap_or_default(),
            open: sentence(reason.map_or("{subject} has been open for {length}; limit {limit}", |texts| &texts.open))?,
            closed: sentence(reason.map_or("{subject} was open for {length}; limit {limit}", |texts| &texts.closed))?,
            indeterminate: match reason.and_then(|texts| texts.indeterminate.as_ref()) {
                Some(template) => Some(sentence(template)?),
                None => None,
            },
            waivers: waivers.waivers().iter().map(|waiver| waiver.id.clone()).collect(),
            places: Arc::clone(&context.places),
            names: Arc::clone(&context.names),
            as_of: context.as_of,
            zone: context.zone,
            leave: (header.facts.begins == Some(Begins::Leave)).then_some(context.leave_instant),
        })
    }
}
