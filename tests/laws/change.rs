//! One thing that goes wrong with an export, and every place where it can.

use std::collections::BTreeMap;

use super::folder::Folder;
use super::records::{Cell, Records};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A cell holds something that means nothing.
    Garble,
    /// A cell holds the first half of its text.
    Truncate,
    /// A cell is empty. That is another fact as often as it is a fault: it is tried, and told apart.
    Empty,
    /// A record is missing.
    DropRow,
    /// A file is missing.
    DropFile,
    /// A file is missing, and the register of extractions does not know it.
    DropListedFile,
    /// The events of seven days are missing.
    DropWeek,
}

impl Kind {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Garble => "garbled cell",
            Self::Truncate => "truncated cell",
            Self::Empty => "emptied cell",
            Self::DropRow => "row gone",
            Self::DropFile => "file gone",
            Self::DropListedFile => "file and its line gone",
            Self::DropWeek => "week of log gone",
        }
    }
}

/// One change in one place.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) kind: Kind,
    pub(super) path: String,
    /// The column, where a cell is changed.
    pub(super) column: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Cell(Cell),
    Record(usize),
    Records(Vec<usize>),
    File,
}

/// A folder, parsed once, that is changed in one place at a time.
pub(super) struct Subject {
    pub(super) folder: Folder,
    parsed: BTreeMap<String, Records>,
}

impl Subject {
    pub(super) fn new(folder: Folder) -> Self {
        let parsed =
            folder.data().into_iter().map(|path| (path.clone(), Records::of(&path, &folder.0[&path]))).collect();
        Self { folder, parsed }
    }

    /// Every change that there is.
    pub(super) fn changes(&self) -> Vec<Change> {
        let mut out = Vec::new();
        for (path, records) in &self.parsed {
            let mut add = |kind, column: &str, place| {
                out.push(Change { kind, path: path.clone(), column: column.to_owned(), place });
            };
            for (cell, column) in records.cells() {
                add(Kind::Garble, &column, Place::Cell(cell.clone()));
                let text = records.get(&cell).unwrap_or_default();
                if text.chars().count() > 1 {
                    add(Kind::Truncate, &column, Place::Cell(cell.clone()));
                }
                if !text.is_empty() {
                    add(Kind::Empty, &column, Place::Cell(cell));
                }
            }
            (0..records.len()).for_each(|record| add(Kind::DropRow, "", Place::Record(record)));
            for week in weeks(records) {
                add(Kind::DropWeek, "", Place::Records(week));
            }
            add(Kind::DropFile, "", Place::File);
            add(Kind::DropListedFile, "", Place::File);
        }
        out
    }

    /// The folder with the change, and the words that name the place.
    pub(super) fn with(&self, change: &Change) -> Folder {
        let mut folder = self.folder.clone();
        let mut records = self.parsed[&change.path].clone();
        match &change.place {
            Place::Cell(cell) => {
                let text = records.get(cell).unwrap_or_default();
                let half: String = text.chars().take(text.chars().count() / 2).collect();
                records.set(
                    cell,
                    match change.kind {
                        Kind::Garble => "#garbled#",
                        Kind::Truncate => &half,
                        _ => "",
                    },
                );
            }
            Place::Record(record) => records.remove(*record),
            Place::Records(all) => all.iter().rev().for_each(|record| records.remove(*record)),
            Place::File => {
                folder.0.remove(&change.path);
                if change.kind == Kind::DropListedFile {
                    unlist(&mut folder, &change.path);
                }
                return folder;
            }
        }
        folder.put(&change.path, records.bytes());
        folder
    }

    /// The place of a change in words.
    pub(super) fn place(&self, change: &Change) -> String {
        match &change.place {
            Place::Cell(cell) => {
                let text = self.parsed[&change.path].get(cell);
                format!("{} {cell:?} {text:?}", change.path)
            }
            other => format!("{} {other:?}", change.path),
        }
    }
}

/// Takes the line of a file out of the register of extractions.
fn unlist(folder: &mut Folder, path: &str) {
    if let Some(bytes) = folder.0.get("extractions.csv") {
        let start = format!("{path},");
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let kept: String =
            text.lines().filter(|line| !line.starts_with(&start)).map(|line| format!("{line}\n")).collect();
        folder.put("extractions.csv", kept);
    }
}

/// The records of each week of a log, none of which is empty.
fn weeks(records: &Records) -> Vec<Vec<usize>> {
    const WEEK: i64 = 7 * 86_400 * 1_000_000;
    let times = records.times();
    let at = |text: &String| crate::support::at(text.trim());
    let first = times.iter().map(|(_, time)| at(time)).min().unwrap_or_default();
    let mut weeks: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (record, time) in &times {
        weeks.entry((at(time) - first) / WEEK).or_default().push(*record);
    }
    weeks.into_values().collect()
}
