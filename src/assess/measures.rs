//! The measures of one metric, added up row by row without keeping any text of a row.

use hashbrown::HashMap;

use chrono::{Datelike, Months as Step, NaiveDate};

use crate::metric::{Ranges, Tally};
use crate::report::{Bucket, GroupRow, MonthRow, NO_SYSTEM, ReasonCount, Statistic, SystemRow};
use crate::time::{DAY, HOUR, Length, MINUTE, Micros, SECOND, Zone, display_length, exceeds};

/// Edges of the buckets; the limit is added to them.
const EDGES: [Micros; 8] = [HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 180 * DAY, 365 * DAY];

/// From so many over-limit stays on a picture by weekday and hour shows something.
const WORTH_A_PICTURE: u64 = 20;

/// How many months the monthly view goes back.
const MONTHS: u32 = 24;

/// How many different reasons are counted apart; a metric that writes a new reason on every row does not fill memory.
const REASONS: usize = 1000;

/// How many of them are shown.
const REASONS_SHOWN: usize = 50;

/// Every zone has offsets in quarters of an hour, so a quarter has one weekday and one hour.
const QUARTER: Micros = 15 * MINUTE;

/// Stays by length.
pub(super) struct Buckets {
    edges: Vec<Length>,
    counts: Vec<(u64, u64)>,
}

impl Buckets {
    pub(super) fn new(limit: Option<Length>) -> Self {
        let mut edges: Vec<Length> = EDGES.map(Length::from_micros).into_iter().chain(limit).collect();
        edges.sort_unstable();
        edges.dedup();
        Self { counts: vec![(0, 0); edges.len() + 1], edges }
    }

    pub(super) fn add(&mut self, length: Micros, open: bool) {
        let bucket = &mut self.counts[self.edges.partition_point(|edge| exceeds(length, *edge))];
        if open { bucket.1 += 1 } else { bucket.0 += 1 }
    }

    pub(super) fn report(&self) -> Vec<Bucket> {
        let words = |edge: &Length| {
            if edge.micros() == 0 { "0 s".to_owned() } else { format!("up to {}", display_length(edge.micros())) }
        };
        let last = self.edges.last().map_or_else(String::new, |edge| format!("over {}", display_length(edge.micros())));
        let labels = self.edges.iter().map(|edge| (words(edge), Some(edge.seconds()))).chain([(last, None)]);
        labels
            .zip(&self.counts)
            .map(|((label, to_seconds), (closed, open))| Bucket { label, to_seconds, closed: *closed, open: *open })
            .collect()
    }
}

#[derive(Default)]
struct Month {
    population: u64,
    over: u64,
    lengths: Tally,
}

/// Stays by the month of their beginning: the months up to the last one of the period or of as-of, at most 24.
pub(super) struct Months {
    /// First instants of the months, and the first instant after the last.
    starts: Vec<Micros>,
    labels: Vec<String>,
    list: Vec<Month>,
}

impl Months {
    pub(super) fn new(zone: Zone, last: Micros) -> Self {
        let mut starts = Vec::new();
        let mut labels = Vec::new();
        let first_of_month = zone
            .clock(last)
            .and_then(|(label, _, _)| NaiveDate::parse_from_str(&format!("{label}-01"), "%Y-%m-%d").ok());
        if let Some(month) = first_of_month {
            for back in (0..MONTHS).rev() {
                if let Some(date) = month.checked_sub_months(Step::new(back)) {
                    starts.push(zone.instant(date.and_time(chrono::NaiveTime::MIN)));
                    labels.push(format!("{:04}-{:02}", date.year(), date.month()));
                }
            }
            if let Some(next) = month.checked_add_months(Step::new(1)) {
                starts.push(zone.instant(next.and_time(chrono::NaiveTime::MIN)));
            }
        }
        let list = labels.iter().map(|_| Month::default()).collect();
        Self { starts, labels, list }
    }

    fn of(&mut self, began: Option<Micros>) -> Option<&mut Month> {
        let began = began?;
        let index = self.starts.partition_point(|start| *start <= began).checked_sub(1)?;
        self.list.get_mut(index)
    }

    /// The months from the first to the last one that has items; those in between are there with 0.
    pub(super) fn report(&mut self) -> Vec<MonthRow> {
        let has = |month: &Month| month.population > 0;
        let Some(first) = self.list.iter().position(has) else {
            return Vec::new();
        };
        let last = self.list.iter().rposition(has).unwrap_or(first);
        let rows = self.labels.iter().zip(&mut self.list).skip(first).take(last - first + 1);
        rows.map(|(label, month)| {
            let survival = month.lengths.survival();
            MonthRow {
                month: label.clone(),
                population: month.population,
                over: month.over,
                p50_seconds: survival.percentile(50),
                p90_seconds: survival.percentile(90),
            }
        })
        .collect()
    }
}

/// Reasons with their counts.
#[derive(Default)]
pub(super) struct Reasons {
    counts: HashMap<String, u64>,
    others: u64,
}

impl Reasons {
    pub(super) fn add(&mut self, reason: &str) {
        if let Some(count) = self.counts.get_mut(reason) {
            *count += 1;
        } else if self.counts.len() < REASONS {
            self.counts.insert(reason.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }

    /// Most frequent first, then by the words.
    pub(super) fn report(self) -> Vec<ReasonCount> {
        let mut list: Vec<ReasonCount> =
            self.counts.into_iter().map(|(reason, count)| ReasonCount { reason, count }).collect();
        list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.reason.cmp(&b.reason)));
        let others = self.others + list.iter().skip(REASONS_SHOWN).map(|entry| entry.count).sum::<u64>();
        list.truncate(REASONS_SHOWN);
        if others > 0 {
            list.push(ReasonCount { reason: "other reasons".to_owned(), count: others });
        }
        list
    }
}

/// The counts of one system.
#[derive(Default)]
pub(super) struct System {
    name: String,
    pub(super) population: u64,
    pub(super) within: u64,
    pub(super) over: u64,
    pub(super) indeterminate: u64,
    pub(super) unknown: u64,
    pub(super) waived: u64,
    pub(super) open: u64,
    pub(super) longest: Option<Micros>,
    pub(super) lengths: Tally,
}

/// Systems by name.
#[derive(Default)]
pub(super) struct Systems {
    list: Vec<System>,
    by_name: HashMap<String, usize>,
    last: usize,
}

impl Systems {
    pub(super) fn of(&mut self, name: Option<&str>) -> &mut System {
        let name = name.unwrap_or(NO_SYSTEM);
        let known = match self.list.get(self.last) {
            Some(system) if system.name == name => Some(self.last),
            _ => self.by_name.get(name).copied(),
        };
        self.last = known.unwrap_or_else(|| {
            self.list.push(System { name: name.to_owned(), ..System::default() });
            self.by_name.insert(name.to_owned(), self.list.len() - 1);
            self.list.len() - 1
        });
        &mut self.list[self.last]
    }

    pub(super) fn all(&self) -> &[System] {
        &self.list
    }

    pub(super) fn report(&mut self) -> Vec<SystemRow> {
        self.list.sort_by(|a, b| a.name.cmp(&b.name));
        let rows = self.list.iter_mut().filter(|system| system.population > 0);
        rows.map(|system| SystemRow {
            system: system.name.clone(),
            population: system.population,
            within: system.within,
            over: system.over,
            indeterminate: system.indeterminate,
            unknown: system.unknown,
            waived: system.waived,
            open: system.open,
            p50_seconds: system.lengths.survival().percentile(50),
            max_seconds: system.longest.map(|longest| longest / SECOND),
        })
        .collect()
    }
}

/// Beginnings of over-limit stays by weekday and hour.
#[derive(Default)]
pub(super) struct Clock {
    quarters: HashMap<i64, u64>,
    total: u64,
}

impl Clock {
    pub(super) fn add(&mut self, began: Option<Micros>) {
        if let Some(began) = began {
            *self.quarters.entry(began.div_euclid(QUARTER)).or_default() += 1;
            self.total += 1;
        }
    }

    pub(super) fn report(self, zone: Zone) -> Option<Vec<Vec<u64>>> {
        if self.total < WORTH_A_PICTURE {
            return None;
        }
        let mut picture = vec![vec![0; 24]; 7];
        let quarters: Vec<(i64, u64)> = self.quarters.into_iter().collect();
        for (quarter, count) in quarters {
            if let Some((_, weekday, hour)) = zone.clock(quarter.saturating_mul(QUARTER)) {
                picture[weekday][hour] += count;
            }
        }
        Some(picture)
    }
}

/// Puts a length into the counts that percentiles are taken from.
///
/// Survival: every measured stay, open ones as censored. Age: the open ones only, as plain values.
fn tally(statistic: Statistic, to: &mut Tally, length: Micros, open: bool) {
    let seconds = if length == Micros::MAX { length } else { length / SECOND };
    match statistic {
        Statistic::Survival if open || seconds == Micros::MAX => to.censored(seconds),
        Statistic::Survival => to.ended(seconds),
        // An age without a bound is above every value, which is what a censoring without a bound is.
        Statistic::Age if open && seconds == Micros::MAX => to.censored(seconds),
        Statistic::Age if open => to.ended(seconds),
        Statistic::Age | Statistic::None => {}
    }
}

/// Lengths in both readings.
pub(super) struct Readings {
    statistic: Statistic,
    uncertain_low: Tally,
    uncertain_high: Tally,
    ranges: Ranges,
}

impl Readings {
    pub(super) fn new(statistic: Statistic) -> Self {
        Self { statistic, uncertain_low: Tally::default(), uncertain_high: Tally::default(), ranges: Ranges::default() }
    }

    /// Counts one measured stay for its system, its month, and, when its readings differ by a second, for the other reading.
    pub(super) fn add(
        &mut self,
        system: &mut System,
        months: &mut Months,
        began: Option<Micros>,
        lengths: (Micros, Micros),
        open: bool,
    ) {
        let (low, high) = lengths;
        tally(self.statistic, &mut system.lengths, low, open);
        if let Some(month) = months.of(began) {
            tally(self.statistic, &mut month.lengths, low, open);
        }
        if self.statistic == Statistic::Survival {
            self.ranges.add(low / SECOND, (!open && high != Micros::MAX).then_some(high / SECOND));
        }
        if low / SECOND != high / SECOND {
            tally(self.statistic, &mut self.uncertain_low, low, open);
            tally(self.statistic, &mut self.uncertain_high, high, open);
        }
    }

    /// The lengths, where some are known only as ranges.
    pub(super) fn ranges(&mut self) -> Option<Ranges> {
        (!self.uncertain_low.is_empty()).then(|| std::mem::take(&mut self.ranges))
    }

    /// The counts of all systems in the shortest reading, and, when that differs, in the longest.
    pub(super) fn total(&self, systems: &Systems) -> (Tally, Option<Tally>) {
        let mut all = Tally::default();
        for system in systems.all() {
            all.merge(&system.lengths);
        }
        if self.uncertain_low.is_empty() {
            return (all, None);
        }
        let mut upper = all.clone();
        upper.subtract(&self.uncertain_low);
        upper.merge(&self.uncertain_high);
        (all, Some(upper))
    }
}

impl Months {
    /// Counts an item of the population in the month of its beginning.
    pub(super) fn count(&mut self, began: Option<Micros>, over: bool) {
        if let Some(month) = self.of(began) {
            month.population += 1;
            month.over += u64::from(over);
        }
    }
}

/// How many groups are shown.
const GROUPS_SHOWN: usize = 50;

/// Items by department or worker type.
#[derive(Default)]
pub(super) struct Groups(HashMap<String, GroupRow>);

impl Groups {
    pub(super) fn add(&mut self, name: Option<&str>, over: bool, open: bool) {
        let Some(name) = name else { return };
        let empty = || GroupRow { name: name.to_owned(), population: 0, over: 0, open: 0 };
        let row = self.0.entry_ref(name).or_insert_with(empty);
        row.population += 1;
        row.over += u64::from(over);
        row.open += u64::from(open);
    }

    /// Those with most over the limit first, then by name.
    pub(super) fn report(self) -> Vec<GroupRow> {
        let mut rows: Vec<GroupRow> = self.0.into_values().collect();
        rows.sort_by(|a, b| (b.over, b.population, &a.name).cmp(&(a.over, a.population, &b.name)));
        rows.truncate(GROUPS_SHOWN);
        rows
    }
}
