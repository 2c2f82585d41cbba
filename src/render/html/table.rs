//! Tables: in rows where there is room, as cards on small screens, with handles to choose and sort rows.

use std::fmt::Write as _;

use super::block::Writer;
use super::facet::Facets;
use super::words::{Lines, push, write};
use crate::render::doc::{
    BarPart, Column, Field, Forms, Handles, Line, Row, Table, TableLook, Value, text_of, words_of_bar,
};
use crate::render::text;

/// Columns of a narrow table that fits every screen, and of another one.
const NARROW_FITS: usize = 3;
const FITS: usize = 2;
/// Columns of a card; a table of more is one of numbers, and scrolled.
const CARD: usize = 6;
/// Width of the bar that stands for a population.
const BAR: u64 = 60;

/// A column as it stands on the page.
struct Shown<'t> {
    column: &'t Column,
    /// Its place among the columns of the table.
    at: usize,
    /// To be filled in by hand.
    blank: bool,
}

impl Writer {
    pub(super) fn table(&mut self, table: &Table) {
        if let Some(more) = &table.more {
            self.paragraph(&more.words(), "note");
        }
        let cells: Vec<Vec<Vec<Line>>> = table.rows.iter().map(|row| table.cells(row)).collect();
        let columns = shown(table, &cells);
        let stacked = table.columns.iter().any(|column| column.fields.len() > 1);
        let readable = table.look == TableLook::Full && stacked && columns.len() <= CARD;
        let cards = table.handles == Handles::Filter || readable;
        let facets = Facets::of(table);
        if self.handles && table.handles == Handles::Filter {
            let (place, title) = self.scope.clone();
            facets.form(&mut self.out, &place, &title);
        }
        let scrolls = !cards && columns.len() > if table.look == TableLook::Narrow { NARROW_FITS } else { FITS };
        if scrolls {
            self.region("scroll", &text_of(&table.caption));
        }
        self.sheet(table, &columns, cards);
        let sorted = self.handles && table.handles != Handles::None;
        let look = match table.look {
            TableLook::Full => "",
            TableLook::Dense => " dense",
            TableLook::Narrow => " narrow",
            TableLook::ByHand(_) => " by-hand",
        };
        let (cards, sort) = (if cards { " cards" } else { "" }, if sorted { " sort" } else { "" });
        let fact = self.next_fact();
        let _ = write!(self.out, "<table class=\"t-{}{look}{cards}{sort}\"><caption{fact}><span>", table.name);
        self.words(&table.caption);
        self.raw("</span></caption><thead><tr>");
        for one in &columns {
            let _ = write!(self.out, "<th scope=\"col\"{}>", class(one.column));
            push(&mut self.out, &text::shown(&one.column.title), Lines::Several);
            self.raw("</th>");
        }
        self.raw("</tr></thead><tbody>");
        for (index, (row, cells)) in table.rows.iter().zip(&cells).enumerate() {
            let id = self.id(&row.place);
            // A row that has a name needs no other.
            let fact = if id.is_empty() {
                let key = format!("{}.{}.{}", self.scope.0, table.name, index + 1);
                self.fact(&key)
            } else {
                " data-fact".to_owned()
            };
            if let Some(lines) = &row.group {
                if index > 0 {
                    self.raw("</tbody><tbody>");
                }
                let width = columns.len();
                let _ = write!(self.out, "<tr class=\"group\"{id}{fact}><th scope=\"rowgroup\" colspan=\"{width}\">");
                lines
                    .iter()
                    .cloned()
                    .map(Line::Words)
                    .enumerate()
                    .for_each(|(at, line)| self.line(at, &line, Lines::Several));
                self.raw("</th></tr>");
                continue;
            }
            let chosen = if self.handles { facets.row(row) } else { String::new() };
            let _ = write!(self.out, "<tr{id}{chosen}{fact}>");
            for one in &columns {
                let (name, scope) = if one.at == table.head { ("th", " scope=\"row\"") } else { ("td", "") };
                let key = if sorted { sort_key(table, row, one.at) } else { String::new() };
                let _ = write!(self.out, "<{name}{scope}{}{key}>", class(one.column));
                let single = one.column.number && one.column.fields.len() == 1;
                let lines = if single { Lines::One } else { Lines::Several };
                cells[one.at].iter().enumerate().for_each(|(at, line)| self.line(at, line, lines));
                let _ = write!(self.out, "</{name}>");
            }
            self.raw("</tr>");
        }
        self.raw("</tbody></table>");
        if scrolls {
            self.raw("</div>");
        }
    }

    fn line(&mut self, at: usize, line: &Line, lines: Lines) {
        if at > 0 {
            self.raw("<br>");
        }
        match line {
            Line::Words(words) => write(&mut self.out, words, &self.places, lines),
            Line::Badge(badge) => self.badge(badge),
            Line::Bar(parts) => bar(&mut self.out, parts),
            Line::Page(_) => {}
        }
    }

    /// What only this table needs in the style sheet: the heads of its columns where they stand in the cells of a card,
    /// room for what a page has room for, and a box to tick.
    fn sheet(&mut self, table: &Table, columns: &[Shown<'_>], cards: bool) {
        let mut rules = String::new();
        for (index, one) in columns.iter().enumerate() {
            let nth = format!(".t-{} td:nth-child({})", table.name, index + 1);
            if cards && one.at != table.head {
                let (label, box_) = (quoted(&one.column.title), if one.blank { "\\2002\u{2610}" } else { "" });
                let _ = write!(
                    rules,
                    "@media screen and (max-width:56.24rem){{{nth}::before{{content:\"{label}{box_}\"}}}}"
                );
            }
            if one.blank && table.look != TableLook::Narrow {
                let _ = write!(
                    rules,
                    "@media screen and (min-width:56.25rem),print{{{nth}::before{{content:\"\u{2610}\"}}}}"
                );
            }
            let room = one.column.room_for.chars().count();
            if room > 0 {
                let (whole, half) = (room / 2, if room % 2 == 1 { ".5" } else { "" });
                let _ = write!(rules, "@media screen and (min-width:80rem){{{nth}{{min-width:{whole}{half}em}}}}");
            }
        }
        if !rules.is_empty() {
            self.style.entry(table.name.to_owned()).or_insert(rules);
        }
    }
}

/// The columns of a page: not those of spreadsheets alone, and not those that tell the page of paper.
fn shown<'t>(table: &'t Table, cells: &[Vec<Vec<Line>>]) -> Vec<Shown<'t>> {
    let columns = table.columns.iter().enumerate().map(|(at, column)| {
        let mut lines = cells.iter().filter_map(|row| row.get(at)).flatten().peekable();
        let blank = lines.peek().is_none() && !cells.is_empty() && !matches!(table.look, TableLook::ByHand(_));
        let numbers_of_pages = lines.peek().is_some() && lines.all(|line| matches!(line, Line::Page(_)));
        let on_page = column.fields.iter().any(|field: &Field| field.on != Forms::Sheets);
        (on_page && !numbers_of_pages).then_some(Shown { column, at, blank })
    });
    columns.flatten().collect()
}

/// Numbers stand at the right; those of one field are never broken.
fn class(column: &Column) -> &'static str {
    match (column.number, column.fields.len()) {
        (false, _) => "",
        (true, 1) => " class=\"n\"",
        (true, _) => " class=\"n r\"",
    }
}

/// What the script sorts a cell by: the first value of it that is a quantity. Plain counts it reads itself.
fn sort_key(table: &Table, row: &Row, column: usize) -> String {
    let before: usize = table.columns[..column].iter().map(|one| one.fields.len()).sum();
    let values = &row.values[before..before + table.columns[column].fields.len()];
    let key = values.iter().find_map(|value| match value {
        Value::Count(_) | Value::Share(..) => None,
        value => value.sort_key(),
    });
    key.map(|key| format!(" data-v=\"{key}\"")).unwrap_or_default()
}

/// Parts of a population as a small bar; what is there has some width.
fn bar(out: &mut String, parts: &[(BarPart, u64)]) {
    let total = text::sum(parts.iter().map(|(_, count)| *count)).max(1);
    let names = words_of_bar(parts);
    let _ = write!(out, "<svg class=\"meter\" viewBox=\"0 0 {BAR} 8\" role=\"img\" aria-label=\"{names}\">");
    let mut left = 0;
    for (part, count) in parts.iter().filter(|(_, count)| *count > 0) {
        let exact = u128::from(*count) * u128::from(BAR) / u128::from(total);
        let width = u64::try_from(exact).unwrap_or(BAR).max(2).min(BAR.saturating_sub(left));
        let class = match part {
            BarPart::Over => "over",
            BarPart::Unsure => "unsure",
            BarPart::Within => "within",
        };
        let _ = write!(out, "<rect class=\"{class}\" x=\"{left}\" width=\"{width}\" height=\"8\"/>");
        left += width;
    }
    out.push_str("</svg>");
}

/// A text inside quotes of a style sheet, whatever it holds.
fn quoted(plain: &str) -> String {
    let mut out = String::new();
    for character in text::visible(plain, false).chars() {
        if character.is_ascii_alphanumeric() || matches!(character, ' ' | ',') {
            out.push(character);
        } else {
            let _ = write!(out, "\\{:x} ", u32::from(character));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_what_is_there_and_says_it() {
        let mut out = String::new();
        bar(&mut out, &[(BarPart::Over, 1), (BarPart::Unsure, 0), (BarPart::Within, 99_999)]);
        assert!(out.contains("aria-label=\"1 over, 0 may be over or unknown, 99,999 within\""), "{out}");
        assert!(out.contains("class=\"over\" x=\"0\" width=\"2\"") && out.contains("x=\"2\" width=\"58\""), "{out}");
        assert!(!out.contains("class=\"unsure\""));
    }

    #[test]
    fn no_title_ends_its_quotes() {
        assert_eq!(quoted("a\"b\\</style>"), "a\\22 b\\5c \\3c \\2f style\\3e ");
    }
}
