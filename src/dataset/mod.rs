//! The canonical tables: what they are called, which columns they have, and the frames that hold them.

mod catalogue;
mod column;
mod frames;
mod personal;
mod schema;
mod smaller;

pub use frames::{Flags, Frames, Lineage, Texts, Times, complete, empty_frame};
pub use personal::{Personal, of_attribute};
pub use schema::{Column, ColumnKind, Role, Table};
