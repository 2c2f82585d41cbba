//! A temporary folder of exports, and frames as text.

use std::fmt::Write as _;
use std::fs::{create_dir_all, write};
use std::path::PathBuf;

use overstay::dataset::Table;
use overstay::failure::Failure;
use overstay::source::{Inspected, LoadOptions, Loaded, SourceSet, inspect, load};
use overstay::time::rfc3339;
use polars::prelude::{AnyValue, DataType};
use tempfile::TempDir;

pub(super) struct Folder(TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder with one file.
    pub(super) fn with(path: &str, bytes: impl AsRef<[u8]>) -> Self {
        Self::new().and(path, bytes)
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a fixture, not an output")]
    pub(super) fn and(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(path);
        create_dir_all(path.parent().expect("a parent")).expect("a folder");
        write(path, bytes).expect("a file");
        self
    }

    pub(super) fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    pub(super) fn try_load(&self, options: &LoadOptions<'_>) -> Result<Loaded, Failure> {
        load(self.0.path(), &shipped(), options)
    }

    pub(super) fn load(&self) -> Loaded {
        self.try_load(&LoadOptions::default()).expect("a folder that loads")
    }

    /// What each file is told, without the path of the folder.
    pub(super) fn messages(&self) -> String {
        let files = inspect(&[self.path()], &shipped(), &LoadOptions::default(), 5).expect("a folder");
        let mut out = String::new();
        for one in files {
            let file = &one.file;
            let _ = writeln!(out, "{}: {:?}, {} records", file.path, file.outcome, file.records);
            for diagnostic in &one.diagnostics {
                let _ = writeln!(out, "{diagnostic}");
            }
            for reject in &one.rejects {
                let whole = if reject.whole_row { "row" } else { "value" };
                let _ = writeln!(
                    out,
                    "{whole} {} line {:?} {:?}: {}",
                    reject.row, reject.line, reject.column, reject.reason
                );
            }
        }
        out
    }

    pub(super) fn inspect_one(&self, path: &str) -> Inspected {
        let path = self.0.path().join(path);
        let mut all = inspect(&[path], &shipped(), &LoadOptions::default(), 5).expect("a file");
        assert_eq!(all.len(), 1);
        all.remove(0)
    }
}

pub(super) fn shipped() -> SourceSet {
    SourceSet::load(&[]).expect("the shipped mappings are valid")
}

/// The named columns of a table, one line per row; null is `-`, instants are RFC 3339.
pub(super) fn rows(loaded: &Loaded, table: Table, columns: &[&str]) -> Vec<String> {
    let Some(frame) = loaded.frames.get(table) else { return Vec::new() };
    (0..frame.height())
        .map(|row| {
            let cells: Vec<String> = columns
                .iter()
                .map(|name| match frame.column(name).expect("a column").get(row).expect("a row") {
                    AnyValue::Null => "-".to_owned(),
                    AnyValue::Int64(at) => rfc3339(at),
                    AnyValue::Boolean(flag) => flag.to_string(),
                    AnyValue::String(text) => text.to_owned(),
                    AnyValue::StringOwned(text) => text.to_string(),
                    other => other.cast(&DataType::String).get_str().unwrap_or("?").to_owned(),
                })
                .collect();
            cells.join(" | ")
        })
        .collect()
}

/// Everything that reading gave, as text, for comparing two readings.
pub(super) fn everything(loaded: &Loaded) -> String {
    let mut out = String::new();
    for (table, frame) in loaded.frames.iter() {
        let names: Vec<&str> = frame.get_column_names().into_iter().map(polars::prelude::PlSmallStr::as_str).collect();
        let _ = writeln!(out, "{} {names:?}", table.name());
        out.push_str(&rows(loaded, table, &names).join("\n"));
        out.push('\n');
    }
    let _ = write!(out, "{:#?}\n{:#?}\n{:#?}", loaded.files, loaded.rejects, loaded.diagnostics);
    out
}
