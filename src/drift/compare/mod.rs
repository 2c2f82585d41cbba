//! The comparison: every finding of both packs is met once, and gets its class.

mod came;

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Diagnostic;
use crate::failure::{Failure, Outcome};
use crate::pack::digest_of;
use crate::report::{DependsOn, Finding, MetricReport, Tool};
use crate::time::SECOND;

use super::brief::{Brief, Id, id};
use super::cause::{is_explained, same_reading};
use super::classify::{Between, classify};
use super::context::context;
use super::exceptions::Exceptions;
use super::feeds::Feeds;
use super::gone::{Classified, Gone, InForce};
use super::items::{Items, Wanted};
use super::parts::{Tallies, controls, metrics, systems};
use super::rates::{Counted, Rates};
use super::restated::restated;
use super::sentence::{Changes, subject};
use super::side::Side;
use super::thing::Thing;
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
    same_names(baseline, current)?;
    let again = options.reference == Reference::Restatement;
    let mut work = Work::new(baseline, current, options.cap)?;
    let unmet = work.meet()?;
    work.pair(unmet)?;
    work.gone(again)?;
    let Work { tallies, mut items, feeds, exceptions, counted, .. } = work;
    for list in items.values_mut() {
        sort(list);
        list.truncate(options.cap);
    }
    let items: Vec<Item> = Class::ALL.iter().flat_map(|class| items.remove(class).unwrap_or_default()).collect();
    let rates = Rates { sides: [baseline, current], counted: &counted, feeds: &feeds };
    let metrics = metrics(baseline, current, &tallies, &rates);
    let exceptions = exceptions.change();
    let classes = tallies.total();
    let (left, right) = (baseline.face(), current.face());
    let systems = systems(baseline, current, &tallies);
    let controls = controls(baseline, current);
    let restated = if again { Some(restated(baseline, current, &metrics)?) } else { None };
    let context = context(baseline, current, &feeds);
    let changes = Changes {
        classes: &classes,
        exceptions: Some(&exceptions),
        metrics: &metrics,
        systems: &systems,
        controls: &controls,
        context: &context,
    };
    let numbers = restated.as_deref().unwrap_or_default();
    let (result, sentence, points) = (changes.result(), changes.sentence(numbers), changes.points(numbers));
    let title = subject(result, &changes.topic(numbers), &current.report.organisation, &right.period.label);
    let parts = [("baseline", left.report_id.as_str()), ("current", right.report_id.as_str())];
    Ok(Drift {
        schema: SCHEMA.to_owned(),
        tool: options.tool.clone(),
        drift_id: digest_of(parts.into_iter())[..12].to_owned(),
        organisation: current.report.organisation.clone(),
        reference: options.reference.clone(),
        result,
        sentence,
        points,
        subject: title,
        context,
        headline: HeadlineChange { before: baseline.report.headline.clone(), after: current.report.headline.clone() },
        classes,
        exceptions,
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

/// Packs that name people and accounts in different ways have no item in common: each would be new, and each gone.
fn same_names(baseline: &Side, current: &Side) -> Outcome<()> {
    let key = |side: &Side| side.report.pseudonyms.as_ref().map(|pseudonyms| pseudonyms.key.clone());
    let (left, right) = (key(baseline), key(current));
    if left == right {
        return Ok(());
    }
    let words =
        |key: Option<String>| key.map_or_else(|| "names".to_owned(), |key| format!("pseudonyms of the key {key}"));
    let message = format!(
        "the packs cannot be compared: the baseline has {}, the current one {}, so that nothing in them is called the same",
        words(left),
        words(right)
    );
    let hint = "compare packs of one key: `overstay report --pseudonyms KEYFILE` makes one out of the exports";
    Err(Failure::usage_one(Diagnostic::error("other-pseudonyms", message).hint(hint)))
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
    exceptions: Exceptions,
    /// Findings of both packs, counted for rates.
    counted: [Counted; 2],
    items: BTreeMap<Class, Vec<Item>>,
    cap: usize,
}

impl<'a> Work<'a> {
    fn new(baseline: &'a Side, current: &'a Side, cap: usize) -> Outcome<Self> {
        let mut briefs = Vec::new();
        let mut metrics: Vec<String> = Vec::new();
        let (mut exceptions, mut counted) = (Exceptions::default(), Counted::default());
        baseline.findings(|finding| {
            // Findings stand by metric: the last one is nearly always the one.
            let at = metrics.iter().rposition(|metric| *metric == finding.metric);
            let at = at.unwrap_or_else(|| {
                metrics.push(finding.metric.clone());
                metrics.len() - 1
            });
            let brief = Brief::of(&finding, baseline.privileged(finding.account_key.as_deref()));
            exceptions.stood(&finding, &brief);
            counted.add(&finding);
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
            exceptions,
            counted: [counted, Counted::default()],
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
            self.counted[1].add(&finding);
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
        if class == Class::Better
            && let Some(doubt) = self.no_better(before, &after, finding)
        {
            class = Class::NotAssessable;
            why.insert(0, doubt);
        }
        self.add(class, finding, Some(before), Some(&after), why);
    }

    /// Why a finding that looks shorter or less certain may only be less known.
    fn no_better(&self, before: &Brief, after: &Brief, finding: &Finding) -> Option<String> {
        let less_certain = after.result != before.result;
        if !less_certain && after.length >= before.length {
            return None;
        }
        let other_reason = after.privileged != before.privileged || after.severity != before.severity;
        let thing = Thing::of(finding, metric_of(self.current, finding));
        let told = other_reason || is_explained(self.baseline, self.current, thing);
        let explained = told || before.began != after.began;
        self.feeds.less_known(finding).or_else(|| {
            if less_certain {
                (!explained).then(|| "what showed it for certain is not told any more".to_owned())
            } else {
                // A shorter shortest reading alone is a length that is told less exactly.
                (after.is_vaguer(before) && !told).then(|| "how long it surely was is told less exactly".to_owned())
            }
        })
    }

    /// Whether the stay of a leaver begins at another time because HR tells another leave date.
    fn leave_moved(&self, before: &Brief, after: &Brief, finding: &Finding) -> bool {
        let told = |side: &Side, brief: &Brief| {
            let ended = side.lists.person(brief.person).known().and_then(|person| person.ended);
            ended.is_some() && ended == brief.began
        };
        before.began != after.began
            && same_reading(self.baseline, self.current)
            && Thing::of(finding, metric_of(self.current, finding)).depends_on(DependsOn::Leave)
            && told(self.baseline, before)
            && told(self.current, after)
    }

    fn brief(&self, finding: &Finding) -> Brief {
        Brief::of(finding, self.current.privileged(finding.account_key.as_deref()))
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
        let waivers = InForce::of(current);
        baseline.findings(|finding| {
            if !gone.contains(&id(&finding.finding_id)) {
                return Ok(());
            }
            let before = Brief::of(&finding, baseline.privileged(finding.account_key.as_deref()));
            let work = Gone { baseline, current, feeds: &self.feeds, items: &items, waivers: &waivers, restated };
            let classified = self.judged(work.classified(&finding, &before), &before, &finding.metric);
            let now = classified.after.as_ref().map_or([false; 2], |after| [after.waived(), after.open]);
            self.list(classified.class, &finding, [Some(&before), None], now, classified.why);
            Ok(())
        })
    }

    /// A stay that goes on out of the metric's view may have become worse there.
    fn judged(&self, mut classified: Classified, before: &Brief, metric: &str) -> Classified {
        if let Some(after) = &classified.after {
            let marks = self.marks.get(metric).map_or(&[][..], Vec::as_slice);
            let between = Between { seconds: self.seconds, leave_moved: false };
            let (class, why) = classify(before, after, marks, between);
            classified.class = class;
            classified.why.extend(why);
        }
        classified
    }

    fn add(
        &mut self,
        class: Class,
        finding: &Finding,
        before: Option<&Brief>,
        after: Option<&Brief>,
        why: Vec<String>,
    ) {
        let now = after.map_or([false; 2], |after| [after.waived(), after.open]);
        self.list(class, finding, [before, after], now, why);
    }

    /// Counts a finding and lists it; whether it is waived and open now may be known without a finding of now.
    fn list(
        &mut self,
        class: Class,
        finding: &Finding,
        [before, after]: [Option<&Brief>; 2],
        [waived, open]: [bool; 2],
        why: Vec<String>,
    ) {
        self.tallies.add(class, finding, waived);
        self.exceptions.add(class, finding, waived, open);
        if matches!(class, Class::Unchanged) {
            return;
        }
        let list = self.items.entry(class).or_default();
        list.push(Item {
            class,
            finding_id: finding.finding_id.clone(),
            metric: finding.metric.clone(),
            severity: finding.severity,
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
    let length = |item: &Item| {
        let face = item.after.as_ref().or(item.before.as_ref());
        face.map(|face| (face.length_seconds, face.longest_seconds))
    };
    items.sort_by(|a, b| {
        a.severity
            .cmp(&b.severity)
            .then_with(|| length(b).cmp(&length(a)))
            .then_with(|| a.finding_id.cmp(&b.finding_id))
    });
}
