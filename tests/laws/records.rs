//! The records and cells of a data file, whatever its form, so that one of them can be changed.

use serde_json::Value;

/// A parsed file.
#[derive(Debug, Clone)]
pub(super) enum Records {
    /// The header is row 0.
    Csv { mark: bool, rows: Vec<Vec<String>> },
    /// `[…]`.
    List(Vec<Value>),
    /// `{"value": […], …}`: the list is taken out of its wrapper.
    Wrapped { wrapper: Value, key: String, records: Vec<Value> },
    /// One record per line.
    Lines(Vec<Value>),
}

/// Where a cell is.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    /// Row (0 is the header) and column.
    Csv(usize, usize),
    /// Record and JSON pointer in it.
    Json(usize, String),
    /// JSON pointer beside the records.
    Wrapper(String),
}

impl Records {
    pub(super) fn of(path: &str, bytes: &[u8]) -> Self {
        if path.ends_with(".csv") {
            let mark = bytes.starts_with("\u{feff}".as_bytes());
            let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
            let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
            return Self::Csv { mark, rows };
        }
        if path.ends_with(".ndjson") {
            let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            return Self::Lines(lines.map(line).collect());
        }
        let text = match bytes.strip_prefix(&[0xFF, 0xFE]) {
            None => String::from_utf8(bytes.to_vec()).expect("UTF-8"),
            Some(wide) => {
                let units: Vec<u16> = wide.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                String::from_utf16(&units).expect("UTF-16")
            }
        };
        match serde_json::from_str(&text).expect("JSON") {
            Value::Array(records) => Self::List(records),
            Value::Object(mut object) => {
                let key = object.iter().find(|(_, value)| value.is_array()).expect("a list in the object").0.clone();
                let Some(Value::Array(records)) = object.remove(&key) else { unreachable!("it is a list") };
                Self::Wrapped { wrapper: Value::Object(object), key, records }
            }
            other => panic!("{path} holds {other}"),
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Csv { mark, rows } => {
                let mut out = if *mark { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
                let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
                for row in rows {
                    writer.write_record(row).expect("memory");
                }
                out.extend(writer.into_inner().expect("memory"));
                out
            }
            Self::List(records) => serde_json::to_vec(records).expect("memory"),
            Self::Lines(records) => records.iter().map(written).collect::<String>().into_bytes(),
            Self::Wrapped { wrapper, key, records } => {
                let mut whole = wrapper.clone();
                whole[key] = Value::Array(records.clone());
                serde_json::to_vec(&whole).expect("memory")
            }
        }
    }

    /// How many records there are, the header not counted.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Csv { rows, .. } => rows.len().saturating_sub(1),
            Self::List(records) | Self::Lines(records) | Self::Wrapped { records, .. } => records.len(),
        }
    }

    fn json(&self) -> &[Value] {
        match self {
            Self::Csv { .. } => &[],
            Self::List(records) | Self::Lines(records) | Self::Wrapped { records, .. } => records,
        }
    }

    fn json_mut(&mut self) -> &mut Vec<Value> {
        match self {
            Self::Csv { .. } => unreachable!("asked for JSON"),
            Self::List(records) | Self::Lines(records) | Self::Wrapped { records, .. } => records,
        }
    }

    /// Every cell with its column: the name in the header, or the path without the positions in lists.
    pub(super) fn cells(&self) -> Vec<(Cell, String)> {
        let mut cells = Vec::new();
        if let Self::Csv { rows, .. } = self {
            let header = rows.first().cloned().unwrap_or_default();
            for (number, row) in rows.iter().enumerate() {
                for column in 0..row.len() {
                    let name = header.get(column).cloned().unwrap_or_default();
                    let name = if number == 0 { format!("{name} (header)") } else { name };
                    cells.push((Cell::Csv(number, column), name));
                }
            }
        }
        for (number, record) in self.json().iter().enumerate() {
            leaves(record, &mut String::new(), &mut |pointer| {
                cells.push((Cell::Json(number, pointer.to_owned()), column(pointer)));
            });
        }
        if let Self::Wrapped { wrapper, .. } = self {
            leaves(wrapper, &mut String::new(), &mut |pointer| {
                cells.push((Cell::Wrapper(pointer.to_owned()), column(pointer)));
            });
        }
        cells
    }

    /// The text of a cell; `None` for null.
    pub(super) fn get(&self, cell: &Cell) -> Option<String> {
        let value = match (self, cell) {
            (Self::Csv { rows, .. }, Cell::Csv(row, column)) => return Some(rows[*row][*column].clone()),
            (Self::Wrapped { wrapper, .. }, Cell::Wrapper(pointer)) => wrapper.pointer(pointer),
            (_, Cell::Json(record, pointer)) => self.json()[*record].pointer(pointer),
            _ => unreachable!("a cell of this file"),
        };
        match value.expect("the cell is there") {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// Replaces the text of a cell.
    pub(super) fn set(&mut self, cell: &Cell, text: &str) {
        let value = match (self, cell) {
            (Self::Csv { rows, .. }, Cell::Csv(row, column)) => {
                rows[*row][*column] = text.to_owned();
                return;
            }
            (Self::Wrapped { wrapper, .. }, Cell::Wrapper(pointer)) => wrapper.pointer_mut(pointer),
            (whole, Cell::Json(record, pointer)) => whole.json_mut()[*record].pointer_mut(pointer),
            _ => unreachable!("a cell of this file"),
        };
        *value.expect("the cell is there") = Value::String(text.to_owned());
    }

    /// Takes a record out.
    pub(super) fn remove(&mut self, record: usize) {
        match self {
            Self::Csv { rows, .. } => {
                rows.remove(record + 1);
            }
            _ => {
                self.json_mut().remove(record);
            }
        }
    }

    /// Puts a record in a second time, at the end.
    pub(super) fn repeat(&mut self, record: usize) {
        match self {
            Self::Csv { rows, .. } => {
                let row = rows[record + 1].clone();
                rows.push(row);
            }
            _ => {
                let value = self.json()[record].clone();
                self.json_mut().push(value);
            }
        }
    }

    /// Turns the order of the records round.
    pub(super) fn reverse(&mut self) {
        match self {
            Self::Csv { rows, .. } => rows[1..].reverse(),
            _ => self.json_mut().reverse(),
        }
    }

    /// The text of a column of a record: a name of the header, or a JSON pointer.
    pub(super) fn named(&self, record: usize, name: &str) -> Option<String> {
        match self {
            Self::Csv { rows, .. } => {
                let column = rows[0].iter().position(|one| one == name)?;
                rows[record + 1].get(column).cloned()
            }
            _ => self.json()[record].pointer(&format!("/{name}"))?.as_str().map(str::to_owned),
        }
    }

    /// The times at which the records of a log happened; nothing where it is no log.
    pub(super) fn times(&self) -> Vec<(usize, String)> {
        let at = |record| self.named(record, "published").or_else(|| self.named(record, "occurred_at"));
        (0..self.len()).filter_map(|record| Some((record, at(record)?))).collect()
    }
}

/// A line that is no JSON, for the file is cut off there, is kept as it is.
fn line(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

fn written(record: &Value) -> String {
    record.as_str().map_or_else(|| format!("{record}\n"), |cut| format!("{cut}\n"))
}

/// Every value that is neither a list nor an object, by its pointer.
fn leaves(value: &Value, pointer: &mut String, each: &mut impl FnMut(&str)) {
    let mut inside = |part: &str, value: &Value| {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&part.replace('~', "~0").replace('/', "~1"));
        leaves(value, pointer, each);
        pointer.truncate(length);
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| inside(key, value)),
        Value::Array(list) => list.iter().enumerate().for_each(|(at, value)| inside(&at.to_string(), value)),
        _ => each(pointer),
    }
}

/// `/target/0/alternateId` as `target.alternateId`.
fn column(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1).filter(|part| part.parse::<usize>().is_err());
    parts.collect::<Vec<_>>().join(".")
}
