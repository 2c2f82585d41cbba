//! Cuts a JSON stream into blocks of whole records and turns them into columns.

use std::borrow::Cow;

use memchr::{memchr_iter, memrchr};
use rayon::prelude::*;
use serde_json::Value;

use crate::source::encoding;
use crate::source::sink::{Setting, Sink, TRUNCATED};

use super::around::Page;
use super::container::{Found, error_page, expand, first_values};
use super::scan::{Next, next};
use super::tree::{Item, Trie};

/// How the values of a stream are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Style {
    /// One value per line: a broken line costs itself only.
    Lines,
    /// A list, or values one after the other.
    Values,
}

/// Looks at the beginning of a stream.
pub(in crate::source) fn style(head: &[u8]) -> Style {
    let mut depth = 0;
    let Next::Value { start, end, object: true } = next(head, 0, &mut depth) else {
        return Style::Values;
    };
    let rest = head[end..].iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).map(|at| end + at);
    let one_line = memchr::memchr(b'\n', &head[start..end]).is_none();
    let alone = rest.is_some_and(|at| head[at] == b'\n');
    if depth == 0 && one_line && alone { Style::Lines } else { Style::Values }
}

/// The place after the last value that is complete in `bytes`. `depth` is the number of lists open at the beginning
/// and is moved on.
pub(in crate::source) fn cut(style: Style, bytes: &[u8], depth: &mut i64) -> Option<usize> {
    if style == Style::Lines {
        return memrchr(b'\n', bytes).map(|at| at + 1);
    }
    let mut last = None;
    let (mut at, mut open) = (0, *depth);
    while let Next::Value { end, .. } = next(bytes, at, &mut open) {
        at = end;
        last = Some(end);
        *depth = open;
    }
    last
}

/// Lists that these bytes open and do not close, between values.
pub(in crate::source) fn open_lists(bytes: &[u8]) -> i64 {
    let (mut at, mut depth) = (0, 0);
    while let Next::Value { end, .. } = next(bytes, at, &mut depth) {
        at = end;
    }
    depth
}

/// Reads blocks.
pub(in crate::source) struct Reader<'p> {
    pub(in crate::source) setting: Setting<'p>,
    pub(in crate::source) trie: Trie,
    pub(in crate::source) style: Style,
    /// From each top-level value to its records.
    pub(in crate::source) way: Vec<String>,
}

/// A record, or the place and the reason of something that is none.
type Record = Result<Found, (usize, &'static str)>;

fn start(record: &Record) -> usize {
    match record {
        Ok(found) => found.start,
        Err((start, _)) => *start,
    }
}

/// Records in one task.
const CHUNK: usize = 4096;

impl<'p> Reader<'p> {
    /// Parses one block into sinks in the order of the records, with what its pages say. `last`: nothing follows.
    pub(in crate::source) fn block(
        &self,
        bytes: &[u8],
        last: bool,
        found: &mut encoding::Found,
    ) -> (Vec<Sink<'p>>, Vec<Page>) {
        let mut pages = Vec::new();
        let values = match self.style {
            Style::Values => first_values(bytes, usize::MAX),
            Style::Lines => lines(bytes, last),
        };
        let mut records: Vec<Record> = Vec::with_capacity(values.len());
        for value in values {
            if self.way.is_empty() {
                records.push(Ok(value));
                continue;
            }
            let mut page = Page::default();
            match expand(bytes, value, &self.way, Some(&mut page)) {
                Some(inner) => {
                    records.extend(inner.into_iter().map(Ok));
                    pages.push(page);
                }
                None if !value.complete => records.push(Err((value.start, TRUNCATED))),
                None => {
                    let page = serde_json::from_slice::<Value>(&bytes[value.start..value.end]).ok();
                    let why = match page.as_ref().and_then(error_page) {
                        Some(_) => "an error answer of the interface in place of a page",
                        None => "a page without the list of records",
                    };
                    records.push(Err((value.start, why)));
                }
            }
        }
        // Where each task begins, in lines: counted once, for a value may be as long as the file.
        let (mut from, mut line) = (0, 1);
        let tasks: Vec<(u64, &[Record])> = records
            .chunks(CHUNK)
            .map(|chunk| {
                let start = chunk.first().map_or(from, start);
                line += memchr_iter(b'\n', &bytes[from..start]).count() as u64;
                from = start;
                (line, chunk)
            })
            .collect();
        let results: Vec<(Sink<'p>, encoding::Found)> =
            tasks.into_par_iter().map(|(line, chunk)| self.chunk(bytes, line, chunk)).collect();
        let sinks = results.into_iter().map(|(sink, seen)| {
            found.merge(&seen);
            sink
        });
        (sinks.collect(), pages)
    }

    fn chunk(&self, bytes: &[u8], first: u64, records: &[Record]) -> (Sink<'p>, encoding::Found) {
        let mut sink = Sink::new(self.setting.clone(), records.len());
        let mut seen = encoding::Found::default();
        let (mut from, mut line) = (records.first().map_or(0, start), first);
        for record in records {
            let start = start(record);
            line += memchr_iter(b'\n', &bytes[from..start]).count() as u64;
            from = start;
            let value = match record {
                Err((_, why)) => {
                    sink.broken(line, None, why);
                    continue;
                }
                Ok(value) if !value.complete => {
                    sink.broken(line, None, TRUNCATED);
                    continue;
                }
                Ok(value) if !value.object => {
                    sink.broken(line, None, "not an object");
                    continue;
                }
                Ok(value) => value,
            };
            let text: Cow<'_, str> = seen.decode(&bytes[value.start..value.end]);
            match self.trie.parse(&text) {
                Ok(node) => {
                    let item = Item { slots: &self.setting.plan.slots, record: &node, element: &node };
                    sink.record(&item, line, super::tree::Item::elements);
                }
                Err(cause) if cause.is_eof() => sink.broken(line, None, TRUNCATED),
                Err(_) => sink.broken(line, None, "not valid JSON"),
            }
        }
        (sink, seen)
    }
}

/// One value per line; the last line of the stream may be cut off.
fn lines(bytes: &[u8], last: bool) -> Vec<Found> {
    let mut out = Vec::new();
    let mut start = 0;
    let ends = memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for end in ends {
        let line = &bytes[start.min(end)..end];
        let trimmed = line.trim_ascii();
        if !trimmed.is_empty() {
            let from = start + (line.len() - line.trim_ascii_start().len());
            let to = from + trimmed.len();
            let closed = trimmed.last() == Some(&b'}');
            let at_end = last && end == bytes.len();
            let object = trimmed[0] == b'{';
            out.push(Found { start: from, end: to, complete: closed || !object || !at_end, object });
        }
        start = end + 1;
    }
    out
}
