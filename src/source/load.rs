//! Reads a folder of exports: walks it in order, reads every file, and puts the parts together.

use std::path::{Path, PathBuf};

use globset::GlobMatcher;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::time::Zone;

use super::attach::attach;
use super::complete::{Told, judge};
use super::file::{FileJob, Reading, read, recognised};
use super::orders::Orders;
use super::rights::Rights;
use super::set::SourceSet;
use super::snapshots;
use super::stack::Stacks;
use super::walk::{Entry, walk};
use super::{FileOutcome, InputFile, Loaded, Reject, Unseen};

/// Where a long reading stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The file at hand, relative to the folder.
    pub path: String,
    /// Bytes on disk of the files that are done.
    pub done: u64,
    /// Bytes on disk of all files.
    pub total: u64,
}

/// Decides the source of files by their path, where content cannot.
#[derive(Debug, Clone)]
pub struct Override {
    /// Path under the root, exact or a glob.
    pub pattern: GlobMatcher,
    /// Id of the source.
    pub source: String,
    /// Where it is written, if in a file.
    pub place: Option<Place>,
}

impl Override {
    /// An override from the pattern and the id that a user wrote.
    ///
    /// # Errors
    /// The pattern is not a glob.
    pub fn new(pattern: &str, source: &str) -> Outcome<Self> {
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        globset::Glob::new(pattern)
            .map(|glob| Self { pattern: glob.compile_matcher(), source: source.to_owned(), place: None })
            .map_err(|cause| {
                let message = format!("`{pattern}` is not a path or a glob: {}", cause.kind());
                Failure::usage_one(Diagnostic::error("bad-glob", message))
            })
    }
}

impl Override {
    /// Whether it is about this file, named from the folder of exports or as on the command line.
    fn concerns(&self, entry: &Entry) -> bool {
        self.pattern.is_match(&entry.path) || self.pattern.is_match(&entry.disk)
    }
}

/// How to read.
pub struct LoadOptions<'a> {
    /// Zone of times that have none, where the mapping does not say.
    pub zone: Zone,
    /// Decisions about single files; the first that matches counts.
    pub overrides: Vec<Override>,
    /// Size of the blocks that are parsed at a time, in bytes. Results do not depend on it.
    pub block: usize,
    /// Who may speak about what.
    pub rights: Rights,
    /// A folder that is not read although it lies among the exports: where the run writes to.
    pub except: Vec<PathBuf>,
    /// Called before each file.
    pub progress: &'a (dyn Fn(&Progress) + Sync),
}

impl Default for LoadOptions<'_> {
    fn default() -> Self {
        Self {
            zone: Zone::UTC,
            overrides: Vec::new(),
            block: 8 << 20,
            rights: Rights::default(),
            except: Vec::new(),
            progress: &|_| {},
        }
    }
}

/// Reads every export under a folder.
///
/// Rows stand in the order of files (sorted by path) and records. What could not be used is in `rejects` and in the
/// counts of each file; messages about files are warnings, so that the report can show them.
///
/// # Errors
/// The folder cannot be read, an override names an unknown source, or no file under the folder is an export: then
/// with what was found out about each file.
pub fn load(root: &Path, set: &SourceSet, options: &LoadOptions<'_>) -> Outcome<Loaded> {
    for one in &options.overrides {
        set.require(&one.source)?;
    }
    let walked = walk(root, &options.except)?;
    let mut loaded = Loaded { diagnostics: walked.diagnostics, unseen: walked.unseen, ..Loaded::default() };
    for entry in &walked.hidden {
        loaded.hidden(&job(entry, set, options), entry);
    }
    let total = walked.entries.iter().map(|entry| entry.bytes).sum();
    let mut all = read_all(&walked.entries, set, options, &Orders::default(), total);
    if all.orders.tell() {
        // One file tells how the dates of another are written.
        all = read_all(&walked.entries, set, options, &all.orders, total);
    }
    let ReadAll { files, rejects, diagnostics, told, stacks, .. } = all;
    loaded.files = files;
    loaded.rejects = rejects;
    loaded.diagnostics.extend(diagnostics);
    let done = total;
    (options.progress)(&Progress { path: String::new(), done, total });
    for one in options.overrides.iter().filter(|one| !walked.entries.iter().any(|entry| one.concerns(entry))) {
        let message = format!("no file is `{}`, which was to be read as `{}`", one.pattern.glob(), one.source);
        let hint = "patterns are matched against the path under the folder of exports";
        let mut diagnostic = Diagnostic::warning("unmatched-pattern", message).hint(hint);
        diagnostic.place.clone_from(&one.place);
        loaded.diagnostics.push(diagnostic);
    }
    if !loaded.files.iter().any(|file| matches!(file.outcome, FileOutcome::Read)) {
        let message = match loaded.files.len() {
            0 => "there is no export in this folder".to_owned(),
            count => format!("none of the {count} files in this folder can be used as an export"),
        };
        let mut all = vec![
            Diagnostic::error("no-exports", message)
                .at(Place::file(root.display().to_string()))
                .hint("`overstay list sources` shows what is read, `overstay inspect FILE` what a file looks like"),
        ];
        all.append(&mut loaded.diagnostics);
        return Err(Failure::usage(all));
    }
    loaded.frames = stacks.finish()?;
    attach(&mut loaded, root)?;
    let said = judge(&mut loaded.files, &told, set);
    loaded.diagnostics.extend(said);
    loaded.diagnostics.extend(idle(&loaded.files, &told, set, &options.rights));
    loaded.rejects.sort();
    Ok(loaded)
}

/// What reading every file gave.
#[derive(Default)]
struct ReadAll {
    files: Vec<InputFile>,
    rejects: Vec<Reject>,
    diagnostics: Vec<Diagnostic>,
    told: Vec<Told>,
    orders: Orders,
    stacks: Stacks,
}

fn read_all(entries: &[Entry], set: &SourceSet, options: &LoadOptions<'_>, orders: &Orders, total: u64) -> ReadAll {
    let mut all = ReadAll::default();
    let mut done = 0;
    // Earlier collections of files that collectors append to come after all files.
    let mut earlier = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        (options.progress)(&Progress { path: entry.path.clone(), done, total });
        let job = FileJob { orders: Some(orders), ..job(entry, set, options) };
        let Reading { mut file, rejects, diagnostics, told, orders: shown, .. } = read(&job, index, &mut all.stacks);
        let next = entries.len() + earlier.len();
        earlier.extend(snapshots::split(&mut file, index, next, &mut all.stacks));
        done += entry.bytes;
        all.told.push(told);
        all.orders.join(shown);
        all.files.push(file);
        all.rejects.extend(rejects);
        all.diagnostics.extend(diagnostics);
    }
    all.told.extend(earlier.iter().map(|_| Told::default()));
    all.files.extend(earlier);
    all
}

/// Lines about folders, registers and names of systems that had no effect.
fn idle(files: &[InputFile], told: &[Told], set: &SourceSet, rights: &Rights) -> Vec<Diagnostic> {
    let feeds = |file: &&InputFile| {
        let source = file.source.as_deref().and_then(|id| set.get(id));
        source.is_some_and(|source| source.tables().iter().any(|table| table.is_register()))
    };
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let registers: Vec<&str> = files.iter().filter(feeds).map(|file| file.path.as_str()).collect();
    let used: Vec<usize> = told.iter().flat_map(|told| told.aliases.iter().copied()).collect();
    rights.idle(&paths, &registers, &used)
}

impl Loaded {
    /// Says so where a hidden file would have been read.
    fn hidden(&mut self, job: &FileJob<'_>, entry: &Entry) {
        let Some(source) = recognised(job) else { return };
        let message = format!("this is hidden, and would be read as {}: nothing of it was read", source.id());
        let hint = "give it a name without a dot in front, or move it out of the folder of exports";
        self.diagnostics.push(Diagnostic::warning("hidden-export", message).at(Place::file(&entry.path)).hint(hint));
        let folder = entry.folder.as_deref().map(|folder| folder.trim_start_matches('.'));
        let system = folder.or(source.system()).map(str::to_owned);
        let why = "is hidden".to_owned();
        self.unseen.push(Unseen { path: entry.path.clone(), system, why, feeds: source.tables() });
    }
}

/// What to do with one file.
pub(super) fn job<'a>(entry: &'a Entry, set: &'a SourceSet, options: &'a LoadOptions<'_>) -> FileJob<'a> {
    let forced = options.overrides.iter().find(|one| one.concerns(entry)).and_then(|one| set.get(&one.source));
    FileJob {
        disk: &entry.disk,
        path: &entry.path,
        folder: entry.folder.as_deref(),
        set,
        rights: &options.rights,
        forced,
        zone: options.zone,
        block: options.block,
        orders: None,
    }
}

/// A path as users know it: relative, with `/`.
pub(super) fn shown(path: &Path) -> String {
    let parts: Vec<String> = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("/")
}

/// A path that stands for itself: `inspect` may be given files outside any folder.
pub(super) fn lone(path: &Path) -> Entry {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let bytes = std::fs::metadata(path).map_or(0, |data| data.len());
    Entry { disk: PathBuf::from(path), path: name, folder: None, bytes }
}
