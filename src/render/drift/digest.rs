//! The words of a comparison, in the order in which every renderer says them.

use serde::Serialize;

use crate::render::{facts, text};
use crate::report::drift::{Class, ClassCount, ContextChange, ContextKind, Drift, DriftResult, Face, Item, Reference};
use crate::report::{FindingResult, Severity, subject_word};
use crate::time;

use super::tables;

/// Whether persons and accounts are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Findings with subject and sentence.
    Shown,
    /// Findings by id, metric and system only: for mail.
    Withheld,
}

/// A comparison in words. Texts are as the data has them: each renderer escapes for its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// `Acme, 2026-Q3 compared with 2026-Q2`.
    pub title: String,
    /// What the comparison is made with.
    pub reference: String,
    /// `worse`, `better`, `unchanged`.
    pub result: DriftResult,
    /// The result in one sentence.
    pub sentence: String,
    /// What else makes it, a sentence each.
    pub points: Vec<String>,
    /// The verdict of the current pack, with counts.
    pub verdict: String,
    /// What differs beside the findings, and explains numbers.
    pub context: Vec<String>,
    /// The three first numbers, before and after, each with the rates that it is of.
    pub headline: Vec<String>,
    /// What became of exceptions; nothing for a part of a comparison.
    pub exceptions: Option<String>,
    /// Findings by class.
    pub sections: Vec<Section>,
    /// How to see the findings that are not listed, where there are any.
    pub cut: Option<String>,
    /// Classes that are only counted.
    pub standing: Vec<String>,
    /// Metrics, references and systems that changed.
    pub tables: Vec<Table>,
    /// How to see more, and where the numbers come from.
    pub end: Vec<String>,
}

/// The findings of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The class.
    pub class: Class,
    /// `12 new (1 waived)`.
    pub counted: String,
    /// The same, with how many are listed: `12 new, showing 5 of 12`.
    pub title: String,
    /// Its findings.
    pub lines: Vec<Line>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Severity.
    pub severity: Severity,
    /// Metric, system and subject.
    pub what: String,
    /// Why it is in its class, and the finding's own sentence.
    pub why: String,
    /// Finding id.
    pub finding: String,
    /// File and row; nothing where names are withheld.
    pub source: Option<String>,
}

impl Line {
    /// Finding id, with file and row in brackets.
    pub fn place(&self) -> String {
        match &self.source {
            Some(source) => format!("{} ({source})", self.finding),
            None => self.finding.clone(),
        }
    }
}

/// What a table is about, in the order in which a mail shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TableKind {
    /// Systems with any change.
    Systems,
    /// Metrics with any change.
    Metrics,
    /// Rates of metrics that are not the same.
    Rates,
    /// References with another verdict.
    References,
    /// Numbers of a period that was computed again.
    Restated,
}

/// A table of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What it is about.
    pub kind: TableKind,
    /// What it shows.
    pub title: String,
    /// Heads of the columns.
    pub columns: Vec<&'static str>,
    /// Rows with as many cells.
    pub rows: Vec<Vec<String>>,
}

/// Puts a comparison into words. At most `limit` findings of each class are listed.
pub fn digest(drift: &Drift, names: Names, limit: usize) -> Digest {
    let (before, after) = (&drift.baseline, &drift.current);
    let class = |class: Class| drift.count(class);
    let mut standing = Vec::new();
    for (class, count) in [Class::StillOpen, Class::Unchanged, Class::LeftPeriod].map(|one| (one, class(one))) {
        if count > 0 {
            standing.push(format!("{} {}", text::count(count), class.words()));
        }
    }
    Digest {
        title: match drift.reference {
            Reference::Restatement => format!("{}, {} computed again", drift.organisation, after.period.label),
            _ => format!("{}, {} compared with {}", drift.organisation, after.period.label, before.period.label),
        },
        reference: reference(drift, names),
        result: drift.result,
        sentence: drift.sentence.clone(),
        points: drift.points.clone(),
        verdict: format!("{}: {}", after.status.words_of_all(), after.sentence),
        context: drift.context.iter().map(context).collect(),
        headline: facts::headline_change(drift),
        exceptions: exceptions(drift),
        cut: cut(drift, limit),
        sections: sections(drift, names, limit),
        standing,
        tables: tables::all(drift, names),
        end: std::iter::once(format!(
            "Baseline report {} as of {}, current report {} as of {}; comparison {}.",
            before.report_id,
            time::readable(before.as_of.0),
            after.report_id,
            time::readable(after.as_of.0),
            drift.drift_id
        ))
        .chain(after.manifest_sha256.as_ref().map(|sha256| format!("SHA-256 of the current pack's manifest: {sha256}")))
        .collect(),
    }
}

fn reference(drift: &Drift, names: Names) -> String {
    match &drift.reference {
        Reference::Previous if drift.baseline.as_of > drift.current.as_of => {
            "against a pack of a later moment".to_owned()
        }
        Reference::Previous => "against an earlier pack".to_owned(),
        Reference::Accepted { at, .. } if names == Names::Withheld => {
            format!("against the baseline accepted on {}", time::day(at.0))
        }
        Reference::Accepted { by, reason, at } => {
            format!("against the baseline accepted by {by} on {}: {reason}", time::day(at.0))
        }
        Reference::Restatement => "from the exports of today, against the pack of then".to_owned(),
    }
}

fn context(change: &ContextChange) -> String {
    let name = match change.kind {
        ContextKind::Rule => rule(&change.what),
        _ => change.what.clone(),
    };
    match (change.kind, &change.before, &change.after) {
        (ContextKind::Rule, Some(_), Some(_)) => format!("{name}: has another text than before"),
        (ContextKind::Rule, Some(_), None) => format!("{name}: is not used any more"),
        (ContextKind::Rule, None, Some(_)) => format!("{name}: is used now, and was not before"),
        (ContextKind::Source, Some(_), None) => format!("{name}: was read, is not read any more"),
        (ContextKind::Source, None, Some(_)) => format!("{name}: is read now, and was not before"),
        (_, Some(before), Some(after)) => format!("{name}: was {before}, is {after}"),
        (_, Some(before), None) => format!("{name}: was {before}, is not there any more"),
        (_, None, Some(after)) => format!("{name}: {after}, was not there before"),
        (_, None, None) => name,
    }
}

/// What a rule file is, for who has never seen one.
fn rule(path: &str) -> String {
    let kind = match path.split('/').collect::<Vec<_>>()[..] {
        ["mappings", "metrics", _] => "definition of a metric",
        ["mappings", "sources", _] => "mapping of a source",
        ["mappings", "frameworks", _] => "framework",
        ["mappings", "policies", _] => "limits",
        ["own", name] if name.split('.').next_back() == Some("sql") => "own definition of a metric",
        _ => "own rules",
    };
    format!("{kind}, {path}")
}

fn sections(drift: &Drift, names: Names, limit: usize) -> Vec<Section> {
    let changed = drift.classes.iter().filter(|count| count.class.is_change() && count.count > 0);
    let section = |count: &ClassCount| {
        let items = drift.items.iter().filter(|item| item.class == count.class);
        let lines: Vec<Line> = items.take(limit).map(|item| line(drift, item, names)).collect();
        let beside = count.waived > 0 && count.class != Class::Waived;
        let waived = if beside { format!(" ({} waived)", text::count(count.waived)) } else { String::new() };
        let shown = lines.len() as u64;
        let part =
            if shown < count.count { format!(", showing {}", text::of(shown, count.count)) } else { String::new() };
        let counted = format!("{} {}{waived}", text::count(count.count), count.class.words());
        Section { class: count.class, title: format!("{counted}{part}"), counted, lines }
    };
    changed.map(section).collect()
}

/// `Exceptions (each with all its findings): 9 new this period, 2 resolved; 12 as before.`
fn exceptions(drift: &Drift) -> Option<String> {
    let all = &drift.exceptions.classes;
    let standing: u64 = text::sum(
        all.iter().filter(|one| matches!(one.class, Class::StillOpen | Class::Unchanged)).map(|one| one.count),
    );
    let changed = all.iter().filter(|one| one.class.is_change() && one.count > 0);
    let words: Vec<String> = changed.map(|one| format!("{} {}", text::count(one.count), one.class.words())).collect();
    let standing = (standing > 0).then(|| format!("{} as before", text::count(standing)));
    let left = all.iter().find(|one| one.class == Class::LeftPeriod && one.count > 0);
    let left = left.map(|one| format!("{} {}", text::count(one.count), one.class.words()));
    let parts = [(!words.is_empty()).then(|| words.join(", ")), standing, left];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| {
        let what = "Exceptions (each with all its findings)";
        format!("{what}: {}.", parts.join("; "))
    })
}

/// Where a class has more findings than are listed.
fn cut(drift: &Drift, limit: usize) -> Option<String> {
    let listed = |class: Class| drift.items.iter().filter(|item| item.class == class).count().min(limit) as u64;
    let changed = drift.classes.iter().filter(|count| count.class.is_change());
    changed.into_iter().any(|count| listed(count.class) < count.count).then(|| {
        format!("At most {limit} findings of each class are listed: --limit lists more, and findings.csv of the packs has all.")
    })
}

fn line(drift: &Drift, item: &Item, names: Names) -> Line {
    let metric = drift.metrics.iter().find(|metric| metric.id == item.metric);
    let title = metric.map_or(item.metric.as_str(), |metric| metric.title.as_str());
    let system = item.system.as_deref().map(|system| format!(", {system}")).unwrap_or_default();
    let face = item.after.as_ref().or(item.before.as_ref());
    let mut why: Vec<String> = item.why.clone();
    let (what, source) = match names {
        Names::Shown => {
            // The sentence of what is gone speaks of the earlier pack.
            why.push(match item.after {
                Some(_) => item.reason.clone(),
                None => format!("found then: {}", item.reason),
            });
            (format!("{title}{system}: {}", item.subject), item.source.clone())
        }
        Names::Withheld => {
            // A beginning or a match says nothing about a person; a sentence of the report does.
            let then = if item.after.is_none() { "then: " } else { "" };
            why.extend(face.map(|face| format!("{then}{}", length(face))));
            (format!("{title}{system}: {}", with_article(subject_word(&item.subject_kind))), None)
        }
    };
    Line { severity: item.severity, what, why: why.join("; "), finding: item.finding_id.clone(), source }
}

/// `an account`, `a person`.
pub(in crate::render) fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

fn length(face: &Face) -> String {
    let doubt = if face.result == FindingResult::Indeterminate { "possibly over, " } else { "" };
    let open = if face.open { ", open" } else { "" };
    let length = text::range(face.length_seconds, face.longest_seconds, face.open);
    format!("{doubt}{length} with a limit of {}{open}", text::length(face.limit_seconds))
}
