//! The language of `mappings/sources/*.toml`: what a mapping may say, as it is written.
//!
//! These types are the raw form (serde). Everything is checked once when the file is loaded, all mistakes at
//! once with line and column; the compiled form in `plan` is what reading uses.
//!
//! # Paths
//! `profile.login` walks objects; `target[type=User,AppUser].alternateId` takes the first element of a list whose
//! `type` is one of the words; `emails[0].value` takes an element; `"a.b"` quotes a key that contains dots.
//! In CSV a path is a column name. Keys and column names are compared without regard to case, `_`, `-` and blanks.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::time::TimeFormat;

/// A source mapping file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    /// Id: the file's name without `.toml`.
    pub id: Spanned<String>,
    /// Title for people: product and kind of export.
    pub title: String,
    /// A sentence or two: how to make this export, and what it cannot say.
    #[serde(default)]
    pub description: String,
    /// What kind of system it comes from; sets the default authority: HR before directory before application.
    pub class: RawClass,
    /// Container family.
    pub format: RawFormat,
    /// The system that rows belong to when neither a column nor the folder says so.
    pub system: Option<String>,
    /// Zone of times without one: an IANA name, or `project` (the default) for the project's zone.
    pub zone: Option<Spanned<String>>,
    /// Forms of time to try, in order, for columns that do not say. Default: `["iso"]`.
    pub time: Option<Vec<TimeFormat>>,
    /// Values that mean "nothing" in every column of this source, such as `N/A`.
    #[serde(default)]
    pub null: Vec<String>,
    /// Path of the time at which the export was made, from the top of the document (not of a record).
    pub generated_at: Option<String>,
    /// How far back the source keeps data, such as `90d`: a shorter window than the period is said.
    pub retention: Option<Spanned<String>>,
    /// How a file of this source is known.
    pub recognise: RawRecognise,
    /// Columns that hold secrets: never read, never named with a value.
    #[serde(default)]
    pub secret: Vec<String>,
    /// Columns that are known and deliberately not used: they are not reported as unknown.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// What one record gives.
    #[serde(default)]
    pub rows: Vec<RawRows>,
}

/// What kind of system a source comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawClass {
    /// The system of record for people.
    Hr,
    /// A directory or identity provider.
    Directory,
    /// An application's own accounts.
    Application,
    /// A credential inventory.
    Inventory,
    /// A provisioning or audit log.
    Log,
    /// A register that the company keeps: systems, waivers, links, extractions.
    Register,
}

/// Container family of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawFormat {
    /// Delimited text with a header.
    Csv,
    /// A JSON array, object, page, NDJSON or concatenated objects.
    Json,
}

/// How a file is known: several keys together, never the file's name, never one key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRecognise {
    /// All of these occur among the keys of the first records (at least two unless `wrapper` is given).
    pub all: Spanned<Vec<String>>,
    /// For each list, at least one of its keys occurs.
    #[serde(default)]
    pub any: Vec<Vec<String>>,
    /// None of these occurs.
    #[serde(default)]
    pub none: Vec<String>,
    /// Values that must be seen in at least one record: path → condition.
    #[serde(default)]
    pub values: BTreeMap<String, RawTest>,
    /// The key that wraps the list of records, where it is a sign of its own (`AccessKeyMetadata`).
    pub wrapper: Option<String>,
}

/// The rows that one record gives to one table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRows {
    /// Canonical table.
    pub table: Spanned<String>,
    /// All of these must hold, or the record gives no such row (and nothing is counted as lost).
    #[serde(default)]
    pub when: BTreeMap<String, RawTest>,
    /// Unfold: one row per element of this list; paths then start at the element, `^` starts at the record.
    pub each: Option<String>,
    /// Column → rule.
    pub columns: BTreeMap<Spanned<String>, Spanned<RawRule>>,
}

/// A condition on a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum RawTest {
    /// Equal, without regard to case.
    Is(String),
    /// One of these, without regard to case.
    In(Vec<String>),
    /// Something else.
    Test(RawTestTable),
}

/// The longer conditions.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTestTable {
    /// None of these.
    #[serde(rename = "not")]
    pub not_in: Option<Vec<String>>,
    /// Begins with.
    pub starts_with: Option<String>,
    /// Ends with.
    pub ends_with: Option<String>,
    /// `true`: a value is there and not a null word; `false`: it is absent, empty or a null word.
    pub present: Option<bool>,
}

/// How a column gets its value.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum RawRule {
    /// A path, taken as it is (times by the source's forms).
    Path(String),
    /// Anything longer.
    Rule(Box<RawRuleTable>),
}

/// The longer column rules. Exactly one of `path`, `first`, `join`, `const` says where the value comes from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRuleTable {
    /// One path.
    pub path: Option<String>,
    /// The first of these paths that has a value.
    pub first: Option<Vec<String>>,
    /// The values of these paths with `with` between them (default: a blank); empty ones are left out.
    pub join: Option<Vec<String>>,
    /// What stands between joined values, or between the elements of a list.
    pub with: Option<String>,
    /// A constant.
    #[serde(rename = "const")]
    pub constant: Option<toml::Value>,
    /// Words to be replaced, without regard to case; `*` at the end of a word matches any ending.
    pub map: Option<BTreeMap<String, String>>,
    /// What to do with a word that `map` does not know: `skip` (the row is out of scope and counted), `reject`
    /// (counted as unusable), `keep`, `null`, or `=word`. Default: `reject`.
    pub other: Option<String>,
    /// The word when the value is absent or null. Without it the column is null.
    pub missing: Option<String>,
    /// Forms of time to try, in order.
    pub time: Option<Vec<TimeFormat>>,
    /// More values that mean "nothing" here.
    #[serde(default)]
    pub null: Vec<String>,
    /// Turns presence into a word: `present`, `empty` (the field is there without a value), `absent` (no such field
    /// in the record; in CSV, no such column).
    pub presence: Option<RawPresence>,
    /// Lower-cases the value.
    #[serde(default)]
    pub lower: bool,
    /// Put before the value.
    pub prefix: Option<String>,
    /// Put after the value.
    pub suffix: Option<String>,
}

/// Words for the three ways in which a value can be there or not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPresence {
    /// There is a value.
    pub present: String,
    /// The field is there, without a value.
    pub empty: String,
    /// There is no such field.
    pub absent: String,
}
