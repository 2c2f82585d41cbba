//! Frameworks against metric verdicts: what the metrics say about each reference.

use std::collections::BTreeMap;

use crate::framework::{Edge, Framework, Reference};
use crate::number::count as grouped;
use crate::report::{ControlReport, EdgeReport, FrameworkReport, MetricReport, Relation, Resolution, Status};
use crate::time::{Length, SECOND};

use super::words::limit_words;

/// Assesses every reference of every framework.
///
/// Direct edges decide, by the order of precedence of [`Status`]. Supporting edges are shown with their verdicts and
/// decide nothing: a reference that has no others is not assessed, and its reason lists them. A metric that was
/// measured against a looser limit than its edge requires cannot show that the reference is met: what is met there
/// becomes insufficient evidence, and the edge says why; what is over the looser limit is over the tighter one too.
pub fn assess_frameworks(frameworks: &[Framework], metrics: &[MetricReport]) -> Vec<FrameworkReport> {
    let by_id: BTreeMap<&str, &MetricReport> = metrics.iter().map(|metric| (metric.id.as_str(), metric)).collect();
    frameworks
        .iter()
        .map(|framework| FrameworkReport {
            id: framework.id.clone(),
            title: framework.title.clone(),
            version: framework.version.clone(),
            publisher: framework.publisher.clone(),
            scope: framework.scope.clone(),
            controls: framework.references.iter().map(|reference| control(reference, &by_id)).collect(),
        })
        .collect()
}

/// The reference-resolution box: one entry for every alias of the chosen frameworks.
pub fn resolutions(frameworks: &[Framework]) -> Vec<Resolution> {
    frameworks.iter().flat_map(Framework::resolutions).collect()
}

fn control(reference: &Reference, metrics: &BTreeMap<&str, &MetricReport>) -> ControlReport {
    let edges: Vec<EdgeReport> =
        reference.edges.iter().map(|edge| edge_report(edge, metrics.get(edge.metric.as_str()).copied())).collect();
    let (status, reason) = decide(&edges, metrics);
    ControlReport {
        id: reference.id.clone(),
        title: reference.title.clone(),
        summary: reference.summary.clone(),
        status,
        reason,
        edges,
    }
}

fn edge_report(edge: &Edge, metric: Option<&MetricReport>) -> EdgeReport {
    EdgeReport {
        metric: edge.metric.clone(),
        relation: edge.relation,
        rationale: edge.rationale.clone(),
        caveat: edge.caveat.clone(),
        status: metric.map_or(Status::NotAssessed, |metric| metric.status),
        limit_conflict: metric.zip(edge.requires).and_then(|(metric, requires)| conflict(metric, requires)),
    }
}

/// The sentence about a limit that is looser than what the reference needs; the loosest override counts.
fn conflict(metric: &MetricReport, requires: Length) -> Option<String> {
    let overrides = metric.limit_overrides.iter().map(|part| part.limit_seconds);
    let loosest = overrides.chain(metric.limit_seconds).max()?;
    if loosest <= requires.seconds() {
        return None;
    }
    let allowed = limit_words(Length::from_micros(loosest.saturating_mul(SECOND)));
    Some(format!("this reference needs a limit of at most {}; the policy allows {allowed}", limit_words(requires)))
}

/// What an edge contributes to its reference.
fn contribution(edge: &EdgeReport) -> Status {
    match (edge.status, &edge.limit_conflict) {
        (Status::Met | Status::MetWithWaivers, Some(_)) => Status::InsufficientEvidence,
        (status, _) => status,
    }
}

fn decide(edges: &[EdgeReport], metrics: &BTreeMap<&str, &MetricReport>) -> (Status, String) {
    if edges.is_empty() {
        return (Status::NotAssessed, "no metric is mapped to this reference".to_owned());
    }
    let direct: Vec<&EdgeReport> = edges.iter().filter(|edge| edge.relation == Relation::Direct).collect();
    let Some(status) = direct.iter().map(|edge| contribution(edge)).min() else {
        let counts = |edge: &EdgeReport| match metrics.get(edge.metric.as_str()) {
            Some(metric) if metric.population > 0 => {
                format!(", {} of {} over", grouped(metric.over), grouped(metric.population))
            }
            Some(_) => ", no items".to_owned(),
            None => String::new(),
        };
        let said = |edge: &EdgeReport| format!("{} ({}{})", edge.metric, edge.status.words(), counts(edge));
        let list: Vec<String> = edges.iter().map(said).collect();
        return (Status::NotAssessed, format!("only supporting evidence: {}", list.join(", ")));
    };
    let mut parts = Vec::new();
    for edge in direct.iter().filter(|edge| contribution(edge) == status) {
        let said = match metrics.get(edge.metric.as_str()) {
            Some(metric) => metric.status_reason.as_str(),
            None => "not part of this run",
        };
        match &edge.limit_conflict {
            Some(conflict) if contribution(edge) != edge.status => {
                parts.push(format!("{}: {said}, but {conflict}", edge.metric));
            }
            _ => parts.push(format!("{}: {said}", edge.metric)),
        }
    }
    (status, parts.join("; "))
}
