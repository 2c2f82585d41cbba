//! What a company's own templates must keep: every fact of the page, word by word, as the shipped templates print it.
//!
//! A fact is an element with `data-fact="key"`, or with `data-fact` and an id. The page is rendered with the shipped templates as well, and both are
//! parsed as a browser parses them. Each fact of the shipped page must stand on the company's page, seen, with the same
//! text. Blanks do not count, because markup decides them. What nobody sees does not count as printed, and what is
//! folded away counts as something else than what stands open. [`super::allowed`] keeps everything from the page that
//! could hide a fact in another way.

use std::collections::BTreeMap;

use scraper::{Html, Node};

use super::allowed;
use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::render::{Templates, text};

/// So many mistakes are named; the others are counted.
const NAMED: usize = 20;
/// So much of a fact is quoted.
const QUOTED: usize = 100;
/// Marks in the text of a fact where something that is folded away begins and ends; no text of a page holds them.
const FOLD: [char; 2] = ['\u{1}', '\u{2}'];

/// Compares a company's page with the shipped one.
///
/// # Errors
/// Facts that are missing or changed, each with the template that should print it, and elements that no own template
/// may have.
pub(super) fn check(own: &str, shipped: &str, templates: &Templates) -> Outcome<()> {
    let (own, shipped) = (Html::parse_document(own), Html::parse_document(shipped));
    let mut mistakes = allowed::check(&own, &shipped, templates);
    let mut printed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, text) in facts(&own) {
        printed.entry(key).or_default().push(text);
    }
    for (key, expected) in facts(&shipped) {
        let said = printed.get(&key).map_or(&[][..], Vec::as_slice);
        let wrong = said.iter().find(|one| squeezed(one) != squeezed(&expected));
        let message = match wrong {
            Some(wrong) if squeezed(wrong).is_empty() => {
                format!("`{key}` is on the page, but nothing of it is seen; it reads “{}”", quoted(&expected))
            }
            Some(wrong) if quoted(wrong) == quoted(&expected) => {
                format!("`{key}`, which reads “{}”, is folded away", quoted(&expected))
            }
            Some(wrong) => format!("`{key}` must read “{}”, and reads “{}”", quoted(&expected), quoted(wrong)),
            None if said.is_empty() => format!("`{key}` is missing, which reads “{}”", quoted(&expected)),
            None => continue,
        };
        let hint = "it is part of {{ section.html }}, which the shipped report/section.html prints once, and open";
        let place = templates.own_with("section").unwrap_or_else(|| Place::file("templates"));
        mistakes.push(Diagnostic::error("template-fact", message).at(place).hint(hint));
    }
    let more = mistakes.len().saturating_sub(NAMED);
    mistakes.truncate(NAMED);
    if more > 0 {
        mistakes.push(Diagnostic::error("template-fact", format!("{} more mistakes", text::count(more as u64))));
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Failure::usage(mistakes)) }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn quoted(text: &str) -> String {
    let seen = text.replace(FOLD, " ");
    let plain = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let (head, rest) = text::cut(&plain, QUOTED);
    if rest.is_empty() { plain } else { format!("{head}…") }
}

/// How text at a place of the page is seen, and the facts that it is part of.
#[derive(Clone, Default)]
struct Seen {
    unseen: bool,
    folded: bool,
    facts: Vec<usize>,
}

/// Every fact of a page with its visible text, in the order of the page.
fn facts(page: &Html) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open = vec![(page.tree.root(), Seen::default())];
    while let Some((node, mut seen)) = open.pop() {
        match node.value() {
            Node::Text(text) if !seen.unseen => {
                let [begin, end] = if seen.folded { FOLD.map(String::from) } else { <[String; 2]>::default() };
                for fact in &seen.facts {
                    found[*fact].1.extend([begin.as_str(), text, end.as_str()]);
                }
            }
            Node::Element(element) => {
                seen.unseen |= allowed::is_unseen(element);
                seen.folded |= element.name() == "details" && element.attr("open").is_none();
                if let Some(key) = element.attr("data-fact") {
                    // What has a name of its own is known by it.
                    let key = if key.is_empty() { element.attr("id").unwrap_or_default() } else { key };
                    seen.facts.push(found.len());
                    found.push((key.to_owned(), String::new()));
                }
            }
            _ => {}
        }
        open.extend(node.children().rev().map(|child| (child, seen.clone())));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(page: &str) -> Vec<String> {
        let found = facts(&Html::parse_document(page)).into_iter();
        found.map(|(key, text)| format!("{key}={}", text.split_whitespace().collect::<Vec<_>>().join(" "))).collect()
    }

    #[test]
    fn visible_text_is_collected() {
        assert_eq!(fact("<p data-fact=\"a\">1 <b>of</b> 2<br> x</p> 3"), ["a=1 of 2 x"]);
        assert_eq!(fact("<p data-fact=a>1<i data-fact='b'>2</i></p>"), ["a=12", "b=2"]);
        assert_eq!(fact("<P\nTITLE=\">\" DATA-FACT=\"a\">1</P>2"), ["a=1"]);
        assert_eq!(fact("<p data-fact=\"a\">1 < 2</p>"), ["a=1 < 2"]);
        assert_eq!(fact("<p id=\"b\" data-fact>1</p>"), ["b=1"]);
    }

    #[test]
    fn what_is_not_seen_is_not_said() {
        for page in [
            "<!-- <p data-fact=\"a\">1</p> -->",
            "<script>'<p data-fact=\"a\">1</p>'</script>",
            "<textarea><p data-fact=\"a\">1</p></textarea>",
            "<i title='<p data-fact=\"a\">1</p>'></i>",
        ] {
            assert_eq!(fact(page), Vec::<String>::new(), "{page}");
        }
        for page in [
            "<p data-fact=\"a\" hidden>1</p>",
            "<div aria-hidden=\"true\"><p data-fact=\"a\">1</p></div>",
            "<div class=\"note screen\"><p data-fact=\"a\">1</p></div>",
            "<p data-fact=\"a\"><!--1--></p>",
            "<p data-fact=\"a\"><script>1</script></p>",
        ] {
            assert_eq!(fact(page), ["a="], "{page}");
        }
        let open = fact("<p data-fact=\"a\">1</p>");
        assert_ne!(fact("<details><p data-fact=\"a\">1</p></details>"), open);
        assert_eq!(fact("<details open><p data-fact=\"a\">1</p></details>"), open);
    }
}
