//! What a company's own templates must keep: every fact of the page, word by word, as the shipped templates print it.
//!
//! A fact is an element with `data-fact="key"`. The page is rendered with the shipped templates as well; each of their
//! facts must stand on the company's page, visible, with the same text. Blanks do not count, because markup decides
//! them; text that is not seen (comments, scripts, `hidden`, `aria-hidden`, templates) does not count as printed. What
//! a style sheet does to a page is beyond this check: own style sheets are named on the page and in the manifest.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Place};
use crate::failure::{Failure, Outcome};
use crate::render::{Templates, text};

/// So many missing facts are named; the others are counted.
const NAMED: usize = 20;
/// So much of a fact is quoted.
const QUOTED: usize = 100;

/// Compares a company's page with the shipped one.
///
/// # Errors
/// Facts that are missing or changed, each with the template that should print it.
pub(super) fn check(own: &str, shipped: &str, templates: &Templates) -> Outcome<()> {
    let mut printed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, text) in facts(own) {
        printed.entry(key).or_default().push(text);
    }
    let mut mistakes = Vec::new();
    for (key, expected) in facts(shipped) {
        let said = printed.get(&key).map_or(&[][..], Vec::as_slice);
        let wrong = said.iter().find(|one| squeezed(one) != squeezed(&expected));
        let message = match wrong {
            Some(wrong) if squeezed(wrong).is_empty() => {
                format!("`{key}` is on the page, but nothing of it is seen; it reads “{}”", quoted(&expected))
            }
            Some(wrong) => format!("`{key}` must read “{}”, and reads “{}”", quoted(&expected), quoted(wrong)),
            None if said.is_empty() => format!("`{key}` is missing, which reads “{}”", quoted(&expected)),
            None => continue,
        };
        let (name, place) = template_of(&key, templates);
        let hint = format!("the shipped {name} prints it in an element with data-fact=\"{key}\"");
        mistakes.push(Diagnostic::error("template-fact", message).at(place).hint(hint));
    }
    let more = mistakes.len().saturating_sub(NAMED);
    mistakes.truncate(NAMED);
    if more > 0 {
        let message = format!("{} more facts are missing or changed", text::count(more as u64));
        mistakes.push(Diagnostic::error("template-fact", message));
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Failure::usage(mistakes)) }
}

/// The shipped template that prints a fact, and the company's file to look at: that template if it is its own, else
/// the one that may have left it out.
fn template_of(key: &str, templates: &Templates) -> (String, Place) {
    let room = key.split_once('.').map_or(key, |(room, _)| room);
    let name = Templates::shipped_with(&format!("data-fact=\"{room}.")).unwrap_or("report/page.html");
    let own = [name, "report/page.html", "report/cover.html"];
    let path = own.into_iter().find_map(|name| templates.path_of(name)).or_else(|| templates.first_own());
    (name.to_owned(), Place::file(path.unwrap_or(name)))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn quoted(text: &str) -> String {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (head, rest) = text::cut(&plain, QUOTED);
    if rest.is_empty() { plain } else { format!("{head}…") }
}

/// An element that is open while the page is walked.
struct Open<'a> {
    name: &'a str,
    /// Whether what is inside is not seen.
    hidden: bool,
    /// The fact that it prints.
    fact: Option<usize>,
}

/// Elements whose content is text that is not part of the page.
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];
/// Elements whose content is not seen.
const UNSEEN: [&str; 4] = ["template", "noscript", "dialog", "datalist"];
/// Elements without content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Every fact of a page with its visible text, in the order of the page.
fn facts(page: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        say(&rest[..at], &open, &mut found);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            rest = rest.split_once('>').map_or("", |(_, after)| after);
        } else if let Some(end) = rest.strip_prefix("</") {
            let (name, after) = end.split_once('>').unwrap_or((end, ""));
            if let Some(depth) = open.iter().rposition(|one| one.name.eq_ignore_ascii_case(name.trim())) {
                open.truncate(depth);
            }
            rest = after;
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (name, attributes, after) = tag(&rest[1..]);
            rest = after;
            let is = |names: &[&str]| names.iter().any(|one| one.eq_ignore_ascii_case(name));
            if is(&RAW) {
                rest = after_raw(after, name);
            } else if !is(&VOID) {
                let value = |wanted: &str| attributes.iter().find(|one| one.0.eq_ignore_ascii_case(wanted));
                let unseen = value("hidden").is_some() || value("aria-hidden").is_some_and(|one| one.1 == "true");
                let fact = value("data-fact").map(|(_, key)| {
                    found.push(((*key).to_owned(), String::new()));
                    found.len() - 1
                });
                let hidden = is(&UNSEEN) || unseen;
                open.push(Open { name, hidden, fact });
            }
        } else {
            say("<", &open, &mut found);
            rest = &rest[1..];
        }
    }
    say(rest, &open, &mut found);
    found
}

/// Adds text to every fact that is open, unless something around it hides it.
fn say(text: &str, open: &[Open<'_>], found: &mut [(String, String)]) {
    if open.iter().any(|one| one.hidden) {
        return;
    }
    for fact in open.iter().filter_map(|one| one.fact) {
        found[fact].1.push_str(text);
    }
}

/// What follows the end tag of an element whose content is raw text.
fn after_raw<'a>(inside: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = inside[from..].find("</").map(|at| from + at + 2) {
        let same = inside.get(at..at + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name));
        if same {
            return inside[at..].split_once('>').map_or("", |(_, after)| after);
        }
        from = at;
    }
    ""
}

/// Name, attributes and what follows of a start tag, its `<` taken off. Quoted values may hold anything but the quote.
fn tag(text: &str) -> (&str, Vec<(&str, &str)>, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/');
    let (name, mut rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        match rest.chars().next() {
            None => return (name, attributes, ""),
            Some('>') => return (name, attributes, &rest[1..]),
            Some(first) => {
                // A name has at least one character, so that every step moves on.
                let from = first.len_utf8();
                let end = rest[from..].find(|c: char| ends(c) || c == '=').map_or(rest.len(), |at| from + at);
                let key = &rest[..end];
                rest = rest[end..].trim_start();
                let Some(value) = rest.strip_prefix('=').map(str::trim_start) else {
                    attributes.push((key, ""));
                    continue;
                };
                let (text, after) = match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                    _ => {
                        value.split_at(value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len()))
                    }
                };
                attributes.push((key, text));
                rest = after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(page: &str) -> Vec<String> {
        facts(page).into_iter().map(|(key, text)| format!("{key}={text}")).collect()
    }

    #[test]
    fn visible_text_is_collected() {
        assert_eq!(fact("<p data-fact=\"a\">1 <b>of</b> 2<br> x</p> 3"), ["a=1 of 2 x"]);
        assert_eq!(fact("<p data-fact=a>1<i data-fact='b'>2</i></p>"), ["a=12", "b=2"]);
        assert_eq!(fact("<P\nTITLE=\">\" DATA-FACT=\"a\">1</P>2"), ["a=1"]);
        assert_eq!(fact("<p data-fact=\"a\">1 < 2</p>"), ["a=1 < 2"]);
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
            "<template><p data-fact=\"a\">1</p></template>",
            "<p data-fact=\"a\"><!--1--></p>",
            "<p data-fact=\"a\"><script>1</script></p>",
        ] {
            assert_eq!(fact(page), ["a="], "{page}");
        }
    }

    #[test]
    fn damaged_markup_ends() {
        for page in
            ["<", "<p", "<p data-fact", "<p data-fact=", "<p data-fact=\"a", "</", "<!--", "<script>", "<p =", "<p \"é"]
        {
            let _ = facts(page);
        }
    }
}
