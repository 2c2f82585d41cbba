//! Exceptions: findings that no waiver covers, by the account, credential or person that they are about.

use std::cmp::Reverse;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use hashbrown::{HashMap, HashSet, HashTable};

use crate::dataset::{Flags, Frames, Table, Texts, Times};
use crate::report::{
    Action, ActionFinding, ActionList, FindingResult, HeadlinePart, MetricReport, PersonReport, Severity, Stamp,
};
use crate::time::{Length, Micros, SECOND};

use super::identity::push_finding_id;
use super::judged::{ItemResult, Judged};
use super::persons::{Names, Person};

/// Exceptions that a report carries; `actions.csv` has all of them.
const ACTIONS_SHOWN: usize = 100;

/// What the findings of some metrics are about.
#[derive(Debug, Clone, Default)]
pub struct Exceptions {
    metric: Arc<str>,
    hasher: RandomState,
    /// Places of things, by their keys.
    places: HashTable<usize>,
    things: Vec<Thing>,
    /// The key that is asked for, in room that is kept.
    key: String,
}

/// An account, a credential, a person or a change.
#[derive(Debug, Clone)]
struct Thing {
    key: String,
    kind: String,
    subject: String,
    system: Option<String>,
    person: Option<String>,
    account: Option<String>,
    credential: Option<String>,
    /// Whether the subject is that of a grant or a review, and the account has a name of its own.
    unnamed: bool,
    found: Vec<Found>,
}

#[derive(Debug, Clone)]
struct Found {
    metric: Arc<str>,
    number: u64,
    copy: u32,
    severity: Severity,
    result: FindingResult,
    open: bool,
    began: [Option<Micros>; 2],
    ended: Option<Micros>,
    shortest: Micros,
    limit: Length,
}

/// What stands beside the findings.
pub struct Around<'a> {
    /// Every metric, for its order and its remedy.
    pub metrics: &'a [MetricReport],
    /// People, accounts and credentials.
    pub frames: &'a Frames,
    /// Who people are, and who answers for systems.
    pub names: &'a Names,
}

impl Exceptions {
    /// Those of one metric.
    pub(super) fn of(metric: &str) -> Self {
        Self { metric: metric.into(), ..Self::default() }
    }

    /// Takes a row that is a finding.
    pub(super) fn add(&mut self, judged: &Judged, row: usize) {
        let Some(limit) = judged.limit(row).filter(|_| judged.waiver_id(row).is_none()) else {
            return;
        };
        let (stays, verdict) = (&judged.stays, &judged.rows[row]);
        let found = Found {
            metric: Arc::clone(&self.metric),
            number: verdict.number,
            copy: judged.copies.get(&row).copied().unwrap_or(1),
            severity: judged.severity(row),
            result: match verdict.result {
                ItemResult::Over => FindingResult::Over,
                _ => FindingResult::Indeterminate,
            },
            open: verdict.open,
            began: [stays.began_lo(row), stays.began_hi(row)],
            ended: stays.ended_hi(row).filter(|_| !verdict.open),
            shortest: verdict.shortest,
            limit,
        };
        let kind = stays.subject_kind.get(row).unwrap_or_default();
        let subject = stays.subject.get(row).unwrap_or_default();
        let (system, person) = (stays.system.get(row), stays.person_id.get(row));
        let (account, credential) = (stays.account_key.get(row), stays.credential_key.get(row));
        let own = match kind {
            "account" | "entitlement" | "review" => account,
            "credential" => credential,
            "person" => person,
            _ => None,
        };
        // What is wrong with the grants and the reviews of an account stands beneath it.
        let unnamed = own.is_some() && ["entitlement", "review"].contains(&kind);
        let kind = if unnamed { "account" } else { kind };
        self.key.clear();
        match own {
            Some(own) => self.key.extend([kind, "\0", own]),
            None => self.key.extend([kind, "\0", system.unwrap_or_default(), "\0", subject]),
        }
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let known = self.place(&self.key);
        let at = known.unwrap_or_else(|| {
            self.push(Thing {
                key: self.key.clone(),
                kind: kind.to_owned(),
                subject: subject.to_owned(),
                system: owned(system),
                person: owned(person),
                account: owned(account),
                credential: owned(credential),
                unnamed,
                found: Vec::new(),
            })
        });
        let thing = &mut self.things[at];
        if thing.unnamed && !unnamed {
            (thing.unnamed, thing.subject) = (false, subject.to_owned());
        }
        thing.found.push(found);
    }

    fn place(&self, key: &str) -> Option<usize> {
        self.places.find(self.hasher.hash_one(key), |at| self.things[*at].key == key).copied()
    }

    /// Takes a thing that is not among them yet.
    fn push(&mut self, thing: Thing) -> usize {
        let Self { hasher, places, things, .. } = self;
        let hash = hasher.hash_one(thing.key.as_str());
        things.push(thing);
        places.insert_unique(hash, things.len() - 1, |at| hasher.hash_one(things[*at].key.as_str()));
        things.len() - 1
    }

    /// Adds those of another metric.
    pub fn merge(&mut self, other: Self) {
        if self.things.is_empty() {
            *self = other;
            return;
        }
        for thing in other.things {
            if let Some(at) = self.place(&thing.key) {
                let known = &mut self.things[at];
                known.person = known.person.take().or(thing.person);
                if known.unnamed && !thing.unnamed {
                    (known.unnamed, known.subject) = (false, thing.subject);
                }
                known.found.extend(thing.found);
            } else {
                self.push(thing);
            }
        }
    }

    /// Takes out the persons of whom findings say once more what those of their accounts and credentials say.
    fn say_once(&mut self, around: &Around<'_>) {
        let sums_up: HashSet<&str> =
            around.metrics.iter().filter(|metric| metric.facts.sums_up).map(|metric| metric.id.as_str()).collect();
        let is_sum = |thing: &Thing| thing.found.iter().all(|found| sums_up.contains(&*found.metric));
        let told: HashSet<String> =
            self.things.iter().filter(|thing| !is_sum(thing)).filter_map(|thing| thing.person.clone()).collect();
        self.things
            .retain(|thing| !(is_sum(thing) && thing.person.as_ref().is_some_and(|person| told.contains(person))));
    }

    /// All of them, those first about which something has to be done first.
    pub fn list(mut self, around: &Around<'_>) -> Vec<Action> {
        self.say_once(around);
        let known = Known::of(&self.things, around);
        let mut all: Vec<(String, Action)> = self.things.into_iter().filter_map(|thing| known.action(thing)).collect();
        all.sort_by(|(a_key, a), (b_key, b)| rank(a).cmp(&rank(b)).then_with(|| a_key.cmp(b_key)));
        all.into_iter().map(|(_, action)| action).collect()
    }
}

/// When a limit ran out. What may not be at all was never due: there was no time to do it in.
fn due(began: Option<Micros>, limit: Length) -> Option<Micros> {
    began.filter(|_| limit.micros() > 0)?.checked_add(limit.micros())
}

/// Severity, certainty, privilege, use since, then length.
fn rank(action: &Action) -> (Severity, FindingResult, bool, bool, Reverse<i64>) {
    let length = action.findings.first().map_or(0, |finding| finding.shortest_seconds);
    let not = |flag: Option<bool>| flag != Some(true);
    (action.severity, action.result, not(action.privileged), not(action.used_since), Reverse(length))
}

/// The list as a report carries it.
pub fn shown(all: &[Action]) -> ActionList {
    ActionList::of(all.iter(), ACTIONS_SHOWN)
}

/// What the tables know of the things that are asked for, and what the register and the metrics say.
struct Known<'a> {
    labels: HashMap<String, String>,
    accounts: HashMap<String, Usage>,
    credentials: HashMap<String, Usage>,
    names: &'a Names,
    metrics: HashMap<&'a str, (usize, &'a MetricReport)>,
}

#[derive(Clone, Copy, Default)]
struct Usage {
    privileged: Option<bool>,
    used: [Option<Micros>; 2],
    never: bool,
}

impl<'a> Known<'a> {
    fn of(things: &[Thing], around: &Around<'a>) -> Self {
        let asked = |of: fn(&Thing) -> Option<&str>| -> HashSet<&str> { things.iter().filter_map(of).collect() };
        let unnamed = things.iter().filter(|thing| thing.unnamed).filter_map(|thing| thing.account.as_deref());
        Self {
            labels: labels(around.frames, &unnamed.collect()),
            accounts: usage(around.frames, Table::Accounts, &asked(|thing| thing.account.as_deref())),
            credentials: usage(around.frames, Table::Credentials, &asked(|thing| thing.credential.as_deref())),
            names: around.names,
            metrics: around.metrics.iter().enumerate().map(|(at, one)| (one.id.as_str(), (at, one))).collect(),
        }
    }

    fn action(&self, mut thing: Thing) -> Option<(String, Action)> {
        let place = |found: &Found| self.metrics.get(&*found.metric).map_or(usize::MAX, |(at, _)| *at);
        thing.found.sort_by_key(|found| {
            let grave = (found.result, found.severity, !found.open);
            (grave, place(found), Reverse(found.shortest), found.number, found.copy)
        });
        let lead = thing.found.first()?;
        let account = thing.account.as_deref().and_then(|key| self.accounts.get(key)).copied().unwrap_or_default();
        let usage = match thing.credential.as_deref() {
            Some(key) => self.credentials.get(key).copied().unwrap_or_default(),
            None => account,
        };
        let of_use = |found: &Found| {
            let metric = self.metrics.get(&*found.metric);
            metric.is_some_and(|(_, metric)| metric.facts.headline.contains(&HeadlinePart::UsedSince))
        };
        let seen = |found: &Found| found.result == FindingResult::Over && of_use(found);
        let used_since = match (lead.began, usage.used) {
            _ if thing.found.iter().any(seen) => Some(true),
            _ if usage.never => Some(false),
            ([_, Some(began)], [Some(used), _]) if used > began => Some(true),
            ([Some(began), _], [_, Some(used)]) if used <= began => Some(false),
            _ => None,
        };
        let stamp = |at: Option<Micros>| at.map(Stamp);
        let finding = |found: &Found| {
            let mut finding_id = String::new();
            push_finding_id(&mut finding_id, found.number, found.copy);
            ActionFinding {
                finding_id,
                metric: found.metric.to_string(),
                severity: found.severity,
                result: found.result,
                open: found.open,
                shortest_seconds: found.shortest / SECOND,
                limit_seconds: found.limit.seconds(),
            }
        };
        let nameless =
            |id: &str| PersonReport { person_id: id.to_owned(), name: None, department: None, manager: None };
        let person = thing.person.as_deref();
        let action = Action {
            system_owner: thing.system.as_deref().and_then(|name| self.names.owner(name)).map(str::to_owned),
            person: person.map(|id| self.names.person(id).map_or_else(|| nameless(id), Person::report)),
            privileged: account.privileged,
            severity: lead.severity,
            result: lead.result,
            began_lo: stamp(lead.began[0]),
            began_hi: stamp(lead.began[1]),
            open: lead.open,
            ended_hi: stamp(lead.ended),
            due_at: stamp(due(lead.began[1], lead.limit)),
            last_used_lo: stamp(usage.used[0]),
            last_used_hi: stamp(usage.used[1]),
            used_since,
            remedy: self.metrics.get(&*lead.metric).and_then(|(_, metric)| metric.remedy.clone()),
            findings: thing.found.iter().map(finding).collect(),
            subject: match thing.account.as_deref().filter(|_| thing.unnamed).and_then(|key| self.labels.get(key)) {
                Some(label) => label.clone(),
                None => thing.subject,
            },
            subject_kind: thing.kind,
            system: thing.system,
        };
        Some((thing.key, action))
    }
}

fn usage(frames: &Frames, table: Table, asked: &HashSet<&str>) -> HashMap<String, Usage> {
    let Some(frame) = frames.get(table).filter(|_| !asked.is_empty()) else {
        return HashMap::new();
    };
    let (key, lo, hi) = match table {
        Table::Credentials => ("credential_key", "last_used_lo", "last_used_hi"),
        _ => ("account_key", "last_seen_lo", "last_seen_hi"),
    };
    let (keys, activity, privileged) =
        (Texts::of(frame, key), Texts::of(frame, "activity"), Flags::of(frame, "privileged"));
    let (lo, hi) = (Times::of(frame, lo), Times::of(frame, hi));
    let one = |row: usize| {
        let key = keys.get(row).filter(|key| asked.contains(key))?;
        let never = activity.get(row) == Some("never");
        Some((key.to_owned(), Usage { privileged: privileged.get(row), used: [lo.get(row), hi.get(row)], never }))
    };
    (0..keys.len()).filter_map(one).collect()
}

/// What the accounts that are asked for are called.
fn labels(frames: &Frames, asked: &HashSet<&str>) -> HashMap<String, String> {
    let Some(frame) = frames.get(Table::Accounts).filter(|_| !asked.is_empty()) else {
        return HashMap::new();
    };
    let text = |name: &str| Texts::of(frame, name);
    let (keys, names) = (text("account_key"), [text("username"), text("email"), text("account_id")]);
    let one = |row: usize| {
        let key = keys.get(row).filter(|key| asked.contains(key))?;
        let label = names.iter().find_map(|texts| texts.get(row))?;
        Some((key.to_owned(), label.to_owned()))
    };
    (0..keys.len()).filter_map(one).collect()
}
