//! Pieces of data as HTML: isolated in their own direction, hidden characters marked, long ones folded.

use std::fmt::Write as _;

use minijinja::Value;

pub(super) use crate::render::facts::anchor;
use crate::render::markup::{escape, push_escaped};
use crate::render::text;

/// Characters of a cell that are shown at once; the rest waits in a details element.
const CELL_LIMIT: usize = 300;
/// Characters of a word that a column is expected to hold.
const LONG_WORD: usize = 24;

/// A piece of data as HTML: its direction isolated, hidden characters as marked code points, long text folded.
pub(super) fn cell(plain: &str) -> Value {
    isolated(plain, if has_long_word(plain) { "<bdi class=\"long\">" } else { "<bdi>" })
}

/// Several pieces of data, each in its own direction.
pub(super) fn cells<'a>(parts: impl Iterator<Item = &'a str>) -> Value {
    let parts: Vec<String> = parts.map(|part| cell(part).to_string()).collect();
    Value::from_safe_string(parts.join(", "))
}

/// A sentence of ours that may quote data: it runs from left to right whatever script the quoted name is in.
pub(super) fn sentence(plain: &str) -> Value {
    isolated(plain, if has_long_word(plain) { "<bdi dir=\"ltr\" class=\"long\">" } else { "<bdi dir=\"ltr\">" })
}

/// Whether the text needs breaking inside a word to fit a column.
fn has_long_word(plain: &str) -> bool {
    plain.split_whitespace().any(|word| word.chars().nth(LONG_WORD).is_some())
}

/// Text of the rules or of the engine (definitions, reasons, titles): isolated and marked, never folded.
pub(super) fn prose(plain: &str) -> Value {
    let plain = &text::shown(plain);
    let mut out = String::with_capacity(plain.len() + 24);
    out.push_str(if has_long_word(plain) { "<bdi class=\"long\">" } else { "<bdi>" });
    push_marked(&mut out, plain);
    out.push_str("</bdi>");
    Value::from_safe_string(out)
}

fn isolated(plain: &str, open: &str) -> Value {
    let plain = &text::shown(plain);
    let (head, rest) = text::cut(plain, CELL_LIMIT);
    let mut out = String::with_capacity(plain.len() + 16);
    if rest.is_empty() {
        out.push_str(open);
        push_marked(&mut out, head);
        out.push_str("</bdi>");
    } else {
        let more = text::count(rest.chars().count() as u64);
        out.push_str(open);
        push_marked(&mut out, head);
        let _ = write!(out, "…</bdi> <details class=\"rest\"><summary>{more} more characters</summary>{open}");
        push_marked(&mut out, rest);
        out.push_str("</bdi></details>");
    }
    Value::from_safe_string(out)
}

/// Prose, or a quiet text where there is none.
pub(super) fn prose_or(plain: Option<&str>, missing: &str) -> Value {
    match plain {
        Some(text) if !text.is_empty() => prose(text),
        _ => cell_or(None, missing),
    }
}

/// A piece of data, or a quiet text of our own where there is none.
pub(super) fn cell_or(plain: Option<&str>, missing: &str) -> Value {
    match plain {
        Some(text) if !text.is_empty() => cell(text),
        _ => Value::from_safe_string(format!("<span class=\"none\">{}</span>", escape(missing))),
    }
}

fn push_marked(out: &mut String, plain: &str) {
    let mut before = None;
    for character in plain.chars() {
        if text::hides(character, before) {
            let _ = write!(out, "<span class=\"cp\">{}</span>", text::code_point(character));
        } else {
            push_escaped(out, character);
        }
        before = Some(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_isolated_and_marked() {
        assert_eq!(cell("<b>\u{202E}'").to_string(), "<bdi>&lt;b&gt;<span class=\"cp\">U+202E</span>&#39;</bdi>");
        assert_eq!(cell_or(None, "not supplied").to_string(), "<span class=\"none\">not supplied</span>");
        assert_eq!(cell_or(Some(""), "–").to_string(), "<span class=\"none\">–</span>");
    }

    #[test]
    fn prose_is_never_folded() {
        let long = "word ".repeat(200);
        assert_eq!(prose(&long).to_string(), format!("<bdi>{long}</bdi>"));
    }

    #[test]
    fn long_cells_fold() {
        let html = cell(&"x".repeat(10_000)).to_string();
        assert!(html.contains("<summary>9,700 more characters</summary>"));
        assert_eq!(html.matches('x').count(), 10_000);
    }

    #[test]
    fn anchors_hold_nothing_that_breaks_out() {
        assert_eq!(anchor("m-", "a\"><b c"), "m-a---b-c");
    }
}
