//! What becomes of a row whose values were not all understood, or do not fit together.

use crate::dataset::{Column, Role};

use super::sink::Rows;
use super::value::Value;

const MISSING: &str = "required value missing";

/// Columns whose values were not understood, each between semicolons.
pub(super) fn names(unfit: &[(&'static Column, &'static str)]) -> Value<'static> {
    if unfit.is_empty() {
        return Value::Null;
    }
    let mut out = String::from(";");
    for (column, _) in unfit {
        out.push_str(column.name);
        out.push(';');
    }
    Value::Text(out.into())
}

/// A row whose status cannot be read stays: what is lost is the status, not the account.
pub(super) fn keep_status(table: &Rows, values: &mut [Value<'_>], unfit: &mut Vec<(&'static Column, &'static str)>) {
    let Some(place) = table.marks.status.filter(|place| values[*place] == Value::Null) else { return };
    let column = table.columns[place];
    let unread = unfit.iter().any(|(known, _)| known.name == column.name);
    if unread || column.role == Role::Required {
        values[place] = Value::Text("unknown".into());
        if !unread {
            unfit.push((column, MISSING));
        }
    }
}

/// The required column without which a row cannot be used, and why it has no value.
pub(super) fn refusal(
    table: &Rows,
    values: &[Value<'_>],
    unfit: &[(&'static Column, &'static str)],
) -> Option<(&'static Column, &'static str)> {
    let kept = |column: &Column| table.marks.status.is_some_and(|place| table.columns[place].name == column.name);
    let unread = unfit.iter().find(|(column, _)| column.role == Role::Required && !kept(column)).copied();
    unread.or_else(|| {
        let mut pairs = table.columns.iter().zip(values);
        let empty = pairs
            .find(|(column, value)| column.role == Role::Required && matches!(value, Value::Null | Value::Endless));
        empty.map(|(column, _)| (*column, MISSING))
    })
}

/// Of an employment that ends before it begins neither date is believed.
pub(super) fn contradiction(table: &Rows, values: &mut [Value<'_>], unfit: &mut Vec<(&'static Column, &'static str)>) {
    let Some((start, end)) = table.marks.employment else { return };
    let (Value::Span(Some(started), _), Value::Span(ended_lo, Some(ended_hi))) = (&values[start], &values[end]) else {
        return;
    };
    if ended_hi < started || (ended_hi == started && ended_lo.is_some_and(|lo| lo < *ended_hi)) {
        for place in [start, end] {
            values[place] = Value::Null;
            unfit.push((table.columns[place], "ends before it starts"));
        }
    }
}

/// A word that says "there is a value" must not outlive a value that could not be read.
pub(super) fn settle(table: &Rows, values: &mut [Value<'_>], unfit: &[(&'static Column, &'static str)]) {
    for (word, about, there) in &table.marks.words {
        if !matches!(&values[*word], Value::Text(text) if text == there) {
            continue;
        }
        let lost = unfit.iter().any(|(column, _)| column.name == table.columns[*about].name);
        match values[*about] {
            Value::Endless => values[*word] = Value::Text("never".into()),
            Value::Null if lost => values[*word] = Value::Text("unknown".into()),
            _ => {}
        }
    }
}
