//! The evidence pack: staging and atomic replacement, the manifest, and the files that hold every row.

mod evidence;
mod lines;
mod manifest;
mod staging;
mod table;

pub use evidence::Evidence;
pub use lines::{FINDINGS_HEADER, write_findings};
pub use manifest::{InputEntry, Manifest, OutputEntry, RuleEntry, SCHEMA as MANIFEST_SCHEMA, digest_of};
pub use staging::{PackFile, Staging, sha256_of, write_file};
pub use table::{SPREADSHEET_ROWS, write_parquet, write_table_csv};
