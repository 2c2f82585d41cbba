//! What people decided about items of the exception queue, as the rules that it stands for: links, waivers, and which
//! source is right about a person.

use std::collections::BTreeSet;

use polars::prelude::*;

use crate::dataset::{Frames, Lineage, Table, Texts, Times, complete};
use crate::diag::{Diagnostic, Place};
use crate::failure::Outcome;
use crate::identity::Authority;
use crate::metric::Register;
use crate::report::QueueKind;
use crate::rules::did_you_mean_or_all;
use crate::source::InputFile;
use crate::time::{DayEdge, Micros, TimeFormat, Zone, parse_time};

/// The decisions that can be taken about a kind of item.
fn decisions(kind: QueueKind) -> &'static [&'static str] {
    match kind {
        QueueKind::AmbiguousMatch | QueueKind::Orphan => &["link", "accept", "none"],
        QueueKind::UnmatchedLeaver => &["link", "none"],
        QueueKind::Contradiction => &["accept", "none"],
        QueueKind::Conflict => &["prefer", "accept", "none"],
        QueueKind::KeptAfterMove => &["none"],
    }
}

/// What decisions add to the registers.
#[derive(Default)]
struct Registers {
    links: Vec<Link>,
    waivers: Vec<Waiver>,
}

struct Link {
    system: String,
    account_id: String,
    person_id: String,
    reason: Option<String>,
    approver: Option<String>,
    src: (i32, i32),
}

struct Waiver {
    id: String,
    metric: String,
    subject: String,
    system: Option<String>,
    reason: String,
    approver: String,
    approved: Option<Micros>,
    expires: Micros,
    src: (i32, i32),
}

/// Turns the answered lines of the queue into links, waivers and preferences.
///
/// # Errors
/// Only if the dataframe engine itself fails.
pub(super) fn apply(
    raw: &mut Frames,
    authority: &mut Authority,
    files: &[InputFile],
    register: &Register,
    zone: Zone,
) -> Outcome<Vec<Diagnostic>> {
    let Some(frame) = raw.take(Table::Decisions) else {
        return Ok(Vec::new());
    };
    let frame = answered(&complete(Table::Decisions, &frame))?;
    let (mut said, mut registers) = (Vec::new(), Registers::default());
    let rows = Rows::of(&frame);
    let sources: BTreeSet<&str> = files.iter().filter_map(|file| file.source.as_deref()).collect();
    for row in 0..frame.height() {
        let file = files.get(usize::try_from(rows.lineage.file(row)).unwrap_or(usize::MAX));
        if let Err((message, field, hint)) = rows.decide(row, (register, &sources, zone), authority, &mut registers) {
            let path = file.map_or("queue.csv", |file| file.path.as_str());
            let line = u64::try_from(rows.lineage.row(row)).unwrap_or_default();
            let place = Place::row(path, line).field(field);
            said.push(Diagnostic::warning("decision-unusable", message).at(place).hint(hint));
        }
    }
    add(raw, Table::Links, &registers.links()?)?;
    add(raw, Table::Waivers, &registers.waivers()?)?;
    raw.insert(Table::Decisions, frame);
    Ok(said)
}

/// The lines that somebody answered.
fn answered(frame: &DataFrame) -> PolarsResult<DataFrame> {
    let decision = Texts::of(frame, "decision");
    let mask: Vec<bool> =
        (0..frame.height()).map(|row| decision.get(row).is_some_and(|text| !text.trim().is_empty())).collect();
    frame.filter(&BooleanChunked::from_slice("answered".into(), &mask))
}

fn add(raw: &mut Frames, table: Table, more: &DataFrame) -> PolarsResult<()> {
    if more.height() == 0 {
        return Ok(());
    }
    let mut all = complete(table, &raw.get_or_empty(table));
    all.vstack_mut(&complete(table, more))?;
    raw.insert(table, all);
    Ok(())
}

/// The columns of the answered lines.
struct Rows {
    item_id: Texts,
    kind: Texts,
    system: Texts,
    account_id: Texts,
    person_id: Texts,
    subject: Texts,
    attribute: Texts,
    decision: Texts,
    value: Texts,
    reason: Texts,
    decided_by: Texts,
    decided_on: Times,
    lineage: Lineage,
}

/// Why a line cannot be used: the message, the column, and what to do.
type Wrong = (String, &'static str, String);

impl Rows {
    fn of(frame: &DataFrame) -> Self {
        let text = |name: &str| Texts::of(frame, name);
        Self {
            item_id: text("item_id"),
            kind: text("kind"),
            system: text("system"),
            account_id: text("account_id"),
            person_id: text("person_id"),
            subject: text("subject"),
            attribute: text("attribute"),
            decision: text("decision"),
            value: text("value"),
            reason: text("reason"),
            decided_by: text("decided_by"),
            decided_on: Times::of(frame, "decided_on"),
            lineage: Lineage::of(frame),
        }
    }

    /// Takes one decision.
    fn decide(
        &self,
        row: usize,
        (register, sources, zone): (&Register, &BTreeSet<&str>, Zone),
        authority: &mut Authority,
        registers: &mut Registers,
    ) -> Result<(), Wrong> {
        let word = self.kind.get(row).unwrap_or_default().trim();
        let kinds: Vec<&str> = QueueKind::WORDS.iter().map(|(word, ..)| *word).collect();
        let Some(kind) = QueueKind::from_word(word) else {
            return Err(("no item of the queue has this kind".to_owned(), "kind", did_you_mean_or_all(word, &kinds)));
        };
        let decision = self.decision.get(row).unwrap_or_default().trim().to_lowercase();
        if !decisions(kind).contains(&decision.as_str()) {
            let message = format!("this is no decision about an item of the kind {word}");
            return Err((message, "decision", did_you_mean_or_all(&decision, decisions(kind))));
        }
        let value = self.value.get(row).map(str::trim).filter(|value| !value.is_empty());
        match decision.as_str() {
            "link" => registers.links.push(self.link(row, kind, value)?),
            "accept" => registers.waivers.push(self.waiver(row, (kind, register), value, zone)?),
            "prefer" => {
                let source =
                    value.ok_or_else(|| needs("the source that is right", "one of those under `candidates`"))?;
                if !sources.contains(source) {
                    let known: Vec<&str> = sources.iter().copied().collect();
                    let message = "no file is read as this source".to_owned();
                    return Err((message, "value", did_you_mean_or_all(source, &known)));
                }
                let (person, attribute) =
                    (needed(&self.person_id, row, "person_id")?, needed(&self.attribute, row, "attribute")?);
                authority.prefer(&person, &attribute, source);
            }
            _ => {}
        }
        Ok(())
    }

    fn src(&self, row: usize) -> (i32, i32) {
        (self.lineage.file(row), self.lineage.row(row))
    }

    fn link(&self, row: usize, kind: QueueKind, value: Option<&str>) -> Result<Link, Wrong> {
        let owned = |texts: &Texts| texts.get(row).map(str::to_owned);
        let (account_id, person_id) = if kind == QueueKind::UnmatchedLeaver {
            let account = value.ok_or_else(|| needs("the account", "its account_id in that system"))?;
            (account.to_owned(), needed(&self.person_id, row, "person_id")?)
        } else {
            let person =
                value.ok_or_else(|| needs("the person", "a person_id, such as one of those under `candidates`"))?;
            (needed(&self.account_id, row, "account_id")?, person.to_owned())
        };
        Ok(Link {
            system: needed(&self.system, row, "system")?,
            account_id,
            person_id,
            reason: owned(&self.reason),
            approver: owned(&self.decided_by),
            src: self.src(row),
        })
    }

    fn waiver(
        &self,
        row: usize,
        (kind, register): (QueueKind, &Register),
        value: Option<&str>,
        zone: Zone,
    ) -> Result<Waiver, Wrong> {
        let until = || needs("the day until which it is accepted", "such as 2027-03-31");
        let day = value.and_then(|value| parse_time(value.as_bytes(), TimeFormat::Iso)).ok_or_else(until)?;
        let by = self.decided_by.get(row).map(str::trim).filter(|by| !by.is_empty());
        let by = by.ok_or_else(|| {
            ("an acceptance needs somebody who decided it".to_owned(), "decided_by", "a name or an address".to_owned())
        })?;
        let metric = register.metrics().iter().find(|metric| metric.header().facts.queue.contains(&kind));
        let metric = metric.ok_or_else(|| {
            let message = "no metric has findings of this kind, so there is nothing to accept".to_owned();
            (message, "decision", "the header of a metric says it: `queue`".to_owned())
        })?;
        let named = if kind == QueueKind::Conflict { &self.person_id } else { &self.account_id };
        let subject = named.get(row).or_else(|| self.subject.get(row));
        Ok(Waiver {
            id: needed(&self.item_id, row, "item_id")?,
            metric: metric.id().to_owned(),
            subject: subject.unwrap_or_default().to_owned(),
            system: self.system.get(row).map(str::to_owned),
            reason: self.reason.get(row).unwrap_or("decided in the exception queue").to_owned(),
            approver: by.to_owned(),
            approved: self.decided_on.get(row),
            expires: zone.resolve(day, DayEdge::End),
            src: self.src(row),
        })
    }
}

/// A cell that must be filled.
fn needed(column: &Texts, row: usize, name: &'static str) -> Result<String, Wrong> {
    let hint = "copy the line from queue.csv, where it is filled".to_owned();
    column.get(row).map(str::to_owned).ok_or_else(|| (format!("`{name}` is empty"), name, hint))
}

fn needs(what: &str, hint: &str) -> Wrong {
    (format!("the decision does not name {what}"), "value", hint.to_owned())
}

impl Registers {
    fn links(&self) -> PolarsResult<DataFrame> {
        let text = |name: &str, value: &dyn Fn(&Link) -> Option<String>| {
            StringChunked::from_iter_options(name.into(), self.links.iter().map(value)).into_column()
        };
        let columns = vec![
            text("system", &|link| Some(link.system.clone())),
            text("account_id", &|link| Some(link.account_id.clone())),
            text("person_id", &|link| Some(link.person_id.clone())),
            text("reason", &|link| link.reason.clone()),
            text("approver", &|link| link.approver.clone()),
            Column::new("src_file".into(), self.links.iter().map(|link| link.src.0).collect::<Vec<_>>()),
            Column::new("src_row".into(), self.links.iter().map(|link| link.src.1).collect::<Vec<_>>()),
        ];
        DataFrame::new(self.links.len(), columns)
    }

    fn waivers(&self) -> PolarsResult<DataFrame> {
        let text = |name: &str, value: &dyn Fn(&Waiver) -> Option<String>| {
            StringChunked::from_iter_options(name.into(), self.waivers.iter().map(value)).into_column()
        };
        let time = |name: &str, value: &dyn Fn(&Waiver) -> Option<Micros>| {
            Int64Chunked::from_iter_options(name.into(), self.waivers.iter().map(value)).into_column()
        };
        let columns = vec![
            text("waiver_id", &|waiver| Some(waiver.id.clone())),
            text("metric", &|waiver| Some(waiver.metric.clone())),
            text("subject", &|waiver| Some(waiver.subject.clone())),
            text("system", &|waiver| waiver.system.clone()),
            text("reason", &|waiver| Some(waiver.reason.clone())),
            text("approver", &|waiver| Some(waiver.approver.clone())),
            time("approved_on", &|waiver| waiver.approved),
            time("expires_on", &|waiver| Some(waiver.expires)),
            Column::new("src_file".into(), self.waivers.iter().map(|waiver| waiver.src.0).collect::<Vec<_>>()),
            Column::new("src_row".into(), self.waivers.iter().map(|waiver| waiver.src.1).collect::<Vec<_>>()),
        ];
        DataFrame::new(self.waivers.len(), columns)
    }
}
