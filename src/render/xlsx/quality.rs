//! Populations and data quality as counts with their denominators, and what the run had to say.

use super::book::{Book, MESSAGES, QUALITY};
use super::cell::Cell;
use super::style::Tab;
use super::table::{Kind, column};
use crate::failure::Outcome;
use crate::render::text;
use crate::report::Report;

/// Who is who in numbers.
pub(super) fn counts(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("About", Kind::Text, 24.0),
        column("What", Kind::Long, 64.0),
        column("Count", Kind::Number, 13.0),
        column("Of", Kind::Number, 13.0),
        column("Share", Kind::Readable, 13.0),
    ];
    let note = "Information produced by the entity, as it was understood; the rows are in populations/*.csv.";
    let mut table = book.table(QUALITY, Tab::Data, note, &columns)?;
    let people = &report.populations;
    let mut row = |about: &str, what: &str, count: u64, of: Option<u64>| {
        let share = of.and_then(|of| text::share(count, of)).unwrap_or_default();
        table.row(&[
            Cell::text(about),
            Cell::text(what),
            Cell::Number(count.into()),
            Cell::number(of),
            Cell::text(share),
        ])
    };
    row("people", "people after merging", people.people, None)?;
    row("people", "employed at as-of", people.people_active, Some(people.people))?;
    row("people", "employments that ended in the period", people.leavers_in_period, None)?;
    row(
        "people",
        "of these leavers, with at least one account",
        people.leavers_with_accounts,
        Some(people.leavers_in_period),
    )?;
    row(
        "people",
        "leavers without an account in a system where most people have one",
        people.leavers_without_account_total,
        None,
    )?;
    row("people", "attributes on which sources differ", people.conflicts_total, None)?;
    row("accounts", "accounts", people.accounts, None)?;
    row("accounts", "human or of unknown kind, and able to sign in", people.accounts_enabled, Some(people.accounts))?;
    row(
        "accounts",
        "disabled in the period although their person did not leave in it",
        people.disabled_without_leave,
        None,
    )?;
    row("accounts", "more than one person could own them", people.ambiguous_total, Some(people.accounts))?;
    row("accounts", "human accounts that nobody owns", people.unmatched_total, Some(people.accounts))?;
    for one in &people.accounts_by_kind {
        row("accounts by kind", &one.reason, one.count, Some(people.accounts))?;
    }
    for one in &people.match_rules {
        row("accounts by match rule", &one.reason, one.count, Some(people.accounts))?;
    }
    row("credentials", "credentials", people.credentials, None)?;
    row("events", "events", people.events, None)?;
    row("events", "not attached to an account or a person", people.events_unattached, Some(people.events))?;
    for one in &people.duplicates {
        row("duplicates dropped", &one.reason, one.count, None)?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "People, accounts, matching: counts with their denominators", rows);
    Ok(())
}

/// What the run had to say.
pub(super) fn messages(book: &mut Book, report: &Report) -> Outcome<()> {
    let columns = [
        column("Severity", Kind::Text, 11.0),
        column("Code", Kind::Text, 24.0),
        column("Place", Kind::Text, 38.0),
        column("Message", Kind::Long, 80.0),
        column("Hint", Kind::Long, 60.0),
    ];
    let mut table = book.table(MESSAGES, Tab::Data, "Errors, warnings and notes of the run.", &columns)?;
    for one in &report.messages {
        table.row(&[
            Cell::text(one.severity.as_str()),
            Cell::text(one.code.as_str()),
            Cell::optional(one.place.as_deref()),
            Cell::text(one.message.as_str()),
            Cell::optional(one.hint.as_deref()),
        ])?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "What the run had to say", rows);
    Ok(())
}
