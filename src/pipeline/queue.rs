//! The exception queue: what no rule can decide and a person has to, one line each, with room for the decision. The same
//! file, answered and put beside the exports, is read in the next run.

use std::collections::{BTreeMap, BTreeSet};

use crate::assess::item_id;
use crate::dataset::{Frames, Table, Texts, Times};
use crate::failure::Outcome;
use crate::pack::Staging;
use crate::render::csv::CsvWriter;
use crate::report::{Action, MetricReport, QueueKind as Kind, ReasonCount};
use crate::time::{Micros, Period};

use super::coverage::leavers_without;
use super::populations::is_human;

/// The file.
pub(super) const QUEUE_FILE: &str = "queue.csv";

/// Its columns. Those from `decision` on are for the answer.
const COLUMNS: [&str; 15] = [
    "item_id",
    "kind",
    "system",
    "account_id",
    "person_id",
    "metric",
    "subject",
    "attribute",
    "question",
    "candidates",
    "decision",
    "value",
    "reason",
    "decided_by",
    "decided_on",
];

/// One thing to decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    kind: Kind,
    system: Option<String>,
    subject: String,
    account_id: Option<String>,
    person_id: Option<String>,
    attribute: Option<String>,
    question: String,
    candidates: Vec<String>,
}

/// What was decided about an item, as it was written.
struct Answer {
    decision: String,
    value: Option<String>,
    reason: Option<String>,
    decided_by: Option<String>,
    decided_on: Option<Micros>,
}

/// Writes the queue. Items that are answered and still stand keep their answer.
pub(super) fn write_queue(
    frames: &Frames,
    (metrics, actions): (&[MetricReport], &[Action]),
    as_of: Micros,
    period: &Period,
    staging: &mut Staging,
) -> Outcome<()> {
    let answers = answers(frames);
    let metric_of = |kind: Kind| metrics.iter().find(|metric| metric.facts.queue.contains(&kind));
    let mut lines = CsvWriter::new(&COLUMNS);
    for item in items(frames, (metrics, actions), as_of, period) {
        let id = item.id();
        let answer = answers.get(&id);
        lines.text(&id).text(item.kind.word()).optional(item.system.as_deref()).optional(item.account_id.as_deref());
        let metric = metric_of(item.kind).map(|metric| metric.id.as_str());
        lines.optional(item.person_id.as_deref()).optional(metric).text(&item.subject);
        lines.optional(item.attribute.as_deref()).text(&item.question).text(&item.candidates.join(";"));
        let of = |value: fn(&Answer) -> Option<&str>| answer.and_then(value);
        lines.optional(of(|answer| Some(&answer.decision))).optional(of(|answer| answer.value.as_deref()));
        lines.optional(of(|answer| answer.reason.as_deref())).optional(of(|answer| answer.decided_by.as_deref()));
        lines.optional(answer.and_then(|answer| answer.decided_on).map(crate::time::rfc3339).as_deref());
        lines.end();
    }
    staging.write(QUEUE_FILE, &lines.finish())
}

/// How many items of each kind nobody has answered yet.
pub(super) fn waiting(
    frames: &Frames,
    (metrics, actions): (&[MetricReport], &[Action]),
    as_of: Micros,
    period: &Period,
) -> Vec<ReasonCount> {
    let answers = answers(frames);
    let mut counts: BTreeMap<Kind, u64> = BTreeMap::new();
    for item in items(frames, (metrics, actions), as_of, period) {
        *counts.entry(item.kind).or_default() += u64::from(!answers.contains_key(&item.id()));
    }
    let count = |(kind, count): (Kind, u64)| ReasonCount { reason: kind.word().to_owned(), count };
    counts.into_iter().filter(|(_, count)| *count > 0).map(count).collect()
}

/// Everything that a person has to decide, by kind.
fn items(
    frames: &Frames,
    (metrics, actions): (&[MetricReport], &[Action]),
    as_of: Micros,
    period: &Period,
) -> BTreeSet<Item> {
    let mut items = BTreeSet::new();
    accounts(frames, &mut items);
    conflicts(frames, &mut items);
    for one in leavers_without(frames, as_of, period).list {
        items.insert(Item {
            kind: Kind::UnmatchedLeaver,
            subject: one.person_id.clone(),
            account_id: None,
            attribute: None,
            question: format!("which account in {} was that of {}, or had they none?", one.system, one.person_id),
            candidates: Vec::new(),
            system: Some(one.system),
            person_id: Some(one.person_id),
        });
    }
    let contradicts =
        |id: &str| metrics.iter().any(|metric| metric.id == id && metric.facts.queue.contains(&Kind::Contradiction));
    for action in actions {
        if action.findings.iter().any(|finding| contradicts(&finding.metric)) {
            items.insert(Item {
                kind: Kind::Contradiction,
                question: "log and export say different things of the account: which of them is right?".to_owned(),
                system: action.system.clone(),
                subject: action.subject.clone(),
                account_id: None,
                person_id: action.person.as_ref().map(|person| person.person_id.clone()),
                attribute: None,
                candidates: Vec::new(),
            });
        }
    }
    kept_grants(frames, as_of, period, &mut items);
    items
}

/// Accounts that several persons may own, and those that nobody owns.
fn accounts(frames: &Frames, items: &mut BTreeSet<Item>) {
    let frame = frames.get_or_empty(Table::Accounts);
    let text = |name: &str| Texts::of(&frame, name);
    let (key, system, id, rule) = (text("account_key"), text("system"), text("account_id"), text("match_rule"));
    let (name, mail, kind, status) = (text("username"), text("email"), text("kind"), text("status"));
    let candidates = candidates(frames);
    for row in 0..frame.height() {
        let label = name.get(row).or(mail.get(row)).or(id.get(row)).unwrap_or_default();
        let shown = system.get(row).unwrap_or_default();
        let (kind, question) = match rule.get(row) {
            Some("ambiguous") => (Kind::AmbiguousMatch, format!("whose account is {label} in {shown}?")),
            Some("unmatched") if is_human(kind.get(row)) && status.get(row) == Some("active") => {
                (Kind::Orphan, format!("whose account is {label} in {shown}? It matches nobody"))
            }
            _ => continue,
        };
        items.insert(Item {
            kind,
            system: system.get(row).map(str::to_owned),
            subject: label.to_owned(),
            account_id: id.get(row).map(str::to_owned),
            person_id: None,
            attribute: None,
            question,
            candidates: key.get(row).and_then(|key| candidates.get(key)).cloned().unwrap_or_default(),
        });
    }
}

/// The persons whom accounts may belong to.
fn candidates(frames: &Frames) -> BTreeMap<String, Vec<String>> {
    let frame = frames.get_or_empty(Table::Candidates);
    let (key, person) = (Texts::of(&frame, "account_key"), Texts::of(&frame, "person_id"));
    let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in 0..frame.height() {
        if let (Some(key), Some(person)) = (key.get(row), person.get(row)) {
            of.entry(key.to_owned()).or_default().push(person.to_owned());
        }
    }
    for persons in of.values_mut() {
        persons.sort();
    }
    of
}

/// What sources say differently about people.
fn conflicts(frames: &Frames, items: &mut BTreeSet<Item>) {
    let frame = frames.get_or_empty(Table::Conflicts);
    let text = |name: &str| Texts::of(&frame, name);
    let (person, attribute, system) = (text("person_id"), text("attribute"), text("system"));
    let (winner, winner_value) = (text("winner"), text("winner_value"));
    let (loser, loser_value) = (text("loser"), text("loser_value"));
    for row in 0..frame.height() {
        let of = |texts: &Texts| texts.get(row).unwrap_or("nothing").to_owned();
        let question = format!(
            "{} says {}, {} says {}: which of them is right about the {} of {}?",
            of(&winner),
            of(&winner_value),
            of(&loser),
            of(&loser_value),
            of(&attribute),
            of(&person)
        );
        items.insert(Item {
            kind: Kind::Conflict,
            system: system.get(row).map(str::to_owned),
            subject: of(&person),
            account_id: None,
            person_id: person.get(row).map(str::to_owned),
            attribute: attribute.get(row).map(str::to_owned),
            question,
            candidates: vec![of(&winner), of(&loser)],
        });
    }
}

/// Entitlements that somebody had before a move of the period and still has, where no role of the policy says whether
/// they should.
fn kept_grants(frames: &Frames, as_of: Micros, period: &Period, items: &mut BTreeSet<Item>) {
    let moves = frames.get_or_empty(Table::Moves);
    let (person, attribute) = (Texts::of(&moves, "person_id"), Texts::of(&moves, "attribute"));
    let (old, new) = (Texts::of(&moves, "old_value"), Texts::of(&moves, "new_value"));
    let (lo, hi) = (Times::of(&moves, "moved_lo"), Times::of(&moves, "moved_hi"));
    let mut moved: BTreeMap<String, (Micros, String)> = BTreeMap::new();
    for row in 0..moves.height() {
        let (Some(id), Some(name), Some(lo), Some(hi)) =
            (person.get(row), attribute.get(row), lo.get(row), hi.get(row))
        else {
            continue;
        };
        let concerns = ["department", "title"].contains(&name) && hi >= period.from && lo < period.to && hi <= as_of;
        if concerns && moved.get(id).is_none_or(|known| known.0 < lo) {
            let words = format!("{} to {}", old.get(row).unwrap_or("unknown"), new.get(row).unwrap_or("unknown"));
            moved.insert(id.to_owned(), (lo, words));
        }
    }
    if moved.is_empty() {
        return;
    }
    let ruled = pairs(frames, Table::RoleGrants, "entitlement");
    let owners = owners(frames);
    let frame = frames.get_or_empty(Table::Entitlements);
    let text = |name: &str| Texts::of(&frame, name);
    let (key, system, id, entitlement) = (text("account_key"), text("system"), text("account_id"), text("entitlement"));
    let (granted, first, revoked) =
        (Times::of(&frame, "granted_hi"), Times::of(&frame, "first_seen_at"), Times::of(&frame, "revoked_hi"));
    for row in 0..frame.height() {
        let (Some(system), Some(name)) = (system.get(row), entitlement.get(row)) else { continue };
        let Some(person) = key.get(row).and_then(|key| owners.get(key)) else { continue };
        let Some((at, words)) = moved.get(person) else { continue };
        let before = granted.get(row).or(first.get(row)).is_some_and(|since| since < *at);
        if !before || revoked.get(row).is_some() || ruled.contains(&(system.to_owned(), name.to_owned())) {
            continue;
        }
        items.insert(Item {
            kind: Kind::KeptAfterMove,
            system: Some(system.to_owned()),
            subject: format!("{name} of {}", id.get(row).unwrap_or_default()),
            account_id: id.get(row).map(str::to_owned),
            person_id: Some(person.clone()),
            attribute: None,
            question: format!("{person} moved from {words} and kept {name} in {system}: is it still needed?"),
            candidates: Vec::new(),
        });
    }
}

fn pairs(frames: &Frames, table: Table, second: &str) -> BTreeSet<(String, String)> {
    let frame = frames.get_or_empty(table);
    let (system, name) = (Texts::of(&frame, "system"), Texts::of(&frame, second));
    let one = |row: usize| Some((system.get(row)?.to_owned(), name.get(row)?.to_owned()));
    (0..frame.height()).filter_map(one).collect()
}

/// The person of every account that has one.
fn owners(frames: &Frames) -> BTreeMap<String, String> {
    let frame = frames.get_or_empty(Table::Accounts);
    let (key, person) = (Texts::of(&frame, "account_key"), Texts::of(&frame, "person_id"));
    let one = |row: usize| Some((key.get(row)?.to_owned(), person.get(row)?.to_owned()));
    (0..frame.height()).filter_map(one).collect()
}

/// The answers that the company gave, by item.
fn answers(frames: &Frames) -> BTreeMap<String, Answer> {
    let frame = frames.get_or_empty(Table::Decisions);
    let text = |name: &str| Texts::of(&frame, name);
    let (id, decision, value) = (text("item_id"), text("decision"), text("value"));
    let (reason, by, on) = (text("reason"), text("decided_by"), Times::of(&frame, "decided_on"));
    let one = |row: usize| {
        let owned = |texts: &Texts| texts.get(row).map(str::to_owned);
        let answer = Answer {
            decision: owned(&decision)?,
            value: owned(&value),
            reason: owned(&reason),
            decided_by: owned(&by),
            decided_on: on.get(row),
        };
        Some((owned(&id)?, answer))
    };
    (0..frame.height()).filter_map(one).collect()
}

impl Item {
    /// The same thing has the same id in every run.
    fn id(&self) -> String {
        // Which of two sources is heard changes with the answer; what they differ on does not.
        let system = self.system.as_deref().filter(|_| self.kind != Kind::Conflict);
        let parts =
            [self.account_id.as_deref(), self.person_id.as_deref(), self.attribute.as_deref(), Some(&self.subject)];
        item_id(self.kind.word(), system, &parts.map(Option::unwrap_or_default))
    }
}
