//! `manifest.json`: SHA-256 and size of every input, rule file and output, and what is needed to run it again.

use std::borrow::Cow;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::render::owners::OWNERS;
use crate::render::pdf::{FULL_FILE, SHORT_FILE};
use crate::report::{PeriodView, Stamp, Tool};
use crate::source::RowPlace;
use crate::time::{Micros, rfc3339};

/// The manifest of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `overstay.manifest/1`.
    pub schema: String,
    /// The tool that wrote the pack.
    pub tool: Tool,
    /// Id of the report inside.
    pub report_id: String,
    /// The options that change the result, as one line for people; [`Replay::command`] of `options`.
    pub command: String,
    /// The same options for `overstay verify --inputs`.
    pub options: Replay,
    /// Reporting period.
    pub period: PeriodView,
    /// The moment the report speaks about.
    pub as_of: Stamp,
    /// SHA-256 over the inputs, as [`digest_of`] computes it.
    pub inputs_sha256: String,
    /// SHA-256 over the rule files that decide a result: `rules` without what lies under `templates/` and `look/`.
    pub rules_sha256: String,
    /// SHA-256 over the data files of the pack: all outputs but `report.json`, the documents and
    /// `owners/`. The documents print it on every page.
    pub evidence_sha256: String,
    /// Every file under the folder of exports, sorted by path.
    pub inputs: Vec<InputEntry>,
    /// Every mapping, metric, policy, framework, template, brand and project file that was used, sorted by path.
    pub rules: Vec<RuleEntry>,
    /// Every file of the pack but the manifest itself, sorted by path.
    pub outputs: Vec<OutputEntry>,
    /// SHA-256 over the bytes of this file with an empty text in this place:
    /// `sed 's/"manifest_sha256": "[0-9a-f]*"/"manifest_sha256": ""/' manifest.json | sha256sum`.
    pub manifest_sha256: String,
}

/// The name of the manifest in every pack.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The value of [`Manifest::schema`].
pub const SCHEMA: &str = "overstay.manifest/1";

/// The schema of the manifest of canonical tables.
pub const CANONICAL_SCHEMA: &str = "overstay.canonical/1";

/// The options of a run that change its result, apart from the rule files, which have their own list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// Reporting period as it was written.
    pub period: String,
    /// `period-end`, `newest-input`, `now` (then the manifest's own `as_of` says when that was), or an RFC 3339 time.
    pub as_of: String,
    /// Zone of dates without a time, IANA name.
    pub zone: String,
    /// How many findings of each metric the report itself shows.
    pub findings: u64,
    /// Framework ids in the order of the report.
    pub frameworks: Vec<String>,
    /// Decisions about files on the command line, in their order.
    pub read_as: Vec<ReadAs>,
    /// Whether the canonical tables are in the pack.
    pub canonical: bool,
    /// The documents for readers in the pack; packs of before say nothing and have all.
    #[serde(default = "Document::all")]
    pub documents: Vec<Document>,
    /// Whether the CSV files of the pack begin with a byte order mark.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub csv_bom: bool,
    /// The earlier packs that the report was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<EarlierPacks>,
    /// What tells the key of the pseudonyms from others, where tokens stand in the place of personal values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pseudonyms: Option<String>,
    /// Flags that named rule files: `--mappings`, `--policy`, `--project`. Where those lie has no place in a pack.
    pub rules: Vec<String>,
}

/// File of the spreadsheet in a pack.
pub const SPREADSHEET_FILE: &str = "report.xlsx";

/// A document for readers, made of `report.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Document {
    /// `report.html`.
    Html,
    /// `report.pdf` and `report-full.pdf`.
    Pdf,
    /// `report.xlsx`.
    Xlsx,
}

impl Document {
    /// All of them.
    pub fn all() -> Vec<Self> {
        vec![Self::Html, Self::Pdf, Self::Xlsx]
    }

    /// Its files in a pack.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Self::Html => &["report.html"],
            Self::Pdf => &[SHORT_FILE, FULL_FILE],
            Self::Xlsx => &[SPREADSHEET_FILE],
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Earlier packs of one folder, and the acceptance that was in force.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierPacks {
    /// In the order of time; the last one is the previous pack.
    pub packs: Vec<EarlierPack>,
    /// The accepted baseline, when it is one of them.
    pub accepted: Option<AcceptedPack>,
}

/// One earlier pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierPack {
    /// Its folder.
    pub pack: String,
    /// SHA-256 of its `manifest.json`.
    pub manifest_sha256: String,
}

/// The acceptance of a pack, as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedPack {
    /// Folder of the pack.
    pub pack: String,
    /// Who accepted it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Stamp,
}

/// A decision that files belong to a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadAs {
    /// Source id.
    pub source: String,
    /// Path or glob under the folder of exports.
    pub pattern: String,
}

impl Replay {
    /// The options as one line that can be run again; `as_of` stands for `now`. Folders and files of the company's
    /// own are placeholders in capitals.
    pub fn command(&self, as_of: Micros) -> String {
        let as_of = if self.as_of == "now" { rfc3339(as_of) } else { self.as_of.clone() };
        let findings = self.findings.to_string();
        let mut words = vec!["overstay", "report", "EXPORTS", "--period", &self.period, "--as-of", &as_of];
        words.extend(["--zone", &self.zone, "--findings", &findings]);
        for framework in &self.frameworks {
            words.extend(["--framework", framework]);
        }
        for one in &self.read_as {
            words.extend(["--as", &one.source, &one.pattern]);
        }
        for flag in &self.rules {
            words.extend([flag.as_str(), if flag == "--mappings" { "FOLDER" } else { "FILE" }]);
        }
        if !self.canonical {
            words.push("--no-canonical");
        }
        if self.csv_bom {
            words.push("--csv-bom");
        }
        let documents = match self.documents.as_slice() {
            [] => "none".to_owned(),
            some => some.iter().map(|document| document.word()).collect::<Vec<_>>().join(","),
        };
        if self.documents != Document::all() {
            words.extend(["--format", &documents]);
        }
        if self.history.is_some() {
            words.extend(["--history", "PACKS"]);
        }
        let key = self.pseudonyms.as_ref().map(|key| format!("KEY-{key}"));
        if let Some(key) = &key {
            words.extend(["--pseudonyms", key]);
        }
        words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
    }
}

/// A word as a shell takes it back: quoted when it holds anything that a shell would act on.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "-_./:,+=@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
}

/// Twelve digits over inputs, rules, options, tool and, where there are any, the earlier packs and the organisation's
/// own look ([`look_digest`]): whatever changes a result, or how it is shown, changes the id.
pub fn report_id(
    inputs_sha256: &str,
    rules_sha256: &str,
    command: &str,
    version: &str,
    earlier: Option<&EarlierPacks>,
    look: Option<&str>,
) -> String {
    let parts = [("inputs", inputs_sha256), ("rules", rules_sha256), ("command", command), ("tool", version)];
    let earlier = earlier.map(EarlierPacks::digest);
    let more = [("history", earlier.as_deref()), ("look", look)];
    digest_of(parts.into_iter().chain(more.into_iter().filter_map(|(name, digest)| Some((name, digest?)))))[..12]
        .to_owned()
}

impl EarlierPacks {
    /// SHA-256 over their names and hashes, and over the acceptance as compact JSON under `accepted.json`.
    fn digest(&self) -> String {
        let accepted = self.accepted.as_ref().map(|accepted| {
            let bytes = crate::json::line(accepted).into_bytes();
            super::digest::hex(&Sha256::digest(bytes))
        });
        let packs = self.packs.iter().map(|pack| (pack.pack.as_str(), pack.manifest_sha256.as_str()));
        digest_of(packs.chain(accepted.as_deref().map(|hash| ("accepted.json", hash))))
    }
}

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
    /// What the number of one of its rows means; packs of before counted records.
    #[serde(default = "records")]
    pub place: RowPlace,
}

fn records() -> RowPlace {
    RowPlace::Record
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
        let sha256 = super::digest::hex(&Sha256::digest(bytes));
        Self { path: path.into(), bytes: bytes.len() as u64, sha256 }
    }
}

/// Where a manifest lists the organisation's own templates, style sheet and brand; shipped ones are under `templates/`.
pub const LOOK: &str = "look/";

/// SHA-256 over the organisation's own files of the look and their hashes; `None` where all is shipped.
pub fn look_digest(rules: &[RuleEntry]) -> Option<String> {
    let own: Vec<_> = rules.iter().filter(|rule| rule.path.starts_with(LOOK)).collect();
    (!own.is_empty()).then(|| digest_of(own.iter().map(|rule| (rule.path.as_str(), rule.sha256.as_str()))))
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

/// The manifest of a folder and its SHA-256; nothing where there is none of this version.
pub fn read_manifest(folder: &Path) -> Option<(Manifest, String)> {
    let path = folder.join(MANIFEST_FILE);
    let bytes = crate::disk::read(&path, crate::disk::LIST).ok()?;
    let manifest: Manifest = serde_json::from_slice(&bytes).ok()?;
    (manifest.schema == SCHEMA).then(|| (manifest, super::digest::sha256_of(&bytes)))
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
    super::digest::hex(&hash.finalize())
}

/// Whether a file of a pack is evidence, and not a form of the report for readers.
pub(super) fn is_data(path: &str) -> bool {
    let document = Document::all().into_iter().any(|document| document.files().contains(&path));
    !document && path != "report.json" && !path.starts_with(OWNERS)
}

impl Manifest {
    /// The manifest with its own hash filled in.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.manifest_sha256.clear();
        self.manifest_sha256 = super::digest::hex(&Sha256::digest(self.to_json()));
        self
    }

    /// The inputs as [`Manifest::inputs_sha256`] counts them.
    pub fn inputs_digest(&self) -> String {
        digest_of(self.inputs.iter().map(|file| (file.path.as_str(), file.sha256.as_str())))
    }

    /// The rules as [`Manifest::rules_sha256`] counts them: templates and brand dress a report and decide nothing in it.
    pub fn rules_digest(&self) -> String {
        let deciding =
            self.rules.iter().filter(|rule| !rule.path.starts_with("templates/") && !rule.path.starts_with(LOOK));
        digest_of(deciding.map(|rule| (rule.path.as_str(), rule.sha256.as_str())))
    }

    /// The data files as [`Manifest::evidence_sha256`] counts them.
    pub fn evidence_digest(&self) -> String {
        let data = self.outputs.iter().filter(|file| is_data(&file.path));
        digest_of(data.map(|file| (file.path.as_str(), file.sha256.as_str())))
    }

    /// The bytes of `manifest.json`.
    pub fn to_json(&self) -> Vec<u8> {
        let mut bytes = crate::json::pretty(self).into_bytes();
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests;
