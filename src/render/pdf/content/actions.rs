//! What to do: a row for each exception.

use super::block::{Block, Cell, Row, Table};
use super::words::{
    body, cell, column, column_for, data, data_or, finding_data, heading, lines, note, plain, quiet, strong, visible,
};
use crate::render::facts;
use crate::report::{Action, Report};

/// The exceptions of the report.
pub(super) fn actions(report: &Report) -> Block {
    let list = &report.actions;
    let mut blocks =
        vec![Block::NewPage(60), heading(2, "What to do", "do"), body(vec![plain(facts::exceptions(list))])];
    if list.items.is_empty() {
        return Block::Section(blocks);
    }
    let more = facts::more_actions(report).map(|more| format!(" {more}.")).unwrap_or_default();
    let what = "One row for each account, credential, person or change, with its findings.";
    blocks.push(note(format!("{what} {}{more}", facts::ORDER)));
    let columns = vec![
        column("Who or what, and where"),
        column_for("What is wrong, and since when", "Former staff who can still sign in: 305 d"),
        column_for("What to do, and when it was due", "Disable the account and end its sessions;"),
        column_for("Decision", "Decision made"),
    ];
    let row = |action: &Action| Row { cells: cells(report, action), group: false, place: facts::action_place(action) };
    blocks.push(Block::Table(Table {
        caption: vec![plain("Exceptions, with what to do about each")],
        columns,
        rows: list.items.iter().map(row).collect(),
        full: true,
        dense: true,
        row_height: 0.0,
    }));
    Block::Section(blocks)
}

fn cells(report: &Report, action: &Action) -> Vec<Cell> {
    let subject = || vec![plain(format!("{} ", facts::kind(action))), plain(finding_data(&action.subject))];
    let mut who = match &action.person {
        Some(person) => vec![vec![strong(finding_data(&facts::person(person)))], subject()],
        None => vec![vec![strong(finding_data(&action.subject))], vec![plain(facts::kind(action))]],
    };
    let place = vec![
        data_or(action.system.as_deref(), "no system"),
        quiet(", owner "),
        data_or(action.system_owner.as_deref(), "not supplied"),
    ];
    who.push(place);
    if let Some(manager) = action.person.as_ref().and_then(|person| person.manager.as_deref()) {
        who.push(vec![quiet(format!("manager {}", data(manager)))]);
    }
    let mut wrong = vec![vec![strong(visible(&facts::weight(action)))]];
    wrong.extend(action.findings.iter().map(|finding| vec![plain(visible(&facts::wrong(report, finding)))]));
    wrong.push(vec![quiet(format!("since {}", facts::action_since(report, action)))]);
    wrong.push(vec![quiet(format!("used since: {}", facts::used_since(report, action)))]);
    vec![
        lines(who).head(),
        lines(wrong),
        lines(vec![
            vec![plain(visible(facts::remedy(action)))],
            vec![quiet(format!("due by the limit: {}", facts::due(report, action)))],
        ]),
        cell(plain("")),
    ]
}
