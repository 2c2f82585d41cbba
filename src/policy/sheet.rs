//! Reads a rule file field by field, so that every mistake in it is found at once and each has its line and column.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diag::{Diagnostic, Place};
use crate::time::Length;

/// A value of a parsed rule file with its place in the text.
pub(crate) type Node<'i> = Spanned<DeValue<'i>>;

/// The code of everything that is not TOML.
const SYNTAX: &str = "rule-syntax";

/// The text of a rule file, and what there is to say about it.
pub(crate) struct Sheet<'t> {
    file: String,
    text: &'t str,
    said: Vec<(usize, Diagnostic)>,
}

impl<'t> Sheet<'t> {
    /// Parses a text; mistakes of syntax are kept with the others.
    pub(crate) fn open(file: &str, text: &'t str) -> (Self, Spanned<DeTable<'t>>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut sheet = Self { file: file.to_owned(), text, said: Vec::new() };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let first = error.message().lines().next().unwrap_or("not understood").trim_end_matches('.').to_owned();
            sheet.say(SYNTAX, span, format!("not valid TOML: {first}"));
        }
        (sheet, table)
    }

    /// The line and column of a byte range.
    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        Place::offset(self.file.clone(), self.text, span.start)
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
fn kind(value: &DeValue<'_>) -> &'static str {
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

/// A table of a rule file while it is read: it remembers which fields were asked for, the others are mistakes.
pub(crate) struct Fields<'v, 'i> {
    table: &'v DeTable<'i>,
    /// Where the table stands, for messages about what is missing in it.
    pub(crate) span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'v, 'i> Fields<'v, 'i> {
    /// Starts to read a table.
    pub(crate) fn of(table: &'v DeTable<'i>, span: Range<usize>) -> Self {
        Self { table, span, asked: Vec::new() }
    }

    /// Starts to read a value that must be a table.
    pub(crate) fn of_node(sheet: &mut Sheet<'_>, name: &str, node: &'v Node<'i>) -> Option<Self> {
        if let DeValue::Table(table) = node.get_ref() {
            return Some(Self::of(table, node.span()));
        }
        let found = kind(node.get_ref());
        sheet.say("rule-value", node.span(), format!("`{name}` must be a table, this is {found}"));
        None
    }

    /// The raw value of a field.
    pub(crate) fn node(&mut self, name: &'static str) -> Option<&'v Node<'i>> {
        if !self.asked.contains(&name) {
            self.asked.push(name);
        }
        self.table.get(name)
    }

    /// Optional text.
    pub(crate) fn text(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Option<Spanned<String>> {
        let node = self.node(name)?;
        sheet.as_text(name, node)
    }

    /// Text that must be there; an empty one stands in for it after the mistake is recorded.
    pub(crate) fn need_text(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Spanned<String> {
        if self.table.get(name).is_none() {
            sheet.say("rule-missing", self.span.clone(), format!("`{name}` is missing"));
        }
        self.text(sheet, name).unwrap_or_else(|| Spanned::new(self.span.clone(), String::new()))
    }

    /// Optional text, or a list of texts.
    pub(crate) fn texts(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Option<Vec<Spanned<String>>> {
        let node = self.node(name)?;
        Some(sheet.as_texts(name, node)).filter(|texts| !texts.is_empty() || node.get_ref().as_array().is_some())
    }

    /// Optional text as it stands.
    pub(crate) fn raw(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Option<String> {
        let node = self.node(name)?;
        sheet.as_raw(name, node)
    }

    /// Optional text, or a list of texts, as they stand.
    pub(crate) fn raws(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Option<Vec<String>> {
        Some(sheet.as_raws(name, self.node(name)?))
    }

    /// Optional `true` or `false`.
    pub(crate) fn flag(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Option<bool> {
        let node = self.node(name)?;
        let value = node.get_ref().as_bool();
        if value.is_none() {
            let found = kind(node.get_ref());
            sheet.say("rule-value", node.span(), format!("`{name}` must be true or false, this is {found}"));
        }
        value
    }

    /// An optional length of time.
    pub(crate) fn length(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Option<Length> {
        let text = self.text(sheet, name)?;
        match text.get_ref().parse() {
            Ok(length) => Some(length),
            Err(cause) => {
                sheet.say("rule-value", text.span(), format!("`{name}` is not a length of time: {cause}"));
                None
            }
        }
    }

    /// An optional table of fields.
    pub(crate) fn fields(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Option<Fields<'v, 'i>> {
        let node = self.node(name)?;
        Fields::of_node(sheet, name, node)
    }

    /// A list of tables (`[[name]]`); empty when there is none.
    pub(crate) fn list(&mut self, sheet: &mut Sheet<'_>, name: &'static str) -> Vec<Fields<'v, 'i>> {
        let Some(node) = self.node(name) else {
            return Vec::new();
        };
        let DeValue::Array(items) = node.get_ref() else {
            let found = kind(node.get_ref());
            sheet.say("rule-value", node.span(), format!("`{name}` must be a list of tables, this is {found}"));
            return Vec::new();
        };
        items.iter().filter_map(|item| Fields::of_node(sheet, name, item)).collect()
    }

    /// Every field of a table whose keys are free, in the order of the text.
    pub(crate) fn entries(self) -> Vec<(Spanned<String>, &'v Node<'i>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| (Spanned::new(key.span(), key.get_ref().to_string()), value))
            .collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    /// Ends reading: every field that was not asked for is a mistake.
    pub(crate) fn done(self, sheet: &mut Sheet<'_>) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if !self.asked.contains(&name) {
                let hint = did_you_mean(name, self.asked.iter().copied())
                    .unwrap_or_else(|| format!("known here: {}", self.asked.join(", ")));
                sheet.say_hint("rule-unknown-field", key.span(), format!("unknown field `{name}`"), Some(hint));
            }
        }
    }
}

const LONGEST_WORD: usize = 100;

/// `did you mean "…"?`, when a known word is close enough to what was written.
pub fn did_you_mean<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<String> {
    // Nobody misspells an id at this length; the comparison would take its square.
    if word.len() > LONGEST_WORD {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let wanted = plain(word);
    let allowed = (wanted.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| format!("did you mean \"{candidate}\"?"))
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
