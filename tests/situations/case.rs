//! Reads a situation: prose, then parts that begin with `=== `, each a file of the exports or what is expected.
//!
//! `=== hr/people.csv @ 2026-07-31T18:00:00Z` is a file that was extracted then; without a time it was extracted when the
//! quarter ended. ` # 3` behind it is its control total. `=== expected` holds a line per expectation. A project file is
//! written unless the situation has its own.

use std::fmt::Write as _;
use std::path::Path;

use overstay::pipeline::{Clock, PackOptions, RuleOptions, RunOptions, Silent, report};
use overstay::writing::Disk;

use super::expect::Answer;

const PROJECT: &str = "organisation = \"Northlight\"\nzone = \"UTC\"\nperiod = \"2026-Q3\"\n";

/// A situation.
pub(super) struct Case {
    files: Vec<(String, String)>,
    expected: Vec<String>,
}

impl Case {
    pub(super) fn read(text: &str) -> Self {
        let mut files: Vec<(String, String)> = Vec::new();
        let mut register = "path,extracted_at,extracted_by,method,expected_rows\n".to_owned();
        let mut expected = Vec::new();
        for part in text.split("\n=== ").skip(1) {
            let (head, body) = part.split_once('\n').unwrap_or((part, ""));
            if head == "expected" {
                expected = body.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
                continue;
            }
            let (head, total) = head.split_once(" # ").unwrap_or((head, ""));
            let (path, at) = head.split_once(" @ ").unwrap_or((head, "2026-10-01T00:00:00Z"));
            let is_rule = path.ends_with(".toml") || path == "extractions.csv";
            if !is_rule && at != "never" {
                writeln!(register, "{path},{at},R. Quill,API,{total}").expect("memory");
            }
            // A file that is said to be there and is not has no body.
            if body.trim() != "(missing)" {
                files.push((path.to_owned(), format!("{body}\n")));
            }
        }
        for (path, text) in [("overstay.toml", PROJECT.to_owned()), ("extractions.csv", register)] {
            if !files.iter().any(|file| file.0 == path) {
                files.push((path.to_owned(), text));
            }
        }
        assert!(!expected.is_empty(), "a situation expects something");
        Self { files, expected }
    }

    /// Assesses the exports.
    #[expect(clippy::disallowed_methods, reason = "a fixture, not an output")]
    pub(super) fn answer(&self) -> Answer {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let exports = folder.path().join("exports");
        for (path, text) in &self.files {
            let path = exports.join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let pack = folder.path().join("pack");
        let said = run(&exports, &pack);
        Answer::read(&pack, said, self.expected.clone())
    }
}

/// Writes the pack, and gives back why there is none.
fn run(exports: &Path, pack: &Path) -> Option<String> {
    let options = RunOptions {
        exports: exports.to_owned(),
        period: None,
        as_of: None,
        rules: RuleOptions::default(),
        clock: Clock::Recorded(0),
        findings: 100,
        readings: false,
        except: Vec::new(),
        pseudonyms: None,
    };
    let pack = PackOptions { canonical: false, documents: Vec::new(), disk: Disk::scratch(), ..PackOptions::new(pack) };
    report(&options, &pack, &Silent).err().map(|failure| failure.to_string())
}
