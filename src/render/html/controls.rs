//! The control scorecard and the box that resolves aliases.

use minijinja::Value;
use serde::Serialize;

use super::cell::{anchor, cell, prose};
use super::status::{Badge, Tally, reference, tally_of_references};
use crate::render::{facts, text};
use crate::report::{ControlReport, EdgeReport, FrameworkReport, Relation, Report};

/// So many references without a metric are shown at once; more wait behind their count.
const UNMAPPED_OPEN: usize = 12;

/// A name under which people ask for references, and what it means.
#[derive(Debug, Serialize)]
pub(super) struct ResolutionView {
    requested: Value,
    text: Value,
    resolved: Vec<ResolvedView>,
}

#[derive(Debug, Serialize)]
struct ResolvedView {
    href: Option<String>,
    framework: Value,
    reference: Value,
    title: Value,
    badge: Option<Badge>,
    measured: Vec<Value>,
}

/// A framework with all its references.
#[derive(Debug, Serialize)]
pub(super) struct FrameworkView {
    anchor: String,
    title: Value,
    plain_title: String,
    version: Value,
    publisher: Value,
    scope: Value,
    tally: Vec<Tally>,
    total: String,
    controls: Vec<ControlView>,
    unmapped: Vec<UnmappedView>,
    unmapped_open: bool,
    unmapped_count: String,
}

#[derive(Debug, Serialize)]
struct ControlView {
    anchor: String,
    id: Value,
    title: Value,
    summary: Value,
    badge: Badge,
    reason: Value,
    edges: Vec<EdgeView>,
}

/// A reference that no metric speaks to: its place, id and title are all there is to say.
#[derive(Debug, Serialize)]
struct UnmappedView {
    anchor: String,
    id: Value,
    title: Value,
}

#[derive(Debug, Serialize)]
struct EdgeView {
    href: Option<String>,
    metric: Value,
    decides: bool,
    relation: &'static str,
    rationale: Value,
    caveat: Option<Value>,
    conflict: Option<Value>,
    badge: Badge,
    over: String,
    limit: Value,
    waived: String,
}

/// The resolution box.
pub(super) fn resolutions(report: &Report) -> Vec<ResolutionView> {
    let view = |resolution: &crate::report::Resolution| ResolutionView {
        requested: prose(&resolution.requested),
        text: prose(&resolution.text),
        resolved: resolution
            .resolved
            .iter()
            .map(|to| {
                let framework = report.frameworks.iter().find(|framework| framework.id == to.framework);
                let control =
                    framework.and_then(|framework| framework.controls.iter().find(|one| one.id == to.reference));
                ResolvedView {
                    href: control.map(|control| facts::control_anchor(&to.framework, &control.id)),
                    framework: prose(framework.map_or(to.framework.as_str(), |framework| framework.title.as_str())),
                    reference: cell(&to.reference),
                    title: prose(&to.title),
                    badge: control.map(|control| reference(control.state, control.all_waived)),
                    measured: control.map(|control| measured(control, report)).unwrap_or_default(),
                }
            })
            .collect(),
    };
    report.resolutions.iter().map(view).collect()
}

/// What the direct metrics of a reference say, `k of n` each; its reason where there is none.
fn measured(control: &ControlReport, report: &Report) -> Vec<Value> {
    let direct = control.edges.iter().filter(|edge| edge.relation == Relation::Direct);
    let said: Vec<Value> = direct
        .filter_map(|edge| report.metrics.iter().find(|metric| metric.id == edge.metric))
        .map(|metric| {
            let limit =
                if facts::has_limit(metric) { format!(" over {}", facts::limit_text(metric)) } else { String::new() };
            prose(&format!("{}: {}{limit}", metric.title, facts::over(metric)))
        })
        .collect();
    if said.is_empty() { vec![prose(&control.reason)] } else { said }
}

/// The scorecard.
pub(super) fn frameworks(report: &Report) -> Vec<FrameworkView> {
    report.frameworks.iter().map(|framework| framework_view(framework, report)).collect()
}

fn framework_view(framework: &FrameworkReport, report: &Report) -> FrameworkView {
    let (mapped, unmapped): (Vec<_>, Vec<_>) = framework.controls.iter().partition(|control| !control.edges.is_empty());
    FrameworkView {
        anchor: anchor("f-", &framework.id),
        title: prose(&framework.title),
        plain_title: framework.title.clone(),
        version: prose(&framework.version),
        publisher: prose(&framework.publisher),
        scope: prose(&framework.scope),
        tally: tally_of_references(framework.controls.iter().map(|control| control.state)),
        total: text::plural(framework.controls.len() as u64, "reference", "references"),
        controls: mapped.into_iter().map(|control| control_view(&framework.id, control, report)).collect(),
        unmapped_count: text::of(unmapped.len() as u64, framework.controls.len() as u64),
        unmapped_open: unmapped.len() <= UNMAPPED_OPEN,
        unmapped: unmapped
            .into_iter()
            .map(|control| UnmappedView {
                anchor: facts::control_anchor(&framework.id, &control.id),
                id: cell(&control.id),
                title: prose(&control.title),
            })
            .collect(),
    }
}

fn control_view(framework: &str, control: &ControlReport, report: &Report) -> ControlView {
    let deciding = facts::deciding(control);
    ControlView {
        anchor: facts::control_anchor(framework, &control.id),
        id: cell(&control.id),
        title: prose(&control.title),
        summary: prose(&control.summary),
        badge: reference(control.state, control.all_waived),
        reason: prose(&control.reason),
        edges: control
            .edges
            .iter()
            .map(|edge| edge_view(edge, deciding.is_some_and(|one| std::ptr::eq(one, edge)), report))
            .collect(),
    }
}

fn edge_view(edge: &EdgeReport, decides: bool, report: &Report) -> EdgeView {
    let [over, limit, waived] = facts::edge(edge, report);
    EdgeView {
        href: facts::metric_anchor(report, &edge.metric),
        metric: cell(&edge.metric),
        decides,
        relation: facts::relation(edge),
        rationale: prose(&edge.rationale),
        caveat: edge.caveat.as_deref().map(prose),
        conflict: edge.limit_conflict.as_deref().map(prose),
        badge: reference(edge.state, edge.all_waived),
        over,
        limit: prose(&limit),
        waived,
    }
}
