//! A finding that is gone: whether its stay ended, belongs to the earlier period, goes on, or cannot be seen any more.

use crate::policy::{Target, WaiverIndex};
use crate::render::text::length;
use crate::report::drift::Class;
use crate::report::{DependsOn, Finding, Gap, MetricReport, WaiverReport, WaiverState};
use crate::time::SECOND;

use super::brief::Brief;
use super::cause::why_gone;
use super::feeds::Feeds;
use super::items::{Items, Shown, Told};
use super::lists::{Account, Lookup};
use super::side::Side;
use super::thing::Thing;

/// What is compared, and what is known about it.
pub(super) struct Gone<'a> {
    pub(super) baseline: &'a Side,
    pub(super) current: &'a Side,
    pub(super) feeds: &'a Feeds,
    /// What the current pack tells of the things whose findings are gone.
    pub(super) items: &'a Items,
    /// The waivers of the current pack that hold.
    pub(super) waivers: &'a InForce<'a>,
    /// Whether the period of the baseline is computed again.
    pub(super) restated: bool,
}

/// The waivers of a pack that hold at its as-of time.
pub(super) struct InForce<'a> {
    waivers: Vec<&'a WaiverReport>,
    index: WaiverIndex,
}

impl<'a> InForce<'a> {
    pub(super) fn of(side: &'a Side) -> Self {
        let holds = |state| matches!(state, WaiverState::Used | WaiverState::Expiring | WaiverState::MatchesNothing);
        let waivers: Vec<&WaiverReport> = side.report.waivers.iter().filter(|waiver| holds(waiver.state)).collect();
        let named = waivers.iter().map(|one| (one.metric.as_str(), one.subject.as_str(), one.system.as_deref()));
        let index = WaiverIndex::new(named);
        Self { waivers, index }
    }

    fn naming(&self, metric: &str, target: &Target<'_>) -> Vec<&'a WaiverReport> {
        self.index.naming(metric, target).into_iter().map(|at| self.waivers[at as usize]).collect()
    }
}

/// What became of a finding.
pub(super) struct Classified {
    pub(super) class: Class,
    pub(super) why: Vec<String>,
    /// A stay that goes on although no metric of this period looks at it, as the list of accounts has it.
    pub(super) after: Option<Brief>,
}

impl Classified {
    fn of(class: Class, why: impl Into<String>) -> Self {
        Self { class, why: vec![why.into()], after: None }
    }
}

impl Gone<'_> {
    /// What became of a finding that only the baseline has. Nothing is resolved because nobody looked: what the metric
    /// says of the thing now decides, and where it does not have the thing any more, all that it reads must be there.
    pub(super) fn classified(&self, finding: &Finding, before: &Brief) -> Classified {
        let from = self.current.report.period.from;
        let moved = self.baseline.report.period.from != from;
        if moved && !before.open && before.ended.is_none_or(|ended| ended <= from.0) {
            return Classified::of(Class::LeftPeriod, "it had ended before this period began");
        }
        let shown = self.items.of(before.key, before.began);
        match shown {
            Some(shown) if shown.result == Told::Unknown => {
                let why = if shown.note.is_empty() { "no reason given" } else { &shown.note };
                return Classified::of(Class::NotAssessable, format!("nothing can be said about it now: {why}"));
            }
            Some(shown) if shown.result == Told::Found => {
                return Classified::of(Class::Resolved, "another stay of it is found now");
            }
            Some(shown) if shown.result == Told::Within => return self.over(finding, before, Some(shown)),
            _ => {}
        }
        // What the metric leaves out, or does not look at: who left earlier, or is not known any more.
        if before.open
            && self.is_access_of_a_leaver(finding)
            && let Some(key) = &finding.account_key
            && let Lookup::Is(account) = self.current.lists.account(key)
        {
            return self.of_leaver(account, finding, before);
        }
        match (self.feeds.unseen(finding), shown) {
            (Some(why), _) => Classified::of(Class::NotAssessable, why),
            (None, Some(shown)) => self.over(finding, before, Some(shown)),
            (None, None) => self.out_of_view(finding, before, moved),
        }
    }

    /// The metric does not have it any more: it looks only at this period, or the exports do not tell it.
    fn out_of_view(&self, finding: &Finding, before: &Brief, moved: bool) -> Classified {
        let from = self.current.report.period.from.0;
        // Some metrics look only at what happened in the period: that an earlier stay is gone does not say that it ended.
        let earlier = moved && before.began.is_some_and(|began| began < from);
        let in_period = self.metric(finding).is_some_and(|metric| metric.facts.is_of_period());
        if earlier && in_period && !before.open {
            return Classified::of(Class::LeftPeriod, "it began before this period, and had ended");
        }
        if finding.subject_kind == "intent" && before.open {
            let why = if earlier {
                "it failed before this period began, and a later repair is not looked for"
            } else {
                "no log tells it any more"
            };
            return Classified::of(Class::NotAssessable, why);
        }
        let lacking = self.feeds.lacking(finding).or_else(|| {
            (!self.items.lists(before.key)).then(|| "the pack does not list what its metric looked at".to_owned())
        });
        if let Some(lacking) = lacking {
            let mut why = why_gone(self.baseline, self.current, Thing::of(finding, self.metric(finding))).words;
            why.push(lacking);
            return Classified { class: Class::NotAssessable, why, after: None };
        }
        if earlier && in_period && before.open {
            let account = finding.account_key.as_deref().map(|key| self.current.lists.account(key));
            let is_off = matches!(account, Some(Lookup::Is(account)) if account.enabled == Some(false));
            let mut gone = why_gone(self.baseline, self.current, Thing::of(finding, self.metric(finding)));
            if !is_off && !gone.shown {
                gone.words
                    .push("it began before this period, and its metric looks only at what begins in it".to_owned());
                return Classified { class: Class::NotAssessable, why: gone.words, after: None };
            }
        }
        self.over(finding, before, None)
    }

    /// A stay that is not over its limit any more, with what the metric, the lists and the limits tell about it.
    fn over(&self, finding: &Finding, before: &Brief, shown: Option<&Shown>) -> Classified {
        let metric = self.metric(finding);
        let mut why: Vec<String> = Vec::new();
        if let Some(limit) =
            metric.and_then(|metric| metric.limit_seconds.filter(|_| metric.limit_overrides.is_empty()))
            && limit > finding.limit_seconds
            && finding.length_seconds <= limit
        {
            why.push(format!("the limit was {} and is {}", length(finding.limit_seconds), length(limit)));
        }
        let thing = Thing::of(finding, metric);
        let gone = why_gone(self.baseline, self.current, thing);
        // What happened does not un-happen: it was measured anew, or told wrongly, or is not told any more.
        let measured = shown.is_some_and(|shown| shown.result == Told::Within && shown.ended);
        if !why.is_empty() && gone.words.is_empty() && !gone.corrected && !gone.shown {
            return Classified { class: Class::OtherLimit, why, after: None };
        }
        let explained = measured || gone.corrected || !why.is_empty();
        let shown_now = measured || gone.shown || !why.is_empty();
        why.extend(gone.words);
        if !before.open && !explained {
            why.push("it happened, and is not told any more".to_owned());
            return Classified { class: Class::NotAssessable, why, after: None };
        }
        // That it is not found is no sign where the evidence has a gap: it may be behind it.
        if !shown_now && let Some(gap) = metric.and_then(|metric| gap_about(metric, finding)) {
            why.push(gap.words.clone());
            return Classified { class: Class::NotAssessable, why, after: None };
        }
        // Today's exports tell the state of today: what was so at the as-of time may be overwritten.
        if self.restated && (gone.since || self.current.is_missing(thing) && self.current.has_later_exports()) {
            why.push("the exports are of a later time, and do not tell the state of then".to_owned());
            return Classified { class: Class::NotAssessable, why, after: None };
        }
        let outside = shown.filter(|shown| shown.result == Told::Excluded && !shown.note.is_empty());
        if let Some(shown) = outside.filter(|_| why.is_empty()) {
            why.push(format!("the metric leaves it out now: {}", shown.note));
        }
        if why.is_empty() {
            why.push("it is not found over its limit any more".to_owned());
        }
        Classified { class: Class::Resolved, why, after: None }
    }

    fn metric(&self, finding: &Finding) -> Option<&MetricReport> {
        self.current.report.metrics.iter().find(|metric| metric.id == finding.metric)
    }

    fn is_access_of_a_leaver(&self, finding: &Finding) -> bool {
        finding.subject_kind == "account" && Thing::of(finding, self.metric(finding)).depends_on(DependsOn::Leave)
    }

    /// What the list of accounts tells about the access of somebody whom the metric does not look at any more: because
    /// the leave lies before the period, or because nobody knows the person now.
    fn of_leaver(&self, account: Account, finding: &Finding, before: &Brief) -> Classified {
        let same = account.person == before.person;
        let employed = self.current.lists.person(account.person).known().is_some_and(|person| person.employed);
        let why = match account.enabled {
            Some(false) => return self.over(finding, before, None),
            _ if employed && same => return Classified::of(Class::Resolved, "its person is employed"),
            _ if employed => return Classified::of(Class::Resolved, "the account is matched to another person now"),
            None => {
                return Classified::of(Class::NotAssessable, "whether the account can sign in is not known any more");
            }
            Some(true) if !account.matched() => "the account can still sign in, and matches nobody now",
            Some(true) if !same => {
                "the account can still sign in, and the other person that it matches is not employed"
            }
            Some(true) => "its person left before this period began, and the account can still sign in",
        };
        let after = self.goes_on(account, finding, before);
        Classified { class: Class::StillOpen, why: vec![why.to_owned()], after: Some(after) }
    }

    /// The stay as it stands now, by the list of accounts and the register of waivers.
    fn goes_on(&self, account: Account, finding: &Finding, before: &Brief) -> Brief {
        let seen = account.observed.map_or(self.current.report.as_of.0, |at| at.min(self.current.report.as_of.0));
        let length = before.began.map_or(before.length, |began| (seen - began) / SECOND);
        let target = Target {
            subject: &finding.subject,
            system: finding.system.as_deref(),
            person_id: finding.person_id.as_deref(),
            account_key: finding.account_key.as_deref(),
            credential_key: finding.credential_key.as_deref(),
        };
        // Of several, the one that covered it before.
        let all = self.waivers.naming(&finding.metric, &target);
        let as_before = all.iter().find(|waiver| before.waiver.as_deref() == Some(waiver.waiver_id.as_str()));
        let waiver = as_before.or_else(|| all.first()).map(|waiver| Box::from(waiver.waiver_id.as_str()));
        Brief { privileged: account.privileged, waiver, length: length.max(before.length), ..before.clone() }
    }
}

/// What of the evidence a metric lacks about the system of a finding.
fn gap_about<'m>(metric: &'m MetricReport, finding: &Finding) -> Option<&'m Gap> {
    metric.gaps.iter().find(|gap| gap.concerns(finding.system.as_deref()))
}
