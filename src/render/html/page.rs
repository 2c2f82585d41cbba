//! The view of a whole report: what the templates may say, already in words.

use serde::Serialize;

use super::actions::{self, ActionsView};
use super::brand::{self, BrandView};
use super::changes::{self, ChangesView};
use super::controls::{self, FrameworkView};
use super::cover::{self, Cover};
use super::data::{self, DataView};
use super::findings::{self, FindingsView, WaiversView};
use super::metrics::{self, IndicatorView, MetricView};
use super::prose::{self, Prose};
use super::reading::{self, ClockView, SensitivityView};
use crate::render::{Templates, facts};
use crate::report::Report;

/// Everything on the page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    brand: BrandView,
    look: String,
    prose: Prose,
    cover: Cover,
    resolutions: Vec<controls::ResolutionView>,
    actions: ActionsView,
    changes: Option<ChangesView>,
    frameworks: Vec<FrameworkView>,
    indicators: Vec<IndicatorView>,
    findings: FindingsView,
    waivers: WaiversView,
    data: DataView,
    metrics: Vec<MetricView>,
    clocks: Vec<ClockView>,
    sensitivity: Vec<SensitivityView>,
}

/// Builds the view.
pub(super) fn page(report: &Report, templates: &Templates) -> Page {
    let brand = templates.brand();
    Page {
        prose: prose::prose(report),
        brand: brand::view(brand),
        look: facts::look(report),
        cover: cover::cover(report, brand),
        resolutions: controls::resolutions(report),
        actions: actions::actions(report),
        changes: changes::changes(report),
        frameworks: controls::frameworks(report),
        indicators: metrics::indicators(report),
        findings: findings::findings(report),
        waivers: findings::waivers(report),
        data: data::data(report),
        metrics: metrics::metrics(report),
        clocks: reading::clocks(report),
        sensitivity: reading::sensitivity(report),
    }
}
