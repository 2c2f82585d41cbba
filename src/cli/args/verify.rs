//! What `overstay verify` takes.

use std::path::PathBuf;

use clap::Args;

use super::RuleFiles;

/// `overstay verify`.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 agrees; 3 differs; 1 and 2 it could not be compared.")]
pub(in crate::cli) struct VerifyArgs {
    /// The evidence pack.
    pub pack: PathBuf,
    /// Folder of the exports that the pack was made from; the pack is computed again and compared byte by byte.
    #[arg(long, value_name = "DIR")]
    pub inputs: Option<PathBuf>,
    /// SHA-256 of manifest.json as it was noted when the pack was made; another one is a difference.
    #[arg(long, value_name = "HEX", value_parser = sha256)]
    pub manifest_sha256: Option<String>,
    /// Checks the signatures beside the manifest: a command for `sh -c`, with the path of the manifest as "$1". When it
    /// fails, the pack differs. docs/proof.md has commands.
    #[arg(long, value_name = "COMMAND")]
    pub verify_command: Option<String>,
    /// Compares with the manifest only, and computes nothing again: for large packs that are looked at often.
    #[arg(long, conflicts_with = "inputs")]
    pub hashes_only: bool,
    #[command(flatten)]
    pub files: RuleFiles,
    /// Runs the SQL of the company's own metrics out of the pack, where no --mappings gives it. Whoever can write into the
    /// pack wrote it: read rules/metrics/ first. Without this flag their evidence is judged again and not computed.
    #[arg(long, conflicts_with = "hashes_only")]
    pub run_pack_metrics: bool,
    /// The key of the pseudonyms in the pack, to compute it again from the exports.
    #[arg(long, value_name = "KEYFILE", requires = "inputs")]
    pub pseudonyms: Option<PathBuf>,
    /// Folder with the templates that the pack was made with, when they are not the shipped ones.
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// Folder with the earlier packs that the report was compared with, when they do not lie beside the pack.
    #[arg(long, value_name = "DIR")]
    pub history: Option<PathBuf>,
    /// Print JSON (`overstay.verify/1`).
    #[arg(long)]
    pub json: bool,
}

/// A SHA-256 in hexadecimal, in lower case.
fn sha256(text: &str) -> Result<String, String> {
    let hex = text.trim().to_ascii_lowercase();
    let fits = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fits {
        Ok(hex)
    } else {
        Err("expected 64 hexadecimal digits, as `sha256sum manifest.json` prints them".to_owned())
    }
}
