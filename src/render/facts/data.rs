//! Populations and data quality in words.

use crate::diag::Severity;
use crate::render::doc::{Value, text_of};
use crate::render::text;
use crate::report::{ObservedBasis, ReasonCount, Report, SourceReport, SystemReport, TableReport};
use crate::time;

/// What a reader needs before relying on the numbers, each with its denominator.
pub(in crate::render) fn reach(report: &Report) -> Vec<(&'static str, String)> {
    let people = &report.populations;
    let (read, files) = super::files_read(report);
    let unmatched = people.unmatched_total.saturating_add(people.ambiguous_total);
    vec![
        ("Input files read", text::of(read, files)),
        ("Files whose rows agree with a stated total", text::of(super::reconciled(report), files)),
        (
            "Rows left out",
            format!(
                "{} (and {})",
                text::count(report.rejects.rows),
                text::plural(report.rejects.total.saturating_sub(report.rejects.rows), "single value", "single values")
            ),
        ),
        ("Accounts not matched to one person", text::of(unmatched, people.accounts)),
        ("Events not attached to an account", text::of(people.events_unattached, people.events)),
        ("Attributes on which sources differ", text::count(people.conflicts_total)),
    ]
}

/// Messages that are not mere notes.
pub(in crate::render) fn warnings(report: &Report) -> u64 {
    report.messages.iter().filter(|message| message.severity != Severity::Info).count() as u64
}

/// How much of what was loaded.
pub(in crate::render) fn counts(report: &Report) -> Vec<(&'static str, String)> {
    let words = |value: Value| value.lines().iter().map(|line| text_of(line)).collect::<String>();
    totals(report).into_iter().map(|(name, value)| (name, words(value))).collect()
}

/// The same as numbers.
pub(in crate::render) fn totals(report: &Report) -> Vec<(&'static str, Value)> {
    let people = &report.populations;
    vec![
        ("People", Value::Count(people.people)),
        ("of them employed at as-of", Value::Share(people.people_active, people.people)),
        ("Leavers in the period (from HR)", Value::Count(people.leavers_in_period)),
        ("Accounts", Value::Count(people.accounts)),
        (
            "of them human or of unknown kind, and able to sign in",
            Value::Share(people.accounts_enabled, people.accounts),
        ),
        ("Credentials", Value::Count(people.credentials)),
        ("Events", Value::Count(people.events)),
        ("of them not attached to an account or a person", Value::Share(people.events_unattached, people.events)),
    ]
}

/// Counts with `k of n` and the share.
pub(in crate::render) fn shares(counts: &[ReasonCount], total: u64) -> Vec<(&str, String)> {
    counts.iter().map(|one| (one.reason.as_str(), text::of_with_share(one.count, total))).collect()
}

/// Counts alone.
pub(in crate::render) fn plain(counts: &[ReasonCount]) -> Vec<(&str, String)> {
    counts.iter().map(|one| (one.reason.as_str(), text::count(one.count))).collect()
}

/// Leavers seen from HR and from the directories.
pub(in crate::render) fn both_directions(report: &Report) -> String {
    let people = &report.populations;
    format!(
        "From HR to the directories: of {} employments that ended in the period, {} have at least one account here. From the directories to HR: {} human accounts were disabled in the period although their person did not leave in it, or is not known.",
        text::count(people.leavers_in_period),
        text::of(people.leavers_with_accounts, people.leavers_in_period),
        text::count(people.disabled_without_leave)
    )
}

/// What was loaded of a system, by table, with the age of it; `left out by scope` where nothing of it counts.
pub(in crate::render) fn loaded(system: &SystemReport) -> Vec<String> {
    let table = |one: &TableReport| {
        let newest =
            one.newest.map_or_else(|| "no time known".to_owned(), |at| format!("newest {}", time::readable(at.0)));
        format!("{}: {}, {newest}", one.table, text::plural(one.rows, "row", "rows"))
    };
    let out = system.left_out.then(|| "left out by scope: in none of the numbers".to_owned());
    out.into_iter().chain(system.tables.iter().map(table)).collect()
}

/// Where the time of an export comes from.
pub(in crate::render) fn observed_basis(file: &SourceReport) -> &'static str {
    match file.observed_basis {
        ObservedBasis::Supplied => "supplied with the export",
        ObservedBasis::Inside => "stated inside the export",
        ObservedBasis::NotSupplied => "extraction time not supplied",
    }
}

/// Rejects in all, and how far the table accounts for them.
pub(in crate::render) fn rejects_note(report: &Report) -> String {
    let listed = text::sum(report.rejects.groups.iter().map(|group| group.count));
    format!(
        "{}: {} and {}. The table accounts for {}; rejects.csv has a line for each.",
        text::plural(report.rejects.total, "reject", "rejects"),
        text::plural(report.rejects.rows, "whole row left out", "whole rows left out"),
        text::plural(
            report.rejects.total.saturating_sub(report.rejects.rows),
            "single value not read",
            "single values not read"
        ),
        text::of(listed, report.rejects.total)
    )
}

/// A system, who answers for it, and what was found there.
pub(in crate::render) struct Owner<'a> {
    /// Name of the system.
    pub(in crate::render) system: &'a str,
    /// Who answers for it.
    pub(in crate::render) answers: Option<&'a str>,
    counts: (u64, u64),
    /// Items over, of all items of it; an item counts once in each metric.
    items: Option<(u64, u64)>,
}

impl Owner<'_> {
    /// Items over, of all items of it, as a value.
    pub(in crate::render) fn all(&self) -> Value {
        match self.items {
            None => Value::Missing("not loaded"),
            Some((_, 0)) => Value::Missing("no items"),
            Some((over, all)) => Value::Share(over, all),
        }
    }
}

/// The systems in scope or in the data, those with most items over first.
pub(in crate::render) fn owners(report: &Report) -> Vec<Owner<'_>> {
    let mut owners: Vec<Owner<'_>> = report
        .systems
        .iter()
        .map(|system| {
            let rows = report.metrics.iter().flat_map(|metric| &metric.by_system);
            let rows: Vec<_> = rows.filter(|row| row.system == system.system && row.population > 0).collect();
            let over = rows.iter().filter(|row| row.over > 0).count() as u64;
            let items = text::sum(rows.iter().map(|row| row.over));
            let all = text::sum(rows.iter().map(|row| row.population));
            Owner {
                system: &system.system,
                answers: system.owner.as_deref(),
                counts: (items, over),
                items: system.loaded.then_some((items, all)),
            }
        })
        .collect();
    owners.sort_by_key(|owner| std::cmp::Reverse(owner.counts));
    owners
}
