//! Every finding that the report lists, by metric.

use std::collections::BTreeSet;

use super::super::Badge;
use super::super::block::{Block, Section};
use super::super::build::body;
use super::super::table::{Column, Field, Handles, Row, Table, TableLook};
use super::super::value::Value;
use super::super::words::{Look, code, loaded, plain, quiet, rules, strong};
use crate::render::{facts, text};
use crate::report::{Finding, FindingResult, Report, Stamp, subject_word};
use crate::time::Zone;

/// The section.
pub(super) fn findings(report: &Report) -> Section {
    let list = &report.findings;
    let shown = list.items.len() as u64;
    let mut words = vec![
        plain("Showing "),
        strong(text::of(shown, list.total.max(shown))),
        plain(", all in "),
        code(&*list.file),
        plain(" (SHA-256 "),
        list.file_sha256.as_deref().map_or_else(|| quiet("not recorded"), code),
        plain(")."),
    ];
    if list.total > shown {
        let cap = text::count(list.cap_per_metric);
        words.push(plain(format!(" At most {cap} per metric are listed here, the longest first.")));
    }
    let mut blocks = vec![body(words)];
    let groups = facts::by_metric(report);
    if groups.is_empty() {
        let none = "None found in the populations that were measured. What was not measured is named with each metric.";
        blocks.push(body(vec![plain(none)]));
    } else {
        blocks.push(table(report, groups));
    }
    super::section("findings", "Findings", Some(35), blocks)
}

fn table(report: &Report, groups: Vec<(&str, Vec<&Finding>)>) -> Block {
    let columns = vec![
        Column::of("Finding and severity", vec![Field::new("Finding"), Field::new("Severity"), Field::new("System")]),
        Column::of(
            "Who, and what happened",
            vec![
                Field::new("Person").look(Look::Strong),
                Field::new("Kind").look(Look::Quiet),
                Field::new("Subject").same_line(),
                Field::new("What happened"),
                Field::new("Owner of the system").before("owner ").look(Look::Quiet),
            ],
        ),
        Column {
            number: true,
            ..Column::of(
                "Over by, result",
                vec![
                    Field::new("Over by").look(Look::Strong),
                    Field::new("Length").look(Look::Quiet),
                    Field::new("Limit").before("limit ").look(Look::Quiet),
                    Field::new("Result"),
                    Field::new("Waiver").before("waived: "),
                ],
            )
        },
        Column::of(
            "Evidence",
            vec![
                Field::new("Began").before("began ").look(Look::Quiet),
                Field::new("Row of the beginning"),
                Field::new("Ended").before("ended ").look(Look::Quiet),
                Field::new("Row of the end"),
            ],
        )
        .room_for("began 2026-07-04 00:00 UTC"),
    ];
    let new = facts::new_findings(report);
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for (metric, items) in groups {
        let title = rules(facts::metric_title(report, metric)).look(Look::Strong);
        let head = vec![
            title.to(facts::metric_anchor(report, metric)),
            quiet(format!("  {}", facts::showing(report, metric, items.len() as u64))),
        ];
        rows.push(Row::group(vec![head]).at(facts::anchor("fm-", metric)));
        rows.extend(items.into_iter().map(|item| {
            let place = facts::finding_anchor(&item.finding_id);
            // The contract says that finding ids are unique; two places of one name would lead nowhere.
            let place = if seen.insert(place.clone()) { place } else { String::new() };
            let is_new = new.as_ref().map(|new| new.contains(item.finding_id.as_str()));
            finding(report, item, is_new).at(place)
        }));
    }
    Block::Table(
        Table::new("findings", "Findings, grouped by metric", columns, rows)
            .look(TableLook::Dense)
            .handles(Handles::Filter),
    )
}

fn finding(report: &Report, item: &Finding, is_new: Option<bool>) -> Row {
    let zone: Zone = report.zone.parse().unwrap_or(Zone::UTC);
    let micros = |at: Option<Stamp>| at.map(|at| at.0);
    let moment = |lo: Option<Stamp>, hi: Option<Stamp>| Value::Moment { lo: micros(lo), hi: micros(hi), zone };
    let place = facts::finding_anchor(&item.finding_id);
    let person = item.person.as_ref();
    let who = match (person, item.person_id.as_deref()) {
        (Some(person), _) => Value::Words(facts::person_words(person)),
        (None, Some(id)) => Value::Loaded(id.to_owned()),
        (None, None) => Value::Empty,
    };
    let longest = item.longest_seconds.map(|longest| longest.saturating_sub(item.limit_seconds).max(0));
    let values = vec![
        Value::Code(item.finding_id.clone(), Some(place)),
        Value::Badge(Badge::Severity(item.severity)),
        Value::loaded_or(item.system.as_deref(), "no system"),
        who,
        Value::own(subject_word(&item.subject_kind).to_owned()),
        Value::Words(vec![loaded(&*item.subject)]),
        Value::Loaded(item.reason.clone()),
        item.system_owner.as_deref().map_or(Value::Empty, |owner| Value::Loaded(owner.to_owned())),
        Value::Lengths { shortest: item.over_seconds, longest, open: item.open },
        Value::own(facts::finding_length(item)),
        Value::Length(item.limit_seconds),
        Value::own(facts::result(item)),
        item.waiver_id.as_deref().map_or(Value::Empty, |waiver| Value::Loaded(waiver.to_owned())),
        moment(item.began_lo, item.began_hi),
        Value::loaded_or(item.began_source.as_deref(), "no row"),
        if item.open { Value::own("open") } else { moment(item.ended_lo, item.ended_hi) },
        Value::loaded_or(item.ended_source.as_deref(), "no row"),
    ];
    let name = person.map(|person| text::cut(&facts::person(person), 80).0.to_owned());
    let result = match (item.result, item.waiver_id.is_some()) {
        (_, true) => "waived",
        (FindingResult::Over, false) => "surely over",
        (FindingResult::Indeterminate, false) => "may be over",
    };
    Row::new(values)
        .facet("open", Some(if item.open { "open" } else { "ended" }))
        .facet("severity", Some(item.severity.word()))
        .facet("metric", Some(facts::metric_title(report, &item.metric)))
        .facet("system", item.system.as_deref())
        .facet("owner", Some(item.system_owner.as_deref().unwrap_or("not supplied")))
        .facet("department", person.and_then(|person| person.department.as_deref()))
        .facet("person", name.as_deref())
        .facet("result", Some(result))
        .facet("new", is_new.map(|new| if new { "new" } else { "known before" }))
}
