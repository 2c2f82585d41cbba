//! The text of a rule file, its values with their places, and every mistake in it.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::near::did_you_mean;
use crate::diag::{Diagnostic, Place};

/// A value of a parsed rule file with its place in the text.
pub(crate) type Node<'i> = Spanned<DeValue<'i>>;

/// The code of everything that is not TOML.
const SYNTAX: &str = "rule-syntax";

/// The text of a rule file, and what there is to say about it.
pub(crate) struct Sheet<'t> {
    file: String,
    text: &'t str,
    /// Where the TOML begins in the text.
    offset: usize,
    said: Vec<(usize, Diagnostic)>,
}

impl<'t> Sheet<'t> {
    /// Parses a text; mistakes of syntax are kept with the others.
    pub(crate) fn open(file: &str, text: &'t str) -> (Self, Spanned<DeTable<'t>>) {
        Self::open_part(file, text, 0..text.len())
    }

    /// Parses the part of a text that is TOML. Spans are those of the part; places are those of the whole text.
    pub(crate) fn open_part(file: &str, text: &'t str, part: Range<usize>) -> (Self, Spanned<DeTable<'t>>) {
        let (table, errors) = DeTable::parse_recoverable(&text[part.clone()]);
        let mut sheet = Self { file: file.to_owned(), text, offset: part.start, said: Vec::new() };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let first = error.message().lines().next().unwrap_or("not understood").trim_end_matches('.').to_owned();
            sheet.say(SYNTAX, span, format!("not valid TOML: {first}"));
        }
        (sheet, table)
    }

    /// The line and column of a byte range.
    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        Place::offset(self.file.clone(), self.text, self.offset + span.start)
    }

    /// Records a mistake.
    pub(crate) fn say(&mut self, code: &'static str, span: Range<usize>, message: impl Into<String>) {
        self.push(span, Diagnostic::error(code, message));
    }

    /// Records a mistake with what to do about it.
    pub(crate) fn say_hint(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let mut diagnostic = Diagnostic::error(code, message);
        diagnostic.hint = hint;
        self.push(span, diagnostic);
    }

    fn push(&mut self, span: Range<usize>, diagnostic: Diagnostic) {
        let place = self.place(&span);
        self.said.push((span.start, diagnostic.at(place)));
    }

    /// How many mistakes were recorded so far.
    pub(crate) fn mistakes(&self) -> usize {
        self.said.len()
    }

    /// Everything that was said, in the order of the text. Where the text is not TOML, only that is said: what was
    /// understood of the rest may be wrong.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if self.said.iter().any(|(_, diagnostic)| diagnostic.code == SYNTAX) {
            self.said.retain(|(_, diagnostic)| diagnostic.code == SYNTAX);
        }
        self.said.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        self.said.dedup();
        self.said.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }

    /// A value that must be a text or a list of texts; empty after a mistake.
    pub(crate) fn as_texts(&mut self, name: &str, node: &Node<'_>) -> Vec<Spanned<String>> {
        match node.get_ref() {
            DeValue::Array(items) => {
                if items.is_empty() {
                    self.say("rule-value", node.span(), format!("`{name}` is an empty list"));
                }
                items.iter().filter_map(|item| self.as_text(name, item)).collect()
            }
            _ => self.as_text(name, node).into_iter().collect(),
        }
    }

    /// A value that must be text, as it stands: a blank between quotes can be what is meant.
    pub(crate) fn as_raw(&mut self, name: &str, node: &Node<'_>) -> Option<String> {
        if let DeValue::String(text) = node.get_ref() {
            return Some(text.to_string());
        }
        let found = kind(node.get_ref());
        self.say("rule-value", node.span(), format!("`{name}` must be text, this is {found}"));
        None
    }

    /// A value that must be a text or a list of texts, as they stand.
    pub(crate) fn as_raws(&mut self, name: &str, node: &Node<'_>) -> Vec<String> {
        match node.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.as_raw(name, item)).collect(),
            _ => self.as_raw(name, node).into_iter().collect(),
        }
    }

    /// A value that must be text and not blank.
    pub(crate) fn as_text(&mut self, name: &str, node: &Node<'_>) -> Option<Spanned<String>> {
        match node.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(Spanned::new(node.span(), text.trim().to_owned())),
            DeValue::String(_) => {
                self.say("rule-value", node.span(), format!("`{name}` is blank"));
                None
            }
            // A time is a value of its own in TOML; as text it means the same.
            DeValue::Datetime(time) => Some(Spanned::new(node.span(), time.to_string())),
            other => {
                let found = kind(other);
                self.say("rule-value", node.span(), format!("`{name}` must be text, this is {found}"));
                None
            }
        }
    }
}

/// What a value is, for messages.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Checks a word against a closed set and records the mistake.
pub(crate) fn one_of<'w, T: Copy>(
    sheet: &mut Sheet<'_>,
    name: &str,
    text: &Spanned<String>,
    words: &BTreeMap<&'w str, T>,
) -> Option<T> {
    let found = words.get(text.get_ref().as_str()).copied();
    if found.is_none() {
        let all: Vec<&'w str> = words.keys().copied().collect();
        let hint = did_you_mean(text.get_ref(), all.iter().copied())
            .unwrap_or_else(|| format!("expected one of: {}", all.join(", ")));
        sheet.say_hint("rule-value", text.span(), format!("`{name}` is none of the known words"), Some(hint));
    }
    found
}
