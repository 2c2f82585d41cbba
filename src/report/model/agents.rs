//! AI agents and what waits for a decision.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Stamp;

/// Agents, the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentList {
    /// How many there are.
    pub total: u64,
    /// Those that can sign in.
    pub active: u64,
    /// Of those that can sign in, the ones whose named sponsor or owner is known to work here.
    pub with_live_sponsor: u64,
    /// Of those that can sign in, the ones whose source has a field for a sponsor or owner.
    pub with_sponsor_field: u64,
    /// The first of them, by system and name.
    pub items: Vec<Agent>,
}

/// An account of the kind agent, or one that acts for an agent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Agent {
    /// System.
    pub system: String,
    /// Account, as people know it.
    pub account: String,
    /// `active`, `suspended`, `disabled`, `deleted` or `unknown`.
    pub status: String,
    /// Sponsor or owner: the name, else as the source writes it; absent where none is named.
    pub sponsor: Option<String>,
    /// Whether the source has a field for one.
    pub sponsor_known: bool,
    /// Whether that person works here; absent where nobody is named or nothing is known.
    pub sponsor_live: Option<bool>,
    /// When it was made.
    pub created_at: Option<Stamp>,
    /// When its newest token or sign-in was, at the latest.
    pub last_used: Option<Stamp>,
    /// When somebody last decided on it in a review.
    pub reviewed_at: Option<Stamp>,
    /// Metrics that have a finding about it.
    pub findings: Vec<String>,
}
