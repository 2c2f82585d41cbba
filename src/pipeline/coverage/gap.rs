//! A gap in the evidence as a value: what is missing, of which system and table, and the one place for its words.

use crate::dataset::Table;
use crate::metric::Metric;
use crate::number::count as grouped;
use crate::report::{DependsOn, Gap, GapKind};
use crate::time::{DAY, Micros, day, display_length, readable};

/// Something that the evidence does not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pipeline) struct Lack {
    pub(super) what: What,
    pub(super) system: Option<String>,
    /// The table that is concerned, when it is one.
    pub(super) table: Option<Table>,
    pub(super) concern: Concern,
}

/// Which metrics a gap concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Concern {
    /// Those that read one of these tables, or a table that is made of it; none named: all.
    Tables(Vec<Table>),
    /// Those that need an account list: also those that ask whose a credential is.
    Accounts,
    /// Those of leavers that read one of these tables.
    Leavers(Vec<Table>),
    /// Those that ask which person an account belongs to.
    Persons,
    /// Those that read events themselves.
    Events,
    /// Those about credentials, where they find nothing to measure.
    NoCredentials,
    /// Those about people who left, where they find nothing to measure.
    NoLeavers,
    /// Those that read this table and choose systems by this column of the register.
    Register(Table, &'static str),
}

/// What is missing, with the numbers that its words need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A system without an account list; what it gave instead.
    NoAccountList { instead: Vec<Table> },
    /// A system whose accounts were loaded, and of which nobody said which credentials it has.
    NoInventory,
    /// A file that should be there, or was passed over.
    NotSeen { path: String, why: String },
    /// A file that could not be read.
    NotRead { path: String, why: &'static str },
    /// A file that holds less than it should.
    Partial { path: String, reasons: Vec<String> },
    /// A list that leaves out who left.
    LeavesOut { path: String, what: String },
    /// Rows that contradict earlier ones of the same file.
    Contradiction { rows: u64 },
    /// The newest export of a system, or of a source of HR.
    TooOld { what: String, newest: Micros, as_of: Micros },
    /// Accounts or credentials that no new export shows.
    LastSeen { of: &'static str, count: u64, before: Micros },
    /// No export says when it was taken; what stands latest in them.
    NoTime { what: String, newest: Option<Micros>, as_of: Micros },
    /// A file that shows something later than the time at which it claims to have been taken.
    DoubtfulTime { path: String, claims: Micros, shows: Micros },
    /// Times that the logs of a system do not cover.
    Holes { windows: Vec<(Micros, Micros)> },
    /// Events that belong to nothing.
    Unattached { count: u64 },
    /// Person ids that accounts name and HR does not know.
    UnknownPersons { accounts: u64 },
    /// Accounts that match nobody, and how many leavers may own them: those without an account there, or all of them,
    /// where people have several.
    MayBeTheirs { accounts: u64, leavers: u64, several: bool },
    /// Credentials that name an account that no list has.
    LooseCredentials { count: u64 },
    /// Lists of people that can name nobody who left.
    CurrentStaffOnly,
    /// A system of which the register does not say something.
    NotSaid { of: &'static str },
    /// Leavers without an account where most people have one.
    LeaversWithout { leavers: u64, with: u64, of: u64 },
}

/// Holes of a log that a clause names.
const NAMED: usize = 3;

impl Lack {
    pub(super) fn of(what: What, system: Option<&str>, table: Table, concern: Concern) -> Self {
        Self { what, system: system.map(str::to_owned), table: Some(table), concern }
    }

    /// Whether a metric needs what is missing.
    pub(super) fn concerns(&self, metric: &Metric) -> bool {
        let needs = metric.needs();
        let any = |tables: &[Table]| tables.iter().any(|table| feeds(*table, needs));
        let facts = &metric.header().facts;
        let leavers = facts.depends_on(DependsOn::Leave);
        match &self.concern {
            Concern::Tables(tables) => tables.is_empty() || any(tables),
            Concern::Accounts => any(&[Table::Accounts]) || leavers && any(&[Table::Credentials]),
            Concern::Leavers(tables) => leavers && any(tables),
            Concern::Persons => {
                let whose = facts.depends_on(DependsOn::Match) && any(&[Table::People]);
                leavers || whose
            }
            Concern::Events => needs.contains(&Table::Events),
            Concern::NoCredentials | Concern::NoLeavers => false,
            Concern::Register(table, column) => {
                needs.contains(&Table::Systems) && any(&[*table]) && metric.mentions(column)
            }
        }
    }

    /// Whether it forbids to say that there is nothing to measure: nobody looked everywhere.
    pub(super) fn hides(&self, metric: &Metric) -> bool {
        match self.concern {
            Concern::NoCredentials => metric.needs().contains(&Table::Credentials),
            Concern::NoLeavers => metric.header().facts.depends_on(DependsOn::Leave),
            _ => false,
        }
    }

    /// As the report has it.
    pub(super) fn gap(&self) -> Gap {
        Gap {
            kind: self.what.kind(),
            system: self.system.clone(),
            table: self.table.map(|table| table.name().to_owned()),
            words: self.words(),
        }
    }

    fn words(&self) -> String {
        let system = self.system.as_deref().unwrap_or("no system in particular");
        match &self.what {
            What::NoAccountList { instead } if instead.is_empty() => {
                format!("{system} is in scope and nothing of it was loaded")
            }
            What::NoAccountList { instead } => {
                format!("{system} is in scope and has no account list, only {}", listed(instead))
            }
            What::CurrentStaffOnly => {
                "the list of people has neither ends nor statuses, and none of another day stands beside \
                                       it: who left cannot be told"
                    .to_owned()
            }
            What::NotSaid { of } => format!("the register does not say whether {system} is {of}"),
            What::NoInventory => format!("{system} has accounts, and no inventory of its credentials was loaded"),
            What::NotSeen { path, why } => format!("{path} {why}"),
            What::NotRead { path, why } => format!("{path} {why}"),
            What::Partial { path, reasons } if reasons.is_empty() => format!("{path} is not whole"),
            What::Partial { path, reasons } => {
                // Each reason is a sentence about the file that begins with `it`.
                let reasons: Vec<&str> = reasons.iter().map(|why| why.strip_prefix("it ").unwrap_or(why)).collect();
                format!("{path} {}", reasons.join(" and "))
            }
            What::LeavesOut { path, what } => {
                format!("{path} leaves out {what}, and no log of {system} over the period tells of them")
            }
            What::Contradiction { rows } => {
                let rows = counted(*rows, "row contradicts an earlier row", "rows contradict earlier rows");
                format!("{rows} of {} in the same file", self.table.map_or("a table", Table::name))
            }
            What::TooOld { what, newest, as_of } => {
                let age = display_length(as_of - newest);
                format!("{what} of {} is {age} older than {}", readable(*newest), readable(*as_of))
            }
            What::LastSeen { of, count, before } => {
                let them = counted(*count, of, &format!("{of}s"));
                let was = if *count == 1 { "was" } else { "were" };
                format!("{them} of {system} {was} last shown by an export from before {}", readable(*before))
            }
            What::NoTime { what, newest: None, .. } => format!("{what} does not say when it was taken"),
            What::NoTime { what, newest: Some(at), as_of } => format!(
                "{what} does not say when it was taken: the newest instant in it is {}, and nothing shows {}",
                readable(*at),
                readable(*as_of)
            ),
            What::DoubtfulTime { path, claims, shows } => format!(
                "{path} is said to be of {} and shows {}: one of both times is wrong",
                readable(*claims),
                readable(*shows)
            ),
            What::Holes { windows } => {
                let named: Vec<String> = windows.iter().take(NAMED).map(|hole| span(*hole)).collect();
                let more = windows.len().saturating_sub(NAMED);
                let rest = match more {
                    0 => String::new(),
                    1 => " and 1 more time".to_owned(),
                    more => format!(" and {more} more times"),
                };
                format!("no log of {system} covers {}{rest}", named.join(", "))
            }
            What::Unattached { count } => {
                let belongs = if *count == 1 { "belongs" } else { "belong" };
                format!("{} of {system} {belongs} to no account that is known", counted(*count, "event", "events"))
            }
            What::UnknownPersons { accounts } => {
                let name = if *accounts == 1 { "names a person" } else { "name persons" };
                format!("{} {name} whom HR does not have", counted(*accounts, "account", "accounts"))
            }
            What::MayBeTheirs { accounts, leavers, several } => {
                let matches = if *accounts == 1 { "matches" } else { "match" };
                format!(
                    "{} of {system} {matches} nobody and may belong to {}{}",
                    counted(*accounts, "account", "accounts"),
                    match leavers {
                        1 => "the one leaver".to_owned(),
                        more => format!("one of {} leavers", grouped(*more)),
                    },
                    if *several { ", for people have several accounts there" } else { " without an account there" }
                )
            }
            What::LooseCredentials { count } => {
                let name = if *count == 1 { "names" } else { "name" };
                let them = counted(*count, "credential", "credentials");
                format!("{them} of {system} {name} an account that no list has")
            }
            What::LeaversWithout { leavers, with, of } => {
                let have = if *leavers == 1 { "has" } else { "have" };
                format!(
                    "{} {have} no account in {system}, where {} of {} people have one, and nothing says that its list is whole",
                    counted(*leavers, "leaver", "leavers"),
                    grouped(*with),
                    grouped(*of)
                )
            }
        }
    }
}

impl What {
    fn kind(&self) -> GapKind {
        match self {
            Self::NoAccountList { .. } | Self::NoInventory => GapKind::NotLoaded,
            Self::NotSeen { .. } => GapKind::NotSeen,
            Self::NotRead { .. } => GapKind::NotRead,
            Self::Partial { .. } => GapKind::Partial,
            Self::LeavesOut { .. } | Self::CurrentStaffOnly => GapKind::LeavesOut,
            Self::Contradiction { .. } => GapKind::Contradiction,
            Self::TooOld { .. } | Self::LastSeen { .. } => GapKind::TooOld,
            Self::NoTime { .. } => GapKind::NoTime,
            Self::DoubtfulTime { .. } => GapKind::DoubtfulTime,
            Self::Holes { .. } => GapKind::LogHole,
            Self::Unattached { .. } => GapKind::EventsUnattached,
            Self::UnknownPersons { .. } => GapKind::HrIncomplete,
            Self::MayBeTheirs { .. } => GapKind::UnmatchedAccounts,
            Self::LooseCredentials { .. } => GapKind::UnmatchedCredentials,
            Self::LeaversWithout { .. } => GapKind::LeaversWithoutAccount,
            Self::NotSaid { .. } => GapKind::RegisterIncomplete,
        }
    }
}

/// Whether a metric that needs these tables depends on an input table; some are made out of others, and the registers
/// say what should be there and who is who.
fn feeds(table: Table, needs: &[Table]) -> bool {
    let reads = |tables: &[Table]| tables.iter().any(|table| needs.contains(table));
    needs.contains(&table)
        || needs.iter().any(|need| need.fed_by().contains(&table))
        || match table {
            Table::Links => {
                reads(&[Table::People, Table::Employments]) && reads(&[Table::Accounts, Table::Credentials])
            }
            Table::Systems | Table::Extractions => true,
            _ => false,
        }
}

/// `credentials and a log`.
fn listed(tables: &[Table]) -> String {
    let words: Vec<&str> = tables
        .iter()
        .map(|table| match table {
            Table::Events => "a log",
            Table::Accounts => "deleted accounts",
            other => other.name(),
        })
        .collect();
    words.join(" and ")
}

fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { more })
}

/// `2026-07-08 to 2026-09-22`; with the time of day where it is short.
fn span((from, to): (Micros, Micros)) -> String {
    if to - from >= 2 * DAY {
        format!("{} to {}", day(from), day(to))
    } else {
        format!("{} to {}", readable(from), readable(to))
    }
}
