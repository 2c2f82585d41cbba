//! `report.pdf`: the sections of the report on paged paper, tagged, with charts as vectors.
//!
//! The way of the data: content (report to blocks), layout (blocks to pages), drawing (pages to PDF), finish (tags,
//! bookmarks, metadata).

pub mod draw;
pub mod page;
pub mod text;

mod finish;
