//! Every input file: who made it, when and how; what it holds; what was left out.

use super::super::block::Block;
use super::super::build::body;
use super::super::table::{Column, Field, Forms, More, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Look, Words, alert, code, joined, loaded, plain, quiet, rules};
use super::pick;
use crate::render::{facts, text};
use crate::report::{Completeness, FileOutcome, OwnRule, ReasonCount, Report, SourceReport};

/// Entries of a list inside a cell.
const ENTRIES: usize = 12;
/// Half the digits of a SHA-256: with room for them it takes two lines.
const HALF_HASH: &str = "0123456789abcdef0123456789abcdef";

/// The files, in full or in a line each.
pub(super) fn sources(report: &Report, most: usize, full: bool) -> Vec<Block> {
    if report.sources.is_empty() {
        return vec![body(vec![alert("No input file was found.")])];
    }
    let clean = |one: &SourceReport| {
        one.outcome == FileOutcome::Read && one.completeness != Completeness::Partial && one.rejected == 0
    };
    let files = pick(&report.sources, most, clean);
    let order = "those not read in full or not reconciled first";
    let more = More::of(files.len(), report.sources.len() as u64, order, "sources.csv");
    let table = if full { in_full(&files) } else { in_short(&files) };
    std::iter::once(Block::Table(table.more(more))).chain(own_rules(report)).collect()
}

/// The rule files of the organisation's own, which decide what the files mean and how long is too long.
fn own_rules(report: &Report) -> Option<Block> {
    let columns = vec![
        Column::new("Rule"),
        Column::new("What it is"),
        Column::new("File in the pack"),
        Column::new("SHA-256").room_for(HALF_HASH),
    ];
    let row = |rule: &OwnRule| {
        let file = rule.path.as_ref().map_or(Value::Missing("not in the pack"), |path| Value::Code(path.clone(), None));
        let hash = Value::Words(vec![code(&*rule.sha256)]);
        Row::new(vec![Value::Rules(rule.name.clone()), Value::Rules(rule.kind.clone()), file, hash])
    };
    let rows: Vec<Row> = report.own_rules.iter().map(row).collect();
    let caption = "Rules of the organisation’s own, in place of those that ship with the tool or beside them";
    let table = Table::new("own-rules", caption, columns, rows).look(TableLook::Dense);
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

fn in_short(files: &[&SourceReport]) -> Table {
    let columns = vec![
        Column::of("File", vec![Field::new("File").look(Look::Strong), Field::new("Format").look(Look::Quiet)]),
        Column::new("Obtained").room_for("2026-09-30 23:59 UTC"),
        Column::number("Records"),
        Column::number("Left out"),
        Column::new("How far it is all"),
    ];
    let rows = files.iter().map(|file| {
        Row::new(vec![
            Value::Loaded(file.path.clone()),
            format_of(file),
            file.observed_at.map_or(Value::Missing("not supplied"), |at| Value::Time(at.0)),
            Value::Count(file.records),
            Value::Count(file.rejected),
            if file.outcome == FileOutcome::Read { Value::Rules(file.reconciliation.clone()) } else { outcome(file) },
        ])
    });
    let caption = "Input files; the full edition and sources.csv say more of each";
    Table::new("sources", caption, columns, rows.collect()).look(TableLook::Dense)
}

fn format_of(file: &SourceReport) -> Value {
    Value::rules_or(file.title.as_deref().or(file.source.as_deref()), "no known format")
}

fn outcome(file: &SourceReport) -> Value {
    let words = file.outcome.word().replace('-', " ");
    if file.outcome == FileOutcome::Read { Value::own(words) } else { Value::Words(vec![alert(format!("! {words}"))]) }
}

fn in_full(files: &[&SourceReport]) -> Table {
    let quiet_field = |title, before| Field::new(title).before(before).look(Look::Quiet);
    let columns = vec![
        Column::of(
            "File",
            vec![
                Field::new("File").look(Look::Strong),
                Field::new("Format").look(Look::Quiet),
                quiet_field("System", "system "),
                Field::new("Size").look(Look::Quiet).same_line(),
                Field::new("Outcome"),
                quiet_field("SHA-256", "SHA-256 "),
            ],
        )
        .room_for(HALF_HASH),
        Column::of(
            "Obtained",
            vec![
                Field::new("Obtained"),
                Field::new("Where the time is from").look(Look::Quiet),
                quiet_field("Extracted by", "by "),
                quiet_field("Method", "method "),
                quiet_field("Query", "query "),
                quiet_field("Environment", "environment "),
                quiet_field("Report definition", "report "),
                quiet_field("Compared with its source by", "compared with its source by "),
                quiet_field("Confirmed on", "on ").same_line(),
            ],
        )
        .room_for("2026-09-30 23:59 UTC"),
        Column::of(
            "Content, and what was not used",
            vec![
                Field::new("Records").before("records: "),
                Field::new("Rows by table"),
                Field::new("Rows rejected").before("rows rejected: "),
                Field::new("Out of scope").on(Forms::All),
                Field::new("Values not read"),
                quiet_field("Columns not used", "columns not used: "),
            ],
        ),
        Column::of(
            "Covers, control total",
            vec![
                Field::new("From"),
                Field::new("Until").before("to "),
                quiet_field("Rows at the source", "rows at the source: "),
                Field::new("Reconciliation"),
                Field::new("Completeness"),
                Field::new("Why").look(Look::Quiet),
            ],
        )
        .room_for("2026-09-30 23:59 UTC"),
    ];
    let rows = files.iter().map(|file| source(file)).collect();
    let caption = "Input files: who made them, when and how; what they hold; what was left out";
    Table::new("sources", caption, columns, rows)
}

fn source(file: &SourceReport) -> Row {
    let unused = if file.unknown_columns.is_empty() {
        Value::Empty
    } else {
        let mut words = joined(file.unknown_columns.iter().take(ENTRIES).map(|name| loaded(&**name)), ", ");
        if file.unknown_columns.len() > ENTRIES {
            words.push(plain(format!(" and {} more", text::count((file.unknown_columns.len() - ENTRIES) as u64))));
        }
        Value::Words(words)
    };
    let [from, to] = match file.covers {
        Some(window) => [Value::Time(window.from.0), Value::Time(window.to.0)],
        None => [Value::Words(vec![quiet("window not supplied")]), Value::Empty],
    };
    let why = file.completeness_reasons.iter().map(|why| vec![rules(&**why)]);
    Row::new(vec![
        Value::Loaded(file.path.clone()),
        format_of(file),
        Value::loaded_or(file.system.as_deref(), "named by its rows"),
        Value::own(text::size(file.bytes)),
        outcome(file),
        Value::Words(vec![code(&*file.sha256)]),
        file.observed_at.map_or(Value::Missing("not supplied"), |at| Value::Time(at.0)),
        Value::Rules(facts::observed_basis(file).to_owned()),
        Value::loaded_or(file.extracted_by.as_deref(), "not supplied"),
        Value::loaded_or(file.method.as_deref(), "not supplied"),
        Value::loaded_or(file.query.as_deref(), "not supplied"),
        Value::loaded_or(file.environment.as_deref(), "not supplied"),
        Value::loaded_or(file.report_definition.as_deref(), "not supplied"),
        Value::loaded_or(file.confirmed_by.as_deref(), "not supplied"),
        file.confirmed_on.as_deref().map_or(Value::Empty, |on| Value::Loaded(on.to_owned())),
        Value::Count(file.records),
        counted("", &file.rows),
        Value::Count(file.rejected),
        counted("out of scope, ", &file.out_of_scope),
        counted("values not read in ", &file.unparsed),
        unused,
        from,
        to,
        file.expected_rows.map_or(Value::Missing("not supplied"), |rows| Value::own(rows.to_string())),
        Value::Rules(file.reconciliation.clone()),
        Value::own(file.completeness.word()),
        Value::Lines(why.collect()),
    ])
}

fn counted(before: &str, counts: &[ReasonCount]) -> Value {
    let line = |one: &ReasonCount| -> Words {
        vec![plain(before), loaded(&*one.reason), plain(format!(": {}", text::count(one.count)))]
    };
    let mut lines: Vec<Words> = counts.iter().take(ENTRIES).map(line).collect();
    if counts.len() > ENTRIES {
        lines.push(vec![plain(format!("and {} more", text::count((counts.len() - ENTRIES) as u64)))]);
    }
    if lines.is_empty() { Value::Empty } else { Value::Lines(lines) }
}
