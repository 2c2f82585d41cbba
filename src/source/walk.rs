//! The files under a folder of exports, in a fixed order, and what lies there and is not read.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::writing::is_working_name;

use super::Unseen;
use super::load::shown;
use super::packs::is_own_output;
use super::path::system_name;

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
    /// Hidden files: a hole in the evidence where they turn out to be exports. Sorted by path.
    pub(super) hidden: Vec<Entry>,
    /// What was passed over.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What was passed over and may be evidence.
    pub(super) unseen: Vec<Unseen>,
}

/// Hidden files that are looked into; a folder of a version control system holds any number.
const LOOKED_INTO: usize = 500;

/// Endings of files that hold records.
const RECORDS: [&str; 8] = ["csv", "tsv", "json", "jsonl", "ndjson", "ldif", "xml", "log"];

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

/// A walk under way.
struct Walk<'a> {
    root: &'a Path,
    /// The root without links: what lies outside of it is not read.
    real: Option<PathBuf>,
    except: Vec<PathBuf>,
    walked: Walked,
    hidden: u64,
    project: u64,
}

/// What to do with a folder.
enum Turn {
    Enter,
    PassBy,
}

/// Walks a folder, passing over the folders `except`. Links to folders are not followed, nor is any link that leads
/// out of the folder.
pub(super) fn walk(root: &Path, except: &[PathBuf]) -> Outcome<Walked> {
    exports_folder(root)?;
    let except = except.iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
    let real = std::fs::canonicalize(root).ok();
    let mut walk = Walk { root, real, except, walked: Walked::default(), hidden: 0, project: 0 };
    let mut files = WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
    while let Some(entry) = files.next() {
        match entry {
            Ok(entry) => {
                if matches!(walk.entry(&entry), Turn::PassBy) && entry.file_type().is_dir() {
                    files.skip_current_dir();
                }
            }
            Err(cause) => {
                let place = cause.path().map_or_else(String::new, |path| relative(root, path));
                let why = cause.io_error().map_or_else(|| "a loop of links".to_owned(), ToString::to_string);
                let message = format!("cannot be read: {why}");
                walk.unseen(&place, false, message.clone());
                walk.walked.diagnostics.push(Diagnostic::warning("unreadable-file", message).at(Place::file(place)));
            }
        }
    }
    let Walk { mut walked, hidden, project, .. } = walk;
    walked.entries.sort_by(|a, b| a.path.cmp(&b.path));
    for (count, what) in [(hidden, "hidden files or folders"), (project, "project files (*.toml, *.sql, README)")] {
        if count > 0 {
            walked.diagnostics.push(Diagnostic::info("skipped-files", format!("{count} {what} were passed over")));
        }
    }
    Ok(walked)
}

impl Walk<'_> {
    fn entry(&mut self, entry: &walkdir::DirEntry) -> Turn {
        let name = entry.file_name().to_string_lossy();
        let path = relative(self.root, entry.path());
        if name.starts_with('.') || name.starts_with("~$") {
            // What this run itself is writing is not counted: the same inputs must give the same report.
            if !is_working_name(&name) {
                self.hidden += 1;
                self.look_into(entry.path());
            }
            return Turn::PassBy;
        }
        let kind = std::fs::metadata(entry.path()).map(|data| data.file_type());
        if entry.path_is_symlink() && !self.inside(entry.path()) {
            let message = "this is a link that leads out of the folder: nothing of it was read";
            self.warn("link-outside", &path, message, "copy what it leads to into the folder of exports");
            self.unseen(&path, entry.path().is_dir(), "is a link that leads out of the folder".to_owned());
            return Turn::PassBy;
        }
        match kind {
            Ok(kind) if kind.is_dir() => return self.folder(entry, &path),
            Ok(kind) if !kind.is_file() => {
                let message = "this is neither a file nor a folder";
                self.walked.diagnostics.push(Diagnostic::warning("unreadable-file", message).at(Place::file(&path)));
                self.unseen(&path, false, "is neither a file nor a folder".to_owned());
                return Turn::PassBy;
            }
            // A link that leads nowhere is reported when it is opened.
            _ => {}
        }
        if is_rule(entry.path()) || name.to_lowercase().starts_with("readme") && !holds_records(&name) {
            self.project += 1;
        } else {
            let found = found(entry.path(), path);
            self.walked.entries.push(found);
        }
        Turn::Enter
    }

    fn folder(&mut self, entry: &walkdir::DirEntry, path: &str) -> Turn {
        if entry.path_is_symlink() {
            let message = "links to folders are not followed: what they lead to is read where it lies";
            self.walked.diagnostics.push(Diagnostic::info("link-to-folder", message).at(Place::file(path)));
            return Turn::PassBy;
        }
        if std::fs::canonicalize(entry.path()).is_ok_and(|path| self.except.contains(&path)) {
            return Turn::PassBy;
        }
        if is_own_output(entry.path()) {
            if path.contains('/') {
                let message = "the output of an earlier run was passed over";
                self.walked.diagnostics.push(Diagnostic::info("skipped-pack", message).at(Place::file(path)));
            } else {
                let message = "the output of an earlier run was passed over; if it stands in the place of a system's \
                               exports, nothing was read of that system";
                let hint = "keep evidence packs outside of the folder of exports";
                self.warn("skipped-pack", path, message, hint);
                self.unseen(path, true, "is the output of an earlier run".to_owned());
            }
            return Turn::PassBy;
        }
        Turn::Enter
    }

    /// Whether a link ends inside the folder. One that ends nowhere is reported when it is opened.
    fn inside(&self, link: &Path) -> bool {
        match (std::fs::canonicalize(link), &self.real) {
            (Ok(end), Some(real)) => end.starts_with(real),
            _ => true,
        }
    }

    /// Notes the files of something hidden.
    fn look_into(&mut self, path: &Path) {
        if is_own_output(path) {
            return;
        }
        let room = LOOKED_INTO.saturating_sub(self.walked.hidden.len());
        let whole = path.is_file();
        let files =
            WalkDir::new(path).sort_by_file_name().into_iter().flatten().filter(|file| file.file_type().is_file());
        let files = files.filter(|file| whole || holds_records(&file.file_name().to_string_lossy()));
        let found: Vec<Entry> =
            files.take(room).map(|file| found(file.path(), relative(self.root, file.path()))).collect();
        self.walked.hidden.extend(found);
    }

    fn warn(&mut self, code: &'static str, path: &str, message: &str, hint: &str) {
        self.walked.diagnostics.push(Diagnostic::warning(code, message).at(Place::file(path)).hint(hint));
    }

    /// A hole: what it would have fed is not known. A folder right under the root stands for the system of its name.
    fn unseen(&mut self, path: &str, folder: bool, why: String) {
        let system = first_folder(path).or_else(|| folder.then(|| system_name(path).into_owned()));
        self.walked.unseen.push(Unseen { path: path.to_owned(), system, why, feeds: Vec::new() });
    }
}

fn found(disk: &Path, path: String) -> Entry {
    let bytes = std::fs::metadata(disk).map_or(0, |data| data.len());
    Entry { disk: disk.to_owned(), folder: first_folder(&path), path, bytes }
}

fn first_folder(path: &str) -> Option<String> {
    path.split_once('/').map(|(folder, _)| system_name(folder).into_owned())
}

/// Mappings, policies, metrics: rules, not evidence.
fn is_rule(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml") || end.eq_ignore_ascii_case("sql"))
}

/// Whether a file's name ends as those of files with records do, packed or not.
fn holds_records(name: &str) -> bool {
    let name = name.to_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    name.rsplit_once('.').is_some_and(|(_, end)| RECORDS.contains(&end))
}

fn relative(root: &Path, path: &Path) -> String {
    shown(path.strip_prefix(root).unwrap_or(path))
}
