//! What to do, in words: one row for each exception, the same in every form of the report.

use crate::render::doc::words::{Words, joined, loaded};
use crate::render::text;
use crate::report::{Action, ActionFinding, ActionList, FindingResult, PersonReport, Report};

/// `Miguel Oliveira, 00117, IT`.
pub(in crate::render) fn person(person: &PersonReport) -> String {
    person_parts(person).collect::<Vec<_>>().join(", ")
}

/// The same in pieces, the name in front: each may be in a script of its own.
pub(in crate::render) fn person_words(person: &PersonReport) -> Words {
    joined(person_parts(person).map(loaded), ", ")
}

/// Name, id and department, as far as they are known; each may be in a script of its own.
pub(in crate::render) fn person_parts(person: &PersonReport) -> impl Iterator<Item = &str> {
    let parts = [person.name.as_deref(), Some(&*person.person_id), person.department.as_deref()];
    parts.into_iter().flatten().filter(|part| !part.is_empty())
}

/// `Keys past their rotation date: 412 d so far`; when it was due says what the limit is.
pub(in crate::render) fn wrong(report: &Report, finding: &ActionFinding) -> String {
    let title = super::metric_title(report, &finding.metric);
    let length = text::length(finding.shortest_seconds);
    match (finding.result, finding.open) {
        (FindingResult::Indeterminate, _) => format!("{title}: possible, not certain"),
        (FindingResult::Over, _) if finding.shortest_seconds <= 0 => title.to_owned(),
        (FindingResult::Over, true) => format!("{title}: {length} so far"),
        (FindingResult::Over, false) => format!("{title}: {length}"),
    }
}

/// Everything that is wrong with it, in one text.
pub(in crate::render) fn all_wrong(report: &Report, action: &Action) -> String {
    action.findings.iter().map(|finding| wrong(report, finding)).collect::<Vec<_>>().join("; ")
}

/// What to do, as the metric's definition says.
pub(in crate::render) fn remedy(action: &Action) -> &str {
    action.remedy.as_deref().unwrap_or("The definition of the metric names no remedy.")
}

/// `23 exceptions: 15 accounts, 6 credentials, 2 people. 19 are surely over a limit, 4 may be. 41 findings stand behind
/// them.`
pub(in crate::render) fn exceptions(list: &ActionList) -> String {
    if list.total == 0 {
        let none = "No exception was found in the populations that were measured";
        return format!("{none}. What was not measured is named with each metric.");
    }
    let kinds = list.by_kind.iter().map(|kind| {
        let one = crate::report::subject_word(&kind.reason);
        let many = if one == "person" { "people".to_owned() } else { format!("{one}s") };
        text::plural(kind.count, one, &many)
    });
    format!(
        "{}: {}. Surely over a limit: {}{}. Behind them stand {}; what a waiver in force covers is not among them.",
        text::plural(list.total, "exception", "exceptions"),
        kinds.collect::<Vec<_>>().join(", "),
        text::of(list.certain, list.total),
        if list.certain < list.total { "; the others may be" } else { "" },
        text::plural(list.findings, "finding", "findings"),
    )
}

/// How the rows stand.
pub(in crate::render) const ORDER: &str =
    "By severity, then certain before possible, privileged, used since, and the longest first.";

/// The place of the row of an exception: that of its gravest finding.
pub(in crate::render) fn action_place(action: &Action) -> String {
    action.findings.first().map_or_else(String::new, |finding| format!("do-{}", finding.finding_id))
}

/// What it is, in a word.
pub(in crate::render) fn kind(action: &Action) -> &str {
    crate::report::subject_word(&action.subject_kind)
}
