//! What the evidence does not cover: systems without exports, and time that no log saw.

use crate::dataset::Table;
use crate::metric::Metric;
use crate::number::count as grouped;
use crate::report::SystemReport;
use crate::source::{FileOutcome, InputFile, SourceSet};
use crate::time::{HOUR, Micros, Period, readable};

use super::run::Inputs;

/// A log may begin and end this much inside the period before its edge counts as not covered.
const EDGE: Micros = 24 * HOUR;

/// Files that a sentence names.
const NAMED: usize = 3;

/// Sentences about what a metric would need and the evidence does not cover.
pub(super) fn gaps(metric: &Metric, systems: &[SystemReport], inputs: &Inputs) -> Vec<String> {
    let (files, period, as_of) = (&inputs.loaded.files, &inputs.period, inputs.as_of);
    let mut gaps = Vec::new();
    let needs = metric.needs();
    gaps.extend(lost(needs, files, &inputs.rules.sources));
    for (table, count) in &inputs.facts.contradicted {
        if Table::ALL.into_iter().any(|one| one.name() == *table && feeds(one, needs)) {
            let words = if *count == 1 { "row contradicts an earlier row" } else { "rows contradict earlier rows" };
            gaps.push(format!("{count} {words} of {table} in the same file"));
        }
    }
    if needs.contains(&Table::Accounts) {
        let absent: Vec<&str> = systems
            .iter()
            .filter(|system| system.in_scope && system.registered && !system.loaded)
            .map(|system| system.system.as_str())
            .collect();
        if !absent.is_empty() {
            gaps.push(format!("in scope and without any export: {}", absent.join(", ")));
        }
    }
    if needs.contains(&Table::Events)
        && let Some(gap) = log_gap(files, period, as_of)
    {
        gaps.push(gap);
    }
    gaps
}

/// What the files of the needed tables lost, or may have lost, on the way here. A population that lacks rows says
/// nothing about them, however small their number.
fn lost(needs: &[Table], files: &[InputFile], sources: &SourceSet) -> Option<String> {
    let mut parts = files.iter().filter(|file| concerns(file, files, needs, sources)).filter_map(loss);
    let named: Vec<String> = parts.by_ref().take(NAMED).collect();
    let more = parts.count();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| format!("not everything could be read: {}{rest}", named.join(", ")))
}

/// Whether a file fed one of the tables, or may have been meant to.
fn concerns(file: &InputFile, files: &[InputFile], needs: &[Table], sources: &SourceSet) -> bool {
    let feeds =
        |id: &String| sources.get(id).is_some_and(|source| source.tables().iter().any(|table| feeds(*table, needs)));
    match &file.source {
        Some(id) => feeds(id),
        // What a broken file would have held is not known: it may be anything.
        None if file.candidates.is_empty() => {
            file.outcome != FileOutcome::Unrecognised || is_all_of_its_system(file, files)
        }
        None => file.candidates.iter().any(feeds),
    }
}

/// Endings of files that hold records; notes and pictures that lie among exports are none.
const RECORDS: [&str; 8] = ["csv", "tsv", "json", "jsonl", "ndjson", "ldif", "xml", "log"];

/// Whether a file that nothing recognises holds records and is all that there is of its system: then nothing at all
/// was seen of that system, and calling the others' population the whole one would be a pass for what was not seen.
fn is_all_of_its_system(file: &InputFile, files: &[InputFile]) -> bool {
    let name = file.path.trim_end_matches(".gz").trim_end_matches(".zst");
    let Some((folder, _)) = file.path.split_once('/') else {
        return false;
    };
    let records = name.rsplit_once('.').is_some_and(|(_, ending)| RECORDS.contains(&ending.to_lowercase().as_str()));
    let read = |other: &InputFile| {
        !other.rows.is_empty() && other.path.split_once('/').is_some_and(|(theirs, _)| theirs == folder)
    };
    records && !files.iter().any(read)
}

/// Whether a metric that needs these tables depends on an input table; some are made out of others.
fn feeds(table: Table, needs: &[Table]) -> bool {
    needs.contains(&table)
        || match table {
            Table::People => needs.contains(&Table::Employments) || needs.contains(&Table::Conflicts),
            Table::Accounts | Table::Events => needs.contains(&Table::AccountStates),
            _ => false,
        }
}

/// What is missing of a file, in words.
fn loss(file: &InputFile) -> Option<String> {
    let path = &file.path;
    let expected = file.extraction.as_ref().and_then(|extraction| extraction.expected_rows);
    match file.outcome {
        FileOutcome::Read if file.cut => Some(format!("{path} is cut off")),
        FileOutcome::Read if file.rejected > 0 => {
            Some(format!("{} of {} records of {path} could not be used", grouped(file.rejected), grouped(file.records)))
        }
        FileOutcome::Read => {
            let expected = expected.filter(|expected| *expected != file.records as i64)?;
            Some(format!(
                "{path} holds {} records where the source held {}",
                grouped(file.records),
                u64::try_from(expected).map_or_else(|_| expected.to_string(), grouped)
            ))
        }
        FileOutcome::Empty => (expected != Some(0)).then(|| format!("{path} is empty")),
        FileOutcome::Unrecognised => Some(format!("{path} was not recognised")),
        FileOutcome::Ambiguous => Some(format!("{path} fits several sources")),
        FileOutcome::ErrorPage => Some(format!("{path} holds an error answer")),
        FileOutcome::Unreadable => Some(format!("{path} cannot be read")),
    }
}

/// Whether the logs together begin and end with the part of the period that lies before as_of.
fn log_gap(files: &[InputFile], period: &Period, as_of: Micros) -> Option<String> {
    let windows: Vec<(Micros, Micros)> =
        files.iter().filter(|file| file.rows.contains_key(&Table::Events)).filter_map(|file| file.covers).collect();
    let from = windows.iter().map(|window| window.0).min()?;
    let to = windows.iter().map(|window| window.1).max()?;
    let end = period.to.min(as_of);
    if from > period.from + EDGE {
        return Some(format!("the logs begin at {}, after the beginning of the period", readable(from)));
    }
    if to + EDGE < end {
        return Some(format!("the logs end at {}, before the end of the period", readable(to)));
    }
    None
}
