//! Lines that fit: wrapping, columns, display width, and colour that adds nothing to the words.

use std::borrow::Cow;

use crate::render::doc::Tone;
use crate::render::text;

/// A blank at which no line is broken; printed as an ordinary one.
pub(in crate::render) const UNBROKEN: char = '\u{A0}';

/// Lines of text of a given width.
pub(in crate::render) struct Page {
    out: String,
    pub(in crate::render) width: usize,
    colour: bool,
    gap: bool,
}

impl Page {
    pub(in crate::render) fn new(width: usize, colour: bool) -> Self {
        Self { out: String::new(), width, colour, gap: false }
    }

    pub(in crate::render) fn finish(self) -> String {
        self.out
    }

    /// An empty line before the next one; none at the beginning, nor at the end, nor a second one.
    pub(in crate::render) fn gap(&mut self) {
        self.gap = !self.out.is_empty();
    }

    /// A finished line.
    pub(in crate::render) fn line(&mut self, line: &str) {
        if std::mem::take(&mut self.gap) {
            self.out.push('\n');
        }
        self.out.push_str(&line.trim_end().replace(UNBROKEN, " "));
        self.out.push('\n');
    }

    /// Words in the colour of their tone, if wanted.
    pub(in crate::render) fn toned(&self, tone: Tone, words: &str) -> String {
        let code = match tone {
            Tone::Over | Tone::Critical => "1;31",
            Tone::Unsure => "1;33",
            Tone::Waived => "1;35",
            Tone::Within => "1;32",
            Tone::High => "31",
            Tone::Neutral => "1",
            Tone::Medium | Tone::Low => return words.to_owned(),
        };
        if self.colour { format!("\u{1b}[{code}m{words}\u{1b}[0m") } else { words.to_owned() }
    }

    /// Text wrapped under an indent; later lines are indented two columns more.
    pub(in crate::render) fn wrap(&mut self, indent: &str, text: &str) {
        let hanging = format!("{indent}  ");
        self.wrapped(indent, &hanging, indent.len(), text);
    }

    /// Text after a first word whose display width is given apart, because it may hold colour.
    pub(in crate::render) fn wrap_after(&mut self, first: &str, first_width: usize, text: &str) {
        self.wrapped(&format!("{first}: "), "  ", first_width + 2, text);
    }

    /// Text after a mark such as `* `; later lines stand under the text.
    pub(in crate::render) fn wrap_under(&mut self, mark: &str, text: &str) {
        self.wrapped(mark, &" ".repeat(mark.len()), mark.len(), text);
    }

    /// Text after what is set already, of which the width is given; later lines stand under an indent.
    pub(super) fn wrap_from(&mut self, set: &str, set_width: usize, indent: &str, text: &str) {
        self.wrapped(set, indent, set_width, text);
    }

    fn wrapped(&mut self, first: &str, hanging: &str, first_width: usize, text: &str) {
        let mut line = first.to_owned();
        let mut used = first_width;
        let mut fresh = true;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            for piece in pieces(word, self.width - hanging.len()) {
                let wide = width(piece);
                let space = usize::from(!fresh);
                if used + space + wide > self.width && (!fresh || first_width + wide > self.width) {
                    self.line(&line);
                    hanging.clone_into(&mut line);
                    used = hanging.len();
                    fresh = true;
                }
                if !fresh {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(piece);
                used += wide;
                fresh = false;
            }
        }
        self.line(&line);
    }
}

/// A word in pieces that each fit.
fn pieces(word: &str, room: usize) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut used = 0;
    for (at, character) in word.char_indices() {
        let wide = char_width(character);
        if used + wide > room && at > start {
            out.push(&word[start..at]);
            start = at;
            used = 0;
        }
        used += wide;
    }
    out.push(&word[start..]);
    out
}

/// Text without anything that a terminal would obey.
pub(in crate::render) fn clean(plain: &str) -> Cow<'_, str> {
    match text::shown(plain) {
        Cow::Borrowed(plain) => text::visible(plain, false),
        Cow::Owned(cut) => Cow::Owned(text::visible(&cut, false).into_owned()),
    }
}

/// Columns that a text takes.
pub(in crate::render) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Cut to a width with an ellipsis, padded to it.
pub(in crate::render) fn fit(text: &str, columns: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    let whole = width(text) <= columns;
    for character in text.chars() {
        let wide = char_width(character);
        if !whole && used + wide > columns.saturating_sub(1) {
            out.push('…');
            used += 1;
            break;
        }
        out.push(character);
        used += wide;
    }
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    out
}

/// A text in lines of some columns, broken at blanks, and within a word only where that is longer.
pub(super) fn broken(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        for piece in pieces(word, columns) {
            let last = lines.last_mut().expect("there is a line");
            if last.is_empty() {
                last.push_str(piece);
            } else if width(last) + 1 + width(piece) <= columns {
                last.push(' ');
                last.push_str(piece);
            } else {
                lines.push(piece.to_owned());
            }
        }
    }
    lines
}

/// Padded on the left.
pub(in crate::render) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Two columns for East Asian wide characters and emoji, none for what combines with the character before, else one.
fn char_width(character: char) -> usize {
    match u32::from(character) {
        0x0300..=0x036F | 0x0591..=0x05BD | 0x064B..=0x065F | 0x200C..=0x200D | 0x20D0..=0x20FF | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF01..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F680..=0x1F6FF
        | 0x1F900..=0x1F9FF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn widths_of_scripts() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("日本"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("ab", 4), "ab  ");
        assert_eq!(right("ab", 4), "  ab");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,200}", columns in 40_usize..130) {
            let mut page = Page::new(columns, false);
            page.wrap("    ", &clean(&text));
            page.wrap_after("insufficient evidence", 21, &clean(&text));
            for line in page.finish().lines() {
                prop_assert!(width(line) <= columns, "{line}");
            }
        }
    }
}
