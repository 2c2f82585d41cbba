//! A short copy of a long document: everything that recognition looks at, and the beginning of every list.

use std::io::Read;

use crate::source::open::Blocks;

use super::container::is_wrapper;
use super::pull::{LONGEST, Pull};
use super::scan::{scalar_end, string_end};

/// Members of an object inside a record that are copied.
const MEMBERS: usize = 1_000;
/// When the copy is as long as this, only the way to lists of records is followed.
const ROOM: usize = 16 << 20;
/// What is nested deeper is left out.
const DEEPEST: usize = 100;
/// A text that may be a whole report: it is kept as it is.
const CONTENT: &[u8] = b"\"Content\"";

/// Copies the first value of a stream, with the brackets of the lists around it, without reading more than a piece of it
/// into memory at a time. Of each list `most` elements are copied, and long texts are left out. Where the stream ends in
/// the value, or is no JSON, the copy ends there as well.
pub(in crate::source) fn outline<R: Read>(
    blocks: &mut Blocks<R>,
    wrappers: &[String],
    most: usize,
    longest: usize,
) -> Vec<u8> {
    let mut copy = Copy { pull: Pull::new(blocks), out: Vec::new(), wrappers, most, longest };
    while let Some(b'[') = copy.pull.after(b",]") {
        copy.pull.at += 1;
        copy.out.push(b'[');
    }
    let _ = copy.value(0, &[], true, ROOM);
    copy.out
}

struct Copy<'b, 'w, R> {
    pull: Pull<'b, R>,
    out: Vec<u8>,
    wrappers: &'w [String],
    most: usize,
    longest: usize,
}

impl<R: Read> Copy<'_, '_, R> {
    /// Copies the value at the place. `key` leads to it; `on_way`: records may be found through it; `room`: how long the
    /// copy may be.
    fn value(&mut self, depth: usize, key: &[u8], on_way: bool, room: usize) -> Option<()> {
        self.pull.forget();
        match self.pull.peek()? {
            b'{' | b'[' if depth > DEEPEST => {
                self.pull.pass()?;
                self.out.extend_from_slice(b"null");
            }
            b'{' => {
                self.one();
                self.members(depth, on_way, room)?;
            }
            b'[' => {
                self.one();
                self.elements(depth, room)?;
            }
            b'"' => {
                let longest = if key == CONTENT { self.longest } else { LONGEST };
                if let Some(end) = self.pull.reach(longest, string_end) {
                    self.up_to(end);
                } else {
                    self.pull.pass()?;
                    self.out.extend_from_slice(b"null");
                }
            }
            _ => {
                let end = self.pull.reach(LONGEST, scalar_end)?;
                self.up_to(end);
            }
        }
        Some(())
    }

    fn members(&mut self, depth: usize, on_way: bool, room: usize) -> Option<()> {
        let mut count = 0;
        loop {
            match self.pull.after(b",")? {
                b'}' => {
                    self.one();
                    return Some(());
                }
                b'"' => {}
                _ => return None,
            }
            let end = self.pull.reach(LONGEST, string_end)?;
            let key = self.pull.bytes()[self.pull.at..end].to_vec();
            self.pull.at = end;
            if self.pull.after(b"")? != b':' {
                return None;
            }
            self.pull.at += 1;
            self.pull.after(b"")?;
            let name = serde_json::from_slice::<String>(&key).ok()?;
            let leads_on = on_way && is_wrapper(&name, self.wrappers);
            let room = if leads_on { self.out.len() + ROOM } else { room };
            if leads_on || self.out.len() < room && (on_way || count < MEMBERS) {
                if count > 0 {
                    self.out.push(b',');
                }
                count += 1;
                self.out.extend_from_slice(&key);
                self.out.push(b':');
                self.value(depth + 1, &key, leads_on, room)?;
            } else {
                self.pull.pass()?;
            }
        }
    }

    fn elements(&mut self, depth: usize, room: usize) -> Option<()> {
        let mut count = 0;
        loop {
            if self.pull.after(b",")? == b']' {
                self.one();
                return Some(());
            }
            if count == self.most || self.out.len() >= room {
                self.pull.pass_to(b'[', b']', 1)?;
                self.out.push(b']');
                return Some(());
            }
            if count > 0 {
                self.out.push(b',');
            }
            count += 1;
            self.value(depth + 1, &[], false, room)?;
        }
    }

    /// Copies the byte at the place.
    fn one(&mut self) {
        self.up_to(self.pull.at + 1);
    }

    fn up_to(&mut self, end: usize) {
        self.out.extend_from_slice(&self.pull.blocks.ahead[self.pull.at..end]);
        self.pull.at = end;
    }
}
