//! Packs whose manifest agrees with whatever was put into them: what somebody who can write all files can make.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use overstay::pack::{Manifest, OutputEntry, look_digest, report_id};
use overstay::render::json;
use overstay::report::{PackedFile, Report};
use sha2::{Digest, Sha256};

use crate::support::company::Company;

/// A pack taken apart.
pub(super) struct Forge {
    pub(super) manifest: Manifest,
    pub(super) report: Report,
    /// Everything but `manifest.json` and `report.json`.
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Forge {
    pub(super) fn open(company: &Company, pack: &str) -> Self {
        let mut files = company.files(pack);
        let mut take = |name: &str| files.remove(name).expect("a file of the pack");
        let manifest = serde_json::from_slice(&take("manifest.json")).expect("a manifest");
        let report = serde_json::from_slice(&take("report.json")).expect("a report");
        Self { manifest, report, files }
    }

    /// Replaces a text in a file by another.
    pub(super) fn edit(&mut self, file: &str, from: &str, to: &str) {
        let bytes = self.files.get_mut(file).expect("a file of the pack");
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        assert!(text.contains(from), "{file} does not contain {from}");
        *bytes = text.replacen(from, to, 1).into_bytes();
    }

    /// A pack of four files and a short manifest, for tests that go over every byte.
    pub(super) fn trimmed(mut self) -> Self {
        self.files.retain(|path, _| {
            ["findings.csv", "evidence/leaver-lag.csv", "metrics/leaver-lag.sql"].contains(&path.as_str())
        });
        self.manifest.rules.truncate(2);
        self.report.metrics.retain(|metric| metric.id == "leaver-lag");
        for metric in &mut self.report.metrics {
            metric.curve.clear();
        }
        self.report.frameworks.clear();
        self.report.indicators.clear();
        self.report.resolutions.clear();
        self
    }

    /// Writes it with every hash and digest as it should be.
    pub(super) fn seal(mut self, folder: &Path) {
        let _ = fs::remove_dir_all(folder);
        let (manifest, report) = (&mut self.manifest, &mut self.report);
        manifest.outputs = self.files.iter().map(|(path, bytes)| entry(path, bytes)).collect();
        manifest.command = manifest.options.command(manifest.as_of.0);
        manifest.inputs_sha256 = manifest.inputs_digest();
        manifest.rules_sha256 = manifest.rules_digest();
        manifest.evidence_sha256 = manifest.evidence_digest();
        let version = &manifest.tool.version;
        let history = manifest.options.history.as_ref();
        let (inputs, rules) = (&manifest.inputs_sha256, &manifest.rules_sha256);
        let look = look_digest(&manifest.rules);
        manifest.report_id = report_id(inputs, rules, &manifest.command, version, history, look.as_deref());
        report.report_id = manifest.report_id.clone();
        report.command = manifest.command.clone();
        report.tool = manifest.tool.clone();
        report.inputs_sha256 = manifest.inputs_sha256.clone();
        report.rules_sha256 = manifest.rules_sha256.clone();
        report.evidence_sha256 = Some(manifest.evidence_sha256.clone());
        let data = manifest.outputs.iter().filter(|output| !output.path.starts_with("report."));
        report.files = data
            .map(|file| PackedFile { path: file.path.clone(), bytes: file.bytes, sha256: file.sha256.clone() })
            .collect();
        report.findings.file_sha256 = self.files.get("findings.csv").map(|bytes| hex(bytes));
        let text = json::report(report);
        manifest.outputs.push(entry("report.json", &text));
        manifest.outputs.sort_by(|a, b| a.path.cmp(&b.path));
        self.files.insert("report.json".to_owned(), text);
        self.files.insert("manifest.json".to_owned(), self.manifest.sealed().to_json());
        for (path, bytes) in &self.files {
            put(&folder.join(path), bytes);
        }
    }
}

fn entry(path: &str, bytes: &[u8]) -> OutputEntry {
    OutputEntry { path: path.to_owned(), bytes: bytes.len() as u64, sha256: hex(bytes) }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[expect(clippy::disallowed_methods, reason = "a fixture, not an output")]
pub(super) fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, bytes).expect("a file");
}
