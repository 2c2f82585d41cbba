//! Packs whose manifest agrees with whatever was put into them: what somebody who can write all files can make.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use overstay::failure::Outcome;
use overstay::pack::{Manifest, OutputEntry, Staging, look_digest, read_parquet, report_id, write_parquet};
use overstay::render::owners::{self, OWNERS};
use overstay::render::{Templates, csv, html, json, pdf, xlsx};
use overstay::report::{PackedFile, Report};
use polars::prelude::DataFrame;
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

    /// Changes cells of a canonical table.
    pub(super) fn table(&mut self, name: &str, change: impl FnOnce(&mut DataFrame)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("before.parquet");
        put(&path, &self.files[name]);
        let mut frame = read_parquet(&path).expect("a table");
        change(&mut frame);
        let mut staging = Staging::scratch(&folder.path().join("after")).expect("a folder");
        let mut file = staging.create("table.parquet").expect("a file");
        write_parquet(&mut frame, &mut file).expect("written");
        staging.close(file).expect("written");
        let bytes = fs::read(staging.folder().join("table.parquet")).expect("it was written");
        self.files.insert(name.to_owned(), bytes);
    }

    /// Writes it with every hash and digest as it should be.
    pub(super) fn seal(mut self, folder: &Path) {
        self.digests();
        self.write(folder);
    }

    /// The same with the documents that it has rendered anew from the report.
    pub(super) fn seal_rendered(mut self, folder: &Path) {
        self.files.insert("sources.csv".to_owned(), csv::sources(&self.report));
        self.digests();
        if !self.files.contains_key("report.html") {
            return self.write(folder);
        }
        let templates = Templates::shipped().expect("templates");
        let page = html::report(&self.report, &templates).expect("a page");
        for (name, edition) in pdf::EDITIONS {
            let pages = pdf::report(&self.report, templates.brand(), edition).expect("pages");
            self.files.insert(name.to_owned(), pages);
        }
        let (mut book, scratch) = (Vec::new(), tempfile::tempdir().expect("a folder"));
        xlsx::report(&self.report, &self.report.actions.items, &self, xlsx::Room::default(), scratch.path(), &mut book)
            .expect("a book");
        let actions = &self.report.actions;
        assert_eq!(actions.total, actions.items.len() as u64, "the report has all exceptions");
        self.files.retain(|name, _| !name.starts_with(OWNERS));
        self.files.extend(owners::files(&self.report, &actions.items, &templates).expect("lists"));
        for (name, bytes) in [("report.html", page), ("report.xlsx", book)] {
            self.files.insert(name.to_owned(), bytes);
        }
        self.write(folder);
    }

    fn digests(&mut self) {
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
        let data = manifest
            .outputs
            .iter()
            .filter(|output| !output.path.starts_with("report") && !output.path.starts_with(OWNERS));
        report.files = data
            .map(|file| PackedFile { path: file.path.clone(), bytes: file.bytes, sha256: file.sha256.clone() })
            .collect();
        report.findings.file_sha256 = self.files.get("findings.csv").map(|bytes| hex(bytes));
    }

    fn write(mut self, folder: &Path) {
        let _ = fs::remove_dir_all(folder);
        self.files.insert("report.json".to_owned(), json::report(&self.report));
        self.manifest.outputs = self.files.iter().map(|(path, bytes)| entry(path, bytes)).collect();
        self.files.insert("manifest.json".to_owned(), self.manifest.sealed().to_json());
        for (path, bytes) in &self.files {
            put(&folder.join(path), bytes);
        }
    }
}

impl xlsx::PackTables for Forge {
    fn open(&self, name: &str) -> Outcome<Box<dyn Read>> {
        Ok(Box::new(Cursor::new(self.files[name].clone())))
    }

    fn sha256(&self, name: &str) -> Option<String> {
        self.files.get(name).map(|bytes| hex(bytes))
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
