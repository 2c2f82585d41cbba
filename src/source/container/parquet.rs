//! Parquet: each row a record, with nested values; times of any unit as RFC 3339.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use parquet::basic::{LogicalType, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use serde_json::{Map, Number, Value};

use crate::disk;
use crate::failure::caught;
use crate::time::{DAY, rfc3339};

use super::{Lines, invalid};

const BROKEN: &str = "it is a Parquet file that cannot be read: it is damaged, or cut off";

/// The rows of a file on disk.
pub(super) fn on_disk(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    rows(disk::open(path)?)
}

fn rows(file: File) -> io::Result<Box<dyn Read + Send>> {
    // What is damaged makes the library panic in places.
    let opened = caught(|| SerializedFileReader::new(file)).map_err(|_| invalid(BROKEN))?;
    let reader = opened.map_err(|_| invalid(BROKEN))?;
    let schema = reader.metadata().file_metadata().schema_descr().root_schema_ptr();
    let mut rows = caught(|| RowIter::from_file_into(Box::new(reader))).map_err(|_| invalid(BROKEN))?;
    let mut damaged = false;
    let records = std::iter::from_fn(move || {
        if damaged {
            return None;
        }
        let row = caught(|| rows.next()).unwrap_or(Some(Err(ParquetError::General(String::new()))))?;
        damaged = row.is_err();
        Some(row.map(|row| record(&row, Some(&schema))).map_err(|_| invalid("the Parquet file is damaged here")))
    });
    Ok(Box::new(Lines::new(records)))
}

fn record(row: &Row, schema: Option<&Type>) -> Value {
    let of = |name: &str| {
        let group = schema.filter(|schema| schema.is_group())?;
        group.get_fields().iter().find(|field| field.name() == name).map(AsRef::as_ref)
    };
    Value::Object(row.get_column_iter().map(|(name, field)| (name.clone(), value(field, of(name)))).collect())
}

fn value(field: &Field, schema: Option<&Type>) -> Value {
    let number = |number: f64| Number::from_f64(number).map_or(Value::Null, Value::Number);
    match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => Value::Bool(*flag),
        Field::Byte(n) => (*n).into(),
        Field::Short(n) => (*n).into(),
        Field::Int(n) => (*n).into(),
        Field::Long(n) => match unit(schema) {
            // The only unit that the reader gives as a plain number.
            Some((TimeUnit::NANOS, zone)) => time(n.div_euclid(1000), zone),
            _ => (*n).into(),
        },
        Field::UByte(n) => (*n).into(),
        Field::UShort(n) => (*n).into(),
        Field::UInt(n) => (*n).into(),
        Field::ULong(n) => (*n).into(),
        Field::Float16(n) => number(n.to_f64()),
        Field::Float(n) => number(f64::from(*n)),
        Field::Double(n) => number(*n),
        Field::Str(text) => Value::String(text.clone()),
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).map_or(Value::Null, |text| text.to_owned().into()),
        Field::Date(days) => match rfc3339(i64::from(*days) * DAY).split_once('T') {
            Some((date, _)) => Value::String(date.to_owned()),
            None => Value::Null,
        },
        Field::TimestampMillis(at) => time(at.saturating_mul(1000), unit(schema).is_none_or(|(_, zone)| zone)),
        Field::TimestampMicros(at) => time(*at, unit(schema).is_none_or(|(_, zone)| zone)),
        Field::Decimal(_) | Field::TimeMillis(_) | Field::TimeMicros(_) => Value::String(field.to_string()),
        Field::Group(row) => record(row, schema),
        Field::ListInternal(list) => list.elements().iter().map(|item| value(item, None)).collect(),
        Field::MapInternal(map) => {
            let members = map.entries().iter().filter_map(|(key, inner)| match value(key, None) {
                Value::String(key) => Some((key, value(inner, None))),
                Value::Null => None,
                other => Some((other.to_string(), value(inner, None))),
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// The unit of a column of times, and whether they are instants and no local times.
fn unit(schema: Option<&Type>) -> Option<(TimeUnit, bool)> {
    match schema?.get_basic_info().logical_type_ref()? {
        LogicalType::Timestamp(kind) => Some((kind.unit, kind.is_adjusted_to_u_t_c)),
        _ => None,
    }
}

fn time(micros: i64, zone: bool) -> Value {
    let text = rfc3339(micros);
    Value::String(if zone { text } else { text.trim_end_matches('Z').to_owned() })
}
