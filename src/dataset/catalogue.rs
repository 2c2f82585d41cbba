//! The catalogue of tables and columns. Reference pages, own-CSV mappings and empty frames come from here.

use super::column::{at, flag, of, of_as, plain, span, span_as, until, word};
use super::personal::Personal::{
    Account, AccountKey, Address, Anyone, Credential, CredentialKey, Fault, List, Login, Name, Path, Person, Sentence,
    Value,
};
use super::schema::Role::{Derived, Optional, Required};
use super::schema::{Column, Table};
use super::smaller::{
    DECISIONS, EXTRACTIONS, LINKS, MOVES, OWNERSHIPS, ROLE_GRANTS, ROLE_SPANS, SYSTEMS, WAIVER_USES, WAIVERS,
};

const UNREAD: &str = "Columns of the row whose value was not understood, separated by `;`. Unread is not absent.";

/// What an account may be.
const ACCOUNT_KINDS: &[&str] = &["human", "service", "shared", "guest", "break_glass", "agent", "unknown"];
const ACCOUNT_STATUS: &[&str] = &["active", "suspended", "disabled", "deleted", "unknown"];
const SEEN: &[&str] = &["seen", "never", "unknown"];
const OWNERSHIP: &[&str] = &["named", "none", "unknown"];

const PEOPLE: &[Column] = &[
    of(Person, "person_id", Required, "Stable id of the person in the HR system; text, leading zeros kept."),
    of(Name, "name", Optional, "Name as people write it."),
    of(Address, "email", Optional, "Main mail address."),
    of(List, "aliases", Optional, "Other addresses and user names, separated by `;`."),
    of(Person, "employee_id", Optional, "Employee number, where it differs from person_id."),
    of(Person, "immutable_id", Optional, "Id that never changes in the directory (object id, immutable id)."),
    of(Address, "upn", Optional, "User principal name."),
    plain("worker_type", Optional, "employee, contractor, intern … as the company calls it, in lower case."),
    word("status", Optional, &["active", "on_leave", "terminated", "unknown"], "Status that HR gives."),
    plain("department", Optional, "Department."),
    plain("title", Optional, "Job title."),
    of(Person, "manager_id", Optional, "person_id of the manager."),
    span_as("started", "started_on", Optional, "First day of the employment."),
    span_as("ended", "ended_on", Optional, "Last day of the employment; empty while it lasts."),
    at("end_recorded_at", Optional, "When HR recorded the end."),
    span_as("on_leave", "on_leave_from", Optional, "First day of a leave of absence that still lasts."),
    at("changed_at", Optional, "When the source last changed the row: of two rows of one export the newer counts."),
    span_as(
        "effective",
        "effective_on",
        Optional,
        "Since when the row holds, in an export that keeps one row for each change of a person.",
    ),
    plain("unread", Derived, UNREAD),
    plain("source", Derived, "Id of the source that won for the identity of this person."),
];

const EMPLOYMENTS: &[Column] = &[
    of(Person, "person_id", Derived, "The person."),
    plain("worker_type", Derived, "Worker type at the end of the interval."),
    span("started", Derived, "Bounds of the beginning."),
    span(
        "ended",
        Derived,
        "Bounds of the end; null while it lasts. Given without `ended_at` where nobody can say whether it ended.",
    ),
    at("started_at", Derived, "Official beginning: the start of the first day."),
    at(
        "ended_at",
        Derived,
        "Official end under the policy's leave instant, else the latest possible one; null while it lasts.",
    ),
    span(
        "left",
        Derived,
        "Bounds of the leave instant: both `ended_at` where HR gives a date, a range where the end is only known to lie in it.",
    ),
    word(
        "basis",
        Derived,
        &["dates", "absence", "undated"],
        "What shows the end: a date; absence from a newer export; or a status of terminated without a date, or with several.",
    ),
    at("end_recorded_at", Derived, "When HR recorded the end; null when it did not say."),
    at("next_started_at", Derived, "Official beginning of the person's next employment, if there is one."),
    plain("source", Derived, "Id of the source that gave the interval."),
];

const ACCOUNTS: &[Column] = &[
    of(AccountKey, "account_key", Derived, "`system:account_id`; unique."),
    plain("system", Required, "The system that the account belongs to."),
    of(Account, "account_id", Required, "Id of the account in its system."),
    of(Login, "username", Optional, "Name used to sign in."),
    of(Address, "email", Optional, "Mail address of the account."),
    of(List, "aliases", Optional, "Other addresses of the account, separated by `;`."),
    of_as(
        Person,
        "person_ref",
        "person_id",
        Optional,
        "Reference to a person given by the source (person_id or employee number).",
    ),
    of(Account, "immutable_id", Optional, "Id that never changes in the directory."),
    of(Name, "display_name", Optional, "Name shown for the account."),
    word("kind", Optional, ACCOUNT_KINDS, "What the account is; null reads as unknown."),
    flag("privileged", Optional, "Whether it has administrative rights."),
    word("status", Required, ACCOUNT_STATUS, "Status when last seen. Suspended and disabled cannot sign in."),
    at("created_at", Optional, "When it was created."),
    span_as(
        "disabled",
        "disabled_at",
        Optional,
        "When it was disabled; `_lo` is null where it was off by then at the latest.",
    ),
    at("changed_at", Optional, "When the source last changed the row: of two rows of one export the newer counts."),
    span_as(
        "last_seen",
        "last_seen_at",
        Optional,
        "Newest sign-in or use that the source knows; `_lo` is null where only attempts are known: used then at the latest.",
    ),
    word(
        "activity",
        Optional,
        SEEN,
        "seen: a last use is given; never: the source knows of no use; unknown: no usage data.",
    ),
    of(
        Account,
        "parent_id",
        Optional,
        "Id of the account in the same system that it acts for, such as the agent of an agent's user account.",
    ),
    word("managed_by", Optional, &["sync", "local", "unknown"], "Whether a synchronisation manages it."),
    of_as(Anyone, "owner_text", "owner", Optional, "Owner as the source writes it."),
    word(
        "ownership",
        Optional,
        OWNERSHIP,
        "named, none (the source has an owner field and it is empty), unknown (no such field).",
    ),
    at(
        "observed_at",
        Derived,
        "When the newest export that shows it was taken; null for accounts known from a log only.",
    ),
    span(
        "gone",
        Derived,
        "When it disappeared: after the last export that shows it, by the first whole one that does not.",
    ),
    plain("unread", Derived, UNREAD),
    of(Person, "person_id", Derived, "The person it belongs to, if exactly one matches."),
    word(
        "match_rule",
        Derived,
        &[
            "link",
            "person-id",
            "employee-id",
            "immutable-id",
            "upn",
            "email",
            "alias",
            "username",
            "owner",
            "ambiguous",
            "unmatched",
        ],
        "The rule that decided.",
    ),
    of(Person, "owner_person_id", Derived, "The person that the owner resolves to."),
    flag("owner_live", Derived, "Whether that owner is employed at as_of; null without an owner."),
];

const ACCOUNT_STATES: &[Column] = &[
    of(AccountKey, "account_key", Derived, "The account."),
    flag("enabled", Derived, "Whether it could sign in."),
    span("from", Derived, "Bounds of the beginning; `_lo` is null when it began before the evidence."),
    span("to", Derived, "Bounds of the end; both null when it is the last known state."),
    at("seen_until", Derived, "The last instant at which this state was observed."),
    word(
        "basis",
        Derived,
        &["event", "snapshot", "absence"],
        "What shows the beginning of the interval: a dated change, two observations, or absence from a newer whole export.",
    ),
];

const ENTITLEMENTS: &[Column] = &[
    of(AccountKey, "account_key", Derived, "The account."),
    plain("system", Required, "The system."),
    of(Account, "account_id", Required, "The account in it."),
    plain("entitlement", Required, "Name or id of the group, role or application."),
    plain("kind", Optional, "group, role, application …"),
    flag("privileged", Optional, "Whether it gives administrative rights."),
    span_as("granted", "granted_at", Optional, "When it was granted."),
    span_as(
        "revoked",
        "revoked_at",
        Optional,
        "When it was revoked; empty while it lasts. Without a date: between the last export that shows it and the first whole one that does not.",
    ),
    at("first_seen_at", Derived, "When an export first shows it; null for grants known from a log only."),
    at(
        "observed_at",
        Derived,
        "When it was last seen, or would have been: the newest export that lists entitlements of its system.",
    ),
];

const ACTIONS: &[&str] = &[
    "create",
    "enable",
    "disable",
    "delete",
    "update",
    "grant",
    "revoke",
    "sign_in",
    "key_create",
    "key_rotate",
    "key_enable",
    "key_disable",
    "key_delete",
    "sync",
];

const EVENTS: &[Column] = &[
    plain("event_id", Optional, "Id of the event; duplicates are dropped and counted."),
    at("occurred_at", Required, "When it happened."),
    plain("system", Required, "The system it happened in."),
    word("action", Required, ACTIONS, "What was attempted."),
    word(
        "outcome",
        Required,
        &["success", "failure", "skipped", "unknown"],
        "How it ended. Failed events change no state.",
    ),
    of(AccountKey, "account_key", Derived, "The account it is attached to."),
    of(Account, "account_id", Optional, "Account id as the log gives it."),
    of_as(Anyone, "subject_text", "subject", Optional, "User name or mail of the subject as the log gives it."),
    of(Person, "person_id", Derived, "The person it is attached to."),
    word("actor_kind", Optional, &["sync", "admin", "self", "agent", "unknown"], "Who did it."),
    of_as(Anyone, "actor_text", "actor", Optional, "Who did it, as the log gives it."),
    of(
        Credential,
        "credential_id",
        Optional,
        "The credential that the event is about, by its id in that system. Never the secret.",
    ),
    plain("entitlement", Optional, "Group, role or application concerned."),
    plain("attribute", Optional, "Attribute concerned."),
    of(Value, "old_value", Optional, "Value before."),
    of(Value, "new_value", Optional, "Value after."),
    flag(
        "interactive",
        Optional,
        "Whether a person signed in by hand; false for sign-ins of programs and for renewed tokens.",
    ),
    plain("intent_id", Optional, "Id that joins the retries of one change, if the log has one."),
    of(Fault, "error", Optional, "Error text or code."),
];

const CREDENTIALS: &[Column] = &[
    of(CredentialKey, "credential_key", Derived, "`system:credential_id`; unique."),
    plain("system", Required, "The system it opens."),
    of(Credential, "credential_id", Required, "Id in that system. Never the secret."),
    plain(
        "kind",
        Optional,
        "password, access_key, secret, token, certificate, ssh_key … `root_password`: one whose age its provider never tells.",
    ),
    of(Account, "account_id", Optional, "The account that it belongs to."),
    of(AccountKey, "account_key", Derived, "That account's key, if it is known."),
    of(Person, "person_id", Derived, "The person whose account it is."),
    of_as(Anyone, "owner_text", "owner", Optional, "Owner as the source writes it."),
    word("ownership", Optional, OWNERSHIP, "named, none, unknown."),
    of(Person, "owner_person_id", Derived, "The person that the owner resolves to."),
    flag("owner_live", Derived, "Whether that owner is employed at as_of; null without an owner."),
    word("status", Required, &["active", "inactive", "expired", "deleted", "unknown"], "Status when last seen."),
    at("created_at", Optional, "When it was created."),
    at("rotated_at", Optional, "When its secret was last changed."),
    span_as("last_used", "last_used_at", Optional, "Newest use that the source knows; `_lo` as for accounts."),
    word("activity", Optional, SEEN, "As for accounts."),
    until("expires_at", Optional, "When it stops working."),
    word(
        "expiry",
        Optional,
        &["date", "never", "unknown"],
        "date: expires_at is given; never: it does not expire; unknown.",
    ),
    flag("self_rotating", Optional, "Whether the provider rotates it by itself."),
    at(
        "observed_at",
        Derived,
        "When the newest export that shows it was taken; null for credentials known from a log only.",
    ),
    at(
        "active_at",
        Derived,
        "When it was last known to work: the newest export that shows it active, or an event that made, enabled or rotated it.",
    ),
    at("inactive_at", Derived, "When an export first showed it inactive, after the last one that shows it active."),
    span(
        "gone",
        Derived,
        "When it stopped working: after the last export that shows it, by the first whole one that does not; or when a log tells that it was disabled or deleted.",
    ),
    plain("unread", Derived, UNREAD),
];

const REVIEWS: &[Column] = &[
    plain("campaign", Required, "The review."),
    plain("system", Required, "The system."),
    of(Account, "account_id", Required, "The account."),
    of(AccountKey, "account_key", Derived, "The account's key."),
    plain("entitlement", Optional, "The grant under review; empty means the account."),
    of_as(Anyone, "reviewer_text", "reviewer", Optional, "Reviewer as written."),
    of(Person, "reviewer_person_id", Derived, "The person that the reviewer resolves to."),
    word("decision", Optional, &["keep", "revoke", "none", "unknown"], "What was decided."),
    until("due_at", Optional, "When it had to be decided."),
    at("decided_at", Optional, "When it was decided."),
    at("observed_at", Derived, "When the newest export that lists it was taken."),
];

const CONFLICTS: &[Column] = &[
    of(Person, "person_id", Derived, "The person."),
    plain("attribute", Derived, "status, dates, department or manager."),
    plain("winner", Derived, "Source that has authority."),
    of(Value, "winner_value", Derived, "What it says."),
    plain("loser", Derived, "Source that disagrees."),
    of(Value, "loser_value", Derived, "What it says."),
    at("first_seen_at", Derived, "When both sources were first observed to say this."),
    at("observed_at", Derived, "When the disagreement was last observed."),
    plain("system", Derived, "System of the source that disagrees."),
];

const SOURCES: &[Column] = &[
    of(Path, "path", Derived, "Path under the folder of exports."),
    plain("source", Derived, "Id of the source format."),
    plain("system", Derived, "System that the file belongs to."),
    plain("feeds", Derived, "Tables it feeds, separated by blanks."),
    at("observed_at", Derived, "When the export was taken, if known."),
    at("covers_from", Derived, "First instant that the file covers."),
    at("covers_to", Derived, "Last instant that the file covers."),
    word(
        "completeness",
        Derived,
        &["whole", "partial", "unknown"],
        "Whether the file holds everything that it should.",
    ),
    of(Sentence, "completeness_reason", Derived, "Why, in words."),
];

const CANDIDATES: &[Column] = &[
    of(AccountKey, "account_key", Derived, "The account that more than one person may own."),
    of(Person, "person_id", Derived, "One of them."),
    plain("match_rule", Derived, "The rule that several persons fulfil."),
];

const LOG_WINDOWS: &[Column] = &[
    plain("system", Derived, "The system that the log speaks about."),
    word(
        "about",
        Derived,
        &["changes", "sign_ins", "pushes"],
        "What it would have told: changes of accounts, sign-ins, or only what another system did to this one.",
    ),
    at("covers_from", Derived, "First instant of a window without a gap, over all logs of the system."),
    at("covers_to", Derived, "Last instant of it."),
];

pub(super) fn columns(table: Table) -> &'static [Column] {
    match table {
        Table::People => PEOPLE,
        Table::Employments => EMPLOYMENTS,
        Table::Moves => MOVES,
        Table::Ownerships => OWNERSHIPS,
        Table::RoleSpans => ROLE_SPANS,
        Table::RoleGrants => ROLE_GRANTS,
        Table::WaiverUses => WAIVER_USES,
        Table::Decisions => DECISIONS,
        Table::Accounts => ACCOUNTS,
        Table::AccountStates => ACCOUNT_STATES,
        Table::Entitlements => ENTITLEMENTS,
        Table::Events => EVENTS,
        Table::Credentials => CREDENTIALS,
        Table::Reviews => REVIEWS,
        Table::Conflicts => CONFLICTS,
        Table::Candidates => CANDIDATES,
        Table::LogWindows => LOG_WINDOWS,
        Table::Sources => SOURCES,
        Table::Systems => SYSTEMS,
        Table::Waivers => WAIVERS,
        Table::Links => LINKS,
        Table::Extractions => EXTRACTIONS,
    }
}
