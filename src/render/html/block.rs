//! Blocks of a document as HTML. What is written here is words and structure of the document, and nothing else.
//!
//! Every block that holds no others, and every row of a table, is a fact: it has a key of its own, by which
//! [`super::kept`] finds it on a company's page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::words::{Lines, folds, push, write};
use crate::render::chart::{Scene, svg};
use crate::render::doc::{Badge, Block, Heading, Kind, Part, Piece, Section, Tile, Tone, Words, text_of};
use crate::render::markup::escape;
use crate::render::text;

/// Letters of a badge that stands on one line.
const SHORT: usize = 16;

/// Writes the sections of one page, one after the other.
pub(super) struct Writer {
    pub(super) out: String,
    /// Every place that something may lead to.
    pub(super) places: BTreeSet<String>,
    /// Rules of the style sheet that the tables of this page need.
    pub(super) style: BTreeMap<String, String>,
    /// Whether readers can choose and sort rows.
    pub(super) handles: bool,
    /// The nearest place, and the heading that stands there.
    pub(super) scope: (String, String),
    /// Facts of the nearest place.
    facts: usize,
    ids: BTreeSet<String>,
    keys: BTreeSet<String>,
    names: BTreeSet<String>,
    figures: usize,
}

impl Writer {
    /// A writer for a page with these sections.
    pub(super) fn new(sections: &[Section], handles: bool) -> Self {
        let mut places = BTreeSet::new();
        for section in sections {
            places.insert(section.place.to_owned());
            each(&section.blocks, &mut |block| {
                match block {
                    Block::Part(part) => places.insert(part.heading.place.clone()),
                    Block::Heading(heading) => places.insert(heading.place.clone()),
                    Block::Grid { items, .. } => {
                        places.extend(items.iter().map(|(place, _)| place.clone()));
                        true
                    }
                    Block::Table(table) => {
                        places.extend(table.rows.iter().map(|row| row.place.clone()));
                        true
                    }
                    _ => true,
                };
            });
        }
        places.remove("");
        Self {
            out: String::new(),
            places,
            style: BTreeMap::new(),
            handles,
            scope: <(String, String)>::default(),
            facts: 0,
            // What the frame calls so.
            ids: BTreeSet::from(["content".to_owned()]),
            keys: BTreeSet::new(),
            // A section is a region that its title names.
            names: sections.iter().map(|section| section.title.clone()).collect(),
            figures: 0,
        }
    }

    /// What stands below the heading of a section.
    pub(super) fn section(&mut self, section: &Section) -> String {
        self.ids.extend([section.place.to_owned(), format!("{}-title", section.place)]);
        self.scope = (section.place.to_owned(), section.title.clone());
        self.facts = 0;
        self.blocks(&section.blocks);
        std::mem::take(&mut self.out)
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Part(part) => self.part(part),
            Block::Heading(heading) => self.heading(heading),
            Block::Paragraph { words, kind } => self.paragraph(words, class_of(*kind)),
            Block::List { numbered, items, dense } => self.list(*numbered, items, *dense),
            Block::Grid { items, .. } => self.grid(items),
            Block::Pairs { rows, terms } => self.pairs(rows, *terms),
            Block::Table(table) => self.table(table),
            Block::Figure { caption, scene, numbers } => {
                self.figure(caption, scene);
                if let Some(numbers) = numbers {
                    self.raw("<details class=\"screen\"><summary>");
                    self.words(&numbers.caption);
                    self.raw("</summary>");
                    self.table(numbers);
                    self.raw("</details>");
                }
            }
            Block::Verdict { badge, lines, large } => self.verdict(badge, lines, *large),
            Block::Box(blocks) => self.around("<div class=\"box\">", blocks, "</div>"),
            Block::Tally { of, entries } => self.tally(of, entries),
            Block::Tiles(tiles) => self.tiles(tiles),
            Block::Columns(columns) => {
                self.raw("<div class=\"columns\">");
                for (_, blocks) in columns.iter().filter(|(_, blocks)| !blocks.is_empty()) {
                    self.around("<div>", blocks, "</div>");
                }
                self.raw("</div>");
            }
            Block::Fold { title, blocks } => {
                self.raw("<details><summary>");
                self.words(title);
                self.raw("</summary>");
                self.around("", blocks, "</details>");
            }
            Block::Listing { title, text } => {
                let _ = write!(self.out, "<details class=\"screen\"><summary>{}</summary>", escape(title));
                let _ = write!(self.out, "<pre><code>{}</code></pre></details>", escape(text));
            }
            Block::Contents | Block::NewPage(_) => {}
        }
    }

    pub(super) fn raw(&mut self, html: &str) {
        self.out.push_str(html);
    }

    pub(super) fn words(&mut self, words: &[Piece]) {
        write(&mut self.out, words, &self.places, Lines::Several);
    }

    fn around(&mut self, before: &str, blocks: &[Block], after: &str) {
        self.raw(before);
        self.blocks(blocks);
        self.raw(after);
    }

    /// An attribute with a key that no other fact of the page has.
    pub(super) fn fact(&mut self, wanted: &str) -> String {
        let key = unique(&mut self.keys, wanted);
        format!(" data-fact=\"{}\"", escape(&key))
    }

    /// The same for the next block of the nearest place.
    pub(super) fn next_fact(&mut self) -> String {
        self.facts += 1;
        let key = format!("{}.{}", self.scope.0, self.facts);
        self.fact(&key)
    }

    /// An attribute that names the place, once; nothing for what has none.
    pub(super) fn id(&mut self, place: &str) -> String {
        let new = !place.is_empty() && self.ids.insert(place.to_owned());
        if new { format!(" id=\"{}\"", escape(place)) } else { String::new() }
    }

    /// The beginning of a part of the page that is scrolled, with a name that no other has.
    pub(super) fn region(&mut self, class: &str, name: &str) {
        let name = match text::visible(name, false) {
            name if self.names.contains(&*name) => format!("{name}: {}", self.scope.1),
            name => name.into_owned(),
        };
        let name = unique(&mut self.names, &name);
        let name = escape(&name);
        let _ = write!(self.out, "<div class=\"{class}\" role=\"region\" tabindex=\"0\" aria-label=\"{name}\">");
    }

    fn part(&mut self, part: &Part) {
        let place = &part.heading.place;
        let id = self.id(place);
        let _ = write!(self.out, "<section class=\"part\"{id}>");
        self.heading(&part.heading);
        if place.is_empty() {
            self.blocks(&part.blocks);
        } else {
            let inside = ((place.clone(), text_of(&part.heading.words)), 0);
            let (scope, facts) = (std::mem::replace(&mut self.scope, inside.0), std::mem::replace(&mut self.facts, 0));
            self.blocks(&part.blocks);
            (self.scope, self.facts) = (scope, facts);
        }
        self.raw("</section>");
    }

    fn heading(&mut self, heading: &Heading) {
        let level = heading.level.clamp(1, 6);
        // The title of the page names the section that it stands in.
        let place = if level == 1 { format!(" id=\"{}-title\"", self.scope.0) } else { self.id(&heading.place) };
        let small = if heading.small { " class=\"small\"" } else { "" };
        let fact = self.next_fact();
        let _ = write!(self.out, "<h{level}{place}{small}{fact}>");
        self.words(&heading.words);
        if !heading.aside.is_empty() {
            self.raw(" <span class=\"aside\">");
            self.words(&heading.aside);
            self.raw("</span>");
        }
        let _ = write!(self.out, "</h{level}>");
    }

    pub(super) fn paragraph(&mut self, words: &[Piece], class: &str) {
        let (name, class) = match (folds(words), class) {
            (false, "") => ("p", String::new()),
            (false, class) => ("p", format!(" class=\"{class}\"")),
            (true, class) => ("div", format!(" class=\"{}\"", format!("p {class}").trim_end())),
        };
        let fact = self.next_fact();
        let _ = write!(self.out, "<{name}{class}{fact}>");
        self.words(words);
        let _ = write!(self.out, "</{name}>");
    }

    /// Paragraphs of an item: one stands as it is.
    fn lines(&mut self, lines: &[Words]) {
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                self.raw("<br>");
            }
            self.words(line);
        }
    }

    fn list(&mut self, numbered: bool, items: &[Vec<Words>], dense: bool) {
        let name = if numbered { "ol" } else { "ul" };
        let fact = self.next_fact();
        let _ = write!(self.out, "<{name}{}{fact}>", if dense { " class=\"dense\"" } else { "" });
        for item in items {
            self.raw("<li>");
            self.lines(item);
            self.raw("</li>");
        }
        let _ = write!(self.out, "</{name}>");
    }

    fn grid(&mut self, items: &[(String, Words)]) {
        let fact = self.next_fact();
        let _ = write!(self.out, "<ul class=\"grid\"{fact}>");
        for (place, words) in items {
            let id = self.id(place);
            let _ = write!(self.out, "<li{id}>");
            self.words(words);
            self.raw("</li>");
        }
        self.raw("</ul>");
    }

    fn pairs(&mut self, rows: &[(Words, Vec<Words>)], terms: u8) {
        let fact = self.next_fact();
        let _ = write!(self.out, "<dl class=\"{}\"{fact}>", if terms == 0 { "pairs" } else { "terms" });
        for (term, lines) in rows {
            self.raw("<div><dt>");
            self.words(term);
            self.raw("</dt><dd>");
            self.lines(lines);
            self.raw("</dd></div>");
        }
        self.raw("</dl>");
    }

    fn figure(&mut self, caption: &[Piece], scene: &Scene) {
        let fact = self.next_fact();
        let _ = write!(self.out, "<figure><figcaption{fact}>");
        self.words(caption);
        self.raw("</figcaption>");
        self.region("scroll", &scene.title);
        self.scene(scene);
        self.raw("</div></figure>");
    }

    fn scene(&mut self, scene: &Scene) {
        self.figures += 1;
        let drawing = svg(scene, &format!("g{}", self.figures));
        self.raw(&drawing);
    }

    fn verdict(&mut self, badge: &Badge, lines: &[Words], large: bool) {
        let tone = tone(badge.tone());
        let fact = self.next_fact();
        let large = if large { " large" } else { "" };
        let _ = write!(self.out, "<div class=\"verdict {tone}{large}\"{fact}>");
        for (index, line) in lines.iter().enumerate() {
            self.raw(if folds(line) { "<div class=\"p\">" } else { "<p>" });
            if index == 0 {
                self.badge(badge);
                self.raw(" ");
            }
            self.words(line);
            self.raw(if folds(line) { "</div>" } else { "</p>" });
        }
        self.raw("</div>");
    }

    pub(super) fn badge(&mut self, badge: &Badge) {
        let (tone, shape) = (tone(badge.tone()), badge.shape());
        // What is long may stand on two lines, so that no column collapses beside it.
        let short = if badge.words().len() <= SHORT { " k" } else { "" };
        let _ = write!(self.out, "<span class=\"badge {tone}{short}\"><span aria-hidden=\"true\">{shape}</span> ");
        push(&mut self.out, badge.words(), Lines::Several);
        self.raw("</span>");
    }

    fn tally(&mut self, of: &str, entries: &[(Badge, u64)]) {
        let fact = self.next_fact();
        let _ = write!(self.out, "<p class=\"tally\"{fact}>{}", escape(of));
        for (badge, count) in entries {
            self.raw(" <span class=\"k\">");
            self.badge(badge);
            let _ = write!(self.out, " {}</span>", text::count(*count));
        }
        self.raw("</p>");
    }

    fn tiles(&mut self, tiles: &[Tile]) {
        let fact = self.next_fact();
        let _ = write!(self.out, "<dl class=\"tiles\"{fact}>");
        for tile in tiles {
            self.raw("<div><dt>");
            push(&mut self.out, &tile.what, Lines::Several);
            self.raw("</dt><dd class=\"figure\">");
            push(&mut self.out, &tile.before, Lines::Several);
            let _ = write!(self.out, " <strong>{}</strong> ", escape(&tile.figure));
            push(&mut self.out, &tile.over, Lines::Several);
            if !tile.beside.is_empty() {
                self.raw("<span class=\"beside\">");
                push(&mut self.out, &tile.beside, Lines::Several);
                self.raw("</span>");
            }
            self.raw("</dd>");
            if tile.change.is_some() || tile.trend.is_some() {
                self.raw("<dd class=\"change\">");
                if let Some(scene) = &tile.trend {
                    self.scene(scene);
                }
                self.words(tile.change.as_deref().unwrap_or_default());
                self.raw("</dd>");
            }
            self.raw("</div>");
        }
        self.raw("</dl>");
    }
}

/// Every block, with those inside others.
fn each<'d>(blocks: &'d [Block], seen: &mut impl FnMut(&'d Block)) {
    for block in blocks {
        seen(block);
        match block {
            Block::Part(Part { blocks, .. }) | Block::Box(blocks) | Block::Fold { blocks, .. } => each(blocks, seen),
            Block::Columns(columns) => columns.iter().for_each(|(_, blocks)| each(blocks, seen)),
            _ => {}
        }
    }
}

/// The name, with a number where it is taken.
fn unique(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{wanted} {number}");
        number += 1;
    }
    name
}

fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Body => "",
        Kind::Eyebrow => "eyebrow",
        Kind::Lead => "lead",
        Kind::Note => "note",
        Kind::Alert => "alert",
    }
}

/// The class that colours a badge.
pub(super) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Over => "s-over",
        Tone::Unsure => "s-unsure",
        Tone::Waived => "s-waived",
        Tone::Within => "s-within",
        Tone::Neutral => "s-neutral",
        Tone::Critical => "s-critical",
        Tone::High => "s-high",
        Tone::Medium => "s-medium",
        Tone::Low => "s-low",
    }
}
