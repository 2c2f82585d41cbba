//! Delimited text: dialect and header, cutting into blocks, splitting records, typed columns in parallel.

mod aside;
mod dialect;
mod heads;
mod read;
mod split;

pub(super) use dialect::{Dialect, dialect, further};
pub(super) use heads::Heads;
pub(super) use read::{bound, parse_block, parse_rows, sample, sample_records};
pub(super) use split::last_record_end;
