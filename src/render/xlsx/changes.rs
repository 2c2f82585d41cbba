//! What changed since earlier packs: a row per changed finding, and a row per pack of the trend.

use super::book::{Book, CHANGES, TREND};
use super::cell::Cell;
use super::style::Tab;
use super::table::{Kind, column};
use crate::failure::Outcome;
use crate::render::{facts, text};
use crate::report::Report;
use crate::report::drift::{Drift, Face};

/// Changed findings of every comparison; nothing when the run was given no earlier pack.
pub(super) fn changes(book: &mut Book, report: &Report) -> Outcome<()> {
    if report.changes.is_empty() {
        return Ok(());
    }
    let columns = [
        column("Since", Kind::Text, 28.0),
        column("What became of it", Kind::Text, 20.0),
        column("Severity", Kind::Text, 10.0),
        column("Metric", Kind::Text, 34.0),
        column("System", Kind::Text, 16.0),
        column("Kind", Kind::Text, 12.0),
        column("Subject", Kind::Text, 38.0),
        column("Why it is in this class", Kind::Long, 50.0),
        column("What happened", Kind::Long, 70.0),
        column("Length before (seconds)", Kind::Number, 14.0),
        column("Length before", Kind::Readable, 14.0),
        column("Length now (seconds)", Kind::Number, 14.0),
        column("Length now", Kind::Readable, 14.0),
        column("Finding", Kind::Text, 24.0),
        column("File and line", Kind::Text, 34.0),
    ];
    let mut table = book.table(CHANGES, Tab::Report, &note(report), &columns)?;
    for drift in &report.changes {
        for item in &drift.items {
            let title = drift.metrics.iter().find(|metric| metric.id == item.metric);
            let seconds = |face: Option<&Face>| Cell::length(face.map(|face| face.length_seconds));
            let ([before, before_words], [now, now_words]) =
                (seconds(item.before.as_ref()), seconds(item.after.as_ref()));
            table.row(&[
                Cell::text(facts::since(drift)),
                Cell::text(item.class.words()),
                Cell::text(item.severity.as_str()),
                Cell::text(title.map_or(item.metric.as_str(), |metric| metric.title.as_str())),
                Cell::optional(item.system.as_deref()),
                Cell::text(item.subject_kind.as_str()),
                Cell::text(item.subject.as_str()),
                Cell::text(item.why.join("; ")),
                Cell::text(item.reason.as_str()),
                before,
                before_words,
                now,
                now_words,
                Cell::text(item.finding_id.as_str()),
                Cell::optional(item.source.as_deref()),
            ])?;
        }
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "Findings that changed since the previous pack and since the accepted baseline", rows);
    Ok(())
}

/// What each comparison came to, and how many of its findings are listed.
fn note(report: &Report) -> String {
    let part = |drift: &Drift| {
        let all = drift.classes.iter().filter(|count| drift.items.iter().any(|item| item.class == count.class));
        let listed = text::of(drift.items.len() as u64, text::sum(all.map(|count| count.count)));
        let result = facts::change(drift.result);
        format!("{}: {result}. {} Listed: {listed}.", facts::since(drift), drift.sentence)
    };
    report.changes.iter().map(part).collect::<Vec<_>>().join(" ")
}

/// The headline of every pack; nothing when the run was given no earlier pack.
pub(super) fn trend(book: &mut Book, report: &Report) -> Outcome<()> {
    if report.history.is_empty() {
        return Ok(());
    }
    let columns = [
        column("Period", Kind::Text, 24.0),
        column("Pack", Kind::Text, 24.0),
        column("As of", Kind::Time, 20.0),
        column("Status", Kind::Text, 20.0),
        column("Metrics over their limit", Kind::Number, 12.0),
        column("Metrics assessed", Kind::Number, 12.0),
        column("Findings", Kind::Number, 11.0),
        column("Former staff who can sign in", Kind::Number, 14.0),
        column("Their accounts", Kind::Number, 12.0),
        column("Access after leaving, at least (seconds)", Kind::Number, 18.0),
        column("Access after leaving, at most (seconds)", Kind::Number, 18.0),
        column("Days of access after leaving", Kind::Readable, 18.0),
        column("Keys of former staff", Kind::Number, 12.0),
        column("Note", Kind::Text, 40.0),
        column("Report", Kind::Text, 16.0),
        column("Rules, SHA-256", Kind::Text, 66.0),
        column("Manifest, SHA-256", Kind::Text, 66.0),
    ];
    let note = "The headline of each pack as of its own moment. Packs \
                can be compared as far as their rules, sources and systems are the same.";
    let mut table = book.table(TREND, Tab::Report, note, &columns)?;
    for (row, words) in report.history.iter().zip(facts::trend_rows(&report.history)) {
        let (former, access) = (&row.headline.former_staff, &row.headline.access_after_leaving);
        let [_, days, _] = words.headline;
        table.row(&[
            Cell::text(row.period.as_str()),
            Cell::text(words.pack),
            Cell::Time(row.as_of.0),
            Cell::Status(row.status),
            Cell::Number(row.not_met[0].into()),
            Cell::Number(row.not_met[1].into()),
            Cell::Number(row.findings.into()),
            Cell::Number(former.people.into()),
            Cell::Number(former.accounts.into()),
            Cell::Number(access.shortest_seconds.into()),
            Cell::number(access.longest_seconds),
            Cell::text(days),
            Cell::Number(row.headline.former_staff_keys.credentials.into()),
            Cell::text(words.note),
            Cell::text(row.report_id.as_str()),
            Cell::text(row.rules_sha256.as_str()),
            Cell::optional(row.manifest_sha256.as_deref()),
        ])?;
    }
    let rows = text::count(table.rows());
    let sheet = table.finish()?;
    book.add(sheet, "The headline of earlier packs and of this one", rows);
    Ok(())
}
