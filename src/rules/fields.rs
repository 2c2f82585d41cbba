//! Reads a table of a rule file field by field, so that every mistake in it is found at once.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::near::did_you_mean;
use super::sheet::{Node, Sheet, kind};
use crate::time::Length;

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

    /// An optional whole number within a range.
    pub(crate) fn number(
        &mut self,
        sheet: &mut Sheet<'_>,
        name: &'static str,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<u64> {
        let node = self.node(name)?;
        let plain = node.get_ref().as_integer().filter(|number| number.radix() == 10);
        let value = plain.and_then(|number| number.as_str().parse().ok()).filter(|number| range.contains(number));
        if value.is_none() {
            let message = format!("`{name}` must be a whole number from {} to {}", range.start(), range.end());
            sheet.say("rule-value", node.span(), message);
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
