//! Reference pages from the registers. A test keeps `docs/` equal to them.

mod evidence;
mod mappings;
mod rule_files;
mod rule_schemas;

pub use rule_files::{Keys, RULE_FILES};

use std::fmt::Write as _;

use clap::CommandFactory;

use crate::dataset::{ColumnKind, Personal, Role, Table};
use crate::failure::Outcome;
use crate::framework::Framework;
use crate::metric::{HEADER_KEYS, Metric, Shape};
use crate::pipeline::{RuleOptions, Rules};
use crate::policy::{Limit, Policy};
use crate::report::{Begins, DependsOn, HeadlinePart, LooksAt, QueueKind, Relation};
use crate::source::Source;
use crate::time::DayEdge;

use super::args::{Cli, ReferenceArgs};

/// `overstay reference`: writes the pages.
pub(super) fn run(args: &ReferenceArgs) -> Outcome<u8> {
    let rules = Rules::load(None, &RuleOptions::default())?;
    for (name, text) in pages(&rules) {
        crate::writing::write_file(&crate::writing::Disk::real(), &args.out.join(name), text.as_bytes())?;
    }
    Ok(0)
}

/// Every generated file: name under `docs/`, and text.
///
/// # Panics
/// Never: JSON is UTF-8.
pub fn pages(rules: &Rules) -> Vec<(&'static str, String)> {
    let schemas = crate::render::json::schemas();
    let schemas = schemas.map(|(name, bytes)| (name, String::from_utf8(bytes).expect("JSON is UTF-8")));
    let pages = [
        ("commands.md", commands()),
        ("metrics.md", metrics(rules)),
        ("sources.md", sources(rules)),
        ("mappings.md", mappings::page()),
        ("mapping.schema.json", mappings::schema()),
        ("frameworks.md", frameworks(&rules.catalogue)),
        ("rules.md", rule_files::page()),
        ("tables.md", tables()),
        ("evidence.md", evidence::page()),
    ];
    pages.into_iter().chain(schemas).chain(rule_schemas::schemas()).collect()
}

const NOTE: &str =
    "<!-- Generated from the registers by `overstay reference`; a test keeps it current. Do not edit. -->\n\n";

fn commands() -> String {
    let mut out = format!("# Commands\n\n{NOTE}");
    let mut command = Cli::command().term_width(100);
    command.build();
    let _ = write!(out, "```text\n{}```\n", trimmed(&command.render_long_help().to_string()));
    for sub in command.get_subcommands_mut().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let name = sub.get_name().to_owned();
        let help = trimmed(&sub.clone().term_width(100).render_long_help().to_string());
        let _ = write!(out, "\n## {name}\n\n```text\n{help}```\n");
    }
    out
}

fn trimmed(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        out.push_str(line.trim_end());
        out.push('\n');
        out
    })
}

fn metrics(rules: &Rules) -> String {
    let mut out = format!("# Metrics\n\n{NOTE}");
    out.push_str("A stay is over its limit when it is strictly longer. Limits are those of the shipped starting point; a policy file replaces those that it names.\n\n");
    out.push_str("| id | group | what one item is | shipped limit | question |\n|---|---|---|---|---|\n");
    for metric in rules.register.metrics() {
        let header = metric.header();
        let limit = limit(&rules.policy, metric);
        let _ = writeln!(
            out,
            "| [{id}](#{id}) | {} | {} | {limit} | {} |",
            header.group.get_ref(),
            header.unit.get_ref(),
            header.question,
            id = metric.id()
        );
    }
    for metric in rules.register.metrics() {
        out.push_str(&metric_page(metric, &rules.policy));
    }
    out.push_str(ROWS);
    header_keys(&mut out);
    out
}

/// Every key of a header, and the closed sets of words that some of them take.
fn header_keys(out: &mut String) {
    out.push_str("\n## The header of a metric\n\n");
    out.push_str(
        "TOML between `/*---` and `---*/` at the beginning of the file. Nothing in the program knows a metric by its id or its \
         group: a metric of your own gets from its header what a shipped one gets.\n\n| key | default | meaning |\n|---|---|---|\n",
    );
    for (key, _, default, meaning) in HEADER_KEYS {
        let _ = writeln!(out, "| `{key}` | {default} | {meaning} |");
    }
    words(out, "looks_at", LooksAt::WORDS);
    words(out, "begins", Begins::WORDS);
    words(out, "depends_on", DependsOn::WORDS);
    words(out, "queue", QueueKind::WORDS);
    words(out, "headline", HeadlinePart::WORDS);
}

fn words<T>(out: &mut String, key: &str, words: &[(&str, T, &str)]) {
    let _ = write!(out, "\n| `{key}` | meaning |\n|---|---|\n");
    for (word, _, meaning) in words {
        let _ = writeln!(out, "| `{word}` | {} |", meaning.trim());
    }
}

const ROWS: &str = "
## What the SELECT of a metric returns

One row per item: `subject_kind`, `subject`, `state` (`closed`, `open`, `none`, `unknown`, `excluded`), and where they
are known `system`, `person_id`, `account_key`, `credential_key`, `note`, the times `began_lo`, `began_hi`, `ended_lo`,
`ended_hi`, `seen_until` in microseconds, and `began_file`, `began_row`, `ended_file`, `ended_row`. A row may also say
with `severity` (`critical`, `high`, `medium`, `low`) how much it matters: the graver of that and the policy's word counts.

With `slice`, the SELECT runs on pieces of that table. It must then read the table once, and neither aggregate, number,
limit nor join away its rows.
";

fn limit(policy: &Policy, metric: &Metric) -> String {
    match (metric.shape(), policy.metric(metric.id())) {
        (Shape::Indicator, _) => "indicator".to_owned(),
        (Shape::Duration, None) => "none".to_owned(),
        (Shape::Duration, Some(limits)) => format!("{}, {}", limits.limit.length, limits.limit.severity),
    }
}

/// What `explain` says of a metric, and its section in the catalogue.
pub(super) fn metric_page(metric: &Metric, policy: &Policy) -> String {
    let header = metric.header();
    let mut out = format!(
        "\n## {}\n\n**{}.** {}\n\n{}\n\n",
        metric.id(),
        header.title,
        header.question,
        header.definition.trim()
    );
    if let Some(limits) = policy.metric(metric.id()) {
        let words = |limit: &Limit| {
            let source = limit.source.as_deref().map(|source| format!(" ({source})")).unwrap_or_default();
            format!("{}, severity {}{source}", limit.length, limit.severity)
        };
        let _ = writeln!(out, "Limit {}.\n", words(&limits.limit));
        for part in &limits.overrides {
            let _ = writeln!(out, "Where {}: {}.\n", part.conditions, words(&part.limit));
        }
    }
    if let Some(remedy) = &header.remedy {
        let _ = writeln!(out, "What to do: {remedy}\n");
    }
    let needs: Vec<&str> = metric.needs().iter().map(|table| table.name()).collect();
    let _ = writeln!(out, "Needs: {}. Definition as SQL: `{}`.\n", needs.join(", "), metric.path());
    for caveat in &header.caveats {
        let _ = writeln!(out, "- {caveat}");
    }
    out
}

fn sources(rules: &Rules) -> String {
    let mut out = format!("# Sources\n\n{NOTE}");
    out.push_str("| id | title | format | feeds |\n|---|---|---|---|\n");
    for source in rules.sources.iter() {
        let tables: Vec<&str> = source.tables().iter().map(|table| table.name()).collect();
        let _ = writeln!(
            out,
            "| [{id}](#{id}) | {} | {} | {} |",
            source.title(),
            format!("{:?}", source.format()).to_lowercase(),
            tables.join(", "),
            id = source.id()
        );
    }
    for source in rules.sources.iter() {
        out.push_str(&source_page(source));
    }
    out
}

/// What `explain` says of a source, and its section on the page of sources.
pub(super) fn source_page(source: &Source) -> String {
    let mut out = format!("\n## {}\n\n**{}.** {}\n\n", source.id(), source.title(), source.description().trim());
    if !source.export().is_empty() {
        let _ = writeln!(out, "How to export: {}\n", source.export());
    }
    for pitfall in source.pitfalls() {
        let _ = writeln!(out, "- {pitfall}");
    }
    let gap = if source.pitfalls().is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "{gap}Known by: {}.\n", source.signs().join(", or "));
    for (table, columns) in source.columns() {
        let _ = writeln!(out, "- `{}`: {}", table.name(), columns.join(", "));
    }
    if let Some(retention) = source.retention() {
        let _ = writeln!(out, "\nThe source itself keeps {retention}.");
    }
    out
}

fn frameworks(frameworks: &[Framework]) -> String {
    let mut out = format!("# Frameworks\n\n{NOTE}");
    out.push_str("Ids and titles are the publishers'; summaries are ours. A reference without a metric prints as not assessed.\n");
    for framework in frameworks {
        out.push_str(&framework_page(framework));
    }
    out
}

/// What `explain` says of a framework, and its section on the page of frameworks.
pub(super) fn framework_page(framework: &Framework) -> String {
    let mut out = format!(
        "\n## {}\n\n**{}**, version {}, {}. {}\n\n",
        framework.id,
        framework.title,
        framework.version,
        framework.publisher,
        framework.scope.trim()
    );
    for alias in framework.resolutions() {
        let _ = writeln!(out, "> {}: {}\n", alias.requested, alias.text.trim());
    }
    out.push_str("| reference | what it is about | metrics |\n|---|---|---|\n");
    for reference in &framework.references {
        let edges: Vec<String> = reference
            .edges
            .iter()
            .map(|edge| match edge.relation {
                Relation::Direct => format!("**{}**", edge.metric),
                Relation::Supporting => edge.metric.clone(),
            })
            .collect();
        let metrics = if edges.is_empty() { "not assessed".to_owned() } else { edges.join(", ") };
        let _ = writeln!(out, "| {} {} | {} | {metrics} |", reference.id, reference.title, reference.summary.trim());
    }
    out.push_str("\nBold: direct evidence; plain: supporting.\n");
    out
}

/// The canonical tables with all columns.
pub(super) fn tables() -> String {
    let mut out = format!("# Canonical tables\n\n{NOTE}");
    out.push_str("Times are microseconds since 1970-01-01 UTC. Every table also has `src_file` (index into `sources`) and `src_row`: the line of the file on which the record begins, as an editor counts; in a JSON document the number of the record. What becomes of a column with `--pseudonyms` is said in [pseudonyms](pseudonyms.md); an empty cell: it stays.\n");
    for table in Table::ALL {
        let _ = write!(
            out,
            "\n## {}\n\n{}\n\n| column | type | filled by | pseudonym | meaning |\n|---|---|---|---|---|\n",
            table.name(),
            table.doc()
        );
        for column in table.columns() {
            let kind = match column.kind {
                ColumnKind::Text => "text",
                ColumnKind::Flag => "true/false",
                ColumnKind::Number => "number",
                ColumnKind::Instant(DayEdge::Start) => "instant (a plain date: start of day)",
                ColumnKind::Instant(DayEdge::End) => "instant (a plain date: end of day)",
                ColumnKind::Bounds => "bounds `_lo`, `_hi`",
            };
            let role = match column.role {
                Role::Required => "source, required",
                Role::Optional => "source",
                Role::Derived => "engine",
            };
            let own = column.csv_name.map(|name| format!(" Own CSV: `{name}`.")).unwrap_or_default();
            let words =
                if column.words.is_empty() { String::new() } else { format!(" One of: {}.", column.words.join(", ")) };
            let token = column.personal.map_or("", Personal::words);
            let _ = writeln!(out, "| `{}` | {kind} | {role} | {token} | {}{words}{own} |", column.name, column.doc);
        }
    }
    out
}
