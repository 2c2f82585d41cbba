//! The register as a whole: order, ids, documentation, wording.

#![allow(clippy::disallowed_methods, reason = "the tests write into temporary folders")]

use overstay::metric::{Register, Shape};

#[test]
fn ids_are_unique_and_in_order() {
    let register = Register::load(&[]).expect("the register");
    assert_eq!(register.metrics().iter().filter(|metric| metric.shape() == Shape::Duration).count(), 52);
    assert_eq!(register.metrics().iter().filter(|metric| metric.shape() == Shape::Indicator).count(), 10);
    let orders: Vec<u32> = register.metrics().iter().map(|metric| metric.header().order).collect();
    assert!(orders.windows(2).all(|pair| pair[0] < pair[1]), "an order number is used twice");
}

#[test]
fn a_misspelt_id_gets_a_suggestion() {
    let register = Register::load(&[]).expect("the register");
    assert!(register.get("leaver-lagg").is_none());
}

/// Words that a report never uses (STANDARDS.md, section 8).
const NEVER: [&str; 14] = [
    "certified",
    "complian",
    "audit-proof",
    "guarantee",
    "passes",
    "fails ",
    "approved",
    "operating effective",
    "reasonable assurance",
    "material weakness",
    "attested",
    "immediately",
    "promptly",
    "tamper-proof",
];

#[test]
fn every_metric_is_documented_in_words_that_a_report_may_use() {
    let register = Register::load(&[]).expect("the register");
    for metric in register.metrics() {
        let (id, header) = (metric.id(), metric.header());
        assert!(header.question.ends_with('?'), "{id}: the question");
        let remedy = header.remedy.as_deref();
        assert_eq!(remedy.is_some(), metric.shape() == Shape::Duration, "{id}: what to do about a finding");
        assert!(
            remedy.is_none_or(|text| text.ends_with('.') && text.matches('.').count() == 1 && text.len() <= 110),
            "{id}: one short sentence says what to do"
        );
        assert!(header.definition.trim().ends_with('.') && header.definition.len() > 80, "{id}: the definition");
        assert!(!header.definition.contains("  "), "{id}: double blanks in the definition");
        let mut texts = vec![header.title.clone(), header.question.clone(), header.definition.clone()];
        texts.extend(header.remedy.clone());
        texts.extend(header.caveats.iter().cloned());
        if let Some(reason) = &header.reason {
            texts.extend([reason.open.clone(), reason.closed.clone()]);
            texts.extend(reason.indeterminate.clone());
            for sentence in [&reason.open, &reason.closed].into_iter().chain(reason.indeterminate.as_ref()) {
                assert!(!sentence.ends_with('.'), "{id}: a reason is a clause without a full stop");
                assert!(sentence.contains("{subject}") || sentence.contains("{person}"), "{id}: who or what");
            }
        }
        for text in texts {
            let lower = text.to_lowercase();
            for word in NEVER {
                assert!(!lower.contains(word), "{id}: `{word}` in: {text}");
            }
        }
        assert_eq!(header.statistic.is_some(), metric.shape() == Shape::Duration, "{id}: the statistic");
        assert!(metric.sql().starts_with("SELECT") || metric.sql().starts_with("WITH"), "{id}: the SELECT");
    }
}

#[test]
fn views_text_is_a_views_file_again() {
    let register = Register::load(&[]).expect("the register");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("_views.sql"), register.views_text()).expect("a file");
    let again = Register::load(&[folder.path().to_path_buf()]).expect("the same views");
    assert_eq!(again.views_text(), register.views_text());
    assert_eq!(again.views().len(), register.views().len());
}
