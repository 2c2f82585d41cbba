//! A document of two pages, set by hand.

use std::collections::BTreeMap;

use base64::Engine as _;
use overstay::render::brand::Picture;
use overstay::render::chart::{Anchor, Mark as Shape, Role as Part, Scene};
use overstay::render::pdf::draw;
use overstay::render::pdf::page::{Bookmark, Document, Item, Link, Mark, Node, NodeId, Page, Role, Target};
use overstay::render::pdf::text::{Span, Style, Typesetter};

pub(super) const STYLE: Style = Style { size: 10.0, bold: false, tabular: false, colour: [0x17, 0x20, 0x2c] };
pub(super) const HEAD: Style = Style { size: 16.0, bold: true, ..STYLE };

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
        self.text(node, 50.0, 495.0, &[Span::plain(text, style)])
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

pub(super) fn document(typesetter: &Typesetter<'_>, names: &[&str]) -> Document {
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
        Span::plain(long, STYLE),
        Span { link, ..Span::plain("the names", Style { bold: true, ..STYLE }) },
        Span::plain(" for more.", STYLE),
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
    let list = set.node(section, Role::List);
    let item = set.node(list, Role::ListItem);
    let label = set.node(item, Role::Label);
    set.plain(label, "1.", STYLE);
    let body = set.node(item, Role::ListBody);
    set.plain(body, "In a list", STYLE);
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
pub(super) fn logo() -> Picture {
    let file =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAF0lEQVR42mP4z8DwHwgbGID0f05OTgYAOy0Fl8R2K9cAAAAASUVORK5CYII=";
    let bytes = base64::engine::general_purpose::STANDARD.decode(file).expect("base64");
    Picture { media_type: "image/png", bytes, width: 2, height: 2, alternative: "Acme".to_owned() }
}
