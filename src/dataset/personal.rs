//! What a column tells of a person, and how a pseudonym of its values looks.

/// What the values of a column tell of a person. A column of the catalogue has one of these, or tells nothing: with
/// `--pseudonyms` this decides what becomes of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// An id of a person: `p-…`.
    Person,
    /// A name as people write it: `n-…`.
    Name,
    /// A mail address or a user principal name: `m-…`.
    Address,
    /// A name used to sign in: `u-…`.
    Login,
    /// An id of an account in its system: `a-…`.
    Account,
    /// `system:account_id`: the system stays.
    AccountKey,
    /// An id of a credential, which is often made of a user name: `c-…`.
    Credential,
    /// `system:credential_id`: the system stays.
    CredentialKey,
    /// Somebody as a source or a register writes them, by name, address or id: `w-…`.
    Anyone,
    /// Several addresses and names, separated by `;`.
    List,
    /// A value of the attribute that the row names. Those of attributes that many people share stay; others: `v-…`.
    Value,
    /// Words that somebody wrote, replaced as a whole: `t-…`.
    Words,
    /// What a system says of a failure, replaced as a whole but for what the shipped metrics ask of it: `t-…`.
    Fault,
    /// What a waiver is for: tokens of everything that it names.
    Subject,
    /// Path of an input file: the parts of it that are a value of another column.
    Path,
    /// A sentence of the engine, which may name a file.
    Sentence,
}

impl Personal {
    /// The letter that a token of this kind begins with. Addresses are told by their form, whatever column they stand in.
    pub fn letter(self, value: &str) -> char {
        if is_address(value) {
            return Self::ADDRESS;
        }
        match self {
            Self::Person => 'p',
            Self::Name => 'n',
            Self::Address => Self::ADDRESS,
            Self::Login => 'u',
            Self::Account | Self::AccountKey => 'a',
            Self::Credential | Self::CredentialKey => 'c',
            Self::Anyone | Self::List | Self::Subject | Self::Path => 'w',
            Self::Value => 'v',
            Self::Words | Self::Fault | Self::Sentence => 't',
        }
    }

    /// What becomes of a value, for the reference pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Person => "`p-…`",
            Self::Name => "`n-…`",
            Self::Address => "`m-…`",
            Self::Login => "`u-…`",
            Self::Account => "`a-…`",
            Self::AccountKey => "`system:a-…`",
            Self::Credential => "`c-…`",
            Self::CredentialKey => "`system:c-…`",
            Self::Anyone => "`w-…`",
            Self::List => "each `w-…`",
            Self::Value => "`v-…`, by its attribute",
            Self::Words | Self::Fault => "`t-…`",
            Self::Subject => "tokens of what it fits",
            Self::Path | Self::Sentence => "parts that are a value",
        }
    }

    const ADDRESS: char = 'm';

    /// Whether two spellings of a value that differ in case alone mean the same. Ids are told apart by case.
    pub fn ignores_case(self, value: &str) -> bool {
        is_address(value) || matches!(self, Self::Login | Self::Anyone | Self::List)
    }

    /// Whether every sign of a value counts: two ids of accounts may differ in a blank.
    pub fn is_exact(self) -> bool {
        matches!(self, Self::Account | Self::AccountKey | Self::Credential | Self::CredentialKey)
    }

    /// Whether a value of the column means one thing each time, so that texts can be searched for it.
    pub fn names_something(self) -> bool {
        !matches!(self, Self::Value | Self::Words | Self::Fault | Self::Subject | Self::Path | Self::Sentence)
    }
}

/// Whether a value has the form of an address: one word with an `@` in it.
fn is_address(value: &str) -> bool {
    let inside = value.trim().split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    inside && !value.trim().contains(char::is_whitespace)
}

/// Attributes whose values many people share, or that are dates: they stay as they are.
const SHARED: [&str; 9] =
    ["status", "dates", "department", "title", "worker_type", "division", "company", "location", "enabled"];

/// What the values of an attribute tell of a person; `None` where they tell nothing.
pub fn of_attribute(attribute: Option<&str>) -> Option<Personal> {
    let name = attribute.map(str::to_lowercase).unwrap_or_default();
    match name.as_str() {
        shared if SHARED.contains(&shared) => None,
        "manager" | "manager_id" => Some(Personal::Person),
        "name" => Some(Personal::Name),
        _ => Some(Personal::Value),
    }
}
