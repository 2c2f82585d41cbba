//! The laws of walking: a stream in blocks of any size is read as a text in memory is.

use proptest::prelude::*;

use super::*;
use crate::source::json::container::{first_values, views};
use crate::source::json::outline;

/// A record by its line.
type Line = (u64, Result<String, &'static str>);

/// Lines, texts and pages of a stream that is read in blocks of some size.
fn walked(text: &str, way: &[String], size: usize) -> (Vec<Line>, Vec<Page>, bool) {
    let mut blocks = Blocks::new(text.as_bytes(), size, 1 << 20);
    let mut walk = Walk::new(&mut blocks, Style::Values, way.to_vec(), 1 << 20);
    let (mut records, mut pages) = (Vec::new(), Vec::new());
    loop {
        let taken = walk.take(2);
        if taken.is_empty() {
            return (records, pages, walk.is_open());
        }
        for block in taken {
            records.extend(block.records.into_iter().map(|placed| {
                let text = |found: Found| String::from_utf8_lossy(&block.bytes[found.start..found.end]).into_owned();
                (placed.line, placed.what.map(text))
            }));
            pages.extend(block.pages);
        }
    }
}

/// The same with everything in memory.
fn expanded(text: &str, way: &[String]) -> (Vec<(u64, String)>, Vec<Page>) {
    let (bytes, mut records, mut pages) = (text.as_bytes(), Vec::new(), Vec::new());
    for value in first_values(bytes, usize::MAX) {
        let mut page = Page::default();
        for found in expand(bytes, value, way, Some(&mut page)).expect("a page") {
            let line = 1 + memchr_iter(b'\n', &bytes[..found.start]).count() as u64;
            records.push((line, text[found.start..found.end].to_owned()));
        }
        pages.push(page);
    }
    (records, pages)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_is_read_as_a_text_is(
        pages in proptest::collection::vec((proptest::collection::vec("[a\\[\\]{},:\"\\\\ é\n]{0,12}", 0..6), 0..4_usize, 0..3_usize), 1..4),
        pretty in any::<bool>(),
        deep in any::<bool>(),
    ) {
        let page = |(names, before, after): &(Vec<String>, usize, usize)| {
            let mut members = vec![format!("\"value\":[{}]", names.iter().map(|name| format!("{{\"k\":{}}}", serde_json::json!(name))).collect::<Vec<_>>().join(","))];
            let facts = [
                "\"@odata.nextLink\":\"https://g?x=\\\"]\"",
                "\"totalResults\":7",
                "\"skipped\":[{\"value\":[1]},[[]],\"]\"]",
                "\"meta\":{\"value\":[{\"k\":1}],\"next\":null}",
            ];
            for fact in &facts[..*before] {
                members.insert(0, (*fact).to_owned());
            }
            members.extend(facts[*before..(before + after).min(4)].iter().map(|fact| (*fact).to_owned()));
            let page = format!("{{{}}}", members.join(","));
            if deep { format!("{{\"headers\":{{}},\"data\":{page},\"total\":3}}") } else { page }
        };
        let text = pages.iter().map(page).collect::<Vec<_>>().join("\n");
        let text = if pretty { text.replace(',', ",\n") } else { text };
        // What became no JSON by that is another matter.
        prop_assume!(serde_json::Deserializer::from_str(&text).into_iter::<Value>().all(|value| value.is_ok()));
        let way: Vec<String> = if deep { &["data", "value"][..] } else { &["value"] }.iter().map(|key| (*key).to_owned()).collect();
        let (records, told) = expanded(&text, &way);
        for size in [1, 3, 17, 1 << 20] {
            let (walked, pages, open) = walked(&text, &way, size);
            let walked: Vec<(u64, String)> = walked.into_iter().map(|(line, record)| (line, record.expect("a record"))).collect();
            prop_assert_eq!(&walked, &records, "blocks of {} bytes", size);
            prop_assert_eq!(&pages, &told);
            prop_assert!(!open);
            // What recognition looks at is the same in the short copy.
            let mut blocks = Blocks::new(text.as_bytes(), size, 1 << 20);
            let copy = outline(&mut blocks, &[], 3, 1 << 20);
            let short = |bytes: &[u8]| views(&bytes[..first_values(bytes, 1)[0].end], &[], &[], 3).into_iter().map(|view| {
                (view.way, view.list, view.entity, view.records.iter().filter(|record| record.get("k").is_some()).cloned().collect::<Vec<_>>())
            }).collect::<Vec<_>>();
            prop_assert_eq!(short(&copy), short(text.as_bytes()));
        }
    }

    #[test]
    fn any_bytes_end(text in "[\\[\\]{}\",:\\\\avlue1 \n]{0,120}", size in 1..40_usize) {
        let way = ["value".to_owned()];
        let whole = walked(&text, &way, 1 << 20);
        prop_assert_eq!(walked(&text, &way, size), whole);
        let mut blocks = Blocks::new(text.as_bytes(), size, 1 << 20);
        outline(&mut blocks, &[], 2, 1 << 20);
    }
}

#[test]
fn a_page_that_ends_too_early_is_open() {
    for (text, records, pages) in [
        ("{\"value\":[{\"k\":1},{\"k\":2},", 2, 1),
        ("{\"value\":[{\"k\":1}]", 1, 1),
        ("{\"value\":[{\"k\":1},{\"k\"", 2, 1),
        ("{\"total\":3,\"val", 1, 0),
    ] {
        let (found, told, open) = walked(text, &["value".to_owned()], 4);
        assert_eq!((found.len(), told.len(), open), (records, pages, true), "{text}");
    }
}
