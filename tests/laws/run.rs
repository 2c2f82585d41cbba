//! Assesses a folder in this process, and says which verdicts are better than others.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use overstay::pipeline::{Clock, RuleOptions, Rules, RunOptions, Silent, check_with};
use overstay::report::Report;

/// Statuses by `metric leaver-lag` and `reference nist-csf-2.0 PR.AA-05`.
pub(super) type Verdicts = BTreeMap<String, String>;

/// The rules of a folder: they are the same for all its changes.
pub(super) fn rules(folder: &Path) -> Arc<Rules> {
    Arc::new(Rules::load(Some(folder), &RuleOptions::default()).unwrap_or_else(|failure| panic!("{failure}")))
}

pub(super) fn options(folder: &Path) -> RunOptions {
    RunOptions {
        exports: folder.to_owned(),
        period: None,
        as_of: None,
        rules: RuleOptions::default(),
        clock: Clock::Recorded(0),
        findings: 1000,
        readings: false,
        except: Vec::new(),
        pseudonyms: None,
    }
}

/// A whole report; `None` where the run is refused, which no one takes for a pass.
pub(super) fn assess(folder: &Path, rules: &Arc<Rules>) -> Option<Report> {
    check_with(Arc::clone(rules), &options(folder), &Silent).ok()
}

pub(super) fn verdicts(report: &Report) -> Verdicts {
    let word = |status: serde_json::Value| status.as_str().expect("a word").to_owned();
    let metrics = report
        .metrics
        .iter()
        .map(|metric| (format!("metric {}", metric.id), word(serde_json::to_value(metric.status).expect("a word"))));
    let references = report.frameworks.iter().flat_map(|framework| {
        framework.controls.iter().map(move |control| {
            (
                format!("reference {} {}", framework.id, control.id),
                word(serde_json::to_value(control.state).expect("a word")),
            )
        })
    });
    metrics.chain(references).collect()
}

/// Words that a reader may take for a pass: nothing may turn into them because something was lost.
const GOOD: [&str; 3] = ["met", "no-population", "none-observed"];

/// The words that may become "met with waivers" only by a waiver.
const BAD: [&str; 3] = ["not-met", "insufficient-evidence", "not-assessed"];

fn is_better(before: &str, after: &str) -> bool {
    before != after && (GOOD.contains(&after) || (after == "met-with-waivers" && BAD.contains(&before)))
}

/// What became better, as `metric leaver-lag: not-met -> met`. A reference says nothing that its metrics do not say, so it
/// is told only where no metric is.
pub(super) fn better(before: &Verdicts, after: &Verdicts) -> Vec<String> {
    let told = |(name, old): (&String, &String)| {
        let new = after.get(name)?;
        is_better(old, new).then(|| format!("{name}: {old} -> {new}"))
    };
    let all: Vec<String> = before.iter().filter_map(told).collect();
    let metrics: Vec<String> = all.iter().filter(|line| line.starts_with("metric")).cloned().collect();
    if metrics.is_empty() { all } else { metrics }
}
