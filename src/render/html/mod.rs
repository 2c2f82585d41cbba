//! `report.html`: one file that needs no network, and reads the same with and without its script.

mod actions;
mod allowed;
mod brand;
mod cell;
mod changes;
mod controls;
mod cover;
mod data;
mod findings;
mod kept;
mod listed;
mod metrics;
mod owner;
mod page;
mod prose;
mod reading;
mod status;

pub(super) use owner::owner;
pub(super) use status::{Badge, change};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Value, context};
use sha2::{Digest, Sha256};

use super::Templates;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::report::Report;

/// The report as one HTML page.
///
/// # Errors
/// A template of the company does not fit the report (with file, line and column), or the page that it makes lacks a
/// fact or the policy that closes the page to the outside.
pub fn report(report: &Report, templates: &Templates) -> Outcome<Vec<u8>> {
    let style = style(templates);
    let script = templates.plain("report/script.js");
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(script)
    );
    let view = context! {
        policy => Value::from_safe_string(policy.clone()),
        style => Value::from_safe_string(style),
        script => Value::from_safe_string(script.to_owned()),
        page => Value::from_serialize(page::page(report, templates)),
    };
    let mut html = templates.render("report/page.html", &view)?;
    if templates.has_own_html() {
        let path = templates.path_of("report/page.html").unwrap_or("report/page.html");
        if !html.contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")) {
            let message = "the page lacks its content security policy";
            let hint = "keep <meta http-equiv=\"Content-Security-Policy\" content=\"{{ policy }}\"> in the head";
            return Err(Failure::usage_one(
                Diagnostic::error("template-policy", message).at(Place::file(path)).hint(hint),
            ));
        }
        kept::check(&html, &Templates::shipped()?.render("report/page.html", &view)?, templates)?;
    }
    if !html.ends_with('\n') {
        html.push('\n');
    }
    Ok(html.into_bytes())
}

/// The style sheet with the company's accent.
pub(super) fn style(templates: &Templates) -> String {
    brand::style(templates.plain("report/style.css"), templates.brand())
}

/// A source expression of a content security policy for an inline element with this text.
pub(super) fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
