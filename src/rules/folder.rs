//! Rule files in folders of a company.

use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Place};
use crate::disk;

/// A rule file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleFile {
    /// Its path as messages name it, with `/`.
    pub(crate) path: String,
    /// Its name without the ending.
    pub(crate) stem: String,
    /// Its text.
    pub(crate) text: String,
}

/// Reads the files of one ending in a folder, sorted by name; a file stands for itself. What cannot be read is added to
/// the mistakes, as `what` it is.
pub(crate) fn rule_files(folder: &Path, ending: &str, what: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<RuleFile> {
    let mut files = Vec::new();
    for path in listed(folder, ending, what, mistakes) {
        let shown = path.to_string_lossy().replace('\\', "/");
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        match disk::read_text(&path, disk::WRITTEN) {
            Ok(text) => files.push(RuleFile { path: shown, stem, text }),
            Err(cause) => mistakes.push(
                Diagnostic::error("rule-unreadable", format!("the {what} cannot be read: {cause}"))
                    .at(Place::file(shown))
                    .hint("rule files are UTF-8 text"),
            ),
        }
    }
    files
}

fn listed(folder: &Path, ending: &str, what: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_owned()];
    }
    let wanted =
        |path: &PathBuf| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending)) && !path.is_dir();
    match std::fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect()) {
        Ok(paths) => {
            let paths: Vec<PathBuf> = paths;
            let mut paths: Vec<PathBuf> = paths.into_iter().filter(wanted).collect();
            paths.sort();
            paths
        }
        Err(cause) => {
            let message = format!("cannot read the folder of {what}s: {cause}");
            mistakes.push(Diagnostic::error("rule-folder", message).at(Place::file(folder.display().to_string())));
            Vec::new()
        }
    }
}
