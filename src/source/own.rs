//! The engine's own CSV, one mapping per table, written from the catalogue so that the two cannot drift.

use std::fmt::Write as _;

use crate::dataset::{Column, Role, Table};

/// The signs of one table: keys that must occur, one of which must occur, which must not.
struct Signs {
    table: Table,
    class: &'static str,
    all: &'static [&'static str],
    any: &'static [&'static str],
    none: &'static [&'static str],
}

const TABLES: [Signs; 11] = [
    Signs {
        table: Table::People,
        class: "hr",
        all: &["person_id", "started_on"],
        any: &[],
        none: &["account_id", "credential_id", "system"],
    },
    Signs {
        table: Table::Accounts,
        class: "application",
        all: &["system", "account_id", "status"],
        any: &[],
        // An inventory of credentials that lacks their ids must not become a list of accounts.
        none: &[
            "credential_id",
            "rotated_at",
            "last_used_at",
            "expires_at",
            "entitlement",
            "granted_at",
            "revoked_at",
            "campaign",
            "decided_at",
            "occurred_at",
        ],
    },
    Signs {
        table: Table::Entitlements,
        class: "application",
        all: &["system", "account_id", "entitlement"],
        any: &[],
        none: &["credential_id", "campaign", "occurred_at"],
    },
    Signs {
        table: Table::Events,
        class: "log",
        all: &["occurred_at", "system", "action", "outcome"],
        any: &[],
        // An event may name a credential; an inventory has no `occurred_at`.
        none: &["campaign"],
    },
    Signs {
        table: Table::Credentials,
        class: "inventory",
        all: &["system", "credential_id", "status"],
        any: &[],
        none: &["entitlement", "campaign", "occurred_at"],
    },
    Signs {
        table: Table::Reviews,
        class: "register",
        all: &["campaign", "system", "account_id"],
        any: &["decision", "reviewer", "due_at", "decided_at", "entitlement"],
        none: &["credential_id", "occurred_at"],
    },
    Signs {
        table: Table::Systems,
        class: "register",
        all: &["system"],
        any: &["criticality", "in_scope", "synchronised", "telemetry"],
        none: &["account_id", "credential_id", "person_id", "metric", "campaign", "occurred_at", "item_id"],
    },
    Signs {
        table: Table::Waivers,
        class: "register",
        all: &["waiver_id", "metric", "subject", "reason", "approver", "expires_on"],
        any: &[],
        none: &[],
    },
    Signs {
        table: Table::Links,
        class: "register",
        // A link is the strongest rule of matching: an account list that lacks its status must not become one.
        all: &["system", "account_id", "person_id"],
        any: &["reason", "approver"],
        none: &[
            "status",
            "username",
            "email",
            "display_name",
            "kind",
            "privileged",
            "created_at",
            "disabled_at",
            "last_seen_at",
            "managed_by",
            "owner",
            "entitlement",
            "credential_id",
            "campaign",
            "occurred_at",
            "metric",
            "decision",
        ],
    },
    Signs {
        table: Table::Decisions,
        class: "register",
        all: &["item_id", "kind", "decision"],
        any: &["value", "decided_by", "decided_on"],
        none: &["campaign", "credential_id", "occurred_at"],
    },
    Signs {
        table: Table::Extractions,
        class: "register",
        all: &["path", "extracted_at"],
        any: &[],
        none: &["system", "account_id", "person_id"],
    },
];

/// Columns whose word follows from another column being filled, empty or not there.
const PRESENCE: [(Table, &str, &str, [&str; 3]); 5] = [
    (Table::Accounts, "activity", "last_seen_at", ["seen", "never", "unknown"]),
    (Table::Accounts, "ownership", "owner", ["named", "none", "unknown"]),
    (Table::Credentials, "activity", "last_used_at", ["seen", "never", "unknown"]),
    (Table::Credentials, "ownership", "owner", ["named", "none", "unknown"]),
    (Table::Credentials, "expiry", "expires_at", ["date", "never", "unknown"]),
];

/// Id and text of every own mapping, in the order of the tables.
pub(super) fn mappings() -> Vec<(String, String)> {
    TABLES.iter().map(|signs| (format!("own-{}", signs.table.name()), text(signs))).collect()
}

fn text(signs: &Signs) -> String {
    let table = signs.table;
    let quoted = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    let mut out = String::new();
    let _ = writeln!(out, "id = \"own-{}\"", table.name());
    let _ = writeln!(out, "title = \"overstay's own CSV: {}\"", table.name());
    let _ = writeln!(
        out,
        "description = \"\"\"\n{} A CSV file with these headers, whatever wrote it. Times are RFC 3339 with a zone, or a \
         plain date in the project's zone. A column that is left out is unknown; a cell that is empty is nothing.\n\"\"\"",
        table.doc()
    );
    let _ = writeln!(out, "class = \"{}\"\nformat = \"csv\"\n", signs.class);
    let _ = writeln!(out, "[recognise]\nall = [{}]", quoted(signs.all));
    if !signs.any.is_empty() {
        let _ = writeln!(out, "any = [[{}]]", quoted(signs.any));
    }
    if !signs.none.is_empty() {
        let _ = writeln!(out, "none = [{}]", quoted(signs.none));
    }
    let _ = writeln!(out, "\n[[rows]]\ntable = \"{}\"\n\n[rows.columns]", table.name());
    for column in table.columns().iter().filter(|column| column.role != Role::Derived) {
        let _ = writeln!(out, "{} = {}", column.name, rule(table, column));
    }
    out
}

fn rule(table: Table, column: &Column) -> String {
    let name = column.own_name();
    let presence = PRESENCE.iter().find(|(of, word, ..)| *of == table && *word == column.name);
    match presence {
        Some((_, word, from, [present, empty, absent])) => {
            let all = if *word == "activity" { ", all_empty = \"unknown\"" } else { "" };
            format!(
                "{{ path = \"{name}\", otherwise = {{ path = \"{from}\", presence = {{ present = \"{present}\", empty = \
                 \"{empty}\", absent = \"{absent}\"{all} }} }} }}"
            )
        }
        None => format!("\"{name}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_table_has_one_and_its_signs_are_its_headers() {
        for table in Table::ALL.into_iter().filter(|table| table.is_input()) {
            let signs = TABLES.iter().find(|signs| signs.table == table).expect("an own mapping");
            for key in signs.all.iter().chain(signs.any) {
                assert!(table.columns().iter().any(|column| column.own_name() == *key), "{} {key}", table.name());
            }
        }
        for (table, word, from, _) in PRESENCE {
            assert!(table.column(word).is_some());
            assert!(table.columns().iter().any(|column| column.own_name() == from));
        }
    }
}
