//! `manifest.json`: SHA-256 and size of every input, rule file and output, and what is needed to run it again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::report::{PeriodView, Stamp, Tool};

/// The manifest of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `overstay.manifest/1`.
    pub schema: String,
    /// The tool that wrote the pack.
    pub tool: Tool,
    /// Id of the report inside.
    pub report_id: String,
    /// The options that change the result, as one line.
    pub command: String,
    /// Reporting period.
    pub period: PeriodView,
    /// The moment the report speaks about.
    pub as_of: Stamp,
    /// SHA-256 over the inputs, as [`digest_of`] computes it.
    pub inputs_sha256: String,
    /// SHA-256 over the rule files that decide a result: `rules` without what lies under `templates/`.
    pub rules_sha256: String,
    /// SHA-256 over the data files of the pack: all outputs but `report.*`. The documents print it on every page.
    pub evidence_sha256: String,
    /// Every file under the folder of exports, sorted by path.
    pub inputs: Vec<InputEntry>,
    /// Every mapping, metric, policy, framework, template, brand and project file that was used, sorted by path.
    pub rules: Vec<RuleEntry>,
    /// Every file of the pack but the manifest itself, sorted by path.
    pub outputs: Vec<OutputEntry>,
}

/// The value of [`Manifest::schema`].
pub const SCHEMA: &str = "overstay.manifest/1";

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputEntry {
    /// Path under the folder of exports.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Source format that read it.
    pub source: Option<String>,
}

/// One rule file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleEntry {
    /// `built-in/metrics/leaver-lag.sql`, or the path of the company's own file.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

impl RuleEntry {
    /// The entry of a text.
    pub fn of(path: impl Into<String>, text: &str) -> Self {
        Self::of_bytes(path, text.as_bytes())
    }

    /// The entry of a file that is not text.
    pub fn of_bytes(path: impl Into<String>, bytes: &[u8]) -> Self {
        let sha256 = super::staging::hex(&Sha256::digest(bytes));
        Self { path: path.into(), bytes: bytes.len() as u64, sha256 }
    }
}

/// One output file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputEntry {
    /// Path under the pack.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// SHA-256 over lines `<sha256>  <path>\n` sorted by path: the form that `sha256sum` prints, so that anybody can
/// compute it again.
pub fn digest_of<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut lines: Vec<(&str, &str)> = entries.collect();
    lines.sort_unstable();
    let mut hash = Sha256::new();
    for (path, sha256) in lines {
        hash.update(format!("{sha256}  {path}\n"));
    }
    super::staging::hex(&hash.finalize())
}

impl Manifest {
    /// The bytes of `manifest.json`.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_what_sha256sum_would_give() {
        // printf 'aa  a.csv\nbb  b.csv\n' | sha256sum
        let digest = digest_of([("b.csv", "bb"), ("a.csv", "aa")].into_iter());
        assert_eq!(digest, "fe9af18fcc06e3c4d47d3004911c5e0ef25cc4c1126dcec687b1a32f6ff547c3");
    }
}
