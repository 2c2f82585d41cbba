//! `actions.csv`: what to do, a line for each exception.

use super::CsvWriter;
use crate::render::facts;
use crate::report::{Action, FindingResult, Report};

/// The file of a pack that has every exception.
pub const ACTIONS_FILE: &str = "actions.csv";

const COLUMNS: [&str; 24] = [
    "severity",
    "result",
    "subject_kind",
    "subject",
    "system",
    "system_owner",
    "person_id",
    "person_name",
    "department",
    "manager",
    "privileged",
    "what",
    "began_lo",
    "began_hi",
    "open",
    "ended_hi",
    "due_at",
    "last_used_lo",
    "last_used_hi",
    "used_since",
    "remedy",
    "findings",
    "metrics",
    "finding_ids",
];

const TO_FILL_IN: [&str; 4] = ["decision", "decided_by", "done_on", "ticket"];

/// A line for each exception, in their order; `report` gives the titles of the metrics.
pub fn actions(report: &Report, actions: &[Action]) -> Vec<u8> {
    let mut lines = CsvWriter::new(&COLUMNS);
    for action in actions {
        row(&mut lines, report, action);
        lines.end();
    }
    lines.finish()
}

/// The same with columns to be filled in.
pub fn to_decide(report: &Report, actions: &[&Action]) -> Vec<u8> {
    let columns: Vec<&str> = COLUMNS.into_iter().chain(TO_FILL_IN).collect();
    let mut lines = CsvWriter::new(&columns);
    for action in actions {
        row(&mut lines, report, action);
        for _ in TO_FILL_IN {
            lines.optional(None);
        }
        lines.end();
    }
    lines.finish()
}

fn row(lines: &mut CsvWriter, report: &Report, action: &Action) {
    let known = |flag: Option<bool>| flag.map_or("", |flag| if flag { "yes" } else { "no" });
    let person = action.person.as_ref();
    let joined = |of: fn(&crate::report::ActionFinding) -> &str| -> String {
        action.findings.iter().map(of).collect::<Vec<_>>().join(" ")
    };
    lines.text(action.severity.word()).text(match action.result {
        FindingResult::Over => "over",
        FindingResult::Indeterminate => "indeterminate",
    });
    lines.text(&action.subject_kind).text(&action.subject);
    lines.optional(action.system.as_deref()).optional(action.system_owner.as_deref());
    lines.optional(person.map(|person| person.person_id.as_str()));
    lines.optional(person.and_then(|person| person.name.as_deref()));
    lines.optional(person.and_then(|person| person.department.as_deref()));
    lines.optional(person.and_then(|person| person.manager.as_deref()));
    lines.text(known(action.privileged)).text(&facts::all_wrong(report, action));
    lines.time(action.began_lo.map(|at| at.0)).time(action.began_hi.map(|at| at.0));
    lines.flag(action.open).time(action.ended_hi.map(|at| at.0)).time(action.due_at.map(|at| at.0));
    lines.time(action.last_used_lo.map(|at| at.0)).time(action.last_used_hi.map(|at| at.0));
    lines.text(known(action.used_since)).optional(action.remedy.as_deref());
    lines.number(action.findings.len() as u64);
    lines.text(&joined(|finding| &finding.metric)).text(&joined(|finding| &finding.finding_id));
}
