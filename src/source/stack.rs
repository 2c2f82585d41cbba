//! Puts the parts of all files on top of each other: one frame per table, nothing stored for constant columns.

use std::collections::BTreeMap;

use polars::prelude::{Column, DataFrame, DataType, Int32Chunked, IntoSeries, NamedFrom, PolarsResult, Series};

use crate::dataset::{ColumnKind, Frames, Role, Table};
use crate::time::Micros;

use super::build::{One, Part};
use super::sink::{Chunk, UNREAD};

/// The parts of one table, in the order of files and rows.
#[derive(Debug, Default)]
struct Stack {
    height: usize,
    /// Frame column name → parts with the row at which each begins.
    columns: BTreeMap<String, Vec<(usize, Part)>>,
    rows: Vec<Vec<i32>>,
    files: Vec<(i32, usize)>,
    /// When the last rows were collected, where they say so.
    collected: Vec<Option<Micros>>,
}

/// Collects chunks of all files.
#[derive(Debug, Default)]
pub(super) struct Stacks(BTreeMap<Table, Stack>);

/// Below this many rows per chunk, many chunks are put into one.
const SMALL: usize = 1 << 16;
/// So many small chunks are left alone.
const FEW: usize = 16;

impl Stacks {
    /// Adds a chunk of the file with the given index; `before` records of the file came before it.
    pub(super) fn add(&mut self, file: usize, before: u64, chunk: Chunk) {
        let height = chunk.src_row.len();
        if height == 0 {
            return;
        }
        let stack = self.0.entry(chunk.table).or_default();
        for (name, part) in chunk.columns {
            if !matches!(part, Part::Same(One::Null, _)) {
                stack.columns.entry(name).or_default().push((stack.height, part));
            }
        }
        let mut rows = chunk.src_row;
        if before > 0 {
            let before = i32::try_from(before).unwrap_or(i32::MAX);
            for row in &mut rows {
                *row = row.saturating_add(before);
            }
        }
        stack.rows.push(rows);
        stack.collected.extend(chunk.collected);
        let file = i32::try_from(file).unwrap_or(i32::MAX);
        match stack.files.last_mut() {
            Some((last, count)) if *last == file => *count += height,
            _ => stack.files.push((file, height)),
        }
        stack.height += height;
    }

    /// When the rows of the last file were collected.
    pub(super) fn collected(&self, file: usize) -> Vec<Micros> {
        let of_file = |stack: &&Stack| stack.files.last().is_some_and(|(last, _)| usize::try_from(*last) == Ok(file));
        self.0.values().filter(of_file).flat_map(|stack| stack.collected.iter().flatten().copied()).collect()
    }

    /// Gives rows of the last file to others, by when they were collected; counts them.
    pub(super) fn part(
        &mut self,
        file: usize,
        other: impl Fn(Micros) -> Option<usize>,
    ) -> BTreeMap<usize, BTreeMap<Table, u64>> {
        let mut counts: BTreeMap<usize, BTreeMap<Table, u64>> = BTreeMap::new();
        for (table, stack) in &mut self.0 {
            let collected = std::mem::take(&mut stack.collected);
            let Some((_, count)) =
                stack.files.pop_if(|(last, count)| usize::try_from(*last) == Ok(file) && *count == collected.len())
            else {
                continue;
            };
            debug_assert_eq!(count, collected.len());
            for at in collected {
                let to = at.and_then(&other).unwrap_or(file);
                if to != file {
                    *counts.entry(to).or_default().entry(*table).or_default() += 1;
                }
                let to = i32::try_from(to).unwrap_or(i32::MAX);
                match stack.files.last_mut() {
                    Some((last, count)) if *last == to => *count += 1,
                    _ => stack.files.push((to, 1)),
                }
            }
        }
        counts
    }

    /// Whether every row of a table since a height has one and the same word in a column.
    pub(super) fn are_all(&self, table: Table, from: usize, column: &str, word: &str) -> bool {
        let Some(stack) = self.0.get(&table) else { return false };
        let height = stack.height - from.min(stack.height);
        let Some(parts) = stack.columns.get(column) else { return false };
        let word = One::Text(word.to_owned());
        let mut covered = 0;
        for (_, part) in parts.iter().filter(|(at, _)| *at >= from) {
            match part {
                Part::Same(one, length) if *one == word => covered += *length,
                _ => return false,
            }
        }
        covered > 0 && covered == height
    }

    /// Takes back every row that was added since the tables had these heights.
    pub(super) fn back_to(&mut self, heights: &BTreeMap<Table, usize>) {
        for (table, stack) in &mut self.0 {
            let height = heights.get(table).copied().unwrap_or_default();
            for parts in stack.columns.values_mut() {
                parts.retain(|(at, _)| *at < height);
            }
            let mut left = height;
            stack.rows.retain(|rows| keeps(&mut left, rows.len()));
            let mut left = height;
            stack.files.retain(|(_, count)| keeps(&mut left, *count));
            stack.height = height;
            stack.collected.clear();
        }
        self.0.retain(|_, stack| stack.height > 0);
    }

    /// Rows of every table so far.
    pub(super) fn heights(&self) -> BTreeMap<Table, usize> {
        self.0.iter().map(|(table, stack)| (*table, stack.height)).collect()
    }

    /// Rows of a table so far.
    pub(super) fn height(&self, table: Table) -> usize {
        self.0.get(&table).map_or(0, |stack| stack.height)
    }

    /// The tables with rows.
    pub(super) fn finish(self) -> PolarsResult<Frames> {
        let mut frames = Frames::default();
        for (table, stack) in self.0 {
            // One chunk a column: everything after this looks values up by row.
            let mut frame = frame(table, stack)?;
            frame.rechunk_mut_par();
            frames.insert(table, frame);
        }
        Ok(frames)
    }
}

/// Whether a part of so many rows lies within the rows that are left; takes them off.
fn keeps(left: &mut usize, rows: usize) -> bool {
    let within = *left > 0;
    *left = left.saturating_sub(rows);
    within
}

fn frame(table: Table, mut stack: Stack) -> PolarsResult<DataFrame> {
    let height = stack.height;
    let mut columns = Vec::new();
    for column in table.columns().iter().filter(|column| column.role != Role::Derived || column.name == UNREAD) {
        let kind = match column.kind {
            ColumnKind::Text => DataType::String,
            ColumnKind::Flag => DataType::Boolean,
            ColumnKind::Number => DataType::Int32,
            ColumnKind::Instant(_) | ColumnKind::Bounds => DataType::Int64,
        };
        for name in column.frame_names() {
            let parts = stack.columns.remove(&name).unwrap_or_default();
            columns.push(stacked(&name, &kind, height, parts)?);
        }
    }
    let files: Vec<(usize, Part)> = stack
        .files
        .iter()
        .scan(0, |at, (file, count)| {
            let from = *at;
            *at += count;
            Some((from, Part::Same(One::Int(i64::from(*file)), *count)))
        })
        .collect();
    columns.push(stacked("src_file", &DataType::Int32, height, files)?);
    let rows = stack
        .rows
        .into_iter()
        .enumerate()
        .scan(0, |at, (_, rows)| {
            let from = *at;
            *at += rows.len();
            Some((from, Part::Rows(Int32Chunked::from_vec("src_row".into(), rows).into_series())))
        })
        .collect();
    columns.push(stacked("src_row", &DataType::Int32, height, rows)?);
    DataFrame::new(height, columns)
}

/// One column from its parts; where there is none, it is null.
fn stacked(name: &str, kind: &DataType, height: usize, parts: Vec<(usize, Part)>) -> PolarsResult<Column> {
    let uniform = match parts.first() {
        None => Some(One::Null),
        Some((_, Part::Same(one, _))) => {
            let all = parts.iter().all(|(_, part)| matches!(part, Part::Same(other, _) if other == one));
            let covered: usize = parts.iter().map(|(_, part)| length(part)).sum();
            (all && covered == height).then(|| one.clone())
        }
        Some((_, Part::Rows(_))) => None,
    };
    if let Some(one) = uniform {
        return Ok(one.column(name, kind, height));
    }
    let mut out: Option<Series> = None;
    let mut chunks = 0;
    let mut at = 0;
    let mut append = |series: Series| -> PolarsResult<()> {
        chunks += 1;
        match &mut out {
            None => out = Some(series.with_name(name.into())),
            Some(out) => {
                out.append_owned(series)?;
            }
        }
        Ok(())
    };
    let fill = |one: &One, length: usize| one.column(name, kind, length).take_materialized_series();
    for (from, part) in parts {
        if from > at {
            append(fill(&One::Null, from - at))?;
        }
        at = from + length(&part);
        append(match part {
            Part::Same(one, length) => fill(&one, length),
            Part::Rows(series) => series,
        })?;
    }
    if at < height {
        append(fill(&One::Null, height - at))?;
    }
    let series = out.unwrap_or_else(|| Series::new(name.into(), Vec::<i32>::new()));
    let series = if chunks > FEW && height / chunks < SMALL { series.rechunk() } else { series };
    Ok(series.into())
}

fn length(part: &Part) -> usize {
    match part {
        Part::Same(_, length) => *length,
        Part::Rows(series) => series.len(),
    }
}
