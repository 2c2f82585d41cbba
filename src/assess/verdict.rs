//! Verdicts on metrics and on the whole report.

use crate::dataset::Table;
use crate::number::count as grouped;
use crate::report::{Gap, MetricReport, Status, Verdict};

use super::words::{Counts, counted};

/// The verdict on a metric; the first line that applies decides.
///
/// 1. no limit, or nothing of a kind that a company may well not have: not assessed;
/// 2. something is surely over and not waived: not met;
/// 3. a table is missing, evidence does not cover everything, or something is unknown, or indeterminate and not
///    waived: insufficient evidence;
/// 4. nothing to measure: no population;
/// 5. something is waived: met with waivers;
/// 6. met.
///
/// A waiver accepts a stay whatever its length turns out to be, so it also settles an indeterminate one; it cannot
/// settle an unknown one, about which nothing was found.
pub(super) fn metric_status(limited: bool, counts: &Counts, missing: &[String], gaps: &[Gap]) -> Status {
    let none_of_it = |table: &String| Table::from_name(table).is_some_and(Table::is_optional);
    if !limited || missing.iter().any(none_of_it) {
        Status::NotAssessed
    } else if counts.over > counts.waived_over {
        Status::NotMet
    } else if !missing.is_empty()
        || !gaps.is_empty()
        || counts.unknown > 0
        || counts.indeterminate > counts.waived_indeterminate
    {
        Status::InsufficientEvidence
    } else if counts.population == 0 {
        Status::NoPopulation
    } else if counts.waived_over + counts.waived_indeterminate > 0 {
        Status::MetWithWaivers
    } else {
        Status::Met
    }
}

/// The verdict on the whole: the order of precedence over all metrics that have one.
///
/// The sentence counts the metrics that were assessed; those without enough evidence, without anything to measure and
/// not assessed are told apart beside it.
pub fn overall(metrics: &[MetricReport]) -> Verdict {
    let of = |wanted: &dyn Fn(&MetricReport) -> bool| metrics.iter().filter(|metric| wanted(metric)).count() as u64;
    let with = |wanted: Status| of(&|metric| metric.status == wanted);
    let judged = metrics.iter().map(|metric| metric.status).filter(|status| *status != Status::NotAssessed);
    let status = judged.min().unwrap_or(Status::NotAssessed);
    let all = of(&|metric| metric.status.is_assessed());
    let not_met = with(Status::NotMet);
    let sentence = if metrics.is_empty() {
        "there was no metric to assess".to_owned()
    } else if all == 0 {
        format!("0 of {} could be assessed", counted(metrics.len() as u64, "metric"))
    } else if not_met > 0 {
        let over: u64 = exceeded(metrics).map(|metric| metric.over).sum();
        let limits = if not_met == 1 { "its limit" } else { "their limits" };
        format!("{not_met} of {} exceeded {limits}, with {}", metrics_assessed(all), counted(over, "item"))
    } else {
        let waived = with(Status::MetWithWaivers);
        let beyond = if waived > 0 { " beyond what waivers in force cover" } else { "" };
        format!("0 of {} exceeded their limits{beyond}", metrics_assessed(all))
    };
    let mut open = Vec::new();
    let mut say = |count: u64, words: &str| {
        if count > 0 {
            open.push(format!("{} {words}", counted(count, "metric")));
        }
    };
    say(with(Status::InsufficientEvidence), "could not be decided for lack of evidence");
    say(with(Status::NoPopulation), "had nothing to measure");
    let unassessed = |fed: bool| of(&|metric| metric.status == Status::NotAssessed && metric.missing.is_empty() == fed);
    say(unassessed(true), "not assessed, because the policy gives no limit");
    say(unassessed(false), "not assessed, because nothing of what they need was given");
    let doubtful: u64 = exceeded(metrics).map(|metric| metric.indeterminate).sum();
    let unknown: u64 = exceeded(metrics).map(|metric| metric.unknown).sum();
    let beside: Vec<String> = [
        (doubtful > 0).then(|| format!("{} may be over", counted(doubtful, "more item"))),
        (unknown > 0).then(|| {
            if unknown == 1 { "1 is unknown".to_owned() } else { format!("{} are unknown", grouped(unknown)) }
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !beside.is_empty() {
        open.push(format!("where limits were exceeded, {}", beside.join(" and ")));
    }
    Verdict { status, sentence, inconclusive: open.join("; ") }
}

fn exceeded(metrics: &[MetricReport]) -> impl Iterator<Item = &MetricReport> {
    metrics.iter().filter(|metric| metric.status == Status::NotMet)
}

fn metrics_assessed(count: u64) -> String {
    format!("{} assessed", counted(count, "metric"))
}
