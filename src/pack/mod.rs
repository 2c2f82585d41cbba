//! The evidence pack: staging and atomic replacement, the manifest, and the files that hold every row.

mod evidence;
mod lines;
mod manifest;
mod rows;
mod sample;
mod signature;
mod staging;
mod table;
mod verify;

pub use evidence::Evidence;
pub use lines::{FINDINGS_HEADER, write_findings};
pub use manifest::{
    AcceptedPack, EarlierPack, EarlierPacks, InputEntry, LOOK, Manifest, OutputEntry, ReadAs, Replay, RuleEntry,
    SCHEMA as MANIFEST_SCHEMA, digest_of, look_digest, read_manifest, report_id,
};
pub use rows::{Cell, PackRows, damaged, not_read, open_csv};
pub use sample::{Sample, SampleFacts, SampleItem, SampleOptions, sample};
pub use signature::{Signed, check_signature, sign};
pub use staging::{
    PackFile, Staging, private_folder, sha256_of, size_and_sha256, sync_folder, write_file, write_private,
};
pub use table::{SPREADSHEET_ROWS, read_parquet, write_parquet, write_table_csv};
pub use verify::{Difference, Kind as DifferenceKind, MANIFEST_FILE, PackCheck, check_pack, compare};
