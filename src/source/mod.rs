//! From a folder of exports to input tables: recognise, read as text, normalise by mappings, keep lineage.

mod attach;
mod build;
mod choose;
mod clock;
mod clock_words;
mod compile;
mod compile_rule;
mod complete;
mod container;
mod csv;
mod decide;
mod decision;
mod drive;
mod encoding;
mod eval;
mod file;
mod index;
mod inspect;
mod json;
mod load;
mod open;
mod orders;
mod own;
mod packs;
mod path;
mod plan;
mod recognise;
mod refuse;
mod rights;
mod said;
mod set;
mod settle;
mod sink;
mod snapshots;
mod spec;
mod stack;
mod suggest;
mod value;
mod walk;
mod written;

pub use inspect::{Inspected, Preview, inspect};
pub use load::{LoadOptions, Override, Progress, load};
pub use packs::{SIGNATURES, is_own_output};
pub use recognise::Candidate;
pub use rights::Rights;
pub use set::{Source, SourceSet, mistakes_in};
pub use spec::{RawClass, RawFormat, schema};
pub use suggest::Suggestion;
pub use walk::exports_folder;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dataset::{Frames, Table};
use crate::diag::Diagnostic;
pub use crate::report::{Completeness, FileOutcome, ObservedBasis};
use crate::time::Micros;

/// What the number of a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowPlace {
    /// The line of the file on which the record begins, as an editor counts.
    #[default]
    Line,
    /// The number of the record, where a record has no line of its own.
    Record,
}

impl RowPlace {
    /// What stands before the number of a row: `hr/workers.csv line `, `okta/users.json record `.
    pub fn before(self, path: &str) -> String {
        format!("{path} {} ", self.word())
    }

    fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Record => "record",
        }
    }

    /// The path in what [`Self::before`] and the number of a row make.
    pub fn path_in(place: &str) -> Option<&str> {
        let (before, number) = place.rsplit_once(' ')?;
        let (path, word) = before.rsplit_once(' ')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_place = [Self::Line, Self::Record].iter().any(|place| place.word() == word);
        (is_number && is_place).then_some(path)
    }
}

/// One file as it was understood; its index in [`Loaded::files`] is `src_file`.
#[expect(clippy::struct_excessive_bools, reason = "facts, each by itself")]
#[derive(Debug, Clone)]
pub struct InputFile {
    /// Path relative to the folder, with `/`.
    pub path: String,
    /// Size on disk.
    pub bytes: u64,
    /// SHA-256 of the bytes on disk, lower-case hex.
    pub sha256: String,
    /// What became of it.
    pub outcome: FileOutcome,
    /// Id of the mapping that reads it.
    pub source: Option<String>,
    /// The system that its rows belong to; `None` when rows name it themselves.
    pub system: Option<String>,
    /// The system of the first folder that it lies in.
    pub folder: Option<String>,
    /// Whether its source by nature speaks of other systems, of what its own one does to them.
    pub speaks_of_others: bool,
    /// What `src_row` of its rows means.
    pub place: RowPlace,
    /// Records in the file: CSV rows, JSON objects.
    pub records: u64,
    /// Lines that are no records: empty rows, titles, repeated headers, rulers, totals and footers, by kind.
    pub not_records: BTreeMap<String, u64>,
    /// Rows given to each table.
    pub rows: BTreeMap<Table, u64>,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Records that are fine but not the engine's subject, by reason.
    pub out_of_scope: BTreeMap<String, u64>,
    /// Values that could not be read as what their column needs, by column; the rest of the row is kept.
    pub unparsed: BTreeMap<String, u64>,
    /// Records that contradict themselves, by what the contradiction is; they are kept.
    pub doubts: BTreeMap<String, u64>,
    /// Columns or top-level keys that the mapping neither uses nor ignores.
    pub unknown_columns: Vec<String>,
    /// Columns and the names in the file that they were read from, where the mapping knows them by several names.
    pub taken: Vec<(String, String)>,
    /// When the export was made: extractions.csv, else a time inside the export, else `None`.
    pub observed_at: Option<Micros>,
    /// Where `observed_at` comes from.
    pub observed_basis: ObservedBasis,
    /// The newest instant at which something in it happened: it was made then or later.
    pub newest: Option<Micros>,
    /// First and last instant that the file covers (logs: given, or first and last event).
    pub covers: Option<(Micros, Micros)>,
    /// Its line of extractions.csv.
    pub extraction: Option<Extraction>,
    /// Whether it ends before its content does: what came before was read.
    pub cut: bool,
    /// Whether it holds everything that it should, as far as the file itself and its line of extractions.csv tell.
    pub completeness: Completeness,
    /// Why it is partial, or what shows that it is whole: sentences that begin with `it`, for the file.
    pub completeness_reasons: Vec<String>,
    /// Whether whole records are missing, and not only cells or records that were not understood.
    pub lacks_records: bool,
    /// People whom a list of this kind leaves out by default, where nothing shows that they are in it: it is no
    /// evidence about them, and as good as any about the others. What depends on everybody who left (the population
    /// of leavers) needs another source for them: the log of the same system over the same time tells of their end.
    pub leaves_out: Option<LeavesOut>,
    /// Whether it holds nothing but what a list of its kind leaves out: then it stands beside that list.
    pub only_left_out: bool,
    /// Whether it holds a part of a list that says nothing about the rest, as the keys of one user.
    pub part: bool,
    /// Where it was not read: sources that it may belong to (all that fit, those that mostly fit, or the one that the
    /// user named).
    pub candidates: Vec<String>,
}

/// What a list does not hold because nobody asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeavesOut {
    /// In the plural: `deprovisioned users`.
    pub what: String,
    /// How to export them too.
    pub hint: String,
}

impl InputFile {
    /// A file before anything is known about it.
    pub fn unread(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            bytes: 0,
            sha256: String::new(),
            outcome: FileOutcome::Unrecognised,
            source: None,
            system: None,
            folder: path.split_once('/').map(|(folder, _)| path::system_name(folder).into_owned()),
            speaks_of_others: false,
            place: RowPlace::default(),
            records: 0,
            not_records: BTreeMap::new(),
            rows: BTreeMap::new(),
            rejected: 0,
            out_of_scope: BTreeMap::new(),
            unparsed: BTreeMap::new(),
            doubts: BTreeMap::new(),
            unknown_columns: Vec::new(),
            taken: Vec::new(),
            observed_at: None,
            observed_basis: ObservedBasis::NotSupplied,
            newest: None,
            covers: None,
            extraction: None,
            cut: false,
            completeness: Completeness::default(),
            completeness_reasons: Vec::new(),
            lacks_records: false,
            leaves_out: None,
            only_left_out: false,
            part: false,
            candidates: Vec::new(),
        }
    }

    /// Says that something is missing in the file, and why.
    pub fn is_partial(&mut self, reason: &str) {
        if self.completeness != Completeness::Partial {
            self.completeness = Completeness::Partial;
            // What spoke for its being whole counts no longer.
            self.completeness_reasons.clear();
        }
        if !self.completeness_reasons.iter().any(|known| known == reason) {
            self.completeness_reasons.push(reason.to_owned());
        }
    }

    /// The system of its rows, or that of its folder.
    pub fn home(&self) -> Option<&str> {
        self.system.as_deref().or(self.folder.as_deref())
    }

    /// What stands before the number of one of its rows: `hr/workers.csv line `.
    pub fn before_row(&self) -> String {
        self.place.before(&self.path)
    }
}

/// What the company says about how a file was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extraction {
    /// When.
    pub extracted_at: Option<Micros>,
    /// By whom or what.
    pub extracted_by: Option<String>,
    /// How.
    pub method: Option<String>,
    /// With which query.
    pub query: Option<String>,
    /// From which environment.
    pub environment: Option<String>,
    /// Which report or script made it.
    pub report_definition: Option<String>,
    /// Who found it complete and accurate.
    pub confirmed_by: Option<String>,
    /// When they did, as written.
    pub confirmed_on: Option<String>,
    /// How many rows the source held.
    pub expected_rows: Option<i64>,
    /// The window that a log covers, when stated.
    pub covers: Option<(Option<Micros>, Option<Micros>)>,
}

/// A row, or a value, that could not be used. Holds no cell value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    /// Index into [`Loaded::files`].
    pub file: u32,
    /// Where it is, in the file's way of counting: its line, or the number of the record.
    pub row: u64,
    /// Line of the file where the record begins, where it is known.
    pub line: Option<u64>,
    /// Column or path concerned.
    pub column: Option<String>,
    /// Why, as a stable phrase (`time not understood`, `required value missing`).
    pub reason: String,
    /// Whether the whole row was left out, or only this value.
    pub whole_row: bool,
}

/// Something that should lie in the folder, or lies in it, and was not read: a hole in the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// Path under the folder.
    pub path: String,
    /// The system that it would have spoken about; `None` when that is not known.
    pub system: Option<String>,
    /// Why, as the end of a sentence that begins with the path: `is named by extractions.csv and is not there`.
    pub why: String,
    /// Tables that it would have fed; empty when that is not known: then it may be any.
    pub feeds: Vec<Table>,
}

/// Everything that reading a folder gives.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Input tables with the lineage pair `src_file`, `src_row`. Derived columns are not there yet.
    pub frames: Frames,
    /// One entry per file, sorted by path.
    pub files: Vec<InputFile>,
    /// Everything that could not be used, sorted by file and row.
    pub rejects: Vec<Reject>,
    /// Messages about files.
    pub diagnostics: Vec<Diagnostic>,
    /// What is missing, or was passed over.
    pub unseen: Vec<Unseen>,
}

#[cfg(test)]
mod tests {
    use super::RowPlace;

    #[test]
    fn a_place_gives_its_path_back() {
        for (place, path) in [(RowPlace::Line, "hr/a line 7 of b.csv"), (RowPlace::Record, "okta/users record 2.json")]
        {
            let before = place.before(path);
            assert_eq!(RowPlace::path_in(&format!("{before}17")), Some(path));
        }
        assert_eq!(RowPlace::path_in("no row"), None);
        assert_eq!(RowPlace::path_in("hr/workers.csv line x"), None);
    }
}
