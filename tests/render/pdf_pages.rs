//! What stands in the PDF and where: content and layout, before a byte of PDF is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use overstay::render::Brand;
use overstay::render::doc::Edition;
use overstay::render::pdf;
use overstay::render::pdf::page::{Document, Item, Mark, Page, Role};
use overstay::render::pdf::text::Typesetter;
use overstay::report::{Finding, Report};

use super::fixture::{self, HOSTILE};

/// Edges of the text on every page but the first, and how far rounding may go.
const LEFT: f32 = 56.0;
const RIGHT: f32 = 595.28 - 42.0;
const TOP: f32 = 66.0;
const BOTTOM: f32 = 841.89 - 56.0;
const SLACK: f32 = 0.6;

pub(super) fn laid_out(report: &Report, edition: Edition) -> Document {
    let brand = Brand::default();
    let typesetter = Typesetter::new(&brand.fonts).expect("the shipped fonts");
    pdf::document(report, &brand, edition, &typesetter)
}

type Fixtures = [(Report, Document); 2];

fn laid_out_all(edition: Edition) -> Fixtures {
    [fixture::report(), fixture::empty()].map(|report| {
        let document = laid_out(&report, edition);
        (report, document)
    })
}

/// The fixtures with their full editions, laid out once for all tests.
pub(super) fn fixtures() -> &'static Fixtures {
    static ONCE: OnceLock<Fixtures> = OnceLock::new();
    ONCE.get_or_init(|| laid_out_all(Edition::Full))
}

/// The same with their short editions.
pub(super) fn short() -> &'static Fixtures {
    static ONCE: OnceLock<Fixtures> = OnceLock::new();
    ONCE.get_or_init(|| laid_out_all(Edition::Short))
}

fn both() -> impl Iterator<Item = &'static (Report, Document)> {
    fixtures().iter().chain(short())
}

pub(super) fn item_text(item: &Item) -> Option<String> {
    match &item.mark {
        Mark::Text { line, .. } => Some(line.runs.iter().map(|run| run.text.as_str()).collect()),
        _ => None,
    }
}

/// The text of a page that is read, in reading order.
pub(super) fn page_text(page: &Page) -> String {
    let read = page.items.iter().filter(|item| item.node.is_some());
    read.filter_map(item_text).map(|text| text + " ").collect()
}

/// The whole text of the PDF, running heads and labels of charts included.
pub(super) fn whole_text(document: &Document) -> String {
    let mut out = String::new();
    for item in document.pages.iter().flat_map(|page| &page.items) {
        let labels = match &item.mark {
            Mark::Chart { labels, .. } => labels.iter().map(|(_, line)| line).collect(),
            Mark::Text { line, .. } => vec![line],
            _ => Vec::new(),
        };
        for run in labels.iter().flat_map(|line| &line.runs) {
            out.push_str(&run.text);
        }
        out.push('\n');
    }
    for node in &document.tree {
        out.push_str(node.alternative.as_deref().unwrap_or_default());
        out.push('\n');
    }
    out
}

/// Text without the places where lines were broken.
pub(super) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn sections_stand_in_the_order_of_the_report() {
    let full = [
        "Summary",
        "Contents",
        "What to do",
        "Metrics at a glance",
        "Where the exceptions are",
        "What changed",
        "Control scorecard",
        "Metrics",
        "Indicators",
        "Findings",
        "Waiver register",
        "Populations and data quality",
        "Method, limits and verification",
        "Manifest",
        "Sign-off",
    ];
    let only_full = ["Contents", "Metrics", "Indicators", "Findings", "Waiver register"];
    for (index, (report, document)) in both().enumerate() {
        let outer = document.bookmarks.iter().filter(|bookmark| bookmark.level == 1);
        // A run without earlier packs has nothing to compare with, and says nothing of it.
        let there = |title: &&str| {
            (*title != "What changed" || !report.changes.is_empty()) && (index < 2 || !only_full.contains(title))
        };
        let expected: Vec<&str> = full.into_iter().filter(there).collect();
        assert_eq!(outer.map(|bookmark| bookmark.title.as_str()).collect::<Vec<_>>(), expected);
        let inner: Vec<&str> = document.bookmarks.iter().map(|bookmark| bookmark.title.as_str()).collect();
        for metric in report.metrics.iter().filter(|_| index < 2) {
            assert!(inner.contains(&metric.title.as_str()), "{}", metric.title);
        }
        let pages: Vec<usize> = document.bookmarks.iter().map(|bookmark| bookmark.target.page).collect();
        assert!(pages.is_sorted());
    }
}

/// Page one holds the summary, all of it.
#[test]
fn page_one_is_one_page_and_the_short_edition_is_short() {
    for (report, document) in both() {
        assert_eq!(document.targets["cover"].page, 0);
        let first = squeezed(&page_text(&document.pages[0]));
        for said in [report.verdict.sentence.as_str(), "What this report is not", "and no more than that."] {
            assert!(first.contains(&squeezed(said)), "{said}");
        }
    }
    for ((report, short), (_, full)) in short().iter().zip(fixtures()) {
        assert!(short.pages.len() <= 12 && short.pages.len() * 2 < full.pages.len(), "{}", short.pages.len());
        let text = squeezed(&whole_text(short));
        for metric in &report.metrics {
            assert!(text.contains(&squeezed(&metric.title)), "{}", metric.title);
        }
    }
}

#[test]
fn the_foot_of_every_page_names_the_edition_and_the_page() {
    let said = ["full edition", "full edition"].into_iter().chain(["short edition; report-full.pdf has everything"; 2]);
    for ((_, document), said) in both().zip(said) {
        for (index, page) in document.pages.iter().enumerate() {
            let unread = page.items.iter().filter(|item| item.node.is_none());
            let text: String = unread.filter_map(item_text).collect();
            assert!(text.contains(said), "page {}: {text}", index + 1);
            assert!(text.contains(&format!("page {} of {}", index + 1, document.pages.len())), "{text}");
        }
    }
}

/// What a bar shows to eyes, its alternative text says.
#[test]
fn bars_have_words() {
    let (_, document) = &short()[0];
    let within = |node: usize| document.tree[node].parent.map(|parent| document.tree[parent].role);
    let bars = document
        .tree
        .iter()
        .enumerate()
        .filter(|(node, element)| element.role == Role::Figure && matches!(within(*node), Some(Role::Cell { .. })));
    let said: Vec<&str> = bars.filter_map(|(_, bar)| bar.alternative.as_deref()).collect();
    assert!(!said.is_empty());
    assert!(said.iter().all(|words| words.starts_with("Of ") && words.contains(" over, ")), "{said:?}");
}

#[test]
fn every_reference_metric_and_file_is_there() {
    for (report, document) in fixtures() {
        let text = squeezed(&document.pages.iter().map(page_text).collect::<String>());
        for control in report.frameworks.iter().flat_map(|framework| &framework.controls) {
            assert!(text.contains(&squeezed(&format!("{} {}", control.id, control.title))), "{}", control.id);
        }
        for metric in &report.metrics {
            assert!(text.contains(&squeezed(&metric.definition)), "{}", metric.id);
            assert!(text.contains(&format!("metrics/{}.sql", metric.id)), "{}", metric.id);
        }
        for source in &report.sources {
            assert!(text.contains(&source.sha256), "{}", source.path);
        }
        for hash in [&report.inputs_sha256, &report.rules_sha256] {
            assert!(text.contains(hash.as_str()));
        }
    }
}

#[test]
fn every_listed_finding_stands_once() {
    let (report, document) = &fixtures()[0];
    let pages = document.targets["findings"].page..=document.targets["waivers"].page;
    let texts: Vec<String> = document.pages[pages].iter().flat_map(|page| &page.items).filter_map(item_text).collect();
    for item in &report.findings.items {
        let found = texts.iter().filter(|text| text.trim() == item.finding_id).count();
        assert_eq!(found, 1, "{}", item.finding_id);
    }
    let section = squeezed(&texts.join(" "));
    let count = section.find(&squeezed("Showing 40 of 1,204, all in findings.csv (SHA-256")).expect("the count");
    assert!(count < section.find("Findings,groupedbymetric").expect("the table"));
    assert!(section.contains("showing21of25"), "{section}");
}

#[test]
fn a_long_list_says_where_the_rest_is() {
    let mut report = fixture::report();
    let one: Finding = report.findings.items[0].clone();
    report.findings.items =
        (0..150).map(|index| Finding { finding_id: format!("ovs-{index:016x}"), ..one.clone() }).collect();
    report.findings.total = 1_000_000;
    report.findings.cap_per_metric = 150;
    report.metrics[0].over = 900_000;
    let text = whole_text(&laid_out(&report, Edition::Full));
    assert!(text.contains("ovs-0000000000000095"), "150 are listed");
    let text = squeezed(&text);
    assert!(text.contains(&squeezed("Showing 150 of 1,000,000, all in findings.csv")));
    assert!(text.contains(&squeezed("At most 150 per metric are listed here")));
}

#[test]
fn nothing_stands_outside_the_margins() {
    for (_, document) in both() {
        for (index, page) in document.pages.iter().enumerate().skip(1) {
            for item in page.items.iter().filter(|item| item.node.is_some()) {
                let (at, width, height) = match &item.mark {
                    Mark::Text { at, line } => {
                        let right = line.runs.iter().map(|run| run.x + run.width).fold(line.width, f32::min);
                        ((at.0, at.1), right, 0.0)
                    }
                    Mark::Chart { at, scale, scene, .. } => {
                        (*at, scene.width as f32 * scale, scene.height as f32 * scale)
                    }
                    _ => continue,
                };
                assert!(at.0 >= LEFT - SLACK && at.0 + width <= RIGHT + SLACK, "page {}: {item:?}", index + 1);
                assert!(at.1 >= TOP - SLACK && at.1 + height <= BOTTOM + SLACK, "page {}: {item:?}", index + 1);
            }
        }
    }
}

#[test]
fn no_heading_ends_a_page() {
    for (_, document) in both() {
        for (index, page) in document.pages.iter().enumerate() {
            let last = page.items.iter().rev().find_map(|item| item.node).expect("something is read");
            let role = document.tree[last].role;
            assert!(!matches!(role, Role::Heading(_) | Role::Caption), "page {} ends with a {role:?}", index + 1);
        }
    }
}

#[test]
fn heads_are_repeated_on_every_page_of_a_table() {
    let document = &fixtures()[0].1;
    let (first, last) = (document.targets["findings"].page, document.targets["waivers"].page);
    assert!(last > first + 1, "the findings take several pages");
    for page in &document.pages[first..last] {
        let heads: Vec<&Item> = page
            .items
            .iter()
            .filter(|item| item_text(item).is_some_and(|text| text.trim() == "Over by, result"))
            .collect();
        assert_eq!(heads.len(), 1);
    }
    // Said once in the text: the repeated ones are decoration.
    let pages = &document.pages[first..=last];
    let read = pages.iter().flat_map(|page| &page.items).filter(|item| item.node.is_some());
    assert_eq!(read.filter_map(item_text).filter(|text| text.trim() == "Over by, result").count(), 1);
}

#[test]
fn links_arrive() {
    for (index, (_, document)) in both().enumerate() {
        let links: Vec<_> = document.pages.iter().flat_map(|page| &page.links).collect();
        assert!(links.len() > if index < 2 { 30 } else { 1 }, "{}", links.len());
        for link in links {
            let target = document.targets.get(&link.target);
            assert!(target.is_some_and(|target| target.page < document.pages.len()), "{}", link.target);
            assert_eq!(document.tree[link.node].role, Role::Link);
            assert!(!link.words.is_empty());
        }
    }
}

#[test]
fn the_contents_name_the_pages() {
    let document = &fixtures()[0].1;
    let page = &document.pages[document.targets["contents"].page];
    let mut lines: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for item in &page.items {
        if let (Some(node), Some(text)) = (item.node, item_text(item)) {
            lines.entry(node).or_default().push(text.trim().to_owned());
        }
    }
    let mut seen = 0;
    for link in &page.links {
        let texts = &lines[&link.node];
        assert_eq!(texts[1], (document.targets[&link.target].page + 1).to_string(), "{}", texts[0]);
        seen += 1;
    }
    assert!(seen > 25, "{seen}");
}

#[test]
fn the_structure_is_sound() {
    for (_, document) in both() {
        let mut before = 0;
        for (index, node) in document.tree.iter().enumerate() {
            match node.parent {
                None => assert_eq!((index, node.role), (0, Role::Document)),
                Some(parent) => assert!(parent < index),
            }
            let above = node.parent.map(|parent| document.tree[parent].role);
            match node.role {
                Role::Heading(level) => {
                    assert!(level <= before + 1, "heading {level} after {before}");
                    before = level;
                }
                Role::Row => assert!(matches!(above, Some(Role::TableHead | Role::TableBody))),
                Role::Cell { .. } | Role::HeadCell { .. } => assert_eq!(above, Some(Role::Row)),
                Role::ListItem => assert_eq!(above, Some(Role::List)),
                Role::ContentsItem => assert_eq!(above, Some(Role::Contents)),
                Role::Figure => assert!(node.alternative.as_deref().is_some_and(|text| text.len() > 20)),
                _ => {}
            }
        }
        let mut columns: BTreeMap<usize, u16> = BTreeMap::new();
        let mut rows: BTreeMap<usize, BTreeSet<u16>> = BTreeMap::new();
        for node in &document.tree {
            if let (Role::Cell { columns: wide } | Role::HeadCell { columns: wide, .. }, Some(row)) =
                (node.role, node.parent)
            {
                *columns.entry(row).or_default() += wide;
            }
        }
        for (row, wide) in columns {
            let group = document.tree[row].parent.expect("a head or body");
            rows.entry(document.tree[group].parent.expect("a table")).or_default().insert(wide);
        }
        assert!(rows.values().all(|widths| widths.len() == 1), "rows of different widths");
    }
}

#[test]
fn hostile_names_are_readable_and_harmless() {
    let (_, document) = &fixtures()[0];
    let text = whole_text(document);
    let squeezed = squeezed(&text);
    for name in [HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[3], HOSTILE[5], HOSTILE[6]] {
        assert!(squeezed.contains(&self::squeezed(name)), "{name}");
    }
    assert!(squeezed.contains("invoice[U+202E]fdp.exe"));
    assert!(squeezed.contains("[U+001B][31mred[U+0007]"));
    assert!(squeezed.contains("…[9,700morecharacters]"));
    assert!(!text.contains('\u{202E}') && !text.chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn the_same_report_gives_the_same_pages_and_bytes() {
    let brand = Brand::default();
    let report = fixture::report();
    for (_, edition) in pdf::EDITIONS {
        let bytes = pdf::report(&report, &brand, edition).expect("a PDF");
        assert!(bytes.starts_with(b"%PDF-1."));
        assert!(bytes == pdf::report(&report, &brand, edition).expect("a PDF"));
    }
}
