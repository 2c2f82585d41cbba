//! Findings by the account, credential, person or change that they are about: what became of each exception.

use std::collections::BTreeMap;

use crate::report::drift::{Class, ClassCount, ExceptionChange};
use crate::report::{Finding, Severity};

use super::brief::{Brief, thing};

/// Of several findings the class that an exception has: what is worse, then what stands as before, then what is new, then
/// what is gone. That one of its findings ended ends no exception.
const FIRST: [Class; 15] = [
    Class::Reopened,
    Class::Worse,
    Class::WaiverExpired,
    Class::NotAssessable,
    Class::Aged,
    Class::StillOpen,
    Class::Unchanged,
    Class::Better,
    Class::Waived,
    Class::OtherLimit,
    Class::NewlyAssessable,
    Class::New,
    Class::NewInPeriod,
    Class::Resolved,
    Class::LeftPeriod,
];

/// The exceptions of both packs.
#[derive(Debug, Default)]
pub(super) struct Exceptions(BTreeMap<u64, Exception>);

#[expect(clippy::struct_excessive_bools, reason = "facts, each by itself")]
#[derive(Debug)]
struct Exception {
    /// Where its class stands in [`FIRST`].
    class: usize,
    /// Whether waivers in force cover all of its findings.
    waived: bool,
    open_before: bool,
    open_now: bool,
    not_known: bool,
    /// Severity of the gravest of its findings that were open in the baseline.
    gravest: Option<Severity>,
}

impl Exceptions {
    fn of(&mut self, finding: &Finding) -> &mut Exception {
        self.0.entry(thing(finding)).or_insert(Exception {
            class: FIRST.len(),
            waived: true,
            open_before: false,
            open_now: false,
            not_known: false,
            gravest: None,
        })
    }

    /// Takes a finding of the baseline.
    pub(super) fn stood(&mut self, finding: &Finding, brief: &Brief) {
        if brief.open && !brief.waived() {
            let exception = self.of(finding);
            exception.open_before = true;
            exception.gravest =
                Some(exception.gravest.map_or(finding.severity, |gravest| gravest.min(finding.severity)));
        }
    }

    /// How severe the exception was that stood open before and of which this is a further finding, where that is less than
    /// the finding says now.
    pub(super) fn was_less_grave(&self, finding: &Finding) -> Option<Severity> {
        let gravest = self.0.get(&thing(finding))?.gravest?;
        (finding.severity < gravest).then_some(gravest)
    }

    /// Takes what became of a finding of either pack; `open`: now.
    pub(super) fn add(&mut self, class: Class, finding: &Finding, waived: bool, open: bool) {
        let place = FIRST.iter().position(|one| *one == class).unwrap_or(FIRST.len());
        let exception = self.of(finding);
        exception.class = exception.class.min(place);
        exception.waived &= waived;
        exception.open_now |= open;
        exception.not_known |= class == Class::NotAssessable;
    }

    /// All of them, counted.
    pub(super) fn change(&self) -> ExceptionChange {
        let mut counts: BTreeMap<Class, [u64; 2]> = BTreeMap::new();
        for one in self.0.values() {
            if let Some(class) = FIRST.get(one.class) {
                let [count, waived] = counts.entry(*class).or_default();
                *count += 1;
                *waived += u64::from(one.waived);
            }
        }
        let count = |class: &Class| {
            let [count, waived] = counts.get(class).copied().unwrap_or_default();
            ClassCount { class: *class, count, waived }
        };
        let open =
            |holds: fn(&Exception) -> bool| self.0.values().filter(|one| one.open_before && holds(one)).count() as u64;
        ExceptionChange {
            classes: Class::ALL.iter().map(count).collect(),
            open_before: open(|_| true),
            still_open: open(|one| one.open_now),
            not_known: open(|one| !one.open_now && one.not_known),
        }
    }
}
