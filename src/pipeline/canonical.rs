//! The canonical tables in files: one Parquet file each, and the schema of them all.

use crate::dataset::{ColumnKind, Frames, Table};
use crate::failure::Outcome;
use crate::pack::{Staging, write_parquet};

/// Writes every canonical table as `<prefix><table>.parquet`.
pub(super) fn write_canonical(frames: &mut Frames, prefix: &str, staging: &mut Staging) -> Outcome<()> {
    for table in Table::ALL {
        let Some(mut frame) = frames.take(table) else {
            continue;
        };
        let mut file = staging.create(&format!("{prefix}{}.parquet", table.name()))?;
        write_parquet(&mut frame, &mut file)?;
        staging.close(file)?;
        frames.insert(table, frame);
    }
    staging.write(&format!("{prefix}schema.json"), &schema())
}

/// Columns of every table with their SQL types: what another engine needs to make the tables that nothing fed.
pub(super) fn schema() -> Vec<u8> {
    let mut tables = serde_json::Map::new();
    for table in Table::ALL {
        let mut columns = serde_json::Map::new();
        for column in table.columns() {
            let kind = match column.kind {
                ColumnKind::Text => "VARCHAR",
                ColumnKind::Flag => "BOOLEAN",
                ColumnKind::Number => "INTEGER",
                ColumnKind::Instant(_) | ColumnKind::Bounds => "BIGINT",
            };
            for name in column.frame_names() {
                columns.insert(name, kind.into());
            }
        }
        columns.insert("src_file".to_owned(), "INTEGER".into());
        columns.insert("src_row".to_owned(), "INTEGER".into());
        tables.insert(table.name().to_owned(), columns.into());
    }
    let mut bytes = crate::json::pretty(&tables).into_bytes();
    bytes.push(b'\n');
    bytes
}
