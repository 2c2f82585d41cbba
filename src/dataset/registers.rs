//! The small tables that a company keeps itself: systems, waivers, links, extractions.

use super::column::{at, col, flag, of, plain, until};
use super::personal::Personal::{Account, Anyone, Path, Person, Subject, Words};
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
