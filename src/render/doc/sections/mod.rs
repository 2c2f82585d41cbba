//! The sections of the report, one file each, in the order in which every form has them.

mod actions;
mod agents;
mod changes;
mod cover;
mod data;
mod findings;
mod glance;
mod indicators;
mod manifest;
mod method;
mod metrics;
mod open;
mod scorecard;
mod sheets;
mod sign_off;
mod sources;
mod summary;
mod waivers;
mod wheres;

pub use actions::actions_of;
pub use changes::{changed, of_words, trend_tables};
pub use cover::classification;
pub use sheets::{Make, Sheet, sheets};
pub use summary::summary;

use super::block::Section;
use super::{Block, Edition};
use crate::render::Brand;
use crate::report::Report;

/// How full a page may be, in per cent, on which a section of the short edition begins.
const SHORT_PAGE: u8 = 80;

/// All sections of an edition.
pub(super) fn all(report: &Report, brand: &Brand, edition: Edition) -> Vec<Section> {
    let full = edition == Edition::Full;
    let mut sections = vec![cover::cover(report, brand)];
    sections.push(actions::actions(report, edition));
    sections.push(glance::glance(report, edition));
    sections.push(wheres::wheres(report, edition));
    sections.extend(changes::changes(report, edition));
    sections.push(scorecard::scorecard(report, edition));
    if full {
        sections.push(metrics::metrics(report));
        sections.push(indicators::indicators(report));
        sections.push(findings::findings(report));
        sections.extend(agents::agents(report));
        sections.push(waivers::waivers(report));
    }
    sections.push(data::data(report, edition));
    sections.push(method::method(report, edition));
    sections.push(manifest::manifest(report));
    sections.push(sign_off::sign_off(report, brand));
    if !full {
        // A section of the short edition begins where there is room for some of it.
        for section in &mut sections {
            section.new_page = section.new_page.map(|unless| unless.max(SHORT_PAGE));
        }
    }
    sections
}

/// A section that begins where there is room for it.
fn section(place: &'static str, title: &str, new_page: Option<u8>, blocks: Vec<Block>) -> Section {
    Section { place, title: title.to_owned(), blocks, new_page }
}

/// As many items as fit: all of them in their own order, or else those first for which `first` is lowest.
fn pick<T, K: Ord>(items: &[T], most: usize, first: impl Fn(&T) -> K) -> Vec<&T> {
    let mut picked: Vec<&T> = items.iter().collect();
    if picked.len() > most {
        // Stable: among equals their own order stays.
        picked.sort_by_key(|item| first(item));
        picked.truncate(most);
    }
    picked
}

#[cfg(test)]
mod tests {
    use super::pick;

    #[test]
    fn all_keep_their_order_and_some_are_chosen() {
        assert_eq!(pick(&[1, 3, 2], 3, |n| *n), [&1, &3, &2]);
        assert_eq!(pick(&[1, 3, 2, 3], 3, |n| std::cmp::Reverse(*n)), [&3, &3, &2]);
    }
}
