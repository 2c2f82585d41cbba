//! Every column, in the order of the files.

use super::super::judged::{ItemResult, Judged};
use super::Kind::{Flag, Place, Seconds, Sentence, Text, Time, Word};
use super::Origin::{Computed, Named, Selected};
use super::{Cell, Column, Kind, Origin};
use crate::metric::ItemState;
use crate::report::Severity;
use crate::time::Length;

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
    |judged, row| Cell::Word(judged.severity(row).word()),
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

fn severities() -> Vec<(&'static str, &'static str)> {
    Severity::ALL.map(|grade| (grade.word(), grade.word())).to_vec()
}

fn kinds() -> Vec<(&'static str, &'static str)> {
    crate::report::SUBJECT_KINDS.to_vec()
}

fn states() -> Vec<(&'static str, &'static str)> {
    ItemState::ALL.map(|state| (state.word(), state.words())).to_vec()
}

fn results() -> Vec<(&'static str, &'static str)> {
    ItemResult::ALL.map(|result| (result.word(), result.words())).to_vec()
}
