//! The population of one metric with the result of every item: CSV, or Parquet when too long for a spreadsheet.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::*;
use polars_io::parquet::write::BatchedWriter;

use crate::assess::Judged;
use crate::assess::contract::{Cell, Column as OfContract, EVIDENCE, Kind, Origin, header};
use crate::failure::{Failure, Outcome};

use super::lines::write_evidence;
use super::table::parquet_writer;
use super::{PackFile, Staging};

/// An evidence file that is being written.
pub struct Evidence {
    name: String,
    form: Form,
}

enum Form {
    Csv(Box<PackFile>),
    /// The file is opened with the first batch, whose columns are the schema.
    Parquet(Option<Box<(BatchedWriter<Shared>, Shared)>>),
}

/// The Parquet writer keeps its file; a second handle lets the pack close it.
#[derive(Clone)]
struct Shared(Arc<Mutex<PackFile>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

impl Evidence {
    /// Opens `evidence/<metric>.csv`, or `.parquet` when the population may be longer than a spreadsheet.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn open(staging: &Staging, metric: &str, long: bool) -> Outcome<Self> {
        if long {
            return Ok(Self { name: format!("evidence/{metric}.parquet"), form: Form::Parquet(None) });
        }
        let name = format!("evidence/{metric}.csv");
        let mut file = staging.create(&name)?;
        file.write_all(header(&EVIDENCE).as_bytes()).map_err(|cause| file.failure(&cause))?;
        Ok(Self { name, form: Form::Csv(Box::new(file)) })
    }

    /// Name under the pack.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Appends a batch.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&mut self, staging: &Staging, judged: &Judged) -> Outcome<()> {
        match &mut self.form {
            Form::Csv(file) => write_evidence(judged, file),
            Form::Parquet(writer) => {
                let frame = frame(judged)?;
                if writer.is_none() {
                    let file = Shared(Arc::new(Mutex::new(staging.create(&self.name)?)));
                    let opened = parquet_writer(file.clone()).batched(frame.schema());
                    *writer = Some(Box::new((opened.map_err(|cause| failed(&cause))?, file)));
                }
                match writer {
                    Some(open) => open.0.write_batch(&frame).map_err(|cause| failed(&cause)),
                    None => Ok(()),
                }
            }
        }
    }

    /// Completes the file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn close(self, staging: &mut Staging) -> Outcome<()> {
        match self.form {
            Form::Csv(file) => staging.close(*file),
            Form::Parquet(None) => Ok(()),
            Form::Parquet(Some(open)) => {
                let (writer, file) = *open;
                writer.finish().map_err(|cause| failed(&cause))?;
                drop(writer);
                let file = Arc::into_inner(file.0).and_then(|file| file.into_inner().ok());
                staging.close(file.ok_or_else(|| Failure::run("the Parquet writer kept its file"))?)
            }
        }
    }
}

fn failed(cause: &PolarsError) -> Failure {
    Failure::run(format!("cannot write Parquet: {cause}"))
}

/// The columns of the evidence file: those of the SELECT as it gave them, times as microseconds since 1970 UTC and
/// places as numbers of file and record; and those that were computed.
fn frame(judged: &Judged) -> Outcome<DataFrame> {
    let mut columns = judged.stays.columns();
    columns.extend(EVIDENCE.iter().filter(|column| column.origin != Origin::Selected).map(|one| computed(one, judged)));
    Ok(DataFrame::new(judged.len(), columns)?)
}

fn computed(column: &OfContract, judged: &Judged) -> Column {
    let cells = (0..judged.len()).map(|row| (row, column.cell(judged, row)));
    if matches!(column.kind, Kind::Seconds | Kind::Time) {
        let number = |(_, cell): (usize, Cell<'_>)| match cell {
            Cell::Number(number) | Cell::Time(number) => Some(number),
            _ => None,
        };
        let numbers: Int64Chunked = cells.map(number).collect();
        return numbers.with_name(column.name.into()).into_column();
    }
    let mut made = String::new();
    let mut texts = StringChunkedBuilder::new(column.name.into(), judged.len());
    for (row, cell) in cells {
        match cell {
            Cell::Text(text) => texts.append_value(text),
            Cell::Word(word) => texts.append_value(word),
            Cell::Written(write) => {
                made.clear();
                write(judged, row, &mut made);
                texts.append_value(&made);
            }
            _ => texts.append_null(),
        }
    }
    texts.finish().into_column()
}
