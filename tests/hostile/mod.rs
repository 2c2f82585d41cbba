//! Text that tries to be something else: every form of the report shows it, and nothing runs it.
//!
//! The folder of exports is written here and read by the built command. A format that is added later needs one line in
//! [`every_form_is_harmless_and_readable`] and a function like [`in_csv`].

mod company;
mod long;
mod readers;
#[cfg(unix)]
mod special;
mod terminal;

use std::collections::BTreeMap;

use serde_json::Value;

use company::{LONG, NAMES, reported};

/// Characters that turn text around, hide, or ring a bell. A line end is one only inside a cell.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The same text with hidden characters written out as `[U+202E]`, as the page does it with an element around them.
fn shown(text: &str) -> String {
    overstay::render::text::visible(text, false).into_owned()
}

/// The text of a page: tags away, characters back.
fn text_of(html: &str) -> String {
    let body = html.split_once("<body>").expect("a body").1.split_once("<script>").expect("a script").0;
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').expect("a closed tag").1;
    }
    text.push_str(rest);
    let back = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    back.iter().fold(text, |text, (from, to)| text.replace(from, to))
}

fn in_html(html: &str) {
    assert_eq!(html.matches("<script").count(), 1, "only the page's own script");
    assert_eq!(html.to_lowercase().matches("<img").count(), 0);
    assert!(!html.contains("onerror=\"") && !html.contains("javascript:"));
    assert!(!html.chars().any(acts), "{:?}", html.chars().find(|c| acts(*c)));
    let text = text_of(html);
    for name in NAMES {
        assert!(text.contains(&shown(name)), "{name:?} cannot be read on the page");
    }
    // A long name is all there, its end behind a handle.
    assert!(text.contains(&LONG[..300]) && text.contains("more characters"));
    assert_eq!(html.matches("content=\"default-src 'none';").count(), 1);
}

/// A cell that a spreadsheet would run begins with an apostrophe, and the data follows it.
fn in_csv(name: &str, bytes: &[u8], expected: &[&str]) {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(bytes);
    let mut cells: Vec<String> = Vec::new();
    for record in reader.records() {
        let record = record.unwrap_or_else(|cause| panic!("{name}: {cause}"));
        cells.extend(record.iter().map(str::to_owned));
    }
    for cell in &cells {
        let first = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '"').chars().next();
        let number = cell.parse::<f64>().is_ok();
        let formula = first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝'));
        assert!(number || !formula, "{name}: a spreadsheet would run {cell:?}");
    }
    for text in expected {
        let found = cells.iter().any(|cell| cell == text || cell.strip_prefix('\'') == Some(text));
        assert!(found, "{name}: {text:?} cannot be read");
    }
}

/// Every text stands in the JSON as it was in the input.
fn in_json(bytes: &[u8]) {
    let value: Value = serde_json::from_slice(bytes).expect("JSON");
    let mut texts = Vec::new();
    collect(&value, &mut texts);
    for name in NAMES.into_iter().chain([LONG.as_str()]) {
        assert!(texts.contains(&name), "{name:?} is not in report.json");
    }
    // All of them came through: the waiver and its reason, the system and its owner, who made the export and how.
    assert_eq!(
        (&value["waivers"][0]["reason"], &value["waivers"][0]["approver"]),
        (&NAMES[0].into(), &NAMES[7].into())
    );
    let crm = value["systems"].as_array().expect("systems").iter().find(|one| one["system"] == "crm").expect("crm");
    assert_eq!((&crm["title"], &crm["owner"]), (&NAMES[0].into(), &NAMES[7].into()));
    let sources = value["sources"].as_array().expect("sources");
    assert!(sources.iter().any(|one| one["method"] == NAMES[7] && one["query"] == NAMES[0]));
    assert!(sources.iter().any(|one| one["path"] == "crm/=cmd<script>.csv"));
    // Read and written again it is the same: nothing was lost on the way.
    let report: overstay::report::Report = serde_json::from_slice(bytes).expect("a report");
    assert!(overstay::render::json::report(&report) == bytes);
}

fn collect<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(map) => map.values().for_each(|item| collect(item, texts)),
        _ => {}
    }
}

/// Whether the name of a file of the pack ends like this.
fn is(name: &str, end: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == end)
}

fn in_terminal(text: &str) {
    assert!(!text.chars().any(acts), "{text:?}");
}

#[test]
fn every_form_is_harmless_and_readable() {
    let (files, said) = reported();
    let file = |name: &str| files.get(name).unwrap_or_else(|| panic!("no {name}")).as_slice();
    in_html(std::str::from_utf8(file("report.html")).expect("UTF-8"));
    in_json(file("report.json"));
    in_csv("findings.csv", file("findings.csv"), &NAMES);
    in_csv("evidence/leaver-lag.csv", file("evidence/leaver-lag.csv"), &NAMES);
    in_csv("populations/accounts.csv", file("populations/accounts.csv"), &NAMES);
    in_csv("populations/people.csv", file("populations/people.csv"), &NAMES);
    in_terminal(&said);
}

/// Nothing that is written is a formula, whatever file of the pack it is in.
#[test]
fn no_table_of_the_pack_holds_a_formula() {
    let (files, _) = reported();
    let tables: BTreeMap<_, _> = files.iter().filter(|(name, _)| is(name, "csv")).collect();
    assert!(tables.len() > 10);
    for (name, bytes) in tables {
        in_csv(name, bytes, &[]);
    }
}

/// What is no text at all: bytes that are not UTF-8, NUL, half a surrogate. It is read as well as it can be, or
/// refused with its row; it never ends the run, and never reaches a page as it is.
#[test]
fn what_is_no_text_does_no_harm() {
    let (files, _) = company::no_text();
    let html = String::from_utf8(files["report.html"].clone()).expect("UTF-8");
    assert!(!html.chars().any(acts));
    for (name, bytes) in files.iter().filter(|(name, _)| is(name, "csv") || is(name, "json")) {
        assert!(std::str::from_utf8(bytes).is_ok(), "{name} is not UTF-8");
    }
    let report: Value = serde_json::from_slice(&files["report.json"]).expect("JSON");
    let told = |path: &str| crate::support::company::source(&report, path);
    insta::assert_snapshot!([told("agency/people.csv"), told("okta/users.json")].join("\n"), @r#"
    agency/people.csv: read, 4 records, 0 rejected
    okta/users.json: unreadable, 0 records, 0 rejected
    "#);
    // Windows-1252 is what most such files are in; the run says that it was assumed.
    let people = String::from_utf8_lossy(&files["populations/people.csv"]);
    assert!(people.contains("92,latiné,x@corp.example"), "{people}");
}

/// The test sees what it looks for.
#[test]
fn the_checks_can_say_no() {
    let refused = |what: fn()| std::panic::catch_unwind(what).is_err();
    assert!(refused(|| in_csv("x", b"a\n=1\n", &[])));
    assert!(refused(|| in_csv("x", b"a\n\"\t@SUM(A1)\"\n", &[])));
    assert!(refused(|| in_csv("x", b"a\nb\n", &["=1"])));
    in_csv("x", b"a\n'=1\n-5\n", &["=1"]);
    assert!(refused(|| in_terminal("a\u{202E}b")) && refused(|| in_terminal("\u{1b}[31m")));
    assert_eq!(text_of("<body><p>a[U+202E]&lt;b</p><script>"), "a[U+202E]<b");
}
