//! Populations and data quality as reported: information produced by the entity.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ReasonCount, Stamp, Window};

/// One system of the register or of the data.
#[expect(clippy::struct_excessive_bools, reason = "a public format: each says another thing")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SystemReport {
    /// Name used in the data.
    pub system: String,
    /// Name for readers.
    pub title: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// As the company grades it.
    pub criticality: Option<String>,
    /// Whether the report must cover it.
    pub in_scope: bool,
    /// Whether it stands in the register of systems; without a register this is false everywhere.
    pub registered: bool,
    /// Whether an export of its own was loaded. That the log of another system names it is none.
    pub loaded: bool,
    /// What was loaded of it, by table.
    #[serde(default)]
    pub tables: Vec<TableReport>,
    /// Whether the project's scope leaves it out of every number; the counts tell what was left out.
    #[serde(default)]
    pub left_out: bool,
    /// Accounts loaded.
    pub accounts: u64,
    /// Credentials loaded.
    pub credentials: u64,
    /// Events loaded.
    pub events: u64,
    /// Who confirmed its line of the register, as supplied.
    #[serde(default)]
    pub confirmed_by: Option<String>,
    /// When they did, as supplied.
    #[serde(default)]
    pub confirmed_on: Option<String>,
}

/// What was loaded of a system into one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableReport {
    /// Canonical table.
    pub table: String,
    /// Rows of all its exports.
    pub rows: u64,
    /// The newest observation: when the newest export was taken, or what stands latest in it where nobody says that;
    /// of a log, the end of what it covers.
    pub newest: Option<Stamp>,
}

/// Who is who: counts, coverage of matching, what stayed open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Populations {
    /// Persons after merging.
    pub people: u64,
    /// Of them employed at as_of.
    pub people_active: u64,
    /// Employments that ended in the period.
    pub leavers_in_period: u64,
    /// Accounts.
    pub accounts: u64,
    /// Accounts by kind, most frequent first.
    pub accounts_by_kind: Vec<ReasonCount>,
    /// Human accounts (kinds human and unknown) that could sign in at their last observation.
    pub accounts_enabled: u64,
    /// Accounts by the rule that matched them, in the order of the rules.
    pub match_rules: Vec<ReasonCount>,
    /// Credentials.
    pub credentials: u64,
    /// Events.
    pub events: u64,
    /// Events that could not be attached to an account or a person.
    pub events_unattached: u64,
    /// Accounts that more than one person could own; the first 50, all in populations/accounts.csv.
    pub ambiguous: Vec<OpenMatch>,
    /// How many there are.
    pub ambiguous_total: u64,
    /// Human accounts that nobody owns; the first 50.
    pub unmatched: Vec<OpenMatch>,
    /// How many there are.
    pub unmatched_total: u64,
    /// Attributes on which sources differ; the first 50.
    pub conflicts: Vec<ConflictReport>,
    /// How many there are.
    pub conflicts_total: u64,
    /// Duplicate keys that were dropped, by table and reason.
    pub duplicates: Vec<ReasonCount>,
    /// Two-way completeness of leavers: leavers in HR with at least one account.
    pub leavers_with_accounts: u64,
    /// Leavers of the period without any account in a system where most employed people have one; the first 50, all in
    /// populations/leavers-without-account.csv.
    #[serde(default)]
    pub leavers_without_account: Vec<LeaverWithoutAccount>,
    /// How many there are.
    #[serde(default)]
    pub leavers_without_account_total: u64,
    /// Human accounts disabled in the period whose person did not leave in it (or has none).
    pub disabled_without_leave: u64,
    /// The first 50 of them, all in populations/disabled-without-leave.csv.
    #[serde(default)]
    pub disabled_without_leave_accounts: Vec<DisabledWithoutLeave>,
}

/// A leaver without an account in a system where most people have one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LeaverWithoutAccount {
    /// System.
    pub system: String,
    /// The person.
    pub person_id: String,
}

/// An account that was switched off although nobody left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisabledWithoutLeave {
    /// System.
    pub system: String,
    /// Account id.
    pub account_id: String,
    /// User name or mail.
    pub name: Option<String>,
    /// The person that it belongs to, if one does.
    pub person_id: Option<String>,
    /// When it was switched off, at the latest.
    pub disabled_at: Option<Stamp>,
}

/// An account that was not matched, with suggestions that never reach a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenMatch {
    /// System.
    pub system: String,
    /// Account id.
    pub account_id: String,
    /// User name or mail.
    pub name: Option<String>,
    /// person_ids that nearly match.
    pub suggestions: Vec<String>,
    /// File and line.
    pub source: String,
}

/// One disagreement between sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictReport {
    /// The person.
    pub person_id: String,
    /// The attribute.
    pub attribute: String,
    /// The source that has authority, and what it says.
    pub winner: String,
    /// Its value.
    pub winner_value: Option<String>,
    /// The source that disagrees, and what it says.
    pub loser: String,
    /// Its value.
    pub loser_value: Option<String>,
}

/// What became of one file under the folder of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileOutcome {
    /// Recognised and read (rows may still have been rejected).
    Read,
    /// Nothing in it: no bytes, or a header without rows.
    Empty,
    /// No mapping fits.
    Unrecognised,
    /// Two or more mappings fit.
    Ambiguous,
    /// The file holds an error answer of an API instead of data.
    ErrorPage,
    /// It cannot be decoded, decompressed or parsed at all.
    Unreadable,
}

impl FileOutcome {
    /// The word in files and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Empty => "empty",
            Self::Unrecognised => "unrecognised",
            Self::Ambiguous => "ambiguous",
            Self::ErrorPage => "error-page",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Whether an export holds everything that it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Completeness {
    /// A control total agrees, or the file itself says that nothing follows.
    Whole,
    /// Nothing says either; used, and said.
    #[default]
    Unknown,
    /// Something is surely missing.
    Partial,
}

impl Completeness {
    /// The word in tables and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Unknown => "unknown",
            Self::Partial => "partial",
        }
    }
}

/// Where the observation time of an export comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ObservedBasis {
    /// `extractions.csv`.
    Supplied,
    /// A time inside the export.
    Inside,
    /// Nobody said: the report uses as_of and says so.
    NotSupplied,
}

impl ObservedBasis {
    /// The word in files and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Supplied => "supplied",
            Self::Inside => "inside",
            Self::NotSupplied => "not-supplied",
        }
    }
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceReport {
    /// Path under the folder of exports.
    pub path: String,
    /// SHA-256.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
    /// What became of it.
    pub outcome: FileOutcome,
    /// Id of the source format.
    pub source: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// System.
    pub system: Option<String>,
    /// Records in the file.
    pub records: u64,
    /// Rows given to tables.
    pub rows: Vec<ReasonCount>,
    /// Systems of its accounts and credentials, with their rows as they stand in the tables.
    #[serde(default)]
    pub systems: Vec<ReasonCount>,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Records outside the engine's subject, by reason.
    pub out_of_scope: Vec<ReasonCount>,
    /// Lines that are no records: empty rows, titles, repeated headers, totals and footers.
    #[serde(default)]
    pub not_records: Vec<ReasonCount>,
    /// Values that could not be read, by column.
    pub unparsed: Vec<ReasonCount>,
    /// Columns not used.
    pub unknown_columns: Vec<String>,
    /// When the export was made.
    pub observed_at: Option<Stamp>,
    /// Where that time comes from.
    pub observed_basis: ObservedBasis,
    /// Window that it covers.
    pub covers: Option<Window>,
    /// Who made it, as supplied.
    pub extracted_by: Option<String>,
    /// How, as supplied.
    pub method: Option<String>,
    /// With which query, as supplied.
    pub query: Option<String>,
    /// From which environment, as supplied.
    #[serde(default)]
    pub environment: Option<String>,
    /// Which report or script made it, as supplied.
    #[serde(default)]
    pub report_definition: Option<String>,
    /// Who found it complete and accurate, as supplied.
    #[serde(default)]
    pub confirmed_by: Option<String>,
    /// When they did, as supplied.
    #[serde(default)]
    pub confirmed_on: Option<String>,
    /// Control total at the source, as supplied.
    pub expected_rows: Option<i64>,
    /// `reconciled`, `difference of n`, or `not reconciled` when no control total was supplied.
    pub reconciliation: String,
    /// Whether it holds everything that it should; older reports do not say.
    #[serde(default)]
    pub completeness: Completeness,
    /// Why it is partial, what shows that it is whole, and whom a list of its kind leaves out: ends of sentences that
    /// begin with the path.
    #[serde(default)]
    pub completeness_reasons: Vec<String>,
    /// Whether it holds nothing but what a list of its kind leaves out, such as deleted users: it stands beside that list.
    #[serde(default)]
    pub only_left_out: bool,
}

/// What could not be used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RejectSummary {
    /// All of them; the file `rejects.csv` has a line for each.
    pub total: u64,
    /// Whole rows left out.
    pub rows: u64,
    /// By file and reason, most frequent first; the first 100.
    pub groups: Vec<RejectGroup>,
}

/// Rejects of one file for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RejectGroup {
    /// File.
    pub path: String,
    /// Column, if it concerns one.
    pub column: Option<String>,
    /// Reason.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// First one concerned: its line as an editor counts them, or the number of the record where a file has no lines.
    pub first_row: u64,
}
