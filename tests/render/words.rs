//! Words that a report must not use, in the templates and in everything that is rendered.

use overstay::render::drift::{Names, digest, markdown, page, terminal as terminal_words};
use overstay::render::words::refused;
use overstay::render::{Templates, csv, html, json, terminal};

use super::pdf_pages;

#[test]
fn templates_avoid_them() {
    let mut seen = 0;
    for folder in ["drift", "mail", "report"] {
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
    assert!(seen > 12);
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
