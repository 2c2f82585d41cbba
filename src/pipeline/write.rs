//! The pack: rows while they are measured, then the report in every form, the tables, the rules, and the manifest.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::assess::Judged;
use crate::assess::contract::{FINDINGS, header};
use crate::dataset::{Frames, Table};
use crate::drift::{Options, Past, Side, compare};
use crate::failure::Outcome;
use crate::pack::{
    Document, EarlierPacks, Evidence, InputEntry, LOOK, MANIFEST_SCHEMA, Manifest, OutputEntry, PackFile, RuleEntry,
    SPREADSHEET_FILE, SPREADSHEET_ROWS, Staging, digest_of, sign, write_findings, write_table_csv,
};
use crate::render::csv::ACTIONS_FILE;
use crate::render::{Templates, csv, html, json, owners, pdf, xlsx};
use crate::report::drift::Drift;
use crate::report::{Action, PackedFile, Report, Stamp};
use crate::source::InputFile;
use crate::time::{Micros, Period, rfc3339};
use crate::writing::Disk;

use super::build::{FINDINGS_FILE, period as period_view, tool};
use super::canonical::write_canonical;
use super::coverage::leavers_without;
use super::inputs::Inputs;
use super::measure::Files;
use super::options::{Progress, RuleOptions};
use super::populations::disabled_without_leave;
use super::queue::write_queue;
use super::rules::Rules;

/// How a pack is written.
#[derive(Debug, Clone)]
pub struct PackOptions {
    /// Where.
    pub out: PathBuf,
    /// Own templates and brand, instead of those that the project file names.
    pub templates: Option<PathBuf>,
    /// Whether the canonical tables go into it.
    pub canonical: bool,
    /// Whether CSV files begin with a byte order mark.
    pub csv_bom: bool,
    /// The documents for readers beside `report.json`, in the order of the type.
    pub documents: Vec<Document>,
    /// Earlier packs that the report is compared with.
    pub earlier: Option<Earlier>,
    /// Whether a pack at the target is replaced that is not the same one in an earlier form.
    pub replace: bool,
    /// Command that signs the manifest before the pack is put in its place.
    pub sign: Option<String>,
    /// The disk that it is written to.
    pub disk: Disk,
}

/// Which earlier packs a report is compared with.
#[derive(Debug, Clone)]
pub enum Earlier {
    /// All of a folder that speak about the same organisation at an earlier moment.
    Folder(PathBuf),
    /// Those of a folder that an earlier run recorded.
    Recorded(PathBuf, EarlierPacks),
}

/// Changed findings of each class that `report.json` lists.
const CHANGES: usize = 100;

impl PackOptions {
    /// A whole pack at a place.
    pub fn new(out: &Path) -> Self {
        Self {
            out: out.to_owned(),
            templates: None,
            canonical: true,
            csv_bom: false,
            documents: Document::all(),
            earlier: None,
            replace: false,
            sign: None,
            disk: Disk::real(),
        }
    }

    /// The rules and the templates; what is wrong with either is told at once.
    pub(super) fn rules(&self, exports: &Path, options: &RuleOptions) -> Outcome<(Rules, Templates)> {
        let rules = Rules::load(Some(exports), options);
        let named = rules.as_ref().ok().and_then(|rules| rules.templates.clone());
        let templates = match self.templates.clone().or(named) {
            Some(folder) => Templates::with_folder(&folder),
            None => Templates::shipped(),
        };
        match (rules, templates) {
            (Ok(rules), Ok(templates)) => Ok((rules, templates)),
            (Err(mut failure), Err(more)) => {
                failure.diagnostics.extend(more.diagnostics);
                Err(failure)
            }
            (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(failure),
        }
    }

    /// Folders that are no exports, wherever they lie.
    pub(super) fn except(&self) -> Vec<PathBuf> {
        std::iter::once(&self.out).chain(&self.templates).cloned().collect()
    }

    /// The earlier packs; what is wrong with them is told before the exports are read.
    pub(super) fn past(&self) -> Outcome<Option<Past>> {
        match &self.earlier {
            None => Ok(None),
            Some(Earlier::Folder(folder)) => Past::look(folder, &self.out).map(Some),
            Some(Earlier::Recorded(folder, packs)) => Past::again(folder, packs).map(Some),
        }
    }
}

/// Writes findings and evidence as they come.
pub(super) struct PackSink {
    staging: Staging,
    findings: PackFile,
    evidence: Option<Evidence>,
    pending: Option<(String, Option<usize>)>,
}

impl PackSink {
    pub(super) fn open(staging: Staging) -> Outcome<Self> {
        let mut findings = staging.create(FINDINGS_FILE)?;
        findings.write_all(header(&FINDINGS).as_bytes()).map_err(|cause| findings.failure(&cause))?;
        Ok(Self { staging, findings, evidence: None, pending: None })
    }

    pub(super) fn close(mut self) -> Outcome<Staging> {
        self.staging.close(self.findings)?;
        Ok(self.staging)
    }
}

impl Files for PackSink {
    fn begin(&mut self, metric: &str, rows: Option<usize>) -> Outcome<()> {
        self.pending = Some((metric.to_owned(), rows));
        Ok(())
    }

    fn batch(&mut self, judged: &Judged) -> Outcome<()> {
        if let Some((name, rows)) = self.pending.take() {
            // A metric that runs in slices is as long as its table at most; any other comes as one batch.
            let long = rows.unwrap_or_else(|| judged.len()) > SPREADSHEET_ROWS;
            self.evidence = Some(Evidence::open(&self.staging, &name, long)?);
        }
        if let Some(evidence) = &mut self.evidence {
            evidence.write(&self.staging, judged)?;
        }
        write_findings(judged, &mut self.findings)
    }

    fn end(&mut self) -> Outcome<Option<String>> {
        self.pending = None;
        let Some(evidence) = self.evidence.take() else {
            return Ok(None);
        };
        let name = evidence.name().to_owned();
        evidence.close(&mut self.staging)?;
        Ok(Some(name))
    }
}

/// Writes everything else, and puts the pack in its place. Data files come first: the documents name their hash.
pub(super) fn write(
    inputs: &Inputs,
    (mut report, actions): (Report, &[Action]),
    past: Option<&Past>,
    templates: &Templates,
    options: &PackOptions,
    mut staging: Staging,
    progress: &dyn Progress,
) -> Outcome<Report> {
    let rules = rule_entries(inputs, templates);
    write_data(inputs, &report, options, &mut staging)?;
    write_rules(inputs, &mut report, &mut staging)?;
    staging.write(ACTIONS_FILE, &csv::actions(&report, actions))?;
    write_queue(&inputs.frames, (&report.metrics, actions), inputs.as_of, &inputs.period, &mut staging)?;
    if let Some(past) = past {
        report.history = past.rows(&report, &rules);
        report.changes = changes(past, &report, &rules, staging.folder())?;
    }
    let data = staging.outputs();
    report.evidence_sha256 = Some(digest_of(data.iter().map(|file| (file.path.as_str(), file.sha256.as_str()))));
    let packed = |file: OutputEntry| PackedFile { path: file.path, bytes: file.bytes, sha256: file.sha256 };
    report.files = data.into_iter().map(packed).collect();
    staging.write("report.json", &json::report(&report))?;
    write_documents(&report, actions, templates, &options.documents, &mut staging)?;
    let manifest = manifest(inputs, &report, rules, &staging);
    staging.write("manifest.json", &manifest.to_json())?;
    if let Some(command) = &options.sign {
        sign(staging.folder(), command)?;
    }
    staging.finish()?.iter().for_each(|said| progress.say(said));
    Ok(report)
}

/// What changed since each pack that is compared with. The data files of this one stand already.
pub(super) fn changes(past: &Past, report: &Report, rules: &[RuleEntry], folder: &Path) -> Outcome<Vec<Drift>> {
    let mut references = past.references().peekable();
    if references.peek().is_none() {
        return Ok(Vec::new());
    }
    let current = Side::unfinished(folder, report.clone(), rules.to_vec())?;
    let compared = references.map(|reference| {
        let (side, reference) = reference?;
        compare(&side, &current, &Options { reference, cap: CHANGES, tool: tool() })
    });
    compared.collect()
}

/// What the report rests on: rows, tables, the text of the rules.
fn write_data(inputs: &Inputs, report: &Report, options: &PackOptions, staging: &mut Staging) -> Outcome<()> {
    staging.write("sources.csv", &csv::sources(report))?;
    write_rejects(inputs, staging)?;
    let places: Vec<String> = inputs.loaded.files.iter().map(InputFile::before_row).collect();
    write_populations(&inputs.frames, &places, options.canonical, staging)?;
    write_two_way(&inputs.frames, inputs.as_of, &inputs.period, staging)?;
    if options.canonical {
        write_canonical(&mut inputs.frames.clone(), "canonical/", staging)?;
    }
    staging.write("metrics/_views.sql", inputs.rules.register.views_text().as_bytes())?;
    for metric in inputs.rules.register.metrics() {
        staging.write(&format!("metrics/{}.sql", metric.id()), metric.text().as_bytes())?;
    }
    Ok(())
}

/// The rule files of the company's own.
fn write_rules(inputs: &Inputs, report: &mut Report, staging: &mut Staging) -> Outcome<()> {
    for (file, listed) in inputs.rules.own.iter().zip(&mut report.own_rules) {
        if inputs.own_rules.goes(file) {
            staging.write(&file.path(), file.text.as_bytes())?;
            listed.path = Some(file.path());
        }
    }
    Ok(())
}

/// The report for readers, in every form that was asked for. The lists for owners come with the page.
fn write_documents(
    report: &Report,
    actions: &[Action],
    templates: &Templates,
    documents: &[Document],
    staging: &mut Staging,
) -> Outcome<()> {
    for document in documents {
        match document {
            Document::Html => {
                staging.write("report.html", &html::report(report, templates)?)?;
                for (name, bytes) in owners::files(report, actions, templates)? {
                    staging.write(&name, &bytes)?;
                }
            }
            Document::Pdf => {
                for (name, edition) in pdf::EDITIONS {
                    staging.write(name, &pdf::report(report, templates.brand(), edition)?)?;
                }
            }
            Document::Xlsx => write_spreadsheet(report, actions, staging)?,
        }
    }
    Ok(())
}

pub(super) fn write_spreadsheet(report: &Report, actions: &[Action], staging: &mut Staging) -> Outcome<()> {
    let mut file = staging.create(SPREADSHEET_FILE)?;
    xlsx::report(report, actions, staging, xlsx::Room::default(), staging.folder(), &mut file)?;
    staging.close(file)
}

/// Every rule file that was used, templates and brand included.
fn rule_entries(inputs: &Inputs, templates: &Templates) -> Vec<RuleEntry> {
    let mut rules = inputs.rules.files.clone();
    let shipped = templates.shipped_files();
    rules.extend(shipped.map(|(name, bytes)| RuleEntry::of_bytes(format!("templates/{name}"), bytes)));
    rules.extend(look_entries(templates));
    rules.sort();
    rules
}

/// The organisation's own files of the look.
pub(super) fn look_entries(templates: &Templates) -> Vec<RuleEntry> {
    templates.own_files().map(|(name, bytes)| RuleEntry::of_bytes(format!("{LOOK}{name}"), bytes)).collect()
}

fn manifest(inputs: &Inputs, report: &Report, rules: Vec<RuleEntry>, staging: &Staging) -> Manifest {
    Manifest {
        schema: MANIFEST_SCHEMA.to_owned(),
        tool: tool(),
        report_id: report.report_id.clone(),
        command: report.command.clone(),
        options: inputs.replay.clone(),
        period: period_view(inputs),
        as_of: Stamp(inputs.as_of),
        inputs_sha256: report.inputs_sha256.clone(),
        rules_sha256: report.rules_sha256.clone(),
        evidence_sha256: report.evidence_sha256.clone().unwrap_or_default(),
        inputs: inputs
            .loaded
            .files
            .iter()
            .map(|file| InputEntry {
                path: file.path.clone(),
                bytes: file.bytes,
                sha256: file.sha256.clone(),
                source: file.source.clone(),
                place: file.place,
            })
            .collect(),
        rules,
        outputs: staging.outputs(),
        manifest_sha256: String::new(),
    }
    .sealed()
}

/// Every row and value that could not be used. Holds no cell of the inputs.
fn write_rejects(inputs: &Inputs, staging: &mut Staging) -> Outcome<()> {
    let mut lines = csv::CsvWriter::new(&["path", "row", "line", "column", "whole_row", "reason"]);
    for reject in &inputs.loaded.rejects {
        let path = inputs.loaded.files.get(reject.file as usize).map(|file| file.path.as_str());
        lines.optional(path).number(reject.row);
        match reject.line {
            Some(line) => lines.number(line),
            None => lines.optional(None),
        };
        lines.optional(reject.column.as_deref()).flag(reject.whole_row).text(&reject.reason);
        lines.end();
    }
    staging.write("rejects.csv", &lines.finish())
}

/// People, accounts and credentials as understood. A table too long for a spreadsheet stands in `canonical/` instead;
/// without that, it is written all the same: nothing is left out of a pack.
pub(super) fn write_populations(
    frames: &Frames,
    places: &[String],
    canonical: bool,
    staging: &mut Staging,
) -> Outcome<()> {
    for table in [Table::People, Table::Employments, Table::Accounts, Table::Credentials] {
        let Some(frame) = frames.get(table) else {
            continue;
        };
        if canonical && frame.height() > SPREADSHEET_ROWS {
            continue;
        }
        let mut file = staging.create(&format!("populations/{}.csv", table.name()))?;
        write_table_csv(table, frame, places, &mut file)?;
        staging.close(file)?;
    }
    Ok(())
}

/// The two directions of the completeness test of leavers, in full: who left and has no account, whose account was
/// switched off and did not leave.
pub(super) fn write_two_way(frames: &Frames, as_of: Micros, period: &Period, staging: &mut Staging) -> Outcome<()> {
    let without = leavers_without(frames, as_of, period).list;
    let mut lines = csv::CsvWriter::new(&["system", "person_id"]);
    for one in &without {
        lines.text(&one.system).text(&one.person_id);
        lines.end();
    }
    staging.write("populations/leavers-without-account.csv", &lines.finish())?;
    let disabled = disabled_without_leave(frames, as_of, period);
    let mut lines = csv::CsvWriter::new(&["system", "account_id", "name", "person_id", "disabled_at"]);
    for one in &disabled {
        lines.text(&one.system).text(&one.account_id).optional(one.name.as_deref());
        lines.optional(one.person_id.as_deref()).optional(one.disabled_at.map(|at| rfc3339(at.0)).as_deref());
        lines.end();
    }
    staging.write("populations/disabled-without-leave.csv", &lines.finish())
}
