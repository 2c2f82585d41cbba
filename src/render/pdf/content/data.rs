//! Populations and data quality: what was loaded, what was left out, what stayed open.

use super::block::{Block, Cell, Row, Words};
use super::words::{
    alert, body, cell, code, column, column_for, counts, data as datum, data_or, heading, joined, lines, marked, note,
    number, plain, quiet, row, strong, subheading, table,
};
use crate::render::{facts, text};
use crate::report::{OpenMatch, ReasonCount, Report, SourceReport};
use crate::time;

/// Rows of one table on data quality that the PDF lists; the files that it names have all of them.
pub(super) const ROWS: usize = 200;

/// Half the digits of a SHA-256: with room for them it takes two lines.
const HALF_HASH: &str = "0123456789abcdef0123456789abcdef";

/// The section on data quality.
pub(super) fn data(report: &Report) -> Block {
    let people = &report.populations;
    let (read, files) = facts::files_read(report);
    let mut blocks = vec![
        Block::NewPage(0),
        heading(2, "Populations and data quality", "data"),
        body(vec![plain(format!(
            "Information produced by the organisation, as it was loaded. {}. Files read: {}; reconciled to a control total: {}.",
            facts::coverage(report),
            text::of(read, files),
            text::of(facts::reconciled(report), files)
        ))]),
        heading(3, "Populations", "populations"),
        populations(report),
        subheading(3, "Leavers in both directions", ""),
        body(vec![plain(facts::both_directions(report))]),
    ];
    blocks.extend(without(report));
    blocks.extend(disabled(report));
    blocks.push(heading(3, "Accounts without one person", "unmatched"));
    blocks.push(open(
        "Ambiguous: more than one person could own it",
        &people.ambiguous,
        people.ambiguous_total,
        people.accounts,
    ));
    blocks.push(open("Unmatched: nobody owns it", &people.unmatched, people.unmatched_total, people.accounts));
    blocks.push(heading(3, "Conflicts between sources", "conflicts"));
    blocks.push(conflicts(report));
    blocks.push(heading(3, "Systems", "systems"));
    blocks.extend(systems(report));
    blocks.push(heading(3, "Sources", "sources"));
    blocks.extend(sources(report));
    let own = |list: String| body(vec![plain(datum(&format!("Rules of the organisation's own: {list}.")))]);
    blocks.extend(facts::own_rules(report).map(own));
    blocks.push(heading(3, "Rejects", "rejects"));
    blocks.push(rejects(report));
    blocks.push(heading(3, "Messages of the run", "messages"));
    blocks.extend(messages(report));
    Block::Section(blocks)
}

/// Says that a table is capped, where it is.
fn capped(rows: usize, file: &str) -> Option<Block> {
    let shown = || text::of(ROWS as u64, rows as u64);
    (rows > ROWS).then(|| note(format!("Showing {}; {file} has all of them.", shown())))
}

fn populations(report: &Report) -> Block {
    let people = &report.populations;
    let pairs = facts::counts(report).into_iter().map(|(name, value)| (vec![plain(name)], vec![vec![plain(value)]]));
    let mut left = vec![Block::Pairs { rows: pairs.collect(), terms: 0 }];
    let mut right = Vec::new();
    let named = |rows: Vec<(&str, String)>| rows.into_iter().map(|(name, count)| (datum(name), count)).collect();
    if !people.accounts_by_kind.is_empty() {
        let rows = named(facts::shares(&people.accounts_by_kind, people.accounts));
        right.push(counts("Accounts by kind", "Kind", "Accounts", rows));
    }
    if !people.match_rules.is_empty() {
        let rows = named(facts::shares(&people.match_rules, people.accounts));
        right.push(counts("Accounts by the rule that matched them to a person", "Rule", "Accounts", rows));
    }
    if !people.duplicates.is_empty() {
        let rows = named(facts::plain(&people.duplicates));
        left.push(counts("Duplicates dropped", "Table and reason", "Rows", rows));
    }
    Block::Columns(vec![(0.5, left), (0.5, right)])
}

fn open(title: &str, rows: &[OpenMatch], total: u64, accounts: u64) -> Block {
    if total == 0 {
        return body(vec![plain(format!("{title}: none found in the accounts loaded."))]);
    }
    let caption = format!("{title}. {}", facts::open_note(rows, total, accounts));
    let columns = vec![
        column("System"),
        column("Account"),
        column("Name"),
        column("Near misses, never used in a result"),
        column("Row"),
    ];
    let rows = rows.iter().map(|one| {
        let near: Words = if one.suggestions.is_empty() {
            vec![quiet("none")]
        } else {
            joined(one.suggestions.iter().map(|name| plain(datum(name))), ", ")
        };
        row(vec![
            cell(plain(datum(&one.system))),
            cell(plain(datum(&one.account_id))).head(),
            cell(data_or(one.name.as_deref(), "–")),
            lines(vec![near]),
            cell(plain(datum(&one.source))),
        ])
    });
    table(caption, columns, rows.collect())
}

/// Leavers whom the systems do not show.
fn without(report: &Report) -> Option<Block> {
    let rows = report
        .populations
        .leavers_without_account
        .iter()
        .map(|one| row(vec![cell(plain(datum(&one.system))), cell(plain(datum(&one.person_id))).head()]));
    let rows: Vec<Row> = rows.collect();
    let note = facts::without_note(report);
    let caption = format!("Leavers of the period without any account in a system where most people have one. {note}");
    (!rows.is_empty()).then(|| table(caption, vec![column("System"), column("Person")], rows))
}

/// Accounts that were switched off although nobody left.
fn disabled(report: &Report) -> Option<Block> {
    let rows = report.populations.disabled_without_leave_accounts.iter().map(|one| {
        row(vec![
            cell(plain(datum(&one.system))),
            cell(plain(datum(&one.account_id))).head(),
            cell(data_or(one.name.as_deref(), "–")),
            cell(data_or(one.person_id.as_deref(), "nobody known")),
            cell(plain(one.disabled_at.map_or_else(|| "not known".to_owned(), |at| time::readable(at.0)))),
        ])
    });
    let rows: Vec<Row> = rows.collect();
    let note = facts::disabled_note(report);
    let caption = format!("Accounts that were switched off in the period although nobody left. {note}");
    let columns = ["System", "Account", "Name", "Person", "Switched off, at the latest"].map(column);
    (!rows.is_empty()).then(|| table(caption, columns.into(), rows))
}

fn conflicts(report: &Report) -> Block {
    let people = &report.populations;
    if people.conflicts.is_empty() {
        return body(vec![plain("None found between the sources loaded.")]);
    }
    let columns = vec![
        column("Person"),
        column("Attribute"),
        column("Source used"),
        column("says"),
        column("Other source"),
        column("says"),
    ];
    let rows = people.conflicts.iter().map(|one| {
        row(vec![
            cell(plain(datum(&one.person_id))).head(),
            cell(plain(datum(&one.attribute))),
            cell(plain(datum(&one.winner))),
            cell(data_or(one.winner_value.as_deref(), "nothing")),
            cell(plain(datum(&one.loser))),
            cell(data_or(one.loser_value.as_deref(), "nothing")),
        ])
    });
    let caption = format!("Attributes on which sources differ. {}", facts::conflicts_note(report));
    table(caption, columns, rows.collect())
}

fn systems(report: &Report) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !report.systems.iter().any(|system| system.registered) {
        blocks.push(body(vec![
            alert("No register of systems was supplied: "),
            plain("systems that nobody exported cannot be named here."),
        ]));
    }
    if report.systems.is_empty() {
        blocks.push(body(vec![plain("No system was loaded.")]));
        return blocks;
    }
    blocks.extend(capped(report.systems.len(), "report.json"));
    let columns = vec![
        column("System"),
        column("Title"),
        column("Owner"),
        column("Criticality"),
        column("In scope"),
        column("Loaded"),
        number("Accounts"),
        number("Credentials"),
        number("Events"),
    ];
    let yes_no = |flag| if flag { "yes" } else { "no" };
    let rows = report.systems.iter().take(ROWS).map(|one| {
        let loaded = if one.in_scope && !one.loaded { strong("! no") } else { plain(yes_no(one.loaded)) };
        let tables = facts::loaded(one).into_iter().map(|table| vec![quiet(datum(&table))]);
        let tables: Vec<Words> = std::iter::once(vec![loaded]).chain(tables).collect();
        row(vec![
            cell(plain(datum(&one.system))).head(),
            cell(data_or(one.title.as_deref(), "–")),
            cell(data_or(one.owner.as_deref(), "not supplied")),
            cell(data_or(one.criticality.as_deref(), "not supplied")),
            cell(plain(yes_no(one.in_scope))),
            lines(tables),
            cell(plain(text::count(one.accounts))),
            cell(plain(text::count(one.credentials))),
            cell(plain(text::count(one.events))),
        ])
    });
    blocks.push(table("Systems in the register and in the data", columns, rows.collect()));
    blocks
}

fn sources(report: &Report) -> Vec<Block> {
    if report.sources.is_empty() {
        return vec![body(vec![alert("No input file was found.")])];
    }
    let columns = vec![
        column_for("File", HALF_HASH),
        column_for("Obtained", "2026-09-30 23:59 UTC"),
        column("Content, and what was not used"),
        column_for("Covers, control total", "2026-09-30 23:59 UTC"),
    ];
    let mut blocks: Vec<Block> = capped(report.sources.len(), "sources.csv").into_iter().collect();
    blocks.push(table(
        "Input files: who made them, when and how; what they hold; what was left out",
        columns,
        report.sources.iter().take(ROWS).map(|file| row(source(file))).collect(),
    ));
    blocks
}

fn source(file: &SourceReport) -> Vec<Cell> {
    let told =
        |name: &str, value: &Option<String>| vec![quiet(format!("{name} ")), data_or(value.as_deref(), "not supplied")];
    let outcome = datum(&file.outcome.replace('-', " "));
    let format = file.title.as_deref().or(file.source.as_deref()).map_or_else(|| "no known format".to_owned(), datum);
    let system = file.system.as_deref().map_or_else(|| "named by its rows".to_owned(), datum);
    let observed = file.observed_at.map_or_else(|| "not supplied".to_owned(), |at| time::readable(at.0));
    let mut content = vec![vec![plain(format!("{} records", text::count(file.records)))]];
    content.extend(counted("", &file.rows));
    content.push(vec![plain(format!("{} rows rejected", text::count(file.rejected)))]);
    content.extend(counted("out of scope, ", &file.out_of_scope));
    content.extend(counted("values not read in ", &file.unparsed));
    if !file.unknown_columns.is_empty() {
        let mut words = vec![quiet("columns not used: ")];
        words.extend(joined(file.unknown_columns.iter().map(|name| plain(datum(name))), ", "));
        content.push(words);
    }
    let mut covers = match file.covers {
        Some(window) => {
            vec![vec![plain(time::readable(window.from.0))], vec![quiet("to "), plain(time::readable(window.to.0))]]
        }
        None => vec![vec![quiet("window not supplied")]],
    };
    let expected = file.expected_rows.map_or_else(|| "not supplied".to_owned(), |rows| rows.to_string());
    covers.push(vec![plain(datum(&file.reconciliation))]);
    covers.push(vec![quiet(format!("rows at the source: {expected}"))]);
    if !file.completeness.is_empty() {
        covers.push(vec![plain(datum(&file.completeness))]);
    }
    covers.extend(file.completeness_reasons.iter().map(|why| vec![quiet(datum(why))]));
    vec![
        lines(vec![
            vec![strong(datum(&file.path))],
            vec![quiet(format!("{format}; system {system}; {}", text::size(file.bytes)))],
            vec![if file.outcome == "read" { quiet(outcome) } else { strong(format!("! {outcome}")) }],
            vec![quiet("SHA-256 "), code(&file.sha256)],
        ])
        .head(),
        lines(vec![
            vec![plain(observed)],
            vec![quiet(datum(facts::observed_basis(file)))],
            told("by", &file.extracted_by),
            told("method", &file.method),
            told("query", &file.query),
        ]),
        lines(content),
        lines(covers),
    ]
}

fn counted(before: &str, counts: &[ReasonCount]) -> Vec<Words> {
    let line = |one: &ReasonCount| vec![plain(format!("{before}{}: {}", datum(&one.reason), text::count(one.count)))];
    counts.iter().map(line).collect()
}

fn rejects(report: &Report) -> Block {
    let caption = facts::rejects_note(report);
    if report.rejects.groups.is_empty() {
        return body(vec![plain(caption)]);
    }
    let columns =
        vec![column("File"), column("Column"), column("Reason"), number("Count"), number("First line, or record")];
    let rows = report.rejects.groups.iter().map(|group| {
        row(vec![
            cell(plain(datum(&group.path))).head(),
            cell(data_or(group.column.as_deref(), "whole row")),
            cell(plain(datum(&group.reason))),
            cell(plain(text::count(group.count))),
            cell(plain(group.first_row.to_string())),
        ])
    });
    table(caption, columns, rows.collect())
}

fn messages(report: &Report) -> Vec<Block> {
    if report.messages.is_empty() {
        return vec![body(vec![plain("None.")])];
    }
    let mut blocks: Vec<Block> = capped(report.messages.len(), "report.json").into_iter().collect();
    let columns = vec![column("Severity"), column("Message"), column("Place"), column("What to do")];
    let rows = report.messages.iter().take(ROWS).map(|one| {
        row(vec![
            cell(plain(datum(&one.severity))),
            lines(vec![marked(&one.message), vec![quiet(datum(&one.code))]]).head(),
            cell(data_or(one.place.as_deref(), "–")),
            lines(vec![one.hint.as_deref().map_or_else(|| vec![quiet("–")], marked)]),
        ])
    });
    blocks.push(table("What the run had to say", columns, rows.collect()));
    blocks
}
