//! The PDF below layout: a document set by hand, drawn, and read back with lopdf.

mod reader;
mod sheets;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};
use overstay::render::brand::{FontFile, Picture};
use overstay::render::pdf::draw;
use overstay::render::pdf::text::Typesetter;

use reader::{Reader, words};
use sheets::{HEAD, STYLE, document, logo};

/// Everything that a PDF says: its text, and every text of its structure.
pub(crate) fn text(bytes: &[u8]) -> String {
    let reader = Reader::new(bytes);
    let mut out: Vec<String> = reader.marked.values().cloned().collect();
    reader.pdf.objects.values().for_each(|object| strings(object, &mut out));
    out.join("\n")
}

fn strings(object: &Object, out: &mut Vec<String>) {
    let of = |dictionary: &Dictionary, out: &mut Vec<String>| dictionary.iter().for_each(|(_, one)| strings(one, out));
    match object {
        Object::String(bytes, _) => out.push(match bytes.strip_prefix(b"\xfe\xff") {
            Some(wide) => reader::utf16(wide),
            None => String::from_utf8_lossy(bytes).into_owned(),
        }),
        Object::Array(items) => items.iter().for_each(|one| strings(one, out)),
        Object::Dictionary(dictionary) => of(dictionary, out),
        Object::Stream(stream) => of(&stream.dict, out),
        _ => {}
    }
}

const NAMES: [&str; 9] = [
    "Zoë Müller",
    "Ελένη Παπαδοπούλου",
    "Дмитрий Щербаков",
    "Nguyễn Thị Hồng",
    "محمد العربي",
    "יעל כהן",
    "Order 66 — محمد (ops)",
    "office affluent 0x1 a->b",
    "😀 and 日本",
];
/// Texts in which glyphs and characters do not go one by one.
const EDGES: [&str; 17] = [
    "علاء صلاح سلامة بلال",
    "Nguye\u{302}\u{303}n Thi\u{323} Ho\u{302}\u{300}ng",
    "Nguyễn Thị Hồng",
    "(محمد) [العربي]",
    "الله لا إله، السَّلامُ عليكم ١٢٣ and 45",
    "שָׁלוֹם עֲלֵיכֶם",
    "שלום (abc) 12/34",
    "عَلَيْهِ",
    "(a) [b] {c}",
    "ﬁ fi fl ffi",
    "x\u{301}\u{323}\u{308} Z\u{335}",
    "👩\u{200D}💻 ❤\u{FE0F} 🇩🇪",
    "नमस्ते",
    "می\u{200C}خواهم",
    "[U+202E] <b>&amp;",
    "\u{301}alone",
    "A\u{a0}B – “quoted” … → − ≤ ✓ ✗",
];

fn write(names: &[&str]) -> Vec<u8> {
    let typesetter = Typesetter::new(&[]).expect("fonts");
    draw::write(&document(&typesetter, names), &typesetter, Some(&logo())).expect("a PDF")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "pictures and texts of these files are looked at with other tools")]
fn the_same_document_gives_the_same_bytes() {
    let bytes = write(&NAMES);
    assert!(bytes == write(&NAMES));
    assert!(bytes != write(&NAMES[1..]));
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/pdf-names.pdf"), &bytes).expect("a file");
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/pdf-edges.pdf"), write(&EDGES)).expect("a file");
}

#[test]
fn every_text_is_read_as_it_was_written() {
    for names in [&NAMES[..], &EDGES[..]] {
        let mut cells = Reader::new(&write(names)).texts("TD");
        assert_eq!(cells.pop().as_deref(), Some("9 of 9 shown"));
        assert_eq!(cells, names);
    }
}

#[test]
fn the_structure_is_in_reading_order() {
    let elements = Reader::new(&write(&NAMES[..2])).elements();
    let mut shown: Vec<String> =
        elements.iter().map(|(depth, role, text)| format!("{}{role} {text}", " ".repeat(*depth))).collect();
    // A paragraph over three lines is one piece of content, and its link stands in the midst of it.
    assert!(shown[3].starts_with("  P A person leaves") && shown[3].ends_with("seen. See  for more."), "{}", shown[3]);
    shown.remove(3);
    assert_eq!(
        shown,
        [
            "Document ",
            " Sect ",
            "  H1 Summary",
            "   Link the names(link)",
            "  Figure limit 24 h",
            " Sect ",
            "  H1 Names",
            "  L ",
            "   LI ",
            "    Lbl 1.",
            "    LBody In a list",
            "  Table ",
            "   Caption Names in every script",
            "   THead ",
            "    TR ",
            "     TH No.",
            "     TH Name",
            "   TBody ",
            "    TR ",
            "     TH ",
            "     TD Zoë Müller",
            "    TR ",
            "     TH 1",
            "     TD Ελένη Παπαδοπούλου",
            "    TR ",
            "     TD 9 of 9 shown",
        ]
    );
}

#[test]
fn attributes_say_what_cells_lists_and_figures_are() {
    let reader = Reader::new(&write(&NAMES[..2]));
    let mut found = BTreeSet::new();
    for object in reader.pdf.objects.values() {
        let Some(element) = object.as_dict().ok().filter(|element| element.has(b"A") && element.has(b"S")) else {
            continue;
        };
        let name = |dictionary: &Dictionary, key: &[u8]| {
            let name = dictionary.get(key).and_then(Object::as_name).unwrap_or_default();
            String::from_utf8(name.to_vec()).expect("text")
        };
        let attributes = reader.get(element, "A");
        let columns = attributes.get(b"ColSpan").and_then(Object::as_i64).unwrap_or(1);
        let says = name(attributes, b"Scope") + &name(attributes, b"ListNumbering") + &name(attributes, b"Placement");
        found.insert(format!("{} {} {says} {columns}", name(element, b"S"), name(attributes, b"O")));
    }
    let expected = ["Figure Layout Block 1", "L List Decimal 1", "TD Table  2", "TH Table Column 1", "TH Table Row 1"];
    assert_eq!(found, expected.map(str::to_owned).into());
    let figure =
        reader.pdf.objects.values().filter_map(|object| object.as_dict().ok()).find(|element| element.has(b"Alt"));
    assert_eq!(words(figure.expect("a figure").get(b"Alt").expect("words")), "Half end within a day.");
}

#[test]
fn every_content_leads_back_to_its_element() {
    let reader = Reader::new(&write(&NAMES));
    let root = reader.get(reader.pdf.catalog().expect("catalog"), "StructTreeRoot");
    let numbers = reader.array(reader.get(root, "ParentTree").get(b"Nums").expect("numbers"));
    let parents: BTreeMap<i64, &Object> =
        numbers.chunks(2).map(|pair| (pair[0].as_i64().expect("key"), &pair[1])).collect();
    let mut seen = BTreeSet::new();
    for page in reader.pdf.page_iter() {
        let dictionary = reader.pdf.get_dictionary(page).expect("page");
        let key = dictionary.get(b"StructParents").and_then(Object::as_i64).expect("key");
        for (number, owner) in (0_i64..).zip(reader.array(parents[&key])) {
            let element = reader.dictionary(owner);
            let kids = reader.array(element.get(b"K").expect("kids"));
            assert!(kids.contains(&Object::Integer(number)), "{number}");
            assert!(seen.insert((page, number)));
        }
    }
    assert_eq!(seen, reader.marked.keys().copied().collect());
    let next = root.get(b"ParentTreeNextKey").and_then(Object::as_i64).expect("next");
    assert_eq!(parents.keys().copied().collect::<Vec<_>>(), (0..next).collect::<Vec<_>>());
}

#[test]
fn a_link_has_words_a_place_and_an_element() {
    let reader = Reader::new(&write(&NAMES));
    let pages: Vec<ObjectId> = reader.pdf.page_iter().collect();
    let annotations = reader.pdf.get_page_annotations(pages[0]).expect("annotations");
    assert_eq!(annotations.len(), 1);
    let link = annotations[0];
    assert_eq!(words(link.get(b"Contents").expect("words")), "to names");
    let place = reader.array(link.get(b"Dest").expect("place"));
    assert_eq!(place[0].as_reference().expect("page"), pages[1]);
    assert!((place[3].as_float().expect("top") - (841.89 - 52.0)).abs() < 0.01);
    assert_eq!(link.get(b"StructParent").and_then(Object::as_i64).expect("key"), 2);
    assert!(reader.pdf.get_page_annotations(pages[1]).expect("none").is_empty());
}

#[test]
fn fonts_are_embedded_in_parts_and_every_code_has_a_width() {
    let reader = Reader::new(&write(&EDGES));
    let page = reader.pdf.page_iter().next().expect("page");
    let fonts = reader.get(reader.get(reader.pdf.get_dictionary(page).expect("page"), "Resources"), "Font");
    let mut names = BTreeSet::new();
    for (resource, font) in fonts {
        let font = reader.dictionary(font);
        let name = String::from_utf8(font.get(b"BaseFont").and_then(Object::as_name).expect("name").to_vec());
        let name = name.expect("text");
        let (prefix, plain) = name.split_once('+').expect("a part of a font");
        assert!(prefix.len() == 6 && prefix.bytes().all(|byte| byte.is_ascii_uppercase()));
        names.insert(plain.to_owned());
        let codes = reader.map(font);
        assert!(!codes.is_empty());
        if resource.starts_with(b"M") {
            continue;
        }
        let descendant = reader.dictionary(&reader.array(font.get(b"DescendantFonts").expect("descendant"))[0]);
        let widths = reader.array(descendant.get(b"W").expect("widths"));
        assert_eq!((widths.len(), &widths[0]), (2, &Object::Integer(1)), "codes from 1 without a gap");
        let count = widths[1].as_array().expect("a row").len();
        assert!(codes.keys().all(|code| (1..=count).contains(&usize::from(u16::from_be_bytes([code[0], code[1]])))));
        let descriptor = reader.get(descendant, "FontDescriptor");
        let file = descriptor.get(b"FontFile3").or(descriptor.get(b"FontFile2")).expect("the font");
        let file = reader.pdf.get_object(file.as_reference().expect("id")).and_then(Object::as_stream).expect("stream");
        assert!((300..30_000).contains(&file.content.len()), "{name}: {} bytes", file.content.len());
    }
    let expected = ["CodePoints", "Inter-Bold", "Inter-Regular", "NotoSansArabic-Regular", "NotoSansHebrew-Regular"];
    assert_eq!(names, expected.map(str::to_owned).into());
}

#[test]
fn bookmarks_are_a_tree_in_the_given_order() {
    let reader = Reader::new(&write(&NAMES));
    let outline = reader.get(reader.pdf.catalog().expect("catalog"), "Outlines");
    let mut shown = Vec::new();
    let mut open: Vec<(usize, &Dictionary)> = vec![(0, reader.get(outline, "First"))];
    while let Some((depth, bookmark)) = open.pop() {
        let count = bookmark.get(b"Count").and_then(Object::as_i64).ok();
        shown.push((depth, words(bookmark.get(b"Title").expect("title")), count));
        if bookmark.has(b"Next") {
            open.push((depth, reader.get(bookmark, "Next")));
        }
        if bookmark.has(b"First") {
            open.push((depth + 1, reader.get(bookmark, "First")));
        }
    }
    let expected = [
        (0, "Summary", Some(1)),
        (1, "Figure", None),
        (0, "Names — Ελένη", Some(-2)),
        (1, "Table", Some(1)),
        (2, "Row", None),
        (0, "End", None),
    ];
    assert_eq!(shown, expected.map(|(depth, title, count)| (depth, title.to_owned(), count)));
    assert_eq!(outline.get(b"Count").and_then(Object::as_i64).expect("count"), 4);
}

#[test]
fn what_it_says_of_itself_agrees_and_comes_from_the_report() {
    let reader = Reader::new(&write(&NAMES));
    let catalog = reader.pdf.catalog().expect("catalog");
    let info = reader.dictionary(reader.pdf.trailer.get(b"Info").expect("info"));
    assert_eq!(words(info.get(b"Title").expect("title")), "Access <evidence> — Acme");
    assert_eq!(words(info.get(b"CreationDate").expect("date")), "D:20260930000000Z");
    let metadata = catalog.get(b"Metadata").and_then(Object::as_reference).expect("metadata");
    let stream = reader.pdf.get_object(metadata).and_then(Object::as_stream).expect("stream");
    let xmp = String::from_utf8(stream.content.clone()).expect("not compressed");
    assert!(xmp.contains("Access &lt;evidence&gt; — Acme"));
    assert!(xmp.contains("Evidence &amp; figures"));
    assert!(xmp.contains("<xmp:CreateDate>2026-09-30T00:00:00Z</xmp:CreateDate>"));
    // No validator has shown a conformance, so none is claimed.
    assert!(!xmp.contains("pdfaid") && !xmp.contains("pdfuaid"));
    assert_eq!(words(catalog.get(b"Lang").expect("language")), "en");
    assert_eq!(catalog.get(b"PageMode").and_then(Object::as_name).expect("a name"), b"UseOutlines");
    assert_eq!(reader.get(catalog, "MarkInfo").get(b"Marked").and_then(Object::as_bool).ok(), Some(true));
    let labels = reader.array(reader.get(catalog, "PageLabels").get(b"Nums").expect("labels"));
    let labels: Vec<String> =
        labels.chunks(2).map(|pair| words(reader.dictionary(&pair[1]).get(b"P").expect("label"))).collect();
    assert_eq!(labels, ["i", "1"]);
    let id = reader.array(reader.pdf.trailer.get(b"ID").expect("id"));
    assert_eq!(id[0], id[1]);
    assert_eq!(id[0].as_str().expect("bytes").len(), 16);
}

#[test]
fn the_logo_is_laid_on_white() {
    let reader = Reader::new(&write(&NAMES));
    let page = reader.pdf.page_iter().next().expect("page");
    let pictures = reader.get(reader.get(reader.pdf.get_dictionary(page).expect("page"), "Resources"), "XObject");
    let id = pictures.get(b"Logo").and_then(Object::as_reference).expect("logo");
    let stream = reader.pdf.get_object(id).and_then(Object::as_stream).expect("stream");
    let samples = stream.decompressed_content().unwrap_or(stream.content.clone());
    assert_eq!(samples, [255, 0, 0, 127, 255, 127, 0, 0, 255, 255, 255, 255]);
}

#[test]
fn a_logo_that_is_none_is_refused_with_a_hint() {
    let typesetter = Typesetter::new(&[]).expect("fonts");
    let document = document(&typesetter, &NAMES);
    for media_type in ["image/png", "image/jpeg"] {
        let logo = Picture { media_type, bytes: b"GIF89a".to_vec(), ..logo() };
        let failure = draw::write(&document, &typesetter, Some(&logo)).expect_err("refused");
        assert!(failure.to_string().contains("hint: use a PNG"), "{failure}");
    }
}

/// A font with letters at U+FF21 that no shipped face has: the shipped Hebrew one with the last segment of its table of
/// characters moved there from U+FB46.
fn own_font() -> FontFile {
    let mut bytes = include_bytes!("../../../assets/fonts/NotoSansHebrew-Regular.ttf").to_vec();
    for (old, new) in
        [([0xFB, 0x44, 0xFB, 0x4F, 0xFF, 0xFF], [0xFF, 0x2A]), ([0xFB, 0x43, 0xFB, 0x46, 0xFF, 0xFF], [0xFF, 0x21])]
    {
        let at = bytes.windows(6).position(|window| window == old).expect("a segment");
        bytes[at + 2..at + 4].copy_from_slice(&new);
    }
    FontFile { name: "own.ttf".to_owned(), bytes }
}

#[test]
fn a_companys_font_fills_the_gaps() {
    let names = ["Order ＡＢ (ops)"];
    let missing = Typesetter::new(&[]).expect("fonts").line(names[0], STYLE, None);
    assert_eq!(missing.runs.iter().filter(|run| run.missing.is_some()).count(), 2);
    let fonts = [own_font()];
    let typesetter = Typesetter::new(&fonts).expect("fonts");
    // It has no bold face: the regular one is better than none.
    for style in [STYLE, HEAD] {
        let line = typesetter.line(names[0], style, None);
        let runs: Vec<(&str, usize)> = line.runs.iter().map(|run| (run.text.as_str(), run.face)).collect();
        let text = usize::from(style.bold);
        assert_eq!(runs, [("Order ", text), ("ＡＢ", 6), (" (ops)", text)]);
    }
    let bytes = draw::write(&document(&typesetter, &names), &typesetter, None).expect("a PDF");
    assert_eq!(Reader::new(&bytes).texts("TD")[0], names[0]);
}
