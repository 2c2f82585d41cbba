//! Delimited text: dialect and header, cutting into blocks, splitting records, typed columns in parallel.

mod aside;
mod dialect;
mod read;
mod split;

pub(super) use dialect::{Dialect, dialect, further};
pub(super) use read::{bound, parse_block, sample};
pub(super) use split::last_record_end;
