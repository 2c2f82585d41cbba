//! What was noticed while finding out who is who, and how it is said.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Place};
use crate::source::InputFile;

/// What was noticed on the way, for the data-quality section.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Rows that were dropped or merged: (table, reason) → count.
    pub dropped: BTreeMap<(&'static str, &'static str), u64>,
    /// Rows that say something else than another row about the same, where nothing tells which is newer, by table.
    pub contradicted: BTreeMap<&'static str, u64>,
    /// Accounts that only a log knows.
    pub log_accounts: u64,
    /// Credentials that only a log knows.
    pub log_credentials: u64,
    /// Events that could be attached to nothing.
    pub events_unattached: u64,
    /// Persons whom HR calls terminated without a date.
    pub left_undated: u64,
    /// Persons of whom HR says nothing that can be understood about the end: unread, or contradicting itself.
    pub left_unclear: u64,
    /// Persons whose employment ended because no newer export shows them, by source.
    pub vanished: BTreeMap<String, u64>,
    /// Sources that go on listing people who left: in them nobody should be missing.
    pub keeps_leavers: BTreeSet<String>,
    /// Rows of HR whose end lies before their beginning.
    pub ends_before_beginnings: u64,
    /// Manual links without an effect: where they stand, and why.
    pub idle_links: Vec<((i32, i32), &'static str)>,
    /// What each source says of people: attributes of `[authority]`.
    pub attributes: BTreeMap<String, BTreeSet<&'static str>>,
    /// Accounts that name a person whom HR does not have.
    pub unknown_persons: UnknownPersons,
    /// Files that hold surely less than they should, as the older exports of their kind and system show: index, reasons.
    pub partial: BTreeMap<i32, Vec<String>>,
    /// person_ids that nearly match the first unmatched accounts: account_key → suggestions.
    pub suggestions: BTreeMap<String, Vec<String>>,
}

/// Accounts that name a person whom HR does not have: an HR export that is not complete, or a wrong reference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownPersons {
    /// Accounts.
    pub accounts: u64,
    /// Different persons that they name.
    pub persons: u64,
    /// File and record of the first of them.
    pub first: Vec<(i32, i32)>,
}

impl Facts {
    /// Says of the files in [`Facts::partial`] that they are.
    pub fn mark_partial(&self, files: &mut [InputFile]) {
        for (file, reasons) in &self.partial {
            if let Some(file) = usize::try_from(*file).ok().and_then(|file| files.get_mut(file)) {
                for reason in reasons {
                    file.is_partial(reason);
                }
            }
        }
    }

    /// Counts a row that says something else of a subject than another row of its export, where nothing tells which is
    /// newer.
    pub(super) fn contradict(&mut self, table: &'static str, reason: &'static str) {
        self.count(table, reason, 1);
        *self.contradicted.entry(table).or_default() += 1;
    }

    pub(super) fn count(&mut self, table: &'static str, reason: &'static str, by: u64) {
        *self.dropped.entry((table, reason)).or_default() += by;
    }

    /// What people should know of it.
    pub fn messages(&self, files: &[InputFile]) -> Vec<Diagnostic> {
        let (mut all, mut links) = (Vec::new(), Vec::new());
        let mut warn = |code: &'static str, message: String, hint: &str| {
            all.push(Diagnostic::warning(code, message).hint(hint));
        };
        if self.left_undated > 0 {
            let people = counted(self.left_undated, "person is", "persons are");
            let message = format!("{people} terminated without a date: when they left is not known");
            warn("leave-date-missing", message, "add the leave date to the HR export");
        }
        if self.left_unclear > 0 {
            let people = counted(self.left_unclear, "person", "persons");
            let message = format!("{people}: what HR says of the end was not understood, or contradicts itself");
            warn(
                "leave-unclear",
                message,
                "nobody of them counts as employed: look at status and leave date of these rows",
            );
        }
        for (source, count) in &self.vanished {
            let people = counted(*count, "person", "persons");
            let stand = if *count == 1 { "stands" } else { "stand" };
            let message = format!("{people} of older exports of {source} {stand} in no newer one");
            if self.keeps_leavers.contains(source) {
                let hint = "this source keeps people who left, so rows are missing; their employment counts as ended";
                warn("people-missing", message, hint);
            } else {
                warn("people-vanished", message, "their employment ended between the two exports, when is not known");
            }
        }
        for (at, (file, row)) in self.idle_links.iter().map(|((file, row), why)| (why, (*file, *row))) {
            let path = usize::try_from(file)
                .ok()
                .and_then(|file| files.get(file))
                .map_or("links.csv", |file| file.path.as_str());
            let place = Place::row(path, u64::try_from(row).unwrap_or_default());
            let message = format!("this link leads nowhere: {at}");
            let hint = "compare it with populations/accounts.csv and people.csv of a pack";
            links.push(Diagnostic::warning("link-unmatched", message).at(place).hint(hint));
        }
        if self.ends_before_beginnings > 0 {
            let rows = counted(self.ends_before_beginnings, "row of people ends", "rows of people end");
            let message = format!("{rows} before its beginning: the end counts as not understood");
            warn("end-before-beginning", message, "correct the dates in the HR system");
        }
        for (table, count) in &self.contradicted {
            let (rows, say) = if *count == 1 { ("row", "says") } else { ("rows", "say") };
            let message = format!(
                "{count} {rows} of {table} {say} something else about a subject than another row of the same file"
            );
            warn("contradicting-rows", message, "an id must stand once in an export: look at the query that made it");
        }
        self.unknown(files, &mut all);
        all.extend(links);
        all
    }

    fn unknown(&self, files: &[InputFile], all: &mut Vec<Diagnostic>) {
        let unknown = &self.unknown_persons;
        let Some((file, row)) = unknown.first.first() else {
            return;
        };
        let accounts = counted(unknown.accounts, "account names", "accounts name");
        let persons = counted(unknown.persons, "person", "persons");
        let message = format!("{accounts} {persons} whom HR does not list");
        let mut diagnostic = Diagnostic::warning("unknown-persons", message)
            .hint("the HR export may lack people: those who left must be in it");
        if let Some(file) = usize::try_from(*file).ok().and_then(|file| files.get(file)) {
            diagnostic = diagnostic.at(Place::row(&file.path, u64::try_from(*row).unwrap_or_default()));
        }
        all.push(diagnostic);
    }
}

/// `1 person is`, `2 persons are`.
fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", crate::number::count(count), if count == 1 { one } else { many })
}
