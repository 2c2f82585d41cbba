//! A seeded sample of a metric's population, which anybody can draw again with other tools.
//!
//! For row `n` of the evidence file (rows count from 1, the header is not one) the SHA-256 of the ASCII text
//! `<SHA-256 of the evidence file, lower-case hex>:<seed>:<n>` is computed. The rows of the population are put in the
//! order of these hashes; the sample is the first `size` of them. So a larger sample with the same seed begins with the
//! smaller one, and two metrics of one pack have samples that do not depend on each other.

mod book;
mod frame;
mod paper;

use std::collections::BinaryHeap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::assess::contract::{Column, EVIDENCE};
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::report::{MetricReport, Report, Stamp};
use crate::rules::did_you_mean;

use super::digest::hex;
use super::manifest::Manifest;
use super::verify::check_pack;

use frame::Frame;

/// The columns of an evidence file that a sample shows: all of them, the id of the finding first.
pub(super) fn columns() -> impl Iterator<Item = &'static Column> {
    let is_first = |column: &&Column| column.name == "finding_id";
    EVIDENCE.iter().filter(is_first).chain(EVIDENCE.iter().filter(move |column| !is_first(column)))
}

/// What to draw.
#[derive(Debug, Clone)]
pub struct SampleOptions {
    /// Metric id.
    pub metric: String,
    /// How many items.
    pub size: u64,
    /// The seed.
    pub seed: u64,
    /// Results of the items to draw from; empty: all but `excluded`, which is the metric's population.
    pub results: Vec<String>,
    /// Systems of the items to draw from; empty: all.
    pub systems: Vec<String>,
}

/// A sample.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Where it was drawn from, and how.
    pub facts: SampleFacts,
    /// The items in the order of their hashes.
    pub items: Vec<SampleItem>,
}

/// Everything that is needed to draw the same sample again.
#[derive(Debug, Clone)]
pub struct SampleFacts {
    /// Id of the report.
    pub report_id: String,
    /// Organisation, as the report names it.
    pub organisation: String,
    /// Reporting period.
    pub period: String,
    /// The moment that the report speaks about.
    pub as_of: Stamp,
    /// SHA-256 of `manifest.json`.
    pub manifest_sha256: String,
    /// Metric id.
    pub metric: String,
    /// What the metric is called.
    pub title: String,
    /// What it measures.
    pub definition: String,
    /// The evidence file: the sampling frame.
    pub frame: String,
    /// Its SHA-256.
    pub frame_sha256: String,
    /// Its rows.
    pub frame_rows: u64,
    /// Which of them are drawn from, in words.
    pub drawn_from: String,
    /// How many those are.
    pub population: u64,
    /// How many items were asked for.
    pub size: u64,
    /// The seed.
    pub seed: u64,
}

impl SampleFacts {
    /// How the items were chosen: enough to do it again.
    pub fn method(&self) -> String {
        format!(
            "ascending SHA-256 of the text \"{}:{}:n\", n being the row of the frame counted from 1 without its header",
            self.frame_sha256, self.seed
        )
    }
}

/// An item of a sample.
#[derive(Debug, Clone)]
pub struct SampleItem {
    /// Its row in the evidence file, from 1, without the header.
    pub row: u64,
    /// The hash that chose it.
    pub sha256: String,
    /// Its cells by [`columns`], as data: times in RFC 3339, nothing neutralised.
    pub(super) cells: Vec<String>,
}

impl SampleItem {
    fn cell(&self, column: &str) -> &str {
        let at = columns().position(|one| one.name == column);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    fn seconds(&self, column: &str) -> Option<i64> {
        self.cell(column).parse().ok()
    }
}

/// Draws a sample.
///
/// # Errors
/// The pack differs from its manifest, the metric is unknown or has no evidence, or nothing fits the choice.
pub fn sample(pack: &Path, options: &SampleOptions, progress: &(dyn Fn(u64, u64) + Sync)) -> Outcome<Sample> {
    let place = || Place::file(pack.display().to_string());
    let check = check_pack(pack, progress)?;
    let (Some(manifest), Some(report), true) = (&check.manifest, &check.report, check.differences.is_empty()) else {
        let first = check.differences.first();
        let what = first.map(|first| format!("; first: {}", super::verify::shown(&first.path))).unwrap_or_default();
        let places = crate::render::text::plural(check.differences.len() as u64, "place", "places");
        let message = format!("the pack differs from its manifest in {places}{what}");
        let hint = "`overstay verify PACK` names all; a sample is drawn only from an unchanged pack";
        return Err(Failure::usage_one(Diagnostic::error("changed-pack", message).at(place()).hint(hint)));
    };
    let metric = metric(report, &options.metric)?;
    let evidence = evidence(metric)?;
    let mut facts = facts(report, manifest, metric, evidence, options);
    facts.manifest_sha256 = check.sha256;
    let frame = Frame::open(pack.join(evidence), manifest);
    let chosen = draw(&frame, options, &mut facts)?;
    if facts.population == 0 {
        let message = format!(
            "there is nothing to draw from: 0 of {} items of {} are {}",
            facts.frame_rows, facts.metric, facts.drawn_from
        );
        let hint = "the report says how many items have which result";
        return Err(Failure::usage_one(Diagnostic::error("empty-sample", message).at(place()).hint(hint)));
    }
    let mut rows: Vec<u64> = chosen.iter().map(|(_, row)| *row).collect();
    rows.sort_unstable();
    let mut cells = frame.rows(&rows)?;
    let items = chosen
        .into_iter()
        .map(|(hash, row)| SampleItem { row, sha256: hex(&hash), cells: cells.remove(&row).unwrap_or_default() })
        .collect();
    Ok(Sample { facts, items })
}

/// The rows of the sample in its order.
fn draw(frame: &Frame, options: &SampleOptions, facts: &mut SampleFacts) -> Outcome<Vec<([u8; 32], u64)>> {
    let size = usize::try_from(options.size).unwrap_or(usize::MAX);
    let text = format!("{}:{}:", facts.frame_sha256, facts.seed);
    let mut smallest: BinaryHeap<([u8; 32], u64)> = BinaryHeap::new();
    let fits = |list: &[String], word: &str| list.iter().any(|one| one == word);
    frame.scan(&mut |row, result, system| {
        facts.frame_rows += 1;
        let wanted = if options.results.is_empty() { result != "excluded" } else { fits(&options.results, result) };
        if !wanted || !(options.systems.is_empty() || fits(&options.systems, system)) {
            return;
        }
        facts.population += 1;
        let hash: [u8; 32] = Sha256::digest(format!("{text}{row}")).into();
        if smallest.len() < size {
            smallest.push((hash, row));
        } else if smallest.peek().is_some_and(|largest| (hash, row) < *largest) {
            smallest.pop();
            smallest.push((hash, row));
        }
    })?;
    Ok(smallest.into_sorted_vec())
}

fn metric<'r>(report: &'r Report, id: &str) -> Outcome<&'r MetricReport> {
    if let Some(metric) = report.metrics.iter().find(|metric| metric.id == id) {
        return Ok(metric);
    }
    let (message, hint) = if report.indicators.iter().any(|indicator| indicator.id == id) {
        let message = format!("`{id}` is an indicator: a ratio or a sum, without items to draw from");
        (message, "its numerator and denominator stand in report.json".to_owned())
    } else {
        let ids = report.metrics.iter().map(|metric| metric.id.as_str());
        let known = || {
            let with: Vec<&str> = report
                .metrics
                .iter()
                .filter(|metric| metric.evidence.is_some())
                .map(|metric| metric.id.as_str())
                .collect();
            format!("metrics with evidence in this pack: {}", with.join(", "))
        };
        (format!("the pack has no metric `{id}`"), did_you_mean(id, ids).unwrap_or_else(known))
    };
    Err(Failure::usage_one(Diagnostic::error("unknown-metric", message).hint(hint)))
}

fn evidence(metric: &MetricReport) -> Outcome<&str> {
    metric.evidence.as_deref().ok_or_else(|| {
        let message = format!("`{}` has no evidence in this pack: {}", metric.id, metric.status_reason);
        let hint = "a metric has items when the tables that it needs were loaded";
        Failure::usage_one(Diagnostic::error("no-evidence", message).hint(hint))
    })
}

fn facts(
    report: &Report,
    manifest: &Manifest,
    metric: &MetricReport,
    evidence: &str,
    options: &SampleOptions,
) -> SampleFacts {
    let listed = manifest.outputs.iter().find(|output| output.path == evidence);
    let mut drawn_from = match options.results.as_slice() {
        [] => "not excluded".to_owned(),
        results => results.join(" or "),
    };
    if !options.systems.is_empty() {
        drawn_from = format!("{drawn_from}, in {}", options.systems.join(" or "));
    }
    SampleFacts {
        report_id: report.report_id.clone(),
        organisation: report.organisation.clone(),
        period: report.period.label.clone(),
        as_of: report.as_of,
        manifest_sha256: String::new(),
        metric: metric.id.clone(),
        title: metric.title.clone(),
        definition: metric.definition.clone(),
        frame: evidence.to_owned(),
        frame_sha256: listed.map(|output| output.sha256.clone()).unwrap_or_default(),
        frame_rows: 0,
        drawn_from,
        population: 0,
        size: options.size,
        seed: options.seed,
    }
}
