//! What the evidence does not give: found once for the whole run, as data; each metric then takes what concerns it.

mod feeds;
mod files;
mod fresh;
mod gap;
mod logs;
mod who;

pub(super) use feeds::Feeds;
pub(super) use gap::Lack;
pub(super) use who::{LeaversWithout, leavers_without};

use crate::dataset::Table;
use crate::metric::Metric;
use crate::report::{Gap, SystemReport};

use super::inputs::Inputs;

/// Everything that the evidence of a run does not give.
pub(super) struct Coverage(Vec<Lack>);

impl Coverage {
    /// Looks at files, times, logs and people.
    pub(super) fn of(inputs: &Inputs, feeds: &Feeds, systems: &[SystemReport], without: &LeaversWithout) -> Self {
        let windows = logs::Windows::of(inputs, feeds);
        let mut lacks = files::lacks(inputs, feeds, &windows);
        lacks.extend(feeds::lacks(feeds, systems));
        lacks.extend(feeds::no_inventory(feeds, systems));
        lacks.extend(feeds::unsaid(feeds, systems, inputs.frames.get(Table::Systems)));
        lacks.extend(fresh::lacks(inputs, feeds, &windows));
        lacks.extend(logs::lacks(inputs, &windows));
        lacks.extend(who::lacks(inputs, feeds, without));
        Self(lacks)
    }

    /// What of it a metric needs.
    pub(super) fn gaps(&self, metric: &Metric) -> Vec<Gap> {
        self.sorted(|lack| lack.concerns(metric))
    }

    /// Why a metric that finds nothing to measure may have missed something.
    pub(super) fn hidden(&self, metric: &Metric) -> Vec<Gap> {
        self.sorted(|lack| lack.hides(metric))
    }

    fn sorted(&self, wanted: impl Fn(&&Lack) -> bool) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = self.0.iter().filter(wanted).map(Lack::gap).collect();
        gaps.sort();
        gaps.dedup();
        gaps
    }
}
