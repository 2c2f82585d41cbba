//! AI agents and their owners: who answers for each, when it was last used and reviewed, what was found.

use super::super::block::{Block, Section};
use super::super::build::{body, note};
use super::super::table::{Column, Handles, More, Row, Table};
use super::super::value::Value;
use super::super::words::{loaded, plain, quiet};
use crate::render::text;
use crate::report::{Agent, Report};

/// The section; none where no export shows an agent.
pub(super) fn agents(report: &Report) -> Option<Section> {
    let list = report.agents.as_ref().filter(|list| list.total > 0)?;
    let unnamed = list.active.saturating_sub(list.with_sponsor_field);
    let unnamed = match unnamed {
        0 => String::new(),
        count => format!(" Of {} the source names no such field.", text::count(count)),
    };
    let summary = format!(
        "{} found in the accounts loaded, {} of them able to sign in; {} of these have a sponsor or owner who works here.{unnamed}",
        text::plural(list.total, "agent", "agents"),
        text::count(list.active),
        text::of(list.with_live_sponsor, list.active),
    );
    let columns = vec![
        Column::new("System"),
        Column::new("Agent"),
        Column::new("Status"),
        Column::new("Sponsor or owner"),
        Column::new("Last used, at the latest"),
        Column::new("Reviewed"),
        Column::new("Found"),
    ];
    let more = More::of(list.items.len(), list.total, "", "populations/accounts.csv");
    let rows = list.items.iter().map(row).collect();
    let table = Table::new("agents", "AI agents and their owners", columns, rows).headed_by(2).handles(Handles::Sort);
    let blocks = vec![
        body(vec![plain(summary)]),
        Block::Table(table.more(more)),
        note(
            "Supporting evidence for inventories of AI systems and for who answers for them: it shows identities of agents, not \
             the systems behind them."
                .to_owned(),
        ),
    ];
    Some(super::section("agents", "AI agents and their owners", Some(60), blocks))
}

fn row(agent: &Agent) -> Row {
    let sponsor = match (&agent.sponsor, agent.sponsor_live) {
        (Some(sponsor), Some(true)) => vec![loaded(&**sponsor)],
        (Some(sponsor), Some(false)) => vec![loaded(&**sponsor), plain(", does not work here")],
        (Some(sponsor), None) => vec![loaded(&**sponsor), plain(", not known whether employed")],
        (None, _) if agent.sponsor_known => vec![plain("nobody is named")],
        (None, _) => vec![quiet("the source has no such field")],
    };
    let time = |at: Option<crate::report::Stamp>, missing| at.map_or(Value::Missing(missing), |at| Value::Time(at.0));
    Row::new(vec![
        Value::Loaded(agent.system.clone()),
        Value::Loaded(agent.account.clone()),
        Value::own(agent.status.clone()),
        Value::Words(sponsor),
        time(agent.last_used, "not known"),
        time(agent.reviewed_at, "no review loaded"),
        Value::Rules(if agent.findings.is_empty() { "nothing".to_owned() } else { agent.findings.join(", ") }),
    ])
}
