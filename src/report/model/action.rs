//! What to do, as reported: findings by the account, credential or person that they are about.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hashbrown::HashSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FindingResult, ReasonCount, Severity, Stamp};

/// Exceptions: accounts, credentials, people and changes with findings that no waiver covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionList {
    /// How many there are; the file `actions.csv` has a line for each.
    pub total: u64,
    /// Those of them that are surely over some limit; the others may be.
    pub certain: u64,
    /// How many of each kind: `account`, `credential`, `person`, `intent`.
    pub by_kind: Vec<ReasonCount>,
    /// How many of each severity, the gravest first.
    #[serde(default)]
    pub by_severity: Vec<ExceptionCount>,
    /// How many of each department of the people concerned, those with most of them first.
    #[serde(default)]
    pub by_department: Vec<ExceptionCount>,
    /// The findings behind them.
    pub findings: u64,
    /// The first of them: by severity, certain before possible, privileged, used since, then by length.
    pub items: Vec<Action>,
}

/// What findings are about: each kind with its word for readers.
pub const SUBJECT_KINDS: [(&str, &str); 8] = [
    ("account", "account"),
    ("credential", "credential"),
    ("person", "person"),
    ("intent", "change"),
    ("entitlement", "entitlement"),
    ("review", "review item"),
    ("waiver", "waiver"),
    ("log", "log"),
];

/// The word of a kind for readers.
pub fn subject_word(kind: &str) -> &str {
    SUBJECT_KINDS.iter().find(|(known, _)| *known == kind).map_or(kind, |(_, word)| word)
}

impl ActionList {
    /// Counts them all, and keeps the first.
    pub fn of<'a>(all: impl Iterator<Item = &'a Action> + Clone, shown: usize) -> Self {
        let mut counts = [0; SUBJECT_KINDS.len()];
        for action in all.clone() {
            if let Some(place) = SUBJECT_KINDS.iter().position(|(kind, _)| *kind == action.subject_kind) {
                counts[place] += 1;
            }
        }
        let count = |((kind, _), count): (&(&str, &str), u64)| ReasonCount { reason: (*kind).to_owned(), count };
        let by_kind = SUBJECT_KINDS.iter().zip(counts).map(count);
        Self {
            total: all.clone().count() as u64,
            certain: all.clone().filter(|action| action.result == FindingResult::Over).count() as u64,
            by_kind: by_kind.filter(|kind| kind.count > 0).collect(),
            by_severity: ExceptionCount::by(
                all.clone(),
                |action| Some(action.severity.word()),
                |one| Severity::rank_of(one.name.as_deref().unwrap_or_default()),
            ),
            by_department: ExceptionCount::by(
                all.clone(),
                |action| action.person.as_ref()?.department.as_deref(),
                |one| Reverse(one.total),
            ),
            findings: all.clone().map(|action| action.findings.len() as u64).sum(),
            items: all.take(shown).cloned().collect(),
        }
    }
}

/// Exceptions that have something in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionCount {
    /// What they have in common; `null` where it is not known.
    pub name: Option<String>,
    /// How many there are.
    pub total: u64,
    /// Those of them that are surely over some limit.
    pub certain: u64,
    /// Those that are privileged, where a source says so.
    pub privileged: u64,
    /// Those that were surely used since.
    pub used_since: u64,
    /// The people concerned.
    pub people: u64,
}

impl ExceptionCount {
    fn by<'a, K: Ord>(
        all: impl Iterator<Item = &'a Action>,
        name: impl Fn(&'a Action) -> Option<&'a str>,
        order: impl Fn(&Self) -> K,
    ) -> Vec<Self> {
        let mut groups: BTreeMap<Option<&str>, (Self, HashSet<&str>)> = BTreeMap::new();
        for action in all {
            let (count, people) = groups.entry(name(action)).or_default();
            count.total += 1;
            count.certain += u64::from(action.result == FindingResult::Over);
            count.privileged += u64::from(action.privileged == Some(true));
            count.used_since += u64::from(action.used_since == Some(true));
            people.extend(action.person.as_ref().map(|person| person.person_id.as_str()));
        }
        let count = |(name, (count, people)): (Option<&str>, (Self, HashSet<&str>))| Self {
            name: name.map(str::to_owned),
            people: people.len() as u64,
            ..count
        };
        let mut counts: Vec<Self> = groups.into_iter().map(count).collect();
        counts.sort_by_key(|count| order(count));
        counts
    }
}

/// One account, credential, person or change about which somebody has to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// `account`, `credential`, `person`, `intent`.
    pub subject_kind: String,
    /// The subject as people know it.
    pub subject: String,
    /// System, if it has one.
    pub system: Option<String>,
    /// Who answers for the system, as the register says.
    pub system_owner: Option<String>,
    /// The person concerned.
    pub person: Option<PersonReport>,
    /// Whether the account has administrative rights, where a source says so.
    pub privileged: Option<bool>,
    /// That of its gravest finding.
    pub severity: Severity,
    /// Over if any finding is surely over its limit.
    pub result: FindingResult,
    /// Since when, by the gravest finding: at the earliest; `null` when there is no bound.
    pub began_lo: Option<Stamp>,
    /// Since when at the latest.
    pub began_hi: Option<Stamp>,
    /// Whether the gravest finding was open at the last observation.
    pub open: bool,
    /// When it ended at the latest; `null` when open.
    pub ended_hi: Option<Stamp>,
    /// When it should have ended by the limit, counted from its latest beginning.
    pub due_at: Option<Stamp>,
    /// Newest use that a source knows, at the earliest; `null` when there is no bound.
    pub last_used_lo: Option<Stamp>,
    /// Newest use at the latest.
    pub last_used_hi: Option<Stamp>,
    /// Whether it was used after its latest beginning; `null` where nobody can say.
    pub used_since: Option<bool>,
    /// What the definition of the gravest finding's metric asks for.
    pub remedy: Option<String>,
    /// The findings, the gravest first.
    pub findings: Vec<ActionFinding>,
}

/// A person, as HR names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonReport {
    /// Id of the person.
    pub person_id: String,
    /// Name.
    pub name: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Name of the manager, else their id.
    pub manager: Option<String>,
}

/// One finding of an exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionFinding {
    /// Id in `findings.csv`.
    pub finding_id: String,
    /// Metric id.
    pub metric: String,
    /// How much it matters.
    pub severity: Severity,
    /// Over in every reading, or only in some.
    pub result: FindingResult,
    /// Whether it was open at the last observation.
    pub open: bool,
    /// Its length at least.
    pub shortest_seconds: i64,
    /// The limit that applied.
    pub limit_seconds: i64,
}
