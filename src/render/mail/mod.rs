//! The mail about a comparison: one set of words, as text and as HTML. Nothing in it is loaded from anywhere.

mod findings;
mod text;
mod words;

use minijinja::{Value, context};

pub use words::{Letter, Part, words};

use super::Templates;
use crate::failure::Outcome;

/// The text part: lines of at most 72 columns, ending in a line end.
pub fn text(letter: &Letter<'_>) -> String {
    text::text(&words(letter))
}

/// The HTML part.
///
/// # Errors
/// The template of the company does not fit; with file, line and column.
pub fn html(letter: &Letter<'_>, templates: &Templates) -> Outcome<String> {
    let view = context! { mail => Value::from_serialize(words(letter)) };
    let mut html = templates.render("mail/drift.html", &view)?;
    if !html.ends_with('\n') {
        html.push('\n');
    }
    Ok(html)
}
