//! `--pseudonyms`: after people and accounts are matched, which needs the real values, and before the first SELECT,
//! every personal value of the canonical tables and of what was noticed while making them is replaced by its token.
//! Everything that comes after sees tokens only.

mod frames;
mod rules;
mod sought;
mod subjects;

pub(super) use frames::apply;
pub(super) use sought::Sought;

use std::collections::BTreeMap;

use crate::dataset::{Frames, Personal, Table};
use crate::diag::Diagnostic;
use crate::failure::Outcome;
use crate::identity::Facts;
use crate::pseudonym::Key;
use crate::source::{Extraction, Loaded};

use super::options::RunOptions;
use super::rules::Rules;

/// What a run knows when people and accounts are matched, apart from the rules.
pub(super) struct Known<'a> {
    pub(super) frames: &'a mut Frames,
    pub(super) facts: &'a mut Facts,
    pub(super) loaded: &'a mut Loaded,
}

/// Replaces everything. Returns what is to be said about it.
///
/// # Errors
/// A rule names somebody in a text that is printed, or compares with a value that is no longer there; or two values
/// have one token.
pub(super) fn replace(
    key: &Key,
    rules: &Rules,
    options: &RunOptions,
    known: &mut Known<'_>,
) -> Outcome<(OwnRules, Vec<Diagnostic>)> {
    let mut sought = Sought::default();
    let loaded = &mut *known.loaded;
    for path in loaded.files.iter().map(|file| &file.path).chain(loaded.unseen.iter().map(|unseen| &unseen.path)) {
        sought.text(path);
    }
    for said in &loaded.diagnostics {
        sought.text(&said.message);
        said.hint.iter().for_each(|hint| sought.text(hint));
    }
    loaded.files.iter().flat_map(|file| &file.unknown_columns).for_each(|column| sought.text(column));
    rules::seek(rules, options, &mut sought);
    subjects::seek(known.frames, &mut sought);
    apply(known.frames, key, &mut sought)?;
    let own = rules::check(rules, options, &sought)?;
    let mut said = subjects::replace(known.frames, key, &sought)?;
    said.extend(own.said());
    let paths = paths(key, loaded, &sought);
    frames::paths(known.frames, &paths)?;
    of_files(key, loaded, &paths, &sought);
    let facts = &mut *known.facts;
    let near = std::mem::take(&mut facts.suggestions).into_iter();
    let tokens = |ids: Vec<String>| ids.iter().map(|id| key.token(Personal::Person, id)).collect();
    facts.suggestions =
        near.map(|(account, ids)| (frames::key_token(key, Personal::AccountKey, &account), tokens(ids))).collect();
    for reasons in facts.partial.values_mut() {
        for reason in reasons {
            in_sentence(&paths, reason);
        }
    }
    Ok((own, said))
}

pub(super) use rules::OwnRules;

/// The same for another reading of the same inputs, for which nothing is looked up: the registers are those of the first.
pub(super) fn reread(key: &Key, frames: &mut Frames, first: &Frames) -> Outcome<()> {
    apply(frames, key, &mut Sought::default())?;
    for table in [Table::Systems, Table::Waivers, Table::Links, Table::Decisions, Table::Extractions, Table::Sources] {
        if let Some(frame) = first.get(table) {
            frames.insert(table, frame.clone());
        }
    }
    Ok(())
}

/// The paths of files that name somebody, and what becomes of them.
fn paths(key: &Key, loaded: &Loaded, sought: &Sought) -> BTreeMap<String, String> {
    let files = loaded.files.iter().map(|file| &file.path);
    let all = files.chain(loaded.unseen.iter().map(|unseen| &unseen.path));
    let moved = |path: &String| {
        let (stem, ending) = path.split_at(path.len() - ending(path).len());
        (path.clone(), format!("{}{ending}", sought.replaced(key, stem, true)))
    };
    all.map(moved).filter(|(path, token)| path != token).collect()
}

/// What says the form of a file, and nothing of a person: `.csv`, `.json.gz`.
fn ending(path: &str) -> &str {
    const ENDINGS: [&str; 12] =
        [".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".ldif", ".xml", ".log", ".txt", ".xlsx", ".gz", ".zst"];
    let mut stem = path;
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)) {
        stem = shorter;
    }
    &path[stem.len()..]
}

/// A sentence that names a file, with the path as the pack has it.
fn in_sentence(paths: &BTreeMap<String, String>, sentence: &mut String) {
    for (path, token) in paths.iter().filter(|(path, _)| sentence.contains(path.as_str())).collect::<Vec<_>>() {
        *sentence = sentence.replace(path.as_str(), token);
    }
}

/// Files, what was said about them, and who made them.
fn of_files(key: &Key, loaded: &mut Loaded, paths: &BTreeMap<String, String>, sought: &Sought) {
    let moved = |path: &mut String| {
        if let Some(token) = paths.get(path) {
            path.clone_from(token);
        }
    };
    for file in &mut loaded.files {
        moved(&mut file.path);
        file.completeness_reasons.iter_mut().for_each(|reason| in_sentence(paths, reason));
        file.unknown_columns.iter_mut().for_each(|column| *column = sought.replaced(key, column, true));
        file.extraction.iter_mut().for_each(|extraction| of_extraction(key, extraction));
    }
    for unseen in &mut loaded.unseen {
        moved(&mut unseen.path);
        in_sentence(paths, &mut unseen.why);
    }
    for said in &mut loaded.diagnostics {
        said.place.iter_mut().for_each(|place| moved(&mut place.file));
        for text in std::iter::once(&mut said.message).chain(&mut said.hint) {
            in_sentence(paths, text);
            *text = sought.replaced(key, text, false);
        }
    }
}

fn of_extraction(key: &Key, extraction: &mut Extraction) {
    let Extraction { extracted_by, method, query, .. } = extraction;
    for (text, personal) in [(extracted_by, Personal::Anyone), (method, Personal::Words), (query, Personal::Words)] {
        if let Some(text) = text {
            *text = key.token(personal, text);
        }
    }
}
