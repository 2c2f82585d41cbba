//! Lines that are no records: empty rows, titles, repeated headers, rulers, totals and other footers.
//!
//! Never a row that could be a record: what stands beside the word "Total" must be numbers, and a footer that is no
//! total stands alone in its line.

use crate::source::path::fold;

use super::Dialect;
use super::split::{Span, cell};

/// What a line is instead of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Aside {
    /// Nothing but delimiters and blanks.
    Empty,
    /// The header once more.
    Header,
    /// Dashes.
    Ruler,
    /// A title, as above the header.
    Title,
    /// A total or another footer, with the number of records that it states.
    Footer(Option<Stated>),
}

/// A number of records that the file itself states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct Stated {
    pub(in crate::source) count: u64,
    /// The column in which it stands by itself: there it may be the sum of that column instead.
    pub(in crate::source) column: Option<usize>,
}

impl Aside {
    /// The reason under which the line is counted.
    pub(in crate::source) fn reason(self) -> &'static str {
        match self {
            Self::Empty => "empty row",
            Self::Header => "repeated header",
            Self::Ruler => "ruler",
            Self::Title => "title line",
            Self::Footer(_) => "total or footer",
        }
    }
}

/// What the line of these cells is, if it is no record.
pub(super) fn aside(text: &str, spans: &[Span], dialect: &Dialect) -> Option<Aside> {
    // Nearly every line is settled by the first cell that holds something.
    let mut filled = spans.iter().map(|span| span.raw(text)).filter(|cell| !cell.trim().is_empty());
    let Some(first) = filled.next() else { return Some(Aside::Empty) };
    if spans.len() >= dialect.header.len() && !may_be_aside(first, dialect) {
        return None;
    }
    let cells: Vec<(usize, String)> = spans
        .iter()
        .enumerate()
        .map(|(at, span)| (at, cell(text, *span).trim().to_owned()))
        .filter(|(_, cell)| !cell.is_empty())
        .collect();
    let (_, label) = cells.first()?;
    if is_header(&cells, dialect) {
        return Some(Aside::Header);
    }
    let is_ruler = |cell: &str| cell.bytes().all(|byte| b"-=_*+#~|".contains(&byte));
    if cells.iter().all(|(_, cell)| is_ruler(cell)) {
        return Some(Aside::Ruler);
    }
    if cells.len() == 1 && dialect.titles.contains(label) {
        return Some(Aside::Title);
    }
    footer(&cells, spans.len() == 1).map(Aside::Footer)
}

/// Whether the first cell looks like the beginning of something else than a record.
fn may_be_aside(first: &str, dialect: &Dialect) -> bool {
    const BEGINNINGS: [&str; 16] = [
        "total",
        "grand",
        "sub",
        "sum",
        "end ",
        "count",
        "record",
        "row",
        "number",
        "overall",
        "gesamt",
        "insgesamt",
        "anzahl",
        "report",
        "generated",
        "page ",
    ];
    let first = first.trim_start();
    let Some(byte) = first.bytes().next() else { return true };
    b"-=_*+#~|(".contains(&byte)
        || dialect.header.first().is_some_and(|name| name.len() <= first.len() && fold(name) == fold(first))
        || (b"tgsecrnoiap".contains(&byte.to_ascii_lowercase())
            && BEGINNINGS
                .iter()
                .any(|word| first.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))))
        || dialect.titles.iter().any(|title| title == first)
}

fn is_header(cells: &[(usize, String)], dialect: &Dialect) -> bool {
    let names = dialect.header.iter().enumerate().filter(|(_, name)| !name.is_empty());
    let mut count = 0;
    let all = names.clone().all(|(at, name)| {
        count += 1;
        cells.iter().any(|(place, cell)| *place == at && fold(cell) == fold(name))
    });
    all && count == cells.len()
}

/// Words of a sum, strong enough to stand beside other cells.
const TOTALS: [&str; 12] = [
    "total",
    "totals",
    "subtotal",
    "subtotals",
    "sum",
    "grand",
    "sub",
    "overall",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
];
/// Words of a count.
const COUNTS: [&str; 4] = ["count", "number", "anzahl", "headcount"];
/// What is counted.
const THINGS: [&str; 28] = [
    "row",
    "rows",
    "record",
    "records",
    "worker",
    "workers",
    "employee",
    "employees",
    "user",
    "users",
    "account",
    "accounts",
    "person",
    "persons",
    "people",
    "entry",
    "entries",
    "item",
    "items",
    "line",
    "lines",
    "result",
    "results",
    "member",
    "members",
    "keys",
    "zeilen",
    "mitarbeiter",
];
/// Words that may stand around them.
const AROUND: [&str; 32] = [
    "of",
    "in",
    "set",
    "s",
    "affected",
    "selected",
    "returned",
    "fetched",
    "found",
    "listed",
    "exported",
    "displayed",
    "shown",
    "showing",
    "to",
    "the",
    "for",
    "this",
    "report",
    "file",
    "export",
    "list",
    "data",
    "page",
    "pages",
    "end",
    "sec",
    "as",
    "and",
    "all",
    "is",
    "active",
];
/// Beginnings of lines that only say how the report was made.
const MADE: [&str; 13] = [
    "generated ",
    "report generated",
    "report date",
    "run date",
    "run time",
    "run by",
    "printed ",
    "exported ",
    "created by",
    "confidential",
    "copyright",
    "end of ",
    "note:",
];

/// A total or another footer. `alone`: the line has one cell only.
#[expect(clippy::option_option, reason = "no footer, one without a number, one with it")]
fn footer(cells: &[(usize, String)], alone: bool) -> Option<Option<Stated>> {
    let (_, label) = cells.first()?;
    let words = words(label);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let known = |word: &String| {
        number(word) || [&TOTALS[..], &COUNTS, &THINGS, &AROUND].iter().any(|list| list.contains(&word.as_str()))
    };
    let bare = label.trim_matches(|c: char| !c.is_alphanumeric() && c != '(').to_lowercase();
    let made = cells.len() == 1
        && (alone || bare.contains([' ', ':']))
        && MADE.iter().any(|beginning| bare.starts_with(beginning));
    if made && !has(&THINGS) {
        return Some(None);
    }
    let figures = cells[1..].iter().all(|(_, cell)| is_figure(cell));
    let in_label = words.iter().any(number);
    let counts = (has(&TOTALS) || has(&COUNTS) || has(&THINGS)) && (in_label || has(&TOTALS));
    let phrase = has(&TOTALS) || (has(&COUNTS) && has(&THINGS)) || (has(&THINGS) && label.ends_with(':'));
    let fits = words.iter().all(known)
        && match cells.len() {
            1 => {
                counts
                    || matches!(words.as_slice(), [first, second, ..] if first == "end" || (first == "page" && number(second)))
            }
            _ => phrase && figures,
        };
    fits.then(|| {
        if has(&["sub", "subtotal", "subtotals", "page", "pages"]) { None } else { stated(cells, &words, has(&THINGS)) }
    })
}

/// The number of records that a footer states, if it is one.
fn stated(cells: &[(usize, String)], words: &[String], of_things: bool) -> Option<Stated> {
    let numbers = || words.iter().enumerate().filter_map(|(at, word)| Some((at, word.parse::<u64>().ok()?)));
    // "1 to 12 of 40" states 40; "as of" states a date.
    let of = numbers().find(|(at, _)| *at > 0 && words[at - 1] == "of" && (*at < 2 || words[at - 2] != "as"));
    if let Some((_, count)) = of.or_else(|| numbers().next()) {
        return Some(Stated { count, column: None });
    }
    match &cells[1..] {
        [(at, figure), rest @ ..] if of_things || rest.is_empty() => {
            let count = figure.replace([',', '.', ' ', '\''], "").parse().ok()?;
            Some(Stated { count, column: (!of_things).then_some(*at) })
        }
        _ => None,
    }
}

/// A number with separators, perhaps with a sign, a share or a currency; a date is none.
pub(super) fn is_figure(cell: &str) -> bool {
    let cell = cell.trim_start_matches(['-', '+', '$', '€', '£', ' ']).trim_end_matches(['%', '$', '€', '£', ' ']);
    cell.starts_with(|c: char| c.is_ascii_digit())
        && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\''))
}

/// Lower-case words and numbers; `1,234` is one number.
fn words(label: &str) -> Vec<String> {
    let mut out = Vec::new();
    for part in label.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != ',' && c != '\'') {
        let joined = part.replace([',', '\''], "");
        if !joined.is_empty() && joined.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push(joined);
        } else {
            out.extend(part.split([',', '\'']).filter(|word| !word.is_empty()).map(str::to_owned));
        }
    }
    out
}

/// The number of records that a line above the header states.
pub(super) fn stated_in_title(title: &str) -> Option<u64> {
    let words = words(title);
    let things = words.iter().any(|word| THINGS.contains(&word.as_str()));
    if !things {
        return None;
    }
    let found = footer(&[(0, title.to_owned())], true).flatten()?;
    Some(found.count)
}

#[cfg(test)]
mod tests {
    use super::super::dialect;
    use super::super::split::split_record;
    use super::*;

    const HEAD: &str = "Staff list\n\nId,Name,Mail,Days\n";

    fn line(text: &str) -> Option<Aside> {
        let mut dialect = dialect(&HEAD[12..]).expect("a header");
        dialect.titles.push("Staff list".to_owned());
        let mut spans = Vec::new();
        split_record(text.as_bytes(), 0, b',', &mut spans);
        aside(text, &spans, &dialect)
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the other lines of the table")]
    fn total(count: u64, column: Option<usize>) -> Option<Aside> {
        Some(Aside::Footer(Some(Stated { count, column })))
    }

    #[test]
    fn lines_that_are_no_records() {
        for (text, expected) in [
            (",,,", Some(Aside::Empty)),
            ("\"\",\" \",,", Some(Aside::Empty)),
            ("  ", Some(Aside::Empty)),
            ("Id,Name,Mail,Days", Some(Aside::Header)),
            ("ID,name,MAIL,days", Some(Aside::Header)),
            ("----,----,----,----", Some(Aside::Ruler)),
            ("==========", Some(Aside::Ruler)),
            ("Staff list,,,", Some(Aside::Title)),
            ("Total,2,,", total(2, Some(1))),
            (",,Total,2", total(2, Some(3))),
            ("Grand Total,,,\"1,966\"", total(1966, Some(3))),
            ("Total workers,966,,", total(966, None)),
            ("Record count:,12,,", total(12, None)),
            ("Total: 2 workers", total(2, None)),
            ("Total: 2 workers,,,", total(2, None)),
            ("Records: 12", total(12, None)),
            ("-- 12 rows --", total(12, None)),
            ("(966 rows affected)", total(966, None)),
            ("12 rows in set (0.00 sec)", total(12, None)),
            ("Showing 1 to 12 of 40 entries", total(40, None)),
            ("Subtotal,2,,", Some(Aside::Footer(None))),
            ("Total,5,,7", Some(Aside::Footer(None))),
            ("End of report", Some(Aside::Footer(None))),
            ("*** End of Report ***,,,", Some(Aside::Footer(None))),
            ("Generated by Ana on 2026-10-01,,,", Some(Aside::Footer(None))),
            ("Page 1 of 3", Some(Aside::Footer(None))),
        ] {
            assert_eq!(line(text), expected, "{text}");
        }
    }

    #[test]
    fn a_record_is_never_taken_for_a_footer() {
        for text in [
            "7,Total,t@c.example,3",
            "Total,Ana Total,a@c.example,5",
            "total,,t@c.example,",
            "Total Rewards,5,,",
            "sum-service,,,",
            "users,5,,",
            "Id,Ana,,",
            "Subhash,S,s@c.example,1",
            "End,of,report,5",
            "count01,,,",
            "-5,Ana,a@c.example,1",
            "1009",
            "row-bot,,,",
            "Page Turner,,,",
        ] {
            assert_eq!(line(text), None, "{text}");
        }
    }
}
