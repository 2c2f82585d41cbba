//! Frameworks against metric verdicts: what the metrics say about each reference.

use std::collections::BTreeMap;

use crate::framework::{Edge, Framework, Reference};
use crate::number::count as grouped;
use crate::report::{
    ControlReport, EdgeReport, FrameworkReport, MetricReport, ReferenceState, Relation, Resolution, Status,
};
use crate::time::{Length, SECOND};

use super::words::{limit_words, with_few_gaps};

/// Says of every reference of every framework what the evidence shows.
///
/// Direct edges decide, by the order of precedence of [`ReferenceState`]. Supporting edges are shown with what they
/// show and decide nothing: where there are no others, there is supporting evidence only, and the reason lists it. A
/// metric that was measured against a looser limit than its edge requires cannot show that nothing is over: that is
/// not enough evidence, and the edge says why; what is over the looser limit is over the tighter one too.
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

/// The reference-resolution box: one entry for every name under which people ask for references of the chosen
/// frameworks. A name that several of them answer to has one entry, with what each of them says.
pub fn resolutions(frameworks: &[Framework]) -> Vec<Resolution> {
    let mut boxes: Vec<Resolution> = Vec::new();
    for one in frameworks.iter().flat_map(Framework::resolutions) {
        match boxes.iter_mut().find(|known| known.requested == one.requested) {
            Some(known) => {
                known.text = format!("{} {}", known.text, one.text);
                known.resolved.extend(one.resolved);
            }
            None => boxes.push(one),
        }
    }
    boxes
}

fn control(reference: &Reference, metrics: &BTreeMap<&str, &MetricReport>) -> ControlReport {
    let edges: Vec<EdgeReport> =
        reference.edges.iter().map(|edge| edge_report(edge, metrics.get(edge.metric.as_str()).copied())).collect();
    let (state, reason) = decide(&edges, metrics);
    let deciding = || edges.iter().filter(|edge| edge.relation == Relation::Direct && edge.state == state);
    ControlReport {
        id: reference.id.clone(),
        title: reference.title.clone(),
        summary: reference.summary.clone(),
        state,
        all_waived: deciding().next().is_some() && deciding().all(|edge| edge.all_waived),
        reason,
        edges,
    }
}

fn edge_report(edge: &Edge, metric: Option<&MetricReport>) -> EdgeReport {
    let limit_conflict = metric.zip(edge.requires).and_then(|(metric, requires)| conflict(metric, requires));
    let state = metric.map_or(ReferenceState::NotAssessed, |metric| shown(metric, limit_conflict.is_some()));
    EdgeReport {
        metric: edge.metric.clone(),
        relation: edge.relation,
        rationale: edge.rationale.clone(),
        caveat: edge.caveat.clone(),
        state,
        all_waived: state == ReferenceState::ExceptionsObserved
            && limit_conflict.is_none()
            && metric.is_some_and(|metric| metric.status == Status::MetWithWaivers),
        limit_conflict,
    }
}

/// What a metric shows for a reference. An exception is one, whoever has waived it; and what a waiver accepts without
/// knowing whether it is over is not shown to be none.
fn shown(metric: &MetricReport, looser: bool) -> ReferenceState {
    match metric.status {
        Status::NotAssessed | Status::NoPopulation => ReferenceState::NotAssessed,
        _ if metric.over > 0 => ReferenceState::ExceptionsObserved,
        Status::Met if !looser => ReferenceState::NoneObserved,
        _ => ReferenceState::NotEnoughEvidence,
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

fn decide(edges: &[EdgeReport], metrics: &BTreeMap<&str, &MetricReport>) -> (ReferenceState, String) {
    if edges.is_empty() {
        return (ReferenceState::NotAssessed, "no metric is mapped to this reference".to_owned());
    }
    let direct: Vec<&EdgeReport> = edges.iter().filter(|edge| edge.relation == Relation::Direct).collect();
    let Some(state) = direct.iter().map(|edge| edge.state).min() else {
        let any = edges.iter().any(|edge| edge.state != ReferenceState::NotAssessed);
        let state = if any { ReferenceState::SupportingEvidenceOnly } else { ReferenceState::NotAssessed };
        let list: Vec<String> = edges.iter().map(|edge| supporting(edge, metrics)).collect();
        return (state, format!("only supporting evidence: {}", list.join(", ")));
    };
    let deciding = direct.iter().filter(|edge| edge.state == state).map(|edge| deciding(edge, metrics));
    let mut parts: Vec<String> = deciding.collect();
    // What was seen does not hide what could not be.
    let open = direct.iter().filter(|edge| edge.state != state && edge.state == ReferenceState::NotEnoughEvidence);
    parts.extend(open.map(|edge| format!("{}: {}", edge.metric, edge.state.words())));
    (state, parts.join("; "))
}

/// `leaver-lag (exceptions observed, 11 of 33 over)`.
fn supporting(edge: &EdgeReport, metrics: &BTreeMap<&str, &MetricReport>) -> String {
    let counts = match metrics.get(edge.metric.as_str()) {
        Some(metric) if metric.population > 0 => {
            format!(", {} of {} over", grouped(metric.over), grouped(metric.population))
        }
        Some(_) => ", no items".to_owned(),
        None => String::new(),
    };
    format!("{} ({}{counts})", edge.metric, edge.state.words_with(edge.all_waived))
}

/// `leaver-lag: 11 of 33 accounts exceeded 24 h`, with the limit where that is what decides.
fn deciding(edge: &EdgeReport, metrics: &BTreeMap<&str, &MetricReport>) -> String {
    let said = metrics
        .get(edge.metric.as_str())
        .map_or_else(|| "not part of this run".to_owned(), |metric| with_few_gaps(&metric.status_reason, &metric.gaps));
    match &edge.limit_conflict {
        Some(conflict) if edge.state == ReferenceState::NotEnoughEvidence => {
            format!("{}: {said}, but {conflict}", edge.metric)
        }
        _ => format!("{}: {said}", edge.metric),
    }
}
