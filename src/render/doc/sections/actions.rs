//! What to do: a row for each exception.

use std::collections::BTreeSet;

use super::super::Badge;
use super::super::Edition;
use super::super::block::{Block, Kind, Section};
use super::super::build::body;
use super::super::table::{Column, Field, Forms, Handles, More, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Look, Words, loaded, plain, rules};
use crate::render::csv::ACTIONS_FILE;
use crate::render::{facts, text};
use crate::report::{Action, FindingResult, Report, Stamp};
use crate::time::Zone;

/// Exceptions that the short edition lists.
const SHORT: usize = 16;

/// The section.
pub(super) fn actions(report: &Report, edition: Edition) -> Section {
    let list = &report.actions;
    let mut blocks = vec![body(vec![plain(facts::exceptions(list))])];
    if !list.items.is_empty() {
        let words =
            format!("One row for each account, credential, person or change, with its findings. {}", facts::ORDER);
        blocks.push(Block::Paragraph { words: vec![plain(words)], kind: Kind::Note });
        let most = if edition == Edition::Short { SHORT } else { list.items.len() };
        let shown: Vec<&Action> = list.items.iter().take(most).collect();
        blocks.push(Block::Table(actions_of(report, &shown, list.total, ACTIONS_FILE)));
    }
    super::section("do", "What to do", Some(60), blocks)
}

/// A table of exceptions: those shown, of `total` that the file `file` has.
pub fn actions_of(report: &Report, shown: &[&Action], total: u64, file: &str) -> Table {
    let sheets = |title| Field::new(title).on(Forms::Sheets);
    let columns = vec![
        Column::of(
            "Who or what, and where",
            vec![
                Field::new("Person, id and department").look(Look::Strong).on(Forms::Pages),
                sheets("Person"),
                sheets("Person id"),
                sheets("Department"),
                Field::new("Kind"),
                Field::new("Subject").same_line(),
                Field::new("System"),
                Field::new("Owner of the system").before("owner ").same_line(),
                Field::new("Manager").before("manager ").look(Look::Quiet),
            ],
        )
        .room_for("firstname.lastname@example"),
        Column::of(
            "What is wrong",
            vec![
                Field::new("Severity"),
                Field::new("Certainty"),
                Field::new("Privileged").look(Look::Strong),
                Field::new("What is wrong"),
                sheets("Findings"),
            ],
        )
        .room_for("Former staff who can still"),
        Column::of(
            "Since when, and used since",
            vec![
                Field::new("Since").before("since "),
                Field::new("Open"),
                Field::new("Ended by").before("ended by "),
                Field::new("Used since").before("used since: ").look(Look::Quiet),
                Field::new("Last used").before("last used ").look(Look::Quiet),
            ],
        )
        .room_for("ended by 2026-08-08 08:08 UTC"),
        Column::of(
            "What to do, and when it was due",
            vec![Field::new("What to do"), Field::new("Due by the limit").before("due ").look(Look::Quiet)],
        )
        .room_for("due 2026-09-30 23:59 UTC"),
        Column::of("Decision", vec![Field::new("Decision"), sheets("By"), sheets("Done on"), sheets("Ticket")])
            .room_for("decided"),
    ];
    let new = facts::new_findings(report);
    let rows = shown.iter().map(|action| row(report, action, new.as_ref())).collect();
    Table::new("actions", "Exceptions, with what to do about each", columns, rows)
        .look(TableLook::Dense)
        .handles(Handles::Filter)
        .more(More::of(shown.len(), total, "", file))
}

fn row(report: &Report, action: &Action, new: Option<&BTreeSet<&str>>) -> Row {
    let zone: Zone = report.zone.parse().unwrap_or(Zone::UTC);
    let person = action.person.as_ref();
    let micros = |at: Option<Stamp>| at.map(|at| at.0);
    let moment = |lo: Option<Stamp>, hi: Option<Stamp>| Value::Moment { lo: micros(lo), hi: micros(hi), zone };
    let who: Words = match person {
        Some(person) => facts::person_words(person),
        None => Vec::new(),
    };
    let wrong: Vec<Words> = action
        .findings
        .iter()
        .map(|finding| {
            let place = facts::finding_anchor(&finding.finding_id);
            vec![rules(facts::wrong(report, finding)).to(Some(place))]
        })
        .collect();
    let ids: Vec<&str> = action.findings.iter().map(|finding| finding.finding_id.as_str()).collect();
    let used = match (action.used_since, action.last_used_lo.or(action.last_used_hi)) {
        (Some(true), _) => Value::own("yes"),
        (Some(false), _) => Value::own("no use seen"),
        (None, _) => Value::Missing("not known"),
    };
    let last_used = if action.last_used_lo.is_some() || action.last_used_hi.is_some() {
        moment(action.last_used_lo, action.last_used_hi)
    } else {
        Value::Empty
    };
    let ended = match action.ended_hi {
        _ if action.open => Value::Empty,
        Some(at) => Value::Time(at.0),
        None => Value::Missing("a time that is not known"),
    };
    let optional = |words: Option<&str>| words.map_or(Value::Empty, |words| Value::Loaded(words.to_owned()));
    let values = vec![
        if who.is_empty() { Value::Empty } else { Value::Words(who) },
        optional(person.and_then(|person| person.name.as_deref())),
        optional(person.map(|person| person.person_id.as_str())),
        optional(person.and_then(|person| person.department.as_deref())),
        Value::own(facts::kind(action)),
        Value::Words(vec![loaded(&*action.subject)]),
        Value::loaded_or(action.system.as_deref(), "no system"),
        Value::loaded_or(action.system_owner.as_deref(), "not supplied"),
        optional(person.and_then(|person| person.manager.as_deref())),
        Value::Badge(Badge::Severity(action.severity)),
        match action.result {
            FindingResult::Over => Value::Empty,
            FindingResult::Indeterminate => Value::Missing("may be over its limit"),
        },
        match action.privileged {
            Some(true) => Value::own("privileged"),
            _ => Value::Empty,
        },
        Value::Lines(wrong),
        Value::Rules(ids.join(" ")),
        moment(action.began_lo, action.began_hi),
        if action.open { Value::own("still open") } else { Value::Empty },
        ended,
        used,
        last_used,
        Value::Rules(facts::remedy(action).to_owned()),
        moment(action.due_at, action.due_at),
        Value::Empty,
        Value::Empty,
        Value::Empty,
        Value::Empty,
    ];
    let is_new = new.map(|new| ids.iter().any(|id| new.contains(id)));
    let name = person.map(|person| text::cut(&facts::person(person), 80).0.to_owned());
    Row::new(values)
        .at(facts::action_place(action))
        .facet("open", Some(if action.open { "open" } else { "ended" }))
        .facet("severity", Some(action.severity.word()))
        .facet("system", action.system.as_deref())
        .facet("owner", Some(action.system_owner.as_deref().unwrap_or("not supplied")))
        .facet("department", person.and_then(|person| person.department.as_deref()))
        .facet("person", name.as_deref())
        .facet(
            "certainty",
            Some(match action.result {
                FindingResult::Over => "surely over",
                FindingResult::Indeterminate => "may be over",
            }),
        )
        .facet("new", is_new.map(|new| if new { "new" } else { "known before" }))
}
