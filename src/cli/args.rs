//! The command line as clap types. Help texts are the reference: `docs/commands.md` is made from them.

mod drift;
mod replace;
mod report;
mod verify;

pub(super) use drift::{DriftArgs, DriftFailOn, DriftFormat};
pub(super) use replace::ReplaceArgs;
pub(super) use report::{Form, ReportArgs};
pub(super) use verify::VerifyArgs;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::sample::SampleArgs;

/// Measures how long access outlives its reason, and writes the evidence an auditor can check line by line.
#[derive(Debug, Parser)]
#[command(name = "overstay", version = env!("OVERSTAY_VERSION"))]
#[command(
    after_help = "Exit codes: 0 done; 1 the run itself failed; 2 usage or input error; 3 a metric over its limit, \
or a pack that differs (verify); 4 none over its limit, but not enough evidence; 5 drift worse than the baseline; 6 a mail \
could not be delivered to everybody."
)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// No progress, and no summary of what was done; warnings, errors and what was asked for stay.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Assess a folder of exports and write the evidence pack.
    Report(ReportArgs),
    /// The same assessment in the terminal, for gates: nothing is written.
    Check(CheckArgs),
    /// Say what each file is, what its mapping makes of it, and what cannot be used.
    Inspect(InspectArgs),
    /// Explain a metric, control, source or finding id.
    Explain(ExplainArgs),
    /// List what is known: sources, metrics, frameworks or tables.
    List(ListArgs),
    /// Say whether a pack is what its manifest says, and whether the exports give it again.
    ///
    /// Compares every file of the pack with the size and SHA-256 in manifest.json, the manifest with its own hash, and
    /// the digests inside with the lists that they stand for. Then the pack is computed again from itself: evidence from
    /// canonical/ and the SQL, report.json from the evidence, the documents from report.json; what it says of earlier packs
    /// is compared with those that lie beside it. With --inputs the whole pack is computed again from the exports instead,
    /// with the options that it records. All of it happens in the temporary folder of the system (TMPDIR), byte by byte.
    /// Needs no network and no secret, and writes nothing into the pack.
    ///
    /// Agreement shows that the parts of a pack, or pack, exports and rules, belong together. It shows nothing about where
    /// the exports came from, and whoever can write all files of a pack can write its manifest anew: give --manifest-sha256
    /// as it was noted elsewhere when the pack was made, or check a signature. docs/proof.md says what finds what.
    Verify(VerifyArgs),
    /// Draw a reproducible sample of a metric's population out of a pack, with columns for the tester.
    ///
    /// The frame is the metric's evidence file. For its row n (from 1, without the header) the SHA-256 of the text
    /// FRAME:SEED:n is computed, FRAME being the SHA-256 of the evidence file in lower-case hex and SEED the number
    /// given. The sample is the rows of the population with the smallest hashes, in their order. So anybody can draw it
    /// again with other tools, and a larger sample with the same seed begins with the smaller one. On DuckDB:
    ///
    /// SELECT * FROM (SELECT row_number() OVER () AS n, * FROM read_csv('evidence/leaver-lag.csv', all_varchar = true))
    /// WHERE result <> 'excluded' ORDER BY sha256('FRAME:SEED:' || n) LIMIT 25
    ///
    /// The pack is compared with its manifest first; one that differs is refused. Standard output carries the items,
    /// standard error where they were drawn from; each row repeats that in its last columns.
    Sample(SampleArgs),
    /// Say what changed between two packs, or between a pack and the exports of today.
    Drift(DriftArgs),
    /// Record that a pack is accepted as the baseline to compare with.
    Accept(AcceptArgs),
    /// List the packs of a folder with the headline over time.
    History(HistoryArgs),
    /// Write a commented project file.
    Init(InitArgs),
    /// Write the canonical tables as Parquet, for other engines.
    Normalise(NormaliseArgs),
    /// Print a script that completes commands and options in a shell.
    Completions(CompletionsArgs),
    /// Write the manual pages: overstay.1, and one for each command.
    Man(ManArgs),
    /// Write the reference pages of docs/.
    #[command(hide = true)]
    Reference(ReferenceArgs),
}

/// What every assessment needs.
#[derive(Debug, Args)]
pub(super) struct AssessArgs {
    /// Folder of exports; its first level of folders names the systems.
    pub exports: PathBuf,
    /// Reporting period: 2026-Q3, 2026-07, 2026, 2026-H1, 2026-W47 or 2026-07-01..2026-10-01 (the end is not part of it).
    #[arg(long)]
    pub period: Option<String>,
    /// The moment the report speaks about: an RFC 3339 time, a date, period-end, newest-input or now.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// Where rules come from.
#[derive(Debug, Args, Default)]
pub(super) struct RuleArgs {
    #[command(flatten)]
    pub files: RuleFiles,
    /// Frameworks to assess, by id; may be repeated. Default: those of the project file, else all.
    #[arg(long = "framework", value_name = "ID")]
    pub frameworks: Vec<String>,
    /// IANA time zone of dates without a time. Default: that of the project file, else UTC.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Reads FILE (a path or glob under the folder) as SOURCE, whatever it looks like; may be repeated.
    #[arg(long = "as", value_names = ["SOURCE", "FILE"], num_args = 2, action = clap::ArgAction::Append)]
    pub read_as: Vec<String>,
}

/// Rule files of the company's own.
#[derive(Debug, Args, Default)]
pub(super) struct RuleFiles {
    /// Project file; default: overstay.toml in the folder of exports, if there is one.
    #[arg(long, value_name = "FILE")]
    pub project: Option<PathBuf>,
    /// Folder with own sources/, metrics/, frameworks/ and policies/; may be repeated.
    #[arg(long, value_name = "DIR")]
    pub mappings: Vec<PathBuf>,
    /// Limits file instead of the shipped starting point.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// Results that end a run with an exit code of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Exit 3 when a metric is over its limit.
    NotMet,
    /// Exit 4 when none is over its limit, but there is not enough evidence.
    InsufficientEvidence,
}

/// `overstay check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub assess: AssessArgs,
    /// Results that end with an exit code of their own.
    #[arg(long, value_name = "STATUS", value_delimiter = ',', default_value = "not-met,insufficient-evidence")]
    pub fail_on: Vec<FailOn>,
    /// Print report.json instead of the summary.
    #[arg(long)]
    pub json: bool,
    /// Print the summary as Markdown, for tickets and for the summaries of jobs.
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
}

/// `overstay inspect`.
#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// Files or folders of exports.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// How many mapped rows of each table to show.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub rows: usize,
    /// Saves a mapping to start from for each unknown file in this folder; a file that is there stays.
    #[arg(long, value_name = "DIR")]
    pub write: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// `overstay explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A metric, source, framework or control id, or a finding id together with --pack.
    pub id: String,
    /// The pack that has the finding.
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// `overstay list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// What to list.
    pub what: Listed,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub rules: RuleArgs,
}

/// The registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Listed {
    /// Source formats.
    Sources,
    /// Metrics and indicators.
    Metrics,
    /// Frameworks and how many of their references are mapped.
    Frameworks,
    /// Canonical tables and their columns.
    Tables,
}

/// `overstay accept`.
#[derive(Debug, Args)]
pub(super) struct AcceptArgs {
    /// The evidence pack; the acceptance is recorded in accepted.json beside it.
    pub pack: PathBuf,
    /// Who accepts it.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// When it was accepted: an RFC 3339 time. Default: now.
    #[arg(long, value_name = "TIME")]
    pub on: Option<String>,
}

/// `overstay history`.
#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// Folder of packs.
    pub folder: PathBuf,
    /// Print JSON (`overstay.history/1`).
    #[arg(long)]
    pub json: bool,
}

/// `overstay init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Folder of exports.
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

/// `overstay normalise`.
#[derive(Debug, Args)]
pub(super) struct NormaliseArgs {
    #[command(flatten)]
    pub assess: AssessArgs,
    /// Folder for the Parquet files.
    #[arg(long, value_name = "DIR", default_value = "canonical")]
    pub out: PathBuf,
    #[command(flatten)]
    pub replace: ReplaceArgs,
}

/// `overstay completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// `overstay man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Folder for the pages, such as share/man/man1.
    pub folder: PathBuf,
}

/// `overstay reference`.
#[derive(Debug, Args)]
pub(super) struct ReferenceArgs {
    /// Folder for the pages.
    #[arg(long, value_name = "DIR", default_value = "docs")]
    pub out: PathBuf,
}
