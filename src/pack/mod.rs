//! The evidence pack: staging and atomic replacement, the manifest, and the files that hold every row.

mod manifest;
mod staging;
mod table;

pub use manifest::{InputEntry, Manifest, OutputEntry, RuleEntry, digest_of};
pub use staging::{PackFile, Staging, write_file};
pub use table::{SPREADSHEET_ROWS, write_parquet, write_table_csv};
