//! The first page: who, which period, which verdict, how much, and from what.

use super::block::{Block, Heading, Kind, Piece, Tile, Words};
use super::changes;
use super::words::{alert, code, data, plain, quiet, rich, small_heading, strong, visible};
use crate::render::{Brand, facts, prose, text};
use crate::report::Report;
use crate::time;

/// The cover.
pub(super) fn cover(report: &Report, brand: &Brand) -> Block {
    let mut blocks = vec![
        Block::Paragraph { words: vec![plain("Access lifecycle evidence")], kind: Kind::Eyebrow },
        Block::Heading(Heading {
            level: 1,
            text: data(&report.organisation),
            aside: data(&report.period.label),
            place: "cover".to_owned(),
            listed: Some("Summary".to_owned()),
            small: false,
        }),
    ];
    if let Some(words) = &brand.wording.introduction {
        blocks.push(Block::Paragraph { words: vec![plain(visible(words))], kind: Kind::Lead });
    }
    blocks.push(Block::Pairs { rows: frame(report, brand), terms: 22 });
    blocks.push(verdict(report));
    let since = changes::on_the_cover(report).into_iter();
    blocks.extend(since.map(|words| Block::Paragraph { words, kind: Kind::Note }));
    blocks.extend(headline(report));
    blocks.push(Block::Columns(vec![(0.54, populations(report)), (0.46, reach(report))]));
    blocks.extend(digests(report));
    let mut not = vec![
        small_heading(2, "What this report is not"),
        Block::Paragraph { words: rich(prose::NOT, report), kind: Kind::Note },
    ];
    if let Some(words) = &brand.wording.notice {
        not.push(Block::Paragraph { words: vec![plain(visible(words))], kind: Kind::Note });
    }
    blocks.push(Block::Box(not));
    Block::Section(blocks)
}

/// What the report is printed with: the project's classification, else the brand's.
pub(in crate::render::pdf) fn classification(report: &Report, brand: &Brand) -> Option<String> {
    let given = report.classification.as_deref().or(brand.classification.as_deref());
    given.filter(|words| !words.is_empty()).map(data)
}

/// What the report is about.
///
/// A classification stands in the upper right corner; only that there is none must be said here.
fn frame(report: &Report, brand: &Brand) -> Vec<(Words, Vec<Words>)> {
    let term = |name: &str, words: Words| (vec![plain(name)], vec![words]);
    let missing = facts::systems_missing(report);
    let mut systems = vec![plain(facts::coverage(report))];
    if !missing.is_empty() {
        let names: Vec<String> = missing.into_iter().map(data).collect();
        systems.push(plain("; nothing loaded for "));
        systems.push(strong(names.join(", ")));
    }

    let mut rows = vec![
        term(
            "Period",
            vec![plain(format!(
                "{} up to, not including, {}",
                time::rfc3339(report.period.from.0),
                time::rfc3339(report.period.to.0)
            ))],
        ),
        term("As of", vec![plain(format!("{} ({})", time::rfc3339(report.as_of.0), visible(&report.as_of_basis)))]),
        term(
            "Zone of plain dates",
            vec![plain(format!(
                "{}; a leave date without a time means {}",
                visible(&report.zone),
                visible(&report.leave_instant)
            ))],
        ),
        term("Systems", systems),
        term(
            "Report",
            vec![
                code(&report.report_id),
                plain(format!(", {} {}", visible(&report.tool.name), visible(&report.tool.version))),
            ],
        ),
    ];
    if classification(report, brand).is_none() {
        rows.push(term("Classification", vec![quiet("none given")]));
    }
    rows
}

fn verdict(report: &Report) -> Block {
    let mut lines = vec![vec![plain(visible(&report.verdict.sentence))]];
    if !report.verdict.inconclusive.is_empty() {
        lines.push(vec![strong("Inconclusive: "), plain(visible(&report.verdict.inconclusive))]);
    }
    Block::Verdict { status: report.verdict.status, lines, large: true }
}

fn headline(report: &Report) -> Vec<Block> {
    if !facts::measured(report) {
        let words = vec![alert("Nothing was measured: "), plain(prose::UNMEASURED)];
        return vec![Block::Paragraph { words, kind: Kind::Alert }];
    }
    let figures = facts::headline(&report.headline);
    let tiles = figures.iter().map(|one| Tile {
        before: one.before.to_owned(),
        figure: one.value.clone(),
        what: one.what.to_owned(),
        over: one.over.clone(),
    });
    let tiles = Block::Tiles(tiles.collect());
    let sentences = figures.iter().map(|one| vec![vec![quiet(visible(&one.sentence()))]]);
    vec![
        tiles,
        Block::List { numbered: false, items: sentences.collect(), dense: true },
        Block::Paragraph { words: vec![plain(prose::HEADLINE)], kind: Kind::Note },
    ]
}

fn populations(report: &Report) -> Vec<Block> {
    let rows = facts::counts(report).into_iter().map(|(name, value)| (vec![plain(name)], vec![vec![plain(value)]]));
    vec![small_heading(2, "Populations loaded"), Block::Pairs { rows: rows.collect(), terms: 0 }]
}

/// What a reader needs to know before relying on the numbers.
fn reach(report: &Report) -> Vec<Block> {
    let pair = |(name, value): (&str, Piece)| (vec![plain(name)], vec![vec![value]]);
    let warnings = plain(text::count(facts::warnings(report))).to(Some("messages".to_owned()));
    let rows = facts::reach(report).into_iter().map(|(name, value)| (name, plain(value)));
    let rows = rows.chain([("Warnings and errors of the run", warnings)]);
    vec![small_heading(2, "How far the numbers reach"), Block::Pairs { rows: rows.map(pair).collect(), terms: 0 }]
}

fn digests(report: &Report) -> Vec<Block> {
    let digest = |name: &str, value: &str| (vec![plain(name)], vec![vec![code(value)]]);
    let rows = vec![
        digest("Input files", &report.inputs_sha256),
        digest("Rules", &report.rules_sha256),
        digest("Data files", report.evidence_sha256.as_deref().unwrap_or("no pack was written")),
    ];
    vec![small_heading(2, "Generated from (SHA-256 over the lists of files)"), Block::Pairs { rows, terms: 18 }]
}
