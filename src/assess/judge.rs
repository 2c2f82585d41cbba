//! Judges the stays of one metric batch by batch, and sums them up.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::dataset::Table;
use crate::failure::Outcome;
use crate::metric::{Header, Ranges, Stays};
use crate::policy::{MetricPolicy, Subject, Target, WaiverBook, WaiverUse};
use crate::report::{MetricReport, Severity, Statistic};
use crate::time::{Micros, SECOND};

use super::concentration::{Beginnings, concentrations};
use super::exceptions::Exceptions;
use super::headline::Overstays;
use super::identity::finding_number;
use super::judged::{ItemResult, Judged, Row};
use super::measures::{Buckets, Clock, Groups, Months, Readings, Reasons, Systems};
use super::row::{key_of, observed, verdict};
use super::shared::{Context, Shared};
use super::summary::{Assessment, Closing};
use super::tighter::Tighter;
use super::traits::Traits;
use super::verdict::metric_status;
use super::words::{Counts, metric_reason};
use super::worst::Worst;

/// At most so many points in a survival curve.
const CURVE_POINTS: usize = 200;

/// Judges one metric.
pub struct Judge<'a> {
    header: &'a Header,
    policy: Option<&'a MetricPolicy>,
    waivers: &'a WaiverBook,
    traits: &'a Traits,
    context: &'a Context,
    shared: Arc<Shared>,
    counts: Counts,
    within: u64,
    open: u64,
    longest: Option<Micros>,
    tighter: Tighter,
    overstay: i128,
    readings: Readings,
    systems: Systems,
    months: Months,
    buckets: Buckets,
    clock: Clock,
    beginnings: Beginnings,
    departments: Groups,
    worker_types: Groups,
    unknown: Reasons,
    indeterminate: Reasons,
    excluded: Reasons,
    seen: HashMap<u64, u32>,
    used: WaiverUse,
    worst: Worst,
    findings: u64,
    overstays: Overstays,
    exceptions: Exceptions,
    /// Whether an item fitted each limit, by its index.
    fitted: Vec<bool>,
}

impl<'a> Judge<'a> {
    /// Prepares to judge a metric. Without a policy nothing is over or within: items count as unknown.
    ///
    /// # Errors
    /// A reason sentence of the header has an unknown placeholder.
    pub fn new(
        header: &'a Header,
        policy: Option<&'a MetricPolicy>,
        waivers: &'a WaiverBook,
        traits: &'a Traits,
        context: &'a Context,
    ) -> Outcome<Self> {
        let shared = Shared::of(header, policy, waivers, context)?;
        let last = context.as_of.max(context.period.1.saturating_sub(1));
        Ok(Self {
            header,
            policy,
            waivers,
            traits,
            context,
            shared: Arc::new(shared),
            counts: Counts::default(),
            within: 0,
            open: 0,
            longest: None,
            tighter: Tighter::than(policy),
            overstay: 0,
            readings: Readings::new(header.statistic.unwrap_or(Statistic::None)),
            systems: Systems::default(),
            months: Months::new(context.zone, last),
            buckets: Buckets::new(policy.map(|policy| policy.limit.length)),
            clock: Clock::default(),
            beginnings: Beginnings::default(),
            departments: Groups::default(),
            worker_types: Groups::default(),
            unknown: Reasons::default(),
            indeterminate: Reasons::default(),
            excluded: Reasons::default(),
            seen: HashMap::new(),
            used: WaiverUse::default(),
            worst: Worst::new(context.cap),
            findings: 0,
            overstays: Overstays::default(),
            exceptions: Exceptions::of(header.id.get_ref()),
            fitted: vec![false; policy.map_or(0, |policy| policy.overrides.len() + 1)],
        })
    }

    /// Counts a batch that [`Judge::decide`] gave; once for each, in their order, which is fixed; where batches are cut
    /// changes nothing. It only reads the batch, so that files can be written from it at the same time.
    pub fn add(&mut self, judged: &Judged) {
        for row in 0..judged.len() {
            self.count(judged, row);
        }
    }

    /// The results of one batch, for [`Judge::add`] to count.
    pub fn decide(&mut self, stays: Stays) -> Judged {
        let limits = self.limits_of(&stays);
        let metric = self.shared.metric.as_str();
        let rows: Vec<Row> = (0..stays.len())
            .into_par_iter()
            .with_min_len(1024)
            .map(|row| {
                let index = limits.as_ref().map_or(0, |limits| limits[row]);
                let limit = self.shared.limits.get(usize::from(index)).map(|face| face.length);
                let mut verdict = verdict(&stays, row, limit, index, self.context.as_of);
                if verdict.is_finding() {
                    let began = (stays.began_lo(row), stays.began_hi(row));
                    // A person is the same one wherever the file lies that says something about them.
                    let system = stays.system.get(row).filter(|_| stays.subject_kind.get(row) != Some("person"));
                    verdict.number = finding_number(metric, system, key_of(&stays, row), began);
                }
                verdict
            })
            .collect();
        let shared = Arc::clone(&self.shared);
        let mut judged = Judged { stays, rows, copies: BTreeMap::new(), waivers: BTreeMap::new(), shared };
        let concerned = self.waivers.concerns(&self.shared.metric);
        for row in 0..judged.len() {
            if judged.rows[row].is_finding() {
                let copy = self.seen.entry(judged.rows[row].number).or_default();
                *copy += 1;
                if *copy > 1 {
                    judged.copies.insert(row, *copy);
                }
                if concerned {
                    self.waive(&mut judged, row);
                }
            }
        }
        judged
    }

    /// The index of the limit of every row; `None` when all have the metric's own.
    fn limits_of(&self, stays: &Stays) -> Option<Vec<u16>> {
        let policy = self.policy.filter(|policy| !policy.overrides.is_empty())?;
        let limit_of = |row: usize| {
            let system = stays.system.get(row);
            let account = stays.account_key.get(row).map_or((None, None), |key| self.traits.account(key));
            let worker_type = stays.person_id.get(row).and_then(|person| self.traits.worker_type(person));
            let subject = Subject { system, account_kind: account.0, privileged: account.1, worker_type };
            let found = policy.overrides.iter().position(|part| part.conditions.apply(&subject));
            found.map_or(0, |index| index as u16 + 1)
        };
        Some((0..stays.len()).into_par_iter().with_min_len(1024).map(limit_of).collect())
    }

    fn waive(&mut self, judged: &mut Judged, row: usize) {
        let stays = &judged.stays;
        let target = Target {
            subject: stays.subject.get(row).unwrap_or_default(),
            system: stays.system.get(row),
            account_key: stays.account_key.get(row),
            credential_key: stays.credential_key.get(row),
            person_id: stays.person_id.get(row),
        };
        let covered = self.waivers.covering(&self.shared.metric, &target);
        self.used.count(&covered, &target);
        if let Some(first) = covered.in_force.first() {
            judged.waivers.insert(row, *first);
        }
    }

    fn count(&mut self, judged: &Judged, row: usize) {
        let (stays, verdict) = (&judged.stays, &judged.rows[row]);
        let note = || verdict.why.words(stays.note.get(row));
        if let Some(fitted) = self.fitted.get_mut(usize::from(verdict.limit)) {
            *fitted = true;
        }
        if verdict.result == ItemResult::Excluded {
            self.counts.excluded += 1;
            self.excluded.add(note());
            return;
        }
        self.overstays.add(&self.header.facts.headline, judged, row);
        let waived = judged.waivers.contains_key(&row);
        // A beginning that is not known belongs to no month and to no hour.
        let began = stays.began_lo(row);
        let system = self.systems.of(stays.system.get(row));
        self.counts.population += 1;
        system.population += 1;
        match verdict.result {
            ItemResult::Within => {
                self.within += 1;
                system.within += 1;
            }
            ItemResult::Over => {
                self.counts.over += 1;
                self.counts.waived_over += u64::from(waived);
                system.over += 1;
                self.clock.add(began);
                self.overstay += i128::from(judged.over(row));
            }
            ItemResult::Indeterminate => {
                self.counts.indeterminate += 1;
                self.counts.waived_indeterminate += u64::from(waived);
                system.indeterminate += 1;
                self.indeterminate.add(note());
            }
            ItemResult::Unknown | ItemResult::Excluded => {
                self.counts.unknown += 1;
                system.unknown += 1;
                self.unknown.add(note());
            }
        }
        system.waived += u64::from(waived);
        if verdict.open {
            self.open += 1;
            system.open += 1;
        }
        let over = verdict.result == ItemResult::Over;
        self.months.count(began, over);
        self.tighter.add(verdict);
        self.beginnings.add(began, over);
        if let Some([department, worker_type]) = stays.person_id.get(row).and_then(|id| self.context.names.groups(id)) {
            self.departments.add(department, over, verdict.open);
            self.worker_types.add(worker_type, over, verdict.open);
        }
        if verdict.measured {
            system.longest = system.longest.max(Some(verdict.shortest));
            self.longest = self.longest.max(Some(verdict.shortest));
            self.buckets.add(verdict.shortest, verdict.open);
            let high = observed(stays, row, verdict, self.context.as_of);
            self.readings.add(system, &mut self.months, began, (verdict.shortest, high), verdict.open);
        }
        if verdict.is_finding() {
            self.findings += 1;
            self.worst.offer(judged, row);
            self.exceptions.add(judged, row);
        }
    }

    /// Sums up.
    pub fn finish(self, closing: Closing) -> Assessment {
        let (mut assessment, ranges) = self.sum_up(closing);
        assessment.report.turnbull = ranges.and_then(|ranges| ranges.percentiles());
        assessment
    }

    /// Sums up all but the estimate out of ranges of lengths, which takes long where there are many of them.
    pub fn sum_up(mut self, mut closing: Closing) -> (Assessment, Option<Ranges>) {
        if self.counts.population == 0 && closing.missing.is_empty() {
            closing.gaps.append(&mut closing.hidden);
        }
        self.tighter.report(self.counts.population, &mut closing.sensitivity);
        let header = self.header;
        let statistic = header.statistic.unwrap_or(Statistic::None);
        let limit = self.policy.map(|policy| &policy.limit);
        let status = metric_status(self.policy.is_some(), &self.counts, &closing.missing, &closing.gaps);
        let words = match self.shared.limits.as_slice() {
            [only] if only.length.seconds() == 0 => "the limit",
            [first, rest @ ..] if rest.iter().all(|face| face.length == first.length) => first.words.as_str(),
            _ => "their limit",
        };
        let unit = header.unit.get_ref();
        let status_reason = metric_reason(status, &self.counts, unit, words, &closing.missing, &closing.gaps);
        let (mut lower, upper) = self.readings.total(&self.systems);
        let survival = lower.survival();
        let percentiles = [50, 90, 95].map(|percent| survival.percentile(percent));
        let upper_reading = upper
            .map(|mut upper| upper.survival())
            .map(|upper| [50, 90, 95].map(|percent| upper.percentile(percent)))
            .filter(|upper| *upper != percentiles);
        let beyond = if percentiles.contains(&None) { survival.longest() } else { None };
        let limit_seconds = limit.map(|limit| limit.length.seconds());
        let curve =
            if statistic == Statistic::Survival { survival.curve(CURVE_POINTS, limit_seconds) } else { Vec::new() };
        let overrides = self.policy.map(|policy| policy.overrides.as_slice()).unwrap_or_default();
        let by_system = self.systems.report();
        let of_systems: Vec<(&str, u64, u64)> =
            by_system.iter().map(|row| (row.system.as_str(), row.population, row.over)).collect();
        let concentrations = concentrations(self.beginnings, &of_systems, self.context.zone);
        let report = MetricReport {
            id: header.id.get_ref().clone(),
            title: header.title.clone(),
            question: header.question.clone(),
            remedy: header.remedy.clone(),
            facts: header.facts.clone(),
            group: header.group.get_ref().clone(),
            definition: header.definition.clone(),
            caveats: header.caveats.clone(),
            unit: unit.clone(),
            status,
            status_reason,
            severity: limit.map_or(Severity::Low, |limit| limit.severity),
            limit_seconds,
            limit: limit.map(|limit| limit.length.to_string()),
            limit_source: limit.and_then(|limit| limit.source.clone()),
            limit_overrides: self.policy.map(MetricPolicy::in_report).unwrap_or_default(),
            population: self.counts.population,
            within: self.within,
            over: self.counts.over,
            indeterminate: self.counts.indeterminate,
            unknown: self.counts.unknown,
            excluded: self.counts.excluded,
            waived: self.counts.waived_over + self.counts.waived_indeterminate,
            open: self.open,
            statistic,
            p50_seconds: percentiles[0],
            p90_seconds: percentiles[1],
            p95_seconds: percentiles[2],
            beyond_seconds: beyond,
            upper_reading,
            turnbull: None,
            max_seconds: self.longest.map(|longest| longest / SECOND),
            overstay_seconds: i64::try_from(self.overstay / i128::from(SECOND)).unwrap_or(i64::MAX),
            curve,
            buckets: self.buckets.report(),
            monthly: self.months.report(),
            by_system,
            by_department: self.departments.report(),
            by_worker_type: self.worker_types.report(),
            concentrations,
            weekday_hour: self.clock.report(self.context.zone),
            unknown_reasons: self.unknown.report(),
            indeterminate_reasons: self.indeterminate.report(),
            excluded_reasons: self.excluded.report(),
            sensitivity: closing.sensitivity,
            needs: header.needs.get_ref().clone(),
            how_to_supply: closing.missing.iter().map(|table| how_to_supply(table)).collect(),
            missing: closing.missing,
            gaps: closing.gaps,
            evidence: closing.evidence,
            sql: closing.sql,
        };
        let idle = overrides.iter().zip(self.fitted.iter().skip(1)).filter(|(_, fitted)| !**fitted);
        let assessment = Assessment {
            idle: idle.map(|(part, _)| (part.conditions.to_string(), part.limit.place.clone())).collect(),
            report,
            findings: self.worst.list(),
            findings_total: self.findings,
            waivers: self.used,
            overstays: self.overstays,
            exceptions: self.exceptions,
        };
        (assessment, self.readings.ranges())
    }
}

/// How a company supplies a table, by its name.
fn how_to_supply(table: &str) -> String {
    Table::from_name(table).map_or_else(String::new, |table| table.how_to_feed().to_owned())
}
