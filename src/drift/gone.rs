//! A finding that is gone: whether its stay ended, belongs to the earlier period, goes on, or cannot be seen any more.

use std::borrow::Cow;

use crate::report::Finding;

use super::brief::Brief;
use super::side::{Account, Lookup, Side};
use crate::report::drift::Class;

/// The class of a finding that only the baseline has although its metric and system were assessed again, and why.
pub(super) fn class(baseline: &Side, current: &Side, finding: &Finding, before: &Brief) -> (Class, Cow<'static, str>) {
    let (class, why) = reason(baseline, current, finding, before);
    (class, why.into())
}

fn reason(baseline: &Side, current: &Side, finding: &Finding, before: &Brief) -> (Class, &'static str) {
    let from = current.report.period.from;
    let moved = baseline.report.period.from != from;
    if moved && !before.open && before.ended.is_none_or(|ended| ended <= from.0) {
        return (Class::LeftPeriod, "it had ended before this period began");
    }
    // Some metrics look only at what happened in the period: that an earlier stay is gone does not say that it ended.
    let earlier = moved && before.open && before.began.is_some_and(|began| began < from.0);
    if earlier && finding.subject_kind == "intent" {
        let why = "it failed before this period began, and a later repair is not looked for";
        return (Class::NotAssessable, why);
    }
    let key = finding.account_key.as_deref();
    let account = key.map_or(Lookup::NoList, |key| current.account(key));
    if before.open && of_leavers(current, finding) {
        match account {
            Lookup::Is(account) if earlier || !account.matched() => {
                return of_leaver(current, account, before, earlier);
            }
            Lookup::NoList if earlier => {
                return (
                    Class::NotAssessable,
                    "its person left before this period began, and no list of accounts is here",
                );
            }
            _ => {}
        }
    }
    (Class::Resolved, resolution(baseline, current, key))
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
        _ if same && current.employs(account.person) == Some(true) => (Class::Resolved, "its person is employed"),
        None => (Class::NotAssessable, "whether the account can sign in is not known any more"),
        Some(true) if !account.matched() => (Class::StillOpen, "the account can still sign in, and matches nobody now"),
        Some(true) if earlier => {
            (Class::StillOpen, "its person left before this period began, and the account can still sign in")
        }
        Some(true) => (Class::Resolved, "it is not found over its limit any more"),
    }
}

const OFF: &str = "the account cannot sign in any more";

/// Why a stay is taken to have ended, as far as the list of accounts tells it.
fn resolution(baseline: &Side, current: &Side, account: Option<&str>) -> &'static str {
    let lookup = |side: &Side| account.map_or(Lookup::NoList, |key| side.account(key));
    match (lookup(baseline), lookup(current)) {
        (Lookup::Is(_), Lookup::Missing) => "the account is in no export any more",
        (Lookup::Is(before), Lookup::Is(after)) if before.enabled == Some(true) && after.enabled == Some(false) => OFF,
        (Lookup::Is(before), Lookup::Is(after)) if !before.matched() && after.matched() => {
            "the account is matched to a person now"
        }
        (Lookup::Is(before), Lookup::Is(after)) if before.matched() && !after.matched() => {
            "the account is matched to nobody now"
        }
        _ => "it is not found over its limit any more",
    }
}
