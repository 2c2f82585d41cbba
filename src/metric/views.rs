//! The views that metrics share: a file of `-- view: name` lines, each followed by one SELECT.

use std::sync::{Arc, OnceLock};

use crate::dataset::Table;
use crate::diag::{Diagnostic, Place};

use super::lexer::{Kind, tokens};
use super::statement;
use super::steps::Steps;

/// A view: a name, and one SELECT over tables and earlier views.
#[derive(Debug, Clone)]
pub struct View {
    name: String,
    sql: String,
    path: String,
    /// The whole file, and where `sql` stands in it, for messages.
    text: Arc<str>,
    offset: usize,
    /// Its SELECT, taken apart when it is first run.
    steps: Arc<OnceLock<Steps>>,
}

impl View {
    /// Its name in SQL.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its SELECT with parameters by name; `CREATE VIEW name AS` in front of it is a statement on other engines.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    pub(super) fn steps(&self) -> &Steps {
        self.steps.get_or_init(|| Steps::of(self.sql()))
    }

    /// The place of a byte of its SQL.
    pub(super) fn place(&self, at: usize) -> Place {
        Place::offset(self.path.as_str(), &self.text, self.offset + at)
    }
}

const MARK: &str = "view:";

/// Reads a views file; all mistakes at once.
pub(super) fn read(path: &str, text: &str) -> Result<Vec<View>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let whole: Arc<str> = Arc::from(text);
    let error = |offset: usize, message: String, hint: &str| {
        Diagnostic::error("metric-views", message).at(Place::offset(path, text, offset)).hint(hint)
    };
    let marks: Vec<_> = tokens(text)
        .into_iter()
        .filter(|token| token.kind == Kind::Comment)
        .filter_map(|token| {
            let words = token.text(text).strip_prefix("--")?.trim();
            let name = words.strip_prefix(MARK)?.trim().to_owned();
            Some((token.range, name))
        })
        .collect();
    let head_end = marks.first().map_or(text.len(), |(range, _)| range.start);
    if let Some(token) = tokens(&text[..head_end]).iter().find(|token| token.kind != Kind::Comment) {
        wrong.push(error(
            token.range.start,
            "SQL stands before the first view".to_owned(),
            "begin each view with a line `-- view: name`",
        ));
    }
    let mut views: Vec<View> = Vec::new();
    for (index, (range, name)) in marks.iter().enumerate() {
        let end = marks.get(index + 1).map_or(text.len(), |(next, _)| next.start);
        let sql = &text[range.end..end];
        let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !plain || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            wrong.push(error(
                range.start,
                "a view needs a name".to_owned(),
                "lower-case letters, digits and `_`, as in `-- view: leavers`",
            ));
        } else if Table::from_name(name).is_some() {
            wrong.push(error(range.start, format!("`{name}` is the name of a canonical table"), "choose another name"));
        } else if views.iter().any(|view| view.name == *name) {
            wrong.push(error(range.start, format!("there are two views named `{name}`"), "keep one of them"));
        }
        wrong.extend(statement::check(path, text, range.end..end));
        let lead = sql.len() - sql.trim_start().len();
        views.push(View {
            name: name.clone(),
            sql: sql.trim().to_owned(),
            path: path.to_owned(),
            text: Arc::clone(&whole),
            offset: range.end + lead,
            steps: Arc::default(),
        });
    }
    if wrong.is_empty() { Ok(views) } else { Err(wrong) }
}
