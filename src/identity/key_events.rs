//! What logs tell of credentials: successful events that name one.

use polars::prelude::DataFrame;

use crate::dataset::{Lineage, Texts, Times};
use crate::time::Micros;

use super::accounts::AccountIndex;

/// What a successful event does to a credential. Of two at one instant the lesser right counts: it comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyChange {
    Create,
    Rotate,
    Enable,
    Disable,
    Delete,
}

impl KeyChange {
    fn of(action: &str) -> Option<Self> {
        match action {
            "key_create" => Some(Self::Create),
            "key_rotate" => Some(Self::Rotate),
            "key_enable" => Some(Self::Enable),
            "key_disable" => Some(Self::Disable),
            "key_delete" => Some(Self::Delete),
            _ => None,
        }
    }

    /// Whether the credential stops working by it.
    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Disable | Self::Delete)
    }
}

/// A successful event about a credential.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyEvent {
    pub system: String,
    /// Id of the credential, as the log gives it.
    pub id: String,
    pub at: Micros,
    pub change: KeyChange,
    /// The account that the event is about.
    pub account: Option<AccountIndex>,
    /// What the log calls that account, where nobody knows it.
    pub account_id: Option<String>,
    pub src: (i32, i32),
}

/// The key events of a log in the order of systems, ids and time; `attached` has the account of each event.
pub(super) fn of(events: &DataFrame, attached: &[Option<AccountIndex>]) -> Vec<KeyEvent> {
    let text = |name: &str| Texts::of(events, name);
    let (system, id, action, outcome) = (text("system"), text("credential_id"), text("action"), text("outcome"));
    let (account_id, occurred, lineage) = (text("account_id"), Times::of(events, "occurred_at"), Lineage::of(events));
    let event = |row: usize| {
        let id = id.get(row).filter(|id| !id.is_empty())?;
        let change = KeyChange::of(action.get(row)?).filter(|_| outcome.get(row) == Some("success"))?;
        Some(KeyEvent {
            system: system.get(row)?.to_owned(),
            id: id.to_owned(),
            at: occurred.get(row)?,
            change,
            account: attached[row],
            account_id: account_id.get(row).map(str::to_owned),
            src: (lineage.file(row), lineage.row(row)),
        })
    };
    let mut all: Vec<KeyEvent> = (0..events.height()).filter_map(event).collect();
    all.sort_unstable();
    all
}
