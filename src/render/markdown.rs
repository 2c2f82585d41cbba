//! The document as Markdown, for tickets, chats and the summaries of jobs: GitHub's tables, nothing that a renderer could run.

use std::fmt::Write as _;

use super::doc::{Block, Heading, Kind, Line, Look, Part, Row, Table, Words, words_of_bar, words_of_tally};
use super::{terminal, text};

/// Blocks of a document as Markdown, ending in a line end.
pub fn blocks(blocks: &[Block]) -> String {
    let mut out = String::new();
    lay(&mut out, blocks);
    format!("{}\n", out.trim_end())
}

/// Each block ends in an empty line.
fn lay(out: &mut String, blocks: &[Block]) {
    let mut before = None;
    for block in blocks {
        match block {
            Block::Table(table) => self::table(out, table, !block.is_headed_by(before)),
            _ => one(out, block),
        }
        before = Some(block);
    }
}

fn one(out: &mut String, block: &Block) {
    match block {
        Block::Part(Part { heading, blocks }) => {
            title(out, heading);
            lay(out, blocks);
        }
        Block::Heading(heading) => title(out, heading),
        Block::Paragraph { words, kind: Kind::Alert } => paragraph(out, &format!("**!** {}", said(words))),
        Block::Paragraph { words, .. } => paragraph(out, &said(words)),
        Block::List { numbered, items, .. } => {
            let mark = if *numbered { "1. " } else { "- " };
            for item in items {
                entry(out, mark, &item.iter().map(said).collect::<Vec<_>>());
            }
            out.push('\n');
        }
        Block::Grid { items, .. } => {
            paragraph(out, &items.iter().map(|(_, words)| said(words)).collect::<Vec<_>>().join("; "));
        }
        Block::Pairs { rows, .. } => {
            // Paragraphs: a list right after another one would be a part of it.
            for (term, lines) in rows {
                let term = bold(&said(term));
                if let [line] = &lines[..] {
                    paragraph(out, &format!("{term}: {}", said(line)));
                    continue;
                }
                paragraph(out, &format!("{term}:"));
                for line in lines {
                    entry(out, "- ", &[said(line)]);
                }
                out.push('\n');
            }
        }
        Block::Table(table) => self::table(out, table, true),
        Block::Figure { caption, numbers, .. } => {
            paragraph(out, &said(caption));
            if let Some(numbers) = numbers {
                table(out, numbers, true);
            }
        }
        Block::Verdict { badge, lines, .. } => {
            let first = lines.first().map(said).unwrap_or_default();
            paragraph(out, &bold(&format!("{}: {first}", plain(badge.words()))));
            for line in lines.iter().skip(1) {
                paragraph(out, &said(line));
            }
        }
        Block::Box(blocks) => lay(out, blocks),
        Block::Tally { of, entries } => paragraph(out, &plain(&words_of_tally(of, entries))),
        Block::Tiles(tiles) => {
            for tile in tiles {
                entry(out, "- ", &[plain(&terminal::figure(tile))]);
            }
            out.push('\n');
        }
        Block::Columns(columns) => {
            for (_, blocks) in columns {
                lay(out, blocks);
            }
        }
        Block::Fold { title, blocks } => {
            paragraph(out, &bold(&said(title)));
            lay(out, blocks);
        }
        Block::Listing { title, text } => {
            paragraph(out, &bold(&plain(title)));
            // Four blanks: no line of the text can end a listing that is marked by them.
            for line in text.lines() {
                let _ = writeln!(out, "    {}", text::visible(line, false));
            }
            out.push('\n');
        }
        // Leads to pages, which there are none.
        Block::Contents | Block::NewPage(_) => {}
    }
}

fn title(out: &mut String, heading: &Heading) {
    let aside = said(&heading.aside);
    let aside = if aside.is_empty() { aside } else { format!(" ({aside})") };
    paragraph(out, &format!("{} {}{aside}", "#".repeat(heading.level.into()), said(&heading.words)));
}

fn paragraph(out: &mut String, words: &str) {
    let _ = write!(out, "{words}\n\n");
}

/// An item of a list; further lines of it are a list below its first one.
fn entry(out: &mut String, mark: &str, lines: &[String]) {
    let below = format!("\n{}- ", " ".repeat(mark.len()));
    let _ = writeln!(out, "{mark}{}", lines.join(&below));
}

/// Columns; but where rows head others, a list below each of those, because a table of Markdown has no such rows.
fn table(out: &mut String, table: &Table, captioned: bool) {
    if captioned {
        paragraph(out, &bold(&said(&table.caption)));
    }
    if let Some(more) = &table.more {
        paragraph(out, &said(&more.words()));
    }
    if table.rows.iter().any(|row| row.group.is_some()) {
        for row in &table.rows {
            in_list(out, table, row);
        }
        out.push('\n');
        return;
    }
    let heads: Vec<String> = table.columns.iter().map(|column| plain(&column.title)).collect();
    let _ = write!(out, "| {} |\n|", heads.join(" | "));
    for column in &table.columns {
        out.push_str(if column.number { "---:|" } else { "---|" });
    }
    out.push('\n');
    for row in &table.rows {
        let cells: Vec<String> = table.cells(row).iter().map(|cell| lines(cell).join("<br>")).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out.push('\n');
}

fn in_list(out: &mut String, table: &Table, row: &Row) {
    if let Some(words) = &row.group {
        let before = if out.ends_with("\n\n") { "" } else { "\n" };
        let _ = write!(out, "{before}{}\n\n", words.iter().map(said).collect::<Vec<_>>().join("\n\n"));
        return;
    }
    let cells = table.columns.iter().zip(table.cells(row)).enumerate().filter(|(_, (_, cell))| !cell.is_empty());
    let said = cells.map(|(index, (column, cell))| {
        let words = lines(&cell).join(" ");
        if index == table.head { words } else { format!("{}: {words}", plain(&column.title)) }
    });
    entry(out, "- ", &said.collect::<Vec<_>>());
}

fn lines(cell: &[Line]) -> Vec<String> {
    let line = |line: &Line| match line {
        Line::Words(words) => Some(said(words)),
        Line::Badge(badge) => Some(bold(&plain(badge.words()))),
        Line::Bar(parts) => Some(plain(&words_of_bar(parts))),
        Line::Page(_) => None,
    };
    cell.iter().filter_map(line).collect()
}

fn said(words: &Words) -> String {
    let piece = |text: &str, look: Look| match look {
        Look::Strong | Look::Alert => bold(&plain(text)),
        // A bar would end the cell of a table, and between backticks there is no way to write it that holds everywhere.
        Look::Code if !text.contains('|') => format!("`{}`", text::visible(text, false).replace('`', "'")),
        Look::Plain | Look::Quiet | Look::Code => plain(text),
    };
    words.iter().map(|one| piece(&text::shown(&one.text), one.look)).collect()
}

/// Bold; blanks at its ends stand outside, where Markdown wants them.
fn bold(words: &str) -> String {
    let inner = words.trim();
    if inner.is_empty() || inner.contains("**") {
        return words.to_owned();
    }
    let (before, after) = words.split_at(words.len() - words.trim_start().len());
    format!("{before}**{inner}**{}", &after[inner.len()..])
}

/// Text that Markdown leaves alone, on one line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text::visible(text, false).chars() {
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '@' | '$' => {
                out.push('\\');
                out.push(character);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_data_is_markup() {
        assert_eq!(plain("<b>*x* | [a](b) @all `c`"), "&lt;b&gt;\\*x\\* \\| \\[a\\](b) \\@all \\`c\\`");
        assert_eq!(plain("a\nb"), "a\\[U+000A\\]b");
    }

    #[test]
    fn bold_keeps_its_blanks_outside() {
        assert_eq!(bold("Verdict now: "), "**Verdict now:** ");
        assert_eq!(bold(" a"), " **a**");
        assert_eq!(bold(""), "");
    }
}
