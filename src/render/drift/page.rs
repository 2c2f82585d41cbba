//! The comparison as one HTML page without a script, in the look of the report.

use minijinja::{Value, context};
use serde::Serialize;

use super::{Digest, Line, Table};
use crate::failure::Outcome;
use crate::render::Templates;
use crate::render::html::{self, Badge};

#[derive(Serialize)]
struct PageView<'a> {
    title: &'a str,
    drifts: Vec<DriftView<'a>>,
}

#[derive(Serialize)]
struct DriftView<'a> {
    title: &'a str,
    reference: &'a str,
    badge: Badge,
    sentence: &'a str,
    verdict: &'a str,
    context: &'a [String],
    headline: &'a [String],
    exceptions: Option<&'a str>,
    sections: Vec<SectionView<'a>>,
    cut: Option<&'a str>,
    standing: &'a [String],
    tables: &'a [Table],
    end: &'a [String],
}

#[derive(Serialize)]
struct SectionView<'a> {
    title: &'a str,
    lines: &'a [Line],
}

/// One page with every comparison, in the order given.
///
/// # Errors
/// The company's own template does not fit; with file, line and column.
pub fn page(digests: &[Digest], templates: &Templates) -> Outcome<Vec<u8>> {
    let style = html::style(templates);
    let policy = format!("default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'", html::hash(&style));
    let page = PageView {
        title: digests.first().map_or("What changed", |first| first.title.as_str()),
        drifts: digests.iter().map(drift).collect(),
    };
    let view = context! {
        policy => Value::from_safe_string(policy),
        style => Value::from_safe_string(style),
        page => Value::from_serialize(page),
    };
    Ok(templates.render("drift/page.html", &view)?.into_bytes())
}

fn drift(digest: &Digest) -> DriftView<'_> {
    DriftView {
        title: &digest.title,
        reference: &digest.reference,
        badge: html::change(digest.result),
        sentence: &digest.sentence,
        verdict: &digest.verdict,
        context: &digest.context,
        headline: &digest.headline,
        exceptions: digest.exceptions.as_deref(),
        sections: digest
            .sections
            .iter()
            .map(|section| SectionView { title: &section.title, lines: &section.lines })
            .collect(),
        cut: digest.cut.as_deref(),
        standing: &digest.standing,
        tables: &digest.tables,
        end: &digest.end,
    }
}
