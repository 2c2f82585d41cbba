//! The findings of a class in a mail. Without names, findings that look alike are one line with a count.

use crate::render::drift::{Names, Section, with_article};
use crate::render::text;
use crate::report::drift::{Drift, Face, Item as Finding};
use crate::report::{FindingResult, subject_word};

use super::words::{Class, Item, Letter, more};

pub(super) fn class(letter: &Letter<'_>, section: &Section) -> Class {
    let drift = letter.drift;
    let count = drift.count(section.class);
    let waived = drift.classes.iter().find(|one| one.class == section.class).map_or(0, |one| one.waived);
    let waived = if waived > 0 { format!(", of which {} waived", text::count(waived)) } else { String::new() };
    let (lines, told) = match letter.names {
        Names::Shown => (section.lines.iter().map(named).collect(), section.lines.len()),
        Names::Withheld => counted(letter, section),
    };
    Class {
        title: format!("{} {}{waived}", text::count(count), section.class.words()),
        meaning: section.class.meaning(),
        worse: section.class.is_worse(),
        lines,
        more: more(count as usize, told).unwrap_or_default(),
    }
}

fn named(line: &crate::render::drift::Line) -> Item {
    Item { severity: line.severity, what: line.what.clone(), why: line.why.clone(), id: line.place() }
}

/// Lines without names, and how many findings they tell of.
fn counted(letter: &Letter<'_>, section: &Section) -> (Vec<Item>, usize) {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    let alike = |one: &Finding, other: &Finding| {
        (&one.severity, &one.metric, &one.system, &one.subject_kind, &one.why)
            == (&other.severity, &other.metric, &other.system, &other.subject_kind, &other.why)
    };
    for finding in letter.drift.items.iter().filter(|item| item.class == section.class) {
        match groups.iter_mut().find(|group| alike(group[0], finding)) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.truncate(letter.findings);
    let told = groups.iter().map(Vec::len).sum();
    (groups.iter().map(|group| line(letter.drift, group)).collect(), told)
}

fn line(drift: &Drift, group: &[&Finding]) -> Item {
    let first = group[0];
    let metric = drift.metrics.iter().find(|metric| metric.id == first.metric);
    let title = metric.map_or(first.metric.as_str(), |metric| metric.title.as_str());
    let system = first.system.as_deref().map(|system| format!(", {system}")).unwrap_or_default();
    let faces: Vec<&Face> = group.iter().filter_map(|item| item.after.as_ref().or(item.before.as_ref())).collect();
    // A beginning or a match says nothing about a person; a sentence of the report does.
    let then = if first.after.is_none() { "then: " } else { "" };
    let lengths = lengths(&faces).map(|lengths| format!("{then}{lengths}"));
    let why: Vec<String> = first.why.iter().cloned().chain(lengths).collect();
    let count = group.len();
    Item {
        severity: first.severity,
        what: if count == 1 {
            format!("{title}{system}: {}", with_article(subject_word(&first.subject_kind)))
        } else {
            format!("{} × {title}{system}", text::count(count as u64))
        },
        why: why.join("; "),
        id: if count == 1 {
            first.finding_id.clone()
        } else {
            format!("{} and {} more", first.finding_id, text::count(count as u64 - 1))
        },
    }
}

/// `longest 1 d 23 h with a limit of 1 d, 2 of 3 open`. What has neither a length nor a limit is there or not.
fn lengths(faces: &[&Face]) -> Option<String> {
    let longest = faces.iter().max_by_key(|face| face.length_seconds)?;
    let mut parts = Vec::new();
    let doubts = faces.iter().filter(|face| face.result == FindingResult::Indeterminate).count();
    if (longest.length_seconds, longest.limit_seconds) != (0, 0) {
        let word = if faces.len() > 1 { "longest " } else { "" };
        let one_limit = faces.iter().all(|face| face.limit_seconds == longest.limit_seconds);
        let limit = format!(" with a limit of {}", text::length(longest.limit_seconds));
        let limit = if one_limit { limit } else { String::new() };
        parts.push(format!(
            "{word}{}{limit}",
            text::range(longest.length_seconds, longest.longest_seconds, longest.open)
        ));
    }
    parts.extend(part_of(faces.iter().filter(|face| face.open).count(), faces.len(), "open"));
    parts.extend(part_of(doubts, faces.len(), "possibly over"));
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `open`, `all open`, `2 of 3 open`, or nothing.
fn part_of(some: usize, all: usize, word: &str) -> Option<String> {
    match (some, all) {
        (0, _) => None,
        (1, 1) => Some(word.to_owned()),
        _ if some == all => Some(format!("all {word}")),
        _ => Some(format!("{} {word}", text::of(some as u64, all as u64))),
    }
}
