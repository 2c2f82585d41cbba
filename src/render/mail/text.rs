//! The text part of a mail: 72 columns, nothing but words and line ends.

use super::words::{Grid, Words};
use crate::render::terminal::layout::{Page, clean};

/// Columns; what mail programs quote without breaking a line.
const COLUMNS: usize = 72;

pub(super) fn text(words: &Words) -> String {
    let mut page = Page::new(COLUMNS, false);
    page.wrap_after(&words.result.to_uppercase(), words.result.len(), &clean(&words.sentence));
    for line in [&words.part].into_iter().filter(|line| !line.is_empty()) {
        page.wrap_under("", &clean(line));
    }
    for line in words.headline.iter().chain(&words.points) {
        page.wrap_under("* ", &clean(line));
    }
    page.gap();
    page.wrap("", &clean(&words.title));
    page.wrap("", &clean(&words.reference));
    for table in &words.systems {
        grid(&mut page, table);
    }
    list(&mut page, "WHAT EXPLAINS NUMBERS", &words.context);
    for section in &words.sections {
        head(&mut page, &section.title.to_uppercase());
        page.wrap("", section.meaning);
        for line in &section.lines {
            page.wrap_under("* ", &format!("{}: {}", line.severity, clean(&line.what)));
            page.wrap_under("  ", &clean(&line.why));
            page.wrap_under("  ", &clean(&line.id));
        }
        if !section.more.is_empty() {
            page.line(&section.more);
        }
    }
    if !words.counted.is_empty() {
        page.gap();
        let label = if words.sections.is_empty() { "In all" } else { "Also" };
        page.wrap_after(label, label.len(), &clean(&words.counted));
    }
    for table in &words.tables {
        grid(&mut page, table);
    }
    head(&mut page, "THE WHOLE REPORT");
    page.wrap("", &clean(&words.whole));
    list(&mut page, "FILES OF THE PACK", &words.notes);
    page.gap();
    page.line(&"-".repeat(COLUMNS));
    for line in &words.end {
        page.wrap_under("", &clean(line));
    }
    page.finish()
}

fn head(page: &mut Page, title: &str) {
    page.gap();
    page.wrap("", &clean(title));
}

fn list(page: &mut Page, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    head(page, title);
    for line in lines {
        page.wrap_under("* ", &clean(line));
    }
}

/// One sentence per row: a table of this width would cut what matters.
fn grid(page: &mut Page, table: &Grid) {
    head(page, &table.title.to_uppercase());
    for row in &table.rows {
        let said: Vec<_> =
            [&row.first, &row.rest].into_iter().filter(|text| !text.is_empty()).map(|text| clean(text)).collect();
        page.wrap_under("* ", &format!("{}: {}", clean(&row.name), said.join("; ")));
    }
    if !table.more.is_empty() {
        page.line(&table.more);
    }
}
