//! Says what files are without assessing anything: for `overstay inspect`.

use std::path::PathBuf;

use polars::prelude::{AnyValue, DataFrame, DataType};

use crate::dataset::{ColumnKind, Role, Table};
use crate::diag::Diagnostic;
use crate::failure::Outcome;
use crate::time::{Micros, rfc3339};

use super::attach::attach;
use super::complete::judge;
use super::file::{Reading, read};
use super::load::{LoadOptions, job, lone};
use super::recognise::Candidate;
use super::set::SourceSet;
use super::stack::Stacks;
use super::suggest::{Suggestion, suggest};
use super::walk::walk;
use super::{InputFile, Loaded, Reject};

/// One file as it is understood.
#[derive(Debug)]
pub struct Inspected {
    /// What it is and what was counted.
    pub file: InputFile,
    /// First and last instant on its rows (creations, uses, events; not expiries).
    pub span: Option<(Micros, Micros)>,
    /// The mapping applied to the first rows.
    pub preview: Vec<Preview>,
    /// What could not be used.
    pub rejects: Vec<Reject>,
    /// Messages.
    pub diagnostics: Vec<Diagnostic>,
    /// Mappings that nearly fit, or, when several fit, those.
    pub candidates: Vec<Candidate>,
    /// For an unknown file: a mapping to start from, made from its names and first values.
    pub suggestion: Option<Suggestion>,
}

/// The first rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The table.
    pub table: Table,
    /// Columns that hold something in these rows.
    pub columns: Vec<String>,
    /// Cells as text, instants as RFC 3339.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Reads files, and the files of folders, and shows so many rows of each table. Columns that a mapping
/// declares secret never appear.
///
/// # Errors
/// A path does not exist, or an override names an unknown source.
pub fn inspect(paths: &[PathBuf], set: &SourceSet, options: &LoadOptions<'_>, rows: usize) -> Outcome<Vec<Inspected>> {
    for one in &options.overrides {
        set.require(&one.source)?;
    }
    let mut out = Vec::new();
    for path in paths {
        let entries = if path.is_file() { vec![lone(path)] } else { walk(path, &options.except)?.entries };
        let (first, mut loaded, mut tolds) = (out.len(), Loaded::default(), Vec::new());
        for (index, entry) in entries.iter().enumerate() {
            let mut stacks = Stacks::default();
            let reading = read(&job(entry, set, options), index, &mut stacks);
            let Reading { file, rejects, diagnostics, columns, candidates, told, span, .. } = reading;
            let frames = stacks.finish()?;
            let preview = frames.iter().map(|(table, frame)| preview(table, frame, rows)).collect::<Outcome<_>>()?;
            let suggestion = columns.map(|columns| suggest(&file.path, &columns));
            if let Some(frame) = frames.get(Table::Extractions) {
                let before = loaded.frames.take(Table::Extractions);
                let all = before.map_or_else(|| Ok(frame.clone()), |before| before.vstack(frame))?;
                loaded.frames.insert(Table::Extractions, all);
            }
            loaded.files.push(file.clone());
            tolds.push(told);
            out.push(Inspected { file, span, preview, rejects, diagnostics, candidates, suggestion });
        }
        // How complete a file is depends on those beside it: on other pages, and on what was said of the extraction.
        if path.is_dir() {
            attach(&mut loaded, path)?;
        }
        let said = judge(&mut loaded.files, &tolds, set);
        let said: Vec<Diagnostic> = loaded.diagnostics.into_iter().chain(said).collect();
        for (one, file) in out[first..].iter_mut().zip(loaded.files) {
            let about = said.iter().filter(|said| said.place.as_ref().is_some_and(|place| place.file == file.path));
            one.diagnostics.extend(about.cloned());
            one.file = file;
        }
    }
    Ok(out)
}

fn preview(table: Table, frame: &DataFrame, rows: usize) -> Outcome<Preview> {
    let head = frame.head(Some(rows));
    let mut columns = Vec::new();
    let mut cells: Vec<Vec<Option<String>>> = Vec::new();
    for column in table.columns().iter().filter(|column| column.role != Role::Derived) {
        let time = matches!(column.kind, ColumnKind::Instant(_) | ColumnKind::Bounds);
        for name in column.frame_names() {
            let series = head.column(&name)?;
            if series.null_count() == series.len() {
                continue;
            }
            let texts = (0..series.len()).map(|row| Ok(cell(&series.get(row)?, time))).collect::<Outcome<Vec<_>>>()?;
            columns.push(name);
            cells.push(texts);
        }
    }
    let rows = (0..head.height()).map(|row| cells.iter().map(|column| column[row].clone()).collect()).collect();
    Ok(Preview { table, columns, rows })
}

fn cell(value: &AnyValue<'_>, time: bool) -> Option<String> {
    match value {
        AnyValue::Null => None,
        AnyValue::Int64(at) if time => Some(rfc3339(*at)),
        AnyValue::String(text) => Some((*text).to_owned()),
        AnyValue::StringOwned(text) => Some(text.to_string()),
        AnyValue::Boolean(flag) => Some(flag.to_string()),
        other => other.cast(&DataType::String).get_str().map(str::to_owned),
    }
}
