//! Reads a PDF back as a reader of its structure does.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document as Pdf, Object, ObjectId};

/// The file as a reader of its structure sees it.
pub(super) struct Reader {
    pub(super) pdf: Pdf,
    /// Text of each marked content by page and number.
    pub(super) marked: BTreeMap<(ObjectId, i64), String>,
}

impl Reader {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut reader = Self { pdf: Pdf::load_mem(bytes).expect("a PDF"), marked: BTreeMap::new() };
        for page in reader.pdf.page_iter().collect::<Vec<_>>() {
            reader.read(page);
        }
        reader
    }

    pub(super) fn dictionary<'a>(&'a self, object: &'a Object) -> &'a Dictionary {
        match object {
            Object::Reference(id) => self.dictionary(self.pdf.get_object(*id).expect("object")),
            Object::Stream(stream) => &stream.dict,
            other => other.as_dict().expect("dictionary"),
        }
    }

    pub(super) fn array<'a>(&'a self, object: &'a Object) -> &'a [Object] {
        match object {
            Object::Reference(id) => self.array(self.pdf.get_object(*id).expect("object")),
            other => other.as_array().expect("array"),
        }
    }

    pub(super) fn get<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> &'a Dictionary {
        self.dictionary(dictionary.get(key.as_bytes()).expect(key))
    }

    fn fonts(&self, page: ObjectId) -> BTreeMap<Vec<u8>, BTreeMap<Vec<u8>, String>> {
        let resources = self.get(self.pdf.get_dictionary(page).expect("page"), "Resources");
        let fonts = self.get(resources, "Font");
        fonts.iter().map(|(name, font)| (name.clone(), self.map(self.dictionary(font)))).collect()
    }

    /// Codes to text.
    pub(super) fn map(&self, font: &Dictionary) -> BTreeMap<Vec<u8>, String> {
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
    pub(super) fn elements(&self) -> Vec<(usize, String, String)> {
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

    pub(super) fn texts(&self, role: &str) -> Vec<String> {
        self.elements().into_iter().filter(|(_, found, _)| found == role).map(|(_, _, text)| text).collect()
    }
}

pub(super) fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).expect("UTF-16")
}

pub(super) fn words(object: &Object) -> String {
    let bytes = object.as_str().expect("a string");
    bytes.strip_prefix(&[0xFE, 0xFF]).map_or_else(|| String::from_utf8(bytes.to_vec()).expect("text"), utf16)
}
