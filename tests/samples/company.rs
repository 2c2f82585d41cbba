//! Runs the binary on the sample exports and reads the pack back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

/// A quarter of a sample company.
pub(super) struct Quarter {
    pub(super) folder: &'static str,
    pub(super) period: &'static str,
    /// The name of the files with what is expected of it.
    pub(super) expected: &'static str,
}

pub(super) const Q1: Quarter = Quarter { folder: "acme-2026-Q1", period: "2026-Q1", expected: "2026-Q1" };
pub(super) const Q2: Quarter = Quarter { folder: "acme-2026-Q2", period: "2026-Q2", expected: "2026-Q2" };
/// The company without mappings of its own.
pub(super) const ORBIT: Quarter = Quarter { folder: "orbit", period: "2026-Q3", expected: "orbit-2026-Q3" };
pub(super) const Q3: Quarter = Quarter { folder: "acme", period: "2026-Q3", expected: "2026-Q3" };

impl Quarter {
    /// The exports in the repository.
    pub(super) fn exports(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(self.folder)
    }

    /// The pack of `overstay report` on the exports of the repository, made once for all tests.
    #[must_use]
    pub(super) fn report(&self) -> Arc<Pack> {
        static PACKS: Mutex<BTreeMap<&str, Arc<OnceLock<Arc<Pack>>>>> = Mutex::new(BTreeMap::new());
        let room = Arc::clone(PACKS.lock().expect("the packs").entry(self.folder).or_default());
        Arc::clone(room.get_or_init(|| Arc::new(Pack::of(&self.exports(), self.period, "none"))))
    }

    /// The metrics of which the expected files have every item: they were worked out by hand, or by another program.
    #[must_use]
    pub(super) fn worked_out(&self) -> BTreeSet<String> {
        self.expected("-counts").iter().filter_map(|line| line.split(" | ").next()).map(str::to_owned).collect()
    }

    /// A file of results that were worked out apart from the engine, as lines without the header.
    #[must_use]
    pub(super) fn expected(&self, suffix: &str) -> Vec<String> {
        expected(&format!("{}{suffix}", self.expected))
    }
}

/// The lines of `tests/samples/expected/<name>.csv` without the header.
#[must_use]
pub(super) fn expected(name: &str) -> Vec<String> {
    let name = format!("tests/samples/expected/{name}.csv");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    rows(&std::fs::read(path).expect("a file of expected results")).iter().map(|row| row.join(" | ")).collect()
}

/// A written evidence pack.
pub(super) struct Pack {
    folder: tempfile::TempDir,
}

impl Pack {
    /// Runs `overstay report` with an empty environment; `documents` as `--format` has them.
    #[must_use]
    pub(super) fn of(exports: &Path, period: &str, documents: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let run = Command::new(env!("CARGO_BIN_EXE_overstay"))
            .env_clear()
            .arg("report")
            .arg(exports)
            .args(["--period", period, "--format", documents, "--out"])
            .arg(folder.path().join("pack"))
            .output()
            .expect("the binary runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("pack")
    }

    /// `overstay drift` from a baseline to this pack, as JSON, and its exit code.
    #[must_use]
    pub(super) fn drift(&self, baseline: &Self) -> (Option<i32>, serde_json::Value) {
        let run = Command::new(env!("CARGO_BIN_EXE_overstay"))
            .env_clear()
            .arg("drift")
            .args([baseline.path(), self.path()])
            .args(["--format", "json", "--limit", "1000"])
            .output()
            .expect("the binary runs");
        let read = serde_json::from_slice(&run.stdout);
        (run.status.code(), read.unwrap_or_else(|cause| panic!("{cause}: {}", String::from_utf8_lossy(&run.stderr))))
    }

    /// `report.json`.
    #[must_use]
    pub(super) fn report(&self) -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(self.path().join("report.json")).expect("report.json")).expect("JSON")
    }

    /// `findings.csv`: the columns of each finding by name, in the order of the file.
    #[must_use]
    pub(super) fn findings(&self) -> Vec<BTreeMap<String, String>> {
        let bytes = std::fs::read(self.path().join("findings.csv")).expect("findings.csv");
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().expect("a header").clone();
        let named = |row: csv::StringRecord| {
            header.iter().map(str::to_owned).zip(row.iter().map(|cell| plain(cell).to_owned())).collect()
        };
        reader.records().map(|row| named(row.expect("a row"))).collect()
    }

    /// Every file of the pack by its name.
    #[must_use]
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.path()).expect("inside the pack").display().to_string();
                    files.insert(name, std::fs::read(path).expect("a file"));
                }
            }
        }
        files
    }
}

/// A cell without the apostrophe that keeps spreadsheets from running it.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(formula) if formula.starts_with(['=', '+', '-', '@', '\t', '\r']) => formula,
        _ => cell,
    }
}

/// The named columns of a line, as [`Quarter::expected`] shows them.
#[must_use]
pub(super) fn shown(finding: &BTreeMap<String, String>, columns: &[&str]) -> String {
    columns.iter().map(|column| finding[*column].as_str()).collect::<Vec<_>>().join(" | ")
}

/// The rows of a CSV file below its header.
fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(bytes);
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

/// Fails with every line that one side has more often than the other.
#[track_caller]
pub(super) fn assert_same(expected: Vec<String>, engine: Vec<String>) {
    assert!(!expected.is_empty(), "nothing to compare with");
    let mut count: BTreeMap<String, i64> = BTreeMap::new();
    for line in expected {
        *count.entry(line).or_default() -= 1;
    }
    for line in engine {
        *count.entry(line).or_default() += 1;
    }
    let mut differences = String::new();
    for (line, more) in count.iter().filter(|(_, more)| **more != 0) {
        let side = if *more < 0 { "expected only" } else { "engine only  " };
        writeln!(differences, "{side} {line}").expect("text");
    }
    assert!(differences.is_empty(), "\n{differences}");
}
