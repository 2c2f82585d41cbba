//! What differs beside the findings and explains numbers. File names and the order of rows are no part of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::pack::RuleEntry;
use crate::render::text;
use crate::report::{MetricReport, Report};
use crate::time::readable;

use super::explains::explains;
use super::feeds::Feeds;
use super::side::Side;
use crate::report::drift::{ContextChange, ContextKind};

/// Everything that differs, in the order in which it is said.
pub(super) fn context(before: &Side, after: &Side, feeds: &Feeds) -> Vec<ContextChange> {
    let mut list = Vec::new();
    let (old, new) = (&before.report, &after.report);
    different(&mut list, ContextKind::Pack, "organisation", &old.organisation, &new.organisation);
    if old.as_of > new.as_of {
        let what = "as-of time, earlier than that of the baseline";
        different(&mut list, ContextKind::Pack, what, &readable(old.as_of.0), &readable(new.as_of.0));
    }
    if let (Some(named), Some(is)) = (after.names_otherwise(before), &before.manifest_sha256) {
        let what = format!("manifest of {}, as the current pack names it and as it lies there", named.pack);
        different(&mut list, ContextKind::Pack, &what, &named.manifest_sha256, is);
    }
    list.extend(periods(old, new));
    different(&mut list, ContextKind::Tool, "version of the tool", &old.tool.version, &new.tool.version);
    different(&mut list, ContextKind::Reading, "zone of plain dates", &old.zone, &new.zone);
    let reading = "reading of a leave date without a time";
    different(&mut list, ContextKind::Reading, reading, &old.leave_instant, &new.leave_instant);
    limits(&mut list, old, new);
    rules(&mut list, before, after);
    let lost = feeds.lost();
    let [gone, come] = feeds.sources();
    for named in gone {
        let less = lost.contains(&named);
        let change = one(ContextKind::Source, named.0, Some("read"), None);
        list.push(ContextChange { less, ..of_system(change, named.1) });
    }
    for (name, system) in come {
        list.push(of_system(one(ContextKind::Source, name, None, Some("read")), system));
    }
    for (named, files) in feeds.fewer() {
        let less = lost.contains(&named);
        let [before, after] = files.map(text::count);
        let change = one(ContextKind::Source, format!("files of {}", named.0), Some(&before), Some(&after));
        list.push(ContextChange { less, ..of_system(change, named.1) });
    }
    let [gone, come] = feeds.systems();
    for system in gone {
        list.push(of_system(
            one(ContextKind::System, system.clone(), Some("loaded"), Some("not loaded")),
            Some(system),
        ));
    }
    for system in come {
        list.push(of_system(
            one(ContextKind::System, system.clone(), Some("not loaded"), Some("loaded")),
            Some(system),
        ));
    }
    populations(&mut list, old, new);
    list
}

/// That periods leave time between them that nobody looked at, or overlap. A later look at the same period is neither.
fn periods(before: &Report, after: &Report) -> Option<ContextChange> {
    let (old, new) = (&before.period, &after.period);
    if old.from >= new.from || old.to == new.from {
        return None;
    }
    let (from, to) = (readable(old.to.min(new.from).0), readable(old.to.max(new.from).0));
    let what = if old.to < new.from {
        format!("neither period looks at the time from {from} to {to}")
    } else {
        format!("both periods look at the time from {from} to {to}")
    };
    Some(one(ContextKind::Pack, what, None, None))
}

fn one(kind: ContextKind, what: String, before: Option<&str>, after: Option<&str>) -> ContextChange {
    let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
    ContextChange { kind, what, before, after, metric: None, system: None, less: false }
}

fn different(list: &mut Vec<ContextChange>, kind: ContextKind, what: &str, before: &str, after: &str) {
    if before != after {
        list.push(one(kind, what.to_owned(), Some(before), Some(after)));
    }
}

fn of_system(change: ContextChange, system: Option<String>) -> ContextChange {
    ContextChange { system, ..change }
}

fn limits(list: &mut Vec<ContextChange>, before: &Report, after: &Report) {
    for metric in &after.metrics {
        let Some(earlier) = before.metrics.iter().find(|other| other.id == metric.id) else {
            continue;
        };
        let mut of_metric = Vec::new();
        let what = format!("limit of {}", metric.id);
        let main = |metric: &MetricReport| metric.limit_seconds.map_or_else(|| "none set".to_owned(), text::length);
        different(&mut of_metric, ContextKind::Limit, &what, &main(earlier), &main(metric));
        of_metric.extend(overrides(earlier, metric));
        let what = format!("severity of {}", metric.id);
        different(&mut of_metric, ContextKind::Limit, &what, earlier.severity.word(), metric.severity.word());
        list.extend(of_metric.into_iter().map(|change| ContextChange { metric: Some(metric.id.clone()), ..change }));
    }
}

/// Limits of parts of a population, each by itself.
fn overrides(before: &MetricReport, after: &MetricReport) -> Vec<ContextChange> {
    let all = |metric: &MetricReport| -> BTreeMap<String, (String, Option<String>)> {
        let parts = metric.limit_overrides.iter();
        parts.map(|part| (part.scope.clone(), (text::length(part.limit_seconds), part.system.clone()))).collect()
    };
    let (old, new, id) = (all(before), all(after), &after.id);
    let scopes: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |scope: &String| {
        let (before, after) = (old.get(scope), new.get(scope));
        let length = |part: Option<&(String, Option<String>)>| part.map(|part| part.0.clone());
        let (was, is) = (length(before), length(after));
        (was != is).then(|| {
            let what = format!("limit of {id}, {scope}");
            let change = one(ContextKind::Limit, what, was.as_deref(), is.as_deref());
            of_system(change, after.or(before).and_then(|part| part.1.clone()))
        })
    };
    scopes.into_iter().filter_map(change).collect()
}

/// Rule files with another text. The project file is left out: what it decides is compared by its effects.
/// Whether the tool or its rules read or measure in another way, limits apart.
pub(super) fn other_rules(before: &Side, after: &Side) -> bool {
    // The company's own rules stand under `own/`, its policy beside them under its own name.
    let measures = |rule: &&RuleEntry| {
        let shipped = rule.path.starts_with("mappings/") && !rule.path.starts_with("mappings/policies/");
        explains(rule) && (shipped || rule.path.starts_with("own/"))
    };
    let files = |side: &Side| -> Vec<(String, String)> {
        side.rules.iter().filter(measures).map(|rule| (rule.path.clone(), rule.sha256.clone())).collect()
    };
    before.report.tool.version != after.report.tool.version || files(before) != files(after)
}

/// Rule files with another text.
fn rules(list: &mut Vec<ContextChange>, before: &Side, after: &Side) {
    let files = |side: &Side| -> BTreeMap<String, String> {
        let rules = side.rules.iter().filter(|rule| explains(rule));
        rules.map(|rule| (rule.path.clone(), rule.sha256.clone())).collect()
    };
    let (old, new) = (files(before), files(after));
    let short = |hash: &String| hash.get(..12).unwrap_or(hash).to_owned();
    for (path, hash) in &old {
        match new.get(path) {
            None => list.push(one(ContextKind::Rule, path.clone(), Some(&short(hash)), None)),
            Some(other) if other != hash => {
                list.push(one(ContextKind::Rule, path.clone(), Some(&short(hash)), Some(&short(other))));
            }
            Some(_) => {}
        }
    }
    for (path, hash) in new.iter().filter(|(path, _)| !old.contains_key(*path)) {
        list.push(one(ContextKind::Rule, path.clone(), None, Some(&short(hash))));
    }
}

fn populations(list: &mut Vec<ContextChange>, before: &Report, after: &Report) {
    let counts = |report: &Report| {
        let all = &report.populations;
        [
            ("people", all.people),
            ("leavers in the period", all.leavers_in_period),
            ("accounts", all.accounts),
            ("accounts matched to nobody", all.unmatched_total),
            ("accounts that several people match", all.ambiguous_total),
            ("credentials", all.credentials),
            ("events", all.events),
            ("rows that could not be used", report.rejects.rows),
        ]
    };
    for ((what, old), (_, new)) in counts(before).into_iter().zip(counts(after)) {
        different(list, ContextKind::Population, what, &text::count(old), &text::count(new));
    }
}
