//! JSON in all the containers that exports come in: finding records, unwrapping pages, typed columns in parallel.

mod around;
mod container;
mod dotted;
mod error;
mod outline;
mod parsed;
mod pull;
mod read;
mod scan;
mod tree;
mod unfold;
mod view;
mod walk;

pub(super) use around::{Page, around_text};
pub(super) use container::{begins_complete, content_csv, document_text, is_empty_list, lists_beside, views};
pub(super) use dotted::{Step, Steps, put, steps};
pub(super) use error::error_page;
pub(super) use outline::outline;
pub(super) use parsed::walk_value;
pub(super) use read::{Reader, Style, style};
pub(super) use tree::{Trie, holds_record};
pub(super) use view::{View, look_inside};
pub(super) use walk::{Block, Walk};
