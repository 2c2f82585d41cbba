//! `report.pdf` and `report-full.pdf`: an edition of the document on paged paper, tagged, with charts as vectors.
//!
//! The way of the data: layout (blocks to pages), drawing (pages to PDF), finish (tags, bookmarks, metadata).

pub mod draw;
pub mod layout;
pub mod page;
pub mod text;

mod finish;

use std::collections::BTreeSet;

use super::doc::{self, Edition};
use super::{Brand, facts, text as words};
use crate::failure::Outcome;
use crate::report::Report;
use crate::time;

use layout::Frame;
use page::Document;
use text::Typesetter;

/// Digits of the evidence hash at the foot of every page.
const HASH: usize = 16;

/// File of the short edition in a pack.
pub const SHORT_FILE: &str = "report.pdf";
/// File of the full edition in a pack.
pub const FULL_FILE: &str = "report-full.pdf";

/// The editions, and the files of a pack that they stand in.
pub const EDITIONS: [(&str, Edition); 2] = [(SHORT_FILE, Edition::Short), (FULL_FILE, Edition::Full)];

/// An edition of the report as a PDF.
///
/// # Errors
/// A font file or the logo of the brand cannot be used; with its name.
pub fn report(report: &Report, brand: &Brand, edition: Edition) -> Outcome<Vec<u8>> {
    let typesetter = Typesetter::new(&brand.fonts)?;
    draw::write(&document(report, brand, edition, &typesetter), &typesetter, brand.logo.as_ref())
}

/// An edition of the report laid out on pages.
pub fn document(report: &Report, brand: &Brand, edition: Edition, typesetter: &Typesetter<'_>) -> Document {
    let mut document = doc::document(report, brand, edition);
    let boxes = without_letter(&document, typesetter);
    if let Some(section) = document.sections.iter_mut().find(|section| section.place == "do" && boxes > 0) {
        let what = words::plural(boxes, "character of names has", "different characters of names have");
        let note = format!(
            "{what} no letter in the fonts of this file: a box with its code stands there. findings.csv has the names; `fonts` in \
             brand.toml names a font for it."
        );
        section.blocks.insert(section.blocks.len().min(1), doc::build::note(note));
    }
    layout::layout(&document, &frame(report, brand, edition), typesetter)
}

/// How many different characters of loaded texts in tables no face has.
fn without_letter(document: &doc::Document, typesetter: &Typesetter<'_>) -> u64 {
    let tables = document.tables();
    let values = tables.iter().flat_map(|(_, table)| &table.rows).flat_map(|row| &row.values);
    let texts = values.flat_map(doc::Value::lines).map(|line| doc::text_of(&line));
    let letters: BTreeSet<char> =
        texts.flat_map(|text| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<Vec<_>>()).collect();
    let lacks = |letter: &&char| typesetter.face_of(letter.encode_utf8(&mut [0; 4]), false).is_none();
    letters.iter().filter(lacks).count() as u64
}

fn frame<'a>(report: &Report, brand: &'a Brand, edition: Edition) -> Frame<'a> {
    let name = words::visible(&report.organisation, false);
    let period = words::visible(&report.period.label, false);
    let tool = format!("{} {}", report.tool.name, report.tool.version);
    let classification = doc::classification(report, brand).map(|text| words::visible(text, false).into_owned());
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
            match edition {
                Edition::Short => format!("short edition; {FULL_FILE} has everything"),
                Edition::Full => "full edition".to_owned(),
            },
            hash,
        ],
        classification,
        logo: brand.logo.as_ref(),
        accent: brand.accent,
    }
}
