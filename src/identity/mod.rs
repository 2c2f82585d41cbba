//! Who is who and which source wins: matches, employments, account states. From input tables to canonical tables.

mod absence;
mod accounts;
mod authority;
mod claims;
mod conflicts;
mod credentials;
mod employment;
mod events;
mod facts;
mod frames;
mod grants;
mod key_events;
mod keys;
mod links;
mod matcher;
mod merge;
mod moves;
mod names;
mod output;
mod ownerships;
mod people;
mod positions;
mod repeats;
mod series;
mod settle;
mod states;
mod subjects;
mod tables;
mod windows;

pub use authority::Authority;
pub use facts::{Facts, UnknownPersons};

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
        usize::try_from(file).ok().and_then(|file| self.files.get(file))?.home()
    }

    /// The official instant of a leave that HR knows as `[lo, hi]`.
    fn official(&self, (lo, hi): (Micros, Micros)) -> Micros {
        self.leave_instant.official(lo, hi)
    }

    /// When the export was made. Where nobody said, nothing is known of what came after the newest thing that it tells
    /// of; without such a thing, as_of.
    fn observed_at(&self, file: i32) -> Micros {
        let file = usize::try_from(file).ok().and_then(|file| self.files.get(file));
        let shown = |file: &InputFile| file.newest.map(|newest| newest.min(self.as_of));
        file.and_then(|file| file.observed_at.or_else(|| shown(file))).unwrap_or(self.as_of)
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
    let mut people = people::merge(&input, context, &mut facts);
    for (file, reason) in series.doubts().chain(&people.series.doubts) {
        facts.partial.entry(*file).or_default().push(reason.clone());
    }
    let matcher = matcher::Matcher::new(&people.persons, context);
    let mut accounts = accounts::Accounts::read(&input, &series.accounts, context, &mut facts)?;
    accounts.match_people(&input, &matcher, &people.persons, context.usernames, &mut facts);
    let known = accounts.len();
    let mut left = settle::settle(&mut accounts, 0..known, &matcher, context);
    let mut events = events::read(&input, &mut accounts, &matcher, context, &mut facts)?;
    input.take(Table::Events);
    let all = accounts.len();
    left.extend(settle::settle(&mut accounts, known..all, &matcher, context));
    facts.unknown_persons = settle::unknown_persons(&accounts, &matcher);
    let keys = output::account_keys(&accounts);
    let live = output::Live::new(&people.persons, context);
    let mut frames = Frames::default();
    let changes = std::mem::take(&mut events.changes);
    let states::Timeline { frame: states, off_by } = states::timeline(&accounts, &keys, changes, &events.uses)?;
    frames.insert(Table::AccountStates, states);
    let inventory = input.take(Table::Credentials);
    let around = credentials::Around {
        series: &series.credentials,
        accounts: &accounts,
        account_keys: &keys,
        matcher: &matcher,
        live: &live,
        context,
    };
    let inventory = credentials::resolve(inventory.as_ref(), &events.keys, &around, &mut facts)?;
    let of_accounts = ownerships::Observed { rows: &accounts.observations, subjects: &accounts.subjects, keys: &keys };
    if let Some(frame) = ownerships::table(&of_accounts, inventory.as_ref(), &matcher, &live, context)? {
        frames.insert(Table::Ownerships, frame);
    }
    if let Some(inventory) = inventory {
        frames.insert(Table::Credentials, inventory.frame);
    }
    if let Some(frame) = grants::resolve(&mut input, &accounts, &events, &keys, &series.entitlements, context)? {
        frames.insert(Table::Entitlements, frame);
    }
    let moves = std::mem::take(&mut people.moves);
    if !people.persons.is_empty() {
        frames.insert(Table::Moves, positions::table(&people.persons, moves, &events, context)?);
    }
    frames.insert(Table::LogWindows, windows::of(&events.frame, context)?);
    frames.insert(Table::Events, output::events(events, &keys, &live, &mut facts)?);
    frames.insert(Table::Candidates, settle::candidates(&left, &keys, &live)?);
    facts.suggestions = output::suggestions(&accounts, &people.persons);
    frames.insert(Table::Accounts, output::accounts(&accounts, keys.clone(), &matcher, &live, &off_by)?);
    if let Some(frame) = output::reviews(&mut input, &accounts, &keys, &matcher, &live, context)? {
        frames.insert(Table::Reviews, frame);
    }
    tables::people(&people, &mut frames)?;
    frames.insert(Table::Sources, tables::sources(context, &facts)?);
    for table in [Table::Systems, Table::Waivers, Table::Links, Table::Decisions, Table::Extractions] {
        if let Some(frame) = input.take(table) {
            let mut frame = crate::dataset::complete(table, &frame);
            if table == Table::Waivers {
                output::approvers(&mut frame, &matcher, &live)?;
            }
            frames.insert(table, frame);
        }
    }
    Ok(Resolved { frames, facts })
}

/// How the days that HR gives are read otherwise, for the sensitivity runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveReading {
    /// Another instant of the day is the official one.
    Instant(LeaveInstant),
    /// The official instant of the day, which may be that of any time zone: somewhere in the 26 hours between the first and
    /// the last place of the earth to reach it. `LeaveInstant` and `Zone` are those of the official reading.
    AnyZone(LeaveInstant, Zone),
}

/// Replaces the official reading of leave dates in an `employments` frame, for the sensitivity runs.
///
/// # Errors
/// Only if the dataframe engine itself fails.
pub fn with_leaves_read(frames: &Frames, reading: LeaveReading) -> Outcome<Frames> {
    let mut other = frames.clone();
    if let Some(frame) = frames.get(Table::Employments) {
        let read = |lo, hi| match reading {
            LeaveReading::Instant(rule) => (rule.official(lo, hi), rule.official(lo, hi)),
            LeaveReading::AnyZone(rule, zone) => rule.official_in_any_zone(zone, lo, hi),
        };
        other.insert(Table::Employments, tables::reread_leaves(frame, read)?);
    }
    Ok(other)
}
