//! The paragraphs of the report as HTML.

use std::fmt::Write as _;

use minijinja::Value;
use serde::Serialize;

use super::cell;
use crate::render::markup::escape;
use crate::render::prose::{self, Part};
use crate::report::Report;

/// Paragraphs by the names that templates use.
#[derive(Debug, Serialize)]
pub(super) struct Prose {
    headline: Value,
    unmeasured: Value,
    glance: Value,
    not: Value,
    changes: Value,
    trend: Value,
    scorecard: Value,
    indicators: Value,
    waivers: Value,
    method: Value,
    rules: Vec<Value>,
    limits: Vec<Value>,
    words: Vec<(&'static str, &'static str)>,
    verify: Vec<Value>,
    manifest: Value,
}

/// The paragraphs with the report's values in their places.
pub(super) fn prose(report: &Report) -> Prose {
    let values = [("zone", report.zone.as_str()), ("leave_instant", report.leave_instant.as_str())];
    let rich = |text: &str| rich(text, &values);
    Prose {
        headline: rich(prose::HEADLINE),
        unmeasured: rich(prose::UNMEASURED),
        glance: rich(prose::GLANCE),
        not: rich(prose::NOT),
        changes: rich(prose::CHANGES),
        trend: rich(prose::TREND),
        scorecard: rich(prose::SCORECARD),
        indicators: rich(prose::INDICATORS),
        waivers: rich(prose::WAIVERS),
        method: rich(prose::METHOD),
        rules: prose::RULES.iter().map(|text| rich(text)).collect(),
        limits: prose::LIMITS.iter().map(|text| rich(text)).collect(),
        words: prose::WORDS.to_vec(),
        verify: prose::VERIFY.iter().map(|text| rich(text)).collect(),
        manifest: rich(prose::MANIFEST),
    }
}

fn rich(text: &str, values: &[(&str, &str)]) -> Value {
    let mut out = String::with_capacity(text.len() + 32);
    for part in prose::parts(text, values) {
        // Writing into a String does not fail.
        let _ = match part {
            Part::Text(words) => write!(out, "{}", escape(words)),
            Part::Code(words) => write!(out, "<code>{}</code>", escape(words)),
            Part::Link { words, place } => write!(out, "<a href=\"#{}\">{}</a>", escape(place), escape(words)),
            Part::Value(value) => write!(out, "{}", cell::prose(value)),
        };
    }
    Value::from_safe_string(out)
}
