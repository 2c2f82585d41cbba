//! What stands on a company's own page beside the facts: text, its structure, and nothing that could hide, cover or
//! change what the shipped templates print.
//!
//! An own template has the elements and attributes listed here. Everything else (pictures, charts, forms, the one
//! style, the one script, what the head says) may only stand on the page as the shipped templates make it, byte by byte.

use std::borrow::Cow;
use std::collections::BTreeSet;

use scraper::node::Element;
use scraper::{ElementRef, Html, Node};

use crate::diag::{Diagnostic, Place};
use crate::render::{Templates, text};

/// Elements of text and of its structure.
const ELEMENTS: [&str; 60] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "blockquote",
    "body",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "ul",
    "wbr",
];
/// Attributes that say what something is, not how it is drawn.
const ATTRIBUTES: [&str; 18] = [
    "aria-describedby",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "class",
    "colspan",
    "data-f",
    "data-fact",
    "data-v",
    "datetime",
    "headers",
    "href",
    "id",
    "lang",
    "role",
    "rowspan",
    "scope",
    "tabindex",
];
/// Classes of the shipped style sheet that take something from the screen or from paper.
const HIDING: [&str; 5] = ["filters", "rest", "screen", "skip", "toc"];

/// Whether what is inside an element is not seen by everybody. Heads of tables go where a screen is narrow.
pub(super) fn is_unseen(element: &Element) -> bool {
    let hidden = element.attr("hidden").is_some() || element.attr("aria-hidden") == Some("true");
    let name = element.name();
    // Raw text that is no part of the page; what the shipped page has of it is compared as a whole.
    let raw = ["script", "style", "template", "noscript", "title", "thead"].contains(&name);
    hidden || raw || element.classes().any(|class| HIDING.contains(&class) && class != "rest")
}

/// What stands on the page and must not; each thing once.
pub(super) fn check(own: &Html, shipped: &Html, templates: &Templates) -> Vec<Diagnostic> {
    let known: BTreeSet<String> =
        elements(shipped).filter(|one| foreign(one.value()).is_some()).map(|one| one.html()).collect();
    let mut mistakes: Vec<(String, String)> = Vec::new();
    let mut say = |sought: &str, message: String| {
        if mistakes.iter().all(|(_, said)| *said != message) {
            mistakes.push((sought.to_owned(), message));
        }
    };
    let mut nodes = vec![own.tree.root()];
    while let Some(node) = nodes.pop() {
        match node.value() {
            Node::Element(element) => {
                if let Some((sought, message)) = foreign(element) {
                    let whole = ElementRef::wrap(node).map(|one| one.html()).unwrap_or_default();
                    if !known.contains(&whole) {
                        say(&sought, message);
                    }
                    continue;
                }
            }
            // A soft hyphen only says where a word may break; the shipped templates have some.
            Node::Text(text) => {
                if let Cow::Owned(shown) = text::visible(&text.replace('\u{00AD}', ""), true) {
                    let shown = text::cut(shown.trim(), 60).0.to_owned();
                    say("", format!("a text holds characters that are not seen, or that turn others around: {shown}"));
                }
            }
            _ => {}
        }
        nodes.extend(node.children());
    }
    let hint = "an own template has text, lists, tables, links and sections; docs/templates.md lists what it may have";
    let place = |sought: &str| templates.own_with(sought).unwrap_or_else(|| Place::file("templates"));
    mistakes
        .into_iter()
        .map(|(sought, message)| Diagnostic::error("template-element", message).at(place(&sought)).hint(hint))
        .collect()
}

/// What no own template may have about an element: the text to look for in the template, and what is wrong.
fn foreign(element: &Element) -> Option<(String, String)> {
    let name = element.name();
    let shipped_only = |what: &str| format!("{what} may only stand on the page as the shipped templates make it");
    if !ELEMENTS.contains(&name) {
        return Some((format!("<{name}"), shipped_only(&format!("<{name}>"))));
    }
    if let Some(class) = element.classes().find(|class| HIDING.contains(class)) {
        return Some((class.to_owned(), shipped_only(&format!("the class `{class}`"))));
    }
    element.attrs().find_map(|(attribute, value)| {
        let sought = format!("{attribute}=");
        match attribute {
            "open" if name == "details" => None,
            "href" if leads_to_reading(value) => None,
            "href" => Some((sought, "a link leads to a place of the page, to https: or to mailto:".to_owned())),
            _ if ATTRIBUTES.contains(&attribute) => None,
            _ => Some((sought, format!("the attribute `{attribute}` of <{name}> could hide or change a fact"))),
        }
    })
}

/// Whether a link leads to something that is read, and runs nothing.
fn leads_to_reading(link: &str) -> bool {
    let link = link.trim();
    match link.split_once(':') {
        Some((scheme, _)) if !scheme.contains(['/', '#', '?']) => ["https", "mailto"].contains(&scheme),
        _ => true,
    }
}

fn elements(page: &Html) -> impl Iterator<Item = ElementRef<'_>> {
    page.tree.root().descendants().filter_map(ElementRef::wrap)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every rule of the shipped style sheet that takes something away is about a class of [`HIDING`], or about parts
    /// that hold no facts: heads of tables, handles of folds, what the script hides.
    #[test]
    fn hiding_classes_are_those_of_the_style_sheet() {
        let sheet = include_str!("../../../templates/report/style.css");
        let mut seen = 0;
        for (at, _) in
            ["display: none", "clip-path", "left: -100vw", "visibility", "opacity", "content-visibility: hidden"]
                .iter()
                .flat_map(|sign| sheet.match_indices(sign))
        {
            let before = &sheet[..at];
            let rule = before.rfind('{').expect("a rule");
            let selectors = before[..rule].rsplit(['}', '{', ';', '/']).next().expect("selectors").trim();
            for selector in selectors.split(',') {
                let known = HIDING.iter().any(|class| selector.contains(&format!(".{class}")));
                // No own template may say of anything that it is hidden.
                let others = ["details-content", " thead", "[hidden]"];
                assert!(known || others.iter().any(|end| selector.trim().ends_with(end)), "{selector}");
                seen += 1;
            }
        }
        assert!(seen >= 8, "{seen}");
    }

    #[test]
    fn links_run_nothing() {
        for good in ["#cover", "https://example.test/a", "mailto:grc@corp.example", "findings.csv", "owners/a:b.html"] {
            assert!(leads_to_reading(good), "{good}");
        }
        for bad in ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x", " javascript:x", "file:///etc/passwd"] {
            assert!(!leads_to_reading(bad), "{bad}");
        }
    }
}
