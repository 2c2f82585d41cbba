//! JSON in all the containers that exports come in: finding records, unwrapping pages, typed columns in parallel.

mod around;
mod container;
mod read;
mod scan;
mod tree;

pub(super) use around::{Page, around_text};
pub(super) use container::{View, begins_complete, content_csv, document_text, error_page, views};
pub(super) use read::{Reader, Style, cut, open_lists, style};
pub(super) use tree::{Trie, walk_value};
