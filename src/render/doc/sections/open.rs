//! What stayed open about who is who: accounts without one person, leavers in both directions, conflicts.

use super::super::block::Block;
use super::super::build::body;
use super::super::table::{Column, More, Row, Table};
use super::super::value::Value;
use super::super::words::{Words, joined, loaded, plain, quiet};
use crate::render::{facts, text};
use crate::report::{OpenMatch, Report};

/// Near misses that are named.
const NEAR: usize = 12;

/// What waits for somebody to decide it.
pub(super) fn queue(report: &Report) -> Option<Block> {
    if report.queue.is_empty() {
        return None;
    }
    let kinds: Vec<String> =
        report.queue.iter().map(|one| format!("{} {}", text::count(one.count), one.reason.replace('-', " "))).collect();
    let total = text::sum(report.queue.iter().map(|one| one.count));
    let words = format!(
        "{} for a decision in queue.csv: {}. Answer the lines there and put the file beside the exports: the next run reads it.",
        text::plural(total, "item waits", "items wait"),
        kinds.join(", ")
    );
    Some(body(vec![plain(words)]))
}

/// Leavers seen from HR and from the directories.
pub(super) fn two_way(report: &Report, full: bool) -> Vec<Block> {
    let mut blocks = vec![body(vec![plain(facts::both_directions(report))])];
    if full {
        blocks.extend(without(report));
        blocks.extend(disabled(report));
    }
    blocks
}

/// Accounts that more than one person could own, and accounts that nobody owns.
pub(super) fn unmatched(report: &Report, full: bool) -> Vec<Block> {
    let people = &report.populations;
    let kinds = [
        ("ambiguous", "Ambiguous: more than one person could own it", &people.ambiguous, people.ambiguous_total),
        ("unmatched", "Unmatched: an account of a human that nobody owns", &people.unmatched, people.unmatched_total),
    ];
    let block = |(name, title, rows, total): (&'static str, &str, &Vec<OpenMatch>, u64)| {
        if total == 0 {
            return body(vec![plain(format!("{title}: none found in the accounts loaded."))]);
        }
        if !full {
            let of = text::of(total, people.accounts);
            return body(vec![plain(format!("{title}: {of} accounts; all are in populations/accounts.csv."))]);
        }
        Block::Table(open(name, title, rows, total, people.accounts))
    };
    kinds.into_iter().map(block).collect()
}

fn open(name: &'static str, title: &str, rows: &[OpenMatch], total: u64, accounts: u64) -> Table {
    let columns = vec![
        Column::new("System"),
        Column::new("Account"),
        Column::new("Name"),
        Column::new("Near misses, never used in a result"),
        Column::new("Row"),
    ];
    let more = More::of(rows.len(), total, "", "populations/accounts.csv");
    let rows = rows.iter().map(|one| {
        Row::new(vec![
            Value::Loaded(one.system.clone()),
            Value::Loaded(one.account_id.clone()),
            Value::loaded_or(one.name.as_deref(), "–"),
            Value::Words(near(&one.suggestions)),
            Value::Loaded(one.source.clone()),
        ])
    });
    let caption = format!("{title}: {} accounts", text::of(total, accounts));
    Table::new(name, caption, columns, rows.collect()).headed_by(1).more(more)
}

fn near(names: &[String]) -> Words {
    if names.is_empty() {
        return vec![quiet("none")];
    }
    let mut words = joined(names.iter().take(NEAR).map(|name| loaded(&**name)), ", ");
    if names.len() > NEAR {
        words.push(plain(format!(" and {} more", text::count((names.len() - NEAR) as u64))));
    }
    words
}

/// Leavers whom the systems do not show.
fn without(report: &Report) -> Option<Block> {
    let people = &report.populations;
    let rows: Vec<Row> = people
        .leavers_without_account
        .iter()
        .map(|one| Row::new(vec![Value::Loaded(one.system.clone()), Value::Loaded(one.person_id.clone())]))
        .collect();
    let caption = "Leavers of the period without any account in a system where most people have one";
    let file = "populations/leavers-without-account.csv";
    let more = More::of(rows.len(), people.leavers_without_account_total, "", file);
    let columns = vec![Column::new("System"), Column::new("Person")];
    let table = Table::new("leavers-without-account", caption, columns, rows).headed_by(1).more(more);
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

/// Accounts that were switched off although nobody left.
fn disabled(report: &Report) -> Option<Block> {
    let people = &report.populations;
    let rows: Vec<Row> = people
        .disabled_without_leave_accounts
        .iter()
        .map(|one| {
            Row::new(vec![
                Value::Loaded(one.system.clone()),
                Value::Loaded(one.account_id.clone()),
                Value::loaded_or(one.name.as_deref(), "–"),
                Value::loaded_or(one.person_id.as_deref(), "nobody known"),
                one.disabled_at.map_or(Value::Missing("not known"), |at| Value::Time(at.0)),
            ])
        })
        .collect();
    let caption = "Accounts that were switched off in the period although nobody left";
    let file = "populations/disabled-without-leave.csv";
    let more = More::of(rows.len(), people.disabled_without_leave, "", file);
    let columns = ["System", "Account", "Name", "Person", "Switched off, at the latest"].map(Column::new);
    let table = Table::new("disabled-without-leave", caption, columns.into(), rows).headed_by(1).more(more);
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

/// Attributes on which sources differ.
pub(super) fn conflicts(report: &Report) -> Block {
    let people = &report.populations;
    if people.conflicts.is_empty() {
        return body(vec![plain("None found between the sources loaded.")]);
    }
    let columns = ["Person", "Attribute", "Source used", "says", "Other source", "says instead"].map(Column::new);
    let rows = people.conflicts.iter().map(|one| {
        Row::new(vec![
            Value::Loaded(one.person_id.clone()),
            Value::Loaded(one.attribute.clone()),
            Value::Loaded(one.winner.clone()),
            Value::loaded_or(one.winner_value.as_deref(), "nothing"),
            Value::Loaded(one.loser.clone()),
            Value::loaded_or(one.loser_value.as_deref(), "nothing"),
        ])
    });
    let more = More::of(people.conflicts.len(), people.conflicts_total, "", "report.json");
    let rows = rows.collect();
    Block::Table(Table::new("conflicts", "Attributes on which sources differ", columns.into(), rows).more(more))
}
