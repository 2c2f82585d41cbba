//! The row contract: what a duration metric's SELECT returns, checked once and then typed.

use polars::prelude::*;

use crate::dataset::Texts;
use crate::failure::{Failure, Outcome};
use crate::report::Severity;
use crate::time::Micros;

/// What a row says about its stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// It has begun and ended.
    Closed,
    /// It has begun and was still open when last observed.
    Open,
    /// There is nothing to measure: length zero, within every limit.
    None,
    /// Nothing can be said.
    Unknown,
    /// Outside the population on purpose.
    Excluded,
}

impl ItemState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Closed, Self::Open, Self::None, Self::Unknown, Self::Excluded];

    /// The words for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::Closed => "ended",
            Self::Open => "open",
            Self::None => "nothing to measure",
            Self::Unknown => "unknown",
            Self::Excluded => "left out",
        }
    }

    /// The word in SQL.
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::None => "none",
            Self::Unknown => "unknown",
            Self::Excluded => "excluded",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A batch of rows of one duration metric, sorted by lineage and then by subject, so that its order never depends on threads.
///
/// Columns of the SELECT, by name: text `subject_kind, subject, system, person_id, account_key, credential_key, state, severity,
/// note`; microseconds `began_lo, began_hi, ended_lo, ended_hi, seen_until`; whole numbers `began_file, began_row, ended_file, ended_row`.
/// `severity` (`critical`, `high`, `medium`, `low`) counts for a row where it is graver than that of the policy. A column that the SELECT leaves out is null; `subject_kind`, `subject` and `state` are required.
pub struct Stays {
    /// What kind of thing.
    pub subject_kind: Texts,
    /// The thing as people know it.
    pub subject: Texts,
    /// Its system.
    pub system: Texts,
    /// Its person.
    pub person_id: Texts,
    /// Its account.
    pub account_key: Texts,
    /// Its credential.
    pub credential_key: Texts,
    /// Variable part of the reason sentence, or the reason of `unknown` and `excluded`.
    pub note: Texts,
    /// The states.
    pub state: Vec<ItemState>,
    /// How much a finding matters at least; empty when the SELECT does not say it of any row.
    severity: Vec<Option<Severity>>,
    times: [Int64Chunked; 5],
    lineage: [Int32Chunked; 4],
}

/// Text columns of the contract.
pub(super) const TEXTS: [&str; 9] =
    ["subject_kind", "subject", "system", "person_id", "account_key", "credential_key", "state", "severity", "note"];
/// Columns without which there is no row.
pub(super) const REQUIRED: [&str; 3] = ["subject_kind", "subject", "state"];
pub(super) const TIMES: [&str; 5] = ["began_lo", "began_hi", "ended_lo", "ended_hi", "seen_until"];
pub(super) const LINEAGE: [&str; 4] = ["began_file", "began_row", "ended_file", "ended_row"];

impl Stays {
    /// No rows.
    pub(super) fn none(metric: &str) -> Outcome<Self> {
        let columns = REQUIRED.map(|name| Column::new_empty(name.into(), &DataType::String));
        Self::from_frame(metric, &DataFrame::new(0, columns.to_vec())?)
    }

    /// Checks the contract and types the columns.
    ///
    /// # Errors
    /// A required column is missing, a column has a type that cannot hold it, or a state is not one of the five words.
    pub fn from_frame(metric: &str, frame: &DataFrame) -> Outcome<Self> {
        for required in REQUIRED {
            if frame.column(required).is_err() {
                return Err(Failure::run(format!("metric {metric}: the SELECT returns no column `{required}`")));
            }
        }
        let words = Texts::of(frame, "state");
        let state = (0..words.len())
            .map(|row| {
                words.get(row).and_then(ItemState::from_word).ok_or_else(|| {
                    Failure::run(format!(
                        "metric {metric}: row {row} has a state that is none of closed, open, none, unknown, excluded"
                    ))
                })
            })
            .collect::<Outcome<Vec<_>>>()?;
        let words = Texts::of(frame, "severity");
        let severity = match frame.column("severity") {
            Err(_) => Vec::new(),
            Ok(_) => (0..words.len()).map(|row| grade(metric, row, words.get(row))).collect::<Outcome<Vec<_>>>()?,
        };
        let time = |name: &str| -> Outcome<Int64Chunked> {
            match frame.column(name) {
                Ok(column) => Ok(column.cast(&DataType::Int64)?.as_materialized_series().i64()?.rechunk().into_owned()),
                Err(_) => Ok(Int64Chunked::full_null(name.into(), frame.height())),
            }
        };
        let number = |name: &str| -> Outcome<Int32Chunked> {
            match frame.column(name) {
                Ok(column) => Ok(column.cast(&DataType::Int32)?.as_materialized_series().i32()?.rechunk().into_owned()),
                Err(_) => Ok(Int32Chunked::full_null(name.into(), frame.height())),
            }
        };
        Ok(Self {
            subject_kind: Texts::of(frame, "subject_kind"),
            subject: Texts::of(frame, "subject"),
            system: Texts::of(frame, "system"),
            person_id: Texts::of(frame, "person_id"),
            account_key: Texts::of(frame, "account_key"),
            credential_key: Texts::of(frame, "credential_key"),
            note: Texts::of(frame, "note"),
            state,
            severity,
            times: [time(TIMES[0])?, time(TIMES[1])?, time(TIMES[2])?, time(TIMES[3])?, time(TIMES[4])?],
            lineage: [number(LINEAGE[0])?, number(LINEAGE[1])?, number(LINEAGE[2])?, number(LINEAGE[3])?],
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.state.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.state.is_empty()
    }

    /// All columns of the contract, for files that hold every row.
    pub fn columns(&self) -> Vec<Column> {
        let texts = [
            ("subject_kind", &self.subject_kind),
            ("subject", &self.subject),
            ("system", &self.system),
            ("person_id", &self.person_id),
            ("account_key", &self.account_key),
            ("credential_key", &self.credential_key),
            ("note", &self.note),
        ];
        let state = StringChunked::from_iter_values("state".into(), self.state.iter().map(|state| state.word()));
        let mut columns: Vec<Column> = texts.into_iter().map(|(name, texts)| texts.to_column(name)).collect();
        columns.push(state.into_column());
        columns.extend(
            TIMES.iter().zip(&self.times).map(|(name, values)| values.clone().with_name((*name).into()).into_column()),
        );
        columns.extend(
            LINEAGE
                .iter()
                .zip(&self.lineage)
                .map(|(name, values)| values.clone().with_name((*name).into()).into_column()),
        );
        columns
    }

    /// How much a finding of this row matters at least, whatever the policy says.
    pub fn severity(&self, row: usize) -> Option<Severity> {
        self.severity.get(row).copied().flatten()
    }

    /// Earliest beginning.
    pub fn began_lo(&self, row: usize) -> Option<Micros> {
        self.times[0].get(row)
    }

    /// Latest beginning.
    pub fn began_hi(&self, row: usize) -> Option<Micros> {
        self.times[1].get(row)
    }

    /// Earliest end.
    pub fn ended_lo(&self, row: usize) -> Option<Micros> {
        self.times[2].get(row)
    }

    /// Latest end.
    pub fn ended_hi(&self, row: usize) -> Option<Micros> {
        self.times[3].get(row)
    }

    /// The last instant at which an open stay was observed.
    pub fn seen_until(&self, row: usize) -> Option<Micros> {
        self.times[4].get(row)
    }

    /// File index and record number that show the beginning.
    pub fn began_source(&self, row: usize) -> Option<(u32, u32)> {
        pair(self.lineage[0].get(row), self.lineage[1].get(row))
    }

    /// File index and record number that show the end, or the last observation.
    pub fn ended_source(&self, row: usize) -> Option<(u32, u32)> {
        pair(self.lineage[2].get(row), self.lineage[3].get(row))
    }
}

fn grade(metric: &str, row: usize, word: Option<&str>) -> Outcome<Option<Severity>> {
    let broken = |word| Failure::run(format!("metric {metric}: row {row} has the severity `{word}`, which is none"));
    word.map(|word| Severity::from_word(word).ok_or_else(|| broken(word))).transpose()
}

fn pair(file: Option<i32>, row: Option<i32>) -> Option<(u32, u32)> {
    Some((u32::try_from(file?).ok()?, u32::try_from(row?).ok()?))
}
