//! The report in some forty lines: what is broken, how much, which reference it serves, and what was not seen.

use super::super::Badge;
use super::super::block::{Block, Heading, Kind, words_of_tally};
use super::super::build::{bullets, subheading};
use super::super::table::{Column, Field, Row, Table};
use super::super::value::Value;
use super::super::words::{Words, code, joined, loaded, plain, quiet, rules};
use super::{cover, glance, scorecard};
use crate::diag::Severity;
use crate::render::{facts, text};
use crate::report::{FrameworkReport, MetricReport, Report, Status};
use crate::time;

/// So many gaps are listed; the report has all.
const GAPS: usize = 8;

/// The summary. `pack` is where the evidence pack was written, if it was.
pub fn summary(report: &Report, pack: Option<&str>) -> Vec<Block> {
    let mut blocks = vec![title(report)];
    if let Some(pseudonyms) = facts::pseudonyms(report) {
        blocks.push(Block::Paragraph {
            words: vec![plain("Pseudonyms: "), rules(pseudonyms), plain(".")],
            kind: Kind::Note,
        });
    }
    blocks.push(cover::verdict(report, false));
    if facts::measured(report) {
        blocks.push(cover::tiles(report));
    } else {
        let words = vec![plain("Former staff: not counted, nothing was measured.")];
        blocks.push(Block::Paragraph { words, kind: Kind::Body });
    }
    blocks.extend(metrics(report));
    blocks.extend(gaps(report));
    blocks.extend(references(report));
    blocks.push(Block::Pairs { rows: evidence(report, pack), terms: 0 });
    blocks
}

fn title(report: &Report) -> Block {
    let words = vec![
        loaded(&*report.organisation),
        plain(", "),
        loaded(&*report.period.label),
        plain(format!(", as of {} (", time::rfc3339(report.as_of.0))),
        rules(&*report.as_of_basis),
        plain(")"),
    ];
    let place = String::new();
    Block::Heading(Heading { level: 1, words, aside: Vec::new(), place, listed: false, small: false })
}

/// What is broken stands first; within a verdict the order is the register's. Metrics without an item share a line for each
/// verdict: what they lack stands below.
fn metrics(report: &Report) -> Vec<Block> {
    let (mut measured, without): (Vec<_>, Vec<_>) = report.metrics.iter().partition(|metric| metric.population > 0);
    measured.sort_by_key(|metric| metric.status);
    let mut blocks = Vec::new();
    if report.metrics.is_empty() {
        blocks.push(Block::Paragraph { words: vec![plain("No metric was computed.")], kind: Kind::Body });
    }
    if !measured.is_empty() {
        let columns = vec![
            Column::new("Result"),
            Column::new("Metric"),
            Column::number("Limit"),
            Column::number("Over"),
            Column::number("May be"),
            Column::number("Unknown"),
            Column::number("Waived"),
            Column { number: true, ..Column::of("Median", vec![Field::new("Median"), Field::new("Of")]) },
            Column::number("90th"),
            Column::number("Longest"),
        ];
        let rows = measured.into_iter().map(row).collect();
        blocks.push(Block::Table(
            Table::new("summary", "Metrics, those over their limit first", columns, rows).headed_by(1),
        ));
    }
    let row = |status: Status| {
        let of_it = without.iter().filter(|metric| metric.status == status);
        let ids: Vec<&str> = of_it.map(|metric| metric.id.as_str()).collect();
        let no_items = if status == Status::NoPopulation { "" } else { ", no items" };
        let words = format!("{}{no_items}", status.words());
        (!ids.is_empty()).then(|| (vec![plain(text::capital(&words))], vec![vec![rules(ids.join(", "))]]))
    };
    let rows: Vec<(Words, Vec<Words>)> = Status::ALL.into_iter().filter_map(row).collect();
    if !rows.is_empty() {
        blocks.push(Block::Pairs { rows, terms: 0 });
    }
    blocks
}

fn row(metric: &MetricReport) -> Row {
    Row::new(vec![
        Value::Badge(Badge::Metric(metric.status)),
        Value::Rules(metric.title.clone()),
        Value::Rules(facts::limit_text(metric)),
        Value::Share(metric.over, metric.population),
        Value::Count(metric.indeterminate),
        Value::Count(metric.unknown),
        Value::Count(metric.waived),
        glance::percentile(metric, metric.p50_seconds),
        facts::percentiles_of(metric).map_or(Value::Empty, Value::own),
        glance::percentile(metric, metric.p90_seconds),
        Value::length_or_dash(facts::known_length(metric.max_seconds)),
    ])
}

/// What the evidence does not cover: a verdict is worth no more than that.
fn gaps(report: &Report) -> Vec<Block> {
    let gaps = facts::uncovered(report);
    if gaps.is_empty() {
        return Vec::new();
    }
    let item = |gap: &facts::Uncovered| vec![vec![rules(&*gap.words), quiet(" ("), rules(&*gap.metrics), quiet(")")]];
    let mut items: Vec<Vec<Words>> = gaps.iter().take(GAPS).map(item).collect();
    if gaps.len() > GAPS {
        items.push(vec![vec![plain(format!("and {} more, in report.json", text::count((gaps.len() - GAPS) as u64)))]]);
    }
    vec![subheading(2, "What the evidence does not cover", ""), bullets(items)]
}

/// The references that people ask for by name, then one line per framework.
fn references(report: &Report) -> Vec<Block> {
    if report.frameworks.is_empty() {
        return Vec::new();
    }
    let asked = report.resolutions.iter().map(|one| {
        let lines = scorecard::resolved(one, report, true);
        (vec![plain(format!("Often asked for as “{}”", one.requested))], lines)
    });
    let rows: Vec<(Words, Vec<Words>)> = asked.collect();
    let tally = |framework: &FrameworkReport| {
        let of = format!("of {}:", text::plural(framework.controls.len() as u64, "reference", "references"));
        let counted = plain(words_of_tally(&of, &scorecard::counted(framework)));
        (vec![rules(&*framework.title)], vec![vec![counted]])
    };
    let rows = rows.into_iter().chain(report.frameworks.iter().map(tally)).collect();
    vec![subheading(2, "References", ""), Block::Pairs { rows, terms: 0 }]
}

fn evidence(report: &Report, pack: Option<&str>) -> Vec<(Words, Vec<Words>)> {
    let line = |term: &str, words: Words| (vec![plain(term)], vec![words]);
    let (read, files) = facts::files_read(report);
    let coverage = format!("{}; {} files read", facts::coverage(report), text::of(read, files));
    let mut rows = vec![line("Coverage", vec![plain(coverage)])];
    let missing = facts::systems_missing(report);
    if !missing.is_empty() {
        rows.push(line("Nothing loaded for", joined(missing.into_iter().map(loaded), ", ")));
    }
    let people = &report.populations;
    let open = people.unmatched_total.saturating_add(people.ambiguous_total);
    let matched = format!("{}; rows left out: {}", text::of(open, people.accounts), text::count(report.rejects.rows));
    rows.push(line("Accounts not matched to one person", vec![plain(matched)]));
    let of = |severity: Severity| report.messages.iter().filter(|message| message.severity == severity).count() as u64;
    let messages = [
        text::plural(of(Severity::Error), "error", "errors"),
        text::plural(of(Severity::Warning), "warning", "warnings"),
        text::plural(of(Severity::Info), "note", "notes"),
    ];
    rows.push(line("Messages", vec![plain(messages.join(", "))]));
    let shown = report.findings.items.len() as u64;
    rows.push(line(
        "Findings",
        vec![plain(format!("{} listed in the report", text::of(shown, report.findings.total)))],
    ));
    if let Some(pack) = pack {
        rows.push(line("Evidence pack", vec![code(pack)]));
    }
    rows
}
