//! What the evidence does not cover: systems without exports, and time that no log saw.

use crate::dataset::Table;
use crate::metric::Metric;
use crate::report::SystemReport;
use crate::source::InputFile;
use crate::time::{HOUR, Micros, Period, readable};

/// A log may begin and end this much inside the period before its edge counts as not covered.
const EDGE: Micros = 24 * HOUR;

/// Sentences about what a metric would need and the evidence does not cover.
pub(super) fn gaps(
    metric: &Metric,
    systems: &[SystemReport],
    files: &[InputFile],
    period: &Period,
    as_of: Micros,
) -> Vec<String> {
    let mut gaps = Vec::new();
    let needs = metric.needs();
    if needs.contains(&Table::Accounts) {
        let absent: Vec<&str> = systems
            .iter()
            .filter(|system| system.in_scope && system.registered && !system.loaded)
            .map(|system| system.system.as_str())
            .collect();
        if !absent.is_empty() {
            gaps.push(format!("in scope and without any export: {}", absent.join(", ")));
        }
    }
    if needs.contains(&Table::Events)
        && let Some(gap) = log_gap(files, period, as_of)
    {
        gaps.push(gap);
    }
    gaps
}

/// Whether the logs together begin and end with the part of the period that lies before as_of.
fn log_gap(files: &[InputFile], period: &Period, as_of: Micros) -> Option<String> {
    let windows: Vec<(Micros, Micros)> =
        files.iter().filter(|file| file.rows.contains_key(&Table::Events)).filter_map(|file| file.covers).collect();
    let from = windows.iter().map(|window| window.0).min()?;
    let to = windows.iter().map(|window| window.1).max()?;
    let end = period.to.min(as_of);
    if from > period.from + EDGE {
        return Some(format!("the logs begin at {}, after the period", readable(from)));
    }
    if to + EDGE < end {
        return Some(format!("the logs end at {}, before the period", readable(to)));
    }
    None
}
