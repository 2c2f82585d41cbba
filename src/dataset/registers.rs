//! The small tables that a company keeps itself: systems, waivers, links, extractions.

use super::column::{at, col, flag, text, until};
use super::schema::Role::{Optional, Required};
use super::schema::{Column, ColumnKind};

pub(super) const SYSTEMS: &[Column] = &[
    text("system", Required, "Name as used in the other tables."),
    text("title", Optional, "Name for readers."),
    text("owner", Optional, "Who answers for it."),
    text("criticality", Optional, "As the company grades it."),
    flag("in_scope", Optional, "Whether the report must cover it; empty is yes."),
    flag("synchronised", Optional, "Whether accounts come from a synchronisation."),
    flag("telemetry", Optional, "Whether its exports carry usage data."),
    text("confirmed_by", Optional, "Who confirmed this line of the register."),
    text("confirmed_on", Optional, "When, as they write it."),
];

pub(super) const WAIVERS: &[Column] = &[
    text("waiver_id", Required, "Id in the company's exception register."),
    text("metric", Required, "Metric it is for."),
    text("subject", Required, "Subject, account id, credential id or person id; exact, or a glob."),
    text("system", Optional, "Only in this system."),
    text("reason", Required, "Why it was accepted."),
    text("approver", Required, "Who accepted it."),
    text("ticket", Optional, "Reference."),
    at("approved_on", Optional, "Since when."),
    until("expires_on", Required, "Last day on which it holds."),
];

pub(super) const LINKS: &[Column] = &[
    text("system", Required, "The system."),
    text("account_id", Required, "The account."),
    text("person_id", Required, "The person it belongs to."),
    text("reason", Optional, "Why."),
    text("approver", Optional, "Who says so."),
];

pub(super) const EXTRACTIONS: &[Column] = &[
    text("path", Required, "Path of the file, relative to the folder of exports."),
    at("extracted_at", Optional, "When the export was taken."),
    text("extracted_by", Optional, "Who or what took it."),
    text("method", Optional, "How: console, API, report."),
    text("query", Optional, "Query, filter or endpoint, with its parameters."),
    text("environment", Optional, "Environment that it was taken from: production, a copy."),
    text(
        "report_definition",
        Optional,
        "Name and version of the report or script, and where its logic is written down.",
    ),
    text("confirmed_by", Optional, "Who compared the export with the source and found it complete and accurate."),
    text("confirmed_on", Optional, "When, as they write it."),
    col("expected_rows", ColumnKind::Number, Optional, "Control total at the source."),
    at("covers_from", Optional, "First instant that a log covers."),
    until("covers_to", Optional, "Last instant that a log covers."),
];
