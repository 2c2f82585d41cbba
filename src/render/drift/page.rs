//! The comparison as one HTML page without a script, in the look of the report.

use super::Digest;
use crate::failure::Outcome;
use crate::render::doc::build::{body, bullets, note, subheading};
use crate::render::doc::words::{rules, strong};
use crate::render::doc::{Badge, Block, Heading, Kind, Section, changed, of_words};
use crate::render::html::{self, Frame};
use crate::render::{Templates, text};

/// Places of the comparisons; a run compares with the pack before and with the accepted baseline at most.
const PLACES: [&str; 3] = ["changes-1", "changes-2", "changes-3"];

/// One page with every comparison, in the order given.
///
/// # Errors
/// The company's own template does not fit; with file, line and column.
pub fn page(digests: &[Digest], templates: &Templates) -> Outcome<Vec<u8>> {
    let title = digests.first().map_or("What changed", |first| first.title.as_str());
    let frame = Frame {
        title: text::visible(title, false).into_owned(),
        about: "what changed",
        classification: None,
        foot: Vec::new(),
        handles: false,
    };
    let sections: Vec<Section> = digests.iter().zip(PLACES).map(|(digest, place)| section(digest, place)).collect();
    html::page(&frame, &sections, templates)
}

fn section(digest: &Digest, place: &'static str) -> Section {
    let line = |words: &String| vec![rules(&**words)];
    let list = |lines: &[String]| bullets(lines.iter().map(|words| vec![line(words)]).collect());
    let title = Heading {
        level: 1,
        words: line(&digest.title),
        aside: Vec::new(),
        place: String::new(),
        listed: false,
        small: false,
    };
    let verdict = vec![line(&digest.sentence), vec![strong("Verdict now: "), rules(&*digest.verdict)]];
    let mut blocks = vec![
        Block::Paragraph { words: line(&digest.reference), kind: Kind::Eyebrow },
        Block::Heading(title),
        Block::Verdict { badge: Badge::Change(digest.result), lines: verdict, large: true },
    ];
    if !digest.headline.is_empty() || !digest.points.is_empty() {
        blocks.push(list(&[&digest.headline[..], &digest.points].concat()));
    }
    blocks.extend(digest.exceptions.iter().map(|words| body(line(words))));
    if !digest.context.is_empty() {
        blocks.extend([subheading(2, "What explains numbers", ""), list(&digest.context)]);
    }
    if !digest.sections.is_empty() {
        blocks.extend([subheading(2, "Changed findings", ""), changed(digest.title.clone(), digest.sections.clone())]);
    }
    blocks.extend(digest.cut.as_deref().map(note));
    if !digest.standing.is_empty() {
        blocks.extend([subheading(2, "As before", ""), list(&digest.standing)]);
    }
    for table in &digest.tables {
        blocks.extend([subheading(2, table.title.as_str(), ""), of_words(table.clone())]);
    }
    blocks.extend(digest.end.iter().map(|words| note(&**words)));
    Section { place, title: digest.title.clone(), blocks, new_page: None }
}
