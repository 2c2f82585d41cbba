//! The evidence pack: what it may replace, the manifest, and the files that hold every row.

mod accepted;
mod digest;
mod evidence;
mod findings;
mod lines;
mod manifest;
mod replace;
mod rows;
mod sample;
mod signature;
mod staging;
mod table;
mod verify;

pub use accepted::{ACCEPTED_FILE, Acceptance, Accepted};
pub use digest::{sha256_of, size_and_sha256};
pub use evidence::Evidence;
pub use findings::each_finding;
pub use lines::write_findings;
pub use manifest::{
    AcceptedPack, CANONICAL_SCHEMA, Document, EarlierPack, EarlierPacks, InputEntry, LOOK, MANIFEST_FILE, Manifest,
    OutputEntry, ReadAs, Replay, RuleEntry, SCHEMA as MANIFEST_SCHEMA, SPREADSHEET_FILE, digest_of, look_digest,
    read_manifest, report_id,
};
pub use replace::{Claim, PackKind};
pub use rows::{Cell, PackRows, damaged, not_read, open_csv};
pub use sample::{Sample, SampleFacts, SampleItem, SampleOptions, sample};
pub use signature::{Signed, check_signature, sign};
pub use staging::{PackFile, Staging};
pub use table::{SPREADSHEET_ROWS, read_parquet, write_parquet, write_table_csv};
pub use verify::{Difference, Kind as DifferenceKind, PackCheck, check_pack, compare};
