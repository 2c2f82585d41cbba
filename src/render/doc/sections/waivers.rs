//! The register of waivers.

use super::super::block::{Block, Section};
use super::super::build::body;
use super::super::table::{Column, Field, More, Row, Table};
use super::super::value::Value;
use super::super::words::{Look, alert, plain, rich};
use super::pick;
use crate::render::{facts, prose};
use crate::report::{Report, WaiverReport};

/// Waivers that are listed.
const WAIVERS: usize = 250;

/// The section.
pub(super) fn waivers(report: &Report) -> Section {
    let mut blocks = Vec::new();
    if report.waivers.is_empty() {
        blocks.push(body(vec![plain("No waivers were supplied.")]));
    } else {
        blocks.push(body(rich(prose::WAIVERS, report)));
        blocks.push(table(report, WAIVERS));
    }
    super::section("waivers", "Waiver register", Some(70), blocks)
}

pub(super) fn table(report: &Report, most: usize) -> Block {
    let columns = vec![
        Column::of("Waiver", vec![Field::new("Waiver"), Field::new("Row").look(Look::Quiet)]),
        Column::new("State"),
        Column::of(
            "For",
            vec![Field::new("Metric").look(Look::Quiet), Field::new("Subject"), Field::new("System").before("in ")],
        ),
        Column::of(
            "Reason and who accepted it",
            vec![
                Field::new("Reason"),
                Field::new("Accepted by").before("accepted by "),
                Field::new("Ticket").before("ticket "),
            ],
        ),
        Column::of("From and until", vec![Field::new("From"), Field::new("Until").before("until ")])
            .room_for("until 2026-09-30 00:00 UTC"),
        Column::number("Findings"),
    ];
    let rows = pick(&report.waivers, most, |one| !facts::waiver_state(one).1);
    let more = More::of(rows.len(), report.waivers.len() as u64, "those that need attention first", "report.json");
    let table =
        Table::new("waivers", "Every waiver and what became of it", columns, rows.into_iter().map(row).collect());
    Block::Table(table.more(more))
}

fn row(waiver: &WaiverReport) -> Row {
    let (state, attention) = facts::waiver_state(waiver);
    Row::new(vec![
        Value::Loaded(waiver.waiver_id.clone()),
        Value::Loaded(waiver.place.clone()),
        if attention { Value::Words(vec![alert(format!("! {state}"))]) } else { Value::own(state) },
        Value::Loaded(waiver.metric.clone()),
        Value::Loaded(waiver.subject.clone()),
        Value::loaded_or(waiver.system.as_deref(), "every system"),
        Value::Loaded(waiver.reason.clone()),
        Value::Loaded(waiver.approver.clone()),
        Value::loaded_or(waiver.ticket.as_deref(), "not supplied"),
        if waiver.window.from == waiver.window.to {
            Value::Missing("not supplied")
        } else {
            Value::Time(waiver.window.from.0)
        },
        Value::Time(waiver.window.to.0),
        Value::Count(waiver.findings),
    ])
}
