//! Finds where JSON values begin and end without parsing them, so that a broken or missing end costs one record only.

use memchr::{memchr2, memchr3};

/// What stands at a place between values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A complete object, or a complete scalar (`object` tells), from `start` to before `end`.
    Value { start: usize, end: usize, object: bool },
    /// A value that begins here and does not end.
    Cut { start: usize },
    /// Nothing more.
    End,
}

pub(super) fn blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x1e || byte == 0
}

/// The next top-level value from `at`. Lists at this level are transparent; `depth` counts those that are open.
pub(super) fn next(bytes: &[u8], mut at: usize, depth: &mut i64) -> Next {
    loop {
        match bytes.get(at) {
            None => return Next::End,
            Some(b'[') => *depth += 1,
            Some(b']') => *depth -= 1,
            Some(b',') => {}
            Some(byte) if blank(*byte) => {}
            Some(b'{') => {
                return match balanced(bytes, at, b'{', b'}') {
                    Some(end) => Next::Value { start: at, end, object: true },
                    None => Next::Cut { start: at },
                };
            }
            Some(_) => {
                return match scalar_end(bytes, at) {
                    Some(end) => Next::Value { start: at, end, object: false },
                    None => Next::Cut { start: at },
                };
            }
        }
        at += 1;
    }
}

/// The place after the bracket that closes the one at `at`.
pub(super) fn balanced(bytes: &[u8], at: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = at;
    loop {
        let found = at + memchr3(b'"', open, close, bytes.get(at..)?)?;
        let byte = bytes[found];
        if byte == b'"' {
            at = string_end(bytes, found)?;
            continue;
        }
        at = found + 1;
        if byte == open {
            depth += 1;
        } else {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at);
            }
        }
    }
}

/// The place after the string that begins at `at`.
pub(super) fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[found] == b'"' {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// The place after a text, a number or a word; `None` when the bytes end first.
pub(super) fn scalar_end(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at] == b'"' {
        return string_end(bytes, at);
    }
    let length =
        bytes[at..].iter().position(|byte| matches!(byte, b',' | b']' | b'}' | b'[' | b'{' | b'"') || blank(*byte))?;
    // A stray closing brace must not stop the scan for ever.
    Some(at + length.max(1))
}

/// The place after any value that begins at `at`.
pub(super) fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'{' => balanced(bytes, at, b'{', b'}'),
        b'[' => balanced(bytes, at, b'[', b']'),
        _ => scalar_end(bytes, at),
    }
}

/// The text with whole numbers of more than 18 digits as texts: they are ids, and a number of the machine would round
/// them.
pub(super) fn long_numbers_as_texts(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 16);
    let (mut at, mut done) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = string_end(bytes, at).unwrap_or(bytes.len()),
            b'-' | b'0'..=b'9' => {
                let end = scalar_end(bytes, at).unwrap_or(bytes.len());
                let digits = text[at..end].trim_start_matches('-');
                if digits.len() > 18 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    out.push_str(&text[done..at]);
                    out.push('"');
                    out.push_str(&text[at..end]);
                    out.push('"');
                    done = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    out.push_str(&text[done..]);
    out
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The key, unescaped.
    pub(super) key: String,
    /// Where its value begins.
    pub(super) start: usize,
    /// Where it ends; the end of the bytes when it is cut off.
    pub(super) end: usize,
    /// Whether the value is complete.
    pub(super) complete: bool,
}

/// The members of the object that begins at `at`, as far as they can be found.
pub(super) fn members(bytes: &[u8], at: usize) -> Vec<Member> {
    let mut out = Vec::new();
    let mut at = at + 1;
    loop {
        while bytes.get(at).is_some_and(|byte| blank(*byte) || *byte == b',') {
            at += 1;
        }
        if bytes.get(at) != Some(&b'"') {
            return out;
        }
        let Some(end) = string_end(bytes, at) else { return out };
        let Ok(key) = serde_json::from_slice::<String>(&bytes[at..end]) else { return out };
        at = end;
        while bytes.get(at).is_some_and(|byte| blank(*byte)) {
            at += 1;
        }
        if bytes.get(at) != Some(&b':') {
            return out;
        }
        at += 1;
        while bytes.get(at).is_some_and(|byte| blank(*byte)) {
            at += 1;
        }
        if at >= bytes.len() {
            return out;
        }
        if let Some(end) = value_end(bytes, at) {
            out.push(Member { key, start: at, end, complete: true });
            at = end;
        } else {
            out.push(Member { key, start: at, end: bytes.len(), complete: false });
            return out;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> (Vec<&str>, bool, i64) {
        let mut out = Vec::new();
        let (mut at, mut depth) = (0, 0);
        loop {
            match next(text.as_bytes(), at, &mut depth) {
                Next::Value { start, end, .. } => {
                    out.push(&text[start..end]);
                    at = end;
                }
                Next::Cut { .. } => return (out, true, depth),
                Next::End => return (out, false, depth),
            }
        }
    }

    #[test]
    fn finds_values_in_every_container() {
        assert_eq!(
            all("[{\"a\":[1,{}]}, {\"b\":\"}\\\"\"}]\n"),
            (vec!["{\"a\":[1,{}]}", "{\"b\":\"}\\\"\"}"], false, 0)
        );
        assert_eq!(all("{\n}\n{}\n{\"a\":1}"), (vec!["{\n}", "{}", "{\"a\":1}"], false, 0));
        assert_eq!(all("[{\"a\":1},{\"b\":"), (vec!["{\"a\":1}"], true, 1));
        assert_eq!(all("[\"x\",1,null]"), (vec!["\"x\"", "1", "null"], false, 0));
        assert_eq!(all("[{}][{}]"), (vec!["{}", "{}"], false, 0));
        assert_eq!(all("}}{}"), (vec!["}", "}", "{}"], false, 0));
    }

    #[test]
    fn finds_members_even_when_cut() {
        let text = b"{\"a\" : [1, 2], \"b\\u0063\":{\"x\":\"]\"}, \"value\":[{\"k\":1},{";
        let found: Vec<(String, &[u8], bool)> = members(text, 0)
            .into_iter()
            .map(|member| (member.key, &text[member.start..member.end], member.complete))
            .collect();
        assert_eq!(
            found,
            [
                ("a".to_owned(), &b"[1, 2]"[..], true),
                ("bc".to_owned(), &b"{\"x\":\"]\"}"[..], true),
                ("value".to_owned(), &b"[{\"k\":1},{"[..], false),
            ]
        );
    }

    #[test]
    fn long_numbers_become_texts() {
        let text = r#"{"id":123456789012345678901,"n":-9999999999999999999,"s":"1234567890123456789012","f":1234567890123456789.5,"e":1e300,"k":[18446744073709551616],"é":7}"#;
        assert_eq!(
            long_numbers_as_texts(text),
            r#"{"id":"123456789012345678901","n":"-9999999999999999999","s":"1234567890123456789012","f":1234567890123456789.5,"e":1e300,"k":["18446744073709551616"],"é":7}"#
        );
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_always_ends(text in "[\\[\\]{}\",:\\\\a1 ]{0,80}") {
            all(&text);
            members(text.as_bytes(), 0);
        }
    }
}
