//! The packs of a folder as a table for a terminal.

use crate::render::terminal::layout::{Page, clean, fit, right, width};
use crate::render::{facts, text};
use crate::report::history::HistoryRow;
use crate::time;

/// One line per pack, the earliest first.
pub fn history(rows: &[HistoryRow], columns: usize) -> String {
    let mut page = Page::new(columns.max(40), false);
    if rows.is_empty() {
        page.wrap("", "No pack stands directly in this folder.");
        return page.finish();
    }
    let cells = |row: &HistoryRow| {
        let [former, access, keys] = facts::headline(&row.headline);
        [
            format!("{}{}", clean(&row.period), if row.accepted { " *" } else { "" }),
            time::day(row.as_of.0),
            row.status.words_of_all().to_owned(),
            text::of(row.not_met[0], row.not_met[1]),
            text::count(row.findings),
            former.number(),
            access.number(),
            keys.number(),
            clean(row.pack.as_deref().unwrap_or_default()).into_owned(),
        ]
    };
    let heads =
        ["period", "as of", "verdict", "over limit", "findings", "former staff", "days of access", "keys", "pack"]
            .map(str::to_owned);
    let lines: Vec<[String; 9]> = std::iter::once(heads).chain(rows.iter().map(cells)).collect();
    let wide = |column: usize| lines.iter().map(|line| width(&line[column])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..9).map(wide).collect();
    for line in &lines {
        let aligned = line.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if (3..8).contains(&column) { right(cell, *width) } else { fit(cell, *width) }
        });
        page.line(&aligned.collect::<Vec<_>>().join("  "));
    }
    if rows.iter().any(|row| row.accepted) {
        page.blank();
        page.wrap("", "* accepted as the baseline");
    }
    page.finish()
}
