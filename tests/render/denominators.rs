//! No verdict stands without what it is a verdict on: `k of n`, or the words that say there was nothing to count.

use overstay::render::doc::{self, Badge, Block, Edition, Line, Part, Piece};
use overstay::render::{Brand, Templates, html, terminal};
use overstay::report::{ReferenceState, Report, Status};

use super::fixture;

const STATUSES: [Status; 6] = [
    Status::NotMet,
    Status::InsufficientEvidence,
    Status::MetWithWaivers,
    Status::Met,
    Status::NoPopulation,
    Status::NotAssessed,
];

/// Where the verdict words are explained instead of given.
const EXPLAINED: [&str; 4] = ["<form", "<caption", "<figcaption", "<nav"];

/// `3 of 120`, or words for an empty denominator.
fn counted(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| {
        let digits = word.trim_start_matches('(').trim_end_matches([',', ';', '.', ')', ':']);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == ',')
    };
    words.windows(3).any(|three| number(three[0]) && three[1] == "of" && number(three[2]))
        || words.windows(3).any(|three| {
            three[0].eq_ignore_ascii_case("of")
                && number(three[1])
                && three[2].starts_with(['m', 'r'])
                && three[2].ends_with(':')
        })
        // The last one is decided by a metric that is not in the report: there is nothing to count.
        || ["no items", "no limit", " to measure", "decided by early-access", "no source in scope"].iter().any(|said| text.contains(said))
}

/// A text that names a verdict.
fn names_a_verdict(text: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
    // What is said of one finding is no verdict.
    let text = &text.replace("may be over its limit", "");
    let metrics = STATUSES.iter().flat_map(|status| [status.words(), status.words_of_all()]);
    metrics.chain(ReferenceState::ALL.map(ReferenceState::words)).any(|word| {
        text.match_indices(word)
            .any(|(at, _)| !joins(text[..at].chars().next_back()) && !joins(text[at + word.len()..].chars().next()))
    })
}

/// The blocks of a page in which one thing is said: rows of tables, items of lists, paragraphs, headings.
fn blocks(html: &str) -> Vec<String> {
    const ENDS: [&str; 10] = ["tr", "li", "p", "h1", "h2", "h3", "h4", "summary", "dt", "dd"];
    let mut found = Vec::new();
    let mut text = String::new();
    for part in html.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or("");
        if ENDS.contains(&name) {
            found.push(std::mem::take(&mut text).split_whitespace().collect::<Vec<_>>().join(" "));
        }
        text.push(' ');
        text.push_str(after);
    }
    found.push(text);
    found
}

/// Verdicts of a page that nothing is counted for.
fn bare_in_html(page: &str) -> Vec<String> {
    let mut body = page.split_once("<body>").expect("a body").1.split_once("<script>").expect("a script").0.to_owned();
    let method = body.find("<section id=\"method\"").expect("the method");
    body.replace_range(method..body.find("<section id=\"manifest\"").expect("what follows it"), "");
    for start in EXPLAINED {
        let name = start[1..].split(' ').next().expect("a name");
        while let Some(at) = body.find(start) {
            let end = body[at..].find(&format!("</{name}>")).expect("an end") + at;
            body.replace_range(at..end, "");
        }
    }
    // Rules, data and file names may hold the words in sentences of their own; what the page says is a badge.
    blocks(&body).into_iter().filter(|block| names_a_verdict(block) && !counted(block)).collect()
}

/// Verdicts of a plain text that nothing is counted for: in the line, or in the one that goes on after it.
fn bare_in_text(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let bare = lines.iter().enumerate().filter(|(index, line)| {
        let next = lines.get(index + 1).filter(|next| next.starts_with(' ')).copied().unwrap_or_default();
        names_a_verdict(line) && !counted(&format!("{line} {next}"))
    });
    bare.map(|(_, line)| (*line).to_owned()).collect()
}

fn page(report: &Report) -> String {
    let bytes = html::report(report, &Templates::shipped().expect("templates")).expect("HTML");
    String::from_utf8(bytes).expect("UTF-8")
}

fn reports() -> Vec<Report> {
    let mut all = vec![fixture::report(), fixture::empty()];
    // Every verdict on every metric, and everything that can be shown of a reference, whatever the counts.
    for (status, state) in STATUSES.into_iter().zip(ReferenceState::ALL.into_iter().cycle()) {
        let mut report = fixture::report();
        report.verdict.status = status;
        for metric in &mut report.metrics {
            metric.status = status;
        }
        for control in report.frameworks.iter_mut().flat_map(|framework| &mut framework.controls) {
            control.state = state;
            for edge in &mut control.edges {
                edge.state = state;
            }
        }
        all.push(report);
    }
    all
}

#[test]
fn no_verdict_on_the_page_stands_alone() {
    for report in reports() {
        let page = page(&report);
        assert!(blocks(&page).iter().filter(|block| names_a_verdict(block)).count() > 20);
        assert_eq!(bare_in_html(&page), Vec::<String>::new());
    }
}

#[test]
fn no_verdict_in_the_terminal_stands_alone() {
    for report in reports() {
        // Wide enough that a sentence is a line.
        assert_eq!(bare_in_text(&terminal::summary(&report, 600, false, Some("pack"))), Vec::<String>::new());
    }
}

/// In the machine's form a verdict on a metric stands beside its counts, what is shown of a reference beside its reason.
#[test]
fn verdicts_in_json_have_their_counts_beside_them() {
    fn walk(value: &serde_json::Value, seen: &mut usize) {
        if let Some(map) = value.as_object() {
            if ["status", "state"].iter().any(|name| map.get(*name).is_some_and(serde_json::Value::is_string)) {
                *seen += 1;
                let beside = ["population", "reason", "sentence", "metric", "not_met", "accounts", "credentials"];
                assert!(beside.iter().any(|name| map.contains_key(*name)), "{map:?}");
            }
            map.values().for_each(|value| walk(value, seen));
        } else if let Some(items) = value.as_array() {
            for value in items {
                walk(value, seen);
            }
        }
    }
    let bytes = overstay::render::json::report(&fixture::report());
    let mut seen = 0;
    walk(&serde_json::from_slice(&bytes).expect("JSON"), &mut seen);
    assert!(seen > 20);
}

#[test]
fn the_test_finds_a_verdict_that_stands_alone() {
    let shown = |inside: &str| {
        let method = "<section id=\"method\"></section><section id=\"manifest\">";
        bare_in_html(&format!("<body>{inside}{method}<script>"))
    };
    assert_eq!(shown("<tr><td>x</td><td><span>within its limit</span></td></tr>").len(), 1);
    assert_eq!(shown("<tr><td>3 of 120</td></tr><tr><td>over its limit</td></tr>").len(), 1, "not from the row before");
    assert_eq!(shown("<li>exceptions observed, 0 items</li>").len(), 1);
    assert_eq!(shown("<tr><td>within its limit</td><td>120 of 120</td></tr><p>not assessed: no items</p>").len(), 0);
    assert_eq!(shown("<p>The limits exceededly</p>").len(), 0);
    assert_eq!(bare_in_text("over its limit   Access after leaving\nnext").len(), 1);
    assert_eq!(bare_in_text("over its limit   Access after leaving  11 of 33 over 24h").len(), 0);
}

/// Every verdict that is drawn stands beside its counts, or says why there are none.
#[test]
fn no_verdict_of_the_document_without_its_denominator() {
    let mut seen = 0;
    for report in [fixture::report(), fixture::empty()] {
        for edition in [Edition::Short, Edition::Full] {
            let document = doc::document(&report, &Brand::default(), edition);
            document.sections.iter().for_each(|section| verdicts(&section.blocks, &mut seen));
        }
    }
    assert!(seen > 40, "{seen}");
}

fn verdicts(blocks: &[Block], seen: &mut usize) {
    let words = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
    for block in blocks {
        match block {
            Block::Part(Part { blocks, .. }) | Block::Box(blocks) | Block::Fold { blocks, .. } => {
                verdicts(blocks, seen);
            }
            Block::Columns(parts) => parts.iter().for_each(|part| verdicts(&part.1, seen)),
            Block::Verdict { badge: Badge::Metric(status) | Badge::All(status), lines, .. } => {
                must_count(*status, &lines.iter().map(|line| words(line)).collect::<String>(), seen);
            }
            Block::Tally { of, .. } => assert!(of.starts_with("Of ") && of.contains(|c: char| c.is_ascii_digit())),
            Block::Table(table) => {
                for row in &table.rows {
                    let (mut statuses, mut text) = (Vec::new(), String::new());
                    for line in table.cells(row).iter().flatten() {
                        match line {
                            Line::Words(pieces) => text.push_str(&(words(pieces) + " ")),
                            Line::Badge(Badge::Metric(status) | Badge::All(status)) => statuses.push(*status),
                            Line::Badge(_) | Line::Bar(_) | Line::Page(_) => {}
                        }
                    }
                    for status in statuses {
                        must_count(status, &text, seen);
                    }
                }
            }
            _ => {}
        }
    }
}

fn must_count(status: Status, text: &str, seen: &mut usize) {
    *seen += 1;
    let of = text.match_indices(" of ").any(|(at, _)| {
        text[..at].ends_with(|c: char| c.is_ascii_digit()) && text[at + 4..].starts_with(|c: char| c.is_ascii_digit())
    });
    let none = matches!(status, Status::NoPopulation | Status::NotAssessed) && text.trim().len() > 8;
    assert!(of || none, "{} without a count: {text}", status.words());
}
