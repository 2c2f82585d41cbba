//! Small helpers that turn plain vectors into columns of canonical frames.

use polars::prelude::*;

/// A text column from owned values.
pub(super) fn texts<S: AsRef<str>>(name: &str, values: Vec<Option<S>>) -> Column {
    StringChunked::from_iter_options(name.into(), values.into_iter()).into_column()
}

/// A column of instants.
pub(super) fn times(name: &str, values: Vec<Option<i64>>) -> Column {
    Int64Chunked::from_iter_options(name.into(), values.into_iter()).into_column()
}

/// A column of flags.
pub(super) fn flags(name: &str, values: Vec<Option<bool>>) -> Column {
    BooleanChunked::from_iter_options(name.into(), values.into_iter()).into_column()
}

/// A text column whose values are taken from a short list by index: no string is copied twice.
pub(super) fn picked(name: &str, list: &StringChunked, index: Vec<Option<u32>>) -> PolarsResult<Column> {
    let index = IdxCa::from_iter_options("index".into(), index.into_iter());
    let mut column = list.take(&index)?;
    column.rename(name.into());
    Ok(column.into_column())
}

/// A text column from a closed list of words.
pub(super) fn words(name: &str, list: &[&str], index: impl Iterator<Item = Option<u32>>) -> PolarsResult<Column> {
    let list = StringChunked::from_iter_values(name.into(), list.iter().copied());
    picked(name, &list, index.collect())
}

/// Whether two rows agree in everything but their place.
pub(super) fn same_row(frame: &DataFrame, a: usize, b: usize) -> bool {
    frame.columns().iter().filter(|column| !column.name().starts_with("src_")).all(|column| {
        match (column.get(a), column.get(b)) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        }
    })
}
