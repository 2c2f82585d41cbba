//! The population of one metric with the result of every item: CSV, or Parquet when too long for a spreadsheet.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::*;
use polars_io::parquet::write::BatchedWriter;

use crate::assess::Judged;
use crate::failure::{Failure, Outcome};
use crate::time::SECOND;

use super::lines::{EVIDENCE_HEADER, write_evidence};
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
        file.write_all(EVIDENCE_HEADER.as_bytes()).map_err(|cause| file.failure(&cause))?;
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

/// The columns of the evidence file; times are microseconds since 1970 UTC, lineage is file and record number.
fn frame(judged: &Judged) -> Outcome<DataFrame> {
    let rows = 0..judged.len();
    let seconds = |value: &dyn Fn(usize) -> Option<i64>| -> Int64Chunked { rows.clone().map(value).collect() };
    let mut columns = judged.stays.columns();
    for (name, values) in [
        ("shortest_seconds", seconds(&|row| judged.shortest(row).map(|length| length / SECOND))),
        ("longest_seconds", seconds(&|row| judged.longest(row).map(|length| length / SECOND))),
        ("limit_seconds", seconds(&|row| judged.limit(row).map(crate::time::Length::seconds))),
    ] {
        columns.push(values.with_name(name.into()).into_column());
    }
    let result = StringChunked::from_iter_values("result".into(), rows.clone().map(|row| judged.result(row).word()));
    columns.push(result.into_column());
    let mut text = String::new();
    let mut ids = StringChunkedBuilder::new("finding_id".into(), judged.len());
    for row in rows.clone() {
        text.clear();
        judged.write_finding_id(row, &mut text);
        ids.append_option(Some(text.as_str()).filter(|text| !text.is_empty()));
    }
    columns.push(ids.finish().into_column());
    let waivers = StringChunked::from_iter_options("waiver_id".into(), rows.map(|row| judged.waiver_id(row)));
    columns.push(waivers.into_column());
    Ok(DataFrame::new(judged.len(), columns)?)
}
