//! LDIF (RFC 2849): entries of a directory, or changes to them.
//!
//! An entry is a record with `dn` and its attributes by name, without options (`;lang-de`), a list where there are
//! several values. A modification has `changetype` and `changes`, each with `op`, `attribute` and `values`.

use std::io::{self, BufRead};

use base64::Engine as _;
use serde_json::{Map, Value, json};

use super::invalid;

/// Whether a text begins as LDIF does, after comments and blank lines.
pub(super) fn begins(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let mut comment = false;
    let first = lines.find(|line| {
        // A folded comment goes on after a blank.
        comment = line.starts_with(b"#") || comment && line.starts_with(b" ");
        !line.is_empty() && !comment
    });
    let is = |line: &[u8], name: &[u8]| line.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
    match first {
        Some(line) if is(line, b"dn:") => true,
        Some(line) if is(line, b"version:") => {
            lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).is_some_and(|line| is(line, b"dn:"))
        }
        _ => false,
    }
}

/// The records of a stream.
pub(super) struct Records<R> {
    reader: R,
    line: u64,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, line: 0 }
    }

    /// The lines of the next record, unfolded, each with its number.
    fn lines(&mut self) -> io::Result<Vec<(u64, String)>> {
        let mut lines: Vec<(u64, String)> = Vec::new();
        let mut bytes = Vec::new();
        let mut comment = false;
        loop {
            bytes.clear();
            if self.reader.read_until(b'\n', &mut bytes)? == 0 {
                return Ok(lines);
            }
            self.line += 1;
            let text = String::from_utf8_lossy(bytes.strip_suffix(b"\n").unwrap_or(&bytes));
            let text = text.strip_suffix('\r').unwrap_or(&text).trim_start_matches('\u{feff}');
            if let Some(more) = text.strip_prefix(' ') {
                if let Some((_, last)) = lines.last_mut().filter(|_| !comment) {
                    last.push_str(more);
                }
                continue;
            }
            comment = text.starts_with('#');
            match text {
                "" if lines.is_empty() => {}
                "" => return Ok(lines),
                _ if comment => {}
                _ if lines.is_empty() && is_version(text) => {}
                text => lines.push((self.line, text.to_owned())),
            }
        }
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = io::Result<Value>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.lines() {
            Ok(lines) if lines.is_empty() => None,
            Ok(lines) => Some(record(&lines)),
            Err(cause) => Some(Err(cause)),
        }
    }
}

fn is_version(text: &str) -> bool {
    attribute(text).is_some_and(|(name, value)| name.eq_ignore_ascii_case("version") && value.as_str() == Some("1"))
}

fn record(lines: &[(u64, String)]) -> io::Result<Value> {
    let mut members = Map::new();
    let mut changes: Vec<Value> = Vec::new();
    let modifies = |members: &Map<String, Value>| {
        members.get("changetype").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("modify"))
    };
    for (number, line) in lines {
        if line == "-" {
            continue;
        }
        let Some((name, value)) = attribute(line) else {
            return Err(invalid(format!("line {number} is no line of LDIF: a name and a colon are expected")));
        };
        let name = if name.eq_ignore_ascii_case("dn") || name.eq_ignore_ascii_case("changetype") {
            name.to_lowercase()
        } else {
            name
        };
        if modifies(&members) {
            match name.to_lowercase().as_str() {
                op @ ("add" | "delete" | "replace" | "increment") => {
                    changes.push(json!({ "op": op, "attribute": value, "values": [] }));
                }
                _ => {
                    if let Some(Value::Array(values)) = changes.last_mut().and_then(|change| change.get_mut("values")) {
                        values.push(value);
                    }
                }
            }
            continue;
        }
        let known = members.keys().find(|known| known.eq_ignore_ascii_case(&name)).cloned();
        match members.entry(known.unwrap_or(name)).or_insert(Value::Null) {
            Value::Array(list) => list.push(value),
            empty @ Value::Null => *empty = value,
            one => *one = Value::Array(vec![one.take(), value]),
        }
    }
    if !changes.is_empty() {
        members.insert("changes".to_owned(), Value::Array(changes));
    }
    Ok(Value::Object(members))
}

/// Name, without options, and value of a line.
fn attribute(line: &str) -> Option<(String, Value)> {
    let (name, value) = line.split_once(':')?;
    let name = name.split(';').next()?.trim();
    if name.is_empty() {
        return None;
    }
    let value = match value.as_bytes() {
        [b':', ..] => {
            let packed: String = value[1..].chars().filter(|c| !c.is_whitespace()).collect();
            match base64::engine::general_purpose::STANDARD.decode(&packed) {
                Ok(bytes) => Value::String(readable(name, &bytes).unwrap_or(packed)),
                Err(_) => Value::Null,
            }
        }
        // A place to fetch the value from: it is not here.
        [b'<', ..] => Value::Null,
        _ => Value::String(value.trim_start().to_owned()),
    };
    Some((name.to_owned(), value))
}

/// Bytes as the text that everybody writes for them.
fn readable(name: &str, bytes: &[u8]) -> Option<String> {
    if name.eq_ignore_ascii_case("objectGUID")
        && let Ok([a, b, c, d, e, f, g, h, rest @ ..]) = <[u8; 16]>::try_from(bytes)
    {
        let [i, j, tail @ ..] = rest;
        let tail = crate::source::open::hex(&tail);
        return Some(format!("{d:02x}{c:02x}{b:02x}{a:02x}-{f:02x}{e:02x}-{h:02x}{g:02x}-{i:02x}{j:02x}-{tail}"));
    }
    if name.eq_ignore_ascii_case("objectSid")
        && let [revision, count, authority @ ..] = bytes
        && authority.len() == 6 + 4 * usize::from(*count)
    {
        let (authority, parts) = authority.split_at(6);
        let authority = authority.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let parts = parts.chunks_exact(4).map(|part| u32::from_le_bytes([part[0], part[1], part[2], part[3]]));
        return Some(parts.fold(format!("S-{revision}-{authority}"), |sid, part| format!("{sid}-{part}")));
    }
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<Value> {
        Records::new(text.as_bytes()).map(|record| record.expect("a record")).collect()
    }

    #[test]
    fn entries_unfold_and_decode() {
        let text = "# a comment\n  that goes on\nversion: 1\n\ndn: uid=ann, ou=People,\n  dc=x\ncn;lang-de: Ann\nMail: a@x.example\nmail: b@x.example\n\
                    displayName:: w4RubmE=\nobjectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==\nphoto:< file:///a\n\n\ndn: ou=People,dc=x\r\nou: People\r\n";
        assert!(begins(text.as_bytes()));
        assert_eq!(
            records(text),
            [
                json!({
                    "dn": "uid=ann, ou=People, dc=x", "cn": "Ann", "Mail": ["a@x.example", "b@x.example"], "displayName": "Änna",
                    "objectGUID": "04030201-0605-0807-090a-0b0c0d0e0f10", "photo": null,
                }),
                json!({"dn": "ou=People,dc=x", "ou": "People"}),
            ]
        );
    }

    #[test]
    fn changes_keep_their_order() {
        let text = "dn: uid=ann,dc=x\nchangetype: modify\nreplace: loginDisabled\nloginDisabled: TRUE\n-\nadd: member\nmember: a\nmember: b\n-\n\ndn: uid=bob,dc=x\nchangetype: delete\n";
        assert_eq!(
            records(text),
            [
                json!({"dn": "uid=ann,dc=x", "changetype": "modify", "changes": [
                    {"op": "replace", "attribute": "loginDisabled", "values": ["TRUE"]},
                    {"op": "add", "attribute": "member", "values": ["a", "b"]},
                ]}),
                json!({"dn": "uid=bob,dc=x", "changetype": "delete"}),
            ]
        );
    }

    #[test]
    fn only_ldif_begins_so() {
        for (text, is) in [
            ("dn: cn=a\n", true),
            ("DN:: Y249YQ==\n", true),
            ("# c\nversion: 1\ndn: cn=a\n", true),
            ("version: 1\nname: x\n", false),
            ("dn,cn\n", false),
            ("", false),
        ] {
            assert_eq!(begins(text.as_bytes()), is, "{text}");
        }
        assert!(Records::new(&b"dn: a\nno colon\n"[..]).next().is_some_and(|record| record.is_err()));
    }
}
