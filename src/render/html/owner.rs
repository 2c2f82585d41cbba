//! The page of one owner: what they have to decide, in the look of the report, without a script.

use super::{Frame, page};
use crate::failure::Outcome;
use crate::render::doc::build::body;
use crate::render::doc::words::{code, loaded, plain, rules};
use crate::render::doc::{Block, Heading, Kind, Section, actions_of, classification};
use crate::render::owners::Owner;
use crate::render::{Templates, facts, text};
use crate::report::{ActionList, Report};
use crate::time;

/// Rows of the page; the table beside it has all.
const ROWS: usize = 1_000;

/// The page.
///
/// # Errors
/// A template of the company does not fit, or hides a fact.
pub(in crate::render) fn owner(report: &Report, owner: &Owner<'_>, templates: &Templates) -> Outcome<Vec<u8>> {
    let name = owner.owner.unwrap_or("systems without an owner");
    let shown: Vec<_> = owner.actions.iter().copied().take(ROWS).collect();
    let (total, file) = (owner.actions.len() as u64, owner.table());
    let sentences = format!("{} The decision, the day it was done and the ticket have columns in ", facts::ORDER);
    let blocks = vec![
        Block::Paragraph {
            words: vec![
                loaded(&*report.organisation),
                plain(", "),
                loaded(&*report.period.label),
                plain(format!(", as of {}", time::readable(report.as_of.0))),
            ],
            kind: Kind::Eyebrow,
        },
        Block::Heading(Heading {
            level: 1,
            words: vec![plain("What to do: "), loaded(name)],
            aside: Vec::new(),
            place: String::new(),
            listed: false,
            small: false,
        }),
        body(vec![plain(facts::exceptions(&ActionList::of(owner.actions.iter().copied(), 0)))]),
        Block::Paragraph { words: vec![plain(sentences), code(&*file), plain(".")], kind: Kind::Note },
        Block::Table(actions_of(report, &shown, total, &file)),
    ];
    let frame = Frame {
        title: format!("What to do: {}, {}", text::visible(name, false), text::visible(&report.period.label, false)),
        about: "access lifecycle evidence",
        classification: classification(report, templates.brand()),
        foot: vec![vec![
            plain("Report "),
            rules(&*report.report_id),
            plain(" · "),
            rules(format!("{} {}", report.tool.name, report.tool.version)),
            plain(" · not a conclusion on any control; see report.html of the pack"),
        ]],
        handles: false,
    };
    page(&frame, &[Section { place: "do", title: "What to do".to_owned(), blocks, new_page: None }], templates)
}
