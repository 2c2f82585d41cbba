//! The PDF below layout: a document set by hand, drawn, and read back with lopdf.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use lopdf::{Dictionary, Document as Pdf, Object, ObjectId};
use overstay::render::brand::{FontFile, Picture};
use overstay::render::chart::{Anchor, Mark as Shape, Role as Part, Scene};
use overstay::render::pdf::draw;
use overstay::render::pdf::page::{Bookmark, Document, Item, Link, Mark, Node, NodeId, Page, Role, Target};
use overstay::render::pdf::text::{Span, Style, Typesetter};

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
const STYLE: Style = Style { size: 10.0, bold: false, tabular: false, colour: [0x17, 0x20, 0x2c] };
const HEAD: Style = Style { size: 16.0, bold: true, ..STYLE };

/// Sets blocks one below the other.
struct Setter<'a> {
    typesetter: &'a Typesetter<'a>,
    document: Document,
    y: f32,
}

impl Setter<'_> {
    fn node(&mut self, parent: NodeId, role: Role) -> NodeId {
        self.document.tree.push(Node { parent: Some(parent), role, alternative: None });
        self.document.tree.len() - 1
    }

    fn page(&mut self, label: &str) {
        let mut page = Page { label: label.to_owned(), ..Page::default() };
        let line = self.typesetter.line(&format!("Acme · 2026-Q3 · {label}"), STYLE, None);
        page.items.push(Item { node: None, mark: Mark::Text { at: (50.0, 30.0), line } });
        let colour = [0xd4, 0xda, 0xe3];
        let rule = Mark::Rule { from: (50.0, 36.0), to: (545.0, 36.0), colour, width: 0.5 };
        page.items.push(Item { node: None, mark: rule });
        self.document.pages.push(page);
        self.y = 60.0;
    }

    fn put(&mut self, node: Option<NodeId>, mark: Mark) {
        let page = self.document.pages.last_mut().expect("page");
        page.items.push(Item { node, mark });
    }

    fn text(&mut self, node: NodeId, at: f32, width: f32, spans: &[Span]) -> usize {
        let lines = self.typesetter.lines(spans, width);
        let count = lines.len();
        for line in lines {
            let size = spans[0].style.size;
            self.y += size * 1.4;
            for run in line.runs.iter().filter(|run| run.link.is_some()) {
                let target = run.link.clone().expect("link");
                let link = self.document.tree.len();
                self.document.tree.push(Node { parent: Some(node), role: Role::Link, alternative: None });
                let (at, size) = ((at + run.x, self.y - size), (run.width, size * 1.3));
                let words = format!("to {target}");
                let page = self.document.pages.last_mut().expect("page");
                page.links.push(Link { at, size, target, node: link, words });
            }
            self.put(Some(node), Mark::Text { at: (at, self.y), line });
        }
        count
    }

    fn plain(&mut self, node: NodeId, text: &str, style: Style) -> usize {
        self.text(node, 50.0, 495.0, &[Span { text: text.to_owned(), style, link: None }])
    }
}

fn scene() -> Scene {
    let mut scene = Scene::new(400.0, 160.0, "Share still open".to_owned(), "Half end within a day.".to_owned());
    for y in [20.0, 80.0, 140.0] {
        scene.line((40.0, y), (380.0, y), Part::Grid);
    }
    let band = vec![(40.0, 20.0), (200.0, 40.0), (380.0, 110.0), (380.0, 138.0), (200.0, 90.0), (40.0, 20.0)];
    scene.marks.push(Shape::Area { points: band, role: Part::Band });
    let curve = vec![(40.0, 20.0), (120.0, 20.0), (120.0, 50.0), (260.0, 50.0), (260.0, 110.0), (380.0, 125.0)];
    scene.marks.push(Shape::Path { points: curve, role: Part::Curve });
    scene.line((220.0, 10.0), (220.0, 140.0), Part::Limit);
    scene.line((300.0, 112.0), (300.0, 122.0), Part::Open);
    scene.rectangle((50.0, 120.0), 12.0, 20.0, Part::EndedBar);
    scene.rectangle((66.0, 110.0), 12.0, 30.0, Part::OpenBar);
    for level in 0..5 {
        scene.rectangle((90.0 + f64::from(level) * 14.0, 126.0), 12.0, 12.0, Part::Heat(level));
    }
    scene.marks.push(Shape::Dot { at: (340.0, 60.0), radius: 4.0, role: Part::Median });
    scene.marks.push(Shape::Dot { at: (356.0, 60.0), radius: 4.0, role: Part::Ninety });
    scene.label((225.0, 16.0), Anchor::Start, "limit 24 h", Part::Limit);
    scene
}

fn document(typesetter: &Typesetter<'_>, names: &[&str]) -> Document {
    let document = Document {
        title: "Access <evidence> — Acme".to_owned(),
        author: "Acme".to_owned(),
        subject: "Evidence & figures".to_owned(),
        producer: "overstay 0.1.0".to_owned(),
        language: "en",
        dated: 1_790_726_400_000_000,
        size: (595.28, 841.89),
        pages: Vec::new(),
        tree: vec![Node { parent: None, role: Role::Document, alternative: None }],
        bookmarks: Vec::new(),
        targets: BTreeMap::new(),
    };
    let mut set = Setter { typesetter, document, y: 0.0 };
    set.page("i");
    let box_size = (495.0, 24.0);
    let edge = Some(([0x0b, 0x4f, 0x9e], 1.0));
    set.put(
        None,
        Mark::Box { at: (50.0, 60.0), size: box_size, radius: 6.0, fill: Some([0xdb, 0xe8, 0xf6]), stroke: edge },
    );
    let section = set.node(0, Role::Section);
    let heading = set.node(section, Role::Heading(1));
    set.plain(heading, "Summary", HEAD);
    let paragraph = set.node(section, Role::Paragraph);
    let long = "A person leaves and an account stays on; the limit is 24 hours in the policy of the company, \
                and every stay is compared with it, line by line, up to the moment at which it was last seen. See ";
    let link = Some("names".to_owned());
    let spans = [
        Span { text: long.to_owned(), style: STYLE, link: None },
        Span { text: "the names".to_owned(), style: Style { bold: true, ..STYLE }, link },
        Span { text: " for more.".to_owned(), style: STYLE, link: None },
    ];
    assert!(set.text(paragraph, 50.0, 495.0, &spans) > 1);
    let figure = set.node(section, Role::Figure);
    set.document.tree[figure].alternative = Some("Half end within a day.".to_owned());
    let label = typesetter.line("limit 24 h", Style { size: 8.0, colour: draw::ink(Part::Limit), ..STYLE }, None);
    let at = (50.0, set.y + 12.0);
    let labels = vec![((at.0 + 225.0, at.1 + 16.0), label)];
    set.put(Some(figure), Mark::Chart { at, scale: 1.0, scene: Box::new(scene()), labels });
    set.put(Some(figure), Mark::Logo { at: (470.0, at.1), size: (60.0, 60.0) });
    set.page("1");
    let section = set.node(0, Role::Section);
    let heading = set.node(section, Role::Heading(1));
    set.plain(heading, "Names", HEAD);
    let table = set.node(section, Role::Table);
    let caption = set.node(table, Role::Caption);
    set.plain(caption, "Names in every script", STYLE);
    let head = set.node(table, Role::TableHead);
    let row = set.node(head, Role::Row);
    for (column, title) in ["No.", "Name"].into_iter().enumerate() {
        let cell = set.node(row, Role::HeadCell { row: false, columns: 1 });
        let line = typesetter.line(title, Style { bold: true, ..STYLE }, None);
        let at = (50.0 + column as f32 * 60.0, set.y + 14.0);
        set.put(Some(cell), Mark::Text { at, line });
    }
    set.y += 14.0;
    let body = set.node(table, Role::TableBody);
    for (index, name) in names.iter().enumerate() {
        let row = set.node(body, Role::Row);
        set.y += 16.0;
        let number = set.node(row, Role::HeadCell { row: true, columns: 1 });
        // The first row has an empty cell: it stays in its place.
        if index > 0 {
            let line = typesetter.line(&format!("{index}"), Style { tabular: true, ..STYLE }, None);
            set.put(Some(number), Mark::Text { at: (50.0, set.y), line });
        }
        let cell = set.node(row, Role::Cell { columns: 1 });
        let line = typesetter.line(name, STYLE, None);
        set.put(Some(cell), Mark::Text { at: (110.0, set.y), line });
    }
    let row = set.node(body, Role::Row);
    let cell = set.node(row, Role::Cell { columns: 2 });
    set.plain(cell, "9 of 9 shown", STYLE);
    set.document.targets.insert("names".to_owned(), Target { page: 1, y: 60.0 });
    let mark = |level, title: &str, page, y, open| Bookmark {
        level,
        title: title.to_owned(),
        target: Target { page, y },
        open,
    };
    set.document.bookmarks = vec![
        mark(1, "Summary", 0, 60.0, true),
        mark(2, "Figure", 0, 150.0, true),
        mark(1, "Names — Ελένη", 1, 60.0, false),
        mark(2, "Table", 1, 80.0, true),
        mark(3, "Row", 1, 120.0, true),
        mark(1, "End", 1, 200.0, true),
    ];
    set.document
}

/// Two by two pixels: red, half-transparent green; blue, nothing.
fn logo() -> Picture {
    let file =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAF0lEQVR42mP4z8DwHwgbGID0f05OTgYAOy0Fl8R2K9cAAAAASUVORK5CYII=";
    let bytes = base64::engine::general_purpose::STANDARD.decode(file).expect("base64");
    Picture { media_type: "image/png", bytes, width: 2, height: 2, alternative: "Acme".to_owned() }
}

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

/// The file as a reader of its structure sees it.
struct Reader {
    pdf: Pdf,
    /// Text of each marked content by page and number.
    marked: BTreeMap<(ObjectId, i64), String>,
}

impl Reader {
    fn new(bytes: &[u8]) -> Self {
        let mut reader = Self { pdf: Pdf::load_mem(bytes).expect("a PDF"), marked: BTreeMap::new() };
        for page in reader.pdf.page_iter().collect::<Vec<_>>() {
            reader.read(page);
        }
        reader
    }

    fn dictionary<'a>(&'a self, object: &'a Object) -> &'a Dictionary {
        match object {
            Object::Reference(id) => self.dictionary(self.pdf.get_object(*id).expect("object")),
            Object::Stream(stream) => &stream.dict,
            other => other.as_dict().expect("dictionary"),
        }
    }

    fn array<'a>(&'a self, object: &'a Object) -> &'a [Object] {
        match object {
            Object::Reference(id) => self.array(self.pdf.get_object(*id).expect("object")),
            other => other.as_array().expect("array"),
        }
    }

    fn get<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> &'a Dictionary {
        self.dictionary(dictionary.get(key.as_bytes()).expect(key))
    }

    fn fonts(&self, page: ObjectId) -> BTreeMap<Vec<u8>, BTreeMap<Vec<u8>, String>> {
        let resources = self.get(self.pdf.get_dictionary(page).expect("page"), "Resources");
        let fonts = self.get(resources, "Font");
        fonts.iter().map(|(name, font)| (name.clone(), self.map(self.dictionary(font)))).collect()
    }

    /// Codes to text.
    fn map(&self, font: &Dictionary) -> BTreeMap<Vec<u8>, String> {
        let id = font.get(b"ToUnicode").and_then(Object::as_reference).expect("a map");
        let stream = self.pdf.get_object(id).and_then(Object::as_stream).expect("a stream");
        let map = String::from_utf8(stream.decompressed_content().unwrap_or(stream.content.clone())).expect("text");
        let mut out = BTreeMap::new();
        let mut inside = false;
        for line in map.lines() {
            inside = (inside && line != "endbfchar") || line.ends_with("beginbfchar");
            if let Some((code, text)) = line.strip_prefix('<').and_then(|line| line.split_once("> <")) {
                let bytes = |hex: &str| -> Vec<u8> {
                    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("hex"));
                    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
                };
                if inside {
                    out.insert(bytes(code), utf16(&bytes(text.trim_end_matches('>'))));
                }
            }
        }
        out
    }

    fn read(&mut self, page: ObjectId) {
        let fonts = self.fonts(page);
        let content = lopdf::content::Content::decode(&self.pdf.get_page_content(page)).expect("content");
        let (mut font, mut number, mut depth) = (Vec::new(), None, 0);
        for operation in content.operations {
            match operation.operator.as_str() {
                "BDC" => {
                    depth += 1;
                    assert_eq!(depth, 1, "marked content within marked content");
                    number = operation.operands[1].as_dict().expect("properties").get(b"MCID").ok().cloned();
                    if let Some(number) = &number {
                        let known = self.marked.insert((page, number.as_i64().expect("number")), String::new());
                        assert_eq!(known, None, "a number is used twice");
                    }
                }
                "EMC" => {
                    depth -= 1;
                    number = None;
                }
                "Tf" => font = operation.operands[0].as_name().expect("name").to_vec(),
                "Tj" | "TJ" => {
                    assert_eq!(depth, 1, "text outside marked content");
                    let shown = match &operation.operands[0] {
                        Object::Array(items) => items.clone(),
                        single => vec![single.clone()],
                    };
                    for string in shown.iter().filter_map(|item| item.as_str().ok()) {
                        let width = if font.starts_with(b"M") { 1 } else { 2 };
                        for code in string.chunks(width) {
                            let text = fonts[&font].get(code).map_or("", String::as_str);
                            if let Some(number) = &number {
                                let key = (page, number.as_i64().expect("number"));
                                self.marked.get_mut(&key).expect("open").push_str(text);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        assert_eq!(depth, 0);
    }

    /// The elements in order: depth, role, own text.
    fn elements(&self) -> Vec<(usize, String, String)> {
        let root = self.get(self.pdf.catalog().expect("catalog"), "StructTreeRoot");
        let mut out = Vec::new();
        for kid in self.array(root.get(b"K").expect("kids")) {
            self.element(kid.as_reference().expect("element"), 0, &mut out);
        }
        out
    }

    fn element(&self, id: ObjectId, depth: usize, out: &mut Vec<(usize, String, String)>) {
        let element = self.pdf.get_dictionary(id).expect("element");
        let role =
            String::from_utf8(element.get(b"S").and_then(Object::as_name).expect("role").to_vec()).expect("text");
        let place = out.len();
        out.push((depth, role, String::new()));
        for kid in self.array(element.get(b"K").expect("kids")) {
            let page = || element.get(b"Pg").and_then(Object::as_reference).expect("page");
            match kid {
                Object::Integer(number) => out[place].2.push_str(&self.marked[&(page(), *number)]),
                Object::Reference(kid) => {
                    let parent = self.pdf.get_dictionary(*kid).and_then(|kid| kid.get(b"P"));
                    assert_eq!(parent.and_then(Object::as_reference).expect("parent"), id);
                    self.element(*kid, depth + 1, out);
                }
                Object::Dictionary(kid) if kid.has(b"MCID") => {
                    let page = kid.get(b"Pg").and_then(Object::as_reference).expect("page");
                    let number = kid.get(b"MCID").and_then(Object::as_i64).expect("number");
                    out[place].2.push_str(&self.marked[&(page, number)]);
                }
                _ => out[place].2.push_str("(link)"),
            }
        }
    }

    fn texts(&self, role: &str) -> Vec<String> {
        self.elements().into_iter().filter(|(_, found, _)| found == role).map(|(_, _, text)| text).collect()
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).expect("UTF-16")
}

fn words(object: &Object) -> String {
    let bytes = object.as_str().expect("a string");
    bytes.strip_prefix(&[0xFE, 0xFF]).map_or_else(|| String::from_utf8(bytes.to_vec()).expect("text"), utf16)
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let bytes = write(&NAMES);
    assert!(bytes == write(&NAMES));
    assert!(bytes != write(&NAMES[1..]));
    // For those who want to look at it.
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

#[test]
fn a_companys_font_fills_the_gaps() {
    let bytes = include_bytes!("../../assets/fonts/NotoSansHebrew-Regular.ttf").to_vec();
    let fonts = [FontFile { name: "own.ttf".to_owned(), bytes }];
    let typesetter = Typesetter::new(&fonts).expect("fonts");
    // The sheqel sign is in the shipped Hebrew face too, which is asked first.
    let line = typesetter.line("₪ יעל", STYLE, None);
    assert!(line.runs.iter().all(|run| run.face < 6 && run.missing.is_none()));
}
