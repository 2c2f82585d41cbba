//! Rule files of the company's own: kept with their text, so that they can go into the pack and be used out of it.

use std::path::{Path, PathBuf};

use crate::pack::{Manifest, RuleEntry};
use crate::report::OwnRule;

use super::options::RuleOptions;

/// The folder of a pack that has them. It is laid out as a folder for `--mappings`.
pub(super) const RULES: &str = "rules/";

/// What a rule file decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Organisation, scope, authority.
    Project,
    /// How a source is read.
    Mapping,
    /// What is measured: SQL.
    Metric,
    /// Views that metrics share: SQL.
    Views,
    /// Limits.
    Limits,
    /// References.
    Framework,
}

impl Kind {
    fn room(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Mapping => "sources",
            Self::Metric | Self::Views => "metrics",
            Self::Limits => "policies",
            Self::Framework => "frameworks",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Project => "project file",
            Self::Mapping => "source mapping",
            Self::Metric => "metric",
            Self::Views => "views",
            Self::Limits => "limits",
            Self::Framework => "framework",
        }
    }

    /// Whether it is SQL, which is never run out of a pack unless somebody asks for it.
    pub(super) fn is_sql(self) -> bool {
        matches!(self, Self::Metric | Self::Views)
    }
}

/// A rule file of the company's own that a run used.
#[derive(Debug, Clone)]
pub(super) struct OwnFile {
    /// What it decides.
    pub(super) kind: Kind,
    /// Its name among the rules of the manifest.
    pub(super) listed: String,
    /// Its text.
    pub(super) text: String,
}

impl OwnFile {
    /// Its name under a pack.
    pub(super) fn path(&self) -> String {
        let name = self.listed.rsplit('/').next().unwrap_or(&self.listed);
        format!("{RULES}{}/{name}", self.kind.room())
    }

    /// As the report lists it.
    pub(super) fn report(&self) -> OwnRule {
        let RuleEntry { path, sha256, .. } = RuleEntry::of(self.listed.clone(), &self.text);
        OwnRule { name: path, kind: self.kind.word().to_owned(), sha256, path: None }
    }
}

/// The rule files of a run as they are read.
#[derive(Debug, Default)]
pub(super) struct RuleTexts {
    pub(super) entries: Vec<RuleEntry>,
    pub(super) own: Vec<OwnFile>,
}

impl RuleTexts {
    /// A file; shipped ones have their path in the source tree.
    pub(super) fn add(&mut self, kind: Kind, listed: impl Into<String>, text: &str) {
        let listed = listed.into();
        self.entries.push(RuleEntry::of(listed.clone(), text));
        if !is_shipped(&listed) {
            self.own.push(OwnFile { kind, listed, text: text.to_owned() });
        }
    }
}

/// Whether a rule of a manifest is one of those that ship.
pub(super) fn is_shipped(listed: &str) -> bool {
    listed.starts_with("mappings/")
}

/// The rules of a pack, for a run that is given no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedRules {
    /// `rules/` of the pack.
    pub(super) folder: PathBuf,
    /// The flags that named them when the pack was made.
    pub(super) flags: Vec<String>,
    /// Whether SQL out of the pack is run.
    pub(super) run_sql: bool,
}

impl PackedRules {
    /// Those of a pack that has some. Whoever uses them has compared the hashes of the pack.
    pub(super) fn of(pack: &Path, manifest: &Manifest, run_sql: bool) -> Option<Self> {
        let some = manifest.outputs.iter().any(|output| output.path.starts_with(RULES));
        some.then(|| Self { folder: pack.join(RULES), flags: manifest.options.rules.clone(), run_sql })
    }

    /// The only file of one of its rooms.
    fn only(&self, kind: Kind) -> Option<PathBuf> {
        let entries = walkdir::WalkDir::new(self.folder.join(kind.room())).min_depth(1).sort_by_file_name();
        let mut files = entries.into_iter().flatten().filter(|entry| entry.file_type().is_file());
        files.next().map(walkdir::DirEntry::into_path)
    }

    /// Options that name nothing but the rules of the pack.
    pub(super) fn options(self, options: &RuleOptions) -> RuleOptions {
        RuleOptions {
            project: self.only(Kind::Project),
            policy: self.only(Kind::Limits),
            mappings: vec![self.folder.clone()],
            packed: Some(self),
            ..options.clone()
        }
    }

    /// The ids of the metrics that it has.
    pub(super) fn metric_ids(&self) -> impl Iterator<Item = String> {
        let files = super::rules::rule_files(&self.folder.join(Kind::Metric.room()), "sql");
        files.into_iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
    }
}
