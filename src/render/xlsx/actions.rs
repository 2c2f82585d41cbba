//! What to do: a row for each exception, with columns to be filled in.

use super::book::{ACTIONS, Book};
use super::cell::Cell;
use super::style::Tab;
use super::table::{Kind, column};
use crate::failure::Outcome;
use crate::render::{facts, text};
use crate::report::{Action, FindingResult, Report};

/// The exceptions of the report.
pub(super) fn actions(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("Severity", Kind::Text, 10.0),
        column("Surely over", Kind::Text, 9.0),
        column("Person", Kind::Text, 26.0),
        column("Person id", Kind::Text, 12.0),
        column("Department", Kind::Text, 18.0),
        column("Manager", Kind::Text, 22.0),
        column("Kind", Kind::Text, 11.0),
        column("Subject", Kind::Text, 34.0),
        column("System", Kind::Text, 14.0),
        column("Owner of the system", Kind::Text, 22.0),
        column("Privileged", Kind::Text, 10.0),
        column("What is wrong", Kind::Long, 60.0),
        column("Since, at the latest", Kind::Time, 18.0),
        column("Still open", Kind::Text, 9.0),
        column("Used since", Kind::Text, 34.0),
        column("What to do", Kind::Long, 46.0),
        column("Due by the limit", Kind::Time, 18.0),
        column("Decision", Kind::Long, 24.0),
        column("By", Kind::Text, 16.0),
        column("Done on", Kind::Text, 12.0),
        column("Ticket", Kind::Text, 14.0),
        column("Findings", Kind::Long, 44.0),
    ];
    let more = facts::more_actions(report).map(|more| format!(" {more}.")).unwrap_or_default();
    let note = format!("{} {}{more}", facts::exceptions(&report.actions), facts::ORDER);
    let mut table = book.table(ACTIONS, Tab::Report, &note, &columns)?;
    for action in &report.actions.items {
        table.row(&cells(report, action))?;
    }
    let rows = text::of(table.rows(), report.actions.total);
    let sheet = table.finish()?;
    book.add(sheet, "What to do: every account, credential and person with a finding, to be decided upon", rows);
    Ok(())
}

fn cells<'a>(report: &'a Report, action: &'a Action) -> [Cell<'a>; 22] {
    let person = action.person.as_ref();
    let known = |flag: Option<bool>| flag.map_or(Cell::Empty, Cell::flag);
    let ids: Vec<&str> = action.findings.iter().map(|finding| finding.finding_id.as_str()).collect();
    [
        Cell::text(action.severity.as_str()),
        Cell::flag(action.result == FindingResult::Over),
        Cell::optional(person.and_then(|person| person.name.as_deref())),
        Cell::optional(person.map(|person| person.person_id.as_str())),
        Cell::optional(person.and_then(|person| person.department.as_deref())),
        Cell::optional(person.and_then(|person| person.manager.as_deref())),
        Cell::text(facts::kind(action)),
        Cell::text(action.subject.as_str()),
        Cell::optional(action.system.as_deref()),
        Cell::optional(action.system_owner.as_deref()),
        known(action.privileged),
        Cell::text(facts::all_wrong(report, action)),
        Cell::time(action.began_hi.map(|at| at.0)),
        Cell::flag(action.open),
        Cell::text(facts::used_since(report, action)),
        Cell::optional(action.remedy.as_deref()),
        Cell::time(action.due_at.map(|at| at.0)),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::text(ids.join(" ")),
    ]
}
