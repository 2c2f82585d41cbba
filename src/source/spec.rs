//! The language of `mappings/sources/*.toml`: what a mapping may say, as it is written. `written` reads it, checks it once,
//! and tells all mistakes at once; the compiled form in `plan` is what reading uses.
//! Paths: `profile.login` walks objects; `target[type=User,AppUser].id` takes the first element whose `type` is one of the words,
//! `emails[0].value` an element; `"a.b"` quotes a key with dots. Keys are compared without regard to case, `_`, `-` and blanks.
//! A list on the way is walked element by element: a rule takes the first value, `join` all. An object stands for a list of one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::time::TimeFormat;

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "the shape of what may be written")]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// A text, a whole number, true or false.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "the shape of what may be written")]
enum Scalar {
    Text(String),
    Number(i64),
    Flag(bool),
}

/// A source mapping file.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawSource {
    /// Id: the file's name without `.toml`.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Title for people: product and kind of export.
    pub(super) title: String,
    /// A sentence or two: what the export is, and what of it counts.
    #[schemars(default)]
    pub(super) description: String,
    /// How to make it: the command or the way through the console, with everything that must be asked for.
    #[schemars(default)]
    pub(super) export: String,
    /// What goes wrong when it is made otherwise, and what it cannot tell.
    #[schemars(default)]
    pub(super) pitfalls: Vec<String>,
    /// Columns that a query must choose by to give the list at all (`organization`): a condition on them leaves nothing out.
    #[schemars(default)]
    pub(super) asked_by: Vec<String>,
    /// What kind of system it comes from; sets the default authority: HR before directory before application.
    pub(super) class: RawClass,
    /// Container family.
    pub(super) format: RawFormat,
    /// The system that rows belong to when neither a column nor the folder says so. Order: a value of the row, the
    /// first folder level under the root, this name.
    pub(super) system: Option<String>,
    /// `applications`: its rows speak of other systems by nature (a log of a directory about its applications), so they
    /// may name any. Else a file speaks for the system of its folder only.
    pub(super) speaks_of: Option<SpeaksOf>,
    /// Zone of times without one: an IANA name, or `project` (the default) for the project's zone.
    #[schemars(with = "Option<String>")]
    pub(super) zone: Option<Spanned<String>>,
    /// Forms of time to try, in order, for columns that do not say. Default: `["iso"]`.
    pub(super) time: Option<Vec<TimeFormat>>,
    /// Values that mean "nothing" in every column of this source, such as `N/A`.
    #[schemars(default)]
    pub(super) null: Vec<String>,
    /// Path of the time at which the export was made, from the top of the document (not of a record).
    pub(super) generated_at: Option<String>,
    /// How far back the source keeps data, such as `90d`: a shorter window than the period is said.
    #[schemars(with = "Option<String>")]
    pub(super) retention: Option<Spanned<String>>,
    /// What a list of this kind does not hold unless it was asked for.
    pub(super) leaves_out: Option<RawLeavesOut>,
    /// Path of the time at which a record was collected, where each says its own.
    #[schemars(with = "Option<String>")]
    pub(super) observed_at: Option<Spanned<String>>,
    /// How a file of this source is known: any of these.
    #[schemars(with = "OneOrMany<RawRecognise>")]
    pub(super) recognise: Vec<RawRecognise>,
    /// Columns that hold secrets: never read, never named with a value.
    #[schemars(default)]
    pub(super) secret: Vec<String>,
    /// Columns that are known and deliberately not used: they are not reported as unknown.
    #[schemars(default)]
    pub(super) ignore: Vec<String>,
    /// Records that are fine but not the engine's subject; they are counted by reason.
    #[schemars(default)]
    pub(super) skip: Vec<RawSkip>,
    /// Records that contradict themselves: they are kept, counted and said.
    #[schemars(default)]
    pub(super) doubt: Vec<RawSkip>,
    /// Rules that several columns share, by name.
    #[schemars(with = "BTreeMap<String, RawRule>", default)]
    pub(super) rules: BTreeMap<String, Spanned<RawRule>>,
    /// What one record gives.
    pub(super) rows: Vec<RawRows>,
}

/// What an interface leaves out of a list by default, where those are people who left: such a list says nothing about
/// them, and everything about the others.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawLeavesOut {
    /// What is left out, in the plural: `deprovisioned users`.
    pub(super) what: String,
    /// A record like this shows that they are in it: path → condition, all of which must hold.
    #[schemars(with = "BTreeMap<String, RawTest>")]
    pub(super) shown_by: BTreeMap<Spanned<String>, RawTest>,
    /// Words of a query (extractions.csv) that asks for them too.
    #[schemars(default)]
    pub(super) query: Vec<String>,
    /// How to make an export that holds them.
    pub(super) hint: String,
}

/// Records to leave out, with the reason under which they are counted.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawSkip {
    /// Why, for readers of the report.
    pub(super) reason: String,
    /// All of these must hold.
    #[schemars(with = "BTreeMap<String, RawTest>")]
    pub(super) when: BTreeMap<Spanned<String>, RawTest>,
}

/// What kind of system a source comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
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

/// Which systems the rows of a source may name, beside the one of their folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum SpeaksOf {
    /// Any.
    Applications,
}

/// Container family of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RawFormat {
    /// Delimited text with a header, or a spreadsheet; paths are names of columns.
    Csv,
    /// Records with members, in whatever container: JSON, lines of JSON, YAML, LDIF, Parquet, and delimited text and
    /// spreadsheets too, whose dotted headers (`name.fullName`, `emails.0.address`) make a tree.
    Json,
}

/// How a file is known: several keys together, never the file's name, never one key.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawRecognise {
    /// Where the records are, as ways from the top (`""`, `value[]`, `Users{}`). Without it: at the top, and under the
    /// usual wrappers.
    #[schemars(default)]
    pub(super) at: Vec<String>,
    /// All of these occur among the keys of the first records (at least two unless `wrapper` is given).
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) all: Spanned<Vec<Spanned<String>>>,
    /// For each list, at least one of its keys occurs.
    #[schemars(default)]
    pub(super) any: Vec<Vec<String>>,
    /// For each list, exactly one of its keys occurs: where two do, nobody can tell which one is meant.
    #[schemars(default)]
    pub(super) one: Vec<Vec<String>>,
    /// None of these stands beside the list of records in its document (`Group` beside `Users`).
    #[schemars(default)]
    pub(super) none_beside: Vec<String>,
    /// None of these occurs.
    #[schemars(default)]
    pub(super) none: Vec<String>,
    /// Values that must be seen in at least one record: path → condition.
    #[schemars(with = "BTreeMap<String, RawTest>", default)]
    pub(super) values: BTreeMap<Spanned<String>, RawTest>,
    /// The entity set that the document's `@odata.context` names (`users`): where it does, no key of `any` is needed.
    pub(super) entity: Option<String>,
    /// The key that wraps the list of records, where it is a sign of its own (`AccessKeyMetadata`).
    pub(super) wrapper: Option<String>,
    /// Whether such a file holds a part of a list (the keys of one user): what is not in it has not ended.
    #[schemars(default)]
    pub(super) part: bool,
}

/// The rows that one record gives to one table.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawRows {
    /// Canonical table.
    #[schemars(with = "String")]
    pub(super) table: Spanned<String>,
    /// All of these must hold, or the record gives no such row (and nothing is counted as lost).
    #[schemars(with = "BTreeMap<String, RawTest>", default)]
    pub(super) when: BTreeMap<Spanned<String>, RawTest>,
    /// Or all of these: for what shows itself in two ways.
    #[schemars(with = "BTreeMap<String, RawTest>", default)]
    pub(super) or_when: BTreeMap<Spanned<String>, RawTest>,
    /// Unfold: one row per element of this list; paths then start at the element, `^` starts at the record.
    #[schemars(with = "Option<String>")]
    pub(super) each: Option<Spanned<String>>,
    /// Column → rule.
    #[schemars(with = "BTreeMap<String, RawRule>")]
    pub(super) columns: BTreeMap<Spanned<String>, Spanned<RawRule>>,
}

/// A condition on a value: a word, a list of words, or a table.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(untagged)]
pub(super) enum RawTest {
    /// Equal, without regard to case.
    Is(String),
    /// One of these, without regard to case.
    In(Vec<String>),
    /// Something else.
    Test(Box<RawTestTable>),
}

/// The longer conditions.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawTestTable {
    /// None of these.
    #[schemars(rename = "not")]
    pub(super) not_in: Option<Vec<String>>,
    /// Begins with.
    pub(super) starts_with: Option<String>,
    /// Ends with.
    pub(super) ends_with: Option<String>,
    /// Does not begin with.
    pub(super) not_starts_with: Option<String>,
    /// Another path whose value is not the same text.
    pub(super) differs_from: Option<String>,
    /// `true`: a value is there and not a null word; `false`: it is absent, empty or a null word.
    pub(super) present: Option<bool>,
    /// The whole text fits, without regard to case; `*` stands for anything.
    pub(super) like: Option<String>,
    /// A whole number that has one of these bits.
    pub(super) bit: Option<u64>,
    /// A whole number that has none of these bits.
    pub(super) not_bit: Option<u64>,
    /// A number greater than this.
    #[schemars(with = "Option<Scalar>")]
    pub(super) above: Option<String>,
    /// A number less than this.
    #[schemars(with = "Option<Scalar>")]
    pub(super) below: Option<String>,
}

/// How a column gets its value: a path, or a table.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(untagged)]
pub(super) enum RawRule {
    /// A path, taken as it is (times by the source's forms).
    Path(String),
    /// Anything longer.
    Rule(Box<RawRuleTable>),
}

/// A fact about the file that stands in place of a value of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum FileFact {
    /// Its name without folders and endings.
    Stem,
    /// The first folder that it lies in.
    Folder,
}

/// The longer column rules. Exactly one of `path`, `first`, `join`, `latest`, `cases`, `const`, `file` says where the
/// value comes from; `use` alone stands for a rule of `[rules]`.
///
/// Order of work: source, null words, `presence` or `strip`, `take` and `map`, `missing`, `otherwise`, `lower`, `slug`,
/// `prefix` and `suffix`, then the column's own kind (time, flag, closed set of words).
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawRuleTable {
    /// One path.
    pub(super) path: Option<String>,
    /// The first of these paths that has a value.
    pub(super) first: Option<Vec<String>>,
    /// The values of these paths with `with` between them (default: a blank); empty ones are left out.
    pub(super) join: Option<Vec<String>>,
    /// The newest time among these paths; values that are absent or null words do not count.
    pub(super) latest: Option<Vec<String>>,
    /// Beside `latest`: times that are only an upper bound, such as attempts beside successful sign-ins. The column
    /// becomes a range from the newest time of `latest` to the newest of all.
    pub(super) upper: Option<Vec<String>>,
    /// The first case whose conditions all hold gives the value; no case holds: no value.
    pub(super) cases: Option<Vec<RawCase>>,
    /// What stands between joined values, or between the elements of a list.
    pub(super) with: Option<String>,
    /// Beside `join`: no value unless every path has one, so that no half of an id is taken for it.
    #[schemars(default)]
    pub(super) all: bool,
    /// A fact about the file: `stem` or `folder`.
    pub(super) file: Option<FileFact>,
    /// The name of a shared rule.
    #[schemars(with = "Option<String>", rename = "use")]
    pub(super) uses: Option<Spanned<String>>,
    /// A part of the text: `projects/{}/keys/{this}`. `{}` stands for anything, `{this}` for what is taken.
    pub(super) take: Option<String>,
    /// A constant.
    #[schemars(with = "Option<Scalar>", rename = "const")]
    pub(super) constant: Option<String>,
    /// Words to be replaced, without regard to case; `*` at the end of a word matches any ending.
    pub(super) map: Option<BTreeMap<String, String>>,
    /// What to do with a word that `map` does not know: `skip` (the row is out of scope and counted), `reject`
    /// (counted as unusable), `keep`, `null`, or `=word`. Default: `reject`.
    pub(super) other: Option<String>,
    /// The word when the value is absent or null. Without it the column is null.
    pub(super) missing: Option<String>,
    /// Forms of time to try, in order.
    pub(super) time: Option<Vec<TimeFormat>>,
    /// In a column that has bounds: the time is only an upper bound (`upper`: by then at the latest, as a field does
    /// that moves on for other reasons too) or only a lower one (`lower`: since then at the earliest).
    pub(super) bound: Option<Side>,
    /// More values that mean "nothing" here.
    #[schemars(default)]
    pub(super) null: Vec<String>,
    /// Turns presence into a word: `present`, `empty` (the field is there without a value), `absent` (no such field
    /// in the record; in CSV, no such column), and, in `activity`, `all_empty` (no record of the file has a value).
    pub(super) presence: Option<RawPresence>,
    /// Lower-cases the value.
    #[schemars(default)]
    pub(super) lower: bool,
    /// Lower-cases the value and turns blanks into `-`: a display name becomes the name of a system.
    #[schemars(default)]
    pub(super) slug: bool,
    /// Beginnings to be cut off, without regard to case (`smtp:`).
    #[schemars(default)]
    pub(super) strip: Vec<String>,
    /// The rule that decides when this one gives no value.
    pub(super) otherwise: Option<Box<RawRule>>,
    /// Put before the value.
    pub(super) prefix: Option<String>,
    /// Put after the value.
    pub(super) suffix: Option<String>,
}

/// Which side a time bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    /// At the latest.
    Upper,
    /// At the earliest.
    Lower,
}

/// One case of a rule. Exactly one of `is` and `path`.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawCase {
    /// All of these must hold.
    #[schemars(with = "BTreeMap<String, RawTest>")]
    pub(super) when: BTreeMap<Spanned<String>, RawTest>,
    /// The value.
    pub(super) is: Option<String>,
    /// The path of the value.
    pub(super) path: Option<String>,
}

/// Words for the three ways in which a value can be there or not.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct RawPresence {
    /// There is a value.
    pub(super) present: String,
    /// The field is there, without a value.
    pub(super) empty: String,
    /// There is no such field.
    pub(super) absent: String,
    /// In the column `activity`: replaces `empty` when it would stand on every row of a file. Usage data that is
    /// switched off is not a file full of unused accounts. Without it, `empty` stays.
    pub(super) all_empty: Option<String>,
}

/// The JSON Schema of a mapping file, for editors.
pub fn schema() -> schemars::Schema {
    schemars::SchemaGenerator::default().into_root_schema_for::<RawSource>()
}
