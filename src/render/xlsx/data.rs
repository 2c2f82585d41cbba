//! Waivers, systems, input files and what could not be used of them.

use super::book::{Book, REJECTS, SOURCES, SYSTEMS, WAIVERS};
use super::cell::Cell;
use super::style::Tab;
use super::table::{Kind, column};
use crate::failure::Outcome;
use crate::render::{facts, text};
use crate::report::{ReasonCount, Report, SourceReport, WaiverState};

/// Every waiver and what became of it.
pub(super) fn waivers(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("Waiver", Kind::Text, 16.0),
        column("State at as-of", Kind::Text, 36.0),
        column("Findings covered", Kind::Number, 12.0),
        column("Metric", Kind::Text, 22.0),
        column("Subject", Kind::Text, 30.0),
        column("System", Kind::Text, 16.0),
        column("Reason", Kind::Long, 50.0),
        column("Approver", Kind::Text, 20.0),
        column("Ticket", Kind::Text, 16.0),
        column("Holds from (UTC)", Kind::Time, 19.0),
        column("Holds until (UTC)", Kind::Time, 19.0),
        column("Written at", Kind::Text, 28.0),
    ];
    let note = "A waiver marks findings and does not remove them. Findings: those it covers while in force, or would \
                cover when expired.";
    let mut table = book.table(WAIVERS, Tab::Report, note, &columns)?;
    for one in &report.waivers {
        let state = match one.state {
            WaiverState::Used => "in force, used",
            WaiverState::Expiring => "in force, used, expires within 30 days",
            WaiverState::ExpiredReliedUpon => "expired, findings would still need it",
            WaiverState::Expired => "expired, nothing needs it",
            WaiverState::MatchesNothing => "in force, matches no finding",
            WaiverState::NotYet => "not yet in force",
        };
        // Without a date of approval the window is its last instant alone.
        let from = Some(one.window.from.0).filter(|_| one.window.from != one.window.to);
        table.row(&[
            Cell::text(one.waiver_id.as_str()),
            Cell::text(state),
            Cell::Number(one.findings.into()),
            Cell::text(one.metric.as_str()),
            Cell::text(one.subject.as_str()),
            Cell::text(one.system.as_deref().unwrap_or("every system")),
            Cell::text(one.reason.as_str()),
            Cell::text(one.approver.as_str()),
            Cell::optional(one.ticket.as_deref()),
            Cell::time(from),
            Cell::Time(one.window.to.0),
            Cell::text(one.place.as_str()),
        ])?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Accepted exceptions and what became of them", rows);
    Ok(())
}

/// Systems in the register and in the data.
pub(super) fn systems(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("System", Kind::Text, 22.0),
        column("Title", Kind::Text, 32.0),
        column("Owner", Kind::Text, 28.0),
        column("Criticality", Kind::Text, 12.0),
        column("In scope", Kind::Text, 10.0),
        column("Registered", Kind::Text, 11.0),
        column("Loaded", Kind::Text, 10.0),
        column("What of it, and how new", Kind::Long, 60.0),
        column("Accounts", Kind::Number, 12.0),
        column("Credentials", Kind::Number, 12.0),
        column("Events", Kind::Number, 12.0),
    ];
    let mut table = book.table(SYSTEMS, Tab::Data, &format!("{}.", facts::coverage(report)), &columns)?;
    for one in &report.systems {
        // Nothing was counted where nothing was loaded.
        let count = |count: u64| if one.loaded { Cell::Number(count.into()) } else { Cell::Empty };
        table.row(&[
            Cell::text(one.system.as_str()),
            Cell::optional(one.title.as_deref()),
            Cell::optional(one.owner.as_deref()),
            Cell::optional(one.criticality.as_deref()),
            Cell::flag(one.in_scope),
            Cell::flag(one.registered),
            Cell::flag(one.loaded),
            Cell::text(facts::loaded(one).join("; ")),
            count(one.accounts),
            count(one.credentials),
            count(one.events),
        ])?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Systems in scope, and which were loaded", rows);
    Ok(())
}

/// Every input file.
pub(super) fn sources(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("File", Kind::Text, 38.0),
        column("Outcome", Kind::Text, 13.0),
        column("Format", Kind::Text, 34.0),
        column("System", Kind::Text, 16.0),
        column("Records", Kind::Number, 12.0),
        column("Rows by table", Kind::Text, 34.0),
        column("Rejected", Kind::Number, 11.0),
        column("Out of scope", Kind::Text, 26.0),
        column("Values not read", Kind::Text, 24.0),
        column("Columns not used", Kind::Text, 30.0),
        column("Extracted (UTC)", Kind::Time, 19.0),
        column("Basis of that time", Kind::Text, 16.0),
        column("Covers from (UTC)", Kind::Time, 19.0),
        column("Covers until (UTC)", Kind::Time, 19.0),
        column("Extracted by", Kind::Text, 20.0),
        column("Method", Kind::Text, 26.0),
        column("Query", Kind::Text, 26.0),
        column("Control total", Kind::Number, 12.0),
        column("Reconciliation", Kind::Text, 20.0),
        column("Completeness", Kind::Text, 14.0),
        column("Why", Kind::Long, 40.0),
        column("Bytes", Kind::Number, 14.0),
        column("SHA-256", Kind::Text, 68.0),
    ];
    let (read, files) = facts::files_read(report);
    let note = format!(
        "{} files read; {} reconciled to a control total. What was not supplied is empty.",
        text::of(read, files),
        text::of(facts::reconciled(report), files)
    );
    let mut table = book.table(SOURCES, Tab::Data, &note, &columns)?;
    for file in &report.sources {
        table.row(&source(file))?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Input files: what was read, rejected, reconciled, with hashes", rows);
    Ok(())
}

fn source(file: &SourceReport) -> [Cell<'_>; 23] {
    [
        Cell::text(file.path.as_str()),
        Cell::text(file.outcome.as_str()),
        Cell::optional(file.title.as_deref().or(file.source.as_deref())),
        Cell::optional(file.system.as_deref()),
        Cell::Number(file.records.into()),
        Cell::text(pairs(&file.rows)),
        Cell::Number(file.rejected.into()),
        Cell::text(pairs(&file.out_of_scope)),
        Cell::text(pairs(&file.unparsed)),
        Cell::text(file.unknown_columns.join("; ")),
        Cell::time(file.observed_at.map(|at| at.0)),
        Cell::text(file.observed_basis.as_str()),
        Cell::time(file.covers.map(|window| window.from.0)),
        Cell::time(file.covers.map(|window| window.to.0)),
        Cell::optional(file.extracted_by.as_deref()),
        Cell::optional(file.method.as_deref()),
        Cell::optional(file.query.as_deref()),
        Cell::number(file.expected_rows),
        Cell::text(file.reconciliation.as_str()),
        Cell::text(file.completeness.as_str()),
        Cell::text(file.completeness_reasons.join("; ")),
        Cell::Number(file.bytes.into()),
        Cell::text(file.sha256.as_str()),
    ]
}

/// What could not be used, by file and reason.
pub(super) fn rejects(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("File", Kind::Text, 40.0),
        column("Column", Kind::Text, 24.0),
        column("Reason", Kind::Long, 60.0),
        column("How many", Kind::Number, 12.0),
        column("First line, or record", Kind::Number, 12.0),
    ];
    let listed = text::sum(report.rejects.groups.iter().map(|group| group.count));
    let note = format!(
        "{} rejects, of them {}. The rows below account for {}; rejects.csv has a line for each.",
        text::count(report.rejects.total),
        text::plural(report.rejects.rows, "whole row left out", "whole rows left out"),
        text::of(listed, report.rejects.total)
    );
    let mut table = book.table(REJECTS, Tab::Data, &note, &columns)?;
    for group in &report.rejects.groups {
        table.row(&[
            Cell::text(group.path.as_str()),
            Cell::text(group.column.as_deref().unwrap_or("whole row")),
            Cell::text(group.reason.as_str()),
            Cell::Number(group.count.into()),
            Cell::Number(group.first_row.into()),
        ])?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Rows and values that could not be used, by file and reason", rows);
    Ok(())
}

/// `accounts: 12; credentials: 4`.
fn pairs(counts: &[ReasonCount]) -> String {
    let parts: Vec<String> = counts.iter().map(|one| format!("{}: {}", one.reason, text::count(one.count))).collect();
    parts.join("; ")
}
