//! `report.html`: one file that needs no network, and reads the same with and without its script.

mod cell;
mod controls;
mod cover;
mod data;
mod findings;
mod metrics;
mod page;
mod prose;
mod status;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Value, context};
use sha2::{Digest, Sha256};

use super::Templates;
use crate::failure::Outcome;
use crate::report::Report;

/// The report as one HTML page.
///
/// # Errors
/// A template of the company does not fit the report; with file, line and column.
pub fn report(report: &Report, templates: &Templates) -> Outcome<Vec<u8>> {
    let style = templates.plain("report/style.css");
    let script = templates.plain("report/script.js");
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    );
    let view = context! {
        policy => Value::from_safe_string(policy),
        style => Value::from_safe_string(style.to_owned()),
        script => Value::from_safe_string(script.to_owned()),
        page => Value::from_serialize(page::page(report)),
    };
    let mut html = templates.render("report/page.html", &view)?;
    if !html.ends_with('\n') {
        html.push('\n');
    }
    Ok(html.into_bytes())
}

/// A source expression of a content security policy for an inline element with this text.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
