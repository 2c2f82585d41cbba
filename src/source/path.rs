//! Names and paths: how keys are compared, and the little path language of mappings.

use std::borrow::Cow;

/// The name of a system: systems are names without regard to case.
pub(super) fn system_name(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_uppercase) { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
}

/// A key without what the spellings of one product differ in: case, `_`, `-` and blanks.
pub(super) fn fold(key: &str) -> String {
    if !key.is_ascii() {
        return key.chars().filter(|c| !is_ignored(*c)).flat_map(char::to_lowercase).collect();
    }
    let mut folded = String::with_capacity(key.len());
    for byte in key.bytes().filter(|byte| !is_ignored_ascii(*byte)) {
        folded.push(char::from(byte.to_ascii_lowercase()));
    }
    folded
}

fn is_ignored_ascii(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | 0x0b) || byte.is_ascii_whitespace()
}

fn is_ignored(c: char) -> bool {
    matches!(c, '_' | '-' | '\u{feff}') || c.is_whitespace()
}

/// Whether `key` folds to `folded`, without building a string for plain ASCII keys.
pub(super) fn same_key(key: &str, folded: &str) -> bool {
    if !key.is_ascii() {
        return fold(key) == folded;
    }
    let mut wanted = folded.bytes();
    for byte in key.bytes() {
        if is_ignored_ascii(byte) {
            continue;
        }
        if wanted.next() != Some(byte.to_ascii_lowercase()) {
            return false;
        }
    }
    wanted.next().is_none()
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The member of an object, by folded key.
    Key(String),
    /// An element of a list, from 0.
    Index(usize),
    /// The first element whose member `key` (folded) is one of the words (lower case).
    Pick(String, Vec<String>),
    /// The parts of a text between these.
    Split(String),
}

/// What begins the verb that takes a text apart.
const SPLIT: &str = "split(";

/// A compiled path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// As written, for messages.
    pub(super) text: String,
    /// `^`: from the record, though the row stands for an element of it.
    pub(super) from_record: bool,
    /// The way.
    pub(super) steps: Vec<Step>,
}

impl Path {
    /// A column name of a CSV file.
    pub(super) fn column(name: &str) -> Self {
        let inner = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(name);
        Self { text: name.to_owned(), from_record: false, steps: vec![Step::Key(fold(inner))] }
    }

    /// The folded key that the path begins with.
    pub(super) fn head(&self) -> Option<&str> {
        match self.steps.first() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Reads a JSON path; the message says what was expected.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let (from_record, rest) = match text.strip_prefix('^') {
            Some(rest) => (true, rest.strip_prefix('.').unwrap_or(rest)),
            None => (false, text),
        };
        let (mut rest, verb) = match rest.split_once('|') {
            Some((rest, verb)) => (rest, Some(verb)),
            None => (rest, None),
        };
        let split = verb.map(|verb| {
            let by = verb.strip_prefix(SPLIT).and_then(|by| by.strip_suffix(')')).filter(|by| !by.is_empty());
            by.map(|by| Step::Split(by.to_owned())).ok_or("expected `|split(…)` with what stands between the parts")
        });
        let split = split.transpose()?;
        let mut steps = Vec::new();
        if rest.is_empty() && text.is_empty() {
            return Err("the path is empty");
        }
        // The element itself, when a list holds plain texts.
        if matches!(rest, "" | ".") {
            steps.extend(split);
            return Ok(Self::new(text, from_record, steps));
        }
        loop {
            let key;
            if let Some(quoted) = rest.strip_prefix('"') {
                let end = quoted.find('"').ok_or("the quote of a key is not closed")?;
                key = &quoted[..end];
                rest = &quoted[end + 1..];
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                key = &rest[..end];
                rest = &rest[end..];
            }
            if key.trim().is_empty() {
                return Err("a key is missing between two dots");
            }
            steps.push(Step::Key(fold(key)));
            while let Some(inner) = rest.strip_prefix('[') {
                let end = inner.find(']').ok_or("a bracket is not closed")?;
                steps.push(bracket(&inner[..end])?);
                rest = &inner[end + 1..];
            }
            match rest.strip_prefix('.') {
                Some(next) => rest = next,
                None if rest.is_empty() => {
                    steps.extend(split);
                    return Ok(Self::new(text, from_record, steps));
                }
                None => return Err("expected a dot or the end of the path"),
            }
        }
    }

    fn new(text: &str, from_record: bool, steps: Vec<Step>) -> Self {
        Self { text: text.to_owned(), from_record, steps }
    }
}

/// The way from the top of a document, or of a line, to its records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WayStep {
    /// Through the member of an object (folded), or of each object of a list.
    Key(String),
    /// To every member of a map.
    Each,
    /// To the tree that names with dots stand for. No mapping writes it.
    Tree,
}

/// Reads a way such as `""`, `value[]`, `Users{}` or `interactions[].response.body`; the message says what was expected.
pub(super) fn way(text: &str) -> Result<Vec<WayStep>, &'static str> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let key;
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').ok_or("the quote of a key is not closed")?;
            (key, rest) = (&quoted[..end], &quoted[end + 1..]);
        } else {
            let end = rest.find(['.', '[', '{']).unwrap_or(rest.len());
            (key, rest) = rest.split_at(end);
        }
        if !key.is_empty() {
            steps.push(WayStep::Key(fold(key)));
        }
        if let Some(after) = rest.strip_prefix("{}") {
            steps.push(WayStep::Each);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("[]") {
            rest = after;
        } else if key.is_empty() {
            return Err("a key is missing in the way");
        }
        match rest.strip_prefix('.') {
            Some("") => return Err("a key is missing at the end of the way"),
            Some(after) => rest = after,
            None if rest.is_empty() || rest.starts_with(['{', '[']) => {}
            None => return Err("expected a dot, `[]`, `{}` or the end of the way"),
        }
    }
    Ok(steps)
}

fn bracket(inner: &str) -> Result<Step, &'static str> {
    if let Ok(index) = inner.parse() {
        return Ok(Step::Index(index));
    }
    let (key, words) = inner.split_once('=').ok_or("expected a number or `key=word,word` in brackets")?;
    let words: Vec<String> =
        words.split(',').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect();
    if key.trim().is_empty() || words.is_empty() {
        return Err("expected `key=word,word` in brackets");
    }
    Ok(Step::Pick(fold(key), words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_keys_without_spelling() {
        for (key, folded) in [("App_Id", "appid"), ("Display Name", "displayname"), ("événement-Type", "événementtype")]
        {
            assert!(same_key(key, folded), "{key}");
            assert_eq!(fold(key), folded);
        }
        assert!(!same_key("id", "ids"));
        assert!(!same_key("ids", "id"));
    }

    #[test]
    fn parses_the_documented_paths() {
        let path = Path::parse("target[type=User,AppUser].alternateId").expect("a path");
        assert_eq!(
            path.steps,
            [
                Step::Key("target".into()),
                Step::Pick("type".into(), vec!["user".into(), "appuser".into()]),
                Step::Key("alternateid".into())
            ]
        );
        let quoted = Path::parse("^.\"a.b\"[0]").expect("a path");
        assert!(quoted.from_record);
        assert_eq!(quoted.steps, [Step::Key("a.b".into()), Step::Index(0)]);
        for wrong in ["", "a..b", "a[", "a[x]", "a[=b]", "a[0]b", "\"a"] {
            assert!(Path::parse(wrong).is_err(), "{wrong}");
        }
    }
}
