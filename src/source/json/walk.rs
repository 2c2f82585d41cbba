//! Cuts a JSON stream of any length into blocks of whole records: from each top-level value down the way to its list,
//! taking the facts that stand beside it.

use std::io::Read;

use memchr::{memchr_iter, memrchr};
use serde_json::Value;

use crate::source::open::Blocks;
use crate::source::path::fold;
use crate::source::sink::TRUNCATED;

use super::around::Page;
use super::container::{Found, expand};
use super::error::error_page;
use super::pull::{LONGEST, Pull};
use super::read::Style;
use super::scan::{members, string_end, value_end};

/// Records cut out of what stands around them.
#[derive(Debug, Default)]
pub(in crate::source) struct Block {
    pub(super) bytes: Vec<u8>,
    pub(super) records: Vec<Placed>,
    /// What the pages say that end in it.
    pub(in crate::source) pages: Vec<Page>,
}

/// A record, or why something is none, and the line on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) line: u64,
    pub(super) what: Result<Found, &'static str>,
}

/// A walk through a stream.
pub(in crate::source) struct Walk<'b, R> {
    pull: Pull<'b, R>,
    style: Style,
    /// Folded keys from each top-level value to its records; empty: the values themselves are the records.
    way: Vec<String>,
    /// The longest record.
    longest: usize,
    /// Lists that are open between the top-level values.
    lists: i64,
    /// Objects that are open on the way, each with whether the member that leads on was met.
    open: Vec<bool>,
    /// Lists that are open between the records of a page.
    within: i64,
    page: Page,
    /// Line on which the page begins.
    first: u64,
    /// Whether the page has a place for records, perhaps an empty one.
    reached: bool,
    done: bool,
    /// Lines of the blocks before, where values stand on lines.
    lines: u64,
}

/// Records in one block, however short they are.
const MOST: usize = 1 << 16;
const NO_LIST: &str = "a page without the list of records";
/// A line that is no record of the kind, and stands between those that are.
pub(super) const NO_RECORD: &str = "nothing stands where the records of the others do";
/// What a search that still ran gave: it comes again.
pub(super) const INTERIM: &str = "interim result";

impl<'b, R: Read> Walk<'b, R> {
    /// Begins at the beginning of a stream. A record that is longer than `longest` bytes ends the walk.
    pub(in crate::source) fn new(blocks: &'b mut Blocks<R>, style: Style, way: Vec<String>, longest: usize) -> Self {
        Self {
            pull: Pull::new(blocks),
            style,
            way,
            longest,
            lists: 0,
            open: Vec::new(),
            within: 0,
            page: Page::default(),
            first: 1,
            reached: false,
            done: false,
            lines: 0,
        }
    }

    /// The next blocks, at most so many.
    pub(in crate::source) fn take(&mut self, most: usize) -> Vec<Block> {
        std::iter::from_fn(|| self.block()).take(most).collect()
    }

    /// Whether the stream ended between the brackets of a list or of a page.
    pub(in crate::source) fn is_open(&self) -> bool {
        self.lists > 0 || !self.open.is_empty()
    }

    fn block(&mut self) -> Option<Block> {
        if self.style == Style::Lines {
            return self.lines();
        }
        let mut block = Block::default();
        while !self.done && block.bytes.len() < self.pull.blocks.size() && block.records.len() < MOST {
            self.pull.forget();
            let step = match (self.within, self.open.last()) {
                (0, None) => self.value(&mut block),
                (0, Some(_)) => self.member(&mut block),
                _ => self.element(&mut block),
            };
            if step.is_none() {
                self.end(&mut block);
            }
        }
        (!block.records.is_empty() || !block.pages.is_empty()).then_some(block)
    }

    /// The next top-level value. Lists at this level are transparent.
    fn value(&mut self, block: &mut Block) -> Option<()> {
        loop {
            match self.pull.after(b",")? {
                b'[' => self.lists += 1,
                b']' => self.lists -= 1,
                _ if self.way.is_empty() => return self.record(block),
                b'{' => {
                    self.first = self.pull.line();
                    self.pull.kept = Some(self.pull.at);
                    self.pull.at += 1;
                    self.page = Page::default();
                    self.reached = false;
                    self.open.push(false);
                    return Some(());
                }
                _ => {
                    let line = self.pull.line();
                    let whole = self.pull.pass();
                    block.records.push(Placed { line, what: Err(if whole.is_some() { NO_LIST } else { TRUNCATED }) });
                    return whole;
                }
            }
            self.pull.at += 1;
        }
    }

    /// The next member of an object on the way.
    fn member(&mut self, block: &mut Block) -> Option<()> {
        match self.pull.after(b",")? {
            b'}' => {
                self.pull.at += 1;
                self.leave(block);
                Some(())
            }
            b'"' => match self.key() {
                Some(key) => self.about(&key, block),
                None => self.stray(block),
            },
            _ => self.stray(block),
        }
    }

    /// The key at the place; then the place is its value.
    fn key(&mut self) -> Option<String> {
        let end = self.pull.reach(LONGEST, string_end)?;
        let key: String = serde_json::from_slice(&self.pull.bytes()[self.pull.at..end]).ok()?;
        self.pull.at = end;
        if self.pull.after(b"")? != b':' {
            return None;
        }
        self.pull.at += 1;
        self.pull.after(b"")?;
        Some(key)
    }

    /// Something that no object has: what follows in this one cannot be told.
    fn stray(&mut self, block: &mut Block) -> Option<()> {
        self.pull.pass_to(b'{', b'}', 1)?;
        self.leave(block);
        Some(())
    }

    fn about(&mut self, key: &str, block: &mut Block) -> Option<()> {
        let level = self.open.len() - 1;
        let on_way = self.way[level] == fold(key);
        if !on_way {
            if let Some(end) = self.pull.reach(LONGEST, value_end) {
                self.page.beside(key, &self.pull.bytes()[self.pull.at..end]);
                self.pull.at = end;
                return Some(());
            }
            return self.pull.pass();
        }
        // The first member of a name counts.
        if std::mem::replace(&mut self.open[level], true) {
            return self.pull.pass();
        }
        let last = level + 1 == self.way.len();
        self.reached |= last;
        match self.pull.peek()? {
            b'[' if last => {
                self.pull.at += 1;
                self.within = 1;
                Some(())
            }
            b'{' if last => {
                self.page.records += 1;
                self.record(block)
            }
            b'{' => {
                self.pull.at += 1;
                self.open.push(false);
                Some(())
            }
            _ => self.pull.pass(),
        }
    }

    /// The next record of a page.
    fn element(&mut self, block: &mut Block) -> Option<()> {
        loop {
            match self.pull.after(b",")? {
                b'[' => self.within += 1,
                b']' => self.within -= 1,
                _ => {
                    self.page.records += 1;
                    return self.record(block);
                }
            }
            self.pull.at += 1;
            if self.within == 0 {
                return Some(());
            }
        }
    }

    /// Takes the value at the place as a record.
    fn record(&mut self, block: &mut Block) -> Option<()> {
        let line = self.pull.line();
        let object = self.pull.peek()? == b'{';
        let Some(end) = self.pull.reach(self.longest, value_end) else {
            block.records.push(Placed { line, what: Err(TRUNCATED) });
            self.pull.blocks.endless |= self.pull.bytes().len() - self.pull.at > self.longest;
            return None;
        };
        let start = block.bytes.len();
        block.bytes.extend_from_slice(&self.pull.bytes()[self.pull.at..end]);
        self.pull.at = end;
        let found = Found { start, end: block.bytes.len(), complete: true, object };
        block.records.push(Placed { line, what: Ok(found) });
        Some(())
    }

    /// Leaves an object on the way; the outermost one ends the page.
    fn leave(&mut self, block: &mut Block) {
        self.open.pop();
        if self.open.is_empty() {
            let kept = self.pull.kept.take().filter(|kept| self.pull.at - kept <= LONGEST);
            let answer = kept.and_then(|kept| self.pull.bytes().get(kept..self.pull.at));
            let answer = answer.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
            self.finish(block, why_none(answer.as_ref()));
        }
    }

    fn finish(&mut self, block: &mut Block, otherwise: &'static str) {
        if self.reached {
            self.page.settle();
            block.pages.push(std::mem::take(&mut self.page));
        } else {
            block.records.push(Placed { line: self.first, what: Err(otherwise) });
        }
    }

    /// The stream ends, perhaps in the middle of a page.
    fn end(&mut self, block: &mut Block) {
        self.done = true;
        if !self.open.is_empty() {
            self.finish(block, TRUNCATED);
        }
    }

    /// The next block of values that stand on lines.
    fn lines(&mut self) -> Option<Block> {
        let bytes = self.pull.blocks.next(|bytes| memrchr(b'\n', bytes).map(|at| at + 1))?;
        let values = lines(&bytes, self.pull.blocks.cut_short());
        let mut block = Block::default();
        let (mut from, mut line) = (0, self.lines + 1);
        for value in values {
            line += memchr_iter(b'\n', &bytes[from..value.start]).count() as u64;
            from = value.start;
            let mut page = Page::default();
            let mut place = |what| block.records.push(Placed { line, what });
            match expand(&bytes, value, &self.way, Some(&mut page)) {
                Some(_) if is_interim(&bytes, value, &self.way) => place(Err(INTERIM)),
                Some(inner) => {
                    for found in inner {
                        place(if found.complete { Ok(found) } else { Err(TRUNCATED) });
                    }
                    block.pages.extend((!self.way.is_empty()).then_some(page));
                }
                None if !value.complete => place(Err(TRUNCATED)),
                None => {
                    let page = serde_json::from_slice::<Value>(&bytes[value.start..value.end]).ok();
                    let other = page.as_ref().is_some_and(|page| error_page(page).is_none());
                    place(Err(if other { NO_RECORD } else { why_none(page.as_ref()) }));
                }
            }
        }
        self.lines += memchr_iter(b'\n', &bytes).count() as u64;
        block.bytes = bytes;
        Some(block)
    }
}

/// Whether a line is a result of a search that still ran.
fn is_interim(bytes: &[u8], value: Found, way: &[String]) -> bool {
    way.first().is_some_and(|key| key == "result")
        && members(&bytes[..value.end], value.start)
            .iter()
            .any(|member| member.key == "preview" && &bytes[member.start..member.end] == b"true")
}

/// Why a page holds no list of records.
fn why_none(page: Option<&Value>) -> &'static str {
    match page.and_then(error_page) {
        Some(_) => "an error answer of the interface in place of a page",
        None => NO_LIST,
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

#[cfg(test)]
mod tests;
