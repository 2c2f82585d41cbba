//! What `overstay report` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{AssessArgs, FailOn, ReplaceArgs};

/// `overstay report`.
#[derive(Debug, Args)]
pub(in crate::cli) struct ReportArgs {
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
    /// Replaces every personal value (names, ids, addresses, user names, owners, actors) by tokens that this key makes: for
    /// copies that leave the company. The same value has the same token in every pack of the key; the key itself, at least 32
    /// bytes (`openssl rand -hex 32 > KEYFILE`), is in none. docs/pseudonyms.md says what is replaced and what stays.
    #[arg(long, value_name = "KEYFILE")]
    pub pseudonyms: Option<PathBuf>,
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
pub(in crate::cli) enum Form {
    /// One page for a browser.
    Html,
    /// Pages for paper: a short edition, and one with everything.
    Pdf,
    /// A spreadsheet.
    Xlsx,
    /// None of them; stands alone.
    None,
}
