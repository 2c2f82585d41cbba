//! Populations and data quality: what was loaded, what was left out, what stayed open.

use minijinja::Value;
use serde::Serialize;

use super::cell::{cell, cell_or, prose, prose_or};
use super::listed::{Listed, ROWS, few, pick};
use crate::render::{facts, text};
use crate::report::{Message, OpenMatch, ReasonCount, Report, SourceReport, SystemReport};
use crate::time;

/// The section on data quality.
#[derive(Debug, Serialize)]
pub(super) struct DataView {
    coverage: String,
    counts: Vec<(&'static str, String)>,
    kinds: Vec<(Value, String)>,
    rules: Vec<(Value, String)>,
    duplicates: Vec<(Value, String)>,
    both_directions: String,
    without: Vec<(Value, Value)>,
    without_note: String,
    disabled: Vec<[Value; 5]>,
    disabled_note: String,
    ambiguous: OpenView,
    unmatched: OpenView,
    conflicts: Vec<ConflictView>,
    conflicts_note: String,
    systems: Vec<SystemView>,
    systems_listed: Listed,
    has_register: bool,
    sources: Vec<SourceView>,
    sources_listed: Listed,
    own_rules: Option<Value>,
    files: String,
    reconciled: String,
    rejects: Vec<RejectView>,
    rejects_note: String,
    messages: Vec<MessageView>,
    messages_listed: Listed,
}

#[derive(Debug, Serialize)]
struct OpenView {
    note: String,
    any: bool,
    rows: Vec<OpenRow>,
}

#[derive(Debug, Serialize)]
struct OpenRow {
    system: Value,
    account: Value,
    name: Value,
    suggestions: Vec<Value>,
    source: Value,
}

#[derive(Debug, Serialize)]
struct ConflictView {
    person: Value,
    attribute: Value,
    winner: Value,
    winner_value: Value,
    loser: Value,
    loser_value: Value,
}

#[derive(Debug, Serialize)]
struct SystemView {
    system: Value,
    title: Value,
    owner: Value,
    criticality: Value,
    in_scope: &'static str,
    loaded: &'static str,
    tables: Vec<Value>,
    gap: bool,
    accounts: String,
    credentials: String,
    events: String,
}

#[derive(Debug, Serialize)]
struct SourceView {
    path: Value,
    format: Value,
    system: Value,
    outcome: Value,
    bad: bool,
    sha256: Value,
    size: String,
    observed: String,
    observed_basis: String,
    extracted_by: Value,
    method: Value,
    query: Value,
    records: String,
    rows: Vec<(Value, String)>,
    rejected: String,
    out_of_scope: Vec<(Value, String)>,
    unparsed: Vec<(Value, String)>,
    unknown_columns: Vec<Value>,
    covers: Option<(String, String)>,
    expected: String,
    reconciliation: Value,
    completeness: Value,
    completeness_reasons: Vec<Value>,
}

#[derive(Debug, Serialize)]
struct RejectView {
    path: Value,
    column: Value,
    reason: Value,
    count: String,
    first_row: String,
}

#[derive(Debug, Serialize)]
struct MessageView {
    severity: Value,
    code: Value,
    place: Value,
    message: Value,
    hint: Value,
}

/// Builds the section.
pub(super) fn data(report: &Report) -> DataView {
    let shown = Shown::of(report);
    let people = &report.populations;
    let (read, files) = facts::files_read(report);
    DataView {
        coverage: facts::coverage(report),
        counts: facts::counts(report),
        kinds: shares(&people.accounts_by_kind, people.accounts),
        rules: shares(&people.match_rules, people.accounts),
        duplicates: plain(&people.duplicates),
        both_directions: facts::both_directions(report),
        without: without(report),
        without_note: facts::without_note(report),
        disabled: disabled(report),
        disabled_note: facts::disabled_note(report),
        ambiguous: open(&people.ambiguous, people.ambiguous_total, people.accounts),
        unmatched: open(&people.unmatched, people.unmatched_total, people.accounts),
        conflicts: conflicts(report),
        conflicts_note: facts::conflicts_note(report),
        systems: shown.systems.iter().copied().map(system).collect(),
        systems_listed: shown.systems_listed,
        has_register: report.systems.iter().any(|system| system.registered),
        sources: shown.sources.iter().copied().map(source).collect(),
        sources_listed: shown.sources_listed,
        own_rules: facts::own_rules(report).as_deref().map(prose),
        files: text::of(read, files),
        reconciled: text::of(facts::reconciled(report), files),
        rejects: rejects(report),
        rejects_note: facts::rejects_note(report),
        messages: shown.messages.iter().copied().map(message).collect(),
        messages_listed: shown.messages_listed,
    }
}

/// The rows that are shown of tables that can be long.
struct Shown<'r> {
    systems: Vec<&'r SystemReport>,
    systems_listed: Listed,
    sources: Vec<&'r SourceReport>,
    sources_listed: Listed,
    messages: Vec<&'r Message>,
    messages_listed: Listed,
}

impl<'r> Shown<'r> {
    fn of(report: &'r Report) -> Self {
        let clean = |one: &SourceReport| one.outcome == "read" && one.completeness != "partial" && one.rejected == 0;
        let systems = pick(&report.systems, ROWS, |one| !one.in_scope || one.loaded);
        let sources = pick(&report.sources, ROWS, clean);
        let messages = pick(&report.messages, ROWS, |one| match one.severity.as_str() {
            "error" => 0,
            "warning" => 1,
            _ => 2,
        });
        let listed = |shown: usize, total: usize, order, file| Listed::new(report, shown, total as u64, order, file);
        Self {
            systems_listed: listed(
                systems.len(),
                report.systems.len(),
                "those in scope and not loaded first",
                "report.json",
            ),
            sources_listed: listed(
                sources.len(),
                report.sources.len(),
                "those not read in full or not reconciled first",
                "sources.csv",
            ),
            messages_listed: listed(messages.len(), report.messages.len(), "errors and warnings first", "report.json"),
            systems,
            sources,
            messages,
        }
    }
}

fn shares(counts: &[ReasonCount], total: u64) -> Vec<(Value, String)> {
    facts::shares(counts, total).into_iter().map(|(reason, count)| (cell(reason), count)).collect()
}

fn plain(counts: &[ReasonCount]) -> Vec<(Value, String)> {
    few(counts, |one| (cell(&one.reason), text::count(one.count)), |more| (prose(&more), String::new()))
}

fn open(rows: &[OpenMatch], total: u64, accounts: u64) -> OpenView {
    OpenView {
        note: facts::open_note(rows, total, accounts),
        any: total > 0,
        rows: rows
            .iter()
            .map(|row| OpenRow {
                system: cell(&row.system),
                account: cell(&row.account_id),
                name: cell_or(row.name.as_deref(), "–"),
                suggestions: few(&row.suggestions, |one| cell(one), |more| prose(&more)),
                source: cell(&row.source),
            })
            .collect(),
    }
}

fn without(report: &Report) -> Vec<(Value, Value)> {
    let rows = report.populations.leavers_without_account.iter();
    rows.map(|one| (cell(&one.system), cell(&one.person_id))).collect()
}

fn disabled(report: &Report) -> Vec<[Value; 5]> {
    let rows = report.populations.disabled_without_leave_accounts.iter().map(|one| {
        let at = one.disabled_at.map_or_else(|| "not known".to_owned(), |at| time::readable(at.0));
        [
            cell(&one.system),
            cell(&one.account_id),
            cell_or(one.name.as_deref(), "–"),
            cell_or(one.person_id.as_deref(), "nobody known"),
            cell(&at),
        ]
    });
    rows.collect()
}

fn conflicts(report: &Report) -> Vec<ConflictView> {
    let rows = report.populations.conflicts.iter().map(|one| ConflictView {
        person: cell(&one.person_id),
        attribute: cell(&one.attribute),
        winner: cell(&one.winner),
        winner_value: cell_or(one.winner_value.as_deref(), "nothing"),
        loser: cell(&one.loser),
        loser_value: cell_or(one.loser_value.as_deref(), "nothing"),
    });
    rows.collect()
}

fn system(one: &SystemReport) -> SystemView {
    let yes_no = |flag| if flag { "yes" } else { "no" };
    SystemView {
        system: cell(&one.system),
        title: cell_or(one.title.as_deref(), "–"),
        owner: cell_or(one.owner.as_deref(), "not supplied"),
        criticality: cell_or(one.criticality.as_deref(), "not supplied"),
        in_scope: yes_no(one.in_scope),
        loaded: yes_no(one.loaded),
        tables: facts::loaded(one).iter().map(|table| cell(table)).collect(),
        gap: one.in_scope && !one.loaded,
        accounts: text::count(one.accounts),
        credentials: text::count(one.credentials),
        events: text::count(one.events),
    }
}

fn source(file: &SourceReport) -> SourceView {
    SourceView {
        path: cell(&file.path),
        format: cell_or(file.title.as_deref().or(file.source.as_deref()), "no known format"),
        system: cell_or(file.system.as_deref(), "named by its rows"),
        outcome: cell(&file.outcome.replace('-', " ")),
        bad: file.outcome != "read",
        sha256: cell(&file.sha256),
        size: text::size(file.bytes),
        observed: file.observed_at.map_or_else(|| "not supplied".to_owned(), |at| time::readable(at.0)),
        observed_basis: facts::observed_basis(file).to_owned(),
        extracted_by: cell_or(file.extracted_by.as_deref(), "not supplied"),
        method: cell_or(file.method.as_deref(), "not supplied"),
        query: cell_or(file.query.as_deref(), "not supplied"),
        records: text::count(file.records),
        rows: plain(&file.rows),
        rejected: text::count(file.rejected),
        out_of_scope: plain(&file.out_of_scope),
        unparsed: plain(&file.unparsed),
        unknown_columns: few(&file.unknown_columns, |name| cell(name), |more| prose(&more)),
        covers: file.covers.map(|window| (time::readable(window.from.0), time::readable(window.to.0))),
        expected: file.expected_rows.map_or_else(|| "not supplied".to_owned(), |rows| rows.to_string()),
        reconciliation: cell(&file.reconciliation),
        completeness: cell(&file.completeness),
        completeness_reasons: file.completeness_reasons.iter().map(|why| prose(why)).collect(),
    }
}

fn rejects(report: &Report) -> Vec<RejectView> {
    let rows = report.rejects.groups.iter().map(|group| RejectView {
        path: cell(&group.path),
        column: cell_or(group.column.as_deref(), "whole row"),
        reason: cell(&group.reason),
        count: text::count(group.count),
        first_row: text::count(group.first_row),
    });
    rows.collect()
}

fn message(message: &Message) -> MessageView {
    MessageView {
        severity: cell(&message.severity),
        code: cell(&message.code),
        place: cell_or(message.place.as_deref(), "–"),
        message: prose(&message.message),
        hint: prose_or(message.hint.as_deref(), "–"),
    }
}
