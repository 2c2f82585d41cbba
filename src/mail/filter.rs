//! The part of a comparison that concerns a rule, with its own counts and its own result.

use std::fmt::Write as _;

use crate::drift::{Changes, Topic, subject as drift_subject};
use crate::render::mail::Part;
use crate::render::text;
use crate::report::Severity;
use crate::report::drift::{Class, ClassCount, ContextChange, ContextKind, Drift, DriftResult, ExceptionChange, Item};

use super::config::{Named, Rule};

/// What a rule gets.
#[derive(Debug, Clone)]
pub struct Filtered {
    /// The comparison, or the part of it.
    pub drift: Drift,
    /// Set when it is a part.
    pub part: Option<Part>,
    /// Whether anything changed that concerns the rule.
    pub concerns: bool,
    /// Subject of the mail.
    pub subject: String,
}

/// Takes what concerns a rule out of a comparison.
///
/// Findings of a system, or of a metric, are counted in full by the comparison. Where a rule asks for more than that
/// (a severity, or a system and a metric), the listed findings are counted; when the comparison does not list all of a
/// class, the part says that its counts are lower bounds.
pub fn filter(drift: &Drift, rule: &Rule) -> Filtered {
    if rule.is_whole() {
        let concerns = drift.result != DriftResult::Unchanged;
        return Filtered { drift: drift.clone(), part: None, concerns, subject: drift.subject.clone() };
    }
    let sight = Sight { drift, rule };
    let mut part = drift.clone();
    // Numbers of metrics are of the whole company, and exceptions have findings of several metrics and severities.
    part.restated = None;
    part.exceptions = ExceptionChange::default();
    part.items.retain(|item| sight.item(item));
    let (classes, counted) = sight.classes(&part.items);
    part.classes = classes;
    part.metrics.retain(|metric| fits(&rule.metrics, &metric.id));
    for metric in &mut part.metrics {
        if sight.of_systems() {
            (metric.class, metric.new_gap) = (None, false);
        }
        if sight.of_systems() || rule.min_severity.is_some() {
            // Rates are those of all systems and severities.
            metric.rate = None;
        }
        if sight.of_systems() || rule.min_severity.is_some() {
            metric.classes = tally(part.items.iter().filter(|item| item.metric == metric.id), false);
        }
    }
    part.systems.retain(|system| sight.system(&system.system, system.owner.as_deref()));
    if rule.min_severity.is_some() || !rule.metrics.is_empty() {
        for system in &mut part.systems {
            let own = part.items.iter().filter(|item| item.system.as_deref().unwrap_or_default() == system.system);
            system.classes = tally(own, false);
        }
    }
    if sight.of_systems() || !rule.metrics.is_empty() {
        part.controls.clear();
    }
    if rule.min_severity.is_some() || !rule.metrics.is_empty() {
        // That a system is there now is no reason for who asked for something else than systems. What goes out of sight
        // may hide what was asked for.
        let changed = |counts: &[ClassCount]| counts.iter().any(|one| one.class.is_change() && one.count > 0);
        part.systems.retain(|system| system.loaded != [false, true] || changed(&system.classes));
    }
    part.context.retain(|change| sight.context(change));
    let [lost, come] = moved(&part);
    let changes = sight.changes(&part);
    let result = changes.result();
    let (sentence, points) = (sentence(changes, counted), changes.points(&[]));
    let subject = subject(changes, &part, rule, &lost, &come);
    (part.result, part.sentence, part.points) = (result, sentence, points);
    part.subject = subject.clone();
    let concerns = part.result != DriftResult::Unchanged;
    let part_of = Part { sentence: sight.sentence(&part, counted), of_systems: sight.of_systems() };
    Filtered { drift: part, part: Some(part_of), concerns, subject }
}

/// Where the counts of a part come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// From the counts of the comparison.
    Exactly,
    /// From the listed findings, which are all that changed.
    Listed,
    /// From the listed findings, and the comparison does not list all.
    AtLeast,
}

struct Sight<'a> {
    drift: &'a Drift,
    rule: &'a Rule,
}

/// Whether a name is among those asked for; nothing asked for means all.
fn fits(names: &[Named], name: &str) -> bool {
    names.is_empty() || names.iter().any(|named| named.fits(name))
}

impl Sight<'_> {
    fn of_systems(&self) -> bool {
        !self.rule.systems.is_empty() || !self.rule.owners.is_empty()
    }

    fn system(&self, system: &str, owner: Option<&str>) -> bool {
        fits(&self.rule.systems, system) && fits(&self.rule.owners, owner.unwrap_or_default())
    }

    fn system_named(&self, system: &str) -> bool {
        let owner = self.drift.systems.iter().find(|one| one.system == system).and_then(|one| one.owner.as_deref());
        self.system(system, owner)
    }

    fn item(&self, item: &Item) -> bool {
        self.rule.min_severity.is_none_or(|least| item.severity <= least)
            && fits(&self.rule.metrics, &item.metric)
            && self.system_named(item.system.as_deref().unwrap_or_default())
    }

    /// What explains numbers of the part. Sizes of populations are those of all systems.
    fn context(&self, change: &ContextChange) -> bool {
        let metric = change.metric.as_deref().is_none_or(|metric| fits(&self.rule.metrics, metric));
        let system = change.system.as_deref().is_none_or(|system| self.system_named(system));
        metric && system && !(self.of_systems() && change.kind == ContextKind::Population)
    }

    /// What makes the result of the part. Verdicts of metrics speak of all systems, those of controls of all severities.
    fn changes<'p>(&self, part: &'p Drift) -> Changes<'p> {
        Changes {
            classes: &part.classes,
            exceptions: None,
            metrics: if self.of_systems() { &[] } else { &part.metrics },
            systems: &part.systems,
            controls: if self.rule.min_severity.is_some() { &[] } else { &part.controls },
            context: &part.context,
        }
    }

    fn classes(&self, items: &[Item]) -> (Vec<ClassCount>, Counted) {
        let (drift, rule) = (self.drift, self.rule);
        if rule.min_severity.is_none() && rule.metrics.is_empty() {
            let own = drift.systems.iter().filter(|one| self.system(&one.system, one.owner.as_deref()));
            return (sum(own.flat_map(|one| one.classes.iter().cloned())), Counted::Exactly);
        }
        if rule.min_severity.is_none() && !self.of_systems() {
            let own = drift.metrics.iter().filter(|one| fits(&rule.metrics, &one.id));
            return (sum(own.flat_map(|one| one.classes.iter().cloned())), Counted::Exactly);
        }
        let all_listed = drift.classes.iter().filter(|one| one.class.is_change()).all(|one| {
            let listed = drift.items.iter().filter(|item| item.class == one.class).count();
            listed as u64 >= one.count
        });
        let changed = items.iter().filter(|item| item.class.is_change());
        (tally(changed, true), if all_listed { Counted::Listed } else { Counted::AtLeast })
    }

    fn sentence(&self, part: &Drift, counted: Counted) -> String {
        let all = text::plural(changed(&self.drift.classes), "changed finding", "changed findings");
        let own = changed(&part.classes);
        let (least, verb) =
            (if counted == Counted::AtLeast { "at least " } else { "" }, if own == 1 { "concerns" } else { "concern" });
        let mut out = format!("This is a part: of {all}, {least}{} {verb} {}.", text::count(own), describe(self.rule));
        if counted == Counted::AtLeast {
            let _ = write!(
                out,
                " The comparison lists {} of each class; the counts here are of those, and so lower bounds.",
                text::plural(self.drift.cap_per_class, "finding", "findings")
            );
        }
        out
    }
}

fn changed(classes: &[ClassCount]) -> u64 {
    text::sum(classes.iter().filter(|one| one.class.is_change()).map(|one| one.count))
}

/// `the systems okta and payroll, severity high or above`.
fn describe(rule: &Rule) -> String {
    let list = |one: &str, many: &str, names: &[Named]| {
        let words: Vec<&str> = names.iter().map(|named| named.text.as_str()).collect();
        match words.as_slice() {
            [] => None,
            [word] => Some(format!("{one} {word}")),
            [first @ .., last] => Some(format!("{many} {} and {last}", first.join(", "))),
        }
    };
    let severity = rule.min_severity;
    let parts: Vec<String> = [
        list("the system", "the systems", &rule.systems),
        list("systems of", "systems of", &rule.owners),
        list("the metric", "the metrics", &rule.metrics),
        severity.map(|word| {
            if word == Severity::Critical { format!("severity {word}") } else { format!("severity {word} or above") }
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    parts.join(", ")
}

/// Systems of the part that are no longer loaded, and that are newly loaded.
fn moved(part: &Drift) -> [Vec<String>; 2] {
    let of = |loaded: [bool; 2]| {
        part.systems.iter().filter(|one| one.loaded == loaded).map(|one| one.system.clone()).collect()
    };
    [of([true, false]), of([false, true])]
}

fn sentence(changes: Changes<'_>, counted: Counted) -> String {
    if changes.result() == DriftResult::Unchanged && counted != Counted::Exactly {
        // What stands as before is counted for whole systems and metrics only.
        return "Nothing changed.".to_owned();
    }
    changes.sentence(&[])
}

fn subject(changes: Changes<'_>, part: &Drift, rule: &Rule, lost: &[String], come: &[String]) -> String {
    let (count, what) = if lost.is_empty() { (come.len(), "newly loaded") } else { (lost.len(), "no longer loaded") };
    // Without a changed finding, the subject says what else it is about.
    let topic = match changes.topic(&[]) {
        Topic::Nothing | Topic::SeesLess | Topic::SeesMore if count > 0 && changed(&part.classes) == 0 => {
            Topic::Systems(count, what)
        }
        topic => topic,
    };
    let plain = drift_subject(changes.result(), &topic, &part.organisation, &part.current.period.label);
    format!("{plain} ({})", rule.name.clone().unwrap_or_else(|| describe(rule)))
}

/// Listed findings counted by class; `every`: also classes without any.
fn tally<'a>(items: impl Iterator<Item = &'a Item>, every: bool) -> Vec<ClassCount> {
    let waived = |item: &Item| item.after.as_ref().is_some_and(|face| face.waived);
    let counts = sum(items.map(|item| ClassCount { class: item.class, count: 1, waived: waived(item).into() }));
    counts.into_iter().filter(|one| every || one.count > 0).collect()
}

/// Counts of the same classes added up, all classes listed.
fn sum(counts: impl Iterator<Item = ClassCount>) -> Vec<ClassCount> {
    let mut all: Vec<ClassCount> = Class::ALL.map(|class| ClassCount { class, count: 0, waived: 0 }).to_vec();
    for one in counts {
        for sum in all.iter_mut().filter(|sum| sum.class == one.class) {
            sum.count += one.count;
            sum.waived += one.waived;
        }
    }
    all
}
