//! The tables that the report itself holds in full: sources, and rejects by reason.

use super::CsvWriter;
use crate::report::{ReasonCount, Report};

/// `sources.csv`: one line per input file, in the order of the report.
pub fn sources(report: &Report) -> Vec<u8> {
    let mut table = CsvWriter::new(&[
        "path",
        "sha256",
        "bytes",
        "outcome",
        "source",
        "title",
        "system",
        "records",
        "rows",
        "rejected",
        "out_of_scope",
        "not_records",
        "unparsed",
        "unknown_columns",
        "observed_at",
        "observed_basis",
        "covers_from",
        "covers_to",
        "extracted_by",
        "method",
        "query",
        "expected_rows",
        "reconciliation",
        "completeness",
        "completeness_reasons",
        "environment",
        "report_definition",
        "confirmed_by",
        "confirmed_on",
    ]);
    for file in &report.sources {
        table.text(&file.path).text(&file.sha256).number(file.bytes).text(file.outcome.word());
        table.optional(file.source.as_deref()).optional(file.title.as_deref()).optional(file.system.as_deref());
        table.number(file.records).text(&pairs(&file.rows)).number(file.rejected);
        table
            .text(&pairs(&file.out_of_scope))
            .text(&pairs(&file.not_records))
            .text(&pairs(&file.unparsed))
            .text(&file.unknown_columns.join("; "));
        table.time(file.observed_at.map(|at| at.0)).text(file.observed_basis.word());
        table.time(file.covers.map(|window| window.from.0)).time(file.covers.map(|window| window.to.0));
        table.optional(file.extracted_by.as_deref()).optional(file.method.as_deref()).optional(file.query.as_deref());
        match file.expected_rows {
            Some(rows) => table.number(rows),
            None => table.text(""),
        };
        table.text(&file.reconciliation).text(file.completeness.word()).text(&file.completeness_reasons.join("; "));
        for supplied in [&file.environment, &file.report_definition, &file.confirmed_by, &file.confirmed_on] {
            table.optional(supplied.as_deref());
        }
        table.end();
    }
    table.finish()
}

/// Rejects by file and reason, as far as the report lists them; the single rows are in `rejects.csv`.
pub fn reject_groups(report: &Report) -> Vec<u8> {
    let mut table = CsvWriter::new(&["path", "column", "reason", "count", "first_row"]);
    for group in &report.rejects.groups {
        table.text(&group.path).optional(group.column.as_deref()).text(&group.reason);
        table.number(group.count).number(group.first_row).end();
    }
    table.finish()
}

/// `accounts=12; credentials=4`.
fn pairs(counts: &[ReasonCount]) -> String {
    let parts: Vec<String> = counts.iter().map(|entry| format!("{}={}", entry.reason, entry.count)).collect();
    parts.join("; ")
}
