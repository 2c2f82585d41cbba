//! Who is who and which source wins: matches, employments, account states. From input tables to canonical tables.

mod absence;
mod accounts;
mod authority;
mod credentials;
mod events;
mod frames;
mod keys;
mod matcher;
mod merge;
mod names;
mod output;
mod people;
mod repeats;
mod series;
mod states;
mod subjects;
mod windows;

use std::collections::BTreeMap;

pub use authority::Authority;

use crate::dataset::{Frames, Table};
use crate::failure::Outcome;
use crate::source::InputFile;
use crate::time::{LeaveInstant, Micros, Zone};

/// Everything that decides who is who, beside the data.
#[derive(Debug)]
pub struct Context<'a> {
    /// The files, by `src_file`.
    pub files: &'a [InputFile],
    /// Which source wins.
    pub authority: &'a Authority,
    /// When a leave date takes effect.
    pub leave_instant: LeaveInstant,
    /// The moment the report speaks about.
    pub as_of: Micros,
    /// Whether the weakest match rule (plain user name against the local part of an address) is used.
    pub usernames: bool,
    /// The project's zone: days are compared in it.
    pub zone: Zone,
}

impl Context<'_> {
    fn source_of(&self, file: i32) -> &str {
        usize::try_from(file)
            .ok()
            .and_then(|file| self.files.get(file))
            .and_then(|file| file.source.as_deref())
            .unwrap_or("")
    }

    /// The system of a file: its own, or the first folder that it lies in.
    fn system_of(&self, file: i32) -> Option<&str> {
        let file = usize::try_from(file).ok().and_then(|file| self.files.get(file))?;
        file.system.as_deref().or_else(|| file.path.split_once('/').map(|(folder, _)| folder))
    }

    /// When the export was made; as_of when nobody said.
    fn observed_at(&self, file: i32) -> Micros {
        usize::try_from(file)
            .ok()
            .and_then(|file| self.files.get(file))
            .and_then(|file| file.observed_at)
            .unwrap_or(self.as_of)
    }
}

/// What was noticed on the way, for the data-quality section.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Rows that were dropped or merged: (table, reason) → count.
    pub dropped: BTreeMap<(&'static str, &'static str), u64>,
    /// Rows that say something else than another row about the same, where nothing tells which is newer, by table.
    pub contradicted: BTreeMap<&'static str, u64>,
    /// Accounts that only a log knows.
    pub log_accounts: u64,
    /// Events that could be attached to nothing.
    pub events_unattached: u64,
    /// Persons whom HR calls terminated without a date.
    pub left_undated: u64,
    /// Files that hold surely less than they should, as the older exports of their kind and system show: index, reasons.
    pub partial: BTreeMap<i32, Vec<String>>,
    /// person_ids that nearly match the first unmatched accounts: account_key → suggestions.
    pub suggestions: BTreeMap<String, Vec<String>>,
}

impl Facts {
    /// Says of the files in [`Facts::partial`] that they are.
    pub fn mark_partial(&self, files: &mut [InputFile]) {
        for (file, reasons) in &self.partial {
            if let Some(file) = usize::try_from(*file).ok().and_then(|file| files.get_mut(file)) {
                reasons.iter().for_each(|reason| file.is_partial(reason));
            }
        }
    }

    /// Counts a row that says something else of a subject than another row of its export, where nothing tells which is
    /// newer.
    fn contradict(&mut self, table: &'static str, reason: &'static str) {
        self.count(table, reason, 1);
        *self.contradicted.entry(table).or_default() += 1;
    }

    /// Counts a row that names what an earlier row of its file names; the first is used.
    fn repeated(&mut self, table: &'static str, what: [&'static str; 2], same: bool) {
        self.count(table, what[usize::from(!same)], 1);
        if !same {
            *self.contradicted.entry(table).or_default() += 1;
        }
    }

    fn count(&mut self, table: &'static str, reason: &'static str, by: u64) {
        *self.dropped.entry((table, reason)).or_default() += by;
    }
}

/// The canonical tables and what was noticed while making them.
#[derive(Debug)]
pub struct Resolved {
    /// Every canonical table, complete with derived columns.
    pub frames: Frames,
    /// What was noticed.
    pub facts: Facts,
}

/// Turns the input tables of [`crate::source::Loaded`] into canonical tables.
///
/// # Errors
/// Only if the dataframe engine itself fails.
pub fn resolve(mut input: Frames, context: &Context<'_>) -> Outcome<Resolved> {
    let mut facts = Facts::default();
    let series = series::AllSeries::of(&input, context);
    for (file, reason) in series.doubts() {
        facts.partial.entry(*file).or_default().push(reason.clone());
    }
    let people = people::merge(&input, context, &mut facts);
    let matcher = matcher::Matcher::new(&people.persons);
    let mut accounts = accounts::Accounts::read(&input, &series.accounts, context, &mut facts)?;
    accounts.match_people(&input, &matcher, &people.persons, context.usernames);
    let mut events = events::read(&input, &mut accounts, &matcher, context, &mut facts)?;
    input.take(Table::Events);
    let keys = output::account_keys(&accounts);
    let live = output::Live::new(&people.persons, context);
    let mut frames = Frames::default();
    let changes = std::mem::take(&mut events.changes);
    let states::Timeline { frame: states, off_by } = states::timeline(&accounts, &keys, changes, &events.uses)?;
    frames.insert(Table::AccountStates, states);
    if let Some(frame) = input.take(Table::Credentials) {
        let inventory =
            credentials::resolve(&frame, &series.credentials, &accounts, &keys, &matcher, &live, context, &mut facts)?;
        frames.insert(Table::Credentials, inventory);
    }
    frames.insert(Table::LogWindows, windows::of(&events.frame, context)?);
    frames.insert(Table::Events, output::events(events, &keys, &live, &mut facts)?);
    facts.suggestions = output::suggestions(&accounts, &people.persons);
    frames.insert(Table::Accounts, output::accounts(&accounts, keys.clone(), &matcher, &live, &off_by)?);
    for (table, frame) in output::grants(&mut input, &accounts, &keys, &matcher, &live)? {
        frames.insert(table, frame);
    }
    output::people(&people, context, &mut frames, &mut facts)?;
    frames.insert(Table::Sources, output::sources(context, &facts)?);
    for table in [Table::Systems, Table::Waivers, Table::Links, Table::Extractions] {
        if let Some(frame) = input.take(table) {
            frames.insert(table, crate::dataset::complete(table, &frame));
        }
    }
    Ok(Resolved { frames, facts })
}

/// Replaces the official reading of leave dates in an `employments` frame, for the sensitivity runs.
///
/// # Errors
/// Only if the dataframe engine itself fails.
pub fn with_leave_instant(frames: &Frames, rule: LeaveInstant) -> Outcome<Frames> {
    let mut other = frames.clone();
    if let Some(frame) = frames.get(Table::Employments) {
        other.insert(Table::Employments, output::reread_leaves(frame, rule)?);
    }
    Ok(other)
}
