//! The view of a whole report: what the templates may say, already in words.

use serde::Serialize;

use super::controls::{self, FrameworkView};
use super::cover::{self, Cover};
use super::data::{self, DataView};
use super::findings::{self, FindingsView, WaiverView};
use super::metrics::{self, IndicatorView, MetricView};
use super::prose::{self, Prose};
use crate::report::Report;

/// Everything on the page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    prose: Prose,
    cover: Cover,
    resolutions: Vec<controls::ResolutionView>,
    frameworks: Vec<FrameworkView>,
    indicators: Vec<IndicatorView>,
    findings: FindingsView,
    waivers: Vec<WaiverView>,
    data: DataView,
    metrics: Vec<MetricView>,
}

/// Builds the view.
pub(super) fn page(report: &Report) -> Page {
    Page {
        prose: prose::prose(report),
        cover: cover::cover(report),
        resolutions: controls::resolutions(report),
        frameworks: controls::frameworks(report),
        indicators: metrics::indicators(report),
        findings: findings::findings(report),
        waivers: findings::waivers(report),
        data: data::data(report),
        metrics: metrics::metrics(report),
    }
}
