//! Loads every rule file of a run: project, sources, metrics, policy, frameworks. All mistakes of all files at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, Place};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::framework::{Framework, all_shipped, load_frameworks, shipped_frameworks};
use crate::metric::Register;
use crate::pack::RuleEntry;
use crate::policy::{DEFAULT_POLICY, DEFAULT_POLICY_NAME, Policy, Project};
use crate::rules::did_you_mean;
use crate::source::SourceSet;
use crate::time::Zone;

use super::options::RuleOptions;
use super::own::{Kind, OwnFile, PackedRules, RuleTexts};

/// Everything that decides a result beside the inputs.
#[derive(Debug)]
pub struct Rules {
    /// The project file, or an empty one.
    pub project: Project,
    /// Source mappings.
    pub sources: SourceSet,
    /// Metrics and views.
    pub register: Register,
    /// Limits.
    pub policy: Policy,
    /// Chosen frameworks, in the order of the report.
    pub frameworks: Vec<Framework>,
    /// Every framework at hand, chosen or not.
    pub catalogue: Vec<Framework>,
    /// Folder with own templates and brand, if the project file names one.
    pub templates: Option<PathBuf>,
    /// Every rule file with its hash.
    pub files: Vec<RuleEntry>,
    /// Those that are the company's own, with their text, sorted by name.
    pub(super) own: Vec<OwnFile>,
    /// What was noticed about rule files that are not wrong.
    pub warnings: Vec<Diagnostic>,
}

impl Rules {
    /// Whose exports they are for.
    pub(super) fn organisation(&self) -> &str {
        self.project.organisation.as_deref().unwrap_or("organisation not named")
    }

    /// Loads the rules for a folder of exports (`None`: no folder, for `list` and `explain`).
    ///
    /// # Errors
    /// Every mistake in every rule file, with line and column.
    pub fn load(exports: Option<&Path>, options: &RuleOptions) -> Outcome<Self> {
        let mut problems = Vec::new();
        let mut texts = RuleTexts::default();
        let (project, base) = project(exports, options, &mut texts, &mut problems);
        let own = own_folders(&project, &base, options, &mut problems);
        let templates = templates(&project, &base, &mut problems);
        let limits = options.policy.clone().or_else(|| project.policy.as_ref().map(|path| base.join(path)));
        let (beside, warnings) = beside_the_rooms(&own, limits.as_deref());
        let mappings: Vec<PathBuf> = existing(&own, "sources").into_iter().chain(beside).collect();
        let sources = collect(SourceSet::load(&mappings), &mut problems);
        // SQL out of a pack is not even tried on empty tables, unless somebody asks for it.
        let asleep = options.packed.as_ref().filter(|packed| !packed.run_sql);
        let sql = if asleep.is_some() { Vec::new() } else { existing(&own, "metrics") };
        let register = collect(Register::load(&sql), &mut problems);
        let broken = register.iter().flat_map(Register::broken).flat_map(|(_, mistakes)| mistakes.iter().cloned());
        let (broken, place): (Vec<Diagnostic>, usize) = (broken.collect(), problems.len());
        let mut known = metric_ids(register.as_ref(), &own);
        known.extend(asleep.into_iter().flat_map(PackedRules::metric_ids));
        let policy = policy(&project, &base, options, &known, &mut texts, &mut problems);
        let (frameworks, catalogue, framework_ids) =
            frameworks(&project, &own, options, &known, &mut texts, &mut problems);
        let source_ids = source_ids(sources.as_ref(), &own);
        problems.extend(unknown_sources(options, &source_ids));
        problems.extend(project.unknown_ids(&source_ids, &framework_ids));
        // A pack is made again with all of its rules, or not at all; and where something else is wrong, all is told at once.
        if options.packed.is_some() || !problems.is_empty() {
            problems.splice(place..place, broken);
        }
        let (Some(sources), Some(register), Some(mut policy), true) = (sources, register, policy, problems.is_empty())
        else {
            return Err(Failure::usage(problems));
        };
        let zone = options.zone.or(project.zone).unwrap_or(Zone::UTC);
        policy.leave_instant = policy.leave_instant.in_zone(zone);
        for source in sources.iter() {
            texts.add(Kind::Mapping, own_name(source.file()), source.text());
        }
        let views = if register.has_own_views() { "own/_views.sql" } else { "mappings/metrics/_views.sql" };
        texts.add(Kind::Views, views, &register.views_text());
        for metric in register.metrics() {
            texts.add(Kind::Metric, own_name(metric.path()), metric.text());
        }
        let RuleTexts { entries: mut files, mut own } = texts;
        files.sort();
        own.sort_by(|a, b| a.listed.cmp(&b.listed));
        Ok(Self { project, sources, register, policy, frameworks, catalogue, templates, files, own, warnings })
    }
}

/// Rule files that lie in a folder of rules itself, and not in one of its rooms: source mappings, which are read, and
/// warnings about the others, which are not. A project file and a limits file may lie there.
fn beside_the_rooms(own: &[PathBuf], limits: Option<&Path>) -> (Vec<PathBuf>, Vec<Diagnostic>) {
    let (mut mappings, mut warnings) = (Vec::new(), Vec::new());
    for folder in own {
        for path in rule_files(folder, "toml").into_iter().chain(rule_files(folder, "sql")) {
            let name = file_name(&path);
            // What cannot be read is read as a mapping, which says why.
            let Ok(text) = disk::read_text(&path, disk::WRITTEN) else {
                mappings.push(path);
                continue;
            };
            let section = |name: &str| text.lines().any(|line| line.trim() == name);
            if section("[recognise]") || section("[[rows]]") {
                mappings.push(path);
                continue;
            }
            let room = match name.as_str() {
                "overstay.toml" | "brand.toml" => continue,
                _ if path.extension().is_some_and(|end| end == "sql") => "metrics",
                _ if section("[[reference]]") => "frameworks",
                _ if limits.is_some_and(|limits| same_file(limits, &path)) => continue,
                _ => "policies",
            };
            let hint = match room {
                "policies" => "a file of limits is named by --policy, or by `policy` in overstay.toml".to_owned(),
                room => format!("move it to {room}/{name} in the same folder"),
            };
            let place = Place::file(path.display().to_string());
            let message = "this rule file is not read where it lies";
            warnings.push(Diagnostic::warning("rule-beside", message).at(place).hint(hint));
        }
    }
    (mappings, warnings)
}

fn same_file(a: &Path, b: &Path) -> bool {
    matches!((std::fs::canonicalize(a), std::fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// The ids of metrics. Where a file of them is broken its name stands for it, so that one mistake does not make
/// others out of every line that names the metric.
fn metric_ids(register: Option<&Register>, own: &[PathBuf]) -> BTreeSet<String> {
    // A metric that is left out is known by its name.
    let ids =
        |register: &Register| register.ids().chain(register.broken().map(|(id, _)| id)).map(str::to_owned).collect();
    match register {
        Some(register) => ids(register),
        None => with_stems(Register::load(&[]).map(|shipped| ids(&shipped)), own, "metrics", "sql"),
    }
}

/// The ids of sources, as [`metric_ids`].
fn source_ids(sources: Option<&SourceSet>, own: &[PathBuf]) -> BTreeSet<String> {
    let ids = |sources: &SourceSet| sources.iter().map(|source| source.id().to_owned()).collect();
    match sources {
        Some(sources) => ids(sources),
        None => with_stems(SourceSet::load(&[]).map(|shipped| ids(&shipped)), own, "sources", "toml"),
    }
}

fn with_stems(shipped: Outcome<BTreeSet<String>>, own: &[PathBuf], room: &str, ending: &str) -> BTreeSet<String> {
    let mut ids = shipped.unwrap_or_default();
    for folder in existing(own, room) {
        ids.extend(rule_files(&folder, ending).iter().filter_map(|path| stem(path)));
    }
    ids
}

/// The files of a folder with an ending, sorted.
pub(super) fn rule_files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).max_depth(1).sort_by_file_name().into_iter().flatten();
    let paths = entries.map(walkdir::DirEntry::into_path);
    paths.filter(|path| path.extension().is_some_and(|extension| extension == ending)).collect()
}

fn stem(path: &Path) -> Option<String> {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned())
}

/// Keeps the value, or the messages of a failure.
fn collect<T>(outcome: Outcome<T>, problems: &mut Vec<Diagnostic>) -> Option<T> {
    match outcome {
        Ok(value) => Some(value),
        Err(failure) => {
            problems.extend(failure.diagnostics);
            None
        }
    }
}

fn read(path: &Path, what: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
    match disk::read_text(path, disk::WRITTEN) {
        Ok(text) => Some(text),
        Err(cause) => {
            let message = format!("the {what} cannot be read: {cause}");
            problems.push(Diagnostic::error("rule-unreadable", message).at(Place::file(path.display().to_string())));
            None
        }
    }
}

/// The project file and the folder that its paths are relative to.
fn project(
    exports: Option<&Path>,
    options: &RuleOptions,
    texts: &mut RuleTexts,
    problems: &mut Vec<Diagnostic>,
) -> (Project, PathBuf) {
    let beside = exports.map(|folder| folder.join("overstay.toml")).filter(|path| path.symlink_metadata().is_ok());
    let Some(path) = options.project.clone().or(beside) else {
        return (Project::default(), PathBuf::new());
    };
    let base = path.parent().map(Path::to_owned).unwrap_or_default();
    let name = path.display().to_string();
    let Some(text) = read(&path, "project file", problems) else {
        return (Project::default(), base);
    };
    texts.add(Kind::Project, file_name(&path), &text);
    let (project, mistakes) = Project::read(&name, &text);
    // What was understood of a text that is not TOML may be wrong.
    let mut project =
        if mistakes.iter().any(|mistake| mistake.code == "rule-syntax") { Project::default() } else { project };
    problems.extend(mistakes);
    if options.packed.is_some() {
        // What it named beside itself lies in the pack.
        project.mappings.clear();
        (project.policy, project.templates) = (None, None);
    }
    (project, base)
}

/// Rule files are named in manifests by their own name: the folder that a checkout lies in must not change a pack.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Shipped files keep their path in the source tree; a company's own are named by file name.
pub(super) fn own_name(path: &str) -> String {
    if path.starts_with("mappings/") { path.to_owned() } else { format!("own/{}", file_name(Path::new(path))) }
}

fn own_folders(project: &Project, base: &Path, options: &RuleOptions, problems: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let named = project.mappings.iter().map(|folder| base.join(folder)).chain(options.mappings.iter().cloned());
    let mut folders = Vec::new();
    for folder in named {
        if folder.is_dir() {
            folders.push(folder);
        } else {
            let place = Place::file(folder.display().to_string());
            let message = "the mappings folder does not exist";
            let hint = "it may hold sources/, metrics/, frameworks/ and policies/";
            problems.push(Diagnostic::error("no-mappings-folder", message).at(place).hint(hint));
        }
    }
    folders
}

/// The folder of templates, which must exist.
fn templates(project: &Project, base: &Path, problems: &mut Vec<Diagnostic>) -> Option<PathBuf> {
    let (named, place) = project.templates.as_ref()?;
    let folder = base.join(named);
    if folder.is_dir() {
        return Some(folder);
    }
    let hint = "it may hold brand.toml and report/*.html";
    problems.push(
        Diagnostic::error("no-templates-folder", "the templates folder does not exist").at(place.clone()).hint(hint),
    );
    None
}

fn existing(folders: &[PathBuf], room: &str) -> Vec<PathBuf> {
    folders.iter().map(|folder| folder.join(room)).filter(|folder| folder.is_dir()).collect()
}

fn policy(
    project: &Project,
    base: &Path,
    options: &RuleOptions,
    known: &BTreeSet<String>,
    texts: &mut RuleTexts,
    problems: &mut Vec<Diagnostic>,
) -> Option<Policy> {
    let own = options.policy.clone().or_else(|| project.policy.as_ref().map(|path| base.join(path)));
    let loaded = match own {
        None => {
            texts.add(Kind::Limits, DEFAULT_POLICY_NAME, DEFAULT_POLICY);
            Policy::shipped(known)
        }
        Some(path) => {
            let text = read(&path, "limits file", problems)?;
            texts.add(Kind::Limits, file_name(&path), &text);
            let policy = Policy::load(&path.display().to_string(), &text, known);
            if policy.as_ref().is_ok_and(|policy| policy.extended) {
                texts.add(Kind::Limits, DEFAULT_POLICY_NAME, DEFAULT_POLICY);
            }
            policy
        }
    };
    loaded.map_err(|mistakes| problems.extend(mistakes)).ok()
}

/// The chosen frameworks (none when a file is broken), all that there are, and their ids.
fn frameworks(
    project: &Project,
    own: &[PathBuf],
    options: &RuleOptions,
    known: &BTreeSet<String>,
    texts: &mut RuleTexts,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Framework>, Vec<Framework>, BTreeSet<String>) {
    let mut found: Vec<(String, String)> = Vec::new();
    for folder in existing(own, "frameworks") {
        for path in ["toml", "csv"].iter().flat_map(|ending| rule_files(&folder, ending)) {
            if let Some(text) = read(&path, "framework file", problems) {
                found.push((path.display().to_string(), text));
            }
        }
    }
    let named = found.iter().map(|(file, text)| (file.as_str(), text.as_str()));
    let (all, ids): (Vec<Framework>, BTreeSet<String>) =
        match all_shipped().and_then(|shipped| load_frameworks(shipped, named, known)) {
            Ok(all) => {
                let ids = all.iter().map(|framework| framework.id.clone()).collect();
                (all, ids)
            }
            Err(mistakes) => {
                problems.extend(mistakes);
                let files = shipped_frameworks().into_iter().map(|(file, _)| file);
                let files = files.chain(found.iter().map(|(file, _)| file.as_str()));
                (Vec::new(), files.filter_map(|file| stem(Path::new(file))).collect())
            }
        };
    let wanted =
        if options.frameworks.is_empty() { project.frameworks.clone() } else { Some(options.frameworks.clone()) };
    let chosen: Vec<Framework> = match wanted {
        None => all.iter().filter(|framework| !framework.on_request).cloned().collect(),
        Some(wanted) => wanted
            .iter()
            .filter_map(|id| {
                let one = all.iter().find(|framework| framework.id == *id).cloned();
                if !ids.contains(id) && !options.frameworks.is_empty() {
                    problems.push(unknown("framework", id, &ids));
                }
                one
            })
            .collect(),
    };
    let used: BTreeSet<&str> = chosen.iter().map(|framework| framework.file.as_str()).collect();
    for (file, text) in shipped_frameworks().into_iter().filter(|(file, _)| used.contains(file)) {
        texts.add(Kind::Framework, file.to_owned(), text);
    }
    for (file, text) in found.iter().filter(|(file, _)| used.contains(file.as_str())) {
        texts.add(Kind::Framework, file_name(Path::new(file)), text);
    }
    (chosen, all, ids)
}

fn unknown_sources(options: &RuleOptions, known: &BTreeSet<String>) -> Vec<Diagnostic> {
    let ids = options.read_as.iter().map(|one| &one.source);
    ids.filter(|id| !known.contains(*id)).map(|id| unknown("source", id, known)).collect()
}

/// The message about an id that nothing has, with the nearest one that exists.
pub(super) fn unknown(what: &str, id: &str, known: &BTreeSet<String>) -> Diagnostic {
    let hint = did_you_mean(id, known.iter().map(String::as_str))
        .unwrap_or_else(|| format!("`overstay list {what}s` shows the known ids"));
    Diagnostic::error("unknown-id", format!("there is no {what} `{id}`")).hint(hint)
}
