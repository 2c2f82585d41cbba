//! Where: systems by metrics, departments, and whether HR or IT was late.

use std::cmp::Reverse;

use super::super::block::{Block, Section};
use super::super::build::{body, part};
use super::super::table::{Column, Field, Handles, More, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Look, plain, rules};
use super::super::{Badge, Edition};
use super::glance::percentile;
use crate::render::{facts, text};
use crate::report::{ExceptionCount, MetricReport, NO_SYSTEM, Report};

/// Metrics side by side; others are added up.
const BESIDE: usize = 7;
/// Systems of the full edition, and of the short one.
const SYSTEMS: [usize; 2] = [250, 15];
/// Departments of the full edition, and of the short one.
const DEPARTMENTS: [usize; 2] = [100, 12];

/// The section.
pub(super) fn wheres(report: &Report, edition: Edition) -> Section {
    let short = usize::from(edition == Edition::Short);
    let mut blocks = vec![part(3, plain("Systems and their owners"), "by-system", systems(report, SYSTEMS[short]))];
    blocks.push(part(3, plain("Departments"), "by-department", departments(report, DEPARTMENTS[short])));
    if let Some(table) = clocks(report, edition) {
        let words = "The same leaves by three clocks: what happened, which part of it was HR’s, and which was IT’s.";
        blocks.push(part(3, plain("HR late or IT late"), "clocks", vec![body(vec![plain(words)]), table]));
    }
    super::section("where", "Where the exceptions are", Some(60), blocks)
}

/// Systems by metrics: items over a limit, of those measured in the system.
pub(super) fn systems(report: &Report, most: usize) -> Vec<Block> {
    if report.systems.is_empty() {
        return vec![body(vec![plain("No system was loaded.")])];
    }
    // A metric of people, say, is of no system.
    let of_systems =
        |metric: &&MetricReport| metric.by_system.iter().any(|row| row.over > 0 && row.system != NO_SYSTEM);
    let mut metrics: Vec<&MetricReport> = report.metrics.iter().filter(of_systems).collect();
    let others: Vec<&MetricReport> = if metrics.len() > BESIDE {
        // Those with most items over their limit stand side by side, in the order of the report.
        let mut by_over = metrics.clone();
        by_over.sort_by_key(|metric| Reverse(metric.over));
        let others = by_over.split_off(BESIDE - 1);
        metrics.retain(|metric| others.iter().all(|other| other.id != metric.id));
        others
    } else {
        Vec::new()
    };
    let mut columns = vec![
        Column::of(
            "System and owner",
            vec![Field::new("System").look(Look::Strong), Field::new("Owner of the system").before("owner ")],
        )
        .room_for("owner firstname.lastname@"),
    ];
    columns.extend(metrics.iter().map(|metric| Column::number(&*metric.title)));
    if !others.is_empty() {
        columns.push(Column::number(text::plural(others.len() as u64, "other metric", "other metrics")));
    }
    columns.push(Column::number("All metrics"));
    let owners = facts::owners(report);
    let rows = owners.iter().take(most).map(|owner| {
        let over = |metrics: &[&MetricReport]| {
            let rows = metrics.iter().flat_map(|metric| &metric.by_system);
            let rows = rows.filter(|row| row.system == owner.system);
            let (over, all) = rows.fold((0_u64, 0_u64), |(over, all), row| {
                (over.saturating_add(row.over), all.saturating_add(row.population))
            });
            if all == 0 { Value::Missing("–") } else { Value::Share(over, all) }
        };
        let mut values = vec![Value::Loaded(owner.system.to_owned()), Value::loaded_or(owner.answers, "not supplied")];
        values.extend(metrics.iter().map(|metric| over(&[metric])));
        if !others.is_empty() {
            values.push(over(&others));
        }
        values.push(owner.all());
        Row::new(values)
    });
    let apart = report.metrics.iter().flat_map(|metric| &metric.by_system).filter(|row| row.system == NO_SYSTEM);
    let apart = match text::sum(apart.map(|row| row.over)) {
        0 => String::new(),
        over => format!("; {} of no system, such as people, not here", text::plural(over, "item is", "items are")),
    };
    let caption = format!(
        "Items surely over a limit, of those measured in the system; one item counts once in each metric{apart}"
    );
    let table = Table::new("by-system", caption, columns, rows.collect())
        .look(TableLook::Dense)
        .handles(Handles::Sort)
        .more(More::of(most.min(owners.len()), owners.len() as u64, "those with most items over first", "report.json"));
    vec![Block::Table(table)]
}

/// Exceptions by the department of the person concerned.
pub(super) fn departments(report: &Report, most: usize) -> Vec<Block> {
    let list = &report.actions;
    if list.by_department.is_empty() {
        let none = "No exception was found in the populations that were measured.";
        return vec![body(vec![plain(none)])];
    }
    let columns = vec![
        Column::new("Department"),
        Column::number("Exceptions"),
        Column::number("Surely over"),
        Column::number("Privileged"),
        Column::number("Used since"),
        Column::number("People"),
    ];
    let row = |one: &ExceptionCount| {
        Row::new(vec![
            Value::loaded_or(one.name.as_deref(), "no department known, or nobody’s"),
            Value::Count(one.total),
            Value::Count(one.certain),
            Value::Count(one.privileged),
            Value::Count(one.used_since),
            Value::Count(one.people),
        ])
    };
    let caption = "Exceptions by the department of the person concerned";
    let rows: Vec<Row> = list.by_department.iter().take(most).map(row).collect();
    let more = More::of(rows.len(), list.by_department.len() as u64, "those with most exceptions first", "report.json");
    vec![Block::Table(Table::new("departments", caption, columns, rows).look(TableLook::Dense).more(more))]
}

/// The clocks of a leave side by side; none unless there are at least two to compare.
pub(super) fn clocks(report: &Report, edition: Edition) -> Option<Block> {
    let clocks = facts::clocks(report);
    if clocks.len() < 2 {
        return None;
    }
    let columns = vec![
        Column::of("Clock", vec![Field::new("Clock").look(Look::Strong), Field::new("Metric").look(Look::Quiet)]),
        Column::new("Result"),
        Column::number("Over"),
        Column::number("Median"),
        Column::number("90th"),
        Column::number("Longest"),
    ];
    let rows = clocks.into_iter().map(|(clock, metric)| {
        let place = (edition == Edition::Full).then(|| facts::anchor("m-", &metric.id));
        Row::new(vec![
            Value::Words(vec![rules(clock)]),
            Value::Words(vec![rules(&*metric.title).to(place)]),
            Value::Badge(Badge::Metric(metric.status)),
            if metric.population > 0 {
                Value::Share(metric.over, metric.population)
            } else {
                Value::Missing("no items")
            },
            percentile(metric, metric.p50_seconds),
            percentile(metric, metric.p90_seconds),
            Value::length_or_dash(facts::known_length(metric.max_seconds)),
        ])
    });
    let table = Table::new("clocks", "Each clock against its own limit", columns, rows.collect());
    Some(Block::Table(table.look(TableLook::Dense)))
}
