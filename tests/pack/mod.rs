//! The evidence pack as it stands on the disk.

mod atomic;
mod bytes;
mod contents;
mod spreadsheet;
