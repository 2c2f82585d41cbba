//! What the keys of rule files take: reference pages and JSON Schemas are made of it.

/// A key of a rule file: its name, what it takes, its default, what it means.
pub type Key = (&'static str, Kind, &'static str, &'static str);

/// The default of a key that has none.
pub const NEEDED: &str = "must be there";

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Text, or a list of texts.
    Texts,
    /// `true` or `false`.
    Flag,
    /// A whole number from 0 on.
    Whole,
    /// A length of time: `24h`, `90d`.
    Length,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A table of keys that has a section of its own.
    Table(&'static str),
    /// The same, or a length for all of it.
    LengthOr(&'static str),
    /// Tables of keys.
    Tables(&'static str),
    /// Tables of keys by a name that is the writer's.
    ByName(&'static str),
    /// Texts by a name that is the writer's.
    Named,
    /// Lists of texts by a name that is the writer's.
    NamedTexts,
}
