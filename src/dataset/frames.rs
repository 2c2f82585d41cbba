//! Frames with a canonical table each, and typed access to their columns.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::{ColumnKind, Table};

/// The frames of a run. A table that no source feeds is absent.
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

    /// The tables that were fed: those with rows. Credentials that only a log knows are no inventory.
    pub fn fed(&self) -> BTreeSet<Table> {
        let seen = |frame: &DataFrame| {
            let observed = Times::of(frame, "observed_at");
            (0..frame.height()).any(|row| observed.get(row).is_some())
        };
        let is_fed = |table: Table, frame: &DataFrame| match table {
            Table::Credentials => seen(frame),
            _ => frame.height() > 0,
        };
        self.iter().filter(|(table, frame)| is_fed(*table, frame)).map(|(table, _)| table).collect()
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
    complete(table, &DataFrame::empty_with_height(0))
}

/// The frame with every column of the table in catalogue order and the lineage pair; what was absent is null.
/// Null columns are scalars: they take no memory.
pub fn complete(table: Table, frame: &DataFrame) -> DataFrame {
    let height = frame.height();
    let mut columns: Vec<polars::prelude::Column> = Vec::new();
    let mut add = |name: &str, data_type: DataType| {
        let column = match frame.column(name) {
            Ok(column) if *column.dtype() == data_type => column.clone(),
            Ok(column) => column
                .cast(&data_type)
                .unwrap_or_else(|_| polars::prelude::Column::full_null(name.into(), height, &data_type)),
            Err(_) => polars::prelude::Column::full_null(name.into(), height, &data_type),
        };
        columns.push(column);
    };
    for column in table.columns() {
        for name in column.frame_names() {
            add(&name, data_type(column.kind));
        }
    }
    add("src_file", DataType::Int32);
    add("src_row", DataType::Int32);
    DataFrame::new(height, columns).unwrap_or_default()
}

/// Random access to a text column without copying it.
pub enum Texts {
    /// Every row has the same value.
    Same(Option<String>, usize),
    /// One contiguous chunk.
    Chunk(StringChunked),
}

impl Texts {
    /// The column of a name; every value is null when the frame lacks it.
    pub fn of(frame: &DataFrame, name: &str) -> Self {
        let Ok(column) = frame.column(name) else {
            return Self::Same(None, frame.height());
        };
        if let polars::prelude::Column::Scalar(scalar) = column {
            let value = scalar.scalar().value().get_str().map(str::to_owned);
            return Self::Same(value, frame.height());
        }
        match column.as_materialized_series().str() {
            Ok(text) => Self::Chunk(text.rechunk().into_owned()),
            Err(_) => Self::Same(None, frame.height()),
        }
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Same(value, _) => value.as_deref(),
            Self::Chunk(chunk) => chunk.get(row),
        }
    }

    /// The same values as a column under a name.
    pub fn to_column(&self, name: &str) -> polars::prelude::Column {
        match self {
            Self::Same(value, len) => {
                let scalar = value
                    .as_ref()
                    .map_or_else(|| Scalar::null(DataType::String), |value| Scalar::from(PlSmallStr::from_str(value)));
                polars::prelude::Column::new_scalar(name.into(), scalar, *len)
            }
            Self::Chunk(chunk) => chunk.clone().with_name(name.into()).into_column(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Same(_, len) => *len,
            Self::Chunk(chunk) => chunk.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Random access to a column of instants.
pub struct Times(Int64Chunked);

impl Times {
    /// The column of a name; every value is null when the frame lacks it.
    pub fn of(frame: &DataFrame, name: &str) -> Self {
        let values = frame
            .column(name)
            .ok()
            .and_then(|column| column.as_materialized_series().i64().ok().map(|values| values.rechunk().into_owned()));
        Self(values.unwrap_or_else(|| Int64Chunked::full_null(name.into(), frame.height())))
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<i64> {
        self.0.get(row)
    }
}

/// Random access to a column of flags.
pub struct Flags(BooleanChunked);

impl Flags {
    /// The column of a name; every value is null when the frame lacks it.
    pub fn of(frame: &DataFrame, name: &str) -> Self {
        let values = frame
            .column(name)
            .ok()
            .and_then(|column| column.as_materialized_series().bool().ok().map(|values| values.rechunk().into_owned()));
        Self(values.unwrap_or_else(|| BooleanChunked::full_null(name.into(), frame.height())))
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<bool> {
        self.0.get(row)
    }
}

/// Random access to the lineage pair of a frame.
pub struct Lineage {
    file: Int32Chunked,
    row: Int32Chunked,
}

impl Lineage {
    /// The pair `src_file`, `src_row` of a frame.
    pub fn of(frame: &DataFrame) -> Self {
        let column = |name: &str| {
            let values = frame.column(name).ok().and_then(|column| {
                column.as_materialized_series().i32().ok().map(|values| values.rechunk().into_owned())
            });
            values.unwrap_or_else(|| Int32Chunked::full_null(name.into(), frame.height()))
        };
        Self { file: column("src_file"), row: column("src_row") }
    }

    /// Index of the file; 0 when unknown.
    pub fn file(&self, row: usize) -> i32 {
        self.file.get(row).unwrap_or_default()
    }

    /// Record number in the file; 0 when unknown.
    pub fn row(&self, row: usize) -> i32 {
        self.row.get(row).unwrap_or_default()
    }
}
