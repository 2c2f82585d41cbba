//! The subjects of waivers: matched with the real values, written as the tokens of what they name.

use std::collections::BTreeSet;

use globset::{Glob, GlobSetBuilder, escape};
use polars::prelude::*;

use crate::dataset::{Frames, Lineage, Personal, Table, Texts};
use crate::diag::Diagnostic;
use crate::failure::Outcome;
use crate::policy::is_special;
use crate::pseudonym::Key;

use super::sought::Sought;

/// Asks for everything that a waiver may name.
pub(super) fn seek(frames: &Frames, sought: &mut Sought) {
    let Some(frame) = frames.get(Table::Waivers) else {
        return;
    };
    let subjects = Texts::of(frame, "subject");
    for subject in (0..subjects.len()).filter_map(|row| subjects.get(row)) {
        sought.value(subject);
        words(subject).for_each(|word| sought.value(word));
        if subject.contains(is_special) {
            sought.pattern(subject);
        }
    }
}

/// Writes tokens. A pattern becomes the list of what it fits; what names nothing of the exports becomes a token that
/// fits nothing.
///
/// # Errors
/// Only if the dataframe engine itself fails.
pub(super) fn replace(frames: &mut Frames, key: &Key, sought: &Sought) -> Outcome<Vec<Diagnostic>> {
    let mut said = Vec::new();
    let Some(mut frame) = frames.take(Table::Waivers) else {
        return Ok(said);
    };
    let (subjects, ids) = (Texts::of(&frame, "subject"), Texts::of(&frame, "waiver_id"));
    let lines = Lineage::of(&frame);
    let made = (0..subjects.len()).map(|row| {
        let subject = subjects.get(row)?;
        Some(tokens(key, subject, sought).unwrap_or_else(|| {
            let id = ids.get(row).unwrap_or_default();
            let message =
                format!("the pattern of the waiver {id} fits too much to be written as tokens: it covers nothing");
            let hint = format!("name less with it; it stands in row {} of its register", lines.row(row));
            said.push(Diagnostic::warning("waiver-pattern", message).hint(hint));
            key.token(Personal::Subject, subject)
        }))
    });
    let made: StringChunked = made.collect();
    frame.with_column(made.with_name("subject".into()).into_column())?;
    frames.insert(Table::Waivers, frame);
    Ok(said)
}

/// The subject in tokens; `None` where it fits more than a pattern can hold.
fn tokens(key: &Key, subject: &str, sought: &Sought) -> Option<String> {
    if !subject.chars().any(char::is_alphanumeric) {
        // `*` names everything, and nobody.
        return Some(subject.to_owned());
    }
    let mut all: BTreeSet<&String> = sought.tokens(subject).into_iter().flatten().collect();
    all.extend(sought.fitting(subject).into_iter().flatten());
    match all.len() {
        0 if subject.contains(is_special) => Some(key.token(Personal::Subject, subject)),
        0 => Some(in_words(key, subject, sought)),
        1 => all.first().map(|token| (*token).clone()),
        _ => {
            let list: Vec<String> = all.into_iter().map(|token| escape(token).replace(',', "?")).collect();
            let pattern = format!("{{{}}}", list.join(","));
            let glob = Glob::new(&pattern).ok()?;
            GlobSetBuilder::new().add(glob).build().ok().map(|_| pattern)
        }
    }
}

/// A subject that metrics put together of words and values (`disable anna.weber: Payroll`).
fn in_words(key: &Key, subject: &str, sought: &Sought) -> String {
    let token = |word: &str| sought.tokens(word).and_then(BTreeSet::first).cloned();
    let parts = subject.split_inclusive([' ', ':']).map(|part| {
        let word = part.trim_end_matches([' ', ':']);
        token(word).map_or_else(|| part.to_owned(), |token| format!("{token}{}", &part[word.len()..]))
    });
    let made: String = parts.collect();
    if made == subject { key.token(Personal::Subject, subject) } else { made }
}

fn words(subject: &str) -> impl Iterator<Item = &str> {
    subject.split([' ', ':']).filter(|word| !word.is_empty())
}
