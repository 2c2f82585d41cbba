//! Exports as series: what was taken of one kind and system at one time, in order; who is in one and not in the next.

mod gather;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::dataset::{Frames, Lineage, Table, Texts};
use crate::source::{Completeness, InputFile};
use crate::time::Micros;

use self::gather::{Part, Taken, exports, parts, shrunk};
use super::Context;

/// Place of an export in [`Series`].
pub(super) type ExportIndex = u32;

/// What was taken of one kind and system at one time, in one or several files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Export {
    /// Source and system that it is of, as a number.
    pub kind: u32,
    /// When its first and last part were taken; `None` when no part has a time: then it stands in no order.
    pub taken: Option<(Micros, Micros)>,
    /// Whether something is missing in it: then nobody is absent from it.
    pub partial: bool,
}

/// One file's share of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sight {
    /// When the file was taken.
    pub at: Option<Micros>,
    /// The export that it is a part of.
    pub export: ExportIndex,
}

/// A sentence about a file that holds less than the older export of its series.
pub(super) type Doubt = (i32, String);

/// All exports that feed one table.
#[derive(Debug, Default)]
pub(super) struct Series {
    exports: Vec<Export>,
    /// Exports with a time by kind, in order of time.
    timed: Vec<Vec<ExportIndex>>,
    /// By file, then by system: most files speak about one system.
    sights: BTreeMap<i32, Vec<(String, Sight)>>,
    /// Files that shrank, with the reason.
    pub doubts: Vec<Doubt>,
}

impl Series {
    /// The series behind the rows of a table. `row` gives file, system (empty where the table has none) and subject;
    /// `what` names the subjects in messages. Files in `aside` show whom they show, and say nothing about others.
    pub(super) fn of<'a>(
        context: &Context<'_>,
        what: &str,
        aside: &BTreeSet<i32>,
        rows: usize,
        row: impl Fn(usize) -> Option<(i32, &'a str, Cow<'a, str>)>,
    ) -> Self {
        let mut kinds: BTreeMap<(&str, String), Vec<Part>> = BTreeMap::new();
        for part in parts(context, rows, row) {
            kinds.entry((context.source_of(part.file), part.system.clone())).or_default().push(part);
        }
        let mut series = Self::default();
        for parts in kinds.into_values() {
            let (apart, parts) = parts.into_iter().partition(|part| aside.contains(&part.file));
            series.add_kind(context, what, parts, apart);
        }
        series.doubts.sort();
        series.doubts.dedup();
        series
    }

    fn add_kind(&mut self, context: &Context<'_>, what: &str, mut parts: Vec<Part>, apart: Vec<Part>) {
        let kind = self.timed.len() as u32;
        let mut order = Vec::new();
        let mut base: Option<Taken> = None;
        parts.sort_by_key(|part| (part.at, part.file));
        for mut taken in exports(parts) {
            if taken.at.is_some() {
                match base.as_ref().and_then(|base| shrunk(base, &taken, what, context)) {
                    Some(reason) => {
                        self.doubts.extend(taken.parts.iter().map(|part| (part.file, reason.clone())));
                        taken.completeness = Completeness::Partial;
                    }
                    // A partial export of fewer does not hide how many there were before.
                    None if taken.completeness == Completeness::Partial
                        && base.as_ref().is_some_and(|base| base.subjects.len() > taken.subjects.len()) => {}
                    None => base = Some(taken.without_parts()),
                }
            }
            let partial = taken.completeness == Completeness::Partial;
            let export = self.add(Export { kind, taken: taken.at, partial }, taken.parts);
            order.extend(taken.at.map(|_| export));
        }
        for part in apart {
            let taken = part.at.map(|at| (at, at));
            self.add(Export { kind, taken, partial: true }, vec![part]);
        }
        self.timed.push(order);
    }

    fn add(&mut self, export: Export, parts: Vec<Part>) -> ExportIndex {
        let index = self.exports.len() as ExportIndex;
        self.exports.push(export);
        for part in parts {
            self.sights.entry(part.file).or_default().push((part.system, Sight { at: part.at, export: index }));
        }
        index
    }
}

#[allow(dead_code, reason = "the tables that ask these questions follow")]
impl Series {
    /// The export that a row of a file about a system is of.
    pub(super) fn sight(&self, file: i32, system: &str) -> Option<Sight> {
        let sights = self.sights.get(&file)?;
        match sights.as_slice() {
            [(_, sight)] => Some(*sight),
            _ => sights.iter().find(|(name, _)| name == system).map(|(_, sight)| *sight),
        }
    }

    /// The kind of an export, if it is one of these.
    pub(super) fn kind(&self, index: ExportIndex) -> Option<u32> {
        self.exports.get(index as usize).map(|export| export.kind)
    }

    /// An export.
    pub(super) fn export(&self, index: ExportIndex) -> &Export {
        &self.exports[index as usize]
    }

    /// The exports of a kind that have a time, in order of time.
    pub(super) fn of_kind(&self, kind: u32) -> impl DoubleEndedIterator<Item = &Export> {
        self.timed[kind as usize].iter().map(|export| self.export(*export))
    }

    /// The whole exports of a kind that were taken after a time, in their order, each with when its last part was taken.
    pub(super) fn later(&self, kind: u32, after: Micros) -> impl Iterator<Item = (ExportIndex, Micros)> {
        let one = move |index: &ExportIndex| {
            let export = self.export(*index);
            let taken = export.taken.filter(|taken| !export.partial && taken.0 > after)?;
            Some((*index, taken.1))
        };
        self.timed[kind as usize].iter().filter_map(one)
    }

    /// When a subject that these sights show disappeared: after the last of them, by the first export without it of a
    /// kind that showed it before. An export that another kind contradicts later shows nothing, and nobody is gone who
    /// was last seen in a file without a time.
    pub(super) fn gone(&self, sights: &[Sight]) -> Option<(Micros, Micros)> {
        let last = sights.iter().map(|sight| sight.at).try_fold(Micros::MIN, |last, at| Some(last.max(at?)))?;
        let kind_of = |sight: &Sight| self.export(sight.export).kind;
        let first_without = |kind: u32| {
            let shown = sights.iter().filter(|sight| kind_of(sight) == kind).filter_map(|sight| sight.at).max()?;
            let later = |export: &&Export| !export.partial && export.taken.is_some_and(|taken| taken.0 > shown);
            self.of_kind(kind).find(later).and_then(|export| export.taken).filter(|taken| taken.0 > last)
        };
        let by = sights.iter().filter_map(|sight| first_without(kind_of(sight))).map(|taken| taken.1).min()?;
        Some((last, by))
    }

    /// When a subject that these sights show appeared: after the last earlier export of one of their kinds that is not
    /// partial and does not show it, by the first of them.
    pub(super) fn appeared(&self, sights: &[Sight]) -> Option<(Micros, Micros)> {
        let first = sights.iter().map(|sight| sight.at).try_fold(Micros::MAX, |first, at| Some(first.min(at?)))?;
        let last_without = |sight: &Sight| {
            let earlier = |export: &&Export| !export.partial && export.taken.is_some_and(|taken| taken.1 < first);
            self.of_kind(self.export(sight.export).kind).rfind(earlier).and_then(|export| export.taken)
        };
        let after = sights.iter().filter_map(last_without).map(|taken| taken.0).max()?;
        Some((after, first))
    }
}

/// The series of the tables of systems, whose absences are evidence; those of people are made where ids are.
#[derive(Debug)]
pub(super) struct AllSeries {
    /// Exports of accounts, by account id.
    pub accounts: Series,
    /// Exports of credentials, by credential id.
    pub credentials: Series,
    /// Exports of entitlements, by account id and entitlement.
    pub entitlements: Series,
}

impl AllSeries {
    pub(super) fn of(input: &Frames, context: &Context<'_>) -> Self {
        // A list of deleted users stands beside the list of users and is no newer state of it; the keys of one user are
        // none of those of another.
        let stands_aside = |file: &InputFile| file.only_left_out || file.part;
        let aside: BTreeSet<i32> =
            (0..).zip(context.files).filter(|(_, file)| stands_aside(file)).map(|(file, _)| file).collect();
        let of_table = |table: Table, what: &str, subject: &str, second: Option<&str>| {
            let Some(frame) = input.get(table) else {
                return Series::default();
            };
            let (ids, lineage) = (Texts::of(frame, subject), Lineage::of(frame));
            let second = second.map(|name| Texts::of(frame, name));
            let systems = Texts::of(frame, "system");
            // A list of deleted accounts is no later export of those that are not.
            let status = (table == Table::Accounts).then(|| Texts::of(frame, "status"));
            let deleted = |row: usize| status.as_ref().and_then(|status| status.get(row)) == Some("deleted");
            Series::of(context, what, &aside, frame.height(), |row| {
                if deleted(row) {
                    return None;
                }
                let id = ids.get(row)?;
                let subject = match &second {
                    Some(second) => Cow::Owned([id, "\0", second.get(row)?].concat()),
                    None => Cow::Borrowed(id),
                };
                Some((lineage.file(row), systems.get(row)?, subject))
            })
        };
        Self {
            accounts: of_table(Table::Accounts, "accounts", "account_id", None),
            credentials: of_table(Table::Credentials, "credentials", "credential_id", None),
            entitlements: of_table(Table::Entitlements, "entitlements", "account_id", Some("entitlement")),
        }
    }

    /// What the series tell about files: index and reason.
    pub(super) fn doubts(&self) -> impl Iterator<Item = &Doubt> {
        [&self.accounts, &self.credentials].into_iter().flat_map(|series| &series.doubts)
    }
}
