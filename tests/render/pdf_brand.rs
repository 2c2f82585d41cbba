//! A company's own look and words on the pages of the PDF.

use overstay::render::Brand;
use overstay::render::brand::{Picture, Wording};
use overstay::render::doc::Edition;
use overstay::render::pdf;
use overstay::render::pdf::page::{Mark, Page};
use overstay::render::pdf::text::Typesetter;

use super::fixture;
use super::pdf_pages::{squeezed, whole_text};

#[test]
fn a_company_has_its_own_look_and_words() {
    let picture = Picture {
        media_type: "image/png",
        bytes: Vec::new(),
        width: 400,
        height: 100,
        alternative: "Logo of Northwind, a compass".to_owned(),
    };
    let mut report = fixture::empty();
    report.classification = None;
    let brand = Brand {
        logo: Some(picture),
        accent: Some([120, 0, 90]),
        classification: Some("For the board".to_owned()),
        wording: Wording {
            introduction: Some("Prepared for the audit committee.".to_owned()),
            notice: Some("Questions go to the access team.".to_owned()),
            footer: Some("Northwind Logistics GmbH, Hamburg".to_owned()),
            sign_off: vec!["Head of internal audit".to_owned(), "Data owner".to_owned()],
        },
        fonts: Vec::new(),
    };
    let typesetter = Typesetter::new(&brand.fonts).expect("the shipped fonts");
    let document = pdf::document(&report, &brand, Edition::Short, &typesetter);
    let text = squeezed(&whole_text(&document));
    for words in [
        "Prepared for the audit committee.",
        "Questions go to the access team.",
        "Head of internal audit",
        "Data owner",
        "Logo of Northwind, a compass",
        "For the board · report",
        "What this report is not",
    ] {
        assert!(text.contains(&squeezed(words)), "{words}");
    }
    assert!(!text.contains("Reviewedby"));
    let foot = squeezed("Northwind Logistics GmbH, Hamburg");
    assert_eq!(text.matches(&foot).count(), document.pages.len());
    for (index, page) in document.pages.iter().enumerate() {
        let logos: Vec<_> = page.items.iter().filter(|item| matches!(item.mark, Mark::Logo { .. })).collect();
        assert_eq!(logos.len(), 1, "page {}", index + 1);
        assert_eq!(logos[0].node.is_some(), index == 0, "it is said once what the logo shows");
    }
    let accents =
        |page: &Page| page.items.iter().any(|item| matches!(item.mark, Mark::Box { fill: Some([120, 0, 90]), .. }));
    assert!(accents(&document.pages[0]));
}
