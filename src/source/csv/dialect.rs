//! Finds out how a delimited text is written: lines before the header, delimiter, header.

use super::aside::stated_in_title;
use super::split::{Span, cell, split_record};

/// How a file is written.
#[derive(Debug, Clone)]
pub(in crate::source) struct Dialect {
    pub(in crate::source) delimiter: u8,
    /// Column names as written.
    pub(in crate::source) header: Vec<String>,
    /// Where the first record after the header begins.
    pub(in crate::source) body: usize,
    /// Lines before it.
    pub(in crate::source) lines: u64,
    /// What stands above the header: titles of a report.
    pub(in crate::source) titles: Vec<String>,
    /// Numbers of records that the titles state.
    pub(in crate::source) stated: Vec<u64>,
}

/// Lines of a report that may stand above its header.
const TITLES: usize = 40;

/// Looks at the beginning of a text. `None` when there is no header.
pub(in crate::source) fn dialect(head: &str) -> Option<Dialect> {
    let mut at = if head.starts_with('\u{feff}') { 3 } else { 0 };
    let mut given = None;
    loop {
        let rest = head.get(at..).filter(|rest| !rest.is_empty())?;
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let line = rest[..end].trim();
        if let Some(sign) = line.strip_prefix("sep=").filter(|sign| sign.len() == 1) {
            // Excel's own first line.
            given = sign.bytes().next();
        } else if !line.is_empty() && !line.starts_with("#TYPE") {
            break;
        }
        at += end;
    }
    Some(at_line(head, at, given, Vec::new()))
}

/// Each further line as the header, the lines before it as titles: for files in which the first line is none.
pub(in crate::source) fn further<'h>(head: &'h str, first: &Dialect) -> impl Iterator<Item = Dialect> + 'h {
    let line = |from: usize, to: usize| head.get(from..to).unwrap_or_default();
    let above = first.header.iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join(" ");
    let mut titles = vec![above];
    let mut at = first.body;
    std::iter::from_fn(move || {
        loop {
            let end = head.get(at..).filter(|rest| !rest.is_empty())?.find('\n').map_or(head.len(), |end| at + end + 1);
            let text = line(at, end).trim().trim_matches([',', ';', '\t', '|', '"']).trim().to_owned();
            let begin = std::mem::replace(&mut at, end);
            if !text.is_empty() {
                let found = at_line(head, begin, None, titles.clone());
                titles.push(text);
                return Some(found);
            }
        }
    })
    .take(TITLES)
}

/// The dialect when the header begins at a place.
fn at_line(head: &str, at: usize, given: Option<u8>, titles: Vec<String>) -> Dialect {
    let delimiter = given.unwrap_or_else(|| delimiter(&head[at..]));
    let mut spans: Vec<Span> = Vec::new();
    let body = split_record(head.as_bytes(), at, delimiter, &mut spans);
    let mut header: Vec<String> = spans.iter().map(|span| cell(head, *span).trim().to_owned()).collect();
    while header.len() > 1 && header.last().is_some_and(String::is_empty) {
        header.pop();
    }
    let lines = memchr::memchr_iter(b'\n', &head.as_bytes()[..body]).count() as u64;
    let stated = titles.iter().filter_map(|title| stated_in_title(title)).collect();
    Dialect { delimiter, header, body, lines, titles, stated }
}

/// The delimiter that the header has most of, outside quotes.
fn delimiter(text: &str) -> u8 {
    const CANDIDATES: [u8; 4] = *b",;\t|";
    let mut counts = [0_usize; 4];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(at) = CANDIDATES.iter().position(|candidate| *candidate == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let best = (0..4).rev().max_by_key(|at| counts[*at]).unwrap_or(0);
    CANDIDATES[best]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_header_and_delimiter() {
        for (text, delimiter, header, body, lines) in [
            ("a,b\n1,2", b',', vec!["a", "b"], 4, 1),
            ("\u{feff}\"a;x\";b\r\n1;2", b';', vec!["a;x", "b"], 12, 1),
            ("#TYPE Selected.Thing\r\n\"a\"\t\"b\"\r\n", b'\t', vec!["a", "b"], 31, 2),
            ("sep=;\na,b;c\n", b';', vec!["a,b", "c"], 12, 2),
            ("\n\nonly\n", b',', vec!["only"], 7, 3),
            ("a|b|c,", b'|', vec!["a", "b", "c,"], 6, 0),
        ] {
            let found = dialect(text).expect("a header");
            assert_eq!(
                (found.delimiter, found.header, found.body, found.lines),
                (delimiter, header.into_iter().map(str::to_owned).collect(), body, lines)
            );
        }
        assert!(dialect(" \n\n").is_none());
    }

    #[test]
    fn further_lines_may_be_the_header() {
        let text = "Staff list,,\nRecords: 2 | by Ana\n\na;b\n1;2\n";
        let found: Vec<Dialect> = further(text, &dialect(text).expect("a first line")).collect();
        let one = &found[1];
        assert_eq!((one.delimiter, one.header.as_slice(), one.lines), (b';', &["a".to_owned(), "b".to_owned()][..], 4));
        assert_eq!(one.titles, ["Staff list", "Records: 2 | by Ana"]);
        assert_eq!(found.len(), 3);
    }
}
