//! Cuts SQL text into words, parameters, literals and comments: just enough to substitute and to check.

use std::ops::Range;

/// What a piece of SQL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or an unquoted name.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A string in single quotes.
    Text,
    /// A number.
    Number,
    /// `:name`.
    Parameter,
    /// `-- …` or `/* … */`.
    Comment,
    /// One other character.
    Symbol,
}

/// A piece of SQL and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    /// Whether a string, quoted name or comment is closed.
    pub(super) closed: bool,
}

impl Token {
    /// Its text.
    pub(super) fn text<'a>(&self, sql: &'a str) -> &'a str {
        &sql[self.range.clone()]
    }

    /// Whether it is this word or symbol, without regard to case.
    pub(super) fn is(&self, sql: &str, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Symbol) && self.text(sql).eq_ignore_ascii_case(word)
    }
}

/// All pieces in order; white space is left out. Never fails: what is not closed runs to the end.
pub(super) fn tokens(sql: &str) -> Vec<Token> {
    let bytes = sql.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        let next = bytes.get(at + 1).copied();
        let (kind, end, closed) = match byte {
            _ if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if next == Some(b'-') => {
                (Kind::Comment, sql[at..].find('\n').map_or(bytes.len(), |end| at + end), true)
            }
            b'/' if next == Some(b'*') => match sql[at + 2..].find("*/") {
                Some(end) => (Kind::Comment, at + 2 + end + 2, true),
                None => (Kind::Comment, bytes.len(), false),
            },
            b'\'' => quoted(bytes, at, b'\'', Kind::Text),
            b'"' => quoted(bytes, at, b'"', Kind::Quoted),
            b':' if next == Some(b':') => (Kind::Symbol, at + 2, true),
            b':' if next.is_some_and(begins_word) => (Kind::Parameter, word_end(bytes, at + 1), true),
            _ if begins_word(byte) => (Kind::Word, word_end(bytes, at), true),
            b'0'..=b'9' => (Kind::Number, word_end(bytes, at), true),
            _ => (Kind::Symbol, at + sql[at..].chars().next().map_or(1, char::len_utf8), true),
        };
        out.push(Token { kind, range: start..end, closed });
        at = end;
    }
    out
}

fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn word_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..]
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
        .map_or(bytes.len(), |end| from + end)
}

/// A doubled quote stands for itself.
fn quoted(bytes: &[u8], from: usize, quote: u8, kind: Kind) -> (Kind, usize, bool) {
    let mut at = from + 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) == Some(&quote) {
                at += 2;
                continue;
            }
            return (kind, at + 1, true);
        }
        at += 1;
    }
    (kind, bytes.len(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(sql: &str) -> Vec<(Kind, &str)> {
        tokens(sql).iter().map(|token| (token.kind, token.text(sql))).collect()
    }

    #[test]
    fn strings_and_comments_hide_what_is_in_them() {
        assert_eq!(
            kinds("a = ':x''--' -- :y '\n/* ; \" */ \":z\" :w x::y"),
            [
                (Kind::Word, "a"),
                (Kind::Symbol, "="),
                (Kind::Text, "':x''--'"),
                (Kind::Comment, "-- :y '"),
                (Kind::Comment, "/* ; \" */"),
                (Kind::Quoted, "\":z\""),
                (Kind::Parameter, ":w"),
                (Kind::Word, "x"),
                (Kind::Symbol, "::"),
                (Kind::Word, "y"),
            ]
        );
    }

    #[test]
    fn what_is_not_closed_runs_to_the_end() {
        for sql in ["'abc", "/* abc", "\"abc", "x /*/", "'"] {
            let last = tokens(sql).pop().expect("a token");
            assert!(!last.closed, "{sql}");
            assert_eq!(last.range.end, sql.len());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_in_order_without_overlap(sql in "\\PC*") {
            let mut end = 0;
            for token in tokens(&sql) {
                proptest::prop_assert!(token.range.start >= end && token.range.end > token.range.start);
                proptest::prop_assert!(sql[end..token.range.start].trim().is_empty() || sql[end..token.range.start].bytes().all(|b| b.is_ascii_whitespace()));
                end = token.range.end;
            }
        }
    }
}
