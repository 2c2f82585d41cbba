//! What `overstay drift` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::RuleArgs;
use crate::cli::mail::MailArgs;

/// `overstay drift`.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 nothing is worse; 6 a mail could not be delivered to everybody, whatever the \
comparison says; 5 worse than the baseline, or new as asked for by --fail-on; 3 and 4 as asked for by --fail-on; \
1 and 2 it could not be compared. docs/drift.md says what is worse, and what is new.")]
pub(in crate::cli) struct DriftArgs {
    /// What to compare with: a pack, a folder of packs with an accepted baseline, or a folder of exports.
    pub baseline: PathBuf,
    /// What is compared: a pack, or a folder of exports, which is assessed first.
    pub current: PathBuf,
    /// Computes the baseline's own period again from the exports CURRENT, and says which numbers changed and why.
    #[arg(long)]
    pub restate: bool,
    /// Compares with the accepted baseline of this folder of packs as well; then that one decides the exit code.
    #[arg(long, value_name = "DIR")]
    pub accepted: Option<PathBuf>,
    /// Reporting period, where CURRENT is a folder of exports without a project file that says it.
    #[arg(long)]
    pub period: Option<String>,
    /// As-of, where CURRENT is a folder of exports.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Reporting period, where BASELINE is a folder of exports.
    #[arg(long, value_name = "PERIOD")]
    pub baseline_period: Option<String>,
    /// As-of, where BASELINE is a folder of exports.
    #[arg(long, value_name = "TIME")]
    pub baseline_as_of: Option<String>,
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Assesses exports under the pseudonyms of this key, to compare them with a pack that has them.
    #[arg(long, value_name = "KEYFILE")]
    pub pseudonyms: Option<PathBuf>,
    /// Form of the output.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: DriftFormat,
    /// Writes the output to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Folder with a brand.toml (colour) and a style sheet of your own, for --format html.
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// How many findings of each class are listed, the most severe first; all are counted.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub limit: usize,
    /// Leaves out subjects, sentences, owners of systems and who accepted the baseline: findings are named by id, metric
    /// and system.
    #[arg(long)]
    pub no_names: bool,
    /// What ends with an exit code of its own. `worse` holds beside the others unless `none` is given.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', default_value = "worse")]
    pub fail_on: Vec<DriftFailOn>,
    #[command(flatten)]
    pub mail: MailArgs,
}

/// What a comparison may end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DriftFailOn {
    /// Exit 5 when the current pack is worse than the baseline.
    Worse,
    /// Exit 5 also for a finding that the baseline does not have: new this period, newly found, or newly assessable; what a
    /// waiver covers is none.
    New,
    /// No exit code of the comparison itself.
    None,
    /// Exit 3 when nothing of that holds, and a metric of the current pack is over its limit.
    NotMet,
    /// Exit 4 when nothing of that holds, none is over its limit, and there is not enough evidence.
    InsufficientEvidence,
}

/// Forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DriftFormat {
    /// Lines for a terminal.
    Text,
    /// Markdown, for tickets and chats.
    Markdown,
    /// One HTML page.
    Html,
    /// JSON: overstay.drift/2.
    Json,
}
