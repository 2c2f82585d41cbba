//! Content of the PDF: the report's sections as blocks, in the order and with the words of the HTML report.

mod actions;
mod block;
mod changes;
mod controls;
mod cover;
mod data;
mod end;
mod findings;
mod glance;
mod metrics;
mod words;

pub(super) use cover::classification;

pub use block::{Block, Cell, CellLine, Column, Heading, Kind, Look, Piece, Row, Table, Tile, Words};

use crate::render::Brand;
use crate::report::Report;

/// The whole report as blocks, one for each section.
pub fn content(report: &Report, brand: &Brand) -> Vec<Block> {
    let mut blocks = vec![cover::cover(report, brand), glance::glance(report), Block::Contents];
    blocks.extend(controls::resolution(report));
    blocks.push(actions::actions(report));
    blocks.extend(changes::changes(report));
    blocks.push(controls::scorecard(report));
    blocks.push(metrics::metrics(report));
    blocks.push(metrics::indicators(report));
    blocks.push(findings::findings(report));
    blocks.push(findings::waivers(report));
    blocks.push(data::data(report));
    blocks.push(end::method(report));
    blocks.push(end::manifest(report));
    blocks.push(end::sign_off(brand));
    blocks
}
