//! The readers of what others wrote, each as a function of bytes: whatever they are given, they never panic.
//!
//! `cargo test` mutates the files of `corpus/` a little; `cargo fuzz run TARGET` goes on for as long as wanted.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use overstay::mail::Outbox;
use overstay::pack::{PackRows, check_pack};
use overstay::source::{LoadOptions, SourceSet, inspect};
use overstay::time::{TimeFormat, parse_time};
use tempfile::TempDir;

/// A reader.
pub type Reader = fn(&[u8]);

/// The readers by the names of their targets and of the folders of their first inputs.
pub const READERS: [(&str, Reader); 8] = [
    ("csv_split", csv_split),
    ("json_scan", json_scan),
    ("time_forms", time_forms),
    ("mapping_toml", mapping_toml),
    ("metric_sql", metric_sql),
    ("manifest", manifest),
    ("delivery_record", delivery_record),
    ("parquet_rows", parquet_rows),
];

/// A folder with one file.
fn folder(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    File::create_new(&path).and_then(|mut file| file.write_all(bytes)).expect("a file");
    (folder, path)
}

fn read_export(name: &str, bytes: &[u8]) {
    static SHIPPED: LazyLock<SourceSet> = LazyLock::new(|| SourceSet::load(&[]).expect("the shipped mappings"));
    let (_folder, path) = folder(name, bytes);
    // Records across the ends of blocks as well.
    let block = if bytes.len().is_multiple_of(2) { 64 } else { 8 << 20 };
    let _ = inspect(&[path], &SHIPPED, &LoadOptions { block, ..LoadOptions::default() }, 5);
}

/// An export as delimited text.
pub fn csv_split(bytes: &[u8]) {
    read_export("export.csv", bytes);
}

/// An export as JSON.
pub fn json_scan(bytes: &[u8]) {
    read_export("export.json", bytes);
}

/// A time in every form.
pub fn time_forms(bytes: &[u8]) {
    for form in TimeFormat::ALL {
        let _ = parse_time(bytes, form);
    }
}

/// A source mapping.
pub fn mapping_toml(bytes: &[u8]) {
    let _ = overstay::source::mistakes_in("own.toml", &String::from_utf8_lossy(bytes));
}

/// A metric.
pub fn metric_sql(bytes: &[u8]) {
    let _ = overstay::metric::mistakes_in("own.sql", "own", &String::from_utf8_lossy(bytes));
}

/// The manifest of a pack.
pub fn manifest(bytes: &[u8]) {
    let (folder, _) = folder("manifest.json", bytes);
    let _ = check_pack(folder.path(), &|_, _| ());
    let _ = overstay::source::is_own_output(folder.path());
}

/// The record of deliveries of an outbox.
pub fn delivery_record(bytes: &[u8]) {
    let (folder, _) = folder("deliveries.json", bytes);
    let _ = Outbox::look(Some(folder.path()));
    let _ = Outbox::open(folder.path());
}

/// A canonical table of a pack.
pub fn parquet_rows(bytes: &[u8]) {
    let (folder, _) = folder("accounts.parquet", bytes);
    let _ = rows(folder.path());
}

fn rows(folder: &Path) -> Result<(), overstay::failure::Failure> {
    let columns = ["account_key", "status", "privileged", "created_lo"];
    match PackRows::open(folder, &["accounts.parquet".to_owned()], columns)? {
        Some(rows) => rows.each(|cells| {
            let _ = cells.map(|cell| cell.words().len());
        }),
        None => Ok(()),
    }
}
