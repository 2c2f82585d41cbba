//! The comparison in a terminal: the sentence first, then what explains numbers, then what changed.

use super::{Digest, Table};
use crate::render::terminal::layout::{Page, clean, fit, width};
use crate::report::drift::DriftResult;

/// Narrower than this nothing can be laid out.
const NARROWEST: usize = 40;

/// The digest as lines of at most `columns` columns. Colour only repeats what the words say.
pub fn terminal(digest: &Digest, columns: usize, colour: bool) -> String {
    let mut page = Page::new(columns.max(NARROWEST), colour);
    page.wrap("", &clean(&digest.title));
    page.wrap("", &clean(&digest.reference));
    page.blank();
    let code = match digest.result {
        DriftResult::Worse => "1;31",
        DriftResult::Better => "1;32",
        DriftResult::Changed | DriftResult::Unchanged => "1",
    };
    let word = digest.result.words();
    let shown = if colour { format!("\u{1b}[{code}m{word}\u{1b}[0m") } else { word.to_owned() };
    page.wrap_after(&shown, word.len(), &clean(&digest.sentence));
    for line in digest.headline.iter().chain(&digest.points) {
        page.wrap_under("- ", &clean(line));
    }
    page.wrap("", &format!("Verdict now: {}", clean(&digest.verdict)));
    if let Some(exceptions) = &digest.exceptions {
        page.wrap("", exceptions);
    }
    list(&mut page, "What explains numbers", &digest.context);
    for section in &digest.sections {
        page.blank();
        page.wrap("", &clean(&section.title));
        page.wrap("  ", section.class.meaning());
        for line in &section.lines {
            page.wrap("  ", &format!("{} {}", line.severity, clean(&line.what)));
            page.wrap("      ", &clean(&line.why));
            page.wrap("      ", &clean(&line.place()));
        }
    }
    if let Some(cut) = &digest.cut {
        page.blank();
        page.wrap("", cut);
    }
    list(&mut page, "As before", &digest.standing);
    for table in &digest.tables {
        rows(&mut page, table);
    }
    page.blank();
    for line in &digest.end {
        page.wrap("", &clean(line));
    }
    page.finish()
}

fn list(page: &mut Page, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    page.blank();
    page.wrap("", title);
    for line in lines {
        page.wrap("  ", &clean(line));
    }
}

/// A table when it fits, else one line per row; rows with a very long cell have a line for each.
fn rows(page: &mut Page, table: &Table) {
    page.blank();
    page.wrap("", &table.title);
    let wide = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(&clean(cell)));
        cells.chain([width(table.columns[column])]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.columns.len()).map(wide).collect();
    let fits = widths.iter().sum::<usize>() + 2 * widths.len() <= page.width;
    if widths.iter().any(|width| *width > page.width) {
        return stacked(page, table);
    }
    let heads: Vec<String> = table.columns.iter().map(|head| (*head).to_owned()).collect();
    for row in [heads].iter().chain(&table.rows) {
        if fits {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| fit(&clean(cell), *width)).collect();
            page.line(&format!("  {}", cells.join("  ")));
        } else {
            page.wrap("  ", &clean(&row.join(" | ")));
        }
    }
}

fn stacked(page: &mut Page, table: &Table) {
    for row in &table.rows {
        for (index, (head, cell)) in table.columns.iter().zip(row).enumerate() {
            if index == 0 {
                page.wrap("  ", &clean(cell));
            } else {
                page.wrap("      ", &format!("{head}: {}", clean(cell)));
            }
        }
    }
}
