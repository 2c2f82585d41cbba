//! The end of the report: method and how to check it, manifest, sign-off.

use super::block::{Block, Column, Kind, Row, Table, Words};
use super::words::{body, cell, code, column, data, heading, plain, quiet, rich, row, strong, subheading, visible};
use crate::render::{Brand, facts, prose, text};
use crate::report::Report;

/// Rows of the sign-off block, unless the company words them itself.
const SIGN_OFF: [&str; 3] = ["Prepared by", "Reviewed by", "Accepted by"];

/// Method, limits, words, and how to check and re-perform.
pub(super) fn method(report: &Report) -> Block {
    let list = |numbered, texts: &[&str]| Block::List {
        numbered,
        items: texts.iter().map(|text| vec![rich(text, report)]).collect(),
        dense: false,
    };
    let mut blocks = vec![
        Block::NewPage(0),
        heading(2, "Method, limits and verification", "method"),
        subheading(3, "Method", ""),
        body(rich(prose::METHOD, report)),
        list(false, &prose::RULES),
        heading(3, "Limits of this report", "limits"),
        list(false, &prose::LIMITS),
    ];
    blocks.extend(sensitivity(report));
    blocks.extend([
        heading(3, "Words", "words"),
        Block::Pairs {
            rows: prose::WORDS.iter().map(|(word, text)| (vec![plain(*word)], vec![vec![plain(*text)]])).collect(),
            terms: 24,
        },
        heading(3, "How to verify and re-perform", "verify"),
        list(true, &prose::VERIFY),
        body(vec![plain("The options that give this report:")]),
        Block::Box(vec![body(vec![code(&report.command)])]),
    ]);
    Block::Section(blocks)
}

/// Results that would be different under another reading, over all metrics.
fn sensitivity(report: &Report) -> Vec<Block> {
    let rows = report.metrics.iter().flat_map(|metric| {
        metric.sensitivity.iter().map(|one| {
            row(vec![
                cell(plain(visible(&metric.title)).to(Some(facts::anchor("m-", &metric.id)))).head(),
                cell(plain(visible(&one.reading))),
                cell(plain(text::of(one.flips, one.population))),
            ])
        })
    });
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let columns: Vec<Column> = vec![column("Metric"), column("Reading"), super::words::number("Items")];
    vec![
        heading(3, "Sensitivity", "sensitivity"),
        super::words::table("Results that differ under another reading", columns, rows),
    ]
}

/// What identifies the report.
pub(super) fn manifest(report: &Report) -> Block {
    let pair = |name: &str, words: Words| (vec![plain(name)], vec![words]);
    let findings = match &report.findings.file_sha256 {
        Some(hash) => vec![code(hash), plain(" of "), code(&report.findings.file)],
        None => vec![quiet("not recorded")],
    };
    let evidence = match &report.evidence_sha256 {
        Some(hash) => vec![
            code(hash),
            plain(", over the sorted list of the data files of the pack and their SHA-256: everything but "),
            code("report.*"),
            plain(" and "),
            code("manifest.json"),
        ],
        None => vec![quiet("no pack was written")],
    };
    let rows = vec![
        pair("Report id", vec![code(&report.report_id)]),
        pair("Inputs, SHA-256", vec![code(&report.inputs_sha256)]),
        pair("Rules, SHA-256", vec![code(&report.rules_sha256)]),
        pair("Evidence, SHA-256", evidence),
        pair("Findings, SHA-256", findings),
        pair(
            "Tool and format",
            vec![plain(format!(
                "{} {}, {}",
                visible(&report.tool.name),
                visible(&report.tool.version),
                visible(&report.schema)
            ))],
        ),
        pair("Look", vec![plain(visible(&facts::look(report)))]),
        pair("Edited by hand", vec![plain("nothing, by this tool")]),
    ];
    Block::Section(vec![
        heading(2, "Manifest", "manifest"),
        body(rich(prose::MANIFEST, report)),
        Block::Pairs { rows, terms: 22 },
    ])
}

/// A block to sign, left empty.
pub(super) fn sign_off(brand: &Brand) -> Block {
    let own: Vec<&str> = brand.wording.sign_off.iter().map(String::as_str).collect();
    let roles = if own.is_empty() { SIGN_OFF.to_vec() } else { own };
    let rows = roles
        .into_iter()
        .map(|role| row(vec![cell(strong(data(role))).head(), cell(plain("")), cell(plain("")), cell(plain(""))]));
    let table = Table {
        caption: vec![plain("To be filled in by hand")],
        columns: vec![column("Role"), column("Name"), column("Date"), column("Signature")],
        rows: rows.collect(),
        full: true,
        dense: false,
        row_height: 34.0,
    };
    Block::Section(vec![
        heading(2, "Sign-off", "sign-off"),
        Block::Paragraph { words: vec![plain("Left empty by the tool.")], kind: Kind::Body },
        Block::Table(table),
    ])
}
