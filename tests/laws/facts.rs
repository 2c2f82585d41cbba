//! What must stay the same, or may only grow, from one assessment to another.

use std::collections::BTreeMap;

use overstay::report::{Finding, FindingResult, Report};

/// A finding without its place and its words.
type Key = (String, String, String, String);

fn key(finding: &Finding) -> Key {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    (finding.metric.clone(), text(&finding.system), finding.subject.clone(), text(&finding.credential_key))
}

fn findings(report: &Report) -> BTreeMap<Key, &Finding> {
    report.findings.items.iter().map(|finding| (key(finding), finding)).collect()
}

/// Findings that a report with more evidence does not have any more, or has longer or more certain than they were.
pub(super) fn lost_or_longer(before: &Report, after: &Report) -> Vec<String> {
    let new = findings(after);
    let old = findings(before);
    let said = |(key, was): (&Key, &&Finding)| {
        let (metric, system, subject, _) = key;
        let name = format!("{metric} {system} {subject}");
        match new.get(key) {
            None => Some(format!("{name}: gone")),
            Some(is) if is.length_seconds > was.length_seconds && was.result == FindingResult::Over => {
                Some(format!("{name}: longer, {} instead of {}", is.length_seconds, was.length_seconds))
            }
            Some(_) => None,
        }
    };
    old.iter().filter_map(said).collect()
}

/// Everything that a reader relies on, without places, hashes and texts about files.
pub(super) fn told(report: &Report) -> Vec<String> {
    let mut out: Vec<String> = report
        .metrics
        .iter()
        .map(|metric| {
            format!(
                "{} {:?}: {} = {} within, {} over, {} indeterminate, {} unknown; {} excluded, {} waived, {} open, {} s",
                metric.id,
                metric.status,
                metric.population,
                metric.within,
                metric.over,
                metric.indeterminate,
                metric.unknown,
                metric.excluded,
                metric.waived,
                metric.open,
                metric.overstay_seconds
            )
        })
        .collect();
    out.extend(report.findings.items.iter().map(|finding| {
        format!(
            "{:?} {:?} {:?}..{:?} {} {:?} {:?}",
            key(finding),
            finding.person_id,
            finding.began_at,
            finding.ended_at,
            finding.length_seconds,
            finding.result,
            finding.waiver_id
        )
    }));
    out.extend(report.indicators.iter().map(|indicator| format!("{} {:?}", indicator.id, indicator.values)));
    out.extend(report.populations.match_rules.iter().map(|rule| format!("{rule:?}")));
    out.sort();
    out
}

/// Lines that only one side has, marked by the side.
pub(super) fn differences(before: &[String], after: &[String]) -> Vec<String> {
    let only = |mark: &'static str, one: &[String], other: &[String]| -> Vec<String> {
        one.iter().filter(|line| !other.contains(line)).map(|line| format!("{mark} {line}")).collect()
    };
    let mut all = only("-", before, after);
    all.extend(only("+", after, before));
    all
}
