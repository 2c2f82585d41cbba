//! The page of rule files: every key with meaning and default. A test compares it with the keys that the readers know.

use std::fmt::Write as _;

use crate::dataset::{Role, Table};

use super::NOTE;
use crate::report::Severity;
use crate::rules::{Key, Kind};

/// A table of a rule file: where it stands, and its keys.
pub struct Keys {
    /// `overstay.toml`, `policy` or `framework`, and the table in it.
    pub place: &'static str,
    about: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

/// Where a file has no key of its own but those of whoever writes it.
const FREE: &[Key] = &[];

/// Every table of every rule file, in the order of the page.
pub const RULE_FILES: &[Keys] = &[
    Keys {
        place: "overstay.toml",
        about: "The project file, in the folder of exports or named by `--project`. Everything is optional; a flag wins over \
                it. Paths are relative to it. `overstay init` writes one with comments.",
        keys: &[
            (
                "organisation",
                Kind::Text,
                "not named",
                "whose report it is; printed on the cover, and kept apart from others in comparisons",
            ),
            ("classification", Kind::Text, "none", "printed on the cover and on every page"),
            ("policy", Kind::Text, "the shipped limits", "the limits file; `--policy` wins"),
            ("zone", Kind::Text, "UTC", "IANA zone of dates, and of times without a zone; `--zone` wins"),
            (
                "as_of",
                Kind::Text,
                "period-end",
                "`period-end`, `newest-input`, `now`, or a time with a zone; `--as-of` wins",
            ),
            (
                "period",
                Kind::Text,
                "none: `--period` must say it",
                "the reporting period, such as 2026-Q3; `--period` wins",
            ),
            ("frameworks", Kind::Texts, "all", "ids of the frameworks of the report, in its order; `--framework` wins"),
            (
                "mappings",
                Kind::Texts,
                "none",
                "folders with own `sources/`, `metrics/` and `frameworks/`; those of `--mappings` come after them",
            ),
            ("templates", Kind::Text, "as shipped", "folder with brand.toml and own templates; `--templates` wins"),
            ("scope", Kind::Table("overstay.toml [scope]"), "everything", "which systems are reported: table below"),
            (
                "authority",
                Kind::Table("overstay.toml [authority]"),
                "HR, directory, applications",
                "which source wins: table below",
            ),
            ("sources", Kind::Named, "what each file looks like", "which source reads which file: table below"),
            ("systems", Kind::NamedTexts, "the folder's own", "of which other systems a folder speaks: table below"),
            ("aliases", Kind::NamedTexts, "none", "other names of systems: table below"),
            (
                "registers",
                Kind::Texts,
                "the top of the folder",
                "paths or patterns where waivers, links, systems and extractions count too",
            ),
        ],
    },
    Keys {
        place: "overstay.toml [scope]",
        about: "Names or patterns of systems, without regard to case. What is left out is in no population, and is named in \
                the report; people stay.",
        keys: &[
            ("systems", Kind::Texts, "all", "the systems that must be covered, and no others"),
            ("exclude_systems", Kind::Texts, "none", "systems that are left out"),
        ],
    },
    Keys {
        place: "overstay.toml [authority]",
        about: "For each attribute of a person the ids of sources in their order: the first that says something wins.",
        keys: &[
            ("status", Kind::Texts, "HR, directory, applications", "whether a person is employed"),
            ("dates", Kind::Texts, "HR, directory, applications", "when employments began and ended"),
            ("department", Kind::Texts, "HR, directory, applications", "department and title"),
            ("manager", Kind::Texts, "HR, directory, applications", "the manager"),
            ("name", Kind::Texts, "HR, directory, applications", "the name"),
        ],
    },
    Keys {
        place: "overstay.toml [sources]",
        about: "A path or pattern under the folder of exports, and the id of the source that reads it, whatever it looks \
                like: `\"hr/leavers-*.csv\" = \"people\"`. The first line that matches decides; `--as` wins.",
        keys: FREE,
    },
    Keys {
        place: "overstay.toml [systems]",
        about: "A folder, and the systems beside its own that its files may speak of: names or patterns, \
                `inventory = [\"aws\", \"gcp-*\"]`.",
        keys: FREE,
    },
    Keys {
        place: "overstay.toml [aliases]",
        about: "A system, and other names that it goes by in exports and folders: `crm = [\"Salesforce\", \"sfdc\"]`.",
        keys: FREE,
    },
    Keys {
        place: "policy",
        about: "The limits, in a file that `policy` or `--policy` names.",
        keys: &[
            ("title", Kind::Text, "must be there", "what the report calls these limits"),
            (
                "extends",
                Kind::Word(&["default", "none"]),
                "`default`",
                "`default`: a metric that is not named keeps the shipped limit; `none`: it is not assessed",
            ),
            (
                "leave_instant",
                Kind::Text,
                "that of the shipped limits",
                "when a leave date without a time takes effect: `end-of-day`, `start-of-day`, or a time such as `18:00`",
            ),
            (
                "freshness",
                Kind::LengthOr("policy [freshness]"),
                "that of the shipped limits",
                "how long before the as-of time an export may have been taken: a length for all, or the table below",
            ),
            ("metrics", Kind::ByName("policy [metrics.ID]"), "none", "the limits by id of the metric: table below"),
            (
                "role",
                Kind::Tables("policy [[role]]"),
                "none",
                "`[[role]]`, which positions get which entitlements: table below",
            ),
        ],
    },
    Keys {
        place: "policy [freshness]",
        about: "Lengths: a number and `s`, `m`, `h`, `d` (24 hours) or `w`.",
        keys: &[
            ("people", Kind::Length, "that of the shipped limits", "exports of people"),
            ("accounts", Kind::Length, "that of the shipped limits", "exports of accounts"),
            ("credentials", Kind::Length, "that of the shipped limits", "exports of credentials"),
        ],
    },
    Keys {
        place: "policy [metrics.ID]",
        about: "A stay is over its limit when it is strictly longer. A metric that is named has only what stands here.",
        keys: &[
            (
                "limit",
                Kind::Length,
                "must be there",
                "the length that is still within; `0s`: a stay of any length is over",
            ),
            ("severity", Kind::Word(&Severity::WORDS), "must be there", "`critical`, `high`, `medium` or `low`"),
            ("source_of_limit", Kind::Text, "none", "the rule that it comes from, printed beside it"),
            (
                "override",
                Kind::Tables("policy [[metrics.ID.override]]"),
                "none",
                "`[[metrics.ID.override]]`, another limit for a part: table below",
            ),
        ],
    },
    Keys {
        place: "policy [[metrics.ID.override]]",
        about: "At least one condition; all that are given must hold. The override with the most conditions wins, and an \
                exact system beats a pattern; two that are equally specific and disagree are refused.",
        keys: &[
            ("system", Kind::Texts, "any", "a name, a pattern, or a list of them"),
            (
                "account_kind",
                Kind::Texts,
                "any",
                "`human`, `service`, `shared`, `guest`, `break_glass`, `agent`, `unknown`, or a list of them",
            ),
            ("privileged", Kind::Flag, "either", "`true` or `false`"),
            ("worker_type", Kind::Texts, "any", "as HR calls it, without regard to case, or a list of such words"),
            ("limit", Kind::Length, "must be there", "the limit of this part"),
            ("severity", Kind::Word(&Severity::WORDS), "that of the metric", "how grave it is here"),
            ("source_of_limit", Kind::Text, "none", "the rule that it comes from"),
        ],
    },
    Keys {
        place: "policy [[role]]",
        about: "A position and what it gives. Moves that take the position away should end it; patterns without regard to case.",
        keys: &[
            ("name", Kind::Text, "must be there", "its name"),
            (
                "department",
                Kind::Texts,
                "any",
                "a department, a pattern, or a list of them; one of these three must be there",
            ),
            ("title", Kind::Texts, "any", "a job title, a pattern, or a list of them"),
            ("worker_type", Kind::Texts, "any", "as HR calls it, a pattern, or a list of them"),
            (
                "grant",
                Kind::Tables("policy [[role.grant]]"),
                "must be there",
                "`[[role.grant]]`, what it gives: table below",
            ),
        ],
    },
    Keys {
        place: "policy [[role.grant]]",
        about: "Systems, and entitlements in them.",
        keys: &[
            ("system", Kind::Texts, "must be there", "a name, a pattern, or a list of them"),
            (
                "entitlement",
                Kind::Texts,
                "the account itself",
                "groups, roles or applications: a name, a pattern, or a list of them",
            ),
        ],
    },
    Keys {
        place: "framework",
        about: "A catalogue of controls, as `frameworks/ID.toml` in a folder of `mappings`.",
        keys: &[
            (
                "id",
                Kind::Text,
                "must be there",
                "the name of the file without its ending; the id of a shipped one replaces that",
            ),
            ("title", Kind::Text, "must be there", "the publisher's title"),
            ("version", Kind::Text, "must be there", "its version"),
            ("publisher", Kind::Text, "must be there", "who publishes it"),
            ("source", Kind::Text, "must be there", "where it is published"),
            ("scope", Kind::Text, "must be there", "what of it is listed here, and what is not"),
            ("order", Kind::Whole, "after all that have one", "its place in reports: a whole number, the lowest first"),
            (
                "on_request",
                Kind::Flag,
                "`false`",
                "whether it is in a report only where `frameworks` or `--framework` names it",
            ),
            (
                "reference",
                Kind::Tables("framework [[reference]]"),
                "at least one",
                "`[[reference]]`, a control: table below",
            ),
            (
                "alias",
                Kind::Tables("framework [[alias]]"),
                "none",
                "`[[alias]]`, what people ask for by another name: table below",
            ),
        ],
    },
    Keys {
        place: "control matrix",
        about: "Instead of a framework file: the organisation's own controls as `frameworks/NAME.csv`, one line each. The name of \
                the file is the id of the framework.",
        keys: &[
            ("control_id", Kind::Text, "must be there", "the organisation's identifier of the control"),
            ("title", Kind::Text, "must be there", "its title"),
            ("metrics", Kind::Text, "none", "ids of the metrics that decide its state, separated by `;`"),
            ("supporting", Kind::Text, "none", "ids of metrics that stand beside them"),
            ("summary", Kind::Text, "the title", "what it is about"),
        ],
    },
    Keys {
        place: "framework [[reference]]",
        about: "A reference without an edge prints as not assessed.",
        keys: &[
            ("id", Kind::Text, "must be there", "the publisher's identifier, once in the file"),
            ("title", Kind::Text, "must be there", "its title"),
            ("summary", Kind::Text, "must be there", "what it is about, in your own words"),
            (
                "edge",
                Kind::Tables("framework [[reference.edge]]"),
                "none",
                "`[[reference.edge]]`, a metric that says something about it: table below",
            ),
        ],
    },
    Keys {
        place: "framework [[reference.edge]]",
        about: "One metric once.",
        keys: &[
            ("metric", Kind::Text, "must be there", "id of a metric or indicator"),
            (
                "relation",
                Kind::Word(&["direct", "supporting"]),
                "must be there",
                "`direct`: it decides the state of the reference; `supporting`: it stands beside it",
            ),
            ("rationale", Kind::Text, "must be there", "why it says something about the reference"),
            ("caveat", Kind::Text, "none", "what it does not say"),
            (
                "requires",
                Kind::Table("framework requires"),
                "any limit",
                "the longest limit that the reference allows: table below",
            ),
        ],
    },
    Keys {
        place: "framework requires",
        about: "`requires = { limit = \"<= 90d\" }`: with a longer limit in force the metric cannot show that \
                nothing is over.",
        keys: &[("limit", Kind::Text, "must be there", "`<=` and a length")],
    },
    Keys {
        place: "framework [[alias]]",
        about: "A name that people ask for, and what it means in this framework.",
        keys: &[
            ("requested", Kind::Text, "must be there", "the name as it is asked for"),
            ("text", Kind::Text, "must be there", "what it means, printed in the report"),
            ("forms", Kind::Texts, "none", "other spellings of it"),
            ("resolves", Kind::Texts, "must be there", "ids of the references that are meant"),
        ],
    },
];

/// The page.
pub(super) fn page() -> String {
    let mut out = format!("# Rule files\n\n{NOTE}");
    out.push_str(
        "What a company writes itself: the project file, limits, frameworks and waivers. Every mistake in all of them is told \
         at once, with file, line and column. Metrics: [metrics.md](metrics.md). Source formats: [input.md](input.md). An editor \
         with a TOML language server completes and checks them by `project.schema.json`, `policy.schema.json` and \
         `framework.schema.json` beside this page (`#:schema policy.schema.json` in the first line); the header of a metric has \
         `metric.schema.json`.\n",
    );
    for Keys { place, about, keys } in RULE_FILES {
        let _ = write!(out, "\n## {place}\n\n{about}\n");
        if !keys.is_empty() {
            out.push_str("\n| key | default | meaning |\n|---|---|---|\n");
        }
        for (name, _, default, meaning) in *keys {
            let _ = writeln!(out, "| `{name}` | {default} | {meaning} |");
        }
    }
    out.push_str(
        "\n## waivers.csv\n\nExceptions that somebody accepted, at the top of the folder of exports. A waiver counts from its \
         approval until it expires, for what is so up to the as-of time: one whose last day is the last of the period counts, \
         one approved on the day after does not. One that matches nothing, or has expired, is named in the report.\n\n\
         | column | needed | meaning |\n|---|---|---|\n",
    );
    for column in Table::Waivers.columns().iter().filter(|column| column.role != Role::Derived) {
        let needed = if column.role == Role::Required { "yes" } else { "no" };
        let _ = writeln!(out, "| `{}` | {needed} | {} |", column.csv_name.unwrap_or(column.name), column.doc);
    }
    out
}
