//! Words that a report must not use, in the templates and in everything that is rendered.

use overstay::render::words::refused;
use overstay::render::{Templates, csv, html, json, terminal};

use super::pdf_pages;

#[test]
fn templates_avoid_them() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/report");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of templates") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|end| end == "html") {
            seen += 1;
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            assert_eq!(refused(&text), Vec::<&str>::new(), "{}", path.display());
        }
    }
    assert!(seen > 8);
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
