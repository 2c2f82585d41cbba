//! Column builders that cost nothing while a column holds one value only.

use polars::prelude::{
    AnyValue, BooleanChunkedBuilder, ChunkedBuilder, Column, DataType, Int32Type, Int64Type, IntoSeries, PlSmallStr,
    PrimitiveChunkedBuilder, Scalar, Series, StringChunkedBuilder,
};

use super::value::Value;

/// One value, owned.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum One {
    Null,
    Text(String),
    Int(i64),
    Flag(bool),
}

impl One {
    fn is(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Null, Value::Null | Value::Endless) => true,
            (Self::Text(a), Value::Text(b)) => a == b,
            (Self::Int(a), Value::Int(b)) => a == b,
            (Self::Flag(a), Value::Flag(b)) => a == b,
            _ => false,
        }
    }

    fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Null | Value::Endless | Value::Span(..) => Self::Null,
            Value::Text(text) => Self::Text(text.clone().into_owned()),
            Value::Int(number) => Self::Int(*number),
            Value::Flag(flag) => Self::Flag(*flag),
        }
    }

    /// The value as a column of `length` rows that takes no room.
    pub(super) fn column(&self, name: &str, kind: &DataType, length: usize) -> Column {
        let value = match self {
            Self::Null => AnyValue::Null,
            Self::Text(text) => AnyValue::StringOwned(PlSmallStr::from_str(text)),
            Self::Int(number) if *kind == DataType::Int32 => AnyValue::Int32(*number as i32),
            Self::Int(number) => AnyValue::Int64(*number),
            Self::Flag(flag) => AnyValue::Boolean(*flag),
        };
        Column::new_scalar(name.into(), Scalar::new(kind.clone(), value), length)
    }
}

enum Store {
    Text(StringChunkedBuilder),
    Long(PrimitiveChunkedBuilder<Int64Type>),
    Short(PrimitiveChunkedBuilder<Int32Type>),
    Flag(BooleanChunkedBuilder),
}

/// A finished part of a column.
#[derive(Debug)]
pub(super) enum Part {
    /// Every row holds this.
    Same(One, usize),
    /// The rows.
    Rows(Series),
}

/// Collects the values of one frame column.
pub(super) struct Builder {
    name: String,
    kind: DataType,
    same: Option<One>,
    length: usize,
    expected: usize,
    store: Option<Store>,
}

impl Builder {
    /// A builder for about `expected` rows.
    pub(super) fn new(name: &str, kind: DataType, expected: usize) -> Self {
        Self { name: name.to_owned(), kind, same: None, length: 0, expected, store: None }
    }

    /// Appends a value; a span or a value of another kind counts as nothing.
    pub(super) fn push(&mut self, value: &Value<'_>) {
        if self.store.is_none() {
            match &self.same {
                Some(same) if same.is(value) => {
                    self.length += 1;
                    return;
                }
                None => {
                    self.same = Some(One::of(value));
                    self.length = 1;
                    return;
                }
                Some(_) => self.spread(),
            }
        }
        self.length += 1;
        match (&mut self.store, value) {
            (Some(Store::Text(store)), Value::Text(text)) => store.append_value(text),
            (Some(Store::Text(store)), _) => store.append_null(),
            (Some(Store::Long(store)), Value::Int(number)) => store.append_value(*number),
            (Some(Store::Long(store)), _) => store.append_null(),
            (Some(Store::Short(store)), Value::Int(number)) => store.append_value(*number as i32),
            (Some(Store::Short(store)), _) => store.append_null(),
            (Some(Store::Flag(store)), Value::Flag(flag)) => store.append_value(*flag),
            (Some(Store::Flag(store)), _) => store.append_null(),
            (None, _) => {}
        }
    }

    /// Writes out the rows that were only counted so far.
    fn spread(&mut self) {
        let name: PlSmallStr = self.name.as_str().into();
        let room = self.expected.max(self.length + 1);
        let mut store = match self.kind {
            DataType::Int64 => Store::Long(PrimitiveChunkedBuilder::new(name, room)),
            DataType::Int32 => Store::Short(PrimitiveChunkedBuilder::new(name, room)),
            DataType::Boolean => Store::Flag(BooleanChunkedBuilder::new(name, room)),
            _ => Store::Text(StringChunkedBuilder::new(name, room)),
        };
        let same = self.same.take().unwrap_or(One::Null);
        for _ in 0..self.length {
            match (&mut store, &same) {
                (Store::Text(store), One::Text(text)) => store.append_value(text),
                (Store::Text(store), _) => store.append_null(),
                (Store::Long(store), One::Int(number)) => store.append_value(*number),
                (Store::Long(store), _) => store.append_null(),
                (Store::Short(store), One::Int(number)) => store.append_value(*number as i32),
                (Store::Short(store), _) => store.append_null(),
                (Store::Flag(store), One::Flag(flag)) => store.append_value(*flag),
                (Store::Flag(store), _) => store.append_null(),
            }
        }
        self.store = Some(store);
    }

    /// The finished part.
    pub(super) fn finish(self) -> Part {
        match self.store {
            None => Part::Same(self.same.unwrap_or(One::Null), self.length),
            Some(Store::Text(store)) => Part::Rows(store.finish().into_series()),
            Some(Store::Long(store)) => Part::Rows(store.finish().into_series()),
            Some(Store::Short(store)) => Part::Rows(store.finish().into_series()),
            Some(Store::Flag(store)) => Part::Rows(store.finish().into_series()),
        }
    }
}
