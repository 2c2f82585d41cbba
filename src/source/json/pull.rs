//! Goes through JSON of any length with little of it in memory: looks at what comes next, and passes over the rest.

use std::io::Read;

use memchr::{memchr_iter, memchr2, memchr3};

use crate::source::open::Blocks;

use super::scan::blank;

/// A fact about a list, a key, or an answer that is looked at as a whole is no longer than this.
pub(super) const LONGEST: usize = 1 << 16;

/// A place in a stream.
pub(super) struct Pull<'b, R> {
    pub(super) blocks: &'b mut Blocks<R>,
    /// The place, in what is in memory.
    pub(super) at: usize,
    /// From here on, what was passed is kept as long as it is short.
    pub(super) kept: Option<usize>,
    /// The line of the place up to which line ends are counted.
    line: u64,
    counted: usize,
}

impl<'b, R: Read> Pull<'b, R> {
    pub(super) fn new(blocks: &'b mut Blocks<R>) -> Self {
        Self { blocks, at: 0, kept: None, line: 1, counted: 0 }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.blocks.ahead
    }

    /// The byte at the place; `None` at the end of the stream.
    pub(super) fn peek(&mut self) -> Option<u8> {
        if self.at >= self.blocks.ahead.len() {
            self.forget();
            self.blocks.fill(self.at + self.blocks.size());
        }
        self.blocks.ahead.get(self.at).copied()
    }

    /// The next byte that is neither blank nor one of these.
    pub(super) fn after(&mut self, these: &[u8]) -> Option<u8> {
        loop {
            let byte = self.peek()?;
            if !blank(byte) && !these.contains(&byte) {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Where the value at the place ends, when that is within `longest` bytes.
    pub(super) fn reach(&mut self, longest: usize, end: fn(&[u8], usize) -> Option<usize>) -> Option<usize> {
        let mut wanted = self.blocks.size();
        loop {
            if let Some(end) = end(&self.blocks.ahead, self.at) {
                return (end - self.at <= longest).then_some(end);
            }
            if self.blocks.ended || self.blocks.ahead.len() - self.at > longest {
                return None;
            }
            wanted = (self.blocks.ahead.len() - self.at).max(wanted) * 2;
            self.blocks.fill(self.at + wanted.min(longest + 1));
        }
    }

    /// Passes over the value at the place; `None` when the stream ends first.
    pub(super) fn pass(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.pass_text(),
            b'{' => self.pass_to(b'{', b'}', 0),
            b'[' => self.pass_to(b'[', b']', 0),
            _ => {
                // A stray closing bracket must not stop the walk for ever.
                self.at += 1;
                while !matches!(self.peek()?, b',' | b']' | b'}' | b'[' | b'{' | b'"') && !blank(self.peek()?) {
                    self.at += 1;
                }
                Some(())
            }
        }
    }

    /// Passes over everything up to the bracket that closes the last of `depth` open ones.
    pub(super) fn pass_to(&mut self, open: u8, close: u8, mut depth: usize) -> Option<()> {
        loop {
            self.peek()?;
            match memchr3(b'"', open, close, &self.blocks.ahead[self.at..]) {
                None => self.at = self.blocks.ahead.len(),
                Some(found) => {
                    self.at += found;
                    let byte = self.blocks.ahead[self.at];
                    if byte == b'"' {
                        self.pass_text()?;
                        continue;
                    }
                    self.at += 1;
                    depth = if byte == open { depth + 1 } else { depth.saturating_sub(1) };
                    if depth == 0 {
                        return Some(());
                    }
                }
            }
        }
    }

    fn pass_text(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            self.peek()?;
            match memchr2(b'"', b'\\', &self.blocks.ahead[self.at..]) {
                None => self.at = self.blocks.ahead.len(),
                Some(found) if self.blocks.ahead[self.at + found] == b'"' => {
                    self.at += found + 1;
                    return Some(());
                }
                Some(found) => self.at += found + 2,
            }
        }
    }

    /// The line of the place, as an editor counts. Places only move on.
    pub(super) fn line(&mut self) -> u64 {
        self.count(self.at);
        self.line
    }

    fn count(&mut self, to: usize) {
        let to = to.min(self.blocks.ahead.len());
        if let Some(passed) = self.blocks.ahead.get(self.counted..to) {
            self.line += memchr_iter(b'\n', passed).count() as u64;
            self.counted = to;
        }
    }

    /// Forgets what was passed, from time to time.
    pub(super) fn forget(&mut self) {
        self.kept = self.kept.filter(|kept| self.at - kept <= LONGEST);
        let drop = self.kept.unwrap_or(self.at).min(self.blocks.ahead.len());
        if drop < self.blocks.size() {
            return;
        }
        self.count(drop);
        self.blocks.drop_front(drop);
        self.blocks.gone = true;
        self.at -= drop;
        self.counted -= drop;
        self.kept = self.kept.map(|kept| kept - drop);
    }
}
