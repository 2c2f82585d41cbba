//! Findings that only the current pack has: the same stay with another beginning, another stay, new, or seen first.

use std::collections::BTreeMap;

use crate::failure::Outcome;
use crate::render::text::length;
use crate::report::Finding;
use crate::report::drift::Class;

use super::super::brief::{Brief, key};
use super::super::cause::{former_limit, known_late, why_new};
use super::super::context::other_rules;
use super::super::items::{Items, Told, Wanted};
use super::super::thing::Thing;
use super::{Work, metric_of};

/// The stays of one thing in the baseline.
#[derive(Default)]
struct Earlier {
    all: Vec<usize>,
    /// When the first of them is over.
    first_over: Option<i64>,
}

impl Work<'_> {
    /// Findings with a new id. A stay whose beginning was corrected is the same stay; a subject whose earlier stay had
    /// ended overstays again; the rest is new, or newly seen.
    pub(super) fn pair(&mut self, unmet: Vec<Finding>) -> Outcome<()> {
        let mut wanted = Wanted::new();
        let mut rivals: BTreeMap<u64, usize> = BTreeMap::new();
        for finding in &unmet {
            let key = key(finding);
            *rivals.entry(key).or_default() += 1;
            wanted.entry(&finding.metric).or_default().insert(key);
        }
        let then = Items::look(self.baseline, &wanted)?;
        let mut by_key: BTreeMap<u64, Earlier> = BTreeMap::new();
        for (index, brief) in self.briefs.iter().enumerate().filter(|(_, brief)| rivals.contains_key(&brief.key)) {
            let earlier = by_key.entry(brief.key).or_default();
            earlier.all.push(index);
            let over = self.over_by(brief);
            earlier.first_over = [earlier.first_over, over].into_iter().flatten().min();
        }
        for finding in unmet {
            let after = self.brief(&finding);
            let earlier = by_key.get(&after.key);
            // Several stays of one thing on both sides cannot be told apart by anything but their beginning.
            if rivals.get(&after.key) == Some(&1)
                && let Some(index) = earlier.and_then(|earlier| self.same_stay(&earlier.all, &after, &finding))
            {
                self.briefs[index].met = true;
                let before = self.briefs[index].clone();
                self.both(&before, &finding);
                continue;
            }
            let over = earlier.and_then(|earlier| earlier.first_over);
            if over.zip(after.began).is_some_and(|(over, began)| over <= began) {
                let why = vec!["an earlier finding of the same subject had ended".to_owned()];
                self.add(Class::Reopened, &finding, None, Some(&after), why);
                continue;
            }
            let (class, why) = self.came(&finding, &after, &then);
            self.add(class, &finding, None, Some(&after), why);
        }
        Ok(())
    }

    /// The only finding of the baseline that nothing was compared with and that may be the same stay, with another
    /// beginning.
    fn same_stay(&self, earlier: &[usize], after: &Brief, finding: &Finding) -> Option<usize> {
        let mut same = earlier.iter().copied().filter(|index| {
            let before = &self.briefs[*index];
            !before.met && (!self.is_before(before, after) || self.leave_moved(before, after, finding))
        });
        same.next().filter(|_| same.next().is_none())
    }

    /// Whether a stay of the baseline is over by the time at which another one begins: it had ended by then, or what was
    /// open at the as-of time ended after it.
    fn is_before(&self, before: &Brief, after: &Brief) -> bool {
        self.over_by(before).zip(after.began).is_some_and(|(over, began)| over <= began)
    }

    /// When a stay of the baseline is over, at the earliest.
    fn over_by(&self, before: &Brief) -> Option<i64> {
        if before.open { Some(self.baseline.report.as_of.0) } else { before.ended }
    }

    /// The class of a finding that the baseline does not have, with the reasons: new, or seen for the first time.
    fn came(&self, finding: &Finding, after: &Brief, then: &Items) -> (Class, Vec<String>) {
        if let Some(why) = self.feeds.newly_seen(finding) {
            return (Class::NewlyAssessable, vec![why]);
        }
        let since = after.began.is_some_and(|began| self.is_since(finding, began));
        let shown = then.of(after.key, after.began);
        let unseen = match shown {
            _ if since => None,
            Some(shown) if shown.result == Told::Unknown && shown.note.is_empty() => {
                Some("nothing could be said about it before".to_owned())
            }
            Some(shown) if shown.result == Told::Unknown => {
                Some(format!("nothing could be said about it before: {}", shown.note))
            }
            Some(_) => None,
            None => self.feeds.lacked(finding),
        };
        if let Some(why) = unseen {
            return (Class::NewlyAssessable, vec![why]);
        }
        let thing = Thing::of(finding, metric_of(self.current, finding));
        let mut why: Vec<String> = self.tightened(finding).into_iter().collect();
        why.extend(why_new(self.baseline, self.current, thing));
        if why.is_empty() {
            match shown {
                Some(shown) if shown.result == Told::Excluded && !shown.note.is_empty() => {
                    why.push(format!("the metric left it out before: {}", shown.note));
                }
                // By other rules the exports of then might have shown it.
                None if !other_rules(self.baseline, self.current) => {
                    why.extend(known_late(finding, self.baseline, thing));
                }
                _ => {}
            }
        }
        if let Some(was) = self.exceptions.was_less_grave(finding).filter(|_| !after.waived()) {
            why.insert(0, format!("what stood open before is {} now, and was {was}", finding.severity));
            return (Class::Worse, why);
        }
        (if since { Class::NewInPeriod } else { Class::New }, why)
    }

    /// Whether a stay began after the time that the baseline speaks about: its as-of time, and for a metric that looks at a
    /// period alone also the end of that.
    fn is_since(&self, finding: &Finding, began: i64) -> bool {
        let (report, metric) = (&self.baseline.report, metric_of(self.current, finding));
        let of_period = metric.is_some_and(|metric| metric.facts.is_of_period());
        began >= report.as_of.0 || of_period && began >= report.period.to.0
    }

    /// The limit is shorter, and by the former one it would not surely be over.
    fn tightened(&self, finding: &Finding) -> Option<String> {
        let former = former_limit(self.baseline, finding)?;
        (finding.limit_seconds < former && finding.length_seconds < former)
            .then(|| format!("not surely over the former limit of {}", length(former)))
    }
}
