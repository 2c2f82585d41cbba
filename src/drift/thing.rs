//! What an item of a metric is about.

use crate::report::{DependsOn, Finding, MetricFacts, MetricReport};

use super::brief::person_of;

/// What an item of a metric is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thing<'a> {
    /// What its metric says that it depends on; nothing where no pack has the metric.
    pub(super) facts: Option<&'a MetricFacts>,
    pub(super) account: Option<&'a str>,
    pub(super) credential: Option<&'a str>,
    /// Hashed; 0 for nobody.
    pub(super) person: u64,
}

impl<'a> Thing<'a> {
    pub(super) fn of(finding: &'a Finding, metric: Option<&'a MetricReport>) -> Self {
        Self {
            facts: metric.map(|metric| &metric.facts),
            account: finding.account_key.as_deref(),
            credential: finding.credential_key.as_deref(),
            person: finding.person_id.as_deref().map_or(0, person_of),
        }
    }

    pub(super) fn depends_on(self, what: DependsOn) -> bool {
        self.facts.is_some_and(|facts| facts.depends_on(what))
    }

    pub(super) fn is_of_period(self) -> bool {
        self.facts.is_some_and(MetricFacts::is_of_period)
    }
}
