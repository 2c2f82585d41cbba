//! A batch of stays with the result of each row. No text is made here before somebody asks for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::metric::{ItemState, Stays};
use crate::report::{Finding, FindingResult, Severity, Stamp};
use crate::time::{Length, Micros, SECOND, display_length, display_length_at_most};

use super::identity::push_finding_id;
use super::length::{Doubt, Times, UNBOUNDED};
use super::persons::Person;
use super::sentence::{Facts, Sentence};
use super::shared::{LimitFace, Shared};

/// The result of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemResult {
    /// Within its limit in every reading.
    Within,
    /// Over its limit in every reading.
    Over,
    /// Over in one reading, within in another.
    Indeterminate,
    /// Nothing can be said.
    Unknown,
    /// Outside the population.
    Excluded,
}

impl ItemResult {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Within, Self::Over, Self::Indeterminate, Self::Unknown, Self::Excluded];

    /// The words for readers.
    pub fn words(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Over => "over",
            Self::Indeterminate => "may be over",
            Self::Unknown => "unknown",
            Self::Excluded => "left out",
        }
    }

    /// The word in evidence files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Over => "over",
            Self::Indeterminate => "indeterminate",
            Self::Unknown => "unknown",
            Self::Excluded => "excluded",
        }
    }
}

/// Why a row has a result that is neither within nor over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The row's own note says it.
    Note,
    /// The readings differ.
    Doubt(Doubt),
    /// The policy gives no limit.
    NoLimit,
    /// It ended before the evidence begins.
    LeftCensored,
    /// It begins after the as-of date.
    Future,
}

impl Why {
    pub(super) fn words(self, note: Option<&str>) -> &str {
        match self {
            Self::Note => note.unwrap_or("no reason given"),
            Self::Doubt(doubt) => doubt.words(),
            Self::NoLimit => "the policy gives no limit",
            Self::LeftCensored => "ended at an unknown time before the evidence begins",
            Self::Future => "begins after the as-of date",
        }
    }
}

/// What is computed for a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) shortest: Micros,
    pub(super) longest: Micros,
    /// Finding number; 0 when the row is no finding.
    pub(super) number: u64,
    /// Index into the limits of the metric.
    pub(super) limit: u16,
    pub(super) result: ItemResult,
    pub(super) why: Why,
    pub(super) open: bool,
    /// Whether the readings mean something.
    pub(super) measured: bool,
}

impl Row {
    pub(super) fn is_finding(&self) -> bool {
        matches!(self.result, ItemResult::Over | ItemResult::Indeterminate)
    }
}

/// A judged batch. Rows are those of [`Judged::stays`].
pub struct Judged {
    /// The rows as the SELECT returned them.
    pub stays: Stays,
    pub(super) rows: Vec<Row>,
    /// Rows whose finding number was there before, with the number of the copy (2, 3, …).
    pub(super) copies: BTreeMap<usize, u32>,
    /// Rows that a waiver in force covers.
    pub(super) waivers: BTreeMap<usize, u32>,
    pub(super) shared: Arc<Shared>,
}

pub(super) fn times_of(stays: &Stays, row: usize) -> Times {
    Times {
        began_lo: stays.began_lo(row),
        began_hi: stays.began_hi(row),
        ended_lo: stays.ended_lo(row),
        ended_hi: stays.ended_hi(row),
        seen_until: stays.seen_until(row),
        open: stays.state[row] == ItemState::Open,
    }
}

impl Judged {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The result of a row.
    pub fn result(&self, row: usize) -> ItemResult {
        self.rows[row].result
    }

    /// Whether the row is a finding: over, or possibly over.
    pub fn is_finding(&self, row: usize) -> bool {
        self.rows[row].is_finding()
    }

    /// Shortest reading of the length; `None` where nothing was measured.
    pub fn shortest(&self, row: usize) -> Option<Micros> {
        Some(&self.rows[row]).filter(|row| row.measured).map(|row| row.shortest)
    }

    /// Longest reading of the length; `None` where nothing was measured, or where there is no bound.
    pub fn longest(&self, row: usize) -> Option<Micros> {
        Some(&self.rows[row]).filter(|row| row.measured && row.longest != UNBOUNDED).map(|row| row.longest)
    }

    /// Whether the stay had no end at `as_of`.
    pub fn is_open(&self, row: usize) -> bool {
        self.rows[row].open
    }

    /// The limit that applies to the row; `None` without a policy.
    pub fn limit(&self, row: usize) -> Option<Length> {
        self.face(row).map(|face| face.length)
    }

    /// How much longer than its limit the shortest reading is, not below 0.
    pub fn over(&self, row: usize) -> Micros {
        self.limit(row).map_or(0, |limit| self.rows[row].shortest.saturating_sub(limit.micros()).max(0))
    }

    /// How much a finding in this row matters: as the policy says, or more where the row says so.
    pub fn severity(&self, row: usize) -> Severity {
        let of_limit = self.face(row).map_or(Severity::Low, |face| face.severity);
        self.stays.severity(row).map_or(of_limit, |own| own.min(of_limit))
    }

    /// Id of the metric.
    pub fn metric(&self) -> &str {
        &self.shared.metric
    }

    /// What the metric is called.
    pub fn title(&self) -> &str {
        &self.shared.title
    }

    /// The references for which the metric is a direct one.
    pub fn references(&self) -> &str {
        self.shared.names.references(&self.shared.metric)
    }

    /// The person concerned, where HR knows them.
    pub fn person(&self, row: usize) -> Option<Person<'_>> {
        self.shared.names.person(self.stays.person_id.get(row)?)
    }

    /// Who answers for the system of the row.
    pub fn system_owner(&self, row: usize) -> Option<&str> {
        self.shared.names.owner(self.stays.system.get(row)?)
    }

    /// The waiver in force that covers the row.
    pub fn waiver_id(&self, row: usize) -> Option<&str> {
        self.waivers.get(&row).and_then(|index| self.shared.waivers.get(*index as usize)).map(String::as_str)
    }

    /// Appends the finding id; nothing when the row is no finding.
    pub fn write_finding_id(&self, row: usize, out: &mut String) {
        if self.is_finding(row) {
            push_finding_id(out, self.rows[row].number, self.copies.get(&row).copied().unwrap_or(1));
        }
    }

    /// Appends the reason: a sentence for findings, the reason for unknown and excluded rows, nothing for the others.
    pub fn write_reason(&self, row: usize, out: &mut String) {
        let verdict = &self.rows[row];
        let note = self.stays.note.get(row);
        match verdict.result {
            ItemResult::Within => {}
            ItemResult::Unknown | ItemResult::Excluded => out.push_str(verdict.why.words(note)),
            ItemResult::Over => self.fitting(row).write(&self.facts(row), out),
            ItemResult::Indeterminate => {
                if let Some(own) = &self.shared.indeterminate {
                    own.write(&self.facts(row), out);
                } else {
                    self.write_doubtful(row, out);
                }
            }
        }
    }

    /// The sentence for a certain stay, with the range of readings and why they differ.
    fn write_doubtful(&self, row: usize, out: &mut String) {
        let verdict = &self.rows[row];
        out.push_str("Possibly over the limit: ");
        self.fitting(row).write(&self.facts(row), out);
        out.push_str(" (the evidence allows from ");
        out.push_str(&display_length(verdict.shortest));
        if verdict.longest == UNBOUNDED {
            out.push_str(" up to no bound; ");
        } else {
            out.push_str(" to ");
            out.push_str(&display_length_at_most(verdict.longest));
            out.push_str("; ");
        }
        out.push_str(verdict.why.words(self.stays.note.get(row)));
        out.push(')');
    }

    /// Appends the place (`hr/workers.csv line 20`) of what shows the beginning; nothing when the row does not say.
    pub fn write_began_source(&self, row: usize, out: &mut String) {
        self.push_source(self.stays.began_source(row), out);
    }

    /// Appends the place of what shows the end, or the last observation.
    pub fn write_ended_source(&self, row: usize, out: &mut String) {
        self.push_source(self.stays.ended_source(row), out);
    }

    /// How much longer than its limit the longest reading is; `None` where there is no bound.
    fn over_at_most(&self, row: usize) -> Option<Micros> {
        let limit = self.limit(row)?;
        Some((self.longest(row)? - limit.micros()).max(0))
    }

    /// The row as a finding; `None` when it is none.
    pub fn finding(&self, row: usize) -> Option<Finding> {
        let verdict = &self.rows[row];
        if !verdict.is_finding() {
            return None;
        }
        let limit = self.limit(row)?;
        let written = |write: &dyn Fn(&mut String)| {
            let mut text = String::new();
            write(&mut text);
            text
        };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let source = |text: String| Some(text).filter(|text| !text.is_empty());
        let stays = &self.stays;
        Some(Finding {
            finding_id: written(&|out| self.write_finding_id(row, out)),
            metric: self.shared.metric.clone(),
            severity: self.severity(row),
            system: owned(stays.system.get(row)),
            subject_kind: stays.subject_kind.get(row).unwrap_or_default().to_owned(),
            subject: stays.subject.get(row).unwrap_or_default().to_owned(),
            person_id: owned(stays.person_id.get(row)),
            person: self.person(row).map(Person::report),
            system_owner: owned(self.system_owner(row)),
            account_key: owned(stays.account_key.get(row)),
            credential_key: owned(stays.credential_key.get(row)),
            began_at: stays.began_lo(row).map(Stamp),
            ended_at: stays.ended_hi(row).filter(|_| !verdict.open).map(Stamp),
            began_lo: stays.began_lo(row).map(Stamp),
            began_hi: stays.began_hi(row).map(Stamp),
            ended_lo: stays.ended_lo(row).filter(|_| !verdict.open).map(Stamp),
            ended_hi: stays.ended_hi(row).filter(|_| !verdict.open).map(Stamp),
            open: verdict.open,
            shortest_seconds: verdict.shortest / SECOND,
            longest_seconds: self.longest(row).map(|longest| longest / SECOND),
            length_seconds: verdict.shortest / SECOND,
            limit_seconds: limit.seconds(),
            over_seconds: self.over(row) / SECOND,
            result: if verdict.result == ItemResult::Over { FindingResult::Over } else { FindingResult::Indeterminate },
            waiver_id: owned(self.waiver_id(row)),
            reason: written(&|out| self.write_reason(row, out)),
            began_source: source(written(&|out| self.write_began_source(row, out))),
            ended_source: source(written(&|out| self.write_ended_source(row, out))),
        })
    }

    fn face(&self, row: usize) -> Option<&LimitFace> {
        self.shared.limits.get(usize::from(self.rows[row].limit))
    }

    fn fitting(&self, row: usize) -> &Sentence {
        if self.rows[row].open { &self.shared.open } else { &self.shared.closed }
    }

    fn facts(&self, row: usize) -> Facts<'_> {
        let (stays, verdict) = (&self.stays, &self.rows[row]);
        let seen_until = stays.seen_until(row).or(verdict.open.then_some(self.shared.as_of));
        Facts {
            person: stays.person_id.get(row),
            subject: stays.subject.get(row).unwrap_or_default(),
            system: stays.system.get(row),
            began: [stays.began_lo(row), stays.began_hi(row)],
            leave: self.shared.leave,
            ended: if verdict.open { [None; 2] } else { [stays.ended_lo(row), stays.ended_hi(row)] },
            seen_until: seen_until.map(|seen| seen.min(self.shared.as_of)),
            shortest: verdict.shortest,
            longest: self.longest(row),
            open: verdict.open,
            limit: self.face(row).map_or("no limit", |face| face.words.as_str()),
            over: (self.over(row), self.over_at_most(row)),
            zone: Some(self.shared.zone),
            note: stays.note.get(row),
        }
    }

    fn push_source(&self, source: Option<(u32, u32)>, out: &mut String) {
        if let Some((file, row)) = source
            && let Some(before) = self.shared.places.get(file as usize)
        {
            out.push_str(before);
            out.push_str(&row.to_string());
        }
    }
}
