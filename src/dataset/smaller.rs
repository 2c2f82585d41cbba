//! The smaller tables: those that a company keeps itself (systems, waivers, links, decisions, extractions), and those that
//! are worked out of others (moves, ownerships, roles, uses of waivers).

use super::column::{at, col, flag, of, plain, span, until, word};
use super::personal::Personal::{Account, AccountKey, Anyone, CredentialKey, Path, Person, Subject, Value, Words};
use super::schema::Role::{Derived, Optional, Required};
use super::schema::{Column, ColumnKind};

pub(super) const SYSTEMS: &[Column] = &[
    plain("system", Required, "Name as used in the other tables."),
    plain("title", Optional, "Name for readers."),
    of(Anyone, "owner", Optional, "Who answers for it."),
    plain("criticality", Optional, "As the company grades it."),
    flag("in_scope", Optional, "Whether the report must cover it; empty is yes."),
    flag("synchronised", Optional, "Whether accounts come from a synchronisation."),
    flag("telemetry", Optional, "Whether its exports carry usage data."),
    of(Anyone, "confirmed_by", Optional, "Who confirmed this line of the register."),
    plain("confirmed_on", Optional, "When, as they write it."),
];

pub(super) const WAIVERS: &[Column] = &[
    plain("waiver_id", Required, "Id in the company's exception register."),
    plain("metric", Required, "Metric it is for."),
    of(Subject, "subject", Required, "Subject, account id, credential id or person id; exact, or a glob."),
    plain("system", Optional, "Only in this system."),
    of(Words, "reason", Required, "Why it was accepted."),
    of(Anyone, "approver", Required, "Who accepted it."),
    plain("ticket", Optional, "Reference."),
    at("approved_on", Optional, "Since when."),
    until("expires_on", Required, "Last day on which it holds."),
    of(Person, "approver_person_id", Derived, "The person that the approver resolves to."),
];

pub(super) const LINKS: &[Column] = &[
    plain("system", Required, "The system."),
    of(Account, "account_id", Required, "The account."),
    of(Person, "person_id", Required, "The person it belongs to."),
    of(Words, "reason", Optional, "Why."),
    of(Anyone, "approver", Optional, "Who says so."),
];

pub(super) const DECISIONS: &[Column] = &[
    plain("item_id", Required, "Id of the item in queue.csv."),
    plain("kind", Required, "Kind of the item, as in queue.csv."),
    plain("system", Optional, "System of the item."),
    of(Account, "account_id", Optional, "Account of the item."),
    of(Person, "person_id", Optional, "Person of the item."),
    plain("metric", Optional, "Metric of the finding."),
    of(Subject, "subject", Optional, "What the item is about."),
    plain("attribute", Optional, "Attribute on which sources differ."),
    plain(
        "decision",
        Optional,
        "`link` with a person, `accept` with a day until which it holds, `prefer` with a source, or `none`: decided, and nothing follows from it. A line without a decision waits.",
    ),
    plain("value", Optional, "The person_id, the day or the source that the decision names."),
    of(Words, "reason", Optional, "Why."),
    of(Anyone, "decided_by", Optional, "Who decided."),
    at("decided_on", Optional, "When."),
];

pub(super) const EXTRACTIONS: &[Column] = &[
    of(Path, "path", Required, "Path of the file, relative to the folder of exports."),
    at("extracted_at", Optional, "When the export was taken."),
    of(Anyone, "extracted_by", Optional, "Who or what took it."),
    of(Words, "method", Optional, "How: console, API, report."),
    of(Words, "query", Optional, "Query, filter or endpoint, with its parameters."),
    of(Words, "environment", Optional, "Environment that it was taken from: production, a copy."),
    of(
        Words,
        "report_definition",
        Optional,
        "Name and version of the report or script, and where its logic is written down.",
    ),
    of(Anyone, "confirmed_by", Optional, "Who compared the export with the source and found it complete and accurate."),
    plain("confirmed_on", Optional, "When, as they write it."),
    col("expected_rows", ColumnKind::Number, Optional, "Control total at the source."),
    at("covers_from", Optional, "First instant that a log covers."),
    until("covers_to", Optional, "Last instant that a log covers."),
];

pub(super) const MOVES: &[Column] = &[
    of(Person, "person_id", Derived, "The person."),
    word("attribute", Derived, &["department", "title", "manager", "worker_type"], "What changed."),
    of(Value, "old_value", Derived, "Value before."),
    of(Value, "new_value", Derived, "Value after."),
    span("moved", Derived, "Bounds of the change: one instant where HR dates it, a range between two observations."),
    word(
        "basis",
        Derived,
        &["dates", "snapshot", "event"],
        "What shows it: rows of HR that say since when they hold, two exports of HR, or an event of a directory.",
    ),
    plain("source", Derived, "Id of the source that shows it."),
];

pub(super) const OWNERSHIPS: &[Column] = &[
    of(AccountKey, "account_key", Derived, "The account; null for a credential."),
    of(CredentialKey, "credential_key", Derived, "The credential; null for an account."),
    of(Person, "owner_person_id", Derived, "The person that the owner resolves to; null where it resolves to nobody."),
    span("from", Derived, "Bounds of the beginning; `_lo` is null where the first export shows it already."),
    span(
        "to",
        Derived,
        "Bounds of the end: the last export that names this owner, the first that does not; null while it lasts.",
    ),
    at("seen_until", Derived, "When an export last named this owner."),
];

pub(super) const ROLE_SPANS: &[Column] = &[
    of(Person, "person_id", Derived, "The person."),
    plain("role", Derived, "Name of the role."),
    span("from", Derived, "Bounds of the beginning; `_lo` is null where it began before the evidence."),
    span("to", Derived, "Bounds of the end; both null while it lasts."),
    plain(
        "attribute",
        Derived,
        "What ended it: department, title, manager or worker_type; `employment`: the person left.",
    ),
];

pub(super) const ROLE_GRANTS: &[Column] = &[
    plain("role", Derived, "Name of the role."),
    plain("system", Derived, "The system."),
    plain("entitlement", Derived, "What the role gives in it; null: the account itself."),
];

pub(super) const WAIVER_USES: &[Column] = &[
    plain("waiver_id", Derived, "The waiver."),
    plain("metric", Derived, "Metric of the finding; null where the waiver fits no finding."),
    plain("system", Derived, "System of the finding."),
    of(Subject, "subject", Derived, "Subject of the finding."),
    of(Person, "person_id", Derived, "Person of the finding."),
    of(AccountKey, "account_key", Derived, "Account of the finding."),
    of(Person, "approver_person_id", Derived, "The person that the approver resolves to."),
    at("approved_at", Derived, "Since when the waiver holds."),
    at("expires_at", Derived, "Until when it holds."),
];
