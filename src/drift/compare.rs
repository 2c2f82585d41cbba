//! The comparison: every finding of both packs is met once, and gets its class.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::Outcome;
use crate::pack::digest_of;
use crate::render::text::length;
use crate::report::{Finding, MetricReport, Tool, severity_rank};
use crate::time::SECOND;

use super::brief::{Brief, Id, id, key};
use super::cause::{Thing, former_limit, known_late, same_reading, why_new};
use super::classify::{Between, classify};
use super::context::{context, other_rules};
use super::feeds::Feeds;
use super::gone::{Fate, Gone};
use super::items::{Items, Told, Wanted};
use super::parts::{Tallies, controls, metrics, systems};
use super::restated::restated;
use super::sentence::Changes;
use super::side::Side;
use crate::report::drift::{Class, Drift, HeadlineChange, Item, Reference, SCHEMA};

/// How a comparison is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// What the baseline is.
    pub reference: Reference,
    /// How many items of each class are listed; all are counted.
    pub cap: usize,
    /// The tool that compares.
    pub tool: Tool,
}

/// Compares two packs. Memory is some hundred bytes per finding of the baseline, and the texts of what changed.
///
/// # Errors
/// A pack is damaged.
pub fn compare(baseline: &Side, current: &Side, options: &Options) -> Outcome<Drift> {
    let again = options.reference == Reference::Restatement;
    let mut work = Work::new(baseline, current, options.cap)?;
    let unmet = work.meet()?;
    work.pair(unmet)?;
    work.gone(again)?;
    let Work { tallies, mut items, feeds, .. } = work;
    for list in items.values_mut() {
        sort(list);
        list.truncate(options.cap);
    }
    let items: Vec<Item> = Class::ALL.iter().flat_map(|class| items.remove(class).unwrap_or_default()).collect();
    let metrics = metrics(baseline, current, &tallies);
    let classes = tallies.total();
    let (before, after) = (&baseline.report.headline, &current.report.headline);
    let (left, right) = (baseline.face(), current.face());
    let systems = systems(baseline, current, &tallies);
    let controls = controls(baseline, current);
    let restated = if again { Some(restated(baseline, current, &metrics)?) } else { None };
    let changes = Changes { classes: &classes, metrics: &metrics, systems: &systems, controls: &controls };
    let result = changes.result();
    let numbers = restated.as_deref().unwrap_or_default();
    let parts = [("baseline", left.report_id.as_str()), ("current", right.report_id.as_str())];
    Ok(Drift {
        schema: SCHEMA.to_owned(),
        tool: options.tool.clone(),
        drift_id: digest_of(parts.into_iter())[..12].to_owned(),
        organisation: current.report.organisation.clone(),
        reference: options.reference.clone(),
        result,
        sentence: changes.sentence(numbers),
        subject: changes.subject(&current.report.organisation, &right.period.label, numbers),
        context: context(baseline, current, &feeds),
        headline: HeadlineChange {
            account_seconds: [before.account_seconds, after.account_seconds],
            accounts: [before.accounts, after.accounts],
            credential_seconds: [before.credential_seconds, after.credential_seconds],
            credentials: [before.credentials, after.credentials],
            open: [before.open, after.open],
        },
        classes,
        metrics,
        controls,
        systems,
        items,
        restated,
        cap_per_class: options.cap as u64,
        baseline: left,
        current: right,
    })
}

struct Work<'a> {
    baseline: &'a Side,
    current: &'a Side,
    /// Findings of the baseline, in the order of its file.
    briefs: Vec<Brief>,
    /// The metrics that they name by number.
    metrics: Vec<String>,
    /// Where each of them stands, sorted by id. Ids alone: a search through the findings would wait for memory.
    by_id: Vec<(Id, usize)>,
    /// Ageing marks by metric, in seconds.
    marks: BTreeMap<&'a str, Vec<i64>>,
    /// Seconds from the as-of of the baseline to that of the current pack.
    seconds: i64,
    feeds: Feeds,
    tallies: Tallies,
    items: BTreeMap<Class, Vec<Item>>,
    cap: usize,
}

impl<'a> Work<'a> {
    fn new(baseline: &'a Side, current: &'a Side, cap: usize) -> Outcome<Self> {
        let mut briefs = Vec::new();
        let mut metrics: Vec<String> = Vec::new();
        baseline.findings(|finding| {
            // Findings stand by metric: the last one is nearly always the one.
            let at = metrics.iter().rposition(|metric| *metric == finding.metric);
            let at = at.unwrap_or_else(|| {
                metrics.push(finding.metric.clone());
                metrics.len() - 1
            });
            let brief = Brief::of(&finding, baseline.privileged(finding.account_key.as_deref()));
            briefs.push(Brief { metric: u16::try_from(at).unwrap_or(u16::MAX), ..brief });
            Ok(())
        })?;
        let mut by_id: Vec<(Id, usize)> = briefs.iter().enumerate().map(|(at, brief)| (brief.id, at)).collect();
        by_id.sort_unstable();
        let marks =
            current.report.metrics.iter().map(|metric| {
                (metric.id.as_str(), metric.buckets.iter().filter_map(|bucket| bucket.to_seconds).collect())
            });
        Ok(Self {
            baseline,
            current,
            briefs,
            metrics,
            by_id,
            marks: marks.collect(),
            seconds: (current.report.as_of.0 - baseline.report.as_of.0) / SECOND,
            feeds: Feeds::of(baseline, current),
            tallies: Tallies::default(),
            items: BTreeMap::new(),
            cap,
        })
    }

    /// Compares what both packs have by id; gives back the findings that only the current pack has.
    fn meet(&mut self) -> Outcome<Vec<Finding>> {
        let mut unmet = Vec::new();
        let current = self.current;
        // Both files are in the same order: what comes next in one mostly comes next in the other.
        let mut next = 0;
        current.findings(|finding| {
            match self.place(id(&finding.finding_id), next) {
                Some(at) if !self.briefs[at].met => {
                    next = at + 1;
                    self.briefs[at].met = true;
                    let before = self.briefs[at].clone();
                    self.both(&before, &finding);
                }
                _ => unmet.push(finding),
            }
            Ok(())
        })?;
        Ok(unmet)
    }

    /// Where the finding with this id stands in the baseline, which may be at `guess`.
    fn place(&self, id: Id, guess: usize) -> Option<usize> {
        if self.briefs.get(guess).is_some_and(|brief| brief.id == id) {
            return Some(guess);
        }
        let at = self.by_id.partition_point(|entry| entry.0 < id);
        self.by_id.get(at).filter(|entry| entry.0 == id).map(|entry| entry.1)
    }

    fn both(&mut self, before: &Brief, finding: &Finding) {
        let after = self.brief(finding);
        let marks = self.marks.get(finding.metric.as_str()).map_or(&[][..], Vec::as_slice);
        let between = Between { seconds: self.seconds, leave_moved: self.leave_moved(before, &after, finding) };
        let (mut class, mut why) = classify(before, &after, marks, between);
        // What looks shorter or less certain because less was loaded is no better.
        let less = after.length < before.length || after.result != before.result;
        if class == Class::Better
            && less
            && let Some(lacking) = self.feeds.lacking(finding)
        {
            class = Class::NotAssessable;
            why.insert(0, lacking);
        }
        self.add(class, finding, Some(before), Some(&after), why);
    }

    /// Whether the stay of a leaver begins at another time because HR tells another leave date.
    fn leave_moved(&self, before: &Brief, after: &Brief, finding: &Finding) -> bool {
        let told = |side: &Side, brief: &Brief| {
            let ended = side.lists.person(brief.person).known().and_then(|person| person.ended);
            ended.is_some() && ended == brief.began
        };
        before.began != after.began
            && same_reading(self.baseline, self.current)
            && Thing::of(finding, metric_of(self.current, finding)).group == "leavers"
            && told(self.baseline, before)
            && told(self.current, after)
    }

    fn brief(&self, finding: &Finding) -> Brief {
        Brief::of(finding, self.current.privileged(finding.account_key.as_deref()))
    }

    /// Findings with a new id. A stay whose beginning was corrected is the same stay; a subject whose earlier stay had
    /// ended overstays again; the rest is new, or newly seen.
    fn pair(&mut self, unmet: Vec<Finding>) -> Outcome<()> {
        let mut wanted = Wanted::new();
        let mut rivals: BTreeMap<u64, usize> = BTreeMap::new();
        for finding in &unmet {
            let key = key(finding);
            *rivals.entry(key).or_default() += 1;
            wanted.entry(&finding.metric).or_default().insert(key);
        }
        let then = Items::look(self.baseline, &wanted)?;
        let mut by_key: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (index, brief) in self.briefs.iter().enumerate().filter(|(_, brief)| rivals.contains_key(&brief.key)) {
            by_key.entry(brief.key).or_default().push(index);
        }
        for finding in unmet {
            let after = self.brief(&finding);
            let earlier = by_key.get(&after.key).map_or(&[][..], Vec::as_slice);
            let alone = rivals.get(&after.key) == Some(&1);
            if let Some(index) = self.same_stay(earlier, &after, &finding).filter(|_| alone) {
                self.briefs[index].met = true;
                let before = self.briefs[index].clone();
                self.both(&before, &finding);
                continue;
            }
            if earlier.iter().any(|index| self.is_before(&self.briefs[*index], &after)) {
                let why = vec!["an earlier stay of the same subject had ended".to_owned()];
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
        let over_by = if before.open { Some(self.baseline.report.as_of.0) } else { before.ended };
        over_by.zip(after.began).is_some_and(|(over, began)| over <= began)
    }

    /// The class of a finding that the baseline does not have, with the reasons: new, or seen for the first time.
    fn came(&self, finding: &Finding, after: &Brief, then: &Items) -> (Class, Vec<String>) {
        if let Some(why) = self.feeds.newly_seen(finding) {
            return (Class::NewlyAssessable, vec![why]);
        }
        let since = after.began.is_some_and(|began| began >= self.baseline.report.as_of.0);
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
        (Class::New, why)
    }

    /// The limit is shorter, and by the former one it would not surely be over.
    fn tightened(&self, finding: &Finding) -> Option<String> {
        let former = former_limit(self.baseline, finding)?;
        (finding.limit_seconds < former && finding.length_seconds < former)
            .then(|| format!("not surely over the former limit of {}", length(former)))
    }

    /// Findings that only the baseline has: their texts are read in a second pass.
    fn gone(&mut self, restated: bool) -> Outcome<()> {
        let (baseline, current) = (self.baseline, self.current);
        let mut gone: BTreeSet<Id> = BTreeSet::new();
        let mut wanted = Wanted::new();
        for brief in self.briefs.iter().filter(|brief| !brief.met) {
            gone.insert(brief.id);
            if let Some(metric) = self.metrics.get(usize::from(brief.metric)) {
                wanted.entry(metric).or_default().insert(brief.key);
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        let items = Items::look(current, &wanted)?;
        baseline.findings(|finding| {
            if !gone.contains(&id(&finding.finding_id)) {
                return Ok(());
            }
            let before = Brief::of(&finding, baseline.privileged(finding.account_key.as_deref()));
            let work = Gone { baseline, current, feeds: &self.feeds, items: &items, restated };
            let fate = self.judged(work.fate(&finding, &before), &before, &finding.metric);
            self.add(fate.class, &finding, Some(&before), None, fate.why);
            Ok(())
        })
    }

    /// A stay that goes on out of the metric's view may have become worse there.
    fn judged(&self, mut fate: Fate, before: &Brief, metric: &str) -> Fate {
        if let Some(after) = &fate.after {
            let marks = self.marks.get(metric).map_or(&[][..], Vec::as_slice);
            let between = Between { seconds: self.seconds, leave_moved: false };
            let (class, why) = classify(before, after, marks, between);
            fate.class = class;
            fate.why.extend(why);
        }
        fate
    }

    fn add(
        &mut self,
        class: Class,
        finding: &Finding,
        before: Option<&Brief>,
        after: Option<&Brief>,
        why: Vec<String>,
    ) {
        self.tallies.add(class, finding, after.is_some_and(Brief::waived));
        if matches!(class, Class::Unchanged) {
            return;
        }
        let list = self.items.entry(class).or_default();
        list.push(Item {
            class,
            finding_id: finding.finding_id.clone(),
            metric: finding.metric.clone(),
            severity: finding.severity.clone(),
            system: finding.system.clone(),
            subject_kind: finding.subject_kind.clone(),
            subject: finding.subject.clone(),
            before: before.map(Brief::face),
            after: after.map(Brief::face),
            why,
            reason: finding.reason.clone(),
            source: finding.ended_source.clone().or_else(|| finding.began_source.clone()),
        });
        // Kept within twice the cap, so that a class of a million does not fill memory.
        if list.len() >= self.cap.saturating_mul(2).max(64) {
            sort(list);
            list.truncate(self.cap);
        }
    }
}

fn metric_of<'a>(side: &'a Side, finding: &Finding) -> Option<&'a MetricReport> {
    side.report.metrics.iter().find(|metric| metric.id == finding.metric)
}

/// The most severe first, then the longest, then by id.
fn sort(items: &mut [Item]) {
    let length = |item: &Item| item.after.as_ref().or(item.before.as_ref()).map_or(0, |face| face.length_seconds);
    items.sort_by(|a, b| {
        severity_rank(&a.severity)
            .cmp(&severity_rank(&b.severity))
            .then_with(|| length(b).cmp(&length(a)))
            .then_with(|| a.finding_id.cmp(&b.finding_id))
    });
}
