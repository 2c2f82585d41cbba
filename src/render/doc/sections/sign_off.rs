//! A block to sign, left empty.

use super::super::block::{Block, Section};
use super::super::build::body;
use super::super::table::{Column, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Look, Words, code, plain, quiet, rules};
use crate::render::Brand;
use crate::report::Report;

/// Rows of the block, unless the company words them itself.
const ROLES: [&str; 3] = ["Prepared by", "Reviewed by", "Accepted by"];

/// The section.
pub(super) fn sign_off(report: &Report, brand: &Brand) -> Section {
    let own: Vec<&str> = brand.wording.sign_off.iter().map(String::as_str).collect();
    let roles = if own.is_empty() { ROLES.to_vec() } else { own };
    let row = |role: &str| {
        let role = Value::Words(vec![rules(role).look(Look::Strong)]);
        Row::new(vec![role, Value::Empty, Value::Empty, Value::Empty])
    };
    let columns = ["Role", "Name", "Date", "Signature"].map(Column::new);
    let table = Table::new("sign-off", "To be filled in by hand", columns.into(), roles.into_iter().map(row).collect());
    let evidence: Words = report.evidence_sha256.as_deref().map_or_else(
        || vec![quiet("no pack was written")],
        |hash| vec![code(hash), plain(", of the data files of the pack")],
    );
    let rows = vec![
        (vec![plain("Evidence, SHA-256")], vec![evidence]),
        (
            vec![plain("Manifest, SHA-256")],
            vec![vec![
                plain("____________________________________________________________  "),
                quiet("to be entered: the run prints it, since a manifest lists this document and cannot stand in it"),
            ]],
        ),
    ];
    let blocks = vec![
        body(vec![plain("Left empty by the tool.")]),
        Block::Pairs { rows, terms: 22 },
        Block::Table(table.look(TableLook::ByHand(34.0))),
    ];
    super::section("sign-off", "Sign-off", Some(70), blocks)
}
