//! The page as a document: well formed, addressable, in order, and closed to the outside.

use std::collections::BTreeSet;

use overstay::render::{Templates, html};
use overstay::report::Report;

use super::fixture;

const VOID: [&str; 7] = ["meta", "br", "wbr", "input", "line", "rect", "circle"];

/// A start tag: its name, its attributes as written, and whether it closes itself.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let at = self.attributes.find(&format!(" {name}=\""))? + name.len() + 3;
        self.attributes[at..].split('"').next()
    }
}

fn page(report: &Report) -> String {
    let bytes = html::report(report, &Templates::shipped().expect("templates")).expect("HTML");
    String::from_utf8(bytes).expect("UTF-8")
}

/// Walks the page and checks that every element is closed where it should be.
fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page.strip_prefix("<!doctype html>").expect("a doctype");
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').expect("a closed tag");
        let inside = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "before {:?}", &rest[..rest.len().min(80)]);
            continue;
        }
        let name = inside.split([' ', '/']).next().expect("a name");
        found.push(Tag { name, attributes: &inside[name.len()..] });
        if inside.ends_with('/') || VOID.contains(&name) {
            continue;
        }
        open.push(name);
        if matches!(name, "style" | "script") {
            let close = rest.find(&format!("</{name}>")).expect("an end tag");
            rest = &rest[close..];
        }
    }
    assert_eq!(open, Vec::<&str>::new());
    found
}

fn pages() -> [String; 2] {
    [page(&fixture::report()), page(&fixture::empty())]
}

#[test]
fn every_element_is_closed() {
    for page in pages() {
        assert!(tags(&page).len() > 300);
    }
}

#[test]
fn ids_are_unique_and_links_arrive() {
    for page in pages() {
        let tags = tags(&page);
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.attribute("id")) {
            assert!(ids.insert(id), "id {id} occurs twice");
        }
        let mut links = 0;
        for tag in tags.iter().filter(|tag| tag.name == "a") {
            let target = tag.attribute("href").and_then(|href| href.strip_prefix('#')).expect("a link into the page");
            assert!(ids.contains(target), "nothing has the id {target}");
            links += 1;
        }
        for tag in &tags {
            for name in ["aria-labelledby", "for"] {
                for id in tag.attribute(name).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{name} names {id}");
                }
            }
        }
        assert!(links > 30);
    }
}

#[test]
fn headings_descend_one_step_at_a_time() {
    for page in pages() {
        let mut before = 0;
        let mut first = 0;
        for tag in tags(&page) {
            let level = tag.name.strip_prefix('h').and_then(|digit| digit.parse::<u32>().ok());
            if let Some(level) = level {
                assert!(level <= before + 1, "h{level} after h{before}");
                first += u32::from(level == 1);
                before = level;
            }
        }
        assert_eq!(first, 1);
    }
}

#[test]
fn tables_have_captions_and_scopes() {
    for page in pages() {
        let tags = tags(&page);
        for (index, tag) in tags.iter().enumerate() {
            match tag.name {
                "table" => assert_eq!(tags[index + 1].name, "caption"),
                "th" => assert!(tag.attribute("scope").is_some()),
                "svg" => {
                    assert_eq!(tag.attribute("role"), Some("img"));
                    let named = tag.attribute("aria-label").is_some_and(|label| !label.is_empty());
                    assert!(named || (tags[index + 1].name, tags[index + 2].name) == ("title", "desc"));
                }
                "div" if tag.attribute("class").is_some_and(|class| class.starts_with("scroll")) => {
                    assert_eq!((tag.attribute("role"), tag.attribute("tabindex")), (Some("region"), Some("0")));
                    assert!(tag.attribute("aria-label").is_some_and(|label| !label.is_empty()));
                }
                _ => {}
            }
        }
        let regions: Vec<&str> = tags.iter().filter_map(|tag| tag.attribute("aria-label")).collect();
        let meters = tags.iter().filter(|tag| tag.attribute("class") == Some("meter")).count();
        let different: BTreeSet<&&str> = regions.iter().collect();
        assert!(different.len() + meters >= regions.len(), "two regions of one name");
    }
}

#[test]
fn nothing_is_fetched_and_nothing_runs_but_the_script() {
    for page in pages() {
        for tag in tags(&page) {
            assert!(!matches!(tag.name, "link" | "img" | "iframe" | "object" | "embed" | "base" | "b"), "{}", tag.name);
            for name in ["src", "style", "srcset", "action", "formaction", "onclick", "onmouseover", "onload"] {
                assert!(tag.attribute(name).is_none(), "{name} on {}", tag.name);
            }
        }
        assert_eq!(page.matches("<script").count(), 1);
        assert_eq!(page.matches("<style").count(), 1);
    }
}
