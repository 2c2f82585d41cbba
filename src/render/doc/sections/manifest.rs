//! What identifies the report.

use super::super::block::{Block, Section};
use super::super::build::body;
use super::super::words::{Words, code, plain, quiet, rich, rules};
use crate::render::{facts, prose};
use crate::report::Report;

/// The section.
pub(super) fn manifest(report: &Report) -> Section {
    let pair = |name: &str, words: Words| (vec![plain(name)], vec![words]);
    let findings = match &report.findings.file_sha256 {
        Some(hash) => vec![code(&**hash), plain(" of "), code(&*report.findings.file)],
        None => vec![quiet("not recorded")],
    };
    let evidence = match &report.evidence_sha256 {
        Some(hash) => vec![
            code(&**hash),
            plain(", over the sorted list of the data files of the pack and their SHA-256: everything but "),
            code("report*"),
            plain(", "),
            code("owners/"),
            plain(" and "),
            code("manifest.json"),
        ],
        None => vec![quiet("no pack was written")],
    };
    let tool = format!("{} {}, {}", report.tool.name, report.tool.version, report.schema);
    let rows = vec![
        pair("Report id", vec![code(&*report.report_id)]),
        pair("Inputs, SHA-256", vec![code(&*report.inputs_sha256)]),
        pair("Rules, SHA-256", vec![code(&*report.rules_sha256)]),
        pair("Evidence, SHA-256", evidence),
        pair("Findings, SHA-256", findings),
        pair("Tool and format", vec![rules(tool)]),
        pair("Look", vec![rules(facts::look(report))]),
        pair("Edited by hand", vec![plain("nothing, by this tool")]),
    ];
    let blocks = vec![body(rich(prose::MANIFEST, report)), Block::Pairs { rows, terms: 22 }];
    super::section("manifest", "Manifest", Some(75), blocks)
}
