//! What the lists of two packs tell about a thing that is found in one of them only, or with other dates.

use crate::report::drift::CauseKind;
use crate::report::{DependsOn, Finding, FindingResult};
use crate::time::{Micros, readable};

use super::lists::{Account, Credential, Employment, Lookup};
use super::side::Side;
use super::thing::Thing;

/// A reason, with the words for readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) kind: CauseKind,
    explains: Explains,
    /// Whether it says that what happened in the past was told wrongly then.
    corrects: bool,
    pub(super) words: String,
}

/// What a difference can explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Explains {
    /// That something is found now.
    New,
    /// That something is not found any more.
    Gone,
    Both,
}

fn cause(kind: CauseKind, explains: Explains, words: impl Into<String>) -> Cause {
    let corrects = matches!(kind, CauseKind::Reading | CauseKind::HrDate);
    Cause { kind, explains, corrects, words: words.into() }
}

/// Why something is found now that was not found before.
pub(super) fn why_new(before: &Side, after: &Side, thing: Thing<'_>) -> Vec<String> {
    words(causes(before, after, thing), Explains::Gone)
}

/// Why something is not found any more.
#[derive(Debug, Default)]
pub(super) struct WhyGone {
    pub(super) words: Vec<String>,
    /// All of it may have happened only after the as-of time.
    pub(super) since: bool,
    /// Any of it says that what happened in the past was told wrongly then.
    pub(super) corrected: bool,
    /// Any of it is shown by what the current pack has, and not only by what it has no more.
    pub(super) shown: bool,
}

/// Why something is not found any more.
pub(super) fn why_gone(before: &Side, after: &Side, thing: Thing<'_>) -> WhyGone {
    let causes = causes(before, after, thing);
    let explains: Vec<&Cause> = causes.iter().filter(|cause| cause.explains != Explains::New).collect();
    WhyGone {
        since: !explains.is_empty() && explains.iter().all(|cause| cause.kind == CauseKind::Since),
        corrected: explains.iter().any(|cause| cause.corrects),
        shown: explains.iter().any(|cause| match cause.kind {
            CauseKind::Withdrawn => false,
            // Who is matched to nobody now may be the same person all the time.
            CauseKind::Match => cause.corrects,
            _ => true,
        }),
        words: words(causes, Explains::New),
    }
}

/// Whether the lists tell anything else about a thing than before.
pub(super) fn is_explained(before: &Side, after: &Side, thing: Thing<'_>) -> bool {
    !causes(before, after, thing).is_empty()
}

fn words(causes: Vec<Cause>, but: Explains) -> Vec<String> {
    causes.into_iter().filter(|cause| cause.explains != but).map(|cause| cause.words).collect()
}

/// Everything that differs about the thing, what HR says of its person first.
pub(super) fn causes(before: &Side, after: &Side, thing: Thing<'_>) -> Vec<Cause> {
    let times = Times { from: before.report.as_of.0, to: after.report.as_of.0 };
    let mut list = Vec::new();
    if thing.depends_on(DependsOn::Leave) && thing.person != 0 {
        let [was, is] = [before, after].map(|side| side.lists.person(thing.person));
        list.extend(employment(was, is, times.from, same_reading(before, after)));
    }
    // The account of a credential explains nothing about the credential's own dates.
    if let Some(key) = thing.credential {
        list.extend(credential(before.lists.credential(key), after.lists.credential(key), thing, times));
    } else if let Some(key) = thing.account {
        list.extend(account(before.lists.account(key), after.lists.account(key), thing, times));
    }
    list
}

/// Whether both packs read a plain leave date as the same instant.
pub(super) fn same_reading(before: &Side, after: &Side) -> bool {
    let (before, after) = (&before.report, &after.report);
    before.zone == after.zone && before.leave_instant == after.leave_instant
}

/// The moments that the packs speak about.
#[derive(Debug, Clone, Copy)]
struct Times {
    from: Micros,
    to: Micros,
}

impl Times {
    /// The kind of a difference in a record that an export shows. An export from after the as-of time may tell what
    /// happened later, and then the state of then is lost.
    fn record(self, observed: Option<Micros>, happened: Option<Micros>) -> CauseKind {
        let later = observed.is_some_and(|at| at > self.to) && happened.is_none_or(|at| at > self.to);
        if later { CauseKind::Since } else { CauseKind::Record }
    }
}

/// Both packs must list people: what only one of them tells explains nothing.
fn employment(
    before: Lookup<Employment>,
    after: Lookup<Employment>,
    from: Micros,
    same_reading: bool,
) -> Option<Cause> {
    match (before, after) {
        (Lookup::Missing, Lookup::Is(_)) => {
            Some(cause(CauseKind::LateArrival, Explains::New, "HR did not know the person before"))
        }
        (Lookup::Is(_), Lookup::Missing) => {
            Some(cause(CauseKind::Withdrawn, Explains::Gone, "HR does not know the person any more"))
        }
        // A later employment is no correction of an earlier one.
        (Lookup::Is(before), Lookup::Is(after)) if same_reading && before.started != after.started => None,
        (Lookup::Is(before), Lookup::Is(after)) => match (before.ended, after.ended) {
            (Some(was), Some(is)) if was != is && !same_reading => {
                let words = format!("the leave date is read as {}, and was as {}", readable(is), readable(was));
                Some(cause(CauseKind::Reading, Explains::Both, words))
            }
            (Some(was), Some(is)) if was != is => Some(cause(CauseKind::HrDate, Explains::Both, leave_date(was, is))),
            (Some(_), None) if after.employed => {
                Some(cause(CauseKind::HrDate, Explains::Gone, "its person is employed"))
            }
            // Who left since then was rightly not a leaver before.
            (None, Some(is)) if is <= from => {
                let words = format!("HR told no leave date before, and now {}", readable(is));
                Some(cause(CauseKind::HrDate, Explains::New, words))
            }
            _ => None,
        },
        _ => None,
    }
}

/// That HR corrected a leave date.
pub(super) fn leave_date(was: Micros, is: Micros) -> String {
    format!("the leave date of HR was {} and is {}", readable(was), readable(is))
}

fn account(before: Lookup<Account>, after: Lookup<Account>, thing: Thing<'_>, times: Times) -> Vec<Cause> {
    let mut list = Vec::new();
    match (before, after) {
        (Lookup::Missing, Lookup::Is(account)) => list.extend(arrived("account", account.created, times)),
        (Lookup::Is(_), Lookup::Missing) => {
            list.push(cause(CauseKind::Withdrawn, Explains::Gone, "the account is in no export any more"));
        }
        (Lookup::Is(before), Lookup::Is(after)) => {
            if thing.depends_on(DependsOn::Match) {
                list.extend(matched("account", before.person, after.person));
            }
            if thing.depends_on(DependsOn::Access) {
                list.extend(switched(before, after, times));
            }
            let of_use = thing.depends_on(DependsOn::Use);
            if of_use && before.used.is_some() && after.used.is_none() {
                list.push(cause(CauseKind::Record, Explains::New, "its last use is not told any more"));
            }
            if let Some(at) = after.used.filter(|at| of_use && before.used < Some(*at)) {
                let kind = times.record(after.observed, Some(at));
                list.push(cause(kind, Explains::Gone, format!("the account was used on {}", readable(at))));
            }
            if thing.depends_on(DependsOn::Owner) {
                list.extend(owned(before.owned, after.owned, times.record(after.observed, None)));
            }
        }
        _ => {}
    }
    list
}

fn credential(before: Lookup<Credential>, after: Lookup<Credential>, thing: Thing<'_>, times: Times) -> Vec<Cause> {
    let mut list = Vec::new();
    match (before, after) {
        (Lookup::Missing, Lookup::Is(credential)) => list.extend(arrived("credential", credential.created, times)),
        (Lookup::Is(_), Lookup::Missing) => {
            list.push(cause(CauseKind::Withdrawn, Explains::Gone, "the credential is in no export any more"));
        }
        (Lookup::Is(before), Lookup::Is(after)) => {
            if thing.depends_on(DependsOn::Match) {
                list.extend(matched("credential", before.person, after.person));
            }
            let kind = times.record(after.observed, None);
            match (before.active, after.active) {
                (Some(true), Some(false)) => {
                    list.push(cause(kind, Explains::Gone, "the credential cannot be used any more"));
                }
                (Some(false), Some(true)) => {
                    list.push(cause(kind, Explains::New, "the credential could not be used before"));
                }
                _ => {}
            }
            let changed = after.changed.filter(|_| thing.depends_on(DependsOn::Change));
            if let Some(at) = changed.filter(|at| before.changed != Some(*at)) {
                let kind = times.record(after.observed, Some(at));
                list.push(cause(kind, Explains::Gone, format!("the credential was changed on {}", readable(at))));
            }
        }
        _ => {}
    }
    list
}

/// A thing that is there for the first time, and that is not new.
fn arrived(what: &str, since: Option<Micros>, times: Times) -> Option<Cause> {
    let (kind, words) = match since {
        Some(at) if at > times.to => {
            (CauseKind::Since, format!("the {what} was made on {}, after the as-of time", readable(at)))
        }
        Some(at) if at > times.from => return None,
        Some(at) => {
            (CauseKind::LateArrival, format!("the {what}, there since {}, was in no export before", readable(at)))
        }
        None => (CauseKind::LateArrival, format!("the {what} was in no export before")),
    };
    Some(cause(kind, Explains::New, words))
}

fn matched(what: &str, before: u64, after: u64) -> Option<Cause> {
    let now = match (before, after) {
        (before, after) if before == after => return None,
        (0, _) => "matched to a person now",
        (_, 0) => "matched to nobody now",
        _ => "matched to another person now",
    };
    // Who is matched to nobody may be anybody, also who was matched before.
    let found = cause(CauseKind::Match, Explains::Both, format!("the {what} is {now}"));
    Some(Cause { corrects: after != 0, ..found })
}

fn switched(before: Account, after: Account, times: Times) -> Option<Cause> {
    match (before.enabled, after.enabled) {
        (Some(true), Some(false)) => {
            let kind = times.record(after.observed, after.disabled);
            Some(cause(kind, Explains::Gone, "the account cannot sign in any more"))
        }
        (Some(false), Some(true)) => {
            let kind = times.record(after.observed, None);
            Some(cause(kind, Explains::New, "the account could not sign in before"))
        }
        _ => None,
    }
}

fn owned(before: Option<bool>, after: Option<bool>, kind: CauseKind) -> Option<Cause> {
    match (before == Some(true), after == Some(true)) {
        (true, false) => Some(cause(kind, Explains::New, "it had a live owner before")),
        (false, true) => Some(cause(kind, Explains::Gone, "it has a live owner now")),
        _ => None,
    }
}

/// The limit that an earlier report had for the item of a finding. Where parts of a population have limits of their own,
/// it is not known.
pub(super) fn former_limit(baseline: &Side, finding: &Finding) -> Option<i64> {
    let metric = baseline.report.metrics.iter().find(|metric| metric.id == finding.metric)?;
    metric.limit_seconds.filter(|_| metric.limit_overrides.is_empty())
}

/// Why a finding that is over its limit surely was not found by a report at `from` although it was over by then. Where a
/// metric looks only at what began in the period, it must have begun in the period of that report.
pub(super) fn known_late(finding: &Finding, baseline: &Side, thing: Thing<'_>) -> Option<String> {
    let from = baseline.report.as_of.0;
    let began = finding.began_at?.0;
    let former = former_limit(baseline, finding)?.max(finding.limit_seconds);
    let looked = !thing.is_of_period() || began >= baseline.report.period.from.0;
    // What is only possible now was not known to be over then.
    let sure = finding.result == FindingResult::Over && finding.shortest_seconds > former;
    let over_then = match finding.ended_at {
        Some(ended) => ended.0 <= from,
        None => finding.open && (from - began) / crate::time::SECOND > former,
    };
    let words = "it was over its limit by then, and the exports of the earlier report did not show it";
    (sure && looked && over_then).then(|| words.to_owned())
}
