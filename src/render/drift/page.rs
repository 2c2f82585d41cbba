//! The comparison as one HTML page without a script, in the look of the report.

use super::{Digest, document};
use crate::failure::Outcome;
use crate::render::doc::Section;
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
    let section = |(digest, place): (&Digest, &'static str)| Section {
        place,
        title: digest.title.clone(),
        blocks: document::blocks(digest),
        new_page: None,
    };
    let sections: Vec<Section> = digests.iter().zip(PLACES).map(section).collect();
    html::page(&frame, &sections, templates)
}
