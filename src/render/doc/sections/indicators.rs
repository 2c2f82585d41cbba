//! Ratios and sums without a limit.

use super::super::block::{Block, Section};
use super::super::build::{body, part};
use super::super::table::{Column, More, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Look, marked, plain, quiet, rich, rules};
use super::metrics::missing;
use crate::render::{facts, prose};
use crate::report::{Indicator, Report};

/// Values of one indicator that are listed.
const VALUES: usize = 40;

/// The section.
pub(super) fn indicators(report: &Report) -> Section {
    let mut blocks = vec![body(rich(prose::INDICATORS, report))];
    if report.indicators.is_empty() {
        blocks.push(body(vec![plain("No indicator was computed.")]));
    }
    blocks.extend(report.indicators.iter().map(|one| indicator(one, VALUES)));
    super::section("indicators", "Indicators", Some(40), blocks)
}

pub(super) fn indicator(indicator: &Indicator, most: usize) -> Block {
    let mut blocks = vec![body(marked(&indicator.definition))];
    blocks.extend(missing(&indicator.missing));
    if indicator.values.is_empty() {
        blocks.push(body(vec![quiet("No value was computed.")]));
    } else {
        let rows = indicator.values.iter().take(most).map(|value| {
            Row::new(vec![
                Value::Loaded(value.name.clone()),
                Value::loaded_or(value.system.as_deref(), "all systems"),
                Value::own(facts::indicator_value(&indicator.unit, value.numerator, value.denominator)),
                Value::own(facts::indicator_parts(&indicator.unit, value.numerator, value.denominator)),
            ])
        });
        let columns = vec![
            Column::new("Counted"),
            Column::new("System"),
            Column::number("Value").look(Look::Strong),
            Column::number("From"),
        ];
        let shown = most.min(indicator.values.len());
        let more = More::of(shown, indicator.values.len() as u64, "", "report.json");
        let caption = format!("Values of {}", indicator.title);
        blocks.push(Block::Table(
            Table::new("indicator", caption, columns, rows.collect()).look(TableLook::Narrow).more(more),
        ));
    }
    part(3, rules(&*indicator.title), facts::anchor("i-", &indicator.id), blocks)
}
