//! What a run was asked to do, in plain types: the command line without clap.

use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::pack::ReadAs;
use crate::pseudonym::Key;
use crate::time::{Micros, Zone};

use super::own::PackedRules;

/// Where rules come from; flags win over the project file.
#[derive(Debug, Clone, Default)]
pub struct RuleOptions {
    /// Project file; default: `overstay.toml` in the folder of exports.
    pub project: Option<PathBuf>,
    /// Folders with own sources, metrics and frameworks.
    pub mappings: Vec<PathBuf>,
    /// Limits file.
    pub policy: Option<PathBuf>,
    /// Framework ids.
    pub frameworks: Vec<String>,
    /// Zone of dates without a time.
    pub zone: Option<Zone>,
    /// Decisions about files, with patterns under the folder of exports.
    pub read_as: Vec<ReadAs>,
    /// Whether the files above are those of a pack.
    pub packed: Option<PackedRules>,
}

impl RuleOptions {
    /// Whether any rule file is named.
    pub(super) fn names_files(&self) -> bool {
        self.project.is_some() || !self.mappings.is_empty() || self.policy.is_some()
    }

    /// The flags that name rule files, sorted.
    pub(super) fn flags(&self) -> Vec<String> {
        if let Some(packed) = &self.packed {
            return packed.flags.clone();
        }
        let given = [
            ("--mappings", !self.mappings.is_empty()),
            ("--policy", self.policy.is_some()),
            ("--project", self.project.is_some()),
        ];
        given.iter().filter(|(_, given)| *given).map(|(flag, _)| (*flag).to_owned()).collect()
    }
}

/// One assessment.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Folder of exports.
    pub exports: PathBuf,
    /// Reporting period as written.
    pub period: Option<String>,
    /// As-of as written.
    pub as_of: Option<String>,
    /// Rules.
    pub rules: RuleOptions,
    /// What `--as-of now` means.
    pub clock: Clock,
    /// Findings of each metric that the report shows.
    pub findings: usize,
    /// Whether the metrics run again under other readings of the same evidence, to count what would differ. No verdict
    /// rests on it.
    pub readings: bool,
    /// Folders among the exports that are not read and not mentioned, beside the one that the run writes to.
    pub except: Vec<PathBuf>,
    /// The key under which every personal value is replaced.
    pub pseudonyms: Option<Arc<Key>>,
}

/// What `--as-of now` means.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The wall clock, asked only then.
    Wall(fn() -> Micros),
    /// The time of an earlier run, which is being repeated.
    Recorded(Micros),
}

impl Clock {
    /// The time.
    pub(super) fn now(self) -> Micros {
        match self {
            Self::Wall(now) => now(),
            Self::Recorded(at) => at,
        }
    }
}

/// Hears how far a run is. Nothing that it does can change a result.
pub trait Progress: Sync {
    /// A stage begins: `reading`, `matching`, `measuring leaver-lag`, `writing`.
    fn stage(&self, name: &str);
    /// So many of so many bytes of the inputs are read.
    fn bytes(&self, done: u64, total: u64);
    /// Something about this run that has no place in what it writes.
    fn say(&self, _: &Diagnostic) {}
}

/// Says nothing.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str) {}
    fn bytes(&self, _: u64, _: u64) {}
}
