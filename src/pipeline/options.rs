//! What a run was asked to do, in plain types: the command line without clap.

use std::path::PathBuf;

use crate::time::{Micros, Zone};

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
    /// Source id and file pattern pairs.
    pub read_as: Vec<(String, String)>,
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
    /// The clock, asked only for `--as-of now`.
    pub now: fn() -> Micros,
    /// Findings of each metric that the report shows.
    pub findings: usize,
}

/// Hears how far a run is. Nothing that it does can change a result.
pub trait Progress: Sync {
    /// A stage begins: `reading`, `matching`, `measuring leaver-lag`, `writing`.
    fn stage(&self, name: &str);
    /// So many of so many bytes of the inputs are read.
    fn bytes(&self, done: u64, total: u64);
}

/// Says nothing.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str) {}
    fn bytes(&self, _: u64, _: u64) {}
}
