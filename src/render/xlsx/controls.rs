//! Frameworks: a row per reference with what decided it, and a row per metric behind a reference.

use super::book::{Book, CONTROLS, MAPPING};
use super::cell::Cell;
use super::metrics::behind;
use super::style::Tab;
use super::table::{Kind, column};
use crate::failure::Outcome;
use crate::render::{facts, text};
use crate::report::{ControlReport, EdgeReport, Relation, Report};

/// Every reference of every framework, also those not assessed.
pub(super) fn controls(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("Framework", Kind::Text, 18.0),
        column("Reference", Kind::Text, 14.0),
        column("Title", Kind::Long, 44.0),
        column("What the evidence shows", Kind::Text, 30.0),
        column("Reason", Kind::Long, 80.0),
        column("Deciding metric", Kind::Text, 22.0),
        column("Items behind it", Kind::Text, 30.0),
        column("Relation", Kind::Text, 11.0),
        column("Direct metrics", Kind::Long, 40.0),
        column("Supporting metrics", Kind::Long, 40.0),
        column("Limit tighter than the policy", Kind::Long, 34.0),
        column("What the reference asks for, in our words", Kind::Long, 90.0),
        column("Framework, title", Kind::Text, 44.0),
        column("Version", Kind::Text, 10.0),
        column("Publisher", Kind::Text, 44.0),
    ];
    let note = "Every reference of the chosen frameworks, also those that were not assessed. What \
                the evidence shows speaks of the configured limits on the population loaded, and not of the reference as a \
                whole; the mapping is the tool's.";
    let mut table = book.table(CONTROLS, Tab::Report, note, &columns)?;
    for framework in &report.frameworks {
        for control in &framework.controls {
            let deciding = facts::deciding(control);
            let conflicts: Vec<&str> = control.edges.iter().filter_map(|edge| edge.limit_conflict.as_deref()).collect();
            table.row(&[
                Cell::text(framework.id.as_str()),
                Cell::text(control.id.as_str()),
                Cell::text(control.title.as_str()),
                Cell::text(control.state.words_with(control.all_waived)),
                Cell::text(control.reason.as_str()),
                Cell::optional(deciding.map(|edge| edge.metric.as_str())),
                Cell::text(deciding.map_or_else(|| "no metric decided".to_owned(), |edge| items(report, edge))),
                Cell::text(deciding.map_or("", |edge| relation(edge.relation))),
                Cell::text(edges(report, control, Relation::Direct)),
                Cell::text(edges(report, control, Relation::Supporting)),
                Cell::text(conflicts.join(" ")),
                Cell::text(control.summary.as_str()),
                Cell::text(framework.title.as_str()),
                Cell::text(framework.version.as_str()),
                Cell::text(framework.publisher.as_str()),
            ])?;
        }
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Every reference of every framework: what the evidence shows, reason, deciding metric", rows);
    Ok(())
}

/// Every metric behind a reference, with its rationale.
pub(super) fn mapping(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("Framework", Kind::Text, 18.0),
        column("Reference", Kind::Text, 14.0),
        column("Metric", Kind::Text, 24.0),
        column("Relation", Kind::Text, 11.0),
        column("What the metric shows", Kind::Text, 30.0),
        column("Items behind it", Kind::Text, 30.0),
        column("Rationale", Kind::Long, 70.0),
        column("Caveat", Kind::Long, 60.0),
        column("Limit tighter than the policy", Kind::Long, 50.0),
    ];
    let note = "Which metric serves which reference, and why. Direct metrics decide; supporting ones inform.";
    let mut table = book.table(MAPPING, Tab::Report, note, &columns)?;
    for framework in &report.frameworks {
        for control in &framework.controls {
            for edge in &control.edges {
                table.row(&[
                    Cell::text(framework.id.as_str()),
                    Cell::text(control.id.as_str()),
                    Cell::text(edge.metric.as_str()),
                    Cell::text(relation(edge.relation)),
                    Cell::text(edge.state.words_with(edge.all_waived)),
                    Cell::text(items(report, edge)),
                    Cell::text(edge.rationale.as_str()),
                    Cell::optional(edge.caveat.as_deref()),
                    Cell::optional(edge.limit_conflict.as_deref()),
                ])?;
            }
        }
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Every metric behind every reference: relation, rationale, caveats", rows);
    Ok(())
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Direct => "direct",
        Relation::Supporting => "supporting",
    }
}

/// Counts of the metric behind an edge; an indicator has none.
fn items(report: &Report, edge: &EdgeReport) -> String {
    match report.metrics.iter().find(|metric| metric.id == edge.metric) {
        Some(metric) => behind(metric),
        None => "an indicator, without a limit".to_owned(),
    }
}

fn edges(report: &Report, control: &ControlReport, relation: Relation) -> String {
    let edges = control.edges.iter().filter(|edge| edge.relation == relation);
    let parts: Vec<String> = edges
        .map(|edge| format!("{}: {}, {}", edge.metric, edge.state.words_with(edge.all_waived), items(report, edge)))
        .collect();
    parts.join("; ")
}
