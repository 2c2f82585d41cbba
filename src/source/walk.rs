//! The files under a folder of exports, in a fixed order, without what is not an export.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use walkdir::WalkDir;

use crate::diag::{Diagnostic, Place, Severity};
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

/// Refuses what is no folder, before anything else is asked about it.
///
/// # Errors
/// The path is no folder, or cannot be opened.
pub fn exports_folder(root: &Path) -> Outcome<()> {
    let message = match std::fs::metadata(root) {
        Ok(data) if data.is_dir() => return Ok(()),
        Ok(_) => "this is not a folder".to_owned(),
        Err(cause) => format!("cannot be opened: {cause}"),
    };
    let place = Place::file(root.display().to_string());
    let hint = "give the folder that holds the exports";
    Err(Failure::usage_one(Diagnostic::error("exports-folder", message).at(place).hint(hint)))
}

/// Walks a folder, passing over the folders `except`. Links to folders are not followed.
pub(super) fn walk(root: &Path, except: &[PathBuf]) -> Outcome<Walked> {
    exports_folder(root)?;
    let mut walked = Walked::default();
    let (mut hidden, mut project) = (0_u64, 0_u64);
    let except: Vec<PathBuf> = except.iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
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
            // What this run itself is writing is not counted: the same inputs must give the same report.
            hidden += u64::from(!name.ends_with(".partial"));
            if entry.file_type().is_dir() {
                files.skip_current_dir();
            }
            continue;
        }
        let kind = std::fs::metadata(entry.path()).map(|data| data.file_type());
        let mut pass = |severity, code, message: &str| {
            let place = Place::file(relative(root, entry.path()));
            walked.diagnostics.push(Diagnostic::new(severity, code, message).at(place));
        };
        match kind {
            Ok(kind) if kind.is_dir() => {
                if entry.path_is_symlink() {
                    pass(
                        Severity::Warning,
                        "link-to-folder",
                        "links to folders are not followed: nothing in it was read",
                    );
                } else if std::fs::canonicalize(entry.path()).is_ok_and(|path| except.contains(&path)) {
                    files.skip_current_dir();
                } else if own_output(entry.path()).is_some() {
                    // Its tables have the engine's own headers: they would be read as exports.
                    pass(Severity::Info, "skipped-pack", "the output of an earlier run was passed over");
                    files.skip_current_dir();
                }
                continue;
            }
            Ok(kind) if !kind.is_file() => {
                pass(Severity::Warning, "unreadable-file", "this is neither a file nor a folder");
                continue;
            }
            // A link that leads nowhere is reported when it is opened.
            _ => {}
        }
        let rule = |end: &std::ffi::OsStr| end.eq_ignore_ascii_case("toml") || end.eq_ignore_ascii_case("sql");
        if entry.path().extension().is_some_and(rule) || name.to_lowercase().starts_with("readme") {
            project += 1;
            continue;
        }
        let path = relative(root, entry.path());
        let folder = path.split_once('/').map(|(folder, _)| folder.to_owned());
        let bytes = std::fs::metadata(entry.path()).map_or(0, |data| data.len());
        walked.entries.push(Entry { disk: entry.into_path(), path, folder, bytes });
    }
    walked.entries.sort_by(|a, b| a.path.cmp(&b.path));
    for (count, what) in [(hidden, "hidden files or folders"), (project, "project files (*.toml, *.sql, README)")] {
        if count > 0 {
            walked.diagnostics.push(Diagnostic::info("skipped-files", format!("{count} {what} were passed over")));
        }
    }
    Ok(walked)
}

/// The files of an earlier run's output, when a folder is one: the paths that its manifest lists.
pub fn own_output(folder: &Path) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Output {
        path: String,
    }
    #[derive(Deserialize)]
    struct Manifest {
        schema: String,
        outputs: Vec<Output>,
    }
    let text = std::fs::read(folder.join("manifest.json")).ok()?;
    let manifest: Manifest = serde_json::from_slice(&text).ok()?;
    let own = manifest.schema.starts_with("overstay.");
    own.then(|| manifest.outputs.into_iter().map(|output| output.path).collect())
}

fn relative(root: &Path, path: &Path) -> String {
    shown(path.strip_prefix(root).unwrap_or(path))
}
