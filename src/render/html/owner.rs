//! The page of one owner: what they have to decide, in the look of the report, without a script.

use std::collections::BTreeSet;

use minijinja::{Value, context};
use serde::Serialize;

use super::actions::{ActionView, view};
use super::brand;
use super::cell::cell;
use super::{hash, style};
use crate::failure::Outcome;
use crate::render::owners::Owner;
use crate::render::{Templates, facts, text};
use crate::report::{ActionList, Report};
use crate::time;

/// Rows of the page; the table beside it has all.
const ROWS: usize = 1_000;

#[derive(Serialize)]
struct OwnerView {
    title: String,
    classification: Option<Value>,
    organisation: Value,
    period: Value,
    as_of: String,
    owner: Value,
    counts: String,
    order: &'static str,
    more: Option<String>,
    file: Value,
    rows: Vec<ActionView>,
    report_id: Value,
    tool: Value,
}

/// The page.
///
/// # Errors
/// The template fails, which a test excludes.
pub(in crate::render) fn owner(report: &Report, owner: &Owner<'_>, templates: &Templates) -> Outcome<Vec<u8>> {
    let style = style(templates);
    let policy = format!("default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'", hash(&style));
    let name = owner.owner.unwrap_or("systems without an owner");
    let more = owner.actions.len().saturating_sub(ROWS) as u64;
    let classification = brand::classification(report.classification.as_deref(), templates.brand());
    let page = OwnerView {
        title: format!("What to do: {}, {}", text::visible(name, false), text::visible(&report.period.label, false)),
        classification,
        organisation: cell(&report.organisation),
        period: cell(&report.period.label),
        as_of: time::readable(report.as_of.0),
        owner: cell(name),
        counts: facts::exceptions(&ActionList::of(owner.actions.iter().copied(), 0)),
        order: facts::ORDER,
        more: (more > 0).then(|| format!("{} more in {}.", text::count(more), owner.table())),
        file: cell(&owner.table()),
        rows: owner.actions.iter().take(ROWS).map(|action| view(report, action, &BTreeSet::new())).collect(),
        report_id: cell(&report.report_id),
        tool: cell(&format!("{} {}", report.tool.name, report.tool.version)),
    };
    let view = context! {
        policy => Value::from_safe_string(policy),
        style => Value::from_safe_string(style),
        page => Value::from_serialize(page),
    };
    let mut page = templates.render("owners/page.html", &view)?;
    if !page.ends_with('\n') {
        page.push('\n');
    }
    Ok(page.into_bytes())
}
