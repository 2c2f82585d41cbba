//! One row per subject out of all rows that speak about it: every column has the newest value that is known.
//!
//! Unknown and absent never replace what is known; what stands there and was not understood does, for nobody knows
//! what it would have said. Of rows that nothing puts in an order, none decides: where they differ, nothing is known.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use polars::prelude::*;

use crate::dataset::{ColumnKind, Flags, Role, Table, Texts, Times, complete};
use crate::time::DAY;

use super::series::Series;
use super::subjects::{Sight, Subjects};
use super::{Facts, frames as out};

/// What is known of the use of a subject, as in the column `activity`.
pub(super) const ACTIVITY: [&str; 3] = ["seen", "never", "unknown"];
const SEEN: u8 = 0;
const NEVER: u8 = 1;

/// Which columns of a table tell of use, and which of the end of access.
pub(super) struct Roles {
    pub table: Table,
    /// Last use: a pair of bounds.
    pub last: &'static str,
    /// Beginning of the state without access: a pair of bounds.
    pub disabled: Option<&'static str>,
}

/// The rows of a table, with every column, and what is already known about them.
pub(super) struct Rows<'a> {
    pub frame: &'a DataFrame,
    pub roles: Roles,
    /// The use that each row knows of, as a place in [`ACTIVITY`].
    pub activity: &'a [u8],
    /// The export that each row is of.
    pub exports: &'a [u32],
    pub series: &'a Series,
}

/// An export of some kind gives an earlier last use than an older one of that kind: one of both is wrong.
const BACKWARD: &str =
    "a last use that lies before the one that an older export of the same kind gives; it may be either";

impl Rows<'_> {
    /// The complete frame with one row per subject.
    pub(super) fn merge(&self, subjects: &Subjects, facts: &mut Facts) -> PolarsResult<DataFrame> {
        let straight = subjects.len() == self.frame.height()
            && subjects.newest.iter().enumerate().all(|(subject, row)| *row as usize == subject);
        let newest = IdxCa::from_vec("row".into(), subjects.newest.clone());
        let base = if straight { self.frame.clone() } else { self.frame.take(&newest)? };
        let mut frame = complete(self.roles.table, &base);
        let mut activity: Vec<u8> = subjects.newest.iter().map(|row| self.activity[*row as usize]).collect();
        if subjects.several().next().is_some() {
            self.columns(subjects, &mut frame)?;
            self.use_of(subjects, &mut frame, &mut activity, facts)?;
            self.ends(subjects, &mut frame)?;
        }
        let words = activity.iter().map(|word| Some(u32::from(*word)));
        frame.with_column(out::words("activity", &ACTIVITY, words)?)?;
        Ok(frame)
    }

    /// Every column that has no rule of its own.
    fn columns(&self, subjects: &Subjects, frame: &mut DataFrame) -> PolarsResult<()> {
        let unread = Texts::of(self.frame, "unread");
        let state = Texts::of(self.frame, "status");
        let mut unread_of: BTreeMap<u32, String> = BTreeMap::new();
        let special = |name: &str| {
            ["unread", "activity"].contains(&name) || self.roles.disabled == Some(name) || self.roles.last == name
        };
        for column in self.roles.table.columns().iter().filter(|column| column.role != Role::Derived) {
            let name = column.name;
            let own_rule = special(name);
            let Some(values) = Values::of(self.frame, column.kind, name) else {
                continue;
            };
            let mut replaced: Vec<(u32, Option<u32>)> = Vec::new();
            for sights in subjects.several() {
                let subject = sights[0].subject;
                // What changed last an old export does not know.
                let sights = if name == "changed_at" { newest(sights) } else { sights };
                // A directory renames what it deletes: nobody could sign in by that name.
                let there = |sight: &&Sight| state.get(sight.row as usize) != Some("deleted");
                let told: Vec<Sight> = match name {
                    "username" => sights.iter().filter(there).copied().collect(),
                    _ => Vec::new(),
                };
                let sights = if told.is_empty() { sights } else { &told };
                let pick = pick(sights, &values, clash(name, column.kind, column.words), &unread, name);
                if pick == Pick::Unread {
                    let list = unread_of.entry(subject).or_insert_with(|| ";".to_owned());
                    list.push_str(name);
                    list.push(';');
                }
                if !own_rule && pick != Pick::Row(subjects.newest[subject as usize]) {
                    replaced.push((subject, if let Pick::Row(row) = pick { Some(row) } else { None }));
                }
            }
            if !replaced.is_empty() {
                let mut rows: Vec<Option<u32>> = subjects.newest.iter().copied().map(Some).collect();
                for (subject, row) in replaced {
                    rows[subject as usize] = row;
                }
                let rows = IdxCa::from_iter_options("row".into(), rows.into_iter());
                for name in column.frame_names() {
                    let taken = self.frame.column(&name)?.as_materialized_series().take(&rows)?;
                    frame.with_column(taken.into_column())?;
                }
            }
        }
        let status = Texts::of(frame, "status");
        let known = (0..frame.height()).map(|row| status.get(row).or(Some("unknown"))).collect();
        frame.with_column(out::texts("status", known))?;
        let old = Texts::of(frame, "unread");
        let mut list: Vec<Option<String>> = (0..frame.height()).map(|row| old.get(row).map(str::to_owned)).collect();
        for sights in subjects.several() {
            list[sights[0].subject as usize] = unread_of.remove(&sights[0].subject);
        }
        frame.with_column(out::texts("unread", list))?;
        Ok(())
    }

    /// The newest use over all rows. Where the newest row does not tell of use, it may have been used until then; where
    /// it takes back what an older one of its kind told, the use may be either.
    fn use_of(
        &self,
        subjects: &Subjects,
        frame: &mut DataFrame,
        activity: &mut [u8],
        facts: &mut Facts,
    ) -> PolarsResult<()> {
        let names = [format!("{}_lo", self.roles.last), format!("{}_hi", self.roles.last)];
        let (lo, hi) = (Times::of(self.frame, &names[0]), Times::of(self.frame, &names[1]));
        let column = |name: &str| {
            let times = Times::of(frame, name);
            (0..frame.height()).map(|row| times.get(row)).collect::<Vec<_>>()
        };
        let (mut first, mut last) = (column(&names[0]), column(&names[1]));
        for sights in subjects.several() {
            let subject = sights[0].subject as usize;
            let times = |column: &Times| sights.iter().filter_map(|sight| column.get(sight.row as usize)).max();
            let tells = |sight: &&Sight| self.activity[sight.row as usize] != 2;
            let known = sights.iter().rev().find(tells).map(|sight| sight.at);
            let newest = sights.last().map(|sight| sight.at);
            (first[subject], last[subject]) = (times(&lo), times(&hi));
            if let Some(newer) = self.taking_back(sights, &lo, &hi) {
                facts.count(self.roles.table.name(), BACKWARD, 1);
                first[subject] = first[subject].min(lo.get(newer.row as usize));
            }
            if let Some((known, newest)) = known.zip(newest)
                && newest - known > DAY
            {
                last[subject] = last[subject].max(Some(newest));
            }
            activity[subject] = match (last[subject], known) {
                (Some(_), _) => SEEN,
                (None, Some(_)) => NEVER,
                (None, None) => 2,
            };
        }
        frame.with_column(out::times(&names[0], first))?;
        frame.with_column(out::times(&names[1], last))?;
        Ok(())
    }

    /// The newest sight that tells of use, where its last use surely lies before one that an older export of the same
    /// kind gives. One that knows of no use at all only knows less.
    fn taking_back<'s>(&self, sights: &'s [Sight], lo: &Times, hi: &Times) -> Option<&'s Sight> {
        let kind = |sight: &Sight| self.series.kind(self.exports[sight.row as usize]);
        let newer = sights.iter().rev().find(|sight| self.activity[sight.row as usize] != 2)?;
        let told = hi.get(newer.row as usize);
        let older = sights.iter().take_while(|sight| sight.at < newer.at).filter(|sight| kind(sight) == kind(newer));
        let used = older.filter_map(|sight| lo.get(sight.row as usize)).max()?;
        told.is_some_and(|told| told < used).then_some(newer)
    }

    /// Since when it is without access: the oldest such row since the last one with access that says it best.
    fn ends(&self, subjects: &Subjects, frame: &mut DataFrame) -> PolarsResult<()> {
        let Some(name) = self.roles.disabled else {
            return Ok(());
        };
        let names = [format!("{name}_lo"), format!("{name}_hi")];
        let (lo, hi) = (Times::of(self.frame, &names[0]), Times::of(self.frame, &names[1]));
        let status = Texts::of(self.frame, "status");
        let merged = Texts::of(frame, "status");
        let column = |name: &str| {
            let times = Times::of(frame, name);
            (0..frame.height()).map(|row| times.get(row)).collect::<Vec<_>>()
        };
        let (mut first, mut last) = (column(&names[0]), column(&names[1]));
        for sights in subjects.several() {
            let subject = sights[0].subject as usize;
            let off =
                |sight: &&Sight| matches!(status.get(sight.row as usize), Some("suspended" | "disabled" | "deleted"));
            let on = |sight: &&Sight| status.get(sight.row as usize) == Some("active");
            let mut best = (None, None);
            if matches!(merged.get(subject), Some("suspended" | "disabled" | "deleted")) {
                let told = |sight: &Sight| (lo.get(sight.row as usize), hi.get(sight.row as usize));
                for bounds in sights.iter().rev().take_while(|sight| !on(sight)).filter(off).map(told) {
                    if bounds.0.is_some() || best.0.is_none() && bounds.1.is_some() {
                        best = bounds;
                    }
                }
                // That it stayed so only the newest export tells; where that does not, it was off by then.
                if !newest(sights).iter().any(|sight| told(sight).0.is_some_and(|lo| Some(lo) <= best.0)) {
                    best.0 = None;
                }
            }
            (first[subject], last[subject]) = best;
        }
        frame.with_column(out::times(&names[0], first))?;
        frame.with_column(out::times(&names[1], last))?;
        Ok(())
    }
}

/// The sights of the newest day.
fn newest(sights: &[Sight]) -> &[Sight] {
    let last = sights.last().map_or(0, |sight| sight.at);
    &sights[sights.partition_point(|sight| last - sight.at > DAY)..]
}

/// What becomes of different values that nothing puts in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clash {
    Unknown,
    Least,
    Greatest,
}

/// Ids and names are kept, for all of them are tried when the person is looked for; rights, and the want of care, too.
fn clash(name: &str, kind: ColumnKind, words: &[&str]) -> Clash {
    match (name, kind) {
        ("privileged", _) => Clash::Greatest,
        ("created_at", _) | (_, ColumnKind::Flag) => Clash::Least,
        (_, ColumnKind::Text) if words.is_empty() => Clash::Least,
        _ => Clash::Unknown,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pick {
    Row(u32),
    Nothing,
    Unread,
}

/// The row that decides a column of a subject.
fn pick(sights: &[Sight], values: &Values, clash: Clash, unread: &Texts, name: &str) -> Pick {
    for tie in sights.chunk_by(|a, b| a.at == b.at).rev() {
        let mut found: Option<u32> = None;
        let mut same = true;
        for sight in tie {
            let row = sight.row as usize;
            if unread.get(row).is_some_and(|list| list.split(';').any(|column| column == name)) {
                return Pick::Unread;
            }
            if !values.known(row) {
                continue;
            }
            match found.map(|best| values.compare(row, best as usize)) {
                None => found = Some(sight.row),
                Some(Ordering::Equal) => {}
                Some(order) => {
                    same = false;
                    if (order == Ordering::Greater) == (clash == Clash::Greatest) {
                        found = Some(sight.row);
                    }
                }
            }
        }
        if let Some(row) = found {
            return if same || clash != Clash::Unknown { Pick::Row(row) } else { Pick::Nothing };
        }
    }
    Pick::Nothing
}

enum Values {
    Text(Texts),
    Flag(Flags),
    Time(Times),
    Bounds(Times, Times),
}

impl Values {
    fn of(frame: &DataFrame, kind: ColumnKind, name: &str) -> Option<Self> {
        match kind {
            ColumnKind::Text => Some(Self::Text(Texts::of(frame, name))),
            ColumnKind::Flag => Some(Self::Flag(Flags::of(frame, name))),
            ColumnKind::Instant(_) => Some(Self::Time(Times::of(frame, name))),
            ColumnKind::Bounds => {
                Some(Self::Bounds(Times::of(frame, &format!("{name}_lo")), Times::of(frame, &format!("{name}_hi"))))
            }
            ColumnKind::Number => None,
        }
    }

    fn known(&self, row: usize) -> bool {
        match self {
            Self::Text(text) => text.get(row).is_some_and(|text| !text.is_empty() && text != "unknown"),
            Self::Flag(flag) => flag.get(row).is_some(),
            Self::Time(time) => time.get(row).is_some(),
            Self::Bounds(lo, hi) => lo.get(row).is_some() || hi.get(row).is_some(),
        }
    }

    fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Self::Text(text) => text.get(a).cmp(&text.get(b)),
            Self::Flag(flag) => flag.get(a).cmp(&flag.get(b)),
            Self::Time(time) => time.get(a).cmp(&time.get(b)),
            Self::Bounds(lo, hi) => (lo.get(a), hi.get(a)).cmp(&(lo.get(b), hi.get(b))),
        }
    }
}

/// The use that each row knows of. An empty cell means never only where the export knows some use at all.
pub(super) fn activity(frame: &DataFrame, last: &str, exports: &[u32]) -> Vec<u8> {
    let (times, words) = (Times::of(frame, &format!("{last}_hi")), Texts::of(frame, "activity"));
    let mut tells: Vec<bool> = Vec::new();
    for (row, export) in exports.iter().enumerate() {
        let export = *export as usize;
        if tells.len() <= export {
            tells.resize(export + 1, false);
        }
        tells[export] = tells[export] || times.get(row).is_some();
    }
    let word = |row: usize, export: u32| match (times.get(row), words.get(row)) {
        (Some(_), _) => SEEN,
        (None, Some("never")) if tells[export as usize] => NEVER,
        _ => 2,
    };
    exports.iter().enumerate().map(|(row, export)| word(row, *export)).collect()
}
