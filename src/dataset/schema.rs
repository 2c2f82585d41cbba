//! What a canonical table is: names, kinds and meaning of its columns. The tables themselves are in `catalogue`.

use crate::time::DayEdge;

use super::catalogue;
use super::personal::Personal;

/// One canonical table, or one of the small tables that a company adds.
///
/// Sources feed the *input* columns; the engine adds the *derived* ones (matches, states, flags).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// A person, merged over sources by authority.
    People,
    /// One employment interval of a person.
    Employments,
    /// One change of a person's position.
    Moves,
    /// An account in a system, as last seen.
    Accounts,
    /// An interval in which an account could, or could not, sign in.
    AccountStates,
    /// A time in which an account or a credential had an owner.
    Ownerships,
    /// A grant of a group, role or application to an account.
    Entitlements,
    /// One line of a provisioning or audit log.
    Events,
    /// A key, secret, token, certificate or password.
    Credentials,
    /// One item of an access review.
    Reviews,
    /// One attribute of one person on which sources differ.
    Conflicts,
    /// A person whom an account may belong to, where several are possible.
    Candidates,
    /// A time that the logs of a system cover without a gap.
    LogWindows,
    /// A time in which a person had a role of the policy.
    RoleSpans,
    /// What a role of the policy gives.
    RoleGrants,
    /// A finding that a waiver speaks about.
    WaiverUses,
    /// One input file.
    Sources,
    /// The register of systems.
    Systems,
    /// Accepted exceptions.
    Waivers,
    /// Manual identity links.
    Links,
    /// What people decided about items of the exception queue.
    Decisions,
    /// Who extracted which file, when and how.
    Extractions,
}

/// Whether sources may fill a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A source must give it; a row without it is rejected.
    Required,
    /// A source may give it; empty is null.
    Optional,
    /// The engine computes it; a mapping may not name it.
    Derived,
}

/// How a column is stored and how a plain date in it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// UTF-8 text.
    Text,
    /// `true`, `false` or null.
    Flag,
    /// A 32-bit whole number.
    Number,
    /// Microseconds since 1970 UTC in a 64-bit integer; a plain date takes this edge of its day.
    Instant(DayEdge),
    /// Two instants, `<name>_lo` and `<name>_hi`: a plain date spans its day, an instant is both.
    Bounds,
}

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name; a [`ColumnKind::Bounds`] column appears in frames as `<name>_lo` and `<name>_hi`.
    pub name: &'static str,
    /// How it is stored.
    pub kind: ColumnKind,
    /// Who fills it.
    pub role: Role,
    /// The closed set of values, or empty for free text.
    pub words: &'static [&'static str],
    /// The name of this column in the engine's own CSV, where it differs (`started_on` for `started`).
    pub csv_name: Option<&'static str>,
    /// What its values tell of a person; `None` where they tell nothing.
    pub personal: Option<Personal>,
    /// One sentence for the reference pages.
    pub doc: &'static str,
}

impl Column {
    /// The name of the column in the engine's own CSV.
    pub fn own_name(&self) -> &'static str {
        self.csv_name.unwrap_or(self.name)
    }

    /// The names under which the column stands in frames.
    pub fn frame_names(&self) -> Vec<String> {
        match self.kind {
            ColumnKind::Bounds => vec![format!("{}_lo", self.name), format!("{}_hi", self.name)],
            _ => vec![self.name.to_owned()],
        }
    }
}

impl Table {
    /// All tables in the order of the reference pages.
    pub const ALL: [Self; 22] = [
        Self::People,
        Self::Employments,
        Self::Moves,
        Self::Accounts,
        Self::AccountStates,
        Self::Ownerships,
        Self::Entitlements,
        Self::Events,
        Self::Credentials,
        Self::Reviews,
        Self::Conflicts,
        Self::Candidates,
        Self::LogWindows,
        Self::RoleSpans,
        Self::RoleGrants,
        Self::WaiverUses,
        Self::Sources,
        Self::Systems,
        Self::Waivers,
        Self::Links,
        Self::Decisions,
        Self::Extractions,
    ];

    /// The name used in mappings, SQL and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Employments => "employments",
            Self::Moves => "moves",
            Self::Accounts => "accounts",
            Self::AccountStates => "account_states",
            Self::Ownerships => "ownerships",
            Self::Entitlements => "entitlements",
            Self::Events => "events",
            Self::Credentials => "credentials",
            Self::Reviews => "reviews",
            Self::Conflicts => "conflicts",
            Self::Candidates => "candidates",
            Self::LogWindows => "log_windows",
            Self::RoleSpans => "role_spans",
            Self::RoleGrants => "role_grants",
            Self::WaiverUses => "waiver_uses",
            Self::Sources => "sources",
            Self::Systems => "systems",
            Self::Waivers => "waivers",
            Self::Links => "links",
            Self::Decisions => "decisions",
            Self::Extractions => "extractions",
        }
    }

    /// The table of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// The tables out of whose rows it is made; itself where files feed it. The first one is what it cannot do without.
    pub fn fed_by(self) -> Vec<Self> {
        match self {
            Self::Employments | Self::Conflicts | Self::Moves => vec![Self::People],
            Self::AccountStates => vec![Self::Accounts, Self::Events],
            Self::Ownerships => vec![Self::Accounts, Self::Credentials],
            Self::WaiverUses => vec![Self::Waivers],
            other => vec![other],
        }
    }

    /// One sentence: what one row is.
    pub fn doc(self) -> &'static str {
        match self {
            Self::People => "A person, merged over sources by authority.",
            Self::Employments => {
                "One unbroken employment of a person; a rehire is a second row, a conversion without a gap is not."
            }
            Self::Moves => "One change of a person's department, title, manager or worker type while employed.",
            Self::Accounts => "An account in a system, as last seen.",
            Self::AccountStates => "An interval in which an account could, or could not, sign in.",
            Self::Ownerships => {
                "A time in which a person was the named owner, sponsor or custodian of an account or a credential."
            }
            Self::Entitlements => "A grant of a group, role or application to an account.",
            Self::Events => "One line of a provisioning or audit log.",
            Self::Credentials => "A key, secret, token, certificate or password.",
            Self::Reviews => "One item of an access review.",
            Self::Conflicts => "One attribute of one person on which two sources differ.",
            Self::Candidates => "A person whom an account may belong to, where several are possible.",
            Self::LogWindows => "A time that the logs of a system cover without a gap.",
            Self::RoleSpans => "A time in which the position of a person was one that a role of the policy is for.",
            Self::RoleGrants => "An entitlement, or an account, that a role of the policy gives.",
            Self::WaiverUses => "A finding of this report that a waiver is for, in force or not.",
            Self::Sources => "One input file.",
            Self::Systems => "The company's register of systems.",
            Self::Waivers => "An accepted exception with approver and expiry.",
            Self::Links => "A manual link from an account to a person.",
            Self::Decisions => {
                "What somebody decided about an item of the exception queue: one answered line of queue.csv."
            }
            Self::Extractions => "Who extracted which file, when, how, and with which control total.",
        }
    }

    /// How a company feeds it, as a sentence that asks for it.
    pub fn how_to_feed(self) -> &'static str {
        match self {
            Self::People | Self::Employments => {
                "Give an HR export with everybody, leavers included, or a CSV with person_id, started_on and ended_on."
            }
            Self::Moves => {
                "Give an HR export that keeps a row for each change (effective_on), a second one of another day, or the \
                 directory's audit log."
            }
            Self::Accounts | Self::AccountStates => {
                "Give the list of accounts of the system, or a CSV with system, account_id and status."
            }
            Self::Ownerships => "Give an export that names owners, sponsors or custodians.",
            Self::Entitlements => {
                "Give group members, role assignments or application assignments, or a CSV with system, account_id and \
                 entitlement."
            }
            Self::Events | Self::LogWindows => {
                "Give the provisioning or audit log, or a CSV with occurred_at, system, action and outcome."
            }
            Self::Credentials => {
                "Give the inventory of keys, tokens and certificates, or a CSV with system, credential_id and status."
            }
            Self::Reviews => {
                "Give the results of access reviews, or a CSV with campaign, system, account_id and decision."
            }
            Self::Conflicts => "Give a second source about people, such as the directory.",
            Self::Candidates => "Accounts that match several people appear by themselves.",
            Self::RoleSpans | Self::RoleGrants => {
                "Write into the limits file which positions get which entitlements ([[role]] with [[role.grant]])."
            }
            Self::Waivers | Self::WaiverUses => "Put waivers.csv beside the exports.",
            Self::Sources => "Every run has it.",
            Self::Systems => "Put systems.csv beside the exports: system, owner, synchronised.",
            Self::Links => "Put links.csv beside the exports.",
            Self::Decisions => "Put the answered queue.csv beside the exports.",
            Self::Extractions => "Put extractions.csv beside the exports.",
        }
    }

    /// Its columns, without the lineage pair `src_file`, `src_row` that every table has.
    pub fn columns(self) -> &'static [Column] {
        catalogue::columns(self)
    }

    /// The column of a name.
    pub fn column(self, name: &str) -> Option<&'static Column> {
        self.columns().iter().find(|column| column.name == name)
    }

    /// Whether a company may well have nothing of the kind: a metric that needs it and has none is not assessed, where one
    /// that needs anything else has not enough evidence.
    pub fn is_optional(self) -> bool {
        matches!(
            self,
            Self::Entitlements
                | Self::Reviews
                | Self::RoleSpans
                | Self::RoleGrants
                | Self::Waivers
                | Self::WaiverUses
                | Self::Systems
        )
    }

    /// Whether it is a register that the company keeps, and no export of a system.
    pub fn is_register(self) -> bool {
        matches!(self, Self::Systems | Self::Waivers | Self::Links | Self::Decisions | Self::Extractions)
    }

    /// Whether mappings may feed this table.
    pub fn is_input(self) -> bool {
        !matches!(
            self,
            Self::Employments
                | Self::Moves
                | Self::AccountStates
                | Self::Ownerships
                | Self::Conflicts
                | Self::Candidates
                | Self::LogWindows
                | Self::RoleSpans
                | Self::RoleGrants
                | Self::WaiverUses
                | Self::Sources
        )
    }
}
