//! Frames with a canonical table each, and typed access to their columns.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::{ColumnKind, Table};

/// The frames of a run. A table that no source feeds is absent until [`Frames::complete`].
#[derive(Debug, Clone, Default)]
pub struct Frames(BTreeMap<Table, DataFrame>);

impl Frames {
    /// The frame of a table, if something feeds it.
    pub fn get(&self, table: Table) -> Option<&DataFrame> {
        self.0.get(&table)
    }

    /// Puts a frame, replacing an earlier one.
    pub fn insert(&mut self, table: Table, frame: DataFrame) {
        self.0.insert(table, frame);
    }

    /// Takes a frame out.
    pub fn take(&mut self, table: Table) -> Option<DataFrame> {
        self.0.remove(&table)
    }

    /// The frame of a table, or an empty one with the right columns.
    pub fn get_or_empty(&self, table: Table) -> DataFrame {
        self.0.get(&table).cloned().unwrap_or_else(|| empty_frame(table))
    }

    /// All frames in the order of the tables.
    pub fn iter(&self) -> impl Iterator<Item = (Table, &DataFrame)> {
        self.0.iter().map(|(table, frame)| (*table, frame))
    }

    /// Number of rows of a table; 0 when nothing feeds it.
    pub fn height(&self, table: Table) -> usize {
        self.0.get(&table).map_or(0, DataFrame::height)
    }
}

/// The engine's type of a column.
pub(crate) fn data_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text => DataType::String,
        ColumnKind::Flag => DataType::Boolean,
        ColumnKind::Number => DataType::Int32,
        ColumnKind::Instant(_) | ColumnKind::Bounds => DataType::Int64,
    }
}

/// A frame without rows that has every column of the table, and the lineage pair.
pub fn empty_frame(table: Table) -> DataFrame {
    let mut columns: Vec<polars::prelude::Column> = Vec::new();
    for column in table.columns() {
        for name in column.frame_names() {
            columns.push(polars::prelude::Column::new_empty(name.into(), &data_type(column.kind)));
        }
    }
    for name in ["src_file", "src_row"] {
        columns.push(polars::prelude::Column::new_empty(name.into(), &DataType::Int32));
    }
    DataFrame::new(0, columns).unwrap_or_default()
}

/// Random access to a text column without copying it.
pub struct Texts(StringChunked);

impl Texts {
    /// The column of a name; every value is null when the frame lacks it.
    pub fn of(frame: &DataFrame, name: &str) -> Self {
        let column = frame
            .column(name)
            .ok()
            .and_then(|column| column.as_materialized_series().str().ok().map(|text| text.rechunk().into_owned()));
        Self(column.unwrap_or_else(|| StringChunked::full_null(name.into(), frame.height())))
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.0.get(row)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
