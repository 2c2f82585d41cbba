//! Turns blocks of whole JSON records into columns.

use std::borrow::Cow;

use rayon::prelude::*;
use serde_json::Value;

use crate::source::encoding;
use crate::source::sink::{Setting, Sink, TRUNCATED};

use super::scan::{Next, long_numbers_as_texts, next};
use super::tree::{Item, Trie};
use super::unfold::unfold;
use super::walk::{Block, INTERIM, NO_RECORD, Placed};
use crate::source::path::WayStep;

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

/// Reads blocks.
pub(in crate::source) struct Reader<'p> {
    pub(in crate::source) setting: Setting<'p>,
    pub(in crate::source) trie: Trie,
    /// From what is cut out of the stream to the records inside of it.
    pub(in crate::source) inner: Vec<WayStep>,
}

/// Records in one task.
const CHUNK: usize = 4096;

impl<'p> Reader<'p> {
    /// Parses one block into sinks in the order of the records.
    pub(in crate::source) fn block(&self, block: &Block, found: &mut encoding::Found) -> Vec<Sink<'p>> {
        let results: Vec<(Sink<'p>, encoding::Found)> =
            block.records.par_chunks(CHUNK).map(|chunk| self.chunk(&block.bytes, chunk)).collect();
        let sinks = results.into_iter().map(|(sink, seen)| {
            found.merge(&seen);
            sink
        });
        sinks.collect()
    }

    fn chunk(&self, bytes: &[u8], records: &[Placed]) -> (Sink<'p>, encoding::Found) {
        let mut sink = Sink::new(self.setting.clone(), records.len());
        let mut seen = encoding::Found::default();
        for Placed { line, what } in records {
            let value = match what {
                Err(why) => {
                    match *why {
                        NO_RECORD => sink.out_of_scope(NO_RECORD),
                        INTERIM => sink.aside(INTERIM),
                        why => sink.broken(*line, None, why),
                    }
                    continue;
                }
                Ok(value) if !value.object => {
                    sink.broken(*line, None, "not an object");
                    continue;
                }
                Ok(value) => value,
            };
            let text: Cow<'_, str> = seen.decode(&bytes[value.start..value.end]);
            let whole = if self.inner.is_empty() {
                self.one(&text, *line, &mut sink)
            } else {
                self.inside(&text, *line, &mut sink)
            };
            match whole {
                Ok(()) => {}
                Err(cause) if cause.is_eof() => sink.broken(*line, None, TRUNCATED),
                Err(_) => sink.broken(*line, None, "not valid JSON"),
            }
        }
        (sink, seen)
    }

    /// Takes one record.
    fn one(&self, text: &str, line: u64, sink: &mut Sink<'p>) -> serde_json::Result<()> {
        let exact;
        let mut parsed = self.trie.parse(text)?;
        if parsed.1 {
            exact = long_numbers_as_texts(text);
            parsed = self.trie.parse(&exact)?;
        }
        let item = Item { slots: &self.setting.plan.slots, record: &parsed.0, element: &parsed.0 };
        sink.record(&item, line, Item::elements);
        Ok(())
    }

    /// Takes the records inside of one.
    fn inside(&self, text: &str, line: u64, sink: &mut Sink<'p>) -> serde_json::Result<()> {
        self.value(&serde_json::from_str(&long_numbers_as_texts(text))?, line, sink)
    }

    /// Takes a parsed record, or the records inside of it.
    pub(in crate::source) fn value(&self, value: &Value, line: u64, sink: &mut Sink<'p>) -> serde_json::Result<()> {
        let found = unfold(value, &self.inner);
        if found.is_empty() {
            sink.out_of_scope(NO_RECORD);
        }
        found.iter().try_for_each(|record| self.one(&record.to_string(), line, sink))
    }
}
