//! A small company in a temporary folder, and the built command run on it as a user would.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// Three people of whom two left in the third quarter of 2026, at times that leave no room for another reading; every account
/// was closed in time.
const FILES: [(&str, &str); 4] = [
    (
        "exports/hr/people.csv",
        "person_id,name,email,started_on,ended_on,end_recorded_at\n\
         1,Ana Alves,ana@corp.example,2020-01-01,,\n\
         2,Bo Berg,bo@corp.example,2020-01-01,2026-07-31T18:00:00Z,2026-07-20T09:00:00Z\n\
         3,Cy Chen,cy@corp.example,2020-01-01,2026-08-14T18:00:00Z,2026-08-10T09:00:00Z\n",
    ),
    (
        "exports/crm/accounts.csv",
        "system,account_id,username,person_id,kind,status,created_at,disabled_at,last_seen_at\n\
         crm,a1,ana,1,human,active,2020-01-02T08:00:00Z,,2026-09-30T08:00:00Z\n\
         crm,a2,bo,2,human,disabled,2020-01-02T08:00:00Z,2026-07-31T18:00:00Z,2026-07-30T08:00:00Z\n\
         crm,a3,cy,3,human,disabled,2020-01-02T08:00:00Z,2026-08-14T18:00:00Z,2026-08-13T08:00:00Z\n",
    ),
    (
        "exports/erp/users.csv",
        "system,account_id,username,person_id,kind,status,created_at,disabled_at,last_seen_at\n\
         erp,e2,bo,2,human,disabled,2020-01-02T08:00:00Z,2026-07-31T17:00:00Z,2026-07-29T08:00:00Z\n",
    ),
    (
        "exports/extractions.csv",
        "path,extracted_at\nhr/people.csv,2026-10-01T00:00:00Z\ncrm/accounts.csv,2026-10-01T00:00:00Z\n\
         erp/users.csv,2026-10-01T00:00:00Z\n",
    ),
];

/// A folder with `exports/`, in which commands run.
pub(crate) struct Company {
    folder: TempDir,
    documents: bool,
}

impl Company {
    /// The files of this fixture.
    pub(crate) const PATHS: [&str; 4] = [FILES[0].0, FILES[1].0, FILES[2].0, FILES[3].0];

    /// The company whose access ended in time.
    pub(crate) fn new() -> Self {
        FILES.iter().fold(Self::empty(), |company, (path, text)| company.with(path, text))
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), documents: false }
    }

    /// The same, whose packs have documents for readers. Most tests open none, and they take most of a run.
    #[must_use]
    pub(crate) fn with_documents(mut self) -> Self {
        self.documents = true;
        self
    }

    /// The same with a file written or replaced.
    #[must_use]
    pub(crate) fn with(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.write(path, bytes);
        self
    }

    #[expect(clippy::disallowed_methods, reason = "a fixture, not an output")]
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    /// A file of this fixture as it was written.
    pub(crate) fn text(path: &str) -> &'static str {
        FILES.iter().find(|(name, _)| *name == path).expect("a file of the fixture").1
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs the command in this folder, with nothing in its environment.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_in(".", args)
    }

    /// As `run`, in a folder inside.
    pub(crate) fn run_in(&self, folder: &str, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overstay"));
        let says = |word: &str| args.iter().any(|arg| arg.starts_with(word));
        let none: &[&str] =
            if args.first() == Some(&"report") && !self.documents && !says("--format") && !says("--help") {
                &["--format", "none"]
            } else {
                &[]
            };
        let output = command
            .args(args)
            .args(none)
            .env_clear()
            // These companies are small: threads cost more than they give.
            .env("POLARS_MAX_THREADS", "1")
            .current_dir(self.path(folder))
            .output()
            .expect("the command runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let here = self.folder.path().display().to_string();
        let err = text(output.stderr).replace(&here, "<tmp>");
        assert!(!err.contains("panicked"), "{args:?}: {err}");
        let code = output.status.code().expect("the command ends by itself");
        Ran { code, out: text(output.stdout).replace(&here, "<tmp>"), err }
    }

    /// As `run`, where a test needs what the run leaves behind and is not about the run: of those with the same words in
    /// folders with the same files one takes place, for all tests, and the others get copies of what it wrote. Only where it
    /// writes something new: what replaces or clears away takes place each time.
    pub(crate) fn given(&self, args: &[&str]) -> Ran {
        type Written = (Ran, BTreeMap<String, Vec<u8>>);
        static GIVEN: Mutex<BTreeMap<String, Arc<OnceLock<Written>>>> = Mutex::new(BTreeMap::new());
        let mut entries =
            walkdir::WalkDir::new(self.folder.path()).min_depth(1).into_iter().map(|entry| entry.expect("an entry"));
        let is_odd =
            |entry: walkdir::DirEntry| entry.path_is_symlink() || entry.file_name().to_string_lossy().starts_with('.');
        let out = args.iter().skip_while(|word| **word != "--out").nth(1).expect("an output");
        if self.path(out).exists() || entries.any(is_odd) {
            return self.run(args);
        }
        let before = self.files(".");
        let mut key = format!("{args:?} {}", self.documents);
        for (path, bytes) in &before {
            let _ = write!(key, " {path} {:?}", Sha256::digest(bytes));
        }
        let one = Arc::clone(GIVEN.lock().expect("no panic").entry(key).or_default());
        let (ran, written) = one.get_or_init(|| {
            let ran = self.run(args);
            let mut files = self.files(".");
            assert!(before.keys().all(|path| files.contains_key(path)), "{args:?} takes files away");
            files.retain(|path, bytes| before.get(path) != Some(bytes));
            (ran, files)
        });
        for (path, bytes) in written {
            self.write(path, bytes);
        }
        ran.clone()
    }

    /// Writes the pack of the third quarter to `pack`.
    pub(crate) fn report(&self) -> Ran {
        self.given(&["report", "exports", "--period", "2026-Q3", "--out", "pack"])
    }

    /// `report.json` of a pack.
    pub(crate) fn json(&self, pack: &str) -> Value {
        let bytes = fs::read(self.path(pack).join("report.json")).expect("a report");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// Every file under a folder with its bytes.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.path(folder);
        let mut files = BTreeMap::new();
        collect(&root, &root, &mut files);
        files
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("inside").display().to_string();
            files.insert(name, fs::read(&path).expect("a file"));
        }
    }
}

/// What a run of the command gave.
#[derive(Clone)]
#[must_use]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Exit code and messages.
    pub(crate) fn messages(&self) -> String {
        format!("{}exit {}", lines(&self.err), self.code)
    }

    /// Exit code, data and messages.
    pub(crate) fn all(&self) -> String {
        format!("{}---\n{}", lines(&self.out), self.messages())
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect("standard output is JSON and nothing else")
    }
}

/// Text that ends with a line end, or nothing.
fn lines(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() { String::new() } else { format!("{text}\n") }
}

/// The verdicts on some metrics of a report with their reasons.
pub(crate) fn verdicts(report: &Value, ids: &[&str]) -> String {
    let mut out = String::new();
    for metric in report["metrics"].as_array().expect("metrics") {
        if ids.contains(&metric["id"].as_str().expect("an id")) {
            let word = |name: &str| metric[name].as_str().expect("text").to_owned();
            let _ = writeln!(out, "{}: {} ({})", word("id"), word("status"), word("status_reason"));
        }
    }
    out
}

/// What a report says of one input file.
pub(crate) fn source(report: &Value, path: &str) -> String {
    let sources = report["sources"].as_array().expect("sources");
    let found = sources.iter().find(|source| source["path"] == path).expect("the file is in the report");
    format!(
        "{path}: {}, {} records, {} rejected",
        found["outcome"].as_str().expect("text"),
        found["records"],
        found["rejected"]
    )
}
