//! HTML, a projection of the document: one file, no network, usable without scripts.

mod allowed;
mod block;
mod brand;
mod facet;
mod frame;
mod kept;
mod owner;
mod table;
mod words;

pub(super) use frame::{Frame, page};
pub(super) use owner::owner;

use super::doc::words::{code, plain, rules};
use super::doc::{self, Edition};
use super::{Templates, facts};
use crate::failure::Outcome;
use crate::report::Report;
use crate::time;

/// The report as one HTML page.
///
/// # Errors
/// A template of the company does not fit the report (with file, line and column), or the page that it makes lacks a
/// fact or the policy that closes the page to the outside.
pub fn report(report: &Report, templates: &Templates) -> Outcome<Vec<u8>> {
    let document = doc::document(report, templates.brand(), Edition::Full);
    let frame = Frame {
        title: facts::title(report),
        about: "access lifecycle evidence",
        classification: doc::classification(report, templates.brand()),
        foot: vec![vec![
            plain("Report "),
            rules(&*report.report_id),
            plain(format!(" · as of {} · ", time::readable(report.as_of.0))),
            rules(format!("{} {}", report.tool.name, report.tool.version)),
            plain(" · rules "),
            code(&*report.rules_sha256),
        ]],
        handles: true,
    };
    page(&frame, &document.sections, templates)
}
