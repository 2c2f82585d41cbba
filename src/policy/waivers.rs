//! Waivers: accepted exceptions with an approver and an expiry. They mark findings and never delete one.

use std::collections::{BTreeMap, BTreeSet};

use globset::Glob;
use polars::prelude::*;

use crate::dataset::{Frames, Lineage, Table, Texts, complete};
use crate::diag::{Diagnostic, Place};
use crate::report::{Stamp, WaiverReport, WaiverState, Window};
use crate::time::{DAY, Micros};

use super::scope::is_special;
use super::waiver_index::WaiverIndex;
use crate::rules::did_you_mean;

/// How long before its end a waiver in use is shown as expiring.
const EXPIRING: Micros = 30 * DAY;

/// One line of the waiver register.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Id in the company's register.
    pub id: String,
    /// Metric id; one that is not known never matches.
    pub metric: String,
    /// Subject as written.
    pub subject: String,
    /// Only in this system.
    pub system: Option<String>,
    /// Why.
    pub reason: String,
    /// Who accepted it.
    pub approver: String,
    /// Reference.
    pub ticket: Option<String>,
    /// Since when; `None`: no beginning was given, it holds from ever.
    pub approved: Option<Micros>,
    /// The person that the approver resolves to.
    pub approver_person: Option<String>,
    /// First instant at which it no longer holds.
    pub expires: Micros,
    /// File and row.
    pub place: Place,
    /// Number of the file, and the line in it.
    src: (i32, i32),
}

impl Waiver {
    /// Whether it holds for what is so up to an instant, itself not included, as a period is up to its end: an approval that
    /// begins there comes too late, and one whose last day ends there holds.
    pub fn in_force(&self, at: Micros) -> bool {
        self.approved.is_none_or(|since| since < at) && at <= self.expires
    }
}

/// The id behind a `system:id` key.
pub(super) fn own_id<'k>(key: &'k str, system: Option<&str>) -> &'k str {
    system
        .and_then(|system| key.strip_prefix(system)?.strip_prefix(':'))
        .or_else(|| key.split_once(':').map(|(_, id)| id))
        .unwrap_or(key)
}

/// What a waiver can name: a waiver fits when its subject is, or its pattern matches, any of these: the subject as
/// reported, the account's or credential's id or whole key, the person.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The subject as people know it.
    pub subject: &'a str,
    /// Its system.
    pub system: Option<&'a str>,
    /// Its account, `system:id`.
    pub account_key: Option<&'a str>,
    /// Its credential, `system:id`.
    pub credential_key: Option<&'a str>,
    /// Its person.
    pub person_id: Option<&'a str>,
}

/// The waivers that fit one finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// Those in force, as indices into the book; the first one is named on the finding: it holds longest.
    pub in_force: Vec<u32>,
    /// Those that are over, or not yet approved.
    pub other: Vec<u32>,
}

/// How often waivers were used and for what, apart from the book so that metrics can be judged side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaiverUse {
    counts: BTreeMap<u32, u64>,
    relied: Vec<Relied>,
}

/// A finding that a waiver fits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Relied {
    waiver: u32,
    subject: String,
    system: Option<String>,
    account_key: Option<String>,
    person_id: Option<String>,
}

impl WaiverUse {
    /// Counts one finding. A waiver that is not in force counts only when no other one covers the finding:
    /// only then is it still relied upon.
    pub fn count(&mut self, covered: &Covered, target: &Target<'_>) {
        let counted = if covered.in_force.is_empty() { &covered.other } else { &covered.in_force };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        for index in counted {
            *self.counts.entry(*index).or_default() += 1;
            self.relied.push(Relied {
                waiver: *index,
                subject: target.subject.to_owned(),
                system: owned(target.system),
                account_key: owned(target.account_key),
                person_id: owned(target.person_id),
            });
        }
    }
}

/// The waiver register of a run.
#[derive(Debug, Clone, Default)]
pub struct WaiverBook {
    as_of: Micros,
    waivers: Vec<Waiver>,
    /// The waivers, those that hold longest first.
    order: Vec<u32>,
    index: WaiverIndex,
    used: WaiverUse,
}

impl WaiverBook {
    /// Reads the register. `paths` names the input files in the order of `src_file`; `known` holds all metric ids.
    ///
    /// Returns the book and what is wrong with the register: unknown metrics, patterns that are none, ids given twice
    /// (the first one counts), waivers that end before they begin. All are warnings: a waiver that cannot be used
    /// covers nothing, and the findings stand open.
    pub fn load(frames: &Frames, paths: &[String], known: &BTreeSet<String>, as_of: Micros) -> (Self, Vec<Diagnostic>) {
        let mut said = Vec::new();
        let mut book = Self { as_of, ..Self::default() };
        if let Some(frame) = frames.get(Table::Waivers) {
            book.waivers = read(frame, paths, known, &mut said);
        }
        let mut order: Vec<u32> = (0..book.waivers.len() as u32).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&book.waivers[*a as usize], &book.waivers[*b as usize]);
            b.expires.cmp(&a.expires).then_with(|| a.id.cmp(&b.id))
        });
        let ordered = order.iter().map(|index| &book.waivers[*index as usize]);
        let named = ordered.map(|one| (one.metric.as_str(), one.subject.as_str(), one.system.as_deref()));
        book.index = WaiverIndex::new(named);
        book.order = order;
        (book, said)
    }

    /// The waivers.
    pub fn waivers(&self) -> &[Waiver] {
        &self.waivers
    }

    /// Whether any waiver is for this metric.
    pub fn concerns(&self, metric: &str) -> bool {
        self.index.concerns(metric)
    }

    /// The waivers of a metric that fit a finding.
    pub fn covering(&self, metric: &str, target: &Target<'_>) -> Covered {
        let mut covered = Covered::default();
        for at in self.index.naming(metric, target) {
            let index = self.order[at as usize];
            let in_force = self.waivers[index as usize].in_force(self.as_of);
            let list = if in_force { &mut covered.in_force } else { &mut covered.other };
            list.push(index);
        }
        covered
    }

    /// Adds what one metric used.
    pub fn record(&mut self, used: WaiverUse) {
        for (index, count) in used.counts {
            *self.used.counts.entry(index).or_default() += count;
        }
        self.used.relied.extend(used.relied);
    }

    /// The table `waiver_uses`: every waiver with the findings that were recorded so far, or alone.
    ///
    /// # Errors
    /// Only if the dataframe engine itself fails.
    pub fn uses(&self) -> PolarsResult<DataFrame> {
        let mut relied: Vec<&Relied> = self.used.relied.iter().collect();
        relied.sort_unstable();
        relied.dedup();
        let mut rows: Vec<(&Waiver, Option<&Relied>)> = Vec::new();
        for (index, waiver) in (0..).zip(&self.waivers) {
            let found: Vec<&Relied> = relied.iter().copied().filter(|one| one.waiver == index).collect();
            if found.is_empty() {
                rows.push((waiver, None));
            }
            rows.extend(found.into_iter().map(|one| (waiver, Some(one))));
        }
        let text = |name: &str, value: &dyn Fn(&Waiver, Option<&Relied>) -> Option<String>| {
            let values = rows.iter().map(|(waiver, relied)| value(waiver, *relied));
            StringChunked::from_iter_options(name.into(), values).into_column()
        };
        let time = |name: &str, value: &dyn Fn(&Waiver) -> Option<Micros>| {
            Int64Chunked::from_iter_options(name.into(), rows.iter().map(|(waiver, _)| value(waiver))).into_column()
        };
        let number = |name: &str, value: &dyn Fn(&Waiver) -> i32| {
            Column::new(name.into(), rows.iter().map(|(waiver, _)| value(waiver)).collect::<Vec<_>>())
        };
        let columns = vec![
            text("waiver_id", &|waiver, _| Some(waiver.id.clone())),
            text("metric", &|waiver, relied| relied.map(|_| waiver.metric.clone())),
            text("system", &|_, relied| relied?.system.clone()),
            text("subject", &|_, relied| Some(relied?.subject.clone())),
            text("person_id", &|_, relied| relied?.person_id.clone()),
            text("account_key", &|_, relied| relied?.account_key.clone()),
            text("approver_person_id", &|waiver, _| waiver.approver_person.clone()),
            time("approved_at", &|waiver| waiver.approved),
            time("expires_at", &|waiver| Some(waiver.expires)),
            number("src_file", &|waiver| waiver.src.0),
            number("src_row", &|waiver| waiver.src.1),
        ];
        Ok(complete(Table::WaiverUses, &DataFrame::new(rows.len(), columns)?))
    }

    /// The register as reported, in the order of the ids.
    pub fn report(&self) -> Vec<WaiverReport> {
        let mut reports: Vec<WaiverReport> = self
            .waivers
            .iter()
            .enumerate()
            .map(|(index, waiver)| {
                let findings = self.used.counts.get(&(index as u32)).copied().unwrap_or(0);
                WaiverReport {
                    waiver_id: waiver.id.clone(),
                    metric: waiver.metric.clone(),
                    subject: waiver.subject.clone(),
                    system: waiver.system.clone(),
                    reason: waiver.reason.clone(),
                    approver: waiver.approver.clone(),
                    ticket: waiver.ticket.clone(),
                    window: Window {
                        from: Stamp(waiver.approved.unwrap_or(waiver.expires)),
                        to: Stamp(waiver.expires),
                    },
                    place: waiver.place.to_string(),
                    state: self.state(waiver, findings),
                    findings,
                }
            })
            .collect();
        reports.sort_by(|a, b| a.waiver_id.cmp(&b.waiver_id));
        reports
    }

    fn state(&self, waiver: &Waiver, findings: u64) -> WaiverState {
        if self.as_of > waiver.expires {
            if findings > 0 { WaiverState::ExpiredReliedUpon } else { WaiverState::Expired }
        } else if !waiver.in_force(self.as_of) {
            WaiverState::NotYet
        } else if findings == 0 {
            WaiverState::MatchesNothing
        } else if waiver.expires - self.as_of <= EXPIRING {
            WaiverState::Expiring
        } else {
            WaiverState::Used
        }
    }
}

fn read(frame: &DataFrame, paths: &[String], known: &BTreeSet<String>, said: &mut Vec<Diagnostic>) -> Vec<Waiver> {
    let text = |name: &str| Texts::of(frame, name);
    let (id, metric, subject, system) = (text("waiver_id"), text("metric"), text("subject"), text("system"));
    let (reason, approver, ticket) = (text("reason"), text("approver"), text("ticket"));
    let number = |name: &str, row: usize| -> Option<i64> {
        frame.column(name).ok()?.as_materialized_series().get(row).ok()?.extract()
    };
    let (person, lineage) = (text("approver_person_id"), Lineage::of(frame));
    let mut seen = BTreeSet::new();
    let mut waivers = Vec::new();
    for row in 0..frame.height() {
        let file = number("src_file", row).and_then(|file| paths.get(usize::try_from(file).ok()?));
        let line = number("src_row", row).unwrap_or(0);
        let place = Place::row(file.map_or("waivers", String::as_str), u64::try_from(line).unwrap_or(0));
        let mut warn = |code, message: &str, field: &str, hint: Option<String>| {
            let at = if field.is_empty() { place.clone() } else { place.clone().field(field) };
            let mut diagnostic = Diagnostic::warning(code, message).at(at);
            diagnostic.hint = hint;
            said.push(diagnostic);
        };
        let (Some(waiver_id), Some(metric), Some(subject), Some(expires)) =
            (id.get(row), metric.get(row), subject.get(row), number("expires_on", row))
        else {
            warn("waiver-incomplete", "the waiver lacks a required value and covers nothing", "", None);
            continue;
        };
        if !seen.insert(waiver_id.to_owned()) {
            let hint = "give every waiver its own id; the first line with an id counts";
            warn(
                "waiver-duplicate",
                "the id of this waiver was given before, this line is not used",
                "waiver_id",
                Some(hint.to_owned()),
            );
            continue;
        }
        if !known.contains(metric) {
            let hint = did_you_mean(metric, known.iter().map(String::as_str))
                .unwrap_or_else(|| "`overstay list metrics` shows the known ids".to_owned());
            warn(
                "waiver-unknown-metric",
                "the waiver names a metric that does not exist and covers nothing",
                "metric",
                Some(hint),
            );
        }
        let approved = number("approved_on", row);
        if approved.is_some_and(|since| since >= expires) {
            warn("waiver-empty-window", "the waiver ends before it begins and is never in force", "expires_on", None);
        }
        if subject.contains(is_special) && Glob::new(subject).is_err() {
            let hint = "the text is compared as it stands; `*` stands for anything, `[` must be closed";
            warn("waiver-pattern", "the subject is not a pattern", "subject", Some(hint.to_owned()));
        }
        waivers.push(Waiver {
            id: waiver_id.to_owned(),
            metric: metric.to_owned(),
            subject: subject.to_owned(),
            system: system.get(row).map(str::to_owned),
            reason: reason.get(row).unwrap_or("not given").to_owned(),
            approver: approver.get(row).unwrap_or("not given").to_owned(),
            ticket: ticket.get(row).map(str::to_owned),
            approved,
            approver_person: person.get(row).map(str::to_owned),
            expires,
            place,
            src: (lineage.file(row), lineage.row(row)),
        });
    }
    waivers
}
