//! Columns by what they hold: the words that the catalogue is written in.

use crate::time::DayEdge::{End, Start};

use super::personal::Personal;
use super::schema::{Column, ColumnKind, Role};

pub(super) const fn col(name: &'static str, kind: ColumnKind, role: Role, doc: &'static str) -> Column {
    Column { name, kind, role, words: &[], csv_name: None, personal: None, doc }
}

/// Free text that tells nothing of a person.
pub(super) const fn plain(name: &'static str, role: Role, doc: &'static str) -> Column {
    col(name, ColumnKind::Text, role, doc)
}

pub(super) const fn plain_as(name: &'static str, csv_name: &'static str, role: Role, doc: &'static str) -> Column {
    Column { csv_name: Some(csv_name), ..plain(name, role, doc) }
}

/// Free text that tells something of a person.
pub(super) const fn of(personal: Personal, name: &'static str, role: Role, doc: &'static str) -> Column {
    Column { personal: Some(personal), ..plain(name, role, doc) }
}

pub(super) const fn of_as(
    personal: Personal,
    name: &'static str,
    csv_name: &'static str,
    role: Role,
    doc: &'static str,
) -> Column {
    Column { personal: Some(personal), ..plain_as(name, csv_name, role, doc) }
}

pub(super) const fn word(name: &'static str, role: Role, words: &'static [&'static str], doc: &'static str) -> Column {
    Column { words, ..plain(name, role, doc) }
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
    Column { csv_name: Some(csv_name), ..span(name, role, doc) }
}
