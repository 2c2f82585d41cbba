//! The document as lines for a terminal. Colour only repeats what the words say.

pub(in crate::render) mod layout;
mod table;

use self::layout::{Page, clean};
use super::doc::{self, Block, Heading, Kind, Part, Tile, Words};
use super::text;
use crate::report::Report;

/// Narrower than this nothing can be laid out; such widths are treated as this one.
const NARROWEST: usize = 40;

/// The report in some forty lines, each at most `width` columns, ending in a line end.
///
/// `pack` is where the evidence pack was written, if it was.
pub fn summary(report: &Report, width: usize, colour: bool, pack: Option<&str>) -> String {
    blocks(&doc::summary(report, pack), width, colour)
}

/// Blocks of a document, in lines of at most `width` columns, ending in a line end.
pub fn blocks(blocks: &[Block], width: usize, colour: bool) -> String {
    let mut page = Page::new(width.max(NARROWEST), colour);
    lay(&mut page, blocks);
    page.finish()
}

/// Text without anything that a terminal would obey.
pub(super) fn said(words: &Words) -> String {
    words.iter().map(|piece| clean(&piece.text)).collect()
}

fn lay(page: &mut Page, blocks: &[Block]) {
    let mut before: Option<&Block> = None;
    for block in blocks {
        if before.is_some_and(|before| stand_apart(before, block)) {
            page.gap();
        }
        match block {
            Block::Table(table) => table::table(page, table, !block.is_headed_by(before)),
            _ => one(page, block),
        }
        before = Some(block);
    }
}

/// Whether an empty line stands between two blocks.
fn stand_apart(before: &Block, after: &Block) -> bool {
    let large = |block: &Block| {
        matches!(
            block,
            Block::Part(_)
                | Block::Table(_)
                | Block::Pairs { .. }
                | Block::Figure { .. }
                | Block::Verdict { .. }
                | Block::Box(_)
                | Block::Columns(_)
                | Block::Fold { .. }
                | Block::Listing { .. }
        )
    };
    match (before, after) {
        (Block::Heading(_), Block::Verdict { .. }) | (_, Block::Heading(_)) => true,
        // What belongs to a verdict stands right below it, as what belongs to a heading does.
        (Block::Heading(_), _)
        | (Block::Verdict { .. }, Block::Tiles(_) | Block::List { .. } | Block::Paragraph { .. }) => false,
        _ => large(before) || large(after),
    }
}

fn one(page: &mut Page, block: &Block) {
    match block {
        Block::Part(Part { heading, blocks }) => {
            title(page, heading);
            lay(page, blocks);
        }
        Block::Heading(heading) => title(page, heading),
        Block::Paragraph { words, kind: Kind::Alert } => page.wrap("! ", &said(words)),
        Block::Paragraph { words, .. } => page.wrap("", &said(words)),
        Block::List { numbered, items, .. } => {
            for (index, item) in items.iter().enumerate() {
                let mark = if *numbered { format!("{}. ", index + 1) } else { "- ".to_owned() };
                under(page, &mark, item);
            }
        }
        Block::Grid { items, .. } => {
            let all: Vec<String> = items.iter().map(|(_, words)| said(words)).collect();
            page.wrap("", &all.join("; "));
        }
        Block::Pairs { rows, .. } => {
            for (term, lines) in rows {
                pair(page, term, lines);
            }
        }
        Block::Table(table) => table::table(page, table, true),
        Block::Figure { caption, numbers, .. } => {
            page.wrap("", &said(caption));
            if let Some(numbers) = numbers {
                table::table(page, numbers, true);
            }
        }
        Block::Verdict { badge, lines, .. } => {
            let words = page.toned(badge.tone(), badge.words());
            let wide = layout::width(badge.words());
            page.wrap_after(&words, wide, &lines.first().map(said).unwrap_or_default());
            for line in lines.iter().skip(1) {
                page.wrap("", &said(line));
            }
        }
        Block::Box(blocks) => lay(page, blocks),
        Block::Tally { of, entries } => page.wrap("", &doc::words_of_tally(of, entries)),
        Block::Tiles(tiles) => {
            for tile in tiles {
                page.wrap("", &clean(&figure(tile)));
            }
        }
        Block::Columns(columns) => {
            for (index, (_, blocks)) in columns.iter().enumerate() {
                if index > 0 {
                    page.gap();
                }
                lay(page, blocks);
            }
        }
        Block::Fold { title, blocks } => {
            page.wrap("", &said(title));
            lay(page, blocks);
        }
        Block::Listing { title, text } => {
            page.wrap("", &clean(title));
            for line in text.lines() {
                page.wrap("  ", &clean(line));
            }
        }
        // Leads to pages, which there are none.
        Block::Contents | Block::NewPage(_) => {}
    }
}

fn title(page: &mut Page, heading: &Heading) {
    let aside = said(&heading.aside);
    let aside = if aside.is_empty() { aside } else { format!(" ({aside})") };
    page.wrap("", &format!("{}{aside}", said(&heading.words)));
}

/// Paragraphs behind a mark.
fn under(page: &mut Page, mark: &str, lines: &[Words]) {
    let blank = " ".repeat(mark.len());
    for (index, line) in lines.iter().enumerate() {
        page.wrap_under(if index == 0 { mark } else { &blank }, &said(line));
    }
}

fn pair(page: &mut Page, term: &Words, lines: &[Words]) {
    if let [line] = lines {
        page.wrap("", &format!("{}: {}", said(term), said(line)));
    } else {
        page.wrap("", &format!("{}:", said(term)));
        for line in lines {
            page.wrap("  ", &said(line));
        }
    }
}

/// A figure that stands large elsewhere, as a sentence.
pub(super) fn figure(tile: &Tile) -> String {
    let number = [tile.before.as_str(), &tile.figure].into_iter().filter(|part| !part.is_empty());
    let number = number.collect::<Vec<_>>().join(" ");
    let parts = [&tile.over, &tile.beside].into_iter().filter(|part| !part.is_empty());
    let parts = parts.map(String::as_str).collect::<Vec<_>>().join("; ");
    let by = if tile.metrics.is_empty() { String::new() } else { format!(" ({})", tile.metrics) };
    let change = tile.change.as_ref().map(|change| format!("; {}", doc::text_of(change))).unwrap_or_default();
    text::capital(&format!("{}: {number}, {parts}{by}{change}.", tile.what))
}
