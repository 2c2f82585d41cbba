//! The comparison as blocks of a document: the sentence first, then what explains numbers, then what changed.

use super::Digest;
use crate::render::doc::build::{body, bullets, note, subheading};
use crate::render::doc::words::{rules, strong};
use crate::render::doc::{Badge, Block, Heading, Kind, changed, of_words};

/// What every form says of a comparison.
pub(super) fn blocks(digest: &Digest) -> Vec<Block> {
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
        Block::Heading(title),
        Block::Paragraph { words: line(&digest.reference), kind: Kind::Lead },
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
        let title = "Changed findings";
        blocks.extend([subheading(2, title, ""), changed(title.to_owned(), digest.sections.clone())]);
    }
    blocks.extend(digest.cut.as_deref().map(note));
    if !digest.standing.is_empty() {
        blocks.extend([subheading(2, "As before", ""), list(&digest.standing)]);
    }
    for table in &digest.tables {
        blocks.extend([subheading(2, table.title.as_str(), ""), of_words(table.clone())]);
    }
    blocks.extend(digest.end.iter().map(|words| note(&**words)));
    blocks
}
