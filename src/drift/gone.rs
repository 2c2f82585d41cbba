//! A finding that is gone: whether its stay ended, belongs to the earlier period, goes on, or cannot be seen any more.

use crate::render::text::length;
use crate::report::Finding;
use crate::report::drift::Class;

use super::brief::Brief;
use super::cause::{Thing, why_gone};
use super::lists::{Account, Lookup};
use super::side::Side;

/// The class of a finding that only the baseline has although its metric and system were assessed again, and why.
pub(super) fn class(baseline: &Side, current: &Side, finding: &Finding, before: &Brief) -> (Class, Vec<String>) {
    match decided(baseline, current, finding, before) {
        Some((class, why)) => (class, vec![why.to_owned()]),
        None => (Class::Resolved, resolution(baseline, current, finding)),
    }
}

/// What the periods and the list of accounts decide; `None` for a stay that ended in an ordinary way.
fn decided(baseline: &Side, current: &Side, finding: &Finding, before: &Brief) -> Option<(Class, &'static str)> {
    let from = current.report.period.from;
    let moved = baseline.report.period.from != from;
    if moved && !before.open && before.ended.is_none_or(|ended| ended <= from.0) {
        return Some((Class::LeftPeriod, "it had ended before this period began"));
    }
    // Some metrics look only at what happened in the period: that an earlier stay is gone does not say that it ended.
    let earlier = moved && before.open && before.began.is_some_and(|began| began < from.0);
    if earlier && finding.subject_kind == "intent" {
        let why = "it failed before this period began, and a later repair is not looked for";
        return Some((Class::NotAssessable, why));
    }
    if !before.open || !of_leavers(current, finding) {
        return None;
    }
    let key = finding.account_key.as_deref();
    match key.map_or(Lookup::NoList, |key| current.lists.account(key)) {
        Lookup::Is(account) if earlier || !account.matched() => Some(of_leaver(current, account, before, earlier)),
        Lookup::NoList if earlier => {
            let why = "its person left before this period began, and no list of accounts is here";
            Some((Class::NotAssessable, why))
        }
        _ => None,
    }
}

/// Whether the finding is the access of somebody who left.
fn of_leavers(current: &Side, finding: &Finding) -> bool {
    let metric = current.report.metrics.iter().find(|metric| metric.id == finding.metric);
    finding.subject_kind == "account" && metric.is_some_and(|metric| metric.group == "leavers")
}

/// What the list of accounts tells about the access of somebody whom the metric does not look at any more: because the
/// leave lies before the period, or because nobody knows the person now.
fn of_leaver(current: &Side, account: Account, before: &Brief, earlier: bool) -> (Class, &'static str) {
    let same = account.person == before.person;
    match account.enabled {
        Some(false) => (Class::Resolved, OFF),
        _ if account.matched() && !same => (Class::Resolved, "the account is matched to another person now"),
        _ if same && employs(current, account.person) => (Class::Resolved, "its person is employed"),
        None => (Class::NotAssessable, "whether the account can sign in is not known any more"),
        Some(true) if !account.matched() => (Class::StillOpen, "the account can still sign in, and matches nobody now"),
        Some(true) if earlier => {
            (Class::StillOpen, "its person left before this period began, and the account can still sign in")
        }
        Some(true) => (Class::Resolved, NOT_OVER),
    }
}

/// Whether a person (hashed) is known to be employed at the as-of time.
fn employs(side: &Side, person: u64) -> bool {
    side.lists.person(person).known().is_some_and(|person| person.employed)
}

const OFF: &str = "the account cannot sign in any more";
const NOT_OVER: &str = "it is not found over its limit any more";

/// Why a stay is taken to have ended, as far as the lists and the limits tell it.
fn resolution(baseline: &Side, current: &Side, finding: &Finding) -> Vec<String> {
    let metric = current.report.metrics.iter().find(|metric| metric.id == finding.metric);
    let mut why: Vec<String> = Vec::new();
    if let Some(limit) = metric.and_then(|metric| metric.limit_seconds.filter(|_| metric.limit_overrides.is_empty()))
        && limit > finding.limit_seconds
        && finding.length_seconds <= limit
    {
        why.push(format!("the limit was {} and is {}", length(finding.limit_seconds), length(limit)));
    }
    why.extend(why_gone(baseline, current, Thing::of(finding, metric)));
    if why.is_empty() {
        why.push(NOT_OVER.to_owned());
    }
    why
}
