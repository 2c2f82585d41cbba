//! The command line as clap types. Help texts are the reference: `docs/commands.md` is made from them.

mod replace;
mod verify;

pub(super) use replace::ReplaceArgs;
pub(super) use verify::VerifyArgs;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::mail::MailArgs;
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

/// `overstay report`.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub assess: AssessArgs,
    /// Folder for the pack; an older pack there is replaced when the new one is complete.
    #[arg(long, value_name = "DIR", default_value = "evidence")]
    pub out: PathBuf,
    /// Folder with a brand.toml (logo, colour, wording) and templates in place of the shipped ones. Default: that of the project file.
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// Folder of earlier packs: the report says what changed since the latest of them and since the accepted baseline, and
    /// shows the trend. Packs of other organisations, and those as of the same moment or later, do not count.
    #[arg(long, value_name = "DIR")]
    pub history: Option<PathBuf>,
    #[command(flatten)]
    pub replace: ReplaceArgs,
    /// How many findings of each metric the report itself shows, the longest first; findings.csv always has all.
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub findings: usize,
    /// Leaves the canonical tables out of the pack.
    #[arg(long)]
    pub no_canonical: bool,
    /// Begins the CSV files of the pack with a byte order mark, by which Excel knows that they are UTF-8.
    #[arg(long)]
    pub csv_bom: bool,
    /// Documents for readers in the pack: html, pdf, xlsx, or none. report.json, findings.csv and the other data files are
    /// always there.
    #[arg(long, value_name = "FORM", value_delimiter = ',', default_value = "html,pdf,xlsx")]
    pub format: Vec<Form>,
    /// Signs the finished manifest before the pack takes its place: a command for `sh -c`, with the path of the manifest as
    /// "$1". It must leave manifest.json.sig, .minisig, .asc, .sigstore.json or .tsr beside it; when it fails, an older pack
    /// stays and nothing of the new one is left. docs/proof.md has commands.
    #[arg(long, value_name = "COMMAND")]
    pub sign_command: Option<String>,
    /// Exit with 3 or 4 when a metric is over its limit, or when there is not enough evidence.
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
}

/// Documents for readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// One page for a browser.
    Html,
    /// Pages for paper.
    Pdf,
    /// A spreadsheet.
    Xlsx,
    /// None of them; stands alone.
    None,
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

/// `overstay drift`.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 nothing is worse; 6 a mail could not be delivered to everybody, whatever the \
comparison says; 5 worse than the baseline; 3 and 4 as asked for by --fail-on; \
1 and 2 it could not be compared.")]
pub(super) struct DriftArgs {
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
    /// Results of the current pack that end with an exit code of their own, when nothing is worse.
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
    #[command(flatten)]
    pub mail: MailArgs,
}

/// Forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DriftFormat {
    /// Lines for a terminal.
    Text,
    /// Markdown, for tickets and chats.
    Markdown,
    /// One HTML page.
    Html,
    /// JSON: overstay.drift/1.
    Json,
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
