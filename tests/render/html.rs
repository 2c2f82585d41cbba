//! The page is the document: its sections, blocks and rows in their order, and nothing that any of them could break.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use overstay::render::doc::{Block, Document, Edition, Handles, Line, Part, Piece, Table, Words, document, text_of};
use overstay::render::text::visible;
use overstay::render::{Brand, Templates, html};
use overstay::report::{Report, Status};
use scraper::{ElementRef, Html, Selector};
use sha2::{Digest, Sha256};

use super::fixture;

pub(super) fn page(report: &Report) -> String {
    let bytes = html::report(report, &Templates::shipped().expect("templates")).expect("HTML");
    String::from_utf8(bytes).expect("UTF-8")
}

/// What `<section id="…">` holds, with everything inside it.
pub(super) fn section(page: &str, place: &str) -> String {
    let page = Html::parse_document(page);
    one(&page, &format!("section[id=\"{place}\"]")).html()
}

/// The words of a piece of HTML, with single blanks.
pub(super) fn words(html: &str) -> String {
    text(Html::parse_fragment(html).root_element())
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join("").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn select(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

fn one<'p>(page: &'p Html, selector: &str) -> ElementRef<'p> {
    page.select(&select(selector)).next().unwrap_or_else(|| panic!("{selector}"))
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).expect(from).1.split_once(to).expect(to).0
}

fn full(report: &Report) -> Document {
    document(report, &Brand::default(), Edition::Full)
}

/// The words of a document's block, as far as it holds no others; cut where the page folds.
fn said(block: &Block) -> Vec<String> {
    let line = |words: &Words| squeezed(&words.iter().map(short).collect::<String>());
    match block {
        Block::Part(part) => vec![line(&part.heading.words)],
        Block::Heading(heading) => vec![line(&heading.words), line(&heading.aside)],
        Block::Paragraph { words, .. } => vec![line(words)],
        Block::List { items, .. } => items.iter().flatten().map(line).collect(),
        Block::Grid { items, .. } => items.iter().map(|(_, words)| line(words)).collect(),
        Block::Pairs { rows, .. } => {
            rows.iter().flat_map(|(term, lines)| std::iter::once(term).chain(lines)).map(line).collect()
        }
        Block::Table(table) => vec![line(&table.caption)],
        Block::Figure { caption, .. } => vec![line(caption)],
        Block::Verdict { badge, lines, .. } => {
            std::iter::once(squeezed(badge.words())).chain(lines.iter().map(line)).collect()
        }
        Block::Tiles(tiles) => tiles.iter().flat_map(|tile| [squeezed(&tile.what), squeezed(&tile.figure)]).collect(),
        Block::Fold { title, .. } => vec![line(title)],
        Block::Listing { title, text } => vec![squeezed(title), squeezed(text)],
        Block::Tally { of, .. } => vec![squeezed(of)],
        Block::Box(_) | Block::Columns(_) | Block::Contents | Block::NewPage(_) => Vec::new(),
    }
}

fn short(piece: &Piece) -> String {
    let text = visible(&text_of(std::slice::from_ref(piece)), false).into_owned();
    if text.chars().count() > 300 { String::new() } else { text }
}

fn walk<'d>(blocks: &'d [Block], seen: &mut Vec<&'d Block>) {
    for block in blocks {
        seen.push(block);
        match block {
            Block::Part(Part { blocks, .. }) | Block::Box(blocks) | Block::Fold { blocks, .. } => walk(blocks, seen),
            Block::Columns(columns) => columns.iter().for_each(|(_, blocks)| walk(blocks, seen)),
            _ => {}
        }
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(page(&fixture::report()), page(&fixture::report()));
}

#[test]
fn sections_and_blocks_follow_the_document() {
    for report in [fixture::report(), fixture::empty()] {
        let (document, page) = (full(&report), page(&report));
        let page = Html::parse_document(&page);
        let places: Vec<&str> = page.select(&select("main > section")).filter_map(|one| one.attr("id")).collect();
        assert_eq!(places, document.sections.iter().map(|section| section.place).collect::<Vec<_>>());
        for section in &document.sections {
            let text = squeezed(&text(one(&page, &format!("section[id=\"{}\"]", section.place))));
            let mut blocks = Vec::new();
            walk(&section.blocks, &mut blocks);
            let mut rest = text.as_str();
            for block in blocks {
                for words in said(block) {
                    // Blocks in a list stand one after the other; what stands beside others may come later.
                    let at = rest.find(&words).unwrap_or_else(|| panic!("{}: {words} in {block:?}", section.place));
                    rest = &rest[at..];
                }
            }
        }
    }
}

/// Every table of the document is on the page, with the words of every row.
#[test]
fn rows_are_those_of_the_document() {
    let report = fixture::report();
    let (document, page) = (full(&report), page(&report));
    let page = Html::parse_document(&page);
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows_seen = 0;
    for (_, table) in document.tables() {
        let index = met.entry(table.name).or_default();
        let shown = page.select(&select(&format!("table.t-{}", table.name))).nth(*index).expect(table.name);
        *index += 1;
        let rows: Vec<ElementRef<'_>> = shown.select(&select("tbody tr")).collect();
        assert_eq!(rows.len(), table.rows.len(), "{}", table.name);
        for (row, shown) in table.rows.iter().zip(rows) {
            let lines: Vec<Line> = match &row.group {
                Some(lines) => lines.iter().cloned().map(Line::Words).collect(),
                None => table.cells(row).into_iter().flatten().collect(),
            };
            let mut rest = squeezed(&text(shown));
            for line in lines {
                let words = match &line {
                    Line::Words(words) => squeezed(&words.iter().map(short).collect::<String>()),
                    Line::Badge(badge) => squeezed(badge.words()),
                    Line::Bar(_) | Line::Page(_) => continue,
                };
                let at = rest.find(&words).unwrap_or_else(|| panic!("{}: {words} in {rest}", table.name));
                rest = rest.split_off(at + words.len());
            }
            rows_seen += 1;
        }
    }
    assert!(rows_seen > 200, "{rows_seen}");
}

/// What a company's own templates have to keep: every row, and every block that holds no others, under a key of its own.
#[test]
fn everything_that_is_said_is_a_fact() {
    let page = page(&fixture::report());
    let page = Html::parse_document(&page);
    let mut keys = BTreeSet::new();
    for fact in page.select(&select("main [data-fact]")) {
        let key = fact.attr("data-fact").filter(|key| !key.is_empty()).or(fact.attr("id")).expect("a key");
        assert!(keys.insert(key.to_owned()), "{}", fact.html());
    }
    let said = "h1, h3, h4, p, li, dt, dd, caption, figcaption, tbody tr, .verdict, .badge";
    let mut seen = 0;
    for element in page.select(&select("main")).flat_map(|main| main.select(&select(said)).collect::<Vec<_>>()) {
        let within = element.ancestors().filter_map(ElementRef::wrap).any(|one| one.attr("data-fact").is_some());
        assert!(within || element.attr("data-fact").is_some(), "{}", element.html());
        seen += 1;
    }
    assert!(seen > 500 && keys.len() > 300, "{seen} {}", keys.len());
}

/// The lists of a form are the facets of its table, and every row knows its place in each.
#[test]
fn rows_are_chosen_by_their_facets() {
    let report = fixture::report();
    let (document, page) = (full(&report), page(&report));
    let page = Html::parse_document(&page);
    let tables = document.tables().into_iter().filter(|(_, table)| table.handles == Handles::Filter);
    let tables: Vec<&Table> = tables.map(|(_, table)| table).collect();
    let forms: Vec<ElementRef<'_>> = page.select(&select("form.filters")).collect();
    assert_eq!(
        forms.iter().map(|form| form.attr("data-for").expect("a place")).collect::<Vec<_>>(),
        ["do", "findings"]
    );
    for (form, table) in forms.into_iter().zip(tables) {
        assert!(form.attr("hidden").is_some(), "without a script nothing could be chosen");
        let (list, option) = (select("select"), select("option"));
        let lists: Vec<(String, Vec<String>)> = form
            .select(&list)
            .map(|list| {
                let options = list.select(&option).skip(1).map(|one| one.inner_html());
                (list.attr("name").expect("a name").to_owned(), options.collect())
            })
            .collect();
        let names: BTreeSet<&str> = table.rows.iter().flat_map(|row| &row.facets).map(|(name, _)| *name).collect();
        assert_eq!(lists.iter().map(|(name, _)| name.as_str()).collect::<BTreeSet<_>>(), names);
        let rows = select(&format!("table.t-{} tbody tr", table.name));
        for (shown, row) in page.select(&rows).zip(&table.rows) {
            let Some(chosen) = shown.attr("data-f") else {
                assert!(row.facets.is_empty());
                continue;
            };
            let numbers = chosen.split(' ').map(|number| number.parse::<usize>().expect("a number"));
            for (number, (name, values)) in numbers.zip(&lists) {
                let value = row.facets.iter().find(|(facet, _)| facet == name).map(|(_, value)| value);
                let listed = number.checked_sub(1).map(|at| words(&values[at]));
                assert_eq!(listed, value.map(|value| words(&html_of(value))), "{name}");
            }
        }
    }
}

/// A text as the page shows it.
fn html_of(plain: &str) -> String {
    visible(plain, true).replace('&', "&amp;").replace('<', "&lt;")
}

/// Dates and lengths are never broken: whatever stands around them, something says so.
#[test]
fn nothing_is_broken_that_is_read_as_one() {
    let page = page(&fixture::report());
    let page = Html::parse_document(&page);
    let mut seen = 0;
    for node in one(&page, "main").descendants() {
        let Some(text) = node.value().as_text() else { continue };
        let kept = node.ancestors().filter_map(ElementRef::wrap).any(|one| {
            let classes: Vec<&str> = one.value().classes().collect();
            ["svg", "pre", "option"].contains(&one.value().name())
                || classes.contains(&"k")
                || (classes.contains(&"n") && !classes.contains(&"r"))
        });
        let words: Vec<&str> = text.split_whitespace().collect();
        let digits = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
        let is_date = |word: &str| word.len() >= 10 && word.split_once('-').is_some_and(|(year, _)| digits(year));
        let dates = words.iter().filter(|word| is_date(word)).count();
        let lengths = words.windows(4).filter(|four| digits(four[0]) && four[1] == "d" && digits(four[2])).count();
        assert!(kept || dates + lengths == 0, "{}", &**text);
        seen += dates + lengths;
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn rows_are_sorted_by_the_quantity_of_their_value() {
    let report = fixture::report();
    let (document, page) = (full(&report), page(&report));
    let page = Html::parse_document(&page);
    let (_, table) = document.tables().into_iter().find(|(_, table)| table.name == "findings").expect("findings");
    let keys: Vec<&str> = page
        .select(&select("table.t-findings tbody tr:not(.group) > :nth-child(3)"))
        .map(|cell| cell.attr("data-v").expect("a key"))
        .collect();
    let over = table.rows.iter().filter(|row| row.group.is_none());
    let over: Vec<String> = over.map(|row| row.values[8].sort_key().expect("a length").to_string()).collect();
    assert_eq!(keys, over);
}

#[test]
fn the_policy_names_the_hashes_of_the_inline_elements() {
    let page = page(&fixture::report());
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())));
    let style = hash(between(&page, "<style>", "</style>"));
    let script = hash(between(&page, "<script>", "</script>"));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'"
        )
    );
}

#[test]
fn what_is_left_out_is_said_before_the_table() {
    let page = page(&fixture::report());
    let actions = section(&page, "do");
    let said = actions.find("898 more in").expect("how many more");
    assert!(said < actions.find("<table").expect("the table"));
    assert_eq!(section(&page, "findings").matches(" data-f=").count(), 40);
}

#[test]
fn every_reference_is_listed() {
    let report = fixture::report();
    let section = words(&section(&page(&report), "scorecard"));
    for control in report.frameworks.iter().flat_map(|framework| &framework.controls) {
        assert!(section.contains(&control.id), "{}", control.id);
    }
    assert!(section.contains("the framework asks for at most 60d; the policy allows 90d"));
}

#[test]
fn nothing_is_met_where_nothing_was_loaded() {
    let report = fixture::empty();
    assert!(report.metrics.iter().all(|metric| metric.population == 0));
    let page = page(&report);
    let text = words(&page);
    assert!(!page.contains("s-within\"") && !text.contains("100.0 %"));
    for said in ["Nothing was measured:", "nothing to measure", "No register of systems was supplied"] {
        assert!(text.contains(said), "{said}");
    }
    assert!(!page.contains("class=\"tiles\""));
}

#[test]
fn a_range_is_a_lower_bound_with_its_upper_one_beside_it() {
    let mut report = fixture::report();
    let tiles = |report: &Report| {
        let page = page(report);
        text(one(&Html::parse_document(&page), ".tiles"))
    };
    let shown = tiles(&report);
    for said in [
        "at least 412.5 on 21 accounts",
        "at most 422.5 days",
        "at least 12 on 13 accounts",
        "4 used since; 3 privileged; possibly 2 accounts more; beside 1 account waived",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let access = &mut report.headline.access_after_leaving;
    access.longest_seconds = Some(access.shortest_seconds);
    assert!(tiles(&report).contains("412.5 on 21 accounts") && !tiles(&report).contains("at least 412.5"));
    report.headline.access_after_leaving.status = Status::NotAssessed;
    assert!(tiles(&report).contains("not assessed in this run"));
}
