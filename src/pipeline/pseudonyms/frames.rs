//! Tokens in the canonical tables, column by column, as the catalogue says.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::dataset::{Frames, Personal, Table, Texts, of_attribute};
use crate::diag::Diagnostic;
use crate::failure::{Failure, Outcome};
use crate::pseudonym::{Distinct, Key};

use super::sought::Sought;

/// Replaces every personal value but the subjects of waivers and the paths of files, for which the others must be known.
///
/// # Errors
/// Two values have one token.
pub(in crate::pipeline) fn apply(frames: &mut Frames, key: &Key, sought: &mut Sought) -> Outcome<()> {
    sought.close()?;
    for table in Table::ALL {
        let Some(mut frame) = frames.take(table) else {
            continue;
        };
        let attributes = Texts::of(&frame, "attribute");
        for column in table.columns() {
            let later = [Personal::Subject, Personal::Path, Personal::Sentence];
            let Some(personal) = column.personal.filter(|personal| !later.contains(personal)) else {
                continue;
            };
            let texts = Texts::of(&frame, column.name);
            if matches!(texts, Texts::Same(None, _)) {
                continue;
            }
            let mut tokens = Tokens::new(key);
            let mut made = StringChunkedBuilder::new(column.name.into(), texts.len());
            for row in 0..texts.len() {
                let personal = match personal {
                    Personal::Value => of_attribute(attributes.get(row)),
                    other => Some(other),
                };
                match (texts.get(row), personal) {
                    (Some(value), Some(personal)) => made.append_value(tokens.of(personal, value, sought)?),
                    (value, _) => made.append_option(value),
                }
            }
            frame.with_column(made.finish().into_column())?;
        }
        frames.insert(table, frame);
    }
    Ok(())
}

/// The tokens of one column.
struct Tokens<'k> {
    key: &'k Key,
    distinct: Distinct,
    /// The value before: equal ones mostly stand together.
    last: Option<(Personal, String, String)>,
}

impl<'k> Tokens<'k> {
    fn new(key: &'k Key) -> Self {
        Self { key, distinct: Distinct::default(), last: None }
    }

    fn of(&mut self, personal: Personal, value: &str, sought: &mut Sought) -> Outcome<&str> {
        let known = self.last.as_ref().is_some_and(|(kind, last, _)| *kind == personal && last == value);
        if !known {
            let token = self.make(personal, value, sought)?;
            self.last = Some((personal, value.to_owned(), token));
        }
        Ok(self.last.as_ref().map_or("", |(_, _, token)| token))
    }

    fn make(&mut self, personal: Personal, value: &str, sought: &mut Sought) -> Outcome<String> {
        match personal {
            Personal::AccountKey | Personal::CredentialKey => {
                let (system, id) = parts(value);
                let token = format!("{system}{}", self.one(personal, id, sought)?);
                sought.hear(value, &token);
                Ok(token)
            }
            Personal::List => {
                let parts = value.split(';').map(|part| self.one(personal, part, sought));
                Ok(parts.collect::<Outcome<Vec<_>>>()?.join(";"))
            }
            Personal::Fault => {
                let token = self.one(personal, value, sought)?;
                Ok(if is_invalid_attribute(value) { format!("{token} {INVALID_ATTRIBUTE}") } else { token })
            }
            _ => self.one(personal, value, sought),
        }
    }

    fn one(&mut self, personal: Personal, value: &str, sought: &mut Sought) -> Outcome<String> {
        let token = self.key.make(personal, value);
        if !self.distinct.add(&token) {
            let message = "two values have the same pseudonym under this key";
            let hint = "make another key: `openssl rand -hex 32 > KEYFILE`";
            return Err(Failure::usage_one(Diagnostic::error("pseudonym-twice", message).hint(hint)));
        }
        if personal.names_something() && !sought.is_idle() {
            sought.hear(value, &token.text);
        }
        Ok(token.text)
    }
}

/// The token of `system:id`: the system stays.
pub(super) fn key_token(key: &Key, personal: Personal, value: &str) -> String {
    let (system, id) = parts(value);
    format!("{system}{}", key.token(personal, id))
}

/// The system of a key with its colon, and the id.
fn parts(value: &str) -> (&str, &str) {
    value.split_at(value.find(':').map_or(0, |at| at + 1))
}

/// What metrics ask of the words of a failure (`LIKE '%attribute%valid%'`).
fn is_invalid_attribute(error: &str) -> bool {
    let error = error.to_lowercase();
    error.find("attribute").is_some_and(|at| error[at..].contains("valid"))
}

const INVALID_ATTRIBUTE: &str = "(attribute not valid)";

/// The paths of files that name somebody, in the tables that have them.
pub(super) fn paths(frames: &mut Frames, paths: &BTreeMap<String, String>) -> Outcome<()> {
    if paths.is_empty() {
        return Ok(());
    }
    for table in Table::ALL {
        let Some(mut frame) = frames.take(table) else {
            continue;
        };
        for column in table.columns() {
            let texts = Texts::of(&frame, column.name);
            let moved = |text: &str| match column.personal {
                Some(Personal::Path) => paths.get(text).cloned(),
                Some(Personal::Sentence) => {
                    let mut sentence = text.to_owned();
                    super::in_sentence(paths, &mut sentence);
                    Some(sentence)
                }
                _ => None,
            };
            if matches!(column.personal, Some(Personal::Path | Personal::Sentence)) {
                let values = (0..texts.len())
                    .map(|row| texts.get(row).map(|text| moved(text).unwrap_or_else(|| text.to_owned())));
                let values: StringChunked = values.collect();
                frame.with_column(values.with_name(column.name.into()).into_column())?;
            }
        }
        frames.insert(table, frame);
    }
    Ok(())
}
