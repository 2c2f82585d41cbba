//! Words that a report must not use, in the templates and in everything that is rendered.

use overstay::render::drift::{Names, digest, markdown, page, terminal as terminal_words};
use overstay::render::words::refused;
use overstay::render::{Templates, csv, html, json, terminal};

use super::pdf_pages;

#[test]
fn templates_avoid_them() {
    let mut seen = 0;
    for folder in ["mail", "report"] {
        let folder = format!("{}/templates/{folder}", env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(folder).expect("the folder of templates") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "html") {
                seen += 1;
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                assert_eq!(refused(&text), Vec::<&str>::new(), "{}", path.display());
            }
        }
    }
    assert_eq!(seen, 3);
}

#[test]
fn outputs_avoid_them() {
    let templates = Templates::shipped().expect("templates");
    for (report, document) in pdf_pages::fixtures() {
        // Phrases are found across the ends of lines, too.
        let pages = pdf_pages::whole_text(document).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(pages.len() > 5_000);
        assert_eq!(refused(&pages), Vec::<&str>::new());
        let page = html::report(report, &templates).expect("HTML");
        // The style sheet and the script are no prose.
        let page = String::from_utf8(page).expect("UTF-8");
        let body = page.split_once("<body>").expect("a body").1;
        let body = body.split_once("<script>").expect("a script").0;
        assert_eq!(refused(body), Vec::<&str>::new());
        assert_eq!(refused(&terminal::summary(report, 120, false, Some("pack"))), Vec::<&str>::new());
        assert_eq!(refused(&String::from_utf8(csv::sources(report)).expect("UTF-8")), Vec::<&str>::new());
        assert_eq!(refused(&String::from_utf8(json::report(report)).expect("UTF-8")), Vec::<&str>::new());
    }
}

/// Whether a text says of anything that it is met.
fn says_met(text: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.split(|c: char| !joins(c)).any(|word| word.eq_ignore_ascii_case("met"))
}

/// A metric is within its limit or over it, and of a reference the evidence shows something: nothing is ever met.
#[test]
fn nothing_is_met() {
    assert!(says_met("PR.AA-05 Met.") && says_met("not met: 1 of 2") && !says_met("class=\"s-met\" method"));
    let templates = Templates::shipped().expect("templates");
    for (report, document) in pdf_pages::fixtures() {
        assert!(!says_met(&pdf_pages::whole_text(document)));
        let page = String::from_utf8(html::report(report, &templates).expect("HTML")).expect("UTF-8");
        let body = page.split_once("<body>").expect("a body").1;
        assert!(!says_met(body.split_once("<script>").expect("a script").0));
        assert!(!says_met(&terminal::summary(report, 120, false, Some("pack"))));
        // The machine's words for a metric are the metric's alone.
        let json: serde_json::Value = serde_json::from_slice(&json::report(report)).expect("JSON");
        let references = json["frameworks"].to_string();
        assert!(references.contains("\"state\"") || report.frameworks.is_empty());
        assert!(!says_met(&references) && !references.contains("not-met"));
        for drift in &report.changes {
            let words = digest(drift, Names::Shown, 100);
            assert!(!says_met(&terminal_words(&words, 120, false)));
            assert!(!says_met(&markdown(&words)));
        }
    }
}

/// Every sentence of a comparison, in every form: with names and without.
#[test]
fn comparisons_avoid_them() {
    let templates = Templates::shipped().expect("templates");
    let mut compared = 0;
    for drift in &pdf_pages::fixtures()[0].0.changes {
        for names in [Names::Shown, Names::Withheld] {
            let words = digest(drift, names, 100);
            let page = String::from_utf8(page(std::slice::from_ref(&words), &templates).expect("HTML")).expect("UTF-8");
            let body = page.split_once("<body>").expect("a body").1.to_owned();
            for text in [terminal_words(&words, 120, false), markdown(&words), body] {
                assert!(text.contains("worse"));
                assert_eq!(refused(&text), Vec::<&str>::new());
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 12);
}
