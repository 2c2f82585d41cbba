//! The evidence contract: every column of `findings.csv` and of `evidence/<metric>`, written down once with its name,
//! what it holds, what it means and where it comes from. Headers, cells, sheets, samples, readers and the reference page
//! are made of it.

use crate::policy::Grade;
use crate::time::{Length, Micros, SECOND};

use super::judged::{ItemResult, Judged};
use crate::metric::ItemState;

/// What a column holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text of the data.
    Text,
    /// A sentence.
    Sentence,
    /// A word of a closed set: the word in files, and the words for readers.
    Word(fn() -> Vec<(&'static str, &'static str)>),
    /// `true` or `false`.
    Flag,
    /// An instant: RFC 3339 in text, microseconds since 1970 UTC in Parquet.
    Time,
    /// Whole seconds, rounded down.
    Seconds,
    /// A file and a line of the inputs: a text, and in Parquet two numbers, of the input and of the record.
    Place,
}

/// Where the value of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From the SELECT of the metric.
    Selected,
    /// From what the engine computed.
    Computed,
    /// Looked up for readers; packs of before lack it.
    Named,
}

/// A value of a column.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// Not known, or does not apply.
    Empty,
    /// Text of the data or of the rules.
    Text(&'a str),
    /// A word of ours.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
    /// An instant.
    Time(Micros),
    /// A whole number.
    Number(i64),
    /// Text that is made when it is written.
    Written(fn(&Judged, usize, &mut String)),
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in files.
    pub name: &'static str,
    /// Its head for readers.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Where its value comes from.
    pub origin: Origin,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    get: for<'a> fn(&'a Judged, usize) -> Cell<'a>,
}

impl Column {
    /// Its value in a row.
    pub fn cell<'a>(&self, judged: &'a Judged, row: usize) -> Cell<'a> {
        (self.get)(judged, row)
    }

    /// Whether a cell of it may begin with the apostrophe that keeps a spreadsheet from running it.
    pub fn is_guarded(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Sentence | Kind::Place)
    }

    /// The words of its closed set, as files have them, with those for readers.
    pub fn words(&self) -> Vec<(&'static str, &'static str)> {
        if let Kind::Word(words) = self.kind { words() } else { Vec::new() }
    }
}

impl<'a> Cell<'a> {
    fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }

    fn time(at: Option<Micros>) -> Self {
        at.map_or(Self::Empty, Self::Time)
    }

    fn seconds(length: Option<Micros>) -> Self {
        length.map_or(Self::Empty, |length| Self::Number(length / SECOND))
    }
}

const fn column(
    name: &'static str,
    title: &'static str,
    kind: Kind,
    origin: Origin,
    meaning: &'static str,
    get: for<'a> fn(&'a Judged, usize) -> Cell<'a>,
) -> Column {
    Column { name, title, kind, origin, meaning, get }
}

use Kind::{Flag, Place, Seconds, Sentence, Text, Time, Word};
use Origin::{Computed, Named, Selected};

const FINDING_ID: Column = column(
    "finding_id",
    "Finding",
    Text,
    Computed,
    "Id of the finding, stable from run to run: metric, system, subject and beginning decide it; empty where the item is none",
    |judged, row| if judged.is_finding(row) { Cell::Written(Judged::write_finding_id) } else { Cell::Empty },
);
const METRIC: Column = column(
    "metric",
    "Metric id",
    Text,
    Computed,
    "Id of the metric; also the name of its evidence file and of its sheet",
    |judged, _| Cell::Text(judged.metric()),
);
const SEVERITY: Column = column(
    "severity",
    "Severity",
    Word(severities),
    Computed,
    "How much it matters: as the policy says, or more where the metric says so of the row",
    |judged, row| Cell::Word(judged.severity(row)),
);
const SYSTEM: Column = column("system", "System", Text, Selected, "The system, if it has one", |judged, row| {
    Cell::text(judged.stays.system.get(row))
});
const SUBJECT_KIND: Column = column(
    "subject_kind",
    "Kind",
    Word(kinds),
    Selected,
    "What was looked at: an account, a credential, a person, or a requested change; a metric of the company’s own may name others",
    |judged, row| Cell::text(judged.stays.subject_kind.get(row)),
);
const SUBJECT: Column = column("subject", "Subject", Text, Selected, "The subject as people know it", |judged, row| {
    Cell::text(judged.stays.subject.get(row))
});
const PERSON_ID: Column =
    column("person_id", "Person id", Text, Selected, "Id of the person concerned", |judged, row| {
        Cell::text(judged.stays.person_id.get(row))
    });
const ACCOUNT_KEY: Column =
    column("account_key", "Account key", Text, Selected, "Key of the account concerned", |judged, row| {
        Cell::text(judged.stays.account_key.get(row))
    });
const CREDENTIAL_KEY: Column =
    column("credential_key", "Credential key", Text, Selected, "Key of the credential concerned", |judged, row| {
        Cell::text(judged.stays.credential_key.get(row))
    });
const STATE: Column = column(
    "state",
    "State",
    Word(states),
    Selected,
    "Whether it has ended, is open, has nothing to measure, is not known, or is left out of the population",
    |judged, row| Cell::Word(judged.stays.state[row].word()),
);
const BEGAN_AT: Column = column(
    "began_at",
    "Began",
    Time,
    Computed,
    "When the time of access began, at the earliest: the same as began_lo",
    |judged, row| Cell::time(judged.stays.began_lo(row)),
);
const ENDED_AT: Column = column(
    "ended_at",
    "Ended",
    Time,
    Computed,
    "When it ended, at the latest: the same as ended_hi; empty when open",
    |judged, row| Cell::time(judged.stays.ended_hi(row).filter(|_| !judged.is_open(row))),
);
const BEGAN_LO: Column = column(
    "began_lo",
    "Began, at the earliest",
    Time,
    Selected,
    "The earliest reading of the beginning",
    |judged, row| Cell::time(judged.stays.began_lo(row)),
);
const BEGAN_HI: Column =
    column("began_hi", "Began, at the latest", Time, Selected, "The latest reading of the beginning", |judged, row| {
        Cell::time(judged.stays.began_hi(row))
    });
const ENDED_LO: Column = column(
    "ended_lo",
    "Ended, at the earliest",
    Time,
    Selected,
    "The earliest reading of the end; empty when open",
    |judged, row| Cell::time(judged.stays.ended_lo(row)),
);
const ENDED_HI: Column = column(
    "ended_hi",
    "Ended, at the latest",
    Time,
    Selected,
    "The latest reading of the end; empty when open",
    |judged, row| Cell::time(judged.stays.ended_hi(row)),
);
const SEEN_UNTIL: Column = column(
    "seen_until",
    "Seen open until",
    Time,
    Selected,
    "The last instant at which an open one was observed",
    |judged, row| Cell::time(judged.stays.seen_until(row)),
);
const OPEN: Column = column("open", "Open", Flag, Computed, "Whether it was open when last seen", |judged, row| {
    Cell::Flag(judged.is_open(row))
});
const SHORTEST: Column = column(
    "shortest_seconds",
    "Length, at least",
    Seconds,
    Computed,
    "Its length at least; of an open one so far",
    |judged, row| Cell::seconds(judged.shortest(row)),
);
const LONGEST: Column = column(
    "longest_seconds",
    "Length, at most",
    Seconds,
    Computed,
    "Its length at most, of an open one up to the as-of moment; empty when there is no bound",
    |judged, row| Cell::seconds(judged.longest(row)),
);
const LENGTH: Column =
    column("length_seconds", "Length", Seconds, Computed, "The same as shortest_seconds", |judged, row| {
        Cell::seconds(judged.shortest(row))
    });
const LIMIT: Column = column("limit_seconds", "Limit", Seconds, Computed, "The limit that applied", |judged, row| {
    judged.limit(row).map(Length::seconds).map_or(Cell::Empty, Cell::Number)
});
const OVER: Column = column(
    "over_seconds",
    "Over by, at least",
    Seconds,
    Computed,
    "The length at least, less the limit, not below 0",
    |judged, row| Cell::seconds(Some(judged.over(row))),
);
const RESULT: Column = column(
    "result",
    "Result",
    Word(results),
    Computed,
    "Over or within the limit in every reading, over in one and within in another, not known, or left out",
    |judged, row| Cell::Word(judged.result(row).word()),
);
const WAIVER_ID: Column =
    column("waiver_id", "Waiver", Text, Computed, "The waiver in force that covers it", |judged, row| {
        Cell::text(judged.waiver_id(row))
    });
const REASON: Column = column("reason", "What happened", Sentence, Computed, "What happened, in a sentence", |_, _| {
    Cell::Written(Judged::write_reason)
});
const NOTE: Column = column(
    "note",
    "Note",
    Text,
    Selected,
    "Why it is not known, may be over, or is left out, or what else is to be said of it",
    |judged, row| Cell::text(judged.stays.note.get(row)),
);
const BEGAN_SOURCE: Column = column(
    "began_source",
    "Row of the beginning",
    Place,
    Selected,
    "File and line that show the beginning, as an editor counts them",
    |_, _| Cell::Written(Judged::write_began_source),
);
const ENDED_SOURCE: Column = column(
    "ended_source",
    "Row of the end",
    Place,
    Selected,
    "File and line that show the end, or the last observation",
    |_, _| Cell::Written(Judged::write_ended_source),
);
const PERSON_NAME: Column =
    column("person_name", "Person", Text, Named, "Name of the person, where HR has one", |judged, row| {
        Cell::text(judged.person(row).and_then(|person| person.name))
    });
const DEPARTMENT: Column =
    column("department", "Department", Text, Named, "Department of the person", |judged, row| {
        Cell::text(judged.person(row).and_then(|person| person.department))
    });
const MANAGER: Column = column(
    "manager",
    "Manager",
    Text,
    Named,
    "Manager of the person: the name, or the id where there is none",
    |judged, row| Cell::text(judged.person(row).and_then(|person| person.manager)),
);
const SYSTEM_OWNER: Column = column(
    "system_owner",
    "Owner of the system",
    Text,
    Named,
    "Who answers for the system, as the register says",
    |judged, row| Cell::text(judged.system_owner(row)),
);
const METRIC_TITLE: Column =
    column("metric_title", "Metric", Text, Named, "What the metric is called", |judged, _| Cell::Text(judged.title()));
const REFERENCES: Column = column(
    "references",
    "References",
    Text,
    Named,
    "References of the chosen frameworks for which the metric is a direct one, as framework and reference",
    |judged, _| Cell::Text(judged.references()),
);

/// The columns of `findings.csv`. New ones are added at the end, so that readers by place keep working.
pub static FINDINGS: [Column; 32] = [
    FINDING_ID,
    METRIC,
    SEVERITY,
    SYSTEM,
    SUBJECT_KIND,
    SUBJECT,
    PERSON_ID,
    ACCOUNT_KEY,
    CREDENTIAL_KEY,
    BEGAN_AT,
    ENDED_AT,
    BEGAN_LO,
    BEGAN_HI,
    Column { get: |judged, row| Cell::time(judged.stays.ended_lo(row).filter(|_| !judged.is_open(row))), ..ENDED_LO },
    Column { get: |judged, row| Cell::time(judged.stays.ended_hi(row).filter(|_| !judged.is_open(row))), ..ENDED_HI },
    OPEN,
    SHORTEST,
    LONGEST,
    LENGTH,
    LIMIT,
    OVER,
    RESULT,
    WAIVER_ID,
    REASON,
    BEGAN_SOURCE,
    ENDED_SOURCE,
    PERSON_NAME,
    DEPARTMENT,
    MANAGER,
    SYSTEM_OWNER,
    METRIC_TITLE,
    REFERENCES,
];

/// The columns of `evidence/<metric>.csv` and, with numbers for times and places, of `evidence/<metric>.parquet`.
pub static EVIDENCE: [Column; 21] = [
    SUBJECT_KIND,
    SUBJECT,
    SYSTEM,
    PERSON_ID,
    ACCOUNT_KEY,
    CREDENTIAL_KEY,
    STATE,
    BEGAN_LO,
    BEGAN_HI,
    ENDED_LO,
    ENDED_HI,
    SEEN_UNTIL,
    SHORTEST,
    LONGEST,
    LIMIT,
    RESULT,
    FINDING_ID,
    WAIVER_ID,
    NOTE,
    BEGAN_SOURCE,
    ENDED_SOURCE,
];

/// The first line of a file with these columns.
pub fn header(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    names.join(",") + "\n"
}

/// The two columns of Parquet, of the file and of the record, that stand for a column of places.
pub fn parts(name: &str) -> [String; 2] {
    let part = name.trim_end_matches("_source");
    [format!("{part}_file"), format!("{part}_row")]
}

fn severities() -> Vec<(&'static str, &'static str)> {
    Grade::ALL.map(|grade| (grade.word(), grade.word())).to_vec()
}

fn kinds() -> Vec<(&'static str, &'static str)> {
    vec![("account", "account"), ("credential", "credential"), ("person", "person"), ("intent", "change")]
}

fn states() -> Vec<(&'static str, &'static str)> {
    ItemState::ALL.map(|state| (state.word(), state.words())).to_vec()
}

fn results() -> Vec<(&'static str, &'static str)> {
    ItemResult::ALL.map(|result| (result.word(), result.words())).to_vec()
}
