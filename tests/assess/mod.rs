//! Tests of `assess`: numbers by hand, boundaries, laws.

mod boundaries;
mod controls;
mod findings;
mod headline;
mod laws;
mod measures;

use std::collections::BTreeSet;
use std::sync::Arc;

use overstay::assess::{Assessment, Closing, Context, Judge, Judged, Traits};
use overstay::dataset::{Frames, Table};
use overstay::metric::{Header, Metric, Stays};
use overstay::policy::{Policy, WaiverBook};
use overstay::report::Begins;
use overstay::time::{DAY, HOUR, LeaveInstant, Micros, Zone};
use polars::prelude::*;

/// 2026-10-01T00:00:00Z, the as-of date and the end of the period of these tests.
pub(crate) const AS_OF: Micros = 1_790_812_800 * 1_000_000;

/// One row in hours before as-of (0 is as-of itself); the times are bounds.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) subject: String,
    pub(crate) system: Option<&'static str>,
    pub(crate) state: &'static str,
    pub(crate) began: (Option<Micros>, Option<Micros>),
    pub(crate) ended: (Option<Micros>, Option<Micros>),
    pub(crate) seen: Option<Micros>,
    pub(crate) note: Option<&'static str>,
    pub(crate) severity: Option<&'static str>,
    pub(crate) file: i32,
}

impl Item {
    fn new(subject: &str, state: &'static str) -> Self {
        Self {
            subject: subject.to_owned(),
            system: Some("okta"),
            state,
            began: (None, None),
            ended: (None, None),
            seen: None,
            note: None,
            severity: None,
            file: 0,
        }
    }

    /// Began 10 days before as-of and ended after `length`.
    pub(crate) fn closed(subject: &str, length: Micros) -> Self {
        let began = AS_OF - 10 * DAY;
        let end = Some(began + length);
        Self { began: (Some(began), Some(began)), ended: (end, end), ..Self::new(subject, "closed") }
    }

    /// Began `age` before as-of and is seen open until as-of.
    pub(crate) fn open(subject: &str, age: Micros) -> Self {
        let began = Some(AS_OF - age);
        Self { began: (began, began), seen: Some(AS_OF), ..Self::new(subject, "open") }
    }

    pub(crate) fn other(subject: &str, state: &'static str, note: &'static str) -> Self {
        Self { note: Some(note), ..Self::new(subject, state) }
    }

    pub(crate) fn seen(self, before: Micros) -> Self {
        Self { seen: Some(AS_OF - before), ..self }
    }

    pub(crate) fn in_system(self, system: &'static str) -> Self {
        Self { system: Some(system), ..self }
    }
}

pub(crate) fn stays(items: &[Item]) -> Stays {
    let text = |name: &str, values: Vec<Option<String>>| Column::new(name.into(), values);
    let time = |name: &str, value: &dyn Fn(&Item) -> Option<Micros>| {
        Column::new(name.into(), items.iter().map(value).collect::<Vec<_>>())
    };
    let key = |item: &Item| item.system.map(|system| format!("{system}:{}", item.subject));
    let frame = DataFrame::new(
        items.len(),
        vec![
            text("subject_kind", items.iter().map(|_| Some("account".to_owned())).collect()),
            text("subject", items.iter().map(|item| Some(item.subject.clone())).collect()),
            text("system", items.iter().map(|item| item.system.map(str::to_owned)).collect()),
            text("account_key", items.iter().map(key).collect()),
            text("person_id", items.iter().map(|item| Some(format!("p-{}", item.subject))).collect()),
            text("state", items.iter().map(|item| Some(item.state.to_owned())).collect()),
            text("severity", items.iter().map(|item| item.severity.map(str::to_owned)).collect()),
            text("note", items.iter().map(|item| item.note.map(str::to_owned)).collect()),
            time("began_lo", &|item| item.began.0),
            time("began_hi", &|item| item.began.1),
            time("ended_lo", &|item| item.ended.0),
            time("ended_hi", &|item| item.ended.1),
            time("seen_until", &|item| item.seen),
            Column::new("began_file".into(), items.iter().map(|item| item.file).collect::<Vec<_>>()),
            Column::new("began_row".into(), (1..=items.len() as i32).collect::<Vec<_>>()),
        ],
    )
    .expect("a frame");
    Stays::from_frame("leaver-lag", &frame).expect("the row contract")
}

pub(crate) fn header(statistic: &str) -> Header {
    let text = format!(
        r#"/*---
id = "leaver-lag"
order = 1
title = "Leaver lag"
question = "How long do accounts outlive the leave?"
group = "leavers"
shape = "duration"
unit = "account"
statistic = "{statistic}"
definition = "From the leave to the first disable."
needs = ["accounts"]
[reason]
open = "{{person}} keeps {{subject}} in {{system}} since {{began}}: {{length}}, limit {{limit}}, seen until {{seen_until}}"
closed = "{{person}} kept {{subject}} in {{system}} from {{began}} to {{ended}}: {{length}}, {{over}} beyond {{limit}}"
---*/
SELECT account_id AS subject FROM accounts"#
    );
    let metric = Metric::read("leaver-lag.sql", "leaver-lag", &text).expect("a header");
    let mut header = metric.header().clone();
    header.facts.begins = Some(Begins::Leave);
    header
}

pub(crate) fn policy(limit: &str, rest: &str) -> Policy {
    let text = format!(
        "title = \"test\"\nextends = \"none\"\n[metrics.leaver-lag]\nlimit = \"{limit}\"\nseverity = \"high\"\nsource_of_limit = \"Policy 4.2\"\n{rest}"
    );
    Policy::load("policy.toml", &text, &known()).expect("a policy")
}

pub(crate) fn known() -> BTreeSet<String> {
    BTreeSet::from(["leaver-lag".to_owned(), "dormant-accounts".to_owned()])
}

/// Waivers as (id, subject, approved, expires), times relative to as-of.
pub(crate) fn waivers(list: &[(&str, &str, Option<Micros>, Micros)]) -> WaiverBook {
    let text = |name: &str, value: &dyn Fn(usize) -> String| {
        Column::new(name.into(), (0..list.len()).map(value).collect::<Vec<_>>())
    };
    let frame = DataFrame::new(
        list.len(),
        vec![
            text("waiver_id", &|row| list[row].0.to_owned()),
            text("metric", &|_| "leaver-lag".to_owned()),
            text("subject", &|row| list[row].1.to_owned()),
            text("reason", &|_| "handover".to_owned()),
            text("approver", &|_| "ciso".to_owned()),
            Column::new("approved_on".into(), list.iter().map(|row| row.2.map(|at| AS_OF + at)).collect::<Vec<_>>()),
            Column::new("expires_on".into(), list.iter().map(|row| AS_OF + row.3).collect::<Vec<_>>()),
            Column::new("src_file".into(), vec![0_i32; list.len()]),
            Column::new("src_row".into(), (1..=list.len() as i32).collect::<Vec<_>>()),
        ],
    )
    .expect("a frame");
    let mut frames = Frames::default();
    frames.insert(Table::Waivers, frame);
    let (book, said) = WaiverBook::load(&frames, &["waivers.csv".to_owned()], &known(), AS_OF);
    assert_eq!(said, vec![]);
    book
}

pub(crate) fn context(as_of: Micros) -> Context {
    Context {
        as_of,
        zone: Zone::UTC,
        leave_instant: LeaveInstant::EndOfDay,
        period: (AS_OF - 92 * DAY, AS_OF),
        places: Arc::new(vec!["hr/people.csv line ".to_owned(), "okta/users.json record ".to_owned()]),
        names: Arc::default(),
        cap: 100,
    }
}

/// Judges one batch and counts it, as a run does.
pub(crate) fn judge_and_count(judge: &mut Judge<'_>, items: &[Item]) -> Judged {
    let judged = judge.decide(stays(items));
    judge.add(&judged);
    judged
}

/// Judges batches with everything given.
pub(crate) fn judged(
    batches: &[&[Item]],
    policy: Option<&Policy>,
    book: &WaiverBook,
    closing: Closing,
    as_of: Micros,
    statistic: &str,
) -> (Vec<Judged>, Assessment) {
    let (header, traits, context) = (header(statistic), Traits::default(), context(as_of));
    let metric = policy.and_then(|policy| policy.metric("leaver-lag"));
    let mut judge = Judge::new(&header, metric, book, &traits, &context).expect("a judge");
    let judged = batches.iter().map(|items| judge_and_count(&mut judge, items)).collect();
    (judged, judge.finish(closing))
}

/// Judges with a limit and nothing else.
pub(crate) fn assessed(items: &[Item], limit: &str) -> Assessment {
    judged(&[items], Some(&policy(limit, "")), &WaiverBook::default(), Closing::default(), AS_OF, "survival").1
}

/// 24 hours.
pub(crate) const DAYS: Micros = DAY;
/// One hour.
pub(crate) const HOURS: Micros = HOUR;
