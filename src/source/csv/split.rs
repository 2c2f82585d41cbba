//! Splits records into cells, and finds where records end.
//!
//! A quote opens a cell only as its first byte; inside, two quotes are one; what follows the closing quote up to the
//! delimiter belongs to the cell as it stands. Both functions here follow the same rule, so that a file reads the
//! same in blocks of any size.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memrchr};

/// Where a cell stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct Span {
    start: usize,
    end: usize,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// As it stands.
    Plain,
    /// Inside quotes, with doubled quotes.
    Doubled,
    /// Quotes with something after them; the span holds all of it.
    Loose,
    /// The quote is never closed.
    Open,
}

impl Span {
    /// Whether the quote of this cell is never closed.
    pub(super) fn is_open(self) -> bool {
        self.shape == Shape::Open
    }

    /// What stands there, quotes and all.
    pub(super) fn raw(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether nothing stands in it.
    pub(super) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Splits the record at `at`; gives the place after it. Line ends are `\n` and `\r\n`.
pub(in crate::source) fn split_record(bytes: &[u8], at: usize, delimiter: u8, spans: &mut Vec<Span>) -> usize {
    spans.clear();
    let mut start = at;
    loop {
        if bytes.get(start) == Some(&b'"') {
            let (close, doubled) = closing(bytes, start + 1);
            let Some(close) = close else {
                spans.push(Span { start: start + 1, end: bytes.len(), shape: Shape::Open });
                return bytes.len();
            };
            let stop = memchr2(delimiter, b'\n', &bytes[close + 1..]).map(|found| close + 1 + found);
            let end = stop.unwrap_or(bytes.len());
            let tail = &bytes[close + 1..end];
            let tail_is_line_end = tail == b"\r" && stop.is_none_or(|stop| bytes[stop] == b'\n');
            if tail.is_empty() || tail_is_line_end {
                let shape = if doubled { Shape::Doubled } else { Shape::Plain };
                spans.push(Span { start: start + 1, end: close, shape });
            } else {
                spans.push(Span { start, end, shape: Shape::Loose });
            }
            match stop {
                Some(stop) if bytes[stop] == delimiter => start = stop + 1,
                Some(stop) => return stop + 1,
                None => return bytes.len(),
            }
        } else {
            match memchr2(delimiter, b'\n', &bytes[start..]) {
                Some(found) if bytes[start + found] == delimiter => {
                    spans.push(Span { start, end: start + found, shape: Shape::Plain });
                    start += found + 1;
                }
                found => {
                    let stop = found.map_or(bytes.len(), |found| start + found);
                    let end = if stop > start && bytes[stop - 1] == b'\r' { stop - 1 } else { stop };
                    spans.push(Span { start, end, shape: Shape::Plain });
                    return (stop + 1).min(bytes.len());
                }
            }
        }
    }
}

/// The quote that closes a cell whose content begins at `from`, and whether there are doubled ones inside.
fn closing(bytes: &[u8], from: usize) -> (Option<usize>, bool) {
    let mut at = from;
    let mut doubled = false;
    while let Some(found) = memchr(b'"', bytes.get(at..).unwrap_or_default()) {
        let quote = at + found;
        if bytes.get(quote + 1) != Some(&b'"') {
            return (Some(quote), doubled);
        }
        doubled = true;
        at = quote + 2;
    }
    (None, doubled)
}

/// The text of a cell.
pub(in crate::source) fn cell(text: &str, span: Span) -> Cow<'_, str> {
    let inner = text.get(span.start..span.end).unwrap_or_default();
    match span.shape {
        Shape::Plain => Cow::Borrowed(inner),
        Shape::Doubled | Shape::Open => Cow::Owned(inner.replace("\"\"", "\"")),
        Shape::Loose => {
            let (close, _) = closing(inner.as_bytes(), 1);
            let close = close.unwrap_or(inner.len());
            let quoted = inner.get(1..close).unwrap_or_default().replace("\"\"", "\"");
            Cow::Owned(quoted + inner.get(close + 1..).unwrap_or_default())
        }
    }
}

/// The place after the last record that ends in `bytes`, which begin with a record. A quote at the very end may
/// still be half of a doubled one, so it does not close.
pub(in crate::source) fn last_record_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let mut last = None;
    let mut from = 0;
    for quote in memchr_iter(b'"', bytes) {
        if quote < from {
            continue;
        }
        let opens = quote == 0 || bytes[quote - 1] == delimiter || bytes[quote - 1] == b'\n';
        if !opens {
            continue;
        }
        if let Some(line) = memrchr(b'\n', &bytes[from..quote]) {
            last = Some(from + line + 1);
        }
        match closing(bytes, quote + 1) {
            (Some(close), _) if close + 1 < bytes.len() => from = close + 1,
            _ => return last,
        }
    }
    memrchr(b'\n', &bytes[from..]).map(|line| from + line + 1).or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        let mut spans = Vec::new();
        let mut at = 0;
        while at < text.len() {
            at = split_record(text.as_bytes(), at, b',', &mut spans);
            out.push(spans.iter().map(|span| cell(text, *span).into_owned()).collect());
        }
        out
    }

    #[test]
    fn splits_what_spreadsheets_write() {
        assert_eq!(records("a,b\r\n\"x, \"\"y\"\"\nz\",\n"), [vec!["a", "b"], vec!["x, \"y\"\nz", ""]]);
        assert_eq!(records("5\" pipe,b\n\"q\"tail,c"), [vec!["5\" pipe", "b"], vec!["qtail", "c"]]);
        assert_eq!(records("\"never,closed\n1,2"), [vec!["never,closed\n1,2"]]);
        assert_eq!(records("a,\"b\"\r\n"), [vec!["a", "b"]]);
    }

    #[test]
    fn cuts_where_a_record_ends() {
        assert_eq!(last_record_end(b"a,b\nc", b','), Some(4));
        assert_eq!(last_record_end(b"a,\"b\nc", b','), None);
        assert_eq!(last_record_end(b"a\n\"b\nc\"\nd", b','), Some(8));
        assert_eq!(last_record_end(b"x\n\"b\"", b','), Some(2));
        assert_eq!(last_record_end(b"5\" p\nx", b','), Some(5));
    }

    proptest::proptest! {
        #[test]
        fn a_cut_is_always_a_record_end(text in "[ab,\"\n\r]{0,60}", at in 0_usize..60) {
            let bytes = text.as_bytes();
            let mut ends = vec![];
            let mut spans = Vec::new();
            let mut pos = 0;
            while pos < bytes.len() {
                pos = split_record(bytes, pos, b',', &mut spans);
                ends.push(pos);
            }
            let visible = &bytes[..at.min(bytes.len())];
            if let Some(cut) = last_record_end(visible, b',') {
                proptest::prop_assert!(ends.contains(&cut), "{text:?} cut at {cut}, records end at {ends:?}");
            }
        }
    }
}
