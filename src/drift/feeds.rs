//! What each pack was fed with, and what one of them could not see because it was not loaded, or not all of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::render::text;
use crate::report::{Finding, MetricReport, Report, SourceReport, Status};
use crate::time::DAY;

use super::side::Side;

/// Tables whose rows name their system, so that a file of any folder may feed any system.
const OF_SYSTEMS: [&str; 3] = ["accounts", "credentials", "events"];

/// Words for what was there in the baseline only.
const ANY_MORE: &str = "any more";

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
    /// Rows by system, in the order of [`OF_SYSTEMS`].
    held: BTreeMap<String, [u64; OF_SYSTEMS.len()]>,
}

/// Files of one source format that feed a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Feed {
    /// The system, or the folder that stands for it; none for what is about the whole company.
    scope: Option<String>,
    source: String,
    table: String,
    /// Whether the rows name their system themselves: then the folder is only where the file happens to lie.
    own_system: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Volume {
    /// Files of the last day: an earlier export of the same is no further part of it.
    files: u64,
    last_day: i64,
    rows: u64,
    rejected: u64,
}

/// The name of a format with its scope, and the scope.
pub(super) type Named = (String, Option<String>);

impl Feed {
    fn named(&self) -> Named {
        let name = match &self.scope {
            Some(scope) => format!("{} of {scope}", self.source),
            None => self.source.clone(),
        };
        (name, self.scope.clone())
    }
}

/// The tables that files feed for a table that metrics read.
fn origins(table: &str) -> &'static [&'static str] {
    match table {
        "people" | "employments" | "moves" | "conflicts" => &["people"],
        "account_states" => &["accounts", "events"],
        "accounts" => &["accounts"],
        "credentials" => &["credentials"],
        "events" => &["events"],
        "entitlements" => &["entitlements"],
        "reviews" => &["reviews"],
        _ => &[],
    }
}

impl Fed {
    fn of(report: &Report) -> Self {
        let held = report.systems.iter().map(|one| (one.system.clone(), [one.accounts, one.credentials, one.events]));
        let mut volumes = BTreeMap::new();
        for file in report.sources.iter().filter(|file| file.outcome == "read") {
            add(&mut volumes, file, report.as_of.0);
        }
        let tables = |metric: &MetricReport| metric.needs.iter().flat_map(|need| origins(need)).copied().collect();
        Self {
            metrics: report
                .metrics
                .iter()
                .map(|metric| (metric.id.clone(), (assessed(metric), tables(metric))))
                .collect(),
            systems: report.systems.iter().filter(|one| one.loaded).map(|one| one.system.clone()).collect(),
            volumes,
            held: held.collect(),
        }
    }

    fn looked_at(&self, metric: &str) -> bool {
        self.metrics.get(metric).is_some_and(|one| one.0)
    }

    fn rows(&self, system: &str, table: &str) -> u64 {
        let at = OF_SYSTEMS.iter().position(|name| *name == table);
        at.and_then(|at| self.held.get(system).map(|rows| rows[at])).unwrap_or(0)
    }

    fn files(&self, source: &str, table: &str) -> u64 {
        let same = self.volumes.iter().filter(|(feed, _)| feed.source == source && feed.table == table);
        text::sum(same.map(|(_, volume)| volume.files))
    }
}

fn add(volumes: &mut BTreeMap<Feed, Volume>, file: &SourceReport, as_of: i64) {
    let Some(source) = &file.source else {
        return;
    };
    let folder = || file.path.split_once('/').map(|(folder, _)| folder.to_owned());
    for rows in &file.rows {
        let table = &rows.reason;
        // Who extracted what explains no number.
        if table == "extractions" {
            continue;
        }
        let own_system = file.system.is_none() && OF_SYSTEMS.contains(&table.as_str());
        let scope = file.system.clone().or_else(|| if own_system { folder() } else { None });
        let feed = Feed { scope, source: source.clone(), table: table.clone(), own_system };
        let day = file.observed_at.map_or(as_of, |at| at.0).div_euclid(DAY);
        let volume = volumes.entry(feed).or_default();
        if volume.files == 0 || day > volume.last_day {
            (volume.files, volume.last_day) = (1, day);
        } else if day == volume.last_day {
            volume.files += 1;
        }
        volume.rows += rows.count;
        volume.rejected += file.rejected;
    }
}

/// Whether a metric could see its population.
fn assessed(metric: &MetricReport) -> bool {
    match metric.status {
        Status::NotAssessed => false,
        Status::InsufficientEvidence => metric.missing.is_empty() && metric.population > 0,
        _ => true,
    }
}

impl Feeds {
    pub(super) fn of(before: &Side, after: &Side) -> Self {
        Self { before: Fed::of(&before.report), after: Fed::of(&after.report) }
    }

    /// Why nothing at all is known any more about a finding that is gone: its metric or its system is out of sight.
    pub(super) fn unseen(&self, finding: &Finding) -> Option<String> {
        out_of_sight(&self.before, &self.after, finding, ANY_MORE)
    }

    /// Why nothing at all was known about a finding that was not there.
    pub(super) fn newly_seen(&self, finding: &Finding) -> Option<String> {
        out_of_sight(&self.after, &self.before, finding, "before")
    }

    /// Why what the current pack does not show may be there all the same: less was loaded of what its metric reads.
    pub(super) fn lacking(&self, finding: &Finding) -> Option<String> {
        lacking(&self.before, &self.after, finding, ANY_MORE)
    }

    /// Why what the baseline did not show may have been there all the same.
    pub(super) fn lacked(&self, finding: &Finding) -> Option<String> {
        lacking(&self.after, &self.before, finding, "before")
    }

    /// Formats that only one of the packs has read, of systems that both have loaded: before, after.
    pub(super) fn sources(&self) -> [BTreeSet<Named>; 2] {
        [only(&self.before, &self.after), only(&self.after, &self.before)]
    }

    /// Formats of which the current pack has read fewer files with fewer rows, with the files before and after.
    pub(super) fn fewer(&self) -> BTreeMap<Named, [u64; 2]> {
        let shrunk = self.before.volumes.iter().filter_map(|(feed, before)| {
            let after = self.after.volumes.get(feed)?;
            (after.files < before.files && after.rows < before.rows)
                .then(|| (feed.named(), [before.files, after.files]))
        });
        shrunk.collect()
    }

    /// Systems that only one of the packs has loaded: before, after.
    pub(super) fn systems(&self) -> [Vec<String>; 2] {
        let (before, after) = (&self.before.systems, &self.after.systems);
        [before.difference(after).cloned().collect(), after.difference(before).cloned().collect()]
    }
}

fn out_of_sight(here: &Fed, there: &Fed, finding: &Finding, when: &str) -> Option<String> {
    if here.looked_at(&finding.metric) && !there.looked_at(&finding.metric) {
        return Some(format!("the metric could not be assessed {when}"));
    }
    let system = finding.system.as_deref()?;
    (here.systems.contains(system) && !there.systems.contains(system))
        .then(|| format!("nothing was loaded of the system {when}"))
}

/// What `there` lacks of what `here` had, among what the finding's metric reads of the finding's system.
fn lacking(here: &Fed, there: &Fed, finding: &Finding, when: &str) -> Option<String> {
    let system = finding.system.as_deref();
    // A pack of an earlier version does not say what its metrics read: then all of it counts.
    let needs = here.metrics.get(&finding.metric).or_else(|| there.metrics.get(&finding.metric));
    let needs = needs.map(|one| &one.1).filter(|tables| !tables.is_empty());
    let read = |table: &str| needs.is_none_or(|tables| tables.contains(table));
    if let Some(system) = system {
        let empty = |table: &&&str| here.rows(system, table) > 0 && there.rows(system, table) == 0;
        if let Some(table) = OF_SYSTEMS.iter().filter(|table| read(table)).find(empty) {
            return Some(format!("no {table} of the system were loaded {when}"));
        }
    }
    let concerned = |feed: &Feed| read(&feed.table) && feed.scope.as_deref().is_none_or(|scope| Some(scope) == system);
    here.volumes.iter().filter(|(feed, _)| concerned(feed)).find_map(|(feed, mine)| {
        let theirs = there.volumes.get(feed).copied().unwrap_or_default();
        if theirs.files == 0 && !feed.own_system {
            let of = if feed.scope.is_some() { " of the system" } else { "" };
            return Some(format!("no {}{of} was loaded {when}", feed.source));
        }
        let fewer = theirs.files < mine.files;
        if fewer && (!feed.own_system || there.files(&feed.source, &feed.table) < here.files(&feed.source, &feed.table))
        {
            let files = format!("{} of {} files", text::count(theirs.files), text::count(mine.files));
            let when = if when == ANY_MORE { "" } else { " then" };
            return Some(format!("only {files} of {} were loaded{when}", feed.source));
        }
        (theirs.rejected > mine.rejected).then(|| {
            let rows = text::plural(theirs.rejected, "row", "rows");
            let when = if when == ANY_MORE { "" } else { " then" };
            format!("{rows} of {} could not be used{when}", feed.source)
        })
    })
}

/// Formats that `here` has read and `there` has not. What a whole system brings is said of the system.
fn only(here: &Fed, there: &Fed) -> BTreeSet<Named> {
    let mine = here.volumes.keys().filter(|feed| !there.volumes.contains_key(feed));
    let alone = mine.filter(|feed| {
        feed.scope.as_ref().is_none_or(|scope| {
            let whole_system = here.systems.contains(scope) && !there.systems.contains(scope);
            // Of what names its system itself, another folder may have it.
            let elsewhere =
                feed.own_system && there.rows(scope, &feed.table) > 0 && there.files(&feed.source, &feed.table) > 0;
            !whole_system && !elsewhere
        })
    });
    let theirs: BTreeSet<Named> = there.volumes.keys().map(Feed::named).collect();
    alone.map(Feed::named).filter(|name| !theirs.contains(name)).collect()
}
