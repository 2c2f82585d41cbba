//! Whatever the document says stands in the terminal and in Markdown as well.

use overstay::render::doc::{Block, Document, Edition, Line, Part, Table, Words, document, text_of};
use overstay::render::{Brand, markdown, terminal};

use super::fixture;

fn blocks(document: Document) -> Vec<Block> {
    document.sections.into_iter().flat_map(|section| section.blocks).collect()
}

fn documents() -> Vec<Vec<Block>> {
    let reports = [fixture::report(), fixture::empty()];
    let both = |report| [Edition::Short, Edition::Full].map(|edition| document(report, &Brand::default(), edition));
    reports.iter().flat_map(both).map(blocks).collect()
}

/// Every paragraph and every line of a cell.
fn said(blocks: &[Block], out: &mut Vec<String>) {
    let words = |words: &Words, out: &mut Vec<String>| out.push(text_of(words));
    for block in blocks {
        match block {
            Block::Part(Part { heading, blocks }) => {
                words(&heading.words, out);
                said(blocks, out);
            }
            Block::Heading(heading) => words(&heading.words, out),
            Block::Paragraph { words: one, .. } => words(one, out),
            Block::List { items, .. } => {
                for one in items.iter().flatten() {
                    words(one, out);
                }
            }
            Block::Grid { items, .. } => {
                for (_, one) in items {
                    words(one, out);
                }
            }
            Block::Pairs { rows, .. } => {
                for (term, lines) in rows {
                    words(term, out);
                    for one in lines {
                        words(one, out);
                    }
                }
            }
            Block::Table(table) => cells(table, out),
            Block::Figure { caption, numbers, .. } => {
                words(caption, out);
                if let Some(table) = numbers {
                    cells(table, out);
                }
            }
            Block::Verdict { badge, lines, .. } => {
                out.push(badge.words().to_owned());
                for one in lines {
                    words(one, out);
                }
            }
            Block::Box(blocks) => said(blocks, out),
            Block::Tally { of, entries } => {
                out.push(of.clone());
                out.extend(entries.iter().map(|(badge, count)| format!("{count} {}", badge.words())));
            }
            Block::Tiles(tiles) => {
                for tile in tiles {
                    out.extend([&tile.figure, &tile.over, &tile.beside, &tile.metrics].map(String::clone));
                }
            }
            Block::Columns(columns) => {
                for (_, blocks) in columns {
                    said(blocks, out);
                }
            }
            Block::Fold { title, blocks } => {
                words(title, out);
                said(blocks, out);
            }
            Block::Listing { title, text } => {
                out.push(title.clone());
                out.extend(text.lines().map(str::to_owned));
            }
            Block::Contents | Block::NewPage(_) => {}
        }
    }
}

fn cells(table: &Table, out: &mut Vec<String>) {
    out.push(text_of(&table.caption));
    for row in &table.rows {
        out.extend(row.group.iter().flatten().map(|words| text_of(words)));
        for line in table.cells(row).iter().flatten() {
            match line {
                Line::Words(words) => out.push(text_of(words)),
                Line::Badge(badge) => out.push(badge.words().to_owned()),
                Line::Bar(_) | Line::Page(_) => {}
            }
        }
    }
}

/// The words of a text, without anything that a form may set between them.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn nothing_is_lost() {
    for blocks in documents() {
        let mut all = Vec::new();
        said(&blocks, &mut all);
        // What a form writes otherwise: signs of markup, and hidden characters.
        let simple = |text: &&String| !text.contains(|c: char| "<>&".contains(c) || c.is_control() || !c.is_ascii());
        all.sort();
        all.dedup();
        let forms = [terminal::blocks(&blocks, 1_000_000, false), markdown::blocks(&blocks)].map(|form| words(&form));
        let mut compared = 0;
        for text in all.iter().filter(simple) {
            for form in &forms {
                assert!(form.contains(&words(text)), "{text}");
            }
            compared += 1;
        }
        assert!(compared > 100, "{compared}");
    }
}

#[test]
fn no_line_of_a_terminal_is_too_long() {
    for blocks in documents() {
        for width in [40, 80, 120] {
            let text = terminal::blocks(&blocks, width, false);
            let widest = text.lines().max_by_key(|line| line.chars().count()).expect("a line");
            assert!(widest.chars().count() <= width, "{widest}");
            assert!(!text.contains("\n\n\n") && !text.starts_with('\n') && !text.ends_with("\n\n"));
        }
    }
}
