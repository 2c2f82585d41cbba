//! Columns by what they hold: the words that the catalogue is written in.

use crate::time::DayEdge::{End, Start};

use super::schema::{Column, ColumnKind, Role};

pub(super) const fn col(name: &'static str, kind: ColumnKind, role: Role, doc: &'static str) -> Column {
    Column { name, kind, role, words: &[], csv_name: None, doc }
}

pub(super) const fn text(name: &'static str, role: Role, doc: &'static str) -> Column {
    col(name, ColumnKind::Text, role, doc)
}

pub(super) const fn word(name: &'static str, role: Role, words: &'static [&'static str], doc: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text, role, words, csv_name: None, doc }
}

pub(super) const fn flag(name: &'static str, role: Role, doc: &'static str) -> Column {
    col(name, ColumnKind::Flag, role, doc)
}

pub(super) const fn at(name: &'static str, role: Role, doc: &'static str) -> Column {
    col(name, ColumnKind::Instant(Start), role, doc)
}

pub(super) const fn until(name: &'static str, role: Role, doc: &'static str) -> Column {
    col(name, ColumnKind::Instant(End), role, doc)
}

pub(super) const fn span(name: &'static str, role: Role, doc: &'static str) -> Column {
    col(name, ColumnKind::Bounds, role, doc)
}

pub(super) const fn span_as(name: &'static str, csv_name: &'static str, role: Role, doc: &'static str) -> Column {
    Column { name, kind: ColumnKind::Bounds, role, words: &[], csv_name: Some(csv_name), doc }
}

pub(super) const fn text_as(name: &'static str, csv_name: &'static str, role: Role, doc: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text, role, words: &[], csv_name: Some(csv_name), doc }
}
