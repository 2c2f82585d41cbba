//! What each pack was fed with, and what one of them could not see because it was not loaded, or not all of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::dataset::Table;
use crate::render::text;
use crate::report::{FileOutcome, Finding, MetricReport, Report, SourceReport, Status};
use crate::source::RowPlace;
use crate::time::DAY;

use super::side::Side;

/// Tables whose rows are of a system each. A log tells of any system, and of none when nothing happened there.
const OF_SYSTEMS: [&str; 2] = ["accounts", "credentials"];
/// Tables without which facts are missing.
const FACTS: [&str; 4] = ["people", "accounts", "credentials", "events"];

/// What both packs were fed with.
#[derive(Debug, Default)]
pub(super) struct Feeds {
    before: Fed,
    after: Fed,
}

/// What a pack was fed with.
#[derive(Debug, Default)]
struct Fed {
    /// Whether each metric could see its population, and the tables that it reads.
    metrics: BTreeMap<String, (bool, BTreeSet<&'static str>)>,
    systems: BTreeSet<String>,
    volumes: BTreeMap<Feed, Volume>,
    /// Formats of all files that could be read, also of those without a row: in a quiet week a log tells of nothing.
    formats: BTreeSet<String>,
    /// Files that were read, with their format.
    files: BTreeMap<String, String>,
}

/// A source format that feeds a table with rows of a system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Feed {
    /// The system; none for what is about the whole company.
    system: Option<String>,
    source: String,
    table: String,
}

/// How much of it there is.
#[derive(Debug, Clone, Copy, Default)]
struct Volume {
    /// All files.
    all: u64,
    /// Files of the last export: parts that were made within a day of each other. Of a log, every file is a part.
    files: u64,
    last: i64,
    /// Rows of these files, and of the smallest of them.
    rows: u64,
    smallest: u64,
    /// Rows of these files that could not be used.
    rejected: u64,
}

/// The name of a format with its system, and the system.
pub(super) type Named = (String, Option<String>);

impl Feed {
    fn named(&self) -> Named {
        let name = match &self.system {
            Some(system) => format!("{} of {system}", self.source),
            None => self.source.clone(),
        };
        (name, self.system.clone())
    }
}

impl Volume {
    fn add(&mut self, file: &SourceReport, rows: u64, at: i64, log: bool) {
        self.all = self.all.saturating_add(1);
        if self.files > 0 && !log && at < self.last.saturating_sub(DAY) {
            return;
        }
        if self.files > 0 && !log && at > self.last.saturating_add(DAY) {
            *self = Self { all: self.all, ..Self::default() };
        }
        self.smallest = if self.files == 0 { rows } else { self.smallest.min(rows) };
        self.last = self.last.max(at);
        self.files = self.files.saturating_add(1);
        self.rows = self.rows.saturating_add(rows);
        self.rejected = self.rejected.saturating_add(file.rejected);
    }

    /// Whether fewer parts were loaded, and rows are missing as a lost part would leave them.
    fn has_lost_a_part(self, later: Self) -> bool {
        later.files < self.files && self.rows.saturating_sub(later.rows) >= self.smallest.max(1)
    }
}

impl Fed {
    fn of(report: &Report) -> Self {
        let mut volumes = BTreeMap::new();
        let mut files: Vec<&SourceReport> =
            report.sources.iter().filter(|file| file.outcome == FileOutcome::Read).collect();
        files.sort_by_key(|file| file.observed_at);
        for file in files {
            add(&mut volumes, file, report.as_of.0);
        }
        let named = report.sources.iter().filter(|file| file.outcome == FileOutcome::Read);
        let files = named.filter_map(|file| Some((file.path.clone(), format_of(file)?))).collect();
        let tables = |metric: &MetricReport| {
            let needs = metric.needs.iter().filter_map(|need| Table::from_name(need));
            needs.filter(|table| *table != Table::Sources).flat_map(Table::fed_by).map(Table::name).collect()
        };
        let metrics = report.metrics.iter().map(|metric| (metric.id.clone(), (assessed(metric), tables(metric))));
        Self {
            metrics: metrics.collect(),
            systems: report.systems.iter().filter(|one| one.loaded).map(|one| one.system.clone()).collect(),
            volumes,
            formats: report
                .sources
                .iter()
                .filter(|file| matches!(file.outcome, FileOutcome::Read | FileOutcome::Empty))
                .filter_map(|file| file.source.clone())
                .collect(),
            files,
        }
    }

    /// Whether a row of a format shows the beginning or the end of a finding.
    fn rests_on(&self, finding: &Finding, format: &str) -> bool {
        let places = [&finding.began_source, &finding.ended_source].into_iter().flatten();
        let mut paths = places.filter_map(|place| RowPlace::path_in(place));
        paths.any(|path| self.files.get(path).is_some_and(|known| known == format))
    }

    fn looked_at(&self, metric: &str) -> bool {
        self.metrics.get(metric).is_some_and(|one| one.0)
    }
}

/// The format of a file. A list of deleted users is no part of the list of users beside it.
fn format_of(file: &SourceReport) -> Option<String> {
    let beside = if file.only_left_out { " (what its list leaves out)" } else { "" };
    file.source.as_ref().map(|source| format!("{source}{beside}"))
}

fn add(volumes: &mut BTreeMap<Feed, Volume>, file: &SourceReport, as_of: i64) {
    let Some(source) = format_of(file) else {
        return;
    };
    let at = file.observed_at.map_or(as_of, |at| at.0);
    // Who extracted what explains no number.
    for rows in file.rows.iter().filter(|rows| rows.reason != "extractions") {
        let table = rows.reason.as_str();
        let mut add = |system: Option<&String>, count: u64| {
            let feed = Feed { system: system.cloned(), source: source.clone(), table: table.to_owned() };
            volumes.entry(feed).or_default().add(file, count, at, table == "events");
        };
        if OF_SYSTEMS.contains(&table) && !file.systems.is_empty() {
            for system in &file.systems {
                add(Some(&system.reason), system.count);
            }
        } else {
            add(file.system.as_ref().filter(|_| table != "events"), rows.count);
        }
    }
}

/// Whether a metric could see its population. That nothing happened in a period is no blindness.
fn assessed(metric: &MetricReport) -> bool {
    match metric.status {
        Status::NotAssessed => false,
        Status::InsufficientEvidence => {
            metric.missing.is_empty() && (metric.population > 0 || metric.facts.is_of_period())
        }
        _ => true,
    }
}

impl Feeds {
    pub(super) fn of(before: &Side, after: &Side) -> Self {
        Self { before: Fed::of(&before.report), after: Fed::of(&after.report) }
    }

    /// Why nothing at all is known any more about a finding that is gone: its metric or its system is out of sight.
    pub(super) fn unseen(&self, finding: &Finding) -> Option<String> {
        out_of_sight(&self.before, &self.after, finding, "any more")
    }

    /// Why nothing at all was known about a finding that was not there.
    pub(super) fn newly_seen(&self, finding: &Finding) -> Option<String> {
        out_of_sight(&self.after, &self.before, finding, "before")
    }

    /// Why what the current pack does not show may be there all the same: less was loaded of what its metric reads.
    pub(super) fn lacking(&self, finding: &Finding) -> Option<String> {
        lacking(&self.before, &self.after, finding, |_| true, ["any more", ""])
    }

    /// Why what the baseline did not show may have been there all the same. A list of people that shows neither the
    /// beginning nor the end of a finding tells of others.
    pub(super) fn lacked(&self, finding: &Finding) -> Option<String> {
        let tells = |feed: &Feed| feed.table != "people" || self.after.rests_on(finding, &feed.source);
        lacking(&self.after, &self.before, finding, tells, ["before", " then"])
    }

    /// Why something that looks better may only be less known: also an earlier export that is gone.
    pub(super) fn less_known(&self, finding: &Finding) -> Option<String> {
        self.lacking(finding).or_else(|| {
            let concerned = concerned(&self.before, &self.after, &finding.metric, |feed| is_own(feed, finding));
            concerned.into_iter().find_map(|(feed, mine)| {
                let theirs = self.after.volumes.get(feed).copied().unwrap_or_default();
                (theirs.all < mine.all).then(|| {
                    let files = text::of(theirs.all, mine.all);
                    format!("only {files} files of {} were loaded", feed.source)
                })
            })
        })
    }

    /// Formats that only one of the packs has read, of systems that both have loaded: before, after.
    pub(super) fn sources(&self) -> [BTreeSet<Named>; 2] {
        [only(&self.before, &self.after), only(&self.after, &self.before)]
    }

    /// Formats of which the current pack has read fewer files, with the files before and after.
    pub(super) fn fewer(&self) -> BTreeMap<Named, [u64; 2]> {
        let shrunk = self.before.volumes.iter().filter_map(|(feed, before)| {
            let after = self.after.volumes.get(feed)?;
            // A part of the last export that is gone is said also where an earlier export came in its place.
            let parts = after.files < before.files;
            let files = if parts { [before.files, after.files] } else { [before.all, after.all] };
            (files[1] < files[0] && after.rows < before.rows).then(|| (feed.named(), files))
        });
        shrunk.collect()
    }

    /// What is out of sight although its system is loaded: a format that nothing stands in for, or a part of an export.
    pub(super) fn lost(&self) -> BTreeSet<Named> {
        let (before, after) = (&self.before, &self.after);
        let lost = before.volumes.iter().filter(|(feed, mine)| {
            let facts = FACTS.contains(&feed.table.as_str());
            let whole_system = feed.system.as_ref().is_some_and(|system| !after.systems.contains(system));
            let theirs = after.volumes.get(*feed);
            let gone = theirs.is_none()
                && !is_quiet(feed, after)
                && !after.volumes.keys().any(|other| stands_in(other, feed, before));
            let shrunk = feed.table != "events" && theirs.is_some_and(|theirs| mine.has_lost_a_part(*theirs));
            facts && !whole_system && (gone || shrunk)
        });
        lost.map(|(feed, _)| feed.named()).collect()
    }

    /// Whether each pack could see the population of a metric.
    pub(super) fn looked_at(&self, metric: &str) -> [bool; 2] {
        [&self.before, &self.after].map(|fed| fed.looked_at(metric))
    }

    /// Whether less was loaded now of what a metric reads, systems apart that are gone altogether.
    pub(super) fn lacks(&self, metric: &str) -> bool {
        let (before, after) = (&self.before, &self.after);
        let there = |feed: &Feed| feed.system.as_ref().is_none_or(|system| after.systems.contains(system));
        let concerned = concerned(before, after, metric, there);
        concerned.into_iter().any(|(feed, mine)| lack(before, after, (feed, *mine), ["", ""]).is_some())
    }

    /// Systems that only one of the packs has loaded.
    pub(super) fn moved(&self) -> BTreeSet<String> {
        self.before.systems.symmetric_difference(&self.after.systems).cloned().collect()
    }

    /// Systems that only one of the packs has loaded: before, after.
    pub(super) fn systems(&self) -> [Vec<String>; 2] {
        let (before, after) = (&self.before.systems, &self.after.systems);
        [before.difference(after).cloned().collect(), after.difference(before).cloned().collect()]
    }
}

/// Whether a format is new and feeds what another one fed.
fn stands_in(other: &Feed, feed: &Feed, before: &Fed) -> bool {
    other.system == feed.system && other.table == feed.table && !before.volumes.contains_key(other)
}

/// Whether a log was read and tells of nothing.
fn is_quiet(feed: &Feed, there: &Fed) -> bool {
    feed.table == "events" && there.formats.contains(&feed.source)
}

fn out_of_sight(here: &Fed, there: &Fed, finding: &Finding, when: &str) -> Option<String> {
    if here.looked_at(&finding.metric) && !there.looked_at(&finding.metric) {
        return Some(format!("the metric could not be assessed {when}"));
    }
    let system = finding.system.as_deref()?;
    (here.systems.contains(system) && !there.systems.contains(system))
        .then(|| format!("nothing was loaded of the system {when}"))
}

/// Whether what a feed tells may be about a finding.
fn is_own(feed: &Feed, finding: &Finding) -> bool {
    feed.system.is_none() || feed.system == finding.system || feed.table == "people"
}

/// What `here` was fed with for a metric.
fn concerned<'f>(here: &'f Fed, there: &Fed, metric: &str, own: impl Fn(&Feed) -> bool) -> Vec<(&'f Feed, &'f Volume)> {
    // A pack of an earlier version does not say what its metrics read: then all of it counts.
    let needs = here.metrics.get(metric).or_else(|| there.metrics.get(metric));
    let needs = needs.map(|one| one.1.clone()).filter(|tables| !tables.is_empty());
    let read = |table: &str| needs.as_ref().is_none_or(|tables| tables.contains(table));
    here.volumes.iter().filter(|(feed, _)| read(&feed.table) && own(feed)).collect()
}

/// What `there` lacks of what `here` had, among what the finding's metric reads of the finding's system and what `tells`
/// of it.
fn lacking(
    here: &Fed,
    there: &Fed,
    finding: &Finding,
    tells: impl Fn(&Feed) -> bool,
    words: [&str; 2],
) -> Option<String> {
    let concerned = concerned(here, there, &finding.metric, |feed| is_own(feed, finding) && tells(feed));
    concerned.into_iter().find_map(|(feed, mine)| lack(here, there, (feed, *mine), words))
}

/// What `there` lacks of one feed of `here`.
fn lack(here: &Fed, there: &Fed, (feed, mine): (&Feed, Volume), [any_more, then]: [&str; 2]) -> Option<String> {
    let theirs = there.volumes.get(feed).copied().unwrap_or_default();
    if theirs.files == 0 {
        // The same by another format is no loss.
        if is_quiet(feed, there) || there.volumes.keys().any(|other| stands_in(other, feed, here)) {
            return None;
        }
        let of = if feed.system.is_some() { " of the system" } else { "" };
        return Some(format!("no {}{of} was loaded {any_more}", feed.source));
    }
    if mine.has_lost_a_part(theirs) {
        let files = text::of(theirs.files, mine.files);
        return Some(format!("only {files} files of {} were loaded{then}", feed.source));
    }
    (theirs.rejected > mine.rejected).then(|| {
        let rows = text::plural(theirs.rejected, "row", "rows");
        format!("{rows} of {} could not be used{then}", feed.source)
    })
}

/// Formats that `here` has read and `there` has not. What a whole system brings is said of the system.
fn only(here: &Fed, there: &Fed) -> BTreeSet<Named> {
    let mine = here.volumes.keys().filter(|feed| !there.volumes.contains_key(feed) && !is_quiet(feed, there));
    let alone = mine.filter(|feed| {
        feed.system.as_ref().is_none_or(|system| !here.systems.contains(system) || there.systems.contains(system))
    });
    let theirs: BTreeSet<Named> = there.volumes.keys().map(Feed::named).collect();
    alone.map(Feed::named).filter(|name| !theirs.contains(name)).collect()
}
