//! Whole tables as CSV for people and as Parquet for engines, and Parquet read again.

use std::io::Write;
use std::path::Path;

use polars::prelude::*;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use polars_io::parquet::write::{ParquetCompression, ParquetWriter, StatisticsOptions};

use crate::dataset::{ColumnKind, Flags, Lineage, Table, Texts, Times};
use crate::disk;
use crate::failure::{Failure, Outcome};
use crate::render::csv::push_cell;
use crate::time::push_rfc3339;

use super::PackFile;
use super::lines::write_blocks;

/// The rows that a spreadsheet can show below a header.
pub const SPREADSHEET_ROWS: usize = 1_048_575;

/// Rows of a Parquet file that stand together; so many are decoded at a time when it is read.
pub(super) const ROW_GROUP: usize = 262_144;

enum Cells {
    Text(Texts),
    Time(Times),
    Flag(Flags),
}

/// Writes a canonical table as CSV: every column, times in RFC 3339, and the place of each row as `source`, or as
/// `source_row` where the table has a column of that name. `places` are what
/// stands before the number of a row, by file.
///
/// # Errors
/// The file cannot be written.
pub fn write_table_csv(table: Table, frame: &DataFrame, places: &[String], to: &mut PackFile) -> Outcome<()> {
    let mut header: Vec<u8> = Vec::new();
    let mut cells = Vec::new();
    for column in table.columns() {
        for name in column.frame_names() {
            push_cell(&mut header, &name);
            header.push(b',');
            cells.push(match column.kind {
                ColumnKind::Text | ColumnKind::Number => Cells::Text(Texts::of(frame, &name)),
                ColumnKind::Flag => Cells::Flag(Flags::of(frame, &name)),
                ColumnKind::Instant(_) | ColumnKind::Bounds => Cells::Time(Times::of(frame, &name)),
            });
        }
    }
    let place = if table.column("source").is_some() { "source_row\n" } else { "source\n" };
    header.extend_from_slice(place.as_bytes());
    to.write_all(&header).map_err(|cause| to.failure(&cause))?;
    let lineage = Lineage::of(frame);
    write_blocks(frame.height(), to, |rows, out| {
        let mut text = String::new();
        for row in rows {
            for column in &cells {
                push(column, row, out, &mut text);
                out.push(b',');
            }
            let before =
                usize::try_from(lineage.file(row)).ok().and_then(|file| places.get(file)).map_or("", String::as_str);
            text.clear();
            text.push_str(before);
            text.push_str(&lineage.row(row).to_string());
            push_cell(out, &text);
            out.push(b'\n');
        }
    })
}

fn push(column: &Cells, row: usize, out: &mut Vec<u8>, text: &mut String) {
    match column {
        Cells::Text(texts) => push_cell(out, texts.get(row).unwrap_or_default()),
        Cells::Flag(flags) => match flags.get(row) {
            Some(true) => out.extend_from_slice(b"true"),
            Some(false) => out.extend_from_slice(b"false"),
            None => {}
        },
        Cells::Time(times) => {
            if let Some(at) = times.get(row) {
                text.clear();
                push_rfc3339(text, at);
                out.extend_from_slice(text.as_bytes());
            }
        }
    }
}

/// The one way in which this tool writes Parquet: Snappy (as most engines do), fixed row groups, so that the same rows give the same bytes.
pub(super) fn parquet_writer<W: Write>(to: W) -> ParquetWriter<W> {
    ParquetWriter::new(to)
        .with_compression(ParquetCompression::Snappy)
        .with_statistics(StatisticsOptions::empty())
        .with_row_group_size(Some(ROW_GROUP))
}

/// Writes a frame as Parquet.
///
/// # Errors
/// The file cannot be written.
pub fn write_parquet(frame: &mut DataFrame, to: &mut PackFile) -> Outcome<()> {
    frame.align_chunks_par();
    let written = parquet_writer(to).finish(frame);
    written.map(|_| ()).map_err(|cause| Failure::run(format!("cannot write Parquet: {cause}")))
}

/// The reader of Parquet panics at some damaged files: that is an error of the file, and said as one.
fn caught<T>(read: impl FnOnce() -> PolarsResult<T>) -> PolarsResult<T> {
    crate::failure::caught(read).unwrap_or_else(|_| Err(polars_err!(ComputeError: "the file is damaged")))
}

/// Some rows of a Parquet file, of all columns that this tool writes or of those with the names.
pub(super) fn parquet_slice(
    path: &Path,
    from: usize,
    rows: usize,
    columns: Option<&[&str]>,
) -> PolarsResult<DataFrame> {
    let ours = parquet_columns(path)?;
    let columns = match columns {
        None => ours,
        Some(columns) => columns.iter().map(|name| (*name).to_owned()).collect(),
    };
    let file = disk::open(path)?;
    caught(|| ParquetReader::new(file).with_slice(Some((from, rows))).with_columns(Some(columns)).finish())
}

/// A whole Parquet file of a pack.
///
/// # Errors
/// The file is damaged, or claims more rows than it has bytes, as no file that this tool writes does.
pub fn read_parquet(path: &Path) -> Outcome<DataFrame> {
    let read = || -> PolarsResult<DataFrame> {
        let file = disk::open(path)?;
        let bytes = file.metadata()?.len();
        let rows = caught(|| ParquetReader::new(file).num_rows())?;
        if rows as u64 > bytes {
            polars_bail!(ComputeError: "it claims {rows} rows in {bytes} bytes");
        }
        let columns = parquet_columns(path)?;
        let file = disk::open(path)?;
        caught(|| ParquetReader::new(file).with_columns(Some(columns)).finish())
    };
    read().map_err(|cause| super::damaged(path, &cause))
}

/// Names of the columns of a Parquet file that have a type as this tool writes it: reading others may not even end well.
pub(super) fn parquet_columns(path: &Path) -> PolarsResult<Vec<String>> {
    use ArrowDataType::{Boolean, Int32, Int64, LargeUtf8, Utf8, Utf8View};
    let file = disk::open(path)?;
    let schema = caught(|| ParquetReader::new(file).schema())?;
    let ours = schema
        .iter_values()
        .filter(|field| matches!(field.dtype(), Boolean | Int32 | Int64 | LargeUtf8 | Utf8 | Utf8View));
    Ok(ours.map(|field| field.name.to_string()).collect())
}
