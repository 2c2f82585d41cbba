//! Page one: the verdict, three numbers, exceptions by severity, what the evidence does not cover, references.

use super::super::block::{Block, Heading, Kind, Section, Tile};
use super::super::build::{body, small_heading};
use super::super::table::{Column, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Piece, Words, alert, code, loaded, marked, plain, quiet, rich, rules, strong, text_of};
use super::super::{Badge, Look};
use super::scorecard;
use crate::render::chart::spark;
use crate::render::{Brand, facts, prose, text};
use crate::report::history::HistoryRow;
use crate::report::{ExceptionCount, Report, Severity};
use crate::time;

/// So many gaps stand on page one; the section on data quality has all.
const GAPS: usize = 4;
/// So many packs stand in the line over a figure.
const PACKS: usize = 12;

/// The page.
pub(super) fn cover(report: &Report, brand: &Brand) -> Section {
    let mut blocks = vec![
        Block::Paragraph { words: vec![plain("Access lifecycle evidence")], kind: Kind::Eyebrow },
        Block::Heading(Heading {
            level: 1,
            words: vec![loaded(&*report.organisation)],
            aside: vec![loaded(&*report.period.label)],
            place: String::new(),
            listed: false,
            small: false,
        }),
    ];
    if let Some(words) = &brand.wording.introduction {
        blocks.push(Block::Paragraph { words: vec![rules(&**words)], kind: Kind::Lead });
    }
    blocks.push(verdict(report, true));
    blocks.extend(headline(report));
    let (mut left, mut right) = (severities(report), reach(report));
    left.push(Block::Pairs { rows: frame(report, brand), terms: 27 });
    right.extend(gaps(report));
    blocks.push(Block::Columns(vec![(0.5, left), (0.5, right)]));
    blocks.extend(references(report));
    let mut not = vec![
        small_heading(2, "What this report is not"),
        Block::Paragraph { words: rich(prose::NOT, report), kind: Kind::Note },
    ];
    if let Some(words) = &brand.wording.notice {
        not.push(Block::Paragraph { words: vec![rules(&**words)], kind: Kind::Note });
    }
    blocks.push(Block::Box(not));
    super::section("cover", "Summary", None, blocks)
}

/// What the report is printed with: the project's classification, else the brand's.
pub fn classification<'r>(report: &'r Report, brand: &'r Brand) -> Option<&'r str> {
    let given = report.classification.as_deref().or(brand.classification.as_deref());
    given.filter(|words| !words.is_empty())
}

/// The verdict, and what changed since earlier packs: in short the counts, else the sentence of the comparison.
pub(super) fn verdict(report: &Report, short: bool) -> Block {
    let mut lines = vec![vec![rules(&*report.verdict.sentence)]];
    if !report.verdict.inconclusive.is_empty() {
        lines.push(vec![strong("Inconclusive: "), rules(&*report.verdict.inconclusive)]);
    }
    for (index, drift) in report.changes.iter().enumerate() {
        let (since, said) = if short {
            (facts::since_short(drift), format!("{}.", facts::counts_of_change(drift)))
        } else {
            (facts::since(drift), drift.sentence.clone())
        };
        let place = Some(facts::change_place(index + 1));
        lines.push(vec![strong(format!("{since}: {}. ", drift.result.words())).to(place), rules(said)]);
    }
    Block::Verdict { badge: Badge::All(report.verdict.status), lines, large: true }
}

fn headline(report: &Report) -> Vec<Block> {
    if !facts::measured(report) {
        let words = vec![alert("Nothing was measured: "), plain(prose::UNMEASURED)];
        return vec![Block::Paragraph { words, kind: Kind::Alert }];
    }
    vec![tiles(report), Block::Paragraph { words: vec![plain(prose::HEADLINE)], kind: Kind::Note }]
}

/// The three first numbers.
pub(super) fn tiles(report: &Report) -> Block {
    let series: [fn(&HistoryRow) -> i64; 3] = [
        |row| row.headline.former_staff.people.cast_signed(),
        |row| row.headline.access_after_leaving.shortest_seconds,
        |row| row.headline.former_staff_keys.credentials.cast_signed(),
    ];
    let before = before(report);
    let was = before.map(|row| facts::headline(&row.headline));
    let tiles = facts::headline(&report.headline).into_iter().enumerate().map(|(index, figure)| Tile {
        key: figure.key,
        before: figure.before.to_owned(),
        figure: figure.value.clone(),
        what: figure.what.to_owned(),
        over: figure.over.clone(),
        beside: figure.beside.clone(),
        metrics: figure.metrics.clone(),
        change: was.as_ref().zip(before).map(|(was, row)| {
            vec![quiet("was "), quiet(was[index].number()), quiet(" in "), loaded(&*row.period).look(Look::Quiet)]
        }),
        trend: {
            let rows = &report.history[report.history.len().saturating_sub(PACKS)..];
            spark(rows.iter().map(series[index]), figure.what).map(Box::new)
        },
    });
    Block::Tiles(tiles.collect())
}

/// The pack before this one, of which the run was given the numbers.
fn before(report: &Report) -> Option<&HistoryRow> {
    report.history.iter().rev().find(|row| row.pack.is_some())
}

/// Exceptions by severity, which alone gives the colour.
fn severities(report: &Report) -> Vec<Block> {
    let list = &report.actions;
    let title = small_heading(2, "Exceptions by severity");
    if list.total == 0 {
        return vec![title, body(vec![plain(facts::exceptions(list))])];
    }
    let columns = vec![
        Column::new("Severity"),
        Column::number("Exceptions"),
        Column::number("Surely over"),
        Column::number("Used since"),
        Column::number("People"),
    ];
    let row = |one: &ExceptionCount| {
        let severity = one.name.as_deref().and_then(Severity::from_word);
        Row::new(vec![
            severity.map_or(Value::Missing("not told"), |severity| Value::Badge(Badge::Severity(severity))),
            Value::Count(one.total),
            Value::Count(one.certain),
            Value::Count(one.used_since),
            Value::Count(one.people),
        ])
    };
    let caption =
        format!("{} in all; actions.csv has each of them", text::plural(list.total, "exception", "exceptions"));
    let table = Table::new("severities", caption, columns, list.by_severity.iter().map(row).collect());
    vec![title, Block::Table(table.look(TableLook::Dense))]
}

/// What a reader needs to know before relying on the numbers.
fn reach(report: &Report) -> Vec<Block> {
    let pair = |name: &str, words: Words| (vec![plain(name)], vec![words]);
    let missing = facts::systems_missing(report);
    let mut systems = vec![strong(facts::coverage(report))];
    if !missing.is_empty() {
        systems.push(plain("; nothing loaded for "));
        systems.extend(super::super::words::joined(missing.into_iter().map(loaded), ", "));
    }
    let mut rows = vec![pair("Systems", systems)];
    rows.extend(facts::reach(report).into_iter().map(|(name, value)| pair(name, vec![plain(value)])));
    let warnings = plain(text::count(facts::warnings(report))).to(Some("messages".to_owned()));
    rows.push(pair("Warnings and errors of the run", vec![warnings]));
    vec![small_heading(2, "How far the numbers reach"), Block::Pairs { rows, terms: 0 }]
}

/// What the evidence does not cover, the first of it.
fn gaps(report: &Report) -> Vec<Block> {
    let gaps = facts::uncovered(report);
    if gaps.is_empty() {
        return Vec::new();
    }
    // Which metrics they concern is said where all of them stand.
    let items = gaps.iter().take(GAPS).map(|gap| vec![marked(&gap.words)]);
    let mut blocks = vec![
        small_heading(2, "What the evidence does not cover"),
        Block::List { numbered: false, items: items.collect(), dense: true },
    ];
    if gaps.len() > GAPS {
        let more = format!("{} more under ", text::count((gaps.len() - GAPS) as u64));
        let link = plain("Metrics at a glance").to(Some("gaps".to_owned()));
        blocks.push(Block::Paragraph { words: vec![plain(more), link, plain(".")], kind: Kind::Note });
    }
    blocks
}

/// The names under which references are often asked for, with what they resolve to.
fn references(report: &Report) -> Option<Block> {
    if report.resolutions.is_empty() {
        return None;
    }
    let rows = report.resolutions.iter().map(|one| {
        let mut lines: Vec<Words> = scorecard::resolved(one, report, true);
        if lines.is_empty() {
            lines.push(vec![rules(&*one.text)]);
        }
        (vec![strong(format!("“{}”", one.requested))], lines)
    });
    let rows: Vec<(Words, Vec<Words>)> = rows.collect();
    let heading = small_heading(2, "References often asked for");
    Some(Block::Box(vec![heading, Block::Pairs { rows, terms: 14 }]))
}

/// What the report is about.
fn frame(report: &Report, brand: &Brand) -> Vec<(Words, Vec<Words>)> {
    let term = |name: &str, words: Words| (vec![plain(name)], vec![words]);
    let instant = |at: time::Micros| time::rfc3339(at);
    let (from, to) = (report.period.from.0, report.period.to.0);
    let days = report.zone.parse::<time::Zone>().ok().and_then(|zone| zone.day_from(from).zip(zone.day_until(to)));
    let period = match days {
        Some((first, last)) => format!("{first} to {last}, both days included"),
        None => format!("{} up to, not including, {}", instant(from), instant(to)),
    };
    let leave =
        vec![rules(&*report.zone), plain("; a leave date without a time means "), rules(&*report.leave_instant)];
    let mut rows = vec![
        term("Period", vec![plain(period)]),
        term("As of", vec![plain(instant(report.as_of.0)), plain(" ("), rules(&*report.as_of_basis), plain(")")]),
        term("Zone of plain dates", leave),
        term("Report", identity(report)),
        term("Classification", vec![classification(report, brand).map_or_else(|| quiet("none given"), rules)]),
    ];
    if let Some(words) = facts::pseudonyms(report) {
        rows.insert(0, term("Pseudonyms", vec![strong("No names: "), rules(words)]));
    }
    if let Some(look) = facts::own_look(report) {
        rows.push(term("Look", vec![rules(look)]));
    }
    debug_assert!(rows.iter().all(|(term, _)| !text_of(term).is_empty()));
    rows
}

fn identity(report: &Report) -> Vec<Piece> {
    let tool = format!("{} {}", report.tool.name, report.tool.version);
    vec![code(&*report.report_id), plain(", made with "), rules(tool)]
}
