//! The files under a folder of exports, in a fixed order, without what is not an export.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};

use super::load::shown;

/// One file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Where it is.
    pub(super) disk: PathBuf,
    /// Relative to the root, with `/`.
    pub(super) path: String,
    /// The first folder level under the root, which names the system.
    pub(super) folder: Option<String>,
    /// Size on disk.
    pub(super) bytes: u64,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Sorted by path.
    pub(super) entries: Vec<Entry>,
    /// What was passed over.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Walks a folder. Links to folders are not followed.
pub(super) fn walk(root: &Path) -> Outcome<Walked> {
    let refuse = |message: String, hint: &str| {
        Failure::usage_one(
            Diagnostic::error("exports-folder", message).at(Place::file(root.display().to_string())).hint(hint),
        )
    };
    match std::fs::metadata(root) {
        Ok(data) if data.is_dir() => {}
        Ok(_) => return Err(refuse("this is not a folder".into(), "give the folder that holds the exports")),
        Err(cause) => {
            return Err(refuse(
                format!("the folder cannot be opened: {cause}"),
                "give the folder that holds the exports",
            ));
        }
    }
    let mut walked = Walked::default();
    let (mut hidden, mut project) = (0_u64, 0_u64);
    let visible = |name: &str| !name.starts_with('.') && !name.starts_with("~$");
    let mut files = WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
    while let Some(entry) = files.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(cause) => {
                let place = cause.path().map_or_else(String::new, |path| relative(root, path));
                let why = cause.io_error().map_or_else(|| "a loop of links".to_owned(), ToString::to_string);
                let message = format!("cannot be read: {why}");
                walked.diagnostics.push(Diagnostic::warning("unreadable-file", message).at(Place::file(place)));
                continue;
            }
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        if !visible(&name) {
            hidden += 1;
            if entry.file_type().is_dir() {
                files.skip_current_dir();
            }
            continue;
        }
        if !entry.path().is_file() {
            continue;
        }
        let toml = entry.path().extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
        if toml || name.to_lowercase().starts_with("readme") {
            project += 1;
            continue;
        }
        let path = relative(root, entry.path());
        let folder = path.split_once('/').map(|(folder, _)| folder.to_owned());
        let bytes = std::fs::metadata(entry.path()).map_or(0, |data| data.len());
        walked.entries.push(Entry { disk: entry.into_path(), path, folder, bytes });
    }
    walked.entries.sort_by(|a, b| a.path.cmp(&b.path));
    for (count, what) in [(hidden, "hidden files or folders"), (project, "project files (*.toml, README)")] {
        if count > 0 {
            walked.diagnostics.push(Diagnostic::info("skipped-files", format!("{count} {what} were passed over")));
        }
    }
    Ok(walked)
}

fn relative(root: &Path, path: &Path) -> String {
    shown(path.strip_prefix(root).unwrap_or(path))
}
