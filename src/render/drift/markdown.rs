//! The comparison as Markdown, for tickets and chats: GitHub's tables, nothing that a renderer could run.

use std::fmt::Write as _;

use super::{Digest, Table};
use crate::render::text;

/// The digest as Markdown.
pub fn markdown(digest: &Digest) -> String {
    let (title, result) = (plain(&digest.title), digest.result.words());
    let mut out = format!("# {title}\n\n**{result}: {}**\n\n{}.\n", plain(&digest.sentence), plain(&digest.reference));
    out.push('\n');
    for line in digest.headline.iter().chain(&digest.points) {
        let _ = writeln!(out, "- {}", plain(line));
    }
    let _ = write!(out, "\nVerdict now: {}\n\n", plain(&digest.verdict));
    if let Some(exceptions) = &digest.exceptions {
        let _ = write!(out, "{}\n\n", plain(exceptions));
    }
    list(&mut out, "What explains numbers", &digest.context);
    for section in &digest.sections {
        let _ = write!(out, "## {}\n\n{}\n\n", plain(&section.title), section.class.meaning());
        for line in &section.lines {
            let _ = writeln!(
                out,
                "- **{}** {}: {} `{}`",
                line.severity,
                plain(&line.what),
                plain(&line.why),
                text::visible(&line.place(), false).replace('`', "'")
            );
        }
        out.push('\n');
    }
    if let Some(cut) = &digest.cut {
        let _ = write!(out, "{}\n\n", plain(cut));
    }
    list(&mut out, "As before", &digest.standing);
    for table in &digest.tables {
        rows(&mut out, table);
    }
    for line in &digest.end {
        let _ = writeln!(out, "{}", plain(line));
    }
    out
}

fn list(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(out, "## {title}\n\n");
    for line in lines {
        let _ = writeln!(out, "- {}", plain(line));
    }
    out.push('\n');
}

fn rows(out: &mut String, table: &Table) {
    let _ = write!(out, "## {}\n\n| {} |\n|", table.title, table.columns.join(" | "));
    for _ in &table.columns {
        out.push_str("---|");
    }
    out.push('\n');
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out.push('\n');
}

/// Text that Markdown leaves alone, on one line.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text::visible(text, false).chars() {
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '@' => {
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
}
