//! A folder of exports held in memory, and its copy on disk that changes a file at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::records::Records;

/// Every file under a folder, by its path with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Folder(pub(super) BTreeMap<String, Vec<u8>>);

impl Folder {
    pub(super) fn read(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        for entry in walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("an entry")) {
            if entry.file_type().is_file() {
                let name = entry.path().strip_prefix(root).expect("inside").to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(entry.path()).expect("a file"));
            }
        }
        Self(files)
    }

    /// Paths of the files that hold records: everything but rules and texts.
    pub(super) fn data(&self) -> Vec<String> {
        let is_data = |path: &&String| {
            let ending = path.rsplit('.').next().unwrap_or_default();
            ["csv", "json", "ndjson"].contains(&ending)
        };
        self.0.keys().filter(is_data).cloned().collect()
    }

    pub(super) fn text(&self, path: &str) -> &str {
        std::str::from_utf8(&self.0[path]).expect("UTF-8")
    }

    pub(super) fn put(&mut self, path: &str, text: impl Into<Vec<u8>>) {
        self.0.insert(path.to_owned(), text.into());
    }

    /// The same with a control total for every file: without one, a row that was never written leaves no trace.
    #[must_use]
    pub(super) fn with_totals(mut self) -> Self {
        const REGISTER: &str = "extractions.csv";
        let columns =
            ["path", "extracted_at", "extracted_by", "method", "query", "expected_rows", "covers_from", "covers_to"];
        let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if let Some(bytes) = self.0.get(REGISTER) {
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let header = reader.headers().expect("a header").clone();
            for row in reader.records().map(|row| row.expect("a row")) {
                let cell = |name: &str| {
                    header.iter().position(|one| one == name).and_then(|at| row.get(at)).unwrap_or_default().to_owned()
                };
                lines.insert(cell("path"), columns.iter().map(|name| cell(name)).collect());
            }
        }
        let newest = lines.values().map(|line| line[1].clone()).max().unwrap_or_default();
        for path in self.data().into_iter().filter(|path| path != REGISTER) {
            let count = Records::of(&path, &self.0[&path]).len();
            let line = lines.entry(path.clone()).or_insert_with(|| {
                let empty = String::new();
                vec![
                    path,
                    newest.clone(),
                    "internal audit".into(),
                    "copy".into(),
                    empty.clone(),
                    empty.clone(),
                    empty.clone(),
                    empty,
                ]
            });
            line[5] = count.to_string();
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(columns).expect("memory");
        for line in lines.values() {
            writer.write_record(line).expect("memory");
        }
        self.put(REGISTER, writer.into_inner().expect("memory"));
        self
    }
}

/// A folder on disk that follows the one in memory.
pub(super) struct Copy {
    root: TempDir,
    there: Folder,
}

impl Copy {
    pub(super) fn new() -> Self {
        Self { root: tempfile::tempdir().expect("a temporary folder"), there: Folder::default() }
    }

    /// Writes what differs, removes what is gone, and gives the place.
    #[expect(clippy::disallowed_methods, reason = "a fixture, not an output")]
    pub(super) fn show(&mut self, folder: &Folder) -> &Path {
        for path in self.there.0.keys().filter(|path| !folder.0.contains_key(*path)) {
            let path = self.root.path().join(path);
            fs::remove_file(&path).expect("the file was there");
            // A folder without files is another fact than a folder that is gone: only the empty one is removed.
            let _ = path.parent().map(fs::remove_dir);
        }
        for (path, bytes) in folder.0.iter().filter(|(path, bytes)| self.there.0.get(*path) != Some(bytes)) {
            let path = self.root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        self.there = folder.clone();
        self.root.path()
    }
}
