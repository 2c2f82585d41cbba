//! Text that is not UTF-8: read line by line as Windows-1252, and said so.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// What was met in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Lines or records that are not UTF-8.
    pub(super) foreign: u64,
    /// Whether there are letters beyond ASCII that are UTF-8.
    pub(super) utf8: bool,
}

impl Found {
    /// Adds what another part met.
    pub(super) fn merge(&mut self, other: &Self) {
        self.foreign += other.foreign;
        self.utf8 |= other.utf8;
    }

    /// A text that is one record.
    pub(super) fn decode<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.utf8 = self.utf8 || !text.is_ascii();
            return Cow::Borrowed(text);
        }
        self.foreign += 1;
        WINDOWS_1252.decode_without_bom_handling(bytes).0
    }

    /// A text of many lines, each judged by itself, so that the size of blocks does not matter.
    pub(super) fn decode_lines<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.utf8 = self.utf8 || !text.is_ascii();
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(bytes.len() + bytes.len() / 8);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            out.push_str(&self.decode(line));
        }
        Cow::Owned(out)
    }
}
