//! Attaches what extractions.csv says to the files it speaks about.

use std::path::Path;

use polars::prelude::{Column, DataFrame};

use crate::dataset::{Table, Texts};
use crate::diag::{Diagnostic, Place};
use crate::failure::Outcome;

use super::path::system_name;
use super::{Extraction, InputFile, Loaded, ObservedBasis, Unseen};

/// Sets the observation time, the window and the control total of each file that a line speaks about.
pub(super) fn attach(loaded: &mut Loaded, root: &Path) -> Outcome<()> {
    let Some(frame) = loaded.frames.get(Table::Extractions) else {
        return Ok(());
    };
    let text = |name: &str| Texts::of(frame, name);
    let (paths, by, method, query) = (text("path"), text("extracted_by"), text("method"), text("query"));
    let (environment, definition) = (text("environment"), text("report_definition"));
    let (confirmed_by, confirmed_on) = (text("confirmed_by"), text("confirmed_on"));
    let at = numbers(frame, "extracted_at")?;
    let (from, to) = (numbers(frame, "covers_from")?, numbers(frame, "covers_to")?);
    let expected = numbers(frame, "expected_rows")?;
    let (files, rows) = (numbers(frame, "src_file")?, numbers(frame, "src_row")?);
    for row in 0..frame.height() {
        let Some(path) = paths.get(row) else { continue };
        let path = path.replace('\\', "/");
        let path = path.strip_prefix("./").unwrap_or(&path);
        let line = || {
            let file = files[row].and_then(|file| loaded.files.get(usize::try_from(file).ok()?));
            Place::row(file.map_or("", |file| file.path.as_str()), rows[row].unwrap_or_default() as u64).field("path")
        };
        let Some(place) = loaded.files.iter().position(|file| file.path == path) else {
            let there = root.join(path).exists();
            let what = if there { "was not read" } else { "is not there" };
            let diagnostic = Diagnostic::warning("extraction-unmatched", format!("the file `{path}` {what}"));
            let hint = "paths are relative to the folder of exports and use `/`";
            loaded.diagnostics.push(diagnostic.at(line()).hint(hint));
            // What lies there and was passed over is a hole by itself, where it is one.
            if !there {
                let feeds = would_feed(path, from[row].is_some() || to[row].is_some(), &loaded.files);
                let system = path.split_once('/').map(|(folder, _)| system_name(folder).into_owned());
                let why = "is named by extractions.csv and is not there".to_owned();
                loaded.unseen.push(Unseen { path: path.to_owned(), system, why, feeds });
            }
            continue;
        };
        let here = line();
        let file = &mut loaded.files[place];
        if file.extraction.is_some() {
            let diagnostic =
                Diagnostic::warning("extraction-twice", "a second line speaks about the same file; the first counts");
            loaded.diagnostics.push(diagnostic.at(here));
            continue;
        }
        let owned = |texts: &Texts| texts.get(row).map(str::to_owned);
        let covers = (from[row].is_some() || to[row].is_some()).then_some((from[row], to[row]));
        if let Some(at) = at[row] {
            file.observed_at = Some(at);
            file.observed_basis = ObservedBasis::Supplied;
        }
        if let Some((from, to)) = covers {
            let seen = file.covers;
            let from = from.or(seen.map(|seen| seen.0));
            let to = to.or(seen.map(|seen| seen.1));
            if let (Some(from), Some(to)) = (from, to) {
                file.covers = Some((from, to));
            }
        }
        file.extraction = Some(Extraction {
            extracted_at: at[row],
            extracted_by: owned(&by),
            method: owned(&method),
            query: owned(&query),
            environment: owned(&environment),
            report_definition: owned(&definition),
            confirmed_by: owned(&confirmed_by),
            confirmed_on: owned(&confirmed_on),
            expected_rows: expected[row],
            covers,
        });
    }
    Ok(())
}

/// The tables that a missing file would have fed, as its neighbours tell: those whose names differ in digits only, and
/// logs where it covers a time. Empty where nothing tells.
fn would_feed(path: &str, covers: bool, files: &[InputFile]) -> Vec<Table> {
    let stem = |path: &str| path.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let alike = files.iter().filter(|file| stem(&file.path) == stem(path));
    let mut feeds: Vec<Table> = alike.flat_map(|file| file.rows.keys().copied()).collect();
    feeds.sort_unstable();
    feeds.dedup();
    if feeds.is_empty() && covers { vec![Table::Events] } else { feeds }
}

/// A column of whole numbers, row by row.
fn numbers(frame: &DataFrame, name: &str) -> Outcome<Vec<Option<i64>>> {
    let Ok(column) = frame.column(name) else {
        return Ok(vec![None; frame.height()]);
    };
    let column: Column = column.cast(&polars::prelude::DataType::Int64)?;
    Ok(column.i64()?.iter().collect())
}
