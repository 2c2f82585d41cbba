//! Which times the logs of each system cover. Silence says something only within one window.
//!
//! A log is all files of one source that lie in one system's folder. A file covers the window that extractions.csv
//! states for it; without one, the time from its log's first event to the last, less the gaps that are longer than that
//! log's own habit. A log tells of sign-ins, or of changes, if it holds some.
//!
//! A log covers the system in whose folder it lies, and those that the project file lets that folder speak of. One that by
//! nature speaks of applications tells what its own system did to them (`pushes`); what was done in them it does not
//! see, and so its silence says nothing of their accounts.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use crate::dataset::{Lineage, Table, Texts, Times, complete};
use crate::source::InputFile;
use crate::time::{DAY, HOUR, Micros};

use super::{Context, frames as out};

type Window = (Micros, Micros);

/// What a log may tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Changes,
    SignIns,
    /// What the system of the log did to another one.
    Pushes,
}

impl About {
    fn word(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::SignIns => "sign_ins",
            Self::Pushes => "pushes",
        }
    }
}

/// A gap that comes at least once in so many days is a habit (nights, weekends).
const REGULAR: Micros = 10 * DAY;
/// No shorter gap is a hole.
const LEAST: Micros = DAY;

/// One log: its events by hour, and what it tells of.
#[derive(Default)]
struct Log {
    /// First and last event of each hour that has one.
    hours: BTreeMap<Micros, Window>,
    declared: Vec<Window>,
    /// Files without a window of their own.
    undeclared: bool,
    tells: BTreeSet<(String, About)>,
    /// What it tells of other systems is only what its own one did.
    of_own_alone: bool,
}

/// Builds the `log_windows` frame.
pub(super) fn of(events: &DataFrame, context: &Context<'_>) -> PolarsResult<DataFrame> {
    let mut windows: BTreeMap<(String, About), Vec<Window>> = BTreeMap::new();
    for ((_, own), log) in logs(events, context) {
        let covered = log.covered();
        let own = own.map(str::to_owned);
        let of_own = log.tells.iter().filter_map(|(_, about)| Some((own.clone()?, *about)));
        let named = log.tells.iter().filter_map(|(system, about)| match about {
            _ if !log.of_own_alone || own.as_ref() == Some(system) => Some((system.clone(), *about)),
            About::Changes => Some((system.clone(), About::Pushes)),
            _ => None,
        });
        for about in named.chain(of_own).collect::<BTreeSet<_>>() {
            windows.entry(about).or_default().extend(&covered);
        }
    }
    let rows: Vec<(String, About, Window)> = windows
        .into_iter()
        .flat_map(|((system, about), covered)| {
            joined(covered, 0).into_iter().map(move |window| (system.clone(), about, window))
        })
        .collect();
    let columns = vec![
        out::texts("system", rows.iter().map(|row| Some(row.0.as_str())).collect()),
        out::texts("about", rows.iter().map(|row| Some(row.1.word())).collect()),
        out::times("covers_from", rows.iter().map(|row| Some(row.2.0)).collect()),
        out::times("covers_to", rows.iter().map(|row| Some(row.2.1)).collect()),
    ];
    Ok(complete(Table::LogWindows, &DataFrame::new(rows.len(), columns)?))
}

/// The logs, by source and by the system in whose folder they lie.
fn logs<'a>(events: &DataFrame, context: &'a Context<'_>) -> BTreeMap<(&'a str, Option<&'a str>), Log> {
    let (systems, actions) = (Texts::of(events, "system"), Texts::of(events, "action"));
    let (occurred, lineage) = (Times::of(events, "occurred_at"), Lineage::of(events));
    let mut logs: BTreeMap<(&str, Option<&str>), Log> = BTreeMap::new();
    let (mut file, mut told): (Option<i32>, Option<(&str, About)>) = (None, None);
    let key = |file: i32| (context.source_of(file), context.system_of(file));
    let mut log: Log = Log::default();
    let put = |file: Option<i32>, log: &mut Log, logs: &mut BTreeMap<(&'a str, Option<&'a str>), Log>| {
        if let Some(file) = file {
            logs.entry(key(file)).or_default().add(std::mem::take(log));
        }
    };
    for row in 0..events.height() {
        if file != Some(lineage.file(row)) {
            put(file, &mut log, &mut logs);
            (file, told) = (Some(lineage.file(row)), None);
        }
        if let Some(at) = occurred.get(row) {
            let hour = log.hours.entry(at.div_euclid(HOUR)).or_insert((at, at));
            *hour = (hour.0.min(at), hour.1.max(at));
        }
        if let (Some(system), Some(action)) = (systems.get(row), actions.get(row)) {
            let about = match action {
                "sign_in" => Some(About::SignIns),
                // Keys are no accounts.
                key if key.starts_with("key_") => None,
                _ => Some(About::Changes),
            };
            if let Some(about) = about.filter(|about| told != Some((system, *about))) {
                told = Some((system, about));
                log.tells.insert((system.to_owned(), about));
            }
        }
    }
    put(file, &mut log, &mut logs);
    for (index, file) in context.files.iter().enumerate() {
        // An empty file of a known log covers its window too: nothing happened.
        if let Some(log) = logs.get_mut(&key(index as i32)) {
            log.of_own_alone |= file.speaks_of_others;
            match declared(file) {
                Some(window) => log.declared.push(window),
                None => log.undeclared |= file.rows.contains_key(&Table::Events),
            }
        }
    }
    logs
}

/// The window that somebody states for a file, unless records are missing in it. One that was not understood is a doubt
/// of the file, for every metric that reads it, and makes no hole of the days around it.
fn declared(file: &InputFile) -> Option<Window> {
    file.extraction.as_ref()?.covers?;
    file.covers.filter(|window| window.0 <= window.1 && !file.lacks_records && !file.cut)
}

impl Log {
    fn add(&mut self, other: Self) {
        for (hour, window) in other.hours {
            let own = self.hours.entry(hour).or_insert(window);
            *own = (own.0.min(window.0), own.1.max(window.1));
        }
        self.tells.extend(other.tells);
    }

    /// Its windows: those that are stated, and the time of its events where a file has none.
    fn covered(&self) -> Vec<Window> {
        let mut windows = self.declared.clone();
        if self.undeclared || windows.is_empty() {
            windows.extend(joined(self.hours.values().copied().collect(), self.habit()));
        }
        joined(windows, 0)
    }

    /// The longest silence that this log is used to: twice the gap that it reaches at least once in ten days. The
    /// longest of all gaps shows no habit.
    fn habit(&self) -> Micros {
        let windows: Vec<Window> = self.hours.values().copied().collect();
        let mut gaps: Vec<Micros> = windows.windows(2).map(|pair| pair[1].0 - pair[0].1).collect();
        gaps.sort_unstable_by_key(|gap| std::cmp::Reverse(*gap));
        let (Some(first), Some(last)) = (windows.first(), windows.last()) else {
            return LEAST;
        };
        let place = usize::try_from((last.1 - first.0) / REGULAR).unwrap_or_default().max(1);
        let regular = if gaps.len() < 2 { 0 } else { gaps[place.min(gaps.len() - 1)] };
        (2 * regular).max(LEAST)
    }
}

/// Windows that overlap, or lie no further apart than `gap`, as one.
fn joined(mut windows: Vec<Window>, gap: Micros) -> Vec<Window> {
    windows.sort_unstable();
    let mut done: Vec<Window> = Vec::new();
    for window in windows {
        match done.last_mut() {
            Some(last) if window.0 - last.1 <= gap => last.1 = last.1.max(window.1),
            _ => done.push(window),
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(events: impl IntoIterator<Item = Micros>) -> Log {
        let mut log = Log { undeclared: true, ..Log::default() };
        for at in events {
            log.hours.insert(at.div_euclid(HOUR), (at, at));
        }
        log
    }

    type Days<'a> = &'a [(i64, i64)];

    fn days(log: &Log) -> Vec<(i64, i64)> {
        log.covered().into_iter().map(|(from, to)| (from / DAY, to / DAY)).collect()
    }

    /// Every hour from one day to another, both included.
    fn hourly(from: i64, to: i64) -> impl Iterator<Item = Micros> {
        (from * 24..=to * 24).map(|hour| hour * HOUR)
    }

    /// Every third hour of working days; day 0 is a Monday.
    fn office(from: i64, to: i64) -> impl Iterator<Item = Micros> {
        (from..=to).filter(|day| day % 7 < 5).flat_map(|day| (3..6).map(move |part| day * DAY + part * 3 * HOUR))
    }

    #[test]
    fn a_gap_longer_than_the_habit_of_the_log_is_a_hole() {
        let cases: [(&str, Log, Days<'_>); 8] = [
            ("no gap", log(hourly(0, 30)), &[(0, 30)]),
            ("two days are a hole in an hourly log", log(hourly(0, 10).chain(hourly(12, 30))), &[(0, 10), (12, 30)]),
            ("weekends are a habit", log(office(0, 88)), &[(0, 88)]),
            ("and so is a long one", log(office(0, 39).chain(office(43, 88))), &[(0, 88)]),
            ("a week is not", log(office(0, 39).chain(office(49, 88))), &[(0, 39), (49, 88)]),
            ("once a week is a habit", log((0..13).map(|week| week * 7 * DAY)), &[(0, 84)]),
            (
                "few events and a long silence",
                log([0, 1, 3, 4, 7, 83, 91].map(|day| day * DAY)),
                &[(0, 4), (7, 7), (83, 83), (91, 91)],
            ),
            ("two events say nothing about the time between", log([0, 40 * DAY]), &[(0, 0), (40, 40)]),
        ];
        for (name, log, expected) in cases {
            assert_eq!(days(&log), expected, "{name}");
        }
    }

    #[test]
    fn stated_windows_count_and_are_joined_where_they_touch() {
        let windows = vec![(0, 7 * DAY), (7 * DAY, 9 * DAY), (20 * DAY, 30 * DAY), (25 * DAY, 28 * DAY)];
        let stated = Log { declared: windows, undeclared: false, ..log([3 * DAY, 15 * DAY]) };
        assert_eq!(days(&stated), [(0, 9), (20, 30)]);
        // A file without a window adds what its log's events show.
        assert_eq!(days(&Log { undeclared: true, ..stated }), [(0, 9), (15, 15), (20, 30)]);
    }
}
