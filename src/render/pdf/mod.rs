//! `report.pdf`: the sections of the report on paged paper, tagged, with charts as vectors.
//!
//! The way of the data: content (report to blocks), layout (blocks to pages), drawing (pages to PDF), finish (tags,
//! bookmarks, metadata).

pub mod content;
pub mod draw;
pub mod layout;
pub mod page;
pub mod text;

mod finish;

use super::{Brand, facts, text as words};
use crate::failure::Outcome;
use crate::report::Report;
use crate::time;

use layout::Frame;
use page::Document;
use text::Typesetter;

/// Digits of the evidence hash at the foot of every page.
const HASH: usize = 16;

/// The report as a PDF.
///
/// # Errors
/// A font file or the logo of the brand cannot be used; with its name.
pub fn report(report: &Report, brand: &Brand) -> Outcome<Vec<u8>> {
    let typesetter = Typesetter::new(&brand.fonts)?;
    draw::write(&document(report, brand, &typesetter), &typesetter, brand.logo.as_ref())
}

/// The report laid out on pages.
pub fn document(report: &Report, brand: &Brand, typesetter: &Typesetter<'_>) -> Document {
    layout::layout(&content::content(report, brand), &frame(report, brand), typesetter)
}

fn frame<'a>(report: &Report, brand: &'a Brand) -> Frame<'a> {
    let name = words::visible(&report.organisation, false);
    let period = words::visible(&report.period.label, false);
    let tool = format!("{} {}", report.tool.name, report.tool.version);
    let classification = content::classification(report, brand);
    let id = format!("report {}", words::visible(&report.report_id, false));
    let hash = report.evidence_sha256.as_deref().map_or_else(
        || "no pack was written".to_owned(),
        |hash| {
            format!(
                "evidence, SHA-256 {}… over the data files of the pack; all digits under Manifest",
                words::cut(hash, HASH).0
            )
        },
    );
    Frame {
        title: facts::title(report),
        author: name.clone().into_owned(),
        subject: format!(
            "How long access outlived its reason at {name}, {period}, as of {}",
            time::rfc3339(report.as_of.0)
        ),
        producer: tool.clone(),
        dated: report.as_of.0,
        head: [
            format!("{name} · {period}"),
            match &classification {
                Some(words) => format!("{words} · {id}"),
                None => id,
            },
        ],
        foot: [
            brand.wording.footer.as_deref().map_or_else(
                || format!("{tool}, access lifecycle evidence"),
                |words| words::visible(words, false).into_owned(),
            ),
            hash,
        ],
        classification,
        logo: brand.logo.as_ref(),
        accent: brand.accent,
    }
}
