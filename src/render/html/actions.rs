//! What to do: a row for each exception.

use std::collections::BTreeSet;

use minijinja::Value;
use serde::Serialize;

use super::cell::{anchor, cell, cell_or, cells, prose};
use crate::render::facts;
use crate::render::markup::escape;
use crate::report::{Action, Report};

/// All exceptions in the report.
#[derive(Debug, Serialize)]
pub(super) struct ActionsView {
    counts: String,
    order: &'static str,
    more: Option<String>,
    rows: Vec<ActionView>,
}

/// One exception.
#[derive(Debug, Serialize)]
pub(super) struct ActionView {
    place: String,
    who: Value,
    kind: Value,
    subject: Option<Value>,
    system: Value,
    owner: Value,
    manager: Option<Value>,
    weight: String,
    wrong: Vec<WrongView>,
    since: Value,
    used: Value,
    remedy: Value,
    due: Value,
}

/// One finding of it, with the place where it stands if the page lists it.
#[derive(Debug, Serialize)]
struct WrongView {
    link: Option<String>,
    words: Value,
}

/// The exceptions of the report.
pub(super) fn actions(report: &Report) -> ActionsView {
    let listed: BTreeSet<&str> = report.findings.items.iter().map(|item| item.finding_id.as_str()).collect();
    ActionsView {
        counts: facts::exceptions(&report.actions),
        order: facts::ORDER,
        more: facts::more_actions(report),
        rows: report.actions.items.iter().map(|action| view(report, action, &listed)).collect(),
    }
}

pub(super) fn view(report: &Report, action: &Action, listed: &BTreeSet<&str>) -> ActionView {
    let person = action.person.as_ref();
    let wrong = action.findings.iter().map(|finding| WrongView {
        link: listed.contains(finding.finding_id.as_str()).then(|| facts::finding_anchor(&finding.finding_id)),
        words: prose(&facts::wrong(report, finding)),
    });
    ActionView {
        place: anchor("", &facts::action_place(action)),
        who: person.map_or_else(|| cell(&action.subject), |person| cells(facts::person_parts(person))),
        kind: cell(facts::kind(action)),
        subject: person.map(|_| cell(&action.subject)),
        system: cell_or(action.system.as_deref(), "no system"),
        owner: cell_or(action.system_owner.as_deref(), "not supplied"),
        manager: person.and_then(|person| person.manager.as_deref()).map(cell),
        weight: facts::weight(action),
        wrong: wrong.collect(),
        since: dated(&facts::action_since(report, action)),
        used: dated(&facts::used_since(report, action)),
        remedy: prose(facts::remedy(action)),
        due: dated(&facts::due(report, action)),
    }
}

/// Our own words, in which no date is broken at its hyphens.
fn dated(words: &str) -> Value {
    let is_date = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('-');
    let word = |word| {
        let escaped = escape(word);
        if is_date(word) { format!("<span class=\"key\">{escaped}</span>") } else { escaped }
    };
    Value::from_safe_string(words.split(' ').map(word).collect::<Vec<_>>().join(" "))
}
